"""Bookings: one or a series, moved, called off, taken back. Each is a new entry, nothing leaves the record.

Nothing here forbids a time but a death: what speaks against it is said once, and the nurse decides. A visit tied to
a dose names our nurse for it on its day; where it does not give it after all, the same save asks in red who does.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from smf_core.domain.day_trouble import SecondLook, SeriesNotPossible
from smf_core.domain.diary import (
    EVERY_AT_MOST,
    SERIES_AT_MOST,
    Concern,
    Dose,
    Warned,
    concerns,
    days_away,
    series,
    window,
)
from smf_core.domain.task import TaskKind, TaskState
from smf_core.domain.teaching_trouble import ChangedMeanwhile, UnknownBooking, UnknownEpisode
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.diary import absences, series_from, taken
from smf_core.records.queries.dose_covers import covers_of
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.merges import same_person
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.tasks import open_about
from smf_core.records.queries.tasks import task as task_of
from smf_core.records.queries.visits import Booking, booking
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.booking.dose_items import (
    CoverBefore,
    dose_names,
    gives_dose,
    put_back_items,
    question_item,
    visit_dose_items,
)
from smf_desktop.services.pathways import teachers
from smf_desktop.services.people import alive, writable
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.tasks import done_item

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewBooking:
    """A visit to plan. `dose` is the dose it gives or sees, with its window as HH:MM; `times` over 1 is a series of
    visits, `every` days apart."""

    patient: str
    episodes: tuple[str, ...]
    at: datetime
    minutes: int
    nurse: str
    focus: str = ""
    dose: str = ""
    window_from: str = ""
    window_until: str = ""
    every: int = 1
    times: int = 1


@dataclass(frozen=True, slots=True)
class Booked:
    """Visits that were planned. `covers` is who gave their doses before, to take them back again."""

    visits: tuple[str, ...]
    touched: Touched
    covers: tuple[CoverBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class Shifted:
    """Bookings that were moved or called off. `before` says how each stood, and `covers` who gave their doses, to put
    them back; `after` how each stands since; `questions` are the red tasks about doses that were left open."""

    touched: Touched
    before: tuple[Booking, ...]
    after: tuple[Booking, ...]
    questions: tuple[str, ...] = ()
    covers: tuple[CoverBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class DosesOpen:
    """Doses that a visit was to give and does not: the operations that say so and ask who does, the ids of those red
    `questions`, and who gave the doses before."""

    items: tuple[Item, ...]
    questions: tuple[str, ...]
    covers: tuple[CoverBefore, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a booking form offers: pathways as (id, skill), doses, nurses as (id, name)."""

    episodes: tuple[tuple[str, str], ...]
    doses: tuple[str, ...]
    nurses: tuple[tuple[str, str], ...]
    held: Booking | None = None


def booking_choices(session: Session, patient: str, visit: str | None = None) -> Choices:
    """What there is to choose from for one person, and the booking that is moved, if any."""
    require(session.user, Action.BOOK_VISIT)
    with session.read() as connection:
        alive(connection, patient)
        person = patient_of(connection, patient)
        running = [one for one in episodes_of(connection, patient) if one.is_open]
        covers = covers_of(connection, (one.id for one in running))
        doses = [dose for one in running if person for dose in dose_names(person, one.skill, covers.get(one.id, ()))]
        return Choices(
            tuple((one.id, one.skill) for one in running),
            tuple(dict.fromkeys(doses)),
            tuple((one.id, one.name) for one in teachers(connection)),
            booking(connection, visit) if visit else None,
        )


def book_visits(session: Session, new: NewBooking, accepted: Collection[Concern] = ()) -> Booked:
    """Plan a visit, or a series of them, in one save.

    Raises `SecondLook` with what speaks against the times and was not accepted yet.
    """
    require(session.user, Action.BOOK_VISIT)
    if not (1 <= new.times <= SERIES_AT_MOST and (new.times == 1 or 1 <= new.every <= EVERY_AT_MOST)):
        raise SeriesNotPossible
    with session.work() as work:
        writable(work.connection, new.patient)
        alive(work.connection, new.patient)
        _open_pathways(work.connection, new.patient, new.episodes)
        days = series(new.at.date(), new.every, new.times)
        at = [session.local(day, new.at.time()) for day in days]
        _look_twice(session, work.connection, [(each, "") for each in at], new, accepted)
        name = session.new_id() if new.times > 1 else None
        items = [_planned(session, new, each, name) for each in at]
        planned = [(_as_booking(item.entity_id, new, each), each) for item, each in zip(items, at, strict=True)]
        gives = [(one, each.date()) for one, each in planned if gives_dose(one, each)]
        cover, covers = visit_dose_items(session, work, gives=gives)
        work.save([*items, *cover], patient=new.patient)
    return Booked(tuple(item.entity_id for item in items), frozenset(work.touched), covers)


