"""What is typed in a form and not saved yet: kept within two seconds, and there again when the form is next asked."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QTimer

from smf_desktop.presenters.days import clock, day
from smf_desktop.services.drafts import ANYWHERE, RECORD, TypedForm, discard_draft, keep_typed, typed_before
from ui.desk import Desk
from ui.views.left_off import LeftOff, TypedDialog

T = TypeVar("T")
Kept = tuple[TypedForm, datetime]

LOOK_MS = 1_500
"""So often a form is looked at; the promise is 2 s, the store needs some of it."""


class FormDraft:
    """Looks after one form while it is open; a lock or a crash takes nothing of it. Saved, its draft is gone.

    `page` is one of the pages of `services.drafts`, and `record` names the form there; `patient` is whom it is about.
    What is left with Esc or Cancel comes back, too, unless `cancels`: then that was a no. Fields that are `asked_anew`,
    such as a name typed to confirm, do not come back.
    """

    def __init__(
        self,
        desk: Desk,
        page: str,
        record: str,
        patient: str = "",
        *,
        cancels: bool = False,
        asked_anew: Collection[str] = (),
    ) -> None:
        self._desk = desk
        self._of = desk.session, page, record
        self._patient, self._cancels, self._asked_anew = patient, cancels, asked_anew
        self._form: LeftOff | None = None
        self._began = TypedForm({})
        self._kept: TypedForm | None = self._began
        self._told = False

    def show(self, dialog: Callable[[], TypedDialog | None]) -> None:
        """Show a dialog with what was typed in it before, and look after it. `dialog` answers None once it closed."""

        def come(kept: Kept | None) -> None:
            if (found := dialog()) is not None:
                found.cancelled.connect(self._let_go)
                self._begin(found.left_off, kept)
                found.open()
                if kept:
                    found.left_off.go_to_ends()

        def failed(error: BaseException) -> None:
            """What was typed before cannot be read now: it is left alone, and the form keeps nothing over it."""
            if (found := dialog()) is not None:
                found.open()
            self._desk.tell(error)

        self._desk.lanes.store.run(partial(typed_before, *self._of), done=come, failed=failed)

    def _begin(self, form: LeftOff, kept: Kept | None) -> None:
        self._form, self._began = form, TypedForm(form.values())
        if kept:
            self._kept, at = kept
            form.go_on(self._kept.fields, f"As it was left on {day(at.date())} at {clock(at)}.")
        looks = QTimer(form)
        looks.timeout.connect(self.keep)
        looks.start(LOOK_MS)

    def keep(self) -> None:
        """Keep what is typed, if it is not what was kept last."""
        if self._form is not None:
            typed = {key: words for key, words in self._form.values().items() if words != self._began.fields.get(key)}
            typed = {key: words for key, words in typed.items() if key not in self._asked_anew}
            self._keep(TypedForm(typed, self._form.window().windowTitle(), self._form.lines(typed)))

    def _let_go(self) -> None:
        """Somebody said no to the form, before it closes."""
        if self._cancels:
            self._keep(TypedForm({}))
            self._form = None

    def leave(self) -> None:
        """The form closes: what stands in it is kept."""
        self.keep()
        self._form = None

    def _keep(self, typed: TypedForm) -> None:
        if self._kept is None or typed.fields != self._kept.fields:
            self._kept = typed
            self._desk.lanes.store.run(
                partial(keep_typed, *self._of, typed, self._patient), done=self._was_kept, failed=self._not_kept
            )

    def saving(self, work: Callable[[], T]) -> Callable[[], T]:
        """The same work, after which nothing is left to come back; until then what stands in the form is kept."""
        if self._form is None:
            return work
        self.keep()

        def saved() -> T:
            answer = work()
            discard_draft(*self._of)
            return answer

        return saved

    def saved(self) -> None:
        """The work was done: the form has nothing more to keep."""
        self._form = None

    def _was_kept(self, _at: datetime | None) -> None:
        self._told = False
        self._desk.syncer.draft_kept()

    def _not_kept(self, error: BaseException) -> None:
        """It is still in the form: say so once and go on trying."""
        self._kept = None
        if not self._told:
            self._told = True
            self._desk.tell(error)


def draft_of_record(desk: Desk, patient: str, name: str, *, asked_anew: Collection[str] = ()) -> FormDraft:
    """That of a form over a person's record; `name` names it among theirs, with the entry that it is of."""
    return FormDraft(desk, RECORD, f"{patient} {name}", patient, cancels=True, asked_anew=asked_anew)


def draft_anywhere(desk: Desk, name: str, people: Sequence[str] = ()) -> FormDraft:
    """That of a short form which no page of its own asks; of one person it is theirs."""
    if len(people) == 1:
        return draft_of_record(desk, people[0], name)
    return FormDraft(desk, ANYWHERE, name, cancels=True)
