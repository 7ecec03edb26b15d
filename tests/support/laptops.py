"""A hub in process and laptops that joined it, each with a real encrypted store, a clock of its own and a wire to cut.

`Town` makes both. What goes over a `Wire` can be counted, cut before it arrives or before its answer does, and said
twice. Nothing runs by itself: a laptop exchanges when it is told to, and the hub folds what it took in before each
exchange.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select

from smf_core.operations.change_set import Item
from smf_core.operations.enrolment import Enrol, proven
from smf_core.operations.fold import Record, fold
from smf_core.operations.hub import Hub, HubTrouble, Trouble
from smf_core.policy.roles import Role
from smf_core.records import checking, log, writing
from smf_desktop.store import tables as local
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.store.integrity import Findings, verify
from smf_desktop.store.store import Store
from smf_desktop.sync.meanwhile import Apart, when_asked
from smf_desktop.sync.session import exchange, run
from smf_desktop.sync.steps import Exchanged, Step, Steps, Who
from smf_hub.ports import World
from smf_hub.service import people
from smf_hub.service.enrolling import enrol, new_code
from smf_hub.service.laptop import LaptopHub
from smf_hub.service.managing import add_team, add_user
from smf_hub.service.place import Place, open_place
from smf_hub.service.projecting import catch_up
from smf_hub.store import feeds
from smf_hub.store import people as hub_people
from smf_hub.store import tables as hub_tables
from tests.support.hubs import KEY, new_place
from tests.support.keys import ToldClock, chance
from tests.support.stores import ids, item, make_store, raw_key

APP = "4.0"
NURSES = ("ann", "bea", "cat")
"""The nurses of a town; `lea` leads them."""

Meddle = Callable[[str, int], str | None]
"""Asked of each call (its name, and how many calls there were before): None lets it pass.

"cut": it never arrives. "lost": it arrives, and its answer does not. "twice": it arrives twice.
"""


BackedUp = tuple["SyncLaptop", "SyncLaptop", str, Path]
"""Ann's laptop and Bea's, somebody whom both know, and a copy of the hub's disk from then."""

BeforeTheMove = tuple[str, "SyncLaptop", "SyncLaptop", str, Path]
"""The other team and a laptop there, a laptop of ours, somebody whom ours alone knows, and a copy of the hub's disk."""


def untouched(name: str, number: int) -> str | None:
    return None


class Wire:
    """The hub as a laptop reaches it. `calls` are the names of what was asked."""

    def __init__(self, hub: Callable[[], LaptopHub], meddle: Meddle = untouched) -> None:
        self._hub, self.meddle = hub, meddle
        self.calls: list[str] = []
        self.said: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            how = self.meddle(name, len(self.calls))
            self.calls.append(name)
            self.said.append((name, arguments))
            if how == "cut":
                raise HubTrouble(Trouble.UNREACHABLE)
            answer = getattr(self._hub(), name)(*arguments)
            if how == "twice":
                answer = getattr(self._hub(), name)(*arguments)
            if how == "lost":
                raise HubTrouble(Trouble.UNREACHABLE)
            return answer

        return call


