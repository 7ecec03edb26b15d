"""Who uses this laptop, for which service, and which checklists the service approved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, select

from smf_core.policy.roles import Capability, Role, User
from smf_core.records import tables as t
from smf_core.records.queries.batches import code, codes


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Service:
    """The service of this store. All of it is empty before the store has its first records."""

    id: str = ""
    name: str = ""
    store_kind: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings that were changed, by name; what is not here is at its default."""


@dataclass(frozen=True, slots=True)
class GivenApproval:
    """A clinical lead's approval of one checklist version."""

    id: str
    skill: str
    version: str
    approved_by: str
    role: str
    approved_on: date
    next_review_due: date | None


_USERS = select(t.user).order_by(t.user.c.name, t.user.c.id)
_TEAMS = select(t.team).order_by(t.team.c.name, t.team.c.id)
_SERVICE = select(t.service).order_by(t.service.c.id).limit(1)
_CHANGED = select(t.service_setting.c.setting, t.service_setting.c.value).where(
    t.service_setting.c.service == bindparam("service")
)


def users(connection: Connection) -> tuple[User, ...]:
    """Everyone, those who left included, by name."""
    return tuple(_user(row) for row in connection.execute(_USERS))


def user(connection: Connection, user_id: str) -> User | None:
    row = connection.execute(select(t.user).where(t.user.c.id == user_id)).one_or_none()
    return _user(row) if row else None


def by_username(connection: Connection, username: str) -> User | None:
    """The user of that user name; one who left only where nobody has taken the name since."""
    named = select(t.user).where(t.user.c.username == username).order_by(t.user.c.active.desc(), t.user.c.id.desc())
    row = connection.execute(named.limit(1)).one_or_none()
    return _user(row) if row else None


def _user(row: Row[*tuple[Any, ...]]) -> User:
    return User(
        id=row.id,
        username=row.username,
        name=row.name,
        role=code(Role, row.role, Role.ASSISTANT),
        capabilities=frozenset(Capability(each) for each in codes(row.capabilities) if each in frozenset(Capability)),
        # Nothing is allowed to a role that is not known here.
        active=row.active and row.role in frozenset(Role),
    )


def teams(connection: Connection) -> tuple[Team, ...]:
    return tuple(Team(row.id, row.name) for row in connection.execute(_TEAMS))


def service(connection: Connection) -> Service:
    """The service and the settings it changed."""
    row = connection.execute(_SERVICE).one_or_none()
    if row is None:
        return Service()
    changed = connection.execute(_CHANGED, {"service": row.id})
    return Service(
        id=row.id,
        name=row.name,
        store_kind=row.store_kind,
        settings={each.setting: msgspec.json.decode(each.value) for each in changed},
    )


def approvals(connection: Connection) -> tuple[GivenApproval, ...]:
    """Every approval given, oldest first, so that the last of a version is the one in force."""
    given = t.approval
    rows = connection.execute(select(given).order_by(given.c.approved_on, given.c.id))
    return tuple(
        GivenApproval(row.id, row.skill, row.version, row.approved_by, row.role, row.approved_on, row.next_review_due)
        for row in rows
    )
