"""Reading the project's own Python, without importing it."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("smf_core", "smf_desktop", "smf_hub", "ui")


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Each Python file below the folders, by its path from the root, with its tree."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def imported(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Every name that is imported there as it stands, and what it stands for: `{"dt": "datetime"}`."""
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                names[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def libraries(tree: ast.Module) -> set[str]:
    """The top-level packages a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def used(tree: ast.Module) -> Iterator[tuple[int, str, ast.Call | None]]:
    """Each use of something imported: line, full dotted name, and the call when it is called there."""
    nodes = list(ast.walk(tree))
    names = imported(nodes)
    calls = {id(node.func): node for node in nodes if isinstance(node, ast.Call)}
    inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner:
            first, *words = _dotted(node)
            if first in names:
                yield node.lineno, ".".join([names[first], *words]), calls.get(id(node))


def _dotted(node: ast.expr) -> list[str]:
    """The words of `a.b.c`; what is taken of anything but a name begins with an empty one."""
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.insert(0, node.attr)
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *words]


def shown(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The strings of a module which a person may read: no docstrings, no codes in one small word."""
    nodes = list(ast.walk(tree))
    silent = {id(node.value) for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            text = node.value.strip()
            if " " in text or text[:1].isupper():
                yield node.lineno, text


@cache
def names_of_tests() -> frozenset[str]:
    """The name of every test function below `tests`: each stands at the top of its module."""
    return frozenset(
        node.name
        for _, tree in modules("tests")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
