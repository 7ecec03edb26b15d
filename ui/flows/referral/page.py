"""Referral files: read, put right and taken in off the interface thread."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from smf_core.domain.teaching_trouble import ImportStopped
from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.referral.page import (
    CELL_LABELS,
    ImportView,
    import_view,
    imported_words,
    progress_words,
    refused_cells,
)
from smf_desktop.services.referral.file import Cells, ReferralFile, left_of, with_cells
from smf_desktop.services.referral.importing import (
    cells_of_line,
    keep_cells,
    left_after,
    nurses_here,
    only,
    put_right,
    save_rows_to_fix,
    taken_up,
)
from smf_desktop.services.referral.referrals import Imported, take_in
from smf_desktop.services.session import Session, Touched
from smf_desktop.trouble import FileUnreadable
from ui.desk import Desk
from ui.flows.asking import Asker, ToCorrect, Typed
from ui.views.form_dialog import Ask, FormDialog
from ui.views.referral.page import ImportPanel, ImportWindow
from ui.widgets.dropping import FilesDropped

REFERRALS: Touched = frozenset({"patient", "referral"})
"""What an import that was stopped may have changed."""

Read = tuple[ReferralFile, ImportView]
DROP = "Drop a CSV file of referrals here. Nothing is changed until you import"
SAVED = "The file leaves the encryption. It holds names and NHS numbers: delete it when the rows are corrected."


class ImportFlow(QObject):
    """Choose a file, see every row, put rows right, import those that can be taken in. A bad file changes nothing."""

    told = Signal(int, int, str)
    emptied = Signal()
    """Every row was taken in."""

    def __init__(self, desk: Desk, panel: ImportPanel) -> None:
        super().__init__(panel)
        self._desk, self._panel = desk, panel
        self._asker = Asker(desk, panel)
        self._found: ReferralFile | None = None
        self._name = ""
        self._turn = 0
        self._stop = Event()
        self._importing = False
        self._began = 0.0
        panel.file_wanted.connect(self._choose)
        panel.import_wanted.connect(self._import)
        panel.cancel_wanted.connect(self._cancel)
        panel.corrected.connect(lambda line, column, words: self._put_right(line, {column: words}))
        panel.row_wanted.connect(self._ask_row)
        panel.fix_wanted.connect(self._ask_to_save)
        self.told.connect(panel.show_progress)
        FilesDropped(panel, DROP, lambda: not panel.running).came.connect(self.take)

    @property
    def holds_a_file(self) -> bool:
        return self._found is not None

    def read(self, path: Path) -> None:
        """Read a file and hold it against the people here."""
        self._name = path.name
        self._run(partial(_examined, self._desk.session, path), "Reading", at=0)

    def take(self, paths: Sequence[Path]) -> None:
        """Files that were dropped: the first is read, as rows of one file are put right at a time."""
        self.read(paths[0])
        if len(paths) > 1:
            self._desk.toast(f"{paths[0].name} is read. Drop the others when it is imported: one file at a time")

    def forget(self) -> None:
        """Leave no trace of the file. What is being taken in stops at the next row."""
        self._stop.set()
        self._turn += 1
        self._asker.forget()
        self._found, self._name = None, ""
        self._panel.clear()

    def _cancel(self) -> None:
        """An import stops at the next row; a file that is still being read is let go."""
        self._stop.set()
        if not self._importing:
            self._turn += 1
            self._panel.set_running("")
            if self._found is None:
                self._panel.clear()

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._panel, "Choose a referral file", "", "CSV files (*.csv);;All files (*)"
        )
        if path:
            self.read(Path(path))

    def _run(self, job: Callable[[], Read], words: str, *, at: int) -> None:
        self._turn += 1
        self._panel.set_running(words)
        done = partial(self._shown, self._turn, at)
        self._desk.lanes.work.run(job, done=done, failed=partial(self._refused, self._turn))

    def _shown(self, turn: int, at: int, answer: Read) -> None:
        if turn != self._turn:
            return
        self._found, view = answer
        self._panel.set_running("")
        self._panel.show_view(self._name, view, at=at)
        if at:
            self._panel.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._found.typed:
            self._desk.toast("What you corrected in this file before is put in again")

    def _put_right(self, line: int, cells: dict[str, str]) -> None:
        found = self._found
        if found is not None:
            self._keep(found, with_cells(found.typed, {line: cells}))
            self._run(partial(_corrected, self._desk.session, found, line, cells), "Checking", at=line)

    def _keep(self, found: ReferralFile, typed: Cells) -> None:
        """What was typed anew is there again when the same file is chosen, until its rows are imported."""
        if typed != found.typed:
            job = partial(keep_cells, self._desk.session, found.digest, typed)
            self._desk.lanes.store.run(job, done=lambda _: self._desk.syncer.draft_kept(), failed=self._desk.tell)

    def _ask_row(self, line: int) -> None:
        """Every cell of a row in a form, with what is wrong beside the cells."""
        found = self._found
        if found is None:
            return
        cells = cells_of_line(found, line)
        asks = [
            Ask(column, CELL_LABELS[column], "text" if column in ("reason", "notes") else "line", words, half=True)
            for column, words in cells.items()
        ]
        dialog = FormDialog(
            f"Row {line}", asks, "Check again", about="Nothing is imported yet.", parent=self._panel.window()
        )

        def submitted(typed: Typed) -> None:
            dialog.accept()
            self._put_right(line, {column: words for column, words in typed.items() if words != cells[column]})

        dialog.submitted.connect(submitted)
        dialog.open()
        if wrong := refused_cells(found.findings, line):
            dialog.tell(wrong)

    # --- taking in ---------------------------------------------------------------------------------------------------

    def _import(self, lines: frozenset[int]) -> None:
        found = self._found
        if found is None:
            return
        self._stop.clear()
        self._began = self._desk.session.clock.steady()
        self._importing = True
        self._turn += 1
        self._panel.set_running("Importing")
        part = only(found, lines)
        job = partial(take_in, self._desk.session, part, accept_valid=True, progress=self._progress)
        done = partial(self._imported, self._turn, found, part)
        self._desk.lanes.work.run(job, done=done, failed=partial(self._not_imported, self._turn, found, part))

    def _progress(self, done: int, total: int) -> bool:
        """Called from the work lane between rows."""
        if done % 10 == 0:
            since = self._desk.session.clock.steady() - self._began
            self.told.emit(done, total, progress_words(done, total, since))
        return not self._stop.is_set()

    def _imported(self, turn: int, found: ReferralFile, part: ReferralFile, answer: Imported) -> None:
        self._importing = False
        self._desk.changed(answer.touched)
        self._desk.toast(imported_words(answer.imported))
        if turn == self._turn:
            self._go_on(found, part, answer.imported)

    def _not_imported(self, turn: int, found: ReferralFile, part: ReferralFile, error: BaseException) -> None:
        self._importing = False
        self._desk.changed(REFERRALS)
        if turn != self._turn:
            return
        if not isinstance(error, ImportStopped):
            self._refused(turn, error)
            return
        self._go_on(found, part, error.imported)
        self._panel.show_trouble(
            f"Stopped after {imported_words(error.imported)}.", "Those stand. The rows below are not imported yet."
        )

    def _go_on(self, found: ReferralFile, part: ReferralFile, taken: int) -> None:
        """Show what is left of the file; the panel is empty again when nothing is."""
        lines = [row.line for row in part.rows[:taken]]
        self._keep(found, left_of(found.typed, lines))
        if len(lines) == found.records:
            self.forget()
            self.emptied.emit()
            return
        self._run(partial(_left, self._desk.session, found, lines), "Checking", at=1)

    def _refused(self, turn: int, error: BaseException) -> None:
        if turn != self._turn:
            return
        words = words_for(error)
        self._panel.show_trouble(words.happened, words.do)
        if not isinstance(error, DomainError):
            self._desk.tell(error)

    # --- rows to fix -------------------------------------------------------------------------------------------------

    def _ask_to_save(self) -> None:
        """Say once that the file leaves the encryption, then ask where it goes."""
        found = self._found
        if found is None:
            return
        asks = (Ask("sure", "I keep this file safe and delete it afterwards", "check"),)
        dialog = FormDialog("Save the rows to fix?", asks, "Choose a place", about=SAVED, parent=self._panel.window())

        def job(typed: Typed) -> Callable[[], int]:
            if not typed["sure"]:
                raise ToCorrect({"sure": "Confirm this first"})
            path, _ = QFileDialog.getSaveFileName(
                self._panel, "Save the rows to fix", "rows-to-fix.csv", "CSV files (*.csv)"
            )
            if not path:
                raise ToCorrect({})
            return partial(save_rows_to_fix, self._desk.session, found, Path(path))

        self._asker.ask(dialog, job, lambda _count: self._desk.toast("Rows to fix saved"))


class ImportDialog(ImportWindow):
    """The import over any page."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.flow = ImportFlow(desk, self.panel)
        self.flow.emptied.connect(self.accept)
        self.finished.connect(lambda _code: self.flow.forget())

    def read(self, path: Path) -> None:
        self.flow.read(path)


def _examined(session: Session, path: Path) -> Read:
    try:
        data = path.read_bytes()
    except OSError:
        raise FileUnreadable from None
    return _in_words(session, taken_up(session, data))


def _corrected(session: Session, found: ReferralFile, line: int, cells: dict[str, str]) -> Read:
    return _in_words(session, put_right(session, found, {line: cells}))


def _left(session: Session, found: ReferralFile, lines: list[int]) -> Read:
    return _in_words(session, left_after(session, found, lines))


def _in_words(session: Session, found: ReferralFile) -> Read:
    return found, import_view(found, session.checklists, nurses_here(session, found))
