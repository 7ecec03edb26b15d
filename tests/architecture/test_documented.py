"""What README.md and docs/hub.md tell people to type can be typed, and docs/hub.md names every command and event."""

import ast
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress

import pytest

from smf_desktop.cli import parser as of_laptop
from smf_hub.cli import parser as of_hub
from tests.architecture.sources import ROOT, modules
from tests.support.parsers import commands

PAGES = ("README.md", "docs/hub.md")
PROGRAMS = {"smf": of_laptop, "smf-hub": of_hub}
TELLS = {"note", "_event", "note_event", "_tell", "_write"}
"""What the hub tells an administrator goes through functions of these names, the kind as a word."""

_KIND = re.compile(r"[a-z]+(_[a-z]+)*")
_FENCED = re.compile(r"^```\n(.*?)^```", re.DOTALL | re.MULTILINE)


def typed(page: str) -> Iterator[str]:
    """Every line that a page tells people to type."""
    for block in _FENCED.findall((ROOT / page).read_text("utf-8")):
        yield from filter(None, block.splitlines())


def is_understood(line: str) -> bool:
    """Whether our own parser takes a line; what belongs to other programs is theirs to say."""
    program, *words = shlex.split(line)
    made = PROGRAMS.get(program.removeprefix(".venv/bin/"))
    if made is None or "--help" in words:
        return True
    with suppress(SystemExit):
        made().parse_args(words)
        return True
    return False


def told() -> set[str]:
    """The kinds of event that the hub's code tells an administrator, as far as they stand there as words."""
    trees = dict(modules("smf_hub"))
    named = dict(pair for tree in trees.values() for pair in _constants(tree))
    return {kind for tree in trees.values() for kind in _kinds(tree, named)}


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        [target], value = node.targets, node.value
        pairs = (
            zip(target.elts, value.elts, strict=True)
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            else [(target, value)]
        )
        for name, said in pairs:
            if isinstance(name, ast.Name) and isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield name.id, said.value


def _kinds(tree: ast.Module, named: dict[str, str]) -> Iterator[str]:
    """The words that such functions are given, and those that one of them answers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func) in TELLS:
            yield from filter(_KIND.fullmatch, (_word(each, named) for each in node.args))
        elif isinstance(node, ast.FunctionDef) and node.name in TELLS:
            answers = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
            said = [_word(each, named) for answer in answers for each in ast.walk(answer)]
            yield from filter(_KIND.fullmatch, said)


def _word(node: ast.AST, named: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return named.get(_last(node), "")


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def in_table() -> set[str]:
    """The events that docs/hub.md explains."""
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs/hub.md").read_text("utf-8"), re.MULTILINE)
    return {kind for row in rows for kind in re.findall(r"`([a-z_]+)`", row)}


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_tells_people_to_type_is_understood(page: str) -> None:
    lines = list(typed(page))
    assert len(lines) > 10
    assert [line for line in lines if not is_understood(line)] == []


def test_the_page_about_a_hub_names_every_command_of_it() -> None:
    page = (ROOT / "docs/hub.md").read_text("utf-8")
    assert [each for each, _ in commands(of_hub()) if f"smf-hub {each}" not in page and f"`{each}`" not in page] == []


def test_the_page_about_a_hub_explains_every_event_and_no_other() -> None:
    by_hand = {f"{act}_ordered" for act in ("wipe", "lock")}
    done = {f"{act}_done" for act in ("wipe", "lock", "rotate")}
    assert in_table() == told() | by_hand | done
