"""A battery running out: what is being written is kept at once, and it is said once."""

from PySide6.QtCore import QObject, QTimer, Signal

from smf_desktop.ports import Battery

LOW = 15
"""Per cent left at which the draft is kept at once."""

LOOK_MS = 30_000


class BatteryWatch(QObject):
    """Looks at the battery now and then. Says `low` once until it was charged again."""

    low = Signal(int)
    """Per cent left."""

    def __init__(self, battery: Battery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._battery = battery
        self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        left = self._battery()
        if left is None or left > LOW:
            self._told = False
        elif not self._told:
            self._told = True
            self.low.emit(left)
