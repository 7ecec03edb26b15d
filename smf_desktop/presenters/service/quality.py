"""Data quality in words: what is wrong, how many of how many, and where each is mended."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.practice import Practice
from smf_core.figures.quality import Fault, Looked, Quality, ToMend
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.days import day
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.labels import counted

NOTHING_TO_MEND = "Nothing to mend was found."
NOBODY_YET = "Nobody yet"
PERSON_NOT_HERE = "Not on this laptop"
EVERYTHING, EVERYBODY = "Everything to mend", "All nurses"
NO_NURSE = "-"
"""The code of the list of whoever has no nurse yet."""

MAY_NOT = "Who is behind these numbers, and where, is shown to those who open records."
Options = Sequence[tuple[str, str]]


class Place(StrEnum):
    """The page where a thing is mended."""

    PERSON = "person"
    PATHWAY = "pathway"
    VISIT = "visit"
    DISCHARGE = "discharge"
    LETTERS = "letters"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class FaultWords:
    """What is wrong in a few words, of what it is counted, where it is mended, and what Enter does about it."""

    label: str
    of: str
    place: Place
    how: str


HERE, CHOICE = "Enter it here", "Choose it here"
FAULTS: Mapping[Fault, FaultWords] = {
    Fault.NO_NHS_NUMBER: FaultWords("NHS number missing", "person", Place.PERSON, HERE),
    Fault.NHS_NUMBER_NOT_TRACED: FaultWords("NHS number not verified", "person", Place.PERSON, "Say here if it is"),
    Fault.PRACTICE_NOT_KNOWN: FaultWords("Practice not known", "person", Place.PERSON, HERE),
    Fault.PRACTICE_CLOSED: FaultWords("Practice closed", "person", Place.PERSON, HERE),
    Fault.NO_ETHNIC_CATEGORY: FaultWords("No ethnic category", "person", Place.PERSON, CHOICE),
    Fault.NO_LANGUAGE: FaultWords("No language", "person", Place.PERSON, HERE),
    Fault.NO_BASELINE: FaultWords("No baseline of core visits", "pathway", Place.PATHWAY, HERE),
    Fault.NO_OUTCOME: FaultWords("Ended without an outcome", "ended pathway", Place.DISCHARGE, "On the discharge page"),
    Fault.UNSIGNED: FaultWords(
        "Visit unsigned over 24 hours, on this laptop", "unsigned visit", Place.VISIT, "Finish and sign the visit"
    ),
    Fault.NO_MINUTES: FaultWords("Visit without minutes", "visit", Place.VISIT, "Amend the visit"),
    Fault.LETTER_NOT_SENT: FaultWords("Letter not sent", "letter", Place.LETTERS, "With the person's letters"),
    Fault.RETURN_NOT_LINKED: FaultWords(
        "Came back, not linked to the discharge", "return", Place.RETURN, "Link it here"
    ),
}
CORE_RETURN = "Look into their record"
"""In the place of linking it, where somebody came back to a core team and no referral of ours says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFacts:
    """What the page shows: what was looked at since a day, and the names of users by id. Who opens no record is told
    the numbers alone."""

    found: Quality
    names: Mapping[str, str]
    since: date
    at: datetime
    may_open: bool


@dataclass(frozen=True, slots=True)
class FaultCount:
    """One line of the table above the list: `3 of 41 people`, or the sentence why it cannot be told."""

    fault: Fault
    label: str
    words: str
    clear: bool


@dataclass(frozen=True, slots=True)
class MendRow:
    """One thing to mend: `place` is the page to open, of `patient`, `episode` and `record` where they are said."""

    fault: Fault
    name: str
    words: str
    since: str
    place: Place
    patient: str
    episode: str
    record: str
    how: str
    nurse: str
    """By name."""

    @property
    def spoken(self) -> str:
        since = f", since {self.since}" if self.since else ""
        return f"{self.name}. {self.words}{since}. {self.how}"


@dataclass(frozen=True, slots=True)
class NurseList:
    """What one nurse's people need, in the order of the faults."""

    nurse: str
    name: str
    words: str
    rows: tuple[MendRow, ...]


def fault_counts(looked: Iterable[Looked]) -> tuple[FaultCount, ...]:
    return tuple(_count(each) for each in looked)


