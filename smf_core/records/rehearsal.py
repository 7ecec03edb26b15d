"""Two made-up people in tables without keys and indices, for reading pages through before there is a store to read."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table

from smf_core.records import tables as t
from smf_core.records.instants import columns
from smf_core.records.lines import lines

Rows = Iterable[tuple[Table, Mapping[str, object]]]

NEXT, UNBOOKED, LATE, COMING = (f"00000000-0000-7000-8000-00000000000{place}" for place in range(4))
DAY = timedelta(days=1)


def furnish(connection: Connection, *others: MetaData, rows: Rows) -> None:
    """Make the tables of the records and others in an empty database, and write rows; what they leave out is empty."""
    run = connection.exec_driver_sql
    for metadata in (t.metadata, lines, *others):
        for table in metadata.tables.values():
            run(f'CREATE TABLE "{table.name}" ({", ".join(map(_quoted, table.columns))})')
    for table, said in rows:
        row = {**{column.name: _blank(column) for column in table.columns}, **said}
        names, marks = ", ".join(map(_quoted, table.columns)), ", ".join("?" for _ in row)
        run(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', tuple(row.values()))  # noqa: S608  # names of ours
    connection.commit()


def two_people(nurse: str, now: datetime, *, skill: str, version: str) -> Rows:
    """Taught by a nurse and seen yesterday: one was not visited when planned and is next, one is to be booked."""
    now = now.astimezone(UTC)
    seen = now - DAY
    signed = {"status": "signed", "signed_by": nurse, "signed_role": "nurse", "contact": "home", "purpose": "teaching"}
    taught: Mapping[str, object] = {"skill": skill, "checklist_version": version, "expected_visits": 8, "nurse": nurse}
    for person in (NEXT, UNBOOKED):  # the pathway, the visit and what was taught in it go by the same id
        visit = {"id": person, "patient": person, "planned_nurse": nurse, "planned_episodes": person}
        pathway = {"id": person, "patient": person, "referral": person, "opened_on": seen.date().isoformat()}
        taught_then = {"id": person, "patient": person, "visit": person, "episode": person, "learner": "patient"}
        yield t.patient, {"id": person, "sex": "female", "nhs_number_status": "traced"}
        yield t.episode, {**taught, **pathway}
        yield t.visit, {**visit, **signed, **columns("started", seen), **columns("signed", seen)}
        yield t.visit_section, taught_then
    planned = {"patient": NEXT, "status": "planned", "planned_nurse": nurse, "planned_episodes": NEXT}
    yield t.visit, {**planned, "id": LATE, **columns("planned", seen)}
    yield t.visit, {**planned, "id": COMING, **columns("planned", now + timedelta(minutes=1))}


def _quoted(column: Column[Any]) -> str:
    return f'"{column.name}"'


def _blank(column: Column[Any]) -> object:
    if column.nullable:
        return None
    return {int: 0, bool: 0, bytes: b""}.get(column.type.python_type, "")
