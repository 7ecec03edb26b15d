"""Every visit of one person, and whether its note is in the trust's record."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from smf_desktop.presenters.patient_visits import VisitLine
from ui.theme import theme_in_use
from ui.views.patient_parts import FittedTable
from ui.views.patient_wants import Tell, Want
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.tables import RowDelegate, RowsModel

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("When", "Visit", "About", "In the trust record")
WIDTHS = (150, 330, 520, 210)


class VisitsPart(QWidget):
    """The table, and what can be done with the visit that is chosen."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.table = _VisitsTable()
        card = Card()
        card.body.setContentsMargins(0, 0, 0, 0)
        card.body.addWidget(self.table)
        middle = QVBoxLayout()
        middle.setContentsMargins(20, 8, 20, 8)
        middle.addWidget(card)
        whole.addLayout(middle, 1)
        self.wrong = Button("Wrong person", "danger")
        self.strike = Button("Entered in error", "danger")
        self.copy = Button("Copy note", icon="copy")
        self.open = Button("Amend visit", shortcut="Enter")
        self.dock = Dock((self.wrong, self.strike, self.copy, self.open))
        whole.addWidget(self.dock)
        for button, want in (
            (self.wrong, Want.WRONG_PERSON),
            (self.strike, Want.STRIKE),
            (self.copy, Want.COPY_NOTE),
            (self.open, Want.AMEND),
        ):
            button.clicked.connect(lambda _on=False, want=want: self._about(want))
        self.table.opened.connect(lambda _place: self._about(Want.AMEND))
        self.table.selectionModel().currentRowChanged.connect(self._chosen_changed)

    def fill(self, rows: Sequence[VisitLine]) -> None:
        before = self.chosen()
        self.table.model_.fill(rows)
        places = [place for place, row in enumerate(rows) if before and row.visit == before.visit]
        if rows:
            self.table.selectRow(places[0] if places else 0)
        self._chosen_changed()

    def chosen(self) -> VisitLine | None:
        place = self.table.currentIndex().row()
        rows = self.table.model_.rows
        return rows[place] if 0 <= place < len(rows) else None

    def may(self, want: Want) -> bool:
        """Whether the visit that is chosen can be that."""
        row = self.chosen()
        if row is None:
            return False
        if want is Want.WRONG_PERSON:
            return row.signed or row.draft
        return row.signed or (want is Want.AMEND and (row.draft or row.planned))

    def _about(self, want: Want) -> None:
        row = self.chosen()
        if row is not None and self.may(want):
            self._tell(want, row.visit)

    def _chosen_changed(self) -> None:
        row = self.chosen()
        for button, want in (
            (self.wrong, Want.WRONG_PERSON),
            (self.strike, Want.STRIKE),
            (self.copy, Want.COPY_NOTE),
            (self.open, Want.AMEND),
        ):
            button.setEnabled(self.may(want))
            button.setToolTip("" if button.isEnabled() else "Choose a signed visit")
        words = "Amend visit" if row is None or row.signed else "Continue visit" if row.draft else "Start visit"
        self.open.setText(words)
        self.dock.tell(row.title if row else "No visits yet")


class _VisitsTable(FittedTable):
    def __init__(self) -> None:
        super().__init__("Visits, newest first", WIDTHS)
        self.model_ = RowsModel(COLUMNS, _words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_VisitDelegate(self))


def _words(row: VisitLine) -> tuple[str, ...]:
    return (row.when, row.title, row.about, row.trust)


class LineDelegate(RowDelegate):
    """Draws one cell: its ground, perhaps an icon, and its words on one line."""

    def draw(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        *,
        weight: int = 400,
        ink: str = "text",
        icon: str = "",
    ) -> None:
        theme = theme_in_use()
        self.initStyleOption(option, index)
        rect = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface-2" if hovered else "surface"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        rect = rect.adjusted(10, 0, -4, -1)
        if icon:
            side = theme.px(15)
            drawn = theme.pixmap(icon, "link", side, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPoint(rect.left(), rect.center().y() - side // 2), drawn)
            rect = rect.adjusted(side + 8, 0, 0, 0)
        font = theme.font("cell", weight, tabular=True)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        words = str(index.data(Qt.ItemDataRole.DisplayRole) or "").replace("\n", " ")
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class _VisitDelegate(LineDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row = model.rows[index.row()]
        match index.column():
            case 1:
                weight, ink = (400, "text-2") if row.struck else (600, "text")
                self.draw(painter, option, index, weight=weight, ink=ink, icon=row.icon)
            case 3:
                weight = 600 if row.trust_tone == "warn" else 400
                self.draw(painter, option, index, weight=weight, ink=row.trust_tone or "text-2")
            case _:
                self.draw(painter, option, index, ink="text-2")
