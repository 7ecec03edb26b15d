"""The parts of the House of Care in words, and how a service stands on each."""

from collections.abc import Mapping
from dataclasses import dataclass

from smf_core.domain.house_of_care import Part, SelfCheck, Standing
from smf_desktop.presenters.days import day
from smf_desktop.presenters.service.months import todo_words

PARTS: Mapping[Part, tuple[str, str]] = {
    Part.CONVERSATION: (
        "Care and support planning",
        "Does every person agree a plan of their own in a conversation that both sides prepared for?",
    ),
    Part.PEOPLE: (
        "People who are engaged and informed",
        "Do people and carers get what they need to take part: results beforehand, skills, support near them?",
    ),
    Part.PROFESSIONALS: (
        "Professionals who work as partners",
        "Are all who teach trained for it, given time for it, and helped to keep it up?",
    ),
    Part.PROCESSES: (
        "Processes of the organisation",
        "Do lists, letters, records and bookings make the conversation happen in time, for everybody?",
    ),
    Part.COMMISSIONING: (
        "Commissioning",
        "Is it planned and paid for by what people need, and are the results looked at together?",
    ),
}
"""What each part is called, and what is asked of it."""

STANDINGS: Mapping[Standing, str] = {
    Standing.NOT_YET: "Not yet",
    Standing.PARTLY: "Partly in place",
    Standing.IN_PLACE: "In place",
}


@dataclass(frozen=True, slots=True)
class CheckedBy:
    """A self-check, and the name of who wrote it down."""

    check: SelfCheck
    name: str


NO_CHECK = "The service has not checked itself yet."
NOT_ANSWERED = "Not answered"


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part as it was answered, with how it stood at the check before ("" where there was none)."""

    part: Part
    title: str
    question: str
    standing: str
    words: str
    before: str


def checked_words(check: SelfCheck | None, name: str) -> str:
    """`Checked 17-Nov-2026, Amina Patel. 2 of 5 parts in place.`"""
    if check is None:
        return NO_CHECK
    there = sum(answer.standing is Standing.IN_PLACE for answer in check.answers.values())
    return f"Checked {day(check.on)}, {name or 'a colleague'}. {there} of {len(Part)} parts in place."


def part_rows(check: SelfCheck | None, before: SelfCheck | None = None) -> tuple[PartRow, ...]:
    """Every part, whether it was answered or not."""
    return tuple(
        PartRow(
            part, *PARTS[part], _standing(check, part), _said(check, part), _standing(before, part) if before else ""
        )
        for part in Part
    )


def action_rows(check: SelfCheck) -> tuple[str, ...]:
    """What was agreed, by the day it is due."""
    return tuple(todo_words(each) for each in sorted(check.actions, key=lambda one: (one.due_on, one.what)))


def _standing(check: SelfCheck | None, part: Part) -> str:
    answer = check.answers.get(part) if check else None
    return STANDINGS[answer.standing] if answer else NOT_ANSWERED


def _said(check: SelfCheck | None, part: Part) -> str:
    answer = check.answers.get(part) if check else None
    return answer.words if answer else ""
