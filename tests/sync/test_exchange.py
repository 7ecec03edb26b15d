"""Two laptops that were apart meet again, and nobody's words are gone."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from smf_core.operations.exchange import Size
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Exceptional, Outcome, Pushed, Run
from smf_hub.service.managing import revoke
from smf_hub.service.people import laptops
from tests.support.laptops import SyncLaptop, Town, same_records, untouched
from tests.support.stores import item


def test_what_one_saves_the_other_reads(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    visit = ann.note(who, "Nobody in")
    sent = ann.sync()
    assert (sent.sent, sent.received, sent.pending, sent.digest_equal) == (2, 0, 0, True)
    assert sent.all_sent
    got = bea.sync()
    assert (got.sent, got.received, got.all_sent) == (0, 2, True)
    assert bea.holds(visit)
    assert who in bea.people()
    assert same_records((ann, bea))
    assert ann.verify().ok
    assert bea.verify().ok


def test_an_exchange_with_nothing_new_ends_at_hello(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    ann.person()
    town.meet()
    for each in (ann, bea):
        done = each.sync()
        assert each.calls == ["hello"]
        assert done.all_sent


def test_F27_a_laptop_that_was_shut_out_hands_in_what_is_unsent_and_no_more(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    revoke(town.place, ann.device)
    assert ann.sync().trouble is Trouble.REVOKED
    assert ann.calls == ["hello"]
    late = ann.note(who, "written before she was told")
    ann.sync()
    assert [name for name in ann.calls if name != "hello"] == ["push"]
    assert set(town.held()) == {late}


def test_what_was_pushed_is_not_pulled_again(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    for number in range(30):
        ann.note(who, f"{number}")
    done = ann.sync()
    assert (done.sent, done.received) == (31, 0)
    pages = [arguments[0] for name, arguments in ann.wires[-1].said if name == "pull"]
    assert {page.feed: page.after.seq for page in pages}[f"team:{town.team}"] == 31


def test_reg_B28_own_work_that_comes_back_is_no_news(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet()
    for number in range(5):
        ann.note(who, f"ann {number}")
        bea.note(who, f"bea {number}")
    bea.sync()
    log = "SELECT cs_id, hex(chain), hex(cs_hash) FROM change_set WHERE chain NOT NULL ORDER BY seq"
    own, written = ann.local(log), ann.rows()["item"]
    got = ann.sync()  # behind what bea sent, so its own come back in the pages
    assert got.received == 5
    assert ann.local(log) == own
    assert len(ann.rows()["item"]) == len(written) + 5
    assert bea.sync().received == 5
    assert same_records((ann, bea))
    assert len(town.at_hub()) == len(set(town.at_hub()))
    assert ann.verify().ok


def test_reg_B29_what_is_sent_again_changes_no_place(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    ann.note(who, "Nobody in")
    ann.meddle = lambda name, number: "twice" if name == "push" else None
    assert ann.settle().all_sent
    heads = town.heads()
    bea.settle()
    with ann.store.work(author="", now=ann.clock.now(), new_id=ann.new_id) as work:
        own = "SELECT cs_id, replica, seq FROM change_set WHERE chain NOT NULL"
        work.connection.exec_driver_sql(f"INSERT INTO outbox (cs_id, replica, seq) {own}")
    assert ann.settle().all_sent
    assert town.heads() == heads
    assert bea.sync().received == 0
    assert bea.calls == ["hello"]


def test_reg_B33_nothing_leaves_the_outbox_but_by_a_receipt_whose_chain_is_ours(town: Town) -> None:
    (ann,) = town.joined("ann")
    ann.note(ann.person(), "Nobody in")
    waiting = ann.outbox()
    for said in (
        Pushed(),
        Pushed(runs=(Run(feed=f"team:{town.team}", first=1, last=2, chain_before=bytes(32), chain_after=bytes(32)),)),
        Pushed(exceptions=(Exceptional(at=0, outcome=Outcome.DUPLICATE), Exceptional(at=1, outcome=Outcome.DUPLICATE))),
        Pushed(exceptions=(Exceptional(at=7, outcome=Outcome.DUPLICATE, feed="service", seq=1),)),
    ):
        batch = ann.side.batch(ann.replicas()["records"], 1, Size(200, 10**6))
        assert batch is not None
        with pytest.raises(HubTrouble, match="bad_reply"):
            ann.side.receipt(batch.change_sets, said)
        assert ann.outbox() == waiting
    assert ann.settle().all_sent


def test_reg_B12_clocks_an_hour_apart_make_no_conflict(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet()
    bea.clock.is_set(by=timedelta(hours=-1))
    for number in range(60):
        (ann, bea)[number % 2].phone(who, f"01632 960{number:03}")
        (ann, bea)[number % 2].settle()
        (bea, ann)[number % 2].settle()
    assert ann.side.apart() == bea.side.apart() == Counter()
    assert ann.record("patient", who).units["phone", None]["phone"] == "01632 960059"
    assert same_records((ann, bea))


@pytest.mark.parametrize("years", [-10, 1, 10])
def test_reg_B11_B13_a_clock_that_is_wrong_by_years_stops_nothing(town: Town, years: int) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet()
    ann.clock.is_set(by=timedelta(days=365 * years))
    ann.note(who, "from another year")
    visit = bea.note(who, "from this year")
    ann.settle()
    bea.settle()
    ann.settle()
    assert town.held() == {}
    assert ann.holds(visit)
    assert same_records((ann, bea))
    offset = ann.local("SELECT offset_ms FROM joined_hub")[0][0]
    assert abs(offset / 1000 + years * 365 * 86400) < 60
    stamps = [row[0] for row in bea.local("SELECT ms FROM replica")]
    hub_ms = town.clock.now().timestamp() * 1000
    assert all(stamp <= hub_ms + 10 * 60_000 for stamp in stamps)  # others' clocks do not run away with one


def test_reg_B03_a_laptop_that_joins_while_everybody_writes_holds_what_a_replay_from_zero_gives(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    people = [ann.person() for _ in range(30)]
    ann.settle()
    cat = town.laptop("cat")
    steps, number = cat.steps(), 0
    for _ in steps:
        for each in (ann, bea):
            each.note(people[number % len(people)], f"{number}")
            each.person()
            each.sync()
        number += 1
    assert number > 3
    for each in (cat, ann, bea):
        each.settle()
    assert same_records((ann, bea, cat))
    assert sorted(town.at_hub()) == sorted(set(town.at_hub()))
    assert cat.verify().ok


def left(town: Town, laptop: SyncLaptop) -> tuple[int, datetime]:
    """What a lead is told that a laptop had left, and as of when."""
    (note,) = (each for each in laptops(town.place, {town.team}) if each.device == laptop.device)
    return note.unsent, datetime.fromisoformat(str(note.last_seen))


def test_a_lead_is_told_what_was_left_at_the_end_of_an_exchange_and_not_at_its_beginning(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    for number in range(3):
        ann.note(who, f"note {number}")
    town.passes(minutes=30)
    ann.settle()
    assert left(town, ann) == (0, town.clock.now())
    ann.settle()  # the scope that the hub reckons from what came
    ann.sync()
    assert ann.calls == ["hello"]  # no word more is needed for it


def test_a_lead_is_told_of_colleagues_work_that_only_this_laptop_still_holds(town: Town) -> None:
    """After a restore: a laptop that looks as if it had nothing left would be given up too early."""
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    bea.note(who, "of her own, which is at the hub for good")
    town.meet(2)
    copy = town.backup()
    for number in range(3):
        ann.note(who, f"since the backup {number}")
    town.meet(2)
    town.restored(copy)
    steps = bea.steps()
    while bea.calls.count("hello") < 2:
        next(steps)
    steps.close()
    assert left(town, bea)[0] == 3
    bea.settle()
    assert left(town, bea)[0] == 0


@pytest.mark.parametrize("how", ["cut", "lost"])
def test_a_lead_is_told_what_the_hub_lacks_of_an_exchange_that_was_cut(town: Town, how: str) -> None:
    """Whether the second push arrives or its answer is lost, what is told is what the hub really has not."""
    (ann,) = town.joined("ann")
    who = ann.person()
    saves = {ann.note(who, "x" * 60_000 + str(number)) for number in range(50)}
    pushed = iter(range(99))
    ann.meddle = lambda name, number: how if name == "push" and next(pushed) >= 1 else None
    assert ann.sync().trouble is not None
    waiting = len(ann.outbox())
    assert waiting > 0
    lacking = len(ann.outbox() - set(town.at_hub()))
    assert left(town, ann)[0] == lacking
    ann.meddle = untouched
    ann.settle()
    assert left(town, ann)[0] == 0
    assert saves <= set(town.at_hub())


def test_F63_five_hundred_people_change_hands_while_laptops_exchange_and_nobody_is_orphaned(town: Town) -> None:
    """A lead hands a caseload over between the steps of others' exchanges, while its nurse writes on about them."""
    ann, bea, lea = town.joined("ann", "bea", "lea")
    pathways = {ann.new_id(): ann.new_id() for _ in range(500)}
    with ann.store.work(author=ann.user, now=ann.clock.now(), new_id=ann.new_id) as work:
        for who, episode in pathways.items():
            opened = {"patient": who, "skill": "insulin", "checklist_version": "1", "opened_on": "2026-11-01"}
            said = [
                item("patient", who, "name", family="OKAFOR", given="Ade"),
                item("patient", who, "team", team=town.team),
                item("episode", episode, "opened", **opened),
                item("episode", episode, "nurse", nurse=ann.user),
            ]
            work.save(said, patient=who)
    town.meet(2)
    todo, notes = list(pathways.items()), []

    def hand_over(count: int) -> None:
        with lea.store.work(author=lea.user, now=lea.clock.now(), new_id=lea.new_id) as work:
            for who, episode in todo[:count]:
                work.save([work.change("episode", episode, "nurse", {"nurse": bea.user})], patient=who)
        del todo[:count]

    while todo:
        for each in (lea, ann, bea):
            steps = each.steps()
            for _ in steps:
                hand_over(40)
            notes.append(ann.note(next(reversed(pathways)), "while they change hands"))
    town.meet(2)
    assert town.held() == {}
    assert set(notes) <= set(town.at_hub())
    for each in (ann, bea, lea):
        assert each.people() == set(pathways)
        assert each.local("SELECT nurse, count(*) FROM episode GROUP BY nurse") == [(bea.user, 500)]
        assert all(each.holds(note) for note in notes)
    assert same_records((ann, bea))
