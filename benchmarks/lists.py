"""A long list of people, opened, filtered and sorted to painted rows."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QEventLoop, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from benchmarks._people import fill
from benchmarks._timing import Figure, medians, tell
from benchmarks.reading import settle
from smf_desktop.presenters.caseload.views import Sort
from smf_desktop.services.caseload.freshness import bring_lines_up
from smf_desktop.store.engine import FILE, connect
from smf_desktop.store.store import Store
from tests.support.desks import on_desk
from tests.support.sessions import Told, team_at
from tests.support.stores import make_store, raw_key
from ui.desk import Place
from ui.flows.caseload.page import CaseloadPage
from ui.theme import apply, load

PEOPLE, NURSES, FIRST, ROUNDS = 100_000, 400, 500, 9
Index = QModelIndex | QPersistentModelIndex


class Bare(QAbstractTableModel):
    """Rows that are there already."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Sequence[object]] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 10

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None

    def show(self, rows: Sequence[Sequence[object]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


def main() -> None:
    app = QApplication([])
    apply(app, load("light"))
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "store"
        make_store(directory, raw_key())
        store = Store(directory, raw_key())
        team = team_at(store, clock=Told(datetime.now(UTC).replace(hour=9, minute=0)))
        store.close()
        nurses = [team.nurse.user.id, *(f"01940000-0000-7000-8000-{number:012x}" for number in range(NURSES - 1))]
        version = team.nurse.checklists.newest("wound").version
        fill(directory / FILE, raw_key(), PEOPLE, team=team.nurse.team, nurses=nurses, version=version, visits=1)
        store = Store(directory, raw_key())
        lists(directory, replace(team.nurse, store=store))
        store.close()


def lists(directory: Path, session: Any) -> None:

    bare = connect(directory / FILE, raw_key())
    model, table = Bare(), QTableView()
    table.setModel(model)
    table.resize(1282, 628)
    table.show()

    def first(where: str, order: str) -> Callable[[], None]:
        asked = f"SELECT * FROM patient {where} ORDER BY {order} LIMIT {FIRST}"  # our own words

        def arm() -> None:
            model.show(bare.execute(asked).fetchall())
            QCoreApplication.processEvents()

        return arm

    floors = {
        "open": first("", "sort_name, id"),
        "filter": first("WHERE sort_name LIKE 'farooq%'", "sort_name, id"),
        "sort": first("", "nhs_number"),
    }
    bring_lines_up(session)
    on = on_desk(session, CaseloadPage)

    page: Any = on.page
    view = page.widget
    lines = view.people.model_

    def ours(ask: Callable[[], object]) -> Callable[[], float]:
        def arm() -> float:
            """To the paint of the rows; what is counted once they stand is waited for, and not timed."""
            before, began = lines.lines, time.perf_counter()
            ask()
            while lines.lines is before:
                loop = QEventLoop()
                on.lanes.read.delivered.connect(loop.quit)
                loop.exec()
            QCoreApplication.processEvents()
            took = (time.perf_counter() - began) * 1000
            while page.is_counting:
                QCoreApplication.processEvents()
            settle(on.lanes.read, on.lanes.store, on.lanes.work)
            return took

        return arm

    turn = iter(range(10_000))
    asks: dict[str, Callable[[], object]] = {
        "open": partial(on.page.enter, Place("caseload", None, "everyone")),
        "filter": lambda: view.filtered.emit("farooq" if next(turn) % 2 else "hussain"),
        "sort": lambda: view.sort_wanted.emit(Sort.NHS_NUMBER, next(turn) % 2 == 0),
    }
    for name, ask in asks.items():
        took = medians({"ours": ours(ask), "floor": floors[name]}, ROUNDS)
        what = f"list of {PEOPLE:,}: {name} to painted rows"
        tell(Figure(what, took["ours"], took["floor"], f"SQL's first {FIRST} rows, painted", 2, ROUNDS))
    if on.told:
        raise on.told[0]
    on.close()
    bare.close()


if __name__ == "__main__":
    main()
