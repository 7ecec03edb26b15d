"""A list at the side: a table of two-line rows, each with one thing to do; and the same list in full."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.today.facts import ACT_WORDS, Act, SideList, SideRow
from ui.keys import is_quiet_letter
from ui.theme import theme_in_use
from ui.views.row_paint import Line, button_width, draw_button, draw_lines, lines_height
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.states import StateCard
from ui.widgets.tables import RowDelegate, RowsModel, TableView
from ui.widgets.text import Text

ROW = 46
"""A row of two short lines; one whose words need more lines is higher, so that no date is cut off."""

SHOWN = 3
"""Rows of a list at the side before it scrolls and offers "Show all"."""

TASK_LISTS = ("tasks", "urgent")
MARK = 4
"""Pixels at the left of a row that is red or late."""

Index = QModelIndex | QPersistentModelIndex
OTHER_ACTS = {Qt.Key.Key_D: Act.DONE, Qt.Key.Key_H: Act.HAND_OVER, Qt.Key.Key_O: Act.OPEN}
"""What other keys ask of a row of tasks."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row was asked to do. `record` is the visit, draft, episode, task, letter or red flag meant; `who` is how
    the row names the person."""

    act: Act
    patient: str
    record: str
    episodes: tuple[str, ...]
    who: str = ""


Wished = Callable[[Wish], object]


class SideTable(TableView):
    """Enter or Space does what the button of the row says; in a list of tasks D is done, H hands over, O opens."""

    wished = Signal(object)
    """A `Wish`."""

    def __init__(self, name: str, *, tasks: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(name, row_height=ROW, parent=parent)
        self._tasks = tasks
        self._model: RowsModel[SideRow] = RowsModel((name,), _row_words, lambda row: row.spoken, self)
        self.setModel(self._model)
        self.setItemDelegate(_SideDelegate(self))
        self.horizontalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.opened.connect(self._act)
        self._most = SHOWN
        self._measured: tuple[tuple[Sequence[SideRow], int, float], Sequence[int]] = (((), 0, 0.0), ())

    @property
    def rows(self) -> Sequence[SideRow]:
        return self._model.rows

    def fill(self, rows: Sequence[SideRow], most: int = SHOWN) -> None:
        """Show rows, `most` of them before it scrolls; the row that was chosen stays chosen, else the one after it."""
        place = self.currentIndex().row()
        chosen = self.rows[place].record if 0 <= place < len(self.rows) else ""
        self._most = most
        self._model.fill(rows)
        self._fit_rows()
        again = next((at for at, row in enumerate(rows) if row.record == chosen and chosen), place)
        if rows:
            self.selectRow(max(0, min(again, len(rows) - 1)))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        high = sum(self.rowHeight(place) for place in range(min(len(self.rows), self._most)))
        return QSize(theme.px(300), max(high, theme.px(ROW)) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_measured"):
            self._fit_rows()

    def _fit_rows(self) -> None:
        """As high as the words of each row need at this width."""
        header, before = self.verticalHeader(), self.sizeHint().height()
        for place, high in enumerate(self._heights()):
            header.resizeSection(place, high)
        if self.sizeHint().height() != before:
            self.updateGeometry()

    def _heights(self) -> Sequence[int]:
        """Measured once for the same rows, width and size of text."""
        theme, wide = theme_in_use(), self.viewport().width()
        if self._measured[0] != (self.rows, wide, theme.text):
            least, more = theme.px(ROW), theme.px(9)
            high = [max(least, lines_height(_words_of(row), wide - _beside(row)) + more) for row in self.rows]
            self._measured = ((self.rows, wide, theme.text), high)
        return self._measured[1]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_quiet_letter(event):
            event.ignore()
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        act = OTHER_ACTS.get(Qt.Key(event.key())) if self._tasks and plain else None
        place = self.currentIndex().row()
        if plain and event.key() == Qt.Key.Key_Space and place >= 0:
            self._act(place)
        elif act is not None and place >= 0:
            self.ask(act)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything that can be asked of the row, with its key (Shift+F10)."""
        place = self.currentIndex().row()
        if not 0 <= place < len(self.rows):
            return
        menu, row = QMenu(self), self.rows[place]
        menu.addAction(f"{ACT_WORDS[row.act]}\tEnter", partial(self._act, place))
        letters = {act: chr(key) for key, act in OTHER_ACTS.items()}
        for act in letters if self._tasks else (Act.OPEN,):
            if act is not row.act and (row.patient or act is not Act.OPEN):
                letter = f"\t{letters[act]}" if self._tasks else ""
                menu.addAction(f"{ACT_WORDS[act]}{letter}", partial(self._wish, place, act))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    @property
    def has_task(self) -> bool:
        """Whether a task that waits is chosen here."""
        place = self.currentIndex().row()
        return self._tasks and 0 <= place < len(self.rows) and self.rows[place].act is not Act.REOPEN

    def ask(self, act: Act) -> None:
        """Ask something of the row that is chosen. A question about a dose is not done by saying so: it is answered."""
        place = self.currentIndex().row()
        if 0 <= place < len(self.rows):
            asks = act is Act.DONE and self.rows[place].act is Act.ANSWER
            self._wish(place, Act.ANSWER if asks else act)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        where = event.position().toPoint()
        place = self.indexAt(where).row()
        if place >= 0 and event.button() is Qt.MouseButton.LeftButton:
            wide = button_width(ACT_WORDS[self.rows[place].act]) + 20
            if where.x() > self.viewport().width() - wide:
                self._act(place)

    def _act(self, place: int) -> None:
        self._wish(place, self.rows[place].act)

    def _wish(self, place: int, act: Act) -> None:
        row = self.rows[place]
        self.wished.emit(Wish(act, row.patient, row.record, row.episodes, row.name))


