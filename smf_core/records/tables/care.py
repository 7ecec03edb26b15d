"""The tables of the service a person gets."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from smf_core.records.tables.columns import code_column, id_column, instant_columns, metadata, text_column

referral = Table(
    "referral",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("team"),
    Column("received_on", Date, nullable=False),
    code_column("source"),
    text_column("referrer"),
    text_column("reason"),
    text_column("notes"),
    text_column("skills"),
    text_column("baseline_visits_per_month", nullable=True),
    Column("baseline_on", Date),
    code_column("baseline_kind", nullable=True),
    code_column("status"),
    code_column("priority", nullable=True),
    Column("target_date", Date),
    Column("decided_on", Date),
    id_column("decided_by", nullable=True),
    text_column("decision_reason"),
    text_column("next_dose_at"),
    text_column("dose_given_by"),
    text_column("exclusions"),
    id_column("earlier_episode", nullable=True),
    id_column("duplicate_of", nullable=True),
    code_column("duplicate_settled", nullable=True),
    *instant_columns("written"),
    Index("referral_patient", "patient", "received_on"),
    Index("referral_status", "status", "received_on"),
    Index("referral_earlier", "earlier_episode"),
    Index("referral_source", "source", "referrer", "status", "received_on", "skills"),
    Index("referral_team", "team", "source", "referrer", "status", "received_on", "skills"),
)
"""`earlier_episode` is the discharged episode a person comes back from; `next_dose_at` is local time as typed."""

episode = Table(
    "episode",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("referral"),
    code_column("skill"),
    code_column("checklist_version"),
    Column("expected_visits", Integer, nullable=False),
    Column("opened_on", Date),
    id_column("nurse", nullable=True),
    id_column("accountable_nurse", nullable=True),
    text_column("baseline_visits_per_month", nullable=True),
    Column("baseline_on", Date),
    code_column("baseline_kind", nullable=True),
    Column("treatment_ends_on", Date),
    code_column("consent", nullable=True),
    Column("consent_on", Date),
    code_column("capacity", nullable=True),
    Column("capacity_on", Date),
    text_column("consent_detail"),
    Column("closed_on", Date),
    code_column("outcome", nullable=True),
    text_column("conflicts"),
    Index("episode_patient", "patient"),
    Index("episode_referral", "referral"),
    Index("episode_open", "closed_on", "nurse", "patient", "referral", "id", "skill", "outcome"),
)

discharge = Table(
    "discharge",
    metadata,
    id_column("episode", key=True),
    Column("on", Date, nullable=False),
    code_column("outcome"),
    text_column("support"),
    text_column("reasons"),
    text_column("detail"),
    id_column("by"),
    *instant_columns("signed"),
)
"""`support` is the agreed support in one line, `detail` the whole form as JSON."""

gate = Table(
    "gate",
    metadata,
    id_column("owner", key=True),
    Column("gate", String(8), primary_key=True),
    code_column("state"),
    id_column("by"),
    Column("on", Date, nullable=False),
    text_column("evidence"),
    text_column("reason"),
    Column("valid_until", Date),
    Column("settled", Boolean, nullable=False),
    *instant_columns("written"),
)
"""`owner` is the referral for universal gates, else the episode."""

learner = Table(
    "learner",
    metadata,
    id_column("episode", key=True),
    Column("who", String(36), primary_key=True),
    text_column("tasks"),
    Column("from", Date),
    Column("until", Date),
)

dose_cover = Table(
    "dose_cover",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("episode"),
    text_column("dose"),
    code_column("giver"),
    text_column("who"),
    Column("from", Date, nullable=False),
    Column("until", Date),
    text_column("note"),
    Column("cancelled", Boolean, nullable=False),
    Column("settled", Boolean, nullable=False),
    Index("dose_cover_episode", "episode"),
    Index("dose_cover_patient", "patient"),
)
"""Who gives one dose or care time until sign-off: `giver` is `patient`, `carer`, `core_team`, `smf` or `other`."""

hold = Table(
    "hold",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("episode"),
    text_column("reason"),
    Column("from", Date, nullable=False),
    Column("review_on", Date),
    Column("until", Date),
    Index("hold_episode", "episode"),
)

core_visits = Table(
    "core_visits",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("episode"),
    Column("from", Date, nullable=False),
    text_column("visits_per_month"),
    text_column("source"),
    Index("core_visits_episode", "episode"),
)
