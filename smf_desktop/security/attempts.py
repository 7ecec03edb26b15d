"""Failed unlocks, kept beside the key file: how long to wait, and what the audit has yet to be told.

The file is a convenience, not a secret: whoever can write here can also delete it, and guessing away from this program
is held off by Argon2id and the device secret. Unreadable, it counts as empty; unwritable, unlocking goes on.
"""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from smf_desktop.security.files import ATTEMPTS, write_durably

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 30, 15 * 60
KEPT = 500
"""Failures remembered for the audit per person; with the waits, these are some five days of trying."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tries` failed in a row, the latest at `last`; `untold` failures the audit does not hold yet."""

    tries: int = 0
    last: datetime | None = None
    untold: tuple[datetime, ...] = ()
    last_used: date | None = None


def of(directory: Path, user_id: str) -> Person:
    """What is known of one person's unlocking."""
    return _read(directory).get(user_id, Person())


def seconds_to_wait(directory: Path, user_id: str, now: datetime) -> int:
    """0 for the first 5 tries, then 30 s, doubling to 15 min.

    A clock set back starts the wait again from the new time, so it neither shortens a wait nor makes it endless.
    """
    person = of(directory, user_id)
    if person.last is None or person.tries < FREE_TRIES:
        return 0
    wait = min(FIRST_WAIT * 2 ** min(person.tries - FREE_TRIES, 10), LONGEST_WAIT)
    gone = (now.astimezone(UTC) - person.last).total_seconds()
    if gone < 0:
        _keep(directory, user_id, msgspec.structs.replace(person, last=now.astimezone(UTC)))
        gone = 0
    return max(0, -int(gone - wait))


def note_failure(directory: Path, user_id: str, now: datetime, *, waits: bool = True) -> int:
    """Remember a failure; answer how many in a row. A wrong quick code is told to the audit but makes nobody wait."""
    person = of(directory, user_id)
    at = now.astimezone(UTC)
    person = msgspec.structs.replace(person, untold=(*person.untold, at)[-KEPT:])
    if waits:
        person = msgspec.structs.replace(person, tries=person.tries + 1, last=at)
    _keep(directory, user_id, person)
    return person.tries


def note_success(directory: Path, user_id: str, now: datetime) -> None:
    """The row of failures is over; they stay known until the audit has them."""
    person = of(directory, user_id)
    _keep(directory, user_id, msgspec.structs.replace(person, tries=0, last=None, last_used=now.date()))


def untold_failures(directory: Path) -> dict[str, tuple[datetime, ...]]:
    """Failed unlocks the audit does not hold yet, by user id, oldest first (UTC)."""
    return {user_id: person.untold for user_id, person in _read(directory).items() if person.untold}


def told(directory: Path, failures: Mapping[str, Sequence[datetime]]) -> None:
    """The audit holds these now. Call it after the commit: a crash between tells them twice, never not at all."""
    people = _read(directory)
    for user_id, times in failures.items():
        person = people.get(user_id, Person())
        left = tuple(at for at in person.untold if at not in set(times))
        people[user_id] = msgspec.structs.replace(person, untold=left)
    _write(directory, people)


def _keep(directory: Path, user_id: str, person: Person) -> None:
    _write(directory, {**_read(directory), user_id: person})


def _read(directory: Path) -> dict[str, Person]:
    try:
        return msgspec.json.decode((directory / ATTEMPTS).read_bytes(), type=dict[str, Person])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _write(directory: Path, people: dict[str, Person]) -> None:
    with contextlib.suppress(OSError):
        write_durably(directory / ATTEMPTS, msgspec.json.encode(people))
