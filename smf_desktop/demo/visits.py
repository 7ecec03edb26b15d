"""Visit after visit: made, missed, put on hold, and what is said to come next."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from smf_core.domain.discharge import Outcome
from smf_core.domain.not_gone_ahead import Coming, How, NotGoneAheadForm, Try, Whereabouts, WhyNot
from smf_core.domain.teaching_trouble import NotReadyToSign
from smf_core.domain.visit import NextForm, NextKind, VisitForm
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.visits import next_bookings
from smf_desktop.demo import around, words
from smf_desktop.demo.arrival import booked, first_booked, working_day
from smf_desktop.demo.calls import advice
from smf_desktop.demo.ending import AFTER_BOOKED, closed, once_more
from smf_desktop.demo.form import ask_gates, filled, put_right
from smf_desktop.demo.known import ANYWAY, new_dose, takes_over
from smf_desktop.demo.plan import CURVES, Then, later_that_day
from smf_desktop.demo.so_far import Pathway, SoFar
from smf_desktop.services.booking.bookings import Move, NewBooking, move_booking
from smf_desktop.services.drafts import VISIT, save_draft
from smf_desktop.services.pathways import resume
from smf_desktop.services.session import Session
from smf_desktop.services.tasks import finish_task
from smf_desktop.services.visit.cosigning import cosign
from smf_desktop.services.visit.not_gone_ahead import save_not_gone_ahead
from smf_desktop.services.visit.note_copies import NoteOf
from smf_desktop.services.visit.red_flags import close_flag
from smf_desktop.services.visit.visits import sign_visit, start_visit


def taught(so_far: SoFar) -> Iterator[datetime]:
    """From the first telephone call to the end of the last pathway, or to where the story stops."""
    yield so_far.session.now() + timedelta(minutes=6)
    planned, when = first_booked(so_far)
    life = so_far.life
    count = 0
    to_cosign = ""
    while so_far.pathways:
        if life.then in (Then.NO_RECORD, Then.IN_HOSPITAL) and when == life.at[-1]:
            yield from _lost_sight_of(so_far, planned, when)
            return
        if why := _away(so_far, count, when):
            yield when + timedelta(minutes=12)
            planned, when = _again(so_far, planned, when, why)
            continue
        yield from _before(so_far, when)
        late = timedelta(minutes=0 if life.at else so_far.dice.randrange(8))
        yield when + late
        if to_cosign:
            cosign(so_far.session, to_cosign, so_far.around.choice(around.COSIGNED))
        if count == 0:
            ask_gates(so_far)
        length = _length(so_far, count)
        helped = so_far.by_assistant(count)
        hands = so_far.service.sessions["assistant"] if helped else so_far.session
        form, _ = start_visit(hands, so_far.episodes, planned)
        finished = so_far.session.now() + timedelta(minutes=length + so_far.dice.randrange(-1, 6))
        if finished > so_far.service.end:
            yield min(so_far.session.now() + timedelta(minutes=24), so_far.service.end)
            half = filled(so_far, form, length, NextForm(), half=True)
            save_draft(so_far.session, VISIT, half.visit, half.patient, half)
            return
        yield finished
        count += 1
        coming, when = _what_next(so_far, count, when)
        form = filled(so_far, form, length, coming)
        _signed(so_far, hands, replace(form, cosign_of=so_far.me if helped else ""))
        to_cosign = form.visit if helped else ""
        if not (life.note_late and count == len(life.at)):
            so_far.note_copied(NoteOf.VISIT, form.visit)
        for pathway in so_far.pathways:
            pathway.done += 1
        _fewer_core_visits(so_far, count)
        takes_over(so_far)
        if coming.kind is NextKind.CALL or (life.then is Then.READY and coming.kind is NextKind.DISCHARGE):
            return
        if coming.kind is NextKind.HOLD:
            if life.then is Then.HOLD:
                return
            yield from _rested(so_far)
        yield from _flags_closed(so_far, when)
        for pathway in [each for each in so_far.pathways if each.is_over]:
            yield from _ended(so_far, pathway, when)
        if so_far.pathways:
            planned, when = _booking(so_far, when)
            if helped:
                move_booking(so_far.session, planned, Move(when, 30, so_far.me), ANYWAY)


def _before(so_far: SoFar, when: datetime) -> Iterator[datetime]:
    """Between two visits: a dose may change, somebody may ring."""
    yield from _dose_changes(so_far, when)
    if not so_far.life.at and so_far.around.random() < 0.07 and so_far.session.now() < when - timedelta(hours=6):
        yield max(so_far.at(when.date(), time(8, 20)), so_far.session.now())
        advice(so_far)


def _signed(so_far: SoFar, hands: Session, form: VisitForm) -> None:
    try:
        sign_visit(hands, form)
    except NotReadyToSign as refused:
        sign_visit(hands, put_right(so_far, form, refused.missing))


def _length(so_far: SoFar, count: int) -> int:
    """Minutes: 45 at the first visit, then about 30, and more for a second skill."""
    one_skill = 45 if count == 0 else min(max(round(so_far.dice.gauss(30, 8)), 20), 60)
    return one_skill + 20 * (len(so_far.pathways) - 1)


# --- visits that do not go ahead -----------------------------------------------------------------


def _away(so_far: SoFar, count: int, when: datetime) -> WhyNot | None:
    """Why a visit does not go ahead: 4 % no access (6 % the first), 3 % the person's wish, 2 % ours."""
    if when in so_far.life.at:
        return None
    chance = so_far.dice.random()
    misses = so_far.life.misses * (1.5 if count == 0 else 1)
    if chance < min(misses, 0.6):
        return WhyNot.NO_REPLY if so_far.around.random() < 0.6 else WhyNot.OUT
    if 0.6 <= chance < 0.63:
        return WhyNot.PATIENT_CANCELLED
    if 0.63 <= chance < 0.65:
        return WhyNot.TEAM_CANCELLED
    return None


