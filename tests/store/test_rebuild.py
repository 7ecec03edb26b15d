"""The tables are what the change sets make, on the real encrypted file; `verify` finds where they are not."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from smf_core.operations.change_set import ChangeSet
from smf_core.records import writing
from smf_core.records.keeping import bring_up
from smf_core.records.lines import anyone_behind, line, those_behind
from smf_core.records.tables import change_set, patient, step_rating, team, visit
from smf_core.records.tables import item as item_table
from smf_desktop.store.audit import gather_access, note_access
from smf_desktop.store.engine import FILE, connect
from smf_desktop.store.integrity import Finding, verify
from smf_desktop.store.store import AUDIT, Store
from smf_desktop.store.tables import outbox, replica
from tests.support.stores import NOW, NURSE, Laptop, ids, item, save_note
from tests.support.worlds import dump

PERSON = "0193aaaa-0000-7000-8000-000000000001"


@pytest.fixture
def worked(store: Store) -> Store:
    """A store with a person, an amended phone, a section with ratings, something of a newer version, and reads."""
    new_id = ids(100)
    with store.work(author=NURSE, now=NOW, new_id=new_id) as work:
        work.save(
            [
                item("patient", PERSON, "name", family="Abernathy", given="Doreen"),
                item("patient", PERSON, "phone", phone="01632 960000"),
            ],
            patient=PERSON,
        )
        work.save([work.change("patient", PERSON, "phone", {"phone": "01632 960001"})], patient=PERSON)
        work.save(
            [
                item("section", "s", "taught", patient=PERSON, visit="v", episode="e", learner="self"),
                *(item("section", "s", "rating", step=str(step), level="independent") for step in range(12)),
            ],
            patient=PERSON,
        )
        work.save([item("telepathy", "t", "heard", thought="…")], patient=PERSON)
        note_access(work.connection, NURSE, NOW, "read", PERSON)
        gather_access(work, everything=True)
    for number in range(5):
        save_note(store, new_id, f"note {number}")
    return store


def test_a_rebuild_on_the_encrypted_file_makes_the_tables_that_stood(worked: Store) -> None:
    with worked.read() as connection:
        before = dump(connection)
    assert before["patient"]
    assert before["step_rating"]
    assert before["access"]
    with worked.work(author=NURSE, now=NOW, new_id=ids(900)) as work:
        work.connection.execute(delete(patient))
        writing.rebuild(work.connection)
    with worked.read() as connection:
        assert dump(connection) == before


def test_a_save_marks_whose_line_is_behind_and_with_a_setting_everyones_readiness_is_open(worked: Store) -> None:
    with worked.work(author=NURSE, now=NOW, new_id=ids(900)) as work:
        bring_up(work.connection, lambda row: True)
        work.connection.execute(update(line).values(near=True, ready_on="2026-11-17"))
        assert not anyone_behind(work.connection)
    with worked.work(author=NURSE, now=NOW, new_id=ids(910)) as work:
        work.save([item("patient", PERSON, "phone", phone="01632 960002")], patient=PERSON)
    with worked.work(author=NURSE, now=NOW, new_id=ids(920)) as work:
        work.save([item("service", "s", "setting", setting="check_in_days", value="14")], patient=None)
    with worked.read() as connection:
        assert those_behind(connection, 2) == [PERSON]
        assert connection.scalars(select(line.c.ready_on).where(line.c.near)).all() == [None]


def test_F36_on_the_disk_the_bytes_of_a_newer_version_are_those_that_were_written(worked: Store) -> None:
    with worked.work(author=NURSE, now=NOW, new_id=ids(900)) as work:
        writing.rebuild(work.connection)
    with worked.read() as connection:
        held = [ChangeSet(row.head, row.body) for row in connection.execute(select(change_set))]
    newer = [each for each in held if each.items[0].entity == "telepathy"]
    assert [each.items[0].payload for each in newer] == [{"thought": "…"}]


def test_verify_counts_what_it_read_and_finds_nothing_wrong(laptop: Laptop, worked: Store) -> None:
    found = verify(laptop.directory, laptop.key)
    assert found.ok
    assert (found.change_sets, found.operations) == (10, 2 + 1 + 13 + 1 + 1 + 5)


def test_verify_writes_nothing(laptop: Laptop, worked: Store) -> None:
    worked.close()
    before = laptop.path.read_bytes()
    assert verify(laptop.directory, laptop.key).ok
    assert laptop.path.read_bytes() == before
    assert {path.name for path in laptop.directory.iterdir() if path.stat().st_size} <= {FILE, f"{FILE}-shm"}


CHANGES: dict[str, tuple[Any, Finding]] = {
    "a row that was changed": (
        update(patient).values(phone="01632 960009"),
        Finding("row_differs", "patient", PERSON),
    ),
    "a row that was taken away": (
        delete(step_rating).where(step_rating.c.step == "11"),
        Finding("row_missing", "step_rating", "s 11"),
    ),
    "a row that nobody wrote": (
        insert(team).values(id="t", name="North"),
        Finding("row_extra", "team", "t"),
    ),
    "where operations of a record are": (
        delete(item_table).where(item_table.c.entity == "telepathy"),
        Finding("row_missing", "item", "t"),
    ),
    "a change set that was altered": (
        update(change_set).where(change_set.c.seq == 2).values(body=b"[]"),
        Finding("chain", "change_set"),
    ),
    "the last change set": (
        delete(change_set).where(change_set.c.seq == 9),
        Finding("chain_end", "replica"),
    ),
    "the laptop's own place in its chain": (
        update(replica).where(replica.c.chain_of == AUDIT).values(chain=bytes(32)),
        Finding("chain_end", "replica"),
    ),
    "what waits to be sent": (
        insert(outbox).values(cs_id="nowhere"),
        Finding("outbox", "outbox", "nowhere"),
    ),
    "bytes that are no change set": (
        update(change_set).where(change_set.c.seq == 2).values(head=b"{}"),
        Finding("unreadable", "change_set"),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_verify_finds_and_names(laptop: Laptop, worked: Store, what: str) -> None:
    statement, expected = CHANGES[what]
    with worked.work(author=NURSE, now=NOW, new_id=ids(900)) as work:
        work.connection.execute(statement)
    found = verify(laptop.directory, laptop.key)
    assert not found.ok
    assert any(
        (each.code, each.table) == (expected.code, expected.table) and each.record.startswith(expected.record)
        for each in found.findings
    ), found.findings


def test_verify_tells_ids_and_never_content(laptop: Laptop, worked: Store) -> None:
    with worked.work(author=NURSE, now=NOW, new_id=ids(900)) as work:
        work.connection.execute(update(patient).values(family_name="Zzyzxqvanter"))
        work.connection.execute(update(visit).values(not_gone_ahead_note="Zzyzxqvanter"))
    found = verify(laptop.directory, laptop.key)
    assert found.findings
    assert "Zzyzxqvanter" not in str(found)
    assert "Abernathy" not in str(found)


def test_B41_after_one_bad_page_the_sound_ones_are_not_called_bad(laptop: Laptop, worked: Store) -> None:
    """Two pages are broken: those two are named, by a look that read every row of the report."""
    with worked.read() as connection:
        highest = "SELECT rootpage FROM sqlite_master ORDER BY rootpage DESC LIMIT 2"  # none that says what tables are
        broken = [row[0] for row in connection.exec_driver_sql(highest)]
    worked.close()
    content = bytearray(laptop.path.read_bytes())
    for page in broken:
        content[(page - 1) * 4096 + 1_000] ^= 1
    laptop.path.write_bytes(content)
    found = verify(laptop.directory, laptop.key)
    assert sorted(each.record for each in found.findings if each.code == "page") == sorted(map(str, broken))
    tables = {each.table for each in found.findings if each.code == "unreadable"}
    assert len(tables) <= 2
    plain = connect(laptop.path, laptop.key, writable=False)
    assert plain.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
    plain.close()
