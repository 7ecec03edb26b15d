"""The tables that figures need beside the records of people: what is kept counted, and what is stated or imported."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, text

from smf_core.records.tables.columns import (
    DayNumber,
    code_column,
    id_column,
    instant_columns,
    metadata,
    text_column,
)

_CLOSED, _OPEN = text("closed_on IS NOT NULL"), text("closed_on IS NULL")


def _of_an_episode() -> tuple[Column[Any], ...]:
    """Which episode a row is of, and what figures ask for it and tell it apart by."""
    return (
        id_column("episode", key=True),
        id_column("patient"),
        code_column("skill"),
        id_column("team"),
        id_column("nurse", nullable=True),
        text_column("referrer"),
    )


counted_episode = Table(
    "counted_episode",
    metadata,
    *_of_an_episode(),
    Column("expected_visits", Integer, nullable=False),
    Column("first_on", DayNumber, nullable=False),
    Column("last_on", DayNumber, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("first_confidence", Integer),
    Column("last_confidence", Integer),
    Column("closed_on", DayNumber),
    code_column("outcome", nullable=True),
    Column("left_as", Integer),
    Column("sole", Boolean, nullable=False),
    Index(
        "counted_closed",
        "closed_on",
        *("sole", "left_as", "patient", "outcome", "skill", "first_on", "team", "nurse", "referrer"),
        sqlite_where=_CLOSED,
        postgresql_where=_CLOSED,
    ),
    Index(
        "counted_person",
        "patient",
        *("skill", "closed_on", "left_as", "sole", "team", "nurse", "referrer"),
        sqlite_where=text("closed_on IS NOT NULL AND sole = 0"),
        postgresql_where=text("closed_on IS NOT NULL AND NOT sole"),
    ),
    # In the order of their groups: to sort them takes SQLite longer than all the rest. The second is read of one team.
    Index("counted_skill", "skill", *("visits", "outcome", "first_on", "closed_on", "sole", "nurse", "referrer")),
    Index(
        "counted_team",
        "team",
        *("skill", "visits", "outcome", "first_on", "closed_on", "sole", "nurse", "referrer"),
    ),
    Index(
        "counted_open",
        "first_on",
        *("last_on", "visits", "expected_visits", "sole", "episode", "patient", "skill", "team", "nurse", "referrer"),
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
)
"""A counted episode: it has at least one completed visit and was not entered in error (`clinical.md` 3.2).

`visits` and `minutes` are of its completed visits up to and with the day it was closed; `first_on` and `last_on` are
the local days of the first and last completed visit of all. The two confidences are what the learner said at the first
and at the last of those up to that day at which it was asked, empty unless there were two. `left_as` is the outcome as
a number of `HowLeft`. `sole`: the person has no other counted episode, as with most, and then what holds of the episode
holds of the person. Made from the records alone, by the door they come in by.
"""

open_pathway = Table(
    "open_pathway",
    metadata,
    *_of_an_episode(),
    Column("accepted_on", DayNumber),
)
"""An open episode with what figures ask of its referral, seen or not: few among all that ever were, so all are read.

`accepted_on` is empty where the referral is not accepted. Made from the records alone, as `counted_episode` is.
"""

core_count = Table(
    "core_count",
    metadata,
    id_column("id", key=True),
    Column("month", Date, nullable=False),
    text_column("team"),
    text_column("kind"),
    Column("count", Integer, nullable=False),
    Column("registered_population", Integer),
    Column("comparison", Boolean, nullable=False),
    text_column("source"),
    id_column("by"),
    Column("settled", Boolean, nullable=False),
    Index("core_count_month", "month"),
)
"""Referrals to a core team in a month, named by its first day; `comparison` marks a team without self-management."""

core_return = Table(
    "core_return",
    metadata,
    id_column("id", key=True),
    id_column("patient"),
    Column("received_on", Date, nullable=False),
    text_column("team"),
    text_column("reason"),
    Index("core_return_patient", "patient"),
)
"""Somebody who was referred to a core team again, as that team's list says."""

baseline = Table(
    "baseline",
    metadata,
    id_column("id", key=True),
    code_column("what"),
    code_column("skill"),
    text_column("visits_per_month"),
    Column("since", Date),
    Column("until", Date),
    Column("bedding_in", Date),
    text_column("source"),
    Column("on", Date, nullable=False),
    id_column("by"),
    text_column("note"),
    Column("withdrawn", Boolean, nullable=False),
)
"""What figures are held against: `what` is core_referrals (from `since` until `until`, with the first day of a month
left out as `bedding_in`) or core_visits (so many a month for a `skill`, where an episode has none of its own)."""

rebase = Table(
    "rebase",
    metadata,
    id_column("id", key=True),
    code_column("chart"),
    Column("month", Date, nullable=False),
    text_column("cause"),
    text_column("note"),
    Column("on", Date, nullable=False),
    id_column("by"),
    Column("withdrawn", Boolean, nullable=False),
)
"""A month from which the limits of a chart are reckoned anew, for a named cause."""

closed_month = Table(
    "closed_month",
    metadata,
    id_column("id", key=True),
    Column("month", Date, nullable=False),
    id_column("team"),
    text_column("content"),
    code_column("definitions"),
    text_column("positions"),
    code_column("digest"),
    text_column("reason"),
    id_column("by"),
    *instant_columns("closed"),
    text_column("note"),
    text_column("actions"),
    Index("closed_month_of", "team", "month"),
)
"""The figures of a month as they stood when it was closed: `content` is the report as JSON, `digest` its SHA-256,
`positions` what had been heard of by then (JSON), `reason` why the month was closed again."""

self_check = Table(
    "self_check",
    metadata,
    id_column("id", key=True),
    Column("on", Date, nullable=False),
    id_column("by"),
    text_column("answers"),
    text_column("actions"),
    text_column("note"),
)
"""What the service said of itself, part by part of the House of Care, on a day: `answers` and `actions` are JSON."""

plan = Table(
    "plan",
    metadata,
    id_column("id", key=True),
    code_column("what"),
    Column("of", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    text_column("source"),
    id_column("by"),
    Column("withdrawn", Boolean, nullable=False),
)
"""What was planned: `what` is caseload (people at a time, `of` a nurse's id or empty for each) or people (a year,
`of` a locality)."""
