"""The caseload of records written straight into a database: its lines are made first, as services have them made."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from smf_core.records.keeping import bring_up
from smf_core.records.lines import prepare
from smf_core.records.queries import caseload as queries
from smf_core.records.queries.caseload import CaseloadRow, Mark, Sort, Stage, Wanted

DAY = date(2026, 11, 17)
MIDNIGHT = datetime(2026, 11, 17, tzinfo=UTC)


def wanted(*marks: Mark, stage: Stage | None = Stage.TAUGHT, **named: Any) -> Wanted:
    return Wanted(day=DAY, start_of_day=MIDNIGHT, stage=stage, marks=frozenset(marks), **named)


def kept(connection: Connection) -> None:
    """Have every line as the records are."""
    prepare(connection)
    while bring_up(connection, lambda row: False):
        pass


def caseload(
    connection: Connection,
    asked: Wanted | None = None,
    *,
    nurse: str | None = None,
    text: str = "",
    sort: Sort = Sort.NEXT_VISIT,
    descending: bool = False,
    limit: int = 200,
    offset: int = 0,
) -> tuple[CaseloadRow, ...]:
    kept(connection)
    asked = asked or wanted(nurse=nurse, text=text)
    return queries.caseload(connection, asked, sort=sort, descending=descending, limit=limit, offset=offset)


def caseload_count(connection: Connection, *, nurse: str | None = None, text: str = "") -> int:
    kept(connection)
    return queries.caseload_count(connection, wanted(nurse=nurse, text=text))