def by_nurse(found: Quality, names: Mapping[str, str]) -> tuple[NurseList, ...]:
    """The lists of nurses by name, whoever is nobody's last; `names` are those of users by id."""
    lists: dict[str, list[ToMend]] = {}
    for row in found.rows:
        lists.setdefault(row.nurse, []).append(row)
    order = sorted(lists, key=lambda nurse: (not nurse, names.get(nurse, nurse).casefold(), nurse))
    return tuple(
        NurseList(
            nurse,
            names.get(nurse, nurse) or NOBODY_YET,
            counted(len(lists[nurse]), "thing") + " to mend",
            _rows(lists[nurse], found.people, names),
        )
        for nurse in order
    )


def mend_rows(facts: QualityFacts, fault: str = "", nurse: str = "") -> tuple[MendRow, ...]:
    """The lists under each other, narrowed to one fault and one nurse by their codes; "" is all of them."""
    return tuple(
        row
        for each in by_nurse(facts.found, facts.names)
        if nurse in ("", each.nurse or NO_NURSE)
        for row in each.rows
        if fault in ("", row.fault.value)
    )


def mend_filters(facts: QualityFacts, fault: str, nurse: str) -> Mapping[str, tuple[str, str, Options]]:
    """How each filter stands: its code, its words, and what can be chosen, each with how much it leaves."""
    lists = by_nurse(facts.found, facts.names)
    many = Counter(row.fault for row in facts.found.rows)
    faults = [(each.value, f"{FAULTS[each].label} ({many[each]:,})") for each in Fault if many[each]]
    nurses = [(each.nurse or NO_NURSE, f"{each.name} ({len(each.rows):,})") for each in lists]
    return {
        "fault": (fault, FAULTS[Fault(fault)].label if fault else EVERYTHING, [("", EVERYTHING), *faults]),
        "nurse": (nurse, _nurse(facts, nurse) if nurse else EVERYBODY, [("", EVERYBODY), *nurses]),
    }


def about_words(facts: QualityFacts) -> str:
    return f"Still taught, or ended, done or written since {day(facts.since)}"


def closed_words(practice: Practice | None, successor: Practice | None) -> str:
    """What became of a practice, "" where it is not listed or open still."""
    if practice is None or practice.closed_on is None:
        return ""
    after = f" {successor.code} {successor.name} took it over." if successor else ""
    return f"{practice.code} {practice.name} closed on {day(practice.closed_on)}.{after}"


def _nurse(facts: QualityFacts, nurse: str) -> str:
    return NOBODY_YET if nurse == NO_NURSE else facts.names.get(nurse, nurse)


def _count(looked: Looked) -> FaultCount:
    said = FAULTS[looked.fault]
    if looked.faulty is None:
        return FaultCount(looked.fault, said.label, looked.reason, clear=True)
    if not looked.of:
        return FaultCount(looked.fault, said.label, f"No {said.of} to look at", clear=True)
    among = f"{looked.of:,} people" if said.of == "person" and looked.of != 1 else counted(looked.of, said.of)
    return FaultCount(looked.fault, said.label, f"{looked.faulty:,} of {among}", clear=not looked.faulty)


def _rows(things: Iterable[ToMend], people: Mapping[str, Known], names: Mapping[str, str]) -> tuple[MendRow, ...]:
    """In the order of the faults, then of the people's names, then of the days.

    Numbers that nobody verified come last: at first they are everybody's, and would bury the rest.
    """
    by_day = sorted(things, key=lambda each: (each.since or date.min, each.patient, each.record))
    rows = (_row(each, people, names) for each in by_day)
    order = sorted(Fault, key=lambda fault: fault is Fault.NHS_NUMBER_NOT_TRACED)
    return tuple(sorted(rows, key=lambda row: (order.index(row.fault), row.name.casefold())))


def _row(row: ToMend, people: Mapping[str, Known], names: Mapping[str, str]) -> MendRow:
    said, person = FAULTS[row.fault], people.get(row.patient)
    core = row.fault is Fault.RETURN_NOT_LINKED and not row.record
    return MendRow(
        fault=row.fault,
        name=name_line(person.name) if person else PERSON_NOT_HERE,
        words=said.label,
        since=day(row.since) if row.since else "",
        place=said.place,
        patient=row.patient,
        episode=row.episode,
        record=row.record,
        how=CORE_RETURN if core else said.how,
        nurse=names.get(row.nurse, row.nurse) or NOBODY_YET,
    )
