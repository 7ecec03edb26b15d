"""What happens once, in the last days, to people whom a visitor meets: each scene through the services a nurse uses.

A scene is a generator like a life. Where its people are not in the demo, it does nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from smf_core.domain.call import PATIENT, CallNext, CallOutcome, CallPurpose, FlagsTold
from smf_core.domain.dates import LONDON
from smf_core.domain.missing import Missing, Part
from smf_core.domain.task import CheckIn, TaskKind
from smf_core.domain.teaching_trouble import NotReadyToSign
from smf_core.domain.visit import AnswerForm, NextForm, NextKind, TeachBackAnswer, VisitForm
from smf_core.policy.sending import WRONG_PERSON
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.tasks import tasks_of
from smf_core.records.queries.visits import visits_of_episode
from smf_desktop.demo.calls import check_in
from smf_desktop.demo.cases import DEREK, JEAN, JOAN, KENNETH, KENNETH_AGAIN, NOREEN, VERNON
from smf_desktop.demo.known import ANYWAY, EVENING
from smf_desktop.demo.people import Dice
from smf_desktop.demo.so_far import Service
from smf_desktop.demo.stage import number_of
from smf_desktop.presenters.caseload.views import USUAL, Asked
from smf_desktop.services.booking.bookings import NewBooking, book_visits, call_off
from smf_desktop.services.caseload.covering import NewAbsence, cover_pathways, record_absence
from smf_desktop.services.caseload.saved_views import save_view
from smf_desktop.services.day.calls import open_call, save_call
from smf_desktop.services.drafts import VISIT, draft
from smf_desktop.services.ending.death import record_death
from smf_desktop.services.people import (
    Member,
    add_member,
    change_demographics,
    change_member,
    open_member,
    open_person,
)
from smf_desktop.services.referral.merging import merge
from smf_desktop.services.session import Session
from smf_desktop.services.tasks import NewTask, ask_task, finish_task
from smf_desktop.services.visit.note_copies import NoteOf, copy_note
from smf_desktop.services.visit.visits import sign_visit
from smf_desktop.services.visit.wrong_person import move_signed_visit

BLACKWOOD, TURTON, CAMPBELL, SANDHU, BESTWICK, ADEYEMI = (number_of(n) for n in (103, 106, 108, 110, 111, 112))
DOREEN = "9990079323"
SAID_APART = (
    ("01632 960561", "01632 960516"),
    ("Side door. The bell does not work.", "Ring twice. Her son has the key at number 25."),
    ("sickness and stomach pain", "rash on both arms"),
)
"""A phone, a way in and a reaction: each as one nurse has it and as the other has it."""

LOW_GLUCOSE = "r05"
"""The red flag of low readings."""


Moment = Callable[[int, time], datetime]
"""A time of a day, so many days from the last."""


def scenes(service: Service) -> tuple[Iterator[datetime], ...]:
    """All of them; each begins at its own time."""
    last = service.end.date()

    def at(days: int, when: time) -> datetime:
        return datetime.combine(last + timedelta(days=days), when, LONDON)

    return tuple(
        scene(service, at)
        for scene in (
            _private,
            _tasks,
            _views,
            _leave,
            _apart,
            _series,
            _dose_open,
            _dose_visits,
            _told_on_the_phone,
            _visits_again,
            _dose_after_letter,
            _died,
            _wrong_person,
            _merged,
        )
    )


def _private(service: Service, at: Moment) -> Iterator[datetime]:
    """Alerts that are read on a key alone."""
    yield at(-3, time(9, 5))
    nurse = service.sessions["nurse"]
    if turton := service.met.get(TURTON):
        said = {"text": "Money goes missing after visits by a relative", "detail": "Raised with the safeguarding lead"}
        add_member(nurse, turton, Member("alert", {**said, "private": "safeguarding"}))
    if blackwood := service.met.get(BLACKWOOD):
        said = {"text": "Visit in twos", "detail": "Threatened a driver in August; calm with us so far"}
        add_member(nurse, blackwood, Member("alert", {**said, "private": "staff_safety"}))


def _tasks(service: Service, at: Moment) -> Iterator[datetime]:
    """Small things asked of one another, some of them done."""
    yield at(-4, time(8, 40))
    lead, nurse, today = service.sessions["lead"], service.sessions["nurse"], service.end.date()
    asked, _ = ask_task(lead, NewTask("Bring the new sharps sheet to the team room", to_user=nurse.user.id))
    ask_task(lead, NewTask("Order demonstration pens", due_on=today + timedelta(days=3)))
    if doreen := service.met.get(DOREEN):
        words = "Bring the large-print guide"
        ask_task(lead, NewTask(words, patient=doreen, to_user=nurse.user.id, due_on=today, due_at="11:30"))
    yield at(-2, time(16, 10))
    finish_task(nurse, asked, "On the board")
    ask_task(nurse, NewTask("Ask about summer stockings", to_user=nurse.user.id, due_on=today - timedelta(days=1)))


def _views(service: Service, at: Moment) -> Iterator[datetime]:
    """A tab of the nurse's own."""
    yield at(-9, time(8, 30))
    save_view(service.sessions["nurse"], "Insulin", Asked(skill="insulin"), USUAL)


