"""One-time enrolment codes, by their digest alone, and how often somebody guessed."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from smf_hub.store import tables as t

WRONG = "wrong_code"
"""The kind of event that a code nobody was given leaves."""


@dataclass(frozen=True, slots=True)
class Code:
    user: str
    expires_at: int
    tries: int
    used_at: int | None


def keep_code(connection: Connection, digest: bytes, user: str, expires_at: int) -> None:
    """A new code for somebody; those they had before are worth nothing from now on."""
    c = t.enrolment_code.c
    connection.execute(delete(t.enrolment_code).where(c.user == user, c.used_at.is_(None)))
    row = {"digest": digest, "user": user, "expires_at": expires_at, "tries": 0, "used_at": None}
    connection.execute(insert(t.enrolment_code), [row])


def code(connection: Connection, digest: bytes) -> Code | None:
    """A code that was given, kept from others until the transaction ends."""
    asked = select(t.enrolment_code).where(t.enrolment_code.c.digest == digest).with_for_update()
    row = connection.execute(asked).one_or_none()
    return Code(row.user, row.expires_at, row.tries, row.used_at) if row else None


def count_try(connection: Connection, digest: bytes) -> None:
    c = t.enrolment_code.c
    connection.execute(update(t.enrolment_code).where(c.digest == digest).values(tries=c.tries + 1))


def use(connection: Connection, digest: bytes, at: int) -> None:
    connection.execute(update(t.enrolment_code).where(t.enrolment_code.c.digest == digest).values(used_at=at))


def events_since(connection: Connection, kind: str, since: int, device: str | None = None) -> int:
    """How many events of a kind there were after a moment, of one laptop if it is named."""
    e = t.event.c
    asked = select(func.count()).select_from(t.event).where(e.kind == kind, e.at > since)
    if device is not None:
        asked = asked.where(e.device == device)
    return int(connection.execute(asked).scalar_one())
