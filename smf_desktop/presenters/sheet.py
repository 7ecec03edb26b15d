"""A short form in words: fields in order, each with what stands in it and what is still wanted of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smf_core.domain.gap import Gap
from smf_core.domain.missing import Why

SheetKind = Literal["pick", "several", "line", "text", "date"]

WANTED: Mapping[Why, str] = {
    Why.NEEDED: "Needed",
    Why.TOLD_NEEDED: "Enter who was told",
    Why.NOT_A_DATE: "Enter a date such as 17/11, thu or +2w",
    Why.NOT_A_TIME: "Enter a time such as 9:05 or 1430",
    Why.NOT_A_NUMBER: "Enter a number",
    Why.IN_PAST: "Enter today or a later date",
    Why.IN_FUTURE: "Enter today or an earlier date",
}


@dataclass(frozen=True, slots=True)
class SheetField:
    """One field. `value` is its text, a code, or codes with | between; options are (code, words).

    `problem` is what is wanted of it, shown once saving was tried.
    """

    key: str
    label: str
    kind: SheetKind
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    optional: bool = False
    half: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The page in words. `notices` are (what is true, what to do, kind)."""

    title: str
    about: str
    fields: tuple[SheetField, ...]
    primary: str
    dock: str
    tone: str
    notices: tuple[tuple[str, str, str], ...] = ()
    key: str = ""
    """What the page is about: another record begins with no field asked for yet."""


def problems(gaps: Iterable[Gap], words: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each field that lacks something; `words` are those of fields that say it in their own way."""
    return {gap.field: words.get(gap.field) or WANTED.get(gap.why, WANTED[Why.NEEDED]) for gap in gaps}


def dock_words(gaps: Sequence[Gap], ready: str) -> tuple[str, str]:
    """What the dock says, and its tone."""
    if not gaps:
        return ready, "ok"
    return f"{len(gaps)} to fill in", "warn"
