"""Recording a visit: what may not be missing when it is signed, and the commands that fill the form.

A command is a pure function from form to form; nothing here blocks a draft.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import Common, Observation
from smf_core.domain.competence import last_seen_levels, latest_answers, own_steps
from smf_core.domain.dates import parse_time, parse_typed
from smf_core.domain.gates import unmet_hard_gates
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, Episode, Learner
from smf_core.domain.patient import Patient
from smf_core.domain.readings import Finding, FindingKind, check_all
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit import (
    RISING,
    AnswerForm,
    FlagForm,
    Level,
    NextForm,
    NextKind,
    Purpose,
    Rating,
    Reading,
    ReadingForm,
    SectionForm,
    StepMark,
    TeachBackAnswer,
    Visit,
    VisitForm,
)

MINUTES_AT_MOST = 720
"""A visit longer than half a day is a slip of the finger."""

CLOCK_PUT_RIGHT = timedelta(days=1)
"""A clock set back during a visit by less than this leaves a start in the future, and the visit may still be signed."""

WRITTEN_LATER = timedelta(days=1)
"""A visit signed longer than this after care began says why: memory fades, and a reader has to know."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What the rules need to know of one episode on the form: its pinned checklist and its signed visits."""

    episode: Episode
    checklist: Checklist
    visits: tuple[Visit, ...] = ()

    def learner(self, who: str) -> Learner:
        """The learner with their tasks; someone new to the episode learns every step."""
        return next((one for one in self.episode.learners if one.who == who), Learner(who))


# --- what is missing -----------------------------------------------------------------------------------------------


def missing(
    form: VisitForm,
    taught: Mapping[str, Taught],
    patient: Patient,
    common: Common,
    *,
    registered_nurse: bool,
    now: datetime,
) -> tuple[Missing, ...]:
    """Everything that stands between this form and a signature, in the order of the page; empty = it may be signed.

    `taught` is keyed by episode id. `registered_nurse` is the author's role. `now` is when it is signed.
    """
    others = {
        episode: replace(one, visits=tuple(visit for visit in one.visits if visit.id != form.visit))
        for episode, one in taught.items()
    }
    amending = form.amends and not form.amend_reason.strip()
    return (
        *_strip(form, patient, now),
        *_sections(form, others, patient, registered_nurse, now),
        *_vital_signs(form, others, patient, common),
        *_next(form.next, patient, form.started_at.date() if form.amends else now.date()),
        *((Missing(Part.AMEND, Why.REASON_NEEDED),) if amending else ()),
    )


def questions_to_ask(taught: Taught, learner: str) -> tuple[str, ...]:
    """The ids of the teach-back questions the page shows: those this learner has not yet explained."""
    answers = latest_answers(taught.visits, taught.episode.id, learner)
    return tuple(
        question.id
        for question in taught.checklist.teach_back
        if question.id not in answers or answers[question.id].answer is not TeachBackAnswer.EXPLAINED
    )


def steps_to_rate(taught: Taught, learner: str) -> tuple[str, ...]:
    """The ids of the steps that are this learner's, in order: each needs a value, and "not seen" is one."""
    return tuple(step.id for step in own_steps(taught.checklist, taught.learner(learner)))


def findings(section: SectionForm, taught: Taught, patient: Patient, started_at: datetime) -> tuple[Finding, ...]:
    """One finding per reading of a section, in order, for the marks beside the fields."""
    known = {one.id: one for one in taught.checklist.observations}
    earlier = _earlier(taught.visits, started_at)
    return check_all(known, section.readings, sex=patient.sex, at=started_at, earlier=earlier)


def vital_sign_findings(
    form: VisitForm, taught: Mapping[str, Taught], patient: Patient, common: Common
) -> tuple[Finding, ...]:
    """One finding per vital sign of the visit, in order."""
    known: dict[str, Observation] = {one.id: one for one in common.vital_signs}
    visits = {visit.id: visit for one in taught.values() for visit in one.visits}
    earlier = _earlier(visits.values(), form.started_at)
    return check_all(known, form.vital_signs, sex=patient.sex, at=form.started_at, earlier=earlier)


def fell(section: SectionForm, taught: Taught, before: datetime) -> tuple[str, ...]:
    """Critical steps whose level today is lower than when this learner was last seen doing them.

    The page then asks for a note; it is no obstacle to signing. "Not seen" and "not applicable" are no fall.
    """
    last = last_seen_levels(taught.visits, taught.episode.id, section.learner, before)
    return tuple(
        step.id
        for step in taught.checklist.critical_steps
        if step.id in last
        and (today := section.marks.get(step.id, _UNMARKED).level) in RISING
        and RISING.index(today) < RISING.index(last[step.id])
    )


