"""A person moves from one team to another: the new one has all of theirs, the old one none, and nothing is stranded."""

from smf_core.policy.roles import Role
from smf_hub.service.managing import add_user, end_membership
from tests.support.laptops import SyncLaptop, Town, same_records


def moved(town: Town, who: str, by: SyncLaptop, to: str) -> None:
    by.change(who, "team", team=to)
    town.passes(minutes=1)


def test_reg_B27_who_comes_from_another_team_brings_the_whole_history_once(
    town: Town, south: tuple[str, SyncLaptop]
) -> None:
    team, dot = south
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    notes = [ann.note(who, f"told {number}") for number in range(3)]
    town.meet()
    moved(town, who, ann, team)
    town.meet(4)
    assert who in dot.people()
    assert all(dot.holds(each) for each in notes)
    assert dot.record("patient", who).value("phone")["phone"] == "01632 960001"
    assert who not in ann.people() | bea.people()
    for _ in range(3):
        done = dot.sync()
        assert (done.received, dot.calls, done.all_sent) == (0, ["hello"], True)
    assert all(each.verify().ok for each in (ann, bea, dot))


def test_work_goes_on_in_the_new_team_on_top_of_what_came(town: Town, south: tuple[str, SyncLaptop]) -> None:
    team, dot = south
    (ann,) = town.joined("ann")
    who = ann.person()
    moved(town, who, ann, team)
    town.meet(4)
    dot.phone(who, "01632 960777")
    late = dot.note(who, "the first visit here")
    assert dot.settle().all_sent
    assert not dot.record("patient", who).unsettled
    second = town.laptop("dot")
    second.settle()
    assert second.holds(late)
    assert same_records((dot, second))


def test_a_visit_written_before_the_transfer_was_heard_of_is_not_stranded(
    town: Town, south: tuple[str, SyncLaptop]
) -> None:
    team, dot = south
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet()
    late = bea.note(who, "seen this morning")
    town.passes(minutes=5)
    moved(town, who, ann, team)
    ann.settle()
    sent = bea.sync()
    assert sent.quarantined == 0
    town.meet(4)
    assert dot.holds(late)
    assert who not in bea.people()
    assert not bea.outbox()


def test_a_nurse_who_leaves_a_team_keeps_none_of_its_people(town: Town, south: tuple[str, SyncLaptop]) -> None:
    team, dot = south
    (ann,) = town.joined("ann")
    ann.person()
    ann.settle()
    add_user(town.place, "ann", role=Role.NURSE, team=team)
    end_membership(town.place, "ann", town.team)
    town.passes(minutes=1)
    theirs = dot.person("SOUTH")
    town.meet(4)
    assert ann.people() == {theirs}
    assert ann.settle().all_sent
    assert ann.verify().ok
    town.passes(days=3)
    assert ann.sync().all_sent


def test_unsent_work_keeps_the_people_of_a_team_that_was_left(town: Town, south: tuple[str, SyncLaptop]) -> None:
    team, _ = south
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    ann.meddle = lambda name, number: "cut" if name in ("push", "offer") else None
    ann.note(who, "not sent yet")
    add_user(town.place, "ann", role=Role.NURSE, team=team)
    end_membership(town.place, "ann", town.team)
    town.passes(minutes=1)
    for _ in range(3):
        ann.sync()
    assert who in ann.people()
    assert ann.outbox()


def test_who_went_and_came_back_between_two_exchanges_brings_what_was_written_there(
    town: Town, south: tuple[str, SyncLaptop]
) -> None:
    team, dot = south
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet()
    moved(town, who, ann, team)
    for each in (ann, dot):
        each.settle()
    there = dot.note(who, "seen by the other team")
    dot.change(who, "team", team=town.team)
    town.passes(minutes=1)
    dot.settle()
    town.meet(3)
    assert bea.holds(there)
    assert ann.holds(there)
    assert who in bea.people() & ann.people()
    assert who not in dot.people()
    assert bea.sync().all_sent
    assert bea.calls == ["hello"]


def test_what_a_restored_hub_took_in_for_the_old_team_before_it_heard_of_the_transfer_comes_to_the_new_one(
    town: Town, south: tuple[str, SyncLaptop]
) -> None:
    team, dot = south
    (ann,) = town.joined("ann")
    who = ann.person()
    town.meet()
    moved(town, who, ann, team)
    town.meet()
    (second,) = town.joined("dot")
    copy = town.backup()
    moved(town, who, dot, town.team)
    for each in (dot, ann):
        each.settle()
    assert who in ann.people()
    late = second.note(who, "by somebody who has not heard of it")
    town.restored(copy)
    second.settle()
    dot.settle()
    ann.settle()
    assert ann.holds(late)
    assert who in ann.people()
    town.meet(2)
    assert ann.sync().all_sent
    assert ann.calls == ["hello"]
