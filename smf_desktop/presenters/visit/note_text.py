"""A visit or a discharge as plain text for the trust's record: what was seen, in words anyone can read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from smf_core.domain.call import REACHED_NOBODY, Call, Direction
from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import Common
from smf_core.domain.competence import Readiness
from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.patient import Patient
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.visit import RISING, Level, NextForm, NextKind, Purpose, Reading, Section, Visit
from smf_desktop.presenters.calls import call_line, who_words
from smf_desktop.presenters.evidence import evidence_words
from smf_desktop.presenters.identity import clock, day, name_line, nhs
from smf_desktop.presenters.visit.observations import option_words
from smf_desktop.presenters.visit.words import METHODS, NEXT, PLACES

NONE_OPEN = "No red flags seen."


@dataclass(frozen=True, slots=True)
class Taught:
    """One pathway of a visit: `number` is the visit's place in it, from 1."""

    episode: Episode
    checklist: Checklist
    number: int


@dataclass(frozen=True, slots=True)
class VisitNote:
    """What the note of one signed visit says. `cover` holds one line per dose or care time until sign-off."""

    patient: Patient
    visit: Visit
    taught: Mapping[str, Taught]
    common: Common
    flags: tuple[RedFlag, ...]
    coming: NextForm
    names: Mapping[str, str]
    cover: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DischargeNote:
    """What the note of one discharge says; `outcome` and `support` are words."""

    patient: Patient
    episode: Episode
    checklist: Checklist
    on: date
    outcome: str
    support: str
    reasons: str
    by: str
    readiness: Readiness | None = None
    next_calls: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class CallNote:
    """What the note of one call says. `flags` holds each red flag told, in words; `names` are those of users."""

    patient: Patient
    call: Call
    flags: tuple[tuple[str, RedFlag], ...]
    names: Mapping[str, str]


def call_note(note: CallNote) -> str:
    """The call: who, what about, what came of it, and what was done."""
    return _lines((_person(note.patient), *_call_lines(note)))


def _call_lines(note: CallNote) -> Iterator[str]:
    call = note.call
    minutes = f", {call.minutes} minutes" if call.minutes else ""
    rang = "from" if call.direction is Direction.IN else "to"
    yield f"Telephone call, {day(call.at.date())} {clock(call.at)}{minutes}, {rang}: {who_words(call, note.patient)}."
    yield f"{call_line(call.purpose, call.outcome)}."
    yield f"Said: {call.words}" if call.words else ""
    yield f"Done or advised: {call.action}" if call.action else ""
    yield f"Core team visits again since {day(call.since)}." if call.since else ""
    for words, flag in note.flags:
        yield f"RED FLAG: {words}. Done: {flag.action}. Told: {flag.told}"
    if not note.flags and call.outcome not in REACHED_NOBODY:
        yield "No red flags told."
    yield f"Next: {call.next}" if call.next else ""
    yield f"Written by {note.names.get(call.by, 'a colleague')}."


def visit_note(note: VisitNote) -> str:
    """The visit, a line for each thing that another team has to know."""
    return _lines((_person(note.patient), *_visit_lines(note)))


def discharge_note(note: DischargeNote) -> str:
    """The discharge: the outcome, what it stands on, and what follows."""
    return _lines((_person(note.patient), *_discharge_lines(note)))


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line) + "\n"


def _person(patient: Patient) -> str:
    number = nhs(patient.nhs_number)
    named = number if patient.nhs_number is None else f"NHS No. {number}"
    return f"{name_line(patient.name)}, born {day(patient.date_of_birth)}, {named}"


def _visit_lines(note: VisitNote) -> Iterator[str]:
    visit = note.visit
    place = dict(PLACES)[visit.place].lower()
    yield (
        f"Self-management facilitator visit, {day(visit.started_at.date())} {clock(visit.started_at)}, "
        f"{visit.minutes} minutes, {place}."
    )
    if visit.purpose is Purpose.ASSESSMENT:
        yield "Assessment only, no teaching."
    if visit.purpose is Purpose.STOPPED_EARLY:
        yield f"Stopped early: {visit.stopped_reason}"
    if visit.also_present:
        yield f"Also present: {visit.also_present}"
    if visit.methods:
        yield "Taught by: " + ", ".join(dict(METHODS)[method].lower() for method in visit.methods) + "."
    for section in visit.sections:
        yield ""
        yield from _section_lines(note, section)
    yield ""
    yield from readings_said(visit.vital_signs, {one.id: one.label for one in note.common.vital_signs})
    yield from _flag_lines(note)
    if note.cover:
        yield "Cover until sign-off:"
        yield from (f"- {line}" for line in note.cover)
    yield _coming(note.coming)
    yield _signature(note)


