"""Over the reports page: how a figure was counted, and a report that is being saved."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from smf_desktop.presenters.reports.rows import FigureRow
from ui.theme import theme_in_use
from ui.views.parts import scrolling, stack
from ui.widgets.buttons import Button
from ui.widgets.cards import rule
from ui.widgets.dialogs import give_room
from ui.widgets.text import Text, announce
from ui.widgets.tracks import Bar


class HowCounted(QDialog):
    """All that is said of one figure: the counts, what must be read with it, and its whole definition."""

    def __init__(self, row: FigureRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("How it was counted")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text(row.title, "section", wrap=True))
        inner = QWidget()
        column = stack(inner, gap=6)
        for name, words in row.counts:
            line = QHBoxLayout()
            line.setSpacing(10)
            label = Text(name, "cell", "text-2")
            label.setFixedWidth(theme_in_use().px(110))
            line.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(words, "cell", strong=True, wrap=True, tabular=True), 1)
            column.addLayout(line)
        if row.reason:
            column.addWidget(Text(row.reason, "cell", strong=True, wrap=True))
        for words in (row.means, *row.beside):
            column.addWidget(Text(words, "cell", wrap=True))
        column.addWidget(rule())
        column.addWidget(Text(f"Definition, version {row.version}", "dense", "text-2", strong=True))
        column.addWidget(Text(row.definition, "dense", wrap=True))
        column.addStretch(1)
        self.area = scrolling(inner)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName(row.spoken)
        self.area.setAccessibleDescription(" ".join((*row.beside, row.definition)))
        whole.addWidget(self.area, 1)
        self.close_button = Button("Close")
        self.close_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        whole.addLayout(foot)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        give_room(self, 620, 460)


class Saving(QDialog):
    """A report on its way to a file. Stop, or Esc, and nothing of it is kept."""

    stop_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save report")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(theme_in_use().px(420))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(12)
        whole.addWidget(Text(f"Saving {name}", "section", wrap=True))
        whole.addWidget(Text("The file is there whole, or not at all.", "cell", "text-2", wrap=True))
        self.bar = Bar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName("Progress")
        whole.addWidget(self.bar)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.stop = Button("Stop")
        self.stop.clicked.connect(self.reject)
        foot.addWidget(self.stop)
        whole.addLayout(foot)
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, 1_000)
        self.bar.setValue(1_000 * done // max(1, total))

    def reject(self) -> None:
        """What was begun is stopped at its next piece; the window stays until then."""
        self.stop.set_busy("Stopping")
        announce(self, "Stopping")
        self.stop_wanted.emit()
