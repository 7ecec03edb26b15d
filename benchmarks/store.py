"""Where unlocking, signing and folding stand against their floors."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Table, select

from benchmarks._timing import Figure, medians, tell
from smf_core.domain.visit import VisitForm
from smf_core.domain.visit_facts import VisitFacts
from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, chained, write_change_set
from smf_core.operations.clock import START, tick
from smf_core.records import rows as fast
from smf_core.records import tables as t
from smf_core.records import writing
from smf_desktop.compose import this_computer
from smf_desktop.security import vault
from smf_desktop.security.kdf import START as PARAMS
from smf_desktop.security.opened import Means, Opened
from smf_desktop.services.visit.facts import visit_page
from smf_desktop.services.visit.items import Signing, signed_items
from smf_desktop.services.visit.visits import sign_visit, start_visit
from smf_desktop.store.engine import FILE, connect
from smf_desktop.store.schema import create_store
from smf_desktop.store.store import Store
from smf_desktop.store.tables import outbox, pending_access
from tests.services.test_main_job import accepted, filled, meet_all_gates
from tests.support.care import missed
from tests.support.sessions import Team, team_at
from tests.support.stores import SCRIPTS, make_store, raw_key

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SAVES, ROUNDS, FOLDS = 500, 9, 5
LEFT = (t.change_set, t.item, t.visit, t.visit_section, t.step_rating, t.teach_back, outbox, pending_access)
"""The tables in which a signature leaves rows."""

Rows = list[tuple[str, list[tuple[Any, ...]]]]
"""Statements of the bare driver, each with its values."""


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def unlock() -> None:
    """Key slot, key and first row, against Argon2id alone at the same parameters."""
    computer = this_computer()
    with a_folder() as folder:
        who = vault.NewUser("00000000-0000-7000-8000-000000000001", "nurse", "Nurse Example", "SMF nurse")
        means = replace(computer.means(False), params=PARAMS)
        kept: list[Opened] = []

        def make(place: Path) -> bytearray:
            kept.append(_vault(place, who, means))
            return kept[0].raw_key()

        create_store(folder / "store", scripts=SCRIPTS, new_id=computer.new_id, fill=make)

        def ours() -> None:
            opened = vault.unlock(
                folder / "store", "nurse", "benchmark password", means, database=folder / "store" / "records.db"
            )
            key = opened.raw_key()
            connection = sqlcipher.connect(str(folder / "store" / "records.db"))
            connection.set_key(key)
            connection.execute("SELECT seq FROM replica").fetchone()
            connection.close()
            opened.zero()

        def floor() -> None:
            means.kdf.derive(bytearray(b"benchmark password"), bytes(16), PARAMS)

        took = medians({"floor": floor, "ours": ours}, 9)
    tell(Figure("unlock: slot, key, first row", took["ours"], took["floor"], "Argon2id alone", 1.25, 9))


def _vault(place: Path, who: vault.NewUser, means: Means) -> Opened:
    opened, _ = vault.create(
        place,
        store_id="00000000-0000-7000-8000-000000000002",
        kind="training",
        device="benchmark",
        first_user=who,
        password="benchmark password",
        means=means,
    )
    return opened


@contextmanager
def a_team(folder: Path) -> Iterator[tuple[Store, Team]]:
    key = raw_key()
    make_store(folder / "store", key)
    store = Store(folder / "store", key)
    yield store, team_at(store)
    store.close()


def sign() -> None:
    """Signing a whole visit: what the save takes, and what the whole press takes, the rules asked again.

    The floors are commits of the bare driver under the same settings: of one row, and of the rows a signature leaves.
    """
    with a_folder() as folder, a_team(folder) as (store, team):
        episode = accepted(team)
        meet_all_gates(team.nurse, episode)
        count_of_forms = 2 * (ROUNDS + 1) + 2 * ROUNDS
        forms = [filled(team.nurse, start_visit(team.nurse, [episode])[0]) for _ in range(count_of_forms)]
        ready = [(form, visit_page(team.nurse, form)) for form in forms[: -(ROUNDS + 1)]]
        left = [_left_by(store, team, *ready.pop()) for _ in range(ROUNDS + 1)]
        bare = bare_store(folder)
        same = _same_tables(folder)
        patient = forms[0].patient

        def the_rows() -> None:
            same.execute("BEGIN IMMEDIATE")
            for text, values in left.pop():
                same.executemany(text, values)
            same.execute("UPDATE replica SET seq = seq + 1, ms = ms + 1 WHERE chain_of = 'records'")
            same.execute("COMMIT")

        took = medians(
            {
                "one row": lambda: bare.execute("INSERT INTO row(text) VALUES (?)", ("x" * 350,)),
                "its rows": the_rows,
                "save": lambda: _save(team, *ready.pop()),
                "least": lambda: missed(team.nurse, patient, team.nurse.new_id()),
                "press": lambda: sign_visit(team.nurse, forms.pop()),
            },
            ROUNDS,
        )
        bare.close()
        same.close()
    one, own = "one bare durable row", "its own rows, bare and durable"
    tell(Figure("save the smallest change", took["least"], took["one row"], one, 2, ROUNDS))
    tell(Figure("sign: the save", took["save"], took["one row"], one, 2, ROUNDS))
    tell(Figure("sign: the save", took["save"], took["its rows"], own, 2, ROUNDS))
    tell(Figure("sign: the press, rules and some 20 visits read", took["press"], took["its rows"], own, 10, ROUNDS))


def _save(team: Team, form: VisitForm, facts: VisitFacts) -> None:
    """What a signature does once nothing stands in its way: operations, rows, outbox, audit, draft, chain."""
    session = team.nurse
    with session.work() as work:
        items = signed_items(Signing(session.user, work.now, facts, session.new_id), form)
        work.save(items, patient=form.patient, care_time=form.started_at)
        work.note_access("visit", form.patient)
        work.discard_draft("visit", form.visit)


def _left_by(store: Store, team: Team, form: VisitForm, facts: VisitFacts) -> Rows:
    before = {table: _rows(store, table) for table in LEFT}
    _save(team, form, facts)
    return [
        _statement(table, [row for row in _rows(store, table) if row not in before[table]], over=True) for table in LEFT
    ]


def _statement(table: Table, rows: list[dict[str, Any]], *, over: bool = False) -> tuple[str, list[tuple[Any, ...]]]:
    """An insert of the bare driver; `over` what is there already."""
    text, values = fast.statement(table, rows)
    return text.replace("INSERT", "INSERT OR REPLACE", 1) if over else text, values


def _same_tables(folder: Path) -> sqlcipher.Connection:
    make_store(folder / "same", raw_key())
    return connect(folder / "same" / FILE, raw_key())


def bare_store(folder: Path) -> sqlcipher.Connection:
    """A file of its own, under every setting of the store."""
    path = folder / "bare.db"
    path.touch()
    bare = connect(path, raw_key())
    bare.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT)")
    return bare


def _rows(store: Store, table: Table) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def fold() -> None:
    """Applying change sets of new people, against executemany of the same rows by the bare driver."""
    sets = _change_sets()
    with a_folder() as folder:
        numbers = count()

        def fresh() -> Path:
            directory = folder / f"store-{next(numbers)}"
            make_store(directory, raw_key())
            return directory

        first = Store(fresh(), raw_key())
        with first._writer.begin() as connection:
            writing.write(connection, sets)
        copied = [_statement(table, _rows(first, table)) for table in (t.change_set, t.item, t.patient, t.referral)]
        first.close()
        stores = [Store(fresh(), raw_key()) for _ in range(FOLDS + 1)]
        bare = [connect(fresh() / FILE, raw_key()) for _ in range(FOLDS + 1)]

        def ours() -> None:
            store = stores.pop()
            with store._writer.begin() as connection:
                writing.write(connection, sets)

        def floor() -> None:
            connection = bare.pop()
            connection.execute("BEGIN IMMEDIATE")
            for text, values in copied:
                connection.executemany(text, values)
            connection.execute("COMMIT")

        took = medians({"ours": ours, "floor": floor}, FOLDS)
    tell(Figure(f"fold {SAVES} imported referrals", took["ours"], took["floor"], "bare executemany", 3, FOLDS))


def _change_sets() -> list[tuple[ChangeSet, bytes]]:
    numbers = count(1)
    stamp, chain, made = START, CHAIN_START, []
    for seq in range(1, SAVES + 1):
        patient, referral = (f"00000000-0000-7000-8000-{next(numbers):012x}" for _ in range(2))
        stamp = tick(stamp, int(NOW.timestamp() * 1000))
        units = {
            "name": {"family": f"Example{seq}", "given": "Ada", "title": "Mrs"},
            "born": {"date_of_birth": "1950-03-04"},
            "sex": {"sex": "female"},
            "address": {"address": "1 Example Street", "postcode": "DE1 1AA"},
            "phone": {"phone": "01632 960001"},
        }
        items = [Item(entity="patient", entity_id=patient, kind=kind, payload=said) for kind, said in units.items()]
        received = {
            "patient": patient,
            "team": patient,
            "received_on": "2026-11-16",
            "source": "gp",
            "skills": ["wound"],
        }
        items.append(Item(entity="referral", entity_id=referral, kind="received", payload=received))
        each = write_change_set(
            cs_id=f"00000000-0000-7000-9000-{seq:012x}",
            replica_id="00000000-0000-7000-8000-00000000ffff",
            seq=seq,
            stamp=stamp,
            author=patient,
            patient_id=patient,
            care_time=NOW,
            items=items,
        )
        chain = chained(chain, each.hash)
        made.append((each, chain))
    return made


def main() -> None:
    for benchmark in (unlock, sign, fold):
        benchmark()


if __name__ == "__main__":
    main()
