"""Who to call, without a signal to look it up with: the emergency, our team, the practice, the pharmacy, the family."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from smf_core.domain.patient import ContactKind, Patient
from smf_core.domain.practice import Practice

NOT_SET = "not set by the service yet"


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """The service's own number, its hours, and what to do at other times, as its clinical lead set them."""

    phone: str = ""
    hours: str = ""
    out_of_hours: str = ""


@dataclass(frozen=True, slots=True)
class CallRow:
    label: str
    number: str


def who_to_call(patient: Patient, line: ServiceLine, practice: Practice | None, today: date) -> tuple[CallRow, ...]:
    """Most urgent first. A line without a number says so: a gap that is seen can be filled before it matters."""
    return tuple(_rows(patient, line, practice, today))


def _rows(patient: Patient, line: ServiceLine, practice: Practice | None, today: date) -> Iterator[CallRow]:
    yield CallRow("Life in danger", "999")
    hours = f" ({line.hours})" if line.hours else ""
    yield CallRow(f"SMF team{hours}", line.phone or NOT_SET)
    yield CallRow("Out of hours", line.out_of_hours or "NHS 111")
    if practice is not None:
        closed = ", closed" if practice.closed(today) else ""
        yield CallRow(f"Practice: {practice.name}{closed}", practice.phone or "number not known")
    elif patient.gp:
        yield CallRow(f"Practice: {patient.gp}", "number not known")
    for contact in patient.contacts:
        about = f" ({contact.relation})" if contact.relation else ""
        if contact.kind is ContactKind.PHARMACY:
            yield CallRow(f"Pharmacy: {contact.name}", contact.phone or "number not known")
        elif contact.emergency:
            yield CallRow(f"Emergency contact: {contact.name}{about}", contact.phone or "number not known")
