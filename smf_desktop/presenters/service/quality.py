"""Data quality in words: what is wrong, how many of how many, and where each is mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smf_core.figures.quality import Fault, Looked, Quality, ToMend
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.days import day
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.labels import counted

NOTHING_TO_MEND = "Nothing to mend was found."
NOBODY_YET = "Nobody yet"
PERSON_NOT_HERE = "Not on this laptop"


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
    """What is wrong in a few words, of what it is counted, and where it is mended."""

    label: str
    of: str
    place: Place


FAULTS: Mapping[Fault, FaultWords] = {
    Fault.NO_NHS_NUMBER: FaultWords("NHS number missing", "person", Place.PERSON),
    Fault.NHS_NUMBER_NOT_TRACED: FaultWords("NHS number not verified", "person", Place.PERSON),
    Fault.PRACTICE_NOT_KNOWN: FaultWords("Practice not known", "person", Place.PERSON),
    Fault.PRACTICE_CLOSED: FaultWords("Practice closed", "person", Place.PERSON),
    Fault.NO_ETHNIC_CATEGORY: FaultWords("No ethnic category", "person", Place.PERSON),
    Fault.NO_LANGUAGE: FaultWords("No language", "person", Place.PERSON),
    Fault.NO_BASELINE: FaultWords("No baseline of core visits", "pathway", Place.PATHWAY),
    Fault.NO_OUTCOME: FaultWords("Ended without an outcome", "ended pathway", Place.DISCHARGE),
    Fault.UNSIGNED: FaultWords("Visit unsigned over 24 hours, on this laptop", "unsigned visit", Place.VISIT),
    Fault.NO_MINUTES: FaultWords("Visit without minutes", "visit", Place.VISIT),
    Fault.LETTER_NOT_SENT: FaultWords("Letter not sent", "letter", Place.LETTERS),
    Fault.RETURN_NOT_LINKED: FaultWords("Came back, not linked to the discharge", "return", Place.RETURN),
}


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

    @property
    def spoken(self) -> str:
        since = f", since {self.since}" if self.since else ""
        return f"{self.name}. {self.words}{since}"


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
            tuple(_row(each, found.people) for each in sorted(lists[nurse], key=_order)),
        )
        for nurse in order
    )


def _count(looked: Looked) -> FaultCount:
    said = FAULTS[looked.fault]
    if looked.faulty is None:
        return FaultCount(looked.fault, said.label, looked.reason, clear=True)
    if not looked.of:
        return FaultCount(looked.fault, said.label, f"No {said.of} to look at", clear=True)
    among = f"{looked.of:,} people" if said.of == "person" and looked.of != 1 else counted(looked.of, said.of)
    return FaultCount(looked.fault, said.label, f"{looked.faulty:,} of {among}", clear=not looked.faulty)


def _row(row: ToMend, people: Mapping[str, Known]) -> MendRow:
    said, person = FAULTS[row.fault], people.get(row.patient)
    return MendRow(
        fault=row.fault,
        name=name_line(person.name) if person else PERSON_NOT_HERE,
        words=said.label,
        since=day(row.since) if row.since else "",
        place=said.place,
        patient=row.patient,
        episode=row.episode,
        record=row.record,
    )


def _order(row: ToMend) -> tuple[int, date, str, str]:
    return list(Fault).index(row.fault), row.since or date.min, row.patient, row.record
