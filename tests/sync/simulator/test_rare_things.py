"""What is rare in a week, often in a few days: two nurses at one visit, somebody asked for, a laptop that is lost."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from tests.sync.simulator import asking, visiting
from tests.sync.simulator.acts import Hands
from tests.sync.simulator.laptop import SimLaptop
from tests.sync.simulator.network import HONEST
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
