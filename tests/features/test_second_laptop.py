"""Two laptops of a demo and their hub, a process of its own, over real sockets."""

from pathlib import Path

from smf_core.records.queries.disputes import people_apart
from smf_desktop.compose import Computer, House
from smf_desktop.compose.demo import SERVICE, TEAM, build_demo
from smf_desktop.compose.network import Network
from smf_desktop.compose.second_laptop import FIRST, SECOND, join_two
from smf_desktop.demo import loopback
from smf_desktop.sync.steps import Exchanged
from tests.support.houses import PASSWORD, computer
from tests.support.keys import ToldClock, chance


def told(done: int, total: int) -> bool:
    return True


def on(number: int) -> Computer:
    clock, random = ToldClock(), chance(100 + number)
    return computer(clock=clock, first_id=number * 10_000_000, seed=number, reach=lambda: Network(clock, random))


def exchanged(house: House, user: str) -> Exchanged:
    key = house.unlock(user, PASSWORD)
    try:
        return house.exchange(key, lambda told: None, lambda: False)
    finally:
        key.zero()


def apart(house: House, user: str) -> int:
    sitting = house.enter(house.unlock(user, PASSWORD))
    try:
        with sitting.session.read() as connection:
            return len(people_apart(connection))
    finally:
        sitting.close()


def test_a_demo_has_a_second_laptop_whose_work_meets_that_of_the_first(tmp_path: Path) -> None:
    first, second, hub = tmp_path / "demo", tmp_path / "second", tmp_path / "hub"
    build_demo(on(1), first, patients=6, months=2, seed=1, as_of=None, password=PASSWORD, progress=told)
    made = join_two(on(2), first, second, hub, service=SERVICE, team=TEAM, password=PASSWORD, progress=told)
    assert made["apart"] == 2
    with House(on(3), first) as one, House(on(4), second) as other:
        assert exchanged(one, FIRST).trouble == "unreachable"
        with loopback.serving(hub, int(made["url"].rpartition(":")[2])) as url:
            assert url == made["url"]
            here = exchanged(one, FIRST)
            assert (here.trouble, here.conflicts, here.pending) == (None, 2, 0)
            assert here.digest_equal
            there = exchanged(other, SECOND)
            assert (there.trouble, there.conflicts) == (None, 2)
        assert apart(one, FIRST) == apart(other, SECOND) == 2
        assert {each.username for each in other.card().users} == {"lead", "nurse", "nurse2", "admin"}
