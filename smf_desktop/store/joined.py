"""The hub this store has joined, what it said last, its grants and its orders. One row or a few; no records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from smf_core.operations.protocol import Signed
from smf_core.records.rows import asked
from smf_desktop.store.tables import held_grant, joined_hub, obeyed_order, replica

WIPE = "wipe"

_WIPES = "SELECT serial FROM obeyed_order WHERE act = ? ORDER BY at DESC, serial DESC LIMIT 1"
_UNTOLD = "SELECT serial FROM obeyed_order WHERE told IS FALSE ORDER BY at"


@dataclass(frozen=True, slots=True)
class JoinedHub:
    """The hub, and who this laptop is there. `device_key` is the private Ed25519 key, raw."""

    hub: str
    url: str
    hub_key: bytes
    recovery_key: bytes
    device: str
    team: str
    device_key: bytes = field(repr=False)
    ratchet: bytes = field(repr=False, default=b"")
    offset_ms: int = 0
    heard_ms: int = 0
    stamp_ms: int = 0
    joined_at: str = ""
    complete_at: str | None = None
    certificate: Signed | None = None
    """The hub's own words that this laptop was enrolled."""


_COLUMNS = (
    joined_hub.c.hub,
    joined_hub.c.url,
    joined_hub.c.hub_key,
    joined_hub.c.recovery_key,
    joined_hub.c.device,
    joined_hub.c.team,
    joined_hub.c.device_key,
    joined_hub.c.ratchet,
    joined_hub.c.offset_ms,
    joined_hub.c.heard_ms,
    joined_hub.c.stamp_ms,
    joined_hub.c.joined_at,
    joined_hub.c.complete_at,
    joined_hub.c.certificate,
)


def joined(connection: Connection) -> JoinedHub | None:
    """The hub of this store; None while it lives without one."""
    row = connection.execute(select(*_COLUMNS)).one_or_none()
    if row is None:
        return None
    hub, url, hub_key, recovery_key, device, team, device_key, ratchet, *rest = row
    keys = bytes(hub_key), bytes(recovery_key), device, team, bytes(device_key), bytes(ratchet)
    offset_ms, heard_ms, stamp_ms, joined_at, complete_at, certificate = rest
    shown = msgspec.json.decode(certificate, type=Signed) if certificate else None
    return JoinedHub(hub, url, *keys, offset_ms, heard_ms, stamp_ms, joined_at, complete_at, shown)


def join(connection: Connection, hub: JoinedHub) -> None:
    """From here on the store has this hub; what another laptop of the same store was told is gone."""
    connection.execute(delete(joined_hub))
    row = {
        "hub": hub.hub,
        "url": hub.url,
        "hub_key": hub.hub_key,
        "recovery_key": hub.recovery_key,
        "device": hub.device,
        "team": hub.team,
        "device_key": hub.device_key,
        "ratchet": hub.ratchet,
        "offset_ms": hub.offset_ms,
        "heard_ms": hub.heard_ms,
        "stamp_ms": hub.stamp_ms,
        "joined_at": hub.joined_at,
        "complete_at": hub.complete_at,
        "certificate": msgspec.json.encode(hub.certificate) if hub.certificate else None,
    }
    connection.execute(insert(joined_hub), [row])


def highest_stamp(connection: Connection) -> int:
    """The milliseconds of the latest stamp this laptop gave."""
    return int(connection.scalar(select(func.max(replica.c.ms))) or 0)


def note_time(connection: Connection, ms: int) -> None:
    """It was so late: from here on this laptop gives no earlier stamps, also when the clock is set back."""
    later = update(replica).where(replica.c.chain_of == "audit", replica.c.ms < ms)
    connection.execute(later.values(ms=ms, counter=0))


def withdraw_grants(connection: Connection) -> None:
    """The hub ordered a lock: from the next unlock on it has to be asked first."""
    connection.execute(delete(held_grant))


def grant_of(connection: Connection, user: str) -> Signed | None:
    row = connection.execute(
        select(held_grant.c.content, held_grant.c.signature).where(held_grant.c.user == user)
    ).one_or_none()
    return Signed(content=bytes(row.content), signature=bytes(row.signature)) if row else None


def grants(connection: Connection) -> Sequence[tuple[str, Signed]]:
    """Every grant that is held, by user."""
    rows = connection.execute(select(held_grant).order_by(held_grant.c.user))
    return [(row.user, Signed(content=bytes(row.content), signature=bytes(row.signature))) for row in rows]


def was_obeyed(connection: Connection, serial: str) -> bool:
    return connection.scalar(select(obeyed_order.c.serial).where(obeyed_order.c.serial == serial)) is not None


def obeyed(connection: Connection, serial: str, act: str, at: datetime) -> None:
    """An order is about to be carried out, in the same transaction where it can be."""
    row = {"serial": serial, "act": act, "at": at.isoformat(), "told": False}
    connection.execute(insert(obeyed_order), [row])


def note_wipe(connection: Connection, serial: str, at: datetime) -> None:
    """The hub ordered this store destroyed. It is said to be done when it is, not from here."""
    if not was_obeyed(connection, serial):
        row = {"serial": serial, "act": WIPE, "at": at.isoformat(), "told": True}
        connection.execute(insert(obeyed_order), [row])


def wipe_heard(connection: Connection) -> str | None:
    """The serial of the newest order to destroy this store; None where there is none."""
    return next((serial for (serial,) in asked(connection, _WIPES, (WIPE,))), None)


def to_tell(connection: Connection) -> Sequence[str]:
    """The serials of orders carried out that the hub has not heard of."""
    return [serial for (serial,) in asked(connection, _UNTOLD)]


def told(connection: Connection, serials: Sequence[str], *, known: bool = True) -> None:
    """The hub knows of these, or it has forgotten them and is to be told again."""
    connection.execute(update(obeyed_order).where(obeyed_order.c.serial.in_(serials)).values(told=known))
