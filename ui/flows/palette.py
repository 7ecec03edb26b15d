"""The palette: what is typed becomes people and commands; the newest answer wins and no key waits for one."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.palette import Command, Found, PaletteRow, RowKind, asked, none_found, palette_rows
from smf_desktop.services.caseload.search import find_people, recent_people
from ui.actions import Action, Needs
from ui.desk import Desk, Place
from ui.flows.opening import go_to_record
from ui.menus import key_words, plain_words
from ui.views.palette import PaletteView

ABOUT_PERSON = frozenset({Needs.PATIENT, Needs.VISIT, Needs.DISCHARGE})


class Palette(QObject):
    """Lives as long as its view stands.

    `about` is the family name of whoever the page is about, "" for nobody; `just_now` are people by id whom this
    window showed, newest first.
    """

    def __init__(
        self,
        desk: Desk,
        offered: Sequence[Action],
        about: str,
        do: Callable[[Action], None],
        window: QWidget,
        just_now: Sequence[str] = (),
    ) -> None:
        view = PaletteView(window)
        super().__init__(view)
        self.view = view
        self._desk, self._about, self._do, self._window = desk, about, do, window
        self._commands = tuple(_command(action, about) for action in offered)
        self._just_now = tuple(just_now)
        self._people: tuple[Found, ...] = ()
        self._asking = self._answered = ""
        self._busy = self._gone = False
        self.view.finished.connect(self._leave)
        self.view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view.typed.connect(lambda _text: self._look())
        self.view.chosen.connect(self._take)

    def open_below(self, bar: QWidget, typed: str = "") -> None:
        """Show it in the middle under the menu bar, with `typed` in the field already."""
        self._ask("")
        self.view.field.setText(typed)
        self._show()
        self.view.open()
        corner = bar.mapToGlobal(QPoint((bar.width() - self.view.width()) // 2, bar.height() + 8))
        self.view.move(corner)
        self.view.field.setFocus()

    def _look(self) -> None:
        ask = asked(self.view.field.text())
        if ask.people:
            self._ask(ask.text)
        self._show()

    def _ask(self, text: str) -> None:
        """One search at a time: what is typed while it runs is looked for when it is done."""
        self._asking = text
        if self._busy or (text == self._answered and text):
            return
        self._busy = True
        session = self._desk.session
        job = partial(find_people, session, text) if text else partial(recent_people, session, self._just_now)
        self._desk.lanes.read.run(job, done=partial(self._found, text), failed=self._failed)

    def _leave(self) -> None:
        """Closed: what is still looked for has nowhere to be shown."""
        self._gone = True

    def _found(self, text: str, people: tuple[Found, ...]) -> None:
        if self._gone:
            return
        self._busy = False
        self._people, self._answered = people, text
        if text != self._asking:
            self._ask(self._asking)
        self._show()

    def _failed(self, error: BaseException) -> None:
        if self._gone:
            return
        self._busy = False
        self.view.reject()
        self._desk.tell(error)

    def _show(self) -> None:
        ask = asked(self.view.field.text())
        people = self._people if ask.people else ()
        rows = palette_rows(ask, people, self._commands, self._desk.session.today(), self._about)
        waits = ask.people and (self._busy or self._answered != ask.text)
        self.view.show_rows(rows, ("", "") if waits else none_found(ask))

    def _take(self, row: PaletteRow) -> None:
        self.view.accept()
        if row.kind is RowKind.PERSON:
            go_to_record(self._desk, self._window, Place("patient", row.key), f"{row.words} · {row.beside}")
        else:
            self._do(Action[row.key])


def _command(action: Action, about: str) -> Command:
    about_person = bool(about) and action.needs in ABOUT_PERSON
    return Command(action.name, plain_words(action), key_words(action), action.hint, about_person)
