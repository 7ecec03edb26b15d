"""Mending what one field says, over the list: by the services that every form of it uses, on top of what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smf_core.domain.patient import Patient
from smf_core.domain.practice import Practice
from smf_core.records.queries.practices import practices
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.people import OpenPerson, change_demographics, open_person, say_traced
from smf_desktop.services.service.quality import DATA_QUALITY
from smf_desktop.services.session import Session, Touched

Unit = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToMend:
    """Somebody whose field is asked for, with their practice and the one that took it over, where they are listed."""

    person: OpenPerson
    practice: Practice | None
    successor: Practice | None


def open_to_mend(session: Session, patient: str) -> ToMend:
    """The person, noted first as looked at. Raises `NotAllowed`, `UnknownPatient`."""
    found = open_person(session, patient)
    note(session, READ, found.patient.id, DATA_QUALITY)
    code = found.patient.practice_code
    with session.read() as connection:
        practice = practices(connection, {code}).get(code)
        after = practice.successor if practice else ""
        return ToMend(found, practice, practices(connection, {after}).get(after))


def put(session: Session, patient: str, kind: str, unit: Unit) -> Touched:
    """Say one unit as it was, or as it was mended, on top of what stands now."""
    return change_demographics(session, open_person(session, patient), {kind: unit})


def put_traced(session: Session, patient: str, *, traced: bool) -> Touched:
    """Say that the number that stands now was traced, or that it was not."""
    return say_traced(session, open_person(session, patient), traced=traced)


def unit_of(person: Patient, kind: str) -> Unit:
    """The unit as it stands, as a form would send it."""
    units: dict[str, Unit] = {
        "nhs_number": {"nhs_number": person.nhs_number or ""},
        "practice": {"gp_practice_code": person.practice_code},
        "ethnic_category": {"ethnic_category": person.ethnic_category},
        "language": {"language": person.language, "interpreter": person.interpreter or None},
    }
    return units[kind]
