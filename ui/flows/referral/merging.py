"""Two people side by side: before a referral joins somebody, before a lead merges two records, and back again."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QDialog, QWidget

from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.referral.compare import two_people
from smf_desktop.presenters.referral.inbox import InboxRow
from smf_desktop.services.referral.merging import (
    Held,
    Merged,
    compare,
    confirm_same,
    may_merge,
    merge,
    merged_people,
    separate,
    someone_else,
    tell_apart,
    unmerge,
)
from smf_desktop.services.session import Touched
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed
from ui.flows.form_draft import FormDraft, draft_anywhere, draft_of_record
from ui.views.form_dialog import Ask, FormDialog
from ui.views.referral.compare import Answer, CompareDialog

MERGE_ABOUT = (
    "Everything written of both is shown under one person, also what arrives later. "
    "A lead can take them apart again: then each has what was written of it."
)


Answered = Callable[[str, str, str], object]
"""Told the key of the answer, the record to keep, and the reason."""


class Comparing:
    """Opens one comparison at a time over a page; locking closes it."""

    def __init__(self, desk: Desk, over: QWidget, asker: Asker) -> None:
        self._desk, self._over, self._asker = desk, over, asker
        self._open: CompareDialog | None = None
        self._draft: FormDraft | None = None

    def show(self, dialog: CompareDialog, answered: Answered, draft: FormDraft | None = None) -> None:
        self.close()
        self._open, self._draft = dialog, draft
        dialog.answered.connect(answered)
        dialog.finished.connect(lambda _code: self._left(dialog, draft))
        if draft is None:
            dialog.open()
        else:
            draft.show(lambda: self._open if self._draft is draft else None)

    def close(self) -> None:
        dialog, self._open = self._open, None
        if dialog is not None:
            dialog.done(QDialog.DialogCode.Rejected)

    def two(self, one: str, other: str, answers: tuple[Answer, ...], answered: Answered) -> None:
        """Two records beside each other, with how much each holds."""
        session = self._desk.session

        def done(found: tuple[Held, Held]) -> None:
            rows = two_people(*found, session.today(), session.checklists)
            keeps = any(answer.needs for answer in answers)
            dialog = CompareDialog(
                "Is this one person?",
                rows,
                answers,
                about=MERGE_ABOUT if keeps else "",
                keeps=keeps,
                parent=self._over.window(),
            )
            self.show(dialog, answered, draft_of_record(self._desk, one, f"same person {other}") if keeps else None)

        # The readings are noted, so this is work for the store.
        self._desk.lanes.store.run(partial(compare, session, one, other), done=done, failed=self._desk.tell)

    def of_referral(self, row: InboxRow) -> None:
        """A referral marked as one whose person might already be here: settle the mark."""
        session = self._desk.session
        if not row.referral:
            self._pair(row)
            return
        if row.own_record:
            self._ask_own(row)
            return
        answers = [Answer("another", "Someone else")]
        if may_merge(session):
            answers.append(Answer("merge", "Merge records", "primary", needs=True))
        self.two(row.patient, row.of, tuple(answers), partial(self._settle, row))

    def _pair(self, row: InboxRow) -> None:
        """Two records that no referral marked: a lead merges them, or says that they are two people."""
        answers = (
            Answer("apart", "Two people", needs=True),
            Answer("merge", "Merge records", "primary", needs=True),
        )
        self.two(row.patient, row.of, answers, partial(self._settle, row))

    def _ask_own(self, row: InboxRow) -> None:
        """The referral was put on the record of the same number, name and birth: say yes, or open that record."""
        dialog = FormDialog(
            "Is this the person of the record?",
            (),
            "Same person",
            who=row.about,
            about="Name, date of birth and NHS number agree, so the referral stands on this record already.",
            cancel="Not yet",
            parent=self._over.window(),
        )
        job = partial(confirm_same, self._desk.session, row.referral)
        self._asker.ask(dialog, lambda _typed: job, lambda touched: self._asker.did("Same person", touched))

    def _settle(self, row: InboxRow, key: str, keep: str, reason: str) -> None:
        session = self._desk.session
        if key == "another":
            self._do(key, partial(someone_else, session, row.referral), "Someone else", None)
            return
        if key == "apart":
            self._do(key, partial(tell_apart, session, row.patient, row.of, reason), "Two people", None)
            return
        kept, duplicate = (row.of, row.patient) if keep == "right" else (row.patient, row.of)
        undo = partial(unmerge, session, duplicate, "Taken back at once")
        redo = partial(merge, session, duplicate, kept, reason)
        self._do(key, redo, "Records merged", Act("Records merged", undo, redo))

    def _do(self, key: str, job: Callable[[], Touched], words: str, act: Act | None) -> None:
        dialog, draft = self._open, self._draft
        if dialog is not None:
            dialog.set_busy(key, "Saving")

        def done(touched: Touched) -> None:
            if draft is not None:
                draft.saved()
            self.close()
            self._asker.did(words, touched, act)

        def failed(error: BaseException) -> None:
            if self._open is None or not isinstance(error, DomainError):
                self._desk.tell(error)
            if self._open is not None:
                said = words_for(error)
                self._open.complain(said.happened, said.do)

        self._desk.lanes.store.run(draft.saving(job) if draft else job, done=done, failed=failed)

    def _left(self, dialog: CompareDialog, draft: FormDraft | None) -> None:
        if draft is not None:
            draft.leave()
        if self._open is dialog:
            self._open = None


def ask_separate(desk: Desk, asker: Asker, over: QWidget, name: Callable[[Merged], str]) -> None:
    """The records that were merged; one may be taken apart again, with a reason."""
    session = desk.session

    def show(found: tuple[Merged, ...]) -> None:
        options = tuple((one.person.id, name(one)) for one in found)
        if not options:
            desk.toast("No records are merged")
            return
        asks = (Ask("who", "Merged record", "choice", options[0][0], options=options), Ask("reason", "Reason"))
        dialog = FormDialog(
            "Take two records apart?",
            asks,
            "Take apart",
            about="What was written of the merged record goes back to it. What was written since stays with the other.",
            parent=over.window(),
        )

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            who = fields.needed("who", "Choose a record")
            reason = fields.needed("reason", "Enter why they are two people")
            fields.check()
            return partial(separate, session, who, reason)

        draft = draft_anywhere(desk, "separate")
        asker.ask(dialog, job, lambda touched: asker.did("Records taken apart", touched), draft=draft)

    desk.lanes.read.run(partial(merged_people, session), done=show, failed=desk.tell)
