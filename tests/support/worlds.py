"""Several laptops writing apart: change sets as they would make them, without a disk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, chained, write_change_set
from smf_core.operations.clock import START, Stamp, tick
from smf_core.operations.fold import Operation, Record, fold, operations
from smf_core.records import writing
from smf_core.records.tables import metadata

NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
Dump = Mapping[str, list[tuple[Any, ...]]]


@dataclass
class Replica:
    """One laptop's chain. `seen` is every change set it holds, its own and those it heard of."""

    name: str
    seen: dict[str, ChangeSet] = field(default_factory=dict)
    seq: int = 0
    chain: bytes = CHAIN_START
    stamp: Stamp = START
    chains: dict[str, bytes] = field(default_factory=dict)

    def record(self, entity: str, entity_id: str) -> Record:
        held: list[Operation] = [op for each in self.seen.values() for op in operations(each)]
        return fold(entity, entity_id, [op for op in held if (op.entity, op.entity_id) == (entity, entity_id)])

    def writes(self, entity: str, entity_id: str, kind: str, payload: Mapping[str, Any], key: str | None = None) -> str:
        """One change of one unit, on top of what this laptop sees of it."""
        value = self.record(entity, entity_id).value(kind, key)
        return self.saves(
            Item(
                entity=entity,
                entity_id=entity_id,
                kind=kind,
                bases=value.bases if value else (),
                payload=dict(payload),
            )
        )

    def saves(self, *items: Item, at: datetime = NOON) -> str:
        self.seq += 1
        self.stamp = tick(self.stamp, int(at.timestamp() * 1000))
        made = write_change_set(
            cs_id=f"{self.name}-{self.seq}",
            replica_id=self.name,
            seq=self.seq,
            stamp=self.stamp,
            author=f"nurse {self.name}",
            patient_id=None,
            care_time=at,
            items=items,
        )
        self.chain = chained(self.chain, made.hash)
        self.chains[made.head.cs_id] = self.chain
        self.seen[made.head.cs_id] = made
        return made.head.cs_id

    def hears(self, *others: "Replica") -> None:
        for other in others:
            self.seen |= other.seen
            self.chains |= other.chains

    def log(self) -> list[tuple[ChangeSet, bytes]]:
        return [(each, self.chains[cs_id]) for cs_id, each in self.seen.items()]


def dump(connection: Connection) -> Dump:
    """Every row of every record table, in the order of the keys."""
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
        for table in metadata.sorted_tables
    }


def tables_of(engine: Engine, *batches: Iterable[tuple[ChangeSet, bytes]]) -> Dump:
    """What the tables say after these batches came in through the one door. Nothing stays in the database."""
    with engine.connect() as connection, connection.begin() as transaction:
        for batch in batches:
            writing.write(connection, batch)
        found = dump(connection)
        transaction.rollback()
    return found
