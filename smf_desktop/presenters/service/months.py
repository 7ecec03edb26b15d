"""A closed month in words: then, now, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smf_core.domain.core_counts import written_month
from smf_core.domain.planned import ClosedMonth, ToDo
from smf_core.figures.hidden_parts import SMALL
from smf_core.figures.month_changes import Change
from smf_core.figures.months import Compared, KeptFigure, figure_of
from smf_core.figures.suppression import UNDER
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.service.said import figure_words

NOTHING_CHANGED = "No figure of the month changed since."
NOT_THERE = "Not there"
NOT_INTACT = "These figures are not those that were kept: the digest written down with them is another."
_CHANGED: Mapping[Change, tuple[str, str]] = {
    Change.VISITS_LATE: ("visit", "came after the month was closed"),
    Change.VISITS_AMENDED: ("visit", "amended"),
    Change.VISITS_STRUCK: ("visit", "entered in error"),
    Change.DISCHARGES_LATE: ("discharge", "came after the month was closed"),
    Change.DISCHARGES_CHANGED: ("discharge", "changed"),
    Change.CORE_COUNTS: ("count of a core team", "added or corrected"),
}
_OTHERWISE = {Change.VISITS_OTHERWISE: "visit", Change.DISCHARGES_OTHERWISE: "discharge"}
_PLAIN = {
    Change.DEFINITION: "the definition is another now",
    Change.NOW: "this figure is of today, not of the month",
    Change.ELSE: "something else in the records changed, such as a referral, a death or a return",
}


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One figure of a closed month; `part` is the skill it is of, "" for the whole. Unchanged, it has no `why`."""

    key: str
    measure: str
    part: str
    then: str
    now: str
    why: str

    @property
    def spoken(self) -> str:
        part = f", {self.part}" if self.part else ""
        return " ".join(f"{self.measure}{part}. Then: {self.then}. Now: {self.now}. {self.why}".split())


def month_rows(rows: Iterable[Compared], labels: Mapping[str, str], *, hide: bool = False) -> tuple[MonthRow, ...]:
    """`labels` are the words of skills by code; with `hide` no count under 5 stands in a reason."""
    return tuple(_row(each, labels, hide) for each in rows)


def summary(rows: Sequence[Compared]) -> str:
    """What stands above the rows. A figure that is of today is none of the month's that changed."""
    changed = sum(row.changed and Change.NOW not in row.why for row in rows)
    return f"{changed} of {counted(len(rows), 'figure')} changed since." if changed else NOTHING_CHANGED


def why_words(why: Mapping[Change, int], *, hide: bool = False) -> str:
    """`2 visits came after the month was closed, 1 visit amended.`; "" for nothing."""
    said = [_change(change, many, hide) for change, many in why.items() if many]
    return ", ".join(said)[:1].upper() + ", ".join(said)[1:] + "." if said else ""


def closed_words(closed: ClosedMonth, name: str) -> str:
    """`Oct-2026, closed 05-Nov-2026 10:02, Amina Patel, definitions version 1.`, with the reason of a later closing."""
    by = name or "a colleague"
    said = f"{written_month(closed.month)}, closed {day(closed.at.date())} {clock(closed.at)}, {by}"
    again = f" Closed again: {closed.reason}" if closed.reason else ""
    broken = f" {NOT_INTACT}" if not closed.intact else ""
    return f"{said}, definitions version {closed.definitions}.{again}{broken}"


def todo_words(action: ToDo) -> str:
    """`Ring the practices. Priya Shah, by 01-Dec-2026`."""
    what = action.what if action.what.endswith((".", "?")) else f"{action.what}."
    return f"{what} {action.owner}, by {day(action.due_on)}"


def _row(row: Compared, labels: Mapping[str, str], hide: bool) -> MonthRow:
    kept = row.then or row.now
    group = kept.group if kept else {}
    part = ", ".join(labels.get(code, code) or "Not known" for code in group.values())
    name = kept.id if kept else ""
    return MonthRow(
        key=" ".join((name, *group.values())),
        measure=row.meant.label,
        part=part,
        then=_figure(row.then, row),
        now=_figure(row.now, row),
        why=why_words(row.why, hide=hide),
    )


def _figure(kept: KeptFigure | None, row: Compared) -> str:
    return figure_words(figure_of(kept, row.meant)) if kept else NOT_THERE


def _change(change: Change, many: int, hide: bool) -> str:
    if change in _PLAIN:
        return _PLAIN[change]
    if change in _OTHERWISE:
        more = "more" if many > 0 else "fewer"
        return f"{_many(abs(many), _OTHERWISE[change], hide)} {more} for another reason, such as another date"
    what, became = _CHANGED[change]
    if what.startswith("count "):
        return f"{_many(many, 'count', hide)} of core teams {became}"
    return f"{_many(many, what, hide)} {became}"


def _many(count: int, word: str, hide: bool) -> str:
    return f"{UNDER} {word}s" if hide and 0 < count < SMALL else counted(count, word)
