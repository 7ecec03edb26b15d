"""Weeks of a simulated service at realistic rates: faults on, then faults off and a few rounds of exchanges."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from smf_hub.service.managing import revoke
from tests.support.stores import make_store, raw_key
from tests.sync.simulator.acts import Hands, something
from tests.sync.simulator.disks import SHARED_MEMORY, simulated
from tests.sync.simulator.laptop import PIECES, SimLaptop
from tests.sync.simulator.world import Rates, World

DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0
ROUNDS = 6
SAVES, EXCHANGES = 20, 4
"""Of one laptop in a week, about."""

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
        self.dice = world.new_dice("service")
        self.laptops: list[SimLaptop] = []
        self.laptop_weeks = 0.0
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
        laptop.meets = lambda: self._meets(laptop)

    def cloned(self, laptop: SimLaptop) -> SimLaptop:
        """A copy of a laptop, which somebody else uses as well from now on."""
        made = laptop.cloned(f"{laptop.name}-copy{len(self.laptops)}")
        made.after_sync, made.revoked = laptop.after_sync, laptop.revoked
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
        for each in tuple(self.laptops):
            self._plan(each)
        for day in range(7):
            self._at(begin + (day + 1) * DAY - HOUR, "a backup of the hub", world.hub.copied)
        if self._happens(world.rates.hub_restore * len(self.laptops)):
            self._at(begin + self.dice.uniform(0, 7 * DAY), "hub restored", self.hub_restored)
        world.runs(begin + 7 * DAY)
        self.laptop_weeks += len(self.laptops)
        if self._happens(world.rates.pause):
            self.pauses(self.dice.choice(PAUSES))
        world.torture = False

    def _plan(self, laptop: SimLaptop) -> None:
        rates, dice, begin = self.world.rates, self.dice, self.world.seconds()
        away = self._happens(0.12)
        if away:
            laptop.tell("is where there is no network this week")
        for _ in range(dice.randint(SAVES // 2, SAVES * 3 // 2)):
            at = begin + dice.randrange(5) * DAY + dice.uniform(1, 10) * HOUR
            self._at(at, "act", lambda: something(laptop))
        for _ in range(0 if away else dice.randint(EXCHANGES - 2, EXCHANGES + 2)):
            at = begin + dice.randrange(5) * DAY + dice.uniform(1, 10) * HOUR
            self._at(at, "exchange", lambda: self._exchange(laptop))
        whenever = begin + dice.uniform(0, 7 * DAY)
        if self._happens(rates.skew):
            self._at(whenever, "clock", lambda: self._clock(laptop))
        if self._happens(rates.restore * 2):
            self._at(begin + dice.uniform(0, 3 * DAY), "copy", laptop.backed_up)
        if self._happens(rates.restore) and laptop.copies:
            self._at(whenever, "restore", laptop.restored)
        if self._happens(rates.clone) and len(self.laptops) < 9:
            self._at(whenever, "clone", lambda: self._clone(laptop))

    def _at(self, at: float, what: str, act: object) -> None:
        self.world.later(at - self.world.seconds(), what, act)  # type: ignore[arg-type]

    def _happens(self, often: float) -> bool:
        return self.dice.random() < often

    def _exchange(self, laptop: SimLaptop) -> None:
        self.world.hub.follows()
        laptop.sync()
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
        """The hub comes back from a backup; who was shut out since is shut out again."""
        self.world.hub.restored()
        self.world.counted("hub restored")
        for each in self.laptops:
            if each.revoked:
                self.revoke(each)

    def revoke(self, laptop: SimLaptop) -> None:
        """The administrator shuts a laptop out."""
        revoke(self.world.hub.place, laptop.device)
        laptop.tell("was shut out by the administrator")
        for each in self.laptops:
            each.revoked = each.revoked or each.device == laptop.device

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
            for each in self.laptops:
                self.world.passes(MINUTE)
                self.world.hub.follows()
                each.sync()
            if all(map(_is_at_rest, self.laptops)):
                return


def _is_at_rest(laptop: SimLaptop) -> bool:
    """Whether a further round would change nothing of it."""
    last = laptop.last
    return last is not None and (last.all_sent or laptop.revoked) and last.received == last.sent == 0


def new_template(folder: Path) -> Path:
    """An empty store, which every laptop gets a copy of."""
    make_store(folder, raw_key(1))
    return folder
