"""Whole exchanges over real sockets: what two laptops and a hub do in process, they do over a line that breaks, too."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.remote.hub import RemoteHub
from smf_desktop.sync.session import exchange, run
from smf_desktop.sync.steps import Exchanged, Who
from smf_hub.app.app import OfPlace
from smf_hub.service.managing import revoke
from tests.support.keys import chance
from tests.support.laptops import APP, SyncLaptop, Town
from tests.support.proxies import Fault, bad_line
from tests.support.receptions import served


@contextmanager
def reached(laptop: SyncLaptop, url: str) -> Iterator[RemoteHub]:
    hub = RemoteHub(
        url,
        device=laptop.device,
        signing_key=laptop.key.private_bytes_raw(),
        hub_key=laptop.town.place.identity.public_key,
        clock=laptop.clock,
        random=chance(laptop.town.numbers()),
    )
    try:
        yield hub
    finally:
        hub.close()


def sync(laptop: SyncLaptop, url: str) -> Exchanged:
    laptop.town.fold()
    with reached(laptop, url) as hub:
        return run(exchange(hub, laptop.side, laptop.clock, Who(APP, laptop.key.sign)))


def settle(laptop: SyncLaptop, url: str) -> Exchanged:
    for _ in range(6):
        done = sync(laptop, url)
        if done.all_sent:
            return done
    raise AssertionError(f"{laptop.name} does not come to rest: {done}")


@pytest.fixture
def url(town: Town) -> Iterator[str]:
    with served(OfPlace(town.place)) as url:
        yield url


def test_two_laptops_meet_over_the_network(town: Town, url: str) -> None:
    ann, bea = town.laptop("ann"), town.laptop("bea")
    who = ann.person()
    ann.note(who, "Nobody at home; a card was left.")
    settle(ann, url)
    settle(bea, url)
    assert bea.people() == {who}
    assert ann.rows() == bea.rows()
    assert ann.outbox() == set()


@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE_SEND, Fault.CUT_BEFORE_REPLY, Fault.CUT_REPLY, Fault.ALTER_REPLY])
def test_F38_an_exchange_cut_at_each_of_its_requests_loses_and_doubles_nothing(
    town: Town, url: str, fault: Fault
) -> None:
    ann, bea = town.laptop("ann"), town.laptop("bea")
    with bad_line(url) as line:
        people = set()
        for cut_after in range(5):
            people.add(ann.person(phone=f"01632 96000{cut_after}"))
            line.break_(fault, times=1, after=cut_after)
            sync(ann, line.url)
            line.mend()
            settle(ann, line.url)
        settle(bea, line.url)
    assert bea.people() == people
    assert ann.rows() == bea.rows()
    with town.place.hub.read() as connection:
        ids = [
            row[0] for row in connection.exec_driver_sql("SELECT cs_id FROM feed_change_set WHERE feed LIKE 'team%'")
        ]
    assert len(ids) == len(set(ids)) == 5


def test_F27_a_revoked_laptop_hands_in_its_work_for_review_and_gets_nothing(town: Town, url: str) -> None:
    ann, bea = town.laptop("ann"), town.laptop("bea")
    settle(ann, url)
    settle(bea, url)
    bea.person()
    settle(bea, url)
    revoke(town.place, ann.device)
    ann.person()
    done = sync(ann, url)
    assert ann.outbox() == set()
    assert (done.quarantined, done.trouble, done.all_sent) == (1, Trouble.REVOKED, False)
    assert sync(ann, url).trouble is Trouble.REVOKED
    assert len(ann.people()) == 0
    with town.place.hub.read() as connection:
        assert [row[0] for row in connection.exec_driver_sql("SELECT reason FROM quarantine")] != []
    with reached(ann, url) as hub:
        for ask in (hub.drafts, hub.laptops, lambda: hub.scope("service")):
            with pytest.raises(HubTrouble) as caught:
                ask()
            assert caught.value.why is Trouble.REVOKED


def test_F84_asking_for_what_is_not_yours_is_written_down_at_the_hub(town: Town, url: str) -> None:
    ann = town.laptop("ann")
    with reached(ann, url) as hub:
        run(exchange(hub, ann.side, ann.clock, Who(APP, ann.key.sign)))
        for feed in ("team:0192f000-0000-7000-8000-00000000ffff", "held:0192f000-0000-7000-8000-00000000ffff"):
            with pytest.raises(HubTrouble) as caught:
                hub.scope(feed)
            assert caught.value.why is Trouble.UNKNOWN
    asked = "SELECT device, detail FROM event WHERE kind = 'not_there'"
    with town.place.hub.read() as connection:
        noted = [tuple(row) for row in connection.exec_driver_sql(asked)]
    assert noted == [(ann.device, "GET /v1/sync/scope/{feed}")] * 2
