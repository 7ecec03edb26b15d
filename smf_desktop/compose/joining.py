"""Joining a hub and exchanging work with it: network, vault and store put together."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.protocol import Enrolled, Founding, HeldWork, Hub, HubTrouble, LaptopNote
from smf_core.policy.roles import Role
from smf_desktop import VERSION
from smf_desktop.compose.beside import Laptop
from smf_desktop.compose.entering import migrations, open_at_newest
from smf_desktop.compose.obeying import obey
from smf_desktop.ports import JoinedAlready, LockedByHub, NotJoined, StoreWiped
from smf_desktop.presenters.accounts import role_label
from smf_desktop.presenters.sync.facts import Progress, Result, Stage
from smf_desktop.security import vault
from smf_desktop.security.files import WIPING, sync_directory, write_durably
from smf_desktop.security.opened import Opened
from smf_desktop.services.sync.exchanging import Listening, fetch_documents, send_documents, send_drafts
from smf_desktop.services.sync.joining import asking, founding
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.store.joined import JoinedHub, join, joined
from smf_desktop.store.schema import check_empty, create_store
from smf_desktop.store.store import Store
from smf_desktop.sync import session
from smf_desktop.sync.session import Exchanged, Who

if TYPE_CHECKING:
    from smf_desktop.compose.computer import Computer
    from smf_desktop.compose.house import House

KEY_BYTES = 32
_STAGES = {
    "hello": Stage.GREETING,
    "push": Stage.SENDING,
    "pull": Stage.FETCHING,
    "scope": Stage.FILLING,
    "verify": Stage.CHECKING,
}
Tell = Callable[[Progress], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Joining:
    """Who this laptop is at its hub now. `hub_key` is shown to people as a fingerprint."""

    device: str
    username: str
    team_name: str
    service_name: str
    kind: str
    hub_key: bytes


class _Pending(msgspec.Struct, frozen=True):
    """The key this laptop asks with, and for which store. It lies beside the store until the store has it.

    So asking again, after the hub's answer was lost, asks as the same laptop and not as one more.
    """

    key: bytes
    store: str


# --- joining -------------------------------------------------------------------------------------


def join_new(house: "House", *, url: str, code: str, username: str, device_name: str, password: str) -> Joining:
    """A new store for the hub's service, whole or absent; nothing of it can be worked with before the first exchange.

    Raises `HubTrouble`, `StoreExists`, `FolderNotEmpty`, `FolderIsShared`, `PasswordTooShort`, or a `StoreTrouble`.
    """
    house.check_folder()
    if house.directory.exists():
        check_empty(house.directory)
    computer = house.computer
    vault.check_length(password, "training")
    pending = _pending(house, computer.new_id())
    said = _ask(house, pending, url=url, code=code, username=username, device_name=device_name)
    person = vault.NewUser(said.user.user, said.user.username, said.user.name, role_label(_role(said.user.role)))

    def fill(folder: Path) -> bytearray:
        opened = vault.create_for(
            folder,
            store_id=pending.store,
            kind=said.kind,
            device=device_name,
            first_user=person,
            password=password,
            means=computer.means(True),
            recovery=said.recovery_key,
        )
        try:
            return opened.raw_key()
        finally:
            opened.zero()

    def first(store: Store) -> None:
        _write_down(house, store, said.user.user, url, pending, said)

    create_store(house.directory, scripts=migrations(), new_id=computer.new_id, fill=fill, first=first)
    _forget_pending(house)
    return _told(said)


def join_standing(house: "House", opened: Opened, *, url: str, code: str, device_name: str) -> Joining:
    """A store that lived without a hub joins one, with its service, its team and its people.

    Raises `JoinedAlready`, `HubTrouble`, or a `StoreTrouble`; then nothing has changed here.
    """
    held = open_at_newest(house, opened)
    try:
        store = held.opening.store
        with store.read() as connection:
            if joined(connection) is not None:
                raise JoinedAlready
            brings = founding(connection)
        pending = _pending(house, opened.store_id)
        said = _ask(
            house,
            pending,
            url=url,
            code=code,
            username=opened.username,
            device_name=device_name,
            kind=opened.kind,
            brings=brings,
        )
        _write_down(house, store, opened.user_id, url, pending, said)
    finally:
        held.close()
    _forget_pending(house)
    return _told(said)


def _ask(
    house: "House",
    pending: _Pending,
    *,
    url: str,
    code: str,
    username: str,
    device_name: str,
    kind: str | None = None,
    brings: Founding | None = None,
) -> Enrolled:
    public = Ed25519PrivateKey.from_private_bytes(pending.key).public_key().public_bytes_raw()
    said = asking(
        code=code,
        username=username,
        device_name=device_name,
        key=public,
        store=pending.store,
        app=VERSION,
        kind=kind,
        brings=brings,
    )
    return house.computer.reach().enrol(url, said)


def _write_down(house: "House", store: Store, user: str, url: str, pending: _Pending, said: Enrolled) -> None:
    now = house.computer.clock.now()
    hub = JoinedHub(
        hub=said.hub,
        url=url,
        hub_key=said.hub_key,
        recovery_key=said.recovery_key,
        device=said.device,
        team=said.team,
        device_key=pending.key,
        joined_at=now.isoformat(),
    )
    with store.work(author=user, now=now, new_id=house.computer.new_id) as work:
        join(work.connection, hub)


def _told(said: Enrolled) -> Joining:
    return Joining(said.device, said.user.username, said.team_name, said.service_name, said.kind, said.hub_key)


def _place_of_pending(house: "House") -> Path:
    return house.directory.with_name(f"{house.directory.name}.joining")


def _pending(house: "House", store: str) -> _Pending:
    """The key to ask with: one that was asked with before and never answered, else a new one, on disk first."""
    path = _place_of_pending(house)
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Pending)
        if not house.directory.exists() or found.store == store:
            return found
    except (OSError, msgspec.MsgspecError):
        pass
    made = _Pending(house.computer.random(KEY_BYTES), store)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, msgspec.json.encode(made))
    return made


def _forget_pending(house: "House") -> None:
    path = _place_of_pending(house)
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def _role(text: str) -> Role:
    return Role(text) if text in frozenset(Role) else Role.ASSISTANT


# --- exchanging ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """An open store and the way to its hub: the `HubAccess` of the windows and of the commands."""

    laptop: Laptop
    hub: Hub

    def exchange(self, tell: Tell, stop: Stop) -> Result:
        """One exchange as the windows want it told. Raises `HubTrouble`, `LockedByHub`, `StoreWiped`."""
        found = self.exchanged(tell, stop)
        if found.trouble is not None:
            detail = {} if found.retry_after is None else {"retry_after": found.retry_after}
            raise HubTrouble(found.trouble, detail)
        return Result(
            at=self.laptop.clock.now(),
            sent=found.sent,
            received=found.received,
            quarantined=found.quarantined,
            conflicts=found.conflicts,
            whole=found.all_sent,
        )

    def exchanged(self, tell: Tell, stop: Stop) -> Exchanged:
        """One exchange: records, then drafts, then documents; then what the hub ordered.

        Troubles of the hub with the records are told in the answer; those with what follows are left for the next
        time. Raises `LockedByHub` or `StoreWiped` where the store has to be closed at once.
        """
        listening = Listening(self.hub, self.laptop)
        found = self._records(listening.as_hub, tell, stop)
        self.laptop.note_dates()
        if found.trouble is None and not stop():
            with suppress(HubTrouble):
                self._follow(listening, tell, stop)
        if listening.orders and obey(self.laptop, listening.orders):
            raise StoreWiped if (self.laptop.directory / WIPING).exists() else LockedByHub
        return found

    def _records(self, hub: Hub, tell: Tell, stop: Stop) -> Exchanged:
        laptop = self.laptop
        key = Ed25519PrivateKey.from_private_bytes(laptop.hub.device_key)
        store = Exchanging(laptop.store, laptop.clock, laptop.new_id)
        steps = session.exchange(hub, store, laptop.clock, Who(VERSION, key.sign))
        while True:
            try:
                step = next(steps)
            except StopIteration as ended:
                found: Exchanged = ended.value
                return found
            tell(Progress(_STAGES.get(step.what, Stage.GREETING), step.done, step.of))
            if stop():
                steps.close()
                return Exchanged(pending=laptop.store.unsent())

    def _follow(self, listening: Listening, tell: Tell, stop: Stop) -> None:
        laptop, hub = self.laptop, listening.as_hub
        tell(Progress(Stage.DRAFTS))
        send_drafts(hub, laptop, device=laptop.hub.device, keys=listening.draft_keys, stopped=stop)
        for way in (send_documents, fetch_documents):
            for done, of in way(hub, laptop, stop):
                tell(Progress(Stage.DOCUMENTS, done, of))

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]:
        return self.hub.held()

    def laptops(self) -> Sequence[LaptopNote]:
        return self.hub.laptops()


class Place(Protocol):
    """The folder of a store on a computer."""

    @property
    def computer(self) -> "Computer": ...
    @property
    def directory(self) -> Path: ...


def line(house: Place, store: Store, opened: Opened) -> Line:
    """The way to the hub of an open store. Nothing is sent by this. Raises `NotJoined`."""
    with store.read() as connection:
        hub = joined(connection)
    if hub is None:
        raise NotJoined
    computer = house.computer
    laptop = Laptop(house.directory, store, opened, hub, computer.clock, computer.new_id, computer.random)
    way = computer.reach().hub(hub.url, device=hub.device, device_key=hub.device_key, hub_key=hub.hub_key)
    return Line(laptop, way)


@contextmanager
def line_open(house: "House", opened: Opened) -> Iterator[Line]:
    """The same for a store that nobody is in: what `smf sync` uses, and an unlock that needs the hub first."""
    held = open_at_newest(house, opened)
    try:
        yield line(house, held.opening.store, opened)
    finally:
        held.close()
