"""What lists and searches read: one line per person, kept beside the records and made from them alone.

Nothing here is part of the record. It can be dropped and made again at any time. The one door of the records
(`writing`) tells whose rows it changed, and whoever opened it marks their lines as behind in the same transaction, so
no list is ever older than the records.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, String, Table, Text, column, table

from smf_core.records.rows import run

lines = MetaData()

line = Table(
    "caseload_line",
    lines,
    Column("place", Integer, primary_key=True),
    Column("person", String(36), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("name", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("nhs_number", String(10)),
    Column("born", String(10)),
    Column("held", Boolean, nullable=False),
    Column("next_at", String(27)),
    Column("last_at", String(27)),
    Column("visits", Integer, nullable=False),
    Column("confidence", Integer),
    Column("red_flag", Boolean, nullable=False),
    Column("allergy", Boolean, nullable=False),
    Column("over", Boolean, nullable=False),
    Column("core_stop", Boolean, nullable=False),
    Column("near", Boolean, nullable=False),
    Column("ready", Text, nullable=False),
    Column("ready_on", String(10)),
)
"""One person. `stage` is taught, triage, discharged or other; `words` the name folded for searching.

`near`: a pathway may be ready, so its visits are worth reading; `ready` names the pathways that were found ready on
the day `ready_on`.
"""

shown = Table("caseload_shown", lines, Column("place", Integer, primary_key=True), Column("row", Text, nullable=False))
"""The whole row of the list as JSON, apart from what it is sorted and filtered by: those rows stay short."""

pathway = Table(
    "caseload_pathway",
    lines,
    Column("episode", String(36), primary_key=True),
    Column("person", String(36), nullable=False),
    Column("skill", String(40), nullable=False),
    Column("nurse", String(36)),
    Column("name_key", Text, nullable=False),
    Column("home_key", Text, nullable=False),
)
"""One open pathway: for filters by skill and nurse, and for who is alike on one caseload."""

behind = Table("caseload_behind", lines, Column("person", String(36), primary_key=True))
"""Whose line is older than the records."""

said = Table(
    "caseload_said",
    lines,
    Column("place", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("name", "numbers", "people", "home")),
)
"""What is searched of one person, folded."""

searched = table("caseload_words", *map(column, ("rowid", "name", "numbers", "people", "home")))
"""The index of `said` by substrings of three characters or more: its rows carry the `place`.

It holds no words of its own: a row of it goes before the row of `said` that it was made from.
"""

_VERSION = 3
_MADE_OF = (
    *("patient", "visit", "visit_section", "episode", "hold", "red_flag", "allergy", "alert", "contact"),
    *("medicine", "referral", "letter"),
)
"""The tables of records that a line is made of."""

_MARK = "INSERT OR IGNORE INTO caseload_behind VALUES (?)"
_SETTINGS = "UPDATE caseload_line SET ready_on = NULL WHERE near = 1"
_OURS = "SELECT type, name FROM sqlite_master WHERE name LIKE 'caseload\\_%' ESCAPE '\\'"
_TABLES = """
CREATE TABLE caseload_line (place INTEGER PRIMARY KEY, person TEXT NOT NULL UNIQUE, stage TEXT NOT NULL,
    name TEXT NOT NULL, words TEXT NOT NULL, nhs_number TEXT, born TEXT, held INTEGER NOT NULL, next_at TEXT,
    last_at TEXT, visits INTEGER NOT NULL, confidence INTEGER, red_flag INTEGER NOT NULL, allergy INTEGER NOT NULL,
    over INTEGER NOT NULL, core_stop INTEGER NOT NULL, near INTEGER NOT NULL, ready TEXT NOT NULL, ready_on TEXT);
CREATE TABLE caseload_shown (place INTEGER PRIMARY KEY, row TEXT NOT NULL);
CREATE TABLE caseload_said (place INTEGER PRIMARY KEY, name TEXT NOT NULL, numbers TEXT NOT NULL, people TEXT NOT NULL,
    home TEXT NOT NULL);
