"""Tools, Checklists: a table of versions, and below it the approval of the one selected."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from smf_desktop.presenters.checklists import ChecklistsRows, VersionRow
from ui.theme import theme_in_use
from ui.views.parts import Line, height, stack
from ui.widgets.buttons import Button
from ui.widgets.dates import DateField
from ui.widgets.fields import Field
from ui.widgets.notices import Notice
from ui.widgets.tables import TableView
from ui.widgets.text import Text

WIDTHS = (150, 70, 190, 170, 170, 116, 116)
STATE = 2
"""The column that says whether a version is approved; it has a colour, too."""


class ChecklistsView(QWidget):
    """Shows rows and says what was wanted; holds nothing of the checklists itself."""

    approve_wanted = Signal(str, str, str, str)
    """Skill, version, role, and the review date as typed."""

    close_wanted = Signal()

    def __init__(
        self,
        columns: Sequence[str],
        not_lead: tuple[str, str],
        parse: Callable[[str], date | None],
        parent: QWidget | None = None,
    ) -> None:
        """`not_lead` is said to everyone who may not approve; `parse` reads a typed date, None when it cannot."""
        super().__init__(parent)
        self._rows: tuple[VersionRow, ...] = ()
        self.about = Text("", "cell", "text-2", wrap=True)
        self.table = TableView("Checklist versions")
        self._model = QStandardItemModel(0, len(columns), self)
        self._model.setHorizontalHeaderLabels(list(columns))
        self.table.setModel(self._model)
        self.table.horizontalHeader().setSectionsClickable(False)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, height(width))
        self.contents = Text("", "dense", "text-2", wrap=True)
        self.refusal = Notice(*not_lead)
        self.trouble = Notice("", kind="danger")
        self.role, self.review = Line(dense=False), DateField(parse)
        self.fields = {
            "role": Field("Your role, as it is to stand on the approval", self.role),
            "review": Field("Next review", self.review, hint="A date such as 17/11/2027 or +52w"),
        }
        self.signs_as = Text("", "dense", "text-2", wrap=True)
        self.close_button, self.approve = Button("Close", shortcut="Esc"), Button("Approve version", "primary")
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._show_one(now.row()))
        self.table.opened.connect(lambda _row: self.role.setFocus(Qt.FocusReason.OtherFocusReason))
        self.approve.clicked.connect(self.ask)
        self.review.returnPressed.connect(self.ask)
        self.role.returnPressed.connect(self.ask)
        self.close_button.clicked.connect(self.close_wanted)

    def show_rows(self, rows: ChecklistsRows) -> None:
        """Show every version; the one selected stays selected, and what was typed stays."""
        chosen = max(0, self.table.currentIndex().row())
        self._rows = rows.versions
        self.about.setText(rows.about)
        self._model.setRowCount(0)
        theme = theme_in_use()
        for row in rows.versions:
            items = [QStandardItem(words) for words in row.cells]
            items[0].setFont(theme.font("cell", 600))
            items[STATE].setForeground(theme.colour(row.tone))
            for item in items:
                item.setEditable(False)
            self._model.appendRow(items)
        self._form.setVisible(rows.may_approve)
        self.approve.setVisible(rows.may_approve)
        self.refusal.setVisible(not rows.may_approve)
        self.signs_as.setText(rows.signs_as)
        if rows.versions:
            self.table.selectRow(min(chosen, len(rows.versions) - 1))

    def ask(self) -> None:
        """Ask for the approval of the version selected."""
        row = self._selected()
        if row is not None and not self._form.isHidden():
            self.trouble.hide()
            self.approve_wanted.emit(row.skill, row.version, self.role.text(), self.review.text())

    def tell(self, problems: Mapping[str, str]) -> None:
        """Mark what is missing, and go to the first of it."""
        for key, field in self.fields.items():
            field.tell("hard" if key in problems else "", problems.get(key, ""))
        first = next((field.control for key, field in self.fields.items() if key in problems), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def complain(self, happened: str, do: str) -> None:
        """Say what went wrong; everything typed stays."""
        self.trouble.tell(happened, do, "danger")
        self.trouble.show()

    def _selected(self) -> VersionRow | None:
        row = self.table.currentIndex().row()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _show_one(self, place: int) -> None:
        row = self._rows[place] if 0 <= place < len(self._rows) else None
        self.contents.setText(row.about if row else "")
        self.approve.setText(row.approve if row else "Approve version")
        self.approve.updateGeometry()

    def _lay_out(self) -> None:
        whole = stack(self, gap=10, margins=(18, 14, 18, 14))
        whole.addWidget(self.about)
        self.table.setMinimumHeight(height(96))
        whole.addWidget(self.table, 1)
        whole.addWidget(self.contents)
        whole.addWidget(self.refusal)
        whole.addWidget(self.trouble)
        self.trouble.hide()
        self._form = QWidget()
        grid = QGridLayout(self._form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)
        for column, field in enumerate(self.fields.values()):
            grid.addWidget(field, 0, column, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.signs_as, 1, 0, 1, 2)
        whole.addWidget(self._form)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.approve)
        whole.addLayout(row)
