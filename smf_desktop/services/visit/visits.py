"""A visit from its first key to its signature, and what may happen to it afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smf_core.domain.checklist import Checklist
from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.teaching_trouble import (
    AlreadySigned,
    NothingChanged,
    NotReadyToSign,
    ReasonNeeded,
    UnknownEpisode,
    UnknownPatient,
    UnknownVisit,
)
from smf_core.domain.twice import Made
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Method,
    NextForm,
    NextKind,
    NotGoneAheadReason,
    OpenedForm,
    Reading,
    ReadingForm,
    Section,
    SectionForm,
    StepMark,
    Visit,
    VisitForm,
)
from smf_core.domain.visit_edits import without_empty_readings
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import CLOCK_PUT_RIGHT, Taught
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Record, fold
from smf_core.policy.roles import User
from smf_core.policy.rules import Action, NotAllowed, Reason, require
from smf_core.records import Connection
from smf_core.records.queries.batches import code
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.episodes import holds
from smf_core.records.queries.merges import same_person
from smf_core.records.queries.merges import standing as who_stands
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.practices import practices
from smf_core.records.queries.red_flags import flags_of_visit
from smf_core.records.queries.twice import Side, seen_twice, signed_near, signers
from smf_core.records.queries.users import service, users
from smf_core.records.queries.visits import (
    booking,
    last_visit_defaults,
    latest_readings,
    visits_of_episodes,
)
from smf_core.records.queries.visits import visit as visit_of
from smf_core.records.writing import held_operations
from smf_desktop.presenters.visit.who_to_call import CallRow, ServiceLine, who_to_call
from smf_desktop.services.booking.bookings import dose_not_given, dose_not_given_after_all, doses_left_open
from smf_desktop.services.drafts import VISIT, draft, drafts
from smf_desktop.services.pathways import ended_hold
from smf_desktop.services.people import alive, writable
from smf_desktop.services.record.twice import struck_item, told_apart
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.visit.cosigning import cosigners
from smf_desktop.services.visit.items import Signing, amended_items, next_items, signed_items, unit_name


@dataclass(frozen=True, slots=True)
class VisitPage:
    """What the page begins with, and whom to call from there.

    `saved_at` is when a draft was kept that is taken up again, None where there is none. `touched` tells of what
    opening wrote.
    """

    form: VisitForm
    facts: VisitFacts
    calls: tuple[CallRow, ...] = ()
    saved_at: datetime | None = None
    touched: Touched = frozenset()


def open_visit(
    session: Session, *, visit: str | None = None, patient: str | None = None, episodes: Sequence[str] = ()
) -> VisitPage:
    """Take up this user's draft; where there is none, amend the visit if it is signed, else start it.

    `visit` is a booked, started or signed visit. Without one a draft of the same pathways is taken up before a second
    visit is started.
    """
    if patient:
        with session.read() as connection:
            patient = who_stands(connection, patient)
    for kept in drafts(session):
        if kept.page != VISIT or (kept.record != visit if visit else kept.patient != patient):
            continue
        form = draft(session, VISIT, kept.record, VisitForm)
        if form is not None and form.started_at > session.now() + CLOCK_PUT_RIGHT:
            # The clock was far ahead when the visit began, and has been put right since.
            form = replace(form, started_at=session.now())
        if form is not None and (visit or (not form.amends and _same_pathways(form, episodes))):
            return _page(session, form, saved_at=kept.saved_at)
    with session.read() as connection:
        signed = visit_of(connection, visit) if visit else None
        booked = booking(connection, visit) if visit and not episodes else None
    if signed is not None:
        form = amend_visit(session, signed.id)
        return _page(session, form)
    form, touched = start_visit(session, episodes or (booked.episodes if booked else ()), visit)
    return _page(session, form, touched=touched)


def _page(
    session: Session, form: VisitForm, *, saved_at: datetime | None = None, touched: Touched = frozenset()
) -> VisitPage:
    with session.read() as connection:
        facts = _facts(session, connection, form)
        held = service(connection).settings
        line = ServiceLine(*(str(held.get(name, "")) for name in ("contact_phone", "contact_hours", "out_of_hours")))
        practice = practices(connection, (facts.patient.practice_code,)).get(facts.patient.practice_code)
    calls = who_to_call(facts.patient, line, practice, session.today())
    return VisitPage(form, facts, calls, saved_at, touched)


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit that a colleague began and has not signed: whose it is, since when, and the pathways it is for."""

    by: str
    at: datetime
    episodes: tuple[str, ...]


