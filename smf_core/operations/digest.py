"""Whether two sides hold the same change sets: how many there are, and the sum of their hashes.

A sum, not an exclusive or: what is held twice must show. Each side reckons from its own rows and never keeps what the
other one said (`docs/adr/0025`).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from smf_core.operations.change_set import Head

WIDTH = 32
_WRAP = 1 << 8 * WIDTH


class Bucket(msgspec.Struct, frozen=True):
    """Some change sets: their number, and the sum of their SHA-256 hashes modulo 2^256 as 32 bytes, highest first."""

    count: int = 0
    total: bytes = bytes(WIDTH)


def bucket(hashes: Iterable[bytes]) -> Bucket:
    """The bucket of some change sets, each given once for every time it is held."""
    numbers = [int.from_bytes(each) for each in hashes]
    return Bucket(len(numbers), (sum(numbers) % _WRAP).to_bytes(WIDTH))


def month(head: Head) -> int:
    """The month of the care in UTC, counted from year 0: the bucket that a change set is reckoned in."""
    at = datetime.fromisoformat(head.care_time).astimezone(UTC)
    return at.year * 12 + at.month - 1