def _row_words(row: SideRow) -> tuple[str, ...]:
    return (f"{row.name}, {row.about}",)


class _SideDelegate(RowDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        theme, row = theme_in_use(), model.rows[index.row()]
        self.ground(painter, option, index, with_keyboard=True)
        rect = QRect(option.rect)
        if row.tone:
            fill = "danger-fill" if row.tone == "danger" else "warn-fill"
            painter.fillRect(QRect(rect.left(), rect.top(), MARK, rect.height() - 1), theme.colour(fill))
        draw_lines(
            painter, QRect(rect.left() + 12, rect.top(), rect.width() - _beside(row), rect.height() - 1), _words_of(row)
        )
        draw_button(painter, rect, ACT_WORDS[row.act], "secondary")


def _words_of(row: SideRow) -> tuple[Line, ...]:
    ink = row.tone if row.tone in ("danger", "warn") else "text-2"
    return (Line(row.name, "cell", 600), *((Line(row.about, "dense", 400, ink),) if row.about else ()))


def _beside(row: SideRow) -> int:
    """The width that the words of a row do not have: its margin and its button."""
    return 12 + button_width(ACT_WORDS[row.act]) + 22


class SideCard(Card):
    """A list at the side; "Show all" opens it in full."""

    def __init__(self, shown: SideList, wished: Wished) -> None:
        super().__init__(shown.title, count=len(shown.rows), icon=shown.icon, icon_tone=shown.tone or "text-2")
        self._list, self._wished = shown, wished
        self.body.setContentsMargins(0, 0, 0, 0)
        self.table = SideTable(shown.title, tasks=shown.key in TASK_LISTS)
        self.table.wished.connect(wished)
        self.body.addWidget(self.table)
        self.more = Button("Show all", "link")
        self.more.clicked.connect(self._show_all)
        self.header.addWidget(self.more)
        self.fill(shown)

    def fill(self, shown: SideList) -> None:
        """The list as it stands now."""
        self._list = shown
        self.set_count(len(shown.rows))
        self.table.fill(shown.rows)
        self.more.setVisible(len(shown.rows) > SHOWN)
        self.more.setAccessibleName(f"Show all {len(shown.rows)}, {shown.title}")

    def empty(self) -> None:
        """Leave no trace of anyone."""
        self.fill(replace(self._list, rows=()))

    def _show_all(self) -> None:
        ListDialog(self._list, self._wished, self.window()).open()


class ListView(QWidget):
    """The view of a page of lists, with what stands in for them while they are read."""

    state: StateCard

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    @property
    def tasks(self) -> SideTable | None:
        """The list in which a task is chosen, where there is one."""
        return None

    def take_focus(self) -> None:
        """Put the keyboard on what the user came for."""
        raise NotImplementedError

    def fit(self) -> None:
        """Lay the page out for its width and the size of its text, which may change while it is open."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            self.fit()


class ListDialog(QDialog):
    """One list in full. What is asked of a row closes it, since it leads elsewhere or changes the list."""

    def __init__(self, shown: SideList, wished: Wished, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(shown.title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = theme_in_use()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text(f"{shown.title} ({len(shown.rows)})", "section"))
        self.table = SideTable(shown.title, tasks=shown.key in TASK_LISTS)
        self.table.fill(shown.rows, most=9)
        whole.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.close_button = Button("Close")
        self.close_button.clicked.connect(self.reject)
        row.addWidget(self.close_button)
        whole.addLayout(row)
        self.setMinimumWidth(theme.px(560))
        self.table.wished.connect(self._pass_on)
        self._wished = wished
        self.table.setFocus()

    def _pass_on(self, wish: Wish) -> None:
        self.accept()
        self._wished(wish)
