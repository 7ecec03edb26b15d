"""From a new process to the unlock window, from the key to Today, and what both hold of the memory."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._people import fill
from benchmarks._timing import Figure, tell
from smf_desktop.compose import DATABASE, House, shipped_checklists, this_computer

ROUNDS, TODAY_ROUNDS = 9, 5
PATIENTS, NURSES = 5_000, 150
PASSWORD = "benchmark password"

BARE_WINDOW = """
import os, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event); QTimer.singleShot(0, told)
def told():
    status = open("/proc/self/status").read()
    print(time.monotonic(), int(status.partition("VmRSS:")[2].split()[0]) / 1024, flush=True); os._exit(0)
application = QApplication([]); window = Window(); window.resize(1366, 768); window.show(); application.exec()
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        # Both arms with warm bytecode of this very tree, and no other.
        environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        init = [sys.executable, "-m", "smf_desktop", "init", str(store), "--service", "S", "--team", "T"]
        subprocess.run(
            [*init, "--user", "nurse", "--role", "nurse"],
            env={**environ, "SMF_PASSWORD": PASSWORD},
            check=True,
            capture_output=True,
        )

        def started(*command: str) -> list[float]:
            """Milliseconds to the paint, and the rest of what the process told."""
            began = time.monotonic()
            ran = subprocess.run(
                [sys.executable, *command], env=environ, check=True, capture_output=True, text=True, timeout=60
            )
            at, *rest = map(float, ran.stdout.split())
            return [(at - began) * 1000, *rest]

        painted = ("-m", "benchmarks._painted", str(store))
        told: dict[str, list[list[float]]] = {"bare": [], "ours": [], "today": []}
        for turn in range(ROUNDS + 1):
            bare, ours = started("-c", BARE_WINDOW), started(*painted)
            if turn:  # the first wrote the bytecode
                told["bare"].append(bare)
                told["ours"].append(ours)
        _fill(store)
        again: list[float] = []
        for turn in range(TODAY_ROUNDS + 1):
            bare, today = started("-c", BARE_WINDOW), started(*painted, PASSWORD)
            if turn:
                again.append(bare[0])
                told["today"].append(today)
    bare_ms, bare_mib = _median(told["bare"], 0), _median(told["bare"], 1)
    window = "bare PySide6 window"
    tell(Figure("process start to painted unlock window", _median(told["ours"], 0), bare_ms, window, 1.5, ROUNDS))
    tell(
        Figure(
            "key to painted Today, 5,000 patients",
            _median(told["today"], 2),
            statistics.median(again),
            window,
            2.5,
            TODAY_ROUNDS,
        )
    )
    tell(Figure("memory: unlock window", _median(told["ours"], 1), bare_mib, window, 1.4, ROUNDS, "MiB"))
    tell(Figure("memory: first list (Today)", _median(told["today"], 3), bare_mib, window, 2.0, TODAY_ROUNDS, "MiB"))


def _median(told: list[list[float]], place: int) -> float:
    return statistics.median(each[place] for each in told)


def _fill(directory: Path) -> None:
    """A service of five thousand people, a few dozen of them this nurse's own."""
    house = House(this_computer(), directory)
    house.hold()
    opened = house.unlock("nurse", PASSWORD)
    key = opened.raw_key()
    sitting = house.enter(opened)
    me, team = sitting.session.user.id, sitting.session.team
    sitting.close()
    house.release()
    nurses = [me, *(f"01940000-0000-7000-8000-{number:012x}" for number in range(NURSES - 1))]
    version = shipped_checklists().newest("wound").version
    fill(directory / DATABASE, key, PATIENTS, team=team, nurses=nurses, version=version, visits=4)


if __name__ == "__main__":
    main()
