"""What the cipher costs on the reads of the product, and how long a record with sixty visits takes to open."""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from benchmarks._people import fill
from benchmarks._timing import Figure, interleaved, tell
from smf_core.records.queries.visits import signed_visits_of_patient
from smf_desktop.presenters.caseload.views import Asked
from smf_desktop.services.caseload.caseload import caseload_page
from smf_desktop.services.caseload.search import find_people
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.record.overview import overview
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import sign_visit, start_visit
from smf_desktop.store.engine import CACHE_KIB, FILE, connect
from smf_desktop.store.store import Store
from tests.services.test_main_job import accepted, filled, meet_all_gates
from tests.support.desks import on_desk
from tests.support.sessions import Team, Told, team_at
from tests.support.stores import make_store, raw_key
from ui.desk import Place
from ui.flows.patient.page import PatientPage
from ui.tasks import Lane
from ui.theme import apply, load

PATIENTS, NURSES, VISITS, ROUNDS = 5_000, 150, 60, 7
OPEN_MS = 80


@dataclass
class Plain:
    """A store's tables in a file without a cipher, read as a `Store` is."""

    engine: Engine
    beside: Store

    @contextmanager
    def read(self, *, counts: bool = False) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beside, name)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, team, patient = _service(Path(folder) / "store")
        plain = Plain(_without_cipher(Path(folder)), store)
        for name, read in _reads(patient).items():
            bare = replace(team.nurse, store=plain)
            took = interleaved({"ours": partial(read, team.nurse), "plain": partial(read, bare)}, ROUNDS)
            ours, floor = statistics.median(took["ours"]), statistics.median(took["plain"])
            tell(Figure(f"the cipher on reading: {name}", ours, floor, "the same on a plain file", 1.3, ROUNDS))
        plain.engine.dispose()
        opened = _opened(team.nurse, patient)
        tell(Figure(f"open a record with {VISITS} visits", opened, OPEN_MS, f"{OPEN_MS} ms", 1, ROUNDS))
        store.close()


def _service(directory: Path) -> tuple[Store, Team, str]:
    """Five thousand people, and one taught at sixty visits."""
    make_store(directory, raw_key())
    store = Store(directory, raw_key())
    team = team_at(store, clock=Told(datetime.now(UTC).replace(hour=9, minute=0)))
    store.close()
    nurses = [team.nurse.user.id, *(f"01940000-0000-7000-8000-{number:012x}" for number in range(NURSES - 1))]
    version = team.nurse.checklists.newest("wound").version
    fill(directory / FILE, raw_key(), PATIENTS, team=team.nurse.team, nurses=nurses, version=version, visits=4)
    store = Store(directory, raw_key())
    sessions = {
        name: replace(getattr(team, name), store=store) for name in ("nurse", "nurse2", "assistant", "lead", "admin")
    }
    team = replace(team, store=store, **sessions)
    episode = accepted(team)
    meet_all_gates(team.nurse, episode)
    patient = ""
    for _ in range(VISITS):
        form = filled(team.nurse, start_visit(team.nurse, [episode])[0])
        sign_visit(team.nurse, form)
        patient = form.patient
    return store, team, patient


def _without_cipher(folder: Path) -> Engine:
    """The same tables and settings in a file without a key."""
    source = connect(folder / "store" / FILE, raw_key())
    source.execute("ATTACH DATABASE ? AS plain KEY ''", (str(folder / "plain.db"),))
    source.execute("SELECT sqlcipher_export('plain')")
    source.execute("DETACH DATABASE plain")
    source.close()

    def creator() -> Any:
        connection = sqlcipher.connect(str(folder / "plain.db"), isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "temp_store = MEMORY", f"cache_size = -{CACHE_KIB}", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    made = create_engine(
        "sqlite://", creator=creator, module=sqlcipher, poolclass=QueuePool, pool_size=3, pool_use_lifo=True
    )
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return made


def _reads(patient: str) -> dict[str, Callable[[Session], object]]:
    def history(session: Session) -> object:
        with session.read() as connection:
            return signed_visits_of_patient(connection, patient)

    return {
        "my caseload": lambda session: caseload_page(session, Asked()),
        "everyone": lambda session: caseload_page(session, Asked(mine=False)),
        "Today": today_facts,
        "overview of a person": lambda session: overview(session, patient),
        "history of visits": history,
        "search": lambda session: find_people(session, "farooq"),
    }


def _opened(session: Session, patient: str) -> float:
    """Milliseconds from asking for the page to its paint, the median of some."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply(app, load("light"))
    gc.disable()  # as the command does, whose windows collect between what they do
    on = on_desk(session, PatientPage)
    took = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        on.page.enter(Place("patient", patient))
        while on.page.banner is None:
            loop = QEventLoop()
            on.lanes.store.delivered.connect(loop.quit)
            loop.exec()
        QCoreApplication.processEvents()
        took.append((time.perf_counter() - began) * 1000)
        settle(on.lanes.read, on.lanes.store, on.lanes.work)  # what is asked once the page stands
        on.page.leave()
        on.page.clear()
        QCoreApplication.processEvents()
        gc.collect()
    if on.told:
        raise on.told[0]
    on.close()
    return statistics.median(took[1:])


def settle(*lanes: Lane) -> None:
    """Let the interface work until every answer it waits for is on the page; it sleeps as it would between events."""
    QCoreApplication.processEvents()
    while not all(lane.is_idle for lane in lanes):
        loop = QEventLoop()
        for lane in lanes:
            lane.delivered.connect(loop.quit)
        QTimer.singleShot(20_000, loop.quit)
        loop.exec()
    QCoreApplication.processEvents()


if __name__ == "__main__":
    main()
