"""An exchange cut at every place where it can be: nothing is lost, nothing doubled, and nobody is told it was done."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Mark, Page, Pull
from smf_core.operations.wire import Entry
from smf_desktop.store import exchanging, feeds
from smf_desktop.store.store import Store
from smf_desktop.sync.session import TRIES
from smf_desktop.sync.steps import Exchanged
from tests.support.laptops import SyncLaptop, Town, came_to_rest, same_records


def scene(town: Town) -> tuple[SyncLaptop, SyncLaptop, str, list[str]]:
    """Both have something to say, about one person and about others."""
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    saves = []
    for number in range(3):
        saves.append(ann.note(who, f"ann {number}"))
        saves.append(bea.note(who, f"bea {number}"))
    bea.person("OKAFOR")
    ann.phone(who, "01632 960111")
    bea.phone(who, "01632 960222")
    bea.settle()
    return ann, bea, who, saves


def steps_of(town: Town, laptop: SyncLaptop) -> int:
    steps = laptop.steps()
    for number in count():
        try:
            next(steps)
        except StopIteration:
            return number
    return 0


def test_reg_B05_F02_killed_after_any_step_it_comes_to_the_same_end(town: Town) -> None:
    ann, bea, who, saves = scene(town)
    for at in range(40):
        saves.append(ann.note(who, f"before step {at}"))
        saves.append(bea.note(who, f"meanwhile {at}"))
        bea.settle()
        if ended := ann.killed_after(at + 1, ann.steps()):
            break
    assert ended
    came_to_rest(town, ann, bea, saves)


@pytest.mark.parametrize("how", ["cut", "lost", "twice"])
def test_F38_F40_B32_each_request_cut_lost_or_doubled(town: Town, how: str) -> None:
    ann, bea, who, saves = scene(town)
    for at in range(30):
        saves.append(ann.note(who, f"{how} {at}"))
        saves.append(bea.note(who, f"meanwhile {at}"))
        bea.settle()
        ann.meddle = lambda name, number, at=at: how if number == at else None
        done = ann.sync()
        assert done.trouble is None
        assert done.all_sent, (at, done)
        if len(ann.calls) < at:
            break
    came_to_rest(town, ann, bea, saves)


@pytest.mark.parametrize("how", ["cut", "lost"])
def test_reg_B25_no_exchange_that_failed_anywhere_says_all_is_sent(town: Town, how: str) -> None:
    ann, bea, who, saves = scene(town)
    for at in range(30):
        saves.append(ann.note(who, f"{how} {at}"))
        saves.append(bea.note(who, f"meanwhile {at}"))
        bea.settle()
        ann.meddle = lambda name, number, at=at: how if number >= at else None
        done = ann.sync()
        if done.trouble is None:
            assert done.all_sent
            break
        assert done.trouble is Trouble.UNREACHABLE
        assert not done.all_sent
        assert done.pending == len(ann.outbox())
        if at > 0:  # one that never got as far as hello is not written down
            said = ann.local("SELECT outcome FROM exchange ORDER BY id DESC LIMIT 1")
            assert said[0][0] == Trouble.UNREACHABLE.value
    assert done.trouble is None
    came_to_rest(town, ann, bea, saves)


def test_progress_when_one_request_in_five_succeeds(town: Town) -> None:
    ann, bea, who, saves = scene(town)
    saves += [ann.note(who, f"{number}") for number in range(60)]
    calls = count()
    ann.meddle = lambda name, number: None if next(calls) % 5 == 4 else "cut"
    for _ in range(60):
        done = ann.sync()
        if done.all_sent:
            break
    assert done.all_sent
    ann.meddle = lambda name, number: None
    came_to_rest(town, ann, bea, saves)


def test_reg_B04_an_edit_at_every_step_of_an_exchange_survives_or_is_a_conflict(town: Town) -> None:
    ann, bea, who, saves = scene(town)
    numbers = count()

    def edited(name: str, number: int) -> str | None:
        saves.append(ann.note(who, "typed while a request was made"))
        saves.append(ann.phone(who, f"01632 961{next(numbers):03}"))
        return None

    ann.meddle = edited
    edited("before", 0)
    steps = ann.steps()
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            done: Exchanged = ended.value
            break
        edited("step", 0)
    ann.meddle = lambda name, number: None
    assert done.pending == len(ann.outbox())
    assert done.pending > 0
    assert not done.all_sent
    assert next(numbers) >= 12
    came_to_rest(town, ann, bea, saves)
    stands = {each.payload["phone"] for each in bea.record("patient", who).units["phone", None].heads}
    assert any(phone.startswith("01632 961") for phone in stands)


def many(laptop: SyncLaptop, who: str, number: int) -> list[str]:
    return [laptop.note(who, f"{each}") for each in range(number)]


def test_reg_B24_a_first_exchange_killed_at_every_page_goes_on(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    saves = many(ann, who, 30)
    ann.settle()
    bea = town.laptop("bea")
    for at in range(60):
        assert bea.local("SELECT complete_at FROM joined_hub") == [(None,)]
        steps = bea.steps()
        try:
            for _ in range(at % 7 + 1):
                next(steps)
        except StopIteration:
            break
        steps.close()
        bea.reopened()
    assert bea.local("SELECT complete_at FROM joined_hub") != [(None,)]
    assert all(bea.holds(save) for save in saves)
    assert same_records((ann, bea))


class Refusing:
    """A hub that answers some calls with a trouble."""

    def __init__(self, laptop: SyncLaptop, name: str, troubles: list[Trouble]) -> None:
        self.laptop, self.name, self.troubles = laptop, name, troubles
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if name == "push":
                self.sizes.append(len(arguments[1]))
            if name == self.name and self.troubles:
                raise HubTrouble(self.troubles.pop(0))
            return getattr(self.laptop.hub, name)(*arguments)

        return call

    def sync(self) -> Exchanged:
        from smf_desktop.sync.session import exchange, run
        from smf_desktop.sync.steps import Who

        self.laptop.town.fold()
        hub: Any = self
        return run(exchange(hub, self.laptop.side, self.laptop.clock, Who("", self.laptop.key.sign)))


class InDrops(Refusing):
    """A hub whose pages hold one change set, and whose token runs out at every tenth of them."""

    def __init__(self, laptop: SyncLaptop) -> None:
        super().__init__(laptop, "", [])
        self.pages = 0

    def pull(self, said: Pull) -> tuple[Page, Sequence[Entry]]:
        self.pages += 1
        if self.pages % 10 == 0:
            raise HubTrouble(Trouble.HELLO_DUE)
        return self.laptop.hub.pull(replace(said, limit=1))


def test_reg_B14_a_long_history_in_small_pieces_is_finished_however_often_it_is_begun_anew(town: Town) -> None:
    """The guard counts what gets nowhere, never pages, rounds or failures with something between them."""
    (ann,) = town.joined("ann")
    saves = many(ann, ann.person(), 80)
    ann.settle()
    bea = town.laptop("bea")
    hub = InDrops(bea)
    done = hub.sync()
    assert done.trouble is None
    assert done.all_sent
    assert hub.pages > 80 > 10 * TRIES
    assert all(bea.holds(save) for save in saves)
    assert same_records((ann, bea))


def test_what_is_too_large_is_halved_and_grows_again(town: Town) -> None:
    (ann,) = town.joined("ann")
    many(ann, ann.person(), 300)
    hub = Refusing(ann, "push", [*[Trouble.TOO_LARGE] * 4, Trouble.UNREACHABLE])
    assert hub.sync().all_sent
    # Halves of 2,000; the batch that follows is read before it is known how this one fared.
    assert hub.sizes[:9] == [301, 301, 301, 250, 125, 62, 62, 78, 97]
    assert sum(hub.sizes[5:]) == 301


@pytest.mark.parametrize("name", ["push", "pull", "verify"])
def test_F26_a_token_that_runs_out_is_renewed_and_nothing_doubled(town: Town, name: str) -> None:
    ann, bea, who, saves = scene(town)
    saves += many(ann, who, 20)
    hub = Refusing(ann, name, [Trouble.HELLO_DUE])
    done = hub.sync()
    assert done.all_sent
    came_to_rest(town, ann, bea, saves)


@pytest.mark.parametrize("why", [Trouble.HELLO_DUE, Trouble.GAP, Trouble.UNREACHABLE, Trouble.BAD_REPLY, Trouble.BUSY])
def test_what_gets_nowhere_stops_and_the_outbox_is_as_it_was(town: Town, why: Trouble) -> None:
    ann, _, _, _ = scene(town)
    waiting = ann.outbox()
    hub = Refusing(ann, "push", [why] * 100)
    done = hub.sync()
    assert not done.all_sent
    assert ann.outbox() == waiting
    assert len(hub.sizes) <= TRIES


def test_reg_B06_a_page_with_something_missing_is_dropped_whole(town: Town) -> None:
    ann, bea, who, saves = scene(town)
    more = many(bea, who, 10)
    bea.settle()
    before = ann.rows()
    cursor = ann.side.cursor(f"team:{town.team}")

    class Dropping:
        def __init__(self, place: int) -> None:
            self.place = place

        def __getattr__(self, name: str) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                answer = getattr(ann.hub, name)(*arguments)
                if name == "pull" and len(answer[1]) > self.place:
                    page, entries = answer
                    return page, [*entries[: self.place], *entries[self.place + 1 :]]
                return answer

            return call

    from smf_desktop.sync.session import exchange, run
    from smf_desktop.sync.steps import Who

    for place in range(3):
        hub: Any = Dropping(place)
        done = run(exchange(hub, ann.side, ann.clock, Who("", ann.key.sign)))
        assert done.trouble is Trouble.BAD_REPLY
        assert not done.all_sent
        now = ann.rows()
        assert now["visit"] == before["visit"]
        assert ann.side.cursor(f"team:{town.team}") == cursor
    came_to_rest(town, ann, bea, [*saves, *more])


def test_a_hub_that_is_always_behind_ends_the_exchange_and_costs_nothing_but_time(town: Town) -> None:
    """What it says it lacks is given back, which counts as having got somewhere: only a count ends that."""
    ann, bea, _, saves = scene(town)
    ann.settle()
    feed = f"team:{town.team}"
    asked, hellos = count(), count()

    class Behind:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                assert next(asked) < 500
                answer = getattr(ann.hub, name)(*arguments)
                if name == "hello" and next(hellos) % 2 == 0:
                    return replace(answer, feeds=answer.feeds | {feed: replace(answer.feeds[feed], common=Mark())})
                return answer

            return call

    from smf_desktop.sync.session import exchange, run
    from smf_desktop.sync.steps import Who

    hub: Any = Behind()
    done = run(exchange(hub, ann.side, ann.clock, Who("", ann.key.sign)))
    assert done.trouble is Trouble.BAD_REPLY
    came_to_rest(town, ann, bea, saves)


def test_F41_two_exchanges_interleaved_come_to_the_same_end(town: Town) -> None:
    ann, bea, who, saves = scene(town)
    saves += many(ann, who, 5)
    first, second = ann.steps(), ann.steps()
    running = [first, second]
    while running:
        for each in list(running):
            try:
                next(each)
            except StopIteration:
                running.remove(each)
    came_to_rest(town, ann, bea, saves)


def page_of(town: Town, ann: SyncLaptop) -> tuple[Any, Any]:
    feed = f"team:{town.team}"
    return ann.hub.pull(Pull(feed=feed, after=ann.side.cursor(feed)))


def cut_after(laptop: SyncLaptop, pieces: int | None) -> None:
    """The writer's statements are broken off after so many pieces of the database's work."""
    left = count(0 if pieces is None else -pieces)
    for pool in (laptop.store._writer, laptop.store._bulk):
        connection = pool.raw_connection()
        try:
            handler = None if pieces is None else lambda: next(left) >= 0
            connection.driver_connection.set_progress_handler(handler, 40)
        finally:
            connection.close()


def test_reg_B05_F02_a_page_and_its_cursor_are_one(town: Town) -> None:
    """Broken off anywhere between its first statement and its commit, a page leaves nothing."""
    ann, bea, who, saves = scene(town)
    many(bea, who, 5)
    bea.settle()
    page, entries = page_of(town, ann)
    tables = ("change_set", "item", "visit", "placed", "witness", "feed", "review", "outbox", "caseload_behind")

    def everything() -> list[Any]:
        return [sorted(ann.local(f"SELECT * FROM {table}"), key=repr) for table in tables]

    before, broken = everything(), 0
    for pieces in range(0, 4_000, 5):
        cut_after(ann, pieces)
        try:
            ann.side.apply_page(page, entries)
        except DBAPIError:
            broken += 1
            assert everything() == before
            continue
        except sqlcipher.OperationalError:
            broken += 1
            assert everything() == before
            continue
        finally:
            cut_after(ann, None)
        break
    assert broken > 10
    assert ann.side.cursor(page.feed).seq == page.last
    came_to_rest(town, ann, bea, saves)


def test_F02_killed_between_the_pieces_of_a_page_it_goes_on_from_there(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "PIECE", 2)
    monkeypatch.setattr(Store, "is_awaited", lambda store: True)
    ann, bea, who, saves = scene(town)
    saves += many(bea, who, 12)
    bea.settle()
    page, entries = page_of(town, ann)
    begun = ann.side.cursor(page.feed).seq
    real, calls = feeds.move, count()

    def killed(*arguments: Any) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(feeds, "move", killed)
        with pytest.raises(KeyboardInterrupt):
            ann.side.apply_page(page, entries)
    assert ann.side.cursor(page.feed).seq == begun + 6
    ann.reopened()
    came_to_rest(town, ann, bea, saves)


def test_where_nobody_waits_a_page_costs_the_disk_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanging, "PIECE", 2)
    ann, bea, who, _ = scene(town)
    many(bea, who, 12)
    bea.settle()
    page, entries = page_of(town, ann)
    real, moved = feeds.move, list[int]()

    def counted(connection: Any, of: str, to: Any) -> None:
        moved.append(to.seq)
        real(connection, of, to)

    monkeypatch.setattr(feeds, "move", counted)
    ann.side.apply_page(page, entries)
    assert moved == [page.last]
    assert not ann.store.is_awaited()


def test_the_first_exchange_takes_a_page_at_once_and_later_ones_leave_others_their_turn(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "PIECE", 2)
    monkeypatch.setattr(Store, "is_awaited", lambda store: True)
    (ann,) = town.joined("ann")
    saves = many(ann, ann.person(), 12)
    ann.settle()
    town.fold()
    bea = town.laptop("bea")
    real, moved = feeds.move, list[int]()

    def counted(connection: Any, of: str, to: Any) -> None:
        moved.append(to.seq)
        real(connection, of, to)

    monkeypatch.setattr(feeds, "move", counted)
    bea.settle()
    first, moved[:] = moved.copy(), []
    assert len(first) < len(saves) // 2
    saves += many(ann, ann.person("OKAFOR"), 12)
    ann.settle()
    moved.clear()
    bea.settle()
    assert len(moved) >= 6  # thirteen change sets in pieces of two
    came_to_rest(town, ann, bea, saves)
