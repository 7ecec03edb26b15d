"""A report saved to a file that a person names: off the interface thread, with a bar, whole or not at all."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from smf_desktop.ports import Progress
from smf_desktop.presenters.reports.facts import ReportFacts
from smf_desktop.presenters.reports.page import file_name
from smf_desktop.services.reporting.exporting import Exported, Format
from smf_desktop.services.reporting.page import save_choice
from smf_desktop.trouble import ReportStopped
from ui.desk import Desk
from ui.flows.telling import telling
from ui.views.reports.windows import Saving

FILES: Mapping[Format, str] = {
    "csv": "CSV files (*.csv)",
    "xlsx": "Workbooks (*.xlsx)",
    "pdf": "PDF documents (*.pdf)",
    "json": "JSON documents (*.json)",
}


class ReportSaving(QObject):
    """One report at a time on its way to a file."""

    _told = Signal(int, int)

    def __init__(self, desk: Desk, over: QWidget, saved: Callable[[Exported], object]) -> None:
        super().__init__(over)
        self._desk, self._over, self._saved = desk, over, saved
        self._stop = Event()
        self._dialog: Saving | None = None
        self._told.connect(self._show_progress)

    @property
    def is_running(self) -> bool:
        return self._dialog is not None

    def ask(self, facts: ReportFacts, form: Format) -> None:
        """Ask where to, then save."""
        path = self.place(file_name(facts, form), form)
        if path is not None:
            self.save(facts, form, path)

    def place(self, name: str, form: Format) -> Path | None:
        """Where a file, called so unless somebody says otherwise, is to go; None where nobody says."""
        said, _ = QFileDialog.getSaveFileName(self._over, "Save the report", name, FILES[form])
        path = Path(said)
        return (path if path.suffix else path.with_suffix(f".{form}")) if said else None

    def save(self, facts: ReportFacts, form: Format, path: Path) -> None:
        """Save a report as it was chosen."""
        self.run(path, partial(save_choice, self._desk.session, self._desk.hub, facts, form, path))

    def run(self, path: Path, job: Callable[[Progress], Exported]) -> None:
        """On the work lane; the window over the page stops it."""
        if self.is_running:
            return
        stop = self._stop = Event()
        dialog = self._dialog = Saving(path.name, self._over.window())
        dialog.stop_wanted.connect(stop.set)
        dialog.open()
        told = partial(job, telling(self._told.emit, stop))
        self._desk.lanes.work.run(told, done=self._done, failed=self._failed)

    def stop(self) -> None:
        """Whoever was in has left: nothing of it is kept, unless it is there whole already."""
        self._stop.set()
        self._close()

    def _show_progress(self, done: int, total: int) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(done, total)

    def _done(self, made: Exported) -> None:
        self._close()
        self._saved(made)

    def _failed(self, error: BaseException) -> None:
        self._close()
        if isinstance(error, ReportStopped):
            self._desk.toast("Stopped, nothing was saved")
        else:
            self._desk.tell(error)

    def _close(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.done(QDialog.DialogCode.Accepted)
