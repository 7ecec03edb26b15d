"""From pages in memory to a printer or a file, without a copy on the way."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget


def ask_printer(over: QWidget, then: Callable[[QPrinter], object]) -> QDialog:
    """Ask for a printer; nothing happens where the person leaves the question."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, over)
    dialog.accepted.connect(lambda: then(printer))
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)  # its own `open` wants a slot by name
    return dialog


def ask_pdf_file(over: QWidget, name: str, then: Callable[[Path], object]) -> QDialog:
    """Ask where a PDF is to be saved; `name` is suggested."""
    dialog = QFileDialog(over, "Save as PDF")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("PDF (*.pdf)")
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
