"""The tables of both ends: the log of change sets, and the records folded from it.

Every record table has a column that names the record its rows are folded from, so the rows of one record can be
taken away and written anew. Instants are UTC text that sorts, with the minutes of offset beside them.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, String, Table, Text

from smf_core.records.binary import Bytes

metadata = MetaData()


def _id(name: str, *, key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, String(36), primary_key=key, nullable=nullable and not key)


def _instant(name: str, *, nullable: bool = False) -> tuple[Column[Any], Column[Any]]:
    return (
        Column(f"{name}_at", String(27), nullable=nullable),
        Column(f"{name}_offset", Integer, nullable=nullable),
    )


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def _code(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, String(40), nullable=nullable)


# --- the log -------------------------------------------------------------------------------------

change_set = Table(
    "change_set",
    metadata,
    _id("cs_id", key=True),
    _id("replica"),
    Column("seq", Integer, nullable=False),
    Column("cs_hash", Bytes, nullable=False),
    Column("chain", Bytes, nullable=False),
    Column("head", Bytes, nullable=False),
    Column("body", Bytes),
    Index("change_set_replica_seq", "replica", "seq"),
)
"""One row per change set, bytes as written. `chain` is the replica's chain after it."""

item = Table(
    "item",
    metadata,
    _id("entity_id", key=True),
    _id("cs_id", key=True),
    Column("entity", String(40), primary_key=True),
    Index("item_entity", "entity", "entity_id"),
    sqlite_with_rowid=False,
)
"""Which change sets hold operations of a record."""

# --- the person ----------------------------------------------------------------------------------

patient = Table(
    "patient",
    metadata,
    _id("id", key=True),
    _text("family_name"),
    _text("given_name"),
    _text("title"),
    _text("sort_name"),
    Column("date_of_birth", Date),
    _code("sex"),
    Column("nhs_number", String(10)),
    _code("nhs_number_status"),
    _text("address"),
    _text("postcode"),
    _text("phone"),
    _text("preferred_name"),
    _text("gp_practice_code"),
    _text("gp"),
    _text("access_note"),
    _text("ethnic_category"),
    _text("language"),
    Column("interpreter", Boolean, nullable=False),
    _text("access_needs"),
    Column("opted_out", Boolean, nullable=False),
    Column("died_on", Date),
    _id("same_as", nullable=True),
    Column("no_known_allergies_on", Date),
    _id("team", nullable=True),
    _text("conflicts"),
    Column("unknown", Boolean, nullable=False),
    Index("patient_nhs_number", "nhs_number"),
    Index("patient_born", "date_of_birth"),
    Index("patient_sort", "sort_name", "id"),
)
"""`conflicts` lists the units two laptops changed apart, comma-separated; `unknown`: a newer version wrote to it.

`same_as` is the person whose record now stands for this one, from all links of `same_person` together; empty for
everyone who stands for themselves. Rows of other tables that name a person name the one who stands.
"""

same_person = Table("same_person", metadata, _id("id", key=True), _id("kept"))
"""One row for each record that a lead merged into another, as was said of it: `kept` may itself be merged."""

two_people = Table("two_people", metadata, _id("id", key=True), _id("other"))
"""One row for each record that a lead said is another person than `other`, though the two are alike."""


def _member(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        _id("id", key=True),
        _id("patient"),
        *columns,
        Column("active", Boolean, nullable=False),
        Column("settled", Boolean, nullable=False),
        Index(f"{name}_patient", "patient"),
    )


