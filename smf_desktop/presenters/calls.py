"""Calls in words: the page on which one is written down, and the line it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from smf_core.domain.call import (
    CORE_TEAM,
    OTHER,
    PATIENT,
    PRACTICE,
    Call,
    CallForm,
    CallNext,
    CallOutcome,
    CallPurpose,
    Direction,
    FlagsTold,
    outcomes_for,
)
from smf_core.domain.checklist import Checklist
from smf_core.domain.gap import Gap
from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Contact, Patient
from smf_desktop.presenters.identity import clock, isolated, name_line, weekday_day
from smf_desktop.presenters.sheet import SheetField, SheetRow, dock_words, problems

PURPOSES: Mapping[CallPurpose, str] = {
    CallPurpose.ADVICE: "Advice",
    CallPurpose.TEACHING_SUPPORT: "Teaching support",
    CallPurpose.ARRANGE: "Arrange a visit",
    CallPurpose.CHECK_IN_EARLY: "Check-in after 3 to 7 days",
    CallPurpose.CHECK_IN_90: "Check-in after 90 days",
    CallPurpose.CHECK_IN_EXTRA: "Extra check-in",
    CallPurpose.OTHER_SERVICE: "Another service",
    CallPurpose.OTHER: "Something else",
}
OUTCOMES: Mapping[CallOutcome, str] = {
    CallOutcome.STILL_ALONE: "Still manages alone",
    CallOutcome.NEEDS_HELP: "Needs help",
    CallOutcome.CORE_VISITING: "Core team visits again",
    CallOutcome.SETTLED: "Settled in the call",
    CallOutcome.ARRANGED: "Arranged",
    CallOutcome.PASSED_ON: "Passed on",
    CallOutcome.MESSAGE_LEFT: "Message left",
    CallOutcome.NO_ANSWER: "No answer",
}
DIRECTIONS = ((Direction.IN.value, "They rang"), (Direction.OUT.value, "We rang"))
FLAGS = ((FlagsTold.NONE.value, "None told"), (FlagsTold.SOME.value, "Told on the phone"))
COMING = (
    (CallNext.NOTHING.value, "Nothing more"),
    (CallNext.CALL_BACK.value, "Call back"),
    (CallNext.TASK.value, "Something to do"),
    (CallNext.VISIT.value, "Book a visit"),
)
WHO: Mapping[str, str] = {PATIENT: "The person", CORE_TEAM: "Core team", PRACTICE: "Practice", OTHER: "Somebody else"}
CONTACTS_SHOWN = 5
WORDS = {
    "who": "Choose who was on the line",
    "who_name": "Enter their name",
    "purpose": "Choose what the call was about",
    "outcome": "Choose what came of it",
    "words": "Enter what was said",
    "flags": "Choose whether a red flag was told",
    "signs": "Choose which red flags",
    "flag_action": "Enter what you did",
    "flag_told": "Enter who was told",
    "next": "Choose what comes next",
    "next_text": "Enter what is to be done",
    "minutes": "Enter minutes from 1 to 240",
    "core_visits": "Enter visits a month from 1 to 300",
    "amend_reason": "Enter why it is amended",
}


def call_row(
    form: CallForm, person: Patient, pathways: Sequence[tuple[Episode, Checklist]], gaps: Sequence[Gap], *, asked: bool
) -> SheetRow:
    """The call page. What a field lacks is said once saving was tried (`asked`)."""
    wrong = problems(gaps, WORDS) if asked else {}
    fields = [field for field in _fields(form, person, pathways) if field is not None]
    dock, tone = dock_words(gaps, "Ready to save")
    return SheetRow(
        title="Amend call" if form.amends else "Call",
        about=f"{weekday_day(form.at.date())} {clock(form.at)} · {name_line(person.name)}",
        fields=tuple(_with_problem(field, wrong) for field in fields),
        primary="Save call",
        dock=dock,
        tone=tone,
        notices=_notices(form, person),
        key=form.call,
    )


def _with_problem(field: SheetField, wrong: Mapping[str, str]) -> SheetField:
    return replace(field, problem=wrong.get(field.key, ""))


def _fields(form: CallForm, person: Patient, pathways: Sequence[tuple[Episode, Checklist]]) -> list[SheetField | None]:
    outcomes = tuple((one.value, OUTCOMES[one]) for one in outcomes_for(form.purpose))
    purposes = tuple((one.value, words) for one, words in PURPOSES.items())
    reached = not form.reached_nobody
    first = not form.amends
    some = first and reached and form.flags is FlagsTold.SOME
    later = form.next in (CallNext.CALL_BACK, CallNext.TASK)
    visiting = form.outcome is CallOutcome.CORE_VISITING
    return [
        SheetField("who", "Who was on the line", "pick", form.who, who_choices(person, form.who)),
        SheetField("who_name", "Their name", "line", form.who_name) if form.who == OTHER else None,
        SheetField("purpose", "What it was about", "pick", _code(form.purpose), purposes),
        SheetField("outcome", "What came of it", "pick", _code(form.outcome), outcomes),
        SheetField("since", "Core team visits since", "date", form.since, half=True) if visiting else None,
        SheetField("core_visits", "Visits a month", "line", form.core_visits, half=True) if visiting else None,
        SheetField("flags", "Red flags", "pick", _code(form.flags), FLAGS) if first and reached else None,
        SheetField("signs", "Which", "several", "|".join(form.signs), sign_choices(pathways)) if some else None,
        SheetField("flag_action", "What you did", "line", form.flag_action, half=True) if some else None,
        SheetField("flag_told", "Who was told", "line", form.flag_told, half=True) if some else None,
        SheetField("words", "What was said", "text", form.words, optional=not reached),
        SheetField("action", "What you did or advised", "text", form.action, optional=True),
        SheetField("next", "What comes next", "pick", _code(form.next), COMING) if first else None,
        _next_on(form) if first and later else None,
        SheetField("next_text", "What is to be done", "line", form.next_text, half=True) if first and later else None,
        SheetField("direction", "Who rang", "pick", form.direction.value, DIRECTIONS, half=True),
        SheetField("minutes", "Minutes", "line", form.minutes, optional=True, half=True),
        SheetField("amend_reason", "Why it is amended", "line", form.amend_reason) if form.amends else None,
    ]


def _next_on(form: CallForm) -> SheetField:
    optional = form.next is CallNext.TASK
    return SheetField(
        "next_on", "When", "date", form.next_on, hint="17/11, thu, tomorrow, +2w", optional=optional, half=True
    )


def _code(value: CallPurpose | CallOutcome | FlagsTold | CallNext | None) -> str:
    return value.value if value else ""


def who_choices(person: Patient, chosen: str = "") -> tuple[tuple[str, str], ...]:
    """Who may have been on the line: the person, the first of their contacts, others."""
    shown = list(person.contacts[:CONTACTS_SHOWN])
    shown += [one for one in person.contacts[CONTACTS_SHOWN:] if one.id == chosen]
    contacts = tuple((one.id, _contact(one)) for one in shown)
    return ((PATIENT, WHO[PATIENT]), *contacts, *((code, WHO[code]) for code in (CORE_TEAM, PRACTICE, OTHER)))


def _contact(one: Contact) -> str:
    return isolated(f"{one.name} ({one.relation})" if one.relation else one.name)


def sign_choices(pathways: Sequence[tuple[Episode, Checklist]]) -> tuple[tuple[str, str], ...]:
    """The red flags of every pathway; the skill is named where there is more than one."""
    several = len(pathways) > 1
    return tuple(
        (f"{one.id}:{sign.id}", f"{checklist.label}: {sign.short}" if several else sign.short)
        for one, checklist in pathways
        for sign in checklist.red_flags
    )


def _notices(form: CallForm, person: Patient) -> tuple[tuple[str, str, str], ...]:
    spoke = next((one for one in person.contacts if one.id == form.who), None)
    if spoke is not None and not spoke.may_talk and not spoke.informal_carer:
        true = f"{_contact(spoke)} is not down as somebody we may talk to."
        return ((true, "Check with the person before you say anything about them.", "warn"),)
    return ()


def who_words(call: Call, person: Patient) -> str:
    """Who was on the line, by name where it is known."""
    code, _, name = call.who.partition(":")
    contact = next((one for one in person.contacts if one.id == code), None)
    return name or (_contact(contact) if contact else WHO.get(code, "Somebody else"))


def call_line(purpose: str, outcome: str) -> str:
    """A call in one line of a history: what it was about and what came of it."""
    about = PURPOSES[CallPurpose(purpose)] if purpose in frozenset(CallPurpose) else "Call"
    came = OUTCOMES[CallOutcome(outcome)] if outcome in frozenset(CallOutcome) else ""
    return f"{about}: {came.lower()}" if came else about
