"""What one side lacks is found by its own count, fetched or offered, and never taken on trust."""

from itertools import pairwise

import pytest

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.digest import Bucket, bucket
from smf_core.operations.exchange import Done
from smf_core.operations.protocol import Verified
from smf_desktop.store import feeds, incoming
from smf_desktop.sync.session import exchange, run
from smf_desktop.sync.steps import Who
from tests.support.laptops import SyncLaptop, Town, same_records


def scene(town: Town) -> tuple[SyncLaptop, SyncLaptop, str, list[str]]:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    saves = [ann.note(who, f"{number}") for number in range(6)]
    town.meet(2)
    return ann, bea, who, saves


def run_on(laptop: SyncLaptop, statement: str) -> None:
    with laptop.store.work(author="", now=laptop.clock.now(), new_id=laptop.new_id) as work:
        work.connection.exec_driver_sql(statement)


def lose(laptop: SyncLaptop, cs_id: str, *, placed: bool = True) -> None:
    """A change set vanishes from a disk, as after a fault."""
    run_on(laptop, f"DELETE FROM item WHERE cs_id = '{cs_id}'")
    run_on(laptop, f"DELETE FROM change_set WHERE cs_id = '{cs_id}'")
    if placed:
        run_on(laptop, f"DELETE FROM placed WHERE cs_id = '{cs_id}'")


@pytest.mark.parametrize("placed", [True, False])
def test_reg_B15_what_went_missing_here_is_found_by_our_own_count_and_fetched(town: Town, placed: bool) -> None:
    ann, bea, who, saves = scene(town)
    lose(bea, saves[2], placed=placed)
    ann.note(who, "one more in that month")
    ann.settle()
    done = bea.sync()
    assert bea.holds(saves[2])
    assert done.all_sent
    assert done.received == 2
    assert same_records((ann, bea))
    assert bea.verify().ok


def test_once_a_week_everything_is_compared(town: Town) -> None:
    ann, bea, _, saves = scene(town)
    lose(bea, saves[2])
    town.passes(days=2)
    assert bea.sync().received == 0  # nobody said anything about that month
    town.passes(days=6)
    bea.sync()
    assert bea.holds(saves[2])
    assert same_records((ann, bea))


def test_what_went_missing_at_the_hub_is_offered(town: Town) -> None:
    _, bea, _, saves = scene(town)
    with town.place.hub.write() as connection:
        connection.exec_driver_sql(f"DELETE FROM feed_change_set WHERE cs_id = '{saves[3]}'")
    town.passes(days=8)
    done = bea.settle()
    assert saves[3] in town.at_hub()
    assert done.all_sent
    assert "offer" in [name for wire in bea.wires for name in wire.calls]


def test_three_differences_in_a_row_are_told_and_the_data_stays_usable(town: Town) -> None:
    _, bea, who, _ = scene(town)

    class Differing:
        def __getattr__(self, name: str):
            def call(*arguments: object) -> object:
                if name == "verify":
                    months = arguments[0].months
                    return Verified(months=tuple(months)[:1])
                return getattr(bea.hub, name)(*arguments)

            return call

    for times in (1, 2, 3):
        save = bea.note(who, f"still at work {times}")
        town.fold()
        done = run(exchange(Differing(), bea.side, bea.clock, Who("", bea.key.sign)))
        assert not done.digest_equal
        assert not done.all_sent
        assert done.trouble is None
        assert done.differed == times
        assert save in town.at_hub()
    assert bea.settle().all_sent


def test_what_could_not_be_compared_is_neither_the_same_nor_different_and_is_compared_whole_the_next_time(
    town: Town,
) -> None:
    """The list of people changes as often as it is asked for, so no comparison is of the same people."""
    ann, bea, who, saves = scene(town)
    lose(bea, saves[2])
    ann.note(who, "so that there is something to compare")
    ann.settle()

    class Changing:
        def __getattr__(self, name: str):
            return (lambda said: Verified(stale=True)) if name == "verify" else getattr(bea.hub, name)

    town.fold()
    done = run(exchange(Changing(), bea.side, bea.clock, Who("", bea.key.sign)))
    assert (done.trouble, done.digest_equal, done.all_sent, done.differed) == (None, False, False, 0)
    assert bea.local("SELECT outcome FROM exchange ORDER BY id DESC LIMIT 1") == [("not_compared",)]
    assert (bea.side.here().uncompared, bea.side.differed()) == (True, 0)
    assert not bea.holds(saves[2])
    assert bea.settle().all_sent
    assert bea.holds(saves[2])
    assert not bea.side.here().uncompared