def begun_by_colleague(session: Session, visit: str | None) -> Begun | None:
    """Who began this visit, where that was somebody else and it is not signed: their draft is never opened here."""
    require(session.user, Action.OPEN_RECORD)
    if visit is None:
        return None
    with session.read() as connection:
        started = _record(connection, "visit", visit).value("started")
        if started is None or started.first.author == session.user.id or visit_of(connection, visit) is not None:
            return None
        names = {user.id: user.name for user in users(connection)}
    at = datetime.fromisoformat(str(started["at"])).astimezone(session.now().tzinfo)
    return Begun(names.get(started.first.author, ""), at, tuple(started["episodes"] or ()))


def _same_pathways(form: VisitForm, episodes: Sequence[str]) -> bool:
    return not episodes or {section.episode for section in form.sections} == set(episodes)


def start_visit(session: Session, episodes: Sequence[str], planned: str | None = None) -> tuple[VisitForm, Touched]:
    """Begin a visit of one person's open pathways. Answers the empty form, with last time's place and minutes."""
    require(session.user, Action.RECORD_VISIT)
    with session.work() as work:
        found = [_open_episode(work.connection, episode) for episode in episodes]
        if not found:
            raise UnknownEpisode
        patient = found[0].patient
        if any(episode.patient != patient for episode in found):
            raise UnknownEpisode
        writable(work.connection, patient)
        alive(work.connection, patient)
        if planned:
            _of_this_person(work, planned, patient)
        usual = last_visit_defaults(work.connection, patient)
        form = VisitForm(
            visit=planned or session.new_id(),
            patient=patient,
            started_at=session.now(),
            sections=tuple(
                SectionForm(episode.id, _usual_learner(episode), checklist_version=episode.checklist_version)
                for episode in found
            ),
            planned=planned,
        )
        if usual is not None:
            form = replace(form, place=usual.place, minutes=str(usual.minutes), methods=usual.methods)
            form = replace(form, also_present=usual.also_present)
        started = new_item(
            "visit", form.visit, "started", patient=patient, episodes=list(episodes), at=form.started_at.isoformat()
        )
        work.save([started], patient=patient, care_time=form.started_at)
    return form, frozenset(work.touched)


def _usual_learner(episode: Episode) -> str:
    """The patient where the patient learns, else the first learner named."""
    names = [learner.who for learner in episode.learners if learner.until is None]
    return PATIENT if PATIENT in names or not names else names[0]


def _open_episode(connection: Connection, episode_id: str) -> Episode:
    episode = episode_of(connection, episode_id)
    if episode is None:
        raise UnknownEpisode
    alive(connection, episode.patient)
    if not episode.is_open:
        raise UnknownEpisode
    return episode


def _held_against(
    session: Session, episodes: Mapping[str, Episode], sections: Iterable[SectionForm | Section]
) -> dict[str, Checklist]:
    """The checklist each pathway of a visit is rated against: the one the visit was begun with, though the pathway may
    have changed to another version since."""
    begun = {section.episode: section.checklist_version for section in sections if section.checklist_version}
    return {
        name: session.checklists.checklist(episode.skill, begun.get(name, episode.checklist_version))
        for name, episode in episodes.items()
    }


