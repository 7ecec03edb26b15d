"""Times that are taken, series of bookings, and nurses who are away."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from smf_core.domain.diary import Away, Slot
from smf_core.records import tables as t
from smf_core.records.instants import moment, utc_text
from smf_core.records.queries.batches import codes
from smf_core.records.queries.patients import PERSON, Known, known
from smf_core.records.queries.visits import BOOKED, STANDS, Booking, booking_of


def taken(
    connection: Connection, from_: datetime, to: datetime, *, nurse: str, patient: str, but: str = ""
) -> tuple[Slot, ...]:
    """Visits of a nurse or of a person from one moment up to, not including, another: booked, begun or signed.

    `but` is a visit left out: the one that is being moved.
    """
    visit = t.visit
    at = visit.c.planned_at
    own = select(visit).where(
        visit.c.status.in_(("planned", "started", "signed")),
        visit.c.cancelled.is_(False),
        STANDS,
        at >= utc_text(from_),
        at < utc_text(to),
        or_(visit.c.planned_nurse == nurse, visit.c.patient == patient),
        visit.c.id != but,
    )
    return tuple(_slot(row) for row in connection.execute(own.order_by(at, visit.c.id)))


def series_from(connection: Connection, series: str, at: datetime) -> tuple[Booking, ...]:
    """The bookings of a series from one moment on that stand and nobody has begun, by time."""
    own = select(t.visit).where(
        t.visit.c.series == series, t.visit.c.status == "planned", BOOKED, t.visit.c.planned_at >= utc_text(at)
    )
    return tuple(booking_of(row) for row in connection.execute(own.order_by(t.visit.c.planned_at, t.visit.c.id)))


def diary_of(connection: Connection, nurse: str, from_: datetime, to: datetime) -> tuple[tuple[Booking, Known], ...]:
    """A nurse's bookings that stand, from one moment up to, not including, another, each with whose it is."""
    own = (
        select(t.visit, *PERSON)
        .join(t.patient, t.patient.c.id == t.visit.c.patient)
        .where(
            t.visit.c.planned_nurse == nurse,
            t.visit.c.status == "planned",
            BOOKED,
            t.visit.c.planned_at >= utc_text(from_),
            t.visit.c.planned_at < utc_text(to),
        )
    )
    rows = connection.execute(own.order_by(t.visit.c.planned_at, t.visit.c.id))
    return tuple((booking_of(row), known(row)) for row in rows)


def pathways_of_visit(connection: Connection, visit: str) -> tuple[str, ...]:
    """The pathways a visit was planned or begun for."""
    return codes(connection.scalar(select(t.visit.c.planned_episodes).where(t.visit.c.id == visit)) or "")


def absences(connection: Connection, nurse: str, from_: date, until: date) -> tuple[Away, ...]:
    """When a nurse is away between two days, both included, by day."""
    table = t.absence
    own = select(table).where(
        table.c.nurse == nurse, table.c.cancelled.is_(False), table.c["from"] <= until, table.c.until >= from_
    )
    return tuple(_away(row) for row in connection.execute(own.order_by(table.c["from"], table.c.id)))


def _slot(row: Row[*tuple[Any, ...]]) -> Slot:
    return Slot(row.id, row.patient, row.planned_nurse, moment(row.planned_at, row.planned_offset), row.planned_minutes)


def _away(row: Row[*tuple[Any, ...]]) -> Away:
    return Away(row.nurse, getattr(row, "from"), row.until, row.reason, row.covered_by)
