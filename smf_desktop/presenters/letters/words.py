"""What letters share: names and days as letters write them, doses, who to call, and a skill in a sentence.

Letters to the person use plain words and "you"; dates are written out (design.md section 10).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from smf_core.domain import nhs_number
from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import HelpGroup
from smf_core.domain.dates import WEEKDAYS
from smf_core.domain.letter import ContactLines, LetterContent, Letterhead, LetterPart
from smf_core.domain.patient import Medicine, Name, Patient
from smf_core.domain.practice import CoreTeam, Practice
from smf_desktop.presenters.identity import isolated, long_day

OUR_TEAM = "Self-management facilitator team"
ON_PRESCRIPTION = "the dose on your prescription"

_TO_PERSON = {
    "self_injection": "give your own injection",
    "insulin": "give your own insulin",
    "catheter_care": "look after your own catheter and bags",
    "catheter_valve": "look after your own catheter valve",
    "wound": "look after your own wound",
    "compression": "put on and take off your own compression stockings",
}
DOSED = frozenset({"insulin", "self_injection"})
"""Skills whose medicines are given in doses; the others concern products, which a letter names or leaves out."""

_HELP = {
    HelpGroup.CALL_999: "Call 999 now",
    HelpGroup.SAME_DAY: "Get help the same day",
    HelpGroup.ASK_US: "Ask us by the next working day",
}
"""The headings of `common.yaml`, which its test compares."""

_HARD_SPACE = "\u00a0"
_UNSEEN = frozenset({"\u200e", "\u200f", "\u061c", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))})


def printable(text: str) -> str:
    """Text fit for paper: as written, without marks that only turn the reading direction; what runs from right to
    left is fenced off instead, so that the words beside it keep their order."""
    plain = "".join(character for character in text if character not in _UNSEEN)
    kept = "".join("\ufffd" if unicodedata.category(one) == "Cc" and one != "\n" else one for one in plain)
    return isolated(kept.strip())


def one_line(text: str) -> str:
    """`printable` with line ends as spaces."""
    return printable(" ".join(text.split()))


def letter_name(name: Name) -> str:
    """`Mr Babatunde Oyelaran`."""
    return one_line(" ".join(filter(None, (name.title, name.given, name.family))))


def short_name(name: Name) -> str:
    """`Mr Oyelaran`; the whole name where no title is known."""
    return one_line(f"{name.title} {name.family}") if name.title else letter_name(name)


def greeting(name: Name) -> str:
    return f"Dear {short_name(name)}"


def paper_day(on: date) -> str:
    """`30 November 2026`, which no line end parts."""
    return long_day(on).replace(" ", _HARD_SPACE)


def weekday_long(on: date) -> str:
    """`Monday 30 November 2026`."""
    return f"{WEEKDAYS[on.weekday()]} {paper_day(on)}"


def joined(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def person_lines(patient: Patient, *, address: bool) -> tuple[str, ...]:
    """Who the letter is about, two lines, and a third with the address where it is asked for."""
    number = nhs_number.formatted(patient.nhs_number) if patient.nhs_number else "not known"
    born = f"Born {paper_day(patient.date_of_birth)}, NHS number {number.replace(' ', _HARD_SPACE)}"
    where = ", ".join(address_lines(patient.address, patient.postcode)) if address else ""
    return tuple(filter(None, (letter_name(patient.name), born, where)))


def address_lines(address: str, postcode: str) -> tuple[str, ...]:
    lines = (one_line(line.strip().rstrip(",")) for line in address.splitlines())
    return tuple(filter(None, (*lines, one_line(postcode))))


def practice_address(practice: Practice | None, code: str, gp: str = "") -> tuple[str, ...]:
    """To whom a letter to the practice goes; a code that is not listed stands as it is."""
    if practice is None:
        return tuple(filter(None, (one_line(gp), f"Practice {one_line(code)}" if code else "The general practice")))
    lines = (one_line(practice.name), *address_lines(practice.address, practice.postcode))
    return tuple(filter(None, (one_line(gp), *lines)))


def core_team_address(team: CoreTeam | None) -> tuple[str, ...]:
    if team is None:
        return ("Core community nursing team",)
    return (one_line(team.name), *address_lines(team.address, ""))


def contact_lines(contact: ContactLines) -> tuple[str, ...]:
    """Under the letter's head: the phone with its hours, then what to do at other times."""
    phone = one_line(contact.phone).replace(" ", _HARD_SPACE)
    hours = one_line(contact.hours)
    call = ", ".join(filter(None, (f"Phone {phone}" if phone else "", hours if phone else "")))
    other = f"At other times: {one_line(contact.out_of_hours)}" if contact.out_of_hours.strip() else ""
    return tuple(filter(None, (call, other)))


