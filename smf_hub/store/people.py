"""Teams, accounts, memberships and laptops as rows. Moments are UTC milliseconds."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from unicodedata import normalize

from msgspec.json import encode
from sqlalchemy import Connection, Row, and_, bindparam, case, delete, insert, select, update

from smf_core.records.rows import Values, asked, do
from smf_hub.ports import Device, Noted
from smf_hub.store import tables as t
from smf_hub.store.together import Question, asked_together


@dataclass(frozen=True, slots=True)
class Team:
    team: str
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    user: str
    username: str
    name: str
    role: str
    capabilities: frozenset[str]
    active: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """Of one team in one role, from a moment up to another; `until` is None while it lasts."""

    user: str
    team: str
    since: int
    until: int | None
    role: str

    def holds(self, moment: int) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Event:
    """What an administrator must know of, as a code; `detail` is a code, a count or an id."""

    at: int
    kind: str
    device: str | None
    user: str | None
    detail: str


_THIS_DEVICE = update(t.device).where(t.device.c.device == bindparam("this"))
_OF_DEVICE = [column.name for column in t.device.columns]


def username_key(username: str) -> str:
    """What two spellings of one username share."""
    return normalize("NFKC", username.strip()).casefold()


# --- teams and accounts --------------------------------------------------------------------------


def teams(connection: Connection) -> tuple[Team, ...]:
    """All of them, by name."""
    rows = connection.execute(select(t.team).order_by(t.team.c.name, t.team.c.team))
    return tuple(Team(row.team, row.name) for row in rows)


def write_team(connection: Connection, team: Team) -> None:
    connection.execute(insert(t.team), [{"team": team.team, "name": team.name}])


def rename_team(connection: Connection, team: str, name: str) -> None:
    connection.execute(update(t.team).where(t.team.c.team == team).values(name=name))


def team_becomes(connection: Connection, team: str, other: str) -> None:
    """A team that nothing was done in yet takes another id; who belongs to it goes along."""
    connection.execute(update(t.team).where(t.team.c.team == team).values(team=other))
    connection.execute(update(t.membership).where(t.membership.c.team == team).values(team=other))


def is_fresh(connection: Connection, team: str) -> bool:
    """Whether no laptop was ever enrolled for a team, and nothing is known of it or of its people."""
    laptop = select(t.device.c.device).where(t.device.c.team == team).limit(1)
    fed = (f"team:{team}", f"audit:{team}")
    rows = select(t.feed_counter.c.n).where(t.feed_counter.c.feed.in_(fed), t.feed_counter.c.n > 0).limit(1)
    person = select(t.person_team.c.patient).where(t.person_team.c.team == team).limit(1)
    return all(connection.execute(each).first() is None for each in (laptop, rows, person))


_ACCOUNTS = """SELECT "user", username, name, role, capabilities, active FROM account
    WHERE "user" IN (SELECT value FROM json_each(?)) ORDER BY name, "user\""""


def accounts(connection: Connection, users: Collection[str] | None = None) -> tuple[Account, ...]:
    """Everyone, or those of some ids, who left included; by name."""
    if users is None:
        wanted = select(t.account).order_by(t.account.c.name, t.account.c.user)
        return tuple(_account(row) for row in connection.execute(wanted))
    return tuple(_account(row) for row in asked(connection, _ACCOUNTS, (encode(sorted(users)).decode(),)))


def account(connection: Connection, user: str) -> Account | None:
    return next(iter(accounts(connection, (user,))), None)


def by_username(connection: Connection, username: str) -> Account | None:
    """Somebody by username however it is spelt; of several the one who still works here, then the first."""
    wanted = username_key(username)
    named = [each for each in accounts(connection) if username_key(each.username) == wanted]
    return min(named, key=lambda each: (not each.active, each.user), default=None)


def write_account(connection: Connection, who: Account) -> None:
    connection.execute(insert(t.account), [_account_row(who)])


def change_account(connection: Connection, who: Account) -> None:
    connection.execute(update(t.account).where(t.account.c.user == who.user).values(**_account_row(who)))


def is_unused(connection: Connection, user: str) -> bool:
    """Whether nobody has ever worked under an account: on no laptop, with no grant, and nothing written."""
    asked = (
        select(t.device_user.c.user).where(t.device_user.c.user == user),
        select(t.given_grant.c.user).where(t.given_grant.c.user == user),
        select(t.change_set.c.author).where(t.change_set.c.author == user),
    )
    return all(connection.execute(each.limit(1)).first() is None for each in asked)