CREATE INDEX caseload_line_name ON caseload_line (stage, name, person);
CREATE INDEX caseload_line_next ON caseload_line (stage, next_at, name, person);
CREATE INDEX caseload_line_last ON caseload_line (stage, last_at, name, person);
CREATE INDEX caseload_line_number ON caseload_line (stage, nhs_number, name, person);
CREATE INDEX caseload_line_visits ON caseload_line (stage, visits, name, person);
CREATE INDEX caseload_line_confidence ON caseload_line (stage, confidence, name, person);
CREATE INDEX caseload_line_words ON caseload_line (words);
CREATE INDEX caseload_line_born ON caseload_line (born);
CREATE INDEX caseload_line_digits ON caseload_line (nhs_number);
CREATE INDEX caseload_line_ready ON caseload_line (person) WHERE ready <> '';
CREATE INDEX caseload_line_near ON caseload_line (ready_on) WHERE near = 1;
CREATE INDEX caseload_line_over ON caseload_line (person) WHERE over = 1;
CREATE INDEX caseload_line_flag ON caseload_line (person) WHERE red_flag = 1;
CREATE TABLE caseload_pathway (episode TEXT PRIMARY KEY, person TEXT NOT NULL, skill TEXT NOT NULL, nurse TEXT,
    name_key TEXT NOT NULL, home_key TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX caseload_pathway_person ON caseload_pathway (person, skill);
CREATE INDEX caseload_pathway_nurse ON caseload_pathway (nurse, person);
CREATE INDEX caseload_pathway_name ON caseload_pathway (name_key, nurse, person);
CREATE INDEX caseload_pathway_home ON caseload_pathway (home_key, person);
CREATE TABLE caseload_behind (person TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE caseload_words USING fts5(name, numbers, people, home, content = 'caseload_said',
    content_rowid = 'place', tokenize = 'trigram', detail = 'full');
CREATE TABLE caseload_version (version INTEGER NOT NULL);
"""


def prepare(connection: Connection) -> None:
    """Have the tables of this version; where they are not, everyone's line is behind."""
    if _version(connection) == _VERSION:
        return
    for kind, name in sorted(connection.exec_driver_sql(_OURS).all(), reverse=True):
        if kind in ("table", "trigger") and not name.startswith(f"{searched.name}_"):  # its own tables go with it
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT INTO caseload_version VALUES (?)", (_VERSION,))
    mark_everyone(connection)


def people_of(of: Table, rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Whose line is made of some rows of the records."""
    if of.name not in _MADE_OF:
        return set()
    person = "id" if of.name == "patient" else "patient"
    return {row[person] for row in rows}


def mark(connection: Connection, people: Collection[str], kinds: Collection[str]) -> None:
    """After these kinds of record changed: have the lines of these people made again before they are next read.

    With the service's settings may change who is ready.
    """
    if people:
        run(connection, _MARK, [(each,) for each in people])
    if "service" in kinds:
        connection.exec_driver_sql(_SETTINGS)


def mark_everyone(connection: Connection) -> None:
    """Have every line made again before it is next read."""
    connection.exec_driver_sql("INSERT OR IGNORE INTO caseload_behind SELECT id FROM patient")
    connection.exec_driver_sql("INSERT OR IGNORE INTO caseload_behind SELECT person FROM caseload_line")


def anyone_behind(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM caseload_behind LIMIT 1").first() is not None


def count_behind(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM caseload_behind").scalar_one())


def those_behind(connection: Connection, limit: int) -> Sequence[str]:
    asked = "SELECT person FROM caseload_behind ORDER BY person LIMIT ?"
    return [str(row[0]) for row in connection.exec_driver_sql(asked, (limit,))]


def _version(connection: Connection) -> int | None:
    there = "SELECT 1 FROM sqlite_master WHERE name = 'caseload_version'"
    if connection.exec_driver_sql(there).first() is None:
        return None
    row = connection.exec_driver_sql("SELECT version FROM caseload_version").first()
    return int(row[0]) if row else None
