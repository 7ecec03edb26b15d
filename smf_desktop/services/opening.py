"""Opening a record that is not on one's list: a reason is given first, and stands in the audit."""

from smf_core.domain.opening import WhyOpened
from smf_core.policy.roles import Role
from smf_core.policy.rules import Action, require
from smf_core.records.queries.concern import concerns
from smf_desktop.services.auditing import OFF_LIST, note
from smf_desktop.services.session import Session


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
