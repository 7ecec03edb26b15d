"""One laptop of a simulated world: its disk, its clock, its line to the hub, and what befalls it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random as Dice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import structs
from sqlalchemy.exc import DBAPIError

from smf_core.operations.enrolment import Enrol, proven
from smf_core.operations.hub import HubTrouble
from smf_core.operations.protocol import Hello, PersonAsked, PersonGiven, Welcome
from smf_desktop.compose import beside
from smf_desktop.compose.obeying import obey, wipe_heard
from smf_desktop.remote.hub import RemoteHub, enrol
from smf_desktop.security.files import WIPING
from smf_desktop.services.sync.exchanging import Listening, send_drafts
from smf_desktop.store import joined
from smf_desktop.store.audit import gather_access
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.store.high_water import FILE as MARK
from smf_desktop.store.high_water import HighWater
from smf_desktop.store.recovery import open_store
from smf_desktop.store.store import Store
from smf_desktop.sync.meanwhile import when_asked
from smf_desktop.sync.session import exchange
from smf_desktop.sync.steps import Exchanged, Steps, Who
from smf_desktop.trouble import StoreTrouble
from smf_hub.service.enrolling import new_code
from tests.support.stores import raw_key
from tests.sync.simulator.disks import Disk
from tests.sync.simulator.flights import Flight, Killed
from tests.sync.simulator.network import TORTURE, Network
from tests.sync.simulator.wiping import leave, note_wipe, unsent
from tests.sync.simulator.world import SimClock, World, new_ids

if TYPE_CHECKING:
    from smf_core.operations.change_set import ChangeSet
    from smf_core.operations.protocol import HeldWork

URL = "http://127.0.0.1:9"
STEPS_MOST = 2_000
"""An exchange that takes more steps than this goes round in circles (I9)."""

T = TypeVar("T")


AT_ONCE, LOCKED, MEETS_MOST = 0.4, 0.01, 4
"""How often a request has moved on before anybody waits for it; how often, of steps of an exchange, somebody locks the
laptop; and how much happens at most in one exchange while requests are under way."""

PIECES = (2, 5, 12, 2_000)
"""Change sets in a batch or page: few, so that one is taken in while the next is under way."""


class _Beside(beside.Laptop):
    """The product's own, but for the keys of drafts: there is no vault here."""

    def draft_keys(self) -> dict[str, bytes]:
        return dict(self.opened.draft_keys)  # type: ignore[attr-defined]  # stands in for an unlocked vault


class _Listening(Listening):
    """The product's own, for a hub that has everything said to it, and says everything, in small pieces."""

    piece: int

    def hello(self, said: Hello) -> Welcome:
        welcome = super().hello(said)
        return structs.replace(welcome, limits=structs.replace(welcome.limits, change_sets=self.piece))


