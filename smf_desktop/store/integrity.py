"""Whether a store is whole: its pages, its chains, and that its tables are what its change sets make."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, join, select
from sqlalchemy.exc import DBAPIError

from smf_core.records import checking, log
from smf_desktop.store import index
from smf_desktop.store.engine import FILE, check_driver, check_file, engine, scratch
from smf_desktop.store.tables import outbox, person_number, placed, replica, review, scope_person

MOST = 1_000
"""Findings told of one kind; more say no more."""

UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, as a code, and where: a table and ids, a page number, or a replica and a number; never content.

    `page` fails its check; `structure` of the file; `unreadable` table or change set; `chain` a change set does not
    follow; `chain_end` the last one is not there; `row_missing`, `row_extra`, `row_differs` between a table and what
    the change sets make; `outbox` names a change set that is not here.
    """

    code: str
    table: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What `smf verify` tells. `operations` and `change_sets` are those read."""

    operations: int
    change_sets: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.findings


def verify(directory: Path, key: bytearray) -> Findings:
    """Look through a store without changing it. Raises a `StoreTrouble` when it cannot be opened at all."""
    beside = scratch()
    try:
        with _file(directory, key) as file, beside.begin() as again:
            findings = list(_first(file))
            with _reading(file) as live:
                replayed = _replay(live, again)
            findings += replayed.findings
            if replayed.ok:
                findings += _compared(file, again)
    finally:
        beside.dispose()
    return Findings(replayed.operations, replayed.change_sets, tuple(findings))


def quick_look(directory: Path, key: bytearray) -> tuple[Finding, ...]:
    """The pages and the chains alone: what a copy can have lost. Raises a `StoreTrouble` as `verify` does."""
    with _file(directory, key) as file:
        return tuple(_first(file))


def _first(file: Engine) -> Iterator[Finding]:
    for pragma, code in (("cipher_integrity_check", "page"), ("quick_check", "structure")):
        with _reading(file) as live:
            found = tuple(_told(live, Finding(code), _said(live, pragma, code)))
            if found:
                live.invalidate()
        yield from found
    with _reading(file) as live:
        yield from _told(live, Finding(UNREADABLE, checking.LOG_TABLE), _chains(live))


def _said(live: Connection, pragma: str, code: str) -> Iterator[Finding]:
    for (said,) in live.exec_driver_sql(f"PRAGMA {pragma}"):
        if said != "ok":
            yield Finding(code, record=" ".join(re.findall(r"\d+", said)))


def _chains(live: Connection) -> Iterator[Finding]:
    for replica_id, seq in checking.broken_links(live):
        yield Finding("chain", checking.LOG_TABLE, f"{replica_id} {seq}")
    for row in live.execute(select(replica)).all():
        if checking.end_of_chain(live, row.replica_id) != (row.seq, row.chain):
            yield Finding("chain_end", replica.name, f"{row.replica_id} {row.seq}")
    waiting = list(live.scalars(select(outbox.c.cs_id)))
    held = log.held_hashes(live, waiting)
    for cs_id in waiting:
        if cs_id not in held:
            yield Finding("outbox", outbox.name, cs_id)


def _replay(live: Connection, again: Connection) -> Findings:
    try:
        replayed = checking.replay(live, again, _aside(live))
    except (DBAPIError, sqlcipher.Error):
        return Findings(0, 0, (Finding(UNREADABLE, checking.LOG_TABLE),))
    unreadable = (Finding(UNREADABLE, checking.LOG_TABLE, cs_id) for cs_id in replayed.unreadable)
    return Findings(replayed.operations, replayed.change_sets, tuple(unreadable))


def _aside(live: Connection) -> set[str]:
    """What may count nowhere: what waits for a lead, and what is about people who left this laptop's scope."""
    held = select(review.c.cs_id).where(review.c.state != "adopted")
    people = join(placed, person_number, person_number.c.number == placed.c.person)
    theirs = people.join(scope_person, scope_person.c.patient == person_number.c.patient)
    gone = select(placed.c.cs_id).select_from(theirs)
    return {*live.scalars(held), *live.scalars(gone.where(scope_person.c.left_at.is_not(None)))}


def _compared(file: Engine, again: Connection) -> Iterator[Finding]:
    """Every table beside what its change sets make, and the index."""
    left = [*checking.TABLES, index.TABLE]
    while left:
        with _reading(file) as live:
            while left and not live.invalidated:
                table = left.pop(0)
                yield from _told(live, Finding(UNREADABLE, table), _differences(live, again, table))


def _differences(live: Connection, again: Connection, table: str) -> Iterator[Finding]:
    if table == index.TABLE:
        yield from (Finding("row_differs", table, each) for each in index.differing(live))
        return
    for each in checking.differences(live, again, table):
        yield Finding(f"row_{each.kind}", each.table, each.record)


def _told(live: Connection, broken: Finding, findings: Iterable[Finding]) -> Iterator[Finding]:
    """At most so many findings, and one more if a bad page ends the look.

    What has met one is not asked again: from then on a connection calls sound pages bad, too.
    """
    try:
        yield from islice(findings, MOST)
    except (DBAPIError, sqlcipher.Error):
        live.invalidate()
        yield broken


@contextmanager
def _reading(file: Engine) -> Iterator[Connection]:
    with file.connect() as live:
        live.begin()  # what is put straight to the driver begins nothing by itself
        yield live


@contextmanager
def _file(directory: Path, key: bytearray) -> Iterator[Engine]:
    path = directory / FILE
    check_driver()
    check_file(path)
    made = engine(path, key, writer=False, writable=False)
    try:
        yield made
    finally:
        made.dispose()