def visit_page(session: Session, form: VisitForm) -> VisitFacts:
    """What the visit page holds a form against, read at once: nothing typed waits for the store."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        return _facts(session, connection, form)


def _facts(session: Session, connection: Connection, form: VisitForm) -> VisitFacts:
    patient = patient_of(connection, form.patient)
    if patient is None:
        raise UnknownPatient
    episodes = {name: _episode(connection, name) for name in {section.episode: None for section in form.sections}}
    if any(episode.patient != patient.id for episode in episodes.values()):
        raise UnknownEpisode
    checklists = _held_against(session, episodes, form.sections)
    visits = visits_of_episodes(connection, episodes)
    signed = visit_of(connection, form.visit) if form.amends else None
    common = session.checklists.common
    asked = {one.id for checklist in checklists.values() for one in checklist.observations}
    last = latest_readings(connection, patient.id, asked | {one.id for one in common.vital_signs})
    own = {reading.id for section in signed.sections for reading in section.readings} if signed else set()
    return VisitFacts(
        patient=patient,
        taught={
            name: Taught(
                episode,
                checklists[name],
                tuple(visit for visit in visits.get(name, ()) if visit.id != form.visit),
            )
            for name, episode in episodes.items()
        },
        common=common,
        registered_nurse=session.user.is_registered_nurse,
        last_readings={name: reading for name, reading in last.items() if reading.id not in own},
        names={user.id: user.name for user in users(connection)},
        signed=signed,
        cosigners=cosigners(connection, session.user.id),
        near=_near(session, connection, form),
        twice=() if form.amends else _twice(connection, patient.id),
    )


def _twice(connection: Connection, patient: str) -> tuple[tuple[Made, Made], ...]:
    """Visits of which nobody has said yet whether they are one: what was given may have been given by both."""

    def made(side: Side) -> Made:
        signed = not side.missed
        return Made(side.id, patient, side.at, side.minutes, side.by, frozenset(), signed, side.dose, not signed)

    return tuple((made(pair.one), made(pair.other)) for pair in seen_twice(connection, patient))


def _near(session: Session, connection: Connection, form: VisitForm) -> tuple[Made, ...]:
    """What colleagues signed that may be the visit of this form, also under the very booking it was begun for."""
    if form.amends:
        return ()
    booked = booking(connection, form.visit)
    made = Made(
        id="",
        patient=form.patient,
        at=form.started_at,
        minutes=0,
        nurse=session.user.id,
        episodes=frozenset(section.episode for section in form.sections),
        signed=False,
        dose=booked.dose if booked else "",
    )
    return signed_near(connection, made)


def sign_visit(session: Session, form: VisitForm) -> Touched:
    """Sign a visit: one change set, whole or absent, and the draft goes with it. Raises `NotReadyToSign`.

    Where a colleague has signed the same booking meanwhile, what was typed here is signed as a visit of its own, and
    both are asked about (`records.queries.twice`). So it is where the booking is known not to have gone ahead: that
    stays on record.
    """
    require(session.user, Action.AMEND_VISIT if form.amends else Action.RECORD_VISIT)
    with session.work() as work:
        standing = visit_of(work.connection, form.visit)
        if form.amends:
            _amendable(session.user, standing)
        elif standing is not None and session.user.id in signers(work.connection, form.visit):
            raise AlreadySigned
        began = form.visit
        missed = work.record("visit", form.visit).value("not_gone_ahead")
        if (standing is not None or missed is not None) and not form.amends:
            form = replace(form, visit=session.new_id(), planned=None)
        form = without_empty_readings(form)
        writable(work.connection, form.patient)
        _of_this_person(work, form.visit, form.patient)
        facts = _facts(session, work.connection, form)
        if what := facts.missing(form, work.now):
            raise NotReadyToSign(what)
        signing = Signing(session.user, work.now, facts, session.new_id)
        items = amended_items(signing, form) if form.amends else signed_items(signing, form)
        if not items:
            raise NothingChanged
        if any(item.entity == "red_flag" and item.kind == "struck" for item in items):
            require(session.user, Action.CLOSE_RED_FLAG)  # a flag taken out is no longer open, as a closed one is
        if not form.amends:
            items += _what_follows(session, work, form, facts)
            items += dose_not_given(session, work, form.visit, form.started_at, int(form.minutes))
        work.save(items, patient=form.patient, care_time=form.started_at)
        work.discard_draft("visit", began)
    return frozenset(work.touched)


def _amendable(user: User, standing: Visit | None) -> Visit:
    """Raises unless the visit stands and is this user's to amend.

    The competence rule counts a visit that a registered nurse carried out as such, whoever amends it later: only
    registered nurses may.
    """
    if standing is None or not standing.stands:
        raise UnknownVisit
    if standing.signed_by_registered and not user.is_registered_nurse:
        raise NotAllowed(Action.AMEND_VISIT, Reason.REGISTERED_NURSE)
    return standing


def _of_this_person(work: Work, visit_id: str, patient: str) -> None:
    """Raises where what is held of a visit (a booking, a start, a signature) is about someone else."""
    held = work.record("visit", visit_id)
    named = {value["patient"] for value in held.units.values()} - {None}
    if not all(same_person(work.connection, each, patient) for each in named):
        raise UnknownVisit


def _what_follows(session: Session, work: Work, form: VisitForm, facts: VisitFacts) -> list[Item]:
    """What the next step books, for the pathways that are still open. One that is on hold has one hold, not two:
    another hold says it anew, and a visit or a call ends it."""
    going_on = [section for section in form.sections if facts.taught[section.episode].episode.is_open]
    if not going_on:
        return []
    made = next_items(replace(form, sections=tuple(going_on)), session)
    running = {
        episode: next(hold for hold in held if hold.until is None)
        for episode, held in holds(work.connection, {one.episode for one in going_on}).items()
        if any(hold.until is None for hold in held)
    }
    items = []
    for item in made:
        hold = running.get(str(item.payload.get("episode"))) if item.entity == "hold" else None
        if hold is None:
            items.append(item)
        else:
            said = item.payload | {"from": hold.from_.isoformat()}
            items.append(work.change("hold", hold.id, "held", said))
    if form.next.kind in (NextKind.VISIT, NextKind.CALL):
        items += [
            ended_hold(work, form.patient, episode, hold, session.today()) for episode, hold in sorted(running.items())
        ]
    return items


def _episode(connection: Connection, episode_id: str) -> Episode:
    episode = episode_of(connection, episode_id)
    if episode is None:
        raise UnknownEpisode
    return episode


# --- after signing -------------------------------------------------------------------------------


def amend_visit(session: Session, visit_id: str) -> VisitForm:
    """A signed visit as a form to amend. Nothing is written until it is signed again, with a reason."""
    require(session.user, Action.AMEND_VISIT)
    with session.read() as connection:
        visit = _amendable(session.user, visit_of(connection, visit_id))
        form = _as_form(session, connection, visit)
        return replace(form, opened=OpenedForm(form, _bases(connection, visit)))


def _as_form(session: Session, connection: Connection, visit: Visit) -> VisitForm:
    flags = _flags(session, connection, visit)
    return VisitForm(
        visit=visit.id,
        patient=visit.patient,
        started_at=visit.started_at,
        right_person=True,
        also_present=visit.also_present,
        place=visit.place,
        methods=visit.methods or (Method.DEMONSTRATION,),
        minutes=str(visit.minutes),
        late_reason=visit.late_reason,
        copied_from=visit.copied_from or "",
        draft_of=visit.draft_of or "",
        purpose=visit.purpose,
        stopped_reason=visit.stopped_reason,
        sections=tuple(
            SectionForm(
                episode=section.episode,
                learner=section.learner,
                id=section.id,
                marks={
                    step: StepMark(rating.level, rating.note, rating.reason) for step, rating in section.ratings.items()
                },
                answers={
                    question: AnswerForm(answer.answer, answer.words) for question, answer in section.answers.items()
                },
                confidence=section.confidence,
                readings=tuple(_reading_form(reading, visit) for reading in section.readings),
                flags=flags.pop(section.episode, {}),
                strategies=section.strategies,
                notes=section.notes,
                checklist_version=section.checklist_version,
            )
            for section in visit.sections
        ),
        vital_signs=tuple(_reading_form(reading, visit) for reading in visit.vital_signs),
        next=_next_form(connection, visit),
    )


def _reading_form(reading: Reading, visit: Visit) -> ReadingForm:
    at = "" if reading.at == visit.started_at else f"{reading.at:%H:%M}"
    return ReadingForm(reading.observation, reading.value, at, reading.note, reading.id)


def _next_form(connection: Connection, visit: Visit) -> NextForm:
    """What was said to come next; it stands, an amendment does not book again."""
    said = _record(connection, "visit", visit.id).value("next")
    if said is None or not said["kind"]:
        return NextForm()
    words = {name: str(said[name] or "") for name in ("on", "at", "minutes", "reason", "focus")}
    return NextForm(code(NextKind, said["kind"], NextKind.VISIT), **words)


def _flags(session: Session, connection: Connection, visit: Visit) -> dict[str, dict[str, FlagForm]]:
    """The red flags of a signed visit by pathway. Each was answered, so one that is not on record was a No."""
    episodes = {section.episode: _episode(connection, section.episode) for section in visit.sections}
    found = {
        name: {sign.id: FlagForm(seen=False) for sign in checklist.red_flags}
        for name, checklist in _held_against(session, episodes, visit.sections).items()
    }
    for flag in flags_of_visit(connection, visit.id):
        if flag.episode in found:
            said = FlagForm(True, flag.action, flag.told, flag.advised, flag.next_check, flag.id)
            found[flag.episode][flag.sign] = said
    return found


def _bases(connection: Connection, visit: Visit) -> dict[str, tuple[tuple[str, int], ...]]:
    """For each unit of the visit, the operations its values came from."""
    records = [_record(connection, "visit", visit.id)]
    for section in visit.sections:
        records.append(_record(connection, "section", section.id))
        records += [_record(connection, "observation", reading.id) for reading in section.readings]
    records += [_record(connection, "observation", reading.id) for reading in visit.vital_signs]
    records += [_record(connection, "red_flag", flag.id) for flag in flags_of_visit(connection, visit.id)]
    return {
        unit_name(record.entity_id, kind, key or ""): value.bases
        for record in records
        for (kind, key), value in record.units.items()
    }


def _record(connection: Connection, entity: str, entity_id: str) -> Record:
    return fold(entity, entity_id, held_operations(connection, entity, entity_id))


def strike_visit(session: Session, visit_id: str, reason: str) -> Touched:
    """Mark a signed visit as entered in error. It stays readable and counts nowhere; a dose of today that it was to
    give is asked for in red."""
    require(session.user, Action.STRIKE_VISIT)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        visit = visit_of(work.connection, visit_id)
        if visit is None:
            raise UnknownVisit
        writable(work.connection, visit.patient)
        struck = struck_item(work, visit_id, reason)
        # Another nurse's signature of the same visit is not struck with this one.
        apart = told_apart(work, visit_id)
        work.save([*apart, struck, *dose_not_given_after_all(session, work, visit_id)], patient=visit.patient)
    return frozenset(work.touched)


def record_not_gone_ahead(
    session: Session, *, patient: str, visit: str | None, at: datetime, reason: NotGoneAheadReason, note: str = ""
) -> Touched:
    """Write down that a visit did not go ahead, and why; a draft of it goes."""
    require(session.user, Action.RECORD_VISIT)
    with session.work() as work:
        writable(work.connection, patient)
        said = {"patient": patient, "reason": reason.value, "note": note, "at": at.isoformat()}
        items = [new_item("visit", visit or session.new_id(), "not_gone_ahead", **said)]
        if visit:
            _of_this_person(work, visit, patient)
            if visit_of(work.connection, visit) is not None:
                raise AlreadySigned
            held = booking(work.connection, visit)
            items += doses_left_open(session, work, [held] if held else []).items
            work.discard_draft("visit", visit)
        work.save(items, patient=patient, care_time=at)
    return frozenset(work.touched)


def book_visit(
    session: Session, *, patient: str, episodes: Sequence[str], at: datetime, minutes: int, nurse: str, focus: str = ""
) -> tuple[str, Touched]:
    """Plan a visit. Answers its id."""
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        writable(work.connection, patient)
        alive(work.connection, patient)
        if not episodes or not all(
            same_person(work.connection, _open_episode(work.connection, one).patient, patient) for one in episodes
        ):
            raise UnknownEpisode
        made = session.new_id()
        payload = {"patient": patient, "episodes": list(episodes), "at": at.isoformat(), "minutes": minutes}
        work.save([new_item("visit", made, "planned", **payload, nurse=nurse, focus=focus)], patient=patient)
    return made, frozenset(work.touched)
