"""Scores and answers by one key: 0 to 10, and Yes or No."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.widgets.segments import Option, Segments

TEN_WITHIN = 0.6
"""Seconds in which 1 then 0 means 10."""


class ScaleControl(Segments):
    """Eleven joined buttons, 0 to 10. Digits score; 1 then 0 within 600 ms is 10; Left and Right move by one."""

    scored = Signal(int)
    cleared = Signal()

    def __init__(
        self,
        about: str,
        *,
        clock: Callable[[], float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`about` is what is scored, for a screen reader; `clock` tells seconds."""
        self._about, self._clock = about, clock or _stopwatch()
        self._one_at: float | None = None
        super().__init__([Option(str(n), str(n), f"{n} of 10") for n in range(11)], 28, 26, parent)
        self.chosen.connect(lambda code: self.scored.emit(int(code)))
        self.set_score(None)

    @property
    def score(self) -> int | None:
        return int(self.value) if self.value else None

    def set_score(self, score: int | None) -> None:
        self.set_value("" if score is None else str(score))

    def set_value(self, code: str) -> None:
        super().set_value(code)
        self.setAccessibleName(f"{self._about}, {code} of 10" if code else f"{self._about}, no score")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = Qt.KeyboardModifier
        if event.modifiers() & (modifiers.ControlModifier | modifiers.AltModifier | modifiers.MetaModifier):
            super().keyPressEvent(event)
            return
        typed, key, now = event.text(), event.key(), self._clock()
        if typed.isascii() and typed.isdigit():
            ten = typed == "0" and self._one_at is not None and now - self._one_at <= TEN_WITHIN
            self._one_at = now if typed == "1" else None
            self.pick("10" if ten else typed)
            return
        self._one_at = None
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            start = -1 if step > 0 else 11
            self.pick(str(min(10, max(0, (start if self.score is None else self.score) + step))))
        elif key == Qt.Key.Key_Backspace:
            self.set_score(None)
            self.cleared.emit()
        else:
            super().keyPressEvent(event)


def _stopwatch() -> Callable[[], float]:
    timer = QElapsedTimer()
    timer.start()
    return lambda: timer.elapsed() / 1000


class YesNo(Segments):
    """No or Yes, nothing preset. Keys Y and N, Left and Right; `alarm` fills Yes with red."""

    answered = Signal(bool)

    def __init__(self, about: str, *, alarm: bool = False, parent: QWidget | None = None) -> None:
        """`about` is the question, for a screen reader."""
        self._about = about
        yes = Option("yes", "Yes", "Yes", "danger-fill", "on-primary", "danger-fill")
        no = Option("no", "No", "No", "surface-3", "text", "line-strong")
        super().__init__([no, yes if alarm else Option("yes", "Yes", "Yes")], 37, 26, parent)
        self.chosen.connect(lambda code: self.answered.emit(code == "yes"))
        self.set_answer(None)

    @property
    def answer(self) -> bool | None:
        return self.value == "yes" if self.value else None

    def set_answer(self, answer: bool | None) -> None:
        self.set_value("" if answer is None else "yes" if answer else "no")

    def set_value(self, code: str) -> None:
        super().set_value(code)
        self.setAccessibleName(f"{self._about}, {code or 'not answered'}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = Qt.KeyboardModifier
        held = event.modifiers() & (modifiers.ControlModifier | modifiers.AltModifier | modifiers.MetaModifier)
        typed, key = event.text().lower(), event.key()
        if not held and (typed == "y" or key == Qt.Key.Key_Right):
            self.pick("yes")
        elif not held and (typed == "n" or key == Qt.Key.Key_Left):
            self.pick("no")
        else:
            super().keyPressEvent(event)
