"""Who a laptop holds: those who come bring all of theirs, those who go leave nothing that is not confirmed."""

from datetime import timedelta
from pathlib import Path

import pytest

from smf_core.operations.protocol import Scope
from smf_desktop.store import scoping
from smf_desktop.store.tables import scope_person
from tests.support.laptops import SyncLaptop, Town, same_records
from tests.support.stores import item


def decided(laptop: SyncLaptop, who: str, status: str = "rejected") -> str:
    """The person's referral is decided on today."""
    ((referral,),) = laptop.local(f"SELECT id FROM referral WHERE patient = '{who}'")
    with laptop.store.work(author=laptop.user, now=laptop.clock.now(), new_id=laptop.new_id) as work:
        said = {"status": status, "decided_on": laptop.clock.now().date().isoformat(), "decided_by": laptop.user}
        return work.save([work.change("referral", referral, "triage", said)], patient=who)


def payloads(laptop: SyncLaptop, who: str) -> int:
    """How many payloads of a person's change sets are on the disk."""
    return len(laptop.local(f"""SELECT 1 FROM change_set WHERE body IS NOT NULL AND instr(head, '"{who}"') > 0"""))


def heads(laptop: SyncLaptop, who: str) -> int:
    return len(laptop.local(f"""SELECT 1 FROM change_set WHERE instr(head, '"{who}"') > 0"""))


def left_out(town: Town) -> tuple[SyncLaptop, SyncLaptop, SyncLaptop, str, str]:
    """Of two people one left the scope of nurses; a lead's laptop has them still."""
    ann, bea, lea = town.joined("ann", "bea", "lea")
    gone, stays = ann.person("GONE"), ann.person("STAYS")
    ann.note(gone, "told long ago")
    bea.settle()
    decided(ann, gone)
    town.meet(2)
    town.passes(days=126)
    bea.note(stays, "and life goes on")
    town.meet(2)
    return ann, bea, lea, gone, stays


def test_who_left_is_neither_shown_nor_found_and_payloads_go_after_35_days(town: Town) -> None:
    ann, bea, lea, gone, stays = left_out(town)
    for each in (ann, bea):
        assert each.people() == {stays}
        assert not each.local(f"SELECT 1 FROM visit WHERE patient = '{gone}'")
        assert payloads(each, gone) == heads(each, gone) == 3
        assert each.verify().ok
        assert each.sync().all_sent
        assert each.calls == ["hello"]
    assert lea.people() == {gone, stays}
    town.passes(days=34)
    ann.settle()
    assert payloads(ann, gone) == 3
    town.passes(days=2)
    ann.settle()
    assert (payloads(ann, gone), heads(ann, gone)) == (0, 3)
    assert payloads(ann, stays) > 0
    assert ann.verify().ok


def test_what_is_held_for_a_lead_of_somebody_whose_payloads_have_gone_goes_after_them(
    town: Town, tmp_path: Path
) -> None:
    """A copied disk brings work of before, under the identity of both, when the other has put its person away."""
    ann, bea = town.joined("ann", "bea")
    gone, stays = ann.person("GONE"), ann.person("STAYS")
    town.meet(2)
    twin = ann.cloned(tmp_path / "twin")
    held = twin.save(item("user", twin.user, "account", username="ann"), patient=gone)
    bea.settle()
    decided(bea, gone)
    for _ in range(2):
        bea.settle()
        ann.settle()
    for days in (126, 36):
        town.passes(days=days)
        bea.note(stays, "and life goes on")
        bea.settle()
        ann.settle()
    assert payloads(ann, gone) == 0
    twin.settle()
    assert held in town.held()
    for _ in range(2):
        ann.settle()
    assert ann.local(f"SELECT 1 FROM change_set WHERE cs_id = '{held}'")
    assert payloads(ann, gone) == 0
    assert ann.verify().ok


def test_reg_B27_who_comes_back_brings_all_of_it_once_and_then_nothing_moves(town: Town) -> None:
    ann, bea, lea, gone, stays = left_out(town)
    town.passes(days=40)
    town.meet(2)
    assert payloads(ann, gone) == 0
    lea.note(gone, "while they were away")
    decided(lea, gone, "waiting_information")
    town.meet(2)
    for each in (ann, bea):
        assert each.people() == {gone, stays}
        assert payloads(each, gone) == 5
        assert each.verify().ok
    assert same_records((ann, bea, lea))
    for _ in range(100):
        done = ann.sync()
        assert (done.sent, done.received) == (0, 0)
        assert ann.calls == ["hello"]