allergy = _member("allergy", _text("substance"), _text("reaction"), _text("noted_on"))
alert = _member("alert", _text("text"), _text("detail"), _code("private"))
"""`private` is `safeguarding` or `staff_safety` for what is shown only on a key; empty for everyone."""
contact = _member(
    "contact",
    _text("name"),
    _text("relation"),
    _text("phone"),
    Column("informal_carer", Boolean, nullable=False),
    _code("kind"),
    Column("may_talk", Boolean, nullable=False),
    Column("may_leave_message", Boolean, nullable=False),
    Column("emergency", Boolean, nullable=False),
    _code("attorney"),
    _text("note"),
)
"""`kind` is `person`, `pharmacy` or `service`; `attorney` is `health`, `finance`, `both` or empty."""
equipment = _member(
    "equipment", _id("episode", nullable=True), _text("item"), _code("standing"), Column("since", Date), _text("note")
)
"""`standing` is `in_home`, `lent`, `return_at_discharge` or `returned`."""
document = Table(
    "document",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("referral", nullable=True),
    _id("episode", nullable=True),
    _code("kind"),
    _text("title"),
    _code("media"),
    Column("digest", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("taken_on", Date),
    _id("by"),
    *_instant("written"),
    _text("struck_reason"),
    Index("document_patient", "patient"),
    Index("document_digest", "digest"),
)
"""A photograph or file about a person; its bytes are kept apart, under `digest` (SHA-256 in hexadecimal)."""
medicine = _member(
    "medicine",
    _code("skill"),
    _text("name"),
    _text("strength"),
    _text("device"),
    _text("dose"),
    _text("times"),
    _text("targets"),
    Column("ends_on", Date),
    _text("prescriber"),
    Column("prescribed_on", Date),
    _text("source"),
    *_instant("first"),
    *_instant("changed", nullable=True),
)
"""`first_at` is when it was first written down, `changed_at` when it last changed after that (care times)."""

# --- the service it gets -------------------------------------------------------------------------

referral = Table(
    "referral",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("team"),
    Column("received_on", Date, nullable=False),
    _code("source"),
    _text("referrer"),
    _text("reason"),
    _text("notes"),
    _text("skills"),
    _text("baseline_visits_per_month", nullable=True),
    Column("baseline_on", Date),
    _code("baseline_kind", nullable=True),
    _code("status"),
    _code("priority", nullable=True),
    Column("target_date", Date),
    Column("decided_on", Date),
    _id("decided_by", nullable=True),
    _text("decision_reason"),
    _text("next_dose_at"),
    _text("dose_given_by"),
    _text("exclusions"),
    _id("earlier_episode", nullable=True),
    _id("duplicate_of", nullable=True),
    _code("duplicate_settled", nullable=True),
    *_instant("written"),
    Index("referral_patient", "patient"),
    Index("referral_status", "status", "received_on"),
    Index("referral_earlier", "earlier_episode"),
)
"""`earlier_episode` is the discharged episode a person comes back from; `next_dose_at` is local time as typed."""

episode = Table(
    "episode",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("referral"),
    _code("skill"),
    _code("checklist_version"),
    Column("expected_visits", Integer, nullable=False),
    Column("opened_on", Date),
    _id("nurse", nullable=True),
    _id("accountable_nurse", nullable=True),
    _text("baseline_visits_per_month", nullable=True),
    Column("baseline_on", Date),
    _code("baseline_kind", nullable=True),
    Column("treatment_ends_on", Date),
    _code("consent", nullable=True),
    Column("consent_on", Date),
    _code("capacity", nullable=True),
    Column("capacity_on", Date),
    _text("consent_detail"),
    Column("closed_on", Date),
    _code("outcome", nullable=True),
    _text("conflicts"),
    Index("episode_patient", "patient"),
    Index("episode_referral", "referral"),
    Index("episode_open", "closed_on", "nurse"),
)

discharge = Table(
    "discharge",
    metadata,
    _id("episode", key=True),
    Column("on", Date, nullable=False),
    _code("outcome"),
    _text("support"),
    _text("reasons"),
    _text("detail"),
    _id("by"),
    *_instant("signed"),
)
"""`support` is the agreed support in one line, `detail` the whole form as JSON."""

gate = Table(
    "gate",
    metadata,
    _id("owner", key=True),
    Column("gate", String(8), primary_key=True),
    _code("state"),
    _id("by"),
    Column("on", Date, nullable=False),
    _text("evidence"),
    _text("reason"),
    Column("valid_until", Date),
    Column("settled", Boolean, nullable=False),
    *_instant("written"),
)
"""`owner` is the referral for universal gates, else the episode."""

learner = Table(
    "learner",
    metadata,
    _id("episode", key=True),
    Column("who", String(36), primary_key=True),
    _text("tasks"),
    Column("from", Date),
    Column("until", Date),
)

dose_cover = Table(
    "dose_cover",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("episode"),
    _text("dose"),
    _code("giver"),
    _text("who"),
    Column("from", Date, nullable=False),
    Column("until", Date),
    _text("note"),
    Column("cancelled", Boolean, nullable=False),
    Column("settled", Boolean, nullable=False),
    Index("dose_cover_episode", "episode"),
    Index("dose_cover_patient", "patient"),
)
"""Who gives one dose or care time until sign-off: `giver` is `patient`, `carer`, `core_team`, `smf` or `other`."""

hold = Table(
    "hold",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("episode"),
    _text("reason"),
    Column("from", Date, nullable=False),
    Column("review_on", Date),
    Column("until", Date),
    Index("hold_episode", "episode"),
)

core_visits = Table(
    "core_visits",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("episode"),
    Column("from", Date, nullable=False),
    _text("visits_per_month"),
    _text("source"),
    Index("core_visits_episode", "episode"),
)

# --- visits --------------------------------------------------------------------------------------

visit = Table(
    "visit",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _code("status"),
    *_instant("planned", nullable=True),
    Column("planned_minutes", Integer),
    _id("planned_nurse", nullable=True),
    _text("planned_episodes"),
    _text("planned_focus"),
    Column("cancelled", Boolean, nullable=False),
    _text("cancel_reason"),
    _text("dose"),
    _text("window_from"),
    _text("window_until"),
    _id("series", nullable=True),
    *_instant("started", nullable=True),
    Column("minutes", Integer),
    _code("contact", nullable=True),
    _code("purpose", nullable=True),
    _text("stopped_reason"),
    _text("methods"),
    _text("also_present"),
    _id("signed_by", nullable=True),
    _code("signed_role", nullable=True),
    Column("signed_registered", Boolean),
    *_instant("signed", nullable=True),
    Column("amended", Boolean, nullable=False),
    _text("amend_reason"),
    _code("not_gone_ahead_reason", nullable=True),
    _text("not_gone_ahead_note"),
    _text("tries"),
    _text("told"),
    _text("no_reply_outcome"),
    _text("late_reason"),
    _id("copied_from", nullable=True),
    _id("cosign_of", nullable=True),
    _id("cosigned_by", nullable=True),
    *_instant("cosigned", nullable=True),
    _text("cosign_note"),
    _code("next_kind", nullable=True),
    Column("next_on", Date),
    _text("next_at"),
    _text("next_minutes"),
    _text("next_reason"),
    _text("next_focus"),
    _text("struck_reason"),
    _id("moved_to", nullable=True),
    Index("visit_patient", "patient", "started_at"),
    # By time first: by status first, SQLite would go through every signed visit to find those of a few people.
    Index("visit_planned", "planned_at", "status"),
    Index("visit_started", "started_at"),
    Index("visit_signed", "signed_at"),
    Index("visit_of_patient", "patient", "status", "planned_at"),
    Index("visit_cosign", "cosign_of"),
)
"""`status`: planned, started, signed, not_gone_ahead. A signed visit keeps what it was planned as.

`cosign_of` is the nurse whose co-signature is asked for; `tries` is JSON; `copied_from` and `moved_to` link a visit
written for the wrong person with its copy; window times are local, as HH:MM.
"""

call = Table(
    "call",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _text("episodes"),
    *_instant("made"),
    Column("minutes", Integer),
    _code("direction"),
    _text("who"),
    _code("purpose"),
    _code("outcome"),
    _text("words"),
    _text("action"),
    _text("next"),
    Column("since", Date),
    _id("by"),
    _code("role", nullable=True),
    Column("registered", Boolean, nullable=False),
    Column("amended", Boolean, nullable=False),
    _text("struck_reason"),
    Index("call_patient", "patient", "made_at"),
    Index("call_purpose", "purpose", "made_at"),
)
"""`since` is the day since when the core team visits again, for a check-in that says so."""

task = Table(
    "task",
    metadata,
    _id("id", key=True),
    _id("patient", nullable=True),
    _code("kind"),
    _text("text"),
    _id("to_user", nullable=True),
    _id("to_team", nullable=True),
    Column("due_on", Date),
    _text("due_at"),
    _id("about", nullable=True),
    _code("purpose"),
    _id("by"),
    *_instant("asked"),
    Column("urgent", Boolean, nullable=False),
    _code("state"),
    _id("done_by", nullable=True),
    *_instant("done", nullable=True),
    _text("done_note"),
    Column("settled", Boolean, nullable=False),
    Index("task_open", "state", "due_on"),
    Index("task_patient", "patient", "state"),
    Index("task_about", "about"),
)
"""`state`: open, done, cancelled. `about` is the visit, episode, letter or flag it came from; `urgent` is red."""

note_copy = Table(
    "note_copy",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _code("of"),
    _id("record"),
    _id("by"),
    *_instant("copied"),
    _text("digest"),
    Index("note_copy_record", "record"),
    Index("note_copy_patient", "patient"),
)
"""That a note was copied for the trust's record: `of` is `visit`, `call` or `discharge`."""

letter = Table(
    "letter",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("episode", nullable=True),
    _id("referral", nullable=True),
    _code("kind"),
    _text("to"),
    _text("content"),
    _text("template"),
    _text("medicine"),
    _text("cause"),
    _id("by"),
    *_instant("written"),
    _code("state"),
    _text("how"),
    _id("sent_by", nullable=True),
    *_instant("sent", nullable=True),
    _text("state_reason"),
    _text("confirmed_who"),
    Column("confirmed_on", Date),
    _id("confirmed_by", nullable=True),
    _text("confirmed_note"),
    Index("letter_patient", "patient"),
    Index("letter_state", "state", "written_at"),
    Index("letter_episode", "episode"),
)
"""A letter as it was written: `content` is JSON, `medicine` the entries a dose in it came from.

`state`: to_print, printed, sent, withdrawn. `confirmed_on` is the day the core team said its visits stop.
"""

visit_section = Table(
    "visit_section",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("visit"),
    _id("episode"),
    _id("learner"),
    Column("confidence", Integer),
    _text("strategies"),
    _text("notes"),
    _code("checklist_version", nullable=True),
    Index("visit_section_visit", "visit"),
    Index("visit_section_episode", "episode"),
)

step_rating = Table(
    "step_rating",
    metadata,
    Column("section", String(36), primary_key=True),
    Column("step", String(8), primary_key=True),
    _code("level"),
    _text("note"),
    _text("reason"),
    Column("amended", Boolean, nullable=False),
    Column("settled", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

teach_back = Table(
    "teach_back",
    metadata,
    Column("section", String(36), primary_key=True),
    Column("question", String(8), primary_key=True),
    _code("answer"),
    _text("words"),
    Column("amended", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

observation = Table(
    "observation",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("visit"),
    _id("section", nullable=True),
    _code("observation"),
    *_instant("read"),
    _text("value"),
    _text("unit"),
    _text("note"),
    Column("soft", Boolean, nullable=False),
    Column("amended", Boolean, nullable=False),
    _text("struck_reason"),
    Index("observation_visit", "visit"),
    Index("observation_patient", "patient", "observation", "read_at"),
)
"""`section` is empty for a vital sign of the whole visit; `value` is decimal text, an option code, LO or HI."""

red_flag = Table(
    "red_flag",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("visit", nullable=True),
    _id("call", nullable=True),
    _id("episode", nullable=True),
    _code("sign"),
    _code("urgency"),
    *_instant("seen"),
    _text("action"),
    _text("told"),
    _text("advised"),
    _text("next_check"),
    _code("state"),
    _id("closed_by", nullable=True),
    *_instant("closed", nullable=True),
    _text("closing_action"),
    _text("struck_reason"),
    Index("red_flag_patient", "patient", "state"),
)

# --- the service itself --------------------------------------------------------------------------

service = Table("service", metadata, _id("id", key=True), _text("name"), _code("store_kind"))
service_setting = Table(
    "service_setting",
    metadata,
    _id("service", key=True),
    Column("setting", String(60), primary_key=True),
    _text("value"),
    _id("by"),
    _text("reason"),
)
practice = Table(
    "practice",
    metadata,
    _id("id", key=True),
    _code("code"),
    _text("name"),
    _text("address"),
    _text("postcode"),
    _text("phone"),
    Column("opened_on", Date),
    Column("closed_on", Date),
    _code("successor"),
    Index("practice_code", "code"),
)
"""A general practice by its code; `successor` is the code of the practice that took over a closed one."""
core_team = Table(
    "core_team",
    metadata,
    _id("id", key=True),
    _text("name"),
    _text("phone"),
    _text("address"),
    _text("locality"),
    Column("ended", Boolean, nullable=False),
)
absence = Table(
    "absence",
    metadata,
    _id("id", key=True),
    _id("nurse"),
    Column("from", Date, nullable=False),
    Column("until", Date, nullable=False),
    _code("reason"),
    _id("covered_by", nullable=True),
    Column("cancelled", Boolean, nullable=False),
    Index("absence_nurse", "nurse", "until"),
)
"""A nurse away from one day to another, both included; `covered_by` holds the caseload on those days alone."""
nurse_cover = Table(
    "nurse_cover",
    metadata,
    _id("id", key=True),
    _id("patient"),
    _id("episode"),
    _id("nurse"),
    Column("from", Date, nullable=False),
    Column("until", Date, nullable=False),
    _text("reason"),
    Column("cancelled", Boolean, nullable=False),
    Index("nurse_cover_episode", "episode", "until"),
)
"""Another nurse for one pathway from one day to another; the pathway returns by itself."""
saved_view = Table(
    "saved_view",
    metadata,
    _id("id", key=True),
    _id("owner"),
    _code("page"),
    _text("name"),
    _text("content"),
    Column("place", Integer),
    Column("deleted", Boolean, nullable=False),
    Index("saved_view_owner", "owner", "page"),
)
"""Filters, sorting and columns under a name, as JSON in `content`; a user's own on every laptop."""
team = Table("team", metadata, _id("id", key=True), _text("name"))
user = Table(
    "user",
    metadata,
    _id("id", key=True),
    _text("username"),
    _text("name"),
    _code("role"),
    _text("capabilities"),
    Column("active", Boolean, nullable=False),
)
approval = Table(
    "approval",
    metadata,
    _id("id", key=True),
    _code("skill"),
    _code("version"),
    _text("approved_by"),
    _text("role"),
    Column("approved_on", Date, nullable=False),
    Column("next_review_due", Date),
    Index("approval_skill", "skill", "version"),
)
access = Table(
    "access",
    metadata,
    _id("id", key=True),
    _id("author"),
    _code("action"),
    _id("patient", nullable=True),
    _text("detail"),
    *_instant("done"),
    Index("access_patient", "patient", "done_at"),
)
"""The audit: who read, exported, printed or unlocked what, and when."""

LOG = (change_set, item)
