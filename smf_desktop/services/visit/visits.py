"""A visit from its first key to its signature, and what may happen to it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.teaching_trouble import (
    AlreadySigned,
    NothingChanged,
    NotReadyToSign,
    ReasonNeeded,
    UnknownEpisode,
    UnknownVisit,
)
from smf_core.domain.visit import NextKind, SectionForm, VisitForm
from smf_core.domain.visit_edits import without_empty_readings
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import CLOCK_PUT_RIGHT
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.log import held_record
from smf_core.records.queries.episodes import holds
from smf_core.records.queries.merges import same_person
from smf_core.records.queries.merges import standing as who_stands
from smf_core.records.queries.practices import practices
from smf_core.records.queries.twice import signers
from smf_core.records.queries.users import service, users
from smf_core.records.queries.visits import booking, last_visit_defaults
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.presenters.visit.who_to_call import CallRow, ServiceLine, who_to_call
from smf_desktop.services.booking.bookings import dose_not_given, dose_not_given_after_all
from smf_desktop.services.drafts import VISIT, draft, drafts
from smf_desktop.services.known import known_episode
from smf_desktop.services.pathways import ended_hold
from smf_desktop.services.people import alive, writable
from smf_desktop.services.record.twice import struck_item, told_apart
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.visit.amending import amend_visit, amendable
from smf_desktop.services.visit.facts import visit_facts
from smf_desktop.services.visit.items import Signing, amended_items, next_items, signed_items


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
        facts = visit_facts(session, connection, form)
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
        started = held_record(connection, "visit", visit).value("started")
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
    episode = known_episode(connection, episode_id)
    alive(connection, episode.patient)
    if not episode.is_open:
        raise UnknownEpisode
    return episode


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
            amendable(session.user, standing)
        elif standing is not None and session.user.id in signers(work.connection, form.visit):
            raise AlreadySigned
        began = form.visit
        missed = work.record("visit", form.visit).value("not_gone_ahead")
        if (standing is not None or missed is not None) and not form.amends:
            form = replace(form, visit=session.new_id(), planned=None)
        form = without_empty_readings(form)
        writable(work.connection, form.patient)
        _of_this_person(work, form.visit, form.patient)
        facts = visit_facts(session, work.connection, form)
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


# --- after signing -------------------------------------------------------------------------------


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
