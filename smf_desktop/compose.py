"""The wiring: what this computer gives, put into the vault, the store and the services.

The unlock window is painted before anything that takes time is imported: the cryptography, the checklists, SQLAlchemy.
So those are imported where they are wired, and `House.warm` does it in a thread while someone types.
"""

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smf_desktop.ports import (
    LEAST_MINUTES,
    Battery,
    Clock,
    KeyFileNotSaved,
    NewId,
    NoStoreHere,
    Progress,
    QuickCodeGone,
    Random,
    UnlockCard,
)
from smf_desktop.security import attempts
from smf_desktop.security.card import card
from smf_desktop.security.slots import CURRENT, PREVIOUS
from smf_desktop.store.instance import FILE as INSTANCE_FILE
from smf_desktop.store.instance import Instance, check_folder, read_mounts
from smf_desktop.store.reserve import BYTES as RESERVE_BYTES
from smf_desktop.store.reserve import FILE as RESERVE_FILE

if TYPE_CHECKING:
    from uuid import UUID

    from smf_core.domain.checklist import Library
    from smf_core.policy.roles import User
    from smf_core.records.queries.users import Service, Team
    from smf_desktop.security.opened import Means, Opened
    from smf_desktop.security.quick_code import QuickCode
    from smf_desktop.security.vault import NewUser
    from smf_desktop.services.backups import BackedUp, FoundBackup, RestoredStore, Way
    from smf_desktop.services.door import Key, NewService
    from smf_desktop.services.session import Session
    from smf_desktop.services.sitting import Sitting
    from smf_desktop.store.high_water import HighWater
    from smf_desktop.store.integrity import Findings
    from smf_desktop.store.recovery import Opening
    from smf_desktop.store.salvage import Salvaged
    from smf_desktop.store.store import Store

DATABASE = "records.db"
AS_OF = "as_of"
"""The setting of a demo that holds the day it stands at."""
log = logging.getLogger(__name__)


class SystemClock:
    """The `Clock` of this computer."""

    def now(self) -> datetime:
        return datetime.now().astimezone()

    def steady(self) -> float:
        return time.monotonic()

    def local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=None).astimezone()


def rising(made: "Callable[[], UUID]") -> NewId:
    """Ids that rise strictly, also when the clock behind `made` steps back: then each is one above the last."""
    last = 0
    one_at_a_time = threading.Lock()

    def new_id() -> str:
        from uuid import UUID

        nonlocal last
        with one_at_a_time:
            last = max(made().int, last + 1)
            return str(UUID(int=last))

    return new_id


@dataclass(frozen=True, slots=True)
class Computer:
    """What a computer gives the application. `means` of the vault: asked for a new slot (True) they take seconds."""

    clock: Clock
    new_id: NewId
    random: Random
    means: Callable[[bool], "Means"]
    pid: int
    name: str
    environ: Mapping[str, str]
    mounts: Callable[[], str]
    battery: Battery
    reserve: int = RESERVE_BYTES


def this_computer() -> Computer:
    clock = SystemClock()
    return Computer(
        clock=clock,
        new_id=rising(_uuid7),
        random=os.urandom,
        means=partial(_means, clock),
        pid=os.getpid(),
        name=_computer_name().partition(".")[0],
        environ=os.environ,
        mounts=read_mounts,
        battery=battery_left,
    )


def battery_left() -> int | None:
    import psutil  # asked for the first time when somebody is in

    found = psutil.sensors_battery()
    return None if found is None or found.power_plugged else round(found.percent)


def _uuid7() -> "UUID":
    from uuid_utils.compat import uuid7

    return uuid7()


def _computer_name() -> str:
    """As `platform.node()`, whose module takes longer to read than the whole of this one."""
    return os.environ.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename


def _means(clock: Clock, new_slot: bool) -> "Means":
    from smf_desktop.security.kdf import START, Argon2id, calibrate
    from smf_desktop.security.opened import Means
    from smf_desktop.security.os_keys import system_keys

    kdf = Argon2id()
    return Means(system_keys(), kdf, calibrate(kdf, clock) if new_slot else START, os.urandom, clock)


