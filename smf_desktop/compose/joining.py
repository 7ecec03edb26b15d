"""Joining a hub: network, vault and store put together."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations.enrolment import Enrolled, Founding
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.policy.roles import Role
from smf_desktop import VERSION
from smf_desktop.compose.computer import Place
from smf_desktop.compose.entering import migrations, open_at_newest
from smf_desktop.compose.line import Line, line
from smf_desktop.presenters.accounts import role_label
from smf_desktop.security import vault
from smf_desktop.security.files import sync_directory, write_durably
from smf_desktop.security.opened import Opened
from smf_desktop.services.sync.joining import asking, founding
from smf_desktop.store.joined import JoinedHub, join, joined
from smf_desktop.store.schema import check_empty, create_store
from smf_desktop.store.store import Store
from smf_desktop.trouble import JoinedAlready

KEY_BYTES = 32


class Home(Place, Protocol):
    """The folder of a store, or of one to come."""

    def check_folder(self) -> None: ...


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


def join_new(
    house: Home,
    *,
    url: str,
    code: str,
    username: str,
    device_name: str,
    password: str,
    hub_key: bytes | None = None,
) -> Joining:
    """A new store for the hub's service, whole or absent; nothing of it can be worked with before the first exchange.

    Raises `HubTrouble`, `StoreExists`, `FolderNotEmpty`, `FolderIsShared`, `PasswordTooShort`, or a `StoreTrouble`.
    """
    house.check_folder()
    if house.directory.exists():
        check_empty(house.directory)
    computer = house.computer
    vault.check_length(password, "training")
    pending = _pending(house, computer.new_id())
    said = _ask(house, pending, url=url, code=code, username=username, device_name=device_name, hub_key=hub_key)
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


def join_standing(
    house: Home, opened: Opened, *, url: str, code: str, device_name: str, hub_key: bytes | None = None
) -> Joining:
    """A store that lived without a hub joins one, with its service, its team and its people.

    One that has joined joins once more where its hub knows it no longer, since it came back from an older backup: with
    the key it has, so that all it wrote is sent again.

    Raises `JoinedAlready`, `HubTrouble`, or a `StoreTrouble`; then nothing has changed here.
    """
    held = open_at_newest(house, opened)
    try:
        store = held.opening.store
        with store.read() as connection:
            before = joined(connection)
            brings = founding(connection) if before is None else None
        if before is not None and not _is_forgotten(house, before):
            raise JoinedAlready
        pending = _pending(house, opened.store_id) if before is None else _Pending(before.device_key, opened.store_id)
        said = _ask(
            house,
            pending,
            url=url,
            code=code,
            username=opened.username,
            device_name=device_name,
            kind=opened.kind,
            brings=brings,
            hub_key=before.hub_key if before is not None else hub_key,
        )
        _write_down(house, store, opened.user_id, url, pending, said, before)
    finally:
        held.close()
    _forget_pending(house)
    return _told(said)


def _is_forgotten(house: Home, hub: JoinedHub) -> bool:
    """Whether the hub answers, and says that it knows no such laptop."""
    reach = house.computer.reach()
    way = reach.hub(
        hub.url, device=hub.device, device_key=hub.device_key, hub_key=hub.hub_key, certificate=hub.certificate
    )
    try:
        way.drafts()
    except HubTrouble as error:
        return error.why in (Trouble.SIGNATURE, Trouble.UNKNOWN)
    finally:
        reach.leave(way)
    return False


def _ask(
    house: Home,
    pending: _Pending,
    *,
    url: str,
    code: str,
    username: str,
    device_name: str,
    kind: str | None = None,
    brings: Founding | None = None,
    hub_key: bytes | None = None,
) -> Enrolled:
    own = Ed25519PrivateKey.from_private_bytes(pending.key)
    said = asking(
        code=code,
        username=username,
        device_name=device_name,
        key=own.public_key().public_bytes_raw(),
        sign=own.sign,
        store=pending.store,
        app=VERSION,
        kind=kind,
        brings=brings,
    )
    return house.computer.reach().enrol(url, said, hub_key)


def _write_down(
    house: Home, store: Store, user: str, url: str, pending: _Pending, said: Enrolled, before: JoinedHub | None = None
) -> None:
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
        certificate=said.certificate,
    )
    if before is not None:
        hub = replace(before, url=url, device=said.device, team=said.team, ratchet=b"", certificate=said.certificate)
    with store.work(author=user, now=now, new_id=house.computer.new_id) as work:
        join(work.connection, hub)


def _told(said: Enrolled) -> Joining:
    return Joining(said.device, said.user.username, said.team_name, said.service_name, said.kind, said.hub_key)


def _place_of_pending(house: Home) -> Path:
    return house.directory.with_name(f"{house.directory.name}.joining")


def _pending(house: Home, store: str) -> _Pending:
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


def _forget_pending(house: Home) -> None:
    path = _place_of_pending(house)
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def _role(text: str) -> Role:
    return Role(text) if text in frozenset(Role) else Role.ASSISTANT


@contextmanager
def line_open(house: Home, opened: Opened) -> Iterator[Line]:
    """The same for a store that nobody is in: what `smf sync` uses, and an unlock that needs the hub first."""
    held = open_at_newest(house, opened)
    try:
        with closing(line(house, held.opening.store, opened)) as made:
            yield made
    finally:
        held.close()
