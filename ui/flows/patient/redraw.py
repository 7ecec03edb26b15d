"""Pictures drawn anew and PDFs looked into, in memory alone: the `Redraw` that documents are taken in with."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from smf_core.domain.document import (
    PICTURE_AT_MOST,
    PIXELS_AT_MOST,
    SIDE_AT_MOST,
    DocumentTooBig,
    DocumentUnreadable,
    Kept,
    Media,
)

_DECODERS = {Media.JPEG: b"jpeg", Media.PNG: b"png", Media.HEIC: b"heic"}
_QUALITIES = (88, 78, 66)
_SMALLER = 0.75


def redraw(content: bytes, media: Media) -> Kept:
    """A picture as JPEG, upright, at most 4096 pixels a side and 3 MiB, with nothing beside it; a PDF as it came.

    What the first bytes said is the only decoder that is asked, and it is asked for the size first. Safe off the
    interface thread. Raises `DocumentTooBig` or `DocumentUnreadable`.
    """
    if media is Media.PDF:
        _check_pdf(content)
        return Kept(content, media)
    drawn = _drawn(content, media)
    while True:
        for quality in _QUALITIES:
            if len(jpeg := _as_jpeg(drawn, quality)) <= PICTURE_AT_MOST:
                return Kept(jpeg, Media.JPEG)
        drawn = drawn.scaled(drawn.size() * _SMALLER, mode=Qt.TransformationMode.SmoothTransformation)


def _drawn(content: bytes, media: Media) -> QImage:
    data = QByteArray(content)
    device = QBuffer(data)
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(device, QByteArray(_DECODERS[media]))
    reader.setDecideFormatFromContent(False)
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        raise DocumentUnreadable
    if size.width() * size.height() > PIXELS_AT_MOST:
        raise DocumentTooBig("picture")
    if max(size.width(), size.height()) > SIDE_AT_MOST:
        reader.setScaledSize(size.scaled(QSize(SIDE_AT_MOST, SIDE_AT_MOST), Qt.AspectRatioMode.KeepAspectRatio))
    found = reader.read()
    if found.isNull():
        raise DocumentUnreadable
    # A fresh sheet: what is drawn on it are pixels, and no words of the file's come with them.
    sheet = QImage(found.size(), QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    painter.drawImage(0, 0, found)
    painter.end()
    return sheet


def _as_jpeg(image: QImage, quality: int) -> bytes:
    data = QByteArray()
    device = QBuffer(data)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(device, "JPEG", quality):  # type: ignore[call-overload]  # the stubs want bytes, Qt takes a name
        raise DocumentUnreadable
    return bytes(data.data())


def _check_pdf(content: bytes) -> None:
    from PySide6.QtPdf import QPdfDocument  # heavy, and only where a PDF is added

    data = QByteArray(content)
    device = QBuffer(data)
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(device)
    readable = document.status() == QPdfDocument.Status.Ready and document.pageCount() > 0
    document.close()
    if not readable:
        raise DocumentUnreadable