def _as_booking(visit: str, new: NewBooking, at: datetime) -> Booking:
    return Booking(
        visit,
        new.patient,
        "planned",
        at,
        new.minutes,
        new.nurse,
        new.episodes,
        new.focus,
        cancelled=False,
        dose=new.dose,
        window_from=new.window_from,
        window_until=new.window_until,
    )


def _planned(session: Session, new: NewBooking, at: datetime, name: str | None) -> Item:
    return new_item(
        "visit",
        session.new_id(),
        "planned",
        patient=new.patient,
        episodes=list(new.episodes),
        at=at.isoformat(),
        minutes=new.minutes,
        nurse=new.nurse,
        focus=new.focus,
        dose=new.dose,
        window_from=new.window_from if new.dose else "",
        window_until=new.window_until if new.dose else "",
        series=name,
    )


def _open_pathways(connection: Connection, patient: str, episodes: Sequence[str]) -> None:
    found = {one.id: one for one in episodes_named(connection, episodes)}
    if not episodes or any(each not in found for each in episodes):
        raise UnknownEpisode
    if not all(same_person(connection, one.patient, patient) for one in found.values()):
        raise UnknownEpisode
    if not all(one.is_open for one in found.values()):
        raise UnknownEpisode


def _look_twice(
    session: Session,
    connection: Connection,
    times: Sequence[tuple[datetime, str]],
    new: NewBooking,
    accepted: Collection[Concern],
) -> None:
    """Raises what speaks against these times (each with the visit that is moved to it) and was not accepted."""
    first, last = min(at for at, _ in times), max(at for at, _ in times)
    away = days_away(absences(connection, new.nurse, first.date(), last.date()), first.date(), last.date())
    holidays = frozenset().union(*(bank_holidays_around(at.date()) for at, _ in times))
    found: list[Warned] = []
    for at, moved in times:
        day = session.local(at.date(), time.min)
        held = taken(connection, day - DAY, day + 2 * DAY, nurse=new.nurse, patient=new.patient, but=moved)
        found += concerns(
            at,
            new.minutes,
            patient=new.patient,
            nurse=new.nurse,
            taken=held,
            away=away,
            holidays=holidays,
            dose_window=window(new.window_from, new.window_until) if new.dose else None,
        )
    if fresh := [one for one in found if one.concern not in accepted]:
        raise SecondLook(fresh)


# --- moved ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """Another time for a booking. With `later` all later ones of its series move by as many days, to the same time."""

    at: datetime
    minutes: int
    nurse: str
    later: bool = False


def move_booking(
    session: Session, visit: str, to: Move, accepted: Collection[Concern] = (), *, shown: Booking | None = None
) -> Shifted:
    """Give a booking another time; how it was planned before stays in its history.

    `shown` is the booking as a form showed it: where it was moved meanwhile, `ChangedMeanwhile` is raised.
    A dose it was to give and now gives no more is asked for in red; one that it gives again is asked for no longer.
    """
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        held = _not_begun(work.connection, visit)
        if shown not in (None, held):
            raise ChangedMeanwhile
        alive(work.connection, held.patient)
        moved = series_from(work.connection, held.series, held.at) if to.later and held.series else (held,)
        # Each booking was kept with the offset of its own day: its date needs no other, also across a clock change.
        days = to.at.date() - held.at.date()
        times = [(session.local(one.at.date() + days, to.at.time()), one.id) for one in moved]
        asked = NewBooking(held.patient, held.episodes, to.at, to.minutes, to.nurse)
        if held.dose:
            asked = replace(asked, dose=held.dose, window_from=held.window_from, window_until=held.window_until)
        _look_twice(session, work.connection, times, asked, accepted)
        items: list[Item] = []
        questions: list[str] = []
        gives: list[tuple[Booking, date]] = []
        leaves: list[tuple[Booking, date]] = []
        open_now = open_about(work.connection, (one.id for one in moved))
        for one, (at, _) in zip(moved, times, strict=True):
            items.append(_changed(work, one, at=at.isoformat(), minutes=to.minutes, nurse=to.nurse))
            dose = Dose(one.dose, window(one.window_from, one.window_until))
            before = one.at.astimezone(at.tzinfo)
            if one.dose and not dose.still_given(before, at):
                question = question_item(session, one.id, one.patient, one.dose, before.date())
                items.append(question)
                questions.append(question.entity_id)
                leaves.append((one, before.date()))
            if gives_dose(one, at):
                gives.append((one, at.date()))
            for task in open_now.get(one.id, ()):
                same_day = task.due_on == at.date() and (dose.window is None or dose.window.holds(at.time()))
                if task.kind is TaskKind.WHO_GIVES_DOSE and same_day:
                    items.append(done_item(session, work, task.id, state=TaskState.CANCELLED))
        cover, covers = visit_dose_items(session, work, gives=gives, leaves=leaves)
        work.save([*items, *cover], patient=held.patient)
        after = _standing(work.connection, moved)
    return Shifted(frozenset(work.touched), tuple(moved), after, tuple(questions), covers)


