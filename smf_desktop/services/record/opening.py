"""Opening a record that is not on one's list: a reason is given first, and stands in the audit; a lead reads it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from smf_core.domain.opening import WhyOpened
from smf_core.policy.roles import Role
from smf_core.policy.rules import Action, require
from smf_core.records.queries.concern import concerns
from smf_core.records.queries.openings import openings
from smf_core.records.queries.patients import people_known
from smf_core.records.queries.users import users
from smf_desktop.presenters.opening import OpenedRow, opened_rows
from smf_desktop.services.auditing import ASKED_FOR, OFF_LIST, READ, note
from smf_desktop.services.session import Session

HELD = timedelta(hours=72)
"""So long the hub lets a laptop have somebody who was asked for."""

LOOKED_BACK = timedelta(days=90)
AT_MOST = 500
OPENINGS = "openings"
"""What a lead read, in the audit."""


def needs_reason(session: Session, patient: str) -> bool:
    """Whether this user is asked why before they open the record."""
    return bool(who_need_reason(session, (patient,)))


def who_need_reason(session: Session, people: Sequence[str]) -> tuple[str, ...]:
    """Those of these people for whom this user is asked why. A lead is not: the whole list is theirs to see."""
    require(session.user, Action.OPEN_RECORD)
    if session.user.role is Role.LEAD:
        return ()
    with session.read() as connection:
        me, today = session.user.id, session.today()
        return tuple(each for each in people if not concerns(connection, me, each, today))


def give_reason(session: Session, people: Sequence[str], why: WhyOpened) -> None:
    """Write down why in each of these records, before anything of them is shown."""
    require(session.user, Action.OPEN_RECORD)
    with session.work() as work:
        for each in people:
            work.note_access(OFF_LIST, each, why.value)


def held_until(session: Session, patient: str) -> datetime | None:
    """Until when somebody is here because this user asked the hub for them; None for whoever is here anyway."""
    require(session.user, Action.OPEN_RECORD)
    at = session.store.last_noted(session.user.id, ASKED_FOR, patient, session.now() - HELD)
    return at + HELD if at else None


def opened_off_list(session: Session) -> tuple[OpenedRow, ...]:
    """Who opened records outside their list in the last 90 days, and why: newest first. Reading it is itself noted.

    What was opened within the last minute is gathered into the audit after it.
    """
    require(session.user, Action.READ_OPENINGS)
    note(session, READ, None, OPENINGS)
    with session.read() as connection:
        found = openings(connection, (OFF_LIST, ASKED_FOR), session.now() - LOOKED_BACK, AT_MOST)
        people = people_known(connection, {one.patient for one in found})
        names = {one.id: one.name for one in users(connection)}
    return opened_rows(found, people, names, of_the_hub=ASKED_FOR)
