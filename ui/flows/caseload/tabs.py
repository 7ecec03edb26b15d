"""The tabs of the caseload: which one is open, its columns, and what this user keeps of their own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QWidget

from smf_desktop.presenters.caseload.views import BUILT_IN, MINE, USUAL, WIDE, Asked, Column, View
from smf_desktop.services.caseload.saved_views import (
    change_view,
    delete_view,
    keep_columns,
    move_view,
    rename_view,
    save_view,
)
from smf_desktop.services.session import Touched
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed
from ui.views.caseload.dialogs import ColumnsDialog
from ui.views.caseload.page import CaseloadView
from ui.views.form_dialog import Ask, FormDialog

T = TypeVar("T")
NAME = "Name of the tab"


class CaseloadTabs:
    """Lives as long as the page it is part of."""

    def __init__(self, desk: Desk, asker: Asker, view: CaseloadView) -> None:
        self._desk, self._asker, self._view = desk, asker, view
        self.all: tuple[View, ...] = BUILT_IN
        self.key = MINE
        self._columns: tuple[Column, ...] = ()
        self._usual: tuple[Column, ...] = ()
        self._dialog: QDialog | None = None

    @property
    def present(self) -> View:
        """The tab that is open."""
        return next((view for view in self.all if view.key == self.key), BUILT_IN[0])

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those of the tab, else those this user usually has, else what there is room for."""
        return self._columns or self._usual or (WIDE if self._view.is_wide else USUAL)

    def take(self, view: View) -> None:
        """Open a tab."""
        self.key, self._columns = view.key, view.columns

    def know(self, own: tuple[View, ...], usual: tuple[Column, ...]) -> bool:
        """What this user keeps; answers whether the tab that is open is still there."""
        self.all, self._usual = (*BUILT_IN, *own), usual
        return any(view.key == self.key for view in self.all)

    def show(self, counts: Mapping[str, int]) -> None:
        """The tabs with how many stand under each, and the columns."""
        titles = [f"{view.name} {counts[view.key]:,}" if view.key in counts else view.name for view in self.all]
        current = next((place for place, view in enumerate(self.all) if view.key == self.key), 0)
        self._view.own_view = bool(self.present.saved)
        self._view.show_tabs(titles, current)
        self.show_columns()

    def show_columns(self) -> None:
        self._view.show_columns(self.columns)

    def forget(self) -> None:
        """The page is locked: no dialog stays open, and the next user begins afresh."""
        self.close()
        self.all, self.key, self._columns, self._usual = BUILT_IN, MINE, (), ()

    def close(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.done(QDialog.DialogCode.Rejected)

    # --- columns ---

    def ask_columns(self) -> None:
        usual = WIDE if self._view.is_wide else USUAL
        dialog = ColumnsDialog(self.columns, usual, self._view.window())
        dialog.chosen.connect(self.set_columns)
        self.close()
        self._dialog = dialog
        dialog.finished.connect(lambda _code: self._left(dialog))
        dialog.open()

    def _left(self, dialog: QDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Keep the columns: with the tab that is open, or for all that are built in."""
        saved = self.present.saved
        if saved:
            self._columns = columns
            job = partial(change_view, self._desk.session, saved, self.present.asked, columns)
        else:
            self._usual = columns
            job = partial(keep_columns, self._desk.session, columns)
        self.show_columns()
        self._asker.run(job, self._desk.changed)

    # --- what is kept ---

    def ask_save(self, asked: Asked, words: str) -> None:
        """Keep what is asked for, which `words` say, under a name."""
        session, columns = self._desk.session, self._columns or self._usual
        about = f"It keeps: {words or 'everyone'}."
        dialog = FormDialog("Save this view?", [Ask("name", NAME)], "Save view", about=about, parent=self._over)

        def done(answer: tuple[str, Touched]) -> None:
            self.key, self._columns = answer[0], columns
            self.all = (*self.all, View(answer[0], "", asked, columns, saved=answer[0]))
            self._asker.did("View saved", answer[1])

        self._asker.ask(dialog, self._named(lambda name: partial(save_view, session, name, asked, columns)), done)

    def ask_rename(self) -> None:
        session, view = self._desk.session, self.present
        asks = [Ask("name", NAME, value=view.name)]
        dialog = FormDialog("Rename this view?", asks, "Rename", parent=self._over)
        job = self._named(lambda name: partial(rename_view, session, view.saved, name))
        self._asker.ask(dialog, job, lambda touched: self._asker.did("View renamed", touched))

    def change(self, asked: Asked) -> None:
        """The tab that is open asks for this from now on."""
        job = partial(change_view, self._desk.session, self.present.saved, replace(asked, text=""), self._columns)
        self._asker.run(job, lambda touched: self._asker.did("View saved", touched))

    def move(self, by: int) -> None:
        self._asker.run(partial(move_view, self._desk.session, self.present.saved, by), self._desk.changed)

    def delete(self) -> None:
        act = Act(
            "view deleted",
            undo=partial(delete_view, self._desk.session, self.present.saved, deleted=False),
            redo=partial(delete_view, self._desk.session, self.present.saved),
        )
        self._asker.run(act.redo, lambda touched: self._asker.did("View deleted", touched, act))

    @property
    def _over(self) -> QWidget:
        return self._view.window()

    def _named(self, job: Callable[[str], Callable[[], T]]) -> Callable[[Typed], Callable[[], T]]:
        """Work that needs the name typed into the form."""

        def read(typed: Typed) -> Callable[[], T]:
            reader = Reader(typed, self._desk.session.today())
            name = reader.needed("name", "Enter a name")
            reader.check()
            return job(name)

        return read
