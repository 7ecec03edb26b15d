"""Letters, documents and photographs of one person; a document is looked at inside the application alone."""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from smf_desktop.presenters.patient.documents import DocumentRow
from ui.theme import theme_in_use
from ui.views.patient.tables import Ink, LinesTable, in_card, lay_out, titled
from ui.views.patient.wants import Tell, Want
from ui.widgets.bars import Dock, Tabs
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.text import Text

COLUMNS = (("Added", 120), ("Kind", 170), ("Document", 380), ("About", 480))
LETTERS, DOCUMENTS = range(2)


class LettersPart(QWidget):
    """Letters we write on one side, what others wrote and what was photographed on the other."""

    def __init__(self, tell: Tell, letters: QWidget | None = None) -> None:
        super().__init__()
        self.documents = DocumentsPart(tell)
        self._has_letters = letters is not None
        self.lists = Tabs(("Letters", "Documents and photographs"))
        self.lists.setAccessibleName("Letters and documents")
        self._stack = QStackedWidget()
        self._stack.addWidget(letters or QWidget())
        self._stack.addWidget(self.documents)
        lay_out(self, self._stack, lists=self.lists, bare=True)
        self.lists.currentChanged.connect(self._stack.setCurrentIndex)
        if letters is None:
            self.lists.hide()
            self.lists.setCurrentIndex(DOCUMENTS)

    @property
    def shows_letters(self) -> bool:
        return self.lists.currentIndex() == LETTERS

    def show_documents(self, *, on: bool) -> None:
        """The documents, or else the letters where there are any to show."""
        self.lists.setCurrentIndex(DOCUMENTS if on or not self._has_letters else LETTERS)

    def take_focus(self) -> None:
        """The first document; letters take it themselves once they are read."""
        if self.shows_letters:
            self.lists.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.documents.take_focus()


class DocumentsPart(QWidget):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self.table: LinesTable[DocumentRow] = LinesTable(
            "Documents and photographs, newest first", COLUMNS, _words, lambda row: row.spoken, _ink, lambda row: row.id
        )
        self._sheet = QStackedWidget()
        nothing = Card()
        nothing.body.addWidget(
            EmptyState(
                "file-text",
                "No documents yet",
                "Add a photograph or PDF of the referral or the prescription. It is kept encrypted, without its place.",
            )
        )
        self._sheet.addWidget(in_card(self.table))
        self._sheet.addWidget(nothing)
        self.strike, self.open = Button("Entered in error", "danger"), Button("Open", shortcut="Enter")
        self.add = Button("Add document", "primary", icon="plus")
        self.dock = Dock((self.strike, self.open, self.add))
        lay_out(self, self._sheet, dock=self.dock)
        self.add.clicked.connect(lambda: self._tell(Want.DOCUMENT, ""))
        self.open.clicked.connect(lambda: self._about(Want.OPEN_DOCUMENT))
        self.strike.clicked.connect(lambda: self._about(Want.STRIKE_DOCUMENT))
        self.table.opened.connect(lambda _place: self._about(Want.OPEN_DOCUMENT))
        self.table.chosen_changed.connect(self._chosen_changed)
        self.fill(())

    def fill(self, rows: Sequence[DocumentRow]) -> None:
        self._sheet.setCurrentIndex(0 if rows else 1)
        self.table.fill(rows)

    def take_focus(self) -> None:
        first = self.table if self._sheet.currentIndex() == 0 else self.add
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _about(self, want: Want) -> None:
        row = self.table.chosen()
        if row is not None and (want is Want.OPEN_DOCUMENT or not row.struck):
            self._tell(want, row.id)

    def _chosen_changed(self) -> None:
        row = self.table.chosen()
        self.open.setEnabled(row is not None)
        self.strike.setEnabled(row is not None and not row.struck)
        self.dock.tell(row.title if row else "Pictures (JPEG, PNG, HEIC) and PDFs can be added")


def _words(row: DocumentRow) -> tuple[str, ...]:
    return (row.when, row.kind, row.title, row.about)


def _ink(row: DocumentRow, column: int) -> Ink:
    return titled(struck=row.struck, icon="file-text") if COLUMNS[column][0] == "Document" else Ink()


# --- one document --------------------------------------------------------------------------------


class DocumentDialog(QDialog):
    """A picture or a PDF from memory, with who it is about above it. Plus and minus make it larger and smaller."""

    def __init__(self, row: DocumentRow, who: str, content: bytes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(row.title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = theme_in_use()
        room = parent.window().size()
        self.resize(min(theme.px(900), room.width() - 40), min(theme.px(600), room.height() - 40))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(8)
        whole.addWidget(Text(row.title, "section", wrap=True))
        whole.addWidget(Text(who, "cell", strong=True, wrap=True))
        about = " · ".join(filter(None, (row.kind, f"added {row.when}", row.about)))
        whole.addWidget(Text(about, "dense", "text-2", wrap=True))
        self.page: _Picture | QWidget = _Pdf(content) if row.pdf else _Picture(content)
        self.page.setAccessibleName(f"{row.title}. {about}")
        whole.addWidget(self.page, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = Button("Close", "primary")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        whole.addLayout(foot)
        self.page.setFocus()


class _Picture(QScrollArea):
    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._image = QImage.fromData(content)
        self._zoom = 1.0
        self._label = QLabel()
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self._label)
        self.setWidgetResizable(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom = min(8.0, self._zoom * 1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self._zoom = max(1.0, self._zoom / 1.25)
        else:
            super().keyPressEvent(event)
            return
        self._draw()

    def _draw(self) -> None:
        if self._image.isNull():
            return
        room = self.viewport().size() * self._zoom
        fitted = self._image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        fitted = fitted.boundedTo(QSize(self._image.width() * 8, self._image.height() * 8))
        drawn = self._image.scaled(
            fitted, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self._label.setPixmap(QPixmap.fromImage(drawn))
        self._label.setMinimumSize(fitted if self._zoom > 1 else QSize(0, 0))


class _Pdf(QWidget):
    def __init__(self, content: bytes) -> None:
        from PySide6.QtPdf import QPdfDocument  # heavy, and only where a PDF is looked at
        from PySide6.QtPdfWidgets import QPdfView

        super().__init__()
        self._data = QByteArray(content)
        self._device = QBuffer(self._data, self)
        self._device.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(self)
        self.document.load(self._device)
        self.view = QPdfView(self)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setDocument(self.document)
        self.setFocusProxy(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
