"""One person who was referred twice: two records that a lead merges, and now and then takes apart again."""

from collections import defaultdict
from collections.abc import Iterator

from smf_core.domain.merge import APART, MERGED, OPEN
from smf_core.policy.roles import Role
from tests.sync.simulator.acts import Hands
from tests.sync.simulator.laptop import SimLaptop

TWICE = """SELECT one.id, other.id FROM patient AS one JOIN patient AS other USING (nhs_number)
    WHERE one.id <> other.id AND one.same_as IS NULL AND other.same_as IS NULL ORDER BY one.id, other.id"""
ONE_SIDE = 0.5
"""How often it is said of one record that is merged that it is another person's, of those a lead looks at."""


def refer_anew(hands: Hands) -> str | None:
    """A second referral of somebody is taken for another person's."""
    who = hands.somebody()
    if who is None or who in hands.world.moved:
        return None
    made = hands.new_person(like=hands.world.people[who])
    hands.world.twice |= {each for each, said in hands.world.people.items() if said == hands.world.people[who]}
    return made


def merge(hands: Hands) -> str | None:
    """Two records are one person's. Others write on in the one that goes until they hear of it."""
    twice = hands.laptop.rows(TWICE) if hands.role is Role.LEAD else []
    if not twice:
        return None
    goes, stays = hands.dice.choice(twice)
    hands.world.counted("merged")
    return _says(hands, f"merged {goes} into {stays}", goes, stays, MERGED)


def separate(hands: Hands) -> str | None:
    """They were two after all, or it is to be asked again."""
    rows = hands.laptop.rows("SELECT id, same_as FROM patient WHERE same_as IS NOT NULL ORDER BY id")
    if not rows or hands.role is not Role.LEAD or hands.dice.random() > ONE_SIDE:
        return None
    goes, stays = hands.dice.choice(rows)
    hands.world.counted("taken apart")
    return _says(hands, f"took {goes} and {stays} apart", goes, stays, hands.dice.choice((APART, OPEN)))


def _says(hands: Hands, what: str, goes: str, stays: str, state: str) -> str | None:
    on = hands.laptop.clock.now().date().isoformat()
    said = {"kept": stays, "state": state, "by": hands.author, "on": on, "reason": hands.text()}
    return hands.on_top(what, goes, "patient", goes, "same_person", said)


# --- what must hold ------------------------------------------------------------------------------

OF_A_PERSON = ("referral", "episode", "visit", "task", "allergy")
WRITTEN = """SELECT DISTINCT item.entity, item.entity_id, json_extract(CAST(head AS TEXT), '$.patient_id')
    FROM item JOIN change_set USING (cs_id)"""


def stands_where_it_belongs(laptop: SimLaptop) -> Iterator[str]:
    """I2, for who was merged: what was written of them stands under whoever stands for them now, and nobody else."""
    whose: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entity, record, patient in laptop.rows(WRITTEN):
        whose[entity, record].add(patient)
    into = {row[0]: row[1] or row[0] for row in laptop.rows("SELECT id, same_as FROM patient")}
    for table in OF_A_PERSON:
        for record, patient in laptop.rows(f"SELECT id, patient FROM {table}"):  # names of ours
            theirs = {into.get(each, each) for each in whose[table, record]}
            if patient not in theirs:
                yield f"I2 {laptop.name}: {table} {record} of {sorted(map(str, theirs))} stands under {patient}"