def _again(so_far: SoFar, planned: str, when: datetime, why: WhyNot) -> tuple[str, datetime]:
    _not_gone_ahead(so_far, planned, when, why)
    when = so_far.free(when.date() + timedelta(days=1))
    return booked(so_far, NewBooking(so_far.patient, so_far.episodes, when, 30, so_far.me)), when


def _not_gone_ahead(so_far: SoFar, planned: str, when: datetime, why: WhyNot) -> None:
    form = NotGoneAheadForm(planned, so_far.patient, when, why, note=words.AWAY[why.value], next=Coming.NOTHING)
    if why is WhyNot.NO_REPLY:
        tries = (Try(How.DOOR, f"{when:%H:%M}"), Try(How.PHONE, f"{when + timedelta(minutes=5):%H:%M}"))
        form = replace(form, tries=tries, whereabouts=Whereabouts.FOUND_SAFE)
    for question in save_not_gone_ahead(so_far.session, form).questions:
        finish_task(so_far.session, question, words.DOSE_GIVEN)


def _lost_sight_of(so_far: SoFar, planned: str, when: datetime) -> Iterator[datetime]:
    if so_far.life.then is Then.IN_HOSPITAL:
        yield when + timedelta(minutes=20)
        _not_gone_ahead(so_far, planned, when, WhyNot.HOSPITAL)


# --- between two visits --------------------------------------------------------------------------


def _dose_changes(so_far: SoFar, when: datetime) -> Iterator[datetime]:
    if so_far.new_dose_on and so_far.new_dose_on <= when.date() and "insulin" in so_far.prescribed:
        on, so_far.new_dose_on = so_far.new_dose_on, None
        changed = so_far.at(on, time(12, 30))
        if so_far.session.now() < changed < when:
            yield changed
            new_dose(so_far, on)


def _rested(so_far: SoFar) -> Iterator[datetime]:
    back = working_day(so_far.session.today() + timedelta(days=so_far.dice.randrange(8, 16)))
    yield so_far.at(back, time(12, 10))
    for pathway in so_far.pathways:
        resume(so_far.session, pathway.episode)


def _flags_closed(so_far: SoFar, before: datetime) -> Iterator[datetime]:
    if so_far.life.flags_stay or not any(each.lessons[each.done - 1].sign for each in so_far.pathways):
        return
    with so_far.session.read() as connection:
        flags = open_flags(connection, so_far.patient)
    if flags:
        now = so_far.session.now()
        at = now + timedelta(hours=2)
        yield min(at, before) if before > now else at
        for flag in flags:
            close_flag(so_far.session, flag.id, so_far.dice.choice(words.CLOSED))


