"""From a key to an open store and somebody working in it, and the end of that."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from smf_desktop.compose.checklists import shipped_checklists
from smf_desktop.compose.computer import Place
from smf_desktop.compose.files import DATABASE
from smf_desktop.ports import LEAST_MINUTES
from smf_desktop.security import attempts
from smf_desktop.store.instance import BESIDE, Instance
from smf_desktop.trouble import LockedByHub, NoLongerHere

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from smf_core.operations.change_set import ChangeSet
    from smf_core.operations.protocol import DraftNote, HeldWork, LaptopNote, PersonAsked, PersonGiven, Scope
    from smf_core.policy.roles import User
    from smf_core.records import Connection
    from smf_core.records.queries.users import Service, Team
    from smf_desktop.compose.line import Line, Stop, Tell
    from smf_desktop.presenters.sync.facts import Result
    from smf_desktop.security.grants import Lease
    from smf_desktop.security.opened import Opened
    from smf_desktop.services.laptop.sitting import Sitting
    from smf_desktop.services.session import Session
    from smf_desktop.services.sync.state import Timing
    from smf_desktop.store.high_water import HighWater
    from smf_desktop.store.recovery import Opening
    from smf_desktop.store.store import Store

log = logging.getLogger(__name__)


class Entrance(Place, Protocol):
    """The folder of a store, and what somebody in it may ask of it."""

    def set_quick_code(self, opened: "Opened", code: str) -> None: ...
    def change_password(self, opened: "Opened", old: str, new: str) -> None: ...


@dataclass(frozen=True, slots=True)
class OpenStore:
    """An open store with what has to go when it closes: its pools ask for the key whenever they connect anew."""

    opening: "Opening"
    mark: "HighWater"
    raw_key: bytearray

    def close(self) -> None:
        self.opening.store.close()
        self.mark.close()
        self.raw_key[:] = bytes(len(self.raw_key))


def open_at_newest(house: Place, opened: "Opened") -> OpenStore:
    """The store at the newest schema."""
    from smf_desktop.security.sealing import wipe
    from smf_desktop.store import recovery, rekeying, schema
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
                schema.bring_up(directory, key, migrations())
                opening = open_store()
        except BaseException:
            opening.store.close()
            raise
        schema.erase_old(directory, computer.clock.now())
        rekeying.clear(directory)
        return OpenStore(opening, mark, key)
    except BaseException:
        mark.close()
        wipe(key)
        raise


def _check_not_newer(directory: Path, key: bytearray) -> None:
    """A newer version's store is not written to at all, so this is asked before it is opened to be written."""
    from smf_desktop.store import schema
    from smf_desktop.trouble import NotOurStore, StoreDamaged

    with contextlib.suppress(NotOurStore, StoreDamaged):  # those are for the recovery to judge
        schema.version(directory / DATABASE, key)


def enter(house: Entrance, opened: "Opened") -> "Sitting":
    from smf_desktop.safekeeping import Backups, salvage_once
    from smf_desktop.security import rekeying
    from smf_desktop.security.grants import Standing
    from smf_desktop.security.lock import IdleLock
    from smf_desktop.services.laptop.checklists import approved_library
    from smf_desktop.services.laptop.sitting import Found, Sitting
    from smf_desktop.store.joined import joined, wipe_heard

    computer = house.computer
    held = open_at_newest(house, opened)
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
            if hub is not None:
                hub.close()
            held.close()
            opened.zero()

    try:
        lease = standing(house, store, opened.user_id)
        with store.read() as connection:
            hub = _Hub(house, store, opened) if joined(connection) is not None else None
            if hub is not None and wipe_heard(connection) is not None:
                raise LockedByHub
        session, named, team = _session(house, store, opened.user_id)
        if lease is not None and lease.standing is Standing.GRACE:
            session = replace(session, user=replace(session.user, in_grace=True))
        if not store.damaged:
            _tell_of_unlocks(house, store, session, opened.way)
    except BaseException:
        held.close()
        raise

    def renewed() -> "Session":
        with store.read() as connection:
            checklists = approved_library(connection, shipped_checklists())
            return replace(session, user=_who_works_here(connection, opened.user_id), checklists=checklists)

    def overdue() -> "datetime | None":
        found = standing(house, store, opened.user_id)
        return found.until if found is not None and found.standing is Standing.GRACE else None

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
            rekey_due=rekeying.is_due(house.directory, opened),
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
        connect_by=lease.until if lease else None,
        hub=hub,
        timing=_timing(house) if hub is not None else None,
        in_grace=session.user.in_grace,
        overdue=overdue,
    )


