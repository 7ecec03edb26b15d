"""Who gives each dose or care time until sign-off, day by day: no day without a name, and none with two.

A row says who gives one dose from one day to another, both included; without an end it goes on. Nothing here works
out a dose: it only says who gives it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from smf_core.domain.pathway import CoreVisits
from smf_core.domain.teaching_trouble import ChangedMeanwhile

DAY = timedelta(days=1)


class Giver(StrEnum):
    PATIENT = "patient"
    CARER = "carer"
    CORE_TEAM = "core_team"
    SMF = "smf"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DoseCover:
    """One row of a pathway. `who` names a carer or another; `settled` is False while two laptops disagree."""

    id: str
    patient: str
    episode: str
    dose: str
    giver: Giver
    from_: date
    until: date | None = None
    who: str = ""
    note: str = ""
    settled: bool = True

    def covers(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Lapse:
    """A dose that nobody, or more than one, is named for from a day on (`until` is the last such day, None: no end)."""

    dose: str
    from_: date
    until: date | None
    named: int


@dataclass(frozen=True, slots=True)
class EpisodeCover:
    """One open pathway: its doses by name, the rows that say who gives them, and where nobody (or two) is named."""

    episode: str
    skill: str
    doses: tuple[str, ...]
    rows: tuple[DoseCover, ...]
    lapses: tuple[Lapse, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """From rows to rows: those to write anew, those to take out, those to add (without an id)."""

    rewritten: tuple[DoseCover, ...] = ()
    gone: tuple[DoseCover, ...] = ()
    added: tuple[DoseCover, ...] = ()


def changed(before: Iterable[DoseCover], after: Iterable[DoseCover]) -> Changed:
    """What there is to write so that the rows of `before` become those of `after`."""
    stood, stands = {row.id: row for row in before}, tuple(after)
    kept = {row.id for row in stands}
    return Changed(
        rewritten=tuple(row for row in stands if row.id in stood and row != stood[row.id]),
        gone=tuple(row for row in stood.values() if row.id not in kept),
        added=tuple(row for row in stands if row.id not in stood),
    )


def named(rows: Iterable[DoseCover], new: DoseCover) -> tuple[DoseCover, ...]:
    """The rows once somebody gives a dose from a day (to a day): whoever was named gives way on those days only.

    `new`, and what a row split in two leaves over, have no id yet.
    """
    after: list[DoseCover] = []
    for row in rows:
        after += _without(row, new) if _same_dose(row.dose, new.dose) and _overlap(row, new) else [row]
    return (*after, replace(new, id=""))


def left_open(rows: Iterable[DoseCover], dose: str, day: date) -> tuple[DoseCover, ...]:
    """The rows once the visit that was to give a dose on a day does not: our nurse is not named for that day."""
    after: list[DoseCover] = []
    for row in rows:
        ours = row.giver is Giver.SMF and _same_dose(row.dose, dose) and row.covers(day)
        after += _without(row, replace(row, from_=day, until=day)) if ours else [row]
    return tuple(after)


def put_back(now: Sequence[DoseCover], before: Sequence[DoseCover], left: Sequence[DoseCover]) -> tuple[DoseCover, ...]:
    """The rows once a change from `before` to `left` is taken back: only the doses it was about are as before it.

    Raises `ChangedMeanwhile` where one of those is not given any more as the change left it.
    """
    was, became, stands = map(_by_dose, (before, left, now))
    about = {dose for dose in was.keys() | became.keys() if was.get(dose) != became.get(dose)}
    if any(stands.get(dose) != became.get(dose) for dose in about):
        raise ChangedMeanwhile
    others = (row for row in now if _dose(row) not in about)
    return (*others, *(row for row in before if _dose(row) in about))


def _by_dose(rows: Iterable[DoseCover]) -> dict[str, frozenset[DoseCover]]:
    """What the rows of each dose say; which record says it, and under whom it lies since a merge, is left out."""
    found: dict[str, frozenset[DoseCover]] = {}
    for row in rows:
        said = replace(row, id="", patient="", dose="", settled=True)
        found[_dose(row)] = found.get(_dose(row), frozenset()) | {said}
    return found


def _dose(row: DoseCover) -> str:
    return row.dose.strip().casefold()


def _without(row: DoseCover, days: DoseCover) -> list[DoseCover]:
    """What is left of a row outside the days of another: nothing, one row, or two."""
    left: list[DoseCover] = []
    if row.from_ < days.from_:
        left.append(replace(row, until=days.from_ - DAY))
    if days.until is not None and (row.until is None or row.until > days.until):
        left.append(replace(row, id="" if left else row.id, from_=days.until + DAY))
    return left


Named = tuple[Giver, str]
"""Who is named, and by which name where the giver has one."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A dose that changes hands on some days (`until` is the last, None: no end): who was named, and who is.

    Nobody in `before` or `after`: the dose was, or is now, without a name. `first`: nobody was ever named for it.
    """

    dose: str
    from_: date
    until: date | None
    before: tuple[Named, ...]
    after: tuple[Named, ...]
    first: bool = False


@dataclass(frozen=True, slots=True)
class CoverNews:
    """What a change tells the core team.

    `turns` are the doses that change hands, `rows` who gives each from today on, `unnamed` the doses that some day
    has nobody for, `core_visits` what the team still does as last recorded. `stops`: the team is asked to stop.
    """

    turns: tuple[HandOver, ...]
    rows: tuple[DoseCover, ...]
    unnamed: tuple[str, ...] = ()
    core_visits: CoreVisits | None = None
    stops: bool = False


def hand_overs(before: Sequence[DoseCover], after: Sequence[DoseCover], today: date) -> tuple[HandOver, ...]:
    """Which doses change hands from today on, by dose and day; none where everybody gives what they gave."""
    found: list[HandOver] = []
    doses = {row.dose.strip().casefold(): row.dose.strip() for row in (*after, *before)}
    for dose in sorted(doses.values(), key=str.casefold):
        was, now = ([row for row in rows if _same_dose(row.dose, dose)] for rows in (before, after))
        edges = {row.from_ for row in (*was, *now)} | {row.until + DAY for row in (*was, *now) if row.until is not None}
        days = sorted({today} | {edge for edge in edges if edge > today})
        own: list[HandOver] = []
        for day, following in zip(days, [*days[1:], None], strict=True):
            until = following - DAY if following else None
            turn = HandOver(dose, day, until, _named_on(was, day), _named_on(now, day), not was)
            if own and (own[-1].before, own[-1].after) == (turn.before, turn.after):
                own[-1] = replace(own[-1], until=until)
            else:
                own.append(turn)
        found += [one for one in own if one.before != one.after]
    return tuple(found)


def _named_on(rows: Iterable[DoseCover], day: date) -> tuple[Named, ...]:
    return tuple(sorted({(row.giver, " ".join(row.who.split())) for row in rows if row.covers(day)}))


def lapses(rows: Sequence[DoseCover], doses: Iterable[str], today: date) -> tuple[Lapse, ...]:
    """For each dose, the first days from today on that nobody is named for, and the first that two are.

    A row that has not ended stands until it is changed, so what comes after it is covered.
    """
    found: list[Lapse] = []
    for dose in doses:
        own = [row for row in rows if _same_dose(row.dose, dose) and (row.until is None or row.until >= today)]
        edges = {today} | {row.from_ for row in own} | {row.until + DAY for row in own if row.until is not None}
        days = sorted(day for day in edges if day >= today)
        counts = [(day, sum(row.covers(day) for row in own)) for day in days]
        for wrong in (frozenset({0}), frozenset(range(2, len(own) + 1))):
            first = next((place for place, (_, count) in enumerate(counts) if count in wrong), None)
            if first is None:
                continue
            last = next((place for place in range(first, len(counts)) if counts[place][1] not in wrong), None)
            until = counts[last][0] - DAY if last is not None else None
            found.append(Lapse(dose, counts[first][0], until, counts[first][1]))
    return tuple(found)


def on_day(rows: Iterable[DoseCover], dose: str, day: date) -> tuple[DoseCover, ...]:
    """Who is named for a dose on a day."""
    return tuple(row for row in rows if _same_dose(row.dose, dose) and row.covers(day))


def _same_dose(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _overlap(row: DoseCover, new: DoseCover) -> bool:
    starts = new.until is None or row.from_ <= new.until
    return starts and (row.until is None or row.until >= new.from_)
