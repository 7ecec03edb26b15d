"""A page for when there is nothing else to show: what happened, what is safe, what to do."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.buttons import Button
from ui.widgets.notices import Notice
from ui.widgets.people import ProductMark
from ui.widgets.text import Text


class TroubleView(QWidget):
    """The store cannot be opened at all. First focus: Try again."""

    again = Signal()
    closed = Signal()
    restore_wanted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.notice = Notice("", kind="danger")
        self.try_again, self.close_it = Button("Try again", "primary"), Button("Close")
        self.restore = Button("Restore a backup", "link")
        sheet = QWidget()
        sheet.setMaximumWidth(640)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(ProductMark(44))
        column.addWidget(Text(title, "page"))
        column.addWidget(self.notice)
        row = QHBoxLayout()
        row.addWidget(self.try_again)
        row.addWidget(self.close_it)
        row.addWidget(self.restore)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        across = QHBoxLayout(self)
        across.addWidget(sheet)
        self.try_again.clicked.connect(self.again)
        self.close_it.clicked.connect(self.closed)
        self.restore.clicked.connect(self.restore_wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def tell(self, true: str, do: str) -> None:
        self.notice.tell(true, do, "danger")
        self.try_again.setFocus(Qt.FocusReason.OtherFocusReason)
