"""Who is around one person, what they take, and what is known of them, as lines."""

from collections.abc import Iterator, Mapping

from smf_core.domain.checklist import Library
from smf_core.domain.patient import ETHNIC_CATEGORIES, Attorney, Contact, ContactKind, Medicine, Patient
from smf_desktop.presenters.identity import day, isolated
from smf_desktop.presenters.patient.facts import FactRow, dotted

KINDS: Mapping[ContactKind, str] = {
    ContactKind.PERSON: "A person",
    ContactKind.PHARMACY: "The pharmacy",
    ContactKind.SERVICE: "Another service",
}
ATTORNEYS: Mapping[Attorney, str] = {
    Attorney.NONE: "None",
    Attorney.HEALTH: "Health and welfare",
    Attorney.FINANCE: "Property and finance",
    Attorney.BOTH: "Health, welfare, property and finance",
}
_LABELS = {ContactKind.PERSON: "Contact", ContactKind.PHARMACY: "Pharmacy", ContactKind.SERVICE: "Service"}


def medicine_row(one: Medicine, library: Library) -> FactRow:
    """A dose stands with who prescribed it, when and where that was read, or it is said that this is not known."""
    label = library.newest(one.skill).label if one.skill in library.skills else one.skill
    said = " ".join(filter(None, (one.name, one.strength, one.device)))
    ends = f"until {day(one.ends_on)}" if one.ends_on else ""
    told = (one.prescriber, f"prescribed {day(one.prescribed_on)}" if one.prescribed_on else "", one.source)
    known = dotted(*told) if all(told) else dotted(*told, "prescriber, date or source not written down")
    apart = "" if one.settled else "Two versions to settle"
    about = "\n".join(filter(None, (dotted(one.dose, one.times, one.targets, ends), known, apart)))
    return FactRow(label, isolated(said), isolated(about), f"medicine:{one.id}", "" if one.settled else "warn")


def contact_row(one: Contact) -> FactRow:
    """How to reach them, and what they may hear."""
    marks = (
        "emergency contact" if one.emergency else "",
        "informal carer, may learn" if one.informal_carer else "",
        "we may talk to them" if one.may_talk else "do not talk to them about care",
        "may leave a message" if one.may_leave_message else "leave no message",
        f"power of attorney: {ATTORNEYS[one.attorney].lower()}" if one.attorney else "",
        "" if one.settled else "two versions to settle",
    )
    shown = marks if one.kind is ContactKind.PERSON else (marks[0], *marks[5:])
    about = "\n".join(filter(None, (dotted(one.phone, *shown), isolated(one.note))))
    label = isolated(one.relation) or _LABELS[one.kind]
    return FactRow(label, isolated(one.name), about, f"contact:{one.id}", "" if one.settled else "warn")


def person_rows(person: Patient) -> tuple[FactRow, ...]:
    """Language, access, ethnic category and the rest that the banner has no room for."""
    return tuple(_person(person))


def _person(person: Patient) -> Iterator[FactRow]:
    speaks = isolated(person.language) or "Not asked yet"
    yield FactRow("Language", speaks, "Interpreter needed" if person.interpreter else "")
    yield FactRow("Access and format needs", isolated(person.access_needs) or "Not asked yet")
    category = person.ethnic_category
    yield FactRow("Ethnic category", ETHNIC_CATEGORIES.get(category, category) or "Not asked yet")
    practice = " ".join(filter(None, (person.practice_code, f"({person.gp})" if person.gp else "")))
    yield FactRow("Practice", isolated(practice) or "Not known")
    if person.opted_out:
        yield FactRow("National data opt-out", "Opted out", "The record is used for their own care alone", tone="warn")
