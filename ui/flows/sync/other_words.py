"""Words typed in place of a version of a record: kept like those of a form, until they are applied."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.sync.review import Chosen, ReviewRows
from smf_desktop.services.drafts import RECORD, TypedForm, discard_draft, keep_typed, typed_before
from ui.desk import Desk
from ui.flows.form_draft import LOOK_MS

T = TypeVar("T")
TITLE = "What two laptops changed apart"
WITH = "with "
"""Before the key of a unit whose words stand beside both versions."""


class OtherWords:
    """The newest words of each person, on their way to the store."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        self._desk = desk
        self._waiting: dict[str, TypedForm] = {}
        self._kept: set[str] = set()
        self._told = False
        self._timer = QTimer(over)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.keep)

    def typed(self, patient: str, chosen: Mapping[str, Chosen], rows: ReviewRows) -> None:
        """What stands in the table now is kept within two seconds."""
        texts = {key: one.text for key, one in chosen.items() if one.text is not None}
        if not texts and patient not in self._kept:
            return
        beside = {f"{WITH}{key}": "yes" for key in texts if chosen[key].both}
        lines = tuple(f"{row.what}: {texts[row.key]}" for row in rows.rows if row.key in texts)
        self._waiting[patient] = TypedForm({**texts, **beside}, TITLE, lines)
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Keep what waits at once."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        for patient, form in waiting.items():
            self._kept.add(patient)
            job = partial(keep_typed, self._desk.session, *_of(patient), form, patient)
            failed = partial(self._not_kept, patient, form)
            self._desk.lanes.store.run(job, done=self._was_kept, failed=failed)

    def forget(self) -> None:
        """Keep what waits, and leave nothing of it here."""
        self.keep()
        self._kept.clear()

    def bring(self, patient: str, then: Callable[[Mapping[str, Chosen]], object]) -> None:
        """Read what was typed for somebody before."""

        def came(found: tuple[TypedForm, datetime] | None) -> None:
            fields = found[0].fields if found else {}
            if fields:
                self._kept.add(patient)
            texts = {key: text for key, text in fields.items() if not key.startswith(WITH)}
            then({key: Chosen(text=text, both=f"{WITH}{key}" in fields) for key, text in texts.items()})

        def failed(error: BaseException) -> None:
            self._desk.tell(error)
            then({})

        job = partial(typed_before, self._desk.session, *_of(patient))
        self._desk.lanes.store.run(job, done=came, failed=failed)

    def applying(self, patient: str, work: Callable[[], T]) -> Callable[[], T]:
        """The same work, after which nothing of it comes back."""
        self.keep()

        def applied() -> T:
            answer = work()
            discard_draft(self._desk.session, *_of(patient))
            return answer

        return applied if patient in self._kept else work

    def applied(self, patient: str) -> None:
        """The work was done: nothing of theirs is to be kept any more."""
        self._waiting.pop(patient, None)
        self._kept.discard(patient)

    def _was_kept(self, _at: datetime | None) -> None:
        self._told = False
        self._desk.syncer.draft_kept()

    def _not_kept(self, patient: str, form: TypedForm, error: BaseException) -> None:
        """They wait on, but for newer ones: say so once and go on trying while the page is there."""
        if patient in self._kept:
            self._waiting.setdefault(patient, form)
            self._timer.start()
        if not self._told:
            self._told = True
            self._desk.tell(error)


def _of(patient: str) -> tuple[str, str]:
    return RECORD, f"{patient} apart"
