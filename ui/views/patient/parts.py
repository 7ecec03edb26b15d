"""What the tabs of a person's page are put together from: cards of lines, and scrolling columns."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.patient.facts import FactRow
from smf_desktop.presenters.patient.pathway import ACCOUNTABLE, TREATMENT_ENDS
from ui.theme import theme_in_use
from ui.views.patient.wants import Tell, Want
from ui.widgets.buttons import Button, IconButton
from ui.widgets.cards import Card, rule
from ui.widgets.emptied import emptied
from ui.widgets.text import Text

UNBOUND = 16_777_215


@contextmanager
def kept_focus(part: QScrollArea) -> Iterator[None]:
    """While a part is filled anew, the focus goes to what is called the same, or stands in the same place.

    Also while a dialog is over the page: that is where the focus comes back to.
    """
    focus = part.window().focusWidget()
    stops = _stops(part) if focus is not None and part.isAncestorOf(focus) else []
    held = next((stop for stop in stops if stop is focus), None)
    name, place = (_spoken(held), stops.index(held)) if held is not None else ("", 0)
    inside = part.widget()
    assert inside is not None
    inside.hide()  # each card that is put where it can be seen lays the whole page out anew
    yield
    inside.show()
    if held is None:
        return
    stops = [stop for stop in _stops(part) if stop not in stops]
    at_place = stops[min(place, len(stops) - 1)] if stops else None
    stop = next((one for one in stops if _spoken(one) == name), at_place)
    if stop is not None:
        _focus(stop, part)


def focus_first(part: QScrollArea) -> None:
    """Go to the first thing of a part that has just been filled."""
    stop = next(iter(_stops(part)), None)
    if stop is not None:
        _focus(stop, part)


def _focus(stop: QWidget, part: QScrollArea) -> None:
    above: QWidget | None = stop
    while above is not None and above is not part:
        above.show()  # or it would take no focus before the next turn of the loop
        above = above.parentWidget()
    stop.setFocus(Qt.FocusReason.OtherFocusReason)


def _stops(part: QScrollArea) -> list[QWidget]:
    """What Tab stops at, in the order it was made. Walking Qt's own chain while its widgets go ends the process."""
    tab = Qt.FocusPolicy.TabFocus
    return [one for one in part.findChildren(QWidget) if one.focusPolicy() & tab and one.focusProxy() is None]


def _spoken(stop: QWidget) -> str:
    return stop.accessibleName() or (stop.text() if isinstance(stop, QAbstractButton) else "")


def list_body(card: Card) -> Card:
    card.body.setContentsMargins(0, 0, 0, 4)
    card.body.setSpacing(0)
    return card


class Line(QWidget):
    """A line of a card: words in a column, perhaps buttons at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(12, 6, 10, 6)
        self.row.setSpacing(6)
        self.column = QVBoxLayout()
        self.column.setSpacing(1)
        self.row.addLayout(self.column, 1)

    def put(self, button: QWidget) -> None:
        self.row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


def link(words: str, spoken: str, press: Callable[[], object]) -> Button:
    """A quiet button; `spoken` says what it is about."""
    button = Button(words, "link")
    button.setAccessibleName(spoken)
    button.clicked.connect(lambda: press())
    return button


def header_link(card: Card, words: str, spoken: str, press: Callable[[], object]) -> Button:
    """A link at the right of a card's title."""
    made = link(words, spoken, press)
    card.header.addWidget(made)
    return made


def member_buttons(line: Line, tell: Tell, record: str, words: str) -> None:
    """Change and end one entry."""
    line.put(link("Change", f"Change {words}", lambda: tell(Want.CHANGE_MEMBER, record)))
    end = IconButton(f"End {words}", "x")
    end.clicked.connect(lambda: tell(Want.END_MEMBER, record))
    line.put(end)


def pathway_buttons(line: Line, tell: Tell, row: FactRow) -> None:
    """Name who is accountable for an open pathway, or set when its treatment ends, where the line says it."""
    if row.label == ACCOUNTABLE and row.record:
        spoken = f"Name accountable nurse, {row.words}"
        line.put(link("Name", spoken, lambda: tell(Want.ACCOUNTABLE, row.record)))
    if row.label == TREATMENT_ENDS and row.record:
        spoken = f"Set end of treatment, {row.words}"
        line.put(link("Set", spoken, lambda: tell(Want.TREATMENT_END, row.record)))


def fact_line(row: FactRow, *, strong: bool = False, parent: QWidget | None = None) -> Line:
    line = Line(parent)
    line.column.addWidget(Text(row.label, "dense", "text-2"))
    line.column.addWidget(Text(row.words, "cell", row.tone, strong=strong or bool(row.tone), wrap=True))
    if row.about:
        line.column.addWidget(Text(row.about, "dense", "text-2", wrap=True))
    return line


def facts_card(
    title: str,
    rows: Sequence[FactRow],
    dress: Callable[[Line, FactRow], object] | None = None,
    parent: QWidget | None = None,
) -> Card:
    """A card of quiet labels with what is known under them; `dress` puts buttons on a line."""
    card = list_body(Card(title, parent=parent))
    for place, row in enumerate(rows):
        if place:
            card.body.addWidget(rule())
        line = fact_line(row, parent=card)
        if dress is not None:
            dress(line, row)
        card.body.addWidget(line)
    return card


class Columns(QScrollArea):
    """Columns side by side that scroll as one; under each other where there is no room."""

    def __init__(self, widths: Sequence[int]) -> None:
        """`widths` in pixels at 100 %; 0 takes what is left."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._widths = tuple(widths)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._across.setContentsMargins(20, 6, 20, 16)
        self._across.setSpacing(12)
        self.boxes: list[QVBoxLayout] = []
        self.columns: list[QWidget] = []
        for width in self._widths:
            column = QWidget()
            box = QVBoxLayout(column)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(12)
            if not width:
                column.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._across.addWidget(column, 0 if width else 1)
            self.boxes.append(box)
            self.columns.append(column)
        self.setWidget(inner)

    def turn(self, *, down: bool) -> None:
        theme = theme_in_use()
        self._across.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)
        for column, width in zip(self.columns, self._widths, strict=True):
            if width:
                column.setMinimumWidth(0 if down else theme.px(width))
                column.setMaximumWidth(UNBOUND if down else theme.px(width))

    def clear(self) -> None:
        for box in self.boxes:
            emptied(box)
