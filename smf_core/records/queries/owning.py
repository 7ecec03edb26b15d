"""Which change sets began a record, and who is the same person: for whoever has to know whom a record is about."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from msgspec.json import encode
from sqlalchemy import Connection

from smf_core.records.log import Named, chunks
from smf_core.records.placing import standing
from smf_core.records.rows import asked

_FIRST = """SELECT entity, entity_id, min(cs_id) FROM item
    WHERE entity_id IN (SELECT value FROM json_each(?)) GROUP BY entity_id, entity"""
_ALL = "SELECT cs_id FROM item WHERE entity_id = ? AND entity = ?"


def first_change_sets(connection: Connection, records: Collection[Named]) -> dict[Named, str]:
    """The earliest change set of each of some records, by kind and id; none of one that is not here."""
    wanted = list(records)
    found: dict[Named, str] = {}
    for part in chunks(wanted):
        ids = sorted({entity_id for _, entity_id in part})
        for entity, entity_id, cs_id in asked(connection, _FIRST, (encode(ids).decode(),)):
            found[entity, entity_id] = cs_id
    return {name: found[name] for name in wanted if name in found}


def change_sets_of(connection: Connection, record: Named) -> set[str]:
    """All change sets that say something in a record."""
    entity, entity_id = record
    return {row[0] for row in asked(connection, _ALL, (entity_id, entity))}


@dataclass(frozen=True, slots=True)
class Alike:
    """Who was merged with whom."""

    stands: Mapping[str, str]
    merged: Mapping[str, frozenset[str]]

    def of(self, people: Collection[str | None]) -> frozenset[str]:
        """These people and all who are the same; nobody for what is about nobody."""
        known = {each for each in people if each is not None}
        return frozenset(known).union(*(self.merged.get(self.stands.get(each, each), ()) for each in known))


def alike(connection: Connection) -> Alike:
    """As the records have it now."""
    stands = standing(connection)
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for each, kept in stands.items():
        groups[kept] |= {each, kept}
    return Alike(stands, {kept: frozenset(group) for kept, group in groups.items()})
