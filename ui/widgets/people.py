"""Who is at this laptop: a list to choose one from, and the navy side that stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.roving import Roving
from ui.widgets.text import give_role

ROW, LINE = 55, 18
"""How high a person's row of two lines is, and a third line."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person to choose: `beside` stands at the right while they are not chosen, `under` below it always."""

    key: str
    name: str
    about: str
    initials: str
    beside: str = ""
    under: str = ""


class PersonList(QFrame):
    """Exactly one is chosen. Up and Down move and choose; one tab stop."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("People who use this laptop")
        give_role(self, QAccessible.Role.Grouping)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._group = QButtonGroup(self)
        self._rows: dict[str, _PersonRow] = {}
        self._roving: Roving | None = None

    def fill(self, people: Sequence[PersonLine]) -> None:
        for row in self._rows.values():
            self._group.removeButton(row)
            row.setParent(None)
            row.deleteLater()
        self._rows = {person.key: _PersonRow(person, first=place == 0) for place, person in enumerate(people)}
        for key, row in self._rows.items():
            self._column.addWidget(row)
            self._group.addButton(row)
            row.clicked.connect(lambda _on, key=key: self.choose(key))
        self._roving = Roving(self, list(self._rows.values()))
        self._stack()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack()

    def _stack(self) -> None:
        stacked = any(row.wide > self.width() for row in self._rows.values())
        for row in self._rows.values():
            row.stack(stacked)

    @property
    def value(self) -> str:
        """The key of the person chosen, "" for none."""
        return next((key for key, row in self._rows.items() if row.isChecked()), "")

    def choose(self, key: str) -> None:
        row = self._rows[key]
        row.setChecked(True)
        if self._roving:
            self._roving.enter_at(row)
        for each in self._rows.values():
            each.say()
        self.chosen.emit(key)

    def step(self, by: int) -> None:
        """Choose the next person, or the one before."""
        keys = list(self._rows)
        if keys:
            now = keys.index(self.value) if self.value else -by
            self.choose(keys[(now + by) % len(keys)])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def watch_for(self, typed_in: QWidget) -> None:
        """Up and Down also choose while the focus is in this field."""
        typed_in.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if by:
                self.step(by)
                return True
        return False


class _PersonRow(QToolButton):
    def __init__(self, person: PersonLine, *, first: bool) -> None:
        super().__init__()
        self._person, self._first, self._stacked = person, first, False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        give_role(self, QAccessible.Role.RadioButton)
        self.say()

    def say(self) -> None:
        state = "selected" if self.isChecked() else self._person.beside
        said = (self._person.name, self._person.about, state, self._person.under)
        self.setAccessibleName(", ".join(word for word in said if word))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(260), theme_in_use().px(ROW + LINE if self._stacked else ROW))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def wide(self) -> int:
        """The width that its two facts need on one line."""
        theme = theme_in_use()
        metrics = QFontMetrics(theme.font("dense"))
        words = sum(metrics.horizontalAdvance(each) for each in (self._person.about, self._person.under))
        return words + theme.px(34) + 49 if self._person.under else 0

    def stack(self, stacked: bool) -> None:
        """Whether what stands at the right below goes on a third line."""
        if stacked != self._stacked:
            self._stacked = stacked
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if on else "surface-2"))
            painter.drawRect(self.rect())
        if not self._first:
            painter.setPen(theme.colour("line"))
            painter.drawLine(0, 0, self.width(), 0)
        side = theme.px(34)
        circle = QRectF(12, (self.height() - side) / 2, side, side)
        painter.setPen(QPen(theme.colour("soft-line"), 1))
        painter.setBrush(theme.colour("soft"))
        painter.drawEllipse(circle.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(theme.colour("link"))
        painter.setFont(theme.font("cell", 600))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, self._person.initials)
        left, half = 12 + side + 12, theme.px(ROW) // 2
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("body", 600))
        low, high = Qt.AlignmentFlag.AlignBottom, Qt.AlignmentFlag.AlignTop
        painter.drawText(QRect(left, 0, self.width() - left, half), low, self._person.name)
        painter.setPen(theme.colour("text-2"))
        painter.setFont(theme.font("dense"))
        painter.drawText(QRect(left, half + 1, self.width() - left, half), high, self._person.about)
        if self._stacked and self._person.under:
            painter.drawText(QRect(left, half + theme.px(LINE), self.width() - left, half), high, self._person.under)
        self._paint_right(painter)
        painter.end()

    def _paint_right(self, painter: QPainter) -> None:
        theme = theme_in_use()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        right = self.rect().adjusted(0, 0, -13, 0)
        if self._person.under:
            painter.setFont(theme.font("dense"))
            low = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
            half = theme.px(ROW) // 2
            if not self._stacked:
                painter.drawText(right.adjusted(0, half + 1, 0, 0), low, self._person.under)
            right.setBottom(half)
            middle = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight
        if not self.isChecked():
            painter.setFont(theme.font("dense"))
            painter.drawText(right, middle, self._person.beside)
            return
        painter.setPen(theme.colour("link"))
        painter.setFont(theme.font("cell", 600))
        used = painter.boundingRect(right, middle, "Selected")
        painter.drawText(right, middle, "Selected")
        side = theme.px(17)
        drawn = theme.pixmap("circle-check", "link", side, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(used.left() - side - 5, used.center().y() - side // 2), drawn)


class SidePanel(QFrame):
    """The navy left of a page that stands alone; gone where there is no room for it."""

    LEAST_WINDOW = 900

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._wide = width
        self.column = QVBoxLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setFixedWidth(width)

    def fit(self, window_width: int) -> None:
        self.setVisible(window_width >= theme_in_use().px(self.LEAST_WINDOW))


class PanelPage(QWidget):
    """A page that stands alone: the panel at its left, and in what is left of the window a middle no wider than reads
    well. Who makes a page lays both out."""

    def __init__(self, *, panel: int, widest: int, parent: QWidget | None = None) -> None:
        """`panel` in pixels as they are, `widest` (of the middle) at the ordinary size of text."""
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.side, self.middle = SidePanel(panel), QWidget()
        self.middle.setObjectName("scrolled")
        self._widest = widest

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)  # the left side gives way and the rest scrolls

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.side.fit(self.width())
        self.middle.setMaximumWidth(theme_in_use().px(self._widest))


class ProductMark(QWidget):
    """Four rising bars and a dot."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        drawn = theme.pixmap("app-mark", "nav-mark", self._side, self.devicePixelRatioF())
        painter.drawPixmap(0, 0, drawn)
        painter.end()
