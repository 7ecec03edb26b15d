"""The tables of visits, and of what was seen on one."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from smf_core.records.tables.columns import (
    code_column,
    id_column,
    index_where_said,
    instant_columns,
    metadata,
    text_column,
)

visit = Table(
    "visit",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    code_column("status"),
    *instant_columns("planned", nullable=True),
    Column("planned_minutes", Integer),
    id_column("planned_nurse", nullable=True),
    text_column("planned_episodes"),
    text_column("planned_focus"),
    Column("cancelled", Boolean, nullable=False),
    text_column("cancel_reason"),
    text_column("dose"),
    text_column("window_from"),
    text_column("window_until"),
    id_column("series", nullable=True),
    *instant_columns("started", nullable=True),
    Column("minutes", Integer),
    code_column("contact", nullable=True),
    code_column("purpose", nullable=True),
    text_column("stopped_reason"),
    text_column("methods"),
    text_column("also_present"),
    id_column("signed_by", nullable=True),
    code_column("signed_role", nullable=True),
    Column("signed_registered", Boolean),
    *instant_columns("signed", nullable=True),
    Column("amended", Boolean, nullable=False),
    text_column("amend_reason"),
    code_column("not_gone_ahead_reason", nullable=True),
    text_column("not_gone_ahead_note"),
    text_column("tries"),
    text_column("told"),
    text_column("no_reply_outcome"),
    text_column("late_reason"),
    id_column("copied_from", nullable=True),
    id_column("draft_of", nullable=True),
    id_column("cosign_of", nullable=True),
    id_column("cosigned_by", nullable=True),
    *instant_columns("cosigned", nullable=True),
    text_column("cosign_note"),
    code_column("next_kind", nullable=True),
    Column("next_on", Date),
    text_column("next_at"),
    text_column("next_minutes"),
    text_column("next_reason"),
    text_column("next_focus"),
    text_column("struck_reason"),
    id_column("moved_to", nullable=True),
    text_column("signed_also", nullable=True),
    # What is only planned is found by `visit_of_patient`.
    index_where_said("visit_patient", "patient", "started_at", of="started_at"),
    # By time first: by status first, SQLite would go through every signed visit to find those of a few people.
    index_where_said("visit_planned", "planned_at", "status"),
    # With whose it is and how it went: a week of one nurse, and what was not made, without reading everybody's.
    index_where_said("visit_started", "started_at", "planned_nurse", "signed_by", "status"),
    Index("visit_of_nurse", "planned_nurse", "status", "planned_at"),
    index_where_said("visit_signed", "signed_by", "signed_at"),
    Index("visit_of_patient", "patient", "status", "planned_at"),
    index_where_said("visit_cosign", "cosign_of"),
    index_where_said("visit_signed_also", "signed_also"),
)
"""`status`: planned, started, signed, not_gone_ahead. A signed visit keeps what it was planned as.

`cosign_of` is the nurse whose co-signature is asked for; `draft_of` wrote the draft that was signed;
`tries` is JSON; `copied_from` and `moved_to` link a visit
written for the wrong person with its copy; window times are local, as HH:MM.
`signed_also` lists the saves that signed it too, without knowing of the signature that stands: each was, or is still
to be, told apart as a visit of that id.
"""

visit_pair = Table(
    "visit_pair",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("one"),
    id_column("other"),
    code_column("state"),
    Column("settled", Boolean, nullable=False),
    Index("visit_pair_patient", "patient"),
)
"""What somebody said of two visits that might be one: `state` is one, two, or empty once that was taken back."""

visit_section = Table(
    "visit_section",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("visit"),
    id_column("episode"),
    id_column("learner"),
    Column("confidence", Integer),
    text_column("strategies"),
    text_column("notes"),
    code_column("checklist_version", nullable=True),
    Index("visit_section_visit", "visit"),
    Index("visit_section_episode", "episode", "visit"),
)

step_rating = Table(
    "step_rating",
    metadata,
    Column("section", String(36), primary_key=True),
    Column("step", String(8), primary_key=True),
    code_column("level"),
    text_column("note"),
    text_column("reason"),
    Column("amended", Boolean, nullable=False),
    Column("settled", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

teach_back = Table(
    "teach_back",
    metadata,
    Column("section", String(36), primary_key=True),
    Column("question", String(8), primary_key=True),
    code_column("answer"),
    text_column("words"),
    Column("amended", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

observation = Table(
    "observation",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("visit"),
    id_column("section", nullable=True),
    code_column("observation"),
    *instant_columns("read"),
    text_column("value"),
    text_column("unit"),
    text_column("note"),
    Column("soft", Boolean, nullable=False),
    Column("amended", Boolean, nullable=False),
    text_column("struck_reason"),
    Index("observation_visit", "visit"),
    Index("observation_patient", "patient", "observation", "read_at"),
)
"""`section` is empty for a vital sign of the whole visit; `value` is decimal text, an option code, LO or HI."""

red_flag = Table(
    "red_flag",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("visit", nullable=True),
    id_column("call", nullable=True),
    id_column("episode", nullable=True),
    code_column("sign"),
    code_column("urgency"),
    *instant_columns("seen"),
    text_column("action"),
    text_column("told"),
    text_column("advised"),
    text_column("next_check"),
    code_column("state"),
    id_column("closed_by", nullable=True),
    *instant_columns("closed", nullable=True),
    text_column("closing_action"),
    text_column("struck_reason"),
    Index("red_flag_patient", "patient", "state"),
)
