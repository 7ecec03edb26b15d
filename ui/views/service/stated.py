"""What the service stated of one thing, in a card. Enter shows it whole and withdraws it; the log says who and when."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Signal

from smf_desktop.presenters.service.stated import StatedRow, standing
from ui.theme import theme_in_use
from ui.views.team.lists import ListCard, RowsTable
from ui.widgets.buttons import Button
from ui.widgets.tables import HEADER
from ui.widgets.text import Text

T = TypeVar("T")
MOST = 420
"""Pixels at 100 % before a table scrolls by itself."""
HEAD_SIDES, TWO_LINES = 24, 46


class ShortTable(RowsTable[T]):
    """As high as its rows, up to some: the page scrolls for the rest."""

    def fit(self) -> None:
        super().fit()
        self._fit_heads()
        rows = sum(self.rowHeight(row) for row in range(self.model().rowCount()))
        high = self.horizontalHeader().height() + rows + 2 * self.frameWidth() + 1
        self.setFixedHeight(min(high, theme_in_use().px(MOST)))

    def _fit_heads(self) -> None:
        """The names of the columns take a second line where one of them would be cut off."""
        header, model = self.horizontalHeader(), self.model()
        names = [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in range(header.count())]
        wide = [header.fontMetrics().horizontalAdvance(name) + HEAD_SIDES for name in names]
        wraps = any(room > self.columnWidth(place) for place, room in enumerate(wide))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        header.setDefaultAlignment(left | Qt.TextFlag.TextWordWrap if wraps else left)
        header.setFixedHeight(theme_in_use().px(TWO_LINES if wraps else HEADER))


class StatedCard(ListCard[StatedRow]):
    """Those that stand; the withdrawn ones are in the log."""

    stating_wanted = Signal()
    log_wanted = Signal()
    row_wanted = Signal(object)
    """The `StatedRow` that is meant."""

    def __init__(self, title: str, columns: Sequence[tuple[str, int]], nobody: str, state: str = "State") -> None:
        """`columns` are of what, what was said, its source and who stated it; `state` is the word of the button."""
        table: ShortTable[StatedRow] = ShortTable(title, columns, lambda row: row.words, lambda row: row.spoken)
        super().__init__(title, "", table, nobody)
        self._rows: Sequence[StatedRow] = ()
        self.log, self.state = Button("Log", "link"), Button(f"{state}...", "link")
        self.log.setAccessibleName(f"Log, {title}")
        self.state.setAccessibleName(f"{state}, {title}")
        self.header.addWidget(self.log)
        self.header.addWidget(self.state)
        self.words = Text("", "dense", "text-2", wrap=True)
        self.words.setContentsMargins(12, 4, 12, 4)
        self.words.hide()
        self.body.addWidget(self.words)
        self.body.addStretch(1)
        self.state.clicked.connect(self.stating_wanted)
        self.log.clicked.connect(self.log_wanted)
        table.chosen.connect(lambda place: self.row_wanted.emit(self._rows[place]))

    def show_stated(self, rows: Sequence[StatedRow], *, may: bool, words: str = "") -> None:
        """`may`: whether whoever looks may state more; `words` stand under the table."""
        self._rows = standing(rows)
        self.fill(self._rows)
        self.log.setVisible(bool(rows))
        self.state.setVisible(may)
        self.words.setText(words)
        self.words.setVisible(bool(words))
