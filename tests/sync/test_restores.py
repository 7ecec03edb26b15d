"""Disks that went back in time, and disks there are two of: noticed by nobody but the machine, and nothing is lost."""

from pathlib import Path

import pytest

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import FeedHead
from smf_hub.service.managing import events
from tests.support.laptops import BackedUp, SyncLaptop, Town, same_records


def all_there(town: Town, *saves: str) -> None:
    at_hub = town.at_hub()
    assert sorted(at_hub) == sorted(set(at_hub))
    assert set(saves) <= set(at_hub)


def behind(town: Town) -> int:
    return [each.kind for each in events(town.place, 1_000)].count("behind")


@pytest.mark.parametrize("pulled", [True, False])
def test_reg_B16_F66_a_hub_from_a_backup_gets_everything_back(town: Town, pulled: bool) -> None:
    ann, bea, cat = town.joined("ann", "bea", "cat")
    who = ann.person()
    town.meet(2)
    copy = town.backup()
    saves = [each.note(who, f"day {day}") for day in range(3) for each in (ann, bea)]
    ann.settle()
    bea.settle()
    if pulled:
        cat.settle()
        ann.settle()
    town.passes(days=3)
    town.restored(copy)
    saves.append(cat.note(who, "after the restore"))
    for _ in range(2):
        for each in (cat, ann, bea):
            each.settle()
    all_there(town, *saves)
    assert all(each.holds(save) for each in (ann, bea, cat) for save in saves)
    assert same_records((ann, bea, cat))
    for each in (ann, bea, cat):
        assert each.verify().ok
        assert each.sync().all_sent
        assert each.calls == ["hello"]


def test_F66_what_only_others_hold_goes_back_to_the_hub(town: Town, backed_up: BackedUp) -> None:
    ann, bea, who, copy = backed_up
    saves = [ann.note(who, f"{number}") for number in range(5)]
    ann.settle()
    bea.settle()
    town.restored(copy)
    # Ann's laptop is gone for good: what it had written only bea's holds now.
    bea.settle()
    all_there(town, *saves)
    assert "offer" in [name for wire in bea.wires for name in wire.calls]


