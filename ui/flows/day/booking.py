"""Booking a visit or a series, moving one and calling it off: small forms, the same on every page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from smf_core.domain.dates import parse_time
from smf_core.domain.day_trouble import SecondLook
from smf_core.domain.diary import EVERY_AT_MOST, SERIES_AT_MOST, Concern
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit_rules import MINUTES_AT_MOST
from smf_desktop.presenters.identity import clock, day
from smf_desktop.services.booking.bookings import (
    Booked,
    Choices,
    Move,
    NewBooking,
    Shifted,
    book_visits,
    booking_choices,
    call_off,
    move_booking,
    put_back,
    restore_bookings,
    unbook,
)
from smf_desktop.services.booking.dose_items import CoverBefore
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed, read_date
from ui.flows.day.dose_cover import WRITTEN, ask_dose
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog

Answer = TypeVar("Answer", Booked, Shifted)
USUAL_MINUTES = "60"
NO_DOSE = "-"
FULL_HINT = "17/11, thu, tomorrow, +2w"


def book(desk: Desk, asker: Asker, over: QWidget, *, patient: str, who: str, episodes: tuple[str, ...]) -> None:
    """Ask for the visit, or a series of them, and book it. What speaks against a time is said once."""

    def ask(choices: Choices) -> None:
        named = episodes or tuple(one for one, _ in choices.episodes)
        dialog = FormDialog(
            "Book the next visit",
            _asks(desk.session, choices, named),
            "Book visit",
            who=who,
            read_date=read_date(desk.session),
            parent=over.window(),
        )
        accepted: set[Concern] = set()

        def job(typed: Typed) -> Callable[[], Booked]:
            new = _new_booking(typed, desk.session, patient, named, choices)
            return _looked_at(accepted, partial(book_visits, desk.session, new, frozenset(accepted)))

        asker.ask(dialog, job, done, "Booking", draft=draft_of_record(desk, patient, "book"))

    def done(booked: Booked) -> None:
        words = "Visit booked" if len(booked.visits) == 1 else f"{len(booked.visits)} visits booked"
        words = _with_letter(words, booked.covers)
        undo = partial(unbook, desk.session, booked)
        redo = partial(restore_bookings, desk.session, booked.visits)
        asker.did(words, booked.touched, Act(words, undo, redo))

    _with_choices(desk, patient, None, ask)


def move(desk: Desk, asker: Asker, over: QWidget, *, patient: str, who: str, visit: str) -> None:
    """Ask for another time, and move the booking. A dose it gives no more is asked for at once."""

    def ask(choices: Choices) -> None:
        held = choices.held
        if held is None:
            return
        at = held.at.astimezone(desk.session.now().tzinfo)
        asks = [
            Ask("on", "Date", "date", day(at.date()), half=True, hint=FULL_HINT),
            Ask("at", "Time", value=clock(at), hint="9:05 or 1430", half=True),
            Ask("minutes", "Minutes", value=str(held.minutes or USUAL_MINUTES), half=True),
            _nurse(choices, held.nurse or desk.session.user.id),
        ]
        if held.dose:
            times = f", {held.window_from} to {held.window_until}" if held.window_from else ""
            asks.append(Ask("", f"This visit gives or sees: {held.dose}{times}", "note"))
        if held.series:
            asks.append(Ask("later", "Also all later visits of this series", "check"))
        dialog = FormDialog(
            "Move this visit", asks, "Move visit", who=who, read_date=read_date(desk.session), parent=over.window()
        )
        accepted: set[Concern] = set()

        def job(typed: Typed) -> Callable[[], Shifted]:
            fields = Reader(typed, desk.session.today())
            when, minutes = _when(fields, desk.session)
            fields.check()
            to = Move(when, minutes, typed["nurse"], fields.on("later"))
            moving = partial(move_booking, desk.session, visit, to, frozenset(accepted), shown=held)
            return _looked_at(accepted, moving)

        asker.ask(dialog, job, partial(_shifted, desk, asker, over, "Visit moved"), "Moving")

    _with_choices(desk, patient, visit, ask)


def ask_call_off(desk: Desk, asker: Asker, over: QWidget, *, patient: str, who: str, visit: str) -> None:
    """Ask why a booking will not be, and call it off."""

    def ask(choices: Choices) -> None:
        asks = [Ask("reason", "Why", optional=True)]
        if choices.held is not None and choices.held.series:
            asks.append(Ask("later", "Also all later visits of this series", "check"))
        dialog = FormDialog(
            "Call this visit off?", asks, "Call it off", who=who, cancel="Keep the visit", parent=over.window()
        )

        def job(typed: Typed) -> Callable[[], Shifted]:
            later = bool(typed.get("later"))
            return partial(call_off, desk.session, visit, typed["reason"], later=later)

        draft = draft_of_record(desk, patient, f"call off {visit}")
        asker.ask(dialog, job, partial(_shifted, desk, asker, over, "Visit called off"), "Saving", draft=draft)

    _with_choices(desk, patient, visit, ask)


def _shifted(desk: Desk, asker: Asker, over: QWidget, words: str, shifted: Shifted) -> None:
    """Say so; where a dose was left open, ask who gives it. Undo puts it all back as it stood."""
    last = _Last(desk.session, shifted)
    words = _with_letter(words, shifted.covers)
    asker.did(words, shifted.touched, Act(words, last.back, last.back))
    if shifted.questions:
        ask_dose(desk, asker, over, shifted.questions[0])


def _with_letter(words: str, covers: Sequence[CoverBefore]) -> str:
    return f"{words}, {WRITTEN}" if any(one.wrote for one in covers) else words


@dataclass
class _Last:
    """Bookings as they stood before the last change: each turn of undo and redo remembers what it replaces."""

    session: Session
    shifted: Shifted

    def back(self) -> Touched:
        self.shifted = put_back(self.session, self.shifted)
        return self.shifted.touched


def _with_choices(desk: Desk, patient: str, visit: str | None, ask: Callable[[Choices], None]) -> None:
    job = partial(booking_choices, desk.session, patient, visit)
    desk.lanes.read.run(job, done=ask, failed=desk.tell)


def _looked_at(accepted: set[Concern], work: Callable[[], Answer]) -> Callable[[], Answer]:
    """What was warned of once is accepted when the same form is sent again."""

    def run() -> Answer:
        try:
            return work()
        except SecondLook as told:
            accepted.update(one.concern for one in told.warned)
            raise

    return run


def _asks(session: Session, choices: Choices, episodes: tuple[str, ...]) -> list[Ask]:
    asks = [
        Ask("on", "Date", "date", half=True, hint=FULL_HINT),
        Ask("at", "Time", hint="9:05 or 1430", half=True),
        Ask("minutes", "Minutes", value=USUAL_MINUTES, half=True),
        _nurse(choices, session.user.id),
        Ask("focus", "Focus", optional=True, hint="What this visit is for"),
    ]
    if len(choices.episodes) > 1:
        labels = tuple((one, session.checklists.newest(skill).label) for one, skill in choices.episodes)
        asks.append(Ask("episodes", "Skills", "several", "|".join(episodes), options=labels))
    if choices.doses:
        doses = ((NO_DOSE, "None"), *((dose, dose) for dose in choices.doses))
        asks += [
            Ask("dose", "This visit gives or sees the dose", "choice", NO_DOSE, options=doses),
            Ask("from", "Dose from", optional=True, half=True, hint="17:00"),
            Ask("until", "Dose until", optional=True, half=True, hint="19:00"),
        ]
    return [
        *asks,
        Ask("times", "How many visits", value="1", half=True, hint="More than 1 books a series"),
        Ask("every", "Every so many days", value="1", half=True),
    ]


def _nurse(choices: Choices, nurse: str) -> Ask:
    return Ask("nurse", "Nurse", "choice", nurse, options=choices.nurses, half=True)


def _new_booking(
    typed: Typed, session: Session, patient: str, episodes: tuple[str, ...], choices: Choices
) -> NewBooking:
    fields = Reader(typed, session.today())
    at, minutes = _when(fields, session)
    times, every = fields.whole("times", 1, SERIES_AT_MOST), fields.whole("every", 1, EVERY_AT_MOST)
    dose = typed.get("dose", "")
    chosen = dose if dose in choices.doses else ""
    from_, until = (_time(fields, key) for key in ("from", "until"))
    if chosen and bool(from_) != bool(until):
        fields.problems.setdefault("until" if from_ else "from", "Enter both times, or neither")
    named = fields.several("episodes") or episodes
    fields.check()
    return NewBooking(
        patient=patient,
        episodes=named,
        at=at,
        minutes=minutes,
        nurse=typed.get("nurse") or session.user.id,
        focus=fields.text("focus"),
        dose=chosen,
        window_from=from_,
        window_until=until,
        every=every,
        times=times,
    )


def _time(fields: Reader, key: str) -> str:
    text = fields.text(key)
    try:
        return f"{parse_time(text):%H:%M}" if text else ""
    except DomainError as wrong:
        fields.wrong(key, wrong)
        return ""


def _when(fields: Reader, session: Session) -> tuple[datetime, int]:
    """Date, time and minutes; what is wrong with them is told by `fields.check`."""
    on = fields.day("on", earliest=session.today())
    minutes = fields.whole("minutes", 1, MINUTES_AT_MOST)
    fields.needed("at", "Enter a time such as 9:05 or 1430")
    at = _time(fields, "at")
    return session.local(on or session.today(), parse_time(at) if at else time.min), minutes
