"""What only a laptop keeps, beside the records: its own place in the chains, the outbox, drafts, reads to audit."""

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from smf_core.records.binary import Bytes

local = MetaData()

replica = Table(
    "replica",
    local,
    Column("chain_of", String(10), primary_key=True),
    Column("replica_id", String(36), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("chain", Bytes, nullable=False),
    Column("ms", Integer, nullable=False),
    Column("counter", Integer, nullable=False),
)
"""This laptop's two chains, `records` and `audit`: last number, chain head, last stamp."""

outbox = Table("outbox", local, Column("cs_id", String(36), primary_key=True), sqlite_with_rowid=False)

draft = Table(
    "draft",
    local,
    Column("author", String(36), primary_key=True),
    Column("page", String(60), primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("patient", String(36), nullable=False),
    Column("saved_at", String(40), nullable=False),
    Column("form", Bytes, nullable=False),
)

pending_access = Table(
    "pending_access",
    local,
    Column("id", Integer, primary_key=True),
    Column("author", String(36), nullable=False),
    Column("at", String(40), nullable=False),
    Column("action", String(20), nullable=False),
    Column("patient", String(36)),
    Column("detail", Text, nullable=False),
)
"""Reads not yet gathered into an audit change set; on disk at once, so that a killed laptop forgets none."""

blob = Table(
    "blob",
    local,
    Column("digest", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
)
"""The bytes of documents and photographs, each once under its SHA-256; what they are is said by the records."""

blob_chunk = Table(
    "blob_chunk",
    local,
    Column("digest", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("content", Bytes, nullable=False),
)
