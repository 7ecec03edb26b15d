"""The hub's own tables. Times are UTC milliseconds since 1970; records as rows are `smf_core.records`' affair."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

from smf_core.records.binary import Bytes

hub = MetaData()

Big = BigInteger().with_variant(Integer, "sqlite")


def _id(name: str, *, key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, String(36), primary_key=key, nullable=nullable and not key)


def _bytes(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, Bytes, nullable=nullable)


def _ms(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Big, nullable=nullable)


identity = Table(
    "identity",
    hub,
    _id("hub", key=True),
    _id("service"),
    Column("service_name", Text, nullable=False),
    Column("kind", String(10), nullable=False),
    _bytes("signing_key"),
    _bytes("public_key"),
    _bytes("recovery_key"),
    _id("replica"),
)
"""One row: who this hub is. `recovery_key` is the public half; `replica` is what the hub itself writes as."""

# --- people and laptops --------------------------------------------------------------------------

team = Table("team", hub, _id("team", key=True), Column("name", Text, nullable=False))

account = Table(
    "account",
    hub,
    _id("user", key=True),
    Column("username", String(120), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(40), nullable=False),
    Column("capabilities", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Index("account_username", "username"),
)

membership = Table(
    "membership",
    hub,
    _id("user", key=True),
    _id("team", key=True),
    Column("since", Big, primary_key=True),
    Column("until", Big),
    Column("role", String(40), nullable=False),
)
"""Who belonged to which team in which role, from one moment up to another (None: still)."""

device = Table(
    "device",
    hub,
    _id("device", key=True),
    Column("name", Text, nullable=False),
    _bytes("public_key"),
    _id("team"),
    _id("store"),
    _ms("enrolled_at"),
    _ms("revoked_at", nullable=True),
    _ms("last_seen", nullable=True),
    Column("unsent", Integer, nullable=False, default=0),
    Column("drafts", Integer, nullable=False, default=0),
    Column("app", String(40), nullable=False, default=""),
    _bytes("ratchet", nullable=True),
    _bytes("ratchet_before", nullable=True),
)

device_user = Table(
    "device_user",
    hub,
    _id("device", key=True),
    _id("user", key=True),
    _ms("since"),
    _bytes("draft_key", nullable=True),
)
"""Who may work on a laptop, and the X25519 key that drafts for them there are sealed to."""

enrolment_code = Table(
    "enrolment_code",
    hub,
    Column("digest", Bytes, primary_key=True),
    _id("user"),
    _ms("expires_at"),
    Column("tries", Integer, nullable=False),
    _ms("used_at", nullable=True),
)

given_grant = Table(
    "given_grant",
    hub,
    _id("serial", key=True),
    _id("user"),
    _id("device"),
    _ms("since"),
    _ms("until"),
    Index("given_grant_user", "user", "device", "until"),
)

order = Table(
    "device_order",
    hub,
    _id("serial", key=True),
    _id("device"),
    Column("act", String(10), nullable=False),
    _ms("at"),
    _ms("done_at", nullable=True),
    Index("device_order_device", "device"),
)

event = Table(
    "event",
    hub,
    _id("event", key=True),
    _ms("at"),
    Column("kind", String(40), nullable=False),
    _id("device", nullable=True),
    _id("user", nullable=True),
    Column("detail", String(80), nullable=False),
)
"""What an administrator must know: alarms, refusals, revocations. Codes and ids only."""

# --- feeds ---------------------------------------------------------------------------------------

change_set = Table(
    "feed_change_set",
    hub,
    _id("cs_id", key=True),
    Column("feed", String(60), nullable=False),
    Column("feed_seq", Integer, nullable=False),
    _bytes("chain"),
    _bytes("cs_hash"),
    _id("replica"),
    Column("seq", Big, nullable=False),
    _id("patient", nullable=True),
    Column("month", Integer, nullable=False),
    _id("author"),
    _id("device"),
    _ms("received_at"),
    Column("suspect", Boolean, nullable=False),
    _bytes("head"),
    _bytes("body", nullable=True),
    Index("feed_change_set_place", "feed", "feed_seq", unique=True),
    Index("feed_change_set_digest", "feed", "patient", "month", "cs_hash"),
)
"""One row per accepted change set, bytes as written: the row is its receipt. `chain` is the feed's after it.

