"""What a computer gives: the time, new ids, chance, the keys it keeps, its battery and its folders."""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from smf_desktop.ports import Battery, Clock, NewId, Random, Reach
from smf_desktop.store.instance import read_mounts
from smf_desktop.store.reserve import BYTES as RESERVE_BYTES

if TYPE_CHECKING:
    from uuid import UUID

    from smf_desktop.security.opened import Means


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
    reach: Callable[[], Reach]
    reserve: int = RESERVE_BYTES
    pause: Callable[[float], None] = time.sleep
    """Let so many seconds go by. Never on the interface thread."""


class Place(Protocol):
    """The folder of a store on a computer."""

    @property
    def computer(self) -> Computer: ...
    @property
    def directory(self) -> Path: ...


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
        reach=partial(_over_the_network, clock),
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


def _over_the_network(clock: Clock) -> Reach:
    from smf_desktop.compose.network import Network

    return Network(clock, os.urandom)


def usual_place(environ: Mapping[str, str]) -> Path:
    """Where the store lies when nobody says otherwise: in the person's own folder, which no sync program copies."""
    home = Path(environ.get("HOME", "~")).expanduser()
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))) / "SMF Desktop" / "store"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "SMF Desktop" / "store"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "smf-desktop" / "store"
