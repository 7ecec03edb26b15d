"""Cover until sign-off in words: one line for each dose and who gives it, and in red where nobody is named."""

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class DoseCoverRow:
    """One line. `cover` is the row behind it, "" for a gap; `tone` is "danger" where a dose has no giver, or two."""

    cover: str
    episode: str
    dose: str
    giver: str
    when: str
    words: str
    tone: str = ""


def dose_cover_rows(covers: Sequence[EpisodeCover], library: Library, today: date) -> tuple[DoseCoverRow, ...]:
    """Every dose of the open pathways: gaps first, then who gives it now and from when it changes."""
    several = sum(bool(one.doses) for one in covers) > 1
    rows: list[DoseCoverRow] = []
    for one in covers:
        label = f"{library.newest(one.skill).label}, " if several and one.skill in library.skills else ""
        rows += [_lapse(one.episode, label, lapse, today) for lapse in one.lapses]
        rows += [_row(label, row, today) for row in one.rows if row.until is None or row.until >= today]
    return tuple(sorted(rows, key=lambda row: row.tone != "danger"))


def cover_words(covers: Sequence[EpisodeCover], today: date) -> tuple[str, ...]:
    """The same as plain lines, for the note of a visit and a hand-over."""
    found: list[str] = []
    for one in covers:
        found += [_lapse(one.episode, "", lapse, today).words for lapse in one.lapses]
        found += [_row("", row, today).words for row in one.rows if row.until is None or row.until >= today]
    return tuple(found)


def _row(label: str, row: DoseCover, today: date) -> DoseCoverRow:
    giver = giver_words(row.giver, row.who)
    when = span(row.from_, row.until, today)
    note = f" · {isolated(row.note)}" if row.note else ""
    unsettled = "" if row.settled else " · two versions: name it again"
    words = f"{label}{isolated(row.dose)}: {giver}, {when}{note}{unsettled}"
    return DoseCoverRow(row.id, row.episode, row.dose, giver, when, words, "" if row.settled else "danger")


def _lapse(episode: str, label: str, lapse: Lapse, today: date) -> DoseCoverRow:
    who = "nobody named" if lapse.named == 0 else f"{lapse.named} named"
    when = span(lapse.from_, lapse.until, today)
    return DoseCoverRow("", episode, lapse.dose, who, when, f"{label}{dose_title(lapse.dose)}: {who} {when}", "danger")


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
