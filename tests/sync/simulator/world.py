"""A simulated world: one hub, its teams, their laptops, one scheduler, one seed. All code of the product is its own.

Replaced are the ports alone: the clock of each machine, chance and ids, the network, the disks (`disks.py`). Threads
there are none: what the projector does in its own thread happens here between two requests.
"""

import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random as Dice
from urllib.parse import unquote_plus

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError

from smf_core.operations.protocol import PersonGiven
from smf_core.operations.requests import DEVICE, read
from smf_core.policy.roles import Role
from smf_hub.app.app import OfPlace
from smf_hub.app.handling import Reception, Request, Response
from smf_hub.ports import World as HubWorld
from smf_hub.service.managing import add_team, add_user
from smf_hub.service.place import Place
from smf_hub.service.projecting import catch_up, step
from smf_hub.store.database import open_database, parse
from smf_hub.store.identity import Identity
from smf_hub.store.keys import raw_key
from tests.support.hubs import KEY, PARTS, new_place
from tests.sync.simulator.disks import Disk
from tests.sync.simulator.story import Story

BEGIN = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
"""A Monday."""

ASKING = "/v1/person/open"
"""Where somebody is asked for."""

AGAIN = "/v1/enrol/again"
"""Where a laptop comes back that a restored hub has forgotten."""

START = 5
"""Of every such text so many characters are looked for first: most begin alike, and what has none of these is clean."""

NORTH, SOUTH = "North", "South"
PEOPLE = {
    "ann": (Role.NURSE, NORTH),
    "bea": (Role.NURSE, NORTH),
    "asa": (Role.ASSISTANT, NORTH),
    "lea": (Role.LEAD, NORTH),
    "cat": (Role.NURSE, SOUTH),
    "sue": (Role.LEAD, SOUTH),
}


@dataclass
class SimClock:
    """One machine's clock: the true time, and by how much it is wrong."""

    true: Callable[[], float]
    """Seconds since the world began."""
    wrong: timedelta = timedelta()

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.true()) + self.wrong

    def steady(self) -> float:
        return 1_000.0 + self.true()

    def local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=UTC)


def new_ids(clock: SimClock, dice: Dice) -> Callable[[], str]:
    """UUIDv7 as the product makes them: rising within a process, whatever its clock does."""
    last = [0, 0]

    def new_id() -> str:
        ms = int(clock.now().timestamp() * 1000)
        last[:] = [ms, 0] if ms > last[0] else [last[0], last[1] + 1]
        if last[1] > 0xFFF:
            last[:] = [last[0] + 1, 0]
        chance = dice.getrandbits(62)
        text = f"{last[0]:012x}7{last[1]:03x}{0x8000000000000000 | chance:016x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    return new_id


@dataclass
class Saved:
    """One save that its user was told of."""

    cs_id: str
    laptop: str
    author: str
    patient: str | None
    what: str


@dataclass(frozen=True)
class Asking:
    """A laptop asked the hub for somebody: whom it found ("" for nobody), and until when the laptop holds them for it
    ("" where they are in its scope)."""

    device: str
    at: float
    patient: str
    until: str


@dataclass
class Wiped:
    """A laptop that has begun to destroy its store. `lost`: which of its work no hub had; `in_trouble`: whether the
    network was bad; `told_at`: when it knew that the hub knows; `named`: how much the hub then said that it had not
    sent."""

    name: str
    device: str
    folder: Path
    lost: frozenset[str]
    in_trouble: bool
    told_at: float | None = None
    named: int = 0


