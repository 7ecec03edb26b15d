"""Grants given and orders standing, as rows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select, update

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


_STANDING = (
    select(t.order.c.serial, t.order.c.act, t.order.c.at)
    .where(t.order.c.device == bindparam("device"), t.order.c.done_at.is_(None))
    .order_by(t.order.c.at, t.order.c.serial)
)


def standing_orders(connection: Connection, device: str) -> tuple[StandingOrder, ...]:
    """What a laptop was ordered and has not reported done, the oldest first."""
    rows = connection.execute(_STANDING, {"device": device})
    return tuple(StandingOrder(row.serial, row.act, row.at) for row in rows)


def order_done(connection: Connection, device: str, serials: Collection[str], at: int) -> tuple[StandingOrder, ...]:
    """A laptop reports orders of its own done. Answers those that were still standing."""
    done = tuple(each for each in standing_orders(connection, device) if each.serial in serials)
    ids = [each.serial for each in done]
    connection.execute(update(t.order).where(t.order.c.serial.in_(ids)).values(done_at=at))
    return done


_GIVEN = (
    select(t.given_grant)
    .where(
        t.given_grant.c.user.in_(bindparam("users", expanding=True)),
        t.given_grant.c.device == bindparam("device"),
        t.given_grant.c.until > bindparam("now"),
        t.given_grant.c.since > bindparam("given_after"),
    )
    .order_by(t.given_grant.c.until, t.given_grant.c.serial)
)


def last_grants(
    connection: Connection, users: Collection[str], device: str, now: int, given_after: int
) -> dict[str, GivenGrant]:
    """By user of a laptop the grant given after a moment that lasts longest, where it lasts still."""
    asked = {"users": list(users), "device": device, "now": now, "given_after": given_after}
    found = connection.execute(_GIVEN, asked)
    return {row.user: GivenGrant(row.serial, row.user, row.device, row.since, row.until) for row in found}


_WORKING = (
    select(t.device_user.c.user, t.membership.c.team, t.membership.c.role)
    .join(t.account, t.account.c.user == t.device_user.c.user)
    .join(t.membership, t.membership.c.user == t.device_user.c.user)
    .where(
        t.device_user.c.device == bindparam("device"),
        t.account.c.active,
        t.membership.c.since <= bindparam("now"),
        t.membership.c.until.is_(None) | (t.membership.c.until > bindparam("now")),
    )
    .order_by(t.device_user.c.user, t.membership.c.since, t.membership.c.team)
)


def working(connection: Connection, device: str, now: int) -> dict[str, dict[str, str]]:
    """By user of a laptop who works here: their teams, and their role in each."""
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(_WORKING, {"device": device, "now": now}):
        found.setdefault(row.user, {})[row.team] = row.role
    return found


def give_grant(connection: Connection, grant: GivenGrant) -> None:
    row = {name: getattr(grant, name) for name in GivenGrant.__dataclass_fields__}
    connection.execute(insert(t.given_grant), [row])