def who_to_call(contact: ContactLines, *, us: str) -> tuple[str, ...]:
    """Sentences that say who to call. `us` is "us" to the person, the service to others."""
    phone = one_line(contact.phone).replace(" ", _HARD_SPACE)
    if not phone:
        first = f"Call {us}. Ask your nurse for the number." if us == "us" else f"Call {us}."
    else:
        first = f"Call {us} on {phone}" + (f" ({one_line(contact.hours)})." if contact.hours.strip() else ".")
    other = f"At other times: {one_line(contact.out_of_hours).rstrip('.')}." if contact.out_of_hours.strip() else ""
    return tuple(filter(None, (first, other)))


def to_person(checklist: Checklist) -> str:
    """`give your own insulin`: after "You can now"."""
    return _TO_PERSON.get(checklist.id, f"do this yourself: {in_sentence(checklist.label)}")


def in_sentence(label: str) -> str:
    return label[:1].lower() + label[1:]


def dose_points(medicines: Iterable[Medicine]) -> tuple[str, ...]:
    """Each dose with who prescribed it, when, and where that was read; a medicine without all three gives none."""
    return tuple(_dose(one, one.prescribed_on) for one in medicines if one.prescribed_on is not None)


def _dose(medicine: Medicine, prescribed_on: date) -> str:
    named = " ".join(filter(None, (medicine.name, medicine.strength)))
    what = ", ".join(filter(None, (named, medicine.device)))
    taken = ", ".join(filter(None, (medicine.dose, medicine.times)))
    until = f", until {paper_day(medicine.ends_on)}" if medicine.ends_on else ""
    by = f"Prescribed by {one_line(medicine.prescriber)} on {paper_day(prescribed_on)}"
    return f"{one_line(what)}: {one_line(taken)}{until}. {by} ({one_line(medicine.source)})."


def help_parts(checklist: Checklist) -> tuple[LetterPart, ...]:
    """When to get help, most urgent first, in the approved words of the skill."""
    found = ((heading, checklist.when_to_get_help.lines(group)) for group, heading in _HELP.items())
    return tuple(LetterPart(heading, (), tuple(line.text for line in lines)) for heading, lines in found if lines)


def content(
    head: Letterhead,
    *,
    title: str,
    written_on: date,
    to: Sequence[str],
    about: Sequence[str],
    greeting: str,
    parts: Iterable[LetterPart],
    copies: Sequence[str] = (),
) -> LetterContent:
    """A whole letter: the head and the signature of the service round what is said."""
    return LetterContent(
        title=title,
        service=one_line(head.service),
        team=OUR_TEAM,
        contact=contact_lines(head.contact),
        written_on=long_day(written_on),
        to=tuple(to),
        about=tuple(about),
        greeting=greeting,
        parts=tuple(part for part in parts if part.sentences or part.points),
        signed=tuple(filter(None, (one_line(head.author), one_line(head.role), one_line(head.service)))),
        copies=tuple(copies),
    )


def letter_text(letter: LetterContent) -> str:
    """The letter as plain text, in reading order: what a screen reader says of the picture of its pages."""
    paragraphs = ["\n".join((letter.service, letter.team, *letter.contact)), letter.written_on]
    paragraphs += ["\n".join(letter.to), "\n".join(letter.about), letter.greeting]
    for part in letter.parts:
        paragraphs.append(
            "\n".join(filter(None, (part.heading, *part.sentences, *(f"- {each}" for each in part.points))))
        )
    paragraphs += ["\n".join(letter.signed), "; ".join(letter.copies)]
    return "\n\n".join(filter(None, paragraphs))
