"""A booking taken back, and put back again: each is a new entry, nothing leaves the record."""

from smf_core.domain.teaching_trouble import UnknownBooking
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records.queries.visits import Booking, booking
from smf_desktop.services.people import alive, writable
from smf_desktop.services.session import Session, Touched, Work


def cancel_booking(session: Session, visit: str) -> Touched:
    """Take a booking back."""
    return _settle(session, visit, cancelled=True)


def restore_booking(session: Session, visit: str) -> Touched:
    """Put back a booking that was taken back."""
    return _settle(session, visit, cancelled=False)


def _settle(session: Session, visit: str, *, cancelled: bool) -> Touched:
    require(session.user, Action.BOOK_VISIT)
    with session.work() as work:
        held = booking(work.connection, visit)
        if held is None or held.status != "planned":
            raise UnknownBooking
        writable(work.connection, held.patient)
        if not cancelled:
            alive(work.connection, held.patient)
        work.save([settled(work, held, cancelled=cancelled)], patient=held.patient)
    return frozenset(work.touched)


def settled(work: Work, held: Booking, *, cancelled: bool) -> Item:
    """The operation that takes a booking back, or puts it back; all else it said stays."""
    said: dict[str, object] = {"patient": held.patient, "episodes": list(held.episodes), "at": held.at.isoformat()}
    said |= {"minutes": held.minutes, "nurse": held.nurse, "focus": held.focus, "cancelled": cancelled or None}
    said = {name: value for name, value in said.items() if value not in (None, "", [])}
    return work.change("visit", held.id, "planned", said)
