"""Somebody who is no longer here, and rings: asked of the hub with a reason, and perhaps taught again."""

from collections.abc import Sequence
from datetime import timedelta

from smf_core.domain.opening import WhyOpened
from smf_core.operations.change_set import Item
from smf_core.operations.hub import HubTrouble
from smf_core.operations.protocol import PersonAsked
from smf_core.policy.roles import Role
from smf_desktop.services.auditing import ASKED_FOR
from tests.support.stores import item
from tests.sync.simulator.acts import BORN, Hands

DECIDED, ENDED = timedelta(days=200), timedelta(days=130)
"""How long ago: more than nurses keep, less than leads."""


def known_once(hands: Hands) -> str | None:
    """Somebody whose teaching ended long ago is entered from their papers."""
    if hands.role is Role.ASSISTANT:
        return None
    today = hands.laptop.clock.now().date()
    decided, ended = (today - DECIDED).isoformat(), (today - ENDED).isoformat()

    def taught(who: str, referral: str) -> Sequence[Item]:
        episode = hands.laptop.new_id()
        opened = {"patient": who, "referral": referral, "skill": "insulin", "checklist_version": 1}
        hands.world.known_once[who] = hands.team_name
        return [
            item("referral", referral, "triage", status="accepted", decided_on=decided, decided_by=hands.author),
            item("episode", episode, "opened", **opened, expected_visits=6, opened_on=decided),
            item("episode", episode, "discharge", outcome="independent", on=ended, by=hands.author),
        ]

    return hands.new_person(taught)


def ask(hands: Hands) -> str | None:
    """Asks the hub for somebody of whom nothing is here, mostly somebody of long ago; the audit knows of it."""
    laptop, dice = hands.laptop, hands.dice
    here = {row[0] for row in laptop.rows("SELECT id FROM patient")}
    once = [who for who, team in hands.world.known_once.items() if team == hands.team_name and who not in here]
    others = [each for each in hands.world.people if each not in here]
    if not others or not laptop.online:
        return None
    family, number = hands.world.people[dice.choice(once if once and dice.random() < 0.8 else others)]
    words = {"nhs_number": number} if dice.random() < 0.5 else {"family": family.upper(), "date_of_birth": BORN}
    try:
        given = laptop.asks(PersonAsked(user=hands.author, why=WhyOpened.RANG.value, **words))
    except HubTrouble as trouble:
        laptop.tell(f"{hands.user} asked for somebody: {trouble.why.value}")
        return None
    laptop.tell(f"{hands.user} asked for {given.patient or 'somebody whom the hub does not find'}")
    hands.noted(ASKED_FOR, given.patient or None)
    return None


def refer_again(hands: Hands) -> str | None:
    """Somebody whose teaching has ended is referred once more."""
    ended = hands.laptop.rows("SELECT DISTINCT patient FROM episode WHERE closed_on IS NOT NULL ORDER BY patient")
    if not ended:
        return None
    (who,) = hands.dice.choice(ended)
    today = hands.laptop.clock.now().date().isoformat()
    said = {"patient": who, "team": hands.team, "received_on": today, "skills": ["insulin"], "reason": hands.text()}
    return hands.save(f"referred {who} again", who, [item("referral", hands.laptop.new_id(), "received", **said)])
