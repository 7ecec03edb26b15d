"""What lists and searches read beside the records: made where it is missing, never part of the schema's versions."""

from collections.abc import Iterator

from sqlalchemy import Connection

from smf_core.records import keeping, lines

TABLE = lines.line.name


def prepare(connection: Connection) -> None:
    """Have it there before the store is used. A file that has no schema yet has nothing to keep it beside."""
    if connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'patient'").first():
        lines.prepare(connection)


def differing(connection: Connection) -> Iterator[str]:
    """People whose line is not what the records make of them; nobody in a file that was never opened as a store."""
    if _is_kept(connection):
        yield from keeping.differing(connection)


def all_behind(connection: Connection) -> None:
    """After the records were folded anew by a later version: every line is made again before it is read."""
    if _is_kept(connection):
        lines.mark_everyone(connection)


def _is_kept(connection: Connection) -> bool:
    there = "SELECT count(*) FROM sqlite_master WHERE name IN ('caseload_line', 'caseload_shown', 'caseload_behind')"
    return bool(connection.exec_driver_sql(there).scalar_one() == 3)
