"""Letters: shown as they print, printed, sent, saved, withdrawn. Everybody's on a page, one person's in a panel."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from smf_core.domain.letter import LetterState
from smf_desktop.presenters.banner import BannerRow, banner
from smf_desktop.presenters.letters.rows import (
    COLUMNS,
    COLUMNS_OF_PERSON,
    HOW_SENT,
    NONE_ABOUT_PERSON,
    PILES,
    LetterRow,
    LettersRows,
    letter_row,
    letters_rows,
)
from smf_desktop.presenters.letters.words import letter_text
from smf_desktop.services.letters.letters import (
    LetterFacts,
    Paper,
    PersonLetters,
    Pile,
    letters_about,
    letters_to_send,
    mark_printed,
    mark_sent,
    note_saved,
    read_letter,
    set_back,
    use_successor,
    withdraw,
)
from smf_desktop.services.session import Touched
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Act, Asker, Reader, Typed
from ui.flows.form_draft import draft_of_record
from ui.flows.letters.core_stop import ask_core_stop
from ui.flows.letters.printing import ask_pdf_file, ask_printer
from ui.flows.letters.waiting import PrintsWaiting
from ui.flows.listed import keep_columns, read_list
from ui.views.form_dialog import Ask, FormDialog
from ui.views.letters import LettersView
from ui.widgets.pdf import print_pdf

SHOW_AFTER_MS = 120
"""From the last arrow key to the letter under it."""

WARNED = "letters/saving-leaves-the-encryption"
"""Kept once a person has read that a saved letter leaves the encryption."""

LEAVES = "A saved file is outside the encryption: whoever can open this folder can read it."


class Letters(QObject):
    """What the page and the panel do alike: one list, one letter shown, and what is done with it."""

    facts_changed = Signal()

    def __init__(self, desk: Desk, view: LettersView) -> None:
        super().__init__()
        self._desk, self.view = desk, view
        keep_columns(desk, view.table, f"letters{view.table.model().columnCount()}")
        self._asker = Asker(desk, view)
        self._paper: Paper | None = None
        self._wanted = ""
        self._large = False
        self._warned = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SHOW_AFTER_MS)
        self._wait.timeout.connect(self._read_paper)
        self._connect()

    @property
    def widget(self) -> QWidget:
        return self.view

    @property
    def facts(self) -> str:
        return ""

    def leave(self) -> None:
        self._asker.close()

    def clear(self) -> None:
        """Locking, or somebody else: nothing of anyone stays."""
        self._wait.stop()
        self._asker.forget()
        self._paper, self._wanted = None, ""
        self.view.clear()

    def can(self, action: Action) -> bool:
        if action is Action.UNDO:
            return self._asker.can_undo
        if action is Action.REDO:
            return self._asker.can_redo
        row = self.view.selected
        able = {
            Action.PRINT: row is not None and row.may_print,
            Action.SAVE_PDF: row is not None and row.may_print,
            Action.MAIN: row is not None and row.may_send,
            Action.WITHDRAW_LETTER: row is not None and row.may_withdraw,
            Action.REFRESH: True,
        }
        return able.get(action, False)

    def do(self, action: Action) -> None:
        if self.can(action):
            self._commands()[action]()

    def print_on(self, printer: QPrinter) -> None:
        """Print the letter shown; it is then marked as printed."""
        paper = self._paper
        if paper is not None and print_pdf(paper.pdf, printer):
            self._asker.run(partial(mark_printed, self._desk.session, paper.letter.id), self._printed)

    def save_to(self, path: Path) -> None:
        """Write the letter shown to a file, outside the encryption; that it was is noted."""
        paper = self._paper
        if paper is None:
            return

        def job() -> None:
            path.write_bytes(paper.pdf)
            note_saved(self._desk.session, paper.letter.id)

        self._asker.run(job, lambda _none: self._desk.toast("Letter saved as PDF"))

    # --- inside ------------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        raise NotImplementedError

    def _who(self, row: LetterRow) -> str:
        return row.who

    def _commands(self) -> dict[Action, Callable[[], None]]:
        return {
            Action.UNDO: self._asker.undo,
            Action.REDO: self._asker.redo,
            Action.PRINT: self._print,
            Action.SAVE_PDF: self._save,
            Action.MAIN: self._ask_sent,
            Action.WITHDRAW_LETTER: self._ask_withdraw,
            Action.REFRESH: self._read,
        }

    def _show(self, rows: LettersRows) -> None:
        self.view.show_rows(rows)
        if not rows.rows:
            self._wait.stop()
            self._paper, self._wanted = None, ""
        self.facts_changed.emit()

    def _choose(self, letter: str) -> None:
        self._wanted = letter
        if self._paper is None:
            self._read_paper()  # the first one at once
        else:
            self._wait.start()

    def _large_print(self, on: bool) -> None:
        self._large = on
        self._read_paper()

    def _read_paper(self) -> None:
        """Set the letter that is chosen. In the lane of writes: that it was read is noted before it is shown."""
        wanted = self._wanted
        if wanted:
            job = partial(read_letter, self._desk.session, wanted, large=self._large)
            self._desk.lanes.store.run(job, done=partial(self._show_paper, wanted), failed=self._desk.tell)

    def _show_paper(self, wanted: str, paper: Paper) -> None:
        if wanted != self._wanted:
            return
        self._paper = paper
        self.view.show_pdf(paper.pdf, letter_text(paper.letter.content))
        self.facts_changed.emit()

    def _print(self) -> None:
        if self._paper is not None:
            ask_printer(self.view.window(), self.print_on)

    def _printed(self, touched: Touched) -> None:
        self._asker.did("Letter printed", touched)

    def _save(self) -> None:
        row = self.view.selected
        if row is None or self._paper is None:
            return
        if self._warned or self._desk.kept(WARNED):
            ask_pdf_file(self.view.window(), row.file_name, self.save_to)
            return
        form = FormDialog(
            "Save this letter outside the encryption?", (), "Choose a folder", about=LEAVES, parent=self.view.window()
        )

        def agreed(_typed: object) -> None:
            self._warned = True
            self._desk.keep(WARNED, b"yes")
            form.accept()
            ask_pdf_file(self.view.window(), row.file_name, self.save_to)

        form.submitted.connect(agreed)
        form.open()

    def _ask_sent(self) -> None:
        row = self.view.selected
        if row is None:
            return
        asks = (Ask("how", "How it went", "choice", value=HOW_SENT[0][0], options=HOW_SENT),)
        form = FormDialog(
            "How was this letter sent?", asks, "Mark as sent", who=self._who(row), parent=self.view.window()
        )

        def job(typed: Typed) -> Callable[[], Touched]:
            read = Reader(typed, self._desk.session.today())
            how = read.needed("how", "Choose how it was sent")
            read.check()
            return partial(mark_sent, self._desk.session, row.id, how)

        self._asker.ask(form, job, partial(self._did, row.id, "Letter marked as sent", self._before(row.id)))

    def _ask_withdraw(self) -> None:
        row = self.view.selected
        if row is None:
            return
        form = FormDialog(
            "Why is this letter withdrawn?",
            (Ask("reason", "Reason"),),
            "Withdraw letter",
            who=self._who(row),
            about="It stays readable, is printed no more, and nobody is told by it.",
            kind="danger",
            parent=self.view.window(),
        )

        def job(typed: Typed) -> Callable[[], Touched]:
            read = Reader(typed, self._desk.session.today())
            reason = read.needed("reason", "Enter why it is withdrawn")
            read.check()
            return partial(withdraw, self._desk.session, row.id, reason)

        done = partial(self._did, row.id, "Letter withdrawn", self._before(row.id))
        self._asker.ask(form, job, done, draft=draft_of_record(self._desk, row.patient, f"withdraw letter {row.id}"))

    def _before(self, letter: str) -> LetterState:
        held = self._paper.letter if self._paper and self._paper.letter.id == letter else None
        return held.state if held else LetterState.TO_PRINT

    def _did(self, letter: str, words: str, before: LetterState, touched: Touched) -> None:
        session = self._desk.session
        back = partial(set_back, session, letter, before)
        again = partial(set_back, session, letter, LetterState.SENT)
        undoable = words == "Letter marked as sent"
        self._asker.did(words, touched, Act(words, back, again) if undoable else None)

    def _agree(self, act: str) -> None:
        row = self.view.selected
        if row is None:
            return
        if act == "confirm_stop":
            ask_core_stop(self._desk, self._asker, self.view, row.id, row.patient, self._who(row))
        elif act == "use_successor":
            self._asker.run(
                partial(use_successor, self._desk.session, row.patient), partial(self._asker.did, "Practice changed")
            )

    def _open(self, patient: str) -> None:
        self._desk.go(Place("patient", patient))

    def _connect(self) -> None:
        view = self.view
        view.chosen.connect(self._choose)
        view.large_wanted.connect(self._large_print)
        view.print_wanted.connect(partial(self.do, Action.PRINT))
        view.sent_wanted.connect(partial(self.do, Action.MAIN))
        view.save_wanted.connect(partial(self.do, Action.SAVE_PDF))
        view.withdraw_wanted.connect(partial(self.do, Action.WITHDRAW_LETTER))
        view.agreed.connect(self._agree)


class LettersPanel(Letters):
    """The letters about one person, for the page of that person."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, LettersView(COLUMNS_OF_PERSON, ()))
        self.view.state.again_wanted.connect(self._read)
        self._patient = ""
        self._prints = PrintsWaiting(desk, self._asker, self)

    def enter(self, patient: str) -> None:
        """Read and show the letters about a person."""
        if patient != self._patient:
            self.clear()
        self._patient = patient
        self._read()

    def refresh(self, touched: Touched) -> None:
        if self._patient and touched & {"letter", "patient", "medicine", "practice"}:
            self._read()

    def clear(self) -> None:
        super().clear()
        self._patient = ""

    def _read(self) -> None:
        patient = self._patient
        job = partial(letters_about, self._desk.session, patient)
        read_list(self._desk, self.view.state, job, partial(self._fill, patient))

    def _fill(self, patient: str, found: PersonLetters) -> None:
        if patient != self._patient:
            return
        self._show(LettersRows(_rows_about(found), (), "", NONE_ABOUT_PERSON))

    def ask_waiting(self, patient: str, over: QWidget) -> None:
        """Ask for a printer for all letters about a person that are to be printed."""

        def ask(found: PersonLetters) -> None:
            wait = {one.id for one in found.letters if one.state is LetterState.TO_PRINT}
            rows = [row for row in _rows_about(found) if row.id in wait]
            if rows and not self._prints.is_busy:
                ask_printer(over.window(), partial(self.print_waiting_on, waiting=rows))
            elif not rows:
                self._desk.toast("No letter is to be printed")

        self._desk.lanes.read.run(partial(letters_about, self._desk.session, patient), done=ask, failed=self._desk.tell)

    def print_waiting_on(self, printer: QPrinter, waiting: Sequence[LetterRow]) -> None:
        """Print these letters, in one job."""
        self._prints.print_on(printer, waiting, large=self._large)


