"""Whether this laptop and the hub hold the same, in figures; and the laptops of the team, for a lead."""

from collections.abc import Sequence
from dataclasses import dataclass

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import LaptopNote, team_feed
from smf_core.policy.rules import Action, require
from smf_core.records.queries.scope import signed_visits
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess


@dataclass(frozen=True, slots=True)
class TeamLaptops:
    """Each laptop as it was when last at the hub, and the signed visits here and there of the same people."""

    notes: Sequence[LaptopNote]
    signed_here: int
    signed_at_hub: int


def team_laptops(session: Session, hub: HubAccess | None) -> TeamLaptops:
    """Asked of the hub now. Raises `NotAllowed` or `HubTrouble`."""
    require(session.user, Action.SETTLE_HELD)
    if hub is None:
        raise HubTrouble(Trouble.UNREACHABLE)
    notes = hub.laptops()
    here, there = reconcile(session, hub)
    return TeamLaptops(notes, here, there)


def reconcile(session: Session, hub: HubAccess) -> tuple[int, int]:
    """Signed visits of the people in this laptop's scope: as held here, and as the hub counts them now.

    Raises `HubTrouble`.
    """
    require(session.user, Action.OPEN_RECORD)
    scope = hub.scope(team_feed(session.team))
    with session.read() as connection:
        return signed_visits(connection, scope.people), scope.signed_visits
