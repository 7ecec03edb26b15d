"""The checklist on paper: seen first, then printed, from memory."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from smf_desktop.services.day.paper_sheets import blank_sheet, sheet_for
from ui.desk import Desk
from ui.views.form_dialog import Ask, FormDialog
from ui.widgets.buttons import Button
from ui.widgets.pdf import PdfPreview, print_pdf


class PaperSheet(QDialog):
    """One sheet, its pages on the screen, and a button for the printer."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 620)
        self._pdf = b""
        self.preview = PdfPreview(title, none="Setting the page")
        self.print = Button("Print", "primary", icon="printer", shortcut="Ctrl+P")
        self.close_it = Button("Close", shortcut="Esc")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_it)
        row.addWidget(self.print)
        whole = QVBoxLayout(self)
        whole.addWidget(self.preview, 1)
        whole.addLayout(row)
        self.print.setEnabled(False)
        self.print.clicked.connect(self._print)
        self.close_it.clicked.connect(self.reject)

    def show_pdf(self, pdf: bytes) -> None:
        self._pdf = pdf
        self.preview.show_pdf(pdf, self.preview.words)
        self.print.setEnabled(True)
        self.preview.view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_P and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.print.click()
        else:
            super().keyPressEvent(event)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            print_pdf(self._pdf, printer)


def show_blank_sheet(desk: Desk, skill: str, label: str, over: QWidget) -> PaperSheet:
    """The sheet of a skill with nobody's name on it."""
    return _show(desk, f"{label}: blank sheet", partial(blank_sheet, desk.session, skill), over)


def ask_blank_sheet(desk: Desk, over: QWidget) -> None:
    """Ask for which skill; then its sheet."""
    library = desk.session.checklists
    labels = {skill: library.newest(skill).label for skill in library.skills}
    asks = (Ask("skill", "Skill", "choice", next(iter(labels)), options=tuple(labels.items())),)
    dialog = FormDialog("A blank sheet of which skill?", asks, "Show the sheet", parent=over)

    def chosen(typed: Mapping[str, str]) -> None:
        dialog.accept()
        show_blank_sheet(desk, typed["skill"], labels[typed["skill"]], over)

    dialog.submitted.connect(chosen)
    dialog.open()


def show_sheet_for(desk: Desk, episode: str, label: str, over: QWidget) -> PaperSheet:
    """The sheet of one pathway, with the last ratings. Its window says no name."""
    return _show(desk, f"{label}: sheet with last ratings", partial(sheet_for, desk.session, episode), over)


def _show(desk: Desk, title: str, job: Callable[[], bytes], over: QWidget) -> PaperSheet:
    dialog = PaperSheet(title, over)
    waiting = [dialog]
    dialog.finished.connect(waiting.clear)

    def done(pdf: bytes) -> None:
        for one in waiting:  # closed before its page was set, it is shown no more
            one.show_pdf(pdf)

    def failed(error: BaseException) -> None:
        for one in tuple(waiting):
            one.reject()
        desk.tell(error)

    dialog.open()
    desk.lanes.work.run(job, done=done, failed=failed)
    return dialog
