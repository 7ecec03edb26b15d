"""The log of change sets, the records folded from it, and what only a laptop keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("nurse", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("from", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("covered_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("absence_nurse", "absence", ["nurse", "until"], unique=False)
    op.create_table(
        "access",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("author", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("action", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("detail", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("done_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("done_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("access_patient", "access", ["patient", "done_at"], unique=False)
    op.create_table(
        "alert",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("text", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("detail", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("private", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alert_patient", "alert", ["patient"], unique=False)
    op.create_index(
        "alert_unsettled",
        "alert",
        ["patient"],
        unique=False,
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS false"),
    )
    op.create_table(
        "allergy",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("substance", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reaction", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("noted_on", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("allergy_patient", "allergy", ["patient"], unique=False)
    op.create_index(
        "allergy_unsettled",
        "allergy",
        ["patient"],
        unique=False,
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS false"),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("skill", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("approved_by", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("role", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("next_review_due", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("approval_skill", "approval", ["skill", "version"], unique=False)
    op.create_table(
        "area",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("code", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("decile", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("area_code", "area", ["code"], unique=False)
    op.create_table(
        "baseline",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("what", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("skill", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("visits_per_month", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("bedding_in", sa.Date(), nullable=True),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "blob",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "blob_chunk",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "place"),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episodes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("made_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("made_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("minutes", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("direction", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("who", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("purpose", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("outcome", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("words", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("action", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("next", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("role", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.Column("amended", sa.Boolean(), nullable=False),
        sa.Column("struck_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("call_patient", "call", ["patient", "made_at"], unique=False)
    op.create_index("call_purpose", "call", ["purpose", "made_at"], unique=False)
    op.create_table(
        "change_set",
        sa.Column("cs_id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("replica", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("seq", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("cs_hash", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("cs_id"),
    )
    op.create_index(
        "change_set_own",
        "change_set",
        ["replica", "seq"],
        unique=False,
        sqlite_where=sa.text("chain IS NOT NULL"),
        postgresql_where=sa.text("chain IS NOT NULL"),
    )
    op.create_table(
        "closed_month",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("team", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("content", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "definitions", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("positions", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("closed_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("closed_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("actions", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("closed_month_of", "closed_month", ["team", "month"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("relation", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("informal_carer", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("may_talk", sa.Boolean(), nullable=False),
        sa.Column("may_leave_message", sa.Boolean(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("attorney", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("contact_patient", "contact", ["patient"], unique=False)
    op.create_index(
        "contact_unsettled",
        "contact",
        ["patient"],
        unique=False,
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS false"),
    )
    op.create_table(
        "core_count",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("team", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("count", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("registered_population", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("comparison", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("core_count_month", "core_count", ["month"], unique=False)
    op.create_table(
        "core_return",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("team", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("core_return_patient", "core_return", ["patient"], unique=False)
    op.create_table(
        "core_team",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("address", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("locality", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "core_visits",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("from", sa.Date(), nullable=False),
        sa.Column("visits_per_month", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("core_visits_episode", "core_visits", ["episode"], unique=False)
    op.create_table(
        "counted_episode",
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("skill", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("team", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("nurse", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("referrer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("expected_visits", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("first_on", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("minutes", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("first_confidence", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("last_confidence", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("closed_on", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("left_as", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("sole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("episode"),
    )
    op.create_index(
        "counted_closed",
        "counted_episode",
        ["closed_on", "sole", "left_as", "patient", "outcome", "skill", "first_on", "team", "nurse", "referrer"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NOT NULL"),
        postgresql_where=sa.text("closed_on IS NOT NULL"),
    )
    op.create_index(
        "counted_open",
        "counted_episode",
        [
            *("first_on", "last_on", "visits", "expected_visits", "sole", "episode"),
            *("patient", "skill", "team", "nurse", "referrer"),
        ],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(
        "counted_person",
        "counted_episode",
        ["patient", "skill", "closed_on", "left_as", "sole", "team", "nurse", "referrer"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NOT NULL AND sole = 0"),
        postgresql_where=sa.text("closed_on IS NOT NULL AND NOT sole"),
    )
    op.create_index(
        "counted_skill",
        "counted_episode",
        ["skill", "visits", "outcome", "first_on", "closed_on", "sole", "nurse", "referrer"],
        unique=False,
    )
    op.create_index(
        "counted_team",
        "counted_episode",
        ["team", "skill", "visits", "outcome", "first_on", "closed_on", "sole", "nurse", "referrer"],
        unique=False,
    )
    op.create_table(
        "discharge",
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("support", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reasons", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("detail", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("signed_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("signed_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("episode"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("referral", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("title", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("media", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=64).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("size", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "written_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("written_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("struck_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("document_digest", "document", ["digest"], unique=False)
    op.create_index("document_patient", "document", ["patient"], unique=False)
    op.create_table(
        "dose_cover",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("dose", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("giver", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("who", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("from", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("dose_cover_episode", "dose_cover", ["episode"], unique=False)
    op.create_index("dose_cover_patient", "dose_cover", ["patient"], unique=False)
    op.create_table(
        "draft",
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("patient", sa.String(length=36), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("author", "page", "record"),
    )
    op.create_table(
        "episode",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("referral", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("skill", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "checklist_version", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("expected_visits", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("nurse", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "accountable_nurse", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "baseline_visits_per_month", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column(
            "baseline_kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("treatment_ends_on", sa.Date(), nullable=True),
        sa.Column("consent", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("capacity", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("capacity_on", sa.Date(), nullable=True),
        sa.Column("consent_detail", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("conflicts", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "episode_open", "episode", ["closed_on", "nurse", "patient", "referral", "id", "skill", "outcome"], unique=False
    )
    op.create_index("episode_patient", "episode", ["patient"], unique=False)
    op.create_index("episode_referral", "episode", ["referral"], unique=False)
    op.create_table(
        "equipment",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("item", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("standing", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("equipment_patient", "equipment", ["patient"], unique=False)
    op.create_index(
        "equipment_unsettled",
        "equipment",
        ["patient"],
        unique=False,
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS false"),
    )
    op.create_table(
        "exchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "feed",
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("doubted", sa.LargeBinary(), nullable=True),
        sa.Column("verified_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("feed"),
    )
    op.create_table(
        "feed_number",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("feed"),
    )
    op.create_table(
        "gate",
        sa.Column("owner", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("gate", sa.String(length=8).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column(
            "written_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("written_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("owner", "gate"),
    )
    op.create_table(
        "held_grant",
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user"),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("from", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("hold_episode", "hold", ["episode"], unique=False)
    op.create_table(
        "item",
        sa.Column("entity_id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("cs_id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("entity", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "cs_id", "entity"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "joined_hub",
        sa.Column("hub", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("hub_key", sa.LargeBinary(), nullable=False),
        sa.Column("recovery_key", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("team", sa.String(length=36), server_default="", nullable=False),
        sa.Column("device_key", sa.LargeBinary(), nullable=False),
        sa.Column("ratchet", sa.LargeBinary(), nullable=False),
        sa.Column("offset_ms", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.String(length=40), nullable=False),
        sa.Column("complete_at", sa.String(length=40), nullable=True),
        sa.Column("heard_ms", sa.Integer(), nullable=False),
        sa.Column("stamp_ms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("hub"),
    )
    op.create_table(
        "learner",
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("who", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("tasks", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("from", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("episode", "who"),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("referral", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("to", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("content", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("template", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("medicine", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("cause", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "written_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("written_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("how", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("sent_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("sent_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("sent_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("state_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("confirmed_who", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column(
            "confirmed_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("confirmed_note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("letter_episode", "letter", ["episode"], unique=False)
    op.create_index("letter_patient", "letter", ["patient"], unique=False)
    op.create_index("letter_state", "letter", ["state", "written_at"], unique=False)
    op.create_table(
        "medicine",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("skill", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("strength", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("device", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("dose", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("times", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("targets", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("prescriber", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("prescribed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("first_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("first_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("changed_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("changed_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("medicine_patient", "medicine", ["patient"], unique=False)
    op.create_index(
        "medicine_unsettled",
        "medicine",
        ["patient"],
        unique=False,
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS false"),
    )
    op.create_table(
        "note_copy",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("of", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("record", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("copied_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("copied_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("digest", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("note_copy_patient", "note_copy", ["patient"], unique=False)
    op.create_index("note_copy_record", "note_copy", ["record"], unique=False)
    op.create_table(
        "nurse_cover",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("nurse", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("from", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("nurse_cover_episode", "nurse_cover", ["episode", "until"], unique=False)
    op.create_table(
        "obeyed_order",
        sa.Column("serial", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("visit", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("section", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "observation", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("read_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("read_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("unit", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("amended", sa.Boolean(), nullable=False),
        sa.Column("struck_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("observation_patient", "observation", ["patient", "observation", "read_at"], unique=False)
    op.create_index("observation_visit", "observation", ["visit"], unique=False)
    op.create_table(
        "open_pathway",
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("skill", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("team", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("nurse", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("referrer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("accepted_on", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("episode"),
    )
    op.create_table(
        "outbox",
        sa.Column("cs_id", sa.String(length=36), nullable=False),
        sa.Column("feed", sa.String(length=60), nullable=True),
        sa.Column("replica", sa.String(length=36), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("cs_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("family_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("given_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("title", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("sort_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("home_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("nhs_number", sa.String(length=10).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "nhs_number_status", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("address", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("postcode", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("preferred_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("gp_practice_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("gp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("access_note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("ethnic_category", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("language", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("access_needs", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("same_as", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("no_known_allergies_on", sa.Date(), nullable=True),
        sa.Column("team", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("conflicts", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("unknown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("patient_born", "patient", ["date_of_birth"], unique=False)
    op.create_index(
        "patient_conflicts",
        "patient",
        ["id"],
        unique=False,
        sqlite_where=sa.text("conflicts <> ''"),
        postgresql_where=sa.text("conflicts <> ''"),
    )
    op.create_index(
        "patient_died",
        "patient",
        ["died_on", "id"],
        unique=False,
        sqlite_where=sa.text("died_on IS NOT NULL"),
        postgresql_where=sa.text("died_on IS NOT NULL"),
    )
    op.create_index("patient_home_key", "patient", ["home_key"], unique=False)
    op.create_index("patient_name_key", "patient", ["name_key"], unique=False)
    op.create_index("patient_nhs_number", "patient", ["nhs_number"], unique=False)
    op.create_index("patient_sort", "patient", ["sort_name", "id"], unique=False)
    op.create_table(
        "pending_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("patient", sa.String(length=36), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "person_number",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("patient", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("patient"),
    )
    op.create_table(
        "placed",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cs_id", sa.String(length=36), nullable=False),
        sa.Column("cs_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_index("placed_month", "placed", ["month"], unique=False)
    op.create_index("placed_person", "placed", ["person"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("what", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("of", sa.String(length=200).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "practice",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("code", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("address", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("postcode", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("practice_code", "practice", ["code"], unique=False)
    op.create_table(
        "rebase",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("chart", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("cause", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "red_flag",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("visit", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("call", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("sign", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("urgency", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("seen_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("seen_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("action", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("told", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("advised", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("next_check", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("closed_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("closed_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("closed_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("closing_action", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("struck_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("red_flag_patient", "red_flag", ["patient", "state"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("team", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("referrer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("notes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("skills", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "baseline_visits_per_month", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column(
            "baseline_kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("status", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("priority", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("target_date", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("decision_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("next_dose_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("dose_given_by", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("exclusions", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "earlier_episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "duplicate_of", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "duplicate_settled", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "written_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("written_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("referral_earlier", "referral", ["earlier_episode"], unique=False)
    op.create_index("referral_patient", "referral", ["patient", "received_on"], unique=False)
    op.create_index(
        "referral_source", "referral", ["source", "referrer", "status", "received_on", "skills"], unique=False
    )
    op.create_index("referral_status", "referral", ["status", "received_on"], unique=False)
    op.create_index(
        "referral_team", "referral", ["team", "source", "referrer", "status", "received_on", "skills"], unique=False
    )
    op.create_table(
        "replica",
        sa.Column("chain_of", sa.String(length=10), nullable=False),
        sa.Column("replica_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chain_of"),
    )
    op.create_table(
        "review",
        sa.Column("cs_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=36), server_default="", nullable=False),
        sa.Column("decided_at", sa.String(length=40), server_default="", nullable=False),
        sa.Column("word", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("cs_id"),
    )
    op.create_table(
        "same_person",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kept", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("owner", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("page", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("content", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("place", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("saved_view_owner", "saved_view", ["owner", "page"], unique=False)
    op.create_table(
        "scope_person",
        sa.Column("patient", sa.String(length=36), nullable=False),
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("moved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("left_at", sa.String(length=40), nullable=True),
        sa.Column("away_at", sa.String(length=40), nullable=True),
        sa.Column("purged_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("patient", "feed"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "self_check",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("answers", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("actions", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sent_blob",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sent_change_set",
        sa.Column("cs_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("cs_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sent_draft",
        sa.Column("slot", sa.String(length=160), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("slot"),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "store_kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "service_setting",
        sa.Column("service", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("setting", sa.String(length=60).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("service", "setting"),
    )
    op.create_table(
        "step_rating",
        sa.Column("section", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("step", sa.String(length=8).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("level", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("amended", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("section", "step"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stretch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("chain_before", sa.LargeBinary(), nullable=False),
        sa.Column("chain_after", sa.LargeBinary(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("attested", sa.LargeBinary(), nullable=False),
        sa.Column("lost", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stretch_feed", "stretch", ["feed", "last"], unique=False)
    op.create_index(
        "stretch_lost", "stretch", ["feed", "first"], unique=False, sqlite_where=sa.text("lost IS NOT NULL")
    )
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("text", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("to_user", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("to_team", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("about", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("purpose", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("asked_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("asked_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("done_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("done_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("done_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("done_note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("task_about", "task", ["about"], unique=False)
    op.create_index("task_open", "task", ["state", "due_on"], unique=False)
    op.create_index("task_patient", "task", ["patient", "state"], unique=False)
    op.create_table(
        "teach_back",
        sa.Column("section", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("question", sa.String(length=8).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("answer", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("words", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("amended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("section", "question"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "team",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "two_people",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("other", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("username", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("role", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("capabilities", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("status", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("planned_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("planned_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("planned_minutes", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column(
            "planned_nurse", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("planned_episodes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("planned_focus", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("cancel_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("dose", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("window_from", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("window_until", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("series", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("started_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("started_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("minutes", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("contact", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("purpose", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("stopped_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("methods", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("also_present", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("signed_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "signed_role", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("signed_registered", sa.Boolean(), nullable=True),
        sa.Column("signed_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("signed_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("amended", sa.Boolean(), nullable=False),
        sa.Column("amend_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "not_gone_ahead_reason",
            sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("not_gone_ahead_note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("tries", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("told", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("no_reply_outcome", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("late_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "copied_from", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("draft_of", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("cosign_of", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "cosigned_by", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "cosigned_at", sa.String(length=27).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("cosigned_offset", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("cosign_note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("next_kind", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("next_minutes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("next_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("next_focus", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("struck_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("moved_to", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("signed_also", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "visit_cosign",
        "visit",
        ["cosign_of"],
        unique=False,
        sqlite_where=sa.text("cosign_of IS NOT NULL"),
        postgresql_where=sa.text("cosign_of IS NOT NULL"),
    )
    op.create_index("visit_of_nurse", "visit", ["planned_nurse", "status", "planned_at"], unique=False)
    op.create_index("visit_of_patient", "visit", ["patient", "status", "planned_at"], unique=False)
    op.create_index(
        "visit_patient",
        "visit",
        ["patient", "started_at"],
        unique=False,
        sqlite_where=sa.text("started_at IS NOT NULL"),
        postgresql_where=sa.text("started_at IS NOT NULL"),
    )
    op.create_index(
        "visit_planned",
        "visit",
        ["planned_at", "status"],
        unique=False,
        sqlite_where=sa.text("planned_at IS NOT NULL"),
        postgresql_where=sa.text("planned_at IS NOT NULL"),
    )
    op.create_index(
        "visit_signed",
        "visit",
        ["signed_by", "signed_at"],
        unique=False,
        sqlite_where=sa.text("signed_by IS NOT NULL"),
        postgresql_where=sa.text("signed_by IS NOT NULL"),
    )
    op.create_index(
        "visit_signed_also",
        "visit",
        ["signed_also"],
        unique=False,
        sqlite_where=sa.text("signed_also IS NOT NULL"),
        postgresql_where=sa.text("signed_also IS NOT NULL"),
    )
    op.create_index(
        "visit_started",
        "visit",
        ["started_at", "planned_nurse", "signed_by", "status"],
        unique=False,
        sqlite_where=sa.text("started_at IS NOT NULL"),
        postgresql_where=sa.text("started_at IS NOT NULL"),
    )
    op.create_table(
        "visit_pair",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("one", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("other", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visit_pair_patient", "visit_pair", ["patient"], unique=False)
    op.create_table(
        "visit_section",
        sa.Column("id", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("visit", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("episode", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("learner", sa.String(length=36).with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("confidence", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=True),
        sa.Column("strategies", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("notes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "checklist_version", sa.String(length=40).with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visit_section_episode", "visit_section", ["episode", "visit"], unique=False)
    op.create_index("visit_section_visit", "visit_section", ["visit"], unique=False)
    op.create_table(
        "witness",
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("feed_seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "feed_seq"),
        sqlite_with_rowid=False,
    )
