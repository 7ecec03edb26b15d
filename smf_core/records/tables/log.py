"""The log of change sets."""

from sqlalchemy import Column, Integer, String, Table

from smf_core.records.binary import Bytes
from smf_core.records.tables.columns import id_column, index_where_said, metadata

change_set = Table(
    "change_set",
    metadata,
    id_column("cs_id", key=True),
    id_column("replica"),
    Column("seq", Integer, nullable=False),
    Column("cs_hash", Bytes, nullable=False),
    Column("chain", Bytes),
    Column("head", Bytes, nullable=False),
    Column("body", Bytes),
    index_where_said("change_set_own", "replica", "seq", of="chain"),
)
"""One row per change set, bytes as written. `chain` is the replica's chain after it, kept by who wrote it alone:
others' work is not in the index."""

item = Table(
    "item",
    metadata,
    id_column("entity_id", key=True),
    id_column("cs_id", key=True),
    Column("entity", String(40), primary_key=True),
    sqlite_with_rowid=False,
)
"""Which change sets hold operations of a record."""

LOG = (change_set, item)
