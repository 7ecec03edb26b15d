"""Who the authors of a push were, in which teams, on which laptops: read once for the whole of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from smf_core.records.rows import asked
from smf_hub.ports import Caller
from smf_hub.store import people
from smf_hub.store import tables as t
from smf_hub.store.people import Membership


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody the hub knows. `devices` are the laptops they may work on."""

    capabilities: frozenset[str]
    active: bool
    memberships: tuple[Membership, ...]
    devices: frozenset[str]


def authors(connection: Connection, users: Collection[str]) -> Mapping[str, Author]:
    """Those of some people whom the hub knows."""
    d = t.device_user.c
    held: defaultdict[str, list[Membership]] = defaultdict(list)
    for each in people.memberships(connection, users):
        held[each.user].append(each)
    devices: defaultdict[str, set[str]] = defaultdict(set)
    for row in connection.execute(select(d.user, d.device).where(d.user.in_(users))):
        devices[row.user].add(row.device)
    return {
        each.user: Author(each.capabilities, each.active, tuple(held[each.user]), frozenset(devices[each.user]))
        for each in people.accounts(connection, users)
    }


_ROLES_ON = """SELECT m.team, m.role FROM device_user d JOIN membership m ON m."user" = d."user"
    JOIN account a ON a."user" = m."user"
    WHERE d.device = ? AND a.active AND m.since <= ? AND (m.until IS NULL OR m.until > ?)"""


def roles_on(connection: Connection, device: str, now: int) -> Mapping[str, frozenset[str]]:
    """By team the roles that the active users of a laptop have there now."""
    found: dict[str, set[str]] = {}
    for team, role in asked(connection, _ROLES_ON, (device, now, now)):
        found.setdefault(team, set()).add(role)
    return {team: frozenset(roles) for team, roles in found.items()}


def laptops_of(connection: Connection, replicas: Collection[str]) -> Mapping[str, Caller]:
    """By replica the laptop that wrote it, where the hub knows that."""
    r, d = t.replica.c, t.device.c
    asked = select(r.replica, d.device, d.team).join(t.device, d.device == r.device).where(r.replica.in_(replicas))
    return {row.replica: Caller(row.device, row.team, frozenset()) for row in connection.execute(asked)}


def device_key(connection: Connection, device: str) -> bytes:
    """The public key that a laptop signs with."""
    key: bytes = connection.execute(select(t.device.c.public_key).where(t.device.c.device == device)).scalar_one()
    return key
