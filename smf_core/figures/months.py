"""A closed month: its figures as they were kept, beside the same figures now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from smf_core.domain.core_counts import month_after
from smf_core.figures.caseload import CASELOAD_NOW
from smf_core.figures.episodes import E
from smf_core.figures.figure import Asked, Figure, Split
from smf_core.figures.month_changes import Change
from smf_core.figures.report import NotHeard, Report, once_each, report
from smf_core.figures.suppression import hide_small, nearly_the_same
from smf_core.records.projections.values import json_text

REPORT = "caseload-reduction"
LATER_HIDDEN = "Hidden: fewer than 5 make the difference"
"""In place of a figure as it is now, where it would say of a few people that they came late or were corrected."""

_UNSAID: tuple[object, ...] = (None, "", (), {})
_OF_CORE_TEAMS = frozenset(
    {
        *("core_referrals_per_month", "core_referral_change"),
        *("core_and_other_referral_change", "core_referral_change_compared"),
    }
)


@dataclass(frozen=True, slots=True)
class KeptFigure:
    """A figure as `Figure` has it, without what its definition says."""

    id: str
    group: dict[str, str] = field(default_factory=dict)
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """What a figure meant, in the words that stood beside it."""

    label: str
    unit: str
    version: str
    words: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A month's report whole and by skill; `complete` as `Report` has it."""

    report: str
    definitions_version: str
    since: date
    until: date
    as_of: date
    team: str
    complete: bool
    missing_devices: tuple[NotHeard, ...]
    definitions: dict[str, Meant]
    figures: tuple[KeptFigure, ...]


class Compared(NamedTuple):
    """A figure then and now, None where there was none, with all that may have changed it and how often."""

    then: KeptFigure | None
    now: KeptFigure | None
    meant: Meant
    why: Mapping[Change, int]

    @property
    def changed(self) -> bool:
        return self.then is None or self.now is None or _told(self.then) != _told(self.now)


def first_month(connection: Connection, team: str) -> date | None:
    """The month of a team's first completed visit, by its first day; None where nobody was taught yet."""
    day: date | None = connection.scalar(select(func.min(E.first_on)).where(*([E.team == team] if team else [])))
    return day.replace(day=1) if day else None


def of_month(month: date, team: str, as_of: date) -> Asked:
    """What a month's figures are asked of."""
    first = month.replace(day=1)
    return Asked(since=first, until=month_after(first) - timedelta(days=1), as_of=as_of, team=team)


def month_kept(
    connection: Connection, asked: Asked, *, complete: bool = True, missing: tuple[NotHeard, ...] = ()
) -> Kept:
    """The figures of a month as the records stand in this transaction."""
    whole = report(connection, REPORT, asked)
    found = (*whole.figures, *report(connection, REPORT, replace(asked, by=Split.SKILL)).figures)
    return Kept(
        report=REPORT,
        definitions_version=whole.definitions_version,
        since=asked.since,
        until=asked.until,
        as_of=asked.as_of,
        team=asked.team,
        complete=complete,
        missing_devices=missing,
        definitions={each.id: Meant(each.label, each.unit, each.version, each.definition) for each in found},
        figures=tuple(_kept(each) for each in once_each(found) if all(each.group.values())),
    )


def canonical(kept: Kept) -> str:
    """The one text of it, byte by byte: what a digest is taken of. What a figure does not say is left out."""
    figures = [{name: said for name, said in asdict(each).items() if said not in _UNSAID} for each in kept.figures]
    return json_text({**{each.name: getattr(kept, each.name) for each in fields(kept)}, "figures": figures})


def compared(then: Kept, now: Kept, changes: Mapping[Change, int]) -> tuple[Compared, ...]:
    """Every figure of either, in order. Why is said of those alone that are not as they were."""
    before = {_key(each.id, each.group): each for each in then.figures}
    after = {_key(each.id, each.group): each for each in now.figures}
    rows = []
    for key in dict.fromkeys((*before, *after)):
        meant = now.definitions.get(key[0]) or then.definitions[key[0]]
        row = Compared(before.get(key), after.get(key), meant, {})
        rows.append(row._replace(why=_why(key[0], then, now, changes)) if row.changed else row)
    return tuple(rows)


def report_of(kept: Kept) -> Report:
    """A closed month as the report it was."""
    return Report(
        name=kept.report,
        asked=Asked(since=kept.since, until=kept.until, as_of=kept.as_of, team=kept.team),
        definitions_version=kept.definitions_version,
        figures=tuple(figure_of(each, kept.definitions[each.id]) for each in kept.figures),
        complete=kept.complete,
        missing_devices=kept.missing_devices,
    )


def small_hidden(kept: Kept, rows: Sequence[Compared]) -> tuple[Compared, ...]:
    """The figures then and now as they may leave the application: small numbers are hidden in both, and what is now is
    where it is nearly what was."""
    then = [figure_of(row.then, row.meant) for row in rows if row.then]
    now = [figure_of(row.now, row.meant) for row in rows if row.now]
    near = nearly_the_same(then, now)
    whole = report_of(kept)
    before, after = (_by_key(hide_small(replace(whole, figures=tuple(some)))) for some in (then, now))
    found = []
    for row in rows:
        was = before[_key(row.then.id, row.then.group)] if row.then else None
        became = after[_key(row.now.id, row.now.group)] if row.now else None
        if became and became.id in near:
            became = KeptFigure(became.id, became.group, reason=LATER_HIDDEN)
        found.append(row._replace(then=was, now=became))
    return tuple(found)


def _by_key(shown: Report) -> Mapping[tuple[str, tuple[tuple[str, str], ...]], KeptFigure]:
    return {_key(each.id, each.group): _kept(each) for each in shown.figures}


def figure_of(kept: KeptFigure, meant: Meant) -> Figure:
    """A kept figure with what it meant, as any other figure is shown."""
    return Figure(
        id=kept.id,
        label=meant.label,
        group=kept.group,
        numerator=kept.numerator,
        denominator=kept.denominator,
        value=kept.value,
        low=kept.low,
        high=kept.high,
        unit=meant.unit,
        reason=kept.reason,
        beside=kept.beside,
        definition=meant.words,
        version=meant.version,
    )


def _why(figure: str, then: Kept, now: Kept, changes: Mapping[Change, int]) -> Mapping[Change, int]:
    if figure == CASELOAD_NOW.id:
        return {Change.NOW: 1}
    versions = {kept.definitions[figure].version for kept in (then, now) if figure in kept.definitions}
    counts = {Change.CORE_COUNTS} if figure in _OF_CORE_TEAMS else set(Change) - {Change.CORE_COUNTS}
    found = {change: many for change, many in changes.items() if change in counts}
    if len(versions) > 1 or figure not in then.definitions or figure not in now.definitions:
        found[Change.DEFINITION] = 1
    return found or {Change.ELSE: 1}


def _key(figure: str, group: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return figure, tuple(sorted(group.items()))


def _kept(each: Figure) -> KeptFigure:
    return KeptFigure(
        id=each.id,
        group=dict(each.group),
        numerator=each.numerator,
        denominator=each.denominator,
        value=each.value,
        low=each.low,
        high=each.high,
        reason=each.reason,
        beside=each.beside,
    )


def _told(each: KeptFigure) -> tuple[Any, ...]:
    return each.numerator, each.denominator, each.value, each.low, each.high, each.reason
