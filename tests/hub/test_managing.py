"""Teams and users: what the administrator does here, what laptops say of users, and what laptops are told of it."""

from functools import partial

import pytest
from sqlalchemy import delete, update

from smf_core.operations.change_set import ChangeSet, Item
from smf_core.operations.fold import Record, fold, operations
from smf_core.operations.protocol import SERVICE, Mark, Pull
from smf_core.policy.roles import Role
from smf_hub.ports import NoSuchDevice, NoSuchHubUser, NoSuchTeam, TeamNameTaken, UsernameUnfit
from smf_hub.service.managing import (
    Person,
    add_team,
    add_user,
    check,
    end_membership,
    everyone,
    order,
    revoke,
)
from smf_hub.service.place import Place
from smf_hub.store import tables as t
from tests.support.hubs import hub_again
from tests.support.joining import at_hub, joins, service_feed, staffed
from tests.support.pushing import HandClock, Writer, new_id, person


def who(place: Place, username: str) -> Person:
    return next(each for each in everyone(place) if each.account.username == username)


def roles(person: Person) -> list[tuple[str, bool]]:
    return [(each.role, each.until is None) for each in person.memberships]


def told_of(place: Place, device: str, entity: str, entity_id: str) -> Record:
    """A record of the service feed as a laptop folds it."""
    _, entries = at_hub(place, device).pull(Pull(feed=SERVICE, after=Mark()))
    ops = [op for each in entries if isinstance(each, ChangeSet) for op in operations(each)]
    return fold(entity, entity_id, [op for op in ops if (op.entity, op.entity_id) == (entity, entity_id)])


# --- what an administrator does ------------------------------------------------------------------


def test_whoever_comes_again_keeps_their_account(place: Place, clock: HandClock) -> None:
    north, south = add_team(place, "North"), add_team(place, "South")
    amy = add_user(place, "Amy", role=Role.NURSE, team="NORTH")
    clock.on(days=1)
    assert add_user(place, " ＡＭＹ ", role=Role.LEAD, team=south) == amy
    clock.on(days=1)
    end_membership(place, "amy", "North")
    assert [(each.team, each.until is None) for each in who(place, "Amy").memberships] == [
        (north, False),
        (south, True),
    ]
    clock.on(days=1)
    end_membership(place, "amy")
    assert not who(place, "Amy").account.active
    assert add_user(place, "amy", role=Role.NURSE, team="South") == amy
    assert who(place, "Amy").account.active
    assert len(everyone(place)) == 1


def test_a_new_role_ends_the_one_before_at_that_moment(place: Place, clock: HandClock) -> None:
    add_team(place, "North")
    add_user(place, "amy", role=Role.NURSE, team="North")
    clock.on(days=1)
    add_user(place, "amy", role=Role.LEAD, team="North")
    before, after = who(place, "amy").memberships
    assert (before.role, after.role, before.until) == ("nurse", "lead", after.since)
    add_user(place, "amy", role=Role.LEAD, team="North")
    assert len(who(place, "amy").memberships) == 2


def test_what_there_is_not_is_said(place: Place) -> None:
    add_team(place, "North")
    with pytest.raises(TeamNameTaken):
        add_team(place, " north ")
    with pytest.raises(NoSuchTeam):
        add_user(place, "amy", role=Role.NURSE, team="South")
    with pytest.raises(UsernameUnfit):
        add_user(place, "a" * 121, role=Role.NURSE, team="North")
    with pytest.raises(NoSuchHubUser):
        end_membership(place, "amy")
    for act in (revoke, partial(order, act="wipe")):
        with pytest.raises(NoSuchDevice):
            act(place, "SMF-LT-014")


def test_laptops_hear_of_colleagues_and_of_what_changes_without_a_conflict(place: Place, clock: HandClock) -> None:
    staffed(place, "amy")
    device = joins(place, "amy")[1].device
    ben = add_user(place, "ben", role=Role.NURSE, team="North", name="Ben")
    clock.on(days=1)
    add_user(place, "ben", role=Role.LEAD, team="North", clinical_lead=True)
    clock.on(days=1)
    end_membership(place, "ben")
    told = told_of(place, device, "user", ben)
    assert not told.unsettled
    assert not told.unknown
    person, standing = told.value("person"), told.value("standing")
    assert person is not None
    assert standing is not None
    assert (person["name"], person["role"], person["capabilities"]) == ("Ben", "lead", ["clinical_lead"])
    assert standing["active"] is False
    assert [(each["role"], each["until"] is None) for each in told.values("membership")] == [
        ("nurse", False),
        ("lead", False),
    ]