def test_F67_a_fail_over_that_lost_the_last_seconds(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    copy = town.backup()
    last = ann.note(who, "the last second")
    ann.settle()
    town.restored(copy)
    assert ann.sync().all_sent
    all_there(town, last)


def test_reg_B17_B18_F64_a_laptop_from_a_backup_goes_on(town: Town, tmp_path: Path) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    copy = ann.backup(tmp_path / "ann-backup")
    replica = ann.replicas()["records"]
    lost = [ann.note(who, f"before {number}") for number in range(3)]
    ann.settle()
    town.passes(days=2)
    ann.restored(copy)
    ann.new_id = fresh_ids(town)
    later = [ann.note(who, f"after {number}") for number in range(2)]
    ann.settle()
    bea.settle()
    all_there(town, *lost, *later)
    assert ann.replicas()["records"] != replica
    assert all(each.holds(save) for each in (ann, bea) for save in (*lost, *later))
    assert same_records((ann, bea))
    assert ann.verify().ok
    assert ann.sync().all_sent
    assert ann.calls == ["hello"]


def fresh_ids(town: Town):
    from tests.support.stores import ids

    return ids(town.numbers())


def test_reg_B20_F65_a_copied_disk_with_two_writers_strands_nothing(town: Town, tmp_path: Path) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    twin = ann.cloned(tmp_path / "twin")
    saves = [each.note(who, f"{each.name} {number}") for number in range(4) for each in (ann, twin)]
    for _ in range(3):
        for each in (ann, twin, bea):
            each.sync()
    all_there(town, *saves)
    assert len({ann.replicas()["records"], twin.replicas()["records"]}) == 2
    assert all(each.holds(save) for each in (ann, twin, bea) for save in saves)
    assert same_records((ann, twin, bea))
    more = [each.note(who, f"{each.name} on") for each in (ann, twin)]
    for each in (ann, twin, bea, ann):
        each.settle()
    all_there(town, *more)
    for each in (ann, twin):
        assert each.verify().ok


def test_reg_B20_F65_who_is_told_of_a_clash_writes_under_a_new_name_from_that_moment(
    town: Town, tmp_path: Path
) -> None:
    """The copy is quicker by a moment: hello showed nothing, only the answer to the push does."""
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    twin = ann.cloned(tmp_path / "twin")
    saves = [each.note(who, each.name) for each in (ann, twin)]
    shared = ann.replicas()
    steps = ann.steps()
    assert next(steps).what == "hello"
    twin.settle()
    assert twin.replicas() == shared
    for _ in steps:
        pass
    assert ann.calls.count("hello") == 1
    assert not set(shared.values()) & set(ann.replicas().values())
    saves += [each.note(who, f"{each.name}, before the next exchange") for each in (ann, twin)]
    for each in (ann, twin, ann):
        each.settle()
    all_there(town, *saves)
    assert twin.replicas() == shared
    assert same_records((ann, twin))


def test_reg_B19_no_cursor_above_the_head_is_told_it_is_level(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    copy = town.backup()
    ann.note(who, "x")
    ann.settle()
    town.restored(copy)
    here = ann.side.here()
    from smf_core.operations.protocol import Hello

    welcome = ann.hub.hello(
        Hello(protos=(1,), app="", schema=1, replicas={}, feeds=here.feeds, local_time="2026-11-17T09:00:00+00:00")
    )
    team = welcome.feeds[f"team:{town.team}"]
    assert team.common is not None
    assert team.common.seq == 1


def test_reg_B10_a_feed_that_shrank_or_emptied_deletes_nothing(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    before = bea.rows()

    class Emptied:
        def __getattr__(self, name: str):
            def call(*arguments: object) -> object:
                answer = getattr(bea.hub, name)(*arguments)
                if name == "hello":
                    from msgspec.structs import replace

                    return replace(answer, feeds={of: FeedHead(head=0) for of in answer.feeds})
                return answer

            return call

    from smf_desktop.sync.session import exchange, run
    from smf_desktop.sync.steps import Who

    done = run(exchange(Emptied(), bea.side, bea.clock, Who("", bea.key.sign)))
    assert done.trouble is Trouble.BAD_REPLY
    assert not done.all_sent
    assert bea.rows() == before
    assert who in bea.people()


def test_reg_B10_F69_a_laptop_that_was_away_for_six_months_merges_cleanly(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    stale = bea.note(who, "written before the long leave")
    for week in range(26):
        town.passes(days=7)
        ann.note(who, f"week {week}")
        ann.settle()
    had = len(bea.wires)
    bea.settle()
    called = [name for name in bea.wires[had].calls if name in ("push", "pull")]
    assert called[0] == "push"  # what was written before goes out before anything comes in
    assert called.count("pull") > 0
    ann.settle()
    all_there(town, stale)
    assert ann.holds(stale)
    assert same_records((ann, bea))


def test_F70_both_restored_at_once_keep_what_any_disk_holds(town: Town, backed_up: BackedUp, tmp_path: Path) -> None:
    ann, bea, who, hub_copy = backed_up
    kept = [ann.note(who, f"both have it {number}") for number in range(3)]
    ann.settle()
    bea.settle()
    ann_copy = ann.backup(tmp_path / "ann-backup")
    only_bea = bea.note(who, "bea alone")
    ann.note(who, "every copy is destroyed")
    ann.settle()
    town.restored(hub_copy)
    ann.restored(ann_copy)
    ann.new_id = fresh_ids(town)
    later = ann.note(who, "after")
    town.meet(3)
    all_there(town, *kept, only_bea, later)
    assert same_records((ann, bea))


def test_F68_a_hub_that_split_is_seen_by_its_chain_and_told(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    assert behind(town) == 0
    copy = town.backup()
    one = ann.note(who, "told to the old primary")
    ann.settle()
    old = town.backup("old-primary")
    town.restored(copy)
    two = bea.note(who, "told to the new one")
    bea.settle()
    ann.settle()
    bea.settle()
    all_there(town, one, two)
    town.restored(old)  # and the old one answers again
    ann.settle()
    bea.settle()
    ann.settle()
    assert behind(town) >= 1
    all_there(town, one, two)
    assert same_records((ann, bea))


def test_reg_B21_a_laptop_joined_again_writes_under_a_replica_of_its_own(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    first = ann.phone(who, "01632 960001")
    ann.settle()
    again = town.laptop("ann")
    again.settle()
    second = again.phone(who, "01632 960002")
    again.settle()
    bea.settle()
    assert again.replicas()["records"] != ann.replicas()["records"]
    all_there(town, first, second)
    value = bea.record("patient", who).units["phone", None]
    assert [each.payload["phone"] for each in value.heads] == ["01632 960002"]


def test_F64_a_restored_laptop_with_nothing_to_send_writes_as_somebody_new_at_once(town: Town, tmp_path: Path) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    copy = ann.backup(tmp_path / "ann-backup")
    later = ann.note(who, "only the hub has it")
    ann.settle()
    ann.restored(copy)
    before = set(ann.replicas().values())
    ann.settle()
    assert ann.holds(later)
    assert not before & set(ann.replicas().values())
    assert ann.verify().ok


def test_F66_no_more_is_sent_again_than_the_hub_lacks(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    for number in range(30):
        if number == 20:
            copy = town.backup()
        ann.note(who, f"{number}")
        ann.settle()
        bea.settle()
    town.restored(copy)
    bea.settle()
    offers = [arguments[1] for wire in bea.wires for name, arguments in wire.said if name == "offer"]
    assert sum(isinstance(each, ChangeSet) for entries in offers for each in entries) == 10
    assert len(town.at_hub()) == len(set(town.at_hub()))


@pytest.mark.parametrize("lost", [False, True])
def test_reg_B16_a_receipt_is_a_witness_though_nothing_was_pulled_after_it(
    town: Town, tmp_path: Path, lost: bool
) -> None:
    """Of numbers that were used twice the hub's view of the replica says nothing: only the receipt's place does."""
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    twin = ann.cloned(tmp_path / "twin")
    ann.note(who, "ann")
    ann.settle()
    copy = town.backup()
    bea.note(who, "bea")
    bea.settle()
    saves = [twin.note(who, f"twin {number}") for number in range(2)]
    if lost:  # so that the one that comes says of both that they are there already
        answers = iter(("lost",))
        twin.meddle = lambda name, number: next(answers, None) if name == "push" else None
    steps = twin.steps()
    for step in steps:
        if step.what == "push":
            break
    steps.close()
    assert twin.outbox() == set()
    assert twin.side.cursor(f"team:{town.team}").seq < town.heads()[f"team:{town.team}"] - 1
    town.restored(copy)
    twin.settle()
    all_there(town, *saves)


def test_F66_a_hub_restored_between_a_receipt_and_the_page_after_it_holds_nobody_up(town: Town) -> None:
    """The receipt's place is strange to the hub and the page's, further on, is not: back to before both."""
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    saves = [bea.note(who, "ann has not pulled this")]
    bea.settle()
    copy = town.backup()
    saves.append(ann.note(who, "receipted and then forgotten"))
    steps = ann.steps()
    while next(steps).what != "push":
        pass
    town.restored(copy)
    for number in range(2):
        saves.append(bea.note(who, f"{number}"))
        bea.settle()
    for _ in steps:
        pass
    ann.settle()
    bea.settle()
    all_there(town, *saves)
    assert same_records((ann, bea))


def test_a_place_never_seen_is_not_gone_back_to(town: Town) -> None:
    from smf_core.operations.protocol import Mark

    (ann,) = town.joined("ann")
    ann.note(ann.person(), "x")
    ann.settle()
    assert not ann.side.rewind(f"team:{town.team}", Mark(seq=1, chain=b"x" * 32))
    assert ann.outbox() == set()


__all__ = ["HubTrouble", "SyncLaptop"]


def test_reg_B42_with_losses_and_one_laptop_gone_for_good_the_rest_come_to_rest_in_six_rounds(town: Town) -> None:
    ann, bea, cat = town.joined("ann", "bea", "cat")
    who = ann.person()
    town.meet(2)
    sent = [cat.note(who, f"cat {number}") for number in range(3)]
    cat.settle()
    gone = [cat.note(who, "never sent"), cat.note(who, "nor this")]
    cat.store.close()
    town.laptops.remove(cat)
    saves = []
    for number in range(6):
        for at, each in enumerate((ann, bea)):
            saves.append(each.note(who, f"{each.name} {number}"))
            each.meddle = lambda name, call, at=at: (None, "lost", "cut", "twice")[(call * 7 + at) % 4]
            each.sync()
    for each in (ann, bea):
        each.meddle = lambda name, call: None
    for _ in range(6):
        found = [(each.sync().all_sent, each.calls) for each in (ann, bea)]
        if found == [(True, ["hello"])] * 2:
            break
    else:
        raise AssertionError("they do not come to rest")
    all_there(town, *saves, *sent)
    assert not set(gone) & set(town.at_hub())
    assert same_records((ann, bea))
