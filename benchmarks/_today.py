"""From the key in hand to a painted Today, in a running application."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QTimer

from ui.app import App

TYPING_MS = 2_500
"""As long as a fast typist takes over a password; meanwhile the application loads what it needs behind the window."""


def unlock_and_wait(app: App, username: str, password: str, done: Callable[[float], object]) -> None:
    """Unlock once the first page stands, and answer the milliseconds from the key to the day's page as it stays."""
    begun: list[float] = []
    timer = QTimer(app)
    timer.setInterval(1)

    def unlock() -> None:
        assert app.unlock is not None
        app.unlock.opened.connect(lambda key: begun.append(time.perf_counter()))
        # What hears the signal first goes on to open the store; the moment is the same turn of the event loop.
        app.unlock.view.unlock_wanted.emit(username, password)

    def opened() -> None:
        timer.start()

    def look() -> None:
        shell = app.shell
        if shell is not None and all(lane.is_idle for lane in (shell.lanes.store, shell.lanes.read)):
            timer.stop()
            QCoreApplication.processEvents()  # what was filled is laid out in more turns than one
            app.window.repaint()
            done((time.perf_counter() - begun[0]) * 1000)

    timer.timeout.connect(look)
    app.opened.connect(opened)
    app.window.painted.connect(lambda: QTimer.singleShot(TYPING_MS, app, unlock))
