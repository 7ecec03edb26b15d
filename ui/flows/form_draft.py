"""What is typed in a form and not saved yet: kept within two seconds, and there again when the form is next asked."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QTimer

from smf_desktop.presenters.days import clock, day
from smf_desktop.services.drafts import RECORD, discard_draft, keep_typed, typed_before
from ui.desk import Desk
from ui.views.form_dialog import FormDialog

T = TypeVar("T")
Kept = tuple[Mapping[str, str], datetime]

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
        self._dialog: FormDialog | None = None
        self._began: Mapping[str, str] = {}
        self._kept: Mapping[str, str] | None = {}
        self._told = False

    def read(self) -> Kept | None:
        """What was typed before and when that was kept: work for the store, where it was written."""
        return typed_before(*self._of)

    def begin(self, dialog: FormDialog, kept: Kept | None) -> None:
        """Put what was typed before into the form, and look after it from now on."""
        self._dialog, self._began = dialog, dialog.values()
        if kept:
            self._kept, at = kept
            dialog.go_on(self._kept, f"As it was left on {day(at.date())} at {clock(at)}.")
        looks = QTimer(dialog)
        looks.timeout.connect(self.keep)
        looks.start(LOOK_MS)

    def keep(self) -> None:
        """Keep what is typed, if it is not what was kept last."""
        if self._dialog is not None:
            typed = {key: words for key, words in self._dialog.values().items() if words != self._began[key]}
            self._keep({key: words for key, words in typed.items() if key not in self._asked_anew})

    def leave(self, *, by_hand: bool) -> None:
        """The form closes: what stands in it is kept, unless somebody said no to it `by_hand`."""
        if by_hand and self._cancels:
            self._keep({})
        else:
            self.keep()
        self._dialog = None

    def _keep(self, typed: Mapping[str, str]) -> None:
        if typed != self._kept:
            self._kept = typed
            self._desk.lanes.store.run(
                partial(keep_typed, *self._of, typed, self._patient), done=self._was_kept, failed=self._not_kept
            )

    def saving(self, work: Callable[[], T]) -> Callable[[], T]:
        """The same work, after which nothing is left to come back; until then what stands in the form is kept."""
        self.keep()

        def saved() -> T:
            answer = work()
            discard_draft(*self._of)
            return answer

        return saved

    def saved(self) -> None:
        """The work was done: the form has nothing more to keep."""
        self._dialog = None

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