def test_reg_B27_a_laptop_that_joins_late_has_everybody_whole(town: Town) -> None:
    _, _, lea, gone, stays = left_out(town)
    cat = town.laptop("cat")
    cat.settle()
    assert cat.people() == {stays}
    assert heads(cat, gone) == 0
    decided(lea, gone, "waiting_information")
    lea.settle()
    cat.settle()
    assert cat.people() == {gone, stays}
    assert same_records((cat, lea))


def test_nothing_unsent_is_put_away(town: Town) -> None:
    ann, _, _, gone, _ = left_out_but_for_a_word(town)
    assert gone in ann.people()
    word = ann.note(gone, "one word more")
    ann.meddle = lambda name, number: "cut" if name == "push" else None
    ann.sync()
    ann.sync()
    assert gone in ann.people()
    assert word in ann.outbox()
    ann.meddle = lambda name, number: None
    ann.settle()
    ann.sync()
    assert word in town.at_hub()


def test_nobody_is_put_away_of_whom_something_was_saved_while_the_exchange_ran(town: Town) -> None:
    ann, _, _, gone, stays = left_out_but_for_a_word(town)
    word = ""
    for step in ann.steps():
        if step.what == "verify" and not word:
            word = ann.note(gone, "typed after all was sent")
    assert ann.local(f"SELECT left_at IS NOT NULL FROM scope_person WHERE patient = '{gone}'") == [(1,)]
    assert ann.outbox() == {word}
    assert ann.people() == {gone, stays}
    assert ann.holds(word)
    ann.settle()
    assert word in town.at_hub()
    assert ann.people() == {stays}


def left_out_but_for_a_word(town: Town) -> tuple[SyncLaptop, SyncLaptop, SyncLaptop, str, str]:
    ann, bea, lea = town.joined("ann", "bea", "lea")
    gone, stays = ann.person("GONE"), ann.person("STAYS")
    decided(ann, gone)
    town.meet(2)
    town.passes(days=126)
    return ann, bea, lea, gone, stays


def test_a_draft_about_somebody_keeps_them(town: Town) -> None:
    ann, bea, _, gone, stays = left_out_but_for_a_word(town)
    with ann.store.work(author=ann.user, now=ann.clock.now(), new_id=ann.new_id) as work:
        work.keep_draft("visit", gone, gone, b"half a sentence")
    bea.note(stays, "x")
    town.meet(2)
    assert gone in ann.people()
    assert gone not in bea.people()
    with ann.store.work(author=ann.user, now=ann.clock.now(), new_id=ann.new_id) as work:
        work.discard_draft("visit", gone)
    ann.sync()
    assert gone not in ann.people()


def test_reg_B23_nothing_is_put_away_before_the_first_exchange_is_complete(town: Town) -> None:
    ann, _, _, gone, stays = left_out_but_for_a_word(town)
    with ann.store.work(author="", now=ann.clock.now(), new_id=ann.new_id) as work:
        work.connection.exec_driver_sql("UPDATE joined_hub SET complete_at = NULL")
        work.connection.execute(scope_person.update().values(left_at=ann.clock.now().isoformat()))
        assert scoping.leaving(work.connection, ann.clock.now() + timedelta(days=400)) == []
    assert ann.people() == {gone, stays}


def over_from_the_first(town: Town) -> tuple[SyncLaptop, SyncLaptop, str, str]:
    """Two laptops with somebody on both, and somebody whom the first wrote down when it was over and sent, no more."""
    ann, bea = town.joined("ann", "bea")
    stays = ann.person("STAYS")
    town.meet(2)
    town.fold()
    town.meet(1)
    over = ann.new_id()
    ann.save(
        item("patient", over, "name", family="OVER", given="Doreen"),
        item("patient", over, "team", team=town.team),
        item("patient", over, "death", died_on="2020-01-05"),
        patient=over,
    )
    assert not ann.killed_after(2, ann.steps()), "cut once it was sent"
    assert ann.outbox() == set()
    assert ann.people() == {stays, over}
    return ann, bea, stays, over


