"""Visits that may be one in two records: booked for all to see, signed apart, not gone ahead there, struck, decided."""

from datetime import timedelta

from smf_core.policy.roles import Role
from smf_core.records.queries.disputes import disputes
from smf_core.records.queries.twice import people_seen_twice
from smf_desktop.services.record.twice import struck_item, told_apart, told_items
from tests.support.stores import item
from tests.sync.simulator.acts import Hands
from tests.sync.simulator.world import BEGIN

LONG_BEFORE = BEGIN - timedelta(days=30 * 365)
"""Before any clock that is wrong."""

WHERE_TWO_MEET = 2
"""Of the bookings the oldest so many are looked at, so that two laptops often have the same one in hand."""

BOOKED = """SELECT visit.id, visit.patient, episode.id FROM visit JOIN episode ON episode.patient = visit.patient
    WHERE visit.status = 'planned' AND episode.closed_on IS NULL ORDER BY visit.id LIMIT ?"""


def _a_booking(hands: Hands) -> tuple[str, str, str] | None:
    booked = hands.laptop.rows(BOOKED, WHERE_TWO_MEET)
    return tuple(hands.dice.choice(booked)) if booked else None


def book(hands: Hands) -> str | None:
    """A visit for tomorrow, for whoever will be there."""
    taught = hands.laptop.rows("SELECT id, patient FROM episode WHERE closed_on IS NULL ORDER BY id")
    if not taught:
        return None
    episode, who = hands.dice.choice(taught)
    said = {"patient": who, "episodes": [episode], "nurse": hands.author, "minutes": 45}
    at = (hands.laptop.clock.now() + timedelta(hours=20)).isoformat()
    planned = item("visit", hands.laptop.new_id(), "planned", **said, at=at)
    return hands.save(f"booked a visit to {who}", who, [planned])


def sign_booked(hands: Hands) -> str | None:
    """A booked visit is signed here, perhaps also elsewhere before either has heard of the other."""
    booked = _a_booking(hands)
    if booked is None:
        return None
    visit, who, episode = booked
    return hands.save(f"signed the visit {visit} to {who}", who, hands.visit_items(visit, who, episode))


def not_gone_ahead(hands: Hands) -> str | None:
    booked = _a_booking(hands)
    if booked is None:
        return None
    visit, who, _ = booked
    said = {"patient": who, "reason": "no_access", "note": hands.text(), "at": hands.laptop.clock.now().isoformat()}
    hands.world.counted("not gone ahead")
    return hands.save(
        f"wrote that the visit {visit} to {who} did not go ahead", who, [item("visit", visit, "not_gone_ahead", **said)]
    )


def strike(hands: Hands) -> str | None:
    """Recorded in error, or after all not: not for assistants, who try it all the same now and then."""
    over = hands.laptop.rows("SELECT id, patient, struck_reason FROM visit WHERE status = 'signed' ORDER BY id DESC")
    if not over or (hands.role is Role.ASSISTANT and hands.dice.random() < 0.7):
        return None
    visit, who, struck = hands.dice.choice(over[:8])
    reason = "" if struck else hands.dice.choice(("wrong day", "wrong visit"))
    if reason:
        hands.world.counted("struck")
    return hands.save(
        f"{'struck' if reason else 'let stand'} the visit {visit} to {who}",
        who,
        lambda work: [*told_apart(work, visit), struck_item(work, visit, reason)],
    )


def decide(hands: Hands) -> str | None:
    """What may be one visit in two records is one, or two. Not for assistants."""
    if hands.role is Role.ASSISTANT:
        return None
    with hands.laptop.store.read() as connection:
        people = sorted(people_seen_twice(connection, LONG_BEFORE))
        if not people:
            return None
        who = hands.dice.choice(people)
        pairs = [one for one in disputes(connection, who) if one.twice]
    if not pairs:
        return None
    one = hands.dice.choice(pairs)
    assert one.twice is not None
    sides = (one.twice.one, one.twice.other)
    stands = hands.dice.choice((*(side.id for side in sides), ""))
    hands.world.counted(f"decided that there {'was one visit' if stands else 'were two visits'}")
    if any(side.missed for side in sides):
        hands.world.counted("decided about one that had not gone ahead")
    return hands.save(
        f"said of {sides[0].id} and {sides[1].id} of {who} that {f'{stands} stands' if stands else 'both stand'}",
        who,
        lambda work: told_items(work, one, stands),
    )