_UNMARKED = StepMark()
_UNASKED = FlagForm()
_UNANSWERED = AnswerForm()


def _strip(form: VisitForm, patient: Patient, now: datetime) -> Iterator[Missing]:
    if not form.right_person:
        yield Missing(Part.RIGHT_PERSON)
    if form.started_at > now + CLOCK_PUT_RIGHT:
        yield Missing(Part.STARTED, Why.IN_FUTURE)
    elif form.started_at.date() < patient.date_of_birth:
        yield Missing(Part.STARTED, Why.IN_PAST)
    if not form.amends and now - form.started_at > WRITTEN_LATER and not form.late_reason.strip():
        yield Missing(Part.LATE, Why.REASON_NEEDED)
    minutes = form.minutes.strip()
    if not minutes:
        yield Missing(Part.MINUTES)
    elif not _is_whole(minutes):
        yield Missing(Part.MINUTES, Why.NOT_A_NUMBER)
    elif not 1 <= int(minutes) <= MINUTES_AT_MOST:
        yield Missing(Part.MINUTES, Why.OUT_OF_RANGE)
    if form.purpose is Purpose.STOPPED_EARLY and not form.stopped_reason.strip():
        yield Missing(Part.STOPPED, Why.REASON_NEEDED)


def _sections(
    form: VisitForm, taught: Mapping[str, Taught], patient: Patient, registered_nurse: bool, now: datetime
) -> Iterator[Missing]:
    if not form.sections:
        yield Missing(Part.SECTION)
    asked: set[str] = set()
    gates: set[tuple[str, str]] = set()
    for index, section in enumerate(form.sections):
        known = taught[section.episode]
        closed_on = known.episode.closed_on
        if closed_on is not None and not form.amends and form.started_at.date() > closed_on:
            yield Missing(Part.SECTION, Why.CLOSED, index)
        if section.learner != PATIENT:
            contact = patient.contact(section.learner)
            if contact is None or not contact.informal_carer:
                yield Missing(Part.LEARNER, Why.NOT_AN_INFORMAL_CARER, index, section.learner)
        teaching = form.purpose is Purpose.TEACHING
        unmet = unmet_hard_gates(known.checklist.all_gates, known.episode, form.started_at.date())
        for gate in unmet if teaching and not form.amends else ():
            # A universal gate is the referral's: two skills of it ask once, as two learners of one skill do.
            universal = gate in known.checklist.universal_gates
            owner = known.episode.referral if universal else known.episode.id
            if (owner, gate.id) not in gates:
                gates.add((owner, gate.id))
                yield Missing(Part.GATE, Why.NOT_MET, index, gate.id)
        if unmet and not teaching:  # the gates stand on the page, and words typed there are not in the record yet
            for typed in (gate for gate, said in section.gates.items() if said.words.strip()):
                yield Missing(Part.GATE, Why.NOT_MET, index, typed)
        yield from _steps(section, index, known, registered_nurse)
        yield from _teach_back(section, index, known, teaching=teaching)
        if teaching:
            if section.confidence is None:
                yield Missing(Part.CONFIDENCE, section=index)
            elif not 0 <= section.confidence <= 10:
                yield Missing(Part.CONFIDENCE, Why.OUT_OF_RANGE, index)
        yield from _readings(Part.READING, index, section.readings, findings(section, known, patient, form.started_at))
        if section.episode not in asked:
            asked.add(section.episode)
            yield from _red_flags(form, index, known)


def _steps(section: SectionForm, index: int, known: Taught, registered_nurse: bool) -> Iterator[Missing]:
    theirs = steps_to_rate(known, section.learner)
    for step in known.checklist.steps:
        mark = section.marks.get(step.id, _UNMARKED)
        if mark.level is None:
            if step.id in theirs or mark.note.strip():
                yield Missing(Part.STEP, Why.NEEDED, index, step.id)
        elif mark.level is Level.NA:
            if step.critical and not registered_nurse:
                yield Missing(Part.STEP, Why.REGISTERED_NURSE, index, step.id)
            if not mark.reason.strip():
                yield Missing(Part.STEP, Why.REASON_NEEDED, index, step.id)


def _teach_back(section: SectionForm, index: int, known: Taught, *, teaching: bool) -> Iterator[Missing]:
    """A must-pass question not explained yet is asked when teaching; whatever was said needs its answer."""
    to_ask = questions_to_ask(known, section.learner) if teaching else ()
    must_pass = {question.id for question in known.checklist.must_pass}
    for question in known.checklist.teach_back:
        given = section.answers.get(question.id, _UNANSWERED)
        wanted = (question.id in to_ask and question.id in must_pass) or given.words.strip()
        if given.answer is None and wanted:
            yield Missing(Part.TEACH_BACK, Why.NEEDED, index, question.id)


