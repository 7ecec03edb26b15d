"""A page that is written: its form with undo and redo, and its draft, kept within two seconds of every change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from smf_desktop.presenters.visit.page import draft_saved
from ui.actions import Action
from ui.desk import Desk
from ui.history import History

Form = TypeVar("Form")
Item = TypeVar("Item")
Keep = Callable[[], datetime | None]
"""Keeps a draft and answers when; None when the form was empty and its draft was taken away."""

DRAFT_AFTER_MS = 1_500
"""From a change to its draft; the promise is 2 s, the store needs some of it."""


class DraftedPage(QObject, Generic[Form]):
    """What every written page does alike. `keep` makes the job that keeps a form, `show` draws the page anew."""

    facts_changed = Signal()
    """The middle of the status bar has something else to say."""

    def __init__(self, desk: Desk, *, keep: Callable[[Form], Keep], show: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self._keep, self._draw = keep, show
        self._history: History[Form] | None = None
        self._opening = 0
        self._unsaved = self._told_unsaved = self._signing = False
        self._status = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAFT_AFTER_MS)
        self._timer.timeout.connect(self.save_now)

    @property
    def facts(self) -> str:
        """What the status bar says of the draft."""
        return self._status

    @property
    def form(self) -> Form | None:
        """The form as it stands; None while nothing is open."""
        return self._history.now if self._history else None

    @property
    def can_undo(self) -> bool:
        return bool(self._history and self._history.past)

    @property
    def can_redo(self) -> bool:
        return bool(self._history and self._history.future)

    def can(self, action: Action) -> bool:
        """Whether a command means something: a form is open, and not being signed."""
        if self._history is None or self._signing:
            return False
        if action is Action.UNDO:
            return self.can_undo
        if action is Action.REDO:
            return self.can_redo
        return action in self._commands()

    def do(self, action: Action) -> None:
        if self.can(action):
            self._commands()[action]()

    def _commands(self) -> Mapping[Action, Callable[[], None]]:
        """What each command of the page does; every page adds its own."""
        return {Action.UNDO: self._undo, Action.REDO: self._redo, Action.SAVE_DRAFT: self.save_now}

    def leave(self) -> None:
        self.save_now()

    def save_now(self) -> None:
        """Keep the draft at once, if anything changed since it was last kept."""
        self._timer.stop()
        form = self.form
        if form is None or not self._unsaved or self._signing:
            return
        self._unsaved = False
        job, opening = self._keep(form), self._opening
        self._desk.lanes.store.run(
            job,
            done=lambda at: self._kept(opening, at),
            failed=lambda error: self._not_kept(opening, job, error),
        )

    def _begin(self, form: Form, saved_at: datetime | None) -> None:
        """A form is open, as its draft of that time held it."""
        self._history = History(form)
        self._status = _saved(saved_at)

    def _drop(self) -> None:
        """Nothing is open any more. What the store was given is still kept."""
        self._timer.stop()
        self._opening += 1
        self._history = None
        self._unsaved = self._told_unsaved = self._signing = False
        self._status = ""

    def _change(self, form: Form, field: str = "") -> None:
        """The form was changed. `field` names where typing goes on."""
        if self._history is None or self._signing:
            return
        history = self._history.changed(form, field, self._desk.session.clock.steady())
        if history is not self._history:
            self._history = history
            self._touch()
        self._draw()

    def _amend(self, form: Form) -> None:
        """The form was changed in a way that cannot be undone."""
        if self._history is not None:
            self._history = self._history.amended(form)
            self._touch()

    def _touch(self) -> None:
        self._unsaved = True
        if not self._timer.isActive():
            self._timer.start()

    def _undo(self) -> None:
        if self._history is not None:
            self._turn(self._history.undone())

    def _redo(self) -> None:
        if self._history is not None:
            self._turn(self._history.redone())

    def _turn(self, history: History[Form]) -> None:
        self._history = history
        self._touch()
        self._draw()

    def _begin_signing(self) -> None:
        self._timer.stop()
        self._signing = True

    def _stop_signing(self) -> None:
        """Nothing was written; the form is as it was, and its draft is kept."""
        self._signing = False
        self._unsaved = True
        self.save_now()

    def _kept(self, opening: int, at: datetime | None) -> None:
        self._desk.syncer.draft_kept()
        if opening == self._opening:
            self._told_unsaved = False
            self._status = _saved(at)
            self.facts_changed.emit()

    def _not_kept(self, opening: int, job: Keep, error: BaseException) -> None:
        """What was typed is still here: say so once and go on trying. After leaving, give it to the store once more."""
        if opening != self._opening:
            self._desk.lanes.store.run(job, done=lambda _at: None, failed=self._desk.tell)
            return
        if not self._told_unsaved:
            self._told_unsaved = True
            self._desk.tell(error)
        self._touch()


def _saved(at: datetime | None) -> str:
    return draft_saved(f"{at:%H:%M:%S}") if at else ""


class Walk(Generic[Item]):
    """Where F8 and Shift+F8 go among what is missing: round the list, and never past what took the place of something
    that was mended."""

    def __init__(self) -> None:
        self._last = -1
        self._gone_to: Item | None = None

    def forget(self) -> None:
        """Begin again: F8 goes to the first."""
        self._last, self._gone_to = -1, None

    def first(self, missing: Sequence[Item]) -> Item:
        self.forget()
        return self.step(missing, 1)

    def step(self, missing: Sequence[Item], by: int) -> Item:
        """The next one (`by` 1), or the one before (-1). There is at least one."""
        if self._last < 0:
            self._last = 0 if by > 0 else len(missing) - 1
        elif self._gone_to is not None and self._gone_to in missing:
            self._last = (missing.index(self._gone_to) + by) % len(missing)
        else:
            self._last = (self._last if by > 0 else self._last - 1) % len(missing)
        self._gone_to = missing[self._last]
        return self._gone_to