# --- called off, taken back ----------------------------------------------------------------------


def call_off(session: Session, visit: str, reason: str, *, later: bool = False) -> Shifted:
    """A booking that will not be: for a reason, and with all later ones of its series if so asked."""
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        held = _not_begun(work.connection, visit)
        gone = series_from(work.connection, held.series, held.at) if later and held.series else (held,)
        items = [_changed(work, one, cancelled=True, cancel_reason=reason.strip()) for one in gone]
        left = doses_left_open(session, work, gone)
        work.save([*items, *left.items], patient=held.patient)
        after = _standing(work.connection, gone)
    return Shifted(frozenset(work.touched), tuple(gone), after, left.questions, left.covers)


def put_back(session: Session, shifted: Shifted) -> Shifted:
    """Bookings as they stood before they were moved or called off, and who gave their doses; what was asked about
    those is withdrawn, and asked again when this is itself put back. Answers how they stood until now.

    Raises `ChangedMeanwhile` where one of them does not stand any more as it was left.
    """
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        patient = shifted.before[0].patient
        writable(work.connection, patient)
        alive(work.connection, patient)
        items = []
        for one, left in zip(shifted.before, shifted.after, strict=True):
            now = booking(work.connection, one.id)
            if now is None or now.status != "planned":
                raise UnknownBooking
            if now != left:
                raise ChangedMeanwhile
            at = {"at": one.at.isoformat(), "minutes": one.minutes, "nurse": one.nurse}
            items.append(_changed(work, one, **at, cancelled=one.cancelled or None, cancel_reason=None))
        for task in shifted.questions:
            asked = task_of(work.connection, task)
            turned = _ASKED.get(asked.state) if asked else None
            if turned is not None:
                items.append(done_item(session, work, task, state=turned))
        back = [put_back_items(session, work, one) for one in shifted.covers]
        items += [item for made in back for item in made.items]
        work.save(items, patient=patient)
        after = _standing(work.connection, shifted.before)
    covers = tuple(made.before for made in back)
    return Shifted(frozenset(work.touched), shifted.after, after, shifted.questions, covers)


_ASKED = {TaskState.OPEN: TaskState.CANCELLED, TaskState.CANCELLED: TaskState.OPEN}
"""What undo makes of a red question, and redo again. One that was answered stays so."""


def unbook(session: Session, booked: Booked) -> Touched:
    """Visits that were just planned are not: nobody is asked for their doses, which whoever gave them gives again."""
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        held = [_not_begun(work.connection, visit, standing=False) for visit in booked.visits]
        items = [settled(work, one, cancelled=True) for one in held]
        items += [item for one in booked.covers for item in put_back_items(session, work, one).items]
        work.save(items, patient=held[0].patient)
    return frozenset(work.touched)


def cancel_booking(session: Session, visit: str) -> Touched:
    """Take a booking back. A dose it was to give is asked for in red."""
    return cancel_bookings(session, (visit,))


def restore_booking(session: Session, visit: str) -> Touched:
    """Put back a booking that was taken back."""
    return restore_bookings(session, (visit,))


def cancel_bookings(session: Session, visits: Sequence[str]) -> Touched:
    """Take bookings back, all in one save. Doses they were to give are asked for in red."""
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        held = [_not_begun(work.connection, visit, standing=False) for visit in visits]
        items = [settled(work, one, cancelled=True) for one in held]
        items += doses_left_open(session, work, held).items
        work.save(items, patient=held[0].patient)
    return frozenset(work.touched)


