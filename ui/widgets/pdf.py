"""Pages of a PDF on the screen and on paper, from memory: nothing is written to a disk on the way."""

from collections.abc import Sequence

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


def print_pdf(data: bytes, printer: QPrinter) -> bool:
    """Paint every page of a PDF on a printer. Answers whether all of them went."""
    run = PrintRun((data,), printer)
    while run.step():
        pass
    return run.done == 1


class PrintRun:
    """Several PDFs in one print job, one with each `step`, so that whoever asked may do other things between two."""

    def __init__(self, pdfs: Sequence[bytes], printer: QPrinter) -> None:
        self._waiting, self._printer = list(reversed(pdfs)), printer
        self._painter = QPainter()
        printer.setFullPage(True)
        self._begun = self._painter.begin(printer)
        self._blank = True
        self.done = 0
        """PDFs of which every page went, from the first on; none of them where the printer gave the job up."""

    def step(self) -> bool:
        """Print the next one. Answers whether there is more to print; then the job is not sent off yet."""
        if self._begun and self._waiting and self._print(self._waiting.pop()):
            self.done += 1
            if self._waiting:
                return True
        self._end()
        return False

    def _end(self) -> None:
        gone = self._begun and self._painter.end()
        if not gone or self._printer.printerState() in (QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error):
            self.done = 0
        self._begun = False

    def _print(self, data: bytes) -> bool:
        buffer, document = QBuffer(), QPdfDocument()
        buffer.setData(data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document.load(buffer)
        printer = self._printer
        paper = QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))
        for page in range(document.pageCount()):
            if not self._blank and not printer.newPage():
                return False
            self._blank = False
            points = document.pagePointSize(page)
            dots = min(printer.resolution(), PRINT_DPI) / 72
            image = document.render(page, QSize(round(points.width() * dots), round(points.height() * dots)))
            self._painter.drawImage(_fitted(image.size(), paper), image)
        whole = document.pageCount() > 0
        document.close()
        return whole


def _fitted(size: QSize, paper: QRectF) -> QRectF:
    """As large as fits the paper, in its proportions, from its top left corner."""
    fitted = size.scaled(paper.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(0, 0, fitted.width(), fitted.height())