def test_a_team_that_no_laptop_has_joined_is_not_spoken_of(place: Place) -> None:
    staffed(place, "amy")
    device = joins(place, "amy")[1].device
    staffed(place, "zoe", team="South")
    assert "South" not in {item.payload.get("name") for item in service_feed(place, device)}
    joins(place, "zoe")
    assert {"South", "zoe"} <= {item.payload.get("name") for item in service_feed(place, device)}


# --- what laptops say ----------------------------------------------------------------------------


@pytest.fixture
def lead(place: Place) -> Writer:
    add_team(place, "North")
    add_user(place, "lea", role=Role.LEAD, team="North")
    return joins(place, "lea")[0]


def named(user: str, username: str, role: str = "nurse", **more: object) -> Item:
    payload = {"username": username, "name": username, "role": role, "capabilities": [], **more}
    return Item(entity="user", entity_id=user, kind="person", payload=payload)


def standing(user: str, *, active: bool) -> Item:
    return Item(entity="user", entity_id=user, kind="standing", payload={"active": active})


def test_a_colleague_added_on_a_laptop_may_work_there_in_the_same_push(place: Place, lead: Writer) -> None:
    ben = new_id()
    lead.write(named(ben, "ben"))
    patient, items = person(lead.team)
    lead.write(*items, patient=patient, author=ben)
    assert not lead.send().exceptions
    assert roles(who(place, "ben")) == [("nurse", True)]


def test_a_colleague_ended_on_a_laptop_keeps_what_they_did_before(place: Place, lead: Writer, clock: HandClock) -> None:
    ben = new_id()
    lead.write(named(ben, "ben"))
    clock.on(days=1)
    before = clock.at
    clock.on(days=1)
    lead.write(standing(ben, active=False))
    clock.on(days=1)
    patient, items = person(lead.team)
    lead.write(*items, patient=patient, author=ben, care_time=before)
    patient, items = person(lead.team)
    lead.write(*items, patient=patient, author=ben)
    assert [each.at for each in lead.send().exceptions] == [3]
    assert not who(place, "ben").account.active


def test_a_colleague_added_by_a_clock_that_is_years_slow_belongs_to_the_team(
    place: Place, lead: Writer, clock: HandClock
) -> None:
    ben, now = new_id(), clock.at
    clock.at = now.replace(year=now.year - 10)
    lead.write(named(ben, "ben"))
    clock.at = now
    assert not lead.send().exceptions
    assert roles(who(place, "ben")) == [("nurse", True)]


def test_what_a_nurse_says_of_users_is_not_learned(place: Place, lead: Writer) -> None:
    ben = new_id()
    lead.write(named(ben, "ben"))
    lead.write(named(new_id(), "eve", role="lead"), author=ben)
    assert [each.at for each in lead.send().exceptions] == [1]
    assert "eve" not in {each.account.username for each in everyone(place)}


def test_older_words_of_a_laptop_do_not_undo_what_the_hub_decided_since(
    place: Place, lead: Writer, clock: HandClock
) -> None:
    ben = new_id()
    lead.write(named(ben, "ben"))
    lead.send()
    clock.on(days=1)
    lead.write(named(ben, "ben", role="lead"))
    clock.on(days=1)
    add_user(place, "ben", role=Role.ASSISTANT, team="North")
    lead.send()
    assert roles(who(place, "ben"))[-1] == ("assistant", True)
    clock.on(days=1)
    lead.write(named(ben, "ben", role="lead"))
    lead.send()
    assert roles(who(place, "ben"))[-1] == ("lead", True)


# --- looking through a hub -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (update(t.change_set).where(t.change_set.c.feed_seq == 2).values(chain=bytes(32)), "chain"),
        (update(t.change_set).where(t.change_set.c.feed_seq == 2).values(body=b"[]"), "bytes"),
        (update(t.change_set).where(t.change_set.c.feed_seq == 2).values(seq=77), "receipt"),
        (delete(t.change_set).where(t.change_set.c.feed_seq == 2), "number"),
        (update(t.feed_counter).values(n=99), "counter"),
        (update(t.push_signature).values(signature=bytes(64)), "signature"),
        (update(t.replica).values(last_seq=99), "replica"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hub_that_was_tampered_with_is_found_out(place: Place, lead: Writer, harm: object, what: str) -> None:
    lead.write(named(new_id(), "ben"))
    lead.send()
    report = check(place)
    assert not report.findings
    assert report.change_sets == 4
    with place.hub.write() as connection:
        connection.execute(harm)
    assert what in {each.what for each in check(place).findings}


def test_a_hub_opens_again_as_it_was(hub_url: str, place: Place, lead: Writer) -> None:
    place.close()
    with hub_again(hub_url) as again:
        assert again.identity == place.identity
        assert not check(again).findings
        assert who(again, "lea").account.role == "lead"