`suspect`: the laptop's clock was far from the hub's. `device` sent it, which need not be who wrote it.
"""

feed_counter = Table(
    "feed_counter",
    hub,
    Column("feed", String(60), primary_key=True),
    Column("n", Integer, nullable=False),
    _bytes("chain"),
)

replica = Table(
    "replica",
    hub,
    _id("replica", key=True),
    _id("device"),
    Column("last_seq", Big, nullable=False),
    _bytes("head_hash"),
)
"""Where the hub has the chain of each replica end."""

push_signature = Table(
    "push_signature",
    hub,
    _id("replica", key=True),
    Column("to_seq", Big, primary_key=True),
    Column("from_seq", Big, nullable=False),
    _bytes("head_hash"),
    _bytes("signature"),
)
"""What a device signed: a checkpoint of its chain that covers every earlier change set."""

quarantine = Table(
    "quarantine",
    hub,
    _id("cs_id", key=True),
    Column("feed", String(60), nullable=False),
    Column("feed_seq", Integer, nullable=False),
    _bytes("chain"),
    _bytes("cs_hash"),
    _id("device"),
    _id("team"),
    _id("author"),
    _id("patient", nullable=True),
    Column("reason", String(40), nullable=False),
    _ms("received_at"),
    Column("state", String(10), nullable=False),
    _id("decided_by", nullable=True),
    _ms("decided_at", nullable=True),
    Column("word", Text, nullable=False),
    _bytes("head"),
    _bytes("body"),
    Index("quarantine_place", "feed", "feed_seq", unique=True),
    Index("quarantine_team", "team", "state"),
)
"""What waits for a lead, numbered in the laptop's `held` feed. `state` is waiting, adopted or returned; `word` is the
reason that the lead gave.

The `cs_id` of bytes that cannot be read is made from their hash.
"""

early_decision = Table(
    "early_decision",
    hub,
    _id("cs_id", key=True),
    _id("by"),
    _ms("moment"),
    Column("state", String(10), nullable=False),
)
"""What was decided of work that does not wait here: a hub that was restored hears of the decision before the work."""

daily_root = Table(
    "daily_root",
    hub,
    Column("day", String(10), primary_key=True),
    _bytes("content"),
    _bytes("signature"),
)
"""Where all feeds ended on a day, signed by the hub."""

person_team = Table(
    "person_team",
    hub,
    _id("patient", key=True),
    Column("since", Big, primary_key=True),
    _id("team"),
    Index("person_team_team", "team"),
)
"""Whose patient somebody is from a moment on; never taken from what an operation about them says of itself."""

opened = Table(
    "opened",
    hub,
    _id("device", key=True),
    _id("patient", key=True),
    _id("user"),
    Column("why", String(40), nullable=False),
    _ms("until"),
)
"""Whom a laptop asked for that it does not hold by its scope: who asked, why, and until when it holds them."""

# --- drafts and documents ------------------------------------------------------------------------

draft = Table(
    "draft",
    hub,
    Column("slot", String(160), primary_key=True),
    _id("author"),
    _id("device"),
    _id("team"),
    Column("page", String(60), nullable=False),
    _id("patient"),
    _ms("saved_at"),
    _bytes("sealed"),
)

blob = Table(
    "blob",
    hub,
    Column("digest", String(64), primary_key=True),
    Column("size", Big),
    _id("team"),
)
"""`size` is None until every byte has come and the digest was right."""

blob_piece = Table(
    "blob_piece",
    hub,
    Column("digest", String(64), primary_key=True),
    Column("begin", Big, primary_key=True),
    _bytes("content"),
)
