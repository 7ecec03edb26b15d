"""The commissioning view: per locality what was planned, delivered and released."""

from dataclasses import dataclass
from datetime import date

from smf_core.domain.day_trouble import DaysTurnedRound
from smf_core.figures.commissioning import Commissioned, commissioned
from smf_core.figures.figure import Asked
from smf_core.policy.rules import Action, require
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.session import Session


@dataclass(frozen=True, slots=True)
class CommissioningHere:
    """What the records on this laptop say; it is `whole` where they hold everybody of those days."""

    asked: Asked
    found: Commissioned
    whole: bool


def commissioning(session: Session, since: date, until: date, *, team: str = "") -> CommissioningHere:
    """Of these days, both included. Raises `NotAllowed` or `DaysTurnedRound`."""
    require(session.user, Action.READ_FIGURES)
    if until < since:
        raise DaysTurnedRound
    asked = Asked(since=since, until=until, as_of=session.today(), team=team)
    whole = holds_all_since(session, since, joined=session.store.standing().joined)
    with session.read() as connection:
        return CommissioningHere(asked, commissioned(connection, asked), whole)