def test_who_was_over_before_any_list_could_name_them_is_put_away_too(town: Town) -> None:
    """The list of people is the same before and after: they were never on it."""
    ann, bea, stays, _ = over_from_the_first(town)
    town.fold()
    for each in (ann, bea):
        each.settle()
        assert each.people() == {stays}
        assert each.sync().all_sent
        assert each.calls == ["hello"]


def test_who_was_never_on_a_list_is_put_away_though_the_hub_heard_more_of_them_meanwhile(town: Town) -> None:
    """The list that first leaves them out is older than the newest word of them, and the next has the same name."""
    ann, _, stays, over = over_from_the_first(town)
    town.fold()
    ann.save(item("patient", over, "name", family="OVER", given="Dora"), patient=over)
    ann.sync()
    assert ann.people() == {stays, over}
    town.fold()
    ann.settle()
    assert ann.people() == {stays}
    assert ann.sync().all_sent
    assert ann.calls == ["hello"]


def test_most_people_do_not_leave_on_one_word(town: Town) -> None:
    (ann,) = town.joined("ann")
    everyone = {ann.person(f"P{number}") for number in range(20)}
    ann.settle()
    feed = f"team:{town.team}"
    few = tuple(sorted(everyone)[:3])
    said = Scope(scope=b"s" * 16, people=few, seq=1_000)
    assert ann.side.take_scope(feed, said).doubted
    assert ann.local("SELECT count(*) FROM scope_person WHERE left_at IS NOT NULL") == [(0,)]
    other = Scope(scope=b"t" * 16, people=few[:2], seq=1_000)
    assert ann.side.take_scope(feed, other).doubted
    assert not ann.side.take_scope(feed, other).doubted
    assert ann.local("SELECT count(*) FROM scope_person WHERE left_at IS NOT NULL") == [(18,)]


def test_most_people_do_not_leave_on_one_word_though_no_list_had_them_yet(town: Town) -> None:
    """Work that came in or was sent a moment ago is of people whom no list has named so far."""
    (ann,) = town.joined("ann")
    everyone = {ann.person(f"P{number}") for number in range(20)}
    ann.settle()
    with ann.store.work(author="", now=ann.clock.now(), new_id=ann.new_id) as work:
        work.connection.exec_driver_sql("DELETE FROM scope_person")
    feed = f"team:{town.team}"
    said = Scope(scope=b"s" * 16, people=tuple(sorted(everyone)[:3]), seq=1_000)
    assert ann.side.take_scope(feed, said).doubted
    assert ann.local("SELECT count(*) FROM scope_person WHERE left_at IS NOT NULL") == [(0,)]
    assert not ann.side.take_scope(feed, said).doubted
    assert ann.local("SELECT count(*) FROM scope_person WHERE left_at IS NOT NULL") == [(17,)]


def test_a_list_that_is_older_than_somebody_does_not_send_them_away(town: Town) -> None:
    (ann,) = town.joined("ann")
    first, second = ann.person("FIRST"), ann.person("SECOND")
    town.meet(2)
    feed = f"team:{town.team}"
    assert ann.side.take_scope(feed, Scope(scope=b"s" * 16, people=(first,), seq=1)).doubted
    assert ann.local("SELECT patient FROM scope_person WHERE left_at IS NOT NULL") == []
    assert not ann.side.take_scope(feed, Scope(scope=b"t" * 16, people=(first,), seq=2)).doubted
    assert ann.local("SELECT patient FROM scope_person WHERE left_at IS NOT NULL") == [(second,)]


def test_a_list_taken_in_part_does_not_stand_under_the_name_of_the_one_before(town: Town) -> None:
    """A hub that was restored names somebody again who had left, and then its newer list comes back."""
    ann, _, _, gone, stays = left_out(town)
    feed = f"team:{town.team}"
    listed = "SELECT patient FROM scope_person WHERE left_at IS NULL"
    assert ann.local(listed) == [(stays,)]
    ann.side.take_scope(feed, Scope(scope=b"s" * 16, people=(gone, stays), seq=1))
    ann.side.entered(feed, (gone,), {})
    assert len(ann.local(listed)) == 2
    ann.settle()
    assert ann.local(listed) == [(stays,)]
    assert ann.people() == {stays}
    assert ann.sync().all_sent
    assert ann.calls == ["hello"]


# --- quarantine ----------------------------------------------------------------------------------