def restore_bookings(session: Session, visits: Sequence[str]) -> Touched:
    """Put back bookings that were taken back: they give their doses again, and nobody is asked for them any more."""
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        held = [_not_begun(work.connection, visit, standing=False) for visit in visits]
        alive(work.connection, held[0].patient)
        items = [settled(work, one, cancelled=False) for one in held]
        for tasks in open_about(work.connection, visits).values():
            asked = (task for task in tasks if task.kind is TaskKind.WHO_GIVES_DOSE)
            items += [done_item(session, work, task.id, state=TaskState.CANCELLED) for task in asked]
        at = [(one, _here(session, one.at)) for one in held]
        gives = [(one, each.date()) for one, each in at if gives_dose(one, each)]
        items += visit_dose_items(session, work, gives=gives)[0]
        work.save(items, patient=held[0].patient)
    return frozenset(work.touched)


def settled(work: Work, held: Booking, *, cancelled: bool) -> Item:
    """The operation that takes a booking back, or puts it back; all else it said stays."""
    return _changed(work, held, cancelled=cancelled or None, cancel_reason=None)


def _not_begun(connection: Connection, visit: str, *, standing: bool = True) -> Booking:
    held = booking(connection, visit)
    if held is None or held.status != "planned" or (standing and held.cancelled):
        raise UnknownBooking
    writable(connection, held.patient)
    return held


def _standing(connection: Connection, visits: Iterable[Booking]) -> tuple[Booking, ...]:
    found = (booking(connection, one.id) for one in visits)
    return tuple(one for one in found if one is not None)


def _changed(work: Work, held: Booking, **changes: object) -> Item:
    """What the booking says, with some of it said anew; a change to None takes a field out."""
    value = work.record("visit", held.id).value("planned")
    said: dict[str, Any] = dict(value.shown.payload if value else {}) | changes
    return work.change("visit", held.id, "planned", {name: each for name, each in said.items() if each is not None})


def doses_left_open(
    session: Session, work: Work, gone: Iterable[Booking], *, again: Iterable[Booking] = (), tell: bool = True
) -> DosesOpen:
    """What visits leave behind that were to give a dose and do not: for the change set that says so.

    `again` are visits planned in their place. Without `tell` no letter goes to the core team: whoever causes this
    writes one of its own.
    """
    given = [(one, _here(session, one.at).date()) for one in gone if one.dose]
    asked = tuple(question_item(session, one.id, one.patient, one.dose, day) for one, day in given)
    at = [(one, _here(session, one.at)) for one in again]
    gives = [(one, each.date()) for one, each in at if gives_dose(one, each)]
    cover, covers = visit_dose_items(session, work, gives=gives, leaves=given, tell=tell)
    return DosesOpen((*asked, *cover), tuple(item.entity_id for item in asked), covers)


def dose_not_given(session: Session, work: Work, visit: str, began: datetime, minutes: int) -> tuple[Item, ...]:
    """What a visit leaves behind that is made at a time when it does not give the dose it was booked for: as if it had
    been moved there. Nothing where it gives it, or is tied to none."""
    held = booking(work.connection, visit)
    if held is None or held.cancelled or not held.dose:
        return ()
    at = _here(session, held.at)
    if not gives_dose(held, at):
        return ()  # it was asked when it was moved there
    if Dose(held.dose, window(held.window_from, held.window_until)).given_at(at, began, minutes):
        return ()
    return doses_left_open(session, work, [held], again=[replace(held, at=began)]).items


def dose_not_given_after_all(session: Session, work: Work, visit: str) -> tuple[Item, ...]:
    """What a signed visit leaves behind that was none, or somebody else's: today's dose that it was to give may still
    be without a giver. A dose of a day that is over can be given by nobody."""
    held = booking(work.connection, visit)
    at = _here(session, held.at) if held is not None else None
    if held is None or at is None or held.cancelled or at.date() < session.today() or not gives_dose(held, at):
        return ()
    asked = open_about(work.connection, (visit,)).get(visit, ())
    if any(task.kind is TaskKind.WHO_GIVES_DOSE for task in asked):
        return ()
    return doses_left_open(session, work, [held]).items


def _here(session: Session, at: datetime) -> datetime:
    return at.astimezone(session.now().tzinfo)
