"""Two people side by side, with the answers as buttons: the same person, someone else, or not sure."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStyleOptionViewItem, QVBoxLayout, QWidget

from smf_desktop.presenters.referral.compare import CompareRow, CompareRows
from ui.theme import theme_in_use
from ui.views.left_off import TypedDialog
from ui.views.referral.tables import Index, SharedTable
from ui.views.row_paint import draw_figures
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.fields import ChoiceField, Field
from ui.widgets.notices import Notice
from ui.widgets.tables import RowDelegate, RowsModel
from ui.widgets.text import Text

WIDTHS = (110, 240, 240, 90)


@dataclass(frozen=True, slots=True)
class Answer:
    """One button. `reason`: it needs the reason and the record to keep, where those are asked."""

    key: str
    words: str
    kind: ButtonKind = "secondary"
    needs: bool = False


class CompareDialog(TypedDialog):
    """Every field of both. Esc leaves it and changes nothing; what is answered is told once."""

    answered = Signal(str, str, str)
    """The answer's key, the record to keep (left or right), the reason."""

    def __init__(
        self,
        title: str,
        rows: CompareRows,
        answers: Sequence[Answer],
        *,
        about: str = "",
        keeps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`keeps`: ask which of the two records is kept, and why."""
        super().__init__(parent)
        self.setWindowTitle(title)
        theme = theme_in_use()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text(title, "section", wrap=True))
        whole.addWidget(Text(" ".join(filter(None, (rows.summary + ".", about))), "cell", "text-2", wrap=True))
        self.trouble = Notice("", kind="danger")
        self.trouble.hide()
        for notice in (self.trouble, self.left_off):
            whole.addWidget(notice)
        self.table = _CompareTable(rows)
        whole.addWidget(self.table, 1)
        self.keep = ChoiceField((("right", f"Keep {rows.right}"), ("left", f"Keep {rows.left}")))
        self.keep.select("right")
        self.reason = QLineEdit()
        self.fields["keep"] = Field("Whose details are shown", self.keep)
        self.fields["reason"] = Field("Reason", self.reason)
        self.left_off.begun_anew.connect(self.reason.setFocus)
        if keeps:
            pair = QHBoxLayout()
            pair.setSpacing(14)
            for field in self.fields.values():
                pair.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            whole.addLayout(pair)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.cancel = Button("Cancel")
        self.cancel.clicked.connect(self.leave)
        row.addWidget(self.cancel)
        row.addStretch(1)
        self.answers = {answer.key: Button(answer.words, answer.kind) for answer in answers}
        self._needs = {answer.key: answer.needs and keeps for answer in answers}
        for key, button in self.answers.items():
            button.clicked.connect(lambda _on=False, key=key: self._answer(key))
            row.addWidget(button)
        whole.addLayout(row)
        room = parent.window().size() if parent is not None else self.size()
        self.resize(min(theme.px(820), max(560, room.width() - 40)), min(theme.px(560), max(320, room.height() - 40)))
        self.setMinimumSize(420, 280)
        self.table.setFocus()

    def complain(self, happened: str, do: str) -> None:
        """Say what went wrong; everything stays as it is."""
        for button in self.answers.values():
            button.set_busy("")
        self.trouble.tell(happened, do, "danger")
        self.trouble.show()

    def set_busy(self, key: str, words: str) -> None:
        self.answers[key].set_busy(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field answers nothing: the answers are buttons, and each says what it does."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _answer(self, key: str) -> None:
        reason = self.reason.text().strip()
        if self._needs[key] and not reason:
            self.fields["reason"].tell("hard", "Enter how you know")
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.fields["reason"].tell()
        self.trouble.hide()
        self.answered.emit(key, self.keep.key(), reason)


class _CompareTable(SharedTable):
    def __init__(self, rows: CompareRows) -> None:
        super().__init__("Both side by side", WIDTHS, row_height=33)
        model = RowsModel(("", rows.left, rows.right, ""), _words, lambda row: row.spoken, self)
        self.setModel(model)
        self.setItemDelegate(_CompareDelegate(self))
        model.fill(rows.rows)
        self.selectRow(0)


def _words(row: CompareRow) -> tuple[str, ...]:
    return (row.label, row.left, row.right, row.state.capitalize())


class _CompareDelegate(RowDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row: CompareRow = model.rows[index.row()]
        rect = self.ground(painter, option, index)
        differs = row.state == "differs"
        match index.column():
            case 0:
                draw_figures(painter, rect, row.label, ink="text-2", role="dense")
            case 1 | 2:
                words = row.left if index.column() == 1 else row.right
                draw_figures(painter, rect, words, weight=600 if differs else 400, ink="warn" if differs else "text")
            case _:
                theme = theme_in_use()
                side = theme.px(15)
                if row.state:
                    icon, tone = ("triangle-alert", "warn") if differs else ("circle-check", "ok")
                    drawn = theme.pixmap(icon, tone, side, painter.device().devicePixelRatioF())
                    painter.drawPixmap(rect.left(), rect.center().y() - side // 2, drawn)
                words = row.state.capitalize()
                draw_figures(
                    painter, rect.adjusted(side + 6, 0, 0, 0), words, ink="warn" if differs else "text-2", role="dense"
                )
