"""Weeks of a simulated service at realistic rates: faults on, then faults off and a few rounds of exchanges."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from smf_core.operations.hub import Trouble
from smf_hub.ports import NoSuchDevice
from smf_hub.service.managing import order, revoke
from tests.support.stores import make_store, raw_key
from tests.sync.simulator.acts import Hands
from tests.sync.simulator.asking import ask, known_once
from tests.sync.simulator.disks import SHARED_MEMORY, simulated
from tests.sync.simulator.doing import something
from tests.sync.simulator.laptop import PIECES, SimLaptop
from tests.sync.simulator.wiping import come_to_the_door, write_keys
from tests.sync.simulator.world import Rates, World

DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0
ROUNDS = 6
SAVES, EXCHANGES = 20, 4
"""Of one laptop in a week, about."""

ASKED = 0.3
"""How often somebody asks for a person while the laptop has a connection."""

PAUSES = (36, 36, 126)
"""Days."""

HUB_RESTORED_MEANWHILE = 0.01
"""Of what happens while a request is under way."""

OWNERS = (("ann", "asa"), ("bea",), ("cat",), ("lea",), ("sue",))


@contextmanager
def world_of(
    seed: int, template: Path, rates: Rates | None = None, begun: "Service | None" = None
) -> Iterator["Service"]:
    """A service on disks that are gone afterwards; one that has `begun` goes on from there."""
    room = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    heard: list[str] = []
    with TemporaryDirectory(prefix="smf-sim-", dir=room) as folder, simulated(heard.append):
        made = Service(World(Path(folder), seed, rates, begun.world if begun else None), template)
        made.heard = heard
        try:
            if begun:
                made.goes_on(begun.laptops)
            yield made
        finally:
            made.ends()


class Service:
    """A world and its laptops."""

    def __init__(self, world: World, template: Path) -> None:
        self.world, self.template = world, template
        world.came_back = self._says_again
        self.dice = world.new_dice("service")
        self.laptops: list[SimLaptop] = []
        self.gone: list[SimLaptop] = []
        """Those that were wiped."""
        self.laptop_weeks = self.ends_at = 0.0
        self.heard: list[str] = []
        """Every line that was logged."""

    def begins(self, laptops: int) -> None:
        """So many laptops join and have their first exchange."""
        for number, users in enumerate(OWNERS[:laptops], start=1):
            self.joins(f"SMF-LT-{number:03}", users)
        for each in self.laptops:
            for _ in range(2):
                Hands(each, each.users[0]).new_person()
                Hands(each, each.users[0]).accept()
            known_once(Hands(each, each.users[0]))
        for each in (*self.laptops, *self.laptops):
            self.world.hub.follows()
            each.sync()
        self.world.hub.copied()

    def goes_on(self, laptops: Iterable[SimLaptop]) -> None:
        """With the laptops of another service as they stand."""
        for each in laptops:
            self.begins_work(each.again(self.world))
        self.world.hub.copied()

    def joins(self, name: str, users: tuple[str, ...]) -> SimLaptop:
        folder = self.world.folder / name
        shutil.copytree(self.template, folder)
        made = SimLaptop(self.world, name, users, folder, 1)
        self.begins_work(made)
        made.joins()
        made.sync()
        return made

    def begins_work(self, laptop: SimLaptop) -> None:
        """Somebody uses it from now on, also while it is exchanging."""
        self.laptops.append(laptop)
        laptop.meanwhile = lambda: something(laptop)
        laptop.after_wipe = lambda: self._is_wiped(laptop)
        laptop.meets = lambda: self._meets(laptop)

    def cloned(self, laptop: SimLaptop) -> SimLaptop:
        """A copy of a laptop, which somebody else uses as well from now on."""
        names = (f"{laptop.name}-copy{number}" for number in count(len(self.laptops)))
        made = laptop.cloned(next(name for name in names if not (self.world.folder / name).exists()))
        made.after_sync, made.revoked, made.is_ordered = laptop.after_sync, laptop.revoked, laptop.is_ordered
        self.begins_work(made)
        return made

    def _meets(self, laptop: SimLaptop) -> None:
        """What happens while a request of a laptop is under way."""
        busy = [each for each in self.laptops if each.is_exchanging]
        others = [each for each in self.laptops if each not in busy]
        chances = {laptop.meanwhile: 4, self.world.hub.follows: 2, self.world.hub.restarted: 1}
        if others and len(busy) == 1:
            chances[laptop.dice.choice(others).sync] = 2
        if self._happens(HUB_RESTORED_MEANWHILE):
            chances = {self.hub_restored: 1}
        (act,) = laptop.dice.choices(tuple(chances), tuple(chances.values()))
        self.world.counted("while a request was under way")
        act()

    def ends(self) -> None:
        for each in self.laptops:
            each.ends()
        self.world.hub.place.close()

    # --- a week ----------------------------------------------------------------------------------

    def week(self) -> None:
        """Faults on."""
        world = self.world
        world.torture = True
        begin = world.seconds()
        self.ends_at = begin + 7 * DAY
        for each in tuple(self.laptops):
            self._plan(each)
        for day in range(7):
            self._at(begin + (day + 1) * DAY - HOUR, "a backup of the hub", world.hub.copied)
        if self._happens(world.rates.hub_restore * len(self.laptops)):
            self._at(begin + self.dice.uniform(0, 7 * DAY), "hub restored", self.hub_restored)
        world.runs(self.ends_at)
        self.laptop_weeks += len(self.laptops)
        if self._happens(world.rates.pause):
            self.pauses(self.dice.choice(PAUSES))
        world.torture = False

    def _plan(self, laptop: SimLaptop) -> None:
        rates, dice, begin = self.world.rates, self.dice, self.world.seconds()
        away = self._happens(0.12)
        if away:
            laptop.tell("is where there is no network this week")

        def at(when: float, what: str, act: Callable[[], object]) -> None:
            self._at(when, what, lambda: laptop.is_wiped or act())

        for _ in range(dice.randint(SAVES // 2, SAVES * 3 // 2)):
            at(begin + dice.randrange(5) * DAY + dice.uniform(1, 10) * HOUR, "act", lambda: something(laptop))
        for _ in range(0 if away else dice.randint(EXCHANGES - 2, EXCHANGES + 2)):
            at(
                begin + dice.randrange(5) * DAY + dice.uniform(1, 10) * HOUR,
                "exchange",
                lambda: self._exchange(laptop),
            )
        whenever = begin + dice.uniform(0, 7 * DAY)
        if self._happens(rates.skew):
            at(whenever, "clock", lambda: self._clock(laptop))
        if self._happens(rates.restore * 2):
            at(begin + dice.uniform(0, 3 * DAY), "copy", laptop.backed_up)
        if self._happens(rates.restore) and laptop.copies:
            at(whenever, "restore", laptop.restored)
        if self._happens(rates.clone) and len(self.laptops) < 9:
            at(whenever, "clone", lambda: self._clone(laptop))
        if self._happens(rates.wipe):
            at(whenever, "wipe", lambda: self.wipe(laptop))

    def _at(self, at: float, what: str, act: Callable[[], object]) -> None:
        self.world.later(at - self.world.seconds(), what, act)

    def _happens(self, often: float) -> bool:
        return self.dice.random() < often

    def _exchange(self, laptop: SimLaptop) -> None:
        self.world.hub.follows()
        laptop.sync()
        if self._happens(ASKED) and not laptop.is_wiped:
            ask(Hands(laptop))
        if self._happens(0.1):
            laptop.sync()  # F9 twice

    def _clock(self, laptop: SimLaptop) -> None:
        wrong = self.dice.choice(
            (
                timedelta(minutes=self.dice.uniform(-30, 30)),
                timedelta(hours=self.dice.choice((-1, 1))),
                timedelta(days=self.dice.choice((-365, 365, 3650))),
                timedelta(),
            )
        )
        laptop.clock.wrong = wrong
        laptop.tell(f"has its clock set: wrong by {wrong}")

    def _clone(self, laptop: SimLaptop) -> None:
        self._plan(self.cloned(laptop))

    def hub_restored(self) -> None:
        """The hub comes back from a backup."""
        self.world.hub.restored()
        self.world.counted("hub restored")
        self._says_again()

    def _says_again(self) -> None:
        """Who was shut out or lost since the backup is so again, as soon as the hub knows of them at all."""
        for device in {each.device for each in self.laptops if each.revoked} | {one.device for one in self.world.wiped}:
            self._shut_out(device)
        for each in self.laptops:
            if each.is_ordered:
                with suppress(NoSuchDevice):
                    order(self.world.hub.place, each.device, "wipe")

    def revoke(self, laptop: SimLaptop) -> None:
        """The administrator shuts a laptop out."""
        self._shut_out(laptop.device)
        laptop.tell("was shut out by the administrator")

    def _shut_out(self, device: str) -> None:
        with suppress(NoSuchDevice):
            revoke(self.world.hub.place, device)
        for each in self.laptops:
            each.revoked = each.revoked or each.device == device

    def wipe(self, laptop: SimLaptop) -> None:
        """It is lost, or was: the hub orders it to destroy its store, and often believes nothing of it any more."""
        if self._happens(0.4):
            self.revoke(laptop)
        order(self.world.hub.place, laptop.device, "wipe")
        laptop.is_ordered = True
        laptop.tell("is to be wiped")

    def _is_wiped(self, laptop: SimLaptop) -> None:
        """Nobody uses it any more; whoever did has another one soon, as long as the weeks go on."""
        self.laptops.remove(laptop)
        self.gone.append(laptop)
        if self.world.seconds() < self.ends_at:
            name = f"SMF-LT-{100 + len(self.gone)}"
            self._at(self.world.seconds() + HOUR, "a new laptop", lambda: self._replaces(laptop, name))

    def _replaces(self, laptop: SimLaptop, name: str) -> None:
        """Joins where there is a good network."""
        world = self.world
        world.torture = False
        made = self.joins(name, laptop.users)
        made.after_sync = laptop.after_sync
        world.torture = True
        self._plan(made)

    def pauses(self, days: int) -> None:
        """Days in which nobody does anything: more than payloads are kept for, or than who was discharged is shown."""
        self.world.story.tell(self.world.now(), "everybody", f"did nothing for {days} days")
        self.world.counted("pause")
        self.world.runs(self.world.seconds() + days * DAY)

    # --- rest ------------------------------------------------------------------------------------

    def rests(self, rounds: int = ROUNDS) -> None:
        """Faults off: clocks right, the network whole, so many rounds of exchanges, and none more than needed."""
        self.world.torture = False
        self.world.forgets()
        for each in self.laptops:
            each.clock.wrong, each.piece = timedelta(), PIECES[-1]
        self.world.story.tell(self.world.now(), "everybody", "has a good network from now on")
        for _ in range(rounds):
            for each in tuple(self.laptops):
                self.world.passes(MINUTE)
                self.world.hub.follows()
                each.sync()
            for each in self.gone:
                come_to_the_door(each)
            if all(map(_is_at_rest, self.laptops)):
                break
        for device in {each.device for each in self.world.wiped if each.told_at is not None}:
            self._shut_out(device)


def _is_at_rest(laptop: SimLaptop) -> bool:
    """Whether a further round would change nothing of it."""
    last = laptop.last
    ended = last is not None and (last.all_sent or last.trouble is Trouble.REVOKED)
    return ended and last.received == last.sent == 0


def new_template(folder: Path) -> Path:
    """An empty store, which every laptop gets a copy of."""
    make_store(folder, raw_key(1))
    write_keys(folder)
    return folder