class HubMachine:
    """The hub's computer: it answers, crashes, and comes back as it was some days ago."""

    def __init__(self, world: "World", folder: Path, dice: Dice, begun: "HubMachine | None") -> None:
        self.world, self.dice = world, dice
        self.disk = begun.disk.copied(folder) if begun else Disk(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = SimClock(world.seconds)
        self.ports = HubWorld(self.clock, new_ids(self.clock, dice), dice.randbytes)
        self.url = f"sqlite:///{folder / 'hub.db'}"
        self.place = self._opened(begun.place.identity) if begun else new_place(self.url, self.ports)
        self.reception = Reception(OfPlace(self.place))
        self.copies: list[tuple[float, Path, tuple[Asking, ...]]] = []
        """When, where, and who had asked for somebody by then."""
        self.times_copied = 0

    def hears(self, asked: Request) -> Response | None:
        """The answer; None when the hub died of it, and was started again."""
        armed = self.world.torture and self.dice.random() < self.world.rates.hub_crash
        if armed:
            self.disk.arm(self.dice.randint(1, 60))
        told = self.reception.handle(asked)
        if armed:
            self.disk.disarm()
        if self.disk.dead:
            self.world.story.tell(self.world.now(), "the hub", "was killed and started again")
            self.reopened(self.disk.reborn)
            return None
        if told.status == 500:
            raise AssertionError("the hub answered that something went wrong in it")
        if asked.path == ASKING and told.status == 200:  # one that died had not written it down yet: that comes last
            self._gave(asked.headers[DEVICE], told.body)
        if asked.path == AGAIN and told.status == 204:
            self.world.counted("a laptop came back that the hub had forgotten")
            self.world.came_back()
        return told

    def _gave(self, device: str, answer: bytes) -> None:
        given = read(answer, PersonGiven)
        self.world.askings.append(Asking(device, self.world.seconds(), given.patient, given.until))
        self.world.counted("asked for somebody" if given.patient else "asked for nobody there is")
        if given.until:
            self.world.counted("let have somebody")

    def follows(self) -> None:
        """The projector, as far as it comes this time."""
        if self.dice.random() < 0.5 and self.world.torture:
            step(self.place, self.dice.randint(1, 40))
        else:
            catch_up(self.place)

    def reopened(self, meanwhile: Callable[[], object]) -> None:
        """The process ends, something is done to its disk, and it begins again on the tables that it made."""
        with suppress(DBAPIError, sqlcipher.Error):  # a dead process's disk
            self.place.close()
        meanwhile()
        self.place = self._opened(self.place.identity)
        self.reception = Reception(OfPlace(self.place))

    def _opened(self, identity: Identity) -> Place:
        hub, records = (open_database(parse(self.url), part, raw_key(KEY, part)) for part in PARTS)
        return Place(hub, records, self.ports, identity)

    def restarted(self) -> None:
        """Its process ends and begins again."""
        self.world.story.tell(self.world.now(), "the hub", "was restarted")
        self.reopened(lambda: None)

    def copied(self) -> None:
        """Last night's backup."""
        at = self.world.seconds()
        self.times_copied += 1
        copy = self.disk.copy(self.world.folder / f"hub-copy-{self.times_copied}")
        self.copies.append((at, copy, tuple(self.world.askings)))

    def restored(self) -> None:
        """It comes back as it was when one of its backups was made."""
        at, copy, asked = self.copies[-1 if self.dice.random() < 0.6 else self.dice.randrange(len(self.copies))]
        ago = timedelta(seconds=int(self.world.seconds() - at))
        self.world.story.tell(self.world.now(), "the hub", f"was restored from a backup {ago} old")
        self.reopened(lambda: self.disk.becomes(copy))
        self.world.askings[:] = asked
        for each in self.world.wiped:
            if each.told_at is not None and each.told_at > at:
                each.told_at = None


@dataclass
class Rates:
    """How often each misfortune happens. Per request: `hub_crash`. Per act of a laptop: `crash`. Per laptop and week:
    the others."""

    hub_crash: float = 0.004
    crash: float = 0.05
    restore: float = 0.13
    clone: float = 0.08
    skew: float = 0.4
    hub_restore: float = 0.1
    wipe: float = 0.02
    pause: float = 0.15
    """Of a week: that a month or a season passes after it, in which nobody does anything."""
    transfers: bool = True


class World:
    """Time, what is due, and everybody in it. It may go on from where another one stands, on copies of its disks."""

    def __init__(self, folder: Path, seed: int, rates: Rates | None = None, begun: "World | None" = None) -> None:
        self.folder, self.seed = folder, seed
        self.rates = rates or Rates()
        self.dice = Dice(f"world {seed}")
        self.story = Story(f"Seed {seed}")
        self.canaries: set[str] = set(begun.canaries) if begun else set()
        """Every name, number and free text that was ever made: to be read nowhere but in the records."""
        self._starts = {each[:START] for each in self.canaries}
        self._seconds = begun.seconds() if begun else 0.0
        self._due: list[tuple[float, int, str, Callable[[], object]]] = []
        self._made = 0
        self.torture = False
        self.saved: dict[str, Saved] = dict(begun.saved) if begun else {}
        self.people: dict[str, tuple[str, str]] = dict(begun.people) if begun else {}
        """By id the family name and the NHS number of everybody who was ever registered."""
        self.twice: set[str] = set(begun.twice) if begun else set()
        """Those who have two records or more, each of them."""
        self.moved: set[str] = set(begun.moved) if begun else set()
        """Those whom somebody transferred to another team."""
        self.known_once: dict[str, str] = dict(begun.known_once) if begun else {}
        """Those who had been taught long before they were registered, with their team."""
        self.askings: list[Asking] = []
        """Those that the hub answered, as far as it still knows of them."""
        self.wiped: list[Wiped] = []
        self.reads: dict[str, str] = {}
        """By the token of an audited read: who read."""
        self.adopted: set[str] = set()
        """What a lead decided to let in."""
        self.came_back: Callable[[], object] = lambda: None
        """The hub knows a laptop again that it had forgotten; the administrator is told."""
        self.faults_met: dict[str, int] = {}
        self.counts: dict[str, int] = dict(begun.counts) if begun else {}
        self.hub = HubMachine(self, folder / "hub", Dice(f"hub {seed}"), begun.hub if begun else None)
        if begun:
            self.teams, self.users = begun.teams, begun.users
            self.story.names.update(begun.story.names)
            return
        self.teams = {name: add_team(self.hub.place, name) for name in (NORTH, SOUTH)}
        self.users = {
            name: add_user(self.hub.place, name, role=role, team=self.teams[team], clinical_lead=role is Role.LEAD)
            for name, (role, team) in PEOPLE.items()
        }
        for name, id_ in (*self.users.items(), *self.teams.items()):
            self.story.call(name, id_)
        self.passes(60)

    # --- secrets ---------------------------------------------------------------------------------

    def secret(self, text: str) -> str:
        """A text that stands in a record, and is to be read nowhere else."""
        self.canaries.add(text)
        self._starts.add(text[:START])
        return text

    def overhears(self, where: str, said: str) -> None:
        """I6: somebody who may not look into records hears this."""
        heard = f"{said}\n{unquote_plus(said)}"
        if any(each in heard for each in self._starts) and any(each in heard for each in self.canaries):
            raise AssertionError(f"I6 plain text in {where}")

    # --- time ------------------------------------------------------------------------------------

    def seconds(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self._seconds)

    def passes(self, seconds: float) -> None:
        self._seconds += seconds

    def later(self, seconds: float, what: str, act: Callable[[], object]) -> None:
        """Something is to happen after so many seconds."""
        self._made += 1
        heapq.heappush(self._due, (self._seconds + seconds, self._made, what, act))

    def runs(self, until: float) -> None:
        """Everything due happens in its order, up to a time."""
        while self._due and self._due[0][0] <= until:
            at, _, _, act = heapq.heappop(self._due)
            self._seconds = max(self._seconds, at)
            act()
        self._seconds = max(self._seconds, until)

    def forgets(self) -> None:
        """What was due is so no more: the week is over."""
        self._due.clear()

    def counted(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def new_dice(self, what: str) -> Dice:
        """Chance of its own for somebody, so that what one does more or less changes nobody else's."""
        self._made += 1
        return Dice(f"{self.seed} {what} {self._made}")
