"""Typing into a visit: each edit answers a new form. `visit_rules` holds the commands that also know the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    GateForm,
    NextForm,
    NextKind,
    Purpose,
    ReadingForm,
    SectionForm,
    TeachBackAnswer,
    VisitForm,
)
from smf_core.domain.visit_rules import Taught, change_learner, has_learner_entries


def teach(form: VisitForm) -> VisitForm:
    """The visit is for teaching after all. Steps that were set to "not seen" stay so until they are rated."""
    return replace(form, purpose=Purpose.TEACHING, stopped_reason="")


def learn(form: VisitForm, section: int, learner: str) -> tuple[VisitForm, int]:
    """Another person learns this skill now. Answers the form and the section that is theirs.

    An untouched section is handed over; from a touched one on, the new learner has a section of their own, so that
    nobody is credited with what another did. Someone who has a section already keeps it.
    """
    old = form.sections[section]
    theirs = [place for place, one in enumerate(form.sections) if (one.episode, one.learner) == (old.episode, learner)]
    if theirs:
        return form, theirs[0]
    if not old.id and not has_learner_entries(old):
        return change_learner(form, section, learner), section
    after = section + 1
    own = SectionForm(old.episode, learner)
    return replace(form, sections=(*form.sections[:after], own, *form.sections[after:])), after


def answer(form: VisitForm, section: int, question: str, given: TeachBackAnswer | None) -> VisitForm:
    return _with_answer(form, section, question, replace(_answer(form, section, question), answer=given))


def own_words(form: VisitForm, section: int, question: str, words: str) -> VisitForm:
    """What the learner said, in their words."""
    return _with_answer(form, section, question, replace(_answer(form, section, question), words=words))


def score(form: VisitForm, section: int, confidence: int | None) -> VisitForm:
    return _with(form, section, replace(form.sections[section], confidence=confidence))


def use_strategies(form: VisitForm, section: int, strategies: tuple[str, ...]) -> VisitForm:
    return _with(form, section, replace(form.sections[section], strategies=strategies))


def write_notes(form: VisitForm, section: int, notes: str) -> VisitForm:
    return _with(form, section, replace(form.sections[section], notes=notes))


# --- readings: `section` None means a vital sign of the visit --------------------------------------------------------


def open_readings(form: VisitForm, taught: Mapping[str, Taught]) -> VisitForm:
    """An empty reading for everything asked at each visit, once per pathway: the page shows those open."""
    for place, section in enumerate(form.sections):
        if home(form, section.episode) != place:
            continue
        there = {one.observation for one in section.readings}
        more = tuple(
            ReadingForm(one.id)
            for one in taught[section.episode].checklist.observations
            if one.each_visit and one.id not in there
        )
        form = _with(form, place, replace(section, readings=more + section.readings))
    return form


def add_reading(form: VisitForm, section: int | None, observation: str) -> VisitForm:
    """One more observation on the page, empty."""
    return with_readings(form, section, (*readings_of(form, section), ReadingForm(observation)))


def type_reading(
    form: VisitForm,
    section: int | None,
    index: int,
    *,
    value: str | None = None,
    at: str | None = None,
    note: str | None = None,
) -> VisitForm:
    """What was typed of one reading; what is not named stays."""
    readings = readings_of(form, section)
    old = readings[index]
    new = replace(
        old,
        value=old.value if value is None else value,
        at=old.at if at is None else at,
        note=old.note if note is None else note,
    )
    return with_readings(form, section, (*readings[:index], new, *readings[index + 1 :]))


def readings_of(form: VisitForm, section: int | None) -> tuple[ReadingForm, ...]:
    return form.vital_signs if section is None else form.sections[section].readings


def with_readings(form: VisitForm, section: int | None, readings: tuple[ReadingForm, ...]) -> VisitForm:
    if section is None:
        return replace(form, vital_signs=readings)
    return _with(form, section, replace(form.sections[section], readings=readings))


# --- red flags -------------------------------------------------------------------------------------------------------


def home(form: VisitForm, episode: str) -> int:
    """The section that holds what is asked once per pathway and visit: its first."""
    return next(place for place, one in enumerate(form.sections) if one.episode == episode)


def answer_flag(form: VisitForm, section: int, sign: str, seen: bool | None) -> VisitForm:
    """Yes or No. What was typed under a Yes stays when it becomes a No, in case that was a slip."""
    return write_flag(form, section, sign, replace(flag(form, section, sign), seen=seen))


def write_flag(form: VisitForm, section: int, sign: str, said: FlagForm) -> VisitForm:
    flags = {**form.sections[section].flags, sign: said}
    return _with(form, section, replace(form.sections[section], flags=flags))


def flag(form: VisitForm, section: int, sign: str) -> FlagForm:
    return form.sections[section].flags.get(sign, FlagForm())


# --- what comes next, gates ------------------------------------------------------------------------------------------


def choose_next(form: VisitForm, kind: NextKind) -> VisitForm:
    """What comes next. Date, time and reason stay as typed: they may serve the other choice."""
    return replace(form, next=replace(form.next, kind=kind))


def write_next(form: VisitForm, said: NextForm) -> VisitForm:
    return replace(form, next=said)


def type_gate(form: VisitForm, section: int, gate: str, said: GateForm) -> VisitForm:
    gates = {**form.sections[section].gates, gate: said}
    return _with(form, section, replace(form.sections[section], gates=gates))


def gate_written(form: VisitForm, gate: str) -> VisitForm:
    """The answer stands in the record now: what was typed of it leaves the form."""
    for place, section in enumerate(form.sections):
        if gate in section.gates:
            left = {name: typed for name, typed in section.gates.items() if name != gate}
            form = _with(form, place, replace(section, gates=left))
    return form


# --- for signing -----------------------------------------------------------------------------------------------------


def without_empty_readings(form: VisitForm) -> VisitForm:
    """The form without readings that hold nothing; a signed one that was emptied is thereby taken out.

    A new reading with a note and no value yet is not empty: words are never thrown away by signing.
    """
    form = replace(form, vital_signs=_filled(form.vital_signs))
    for place, section in enumerate(form.sections):
        form = _with(form, place, replace(section, readings=_filled(section.readings)))
    return form


def _filled(readings: Iterable[ReadingForm]) -> tuple[ReadingForm, ...]:
    return tuple(one for one in readings if one.value.strip() or (one.note.strip() and not one.id))


def _answer(form: VisitForm, section: int, question: str) -> AnswerForm:
    return form.sections[section].answers.get(question, AnswerForm())


def _with_answer(form: VisitForm, section: int, question: str, said: AnswerForm) -> VisitForm:
    answers = {**form.sections[section].answers, question: said}
    return _with(form, section, replace(form.sections[section], answers=answers))


def _with(form: VisitForm, place: int, section: SectionForm) -> VisitForm:
    return replace(form, sections=(*form.sections[:place], section, *form.sections[place + 1 :]))
