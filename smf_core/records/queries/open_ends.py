"""What of one person is still to happen: what a death must stop."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from smf_core.records import tables as t


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """Ids, by kind: what is asked, undecided, not yet sent to the person, and who gives doses or covers from a day."""

    tasks: tuple[str, ...]
    referrals: tuple[str, ...]
    letters_to_person: tuple[str, ...]
    dose_covers: tuple[str, ...]
    nurse_covers: tuple[str, ...]


def open_ends(connection: Connection, patient_id: str, on: date) -> OpenEnds:
    """What is open of one person on a day or after it."""

    def ids(table: Table, *where: ColumnElement[bool]) -> tuple[str, ...]:
        own = select(table.c.id).where(table.c.patient == patient_id, *where).order_by(table.c.id)
        return tuple(connection.scalars(own))

    return OpenEnds(
        tasks=ids(t.task, t.task.c.state == "open"),
        referrals=ids(t.referral, t.referral.c.status.in_(("received", "waiting_information"))),
        letters_to_person=ids(t.letter, t.letter.c.kind == "person", t.letter.c.state.in_(("to_print", "printed"))),
        dose_covers=ids(
            t.dose_cover,
            t.dose_cover.c.cancelled.is_(False),
            or_(t.dose_cover.c.until.is_(None), t.dose_cover.c.until > on),
        ),
        nurse_covers=ids(t.nurse_cover, t.nurse_cover.c.cancelled.is_(False), t.nurse_cover.c.until > on),
    )
