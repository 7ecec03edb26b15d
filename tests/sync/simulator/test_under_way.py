"""Requests are under way while a laptop works, is locked, is killed; others push, and the hub is started anew."""

from pathlib import Path

import pytest

from smf_hub.app.handling import Request, Response
from tests.sync.simulator.flights import Flight, Killed, Way
from tests.sync.simulator.network import Faults
from tests.sync.simulator.oracle import Survivors, findings, told_true
from tests.sync.simulator.weeks import world_of
from tests.sync.simulator.world import Rates

OFTEN = Rates(crash=0.15, hub_crash=0.02, hub_restore=0.05, clone=0.0, pause=0.0)


class Road:
    """What a request goes by; says in which order what happened."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.way: Way = self.hears

    def hears(self, asked: Request) -> Response | None:
        self.seen.append(f"the hub heard {asked.path}")
        return Response(200, {}, asked.path.encode())

    def asks(self, *paths: str) -> list[bytes]:
        answers = []
        for path in paths:
            told = self.way(Request("GET", path))
            assert told is not None
            self.seen.append(f"{path} was answered")
            answers.append(told.body)
        return answers


def test_a_request_stands_still_before_the_hub_hears_it_and_before_its_answer_comes() -> None:
    road = Road()
    flight = Flight(lambda: road.asks("/a", "/b"), road)
    assert road.seen == []
    flight.moves()
    road.seen.append("something else")
    assert flight.found() == [b"/a", b"/b"]
    heard, answered = "the hub heard {}", "{} was answered"
    assert road.seen == [
        heard.format("/a"),
        "something else",
        answered.format("/a"),
        heard.format("/b"),
        answered.format("/b"),
    ]


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_what_was_sent_by_a_process_that_died_may_arrive_unless_it_has(moves: int) -> None:
    road = Road()
    flight = Flight(lambda: road.asks("/a", "/b"), road)
    for _ in range(moves):
        flight.moves()
    rest = flight.dies()
    assert (rest.path if rest else None) == ["/a", None, "/b"][moves]
    assert len(road.seen) == moves
    with pytest.raises(Killed):
        flight.found()


@pytest.mark.parametrize("seed", [2, 5])
def test_whatever_happens_while_requests_are_under_way_nothing_is_lost_or_doubled(seed: int, empty_store: Path) -> None:
    with world_of(seed, empty_store, OFTEN) as service:
        service.begins(3)
        for each in service.laptops:
            each.after_sync, each.piece, each.meets_most = told_true, 1, 20
            each.network.faults = Faults(reply_lost=0.04, late=0.02)
        service.week()
        survivors = Survivors.of(service)
        service.rests()
        story = service.world.story
        found = [story.named(one) for one in findings(service, survivors)]
        assert not found, "\n".join([story.told(), *found])
        assert service.world.counts["while a request was under way"] > 5