def _rows_about(found: PersonLetters) -> tuple[LetterRow, ...]:
    practice = found.practices.get(found.patient.practice_code)
    successor = found.practices.get(practice.successor) if practice else None
    name, names, today, holidays = found.patient.name, found.names, found.today, found.holidays
    return tuple(
        letter_row(one, name, practice, successor, names, today, holidays, with_person=False) for one in found.letters
    )


class LettersPage(Letters):
    """Everybody's letters, by what is still to be done with them: a page of the window."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, LettersView(COLUMNS, PILES))
        self._pile = Pile.TO_PRINT
        self._fresh = False
        self._named = ""
        """The letter that somebody came for, until it is found."""
        self._waiting: tuple[LetterRow, ...] = ()
        self._prints = PrintsWaiting(desk, self._asker, self)
        self.view.offer_all(0)
        self.view.print_all_wanted.connect(partial(self.do, Action.PRINT_ALL))
        self.view.state.again_wanted.connect(self._read)
        self.view.pile_chosen.connect(self._open_pile)
        self.view.opened.connect(self._open)

    @property
    def title(self) -> str:
        return "Letters"

    @property
    def banner(self) -> BannerRow | None:
        """Whose letter is shown."""
        return banner(self._paper.patient, self._desk.session.today()) if self._paper else None

    def enter(self, place: Place) -> None:
        self._fresh, self._named = True, place.record or ""
        self._pile = Pile.TO_PRINT if self._named else self._pile
        self._read()

    def refresh(self, touched: Touched) -> None:
        if touched & {"letter", "patient", "medicine", "practice", "episode"}:
            self._read()

    def can(self, action: Action) -> bool:
        if action is Action.PRINT_ALL:
            return not self._prints.is_busy and any(row.plain for row in self._waiting)
        return super().can(action)

    def clear(self) -> None:
        super().clear()
        self._waiting = ()
        self.view.offer_all(0)

    def print_all_on(self, printer: QPrinter) -> None:
        """Print every letter that waits, in one job."""
        self._prints.print_on(printer, self._waiting, large=self._large)

    def _commands(self) -> dict[Action, Callable[[], None]]:
        return super()._commands() | {Action.PRINT_ALL: self._ask_print_all}

    def _ask_print_all(self) -> None:
        ask_printer(self.view.window(), self.print_all_on)

    def _open_pile(self, code: str) -> None:
        self._pile = Pile(code)
        self._paper, self._wanted = None, ""
        self._read()

    def _read(self) -> None:
        job = partial(letters_to_send, self._desk.session, self._pile)
        read_list(self._desk, self.view.state, job, partial(self._fill, self._pile))

    def _fill(self, pile: Pile, found: LetterFacts) -> None:
        if pile is not self._pile:
            return
        rows = []
        for one in found.letters:
            practice = found.practices.get(one.practice_code)
            successor = found.practices.get(practice.successor) if practice else None
            rows.append(
                letter_row(one.letter, one.person.name, practice, successor, found.names, found.today, found.holidays)
            )
        self._waiting = tuple(rows) if pile is Pile.TO_PRINT else ()
        self.view.offer_all(sum(row.plain for row in self._waiting))
        self._show(letters_rows(rows, found.counts, LetterState(pile.value)))
        self.view.show_pile(pile.value)
        if self._named and not self.view.choose(self._named) and pile is Pile.TO_PRINT:
            self._open_pile(Pile.PRINTED.value)  # it was printed, and has not been sent
            return
        self._named = ""
        if self._fresh:
            self._fresh = False
            self.view.focus_list()
