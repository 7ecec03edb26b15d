"""Pages of a PDF on the screen and on paper, from memory: nothing is written to a disk on the way."""

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.cards import EmptyState

PRINT_DPI = 300


class PdfPreview(QWidget):
    """Shows one PDF under another, as wide as there is room; what stands there when there is none says why.

    Up, Down, Page Up, Page Down, Home and End scroll. The pages are pictures, so their words are given apart.
    """

    def __init__(self, name: str, *, none: str = "Nothing to show", parent: QWidget | None = None) -> None:
        """`name` is what a screen reader calls it."""
        super().__init__(parent)
        self._name = name
        self._document = QPdfDocument(self)
        self._buffer = QBuffer(self)
        self.view = _Pages(self)
        self.view.setDocument(self._document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setAccessibleName(name)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.wear()
        self.empty = EmptyState("file-text", none)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)

    @property
    def page_count(self) -> int:
        return self._document.pageCount()

    @property
    def words(self) -> str:
        """The words of the pages, as they can be copied out of the file."""
        return "\n".join(self._document.getAllText(page).text() for page in range(self.page_count))

    def show_pdf(self, data: bytes, words: str = "") -> None:
        """Show these pages where the ones before stood, scrolled as they were.

        `words` is what they say, for a screen reader; without it, the words that stand in the file.
        """
        bar = self.view.verticalScrollBar()
        at = bar.value() if self._stack.currentWidget() is self.view else 0
        self._load(data)
        self.view.setAccessibleDescription(words or self.words)
        self._stack.setCurrentWidget(self.view)
        bar.setValue(at)

    def clear(self, why: str = "") -> None:
        """Empty the pages and the memory they came from, and say why there are none."""
        self._load(b"")
        self.view.setAccessibleDescription("")
        if why:
            self.empty.true.setText(why)
            self.empty.setAccessibleName(why)
        self._stack.setCurrentWidget(self.empty)

    def _load(self, data: bytes) -> None:
        self._document.close()
        self._buffer.close()
        self._buffer.setData(data)
        if data:
            self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            self._document.load(self._buffer)


class _Pages(QPdfView):
    """Home and End go to the first and the last page. The ground behind the paper is that of the theme."""

    def wear(self) -> None:
        palette = self.palette()
        palette.setBrush(QPalette.ColorRole.Dark, theme_in_use().colour("surface-3"))
        self.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.wear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(bar.minimum() if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)


def print_pdf(data: bytes, printer: QPrinter) -> int:
    """Paint every page of a PDF on a printer. Answers how many pages went; 0 where the printer took none."""
    buffer, document = QBuffer(), QPdfDocument()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        return 0
    count = document.pageCount()
    for page in range(count):
        if page and not printer.newPage():
            painter.end()
            return page
        points = document.pagePointSize(page)
        dots = min(printer.resolution(), PRINT_DPI) / 72
        image = document.render(page, QSize(round(points.width() * dots), round(points.height() * dots)))
        painter.drawImage(
            _fitted(image.size(), QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))), image
        )
    painter.end()
    document.close()
    return count


def _fitted(size: QSize, paper: QRectF) -> QRectF:
    """As large as fits the paper, in its proportions, from its top left corner."""
    fitted = size.scaled(paper.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(0, 0, fitted.width(), fitted.height())
