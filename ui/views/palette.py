"""One field and one list, over everything: people and commands."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.palette import PaletteRow, RowKind
from ui.theme import tabular_figures, theme_in_use
from ui.widgets.text import ChipKind, Icon, KeyCap, Text, announce, paint_chip

WIDTH = 560
ROW, HEADING = 38, 28
SHOWN_AT_MOST = 9
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
ICONS = {RowKind.PERSON: "user-round", RowKind.COMMAND: "corner-down-left"}
CHIPS: dict[str, ChipKind] = {"warn": "warn", "neutral": "neutral"}
MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: SHOWN_AT_MOST, Qt.Key.Key_PageUp: -SHOWN_AT_MOST}


class PaletteView(QDialog):
    """Typing stays in the field; Up and Down move in the list; Enter takes the row; Escape closes."""

    typed = Signal(str)
    chosen = Signal(object)
    """The `PaletteRow` taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self.setObjectName("palette")
        self.setWindowTitle("Search people and commands")
        self.setModal(True)
        self.field, self.list = QLineEdit(), QListView()
        self.field.setObjectName("palette-field")
        self.field.setFrame(False)
        self.field.setAccessibleName("Search people and commands")
        self.field.setPlaceholderText("Name, NHS number or date of birth; > for a command")
        self.field.textChanged.connect(self.typed)
        self.field.installEventFilter(self)
        self._rows = _Rows(self)
        self.list.setModel(self._rows)
        self.list.setItemDelegate(_RowPainter(self.list))
        self.list.setAccessibleName("Results")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.none = Text("", "cell", strong=True, wrap=True)
        self.what_to_do = Text("", "dense", "text-2", wrap=True)
        self._lay_out()
        self.show_rows((), ("", ""))

    def show_rows(self, rows: Sequence[PaletteRow], none: tuple[str, str]) -> None:
        """The answer; the first that can be chosen is. `none` says what is true without any, and what to do."""
        self._rows.fill(rows)
        first = next((place for place, row in enumerate(rows) if row.kind is not RowKind.HEADING), -1)
        self.list.setVisible(bool(rows))
        for words, label in zip(none, (self.none, self.what_to_do), strict=True):
            label.setText(words)
            label.setVisible(bool(words) and not rows)
        if first >= 0:
            self.list.setCurrentIndex(self._rows.index(first))
            self.list.scrollToTop()
        self._fit()

    @property
    def current(self) -> PaletteRow | None:
        index = self.list.currentIndex()
        return self._rows.rows[index.row()] if index.isValid() else None

    def move_by(self, by: int) -> None:
        """To the next row that can be chosen; round at the ends when it goes one by one."""
        places = [place for place, row in enumerate(self._rows.rows) if row.kind is not RowKind.HEADING]
        if not places:
            return
        here = places.index(self.list.currentIndex().row()) if self.list.currentIndex().row() in places else -1
        there = here + by
        there = there % len(places) if abs(by) == 1 else min(max(there, 0), len(places) - 1)
        self.list.setCurrentIndex(self._rows.index(places[there]))
        if self.current is not None:
            announce(self.field, self.current.spoken)

    def eventFilter(self, watched: object, event: object) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in MOVES and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self.move_by(MOVES[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentIndex().row())
                return True
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setPen(QPen(theme.colour("line-strong"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _take(self, place: int) -> None:
        if 0 <= place < len(self._rows.rows) and self._rows.rows[place].kind is not RowKind.HEADING:
            self.chosen.emit(self._rows.rows[place])

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 12, 6)
        top.setSpacing(8)
        top.addWidget(Icon("search", "text-2", 17))
        top.addWidget(self.field, 1)
        top.addWidget(KeyCap("Esc"))
        whole.addLayout(top)
        line = QWidget()
        line.setObjectName("rule")
        whole.addWidget(self.list, 1)
        below = QVBoxLayout()
        below.setContentsMargins(14, 4, 14, 10)
        below.addWidget(self.none)
        below.addWidget(self.what_to_do)
        whole.addLayout(below)
        whole.addStretch(0)

    def _fit(self) -> None:
        """As high as its rows, up to a screenful of them; never wider or higher than its window."""
        theme = theme_in_use()
        over = self.parentWidget()
        room = over.size() if over else QSize(theme.px(WIDTH), 4000)
        height = sum(theme.px(HEADING if row.kind is RowKind.HEADING else ROW) for row in self._rows.rows)
        height = min(height, theme.px(ROW) * SHOWN_AT_MOST)
        self.setFixedWidth(min(theme.px(WIDTH), room.width() - 16))
        above = theme.px(44) + (0 if self._rows.rows else theme.px(58))
        most = max(theme.px(120), room.height() - theme.px(60))
        self.list.setFixedHeight(min(height + 6, most - above) if self._rows.rows else 0)
        self.setFixedHeight(min(above + (height + 22 if self._rows.rows else 0), most))


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[PaletteRow, ...] = ()

    def fill(self, rows: Sequence[PaletteRow]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.words
        return row.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.rows[index.row()].kind is RowKind.HEADING:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _RowPainter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self._row(index)
        return QSize(100, theme_in_use().px(HEADING if row.kind is RowKind.HEADING else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, theme = self._row(index), theme_in_use()
        rect = QRect(option.rect)
        state = option.state
        painter.save()
        if row.kind is RowKind.HEADING:
            painter.setPen(theme.colour("text-2"))
            painter.setFont(theme.font("caption", 600))
            painter.drawText(rect.adjusted(12, 0, -12, -2), Qt.AlignmentFlag.AlignVCenter, row.words)
            painter.restore()
            return
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selected"))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.colour("primary"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("surface-2"))
        side = theme.px(16)
        ratio = painter.device().devicePixelRatioF()
        drawn = theme.pixmap(ICONS[row.kind], "text-2", side, ratio)
        painter.drawPixmap(QPoint(rect.left() + 13, rect.center().y() - side // 2), drawn)
        left, right = rect.left() + 13 + side + 10, rect.right() - 12
        right = self._paint_beside(painter, row, rect, right)
        for words, kind in reversed(row.marks):
            width = QFontMetrics(theme.font("caption", 500)).horizontalAdvance(words) + 20
            chip = QRectF(right - width, rect.center().y() - theme.px(10), width, theme.px(20))
            paint_chip(painter, chip, words, CHIPS[kind])
            right -= width + 8
        self._paint_words(painter, row, QRect(left, rect.top(), right - left, rect.height()))
        painter.restore()

    def _paint_beside(self, painter: QPainter, row: PaletteRow, rect: QRect, right: int) -> int:
        """Born, or the key as a cap; answers where it begins."""
        theme = theme_in_use()
        if not row.beside:
            return right
        font = tabular_figures(theme.font("dense" if row.kind is RowKind.PERSON else "caption"))
        painter.setFont(font)
        width = QFontMetrics(font).horizontalAdvance(row.beside) + 2
        if row.kind is RowKind.COMMAND:
            width += 10
            cap = QRectF(right - width + 0.5, rect.center().y() - theme.px(9) + 0.5, width - 1, theme.px(18))
            painter.setPen(theme.colour("line"))
            painter.setBrush(theme.colour("surface-2"))
            painter.drawRoundedRect(cap, 3, 3)
            painter.setPen(theme.colour("text-2"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, row.beside)
        else:
            painter.setPen(theme.colour("text-2"))
            box = QRect(right - width, rect.top(), width, rect.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, row.beside)
        return right - width - 10

    def _paint_words(self, painter: QPainter, row: PaletteRow, room: QRect) -> None:
        """The words in full, and what is left of the room for what is said about them."""
        theme = theme_in_use()
        font = theme.font("cell", 600 if row.kind is RowKind.PERSON else 400)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        metrics, middle = QFontMetrics(font), Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, middle, metrics.elidedText(row.words, Qt.TextElideMode.ElideRight, room.width()))
        rest = room.adjusted(metrics.horizontalAdvance(row.words) + 12, 0, 0, 0)
        if row.about and rest.width() > theme.px(60):
            small = theme.font("dense")
            painter.setFont(small)
            painter.setPen(theme.colour("text-3"))
            words = QFontMetrics(small).elidedText(row.about, Qt.TextElideMode.ElideRight, rest.width())
            if row.kind is not RowKind.PERSON or words == row.about:  # part of a number is worse than none
                painter.drawText(rest, middle, words)

    def _row(self, index: Index) -> PaletteRow:
        model = index.model()
        assert isinstance(model, _Rows)
        return model.rows[index.row()]