def standing(house: Place, store: "Store", user_id: str) -> "Lease | None":
    """How a user stands with the hub; None where there is none, or where a store of its own has only just joined it.

    Raises `NoLongerHere`, `GrantLapsed`, or `JoiningUnfinished` where nothing was ever written here and not everything
    has come.
    """
    from smf_desktop.security.grants import BELIEVED_MS, Heard, Standing, lease, used_time
    from smf_desktop.store.joined import grant_of, highest_stamp, joined, note_time
    from smf_desktop.store.store import RECORDS, read_chain
    from smf_desktop.trouble import GrantLapsed, JoiningUnfinished

    with store.read() as connection:
        hub = joined(connection)
        if hub is None:
            return None
        if hub.complete_at is None:
            if not read_chain(connection, RECORDS).seq:
                raise JoiningUnfinished
            return None
        _who_works_here(connection, user_id)
        signed, stamp = grant_of(connection, user_id), highest_stamp(connection)
    heard = Heard(hub.heard_ms, hub.offset_ms, hub.stamp_ms, stamp)
    now_ms = used_time(int(house.computer.clock.now().timestamp() * 1000), heard)
    found = lease(signed, hub_key=hub.hub_key, user=user_id, device=hub.device, now_ms=now_ms)
    if found.standing is Standing.LAPSED:
        over = now_ms - int(found.until.timestamp() * 1000) if found.until else 0
        if 0 < over <= BELIEVED_MS:  # who was refused once is not let in by setting the clock back
            with store.work(author=user_id, now=house.computer.clock.now(), new_id=house.computer.new_id) as work:
                note_time(work.connection, now_ms - hub.offset_ms)
        raise GrantLapsed(found.until)
    return found


def _timing(house: Place) -> "Timing":
    from smf_desktop.sync import timing

    return timing.Timing(chance=lambda: int.from_bytes(house.computer.random(4)) / 2**32)


@dataclass(slots=True)
class _Hub:
    """The `HubAccess` of an open store. What reaching a hub takes is imported by whoever first asks for it."""

    house: Place
    store: "Store"
    opened: "Opened"
    _line: "Line | None" = None

    def exchange(self, tell: "Tell", stop: "Stop") -> "Result":
        return self.line().exchange(tell, stop)

    def held(self) -> "tuple[HeldWork, Sequence[ChangeSet]]":
        return self.line().held()

    def laptops(self) -> "Sequence[LaptopNote]":
        return self.line().laptops()

    def scope(self, feed: str) -> "Scope":
        return self.line().scope(feed)

    def figure(self, name: str, asked: "Mapping[str, str]") -> bytes:
        return self.line().figure(name, asked)

    def open_person(self, said: "PersonAsked") -> "PersonGiven":
        return self.line().open_person(said)

    def drafts_elsewhere(self) -> "Sequence[DraftNote]":
        return self.line().drafts_elsewhere()

    def bring_draft(self, note: "DraftNote") -> bool:
        return self.line().bring_draft(note)

    def take_over_draft(self, note: "DraftNote", reason: str, recovery_key: str) -> bool:
        return self.line().take_over_draft(note, reason, recovery_key)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def line(self) -> "Line":
        if self._line is None:
            from smf_desktop.compose.line import line

            self._line = line(self.house, self.store, self.opened)
        return self._line


@contextlib.contextmanager
def beside(house: Place, opened: "Opened") -> Iterator["Session"]:
    """A user at a store that another window has open: it is read, and a line for the audit may be written."""
    from smf_desktop.security.sealing import wipe
    from smf_desktop.store.store import Store

    computer, key = house.computer, opened.raw_key()
    try:
        with Instance(house.directory, pid=computer.pid, since=computer.clock.now(), file=BESIDE):
            store = Store(house.directory, key)
            try:
                yield _session(house, store, opened.user_id)[0]
            finally:
                store.close()
    finally:
        wipe(key)
        opened.zero()


def _session(house: Place, store: "Store", user_id: str) -> "tuple[Session, Service, Team]":
    """A user at an open store, with the service and the team of it. Raises `NoLongerHere`."""
    from smf_core.records.queries.users import service, teams
    from smf_desktop.services.laptop.checklists import approved_library
    from smf_desktop.services.session import Session, StoreKind
    from smf_desktop.store.joined import joined

    with store.read() as connection:
        person = _who_works_here(connection, user_id)
        named, hub = service(connection), joined(connection)
        team = next((each for each in teams(connection) if hub and each.id == hub.team), teams(connection)[0])
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


def _who_works_here(connection: "Connection", user_id: str) -> "User":
    from smf_core.records.queries.users import user

    person = user(connection, user_id)
    if person is None or not person.active:
        raise NoLongerHere
    return person


def _tell_of_unlocks(house: Place, store: "Store", session: "Session", way: str) -> None:
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


def migrations() -> Path:
    from importlib.resources import files

    return Path(str(files("migrations")))