@dataclass
class SyncLaptop:
    """One laptop of a town: its store, its clock (which may be wrong), and the line to the hub."""

    town: "Town"
    name: str
    user: str
    device: str
    key: Ed25519PrivateKey
    directory: Path
    store_key: bytearray
    clock: ToldClock
    new_id: Callable[[], str]
    store: Store
    meddle: Meddle = untouched
    wires: list[Wire] = field(default_factory=list)

    @property
    def side(self) -> Exchanging:
        return Exchanging(self.store, self.clock, self.new_id)

    @property
    def hub(self) -> LaptopHub:
        with self.town.place.hub.read() as connection:
            device = hub_people.device(connection, self.device)
        assert device is not None
        return LaptopHub(self.town.place, people.caller(device))

    def steps(self, apart: Apart = when_asked) -> Steps[Exchanged]:
        """An exchange that is driven by hand."""
        self.town.fold()
        wire = Wire(lambda: self.hub, self.meddle)
        self.wires.append(wire)
        return exchange(cast(Hub, wire), self.side, self.clock, Who(APP, self.key.sign), apart)

    def killed_after(self, count: int, steps: Steps[Exchanged]) -> bool:
        """The process ends after so many steps of an exchange and starts again. Whether the exchange was over first."""
        over = len(list(islice(steps, count))) < count
        steps.close()
        self.reopened()
        return over

    def sync(self) -> Exchanged:
        """One exchange to its end."""
        return run(self.steps())

    def settle(self, rounds: int = 6) -> Exchanged:
        """Exchanges until the hub has everything and both hold the same, at most so many."""
        for _ in range(rounds):
            done = self.sync()
            if done.all_sent:
                return done
        raise AssertionError(f"{self.name} does not come to rest: {done}")

    @property
    def calls(self) -> list[str]:
        """What the last exchange asked of the hub."""
        return self.wires[-1].calls

    # --- what somebody does ----------------------------------------------------------------------

    def save(self, *items: Item, patient: str | None, author: str | None = None, at: datetime | None = None) -> str:
        """One save of this laptop's user, or of another one."""
        with self.store.work(author=author or self.user, now=self.clock.now(), new_id=self.new_id) as work:
            return work.save(list(items), patient=patient, care_time=at)

    def person(self, family: str = "ABERNATHY", **fields: str) -> str:
        """Somebody new, with an open referral so that they are in everybody's scope."""
        who = self.new_id()
        referral = self.new_id()
        self.save(
            item("patient", who, "name", family=family, given="Doreen", title="Mrs"),
            item("patient", who, "born", date_of_birth="1951-03-14"),
            item("patient", who, "team", team=self.town.team),
            item("patient", who, "phone", phone=fields.get("phone", "01632 960001")),
            item(
                "referral",
                referral,
                "received",
                patient=who,
                team=self.town.team,
                received_on=self.clock.now().date().isoformat(),
                skills=["insulin"],
                reason="",
            ),
            patient=who,
        )
        return who

    def change(self, who: str, kind: str, **payload: object) -> str:
        """A change of one unit of a person on top of what stands here."""
        with self.store.work(author=self.user, now=self.clock.now(), new_id=self.new_id) as work:
            return work.save([work.change("patient", who, kind, payload)], patient=who)

    def phone(self, who: str, number: str) -> str:
        return self.change(who, "phone", phone=number)

    def note(self, who: str, text: str) -> str:
        """A visit that did not go ahead, with a note. Answers the change set."""
        visit = self.new_id()
        at = self.clock.now().isoformat()
        said = item("visit", visit, "not_gone_ahead", patient=who, reason="no_access", note=text, at=at)
        return self.save(said, patient=who)

    # --- what is here ----------------------------------------------------------------------------

    def record(self, entity: str, entity_id: str) -> Record:
        with self.store.read() as connection:
            return fold(entity, entity_id, log.held_operations(connection, entity, entity_id))

    def holds(self, cs_id: str) -> bool:
        """Whether a change set is here and counts."""
        with self.store.read() as connection:
            there = log.held_hashes(connection, (cs_id,))
            return bool(there) and not writing.without_items(connection, (cs_id,))

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """The tables of the records as they stand."""
        found = {}
        with self.store.read() as connection:
            for name in checking.TABLES:
                rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # names of ours
                found[name] = sorted((tuple(row) for row in rows), key=repr)
        return found

    def people(self) -> set[str]:
        with self.store.read() as connection:
            return {row[0] for row in connection.exec_driver_sql("SELECT id FROM patient")}

    def outbox(self) -> set[str]:
        return {row[0] for row in self.local("SELECT cs_id FROM outbox")}

    def local(self, asked: str) -> list[tuple[Any, ...]]:
        """Rows of this laptop's own tables."""
        with self.store.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(asked)]

    def replicas(self) -> dict[str, str]:
        return dict(self.local("SELECT chain_of, replica_id FROM replica"))

    def verify(self) -> Findings:
        return verify(self.directory, self.store_key)

    # --- what befalls it -------------------------------------------------------------------------

    def reopened(self) -> None:
        """The process ends without a word and starts again."""
        self.store.close()
        self.store = Store(self.directory, self.store_key)

    def backup(self, folder: Path) -> Path:
        """A copy of the disk as it stands."""
        self.store.close()
        copy = shutil.copytree(self.directory, folder)
        self.store = Store(self.directory, self.store_key)
        return copy

    def restored(self, copy: Path) -> None:
        """The disk is as it was when the copy was made; the mark beside it, too."""
        self.store.close()
        shutil.rmtree(self.directory)
        shutil.copytree(copy, self.directory)
        self.store = Store(self.directory, self.store_key)

    def cloned(self, folder: Path) -> "SyncLaptop":
        """A second laptop with this one's disk."""
        made = SyncLaptop(
            town=self.town,
            name=f"{self.name}-clone",
            user=self.user,
            device=self.device,
            key=self.key,
            directory=self.backup(folder),
            store_key=self.store_key,
            clock=ToldClock(self.clock.now()),
            new_id=ids(self.town.numbers()),
            store=Store(folder, self.store_key),
        )
        self.town.laptops.append(made)
        return made


