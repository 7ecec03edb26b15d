"""Somebody whom this laptop does not hold, asked of the hub with a reason (ADR 34).

They come with the next exchange and stay for 72 hours, or as long as their care goes on. The audit knows of it before
anything of them is here, and the hub has noted it by itself.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from smf_core.domain.opening import WhyOpened
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import PersonAsked
from smf_core.policy.rules import Action, require
from smf_core.records.queries.patients import people_known
from smf_desktop.presenters.sync.facts import AskedFor
from smf_desktop.services.auditing import ASKED_FOR, note
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess
from smf_desktop.trouble import NobodyFound, SeveralFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom one asks for: by NHS number, or by family name and birth; the given name where these are of several."""

    nhs_number: str = ""
    family: str = ""
    given: str = ""
    born: date | None = None


def ask_hub(session: Session, hub: HubAccess | None, wanted: Wanted, why: WhyOpened) -> AskedFor:
    """Have one person of the team here. Raises `NobodyFound`, `SeveralFound`, `HubTrouble`."""
    require(session.user, Action.OPEN_RECORD)
    if hub is None:
        raise HubTrouble(Trouble.UNREACHABLE)
    said = PersonAsked(
        user=session.user.id,
        why=why.value,
        nhs_number=wanted.nhs_number,
        family=wanted.family,
        given=wanted.given,
        date_of_birth=wanted.born.isoformat() if wanted.born else "",
    )
    given = hub.open_person(said)
    note(session, ASKED_FOR, given.patient or None, why.value)
    if given.several:
        raise SeveralFound
    if not given.patient:
        raise NobodyFound
    until = datetime.fromisoformat(given.until).astimezone(session.now().tzinfo) if given.until else None
    return AskedFor(given.patient, until)


def come(session: Session, asked: AskedFor) -> AskedFor:
    """With who it is, once they are here."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        return replace(asked, who=people_known(connection, (asked.patient,)).get(asked.patient))
