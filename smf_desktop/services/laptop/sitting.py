"""From unlock to lock: the session, what opening the store found, and what only this user on this laptop may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smf_desktop.services.laptop.backups import BackupWriter
from smf_desktop.services.laptop.door import IdleRule
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess, Timing


@dataclass(frozen=True, slots=True)
class Found:
    """What a person must be told of the store they have just opened.

    `behind`: acknowledged saves are gone, `missing` of them (None: nobody can say how many). `set_aside`: files of a
    log that was not this store's, or had lost its end, were put out of the way. `damaged`: it can only be read, and
    `salvaged` saves that no hub has were copied out of it (None: it is not damaged, or that could not be done).
    `rekey_due`: somebody was removed, and the store still has the key they had.
    """

    behind: bool = False
    missing: int | None = None
    set_aside: int = 0
    damaged: bool = False
    salvaged: int | None = None
    rekey_due: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person at an open store. `idle` is the rule as it stands at the start; `each_minute` writes the audit on."""

    session: Session
    service_name: str
    team_name: str
    settings: Mapping[str, Any]
    """What the service changed, by name."""
    found: Found
    idle: IdleRule
    each_minute: Callable[[], None]
    renewed: Callable[[], Session]
    """The session as the records now have it: who works here, the checklists. Not on the interface thread.

    Raises `NoLongerHere` when whoever is in has left: the store is to be closed at once."""
    set_quick_code: Callable[[str], None]
    change_password: Callable[[str, str], None]
    backups: BackupWriter
    close: Callable[[], None]
    """Notes the end in the audit, closes the store and wipes the key; never raises."""
    timing: Timing | None = None
    """When to exchange with the hub; None where there is none."""
    connect_by: datetime | None = None
    """Until when this person may work without the hub; None where there is none."""
    hub: HubAccess | None = None
    """The hub this store has joined; the store is to be closed at once when it raises `LockedByHub` or `StoreWiped`."""
    in_grace: bool = False
    """That time is over: the day's visits can be finished, and nothing else begun."""
    overdue: Callable[[], datetime | None] = lambda: None
    """When that time ended, if it has by now; None while it lasts. Raises `GrantLapsed` once the grace is over, too,
    and `NoLongerHere`."""