def by_nobody_known(laptop: SyncLaptop, who: str) -> str:
    """Written by somebody the hub does not know."""
    return laptop.save(
        item("visit", laptop.new_id(), "not_gone_ahead", patient=who, reason="no_access", note="held"),
        patient=who,
        author="0193aaaa-0000-7000-8000-00000000beef",
    )


def test_reg_B22_what_waits_for_a_lead_counts_nowhere_until_it_is_adopted(town: Town) -> None:
    ann, bea, lea = town.joined("ann", "bea", "lea")
    who = ann.person()
    before = ann.note(who, "good")
    town.meet(2)
    held = by_nobody_known(ann, who)
    after = ann.note(who, "good, too")
    assert ann.holds(held)
    done = ann.sync()
    assert (done.quarantined, done.pending) == (1, 0)
    assert list(town.held()) == [held]
    assert not ann.holds(held)
    assert ann.local("SELECT cs_id, state FROM review") == [(held, "waiting")]
    assert ann.holds(before)
    assert ann.holds(after)
    town.meet(1)
    assert same_records((ann, bea, lea))
    assert ann.verify().ok
    lea.save(
        item("review", held, "decided", state="adopted", reason="known to us", by=lea.user, at="2026-11-17"),
        patient=None,
    )
    lea.settle()
    town.meet(2)
    for each in (ann, bea, lea):
        assert each.holds(held)
        assert each.verify().ok
    assert ann.local("SELECT cs_id, state FROM review") == [(held, "adopted")]
    assert same_records((ann, bea, lea))
    assert ann.sync().all_sent
    assert ann.calls == ["hello"]


def test_what_a_lead_returns_stays_out_and_its_author_is_told(town: Town) -> None:
    ann, lea = town.joined("ann", "lea")
    who = ann.person()
    town.meet(2)
    held = by_nobody_known(ann, who)
    ann.settle()
    said = {"state": "returned", "reason": "not ours", "by": lea.user, "at": "2026-11-17"}
    lea.save(item("review", held, "decided", **said), patient=None)
    lea.settle()
    ann.settle()
    assert not ann.holds(held)
    assert ann.local("SELECT cs_id, state FROM review") == [(held, "returned")]
    assert ann.verify().ok


@pytest.mark.parametrize("first", ["ann", "lea"])
def test_F66_what_a_lead_had_returned_waits_for_nobody_after_a_restore(town: Town, first: str) -> None:
    """Whichever laptop comes first: the one that wrote it, or one that brings the decision back."""
    ann, lea = town.joined("ann", "lea")
    who = ann.person()
    town.meet(2)
    copy = town.backup()
    held = by_nobody_known(ann, who)
    ann.settle()
    said = {"state": "returned", "reason": "not ours", "by": lea.user, "at": "2026-11-17"}
    lea.save(item("review", held, "decided", **said), patient=None)
    lea.settle()
    ann.settle()
    town.restored(copy)
    for each in (ann, lea) if first == "ann" else (lea, ann):
        each.settle()
    town.meet(2)
    assert lea.hub.held()[0].reviews == ()
    assert not ann.holds(held)
    assert ann.local("SELECT cs_id, state FROM review") == [(held, "returned")]


def test_reg_B35_what_is_poison_does_not_stop_the_queue(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    queue = [by_nobody_known(ann, who) if number % 3 == 1 else ann.note(who, f"{number}") for number in range(12)]
    done = ann.settle()
    assert done.pending == 0
    bea.settle()
    assert [bea.holds(each) for each in queue] == [number % 3 != 1 for number in range(12)]
    assert {row[0] for row in ann.local("SELECT cs_id FROM change_set")} >= set(queue)


@pytest.mark.parametrize("adopted", [True, False])
def test_B22_F66_a_restored_hub_hears_of_what_waited_again(town: Town, adopted: bool) -> None:
    ann, bea, lea = town.joined("ann", "bea", "lea")
    who = ann.person()
    town.meet(2)
    copy = town.backup()
    held = by_nobody_known(ann, who)
    more = ann.note(who, "good")
    ann.settle()
    if adopted:
        lea.save(item("review", held, "decided", state="adopted", reason="x", by=lea.user, at="2026"), patient=None)
        lea.settle()
        town.meet(2)
    town.restored(copy)
    town.meet(3)
    assert more in town.at_hub()
    assert held in {*town.held(), *town.at_hub()}
    assert bea.holds(held) == ann.holds(held)
    assert same_records((ann, bea))
    assert ann.verify().ok
