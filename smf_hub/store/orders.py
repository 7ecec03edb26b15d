"""Grants given and orders standing, as rows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select, update

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


def standing_orders(connection: Connection, device: str) -> tuple[StandingOrder, ...]:
    """What a laptop was ordered and has not reported done, the oldest first."""
    o = t.order.c
    rows = connection.execute(select(t.order).where(o.device == device, o.done_at.is_(None)).order_by(o.at, o.serial))
    return tuple(StandingOrder(row.serial, row.act, row.at) for row in rows)


def order_done(connection: Connection, device: str, serials: Collection[str], at: int) -> tuple[StandingOrder, ...]:
    """A laptop reports orders of its own done. Answers those that were still standing."""
    done = tuple(each for each in standing_orders(connection, device) if each.serial in serials)
    ids = [each.serial for each in done]
    connection.execute(update(t.order).where(t.order.c.serial.in_(ids)).values(done_at=at))
    return done


def last_grant(connection: Connection, user: str, device: str) -> GivenGrant | None:
    """The grant that lasts longest of those somebody has on a laptop."""
    g = t.given_grant.c
    theirs = select(t.given_grant).where(g.user == user, g.device == device).order_by(g.until.desc(), g.serial.desc())
    row = connection.execute(theirs.limit(1)).one_or_none()
    return GivenGrant(row.serial, row.user, row.device, row.since, row.until) if row else None


def give_grant(connection: Connection, grant: GivenGrant) -> None:
    row = {name: getattr(grant, name) for name in GivenGrant.__dataclass_fields__}
    connection.execute(insert(t.given_grant), [row])