def usual_place(environ: Mapping[str, str]) -> Path:
    """Where the store lies when nobody says otherwise: in the person's own folder, which no sync program copies."""
    home = Path(environ.get("HOME", "~")).expanduser()
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))) / "SMF Desktop" / "store"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "SMF Desktop" / "store"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "smf-desktop" / "store"


@cache
def shipped_checklists() -> "Library":
    """The checklists of `resources/skills`."""
    import resources
    from smf_core.domain.checklist import library, parse_common, parse_skill

    folder = Path(resources.__path__[0]) / "skills"
    common = parse_common((folder / "common.yaml").read_text("utf-8"), "common.yaml")
    texts = {each.name: each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")}
    return library(common, [parse_skill(texts[name], name, common) for name in sorted(texts) if name != "common.yaml"])


class House:
    """One store's folder: held by one process, unlocked and locked any number of times. A `Door` and a `Maker`."""

    def __init__(self, computer: Computer, directory: Path) -> None:
        self.computer = computer
        self.directory = directory.expanduser().absolute()
        self._instance: Instance | None = None
        self._quick: QuickCode | None = None

    @property
    def clock(self) -> Clock:
        return self.computer.clock

    @property
    def battery(self) -> Battery:
        return self.computer.battery

    @property
    def name(self) -> str:
        """Of this computer."""
        return self.computer.name

    @property
    def is_empty(self) -> bool:
        """Nothing is here yet, so a new service may be."""
        return not self.directory.exists() or (self.directory.is_dir() and not any(self.directory.iterdir()))

    def hold(self) -> None:
        """Keep other instances out until `release`. Raises `StoreInUse`, `FolderIsShared`, `NoStoreHere`."""
        if self._instance is None:
            self.card()
            self.check_folder()
            self.keep_out()

    def keep_out(self) -> None:
        """The hold alone, also on a folder that no longer has a store anyone can open. Raises `StoreInUse`."""
        if self._instance is None:
            self._instance = Instance(self.directory, pid=self.computer.pid, since=self.computer.clock.now())

    def release(self) -> None:
        """The end: the quick code is gone, and another instance may come."""
        self.forget_quick_code()
        if self._instance is not None:
            self._instance.release()
            self._instance = None

    def __enter__(self) -> "House":
        self.hold()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def check_folder(self) -> None:
        """Raise `FolderIsShared` where no store may be kept."""
        check_folder(self.directory, environ=self.computer.environ, mounts=self.computer.mounts())

    # --- the door --------------------------------------------------------------------------------

    def card(self) -> UnlockCard:
        """Who may come in. Raises `NoStoreHere` and the troubles of the key file."""
        if not any((self.directory / name).exists() for name in (DATABASE, CURRENT, PREVIOUS)):
            raise NoStoreHere
        return card(self.directory)

    def unlock(self, username: str, password: str) -> "Opened":
        from smf_desktop.security import vault

        means, began = self.computer.means(False), self.clock.steady()
        held, database = self._instance is not None, self.directory / DATABASE
        opened = vault.unlock(self.directory, username, password, means, database=database, repair=held)
        took = self.clock.steady() - began
        if held and took > 0:
            with contextlib.suppress(KeyFileNotSaved):  # at the next unlock, then
                vault.make_dearer(self.directory, opened, password, took, means)
        self.forget_quick_code()
        return opened

    def has_quick_code(self, user_id: str) -> bool:
        if self._quick is None:
            return False
        from smf_desktop.security.opened import Moment

        clock = self.computer.clock
        return self._quick.usable(user_id, Moment(clock.now(), clock.steady()))

    def unlock_quickly(self, user_id: str, code: str) -> "Opened":
        if self._quick is None:
            raise QuickCodeGone
        return self._quick.unlock(user_id, code)

    def recover(self, recovery_key: str, username: str, new_password: str) -> "Opened":
        from smf_desktop.security import vault

        means = self.computer.means(True)
        database = self.directory / DATABASE
        opened = vault.recover(self.directory, recovery_key, username, new_password, means, database=database)
        self.forget_quick_code()
        return opened

    def forget_quick_code(self) -> None:
        """From here only the password opens: on quit, after a full unlock, and after any lock but an idle one."""
        if self._quick is not None:
            self._quick.forget()
            self._quick = None

    # --- a new store -----------------------------------------------------------------------------

    def make(self, new: "NewService") -> tuple["Opened", str]:
        """The store of a new service and its first user, whole or absent. Answers the key and the recovery key's text.

        Raises `StoreExists`, `FolderNotEmpty`, `FolderIsShared`, `PasswordTooShort` or a `StoreTrouble`.
        """
        from smf_core.policy.roles import Capability, Role, User
        from smf_desktop.security import vault
        from smf_desktop.services.session import StoreKind
        from smf_desktop.services.setup import first_records, record_user
        from smf_desktop.store.schema import create_store

        self.check_folder()
        computer = self.computer
        new_id, now = computer.new_id, computer.clock.now()
        capabilities = frozenset({Capability.CLINICAL_LEAD}) if new.clinical_lead else frozenset[Capability]()
        user = User(new_id(), new.username, new.name, Role(new.role), capabilities)
        made: list[tuple[Opened, str]] = []

        def fill(folder: Path) -> bytearray:
            opened, recovery_key = vault.create(
                folder,
                store_id=new_id(),
                kind=new.kind,
                device=new.device or computer.name,
                first_user=slot_for(user),
                password=new.password,
                means=computer.means(True),
            )
            made.append((opened, recovery_key.text))
            return opened.raw_key()

        def first(store: "Store") -> None:
            with store.work(author=user.id, now=now, new_id=new_id) as work:
                first_records(
                    work,
                    service=new_id(),
                    service_name=new.service,
                    team=new_id(),
                    team_name=new.team,
                    kind=StoreKind(new.kind),
                )
                record_user(work, user)

        create_store(self.directory, scripts=_migrations(), new_id=new_id, fill=fill, first=first)
        self.hold()
        return made[0]

    # --- inside ----------------------------------------------------------------------------------

    @staticmethod
    def warm() -> None:
        """Import and read, while someone types their password, what opening the store takes."""
        for module in ("security.vault", "security.quick_code", "services.checklists", "services.sitting"):
            import_module(f"smf_desktop.{module}")
        for module in ("store.audit", "store.recovery", "store.schema", "safekeeping"):
            import_module(f"smf_desktop.{module}")
        shipped_checklists()

    def enter(self, key: "Key") -> "Sitting":
        """Open the store with a key, and tell the audit. The key is wiped when this fails and when the sitting ends.

        Not on the interface thread: the first call imports SQLAlchemy. Raises a `StoreTrouble`, `NotAllowed` for a
        user who has left, `BadChecklist`.
        """
        from smf_desktop.security.opened import Opened

        if not isinstance(key, Opened):
            raise TypeError("a key that this house did not give")
        try:
            return _enter(self, key)
        except BaseException:
            key.zero()
            raise

    def copied(self, opened: "Opened", folder: Path) -> "House":
        """A copy of the store to look at and throw away, under the same keys; the audit of this one knows of it.

        So what a page writes when it is opened is written there.
        """
        from smf_desktop.services.auditing import EXPORT, note

        sitting = self.enter(replace(opened, key=bytearray(opened.key)))
        try:
            note(sitting.session, EXPORT, None, "tour")
        finally:
            sitting.close()
        import shutil

        not_needed = shutil.ignore_patterns(RESERVE_FILE, INSTANCE_FILE, "*.kept-*")
        shutil.copytree(self.directory, folder, ignore=not_needed)
        return House(replace(self.computer, reserve=0), folder)

    def verify(self, opened: "Opened") -> "Findings":
        """Look through the whole store; the key is wiped afterwards. Raises a `StoreTrouble`."""
        from smf_desktop.security.sealing import wipe
        from smf_desktop.store.integrity import verify

        key = opened.raw_key()
        try:
            return verify(self.directory, key)
        finally:
            wipe(key)
            opened.zero()

    # --- backups ---------------------------------------------------------------------------------

    def back_up(self, opened: "Opened", file: Path, progress: Progress) -> "BackedUp":
        """Copy the whole store into a new file; the key is wiped. Raises what `services.backups.back_up` does.

        Where this house does not hold the store another window has it open; then nothing but a line for the audit is
        written, and that window gathers it.
        """
        from smf_desktop.services.backups import back_up

        if self._instance is None:
            from smf_desktop.safekeeping import Backups

            with _beside(self, opened) as session:
                return back_up(session, Backups(self.directory, opened, self.clock), file, progress)
        sitting = self.enter(opened)
        try:
            return back_up(sitting.session, sitting.backups, file, progress)
        finally:
            sitting.close()

    def look_at(self, file: Path) -> "FoundBackup":
        """What a backup says before any key is known. Raises `NotABackup`, `BackupDamaged`."""
        from smf_desktop.safekeeping import look_at

        return look_at(file)

    def restore(self, file: Path, way: "Way", progress: Progress, *, set_aside: bool = False) -> "RestoredStore":
        """Make the store of this place from a backup, whole or not at all; then hold it.

        With `set_aside` what is in the place is put beside it, under another name. Raises `StoreExists`,
        `FolderNotEmpty`, `FolderIsShared`, `StoreInUse`, `NotABackup`, `BackupDamaged`, `BackupStopped`, what unlocking
        raises, or a `StoreTrouble`; then nothing was changed.
        """
        from smf_desktop.safekeeping import restore

        self.check_folder()
        aside = set_aside and not self.is_empty
        if aside:
            self.keep_out()  # what another window has open is not taken from under it
        made = restore(
            file,
            self.directory,
            way,
            means=self.computer.means,
            let_go=self.release if aside else None,
            now=self.clock.now(),
            new_id=self.computer.new_id,
            progress=progress,
        )
        self.hold()
        return made

    def salvage(self, opened: "Opened", file: Path) -> "Salvaged":
        """What can still be read of a damaged store and no hub has yet, in one new file; the key is wiped."""
        from smf_desktop.safekeeping import salvage_into

        try:
            return salvage_into(file, self.directory, opened, self.clock.now())
        finally:
            opened.zero()

    def add_user(self, opened: "Opened", user: "User", password: str) -> None:
        from smf_desktop.security import vault

        vault.add_user(self.directory, opened, slot_for(user), password, self.computer.means(True))

    def remove_user(self, opened: "Opened", username: str) -> None:
        from smf_desktop.security import vault

        vault.remove_user(self.directory, opened, username, self.computer.means(False))

    def set_quick_code(self, opened: "Opened", code: str) -> None:
        from smf_desktop.security.quick_code import QuickCode

        quick = QuickCode(opened, code, self.directory, self.computer.means(False))
        self.forget_quick_code()
        self._quick = quick

    def change_password(self, opened: "Opened", old: str, new: str) -> None:
        from smf_desktop.security import vault

        means = self.computer.means(True)
        vault.change_password(self.directory, opened.username, old, new, means).zero()


def slot_for(user: "User") -> "NewUser":
    """What the key file says of a person; the unlock page shows it."""
    from smf_desktop.presenters.accounts import role_label
    from smf_desktop.security.vault import NewUser

    return NewUser(user.id, user.username, user.name, role_label(user.role))


def _migrations() -> Path:
    from importlib.resources import files

    return Path(str(files("migrations")))


@dataclass(frozen=True, slots=True)
class _Opened:
    """An open store with what has to go when it closes: its pools ask for the key whenever they connect anew."""

    opening: "Opening"
    mark: "HighWater"
    raw_key: bytearray

    def close(self) -> None:
        self.opening.store.close()
        self.mark.close()
        self.raw_key[:] = bytes(len(self.raw_key))


def _open(house: House, opened: "Opened") -> _Opened:
    """The store at the newest schema."""
    from smf_desktop.security.sealing import wipe
    from smf_desktop.store import recovery, schema
    from smf_desktop.store.high_water import HighWater

    computer, directory = house.computer, house.directory
    mac_key, key = opened.derive("high-water"), opened.raw_key()
    mark = HighWater(directory, mac_key)
    wipe(mac_key)

    def open_store() -> "Opening":
        now = computer.clock.now()
        return recovery.open_store(directory, key, mark, now=now, new_id=computer.new_id, reserve=computer.reserve)

    try:
        _check_not_newer(directory, key)
        opening = open_store()
        try:
            if schema.version(directory / DATABASE, key) < schema.VERSION:
                opening.store.close()
                schema.bring_up(directory, key, _migrations())
                opening = open_store()
        except BaseException:
            opening.store.close()
            raise
        schema.erase_old(directory, computer.clock.now())
        return _Opened(opening, mark, key)
    except BaseException:
        mark.close()
        wipe(key)
        raise


def _check_not_newer(directory: Path, key: bytearray) -> None:
    """A newer version's store is not written to at all, so this is asked before it is opened to be written."""
    from smf_desktop.ports import NotOurStore, StoreDamaged
    from smf_desktop.store import schema

    with contextlib.suppress(NotOurStore, StoreDamaged):  # those are for the recovery to judge
        schema.version(directory / DATABASE, key)


def _enter(house: House, opened: "Opened") -> "Sitting":
    from smf_desktop.safekeeping import Backups, salvage_once
    from smf_desktop.security.lock import IdleLock
    from smf_desktop.services.checklists import approved_library
    from smf_desktop.services.sitting import Found, Sitting

    computer = house.computer
    held = _open(house, opened)
    opening, store = held.opening, held.opening.store

    def close() -> None:
        try:
            if store.damaged:
                salvage_once(house.directory, opened)  # where the damage was met only now
            else:
                _gather(store, session, everything=True)
        except Exception as error:
            log.error("the audit could not be written at the end: %s", type(error).__name__)
        finally:
            held.close()
            opened.zero()

    try:
        session, named, team = _session(house, store, opened.user_id)
        if not store.damaged:
            _tell_of_unlocks(house, store, session, opened.way)
    except BaseException:
        held.close()
        raise

    def renewed() -> "Session":
        with store.read() as connection:
            return replace(session, checklists=approved_library(connection, shipped_checklists()))

    behind = opening.behind
    return Sitting(
        session=session,
        service_name=named.name,
        team_name=team.name,
        settings=named.settings,
        found=Found(
            behind=behind is not None,
            missing=behind.missing if behind else None,
            set_aside=len(opening.set_aside),
            damaged=store.damaged,
            salvaged=salvage_once(house.directory, opened) if store.damaged else None,
        ),
        idle=IdleLock(
            minutes=int(named.settings.get("idle_minutes", LEAST_MINUTES)), last_active=computer.clock.steady()
        ),
        each_minute=lambda: _gather(store, session),
        renewed=renewed,
        set_quick_code=lambda code: house.set_quick_code(opened, code),
        change_password=lambda old, new: house.change_password(opened, old, new),
        backups=Backups(house.directory, opened, computer.clock),
        close=close,
    )


@contextlib.contextmanager
def _beside(house: House, opened: "Opened") -> Iterator["Session"]:
    """A user at a store that another window has open: it is read, and a line for the audit may be written."""
    from smf_desktop.security.sealing import wipe
    from smf_desktop.store.store import Store

    key = opened.raw_key()
    try:
        store = Store(house.directory, key)
        try:
            yield _session(house, store, opened.user_id)[0]
        finally:
            store.close()
    finally:
        wipe(key)
        opened.zero()


def _session(house: House, store: "Store", user_id: str) -> "tuple[Session, Service, Team]":
    """A user at an open store, with the service and the team of it. Raises `NotAllowed` for one who has left."""
    from smf_core.policy.rules import Action, NotAllowed, Reason
    from smf_core.records.queries.users import service, teams, user
    from smf_desktop.services.checklists import approved_library
    from smf_desktop.services.session import Session, StoreKind

    with store.read() as connection:
        person = user(connection, user_id)
        if person is None or not person.active:
            raise NotAllowed(Action.LIST_REFERRALS, Reason.INACTIVE)
        named, team = service(connection), teams(connection)[0]
        session = Session(
            store=store,
            user=person,
            clock=house.computer.clock,
            new_id=house.computer.new_id,
            checklists=approved_library(connection, shipped_checklists()),
            kind=StoreKind(named.store_kind),
            service=named.id,
            team=team.id,
        )
    return session, named, team


def _tell_of_unlocks(house: House, store: "Store", session: "Session", way: str) -> None:
    """Into the audit: this unlock, and the failed ones counted beside the key file since the last."""
    from smf_desktop.services.auditing import UNLOCK, UNLOCK_FAILED
    from smf_desktop.store.audit import gather_access, note_access

    failures = attempts.untold_failures(house.directory)
    with store.work(author=session.user.id, now=session.now(), new_id=session.new_id) as work:
        for user_id, times in failures.items():
            for at in times:
                note_access(work.connection, user_id, at, UNLOCK_FAILED)
        work.note_access(UNLOCK, None, way)
        gather_access(work, everything=True)
    attempts.told(house.directory, failures)


def _gather(store: "Store", session: "Session", *, everything: bool = False) -> None:
    from smf_desktop.store.audit import gather_access

    with store.work(author=session.user.id, now=session.now(), new_id=session.new_id) as work:
        gather_access(work, everything=everything)


# --- a demo --------------------------------------------------------------------------------------


def build_demo(
    computer: Computer,
    directory: Path,
    *,
    patients: int,
    months: int,
    seed: int,
    as_of: date | None,
    password: str,
    progress: Progress,
) -> dict[str, Any]:
    """A new training store of made-up people, whole or absent. Answers what `smf demo --json` tells.

    Raises what `House.make` does, and `DemoStopped`.
    """
    from smf_desktop.demo.clock import DemoClock, as_of_moment, opening_moment
    from smf_desktop.demo.generate import build
    from smf_desktop.demo.people import LEAD, STAFF
    from smf_desktop.services.accounts import change_setting
    from smf_desktop.services.door import NewService
    from smf_desktop.services.setup import new_user

    until = as_of or computer.clock.now().date()
    password = password or _made_up_password(computer.random)
    clock = DemoClock(opening_moment(until, months))
    means = replace(computer.means(True), clock=clock)
    house = House(replace(computer, clock=clock, means=lambda _: means), directory)
    first = NewService(
        service="Derbyshire community nursing",
        team="Derby North",
        device=computer.name,
        kind="training",
        name=LEAD.name,
        username=LEAD.username,
        role=LEAD.role.value,
        password=password,
        clinical_lead=LEAD.capabilities != frozenset(),
    )
    key, _ = house.make(first)
    try:
        sitting = house.enter(key)
        try:
            session = sitting.session
            sessions = {LEAD.username: session}
            for staff in STAFF:
                if staff is not LEAD:
                    user, _ = new_user(
                        session,
                        username=staff.username,
                        name=staff.name,
                        role=staff.role,
                        capabilities=staff.capabilities,
                    )
                    house.add_user(key, user, password)
                    sessions[staff.username] = replace(session, user=user)
            report = build(
                sessions.__getitem__, as_of=until, patients=patients, months=months, seed=seed, progress=progress
            )
            clock.at = as_of_moment(until)
            change_setting(session, AS_OF, until.isoformat())
        finally:
            sitting.close()
    except BaseException:
        house.release()
        import shutil

        shutil.rmtree(directory, ignore_errors=True)
        raise
    house.release()
    return {
        "users": list(report.users),
        "password": password,
        "patients": report.patients,
        "visits": report.visits,
        "as_of": until.isoformat(),
        "outcomes": dict(report.outcomes),
        "closed": report.closed,
        "discharged": report.discharged,
    }


def _made_up_password(random: Random) -> str:
    """Twelve letters that nobody mistakes for one another."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "".join(letters[byte % len(letters)] for byte in random(12))
