"""What a nurse fills in at a visit: gates, and the form itself, whole or half."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from smf_core.domain.checklist_pieces import Gate
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, GateState
from smf_core.domain.red_flag import Urgency
from smf_core.domain.teaching_trouble import NotReadyToSign
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Level,
    Method,
    NextForm,
    Purpose,
    ReadingForm,
    SectionForm,
    StepMark,
    TeachBackAnswer,
    VisitForm,
)
from smf_core.domain.visit_edits import type_reading
from smf_desktop.demo import words
from smf_desktop.demo.so_far import Pathway, SoFar
from smf_desktop.services.visit.gates import GateAnswer, answer_gate, answer_gates


def ask_gates(so_far: SoFar) -> None:
    """Every hard gate and half the soft ones, at the door and at the table; one may have to wait."""
    asked: set[str] = set()
    for pathway in so_far.pathways:
        hard = [gate.id for gate in pathway.checklist.gates if gate.is_hard]
        waits = so_far.dice.choice(hard) if pathway.lessons[0].purpose is Purpose.ASSESSMENT else ""
        own = {gate.id for gate in pathway.checklist.gates}
        answers = [
            _answer(so_far, pathway, gate, waits)
            for gate in pathway.checklist.all_gates
            if gate.id not in asked and (gate.is_hard or so_far.dice.random() < 0.5)
        ]
        asked |= {answer.gate for answer in answers} - own
        answer_gates(so_far.session, pathway.episode, answers)


def _answer(so_far: SoFar, pathway: Pathway, gate: Gate, waits: str) -> GateAnswer:
    if gate.id == waits:
        return GateAnswer(gate.id, GateState.NOT_MET, reason=words.NOT_YET)
    if pathway.course.skill == "insulin" and gate.id == "p10" and so_far.dice.random() < 0.7:
        return GateAnswer(gate.id, GateState.NA, reason="Type 2, not ketosis-prone")
    return _met(so_far, pathway, gate.id, words.evidence(so_far.dice, gate))


def _met(so_far: SoFar, pathway: Pathway, gate: str, evidence: str) -> GateAnswer:
    """Met; the check of the vessels is good for a year."""
    until = None
    if pathway.course.skill == "compression" and gate == "p01":
        until = so_far.life.vascular_check or so_far.session.today() + timedelta(days=so_far.dice.randrange(120, 360))
    return GateAnswer(gate, GateState.MET, evidence=evidence, valid_until=until)


# --- the form --------------------------------------------------------------------------------


def filled(so_far: SoFar, form: VisitForm, length: int, coming: NextForm, *, half: bool = False) -> VisitForm:
    lesson = so_far.pathways[0].lessons[so_far.pathways[0].done]
    sections = tuple(
        section for pathway in so_far.pathways for section in _sections(so_far, pathway, lesson.purpose, half=half)
    )
    first = all(pathway.done == 0 for pathway in so_far.pathways)
    with_carer = so_far.dice.random() < 0.3
    return replace(
        form,
        right_person=True,
        sections=sections,
        minutes=str(length),
        place=lesson.place,
        purpose=lesson.purpose,
        stopped_reason=so_far.dice.choice(words.STOPPED) if lesson.purpose is Purpose.STOPPED_EARLY else "",
        methods=(Method.DEMONSTRATION, Method.LEAFLET) if first else (Method.DEMONSTRATION,),
        also_present=words.also_present(so_far.life.person) if with_carer else "",
        vital_signs=_vital_signs(so_far) if first and not half else (),
        next=coming,
    )


def _vital_signs(so_far: SoFar) -> tuple[ReadingForm, ...]:
    common = so_far.service.library.common
    asked = (common.vital_sign(name) for name in words.VITAL_SIGNS)
    return tuple(ReadingForm(one.id, words.reading(so_far.dice, one)) for one in asked if one)


def _sections(so_far: SoFar, pathway: Pathway, purpose: Purpose, *, half: bool) -> Iterator[SectionForm]:
    learners = so_far.life.learners if so_far.contact else ()
    for place, (who, tasks) in enumerate(learners or ((PATIENT, ()),)):
        learner = so_far.contact if who == "carer" else PATIENT
        steps = tasks or tuple(step.id for step in pathway.checklist.steps)
        section = _section(so_far, pathway, purpose, learner, steps, half=half)
        if place == 0 and not half:
            section = replace(section, readings=_readings(so_far, pathway), flags=_flags(so_far, pathway, purpose))
        yield section


def _section(
    so_far: SoFar, pathway: Pathway, purpose: Purpose, learner: str, steps: Sequence[str], *, half: bool
) -> SectionForm:
    lesson = pathway.lessons[pathway.done]
    seen = 0 if purpose is Purpose.ASSESSMENT else len(steps)
    if half or purpose is Purpose.STOPPED_EARLY:
        seen = len(steps) // 2
    marks = {step: _mark(so_far, lesson.levels[step]) for step in steps[:seen]}
    if not half:
        marks |= {step: StepMark(Level.NOT_OBSERVED) for step in steps[seen:]}
    teaching = purpose is Purpose.TEACHING and not half
    return SectionForm(
        episode=pathway.episode,
        learner=learner,
        marks=marks,
        answers=_answers(so_far, pathway, learner) if teaching else {},
        confidence=lesson.confidence if teaching else None,
        strategies=so_far.dice.choice(words.STRATEGIES),
        notes=so_far.dice.choice(words.NOTES),
    )


def _mark(so_far: SoFar, level: Level) -> StepMark:
    return StepMark(level, words.step_note(so_far.dice, level))


def _answers(so_far: SoFar, pathway: Pathway, learner: str) -> dict[str, AnswerForm]:
    """The questions this learner has not explained yet, as answered today."""
    said: dict[str, AnswerForm] = {}
    for question in pathway.checklist.teach_back:
        if (learner, question.id) in pathway.explained:
            continue
        if pathway.done + 1 >= pathway.course.explained[question.id]:
            own_words = so_far.dice.choice(words.SAID) if so_far.dice.random() < 0.3 else ""
            said[question.id] = AnswerForm(TeachBackAnswer.EXPLAINED, own_words)
            pathway.explained.add((learner, question.id))
        else:
            not_safe = (TeachBackAnswer.PROMPTED, TeachBackAnswer.WENT_OVER_AGAIN, TeachBackAnswer.NOT_COVERED)
            said[question.id] = AnswerForm(so_far.dice.choice(not_safe))
    return said


def _readings(so_far: SoFar, pathway: Pathway) -> tuple[ReadingForm, ...]:
    smaller = max(0.3, 1 - 0.1 * pathway.done)
    taken = []
    for one in words.observations(pathway.checklist, first=pathway.done == 0):
        if one.id in words.DOSES:
            taken.append(ReadingForm(one.id, so_far.doses[pathway.course.skill]))
        else:
            shrinks = smaller if one.id in words.EVERY_VISIT["wound"] else 1.0
            taken.append(ReadingForm(one.id, words.reading(so_far.dice, one, smaller=shrinks)))
    return tuple(taken)


def _flags(so_far: SoFar, pathway: Pathway, purpose: Purpose) -> dict[str, FlagForm]:
    """No to every sign, but for the one of this visit."""
    sign = pathway.lessons[pathway.done].sign if purpose is Purpose.TEACHING else ""
    flags = {each.id: FlagForm(seen=False) for each in pathway.checklist.red_flags}
    if sign:
        asked = pathway.checklist.red_flag(sign)
        urgent = asked is not None and asked.urgency is Urgency.EMERGENCY
        flags[sign] = FlagForm(
            seen=True,
            action="Rang 999 and waited with them" if urgent else "Rang together, advice written on the sheet",
            told="Ambulance service" if urgent else so_far.dice.choice(words.TOLD),
            advised="Taken to hospital" if urgent else so_far.dice.choice(words.ADVISED),
            next_check="Tomorrow by phone",
        )
    return flags


def put_right(so_far: SoFar, form: VisitForm, missing: Sequence[Missing]) -> VisitForm:
    """What a nurse does when signing is refused: a note on an unusual value, a gate met again."""
    for one in missing:
        match one.part, one.why:
            case ((Part.READING | Part.VITAL_SIGN), Why.NOTE_NEEDED):
                form = type_reading(form, one.section, one.index, note=words.CHECKED)
            case Part.GATE, Why.NOT_MET:
                assert one.section is not None
                episode = form.sections[one.section].episode
                pathway = next(each for each in so_far.pathways if each.episode == episode)
                since = words.NEW_DOSE if so_far.life.new_dose_on else words.MET_SINCE
                answer_gate(so_far.session, episode, _met(so_far, pathway, one.id, since))
            case _:
                raise NotReadyToSign(missing)
    return form
