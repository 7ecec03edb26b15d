"""The counts that stand in the rail: what waits for this user."""

from dataclasses import dataclass
from datetime import time, timedelta

from smf_core.policy.rules import Action, require
from smf_core.records.queries.referrals import TRIAGE_DUE, count_by_status
from smf_core.records.queries.to_do import to_do
from smf_desktop.services.session import Session


@dataclass(frozen=True, slots=True)
class Waiting:
    """`today`: visits to make and to sign, late ones among them; `decide`: one is late or a red flag is open."""

    today: int
    decide: bool
    referrals: int


def waiting(session: Session) -> Waiting:
    """What waits for this user now."""
    require(session.user, Action.OPEN_RECORD)
    day = session.today()
    begins, ends = session.local(day, time.min), session.local(day + timedelta(days=1), time.min)
    with session.read() as connection:
        found = to_do(connection, begins, ends, session.user.id)
        triage = count_by_status(connection)
    return Waiting(
        today=found.today + found.late,
        decide=bool(found.late or found.flags),
        referrals=sum(triage[status] for status in TRIAGE_DUE),
    )
