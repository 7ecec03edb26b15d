"""Booking the next visit: a small form, the same on every page."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.dates import parse_time
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit_rules import MINUTES_AT_MOST
from smf_desktop.services.bookings import cancel_booking, restore_booking
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.visits import book_visit
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed, read_date
from ui.views.form_dialog import Ask, FormDialog

USUAL_MINUTES = "60"


def book(desk: Desk, asker: Asker, over: QWidget, *, patient: str, who: str, episodes: tuple[str, ...]) -> None:
    """Ask for date, time and minutes, and book the visit with this user."""
    asks = (
        Ask("on", "Date", "date", half=True, hint="17/11, thu, tomorrow, +2w"),
        Ask("at", "Time", hint="9:05 or 1430", half=True),
        Ask("minutes", "Minutes", value=USUAL_MINUTES, half=True),
        Ask("focus", "Focus", optional=True, hint="What this visit is for"),
    )
    session = desk.session
    dialog = FormDialog(
        "Book the next visit", asks, "Book visit", who=who, read_date=read_date(session), parent=over.window()
    )

    def job(typed: Typed) -> Callable[[], tuple[str, Touched]]:
        at, minutes = _when(typed, session)
        return partial(
            book_visit,
            session,
            patient=patient,
            episodes=episodes,
            at=at,
            minutes=minutes,
            nurse=session.user.id,
            focus=typed["focus"].strip(),
        )

    def done(answer: tuple[str, Touched]) -> None:
        visit, touched = answer
        undo, redo = partial(cancel_booking, session, visit), partial(restore_booking, session, visit)
        asker.did("Visit booked", touched, Act("Visit booked", undo, redo))

    asker.ask(dialog, job, done, "Booking")


def _when(typed: Typed, session: Session) -> tuple[datetime, int]:
    fields = Reader(typed, session.today())
    on = fields.day("on", earliest=session.today())
    minutes = fields.whole("minutes", 1, MINUTES_AT_MOST)
    text = fields.needed("at", "Enter a time such as 9:05 or 1430")
    time = None
    try:
        time = parse_time(text) if text else None
    except DomainError as wrong:
        fields.wrong("at", wrong)
    fields.check()
    assert on is not None
    assert time is not None
    return session.local(on, time), minutes
