"""Who gives each dose or care time until sign-off, day by day: no day without a name, and none with two.

A row says who gives one dose from one day to another, both included; without an end it goes on. Nothing here works
out a dose: it only says who gives it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

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
    """What naming somebody does to the rows: those to write anew, those to take out, those to add (without an id)."""

    shortened: tuple[DoseCover, ...] = ()
    gone: tuple[DoseCover, ...] = ()
    added: tuple[DoseCover, ...] = ()

    @property
    def concerned(self) -> frozenset[Giver]:
        """Everyone who gives, or gave, one of the doses that change hands."""
        return frozenset(row.giver for row in (*self.shortened, *self.gone, *self.added))


def named(rows: Iterable[DoseCover], new: DoseCover) -> Changed:
    """Somebody gives a dose from a day (to a day): whoever was named gives way on those days and no others."""
    shortened: list[DoseCover] = []
    gone: list[DoseCover] = []
    added = [new]
    for row in rows:
        if not _same_dose(row.dose, new.dose) or not _overlap(row, new):
            continue
        before = row.from_ < new.from_
        after = new.until is not None and (row.until is None or row.until > new.until)
        if before:
            shortened.append(replace(row, until=new.from_ - DAY))
        if after and new.until is not None:
            rest = replace(row, from_=new.until + DAY)
            if before:
                added.append(replace(rest, id=""))
            else:
                shortened.append(rest)
        if not before and not after:
            gone.append(row)
    return Changed(tuple(shortened), tuple(gone), tuple(added))


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