def _readings(
    part: Part, section: int | None, readings: Sequence[ReadingForm], found: Sequence[Finding]
) -> Iterator[Missing]:
    for place, (reading, finding) in enumerate(zip(readings, found, strict=True)):
        if finding.kind is FindingKind.HARD:
            yield Missing(part, Why.OUT_OF_RANGE, section, reading.observation, place)
        elif finding.kind is FindingKind.SOFT and not reading.note.strip():
            yield Missing(part, Why.NOTE_NEEDED, section, reading.observation, place)
        elif not reading.value.strip() and reading.note.strip() and not reading.id:
            yield Missing(part, Why.NEEDED, section, reading.observation, place)


def _red_flags(form: VisitForm, index: int, known: Taught) -> Iterator[Missing]:
    """Each red flag of an episode is answered once per visit, with any learner; one that was seen is written up."""
    here = [(place, one) for place, one in enumerate(form.sections) if one.episode == known.episode.id]
    for sign in known.checklist.red_flags:
        answers = [(place, one.flags.get(sign.id, _UNASKED)) for place, one in here]
        if all(flag.seen is None for _, flag in answers):
            yield Missing(Part.RED_FLAG, Why.NEEDED, index, sign.id)
        for place, flag in answers:
            if flag.seen and not flag.action.strip():
                yield Missing(Part.RED_FLAG, Why.ACTION_NEEDED, place, sign.id)
            if flag.seen and not flag.told.strip():
                yield Missing(Part.RED_FLAG, Why.TOLD_NEEDED, place, sign.id)


def _vital_signs(form: VisitForm, taught: Mapping[str, Taught], patient: Patient, common: Common) -> Iterator[Missing]:
    found = vital_sign_findings(form, taught, patient, common)
    yield from _readings(Part.VITAL_SIGN, None, form.vital_signs, found)


def _next(form: NextForm, patient: Patient, today: date) -> Iterator[Missing]:
    match form.kind:
        case None:
            yield Missing(Part.NEXT, id="kind")
        case NextKind.VISIT | NextKind.CALL:
            if patient.died_on is not None:
                yield Missing(Part.NEXT, Why.DIED, id="kind")
            yield from day_missing(Part.NEXT, "on", form.on, today, earliest=today)
            if form.at.strip():
                yield from _time_missing(form.at)
            elif form.kind is NextKind.VISIT:
                yield Missing(Part.NEXT, id="at")
            if form.minutes.strip() and not _is_whole(form.minutes.strip()):
                yield Missing(Part.NEXT, Why.NOT_A_NUMBER, id="minutes")
        case NextKind.HOLD:
            if not form.reason.strip():
                yield Missing(Part.NEXT, Why.REASON_NEEDED, id="reason")
            yield from day_missing(Part.NEXT, "on", form.on, today, earliest=today)
        case NextKind.DISCHARGE | NextKind.CORE_TEAM:
            pass


def day_missing(
    part: Part,
    field: str,
    typed: str,
    today: date,
    *,
    earliest: date | None = None,
    latest: date | None = None,
) -> Iterator[Missing]:
    """What is wrong with a typed date, if anything. With `latest` it is a day gone by: 17/11 is then the last one."""
    if not typed.strip():
        yield Missing(part, id=field)
        return
    try:
        on = parse_typed(typed, today, past=latest is not None)
    except DomainError:
        yield Missing(part, Why.NOT_A_DATE, id=field)
        return
    if earliest is not None and on < earliest:
        yield Missing(part, Why.IN_PAST, id=field)
    if latest is not None and on > latest:
        yield Missing(part, Why.IN_FUTURE, id=field)


def _time_missing(typed: str) -> Iterator[Missing]:
    try:
        parse_time(typed)
    except DomainError:
        yield Missing(Part.NEXT, Why.NOT_A_TIME, id="at")


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5


def _earlier(visits: Iterable[Visit], before: datetime) -> tuple[Reading, ...]:
    return tuple(
        reading
        for visit in visits
        if visit.stands and visit.started_at < before
        for readings in (visit.vital_signs, *(section.readings for section in visit.sections))
        for reading in readings
    )


# --- commands ------------------------------------------------------------------------------------------------------


def rate(form: VisitForm, section: int, step: str, level: Level) -> VisitForm:
    """Sets today's level of a step. The note stays; a reason belonged to "not applicable" and goes with it."""
    mark = _mark(form, section, step)
    return _with_mark(form, section, step, replace(mark, level=level, reason=mark.reason if level is Level.NA else ""))


