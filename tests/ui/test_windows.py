"""Two windows on one store: each with its own person, what is saved reaches both, and the lock empties both."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from threading import Event
from typing import cast

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from smf_desktop.settings import settings_of
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.pages import DOREEN, NotePage, PlainPage
from ui import main_window
from ui.actions import Action
from ui.app import App
from ui.desk import Desk, Place
from ui.main_window import Shell
from ui.windows import screens

__all__ = ["clock", "house", "service_template"]

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
HUW = replace(
    DOREEN,
    patient="01930000-0000-7000-8000-00000000d0df",
    name="ABERDARE, Huw (Mr)",
    title="ABERDARE, Huw (Mr)",
    born="09-Jan-1962 (64y)",
    nhs="999 055 4463",
    nhs_copy="9990554463",
)
PEOPLE = {person.patient: person for person in (DOREEN, HUW)}
VISIT = "01930000-0000-7000-8000-0000000000aa"


class RecordPage(PlainPage):
    """A record whose banner is whoever it was entered for."""

    def enter(self, place: Place) -> None:
        self.banner = PEOPLE[place.patient or ""]
        self.title = self.banner.title
        super().enter(place)


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "today": PlainPage,
        "patient": RecordPage,
        "visit": NotePage,
        "caseload": partial(PlainPage, title="Caseload"),
    }
    monkeypatch.setitem(main_window.Shell.__init__.__kwdefaults__, "pages", made)
    monkeypatch.setattr("ui.away.system_signals", lambda window, left: None)


@pytest.fixture
def app(house: House, qapp: QApplication, qtbot: QtBot) -> Iterator[App]:
    made = App(house, qapp)
    qtbot.addWidget(made.window)
    with qtbot.waitExposed(made.window):
        made.begin()
    made.window.activateWindow()
    unlock(qtbot, made)
    yield made
    made.window.close()


def unlock(qtbot: QtBot, app: App) -> Shell:
    assert app.unlock is not None
    edit = app.unlock.view.password.edit
    qtbot.waitUntil(edit.hasFocus)
    with qtbot.waitSignal(app.opened, timeout=20_000):
        qtbot.keyClicks(edit, PASSWORD)
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert app.shell is not None
    return app.shell


def page_of(shell: Shell) -> PlainPage:
    return cast(PlainPage, shell.page)


def second(qtbot: QtBot, app: App) -> tuple[Shell, Shell]:
    """The first window on Doreen, and one opened from it by its keys, on Huw."""
    assert app.shell is not None
    assert app.windows is not None
    one = app.shell
    one.go(Place("patient", DOREEN.patient))
    qtbot.waitUntil(page_of(one).button.hasFocus)
    qtbot.keyClick(page_of(one).button, Qt.Key.Key_N, CTRL | SHIFT)
    assert len(app.windows.shells) == 2
    other = app.windows.shells[1]
    assert other.place == one.place
    other.go(Place("patient", HUW.patient))
    return one, other


def test_F87_what_belongs_to_one_person_does_not_cross_into_the_window_of_another(qtbot: QtBot, app: App) -> None:
    one, other = second(qtbot, app)
    assert (one.banner.name.text(), other.banner.name.text()) == (DOREEN.name, HUW.name)
    assert one.window().windowTitle().startswith(DOREEN.name)
    assert other.window().windowTitle().startswith(HUW.name)
    assert page_of(one) is not page_of(other)
    assert one.stack is not other.stack
    for shell, number in ((one, "9990079323"), (other, "9990554463"), (one, "9990079323")):
        shell.do(Action.COPY_NHS_NUMBER)
        assert QGuiApplication.clipboard().text() == number
    other.do(Action.OVERVIEW)
    assert (one.place, other.place) == (Place("patient", DOREEN.patient), Place("patient", HUW.patient))
    page_of(other).desk.go(Place("today"))
    assert one.place == Place("patient", DOREEN.patient)
    assert not other.banner.isVisible()
    assert one.banner.isVisible()
    page_of(one).abilities = frozenset({Action.UNDO})
    assert one.can(Action.UNDO)
    assert not other.can(Action.UNDO)
    one.desk.toast("Visit booked")
    assert other.toast.words.text() == "NHS number copied"


def test_F87_keys_act_in_the_window_that_has_the_focus(qtbot: QtBot, app: App) -> None:
    one, other = second(qtbot, app)
    for shell in (one, other):
        page_of(shell).abilities = frozenset({Action.MAIN})
    shell = other.window()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.keyClick(page_of(other).button, Qt.Key.Key_Return, CTRL)
    assert page_of(other).done == [Action.MAIN]
    assert page_of(one).done == []


def test_what_is_saved_in_one_window_is_read_again_in_the_other(qtbot: QtBot, app: App) -> None:
    one, other = second(qtbot, app)
    page_of(one).desk.changed(frozenset({"allergy"}))
    assert page_of(one).refreshed == [frozenset({"allergy"})]
    assert page_of(other).refreshed == [frozenset({"allergy"})]


def test_one_draft_is_open_in_one_window_only(qtbot: QtBot, app: App) -> None:
    one, other = second(qtbot, app)
    visit = Place("visit", DOREEN.patient, VISIT)
    one.go(visit)
    other.go(visit)
    assert one.place == visit
    assert other.place == Place("patient", HUW.patient)
    assert one.toast.words.text() == "Already open in this window"
    qtbot.waitUntil(one.window().isActiveWindow)


def test_a_new_window_beside_a_visit_opens_on_today(qtbot: QtBot, app: App) -> None:
    assert app.shell is not None
    assert app.windows is not None
    app.shell.go(Place("visit", DOREEN.patient, VISIT))
    app.shell.do(Action.NEW_WINDOW)
    assert app.windows.shells[1].place == Place("today")


def test_closing_the_second_window_keeps_its_draft_and_leaves_the_first(qtbot: QtBot, app: App) -> None:
    one, other = second(qtbot, app)
    assert app.windows is not None
    other.go(Place("visit", HUW.patient, VISIT))
    note = other.stack.currentWidget().findChild(QPlainTextEdit)
    assert isinstance(note, QPlainTextEdit)
    note.insertPlainText("Dose: 12 units")
    other.window().close()
    assert app.windows.shells == (one,)
    assert one.banner.name.text() == DOREEN.name
    store, user = one.desk.session.store, one.desk.session.user.id
    assert [row.record for row in store.drafts(user)] == [VISIT]
    one.go(Place("today"))
    qtbot.waitUntil(lambda: one.lanes.store.is_idle)


def test_what_the_second_window_asked_for_is_not_told_to_it_once_it_is_closed(qtbot: QtBot, app: App) -> None:
    """What is answered late would be shown in parts that are gone; what was to be written is written all the same."""
    one, other = second(qtbot, app)
    goes_on, told, written = Event(), list[str](), list[str]()

    def found() -> str:
        assert goes_on.wait(10)
        written.append("done")
        return "late"

    other.lanes.read.run(found, done=told.append, failed=lambda _: told.append("failed"))
    other.window().close()
    goes_on.set()
    one.lanes.read.drain()
    qtbot.waitUntil(lambda: one.lanes.read.is_idle and bool(written))
    QCoreApplication.processEvents()
    assert told == []
    one.lanes.read.run(lambda: "here", done=told.append, failed=lambda _: told.append("failed"))
    qtbot.waitUntil(lambda: told == ["here"])


def test_the_lock_empties_and_closes_both(qtbot: QtBot, app: App) -> None:
    _one, other = second(qtbot, app)
    window = other.window()
    with qtbot.waitSignal(app.locked):
        qtbot.keyClick(page_of(other).button, Qt.Key.Key_L, CTRL)
    assert app.windows is None
    assert window.isHidden()
    assert other.banner.name.text() == ""
    assert other.windowTitle() == ""
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow) and each.isVisible()]
    assert shown == [app.window]


def test_a_visit_open_in_either_window_counts_for_the_idle_lock(qtbot: QtBot, app: App) -> None:
    one, other = second(qtbot, app)
    assert app.windows is not None
    said: list[bool] = []
    app.windows.visit_opened.connect(said.append)
    other.go(Place("visit", HUW.patient, VISIT))
    one.go(Place("today"))
    other.go(Place("today"))
    assert said == [True, True, False]


def test_text_size_and_theme_are_the_persons_and_so_of_both_windows(qtbot: QtBot, app: App) -> None:
    one, other = second(qtbot, app)
    other.do(Action.TEXT_LARGER)
    other.do(Action.LOOK_DARK)
    for shell in (one, other):
        assert shell.status._parts["text"].accessibleName() == "110%"
        assert shell.menus.actions[Action.LOOK_DARK].isChecked()
    one.do(Action.TEXT_NORMAL)
    one.do(Action.LOOK_LIGHT)


def test_the_window_comes_back_where_this_person_had_it_on_these_screens(qtbot: QtBot, app: App, house: House) -> None:
    assert app.shell is not None
    user = app.shell.desk.session.user.id
    app.window.setGeometry(40, 50, 900, 600)
    app.lock()
    assert list(settings_of(house.directory, user).places) == [screens()]
    app.window.setGeometry(0, 0, 700, 500)
    unlock(qtbot, app)
    qtbot.waitUntil(lambda: (app.window.width(), app.window.height()) == (900, 600))


def test_a_page_keeps_how_it_was_left_and_nothing_else_of_anyone(app: App, house: House) -> None:
    assert app.shell is not None
    desk: Desk = app.shell.desk
    assert desk.kept("caseload.columns") is None
    desk.keep("caseload.columns", b"\x00\x01")
    assert desk.kept("caseload.columns") == b"\x00\x01"
    assert settings_of(house.directory, desk.session.user.id).kept == {"caseload.columns": "AAE="}