def test_a_difference_is_not_forgotten_over_what_could_not_be_compared(town: Town) -> None:
    (ann,) = town.joined("ann")
    for outcome in ("complete", "differs", "not_compared", "unreachable", "differs", "not_compared"):
        ann.side.finish(ann.side.begin(), outcome, Done(), 0)
    assert ann.side.differed() == 2
    assert (ann.side.here().differed, ann.side.here().uncompared) == (2, True)


def test_what_came_before_a_cut_is_compared_by_the_next_exchange_though_nothing_is_new(town: Town) -> None:
    """Which months an exchange touched is known to it alone: cut before it compared, all have to be."""
    ann, bea, who, saves = scene(town)
    lose(bea, saves[2])
    ann.note(who, "one more in that month")
    ann.settle()
    steps = bea.steps()
    while next(steps).what != "pull":
        pass
    steps.close()
    assert bea.side.here().uncompared
    assert bea.settle().all_sent
    assert bea.holds(saves[2])


def test_an_exchange_that_fails_before_it_moved_anything_leaves_nothing_to_compare(town: Town) -> None:
    (ann,) = town.joined("ann")
    ann.settle()
    ann.side.finish(ann.side.begin(), "unreachable", Done(), 0)
    assert not ann.side.here().uncompared
    ann.side.finish(ann.side.begin(), "unreachable", Done(received=1), 0)
    ann.side.finish(ann.side.begin(), "unreachable", Done(), 0)
    assert ann.side.here().uncompared


def test_a_bucket_is_reckoned_from_the_rows_and_shows_what_is_held_twice(town: Town) -> None:
    _, bea, who, _ = scene(town)
    feed = f"team:{town.team}"
    claim = bea.side.claim(feed, None)
    held = {month: one for month, one in claim.months.items() if one.count}
    with bea.store.read() as connection:
        first, last = feeds.places(connection, feed)
    hashes = [bytes(row[0]) for row in bea.local(f"SELECT cs_hash FROM placed WHERE place BETWEEN {first} AND {last}")]
    assert list(held.values()) == [bucket(hashes)]
    assert bucket([*hashes, hashes[0]]) != bucket(hashes)
    assert bucket([hashes[0], hashes[0]]).total != Bucket().total
    months = frozenset(held)
    assert bea.side.claim(feed, months).months == held
    (month,) = months
    assert bea.side.claim_people(feed, month).people == {who: held[month]}


def test_what_came_again_in_other_bytes_is_compared_as_it_is_held(town: Town) -> None:
    _, bea, _, saves = scene(town)
    feed = f"team:{town.team}"
    held = {month: one for month, one in bea.side.claim(feed, None).months.items() if one.count}
    ((place, head, body),) = bea.local(
        f"SELECT place, head, body FROM placed JOIN change_set USING (cs_id) WHERE cs_id = '{saves[2]}'"
    )
    with bea.store.work(author="", now=bea.clock.now(), new_id=bea.new_id) as work:
        seq = place - feeds.before_all(work.connection, feed)
        other = ChangeSet(head, body + b" ")
        assert incoming.take_in(work.connection, feed, [(seq, other)], bea.clock.now()).received == 0
    assert bea.side.claim(feed, frozenset(held)).months == held


def test_a_laptop_names_the_places_it_has_seen_the_newest_first(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    for _ in range(3):
        ann.person()
        town.meet()
    seen = [each.seq for each in bea.side.here().feeds[f"team:{town.team}"].witnesses]
    assert len(seen) >= 3
    assert seen == sorted(seen, reverse=True)


def test_witnesses_are_dense_at_the_end_and_reach_back_to_the_beginning() -> None:
    kept: list[int] = []
    for newest in range(1, 5_000):
        kept = feeds.thinned([newest, *kept])
        assert len(kept) <= feeds.DENSE + feeds.SPARSE
        assert kept[: feeds.DENSE] == list(range(newest, max(0, newest - feeds.DENSE), -1))
    gaps = [one - other for one, other in pairwise(kept)]
    assert max(gaps) <= 4_096
    assert kept[-1] < 2_500
