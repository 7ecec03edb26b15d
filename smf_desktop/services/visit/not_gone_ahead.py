"""A visit that did not go ahead, from its first key to its record: who looked, how, who was told, what comes next."""

from dataclasses import dataclass, replace
from datetime import datetime

from smf_core.domain.dates import parse_time, parse_typed
from smf_core.domain.day_trouble import NotReadyToSave
from smf_core.domain.not_gone_ahead import (
    REASONS,
    Coming,
    NotGoneAheadForm,
    WhyNot,
    gaps,
    is_missing,
    outcome_of,
)
from smf_core.domain.patient import Patient
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import AlreadySigned, UnknownBooking
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.diary import pathways_of_visit
from smf_core.records.queries.merges import same_person
from smf_core.records.queries.visits import Booking, booking
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.services.booking.bookings import doses_left_open
from smf_desktop.services.drafts import NOT_GONE_AHEAD, VISIT, draft, drafts
from smf_desktop.services.known import known_patient
from smf_desktop.services.pathways import teachers
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, new_item
from smf_desktop.services.tasks import task_item

USUAL_MINUTES = 60


@dataclass(frozen=True, slots=True)
class NotGoneAheadFacts:
    """What the page holds a form against. `booked` is how the visit was planned, None for one nobody planned."""

    patient: Patient
    booked: Booking | None


@dataclass(frozen=True, slots=True)
class NotGoneAheadPage:
    form: NotGoneAheadForm
    facts: NotGoneAheadFacts
    saved_at: datetime | None = None


def open_not_gone_ahead(session: Session, patient: str, visit: str) -> NotGoneAheadPage:
    """Take up this user's draft about a visit, else begin one. Raises `UnknownPatient` or `AlreadySigned`."""
    require(session.user, Action.RECORD_VISIT)
    with session.read() as connection:
        person = known_patient(connection, patient)
        if visit_of(connection, visit) is not None:
            raise AlreadySigned
        facts = NotGoneAheadFacts(person, booking(connection, visit))
    kept = draft(session, NOT_GONE_AHEAD, visit, NotGoneAheadForm)
    if kept is not None and kept.patient == patient:
        row = next((one for one in drafts(session) if (one.page, one.record) == (NOT_GONE_AHEAD, visit)), None)
        return NotGoneAheadPage(kept, facts, row.saved_at if row else None)
    at = facts.booked.at if facts.booked else session.now()
    return NotGoneAheadPage(NotGoneAheadForm(visit, patient, min(at, session.now())), facts)


@dataclass(frozen=True, slots=True)
class Recorded:
    """`questions` are the red tasks about doses that the visit was to give."""

    touched: Touched
    questions: tuple[str, ...] = ()
    booked: str | None = None


def save_not_gone_ahead(session: Session, form: NotGoneAheadForm) -> Recorded:
    """Write it down, with what follows from it, in one save: another visit or a call, the red question about a dose,
    and where nobody knows where the person is, a red task to go on looking. Its drafts go.
    """
    require(session.user, Action.RECORD_VISIT)
    if lacking := gaps(form, session.today()):
        raise NotReadyToSave(lacking)
    with session.work() as work:
        writable(work.connection, form.patient)
        if visit_of(work.connection, form.visit) is not None:
            raise AlreadySigned
        held = booking(work.connection, form.visit)
        if held is not None and not same_person(work.connection, held.patient, form.patient):
            raise UnknownBooking
        following = _following(session, work.connection, form, held)
        planned = next((item for item in following if item.entity == "visit"), None)
        again = [replace(held, id=planned.entity_id, at=_again_at(session, form))] if held and planned else []
        left = doses_left_open(session, work, [held] if held else [], again=again)
        items = [_entry(session, form), *left.items, *following]
        work.save(items, patient=form.patient, care_time=form.at)
        work.discard_draft(VISIT, form.visit)
        work.discard_draft(NOT_GONE_AHEAD, form.visit)
    return Recorded(frozenset(work.touched), left.questions, planned.entity_id if planned else None)


def _entry(session: Session, form: NotGoneAheadForm) -> Item:
    assert form.why is not None  # a form with gaps is not saved
    outcome = outcome_of(form)
    tries = []
    if form.why is WhyNot.NO_REPLY:
        day = form.at.date()
        tries = [{"at": session.local(day, parse_time(one.at)).isoformat(), "how": one.how.value} for one in form.tries]
    return new_item(
        "visit",
        form.visit,
        "not_gone_ahead",
        patient=form.patient,
        reason=REASONS[form.why].value,
        note=form.note.strip(),
        at=form.at.isoformat(),
        tries=tries or None,
        told=form.told.strip() if form.why is WhyNot.NO_REPLY else "",
        outcome=outcome.value if outcome else "",
    )


def _following(session: Session, connection: Connection, form: NotGoneAheadForm, held: Booking | None) -> list[Item]:
    items = []
    today = session.today()
    if is_missing(form):
        text = f"Whereabouts not known, passed to: {form.told.strip()}"
        items.append(
            task_item(
                session,
                TaskKind.OTHER,
                text,
                patient=form.patient,
                to_user=session.user.id,
                due_on=today,
                about=form.visit,
                urgent=True,
            )
        )
    if form.next is Coming.CALL:
        items.append(
            task_item(
                session,
                TaskKind.CALL_BACK,
                "Call about the next visit",
                patient=form.patient,
                to_user=session.user.id,
                due_on=parse_typed(form.next_on, today),
                due_at=form.next_at.strip(),
                about=form.visit,
            )
        )
    if form.next is Coming.VISIT:
        items.append(_next_visit(session, connection, form, held))
    return items


def _next_visit(session: Session, connection: Connection, form: NotGoneAheadForm, held: Booking | None) -> Item:
    """Another booking like the one that was in vain."""
    teaching = {one.id for one in teachers(connection)}
    nurse = held.nurse if held and held.nurse in teaching else session.user.id
    at = _again_at(session, form)
    return new_item(
        "visit",
        session.new_id(),
        "planned",
        patient=form.patient,
        episodes=list(pathways_of_visit(connection, form.visit)),
        at=at.isoformat(),
        minutes=(held.minutes if held else None) or USUAL_MINUTES,
        nurse=nurse,
        focus=held.focus if held else "",
        dose=held.dose if held else "",
        window_from=held.window_from if held else "",
        window_until=held.window_until if held else "",
    )


def _again_at(session: Session, form: NotGoneAheadForm) -> datetime:
    return session.local(parse_typed(form.next_on, session.today()), parse_time(form.next_at))
