"""A hub that is open: its two databases, who it is, and the world it is in."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from smf_core.domain import recovery_key as on_paper
from smf_hub.ports import HubUnreadable, World
from smf_hub.service.scope import Scopes
from smf_hub.service.sealing import Sealing
from smf_hub.service.times import ms
from smf_hub.store.database import HUB, RECORDS, Database, create_database, have_database, open_database, parse
from smf_hub.store.identity import Identity, Kind, read_identity, write_identity
from smf_hub.store.keys import raw_key
from smf_hub.store.schema import bring_up_hub, bring_up_records

KEY_BYTES = 32
GRANT_DAYS, GRANT_DAYS_MAX = 7, 14


def _nobody_waits() -> None:
    """What happens on new work where no projector runs."""


@dataclass
class Place:
    """`records` is folded from the feeds in `hub` and may be made again. `woken` is called when a feed has grown."""

    hub: Database
    records: Database
    world: World
    identity: Identity
    woken: Callable[[], None] = _nobody_waits
    grant_days: int = GRANT_DAYS
    scopes: Scopes = field(init=False)
    sealing: Sealing = field(init=False)

    def __post_init__(self) -> None:
        self.scopes = Scopes(self.hub, self.records)
        self.sealing = Sealing.of(self.identity.signing_key)

    def now_ms(self) -> int:
        return ms(self.world.clock.now())

    def close(self) -> None:
        self.hub.close()
        self.records.close()


def open_place(url: str, key: str | None, world: World) -> Place:
    """Open the hub at a URL, brought up to this version. `key`: 64 hexadecimal digits, None on PostgreSQL.

    Where the records are gone they are made again.

    Raises `NotADatabase`, `NoHubHere`, `HubUnreadable`, `HubNewer`, `DatabaseSilent`.
    """
    place = parse(url)
    hub = open_database(place, HUB, raw_key(key, HUB))
    try:
        with hub.write() as connection:
            bring_up_hub(connection)
            identity = read_identity(connection)
        if identity is None:
            raise HubUnreadable
        records = have_database(place, RECORDS, raw_key(key, RECORDS))
        with records.write() as connection:
            bring_up_records(connection)
    except BaseException:
        hub.close()
        raise
    return Place(hub, records, world, identity)


def make_place(url: str, key: str | None, world: World, *, service: str, kind: Kind, recovery_key: bytes) -> Place:
    """A new hub for a service. `recovery_key` is the public half of the service's X25519 pair.

    Raises `NotADatabase`, `HubExists`, `DatabaseSilent`.
    """
    place = parse(url)
    signing = Ed25519PrivateKey.from_private_bytes(world.random(KEY_BYTES))
    identity = Identity(
        hub=world.new_id(),
        service=world.new_id(),
        service_name=service,
        kind=kind,
        signing_key=signing.private_bytes_raw(),
        public_key=signing.public_key().public_bytes_raw(),
        recovery_key=recovery_key,
        replica=world.new_id(),
    )
    hub = create_database(place, HUB, raw_key(key, HUB))
    try:
        records = create_database(place, RECORDS, raw_key(key, RECORDS))
        with records.write() as connection:
            bring_up_records(connection)
        with hub.write() as connection:
            bring_up_hub(connection)
            write_identity(connection, identity)
    except BaseException:
        hub.close()
        raise
    return Place(hub, records, world, identity)


def new_recovery_key(world: World) -> tuple[str, bytes]:
    """The service's recovery key as it is written down, once, and its public half, which is all the hub keeps."""
    secret = bytearray(world.random(KEY_BYTES))
    public = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    text = on_paper.written(secret)
    secret[:] = bytes(len(secret))
    return text, public
