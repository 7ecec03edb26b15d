"""Grants given and orders standing, as rows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from msgspec.json import encode
from sqlalchemy import Connection, insert, update

from smf_core.records.rows import asked
from smf_hub.store import tables as t

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


_STANDING = "SELECT serial, act, at FROM device_order WHERE device = ? AND done_at IS NULL ORDER BY at, serial"


def standing_orders(connection: Connection, device: str) -> tuple[StandingOrder, ...]:
    """What a laptop was ordered and has not reported done, the oldest first."""
    return tuple(StandingOrder(*row) for row in asked(connection, _STANDING, (device,)))


def order_done(connection: Connection, device: str, serials: Collection[str], at: int) -> tuple[StandingOrder, ...]:
    """A laptop reports orders of its own done. Answers those that were still standing."""
    done = tuple(each for each in standing_orders(connection, device) if each.serial in serials)
    ids = [each.serial for each in done]
    connection.execute(update(t.order).where(t.order.c.serial.in_(ids)).values(done_at=at))
    return done


_GIVEN = """SELECT serial, "user", device, since, until FROM given_grant
    WHERE "user" IN (SELECT value FROM json_each(?)) AND device = ? AND until > ? AND since > ?
    ORDER BY until, serial"""


def last_grants(
    connection: Connection, users: Collection[str], device: str, now: int, given_after: int
) -> dict[str, GivenGrant]:
    """By user of a laptop the grant given after a moment that lasts longest, where it lasts still."""
    found = asked(connection, _GIVEN, (encode(list(users)).decode(), device, now, given_after))
    return {row[1]: GivenGrant(*row) for row in found}


_WORKING = """SELECT d."user", m.team, m.role FROM device_user d
    JOIN account a ON a."user" = d."user" JOIN membership m ON m."user" = d."user"
    WHERE d.device = ? AND a.active AND m.since <= ? AND (m.until IS NULL OR m.until > ?)
    ORDER BY d."user", m.since, m.team"""


def working(connection: Connection, device: str, now: int) -> dict[str, dict[str, str]]:
    """By user of a laptop who works here: their teams, and their role in each."""
    found: dict[str, dict[str, str]] = {}
    for user, team, role in asked(connection, _WORKING, (device, now, now)):
        found.setdefault(user, {})[team] = role
    return found


def give_grant(connection: Connection, grant: GivenGrant) -> None:
    row = {name: getattr(grant, name) for name in GivenGrant.__dataclass_fields__}
    connection.execute(insert(t.given_grant), [row])