def not_applicable(form: VisitForm, section: int, step: str, reason: str) -> VisitForm:
    mark = _mark(form, section, step)
    return _with_mark(form, section, step, replace(mark, level=Level.NA, reason=reason))


def note(form: VisitForm, section: int, step: str, words: str) -> VisitForm:
    return _with_mark(form, section, step, replace(_mark(form, section, step), note=words))


def clear(form: VisitForm, section: int, step: str) -> VisitForm:
    """Takes today's level away. A typed note stays."""
    return _with_mark(form, section, step, replace(_mark(form, section, step), level=None, reason=""))


def same_as_last(form: VisitForm, section: int, step: str, previous: Mapping[str, Rating]) -> VisitForm:
    """The learner's last rating of this step, again; nothing changes where there was none."""
    last = previous.get(step)
    if last is None:
        return form
    mark = _mark(form, section, step)
    return _with_mark(form, section, step, replace(mark, level=last.level, reason=last.reason))


def same_as_last_for_rest(
    form: VisitForm, section: int, previous: Mapping[str, Rating], checklist: Checklist
) -> VisitForm:
    """The last ratings again for every step without one today. Never a critical step: each is looked at."""
    for step in checklist.steps:
        if not step.critical and _mark(form, section, step.id).level is None:
            form = same_as_last(form, section, step.id, previous)
    return form


def none_of_these_flags(form: VisitForm, section: int, checklist: Checklist) -> VisitForm:
    """Answers No to every red flag not answered Yes. A flag that was seen is only taken back on its own row."""
    flags = dict(form.sections[section].flags)
    for sign in checklist.red_flags:
        flag = flags.get(sign.id, _UNASKED)
        if not flag.seen:
            flags[sign.id] = replace(flag, seen=False)
    return _with_section(form, section, replace(form.sections[section], flags=flags))


def stop_early(form: VisitForm, reason: str, taught: Mapping[str, Taught]) -> VisitForm:
    """The visit was stopped: the learner's steps without a value become "not seen"."""
    stopped = replace(form, purpose=Purpose.STOPPED_EARLY, stopped_reason=reason)
    return _rest_not_seen(stopped, taught)


def assess_only(form: VisitForm, taught: Mapping[str, Taught]) -> VisitForm:
    """An assessment and no teaching: the learner's steps without a value become "not seen"."""
    return _rest_not_seen(replace(form, purpose=Purpose.ASSESSMENT), taught)


def add_recheck(form: VisitForm, section: int | None, observation: str, at: str) -> VisitForm:
    """One more reading of an observation, after the last one of it; no section = a vital sign of the visit.

    The readings before it stay as they are.
    """
    readings = form.vital_signs if section is None else form.sections[section].readings
    places = [place for place, one in enumerate(readings, start=1) if one.observation == observation]
    after = places[-1] if places else len(readings)
    more = (*readings[:after], ReadingForm(observation, at=at), *readings[after:])
    if section is None:
        return replace(form, vital_signs=more)
    return _with_section(form, section, replace(form.sections[section], readings=more))


def change_learner(form: VisitForm, section: int, learner: str) -> VisitForm:
    """Another person is the learner of this skill.

    Levels, answers and confidence are what one person did and said: they leave the form, so that nobody is credited
    with them (`has_learner_entries` says whether to ask first, undo brings them back). The rest stays.
    """
    old = form.sections[section]
    if old.learner == learner:
        return form
    return _with_section(form, section, replace(old, learner=learner, marks={}, answers={}, confidence=None))


def has_learner_entries(section: SectionForm) -> bool:
    """Whether anything was recorded today that belongs to this learner alone."""
    return (
        any(mark != _UNMARKED for mark in section.marks.values())
        or any(answer.answer is not None or answer.words for answer in section.answers.values())
        or section.confidence is not None
    )


def _rest_not_seen(form: VisitForm, taught: Mapping[str, Taught]) -> VisitForm:
    for index, section in enumerate(form.sections):
        for step in steps_to_rate(taught[section.episode], section.learner):
            if _mark(form, index, step).level is None:
                form = rate(form, index, step, Level.NOT_OBSERVED)
    return form


def _mark(form: VisitForm, section: int, step: str) -> StepMark:
    return form.sections[section].marks.get(step, _UNMARKED)


def _with_mark(form: VisitForm, section: int, step: str, mark: StepMark) -> VisitForm:
    marks = {**form.sections[section].marks, step: mark}
    return _with_section(form, section, replace(form.sections[section], marks=marks))


def _with_section(form: VisitForm, place: int, section: SectionForm) -> VisitForm:
    return replace(form, sections=(*form.sections[:place], section, *form.sections[place + 1 :]))
