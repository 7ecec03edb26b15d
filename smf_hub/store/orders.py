"""Grants given and orders standing, as rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from msgspec.json import encode
from sqlalchemy import Connection, insert, update

from smf_core.records.rows import Values, asked
from smf_hub.ports import Noted
from smf_hub.store import tables as t
from smf_hub.store.together import Question

Act = Literal["wipe", "lock", "rotate"]


@dataclass(frozen=True, slots=True)
class GivenGrant:
    serial: str
    user: str
    device: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class StandingOrder:
    serial: str
    act: Act
    at: int


def give_order(connection: Connection, serial: str, device: str, act: Act, at: int) -> None:
    """Order a laptop something, unless it has that order already."""
    if all(each.act != act for each in standing_orders(connection, device)):
        connection.execute(insert(t.order), [{"serial": serial, "device": device, "act": act, "at": at}])


_WIPES = "SELECT count(*), count(done_at) FROM device_order WHERE device = ? AND act = 'wipe'"
_STANDING = "SELECT serial, act, at FROM device_order WHERE device = ? AND done_at IS NULL ORDER BY at, serial"


def standing_orders(connection: Connection, device: str) -> tuple[StandingOrder, ...]:
    """What a laptop was ordered and has not reported done, the oldest first."""
    return tuple(StandingOrder(*row) for row in asked(connection, _STANDING, (device,)))


def is_destroyed(connection: Connection, device: str) -> bool:
    """Whether a laptop reported that it was wiped, and has not been ordered so again."""
    ((given, done),) = asked(connection, _WIPES, (device,))
    return bool(given) and given == done


def order_done(connection: Connection, device: str, serials: Collection[str], at: int) -> tuple[StandingOrder, ...]:
    """A laptop reports orders of its own done. Answers those that were still standing."""
    done = tuple(each for each in standing_orders(connection, device) if each.serial in serials)
    ids = [each.serial for each in done]
    connection.execute(update(t.order).where(t.order.c.serial.in_(ids)).values(done_at=at))
    return done


_GIVEN = """SELECT serial, "user", since, until, CAST(NULL AS bytea) FROM given_grant
    WHERE "user" IN (SELECT value FROM json_each(?)) AND device = ? AND until > ? AND since > ?"""
_ORDERED = "SELECT serial, act, at, 0, CAST(NULL AS bytea) FROM device_order WHERE device = ? AND done_at IS NULL"
_KEYS = """SELECT k."user", k.device, 0, 0, k.draft_key FROM device_user k JOIN device d ON d.device = k.device
    WHERE k."user" IN (SELECT value FROM json_each(?)) AND k.draft_key IS NOT NULL AND d.revoked_at IS NULL"""


_LASTS = itemgetter(3, 0)


@dataclass(frozen=True, slots=True)
class Told:
    """What stands for a laptop: by user the grant given last, its orders, and by user all keys drafts are sealed to."""

    given: Mapping[str, GivenGrant]
    orders: tuple[StandingOrder, ...]
    draft_keys: Mapping[str, tuple[bytes, ...]]


def what_to_tell(noted: Noted, now: int, given_after: int) -> Sequence[Question]:
    """What asks for all that is to be said to a laptop. Of the grants given after a moment those that last longest,
    where they last still."""
    device = noted.device.device
    of_grants = (_json(noted.working), device, now, given_after)
    return [(_GIVEN, of_grants), (_ORDERED, (device,)), (_KEYS, (_json(noted.device.users),))]


def told(noted: Noted, answers: Sequence[Sequence[Values]]) -> Told:
    """What `what_to_tell` was answered."""
    given, standing, keyed = answers
    keys: dict[str, tuple[bytes, ...]] = {}
    for user, _, _, _, key in sorted(keyed, key=itemgetter(0, 1)):
        keys[user] = (*keys.get(user, ()), bytes(key))
    device = noted.device.device
    return Told(
        {user: GivenGrant(serial, user, device, *times) for serial, user, *times, _ in sorted(given, key=_LASTS)},
        tuple(StandingOrder(serial, act, at) for serial, act, at, _, _ in sorted(standing, key=itemgetter(2, 0))),
        keys,
    )


def _json(names: Iterable[str]) -> str:
    return encode(sorted(names)).decode()


def give_grant(connection: Connection, grant: GivenGrant) -> None:
    row = {name: getattr(grant, name) for name in GivenGrant.__dataclass_fields__}
    connection.execute(insert(t.given_grant), [row])