@dataclass
class Town:
    """A hub with one team of nurses and their lead, and the laptops that have joined."""

    url: str
    place: Place
    clock: ToldClock
    team: str
    users: dict[str, str]
    folder: Path
    template: Path
    laptops: list[SyncLaptop] = field(default_factory=list)
    made: int = 0

    def numbers(self) -> int:
        """Where the ids of the next laptop begin."""
        self.made += 1
        return self.made * 1_000_000

    def laptop(self, user: str) -> SyncLaptop:
        """A laptop of one of the team, joined by a code as any is, its first exchange still to come."""
        first = self.numbers()
        name = f"SMF-LT-{self.made:03}"
        directory, store_key = shutil.copytree(self.template, self.folder / name), raw_key()
        new_id = ids(first)
        key = Ed25519PrivateKey.from_private_bytes(chance(first)(32))
        told = enrol(
            self.place,
            proven(
                Enrol(
                    code=new_code(self.place, user),
                    username=user,
                    device_name=name,
                    key=key.public_key().public_bytes_raw(),
                    store=new_id(),
                    app=APP,
                ),
                key.sign,
            ),
        )
        clock = ToldClock(self.clock.now())
        store = Store(directory, store_key)
        made = SyncLaptop(self, name, told.user.user, told.device, key, directory, store_key, clock, new_id, store)
        joined = {
            "hub": told.hub,
            "url": "loopback",
            "hub_key": told.hub_key,
            "recovery_key": told.recovery_key,
            "device": told.device,
            "device_key": key.private_bytes_raw(),
            "ratchet": b"",
            "offset_ms": 0,
            "joined_at": clock.now().isoformat(),
            "heard_ms": 0,
        }
        with store.work(author="", now=clock.now(), new_id=new_id) as work:
            work.begin_anew()
            work.connection.execute(insert(local.joined_hub), [joined])
        self.laptops.append(made)
        return made

    def joined(self, *users: str) -> list[SyncLaptop]:
        """Laptops that have had their first exchange."""
        made = [self.laptop(user) for user in users]
        for each in made:
            each.settle()
        return made

    def passes(self, **time: float) -> None:
        """Time goes by for everybody."""
        for clock in (self.clock, *(each.clock for each in self.laptops)):
            clock.passes(timedelta(**time).total_seconds())

    def fold(self) -> None:
        """The hub's records follow its feeds; a moment goes by, so that scopes are reckoned anew."""
        catch_up(self.place)
        self.passes(seconds=10)

    def meet(self, rounds: int = 3) -> None:
        """Everybody exchanges until all have heard of all."""
        for _ in range(rounds):
            for each in self.laptops:
                each.sync()

    # --- what the hub has ------------------------------------------------------------------------

    def at_hub(self) -> list[str]:
        """The ids of all accepted change sets, each as often as it is there."""
        with self.place.hub.read() as connection:
            return list(connection.scalars(select(hub_tables.change_set.c.cs_id)))

    def held(self) -> dict[str, str]:
        """What was quarantined, with its reason."""
        with self.place.hub.read() as connection:
            q = hub_tables.quarantine.c
            return {row.cs_id: row.reason for row in connection.execute(select(q.cs_id, q.reason))}

    def heads(self) -> dict[str, int]:
        with self.place.hub.read() as connection:
            names = list(connection.scalars(select(hub_tables.feed_counter.c.feed)))
            return {name: mark.seq for name, mark in feeds.heads(connection, names).items()}

    # --- what befalls it -------------------------------------------------------------------------

    def backup(self, name: str = "backup") -> Path:
        """A copy of the hub's disk."""
        self.place.close()
        copy = shutil.copytree(self.folder / "hub", self.folder / name)
        self.place = open_place(self.url, KEY, self.place.world)
        return copy

    def restored(self, copy: Path) -> None:
        """The hub's disk is as it was when the copy was made."""
        self.place.close()
        shutil.rmtree(self.folder / "hub")
        shutil.copytree(copy, self.folder / "hub")
        self.place = open_place(self.url, KEY, self.place.world)


@contextmanager
def town_at(folder: Path, template: Path | None = None) -> Iterator[Town]:
    """A new hub on an encrypted file, with a team of three nurses and their lead.

    `template` is an empty store under `raw_key()` that laptops begin as; one is made where none is given.
    """
    if template is None:
        template = folder / "template"
        make_store(template, raw_key())
    (folder / "hub").mkdir(parents=True)
    url = f"sqlite:///{folder / 'hub' / 'hub.db'}"
    clock = ToldClock()
    world = World(clock=clock, new_id=ids(900_000_000), random=chance(7))
    place = new_place(url, world)
    team = add_team(place, "North")
    users = {name: add_user(place, name, role=Role.NURSE, team=team) for name in NURSES}
    users["lea"] = add_user(place, "lea", role=Role.LEAD, team=team, clinical_lead=True)
    made = Town(url, place, clock, team, users, folder, template)
    made.passes(days=60)
    try:
        yield made
    finally:
        for each in made.laptops:
            each.store.close()
        made.place.close()


def same_records(laptops: Sequence[SyncLaptop]) -> bool:
    """Whether all hold the same records, row for row."""
    first, *others = (_shared(each.rows()) for each in laptops)
    return all(each == first for each in others)


def _shared(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """What all laptops of a team hold: who read what goes to leads alone."""
    return {
        name: [row for row in found if name != "item" or "access" not in row]
        for name, found in rows.items()
        if name != "access"
    }


__all__ = ["KEY", "NURSES", "BackedUp", "Meddle", "Step", "SyncLaptop", "Town", "Wire", "same_records", "town_at"]


def came_to_rest(town: Town, ann: SyncLaptop, bea: SyncLaptop, saves: list[str]) -> None:
    for _ in range(2):
        ann.settle()
        bea.settle()
    at_hub = town.at_hub()
    assert len(at_hub) == len(set(at_hub))
    assert set(saves) <= set(at_hub)
    assert same_records((ann, bea))
    assert ann.outbox() == bea.outbox() == set()
    assert ann.verify().ok
