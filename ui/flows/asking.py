"""A form, the service it leads to, and how to take that back: what every page does with a dialog."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QWidget

from smf_core.domain.dates import BadDate, parse_csv_date, parse_typed
from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.form_draft import FormDraft
from ui.tasks import Lane
from ui.views.form_dialog import FormDialog, ReadDate

T = TypeVar("T")
Typed = Mapping[str, str]


class ToCorrect(Exception):
    """What was typed cannot stay as it is; `problems` are sentences by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(len(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done and can be taken back: both ways are new entries of the record."""

    words: str
    undo: Callable[[], Touched]
    redo: Callable[[], Touched]


class Asker:
    """Opens one dialog at a time over a page and carries its answer to the store lane. Keeps what can be undone."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        self._desk, self._over = desk, over
        self._open: FormDialog | None = None
        self._draft: FormDraft | None = None
        self._asked = 0
        self._done: list[Act] = []
        self._undone: list[Act] = []

    def ask(
        self,
        dialog: FormDialog,
        job: Callable[[Typed], Callable[[], T]],
        done: Callable[[T], object],
        busy: str = "Saving",
        lane: Lane | None = None,
        draft: FormDraft | None = None,
    ) -> None:
        """Show the form. `job` reads what was typed into work for the store (or another lane), or raises `ToCorrect`.

        While it fails the form stays, with everything in it. With a `draft` what was typed in it before comes back.
        """
        self.close()
        self._open, self._draft = dialog, draft
        self._asked += 1
        dialog.submitted.connect(self._submitting(self._asked, job, done, busy, lane or self._desk.lanes.store))
        dialog.finished.connect(partial(self._left, self._asked))
        if draft is None:
            dialog.open()
        else:
            draft.show(partial(self._form, self._asked))

    def _submitting(
        self, number: int, job: Callable[[Typed], Callable[[], T]], done: Callable[[T], object], busy: str, lane: Lane
    ) -> Callable[[Typed], None]:
        """What the form leads to. It knows the form by its number: a slot that is the last to hold a widget takes it
        down in the middle of its own end, and the application with it."""

        def submitted(typed: Typed) -> None:
            dialog = self._form(number)
            if dialog is None:
                return
            try:
                work = job(typed)
            except ToCorrect as wrong:
                dialog.tell(wrong.problems)
                return
            dialog.tell({})
            dialog.set_busy(busy)
            lane.run(self._draft.saving(work) if self._draft else work, done=finished, failed=failed)

        def finished(answer: T) -> None:
            if self._form(number) is not None:
                if self._draft:
                    self._draft.saved()
                self.close()
            done(answer)

        def failed(error: BaseException) -> None:
            dialog = self._form(number)
            if dialog is None or not isinstance(error, DomainError):
                self._desk.tell(error)
            if dialog is not None:
                words = words_for(error)
                dialog.complain(words.happened, words.do)

        return submitted

    def _form(self, number: int) -> FormDialog | None:
        """The form asked so many-th, while it is open."""
        return self._open if self._asked == number else None

    def run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        """Work for the store that needs no form."""
        self._desk.lanes.store.run(work, done=done, failed=self._desk.tell)

    def did(self, words: str, touched: Touched, act: Act | None = None) -> None:
        """Something was saved: say so, pass on what changed, and remember how to take it back."""
        if act is not None:
            self._done.append(act)
            self._undone.clear()
        self._desk.changed(touched)
        self._desk.toast(words)
        if act is not None:
            self._desk.offer_undo(lambda: self.take_back(act))

    def take_back(self, act: Act) -> None:
        """Take back what was done, also after the page was left; nothing where it was taken back already."""
        if act in self._undone:
            return
        if act in self._done:
            self._done.remove(act)
        self.run(act.undo, lambda touched: self._moved(act, self._undone, f"Taken back: {act.words}", touched))

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def undo(self) -> None:
        if self._done:
            act = self._done.pop()
            self.run(act.undo, lambda touched: self._moved(act, self._undone, f"Taken back: {act.words}", touched))

    def redo(self) -> None:
        if self._undone:
            act = self._undone.pop()
            self.run(act.redo, lambda touched: self._moved(act, self._done, act.words, touched))

    def forget(self) -> None:
        """The page is about someone else, or is locked: what could be undone is let go."""
        self.close()
        self._done.clear()
        self._undone.clear()

    def close(self) -> None:
        """Close the form, typed or not."""
        dialog, self._open = self._open, None
        if dialog is not None:
            dialog.done(QDialog.DialogCode.Rejected)

    def _moved(self, act: Act, to: list[Act], words: str, touched: Touched) -> None:
        to.append(act)
        self._desk.changed(touched)
        self._desk.toast(words)

    def _left(self, number: int, _code: int = 0) -> None:
        if self._asked == number:
            self._open = None
            if self._draft:
                self._draft.leave()


def read_date(session: Session, *, past: bool = False) -> ReadDate:
    """Reads a typed date for a field, None where it cannot."""

    def read(typed: str) -> date | None:
        try:
            return parse_typed(typed, session.today(), past=past)
        except BadDate:
            return None

    return read


class Reader:
    """Reads the fields of a form one by one and says all that is wrong with them at the end."""

    def __init__(self, typed: Typed, today: date) -> None:
        self._typed, self._today = typed, today
        self.problems: dict[str, str] = {}

    def needed(self, key: str, otherwise: str) -> str:
        """The text, trimmed; `otherwise` is the sentence where there is none."""
        text = self._typed.get(key, "").strip()
        if not text:
            self.problems.setdefault(key, otherwise)
        return text

    def text(self, key: str) -> str:
        return self._typed.get(key, "").strip()

    def on(self, key: str) -> bool:
        return bool(self._typed.get(key))

    def several(self, key: str) -> tuple[str, ...]:
        return tuple(filter(None, self._typed.get(key, "").split("|")))

    def day(self, key: str, *, needed: bool = True, earliest: date | None = None, birth: bool = False) -> date | None:
        """A typed date; with `earliest` none before it. A date of birth is written whole."""
        text = self.needed(key, "Enter a date") if needed else self.text(key)
        if not text:
            return None
        try:
            on = parse_csv_date(text) if birth else parse_typed(text, self._today)
        except DomainError as wrong:
            self.wrong(key, wrong)
            return None
        if earliest is not None and on < earliest:
            self.problems[key] = "Enter today or a later date"
        if birth and on > self._today:
            self.problems[key] = "Enter a date of birth that is not in the future"
        return on

    def whole(self, key: str, least: int, most: int) -> int:
        text = self.text(key)
        if not (text.isascii() and text.isdecimal() and len(text) <= 4 and least <= int(text) <= most):
            self.problems[key] = f"Enter a number from {least} to {most}"
            return least
        return int(text)

    def wrong(self, key: str, error: DomainError) -> None:
        self.problems[key] = str(words_for(error))

    def check(self) -> None:
        """Raises `ToCorrect` where anything was wrong."""
        if self.problems:
            raise ToCorrect(self.problems)
