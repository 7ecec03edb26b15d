"""While one batch or page is taken in the hub is at the next: cut anywhere, it is as if that had not been."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import enumerate as threads
from typing import TypeVar

import pytest

from smf_core.operations.exchange import Size
from smf_core.operations.hub import HubTrouble
from smf_desktop.sync.meanwhile import by_a_thread
from smf_desktop.sync.session import run
from smf_desktop.sync.steps import Pace
from tests.support.laptops import SyncLaptop, Town, came_to_rest

T = TypeVar("T")


@pytest.fixture(autouse=True)
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "size", Size(3, 1_000_000))


def at_once(act: Callable[[], T]) -> Callable[[], T]:
    """A hub that has always answered before anybody waits for it."""
    done: Future[T] = Future()
    try:
        done.set_result(act())
    except HubTrouble as trouble:
        done.set_exception(trouble)
    return done.result


def scene(town: Town) -> tuple[SyncLaptop, SyncLaptop, str, list[str]]:
    """Each has more to say than a batch and than a page holds."""
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    saves = [each.note(who, f"{number}") for number in range(8) for each in (ann, bea)]
    bea.settle()
    return ann, bea, who, saves


@pytest.mark.parametrize("how", [None, "cut", "lost", "twice"])
def test_killed_after_any_step_while_the_hub_is_ahead_it_comes_to_the_same_end(town: Town, how: str | None) -> None:
    ann, bea, who, saves = scene(town)
    for at in range(40):
        saves += [each.note(who, f"at {at}: {number}") for number in range(4) for each in (ann, bea)]
        bea.settle()
        ann.meddle = lambda name, number, at=at: how if number == at else None
        if ended := ann.killed_after(at + 1, ann.steps(at_once)):
            break
    assert ended
    ann.meddle = lambda name, number: None
    came_to_rest(town, ann, bea, saves)


def test_the_hub_is_at_the_next_while_one_is_taken_in(town: Town) -> None:
    ann, bea, _, saves = scene(town)
    begun: list[object] = []
    waited: list[object] = []

    def noted(act: Callable[[], T]) -> Callable[[], T]:
        begun.append(act)
        answer = at_once(act)

        def found() -> T:
            waited.append(act)
            return answer()

        return found

    ahead = [(step.what, len(begun) - len(waited)) for step in ann.steps(noted)]
    for what in ("push", "pull"):
        seen = [number for step, number in ahead if step == what]
        assert seen[:2] == [1, 1]
        assert seen[-1] == 0
    came_to_rest(town, ann, bea, saves)


def test_a_request_under_way_ends_with_its_exchange(town: Town) -> None:
    ann, bea, _, saves = scene(town)
    with by_a_thread() as apart:
        steps = ann.steps(apart)
        while next(steps).what != "push":
            pass
        steps.close()
    assert not [each for each in threads() if each.name.startswith("request")]
    with by_a_thread() as apart:
        assert run(ann.steps(apart)).all_sent
    came_to_rest(town, ann, bea, saves)
