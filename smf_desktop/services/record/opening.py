"""Opening a record that is not on one's list: a reason is given first, and stands in the audit; a lead reads it."""

from datetime import timedelta

from smf_core.domain.opening import WhyOpened
from smf_core.policy.roles import Role
from smf_core.policy.rules import Action, require
from smf_core.records.queries.concern import concerns
from smf_core.records.queries.openings import openings
from smf_core.records.queries.patients import people_known
from smf_core.records.queries.users import users
from smf_desktop.presenters.opening import OpenedRow, opened_rows
from smf_desktop.services.auditing import OFF_LIST, READ, note
from smf_desktop.services.session import Session

LOOKED_BACK = timedelta(days=90)
AT_MOST = 500
OPENINGS = "openings"
"""What a lead read, in the audit."""


def needs_reason(session: Session, patient: str) -> bool:
    """Whether this user is asked why before they open the record. A lead is not: the whole list is theirs to see."""
    require(session.user, Action.OPEN_RECORD)
    if session.user.role is Role.LEAD:
        return False
    with session.read() as connection:
        return not concerns(connection, session.user.id, patient, session.today())


def give_reason(session: Session, patient: str, why: WhyOpened) -> None:
    """Write down why, before anything of the record is shown."""
    require(session.user, Action.OPEN_RECORD)
    note(session, OFF_LIST, patient, why.value)


def opened_off_list(session: Session) -> tuple[OpenedRow, ...]:
    """Who opened records outside their list in the last 90 days, and why: newest first. Reading it is itself noted.

    What was opened within the last minute is gathered into the audit after it.
    """
    require(session.user, Action.READ_OPENINGS)
    note(session, READ, None, OPENINGS)
    with session.read() as connection:
        found = openings(connection, OFF_LIST, session.now() - LOOKED_BACK, AT_MOST)
        people = people_known(connection, {one.patient for one in found})
        names = {one.id: one.name for one in users(connection)}
    return opened_rows(found, people, names)