def _fewer_core_visits(so_far: SoFar, count: int) -> None:
    for pathway in so_far.pathways:
        if count == (len(pathway.lessons) + 1) // 2 and len(pathway.lessons) > 1:
            so_far.core_visits(pathway, CURVES[pathway.course.skill].baseline // 2)


# --- what comes next -----------------------------------------------------------------------------


def _what_next(so_far: SoFar, count: int, when: datetime) -> tuple[NextForm, datetime]:
    """What is said on signing visit number `count`, and when the next one is."""
    left = [each for each in so_far.pathways if each.done + 1 < len(each.lessons)]
    fixed = so_far.life.at
    if fixed and count == len(fixed):
        match so_far.life.then:
            case Then.NO_NEXT:
                on = (when.date() + timedelta(days=3)).isoformat()
                return NextForm(NextKind.CALL, on=on, at="10:00", reason="How it goes with help"), when
            case Then.HOLD:
                return _hold(so_far, when), when
            case Then.READY:
                return NextForm(NextKind.DISCHARGE), when
            case _:
                pass
    if left and count == so_far.hold_at and not fixed:
        return _hold(so_far, when), when
    if not left:
        outcomes = {each.outcome for each in so_far.pathways}
        if outcomes & {Outcome.RETURNED_CORE, Outcome.SHARED_CORE}:
            return NextForm(NextKind.CORE_TEAM), when
        if not outcomes & AFTER_BOOKED:
            return NextForm(NextKind.DISCHARGE), when
    coming = fixed[count] if count < len(fixed) else _next_time(so_far, count, when)
    return (
        NextForm(NextKind.VISIT, on=coming.date().isoformat(), at=f"{coming:%H:%M}", minutes="30"),
        coming,
    )


def _hold(so_far: SoFar, when: datetime) -> NextForm:
    review = (when.date() + timedelta(days=14)).isoformat()
    return NextForm(NextKind.HOLD, on=review, reason=so_far.dice.choice(words.RESUMED_AFTER))


def _next_time(so_far: SoFar, count: int, when: datetime) -> datetime:
    days = round(max(CURVES[each.course.skill].days for each in so_far.pathways))
    if days == 1 and so_far.dice.random() < 0.25 and (later := later_that_day(when)):
        return so_far.free(when.date(), later)
    if days == 3 and count == 2:
        days = 7  # to see the leg bag changed, or a wound that is healing
    return so_far.free(when.date() + timedelta(days=days))


def _booking(so_far: SoFar, when: datetime) -> tuple[str, datetime]:
    """The visit that signing booked, or one booked now."""
    with so_far.session.read() as connection:
        held = next_bookings(connection, [so_far.patient]).get(so_far.patient)
    if held is not None:
        return held.id, when
    when = so_far.free(max(so_far.session.today(), when.date()) + timedelta(days=1))
    return booked(so_far, NewBooking(so_far.patient, so_far.episodes, when, 30, so_far.me)), when


# --- the end of a pathway ------------------------------------------------------------------------


def _ended(so_far: SoFar, pathway: Pathway, booked_at: datetime) -> Iterator[datetime]:
    """The pathway ends as drawn, or a nurse finds another way."""
    if pathway.outcome in AFTER_BOOKED:
        yield from _did_not_come_back(so_far, pathway, booked_at)
    else:
        days = so_far.dice.choice((0, 0, 1, 2))
        on = so_far.session.today()
        on = on if so_far.life.at else working_day(on + timedelta(days=days))
        yield max(so_far.at(on, time(16, 50)), so_far.session.now() + timedelta(minutes=20))
    if closed(so_far, pathway):
        so_far.pathways.remove(pathway)
        so_far.ended = pathway
    else:
        once_more(pathway)


def _did_not_come_back(so_far: SoFar, pathway: Pathway, booked_at: datetime) -> Iterator[datetime]:
    planned, when = _booking(so_far, booked_at)
    why = {
        Outcome.HOSPITAL: WhyNot.HOSPITAL,
        Outcome.NO_CONTACT: WhyNot.NO_REPLY,
        Outcome.DECEASED: WhyNot.TEAM_CANCELLED,
    }.get(pathway.outcome, WhyNot.PATIENT_CANCELLED)
    for _ in range(2 if pathway.outcome is Outcome.NO_CONTACT else 0):
        yield when + timedelta(minutes=15)
        planned, when = _again(so_far, planned, when, why)
    yield when + timedelta(minutes=15)
    _not_gone_ahead(so_far, planned, when, why)
    yield so_far.at(working_day(when.date() + timedelta(days=2)), time(16, 40))
