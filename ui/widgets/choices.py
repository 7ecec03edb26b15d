"""Choosing among a few things that need words: radio tiles, and chips that are on or off."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QRadioButton, QSizePolicy, QWidget

from ui.style import draw_chip, draw_radio
from ui.theme import theme_in_use
from ui.widgets.flow import FlowLayout
from ui.widgets.roving import Roving
from ui.widgets.text import give_role


class ChoiceTiles(QWidget):
    """One of several, each with a line about it. Nothing is preset; arrows move and choose."""

    chosen = Signal(str)

    def __init__(
        self,
        tiles: Sequence[tuple[str, str, str]],
        *,
        columns: int = 2,
        about: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`tiles` are (key, title, note)."""
        super().__init__(parent)
        self.setAccessibleName(about)
        give_role(self, QAccessible.Role.Grouping)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self._group = QButtonGroup(self)
        self.tiles: dict[str, QRadioButton] = {}
        for place, (key, title, note) in enumerate(tiles):
            tile = _Tile(title, note)
            self._group.addButton(tile)
            self.tiles[key] = tile
            grid.addWidget(tile, place // columns, place % columns)
            tile.toggled.connect(lambda on, key=key: self._tell(key, on))
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self._enter_at_choice()

    @property
    def value(self) -> str:
        """The key chosen, "" for none."""
        return next((key for key, tile in self.tiles.items() if tile.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Show a choice, "" for none; says nothing back."""
        self.blockSignals(True)
        self._group.setExclusive(False)
        for name, tile in self.tiles.items():
            tile.setChecked(name == key)
        self._group.setExclusive(True)
        self.blockSignals(False)
        self._enter_at_choice()

    def _enter_at_choice(self) -> None:
        """Tab stops at the tile chosen, or at the first: not at one that a key would choose by accident."""
        stop = self.tiles.get(self.value) or next(iter(self.tiles.values()))
        for tile in self.tiles.values():
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tile is stop else Qt.FocusPolicy.ClickFocus)

    def _tell(self, key: str, on: bool) -> None:
        if on:
            self.chosen.emit(key)


class _Tile(QRadioButton):
    def __init__(self, title: str, note: str) -> None:
        super().__init__(title)
        self._note = note
        self.setAccessibleDescription(note)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        width = QFontMetrics(theme.font("cell", 600)).horizontalAdvance(self.text())
        width = max(width, QFontMetrics(theme.font("dense")).horizontalAdvance(self._note))
        return QSize(width + theme.px(17) + 34, self._tall(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_in_use().px(140), theme_in_use().px(46))

    def heightForWidth(self, width: int) -> int:
        return self._tall(width - theme_in_use().px(17) - 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        edge = "primary" if on else "line-strong" if self.isEnabled() else "line"
        painter.setPen(QPen(theme.colour(edge), 2 if on else 1))
        fill = "selected" if on or self.isDown() else "surface-3" if self.underMouse() else "surface"
        painter.setBrush(theme.colour(fill if self.isEnabled() else "surface-2"))
        inset = 1 if on else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
        side = theme.px(17)
        draw_radio(painter, QRectF(11, 6, side, side), on, theme)
        words = QRect(side + 20, 5, self.width() - side - 30, self.height() - 8)
        painter.setPen(theme.colour("text" if self.isEnabled() else "disabled"))
        painter.setFont(theme.font("cell", 600))
        used = painter.drawText(words, _WRAP, self.text())
        painter.setPen(theme.colour("text-2" if self.isEnabled() else "disabled"))
        painter.setFont(theme.font("dense"))
        painter.drawText(words.adjusted(0, _height(used), 0, 0), _WRAP, self._note)
        painter.end()

    def _tall(self, width: int) -> int:
        theme = theme_in_use()
        box = QRect(0, 0, max(60, width), 1000)
        title = QFontMetrics(theme.font("cell", 600)).boundingRect(box, _WRAP, self.text()).height()
        note = QFontMetrics(theme.font("dense")).boundingRect(box, _WRAP, self._note).height() if self._note else 0
        return max(theme.px(46), title + note + 12)


_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft


def _height(used: object) -> int:
    return round(used.height()) if isinstance(used, QRect | QRectF) else 0


class ToggleChips(QWidget):
    """Several of several. One tab stop: the arrow keys move, Space turns a chip on or off."""

    changed = Signal(tuple)
    """The keys that are on, in the order they are shown."""

    def __init__(
        self,
        chips: Sequence[tuple[str, str]],
        *,
        about: str = "",
        icons: Mapping[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`chips` are (key, words); `icons` stand before the words of a chip that is off, by key."""
        super().__init__(parent)
        self.setAccessibleName(about)
        give_role(self, QAccessible.Role.Grouping)
        flow = FlowLayout(self, gap=6, line_gap=5)
        self.chips = {key: _ToggleChip(words, (icons or {}).get(key, "")) for key, words in chips}
        for chip in self.chips.values():
            flow.addWidget(chip)
            chip.clicked.connect(lambda _on: self.changed.emit(self.value))
        Roving(self, list(self.chips.values()))
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def value(self) -> tuple[str, ...]:
        return tuple(key for key, chip in self.chips.items() if chip.isChecked())

    def set_value(self, keys: Iterable[str]) -> None:
        """Show which are on; says nothing back."""
        on = set(keys)
        for key, chip in self.chips.items():
            chip.setChecked(key in on)


class _ToggleChip(QPushButton):
    def __init__(self, words: str, icon: str = "") -> None:
        super().__init__(words)
        self._icon = icon
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self.updateGeometry())

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        width = QFontMetrics(theme.font("dense", 600)).horizontalAdvance(self.text())
        marked = self.isChecked() or self._icon
        return QSize(width + 20 + (theme.px(14) + 5 if marked else 0), theme.px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        on = self.isChecked()
        draw_chip(painter, self.rect(), on, self.underMouse(), theme)
        x = 10
        ink = "on-primary" if on else "text"
        if mark := "check" if on else self._icon:
            side = theme.px(14)
            drawn = theme.pixmap(mark, ink, side, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(x - 1, (self.height() - side) // 2), drawn)
            x += side + 5
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font("dense", 600))
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
