"""The projector: what was accepted stands in the hub's records, once, whatever cuts it or cannot be folded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, func, select

from smf_core.operations.change_set import ChangeSet
from smf_core.records import tables as t
from smf_core.records import writing
from smf_core.records.tables import metadata
from smf_hub.service import projecting
from smf_hub.service.place import Place
from smf_hub.store import projected
from smf_hub.store import tables as of_hub
from tests.support.hubs import hub_again, new_hub, numbered, wait_for
from tests.support.worlds import Dump, dump
from tests.support.written import MORNING, Laptop, empty

TEAM = "team:derby"


def work(people: int = 6, replica: str = "laptop-1") -> list[ChangeSet]:
    """People with a pathway each; every second one is seen, and every third one discharged."""
    engine = empty()
    with engine.connect() as connection:
        laptop = Laptop(connection, replica=replica)
        for number in range(people):
            person, pathway = f"{replica} p{number}", f"{replica} e{number}"
            laptop.person(person, "Abernathy", f"Doreen {number}", "1951-03-14")
            laptop.episode(pathway, person)
            if number % 2:
                laptop.signed(
                    f"{replica} v{number}", person, MORNING + timedelta(days=number), {pathway: {"s1": "assisted"}}
                )
            if not number % 3:
                laptop.discharged(pathway)
        found = [each for each, _ in laptop.held]
    engine.dispose()
    return found


def of_laptop(change_sets: list[ChangeSet]) -> Dump:
    engine = empty()
    with engine.begin() as connection:
        writing.write(connection, [(each, None) for each in change_sets])
        found = dump(connection)
    engine.dispose()
    return found


def of_hub_records(place: Place) -> Dump:
    with place.records.read() as connection:
        return dump(connection)


def positions(place: Place) -> dict[str, int]:
    with place.records.read() as connection:
        return projected.positions(connection)


def events(place: Place, kind: str) -> int:
    with place.hub.read() as connection:
        return connection.scalar(select(func.count()).where(of_hub.event.c.kind == kind)) or 0


def test_the_records_of_the_hub_are_those_of_a_laptop_row_by_row(place: Place) -> None:
    done, more = work(), work(replica="laptop-2")
    numbered(place, TEAM, done[:5])
    numbered(place, "team:other", more)
    numbered(place, TEAM, done[5:])
    assert projecting.catch_up(place, limit=4) == len(done) + len(more)
    assert projecting.step(place) == 0
    assert of_hub_records(place) == of_laptop(done + more)
    assert positions(place) == {TEAM: len(done), "team:other": len(more)}


def test_cut_at_any_place_it_goes_on_as_if_nothing_had_been(hub_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = work()
    with new_hub(hub_url) as place:
        numbered(place, TEAM, done)
        with monkeypatch.context() as moment:
            moment.setattr(projected, "move", _cut)
            with pytest.raises(ConnectionError):
                projecting.step(place, limit=4)
        assert positions(place) == {}
        assert of_hub_records(place)["change_set"] == []
        projecting.step(place, limit=4)
    with hub_again(hub_url) as place:
        assert positions(place) == {TEAM: 4}
        projecting.catch_up(place, limit=3)
        assert of_hub_records(place) == of_laptop(done)


def _cut(*_: object) -> None:
    raise ConnectionError


def test_rebuilt_it_is_the_same(place: Place) -> None:
    done = work()
    numbered(place, TEAM, done)
    projecting.catch_up(place)
    before = of_hub_records(place)
    projecting.rebuild(place)
    assert (positions(place), of_hub_records(place)["patient"]) == ({}, [])
    projecting.catch_up(place, limit=7)
    assert of_hub_records(place) == before


def poisoned(monkeypatch: pytest.MonkeyPatch, cs_ids: set[str], raising: Exception) -> None:
    """This version cannot fold these."""
    whole: Callable[..., Any] = writing.write

    def write(connection: Connection, change_sets: list[tuple[ChangeSet, bytes | None]]) -> Any:
        found = whole(connection, change_sets)  # as our own faults do, it fails when half is written
        if cs_ids & {each.head.cs_id for each, _ in change_sets}:
            raise raising
        return found

    monkeypatch.setattr(projecting, "write", write)


def test_what_cannot_be_folded_stops_nothing_else_and_is_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = work()
    bad = {done[3].head.cs_id, done[7].head.cs_id}
    numbered(place, TEAM, done)
    with monkeypatch.context() as moment:
        poisoned(moment, bad, ValueError("a name that may not be told"))
        assert projecting.catch_up(place) == len(done)
        assert positions(place) == {TEAM: len(done)}
        assert of_hub_records(place) == of_laptop([each for each in done if each.head.cs_id not in bad])
        assert events(place, "passed_over") == 2
        assert projecting.retry(place) == 2
    assert projecting.retry(place) == 0
    assert of_hub_records(place) == of_laptop(done)
    with place.hub.read() as connection:
        told = list(connection.scalars(select(of_hub.event.c.detail)))
    assert sorted(told) == sorted(f"{cs_id} ValueError" for cs_id in bad)


@pytest.mark.logs  # the driver may tell that it left a pipeline at an error
def test_text_that_postgresql_cannot_index_stops_nothing(place: Place) -> None:
    engine = empty()
    with engine.connect() as connection:
        laptop = Laptop(connection)
        odd = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(9_000))
        laptop.person("p1", odd, "A\0b", "1951-03-14")
        laptop.person("p2", "Baker", "Ada", "1951-03-14")
    engine.dispose()
    numbered(place, TEAM, [each for each, _ in laptop.held])
    projecting.catch_up(place)
    assert "Baker" in [row[1] for row in of_hub_records(place)["patient"]]
    assert positions(place) == {TEAM: 2}


@pytest.mark.parametrize("world", [OSError("disk"), psycopg.OperationalError("server"), MemoryError()])
def test_a_failing_disk_is_no_poison(place: Place, monkeypatch: pytest.MonkeyPatch, world: Exception) -> None:
    done = work(2)
    numbered(place, TEAM, done)
    with monkeypatch.context() as moment:
        poisoned(moment, {done[1].head.cs_id}, world)
        with pytest.raises(type(world)):
            projecting.step(place)
    assert (positions(place), events(place, "passed_over")) == ({}, 0)
    projecting.step(place)
    assert of_hub_records(place) == of_laptop(done)


def test_the_thread_follows_what_comes_and_ends_with_its_hub(place: Place) -> None:
    done = work()
    numbered(place, TEAM, done[:6])
    with projecting.projecting(place):
        numbered(place, TEAM, done[6:])
        place.woken()
        wait_for(lambda: positions(place) == {TEAM: len(done)})
    assert of_hub_records(place) == of_laptop(done)


@contextmanager
def somebody_asking(place: Place) -> Iterator[None]:
    """Somebody sends or fetches, again and again."""
    done = Event()

    def ask() -> None:
        while not done.wait(0.01):
            place.asked()

    asker = Thread(target=ask)
    asker.start()
    try:
        yield
    finally:
        done.set()
        asker.join()


def test_whoever_sends_or_fetches_goes_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    done = work(2)
    monkeypatch.setattr(projecting, "PATIENCE", 10_000)
    folded: list[int] = []
    step = projecting.step

    def counted(place: Place) -> int:
        folded.append(step(place))
        return folded[-1]

    monkeypatch.setattr(projecting, "step", counted)
    with projecting.projecting(place):
        wait_for(lambda: folded == [0])  # it has begun, and waits
        with somebody_asking(place):
            numbered(place, TEAM, done)
            place.woken()
            Event().wait(2 * projecting.IDLE)
            assert not sum(folded)
        wait_for(lambda: positions(place) == {TEAM: len(done)})


def test_somebody_who_never_stops_asking_does_not_stop_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    done = work(2)
    monkeypatch.setattr(projecting, "SETTLE", 0.05)
    numbered(place, TEAM, done[:2])
    with projecting.projecting(place):
        wait_for(lambda: positions(place) == {TEAM: 2})
        with somebody_asking(place):
            numbered(place, TEAM, done[2:])
            place.woken()
            wait_for(lambda: positions(place) == {TEAM: len(done)})


@pytest.mark.logs
def test_the_thread_outlives_a_failing_disk(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    done = work(2)
    tried: list[int] = []
    whole = projected.take

    def take(connection: Connection) -> dict[str, int]:
        tried.append(1)
        if len(tried) < 4:
            raise OSError
        return whole(connection)

    monkeypatch.setattr(projected, "take", take)
    monkeypatch.setattr(projecting, "IDLE", 0.005)
    numbered(place, TEAM, done)
    with projecting.projecting(place):
        wait_for(lambda: positions(place) == {TEAM: len(done)})


def test_every_table_of_the_records_is_there_on_both(place: Place) -> None:
    assert set(of_hub_records(place)) == {table.name for table in metadata.sorted_tables}
    assert t.patient.name in of_hub_records(place)
