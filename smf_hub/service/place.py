"""A hub that is open: its two databases, who it is, and the world it is in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from smf_core.domain import recovery_key as on_paper
from smf_core.operations.protocol import Mark, attested_part, kept_part
from smf_hub.ports import HubUnreadable, Noted, World
from smf_hub.service.lately import Lately
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
    """What happens on new work, and on work asked for, where no projector runs."""


@dataclass
class Place:
    """`records` is folded from the feeds in `hub` and may be made again. `woken` is called when a feed has grown.

    `asked` is called when a laptop sends or fetches work.
    """

    hub: Database
    records: Database
    world: World
    identity: Identity
    woken: Callable[[], None] = _nobody_waits
    asked: Callable[[], None] = _nobody_waits
    grant_days: int = GRANT_DAYS
    scopes: Scopes = field(init=False)
    sealing: Sealing = field(init=False)
    lately: Lately = field(default_factory=Lately)
    laptops: dict[str, Noted] = field(default_factory=dict)
    """What was known of each laptop when it asked last: to look by before it is asked anew, never to decide by."""

    def __post_init__(self) -> None:
        self.scopes = Scopes(self.hub, self.records)
        self.sealing = Sealing.of(self.identity.signing_key)

    def now_ms(self) -> int:
        return ms(self.world.clock.now())

    def attested(self, feed: str, seq: int, chain: bytes) -> bytes:
        """The hub's own word that this is where a feed stood."""
        return self.sealing.word(attested_part(self.identity.hub, feed, Mark(seq=seq, chain=chain)))

    def kept(self, feed: str, hashes: Iterable[bytes]) -> bytes:
        """The hub's own word that these change sets stood in a feed."""
        return self.sealing.word(kept_part(self.identity.hub, feed, hashes))

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


def new_identity(world: World, *, service: str, kind: Kind, recovery_key: bytes) -> Identity:
    """Ids and keys of a new hub. `recovery_key` is the public half of the service's X25519 pair."""
    signing = Ed25519PrivateKey.from_private_bytes(world.random(KEY_BYTES))
    return Identity(
        hub=world.new_id(),
        service=world.new_id(),
        service_name=service,
        kind=kind,
        signing_key=signing.private_bytes_raw(),
        public_key=signing.public_key().public_bytes_raw(),
        recovery_key=recovery_key,
        replica=world.new_id(),
    )


def make_place(url: str, key: str | None, world: World, *, service: str, kind: Kind, recovery_key: bytes) -> Place:
    """A new hub for a service, as `new_identity` makes it. Raises `NotADatabase`, `HubExists`, `DatabaseSilent`."""
    place = parse(url)
    identity = new_identity(world, service=service, kind=kind, recovery_key=recovery_key)
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
