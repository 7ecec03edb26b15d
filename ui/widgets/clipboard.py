"""What this application puts on the clipboard: words about a person, there to be pasted and then gone."""

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication

CLEARED_AFTER_MS = 60_000
OURS = "application/x-smf-record"
"""Stands beside the words, so that they are known again as ours."""

_KEEP_OUT = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
    "x-kde-passwordManagerHint": b"secret",
}
"""What asks the programs that keep a history of the clipboard, or send it elsewhere, to leave this out."""


def copy_for_a_while(text: str) -> None:
    """Put words on the clipboard. After a minute they are taken off, unless something else is there by then."""
    data = QMimeData()
    data.setText(text)
    data.setData(OURS, b"1")
    for name, value in _KEEP_OUT.items():
        data.setData(name, value)
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(data)
    QTimer.singleShot(CLEARED_AFTER_MS, clipboard, lambda: take_back(text))


def take_back(text: str | None = None) -> None:
    """Take our words off the clipboard: these, or whatever of ours is there, as when the store is locked."""
    clipboard = QGuiApplication.clipboard()
    there: QMimeData | None = clipboard.mimeData()  # None where nothing was ever copied
    if there is not None and there.hasFormat(OURS) and text in (None, clipboard.text()):
        clipboard.clear()