class SimLaptop:
    """A store that has joined the hub, in the hands of `users` (by name), the first of whom owns it."""

    def __init__(self, world: World, name: str, users: tuple[str, ...], folder: Path, key: int) -> None:
        self.world, self.name, self.users = world, name, users
        self.disk = Disk(folder)
        self.store_key = raw_key(key)
        self.dice: Dice = world.new_dice(name)
        self.clock = SimClock(world.seconds)
        self.new_id = new_ids(self.clock, self.dice)
        self.network = Network(world, name, self.dice, self.alive, TORTURE)
        self.meanwhile: Callable[[], object] = lambda: None
        """Somebody may do something between two steps of an exchange."""
        self.meets: Callable[[], object] = lambda: None
        """Anything may happen while a request is under way."""
        self.flight: Flight[Any] | None = None
        self.is_exchanging = False
        self.after_sync: Callable[[SimLaptop, Exchanged], object] = lambda laptop, done: None
        self.copies: list[tuple[float, Path]] = []
        self.online = True
        self.piece, self.meets_most = self.dice.choice(PIECES), MEETS_MOST
        self.fuse = 0
        """So many statements of its next act are left to it; 0 for as many as it likes."""
        self.revoked = False
        self.is_ordered = self.is_wiped = False
        """To be wiped; and that there is no going back from it."""
        self.after_wipe: Callable[[], object] = lambda: None
        self.last: Exchanged | None = None
        self.store: Store
        self.remote: RemoteHub
        self.device = ""
        self.signing = Ed25519PrivateKey.from_private_bytes(self.dice.randbytes(32))
        self.store_id = self.new_id()

    # --- from box to nurse -----------------------------------------------------------------------

    def joins(self) -> None:
        """The store is told its hub by a code, as any is."""
        hub = self.world.hub
        told = enrol(
            URL,
            proven(
                Enrol(
                    code=new_code(hub.place, self.users[0]),
                    username=self.users[0],
                    device_name=self.name,
                    key=self.signing.public_key().public_bytes_raw(),
                    store=self.store_id,
                    app="1",
                ),
                self.signing.sign,
            ),
            clock=self.clock,
            random=self.dice.randbytes,
            transport=self.network,
        )
        self.device = told.device
        self.world.story.call(f"the laptop {self.name}", told.device)
        self._opens()
        with self.store.work(author="", now=self.clock.now(), new_id=self.new_id) as work:
            work.begin_anew()  # the file is a copy of another new one
            made = joined.JoinedHub(
                hub=told.hub,
                url=URL,
                hub_key=told.hub_key,
                recovery_key=X25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw(),
                device=told.device,
                team=told.team,
                device_key=self.signing.private_bytes_raw(),
                joined_at=self.clock.now().isoformat(),
                certificate=told.certificate,
            )
            joined.join(work.connection, made)
        self.begins()

    def begins(self) -> None:
        """The application is started on what the disk holds."""
        if (self.disk.folder / WIPING).exists():
            leave(self)
            return
        self._opens()
        with self.store.read() as connection:
            self.hub = joined.joined(connection)
        assert self.hub is not None
        self.device = self.hub.device
        self.signing = Ed25519PrivateKey.from_private_bytes(self.hub.device_key)
        self.remote = RemoteHub(
            URL,
            device=self.hub.device,
            signing_key=self.hub.device_key,
            hub_key=self.hub.hub_key,
            certificate=self.hub.certificate,
            clock=self.clock,
            random=self.dice.randbytes,
            transport=self.network,
        )

    def _opens(self) -> None:
        if hasattr(self, "store"):
            self.ends()
        self.mark = HighWater(self.disk.folder, bytearray(b"m" * 32))
        opening = open_store(
            self.disk.folder, self.store_key, self.mark, now=self.clock.now(), new_id=self.new_id, reserve=0
        )
        self.store = opening.store
        assert not opening.store.damaged, f"{self.name}: a store that nobody damaged"
        if opening.behind:
            self.tell("said at the start that earlier saves are missing")

    def ends(self) -> None:
        with suppress(DBAPIError, sqlcipher.Error):
            self.store.close()
        self.mark.close()

    # --- acts ------------------------------------------------------------------------------------

    def tell(self, what: str) -> None:
        self.world.story.tell(self.world.now(), self.name, what)

    def alive(self) -> None:
        if self.disk.dead:
            raise Killed

    def does(self, what: str, act: Callable[[], T], statements: int = 40) -> T | None:
        """Do something, unless the laptop is killed over it; then it is started again, and None is answered."""
        armed = self.fuse > 0 or (self.world.torture and self.dice.random() < self.world.rates.crash)
        if armed:
            self.disk.arm(self.fuse or self.dice.randint(1, statements))
            self.fuse = 0
        life = self.disk.lives
        found: T | None = None
        try:
            found = act()
        except (Killed, DBAPIError, sqlcipher.Error, StoreTrouble) as error:
            self.world.overhears(f"an error of {self.name}", f"{error!r} {error}")
            if not self.disk.dead and self.disk.lives == life:
                raise
        finally:
            self.disk.disarm()
        if self.disk.lives != life:
            return None  # killed over what somebody did meanwhile, and started again
        if self.disk.dead:
            found = None
        elif armed and self.dice.random() < 0.3:
            self.disk.dies()
        if self.disk.dead:
            self.tell(f"was killed: {what}{'' if found is None else ' (just after)'}")
            self.world.counted("crash")
            self.ends()
            self.disk.reborn()
            del self.store
            self.begins()
        return found

    def sync(self) -> Exchanged | None:
        """One exchange with all that goes with it; None when the laptop was killed over it, locked or wiped."""
        if self.is_wiped:
            return None
        self.gather(everything=self.dice.random() < 0.5)
        restores = self.world.counts.get("hub restored", 0)
        self.is_exchanging = True
        try:
            done = self.does("syncing", self._exchange, 900)
        finally:
            self.is_exchanging = False
        self.world.counted("exchange")
        if (self.disk.folder / WIPING).exists() and not self.is_wiped:
            self.ends()
            leave(self)
        elif done is not None and not self.is_wiped:
            self.last = done
            self.tell(_how(done))
            if restores == self.world.counts.get("hub restored", 0):  # what it was told was true when it was told
                self.after_sync(self, done)
        return done

    def _exchange(self) -> Exchanged | None:
        keys = {
            self.world.users[user]: X25519PrivateKey.from_private_bytes(f"{user:<32}".encode())
            .public_key()
            .public_bytes_raw()
            for user in self.users
        }
        opened: Any = SimpleNamespace(user_id=self.world.users[self.users[0]], store_id=self.store_id, draft_keys=keys)
        assert self.hub is not None
        laptop = _Beside(self.disk.folder, self.store, opened, self.hub, self.clock, self.new_id, self.dice.randbytes)
        listening = _Listening(self.remote, laptop)
        listening.piece = self.piece
        side = Exchanging(self.store, self.clock, self.new_id)
        done = self._records(listening, side)
        if done is not None and wipe_heard(laptop) is not None and unsent(self):
            done = self._records(listening, side)  # it has a while to send its work; a second try stands for that
        if done is None:
            return None
        if listening.orders or done.trouble is not None:
            was_unsent = unsent(self)
            if obey(laptop, listening.orders):
                note_wipe(self, was_unsent)
                return None
            if listening.orders:
                self.tell("obeyed the hub and writes under new names")
        if done.trouble is None:
            with suppress(HubTrouble):  # the next one sends the rest
                send_drafts(self.remote, laptop, device=self.device, keys=listening.draft_keys)
        return done

    def _records(self, listening: Listening, side: Exchanging) -> Exchanged | None:
        steps = exchange(listening.as_hub, side, self.clock, Who("1", self.signing.sign), self._apart)
        try:
            done = self._steps(steps)
            self._lands()
        finally:
            self._dies()
        return done

    def _steps(self, steps: Steps[Exchanged]) -> Exchanged | None:
        left = self.dice.randint(0, self.meets_most)
        for _ in range(STEPS_MOST):
            try:
                next(steps)
            except StopIteration as ended:
                done: Exchanged = ended.value
                return done
            if not self.world.torture:
                continue
            life = self.disk.lives
            if self.dice.random() < 0.03:
                self.meanwhile()
            while left and self.flight is not None and self.flight.asked is not None and self.dice.random() < 0.5:
                left -= 1
                self.dice.choice((self.meets, self.flight.moves))()
            if self.disk.lives != life:
                raise Killed
            if self.dice.random() < LOCKED:
                self.tell("was locked in the middle of an exchange")
                self.world.counted("locked")
                steps.close()
                return None
        raise AssertionError(f"I9 {self.name}: an exchange without an end")

    # --- requests under way ----------------------------------------------------------------------

    def _apart(self, act: Callable[[], T]) -> Callable[[], T]:
        """As `by_a_thread`: one at a time. It may have been heard, and answered, before anybody waits for it."""
        self._lands()
        if not self.world.torture:
            return when_asked(act)
        flight = self.flight = Flight(act, self.network)
        while flight.asked is not None and self.dice.random() < AT_ONCE:
            flight.moves()
        return flight.found

    def _lands(self) -> None:
        """Whoever sent a request waits for its end."""
        if self.flight is not None:
            with suppress(HubTrouble):
                self.flight.found()
            self.flight = None

    def _dies(self) -> None:
        """So does a request with whoever sent it; what is on its way may arrive all the same."""
        asked = self.flight.dies() if self.flight is not None else None
        self.flight = None
        if asked is not None and self.dice.random() < 0.5:
            self.world.counted("heard after a crash")
            self.world.later(self.dice.uniform(1, 400), f"of {self.name}", lambda: self.network.way(asked))

    def gather(self, *, everything: bool = False) -> None:
        """Reads noted before the running minute go into the audit chain."""

        def act() -> int:
            with self.store.work(author="", now=self.clock.now(), new_id=self.new_id) as work:
                return gather_access(work, everything=everything)

        self.does("gathering who read what", act, 30)

    def held(self) -> "tuple[HeldWork, list[ChangeSet]]":
        """What waits for a lead. The connection carries one request at a time."""
        self._lands()
        work, sets = self.remote.held()
        return work, list(sets)

    def asks(self, said: PersonAsked) -> PersonGiven:
        """Somebody whom it does not hold."""
        self._lands()
        return self.remote.open_person(said)

    # --- what befalls it -------------------------------------------------------------------------

    def backed_up(self) -> None:
        """Somebody copies its disk."""
        number = len(self.copies)
        copy = self.disk.copy(self.disk.folder.with_name(f"{self.disk.folder.name}.copy{number}"))
        self.copies.append((self.world.seconds(), copy))

    def restored(self) -> None:
        """The disk is as it was when one of the copies was made; the mark beside the store may be left as it is."""
        at, copy = self.dice.choice(self.copies)
        marked = self.dice.random() < 0.5
        ago = timedelta(seconds=int(self.world.seconds() - at))
        self.tell(f"was restored from a copy {ago} old{', but for its mark' if marked else ''}")
        self.world.counted("laptop restored")
        self.ends()
        mark = (self.disk.folder / MARK).read_bytes() if (self.disk.folder / MARK).exists() else b""
        self.disk.becomes(copy)
        if marked and mark:
            (self.disk.folder / MARK).write_bytes(mark)
        del self.store
        self.begins()

    def cloned(self, name: str) -> "SimLaptop":
        """A second laptop from this one's disk, both in use from now on."""
        self.tell(f"was copied whole, and the copy is used as {name}")
        self.world.counted("clone")
        return self._copied(self.world, name)

    def again(self, world: World) -> "SimLaptop":
        """The same laptop in a world that goes on from this one."""
        return self._copied(world, self.name)

    def _copied(self, world: World, name: str) -> "SimLaptop":
        made = SimLaptop(world, name, self.users, world.folder / name, 1)
        made.store_key, made.store_id = self.store_key, self.store_id
        self.disk.copy(made.disk.folder)
        made.begins()
        return made

    # --- what is here ----------------------------------------------------------------------------

    def rows(self, asked: str, *values: object) -> list[Any]:
        with self.store.read() as connection:
            return connection.exec_driver_sql(asked, values).all()

    def people(self) -> list[str]:
        """Everybody that can be found here, in a fixed order."""
        return [row[0] for row in self.rows("SELECT id FROM patient WHERE same_as IS NULL ORDER BY id")]


def _how(done: Exchanged) -> str:
    parts = [f"sent {done.sent}", f"received {done.received}"]
    parts += [f"{done.quarantined} sent for review"] if done.quarantined else []
    parts += [f"{done.conflicts} new conflicts"] if done.conflicts else []
    parts += [f"stopped: {done.trouble.value}"] if done.trouble else []
    parts += ["all sent" if done.all_sent else f"not all sent ({done.pending} waiting, equal: {done.digest_equal})"]
    return f"synced: {', '.join(parts)}"