def account_becomes(connection: Connection, user: str, other: str) -> None:
    """An account that was never used takes another id; its memberships and codes go along."""
    for table in (t.account, t.membership, t.enrolment_code):
        connection.execute(update(table).where(table.c.user == user).values(user=other))


# --- memberships ---------------------------------------------------------------------------------


_MEMBERSHIPS = """SELECT "user", team, since, until, role FROM membership
    WHERE "user" IN (SELECT value FROM json_each(?)) ORDER BY since, team"""


def memberships(connection: Connection, users: Collection[str]) -> tuple[Membership, ...]:
    """All memberships of some people, the earliest first."""
    return tuple(Membership(*row) for row in asked(connection, _MEMBERSHIPS, (encode(sorted(users)).decode(),)))


def every_membership(connection: Connection) -> tuple[Membership, ...]:
    m = t.membership.c
    rows = connection.execute(select(t.membership).order_by(m.since, m.team))
    return tuple(Membership(row.user, row.team, row.since, row.until, row.role) for row in rows)


def begin_membership(connection: Connection, user: str, team: str, since: int, role: str) -> None:
    """From a moment on somebody belongs to a team in a role; what they were in it until then ends there.

    Where they are that already nothing happens.
    """
    m = t.membership.c
    open_ = [each for each in memberships(connection, (user,)) if each.team == team and each.until is None]
    if any(each.role == role for each in open_):
        return
    since = max([since, *(each.since for each in open_)])
    end_memberships(connection, user, since, team)
    connection.execute(delete(t.membership).where(m.user == user, m.team == team, m.since == since))
    row = {"user": user, "team": team, "since": since, "until": None, "role": role}
    connection.execute(insert(t.membership), [row])


def add_membership(connection: Connection, row: Membership) -> None:
    """Somebody belonged to a team once, in a store that lived without a hub."""
    connection.execute(
        insert(t.membership),
        [{"user": row.user, "team": row.team, "since": row.since, "until": row.until, "role": row.role}],
    )


def end_memberships(connection: Connection, user: str, until: int, team: str | None = None) -> bool:
    """What lasts of somebody's memberships, in one team or in all, ends at a moment. Answers whether any did."""
    m = t.membership.c
    lasting = [m.user == user, m.until.is_(None), *([m.team == team] if team else [])]
    at = case((m.since > until, m.since), else_=until)
    ended = connection.execute(update(t.membership).where(*lasting).values(until=at))
    return bool(ended.rowcount)


def end_membership_at(connection: Connection, row: Membership, until: int) -> None:
    """One membership ended at a moment."""
    m = t.membership.c
    one = and_(m.user == row.user, m.team == row.team, m.since == row.since)
    connection.execute(update(t.membership).where(one).values(until=until))


def set_back(connection: Connection, user: str, team: str, since: int) -> None:
    """What somebody is in a team now counts from that moment on."""
    m = t.membership.c
    first = and_(m.user == user, m.team == team, m.until.is_(None))
    connection.execute(update(t.membership).where(first).values(since=since))


# --- laptops -------------------------------------------------------------------------------------


_WITH_USERS = (
    select(t.device, t.device_user.c.user, t.device_user.c.draft_key)
    .outerjoin(t.device_user, t.device_user.c.device == t.device.c.device)
    .order_by(t.device.c.name, t.device.c.device)
)
_OF_ONE = (
    "SELECT name, team, enrolled_at, revoked_at, public_key FROM device WHERE device = ?",
    "SELECT store, app, last_seen, unsent, ratchet FROM device WHERE device = ?",
    "SELECT '', '', drafts, 0, ratchet_before FROM device WHERE device = ?",
    """SELECT "user", '', 0, 0, draft_key FROM device_user WHERE device = ?""",
)
_ROLES = """SELECT k."user", m.team || ' ' || m.role, m.since, 0, CAST(NULL AS bytea) FROM device_user k
    JOIN account a ON a."user" = k."user" AND a.active
    JOIN membership m ON m."user" = a."user" AND m.since <= ? AND (m.until IS NULL OR m.until > ?)
    WHERE k.device = ?"""


def device(connection: Connection, device_id: str) -> Device | None:
    return _device(device_id, asked_together(connection, _about(device_id)))


def who_asks(device_id: str, now: int) -> Sequence[Question]:
    """What asks for a laptop, and for what those who may work on it and still work here are in their teams."""
    return [*_about(device_id), (_ROLES, (now, now, device_id))]


