"""What lists and searches read: one line per person, kept beside the records and made from them alone.

Nothing here is part of the record. It can be dropped and made again at any time; triggers mark whose line is behind,
so whatever door a change comes through (a save, an import, a rebuild) no list is ever older than the records.
"""

from collections.abc import Sequence

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, String, Table, Text, column, table

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

searched = table("caseload_words", *map(column, ("rowid", "name", "numbers", "people", "home")))
"""The search table: its rows carry the `place` of the line. Substrings of three characters or more, accents aside."""

_VERSION = 1
_MARKED_BY = (
    *("patient", "visit", "visit_section", "episode", "hold", "red_flag", "allergy", "alert", "contact"),
    *("medicine", "referral", "letter"),
)
_MARK = """CREATE TRIGGER caseload_{of}_{when} AFTER {when} ON {of} BEGIN
    INSERT OR IGNORE INTO caseload_behind VALUES ({row}.{person}); END"""
_SETTINGS = """CREATE TRIGGER caseload_setting_insert AFTER INSERT ON service_setting BEGIN
    UPDATE caseload_line SET ready_on = NULL WHERE near; END"""
_OURS = "SELECT type, name FROM sqlite_master WHERE name LIKE 'caseload\\_%' ESCAPE '\\'"
_TABLES = """
CREATE TABLE caseload_line (place INTEGER PRIMARY KEY, person TEXT NOT NULL UNIQUE, stage TEXT NOT NULL,
    name TEXT NOT NULL, words TEXT NOT NULL, nhs_number TEXT, born TEXT, held INTEGER NOT NULL, next_at TEXT,
    last_at TEXT, visits INTEGER NOT NULL, confidence INTEGER, red_flag INTEGER NOT NULL, allergy INTEGER NOT NULL,
    over INTEGER NOT NULL, core_stop INTEGER NOT NULL, near INTEGER NOT NULL, ready TEXT NOT NULL, ready_on TEXT);
CREATE TABLE caseload_shown (place INTEGER PRIMARY KEY, row TEXT NOT NULL);
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
CREATE INDEX caseload_line_near ON caseload_line (ready_on) WHERE near;
CREATE INDEX caseload_line_over ON caseload_line (person) WHERE over;
CREATE INDEX caseload_line_flag ON caseload_line (person) WHERE red_flag;
CREATE TABLE caseload_pathway (episode TEXT PRIMARY KEY, person TEXT NOT NULL, skill TEXT NOT NULL, nurse TEXT,
    name_key TEXT NOT NULL, home_key TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX caseload_pathway_person ON caseload_pathway (person, skill);
CREATE INDEX caseload_pathway_nurse ON caseload_pathway (nurse, person);
CREATE INDEX caseload_pathway_name ON caseload_pathway (name_key, nurse, person);
CREATE INDEX caseload_pathway_home ON caseload_pathway (home_key, person);
CREATE TABLE caseload_behind (person TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE caseload_words USING fts5(name, numbers, people, home, tokenize = 'trigram', detail = 'full');
CREATE TABLE caseload_version (version INTEGER NOT NULL);
"""


def prepare(connection: Connection) -> None:
    """Have the tables and the triggers of this version; where they are not, everyone's line is behind."""
    if _version(connection) == _VERSION and _triggers(connection) == len(_MARKED_BY) * 2 + 1:
        return
    for kind, name in sorted(connection.exec_driver_sql(_OURS).all(), reverse=True):
        if kind in ("table", "trigger") and not name.startswith(f"{searched.name}_"):  # its own tables go with it
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    for of in _MARKED_BY:
        person = "id" if of == "patient" else "patient"
        for when, row in (("insert", "new"), ("delete", "old")):
            connection.exec_driver_sql(_MARK.format(of=of, when=when, row=row, person=person))
    connection.exec_driver_sql(_SETTINGS)
    connection.exec_driver_sql("INSERT INTO caseload_version VALUES (?)", (_VERSION,))
    mark_everyone(connection)


def mark_everyone(connection: Connection) -> None:
    """Have every line made again before it is next read."""
    connection.exec_driver_sql("INSERT OR IGNORE INTO caseload_behind SELECT id FROM patient")
    connection.exec_driver_sql("INSERT OR IGNORE INTO caseload_behind SELECT person FROM caseload_line")


def anyone_behind(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM caseload_behind LIMIT 1").first() is not None


def those_behind(connection: Connection, limit: int) -> Sequence[str]:
    asked = "SELECT person FROM caseload_behind ORDER BY person LIMIT ?"
    return [str(row[0]) for row in connection.exec_driver_sql(asked, (limit,))]


def _version(connection: Connection) -> int | None:
    there = "SELECT 1 FROM sqlite_master WHERE name = 'caseload_version'"
    if connection.exec_driver_sql(there).first() is None:
        return None
    row = connection.exec_driver_sql("SELECT version FROM caseload_version").first()
    return int(row[0]) if row else None


def _triggers(connection: Connection) -> int:
    """A migration that makes a table anew takes its triggers away."""
    return sum(kind == "trigger" for kind, _ in connection.exec_driver_sql(_OURS))
