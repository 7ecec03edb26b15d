"""Who this hub is: its ids, its service, its keys. One row."""

from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from smf_hub.store.tables import identity

Kind = Literal["training", "live"]


@dataclass(frozen=True, slots=True)
class Identity:
    """`signing_key` and `public_key` are the hub's Ed25519 pair, raw; `recovery_key` the public half of the service's
    X25519 pair; `replica` is what the hub itself writes as, under its own id as author."""

    hub: str
    service: str
    service_name: str
    kind: Kind
    signing_key: bytes = field(repr=False)
    public_key: bytes
    recovery_key: bytes
    replica: str


def read_identity(connection: Connection) -> Identity | None:
    row = connection.execute(select(identity)).one_or_none()
    if row is None:
        return None
    return Identity(
        hub=row.hub,
        service=row.service,
        service_name=row.service_name,
        kind="live" if row.kind == "live" else "training",
        signing_key=row.signing_key,
        public_key=row.public_key,
        recovery_key=row.recovery_key,
        replica=row.replica,
    )


def write_identity(connection: Connection, who: Identity) -> None:
    """The one row, in place of what was there."""
    connection.execute(delete(identity))
    row = {name: getattr(who, name) for name in Identity.__dataclass_fields__}
    connection.execute(insert(identity), [row])


def rename_service(connection: Connection, service: str, name: str) -> None:
    """The hub serves another service id from now on: that of a store that lived without a hub."""
    connection.execute(update(identity).values(service=service, service_name=name))
