"""A hub that was restored is given back what it had accepted, on its own word: nobody is asked to judge it again."""

from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from smf_core.operations.change_set import EXACT, ChangeSet
from smf_core.operations.exchange import Size
from smf_core.operations.protocol import Offer
from smf_core.operations.wire import Hidden
from smf_core.policy.roles import Role
from smf_desktop.store import feeds, stretches
from smf_desktop.store.tables import stretch
from smf_hub.service.managing import add_team, add_user, end_membership
from smf_hub.store import tables as hub_tables
from tests.support.laptops import BackedUp, BeforeTheMove, SyncLaptop, Town, same_records


def offers(laptop: SyncLaptop) -> list[Offer]:
    return [arguments[0] for wire in laptop.wires for name, arguments in wire.said if name == "offer"]


def rest(town: Town, *, rounds: int = 6) -> None:
    """Everybody exchanges until nobody has anything to say or to hear."""
    for _ in range(rounds):
        said = [(each.sync().all_sent, each.calls) for each in town.laptops]
        if all(done == (True, ["hello"]) for done in said):
            return
    raise AssertionError("they do not come to rest")


ORDERS = [*permutations(range(3))]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(map(str, order)))
def test_F66_what_was_accepted_by_a_membership_and_a_transfer_that_are_forgotten_waits_for_nobody(
    town: Town, south: tuple[str, SyncLaptop], order: tuple[int, ...]
) -> None:
    team, dot = south
    ann, bea = town.joined("ann", "bea")
    who, stays = ann.person(), ann.person("STAYS")
    town.meet(2)
    copy = town.backup()
    town.passes(minutes=5)
    saves = [ann.note(stays, "seen that morning")]
    add_user(town.place, "bea", role=Role.NURSE, team=team)  # she works in both from now on
    town.passes(minutes=5)
    town.meet(2)
    saves.append(ann.change(who, "team", team=team))
    town.passes(minutes=5)
    town.meet(3)
    saves += [dot.note(who, "first visit in the new team"), bea.note(who, "second visit"), bea.note(stays, "in both")]
    town.passes(minutes=5)
    rest(town)
    assert town.held() == {}
    assert set(saves) <= set(town.at_hub())
    before = {each.name: each.people() for each in town.laptops}
    town.restored(copy)
    town.passes(minutes=5)
    laptops = [ann, bea, dot]
    for at in order:
        laptops[at].sync()
    rest(town)
    assert town.held() == {}, "nobody is asked"
    at_hub = town.at_hub()
    assert sorted(at_hub) == sorted(set(at_hub))
    assert set(saves) <= set(at_hub)
    assert {each.name: each.people() for each in town.laptops} == before
    for each in laptops:
        assert each.verify().ok
    late = bea.note(who, "she still works in both")
    bea.settle()
    assert town.held() == {}
    dot.settle()
    assert dot.holds(late)


def test_F66_the_first_laptop_that_comes_brings_the_chain_back_and_the_others_notice_nothing(town: Town) -> None:
    ann, bea, cat = town.joined("ann", "bea", "cat")
    who = ann.person()
    town.meet(2)
    copy = town.backup()
    saves = [each.note(who, f"{each.name} {day}") for day in range(3) for each in (ann, bea, cat)]
    rest(town)
    heads = town.heads()
    town.restored(copy)
    ann.settle()
    assert town.heads() == heads
    assert set(saves) <= set(town.at_hub())
    for each in (bea, cat):
        assert each.sync().all_sent
        assert offers(each) == []
    assert same_records((ann, bea, cat))


def test_F66_no_laptop_is_taken_for_two_because_the_hub_was_restored(town: Town, backed_up: BackedUp) -> None:
    ann, bea, who, copy = backed_up
    for day in range(3):
        town.passes(days=1)
        ann.note(who, f"{day}")
        town.meet(1)
    replicas = [each.replicas() for each in (ann, bea)]
    town.restored(copy)
    town.passes(minutes=30)
    rest(town)
    with town.place.hub.read() as connection:
        assert "clone" not in set(connection.scalars(select(hub_tables.event.c.kind)))
    assert [each.replicas() for each in (ann, bea)] == replicas


def test_F66_who_was_added_since_the_backup_works_on_under_the_same_name(town: Town) -> None:
    ann, lea = town.joined("ann", "lea")
    copy = town.backup()
    kim = add_user(town.place, "kim", role=Role.NURSE, team=town.team)
    town.meet(2)
    town.restored(copy)
    ann.settle()
    with town.place.hub.read() as connection:
        held = connection.exec_driver_sql('SELECT "user", team FROM membership').all()
    assert (kim, town.team) in [tuple(row) for row in held]
    assert "kim" not in town.users
    again = town.laptop("kim")
    again.settle()
    assert again.user == kim
    assert lea.settle().all_sent


