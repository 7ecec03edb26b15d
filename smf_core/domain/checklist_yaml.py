"""YAML read strictly: plain values, exact, each with the line it stands on, so that a refusal can name it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, TypeVar

import msgspec
import yaml

from smf_core.domain.teaching_trouble import BadChecklist

FILE_AT_MOST = 1_000_000
"""Characters in one file; the largest of ours has 20,000."""

Plain: TypeAlias = "bool | int | Decimal | str | list[Plain] | dict[str, Plain] | None"
_Path: TypeAlias = tuple[str | int, ...]
_Read = TypeVar("_Read")

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C reader where the library has one: it is ten times faster and answers the same nodes."""

_KEY_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:bool")
_NUMBERS = ("min", "max", "soft_min", "soft_max", "step", "more_than")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_PATH_PART = re.compile(r"\.([A-Za-z_0-9]+)|\[(\d+)\]|\[\.\.\.\]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and the line of each value in it."""

    file: str
    lines: dict[_Path, int]

    def bad(self, rule: str, *path: str | int) -> BadChecklist:
        """The refusal, at the line of the value or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return BadChecklist(self.file, self.lines.get(path, 1), rule)

    def convert(self, tree: object, kind: type[_Read], *path: str | int) -> _Read:
        """The values at `path` as what they are to be; raises BadChecklist at the line of the one that is not."""
        try:
            return msgspec.convert(tree, kind)
        except msgspec.ValidationError as error:
            rule, _, where = str(error).partition(" - at `$")
            inner: _Path = ()
            for part in _PATH_PART.finditer(where.removesuffix("`")):
                if part[0] == "[...]":  # the key of a mapping, which msgspec does not name
                    break
                inner += (part[1] if part[1] is not None else int(part[2]),)
            named = re.search(r"unknown field `([^`]*)`", rule)
            raise self.bad(rule, *path, *inner, *(named.groups() if named else ())) from None


def read(text: str, file: str) -> tuple[Source, dict[str, Plain]]:
    """The mapping that a file holds, and where it says what; raises BadChecklist."""
    source = Source(file, {(): 1})
    if len(text) > FILE_AT_MOST:
        raise source.bad("the file is too large")
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadChecklist(file, line, f"not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise source.bad("not YAML") from None
    try:
        tree = _plain(node, (), source, set())
    except RecursionError:
        raise source.bad("nested too deep") from None
    if not isinstance(tree, dict):
        raise source.bad("the file is not a mapping of keys to values")
    return source, tree


def _plain(node: yaml.Node | None, path: _Path, source: Source, seen: set[int]) -> Plain:
    """The value of a node, exact (no floats), with its line noted. Only what these files need is taken."""
    if node is None:
        return None
    source.lines[path] = node.start_mark.line + 1
    if id(node) in seen:
        raise source.bad("a value is used twice by an alias; write it out", *path)
    seen.add(id(node))
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if isinstance(node, yaml.MappingNode) and kind == "map":
        found: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            # A key is its text: YAML 1.1 would read the key `on` as true.
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in _KEY_TAGS:
                raise BadChecklist(source.file, key_node.start_mark.line + 1, "a key is not plain text")
            key = str(key_node.value)
            if key in found:
                raise BadChecklist(source.file, key_node.start_mark.line + 1, f"the key `{key}` is there twice")
            found[key] = _plain(value_node, (*path, key), source, seen)
            # msgspec would read a number from text such as "1e3" or "NaN".
            if key in _NUMBERS and isinstance(found[key], str):
                raise source.bad(f"`{key}` is not a number", *path, key)
            source.lines[*path, key] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_plain(item, (*path, index), source, seen) for index, item in enumerate(node.value)]
    text = str(node.value)
    match kind:
        case "str":
            return text
        case "null":
            return None
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "int" if _INTEGER.fullmatch(text):
            return int(text)
        case "float" if _NUMBER.fullmatch(text):
            return Decimal(text)
        case "timestamp":  # a day of approval; msgspec reads it from its text
            return text
    raise source.bad(f"`{text}` is not a plain text, number, true, false or null", *path)
