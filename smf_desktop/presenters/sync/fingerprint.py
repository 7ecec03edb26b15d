"""How a hub's key is read aloud, so that two people can compare it."""

import hashlib

GROUPS = 6


def fingerprint(hub_key: bytes) -> str:
    """`7F3A 91C2 0E5D ...`: the beginning of the key's SHA-256, in groups of 4."""
    text = hashlib.sha256(hub_key).hexdigest().upper()
    return " ".join(text[at : at + 4] for at in range(0, 4 * GROUPS, 4))
