"""What only a laptop keeps, beside the records.

Its own place in the chains, the outbox, drafts, reads to audit; and where it stands with its hub.
"""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text, text

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

outbox = Table(
    "outbox",
    local,
    Column("cs_id", String(36), primary_key=True),
    Column("feed", String(60)),
    Column("replica", String(36)),
    Column("seq", Integer),
    sqlite_with_rowid=False,
)
"""What no hub has confirmed: this laptop's own work with its number, and what a hub that was restored may lack, by
where it stood."""

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

# --- the hub -------------------------------------------------------------------------------------

joined_hub = Table(
    "joined_hub",
    local,
    Column("hub", String(36), primary_key=True),
    Column("url", Text, nullable=False),
    Column("hub_key", Bytes, nullable=False),
    Column("recovery_key", Bytes, nullable=False),
    Column("device", String(36), nullable=False),
    Column("team", String(36), nullable=False, server_default=""),
    Column("device_key", Bytes, nullable=False),
    Column("ratchet", Bytes, nullable=False),
    Column("offset_ms", Integer, nullable=False),
    Column("joined_at", String(40), nullable=False),
    Column("complete_at", String(40)),
    Column("heard_ms", Integer, nullable=False),
    Column("stamp_ms", Integer, nullable=False, server_default="0"),
    Column("certificate", Bytes),
)
"""The hub this store has joined, at most one row. `hub_key` is the identity it told at enrolment, `recovery_key` the
service's, `team` the one this laptop belongs to, `device_key` this laptop's own private key (Ed25519, raw);
`certificate` is what the hub signed of the enrolment; `offset_ms` is the hub's clock less ours, `heard_ms` the latest
time the hub has told, and `stamp_ms` this laptop's own highest stamp then; `complete_at` is when the first exchange
had brought everything."""

feed = Table(
    "feed",
    local,
    Column("feed", String(60), primary_key=True),
    Column("cursor", Integer, nullable=False),
    Column("chain", Bytes, nullable=False),
    Column("head", Integer, nullable=False),
    Column("scope", Bytes, nullable=False),
    Column("doubted", Bytes),
    Column("verified_at", String(40)),
)
"""How far each feed has been pulled; `head` is the hub's end of it when last heard, `scope` names the people held.

`doubted` names a list that would take too many people away at once; `verified_at` is when all of it was compared last.
"""

feed_number = Table(
    "feed_number",
    local,
    Column("number", Integer, primary_key=True),
    Column("feed", String(60), nullable=False, unique=True),
)
"""A small number for each feed in which anything here has a place."""

person_number = Table(
    "person_number",
    local,
    Column("number", Integer, primary_key=True),
    Column("patient", String(36), nullable=False, unique=True),
)
"""A small number for each person about whom anything here has a place."""

placed = Table(
    "placed",
    local,
    Column("place", Integer, primary_key=True),
    Column("cs_id", String(36), nullable=False),
    Column("cs_hash", Bytes, nullable=False),
    Column("person", Integer),
    Column("month", Integer, nullable=False),
    Index("placed_person", "person"),
    Index("placed_month", "month"),
)
"""Where change sets that are here stand at the hub: by its receipts, by what was pulled, by back-fills.

`place` is the number in the feed, counted from where the places of that feed begin (`feeds.before_all`); each index
ends in it. People are numbers, too: with the names of both the trees are several times as large."""

witness = Table(
    "witness",
    local,
    Column("feed", String(60), primary_key=True),
    Column("feed_seq", Integer, primary_key=True),
    Column("chain", Bytes, nullable=False),
    sqlite_with_rowid=False,
)
"""Places of a feed that were seen with their chain value, dense at the end and ever wider apart before it."""

stretch = Table(
    "stretch",
    local,
    Column("id", Integer, primary_key=True),
    Column("feed", String(60), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("chain_before", Bytes, nullable=False),
    Column("chain_after", Bytes, nullable=False),
    Column("hashes", Bytes, nullable=False),
    Column("attested", Bytes, nullable=False),
    Column("lost", Text),
    Index("stretch_feed", "feed", "last"),
    Index("stretch_lost", "feed", "first", sqlite_where=text("lost IS NOT NULL")),
)
"""What was passed of a feed, with the hub's signature for where it ended: the hashes one after the other, also of what
never came here. `lost` is a list (JSON) of the change sets, by their place in it and null where there is none, that a
hub which was restored has forgotten; an empty one when they were given back and have not been passed again. What was
back-filled from the feed of another team has no numbers and no chain."""

review = Table(
    "review",
    local,
    Column("cs_id", String(36), primary_key=True),
    Column("reason", String(40), nullable=False),
    Column("at", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("by", String(36), nullable=False, server_default=""),
    Column("decided_at", String(40), nullable=False, server_default=""),
    Column("word", Text, nullable=False, server_default=""),
)
"""Change sets of this laptop that the hub holds for a lead: waiting, adopted, elsewhere (adopted into a feed that is
not followed here), returned, or done (returned, and their author is done with them). They count nowhere here.

`by` is the lead who decided, `word` their reason.
"""

scope_person = Table(
    "scope_person",
    local,
    Column("patient", String(36), primary_key=True),
    Column("feed", String(60), primary_key=True),
    Column("moved", Integer, nullable=False, server_default="0"),
    Column("left_at", String(40)),
    Column("away_at", String(40)),
    Column("purged_at", String(40)),
    sqlite_with_rowid=False,
)
"""Who is in this laptop's scope; who has left it since when, when their rows went, and when the payloads did.

`moved` is what the hub said of their time in other teams (`Scope.moved`) when all of theirs was fetched.
"""

held_grant = Table(
    "held_grant",
    local,
    Column("user", String(36), primary_key=True),
    Column("content", Bytes, nullable=False),
    Column("signature", Bytes, nullable=False),
)
"""By user the newest grant to work offline, as the hub signed it."""

obeyed_order = Table(
    "obeyed_order",
    local,
    Column("serial", String(36), primary_key=True),
    Column("act", String(10), nullable=False),
    Column("at", String(40), nullable=False),
    Column("told", Boolean, nullable=False),
)
"""Orders of the hub that were carried out, so that none is obeyed twice; `told`: the hub knows. One to destroy the
store is here from when it was heard, as told: what is destroyed tells nothing."""

sent_draft = Table(
    "sent_draft",
    local,
    Column("slot", String(160), primary_key=True),
    Column("saved_at", String(40), nullable=False),
)
"""Which drafts lie at the hub, and as of when."""

sent_blob = Table("sent_blob", local, Column("digest", String(64), primary_key=True), sqlite_with_rowid=False)
"""Documents that the hub has whole."""

exchange = Table(
    "exchange",
    local,
    Column("id", Integer, primary_key=True),
    Column("began_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("outcome", String(20), nullable=False),
    Column("sent", Integer, nullable=False),
    Column("received", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Column("conflicts", Integer, nullable=False),
)
"""The history of exchanges; `outcome` is complete, stopped, or a `Trouble` of the protocol."""

sent_change_set = Table(
    "sent_change_set",
    local,
    Column("cs_id", String(36), primary_key=True),
    Column("at", String(40), nullable=False),
    sqlite_with_rowid=False,
)
"""Own change sets confirmed in the last days, for "sent today"; older rows go."""
