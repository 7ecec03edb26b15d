"""Start the application on a store and end at the first paint of its unlock window: an arm of `floors.py`."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from smf_desktop.compose import House, this_computer
from ui.app import App
from ui.theme import apply, load


def main() -> None:
    qt = QApplication(sys.argv[:1])
    apply(qt, load("light"))
    app = App(House(this_computer(), Path(sys.argv[1])), qt)
    app.window.painted.disconnect()  # what is loaded behind the painted window is not part of the figure
    app.window.painted.connect(qt.quit)
    app.begin()
    qt.exec()
    app.end()


if __name__ == "__main__":
    main()
