"""How a laptop becomes one of a hub's: with a one-time code, or again by the certificate it was given."""

from collections.abc import Callable
from hashlib import sha256
from typing import Literal

import msgspec

from smf_core.domain.recovery_key import as_read
from smf_core.operations.protocol import Message, Signed


def fingerprint(hub_key: bytes) -> str:
    """A hub's identity as people compare it: the first six bytes of the SHA-256 of its key, `7F3A 91C2 0E5D`."""
    text = sha256(hub_key).hexdigest().upper()
    return " ".join(text[start : start + 4] for start in (0, 4, 8))


class KnownUser(Message, frozen=True, kw_only=True):
    """Somebody of a store that lived without a hub until now."""

    user: str
    username: str
    name: str
    role: str
    capabilities: tuple[str, ...] = ()
    active: bool = True


class Founding(Message, frozen=True, kw_only=True):
    """What a store that lived without a hub brings: its service and team keep their ids."""

    service: str
    service_name: str
    team: str
    team_name: str
    users: tuple[KnownUser, ...]


class Enrol(Message, frozen=True, kw_only=True):
    """One laptop joins with a one-time code. `key` is its Ed25519 public key, raw; `store` the id of its store.

    `proof` is its signature over `joining_part`: nobody joins under a key that is another laptop's.
    """

    code: str
    username: str
    device_name: str
    key: bytes
    store: str
    kind: Literal["training", "live"] | None = None
    founding: Founding | None = None
    app: str = ""
    proof: bytes = b""


def joining_part(said: Enrol) -> bytes:
    """What a laptop signs when it joins: the digest of the code, its key, its store and its name."""
    code = sha256(as_read(said.code).encode()).hexdigest()
    return f"smf-enrol {code} {said.key.hex()} {said.store} {said.device_name}".encode()


def proven(said: Enrol, sign: Callable[[bytes], bytes]) -> Enrol:
    """The same with its proof, signed by whoever holds the private half of its key."""
    return msgspec.structs.replace(said, proof=sign(joining_part(said)))


class Enrolled(Message, frozen=True, kw_only=True):
    """Who the laptop is from now on. `hub_key` is the identity of the hub (Ed25519, raw), told and checked ever after;
    `recovery_key` the service's X25519 public key, to which new stores and drafts are sealed."""

    device: str
    user: KnownUser
    team: str
    team_name: str
    service: str
    service_name: str
    kind: Literal["training", "live"]
    hub: str
    hub_key: bytes
    recovery_key: bytes
    certificate: Signed | None = None
    """A `Certificate` of this enrolment."""


class Certificate(Message, frozen=True, kw_only=True):
    """That a laptop was enrolled, in the hub's own words: what a hub restored from an earlier backup has forgotten."""

    device: str
    device_name: str
    key: bytes
    store: str
    user: KnownUser
    team: str
    team_name: str
    at: str


class Again(Message, frozen=True, kw_only=True):
    """A laptop the hub does not know shows its certificate; `proof` is its own signature over the certificate."""

    certificate: Signed
    proof: bytes
