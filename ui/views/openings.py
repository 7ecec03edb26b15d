"""The list of records that were opened outside a list, for a lead."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from smf_desktop.presenters.opening import NONE, NONE_DO, TITLE, TITLE_ABOUT, OpenedRow
from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.cards import EmptyState
from ui.widgets.dialogs import give_room
from ui.widgets.states import StateCard
from ui.widgets.tables import RowsModel, TableView
from ui.widgets.text import Text, announce

COLUMNS = ("When", "Who", "Whose record", "NHS No.", "Why")
WIDTHS = (142, 130, 210, 112)


class OpeningsDialog(QDialog):
    """Enter opens the record of the row."""

    open_wanted = Signal(object)
    """An `OpenedRow`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = theme_in_use()
        self.title = Text(TITLE, "section")
        self.table = TableView(TITLE)
        self.model: RowsModel[OpenedRow] = RowsModel(COLUMNS, _words, lambda row: row.spoken, self.table)
        self.table.setModel(self.model)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.opened.connect(self._open)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, theme.px(width))
        self.empty = EmptyState("eye", NONE, NONE_DO)
        inner = QWidget()
        column_ = QVBoxLayout(inner)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addWidget(self.table)
        column_.addWidget(self.empty)
        self.empty.hide()
        self.state = StateCard(inner)
        self.close_button = Button("Close")
        self.close_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(Text(TITLE_ABOUT, "dense", "text-2", wrap=True), 1)
        row.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(self.title)
        whole.addWidget(self.state, 1)
        whole.addLayout(row)
        give_room(self, 980, 520)

    def show_rows(self, rows: Sequence[OpenedRow]) -> None:
        self.state.show_content()
        self.model.fill(rows)
        self.title.setText(f"{TITLE} ({len(rows)})")
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        if rows:
            self.table.selectRow(0)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, NONE)

    def _open(self, place: int) -> None:
        row = self.model.rows[place]
        self.accept()
        self.open_wanted.emit(row)


def _words(row: OpenedRow) -> tuple[str, ...]:
    return (row.at, row.by, row.name, row.nhs, row.why)