def _apart(service: Service, at: Moment) -> Iterator[datetime]:
    """Two nurses have the same forms open and save both: nobody has said since which of the two is right."""
    yield at(-2, time(16, 35))
    sides = service.sessions["nurse"], service.sessions["nurse2"]
    person = service.met.get(TURTON)
    if person is None:
        return
    with sides[0].read() as connection:
        known = patient_of(connection, person)
    allergies = known.allergies if known else ()
    shown = [
        (open_person(each, person), [open_member(each, person, "allergy", one.id) for one in allergies])
        for each in sides
    ]
    for side, (form, members), phone, note, reaction in zip(sides, shown, *SAID_APART, strict=True):
        change_demographics(side, form, {"phone": {"phone": phone}, "access_note": {"access_note": note}})
        for one in members:
            change_member(side, person, one, {**one.member.fields, "reaction": reaction})


def _leave(service: Service, at: Moment) -> Iterator[datetime]:
    """The other nurse is away for some days of this week, and one of her people is lent before that."""
    yield at(-5, time(9, 15))
    lead, nurse, away = (service.sessions[each] for each in ("lead", "nurse", "nurse2"))
    first, last = at(1, time.min).date(), at(3, time.min).date()
    record_absence(lead, NewAbsence(away.user.id, first, last, "Annual leave", covered_by=nurse.user.id))
    yield at(-1, time(9, 20))
    if episodes := _open(lead, service.met.get(ADEYEMI)):
        until = service.end.date() + timedelta(days=4)
        cover_pathways(lead, episodes, nurse.user.id, service.end.date(), until, "Knows the wound from the clinic")


def _series(service: Service, at: Moment) -> Iterator[datetime]:
    """Five visits planned at once."""
    yield at(-1, time(15, 45))
    nurse, person = service.sessions["nurse"], service.met.get(BESTWICK)
    if person and (episodes := _open(nurse, person)):
        new = NewBooking(person, episodes, at(2, time(14, 0)), 30, nurse.user.id, every=1, times=5)
        book_visits(nurse, new, ANYWAY)


def _dose_open(service: Service, at: Moment) -> Iterator[datetime]:
    """A visit that was to give a dose this evening is called off: who gives it now?"""
    yield at(-1, time(12, 5))
    nurse, person = service.sessions["nurse2"], service.met.get(CAMPBELL)
    if person and (episodes := _open(nurse, person)):
        new = NewBooking(person, episodes, at(0, time(17, 45)), 20, nurse.user.id, "Evening dose", dose=EVENING)
        made = book_visits(nurse, replace(new, window_from="17:00", window_until="19:00"), ANYWAY)
        yield at(0, time(9, 48))
        call_off(nurse, made.visits[0], "Nurse off sick")


def _dose_visits(service: Service, at: Moment) -> Iterator[datetime]:
    """Two visits that are there to see a dose given."""
    yield at(-1, time(16, 20))
    nurse = service.sessions["nurse"]
    for days, number in enumerate((DOREEN, SANDHU), start=1):
        person = service.met.get(number)
        if person and (episodes := _open(nurse, person)):
            new = NewBooking(person, episodes, at(days, time(17, 45)), 20, nurse.user.id, "Evening dose", dose=EVENING)
            book_visits(nurse, replace(new, window_from="17:00", window_until="19:00"), ANYWAY)


def _told_on_the_phone(service: Service, at: Moment) -> Iterator[datetime]:
    """A red flag that is told in a call, and a call back that it leads to."""
    yield at(-1, time(13, 5))
    nurse, person = service.sessions["nurse"], service.met.get(TURTON)
    if person is None:
        return
    page = open_call(nurse, person)
    signs = tuple(f"{one.id}:{LOW_GLUCOSE}" for one, _ in page.facts.pathways if one.skill == "insulin")
    form = replace(
        page.form,
        who=PATIENT,
        minutes="12",
        purpose=CallPurpose.ADVICE,
        outcome=CallOutcome.PASSED_ON,
        words="Shaky before lunch two days running, meter showed 3.4 and 3.1",
        action="Ate at once both times, better in ten minutes",
        flags=FlagsTold.SOME,
        signs=signs,
        flag_action="Rang the diabetes nurses together",
        flag_told="Diabetes specialist nurse",
        next=CallNext.CALL_BACK,
        next_on=service.end.date().isoformat(),
        next_text="Ring to ask how the night was",
    )
    save_call(nurse, form)
    copy_note(nurse, NoteOf.CALL, form.call)


