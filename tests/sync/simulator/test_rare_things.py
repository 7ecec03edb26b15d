"""What is rare in a week, often in a few days: two nurses at one visit, somebody asked for, a laptop that is lost."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from tests.sync.simulator import asking, merging, visiting, wiping
from tests.sync.simulator.acts import Hands
from tests.sync.simulator.laptop import SimLaptop
from tests.sync.simulator.network import HONEST, Faults
from tests.sync.simulator.oracle import Hub as HubHolds
from tests.sync.simulator.oracle import Survivors, findings, i5_scope, told_true
from tests.sync.simulator.weeks import DAY, HOUR, Service, world_of
from tests.sync.simulator.world import Rates

CALM = Rates(crash=0.0, hub_crash=0.0)
Act = Callable[[Hands], str | None]


@pytest.fixture
def service(empty_store: Path) -> Iterator[Service]:
    """Two laptops of one team, of nurses and an assistant."""
    with world_of(1, empty_store, CALM) as made:
        made.begins(2)
        for each in made.laptops:
            each.after_sync = told_true
        yield made


def lives(service: Service, laptop: SimLaptop, acts: Sequence[Act], times: int) -> None:
    """So many acts of whoever uses it, an hour apart."""
    for _ in range(times):
        service.world.passes(HOUR)
        service.dice.choice(acts)(Hands(laptop))


def all_exchange(service: Service) -> None:
    for each in service.laptops:
        service.world.hub.follows()
        each.sync()


def ends_well(service: Service) -> None:
    survivors = Survivors.of(service)
    service.rests()
    story = service.world.story
    found = [story.named(one) for one in findings(service, survivors)]
    assert not found, "\n".join([story.told(), *found])


def test_two_nurses_at_one_visit_are_asked_about_and_neither_is_lost(service: Service) -> None:
    at_the_door = (visiting.sign_booked, visiting.sign_booked, visiting.not_gone_ahead)
    afterwards = (visiting.decide, visiting.decide, visiting.strike, Hands.amend)
    for _ in range(7):
        for each in service.laptops:
            lives(service, each, (visiting.book,), 2)
        all_exchange(service)
        for each in service.laptops:
            lives(service, each, at_the_door, 2)
        all_exchange(service)
        for each in service.laptops:
            visiting.decide(Hands(each, each.users[0]))
            lives(service, each, afterwards, 1)
    ends_well(service)
    counts = service.world.counts
    rare = ("not gone ahead", "decided about one that had not gone ahead", "struck")
    told = ("decided that there was one visit", "decided that there were two visits")
    assert all(counts.get(each) for each in (*rare, *told)), f"{counts}"


def test_who_is_asked_for_is_there_for_72_hours_on_each_laptop_that_asked(service: Service) -> None:
    for each in service.laptops:
        asking.known_once(Hands(each, each.users[0]))
    service.rests()
    for _ in range(4):
        for each in service.laptops:
            each.sync()
            asking.ask(Hands(each))
        all_exchange(service)
        for each in service.laptops:
            lives(service, each, (Hands.read, Hands.change), 2)
    ends_well(service)
    assert service.world.counts["let have somebody"] > 1
    service.world.passes(3 * DAY + HOUR)
    service.rests()
    assert not list(i5_scope(service, HubHolds.of(service)))


def test_what_a_laptop_that_was_wiped_had_not_sent_is_named(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = service.laptops[0]
    lives(service, lost, (Hands.new_person, Hands.change), 8)
    service.wipe(lost)

    def goes_nowhere(*said: object) -> None:
        raise HubTrouble(Trouble.UNREACHABLE)

    monkeypatch.setattr(lost.remote, "push", goes_nowhere)
    lost.network.faults, service.world.torture = HONEST, True
    while not lost.is_wiped:
        lost.sync()
    ends_well(service)
    assert service.world.counts["wiped with work that was not sent"] == 1
    assert service.world.wiped[0].told_at is not None


def test_a_laptop_that_joined_after_the_backup_is_known_again_and_so_is_that_it_was_shut_out(service: Service) -> None:
    shut_out, wiped = (service.joins(f"SMF-LT-00{number}", ("bea",)) for number in (8, 9))
    for each in (shut_out, wiped):
        lives(service, each, (Hands.new_person, Hands.visit), 3)
        each.sync()
    service.revoke(shut_out)
    service.wipe(wiped)
    for each in (shut_out, wiped):
        lives(service, each, (Hands.change, Hands.read), 3)
    service.hub_restored()
    all_exchange(service)
    ends_well(service)
    counts = service.world.counts
    assert counts["a laptop came back that the hub had forgotten"] == 2
    assert (shut_out.revoked, wiped.is_wiped) == (True, True)


def destroyed(service: Service) -> SimLaptop:
    """A laptop that joined after the hub's backup, and has begun to destroy its store with no network any more."""
    lost = service.joins("SMF-LT-009", ("bea",))
    lives(service, lost, (Hands.new_person, Hands.change), 6)
    service.wipe(lost)
    is_wiped = lost.after_wipe

    def goes_away() -> None:
        lost.network.faults, service.world.torture = Faults(lost=1.0), True
        is_wiped()

    lost.after_wipe = goes_away
    lost.sync()
    assert lost.is_wiped
    assert service.world.wiped[0].told_at is None
    return lost


def test_a_store_is_destroyed_however_often_the_power_goes(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiping, "POWER_CUT", 1.0)
    monkeypatch.setattr(wiping, "TOUCHED", (2, 2))
    lost = destroyed(service)
    for _ in range(6):
        wiping.come_to_the_door(lost)
    ends_well(service)
    assert service.world.counts["power cut in a wipe"] > 1
    assert service.world.wiped[0].told_at is not None


def test_that_a_store_was_destroyed_is_told_also_to_a_hub_that_has_forgotten_its_laptop(service: Service) -> None:
    destroyed(service)
    service.hub_restored()
    ends_well(service)
    assert service.world.counts["a laptop came back that the hub had forgotten"] == 1
    assert service.world.wiped[0].told_at is not None


def test_who_was_referred_twice_is_one_person_whatever_others_write_in_the_record_that_goes(service: Service) -> None:
    lead = service.joins("SMF-LT-004", ("lea",))
    everyday = (Hands.change, Hands.visit, Hands.accept, Hands.allergy, Hands.task, Hands.amend, visiting.book)
    for _ in range(6):
        lives(service, service.dice.choice(service.laptops), (merging.refer_anew,), 1)
        all_exchange(service)
        lives(service, lead, (merging.merge, merging.merge, merging.separate), 3)
        lead.sync()
        for each in service.laptops:
            lives(service, each, everyday, 4)
        all_exchange(service)
    ends_well(service)
    assert service.world.counts["merged"] > 1
    assert service.world.counts["taken apart"]
    accepted = HubHolds.of(service).accepted.values()
    links = {row.cs_id: row for row in accepted if row.body and b'"same_person"' in row.body}
    late = [
        row
        for row in accepted
        for link in links.values()
        if row.patient == link.patient and row.feed_seq > link.feed_seq and row.cs_id not in links
    ]
    assert len(late) > 1, "nobody wrote in a record that goes"
