"""The tables of the service itself: its people, its lists, its audit."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from smf_core.records.tables.columns import code_column, id_column, instant_columns, metadata, text_column

service = Table("service", metadata, id_column("id", key=True), text_column("name"), code_column("store_kind"))

service_setting = Table(
    "service_setting",
    metadata,
    id_column("service", key=True),
    Column("setting", String(60), primary_key=True),
    text_column("value"),
    id_column("by"),
    text_column("reason"),
)

practice = Table(
    "practice",
    metadata,
    id_column("id", key=True),
    code_column("code"),
    text_column("name"),
    text_column("address"),
    text_column("postcode"),
    text_column("phone"),
    Column("opened_on", Date),
    Column("closed_on", Date),
    code_column("successor"),
    Index("practice_code", "code"),
)
"""A general practice by its code; `successor` is the code of the practice that took over a closed one."""

area = Table(
    "area",
    metadata,
    id_column("id", key=True),
    code_column("code"),
    Column("decile", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Index("area_code", "code"),
)
"""A postcode, sector or district with its decile of deprivation; `gone` says that the newest list leaves it out."""

core_team = Table(
    "core_team",
    metadata,
    id_column("id", key=True),
    text_column("name"),
    text_column("phone"),
    text_column("address"),
    text_column("locality"),
    Column("ended", Boolean, nullable=False),
)

absence = Table(
    "absence",
    metadata,
    id_column("id", key=True),
    id_column("nurse"),
    Column("from", Date, nullable=False),
    Column("until", Date, nullable=False),
    code_column("reason"),
    id_column("covered_by", nullable=True),
    Column("cancelled", Boolean, nullable=False),
    Index("absence_nurse", "nurse", "until"),
)
"""A nurse away from one day to another, both included; `covered_by` holds the caseload on those days alone."""

nurse_cover = Table(
    "nurse_cover",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("episode"),
    id_column("nurse"),
    Column("from", Date, nullable=False),
    Column("until", Date, nullable=False),
    text_column("reason"),
    Column("cancelled", Boolean, nullable=False),
    Index("nurse_cover_episode", "episode", "until"),
)
"""Another nurse for one pathway from one day to another; the pathway returns by itself."""

saved_view = Table(
    "saved_view",
    metadata,
    id_column("id", key=True),
    id_column("owner"),
    code_column("page"),
    text_column("name"),
    text_column("content"),
    Column("place", Integer),
    Column("deleted", Boolean, nullable=False),
    Index("saved_view_owner", "owner", "page"),
)
"""Filters, sorting and columns under a name, as JSON in `content`; a user's own on every laptop."""

team = Table("team", metadata, id_column("id", key=True), text_column("name"))

user = Table(
    "user",
    metadata,
    id_column("id", key=True),
    text_column("username"),
    text_column("name"),
    code_column("role"),
    text_column("capabilities"),
    Column("active", Boolean, nullable=False),
)

approval = Table(
    "approval",
    metadata,
    id_column("id", key=True),
    code_column("skill"),
    code_column("version"),
    text_column("approved_by"),
    text_column("role"),
    Column("approved_on", Date, nullable=False),
    Column("next_review_due", Date),
    Index("approval_skill", "skill", "version"),
)

access = Table(
    "access",
    metadata,
    id_column("id", key=True),
    id_column("author"),
    code_column("action"),
    id_column("patient", nullable=True),
    text_column("detail"),
    *instant_columns("done"),
    Index("access_patient", "patient", "done_at"),
)
"""The audit: who read, exported, printed or unlocked what, and when."""
