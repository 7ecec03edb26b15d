"""A short form on a page of its own, with a draft: what the call and the visit in vain do alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

from PySide6.QtWidgets import QWidget

from smf_core.domain.day_trouble import NotReadyToSave
from smf_core.domain.gap import Gap
from smf_core.domain.patient import Patient
from smf_desktop.presenters.banner import BannerRow, banner
from smf_desktop.presenters.sheet import SheetRow
from smf_desktop.services.session import Touched
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Asker, read_date
from ui.flows.drafted import DraftedPage, Keep, Walk
from ui.views.sheet import SheetView
from ui.widgets.text import announce


class AboutPatient(Protocol):
    """What a form is held against; it knows whom the form is about."""

    @property
    def patient(self) -> Patient: ...


Form = TypeVar("Form")
Facts = TypeVar("Facts", bound=AboutPatient)
Saved = TypeVar("Saved")
FormRead = TypeVar("FormRead", covariant=True)
FactsRead = TypeVar("FactsRead", covariant=True)


class Opened(Protocol[FormRead, FactsRead]):
    """A form as it was left, with what it is held against."""

    @property
    def form(self) -> FormRead: ...
    @property
    def facts(self) -> FactsRead: ...
    @property
    def saved_at(self) -> datetime | None: ...


class SheetPage(DraftedPage[Form], Generic[Form, Facts, Saved]):
    """One form while it is filled in. What is special to it is in the methods that raise here."""

    def __init__(self, desk: Desk, *, past_dates: bool = False) -> None:
        super().__init__(desk, keep=self._job, show=self._show)
        self._view = SheetView(read_date(desk.session, past=past_dates))
        self._asker = Asker(desk, self._view)
        self._place: Place | None = None
        self._facts: Facts | None = None
        self._tried = False
        self._walk: Walk[str] = Walk()
        self._view.edited.connect(self._edited)
        self._view.save_wanted.connect(lambda: self.do(Action.SIGN))
        self._view.problem_wanted.connect(lambda: self.do(Action.NEXT_PROBLEM))
        self._view.close_wanted.connect(lambda: self.do(Action.CLOSE_PAGE))
        self._view.undo_wanted.connect(lambda: self.do(Action.UNDO))
        self._view.redo_wanted.connect(lambda: self.do(Action.REDO))

    # --- what each form says for itself --------------------------------------------------------------------------

    CODES: ClassVar[Mapping[str, type[StrEnum]]] = {}
    """The fields that hold a code."""

    def _job(self, form: Form) -> Keep:
        """The job that keeps its draft."""
        raise NotImplementedError

    def _read(self, place: Place) -> Callable[[], Opened[Form, Facts]]:
        """The job that opens it."""
        raise NotImplementedError

    def _row(self, form: Form, facts: Facts, asked: bool) -> SheetRow:
        raise NotImplementedError

    def _gaps(self, form: Form) -> Sequence[Gap]:
        raise NotImplementedError

    def _save(self, form: Form) -> Callable[[], Saved]:
        raise NotImplementedError

    def _saved(self, form: Form, saved: Saved) -> None:
        """It is written down: say so, pass on what changed, and go on."""
        raise NotImplementedError

    def _typed(self, form: Form, facts: Facts, key: str, value: str) -> Form:
        """The form with one field changed: its code, None for none, or the words."""
        code = self.CODES.get(key)
        changed = {key: value if code is None else code(value) if value else None}
        return replace(form, **changed)  # type: ignore[type-var]  # forms are dataclasses, their fields go by name

    # --- the page ------------------------------------------------------------------------------------------------

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def title(self) -> str:
        row = self._shown_row()
        return row.title if row else ""

    @property
    def banner(self) -> BannerRow | None:
        if self._facts is None:
            return None
        return banner(self._facts.patient, self._desk.session.today())

    def enter(self, place: Place) -> None:
        """Open it: its draft where there is one, to the character."""
        self.save_now()
        self._forget()
        self._place = place
        self._desk.lanes.store.run(self._read(place), done=partial(self._answered, place), failed=self._desk.tell)

    def refresh(self, touched: Touched) -> None:
        """What is typed stays; nothing on the page comes from records that others change meanwhile."""

    def clear(self) -> None:
        self._asker.forget()
        self.save_now()
        self._forget()
        self._view.clear()

    def _commands(self) -> Mapping[Action, Callable[[], None]]:
        return {
            **super()._commands(),
            Action.CLOSE_PAGE: self._close,
            Action.SIGN: self._sign,
            Action.MAIN: self._sign,
            Action.NEXT_PROBLEM: partial(self._problem, 1),
            Action.PREVIOUS_PROBLEM: partial(self._problem, -1),
        }

    # --- opening and showing -------------------------------------------------------------------------------------

    def _answered(self, place: Place, opened: Opened[Form, Facts]) -> None:
        if place is self._place:
            self._facts = opened.facts
            self._begin(opened.form, opened.saved_at)
            self._show()
            self._view.take_focus()
            self.facts_changed.emit()

    def _shown_row(self) -> SheetRow | None:
        form, facts = self.form, self._facts
        return self._row(form, facts, self._tried) if form is not None and facts is not None else None

    def _show(self) -> None:
        row = self._shown_row()
        if row is not None:
            self._view.show_row(row)

    def _forget(self) -> None:
        self._drop()
        self._place = self._facts = None
        self._tried = False
        self._walk.forget()

    def _edited(self, key: str, value: str) -> None:
        form, facts = self.form, self._facts
        if form is not None and facts is not None:
            self._change(self._typed(form, facts, key, value), key)

    def _close(self) -> None:
        place = self._place
        self.save_now()
        if place is not None and place.patient:
            self._desk.go(Place("patient", place.patient))

    # --- saving --------------------------------------------------------------------------------------------------

    def _problem(self, by: int) -> None:
        form = self.form
        if form is None:
            return
        self._tried = True
        self._show()
        row = self._shown_row()
        wrong = {field.key: field.problem for field in row.fields if field.problem} if row else {}
        if not wrong:
            announce(self._view, "Nothing is missing")
            return
        key = self._walk.step(tuple(wrong), by)
        self._view.go_to(key, wrong[key])

    def _sign(self) -> None:
        form = self.form
        if form is None:
            return
        if self._gaps(form):
            self._walk.forget()
            self._problem(1)
            return
        self._begin_signing()
        self._view.save.set_busy("Saving")
        place = self._place
        self._desk.lanes.store.run(
            self._save(form), done=partial(self._done, place, form), failed=partial(self._failed, place)
        )

    def _done(self, place: Place | None, form: Form, saved: Saved) -> None:
        self._view.save.set_busy("")
        if place is self._place:
            self._forget()
        self._saved(form, saved)

    def _failed(self, place: Place | None, error: BaseException) -> None:
        self._view.save.set_busy("")
        self._desk.tell(error)
        if place is self._place:
            self._stop_signing()
            if isinstance(error, NotReadyToSave):
                self._tried = True
                self._show()
