"""The application until its unlock page stands on the screen, then out: `python -m benchmarks._painted STORE`."""

import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from smf_desktop.compose import House, this_computer
from ui.app import App
from ui.theme import apply, load


def main() -> int:
    qt = QApplication(["smf"])
    apply(qt, load("light"))
    app = App(House(this_computer(), Path(sys.argv[1])), qt)
    app.window.painted.connect(lambda: os._exit(0))  # not waiting for what is imported behind the painted page
    app.begin()
    return qt.exec()


if __name__ == "__main__":
    sys.exit(main())
