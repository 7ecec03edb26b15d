"""Sealed drafts as rows: one per slot, replaced in place. The hub cannot read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, insert, or_, select

from smf_hub.store.tables import account, draft, membership


@dataclass(frozen=True, slots=True)
class Slot:
    """A draft without its bytes. `saved_ms` is when its author last wrote on it, as far as the hub believes that."""

    slot: str
    author: str
    device: str
    team: str
    page: str
    patient: str
    saved_ms: int


_NOTED = (
    draft.c.slot,
    draft.c.author,
    draft.c.device,
    draft.c.team,
    draft.c.page,
    draft.c.patient,
    draft.c.saved_at,
)


def put(connection: Connection, slot: Slot, sealed: bytes) -> None:
    """Keep a draft in place of what its slot held."""
    drop(connection, slot.slot)
    row = {
        "slot": slot.slot,
        "author": slot.author,
        "device": slot.device,
        "team": slot.team,
        "page": slot.page,
        "patient": slot.patient,
        "saved_at": slot.saved_ms,
        "sealed": sealed,
    }
    connection.execute(insert(draft), [row])


def drop(connection: Connection, slot: str) -> None:
    connection.execute(delete(draft).where(draft.c.slot == slot))


def slot_of(connection: Connection, slot: str) -> Slot | None:
    row = connection.execute(select(*_NOTED).where(draft.c.slot == slot)).one_or_none()
    return Slot(*row) if row else None


def sealed(connection: Connection, slot: str) -> bytes:
    return bytes(connection.execute(select(draft.c.sealed).where(draft.c.slot == slot)).scalar_one())


def slots_for(
    connection: Connection, authors: Collection[str], teams: Collection[str], saved_before: int
) -> Sequence[Slot]:
    """What these authors have, and what teams have had since before a moment; the oldest first."""
    old = and_(draft.c.team.in_(sorted(teams)), draft.c.saved_at <= saved_before)
    rows = connection.execute(
        select(*_NOTED).where(or_(draft.c.author.in_(sorted(authors)), old)).order_by(draft.c.saved_at, draft.c.slot)
    )
    return [Slot(*row) for row in rows]


def led_by(connection: Connection, users: Collection[str], now_ms: int, role: str) -> frozenset[str]:
    """The teams in which one of some users has a role now."""
    now = and_(membership.c.since <= now_ms, or_(membership.c.until.is_(None), membership.c.until > now_ms))
    found = connection.scalars(
        select(membership.c.team)
        .join(account, account.c.user == membership.c.user)
        .where(membership.c.user.in_(sorted(users)), membership.c.role == role, account.c.active.is_(True), now)
    )
    return frozenset(found)
