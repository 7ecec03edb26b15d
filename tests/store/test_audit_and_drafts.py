"""Reads are noted at once and gathered into a chain of their own; a draft is one row, replaced in place."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from smf_core.operations.change_set import ITEMS_MAX, ChangeSet
from smf_core.records import checking, writing
from smf_core.records.tables import access, change_set
from smf_desktop.store import drafts
from smf_desktop.store.audit import gather_access, note_access
from smf_desktop.store.store import AUDIT, RECORDS, Store, read_chain
from smf_desktop.store.tables import pending_access
from tests.support.stores import NOW, NURSE, Laptop, ids, raw_key, save_note

COLLEAGUE = "00000000-0000-7000-8000-00000000bbbb"


def note(store: Store, at: datetime, author: str = NURSE, action: str = "read", patient: str | None = "p") -> None:
    with store.work(author=author, now=at, new_id=ids()) as work:
        note_access(work.connection, author, at, action, patient)


def gather(store: Store, now: datetime, first: int = 500, *, everything: bool = False) -> int:
    with store.work(author=NURSE, now=now, new_id=ids(first)) as work:
        return gather_access(work, everything=everything)


def audit_sets(store: Store) -> list[ChangeSet]:
    with store.read() as connection:
        replica_id = read_chain(connection, AUDIT).replica_id
        rows = connection.execute(select(change_set).where(change_set.c.replica == replica_id))
        return [ChangeSet(row.head, row.body) for row in rows]


def waiting(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(select(pending_access.c.id)).all())


def test_the_reads_of_a_minute_become_one_change_set_of_their_reader(store: Store) -> None:
    for seconds in (1, 20, 59, 61):
        note(store, NOW + timedelta(seconds=seconds))
    note(store, NOW + timedelta(seconds=30), COLLEAGUE)
    assert gather(store, NOW + timedelta(minutes=2)) == 3
    assert sorted((each.head.author, each.head.n) for each in audit_sets(store)) == [
        (NURSE, 1),
        (NURSE, 3),
        (COLLEAGUE, 1),
    ]
    assert all(each.head.patient_id is None for each in audit_sets(store))
    assert waiting(store) == 0
    with store.read() as connection:
        assert len(connection.execute(select(access)).all()) == 5
        assert list(checking.broken_links(connection)) == []


def test_the_running_minute_waits_unless_the_laptop_locks(store: Store) -> None:
    note(store, NOW + timedelta(seconds=10))
    assert gather(store, NOW + timedelta(seconds=40)) == 0
    assert waiting(store) == 1
    assert gather(store, NOW + timedelta(seconds=41), everything=True) == 1
    assert waiting(store) == 0


def test_a_minute_of_very_many_reads_becomes_several_change_sets(store: Store) -> None:
    with store.work(author=NURSE, now=NOW, new_id=ids()) as work:
        for _ in range(2 * ITEMS_MAX + 1):
            note_access(work.connection, NURSE, NOW, "read", "p")
    assert gather(store, NOW + timedelta(minutes=1)) == 3
    assert [each.head.n for each in audit_sets(store)] == [ITEMS_MAX, ITEMS_MAX, 1]


def test_a_clock_set_back_leaves_no_read_behind(store: Store) -> None:
    note(store, NOW + timedelta(days=365))
    assert gather(store, NOW) == 1


def test_a_killed_laptop_forgets_no_read(laptop: Laptop, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = laptop.open().store
    note(store, NOW, action="print")
    left = laptop.left_running(tmp_path_factory.mktemp("left") / "store")
    store.close()
    opening = left.open()
    assert gather(opening.store, NOW + timedelta(hours=1)) == 1
    with opening.store.read() as connection:
        assert [row.action for row in connection.execute(select(access))] == ["print"]
    opening.store.close()


def test_the_chain_of_reads_is_not_the_chain_of_records(store: Store) -> None:
    save_note(store, ids(), "a record")
    note(store, NOW)
    gather(store, NOW + timedelta(minutes=1))
    with store.read() as connection:
        records, audit = read_chain(connection, RECORDS), read_chain(connection, AUDIT)
    assert (records.seq, audit.seq) == (1, 1)
    assert records.replica_id != audit.replica_id
    assert store.unsent() == 2


# --- drafts --------------------------------------------------------------------------------------


def keep(store: Store, form: bytes, at: datetime = NOW, record: str = "v", author: str = NURSE) -> None:
    with store.work(author=author, now=at, new_id=ids()) as work:
        drafts.save_draft(work.connection, author, "visit", record, "p", at, form)


def test_a_draft_is_replaced_in_place_and_is_no_change_set(store: Store) -> None:
    keep(store, b"first")
    keep(store, b"second", NOW + timedelta(seconds=2))
    with store.read() as connection:
        assert drafts.draft(connection, NURSE, "visit", "v") == b"second"
        (row,) = drafts.drafts(connection, NURSE)
    assert (row.page, row.record, row.patient, row.saved_at) == ("visit", "v", "p", NOW + timedelta(seconds=2))
    assert (store.chain().seq, store.unsent()) == (0, 0)


def test_drafts_come_newest_first_whatever_their_zone_and_never_a_colleagues(store: Store) -> None:
    east = timezone(timedelta(hours=1))
    keep(store, b"later", datetime(2026, 11, 17, 9, 30, tzinfo=UTC), "later")
    keep(store, b"earlier", datetime(2026, 11, 17, 10, 0, tzinfo=east), "earlier")
    keep(store, b"not mine", NOW, "other", COLLEAGUE)
    with store.read() as connection:
        assert [row.record for row in drafts.drafts(connection, NURSE)] == ["later", "earlier"]
        assert drafts.draft(connection, NURSE, "visit", "other") is None


def test_a_draft_that_was_signed_or_discarded_is_gone(store: Store) -> None:
    keep(store, b"form")
    with store.work(author=NURSE, now=NOW, new_id=ids()) as work:
        drafts.discard_draft(work.connection, NURSE, "visit", "v")
    with store.read() as connection:
        assert drafts.draft(connection, NURSE, "visit", "v") is None


def test_F86_a_killed_laptop_has_the_draft_as_it_was_last_kept(
    laptop: Laptop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    form = "Sat up, a little tired; drew up 12 units — checked twice.\n\tنعم".encode()
    store = laptop.open().store
    keep(store, form)
    left = laptop.left_running(tmp_path_factory.mktemp("left") / "store")
    store.close()
    opening = left.open()
    with opening.store.read() as connection:
        assert drafts.draft(connection, NURSE, "visit", "v") == form
    opening.store.close()


@pytest.fixture(scope="module")
def one_store(store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    directory = shutil.copytree(store_template, tmp_path_factory.mktemp("drafts") / "store")
    store = Store(directory, raw_key())
    yield store
    store.close()


@given(form=st.binary(max_size=10_000))
def test_a_draft_comes_back_to_the_byte(one_store: Store, form: bytes) -> None:
    keep(one_store, form)
    with one_store.read() as connection:
        assert drafts.draft(connection, NURSE, "visit", "v") == form


def test_F64_what_a_restored_store_gathers_again_counts_once(laptop: Laptop, tmp_path: Path) -> None:
    opening = laptop.open()
    note(opening.store, NOW)
    copied = laptop.left_running(tmp_path / "copy").open()
    gather(opening.store, NOW + timedelta(minutes=2), first=500)
    gather(copied.store, NOW + timedelta(minutes=3), first=600)
    with opening.store.work(author=NURSE, now=NOW, new_id=ids(700)) as work:
        writing.write(work.connection, [(each, None) for each in audit_sets(copied.store)])
        assert len(work.connection.execute(select(access)).all()) == 1
    opening.store.close()
    copied.store.close()
