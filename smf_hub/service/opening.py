"""A laptop asks for somebody whom it does not hold by its scope: found in its own team, noted, and given for 72 hours.

Nobody of another team is found: their laptops hold them, and a transfer or referral brings them (ADR 34).
"""

from collections.abc import Mapping
from datetime import date

from smf_core.domain.opening import WhyOpened
from smf_core.domain.text import matching_key
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import PersonAsked, PersonGiven
from smf_core.policy.roles import Role
from smf_core.records import Connection
from smf_core.records.queries.patients import Known, known_people, people_born
from smf_hub.ports import Caller
from smf_hub.service.place import Place
from smf_hub.service.scope import InScope
from smf_hub.service.times import iso
from smf_hub.store import feeds
from smf_hub.store.opened import let_have

HELD_MS = 72 * 60 * 60 * 1000
TEACHING = frozenset({Role.NURSE.value, Role.ASSISTANT.value, Role.LEAD.value})
"""Who may open records at all (`Action.OPEN_RECORD`)."""

NHS_DIGITS, NAME_LONGEST = 10, 200


def open_person(place: Place, caller: Caller, said: PersonAsked, scopes: Mapping[str, InScope]) -> PersonGiven:
    """Find one person in the scopes of this laptop's teams, also of those who are out of them, and let it have them.

    `scopes` are by team those in which whoever asks teaches. Every asking is an event, found or not. Raises
    `HubTrouble` NOT_ALLOWED for whoever does not teach there, BAD_REQUEST for what names nobody or gives no reason.
    """
    if said.user not in caller.users or not scopes:
        raise HubTrouble(Trouble.NOT_ALLOWED)
    if said.why not in frozenset(WhyOpened):
        raise HubTrouble(Trouble.BAD_REQUEST)
    found = sorted({one.id for one in _meant(place, said) if any(_is_of(one.id, each) for each in scopes.values())})
    now = place.now_ms()
    with place.hub.write() as connection:
        if len(found) != 1:
            _event(place, connection, caller, said, now, "not_opened")
            return PersonGiven(several=bool(found))
        (who,) = found
        _event(place, connection, caller, said, now, "opened")
        if not any(who in each.gone for each in scopes.values()):
            return PersonGiven(patient=who)
        let_have(connection, caller.device, who, user=said.user, why=said.why, until=now + HELD_MS)
    place.scopes.forget(scopes.keys())
    return PersonGiven(patient=who, until=iso(now + HELD_MS))


def _event(place: Place, connection: Connection, caller: Caller, said: PersonAsked, now: int, kind: str) -> None:
    event = place.world.new_id()
    feeds.note_event(connection, event, now, kind, device=caller.device, user=said.user, detail=said.why)


def _is_of(person: str, scope: InScope) -> bool:
    return person in scope.people or person in scope.gone


def _meant(place: Place, said: PersonAsked) -> list[Known]:
    """Everybody the words may mean, whosever they are."""
    number = "".join(said.nhs_number.split()).replace("-", "")
    if number:
        if not (number.isascii() and number.isdecimal() and len(number) == NHS_DIGITS):
            raise HubTrouble(Trouble.BAD_REQUEST)
        with place.records.read() as connection:
            return list(known_people(connection, (number,)))
    if max(len(said.family), len(said.given)) > NAME_LONGEST or not said.family.strip():
        raise HubTrouble(Trouble.BAD_REQUEST)
    family, given = matching_key(said.family), matching_key(said.given)
    try:
        birth = date.fromisoformat(said.date_of_birth)
    except ValueError:
        raise HubTrouble(Trouble.BAD_REQUEST) from None
    with place.records.read() as connection:
        born = people_born(connection, birth)
    named = [one for one in born if matching_key(one.name.family) == family]
    return [one for one in named if matching_key(one.name.given).startswith(given)]