def _section_lines(note: VisitNote, section: Section) -> Iterator[str]:
    taught = note.taught[section.episode]
    checklist = taught.checklist
    learner = "the person" if section.learner == PATIENT else _contact(note.patient, section.learner)
    yield f"{checklist.label}, visit {taught.number} of about {taught.episode.expected_visits}. Learner: {learner}."
    rated = [step for step in checklist.steps if step.id in section.ratings]
    alone = [step for step in rated if section.ratings[step.id].level is Level.INDEPENDENT]
    yield f"Steps on own: {len(alone)} of {len(rated)} rated."
    for level in RISING[:-1]:
        steps = [step.short for step in rated if section.ratings[step.id].level is level]
        if steps:
            yield f"{note.common.level(level).screen}: {'; '.join(steps)}."
    unseen = [step.short for step in rated if section.ratings[step.id].level is Level.NOT_OBSERVED]
    if unseen:
        yield f"Not seen today: {'; '.join(unseen)}."
    for step in rated:
        rating = section.ratings[step.id]
        if rating.level is Level.NA:
            yield f"Not applicable: {step.short} ({rating.reason})."
        if rating.note:
            yield f"Note on {step.short[:1].lower()}{step.short[1:]}: {rating.note}"
    asked = [note.common.answer(answer.answer) for answer in section.answers.values()]
    if asked:
        safe = sum(words.safe for words in asked)
        yield f"Teach-back: {safe} of {len(asked)} questions explained fully."
    if section.confidence is not None:
        yield f"Confidence to do this alone: {section.confidence} of 10."
    yield from readings_said(section.readings, {one.id: one.label for one in checklist.observations})
    if section.notes:
        yield f"Notes: {section.notes}"


def readings_said(readings: Iterable[Reading], labels: Mapping[str, str]) -> Iterator[str]:
    """`Dose given 08:40: 12 units`, each on its own; `labels` by observation."""
    for reading in readings:
        number = reading.value[:1].isdigit() or reading.value[:1] == "-" or reading.value in ("LO", "HI")
        value = f"{reading.value} {reading.unit}".strip() if number else option_words(reading.value)
        after = f" ({reading.note})" if reading.note else ""
        yield f"{labels.get(reading.observation, reading.observation)} {clock(reading.at)}: {value}{after}"


def _flag_lines(note: VisitNote) -> Iterator[str]:
    if not note.flags:
        yield NONE_OPEN
    for flag in note.flags:
        taught = note.taught.get(flag.episode or "")
        sign = taught.checklist.red_flag(flag.sign) if taught else None
        words = sign.sign if sign else flag.sign
        yield f"RED FLAG ({note.common.urgency_codes[flag.urgency]}): {words}"
        yield f"- Done: {flag.action}"
        yield f"- Told: {flag.told}" if flag.told else ""
        yield f"- Advised: {flag.advised}" if flag.advised else ""
        yield f"- Next check: {flag.next_check}" if flag.next_check else ""


def _coming(coming: NextForm) -> str:
    if coming.kind is None:
        return ""
    words = f"Next: {dict(NEXT)[coming.kind].lower()}"
    if coming.on:
        words += f" {day(date.fromisoformat(coming.on))}"
    if coming.at:
        words += f" {coming.at}"
    if coming.kind is NextKind.HOLD and coming.reason:
        words += f", {coming.reason}"
    return words + "."


def _signature(note: VisitNote) -> str:
    visit = note.visit
    role = "registered nurse" if visit.signed_by_registered else "nursing assistant"
    words = f"Signed {day(visit.signed_at.date())} {clock(visit.signed_at)} by {note.names.get(visit.signed_by, '')}"
    words += f", {role}."
    if visit.draft_of:
        words += f" From the draft of {note.names.get(visit.draft_of, 'a colleague')}."
    if visit.late_reason:
        words += f" Written down later: {visit.late_reason}"
    if visit.amended:
        words += " Amended since; this text is the amended one."
    if visit.cosigned_by and visit.cosigned_at:
        words += f" Co-signed {day(visit.cosigned_at.date())} by {note.names.get(visit.cosigned_by, '')}."
    return words


def _contact(patient: Patient, who: str) -> str:
    contact = patient.contact(who)
    return "" if contact is None else f"{contact.name} ({contact.relation})" if contact.relation else contact.name


def _discharge_lines(note: DischargeNote) -> Iterator[str]:
    yield f"{note.checklist.label}: teaching ended {day(note.on)}. Outcome: {note.outcome}."
    if note.support:
        yield f"Agreed support: {note.support}"
    if note.reasons:
        yield f"Reason: {note.reasons}"
    if note.readiness is not None:
        yield "Evidence:"
        yield from (
            f"- {evidence_words(line, note.checklist, _learner(note, line.learner))}"
            for line in note.readiness.evidence
        )
    yield from note.next_calls
    yield f"Signed by {note.by}."


def _learner(note: DischargeNote, who: str) -> str:
    return "" if who in ("", PATIENT) else _contact(note.patient, who)
