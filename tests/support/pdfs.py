"""A PDF read back: its pages, and what they say."""

from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtPdf import QPdfDocument


def document(pdf: bytes) -> QPdfDocument:
    buffer, opened = QBuffer(), QPdfDocument()
    buffer.setParent(opened)
    buffer.setData(pdf)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    opened.load(buffer)
    assert opened.status() is QPdfDocument.Status.Ready
    return opened


def pages(pdf: bytes) -> Iterator[str]:
    """The words of each page, with line ends as spaces."""
    opened = document(pdf)
    for page in range(opened.pageCount()):
        yield " ".join(opened.getAllText(page).text().split())


def words(pdf: bytes) -> str:
    """What all the pages say."""
    return " ".join(pages(pdf))
