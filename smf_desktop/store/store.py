"""The store as services see it: one writer, a few readers, and saves that are whole or absent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, delete, insert
from sqlalchemy.exc import DBAPIError

from smf_core.domain.teaching_trouble import MergedMeanwhile, ReadOnlyRecord, TooMuchText
from smf_core.operations.change_set import CHAIN_START, Item, Ref, TooLarge, UnfitChangeSet, chained, write_change_set
from smf_core.operations.clock import START, Stamp, tick
from smf_core.operations.fold import Operation, Record, fold, operations
from smf_core.records import lines, log, placing, writing
from smf_core.records.rows import asked, insert_rows, run
from smf_desktop.ports import NewId, Noted, OnTheWay, Saved, SentForReview
from smf_desktop.store import blobs, drafts, index, noted, reviewing, sent
from smf_desktop.store.engine import FILE, PREPARED_FEW, READS, check_driver, check_file, connect, engine, trouble
from smf_desktop.store.reserve import release_reserve
from smf_desktop.store.tables import outbox, pending_access, replica
from smf_desktop.trouble import DiskFaulty, DiskFull, NotOurStore, StoreDamaged, StoreExists

RECORDS, AUDIT = "records", "audit"
_CHAIN = "SELECT replica_id, seq, chain, ms, counter FROM replica WHERE chain_of = ?"
Committed = Callable[[int, bytes], None]
"""Told the records chain's (number, head) after each commit; the high-water mark listens. It must not raise."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One of this laptop's chains: who it writes as, its last number, its head and its last stamp."""

    replica_id: str
    seq: int
    head: bytes
    stamp: Stamp


@dataclass(slots=True)
class Work:
    """One unit of work. Leaving it by an exception means nothing happened."""

    connection: Connection
    author: str
    now: datetime
    new_id: NewId
    touched: set[str] = field(default_factory=set)
    _chains: dict[str, "Chain"] = field(default_factory=dict)
    _held: dict[log.Named, list[Operation]] = field(default_factory=dict)
    _people: Mapping[str, str] | None = None
    """What was read of the store once: while a unit of work goes on nothing but itself writes."""

    def save(
        self,
        items: Sequence[Item],
        *,
        patient: str | None,
        care_time: datetime | None = None,
        act: str | None = None,
        chain_of: str = RECORDS,
        author: str | None = None,
    ) -> str:
        """Write one change set and fold it. Answers its id. `care_time` is when the care was given (default now).

        Raises `ReadOnlyRecord`, `MergedMeanwhile` or `TooMuchText`; then nothing was written.
        """
        people = self._standing()
        if any(each.entity == "patient" and each.entity_id in people and not placing.is_link(each) for each in items):
            raise MergedMeanwhile  # nobody would see it: another record speaks of this person now
        earlier = self._operations({(each.entity, each.entity_id) for each in items})
        begun = self._operations(placing.parts_of(items)) if people else {}
        patient, items = placing.of_whoever_stands(people, patient, items, {**begun, **earlier})
        if patient is not None and any(each.payload.get("patient", patient) != patient for each in items):
            raise UnfitChangeSet("patient")
        if any(map(log.written_by_newer, earlier.values())):
            raise ReadOnlyRecord
        chain = self._chains.get(chain_of) or read_chain(self.connection, chain_of)
        stamp = tick(chain.stamp, int(self.now.timestamp() * 1000))
        try:
            made = write_change_set(
                cs_id=self.new_id(),
                replica_id=chain.replica_id,
                seq=chain.seq + 1,
                stamp=stamp,
                author=author or self.author,
                patient_id=patient,
                care_time=care_time or self.now,
                items=items,
                act_id=act,
            )
        except TooLarge:
            raise TooMuchText from None
        head = chained(chain.head, made.hash)
        ops = operations(made)
        changed = writing.write_own(self.connection, (made, head), ops, earlier, people)
        lines.mark(self.connection, changed.people, changed.kinds)
        insert_rows(
            self.connection, outbox, [{"cs_id": made.head.cs_id, "replica": chain.replica_id, "seq": chain.seq + 1}]
        )
        self._chains[chain_of] = moved = Chain(chain.replica_id, chain.seq + 1, head, stamp)
        _move_chain(self.connection, chain_of, moved)
        for op in ops:
            self._held[op.entity, op.entity_id].append(op)
        if "patient" in changed.kinds:
            self._people = None
        self.touched |= changed.kinds
        return made.head.cs_id

    def begin_anew(self) -> None:
        """Write under new replica ids from here on, so that no number is used twice; stamps go on rising."""
        for chain_of in (RECORDS, AUDIT):
            stamp = (self._chains.get(chain_of) or read_chain(self.connection, chain_of)).stamp
            begin_chain(self.connection, chain_of, self.new_id(), stamp)
            self._chains[chain_of] = read_chain(self.connection, chain_of)

    @property
    def chain(self) -> "Chain | None":
        """Where the chain of records stands after what was saved; None when nothing of it was."""
        return self._chains.get(RECORDS)

    def keep_draft(self, page: str, record: str, patient: str, form: bytes) -> None:
        """Keep a form as it stands, in place of what was kept of it before."""
        drafts.save_draft(self.connection, self.author, page, record, patient, self.now, form)

    def discard_draft(self, page: str, record: str) -> None:
        """Take a draft away: it was signed, or the person said so."""
        drafts.discard_draft(self.connection, self.author, page, record)

    def move_draft(self, page: str, record: str, to: str) -> None:
        """Keep a draft under another page's name; nothing that stands there is replaced."""
        drafts.move_draft(self.connection, self.author, page, record, to)

    def note_access(self, action: str, patient: str | None = None, detail: str = "") -> None:
        """Remember that the author read, exported or printed something. `detail` holds codes and counts only."""
        row = {"author": self.author, "at": self.now.isoformat(), "action": action, "patient": patient}
        insert_rows(self.connection, pending_access, [{**row, "detail": detail}])

    def put_by(self, cs_id: str) -> None:
        """The author is done with a save that a lead returned."""
        reviewing.put_by(self.connection, cs_id)

    def keep_blob(self, content: bytes) -> str:
        """Keep the bytes of a document. Answers the digest the records name them by."""
        return blobs.keep_blob(self.connection, content)

    def record(self, entity: str, entity_id: str) -> Record:
        """A record as it stands now, with what this unit of work saved."""
        return fold(entity, entity_id, self._operations({(entity, entity_id)})[entity, entity_id])

    def bases(self, entity: str, entity_id: str, kind: str, key: str | None = None) -> tuple[Ref, ...]:
        """What a change of this unit must name when it is made on top of what stands now."""
        value = self.record(entity, entity_id).value(kind, key)
        return value.bases if value else ()

    def change(
        self, entity: str, entity_id: str, kind: str, payload: Mapping[str, Any], key: str | None = None
    ) -> Item:
        """An item made on top of what stands of this unit. What a form showed goes through `fold.edits` instead."""
        return Item(
            entity=entity,
            entity_id=entity_id,
            kind=kind,
            bases=self.bases(entity, entity_id, kind, key),
            payload=dict(payload),
        )

    def _operations(self, records: Set[log.Named]) -> Mapping[log.Named, Sequence[Operation]]:
        if new := records - self._held.keys():
            self._held |= log.held(self.connection, tuple(new))
        return {record: self._held[record] for record in records}

    def _standing(self) -> Mapping[str, str]:
        if self._people is None:
            self._people = placing.standing(self.connection)
        return self._people


