"""A note about the wrong person: a draft moves, a signed visit is struck where it stood and begun where it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from smf_core.domain.call import CallForm
from smf_core.domain.checklist import Checklist
from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import (
    NotTaughtThat,
    ReasonNeeded,
    SamePerson,
    UnknownPatient,
    UnknownVisit,
)
from smf_core.domain.visit import ReadingForm, SectionForm, VisitForm
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.policy.sending import WRONG_PERSON
from smf_core.records import Connection
from smf_core.records.queries.carried import Carried, Carrier, carried
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.red_flags import flags_of_visit
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import booking
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.presenters.identity import day
from smf_desktop.services.booking.bookings import dose_not_given_after_all
from smf_desktop.services.drafts import CALL, VISIT, draft, encoded
from smf_desktop.services.known import known_episode
from smf_desktop.services.people import writable
from smf_desktop.services.record.twice import struck_item, told_apart
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.tasks import task_item
from smf_desktop.services.visit.amending import amend_visit


@dataclass(frozen=True, slots=True)
class Moved:
    """The draft of the copy, in the right person's record, and what had carried the note before it was moved."""

    visit: str
    patient: str
    carried: tuple[Carried, ...]
    touched: Touched


def what_carried(session: Session, visit_id: str) -> tuple[Carried, ...]:
    """What a signed visit has been carried by so far. Raises `UnknownVisit`."""
    require(session.user, Action.STRIKE_VISIT)
    with session.read() as connection:
        visit = visit_of(connection, visit_id)
        if visit is None or not visit.stands:
            raise UnknownVisit
        return carried(connection, visit)


def move_draft(session: Session, visit_id: str, right_patient: str) -> Moved:
    """A draft that was begun for the wrong person goes on for the right one, with everything typed.

    A booking it was begun from is planned again. Raises `SamePerson`, `UnknownPatient`, `NotTaughtThat`.
    """
    require(session.user, Action.RECORD_VISIT)
    form = draft(session, VISIT, visit_id, VisitForm)
    if form is None or form.amends:
        raise UnknownVisit
    with session.work() as work:
        writable(work.connection, form.patient)
        made = _moved_form(session, work.connection, form, right_patient)
        booked = booking(work.connection, visit_id)
        if booked is not None:
            back = work.change("visit", visit_id, "started", {"patient": form.patient})
        else:
            back = work.change("visit", visit_id, "struck", {"reason": WRONG_PERSON, "moved_to": made.visit})
        act = session.new_id()
        work.save([back], patient=form.patient, act=act)
        _begin(work, made, act)
        work.discard_draft(VISIT, visit_id)
    return Moved(made.visit, right_patient, (), frozenset(work.touched))


def move_call_draft(session: Session, call: str, right_patient: str) -> Moved:
    """A call that was being written down for the wrong person goes on for the right one, words and all.

    Whom it was with, where that was somebody of the wrong person's, is asked again, and so are red flags of skills the
    other is not taught. The task that asked for the call stays with whom it is about.
    """
    require(session.user, Action.RECORD_VISIT)
    form = draft(session, CALL, call, CallForm)
    if form is None or form.amends:
        raise UnknownVisit
    if right_patient == form.patient:
        raise SamePerson
    with session.work() as work:
        writable(work.connection, right_patient)
        theirs = {one.skill: one.id for one in episodes_of(work.connection, right_patient)}
        wrong = {one.id: one.skill for one in episodes_of(work.connection, form.patient)}
        told = [sign.partition(":") for sign in form.signs]
        signs = tuple(f"{theirs[skill]}:{sign}" for of, _, sign in told if (skill := wrong.get(of, "")) in theirs)
        person = patient_of(work.connection, form.patient)
        known = person is not None and person.contact(form.who) is not None
        made = replace(
            form,
            call=session.new_id(),
            patient=right_patient,
            who="" if known else form.who,
            signs=signs,
            flags=form.flags if len(signs) == len(form.signs) else None,
            task=None,
        )
        work.keep_draft(CALL, made.call, right_patient, encoded(made))
        work.discard_draft(CALL, call)
    return Moved(made.call, right_patient, (), frozenset(work.touched))


def move_signed_visit(session: Session, visit_id: str, right_patient: str, reason: str) -> Moved:
    """Strike a signed visit in the wrong record, and begin its copy as a draft in the right one; both name the other.

    Its red flags are struck with it and come back when the copy is signed. Whatever carried the note becomes tasks.
    Raises `NotAllowed`, `ReasonNeeded`, `SamePerson`, `NotTaughtThat` or `UnknownVisit`; then nothing has changed.
    """
    require(session.user, Action.STRIKE_VISIT)
    if not reason.strip():
        raise ReasonNeeded
    _told_apart(session, visit_id)
    form = amend_visit(session, visit_id)
    with session.work() as work:
        writable(work.connection, form.patient)
        visit = visit_of(work.connection, visit_id)
        if visit is None or not visit.stands:
            raise UnknownVisit
        made = _moved_form(session, work.connection, form, right_patient)
        made = replace(made, copied_from=visit_id, late_reason=made.late_reason or reason.strip())
        ways = carried(work.connection, visit)
        struck = struck_item(work, visit_id, reason.strip(), moved_to=made.visit)
        flags = [
            work.change("red_flag", flag.id, "struck", {"reason": reason.strip()})
            for flag in flags_of_visit(work.connection, visit_id)
        ]
        names = {one.id: one.name for one in users(work.connection)}
        tasks = [
            *_tasks(session, form, visit_id, ways, names),
            *dose_not_given_after_all(session, work, visit_id),
        ]
        act = session.new_id()
        work.save([struck, *flags, *tasks], patient=form.patient, act=act)
        _begin(work, made, act)
    return Moved(made.visit, right_patient, ways, frozenset(work.touched))


