"""One store's folder, from the first run on."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from smf_desktop.compose.computer import Computer
from smf_desktop.compose.files import DATABASE
from smf_desktop.ports import Battery, Clock, Progress, UnlockCard
from smf_desktop.security.card import card
from smf_desktop.security.files import CURRENT, PREVIOUS, WIPING
from smf_desktop.store.instance import BESIDE, Instance, check_folder
from smf_desktop.store.instance import FILE as INSTANCE_FILE
from smf_desktop.store.reserve import FILE as RESERVE_FILE
from smf_desktop.trouble import (
    GrantLapsed,
    KeyFileNotSaved,
    LockedByHub,
    NoLongerHere,
    NoStoreHere,
    NotJoined,
    QuickCodeGone,
    RekeyWaits,
    SecurityTrouble,
    StoreWiped,
)

if TYPE_CHECKING:
    from smf_core.policy.roles import User
    from smf_desktop.compose.joining import Joining
    from smf_desktop.compose.line import Stop, Tell
    from smf_desktop.security.opened import Opened
    from smf_desktop.security.quick_code import QuickCode
    from smf_desktop.services.laptop.backups import BackedUp, FoundBackup, RestoredStore, Way
    from smf_desktop.services.laptop.door import Key, NewService
    from smf_desktop.services.laptop.joiner import Fetched
    from smf_desktop.services.laptop.sitting import Sitting
    from smf_desktop.store.integrity import Findings
    from smf_desktop.store.salvage import Salvaged
    from smf_desktop.sync.steps import Exchanged


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
        """Who may come in. Raises `NoStoreHere`, `StoreWiped` and the troubles of the key file."""
        if (self.directory / WIPING).exists():
            from smf_desktop.compose.obeying import go_on

            go_on(self)
            raise StoreWiped
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
        from smf_desktop.compose.making import make_store

        self.check_folder()
        made = make_store(self, new)
        self.hold()
        return made

    # --- inside ----------------------------------------------------------------------------------

    def warm(self) -> None:
        """Import and read, while someone types their password, what opening the store takes."""
        from smf_desktop.compose.warming import warm

        warm(self.computer)

    def enter(self, key: "Key") -> "Sitting":
        """Open the store with a key, and tell the audit. The key is wiped when this fails and when the sitting ends.

        Not on the interface thread: the first call imports SQLAlchemy. Raises a `StoreTrouble`, `NoLongerHere` for
        a user who has left, `BadChecklist`.
        """
        opened = _given_here(key)
        try:
            from smf_desktop.compose.entering import enter

            try:
                return enter(self, opened)
            except (GrantLapsed, LockedByHub, NoLongerHere) as wanting:
                if not self._heard_by_hub(opened):
                    raise wanting from None
            return enter(self, opened)
        except BaseException:
            opened.zero()
            raise

    def _heard_by_hub(self, key: "Opened") -> bool:
        """Where the hub has to be asked before anybody may come in: ask it once. Answers whether it answered."""
        from smf_core.operations.hub import HubTrouble
        from smf_desktop.compose.joining import line_open

        try:
            with line_open(self, key) as line:
                return line.exchanged(lambda told: None, lambda: False).trouble is None
        except (HubTrouble, NotJoined):
            return False

    # --- the hub ---------------------------------------------------------------------------------

    def hub_at(self, url: str) -> bytes:
        """The public key of the hub at an address, which is told nothing. Raises `HubTrouble`."""
        return self.computer.reach().look(url)

    def join(
        self,
        *,
        url: str,
        code: str,
        username: str,
        password: str,
        device_name: str = "",
        hub_key: bytes | None = None,
    ) -> tuple["Opened", "Joining"]:
        """Join a hub: with the store that is here, or with a new one. Answers the key, and who the laptop is there.

        Nothing was exchanged yet, and nobody can come into a new store before that. Raises what `compose.joining` says,
        and what unlocking raises.
        """
        from smf_desktop.compose import joining

        device = device_name or self.name
        if self.is_empty:
            told = joining.join_new(
                self,
                url=url,
                code=code,
                username=username,
                device_name=device,
                password=password,
                hub_key=hub_key,
            )
            self.hold()
            return self.unlock(username, password), told
        self.hold()
        key = self.unlock(username, password)
        try:
            return key, joining.join_standing(self, key, url=url, code=code, device_name=device, hub_key=hub_key)
        except BaseException:
            key.zero()
            raise

    def has_everything(self, opened: "Opened") -> bool:
        """Whether the first exchange after joining has brought all there was. Raises `NotJoined`."""
        from smf_desktop.compose.joining import line_open

        with line_open(self, opened) as line:
            return line.laptop.hub.complete_at is not None

    def exchange(self, key: "Opened", tell: "Tell", stop: "Stop") -> "Exchanged":
        """One exchange with the hub, nobody being in. Raises `NotJoined`, `LockedByHub`, `StoreWiped`."""
        from smf_desktop.compose.joining import line_open

        with line_open(self, key) as line:
            return line.exchanged(tell, stop)

    def fetch(self, key: "Key", tell: "Tell", stop: "Stop") -> "Fetched":
        """The first exchange after joining, or the rest of it. Answers what came of it and, where everything is here,
        the signed visits here and at the hub. Raises `HubTrouble`, `LockedByHub`, `StoreWiped`."""
        from smf_core.operations.protocol import team_feed
        from smf_core.records.queries.scope import signed_visits
        from smf_desktop.compose.joining import line_open

        with line_open(self, _given_here(key)) as line:
            result = line.exchange(tell, stop)
            if not result.whole:
                return result, None
            scope = line.scope(team_feed(line.laptop.hub.team))
            with line.laptop.store.read() as connection:
                return result, (signed_visits(connection, scope.people), scope.signed_visits)

    def copied(self, opened: "Opened", folder: Path) -> "House":
        """A copy of the store to look at and throw away, under the same keys; the audit of this one knows of it.

        So what a page writes when it is opened is written there. It reaches no hub: that would see one laptop twice.
        """
        from smf_desktop.services.auditing import EXPORT, note

        sitting = self.enter(opened.again())
        try:
            note(sitting.session, EXPORT, None, "tour")
        finally:
            sitting.close()
        import shutil

        not_needed = shutil.ignore_patterns(RESERVE_FILE, INSTANCE_FILE, BESIDE, "*.kept-*")
        shutil.copytree(self.directory, folder, ignore=not_needed)
        from smf_desktop.compose.nowhere import Nowhere

        return House(replace(self.computer, reserve=0, reach=Nowhere), folder)

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
        from smf_desktop.services.laptop.backups import back_up

        if self._instance is None:
            from smf_desktop.compose.entering import beside
            from smf_desktop.safekeeping import Backups

            with beside(self, opened) as session:
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
        from smf_desktop.compose.making import slot_for
        from smf_desktop.security import vault

        vault.add_user(self.directory, opened, slot_for(user), password, self.computer.means(True))

    def remove_user(self, opened: "Opened", username: str) -> None:
        from smf_desktop.security import vault

        vault.remove_user(self.directory, opened, username, self.computer.means(False))

    def renewed(self, key: "Key", progress: Progress) -> "Key":
        """The key to enter with: a new one where that is due and can be done now, else the same one."""
        with contextlib.suppress(SecurityTrouble):  # it stays due, and is said to be
            return self.rekey(_given_here(key), progress)
        return key

    def rekey(self, opened: "Opened", progress: Progress) -> "Opened":
        """A new data key for the store, which is closed, where somebody who had the old one was removed.

        The quick code is sealed to the old one, so it is not done when that unlocked. Raises `RekeyWaits`.
        """
        from smf_desktop.security import rekeying

        if self._instance is None or opened.way == "quick_code" or not rekeying.is_due(self.directory, opened):
            return opened
        if self.battery() is not None:
            raise RekeyWaits("battery")
        from smf_desktop.safekeeping import rekey

        computer, now = self.computer, self.clock.now()
        return rekey(
            self.directory,
            opened,
            computer.means(False),
            pid=computer.pid,
            now=now,
            new_id=computer.new_id,
            progress=progress,
        )

    def set_quick_code(self, opened: "Opened", code: str) -> None:
        from smf_desktop.security.quick_code import QuickCode

        quick = QuickCode(opened, code, self.directory, self.computer.means(False))
        self.forget_quick_code()
        self._quick = quick

    def change_password(self, opened: "Opened", old: str, new: str) -> None:
        from smf_desktop.security import vault

        means = self.computer.means(True)
        vault.change_password(self.directory, opened.username, old, new, means).zero()


def _given_here(key: "Key") -> "Opened":
    """The windows hand a key on without knowing more of it than that it is one."""
    from smf_desktop.security.opened import Opened

    if not isinstance(key, Opened):
        raise TypeError("a key that no house gave")
    return key
