"""The tables of a person, and of what belongs to one."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from smf_core.records.tables.columns import (
    code_column,
    id_column,
    index_of_unsettled,
    index_where_said,
    instant_columns,
    metadata,
    text_column,
)

patient = Table(
    "patient",
    metadata,
    id_column("id", key=True),
    text_column("family_name"),
    text_column("given_name"),
    text_column("title"),
    text_column("sort_name"),
    text_column("name_key"),
    text_column("home_key"),
    Column("date_of_birth", Date),
    code_column("sex"),
    Column("nhs_number", String(10)),
    code_column("nhs_number_status"),
    text_column("address"),
    text_column("postcode"),
    text_column("phone"),
    text_column("preferred_name"),
    text_column("gp_practice_code"),
    text_column("gp"),
    text_column("access_note"),
    text_column("ethnic_category"),
    text_column("language"),
    Column("interpreter", Boolean, nullable=False),
    text_column("access_needs"),
    Column("opted_out", Boolean, nullable=False),
    Column("died_on", Date),
    id_column("same_as", nullable=True),
    Column("no_known_allergies_on", Date),
    id_column("team", nullable=True),
    text_column("conflicts"),
    Column("unknown", Boolean, nullable=False),
    Index("patient_nhs_number", "nhs_number"),
    Index("patient_born", "date_of_birth"),
    Index("patient_sort", "sort_name", "id"),
    Index("patient_name_key", "name_key"),
    Index("patient_home_key", "home_key"),
    index_where_said("patient_died", "died_on", "id"),
    index_of_unsettled("patient_conflicts", "id", "conflicts <> ''"),
)
"""`conflicts` lists the units two laptops changed apart, comma-separated; `unknown`: a newer version wrote to it.

`name_key` and `home_key` are what two spellings of one name or one address share, see `domain.text`.
`same_as` is the person whose record now stands for this one, from all links of `same_person` together; empty for
everyone who stands for themselves. Rows of other tables that name a person name the one who stands.
"""

same_person = Table("same_person", metadata, id_column("id", key=True), id_column("kept"))
"""One row for each record that a lead merged into another, as was said of it: `kept` may itself be merged."""

two_people = Table("two_people", metadata, id_column("id", key=True), id_column("other"))
"""One row for each record that a lead said is another person than `other`, though the two are alike."""


def _member(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        id_column("id", key=True),
        id_column("patient"),
        *columns,
        Column("active", Boolean, nullable=False),
        Column("settled", Boolean, nullable=False),
        Index(f"{name}_patient", "patient"),
        index_of_unsettled(f"{name}_unsettled", "patient", "settled IS 0", "settled IS false"),
    )


allergy = _member("allergy", text_column("substance"), text_column("reaction"), text_column("noted_on"))

alert = _member("alert", text_column("text"), text_column("detail"), code_column("private"))
"""`private` is `safeguarding` or `staff_safety` for what is shown only on a key; empty for everyone."""

contact = _member(
    "contact",
    text_column("name"),
    text_column("relation"),
    text_column("phone"),
    Column("informal_carer", Boolean, nullable=False),
    code_column("kind"),
    Column("may_talk", Boolean, nullable=False),
    Column("may_leave_message", Boolean, nullable=False),
    Column("emergency", Boolean, nullable=False),
    code_column("attorney"),
    text_column("note"),
)
"""`kind` is `person`, `pharmacy` or `service`; `attorney` is `health`, `finance`, `both` or empty."""

equipment = _member(
    "equipment",
    id_column("episode", nullable=True),
    text_column("item"),
    code_column("standing"),
    Column("since", Date),
    text_column("note"),
)
"""`standing` is `in_home`, `lent`, `return_at_discharge` or `returned`."""

document = Table(
    "document",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    id_column("referral", nullable=True),
    id_column("episode", nullable=True),
    code_column("kind"),
    text_column("title"),
    code_column("media"),
    Column("digest", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("taken_on", Date),
    id_column("by"),
    *instant_columns("written"),
    text_column("struck_reason"),
    Index("document_patient", "patient"),
    Index("document_digest", "digest"),
)
"""A photograph or file about a person; its bytes are kept apart, under `digest` (SHA-256 in hexadecimal)."""

medicine = _member(
    "medicine",
    code_column("skill"),
    text_column("name"),
    text_column("strength"),
    text_column("device"),
    text_column("dose"),
    text_column("times"),
    text_column("targets"),
    Column("ends_on", Date),
    text_column("prescriber"),
    Column("prescribed_on", Date),
    text_column("source"),
    *instant_columns("first"),
    *instant_columns("changed", nullable=True),
)
"""`first_at` is when it was first written down, `changed_at` when it last changed after that (care times)."""
