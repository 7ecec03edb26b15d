"""The tables of what is said to somebody: calls, tasks, notes copied, letters."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table

from smf_core.records.tables.columns import code_column, id_column, instant_columns, metadata, text_column

call = Table(
    "call",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    text_column("episodes"),
    *instant_columns("made"),
    Column("minutes", Integer),
    code_column("direction"),
    text_column("who"),
    code_column("purpose"),
    code_column("outcome"),
    text_column("words"),
    text_column("action"),
    text_column("next"),
    Column("since", Date),
    id_column("by"),
    code_column("role", nullable=True),
    Column("registered", Boolean, nullable=False),
    Column("amended", Boolean, nullable=False),
    text_column("struck_reason"),
    Index("call_patient", "patient", "made_at"),
    Index("call_purpose", "purpose", "made_at"),
)
"""`since` is the day since when the core team visits again, for a check-in that says so."""

task = Table(
    "task",
    metadata,
    id_column("id", key=True),
    id_column("patient", nullable=True),
    code_column("kind"),
    text_column("text"),
    id_column("to_user", nullable=True),
    id_column("to_team", nullable=True),
    Column("due_on", Date),
    text_column("due_at"),
    id_column("about", nullable=True),
    code_column("purpose"),
    id_column("by"),
    *instant_columns("asked"),
    Column("urgent", Boolean, nullable=False),
    code_column("state"),
    id_column("done_by", nullable=True),
    *instant_columns("done", nullable=True),
    text_column("done_note"),
    Column("settled", Boolean, nullable=False),
    Index("task_open", "state", "due_on"),
    Index("task_patient", "patient", "state"),
    Index("task_about", "about"),
)
"""`state`: open, done, cancelled. `about` is the visit, episode, letter or flag it came from; `urgent` is red."""

note_copy = Table(
    "note_copy",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    code_column("of"),
    id_column("record"),
    id_column("by"),
    *instant_columns("copied"),
    text_column("digest"),
    Index("note_copy_record", "record"),
    Index("note_copy_patient", "patient"),
)
"""That a note was copied for the trust's record: `of` is `visit`, `call` or `discharge`."""

letter = Table(
    "letter",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("episode", nullable=True),
    id_column("referral", nullable=True),
    code_column("kind"),
    text_column("to"),
    text_column("content"),
    text_column("template"),
    text_column("medicine"),
    text_column("cause"),
    id_column("by"),
    *instant_columns("written"),
    code_column("state"),
    text_column("how"),
    id_column("sent_by", nullable=True),
    *instant_columns("sent", nullable=True),
    text_column("state_reason"),
    text_column("confirmed_who"),
    Column("confirmed_on", Date),
    id_column("confirmed_by", nullable=True),
    text_column("confirmed_note"),
    Index("letter_patient", "patient"),
    Index("letter_state", "state", "written_at"),
    Index("letter_episode", "episode"),
)
"""A letter as it was written: `content` is JSON, `medicine` the entries a dose in it came from.

`state`: to_print, printed, sent, withdrawn. `confirmed_on` is the day the core team said its visits stop.
"""