def test_F66_who_was_ended_after_the_restore_stays_ended(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    copy = town.backup()
    town.passes(minutes=5)
    south = add_team(town.place, "South")
    add_user(town.place, "bea", role=Role.NURSE, team=south)
    town.meet(2)
    town.restored(copy)
    town.passes(minutes=5)
    end_membership(town.place, "bea")
    town.passes(minutes=5)
    for _ in range(2):
        for each in (ann, bea):
            each.sync()
    with town.place.hub.read() as connection:
        m = hub_tables.membership.c
        rows = connection.execute(hub_tables.membership.select().where(m.user == bea.user)).all()
    assert rows
    assert all(row.until is not None for row in rows)


def test_F66_a_long_stretch_goes_back_in_parts_each_with_the_hashes_of_the_whole(
    town: Town, backed_up: BackedUp
) -> None:
    ann, bea, who, copy = backed_up
    saves = [ann.note(who, f"{number}") for number in range(20)]
    ann.settle()
    bea.settle()
    town.restored(copy)
    assert bea.side.rewind(f"team:{town.team}", bea.side.here().feeds[f"team:{town.team}"].witnesses[-1])
    parts = []
    while (part := bea.side.returning(Size(6, 1_000_000))) is not None:
        assert len(part.entries) == part.stretch.last - part.stretch.first + 1
        parts.append(len(part.change_sets))
        bea.side.receipt(part.change_sets, bea.hub.offer(Offer(stretch=part.stretch), part.entries))
    assert max(parts) == 6
    assert sum(parts) >= len(saves)
    assert set(saves) <= set(town.at_hub())
    bea.settle()
    ann.settle()
    assert same_records((ann, bea))


def test_F66_a_giving_back_that_is_cut_anywhere_is_done_again(town: Town, backed_up: BackedUp) -> None:
    ann, bea, who, copy = backed_up
    saves = []
    for number in range(3):
        saves.append(ann.note(who, f"{number}"))
        ann.settle()
        bea.settle()
    town.restored(copy)
    for how in ("cut", "lost", "twice"):
        bea.meddle = lambda name, call, how=how: how if name == "offer" and call < 4 else None
        bea.sync()
        bea.reopened()
    bea.meddle = lambda name, call: None
    bea.settle()
    assert set(saves) <= set(town.at_hub())
    assert len(town.at_hub()) == len(set(town.at_hub()))
    assert town.held() == {}
    ann.settle()
    assert same_records((ann, bea))


def test_F66_where_the_hub_does_not_take_its_own_word_nothing_is_lost(town: Town, backed_up: BackedUp) -> None:
    ann, bea, who, copy = backed_up
    saves = [ann.note(who, "told to both")]
    ann.settle()
    bea.settle()
    with bea.store.work(author="", now=bea.clock.now(), new_id=bea.new_id) as work:
        work.connection.execute(update(stretch).values(attested=bytes(64)))
    town.restored(copy)
    bea.settle()
    assert town.held() == dict.fromkeys(saves, "other_laptop")
    [told] = bea.store.sent_for_review(who)
    assert told.saved.author == ann.user
    assert bea.store.standing().held == 0, "nothing of hers waits"
    ann.settle()
    assert set(saves) <= set(town.at_hub())
    bea.settle()
    assert all(bea.holds(save) for save in saves)


def test_F66_what_a_second_restore_takes_is_given_back_with_what_the_first_took(town: Town) -> None:
    """The laptop was locked after it had heard of the first, before it gave anything back."""
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    older = town.backup("older")
    saves = [ann.note(who, "lost by the second restore")]
    town.meet(2)
    newer = town.backup("newer")
    saves.append(ann.note(who, "lost by the first"))
    town.meet(2)
    town.restored(newer)
    steps = bea.steps()
    while not bea.local("SELECT 1 FROM stretch WHERE lost IS NOT NULL"):
        next(steps)
    steps.close()
    town.restored(older)
    bea.settle()
    assert town.held() == {}, "nobody is asked"
    assert set(saves) <= set(town.at_hub())
    rest(town)


@pytest.mark.parametrize("anew", [False, True], ids=["in its place", "numbered anew"])
def test_F66_what_was_given_back_is_proven_again_until_it_is_pulled(
    town: Town, monkeypatch: pytest.MonkeyPatch, anew: bool
) -> None:
    """The answer was lost, so the next says "is there already" and signs nothing; then the hub is restored again."""
    monkeypatch.setattr(stretches, "JOINED", 1)
    ann, bea, cat = town.joined("ann", "bea", "cat")
    who = ann.person()
    town.meet(2)
    copy = town.backup()
    saves = [ann.note(who, "once"), ann.note(who, "and again")]
    ann.settle()
    bea.settle()
    town.restored(copy)
    if anew:
        cat.note(who, "stands where the first stood")
        cat.settle()
    answers = iter(("lost",))
    bea.meddle = lambda name, call: next(answers, None) if name == "offer" else None
    steps = bea.steps()
    while bea.calls.count("hello") < 3:  # the third is after it was given back, and before anything is pulled
        next(steps)
    steps.close()
    town.restored(copy)
    bea.settle()
    assert town.held() == {}, "nobody is asked"
    assert set(saves) <= set(town.at_hub())
    rest(town)
    for each in (ann, bea, cat):
        each.sync()
        assert not each.local("SELECT 1 FROM stretch WHERE lost IS NOT NULL"), "what is borne out again is kept once"


def test_F66_a_hash_is_kept_of_what_never_came_here(town: Town, south: tuple[str, SyncLaptop]) -> None:
    """Entries of people outside the scope are a hash alone, and prove those around them all the same."""
    team, _ = south
    (ann,) = town.joined("ann")
    who, gone = ann.person(), ann.person("GONE")
    town.meet(2)
    ann.change(gone, "team", team=team)
    town.passes(minutes=1)
    town.meet(3)
    copy = town.backup()
    lost = ann.note(who, "told to both")
    ann.settle()
    bea = town.laptop("bea")  # hears of who has gone as hashes
    bea.settle()
    held = bea.local(f"SELECT hashes FROM stretch WHERE feed = 'team:{town.team}'")
    with town.place.hub.read() as connection:
        of_bea = select(hub_tables.device).where(hub_tables.device.c.device == bea.device)
        known = dict(connection.execute(of_bea).one()._mapping)
    with bea.store.read() as connection:
        placed = feeds.count_placed(connection, f"team:{town.team}", EXACT - 1)
    assert sum(len(row[0]) // 32 for row in held) > placed
    town.laptops.remove(bea)
    town.restored(copy)
    with town.place.hub.write() as connection:  # her laptop joined before the backup, to keep this short
        connection.execute(insert(hub_tables.device), [known])
        connection.execute(insert(hub_tables.device_user), [{"device": bea.device, "user": bea.user, "since": 0}])
    bea.settle()
    assert lost in town.at_hub()
    assert town.held() == {}


def test_F66_what_only_the_new_team_holds_of_the_old_one_comes_back_too(
    town: Town, before_the_move: BeforeTheMove
) -> None:
    """It was fetched for the person, from a feed that the laptop has never followed."""
    team, dot, ann, who, copy = before_the_move
    town.passes(minutes=5)
    saves = [ann.note(who, "the last visit before"), ann.change(who, "team", team=team)]
    town.passes(minutes=5)
    rest(town)
    assert all(dot.holds(save) for save in saves)
    town.restored(copy)
    town.laptops.remove(ann)  # and nobody else of the old team has it
    rest(town)
    assert set(saves) <= set(town.at_hub())
    assert town.held() == {}
    assert dot.people() == {who}
    assert all(dot.holds(save) for save in saves)


def test_F66_what_another_laptop_gave_back_does_not_wait_when_its_own_laptop_pushes_it(
    town: Town, before_the_move: BeforeTheMove
) -> None:
    """Judged anew it would: the person is the other team's by now. Everything in the push stands already."""
    team, dot, ann, who, copy = before_the_move
    town.passes(minutes=5)
    moved = ann.change(who, "team", team=team)
    town.passes(minutes=5)
    rest(town)
    with ann.store.work(author="", now=ann.clock.now(), new_id=ann.new_id) as work:
        work.connection.execute(delete(stretch))  # so that there is nothing but the push
    town.restored(copy)
    dot.settle()
    assert moved in town.at_hub()
    town.passes(minutes=5)
    rest(town)
    assert town.held() == {}
    assert town.at_hub().count(moved) == 1
    assert not ann.local("SELECT 1 FROM review")


def test_F65_F66_a_number_that_a_copied_disk_has_used_since_the_restore_holds_nothing_up(
    town: Town, tmp_path: Path
) -> None:
    """What was given back is not unsent any more, and what is begins further on than the hub has the replica end."""
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    twin = ann.cloned(tmp_path / "twin")
    copy = town.backup()
    saves = [ann.note(who, f"ann {number}") for number in range(3)]
    ann.settle()
    town.restored(copy)
    saves.append(twin.note(who, "twin"))
    twin.sync()
    saves.append(ann.note(who, "not sent yet"))
    for each in (ann, twin, ann):
        each.settle()
    at_hub = town.at_hub()
    assert sorted(at_hub) == sorted(set(at_hub))
    assert set(saves) <= set(at_hub)
    assert town.held() == {}


def test_saves_that_follow_one_another_are_kept_as_one_stretch(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    for number in range(stretches.JOINED + 10):
        ann.note(who, f"{number}")
        ann.sync()
    rows = ann.local("SELECT first, last, length(hashes) / 32 FROM stretch WHERE feed LIKE 'team:%' ORDER BY first")
    assert len(rows) == 2
    assert all(last - first + 1 == kept <= stretches.JOINED for first, last, kept in rows)
    assert rows[0][1] + 1 == rows[1][0]


def test_no_offer_holds_more_of_what_is_not_lost_than_its_hash(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    for number in range(5):
        ann.note(who, f"{number}")
        ann.settle()
    bea.settle()
    copy = town.backup()
    lost = ann.note(who, "lost")
    ann.settle()
    town.restored(copy)
    ann.settle()
    [given] = [arguments[1] for wire in ann.wires for name, arguments in wire.said if name == "offer"]
    assert [each.head.cs_id for each in given if isinstance(each, ChangeSet)] == [lost]
    assert sum(isinstance(each, Hidden) for each in given) == len(given) - 1
