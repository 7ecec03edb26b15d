"""The hub's own tables: who it knows, the feeds, what waits for a lead, drafts and documents."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user"),
    )
    op.create_index("account_username", "account", ["username"], unique=False)
    op.create_table(
        "blob",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "blob_piece",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("begin", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "begin"),
    )
    op.create_table(
        "daily_root",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "device",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=36), nullable=False),
        sa.Column("store", sa.String(length=36), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revoked_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_seen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("drafts", sa.Integer(), nullable=False),
        sa.Column("app", sa.String(length=40), nullable=False),
        sa.Column("ratchet", sa.LargeBinary(), nullable=True),
        sa.Column("ratchet_before", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("device"),
    )
    op.create_table(
        "device_order",
        sa.Column("serial", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_index("device_order_device", "device_order", ["device"], unique=False)
    op.create_table(
        "device_user",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("since", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("device", "user"),
    )
    op.create_table(
        "draft",
        sa.Column("slot", sa.String(length=160), nullable=False),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("team", sa.String(length=36), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("patient", sa.String(length=36), nullable=False),
        sa.Column("saved_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("slot"),
    )
    op.create_table(
        "early_decision",
        sa.Column("cs_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("moment", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("cs_id"),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("expires_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "event",
        sa.Column("event", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("user", sa.String(length=36), nullable=True),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("event"),
    )
    op.create_table(
        "feed_change_set",
        sa.Column("cs_id", sa.String(length=36), nullable=False),
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("feed_seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("cs_hash", sa.LargeBinary(), nullable=False),
        sa.Column("replica", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("patient", sa.String(length=36), nullable=True),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("received_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("suspect", sa.Boolean(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("cs_id"),
    )
    op.create_index("feed_change_set_digest", "feed_change_set", ["feed", "patient", "month", "cs_hash"], unique=False)
    op.create_index("feed_change_set_place", "feed_change_set", ["feed", "feed_seq"], unique=True)
    op.create_table(
        "feed_counter",
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("feed"),
    )
    op.create_table(
        "given_grant",
        sa.Column("serial", sa.String(length=36), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("since", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_index("given_grant_user", "given_grant", ["user", "device", "until"], unique=False)
    op.create_table(
        "identity",
        sa.Column("hub", sa.String(length=36), nullable=False),
        sa.Column("service", sa.String(length=36), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("recovery_key", sa.LargeBinary(), nullable=False),
        sa.Column("replica", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("hub"),
    )
    op.create_table(
        "membership",
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("team", sa.String(length=36), nullable=False),
        sa.Column("since", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("user", "team", "since"),
    )
    op.create_table(
        "opened",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("patient", sa.String(length=36), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("device", "patient"),
    )
    op.create_table(
        "person_team",
        sa.Column("patient", sa.String(length=36), nullable=False),
        sa.Column("since", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("patient", "since"),
    )
    op.create_index("person_team_team", "person_team", ["team"], unique=False)
    op.create_table(
        "push_signature",
        sa.Column("replica", sa.String(length=36), nullable=False),
        sa.Column("to_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("replica", "to_seq"),
    )
    op.create_table(
        "quarantine",
        sa.Column("cs_id", sa.String(length=36), nullable=False),
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("feed_seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("cs_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("team", sa.String(length=36), nullable=False),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("patient", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cs_id"),
    )
    op.create_index("quarantine_place", "quarantine", ["feed", "feed_seq"], unique=True)
    op.create_index("quarantine_team", "quarantine", ["team", "state"], unique=False)
    op.create_table(
        "replica",
        sa.Column("replica", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("last_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("replica"),
    )
    op.create_table(
        "team",
        sa.Column("team", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team"),
    )
