"""Letters that wait, printed in one job one after another; those that went whole are then marked as printed."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtPrintSupport import QPrinter

from smf_desktop.presenters.letters.rows import LetterRow, printed_words
from smf_desktop.services.letters.letters import Paper, mark_all_printed, read_letters
from ui.desk import Desk
from ui.flows.asking import Asker
from ui.widgets.pdf import PrintRun


class PrintsWaiting(QObject):
    """One such job at a time."""

    def __init__(self, desk: Desk, asker: Asker, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._asker = desk, asker
        self._run: PrintRun | None = None

    @property
    def is_busy(self) -> bool:
        return self._run is not None

    def print_on(self, printer: QPrinter, waiting: Sequence[LetterRow], *, large: bool = False) -> None:
        """Print these. One with something to be looked at first, such as a dose that no longer holds, is left out."""
        wanted = [row.id for row in waiting if row.plain]
        job = partial(read_letters, self._desk.session, wanted, large=large)
        self._asker.run(job, partial(self._begin, printer, len(waiting) - len(wanted)))

    def _begin(self, printer: QPrinter, left_out: int, papers: Sequence[Paper]) -> None:
        self._run = PrintRun([paper.pdf for paper in papers], printer)
        self._next(self._run, left_out, papers)

    def _next(self, run: PrintRun, left_out: int, papers: Sequence[Paper]) -> None:
        """One letter at a time: between two of them the window answers."""
        if run.step():
            QTimer.singleShot(0, self, partial(self._next, run, left_out, papers))
            return
        self._run = None
        went = [paper.letter.id for paper in papers[: run.done]]
        words = printed_words(run.done, len(papers), left_out)
        self._asker.run(partial(mark_all_printed, self._desk.session, went), partial(self._asker.did, words))
