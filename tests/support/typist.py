"""The application in a process of its own, to be killed while someone types: `python -m tests.support.typist STORE`.

Unlocks and types digits into the notes of the one person's visit, or into those of a new referral. Each is told on
standard output with the steady time when the application has taken it. How many, how long from one to the next in
seconds, and `visit` or `referral` are the other arguments; then it waits for its end.
"""

import sys
import time
from itertools import cycle, islice
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import ui.away
from smf_desktop.compose import House
from tests.support.houses import PASSWORD, computer
from tests.support.keyboard import CTRL, ENTER, Nurse, someone_at


def open_notes(nurse: Nurse) -> None:
    """From the unlock page to the notes of the person's visit."""
    nurse.unlock(PASSWORD)
    nurse.keys.press("2", held=CTRL)
    nurse.waits_for("caseload")
    nurse.keys.press(ENTER, held=CTRL)
    nurse.waits_for("visit")
    nurse.keys.press("g", held=CTRL)
    nurse.keys.press("t")
    nurse.keys.to("Notes")


def open_referral_notes(nurse: Nurse) -> None:
    """From the unlock page to the notes of a new referral, which is about nobody here."""
    nurse.unlock(PASSWORD)
    nurse.keys.press("n", held=CTRL)
    nurse.waits_for("referrals")
    nurse.keys.to("Notes")


TYPED_INTO = {"visit": open_notes, "referral": open_referral_notes}


def main(directory: Path, count: int, pause: float, into: str) -> None:
    ui.away.system_signals = lambda window, left: None  # type: ignore[assignment]  # a test's screen does not sleep
    app = QApplication([])
    with House(computer(first_id=5_000_000), directory) as house, someone_at(house, app) as nurse:
        TYPED_INTO[into](nurse)
        for digit in islice(cycle("1234567890"), count):
            nurse.keys.press(digit)
            sys.stdout.write(f"{digit} {time.monotonic()}\n")
            sys.stdout.flush()
            QTest.qWait(int(pause * 1_000))
        app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
