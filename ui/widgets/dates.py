"""A date is typed as people say it and shown back as dd-Mmm-yyyy."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QEvent, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QVBoxLayout, QWidget

from ui.theme import tabular_figures, theme_in_use
from ui.widgets.opening_line import OpeningLine

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date) -> str:
    """17-Nov-2026, in English whatever the computer's language."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


class DateField(OpeningLine):
    """Free typing ("17/11", "tomorrow", "+2w"), or the calendar with Alt+Down.

    `parse` reads what was typed, None when it cannot. What it cannot read stays as typed.
    """

    picked = Signal(object)
    """The date (`datetime.date`) after typing or choosing one that can be read."""

    not_read = Signal(str)
    """What was typed and could not be read."""

    def __init__(self, parse: Callable[[str], date | None], parent: QWidget | None = None) -> None:
        super().__init__("Open the calendar", "calendar-plus", parent)
        self._parse = parse
        self.setPlaceholderText("dd-Mmm-yyyy")
        self.setFont(tabular_figures(QFont()))
        self._calendar: _Calendar | None = None
        self.editingFinished.connect(self._read)

    def day(self) -> date | None:
        return self._parse(self.text()) if self.text().strip() else None

    def set_day(self, day: date | None) -> None:
        self.setText(day_text(day) if day else "")

    def open_choice(self) -> None:
        if self._calendar is None:
            self._calendar = _Calendar(self)
            self._calendar.grid.activated.connect(self._choose)
            self._calendar.grid.clicked.connect(self._choose)
        self._calendar.open_at(self.day())

    def _choose(self, chosen: QDate) -> None:
        if self._calendar is not None and self._calendar.isVisible():
            self._calendar.hide()
            self.set_day(date(chosen.year(), chosen.month(), chosen.day()))
            self.setFocus(Qt.FocusReason.PopupFocusReason)
            self._read()

    def _read(self) -> None:
        typed = self.text()
        day = self.day()
        if day is not None:
            self.set_day(day)
            self.picked.emit(day)
        elif typed.strip():
            self.not_read.emit(typed)


class _Calendar(QFrame):
    def __init__(self, field: DateField) -> None:
        super().__init__(field, Qt.WindowType.Popup)
        self._field = field
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        self.grid = QCalendarWidget()
        self.grid.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.grid.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setFocusProxy(self.grid)
        column.addWidget(self.grid)

    def open_at(self, day: date | None) -> None:
        plain = QTextCharFormat()
        plain.setForeground(theme_in_use().colour("text"))
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.grid.setWeekdayTextFormat(weekend, plain)
        if day is not None:
            self.grid.setSelectedDate(QDate(day.year, day.month, day.day))
        self.grid.setMinimumSize(theme_in_use().px(280), theme_in_use().px(220))
        self.adjustSize()
        self.move(self._field.mapToGlobal(self._field.rect().bottomLeft()))
        self.show()
        self.grid.setFocus()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.hide()
            self._field.setFocus(Qt.FocusReason.PopupFocusReason)
            return True
        return super().event(event)