def noted_of(device_id: str, answers: Sequence[Sequence[Values]]) -> Noted | None:
    """What `who_asks` was answered; None where nobody knows the laptop."""
    *about, roles = answers
    found = _device(device_id, about)
    working: dict[str, dict[str, str]] = {}
    for user, held, *_ in sorted(roles, key=itemgetter(0, 2, 1)):
        team, _, role = held.partition(" ")
        working.setdefault(user, {})[team] = role
    return Noted(found, working) if found else None


def noted(connection: Connection, device_id: str, now: int) -> Noted | None:
    """A laptop, and what its users are in their teams. One statement."""
    return noted_of(device_id, asked_together(connection, who_asks(device_id, now)))


def _about(device_id: str) -> list[Question]:
    return [(text, (device_id,)) for text in _OF_ONE]


def _device(device_id: str, answers: Sequence[Sequence[Values]]) -> Device | None:
    *of_one, users = answers
    if not of_one[0]:
        return None
    ((name, team, enrolled_at, revoked_at, key),) = of_one[0]
    ((store, app, last_seen, unsent, ratchet),) = of_one[1]
    ((_, _, drafts, _, before),) = of_one[2]
    return Device(
        device=device_id,
        name=name,
        public_key=bytes(key),
        team=team,
        store=store,
        enrolled_at=enrolled_at,
        revoked_at=revoked_at,
        last_seen=last_seen,
        unsent=unsent,
        drafts=drafts,
        app=app,
        ratchet=ratchet,
        ratchet_before=before,
        users=frozenset(user for user, *_ in users),
        draft_keys={user: bytes(draft_key) for user, *_, draft_key in users if draft_key is not None},
    )


def device_by_key(connection: Connection, public_key: bytes) -> Device | None:
    found = connection.execute(_WITH_USERS.where(t.device.c.public_key == public_key))
    return next(iter(_devices(found)), None)


def devices(connection: Connection) -> tuple[Device, ...]:
    """All of them, by name."""
    return _devices(connection.execute(_WITH_USERS))


def _devices(found: Iterable[Row[Any]]) -> tuple[Device, ...]:
    made = []
    for _, of_one in groupby(found, key=lambda row: row.device):
        rows = list(of_one)
        values = {name: getattr(rows[0], name) for name in _OF_DEVICE}
        users = frozenset(row.user for row in rows if row.user is not None)
        keys = {row.user: row.draft_key for row in rows if row.draft_key is not None}
        made.append(Device(**values, users=users, draft_keys=keys))
    return tuple(made)


def write_device(connection: Connection, row: Device) -> None:
    """A new laptop, or one that was enrolled again under the same key."""
    values = {name: getattr(row, name) for name in _OF_DEVICE}
    connection.execute(delete(t.device).where(t.device.c.device == row.device))
    connection.execute(insert(t.device), [values])


def change_device(connection: Connection, device_id: str, **values: Any) -> None:
    connection.execute(_THIS_DEVICE, {"this": device_id, **values})


_CAME = """UPDATE device SET unsent = CASE WHEN unsent > ? THEN unsent - ? ELSE 0 END, last_seen = ?
    WHERE device = ? AND unsent > 0"""


def came(connection: Connection, device_id: str, count: int, now: int) -> None:
    """So many of the saves that a laptop said it had left have come since."""
    do(connection, _CAME, (count, count, now, device_id))


def let_work(connection: Connection, device_id: str, user: str, since: int) -> bool:
    """Somebody may work on a laptop from now on. Answers whether that is new."""
    du = t.device_user.c
    if connection.execute(select(du.user).where(du.device == device_id, du.user == user)).first() is not None:
        return False
    connection.execute(insert(t.device_user), [{"device": device_id, "user": user, "since": since}])
    return True


def keep_draft_key(connection: Connection, device_id: str, user: str, key: bytes) -> None:
    du = t.device_user
    connection.execute(update(du).where(du.c.device == device_id, du.c.user == user).values(draft_key=key))


# --- events --------------------------------------------------------------------------------------


def events(connection: Connection, last: int) -> tuple[Event, ...]:
    """The newest first."""
    e = t.event.c
    rows = connection.execute(select(t.event).order_by(e.at.desc(), e.event.desc()).limit(last))
    return tuple(Event(row.at, row.kind, row.device, row.user, row.detail) for row in rows)


def _account(row: Sequence[Any]) -> Account:
    user, username, name, role, capabilities, active = row
    return Account(user, username, name, role, frozenset(capabilities.split(",")) - {""}, bool(active))


def _account_row(who: Account) -> dict[str, Any]:
    return {
        "user": who.user,
        "username": who.username,
        "name": who.name,
        "role": who.role,
        "capabilities": ",".join(sorted(who.capabilities)),
        "active": who.active,
    }
