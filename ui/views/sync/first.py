"""The first exchange: its stages, how far it is, and whether everything is here before it says so."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from smf_desktop.presenters.sync.first import FirstRows
from ui.theme import theme_in_use
from ui.views.parts import stack
from ui.widgets.buttons import Button
from ui.widgets.text import Icon, Text, announce
from ui.widgets.tracks import Bar

ICONS = {"done": ("circle-check", "ok"), "now": ("loader-circle", "primary"), "later": ("circle", "text-3")}
WIDEST = 620


class FirstFetchView(QWidget):
    """Shows the stages; says what was pressed."""

    stop_wanted = Signal()
    go_on_wanted = Signal()
    finished = Signal()
    """Everything is here, and the person goes on to their work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.about = Text("", "page", wrap=True), Text("", "body", "text-2", wrap=True)
        self.bar = Bar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("First sync")
        self.bar.setMaximumWidth(theme_in_use().px(WIDEST))
        column = stack(self, gap=10, margins=(0, 8, 0, 24))
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addWidget(self.bar)
        holder = QWidget()
        self._stages = stack(holder, gap=6)
        column.addWidget(holder)
        column.addStretch(1)
        self.stop, self.go_on = Button("Stop for now"), Button("Go on", "primary")
        self.begin = Button("Start work", "primary")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button, signal in (
            (self.stop, self.stop_wanted),
            (self.go_on, self.go_on_wanted),
            (self.begin, self.finished),
        ):
            button.clicked.connect(signal)
            buttons.addWidget(button)
        column.addLayout(buttons)
        self._lines: list[tuple[Icon, Text, Text]] = []

    def show_rows(self, rows: FirstRows) -> None:
        if rows.title != self.title.text():
            announce(self, f"{rows.title}. {rows.about}")
        self.title.setText(rows.title)
        self.about.setText(rows.about)
        self.bar.setVisible(rows.bar is not None)
        if rows.bar is not None:
            done, of = rows.bar
            self.bar.setRange(0, of)
            self.bar.setValue(done)
        while len(self._lines) < len(rows.stages):
            self._add_line()
        for (icon, words, count), row in zip(self._lines, rows.stages, strict=True):
            icon.turn_into(*ICONS[row.state])
            words.setText(row.words)
            words.set_strong(row.state == "now")
            words.setAccessibleName(f"{row.words}, {row.state} {row.count}".strip())
            count.setText(row.count)
        self._offer(rows)

    def _add_line(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        icon, words, count = Icon("circle", "text-3", 17), Text("", "cell"), Text("", "dense", "text-2", tabular=True)
        for part in (icon, words, count):
            line.addWidget(part)
        line.addStretch(1)
        self._stages.addLayout(line)
        self._lines.append((icon, words, count))

    def _offer(self, rows: FirstRows) -> None:
        before = self.focusWidget()
        self.stop.setVisible(not rows.ended)
        self.go_on.setVisible(rows.ended and not rows.whole)
        self.begin.setVisible(rows.whole)
        shown = next(button for button in (self.stop, self.go_on, self.begin) if button.isVisibleTo(self))
        if before is not shown:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
