"""Who the authors of a push were, in which teams, on which laptops: read once for the whole of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from smf_core.records.rows import asked
from smf_hub.store import tables as t


@dataclass(frozen=True, slots=True)
class Membership:
    """Of one team in one role, from a moment up to another (None: still); UTC milliseconds."""

    team: str
    role: str
    since: int
    until: int | None

    def holds(self, moment: int) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody the hub knows. `devices` are the laptops they may work on."""

    capabilities: frozenset[str]
    active: bool
    memberships: tuple[Membership, ...]
    devices: frozenset[str]


def authors(connection: Connection, users: Collection[str]) -> Mapping[str, Author]:
    """Those of some people whom the hub knows."""
    a, m, d = t.account.c, t.membership.c, t.device_user.c
    memberships: dict[str, list[Membership]] = {}
    for row in connection.execute(select(t.membership).where(m.user.in_(users)).order_by(m.since, m.team)):
        memberships.setdefault(row.user, []).append(Membership(row.team, row.role, row.since, row.until))
    devices: dict[str, set[str]] = {}
    for row in connection.execute(select(d.user, d.device).where(d.user.in_(users))):
        devices.setdefault(row.user, set()).add(row.device)
    return {
        row.user: Author(
            frozenset(row.capabilities.split(",")) - {""},
            row.active,
            tuple(memberships.get(row.user, ())),
            frozenset(devices.get(row.user, ())),
        )
        for row in connection.execute(select(a.user, a.capabilities, a.active).where(a.user.in_(users)))
    }


_ROLES_ON = f"""SELECT m.team, m.role FROM {t.device_user.name} d JOIN {t.membership.name} m ON m."user" = d."user"
    JOIN {t.account.name} a ON a."user" = m."user"
    WHERE d.device = ? AND a.active AND m.since <= ? AND (m.until IS NULL OR m.until > ?)"""  # noqa: S608


def roles_on(connection: Connection, device: str, now: int) -> Mapping[str, frozenset[str]]:
    """By team the roles that the active users of a laptop have there now."""
    found: dict[str, set[str]] = {}
    for team, role in asked(connection, _ROLES_ON, (device, now, now)):
        found.setdefault(team, set()).add(role)
    return {team: frozenset(roles) for team, roles in found.items()}


def device_key(connection: Connection, device: str) -> bytes:
    """The public key that a laptop signs with."""
    key: bytes = connection.execute(select(t.device.c.public_key).where(t.device.c.device == device)).scalar_one()
    return key
