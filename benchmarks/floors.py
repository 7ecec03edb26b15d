"""Where start, unlock, sign and fold stand against their floors. Run by `python3 dev.py bench`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Table, insert, select

from benchmarks._timing import interleaved, tell
from smf_core.domain.visit import NotGoneAheadReason
from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, chained, write_change_set
from smf_core.operations.clock import START, tick
from smf_core.records import tables as t
from smf_core.records import writing
from smf_desktop.compose import this_computer
from smf_desktop.security import vault
from smf_desktop.security.kdf import START as PARAMS
from smf_desktop.security.opened import Means, Opened
from smf_desktop.services.visits import record_not_gone_ahead, sign_visit, start_visit
from smf_desktop.store.schema import create_store
from smf_desktop.store.store import Store
from tests.services.test_main_job import accepted, filled, meet_all_gates
from tests.support.sessions import Team, team_at
from tests.support.stores import SCRIPTS, make_store, raw_key

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SAVES = 500
ROUNDS = 12

BARE_WINDOW = """
import time; began = time.perf_counter()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event); QTimer.singleShot(0, QApplication.quit)
application = QApplication([]); window = Window(); window.resize(1366, 768); window.show(); application.exec()
"""


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def start() -> None:
    """From a new process to the painted unlock window, against a bare main window."""
    with a_folder() as folder:
        environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SMF_PASSWORD": "benchmark password"}
        init = [sys.executable, "-m", "smf_desktop", "init", str(folder / "store"), "--service", "S", "--team", "T"]
        subprocess.run([*init, "--user", "nurse", "--role", "nurse"], env=environ, check=True, capture_output=True)
        painted = [sys.executable, "-m", "benchmarks._painted", str(folder / "store")]

        def run(command: list[str]) -> None:
            subprocess.run(command, env=environ, check=True, capture_output=True)

        took = interleaved(
            {"bare": lambda: run([sys.executable, "-c", BARE_WINDOW]), "ours": lambda: run(painted)}, rounds=5
        )
    tell("start to painted unlock window", took["ours"], took["bare"], "bare QMainWindow", 1.5)


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

        took = interleaved({"floor": floor, "ours": ours})
    tell("unlock: slot, key, first row", took["ours"], took["floor"], "Argon2id alone", 1.25)


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


def save() -> None:
    """The smallest save (a visit that did not go ahead), against one bare row committed durably on the same cipher."""
    with a_folder() as folder, a_team(folder) as (store, team):
        episode = accepted(team)
        with store.read() as connection:
            patient = connection.scalars(select(t.episode.c.patient).where(t.episode.c.id == episode)).one()
        bare = bare_store(folder)

        def floor() -> None:
            bare.execute("INSERT INTO row(text) VALUES (?)", ("x" * 350,))

        def ours() -> None:
            at, reason = team.clock.now(), NotGoneAheadReason.NO_ACCESS
            record_not_gone_ahead(team.nurse, patient=patient, visit=None, at=at, reason=reason)

        took = interleaved({"floor": floor, "ours": ours}, rounds=25)
        bare.close()
    tell("save one operation", took["ours"], took["floor"], "one bare durable row", 2.0)


def sign() -> None:
    """Signing a whole insulin visit, rules asked again and all, against the rows it leaves written bare and durably."""
    with a_folder() as folder, a_team(folder) as (store, team):
        episode = accepted(team)
        meet_all_gates(team.nurse, episode)
        forms = [filled(team.nurse, start_visit(team.nurse, [episode])[0]) for _ in range(ROUNDS * 2)]
        tables = [t.change_set, t.item, t.visit, t.visit_section, t.step_rating, t.teach_back]
        left = []
        for form in forms[:ROUNDS]:  # what a signature leaves, to be written bare below
            before = {table: _rows(store, table) for table in tables}
            sign_visit(team.nurse, form)
            left.append({table: [row for row in _rows(store, table) if row not in before[table]] for table in tables})
        make_store(folder / "bare", raw_key())
        other = Store(folder / "bare", raw_key())
        waiting = iter(left)

        def floor() -> None:
            with other._writer.begin() as connection:
                for table, rows in next(waiting).items():
                    connection.execute(insert(table).prefix_with("OR REPLACE"), rows)

        def ours() -> None:
            sign_visit(team.nurse, forms.pop())

        took = interleaved({"floor": floor, "ours": ours}, rounds=ROUNDS)
        other.close()
    tell("sign a whole visit", took["ours"], took["floor"], "its rows, bare", 10.0)


@contextmanager
def a_team(folder: Path) -> Iterator[tuple[Store, Team]]:
    key = raw_key()
    make_store(folder / "store", key)
    store = Store(folder / "store", key)
    yield store, team_at(store)
    store.close()


def bare_store(folder: Path) -> sqlcipher.Connection:
    bare = sqlcipher.connect(str(folder / "bare.db"), isolation_level=None)
    bare.set_key(raw_key())
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT)")
    return bare


def _rows(store: Store, table: Table) -> list[dict[str, object]]:
    with store.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def fold() -> None:
    """Applying change sets of new people, against executemany of the same rows into the same tables."""
    sets = _change_sets()
    with a_folder() as folder:
        numbers = count()

        def fresh() -> Store:
            directory = folder / f"store-{next(numbers)}"
            make_store(directory, raw_key())
            return Store(directory, raw_key())

        stores = [fresh() for _ in range(10)]

        def ours() -> None:
            with stores[0]._writer.begin() as connection:
                writing.write(connection, sets)

        def floor() -> None:
            with stores[1]._writer.begin() as connection:
                for table, rows in copied.items():
                    connection.execute(insert(table), rows)

        ours()
        with stores[0].read() as connection:
            copied = {
                table: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in (t.change_set, t.item, t.patient, t.referral)
            }
        took_ours, took_floor = [], []
        for _ in range(4):
            for each in stores[:2]:
                each.close()
            del stores[:2]
            took = interleaved({"ours": ours, "floor": floor}, rounds=1)
            took_ours.append(took["ours"])
            took_floor.append(took["floor"])
        for each in stores:
            each.close()
    tell(
        f"fold {SAVES} imported referrals", sorted(took_ours)[1], sorted(took_floor)[1], "executemany of the rows", 3.0
    )


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
    for benchmark in (start, unlock, save, sign, fold):
        benchmark()


if __name__ == "__main__":
    main()
