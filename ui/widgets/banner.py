"""The patient banner: who this is, on every page that shows anything about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAction,
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.clipboard import copy_for_a_while
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Chip, Icon, Text, give_role, restyle

AllergyKind = Literal["known", "none", "not_asked"]

NARROW_WIDTH, LOW_HEIGHT = 900, 520
NARROWEST = 320
"""The banner never keeps a window from being made narrower than this: it stacks instead."""


@dataclass(frozen=True, slots=True)
class BannerText:
    """What the banner says, already in words.

    `name` is "ABERNATHY, Doreen (Mrs)"; `born` "14-Mar-1951 (75y)"; `nhs` is grouped 3-3-4, or says that it
    is not known; `died`, when not empty, is "02-Oct-2026 (75y)" and greys the banner; `spoken` is the whole
    in words for a screen reader.
    """

    name: str
    born: str
    gender: str
    nhs: str
    allergies_kind: AllergyKind
    allergies: str
    preferred: str = ""
    nhs_chip: str = ""
    hub_chip: str = ""
    address: str = ""
    phone: str = ""
    access: str = ""
    died: str = ""
    spoken: str = ""


class PatientBanner(QFrame):
    """Name, born, gender, NHS No. above; allergies, address, phone, access below. Never dismissed.

    Under 900 pixels wide the lower zone keeps allergies and folds the rest behind "More".
    In a window under 520 high one line stays, which wraps only where it must: name, born, NHS No., allergies.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        give_role(self, QAccessible.Role.Grouping)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(NARROWEST)
        self.name = _Name()
        self.name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.preferred = _Fact("Preferred name", "dense")
        self.born, self.gender, self.nhs = _Fact("Born"), _Fact("Gender"), _Fact("NHS No.", bare=True)
        self.died = _Fact("Died")
        self.nhs_chip = Chip("not traced", "warn")
        self.hub_chip = Chip("")
        self.allergies = _Allergies()
        self.address, self.phone = _Fact("Address", "cell", strong=False), _Fact("Phone", "cell", strong=False)
        self.access = _Fact("Access", "cell", strong=False)
        self.more = Button("More", "link")
        self.more.clicked.connect(self._unfold)
        self._unfolded = False
        self._is_low: bool | None = None
        self._lay_out()

    def fill(self, person: BannerText) -> None:
        self.name.setText(person.name)
        self.preferred.tell(person.preferred)
        self.born.tell(person.born)
        self.died.tell(person.died)
        self.gender.tell(person.gender)
        self.nhs.tell(person.nhs)
        self.nhs_chip.turn_into(person.nhs_chip, "warn")
        self.hub_chip.turn_into(person.hub_chip, "neutral", icon="hard-drive")
        self.allergies.tell(person.allergies_kind, person.allergies)
        self.address.tell(person.address)
        self.phone.tell(person.phone)
        self.access.tell(person.access)
        self.setAccessibleName(person.spoken or f"Patient: {person.name}")
        self.setProperty("died", bool(person.died))
        restyle(self)
        self._unfolded = False
        self._fit()

    def forget(self) -> None:
        """Nobody is shown any more, nor held behind what is shown."""
        self.hide()
        self.fill(BannerText("", "", "", "", "not_asked", "", spoken="No patient"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def event(self, event: QEvent) -> bool:
        """Whatever squeezes the window, the banner keeps the height its lines need: nothing in it is ever cut."""
        answer = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.setFixedHeight(self.heightForWidth(self.width()))
        return answer

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self._fit()
        return False

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 1)
        whole.setSpacing(0)
        self._above, self._lower = QFrame(), QFrame()
        self._upper = QGridLayout(self._above)
        self._upper.setContentsMargins(14, 3, 18, 3)
        self._upper.setHorizontalSpacing(16)
        self._upper.setVerticalSpacing(0)
        self._upper.setColumnStretch(0, 1)
        self._upper.setRowStretch(0, 1)  # a name without a preferred name below it stands in the middle
        self._facts = QWidget()
        self._flow = FlowLayout(self._facts, gap=24, line_gap=2)
        whole.addWidget(self._above)
        self._line = QFrame()
        self._line.setObjectName("banner-line")
        self._line.setFixedHeight(1)
        whole.addWidget(self._line)
        self._lower.setMinimumHeight(theme_in_use().px(24))
        self._row = FlowLayout(self._lower, gap=16, line_gap=2)
        self._row.setContentsMargins(14, 2, 18, 1)
        self._bars = [_bar(), _bar(), _bar()]
        whole.addWidget(self._lower)
        self._upper.addWidget(self.preferred, 1, 0)
        self._turn(low=False)

    def _unfold(self) -> None:
        self._unfolded = not self._unfolded
        self._fit()

    def _turn(self, *, low: bool) -> None:
        """In a low window the name and the allergies stand in one line with the facts, else in zones of their own."""
        if low is self._is_low:
            return
        self._is_low = low
        facts = (self.died, self.born, self.gender, self.nhs, self.nhs_chip, self.hub_chip)
        rest = [one for pair in zip(self._bars, (self.address, self.phone, self.access), strict=True) for one in pair]
        _fill(self._flow, (self.name, *facts, self.allergies, self.more) if low else facts)
        _fill(self._row, rest if low else (self.allergies, *rest, self.more))
        if not low:
            self._upper.addWidget(self.name, 0, 0)
        self._above.setMinimumHeight(0 if low else theme_in_use().px(48))

    def _fit(self) -> None:
        """Show what there is room for; allergies always stay."""
        theme = theme_in_use()
        stacked = narrow = self.width() < theme.px(NARROW_WIDTH)
        low = self.window().height() < theme.px(LOW_HEIGHT)
        self._turn(low=low)
        place = (2, 0, 1, 1) if stacked or low else (0, 1, 2, 1)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        align = middle if stacked or low else middle | right
        self._upper.removeWidget(self._facts)
        self._upper.addWidget(self._facts, *place, align)
        self.preferred.setVisible(bool(self.preferred.value.text()) and not low)
        self.died.setVisible(bool(self.died.value.text()))
        self.born.setVisible(bool(self.born.value.text()))
        self.gender.setVisible(not low)
        self.nhs_chip.setVisible(bool(self.nhs_chip.words))
        self.hub_chip.setVisible(bool(self.hub_chip.words))
        folded = (narrow or low) and not self._unfolded
        facts = (self.address, self.phone, self.access)
        for bar, fact in zip(self._bars, facts, strict=True):
            there = bool(fact.value.text()) and not folded
            fact.setVisible(there)
            bar.setVisible(there and not narrow and not (low and fact is self.address))
        self._lower.setVisible(not low or any(fact.isVisibleTo(self._lower) for fact in facts))
        self._line.setVisible(self._lower.isVisibleTo(self))
        self.more.setVisible((narrow or low) and any(fact.value.text() for fact in facts))
        self.more.setText("More" if folded else "Less")
        self.more.setAccessibleName("More about this person" if folded else "Less about this person")


def _fill(layout: QLayout, widgets: Sequence[QWidget]) -> None:
    """Put just these into a layout, in this order."""
    while layout.count():
        layout.takeAt(0)
    for widget in widgets:
        layout.addWidget(widget)


def _value(words: str, role: str, *, strong: bool | None = None, wrap: bool = False) -> Text:
    label = Text(words, role, strong=strong, wrap=wrap)
    flags = Qt.TextInteractionFlag
    label.setTextInteractionFlags(flags.TextSelectableByKeyboard | flags.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return label


class _Name(Text):
    """`ABERNATHY, Doreen (Mrs)`: the family name in the heavier weight, the rest in the lighter one.

    Still one plain text to select, copy and read aloud; while part of it is selected it is drawn as Qt draws it.
    """

    def __init__(self) -> None:
        super().__init__("", "name", wrap=True)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByKeyboard | flags.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        family = self.text().partition(",")[0]
        if not family or self.hasSelectedText():
            super().paintEvent(event)
            return
        rest = QTextLayout.FormatRange()
        rest.start, rest.length = len(family), len(self.text()) - len(family)
        rest.format.setFontWeight(QFont.Weight.DemiBold)
        layout = QTextLayout(self.text(), self.font())
        layout.setFormats([rest])
        room = self.contentsRect()
        height = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(room.width())
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        layout.draw(painter, QPointF(room.left(), room.top() + max(0.0, (room.height() - height) / 2)))
        painter.end()


class _Fact(QWidget):
    """A quiet label and a stronger value. `bare` copies it without its spaces."""

    def __init__(self, label: str, role: str = "body", *, strong: bool = True, bare: bool = False) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.label = Text(label, "dense" if role != "cell" else "cell", "text-2")
        self.value = _BareCopy(role) if bare else _value("", role, strong=strong)
        self.label.setBuddy(self.value)
        row.addWidget(self.label)
        row.addWidget(self.value)
        row.addStretch(1)

    def tell(self, words: str) -> None:
        """Show the value; words that begin with the label ("NHS No. not known") stand without it."""
        label = self.label.text()
        whole = words if words.startswith(label) else f"{label} {words}"
        self.label.setVisible(whole is not words)
        self.value.setText(words)
        self.value.setAccessibleName(whole)


class _BareCopy(Text):
    def __init__(self, role: str) -> None:
        super().__init__("", role, strong=True, tabular=True)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByKeyboard | flags.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        copy = QAction("Copy", self)
        copy.triggered.connect(self.copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        copy_for_a_while((self.selectedText() or self.text()).replace(" ", ""))


class _Allergies(QWidget):
    """The three cases, never blank: known, none known, not asked yet."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.icon = Icon("triangle-alert", "danger", 14)
        self.label = Text("Allergies", "cell", "text-2")
        self.value = _value("", "cell", strong=True, wrap=False)
        for part in (self.icon, self.label, self.value):
            row.addWidget(part)
        row.addStretch(1)

    def tell(self, kind: AllergyKind, words: str) -> None:
        tone = {"known": "danger", "none": "text-2", "not_asked": "warn"}[kind]
        self.icon.setVisible(kind != "none")
        self.icon.turn_into("triangle-alert", tone)
        self.label.set_tone(tone)
        self.label.set_strong(kind == "known")
        self.value.set_tone("warn" if kind == "not_asked" else "")
        self.label.setVisible(not words.startswith("Allergies"))
        self.value.setText(words)
        self.value.setAccessibleName(f"Allergies: {words}")


def _bar() -> QFrame:
    bar = QFrame()
    bar.setObjectName("banner-line")
    bar.setFixedSize(1, theme_in_use().px(18))
    return bar
