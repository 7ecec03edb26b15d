"""Cover until sign-off in words: one line for each dose and who gives it, and in red where nobody is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist import Library
from smf_core.domain.dose_cover import DoseCover, EpisodeCover, Giver, Lapse
from smf_desktop.presenters.days import day
from smf_desktop.presenters.identity import isolated

GIVERS: Mapping[Giver, str] = {
    Giver.PATIENT: "The person",
    Giver.CARER: "Carer",
    Giver.CORE_TEAM: "Core team",
    Giver.SMF: "SMF visit",
    Giver.OTHER: "Somebody else",
}


DAYS_NAMED = 3
"""Days of one giver named in a line before the rest are only counted."""


@dataclass(frozen=True, slots=True)
class DoseCoverRow:
    """One line. `tone` is "danger" where a dose has no giver, or two; `covers` are the records that it stands for."""

    words: str
    tone: str = ""
    covers: tuple[str, ...] = ()


def dose_cover_rows(covers: Sequence[EpisodeCover], library: Library, today: date) -> tuple[DoseCoverRow, ...]:
    """Every dose of the open pathways: gaps first, then who gives it now and from when it changes."""
    several = sum(bool(one.doses) for one in covers) > 1
    rows: list[DoseCoverRow] = []
    for one in covers:
        label = f"{library.newest(one.skill).label}, " if several and one.skill in library.skills else ""
        rows += _lines(one, label, today)
    return tuple(sorted(rows, key=lambda row: row.tone != "danger"))


def cover_words(covers: Sequence[EpisodeCover], today: date) -> tuple[str, ...]:
    """The same as plain lines, for the note of a visit and a hand-over."""
    return tuple(row.words for one in covers for row in _lines(one, "", today))


def _lines(one: EpisodeCover, label: str, today: date) -> Iterator[DoseCoverRow]:
    for lapse in one.lapses:
        yield _lapse(label, lapse, today)
    groups: dict[tuple[str, Giver, str, str, bool], list[DoseCover]] = {}
    for row in one.rows:
        if row.until is None or row.until >= today:
            key = (row.dose.casefold(), row.giver, row.who, row.note, row.settled)
            groups.setdefault(key, []).append(row)
    for same in groups.values():
        yield _row(label, same, today)


def _row(label: str, same: Sequence[DoseCover], today: date) -> DoseCoverRow:
    """The days on which one giver gives one dose, in one line."""
    row = same[0]
    note = f" · {isolated(row.note)}" if row.note else ""
    unsettled = "" if row.settled else " · two versions: name it again"
    words = f"{label}{isolated(row.dose)}: {giver_words(row.giver, row.who)}, {_days(same, today)}{note}{unsettled}"
    return DoseCoverRow(words, "" if row.settled else "danger", tuple(one.id for one in same))


def _days(same: Sequence[DoseCover], today: date) -> str:
    """`on 19-Nov-2026, 21-Nov-2026 and 23-Nov-2026, from 26-Nov-2026`; of many days the first are named."""
    single = [day(row.from_) for row in same if row.until == row.from_]
    more = len(single) - DAYS_NAMED
    named = [*single[:DAYS_NAMED], f"{more} more {'day' if more == 1 else 'days'}"] if more > 0 else single
    said = [f"on {' and '.join(filter(None, (', '.join(named[:-1]), named[-1])))}"] if named else []
    said += [span(row.from_, row.until, today) for row in same if row.until != row.from_]
    return ", ".join(said)


def _lapse(label: str, lapse: Lapse, today: date) -> DoseCoverRow:
    who = "nobody named" if lapse.named == 0 else f"{lapse.named} named"
    when = span(lapse.from_, lapse.until, today)
    return DoseCoverRow(f"{label}{dose_title(lapse.dose)}: {who} {when}", "danger")


def dose_title(dose: str) -> str:
    """`Evening dose`; a time or a dose that says so itself stays as it is."""
    return isolated(dose if "dose" in dose.casefold() or not dose[:1].isalpha() else f"{dose} dose")


def giver_words(giver: Giver, who: str) -> str:
    return f"{GIVERS[giver]} ({isolated(who)})" if who else GIVERS[giver]


def span(from_: date, until: date | None, today: date) -> str:
    """`from 24-Nov-2026`, `until 26-Nov-2026`, `on 24-Nov-2026`, `until it is changed`."""
    if until == from_:
        return f"on {day(from_)}"
    begun = from_ <= today
    if until is None:
        return f"from {day(from_)}"
    return f"until {day(until)}" if begun else f"from {day(from_)} until {day(until)}"