def _told_apart(session: Session, visit_id: str) -> None:
    """What another nurse signed under the same visit is not moved with it."""
    with session.work() as work:
        visit = visit_of(work.connection, visit_id)
        items = list(told_apart(work, visit_id)) if visit else []
        if visit and items:
            writable(work.connection, visit.patient)
            work.save(items, patient=visit.patient)


def _begin(work: Work, form: VisitForm, act: str) -> None:
    episodes = list(dict.fromkeys(section.episode for section in form.sections))
    at = form.started_at.isoformat()
    started = new_item("visit", form.visit, "started", patient=form.patient, episodes=episodes, at=at)
    work.save([started], patient=form.patient, care_time=form.started_at, act=act)
    work.keep_draft(VISIT, form.visit, form.patient, encoded(form))


# --- the same note about somebody else -----------------------------------------------------------


def _moved_form(session: Session, connection: Connection, form: VisitForm, right_patient: str) -> VisitForm:
    if right_patient == form.patient:
        raise SamePerson
    writable(connection, right_patient)
    if patient_of(connection, right_patient) is None:
        raise UnknownPatient
    theirs = {one.skill: one for one in episodes_of(connection, right_patient) if one.is_open}
    sections: list[SectionForm] = []
    for section in form.sections:
        of = known_episode(connection, section.episode)
        if of.skill not in theirs:
            raise NotTaughtThat(of.skill)
        pathway = theirs[of.skill]
        taken = {one.learner for one in sections if one.episode == pathway.id}
        checklist = session.checklists.checklist(pathway.skill, pathway.checklist_version)
        sections.append(_moved_section(section, pathway, _learner(section, pathway, taken), checklist))
    return replace(
        form,
        visit=session.new_id(),
        patient=right_patient,
        sections=tuple(sections),
        vital_signs=_unbound(form.vital_signs),
        right_person=False,
        planned=None,
        cosign_of="",
        amend_reason="",
        opened=None,
    )


def _learner(section: SectionForm, pathway: Episode, taken: set[str]) -> str:
    """The patient stays the patient; whoever else learned is somebody of the other person's. Each learner once."""
    others = [one.who for one in pathway.learners if one.until is None and one.who != PATIENT]
    wanted = [PATIENT, *others] if section.learner == PATIENT else [*others, PATIENT]
    free = [who for who in wanted if who not in taken]
    if not free:
        raise NotTaughtThat(pathway.skill)
    return free[0]


def _moved_section(section: SectionForm, pathway: Episode, learner: str, checklist: Checklist) -> SectionForm:
    """The same section of the other pathway. A step its version of the checklist has not goes into the notes."""
    steps = {step.id for step in checklist.steps}
    strange = {step: mark for step, mark in section.marks.items() if step not in steps}
    words = [
        ": ".join(filter(None, (step, mark.level.value if mark.level else "", mark.note, mark.reason)))
        for step, mark in strange.items()
    ]
    questions = {question.id for question in checklist.teach_back}
    signs = {sign.id for sign in checklist.red_flags}
    return replace(
        section,
        episode=pathway.id,
        learner=learner,
        id="",
        marks={step: mark for step, mark in section.marks.items() if step in steps},
        answers={name: answer for name, answer in section.answers.items() if name in questions},
        readings=_unbound(section.readings),
        flags={sign: replace(flag, id="") for sign, flag in section.flags.items() if sign in signs},
        notes="\n".join(filter(None, (section.notes, *words))),
    )


def _unbound(readings: Sequence[ReadingForm]) -> tuple[ReadingForm, ...]:
    return tuple(replace(reading, id="") for reading in readings)


# --- who must be told ----------------------------------------------------------------------------


def _tasks(
    session: Session, form: VisitForm, visit: str, ways: Sequence[Carried], names: Mapping[str, str]
) -> list[Item]:
    """A task for each way the note went out; those who read it are told by one."""
    readers = [names.get(way.who, "someone who left") for way in ways if way.carrier is Carrier.READER]
    asked: list[tuple[TaskKind, str]] = []
    for way in ways:
        on = day(way.at.date())
        match way.carrier:
            case Carrier.LETTER:
                about = f"A letter to the {way.who.replace('_', ' ')} may tell of a visit to someone else"
                asked.append((TaskKind.LETTER, f"{about}: check it and put it right"))
            case Carrier.NOTE_COPY:
                asked.append(
                    (TaskKind.OTHER, "Take the copied note out of the trust's record: it is about someone else")
                )
            case Carrier.EXPORT:
                who = names.get(way.who, "someone who left")
                asked.append((TaskKind.OTHER, f"An export by {who} of {on} holds a visit in the wrong record"))
    if readers:
        asked.append(
            (TaskKind.OTHER, f"Tell those who read it that the visit was someone else's: {', '.join(readers)}")
        )
    if form.next.kind is not None:
        asked.append((TaskKind.OTHER, "Check what was booked after the visit that was someone else's"))
    return [
        task_item(
            session,
            kind,
            text,
            patient=form.patient,
            to_user=session.user.id,
            due_on=session.today(),
            about=visit,
            purpose=WRONG_PERSON,
        )
        for kind, text in asked
    ]
