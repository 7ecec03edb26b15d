"""Cards of the team page: a headline figure, what stands beside the headlines, a chart with its tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from smf_desktop.presenters.figures import INCOMPLETE
from smf_desktop.presenters.team.headline import Headline
from smf_desktop.presenters.team.verdict import Verdict
from smf_desktop.presenters.team.words import cell_words
from smf_desktop.reports.charts.chart import Table
from ui.theme import theme_in_use
from ui.views.team.chart import ChartPane
from ui.views.team.lists import QuietTable
from ui.widgets.cards import Card
from ui.widgets.emptied import emptied
from ui.widgets.tables import RowsModel
from ui.widgets.text import Chip, Text, give_role, plain_tip

MORE = "Enter says what it counts, and who is behind it"


@dataclass(frozen=True, slots=True)
class TableRows:
    """A chart as numbers in words; `caption` says how it was reckoned."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_rows(caption: str, table: Table) -> TableRows:
    """A chart's table in words."""
    kinds = [column.kind for column in table.columns]
    return TableRows(
        caption,
        tuple(column.name for column in table.columns),
        tuple(tuple(cell_words(kind, cell) for kind, cell in zip(kinds, row, strict=True)) for row in table.rows),
    )


class FigureCard(QFrame):
    """One figure. Enter, Space or a click says what it counts, and who is behind it."""

    wanted = Signal(str)
    """The id of the figure."""

    def __init__(self, *, slim: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("" if slim else "card")
        self._slim, self._key = slim, ""
        give_role(self, QAccessible.Role.Button)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.label = Text("", "dense" if slim else "cell", "text-2", wrap=not slim)
        self.value = Text("", "dense" if slim else "figure", strong=True, tabular=True)
        self.beside = Text("", "dense" if slim else "cell", "text-2", strong=not slim, tabular=True)
        self.words = Text("", "caption" if slim else "dense", "text-2", wrap=True)
        self.incomplete = Text("", "caption", "warn", wrap=True)
        self.incomplete.hide()
        line = QHBoxLayout()
        line.setSpacing(6)
        whole = QVBoxLayout(self)
        if slim:
            whole.setContentsMargins(12, 2, 12, 2)
            line.addWidget(self.label)
        else:
            whole.setContentsMargins(13, 8, 13, 8)
            self.beside.setContentsMargins(0, 0, 0, 4)  # on the line that the figure stands on
            whole.addWidget(self.label)
        whole.setSpacing(1)
        line.addWidget(self.value, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.beside, 0, Qt.AlignmentFlag.AlignBottom)
        line.addStretch(1)
        whole.addLayout(line)
        whole.addWidget(self.words)
        whole.addWidget(self.incomplete)
        whole.addStretch(1)

    def show_figure(self, row: Headline) -> None:
        self._key = row.key
        self.label.setText(row.label)
        self.value.setText(row.value)
        self.value.setVisible(bool(row.value))
        self.beside.setText(row.beside)
        self.beside.setVisible(bool(row.beside))
        self.words.setText(row.words)
        self.incomplete.setText(INCOMPLETE if row.incomplete else "")
        self.incomplete.setVisible(row.incomplete)
        self.setAccessibleName(f"{row.spoken}. {INCOMPLETE}" if row.incomplete else row.spoken)
        self.setAccessibleDescription(MORE)
        self.setToolTip(plain_tip("\n".join((*row.more, MORE))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._key:
            self.wanted.emit(self._key)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.wanted.emit(self._key)


class _ChartTable(QuietTable):
    """The heads of its columns take two lines."""

    left = Signal()
    """Esc: back to the picture."""

    def __init__(self, name: str, widths: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(name, widths, parent)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeader().setDefaultAlignment(left | Qt.TextFlag.TextWordWrap)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setFixedHeight(theme_in_use().px(44))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ChartCard(Card):
    """A chart, or its tables instead. Enter on the picture shows them, Esc in them brings it back."""

    def __init__(self, title: str, note: str, height: int, parent: QWidget | None = None) -> None:
        super().__init__(title, note=note, parent=parent)
        self.badge = Chip("")
        self.badge.hide()
        self.header.insertWidget(2, self.badge)
        self.note.setWordWrap(True)  # beside a badge and links it may have to give way
        self.body.setContentsMargins(2, 2, 2, 2)
        self.pane = ChartPane(title, height)
        self._name = title
        self._told: tuple[TableRows, ...] = ()
        self.tables: list[_ChartTable] = []
        self._holder = QWidget()
        self._inside = QVBoxLayout(self._holder)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(2)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.pane)
        self._stack.addWidget(self._holder)
        self.body.addWidget(self._stack, 1)
        self.pane.table_wanted.connect(self._enter_table)

    @property
    def as_table(self) -> bool:
        return self._stack.currentWidget() is self._holder

    def show_verdict(self, found: Verdict) -> None:
        self.badge.turn_into(found.words, found.kind, found.icon)
        self.badge.setVisible(bool(found.words))
        self.set_note(found.note)

    def tell(self, summary: str, tables: Sequence[TableRows]) -> None:
        """Another chart: its picture is drawn anew, its tables are made when they are shown."""
        self._told = tuple(tables)
        self.pane.tell(summary)
        if self.as_table:
            self._make_tables()

    def show_table(self, on: bool) -> None:
        if on:
            self._make_tables()
        self._stack.setCurrentWidget(self._holder if on else self.pane)
        wanted = theme_in_use().px(200) * max(1, len(self._told)) if on else 0
        self._holder.setMinimumHeight(wanted)

    def forget(self) -> None:
        self._told = ()
        self.pane.forget()
        self._clear_tables()

    def _enter_table(self) -> None:
        self.show_table(True)
        if self.tables:
            self.tables[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_table(self) -> None:
        self.show_table(False)
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear_tables(self) -> None:
        self.tables = []
        emptied(self._inside)

    def _make_tables(self) -> None:
        self._clear_tables()
        for told in self._told:
            if told.caption:
                caption = Text(told.caption, "caption", "text-2", wrap=True)
                caption.setContentsMargins(10, 4, 10, 0)
                self._inside.addWidget(caption)
            table = _ChartTable(f"{self._name}. {told.caption}".strip(), [1] * len(told.columns))
            model: RowsModel[tuple[str, ...]] = RowsModel(
                told.columns, lambda row: row, lambda row: ", ".join(filter(None, row)), table
            )
            table.setModel(model)
            model.fill(told.rows)
            if told.rows:
                table.stand_at(0)
            table.left.connect(self._leave_table)
            self.tables.append(table)
            self._inside.addWidget(table, 1)