def _visits_again(service: Service, at: Moment) -> Iterator[datetime]:
    """A first call after discharge finds that the core team visits again."""
    yield at(-7, time(10, 10))
    nurse, person = service.sessions["nurse2"], service.met.get(VERNON)
    if person is None:
        return
    with nurse.read() as connection:
        asked = [one for one in tasks_of(connection, person) if one.purpose == CheckIn.EARLY.value]
    for task in asked[:1]:
        check_in(nurse, task, Dice(0), outcome=CallOutcome.CORE_VISITING)


def _dose_after_letter(service: Service, at: Moment) -> Iterator[datetime]:
    """A dose changes after its letter left: the letter is out of date."""
    yield at(-2, time(11, 40))
    nurse, person = service.sessions["nurse"], service.met.get(NOREEN)
    if person is None:
        return
    with nurse.read() as connection:
        known = patient_of(connection, person)
    for one in known.medicines if known else ():
        held = open_member(nurse, person, "medicine", one.id)
        on = {"prescribed_on": nurse.today().isoformat(), "prescriber": "Dr A. Patel", "source": "Practice, by phone"}
        change_member(nurse, person, held, {**held.member.fields, "dose": "14 units", **on})


def _died(service: Service, at: Moment) -> Iterator[datetime]:
    """A death: everything stops in one save, and part of what follows has been done."""
    yield at(-6, time(9, 30))
    nurse, person = service.sessions["nurse"], service.met.get(DEREK)
    if person is None:
        return
    taught = _open(nurse, person)
    record_death(nurse, person, at(-7, time.min).date(), "His daughter, by phone")
    for episode in taught:
        copy_note(nurse, NoteOf.DISCHARGE, episode)
    yield at(-5, time(15, 0))
    with nurse.read() as connection:
        follows = [one for one in tasks_of(connection, person) if one.kind is TaskKind.AFTER_DEATH]
    for task in follows[:-1]:
        finish_task(nurse, task.id, "Rang and told")


def _wrong_person(service: Service, at: Moment) -> Iterator[datetime]:
    """A visit to one sister was written about the other: it is moved, completed and signed where it belongs."""
    yield at(-2, time(12, 10))
    nurse, wrong, right = service.sessions["nurse2"], service.met.get(JEAN), service.met.get(JOAN)
    episodes = _open(nurse, wrong)
    if wrong is None or right is None or not episodes:
        return
    with nurse.read() as connection:
        visits = visits_of_episode(connection, episodes[0])
    moved = move_signed_visit(nurse, visits[-1].id, right, "Written about her sister, seen on the same morning")
    yield at(-2, time(12, 20))
    form = draft(nurse, VISIT, moved.visit, VisitForm)
    assert form is not None
    call = NextForm(NextKind.CALL, on=at(1, time.min).date().isoformat(), at="10:00", reason="As agreed at the visit")
    form = replace(form, right_person=True, next=call)
    try:
        sign_visit(nurse, form)
    except NotReadyToSign as refused:
        sign_visit(nurse, _asked_again(form, refused.missing))
    copy_note(nurse, NoteOf.VISIT, moved.visit)
    with nurse.read() as connection:
        carried = [one for one in tasks_of(connection, wrong) if one.purpose == WRONG_PERSON]
    for task in carried[:1]:
        finish_task(nurse, task.id)


def _asked_again(form: VisitForm, missing: Sequence[Missing]) -> VisitForm:
    """Questions that her sister had answered before, and she had not."""
    (section,) = form.sections
    asked = [one.id for one in missing if one.part is Part.TEACH_BACK]
    answers = {**section.answers, **dict.fromkeys(asked, AnswerForm(TeachBackAnswer.NOT_COVERED))}
    return replace(form, sections=(replace(section, answers=answers),))


def _merged(service: Service, at: Moment) -> Iterator[datetime]:
    """Somebody who was written down twice is one person again."""
    yield at(-2, time(14, 30))
    duplicate, kept = service.met.get(KENNETH_AGAIN), service.met.get(KENNETH)
    if duplicate and kept:
        merge(service.sessions["lead"], duplicate, kept, "Same man: number mistyped in the letter")


def _open(session: Session, person: str | None) -> tuple[str, ...]:
    """The open pathways of somebody."""
    if person is None:
        return ()
    with session.read() as connection:
        return tuple(one.id for one in episodes_of(connection, person) if one.is_open)
