"""What every chart gives: a picture with what can be pointed at, the same as a table, and the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from smf_desktop.reports.charts.words import sentences

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Kind: TypeAlias = Literal["text", "count", "share", "number"]
"""A share is from 0 to 1 and shown as a percentage."""

POINTS: Mapping[str, float] = {"section": 11, "body": 10.5, "caption": 9, "tick": 8.5}
"""Type sizes at 100 %, by role (`design.md` 3); nothing in a picture is smaller than a tick."""


@dataclass(frozen=True, slots=True)
class Style:
    """Colours by token, and how large the text is (1.0 is 100 %)."""

    colours: Mapping[str, str]
    text: float = 1.0


@dataclass(frozen=True, slots=True)
class Size:
    """In pixels at 100 %; `ratio` is how many pixels of the screen each of them is."""

    width: int
    height: int
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Heading:
    """What a picture that leaves the page says above and below itself: what it is; of whom, when, and as at when."""

    title: str = ""
    note: str = ""

    def read_over(self, summary: str) -> str:
        """A chart in words, with those above it; a title with which the words of the chart begin is said once."""
        if summary.startswith(self.title):
            return " ".join((summary, sentences((self.note,)))).strip()
        return f"{sentences((self.title, self.note))} {summary}"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to point at, from its top left corner in pixels at 100 %, in the order of the arrow keys.

    `key` names what it is of (a skill, a nurse, a month), `part` which part of that (a visit, "ready"); `words` are
    all of it in a breath.
    """

    key: str
    part: str
    words: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as drawn at one size in one style."""

    figure: "Figure"
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a column of a table."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A chart as numbers; None is an empty cell: it is not known, or there is nothing to say."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


class Chart(Protocol):
    """One chart, of plain values."""

    def table(self) -> Table: ...

    def summary(self) -> str: ...


@cache
def packaged(theme: Literal["light", "dark"]) -> Style:
    """The style of what is saved and printed, whatever the screen looks like."""
    tokens = msgspec.json.decode(files("resources").joinpath("theme/tokens.json").read_bytes())
    return Style(tokens["color"][theme])