def _move_chain(connection: Connection, chain_of: str, to: Chain) -> None:
    values = (to.seq, bytearray(to.head), to.stamp.ms, to.stamp.counter, chain_of)
    run(connection, "UPDATE replica SET seq=?, chain=?, ms=?, counter=? WHERE chain_of=?", [values])


def read_chain(connection: Connection, chain_of: str) -> Chain:
    ((replica_id, seq, head, *stamp),) = asked(connection, _CHAIN, (chain_of,))
    return Chain(replica_id, seq, head, Stamp(*stamp))


def begin_chain(connection: Connection, chain_of: str, replica_id: str, stamp: Stamp = START) -> None:
    """Start (or start afresh, under a new replica id) one of this laptop's chains."""
    connection.execute(delete(replica).where(replica.c.chain_of == chain_of))
    row = {"chain_of": chain_of, "replica_id": replica_id, "seq": 0, "chain": CHAIN_START}
    connection.execute(insert(replica), [{**row, "ms": stamp.ms, "counter": stamp.counter}])


class Store:
    """An open store. Closing it disposes both pools; the caller zeroes the key."""

    def __init__(
        self,
        directory: Path,
        key: bytearray,
        committed: Committed = lambda seq, head: None,
        *,
        damaged: bool = False,
    ) -> None:
        """`damaged`: it is known already to be so, and may only be read. Raises a `StoreTrouble`."""
        self.path = directory / FILE
        check_driver()
        check_file(self.path)
        self.damaged = damaged
        self._committed = committed
        self._waiters, self._counting = 0, Lock()
        self._is_bulky = False
        self._acknowledged: tuple[int, bytes] | None = None
        self._writer: Engine = engine(self.path, key, writer=True)
        self._bulk: Engine = engine(self.path, key, writer=True, prepared=PREPARED_FEW)
        self._readers: Engine = engine(self.path, key, writer=False, writable=not damaged)
        self._counters: Engine = engine(self.path, key, writer=False, writable=not damaged, counts=True)
        try:
            with (self._readers if damaged else self._writer).begin() as connection:
                if not damaged:
                    index.prepare(connection)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._counters.dispose()
        self._readers.dispose()
        self._bulk.dispose()
        self._writer.dispose()

    def rest(self) -> None:
        """Many rows have been written: the pages that were kept in memory for that are let go of, and wiped.

        The connection itself stays: to open another one is to read what every table is, which takes some 20 ms.
        """
        if self._is_bulky:
            with closing(self._bulk.raw_connection()) as proxied:
                proxied.cursor().execute("PRAGMA shrink_memory")
        self._is_bulky = False

    def is_awaited(self) -> bool:
        """Whether somebody waits for their turn to write: whoever goes on writing for long asks in between."""
        return self._waiters > 0

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        with self._counting:
            self._waiters += 1
        try:
            yield
        finally:
            with self._counting:
                self._waiters -= 1

    @contextmanager
    def work(self, *, author: str, now: datetime, new_id: NewId, bulk: bool = False) -> Iterator[Work]:
        """One unit of work in one durable transaction, in turn with all others. Raises a `StoreTrouble`.

        `bulk`: it writes many rows, by a connection that is made for that; it waits for its turn like any other.
        A full disk gets the reserve back, so that what comes next (a draft above all) finds room.
        """
        if self.damaged:
            raise StoreDamaged
        with self._minding(), ExitStack() as taken:
            with self._waiting():
                connection = taken.enter_context(self._writer.connect())
            if bulk:
                self._is_bulky = True
                connection = taken.enter_context(self._bulk.connect())
            with connection.begin():
                work = Work(connection, author, now, new_id)
                yield work
            if chain := work.chain:
                self._acknowledged = chain.seq, chain.head
                self._committed(chain.seq, chain.head)

    @contextmanager
    def read(self, *, bulk: bool = False, counts: bool = False) -> Iterator[Connection]:
        """A reader's connection: one snapshot, never waiting for a save. Raises a `StoreTrouble`.

        `bulk`: whoever writes many rows reads them again, where they still lie in memory (until `rest`).
        `counts`: many rows are gone through to count them, by a connection that is made for that.
        """
        pool = self._bulk if bulk and self._is_bulky else self._counters if counts else self._readers
        with self._minding(), pool.connect() as plain:
            connection = plain.execution_options(**{READS: True}) if pool is self._bulk else plain
            with connection.begin():  # at once: what is put straight to the driver begins nothing by itself
                try:
                    yield connection
                except (DBAPIError, sqlcipher.Error):
                    connection.invalidate()  # after one bad page the connection calls the next ones bad, too
                    raise

    @contextmanager
    def _minding(self) -> Iterator[None]:
        """The driver's errors as troubles of the world, and what follows from them; our own faults pass as they are."""
        try:
            yield
        except (DBAPIError, sqlcipher.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            found = trouble(cause) if cause else None
            match found:
                case None:
                    raise
                case DiskFull():
                    release_reserve(self.path.parent)
                case DiskFaulty():
                    self.damaged = not self._is_sound()
                case StoreDamaged() | NotOurStore():
                    found = StoreDamaged()
                    self.damaged = True
            if self.damaged:
                self._bulk.dispose()
                self._writer.dispose()
            raise found from None

    def _is_sound(self) -> bool:
        """After a fault of the disk: close everything, bring the log home, read every page, find the last save again.

        What the operating system failed to write once it may think written; a fresh pass either mends that or shows it.
        """
        self.close()
        try:
            proxied = self._writer.raw_connection()
            try:
                busy = proxied.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                sound = [row[0] for row in proxied.cursor().execute("PRAGMA quick_check")]
            finally:
                proxied.invalidate()
            if busy or sound != ["ok"]:
                return False
            with self._readers.connect() as connection:
                seq, head = self._acknowledged or (0, CHAIN_START)
                return log.own_chain(connection, read_chain(connection, RECORDS).replica_id, seq) == head
        except Exception:  # whatever it is, the store cannot be shown to be sound
            return False

    def chain(self) -> Chain:
        """Where this laptop's chain of records stands."""
        with self.read() as connection:
            return read_chain(connection, RECORDS)

    def drafts(self, author: str) -> Sequence[drafts.DraftRow]:
        """An author's drafts, newest first."""
        with self.read() as connection:
            return drafts.drafts(connection, author)

    def draft(self, author: str, page: str, record: str) -> bytes | None:
        """The form as it was last kept, to the byte."""
        with self.read() as connection:
            return drafts.draft(connection, author, page, record)

    def blob(self, digest: str) -> bytes | None:
        """The bytes of a document; None where they are not here whole."""
        with self.read() as connection:
            return blobs.blob_bytes(connection, digest)

    def unsent(self) -> int:
        """Change sets no hub has confirmed."""
        with self.read() as connection:
            ((count,),) = asked(connection, "SELECT count(*) FROM outbox")
            return int(count)

    def on_the_way(self, since: datetime) -> OnTheWay:
        """What of this laptop's work is at the hub, `since` for what was sent, and what waits."""
        with self.read() as connection:
            return sent.on_the_way(connection, since)

    def own_acts(self, days: int, now: datetime) -> Sequence[Saved]:
        """The saves of this laptop in the last days that were marked as an act, the newest first."""
        with self.read() as connection:
            return sent.own_acts(connection, days, now)

    def sent_for_review(self, patient: str | None = None) -> tuple[SentForReview, ...]:
        """Saves (about one person) that a lead has to look at, or has returned."""
        with self.read() as connection:
            return sent.unsettled_reviews(connection, patient)

    def records_waiting(self, records: Iterable[str]) -> Set[str]:
        """Those of some records of which something is not at the hub yet; none where there is no hub."""
        with self.read() as connection:
            return sent.records_waiting(connection, records) if sent.is_joined(connection) else frozenset()

    def is_waiting_about(self, patient: str) -> bool:
        """Whether anything about somebody is not at the hub yet; never where there is no hub."""
        with self.read() as connection:
            return sent.is_joined(connection) and sent.is_waiting_about(connection, patient)

    def last_noted(self, author: str, action: str, patient: str, since: datetime) -> datetime | None:
        """When `author` last noted that of a person's record, not before a time; None for never."""
        with self.read() as connection:
            return noted.last_noted(connection, author, action, patient, since)

    def noted(self, action: str) -> Sequence[Noted]:
        """What the audit holds of an action, the oldest first."""
        with self.read() as connection:
            return noted.noted(connection, action)

    def standing(self) -> OnTheWay:
        """How much waits and how this laptop stands with its hub, without the lists."""
        with self.read() as connection:
            return sent.standing(connection)


def create_file(directory: Path, key: bytearray) -> Path:
    """An empty encrypted file, never over an existing one. The caller migrates it to the newest schema."""
    path = directory / FILE
    check_driver()
    try:
        with path.open("xb"):
            pass
    except FileExistsError:
        raise StoreExists from None
    connection = connect(path, key)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    check_file(path)
    return path
