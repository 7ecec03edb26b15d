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
    """The newest words of one person, on their way to the store."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        self._desk = desk
        self._waiting: tuple[str, TypedForm] | None = None
        self._kept: set[str] = set()
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
        self._waiting = patient, TypedForm({**texts, **beside}, TITLE, lines)
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Keep what waits at once."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            patient, form = waiting
            self._kept.add(patient)
            job = partial(keep_typed, self._desk.session, *_of(patient), form, patient)
            self._desk.lanes.store.run(job, done=self._was_kept, failed=self._desk.tell)

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

    def _was_kept(self, _at: datetime | None) -> None:
        self._desk.syncer.draft_kept()


def _of(patient: str) -> tuple[str, str]:
    return RECORD, f"{patient} apart"
