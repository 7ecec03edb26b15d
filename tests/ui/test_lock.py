"""From unlock to lock and back, by key presses on a real store: what is kept, what is gone, and when it locks."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from smf_core.domain.visit import VisitForm
from smf_core.records.tables import access, visit
from smf_desktop.compose import House
from smf_desktop.security.lock import IdleLock
from smf_desktop.services.drafts import VISIT, draft
from smf_desktop.store.instance import Instance
from smf_desktop.trouble import StoreTrouble
from tests.support.houses import PASSWORD, clock, computer, house, new_service, service_template
from tests.support.keys import KeysInMemory, ToldClock
from tests.support.pages import DOREEN, NotePage, PlainPage
from tests.support.pressing import in_front, press
from ui import main_window
from ui.app import App
from ui.away import (
    LEAVING,
    PBT_APMSUSPEND,
    PBT_POWERSETTINGCHANGE,
    WM_POWERBROADCAST,
    WM_WTSSESSION_CHANGE,
    Away,
    LinuxSignals,
    Watch,
    says_left,
)
from ui.desk import Place
from ui.widgets.clipboard import copy_for_a_while
from ui.widgets.fields import FieldState

__all__ = ["clock", "house", "service_template"]

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return
VISIT_ID = "01930000-0000-7000-8000-0000000000aa"
AT_VISIT = Place("visit", DOREEN.patient, VISIT_ID)
TYPED = "Dose: 12 units.\n<b>Not bold</b> \u202eright to left\u202c 🙂 naïve"


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pages made for trying the window: the real ones have tests of their own."""
    made = {"today": PlainPage, "caseload": partial(PlainPage, title="Caseload"), "visit": NotePage}
    made["reports"] = partial(PlainPage, title="Reports")
    monkeypatch.setitem(main_window.Shell.__init__.__kwdefaults__, "pages", made)
    monkeypatch.setattr("ui.away.system_signals", lambda window, left: None)


@pytest.fixture
def app(house: House, qapp: QApplication, qtbot: QtBot) -> Iterator[App]:
    yield from begun(house, qapp, qtbot)


def begun(house: House, qapp: QApplication, qtbot: QtBot) -> Iterator[App]:
    app = App(house, qapp)
    qtbot.addWidget(app.window)
    with qtbot.waitExposed(app.window):
        app.begin()
    app.window.activateWindow()
    yield app
    app.window.close()


def unlock(qtbot: QtBot, app: App, password: str = PASSWORD) -> main_window.Shell:
    assert app.unlock is not None
    edit = app.unlock.view.password.edit
    qtbot.waitUntil(edit.hasFocus)
    with qtbot.waitSignal(app.opened, timeout=20_000):
        qtbot.keyClicks(edit, password)
        qtbot.keyClick(edit, ENTER)
    assert app.shell is not None
    return app.shell


def typed_into_the_visit(qtbot: QtBot, shell: main_window.Shell) -> QPlainTextEdit:
    shell.go(AT_VISIT)
    note = shell.stack.currentWidget().findChild(QPlainTextEdit)
    assert isinstance(note, QPlainTextEdit)
    qtbot.waitUntil(note.hasFocus)
    note.insertPlainText(TYPED)
    return note


@pytest.mark.parametrize("role", ["admin", "privacy_officer"])
def test_whoever_opens_no_record_comes_in_to_the_reports(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, clock: ToldClock, role: str
) -> None:
    house = House(computer(clock=clock), tmp_path / "store")
    key, _ = house.make(new_service(role=role, clinical_lead=False))
    house.enter(key).close()
    for app in begun(house, qapp, qtbot):
        shell = unlock(qtbot, app)
        assert shell.place == Place("reports")
        assert not {"today", "caseload"} & {place for place in shell.rail.keys if shell.rail.offers(place)}
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, Qt.Key.Key_1, CTRL)
        qtbot.keyClick(focus, Qt.Key.Key_2, CTRL)
        assert shell.place == Place("reports")
        assert app.windows is not None
        assert app.windows.open_beside(shell).place == Place("reports")
    house.release()


def test_a_password_opens_today_and_the_focus_is_on_its_page(qtbot: QtBot, app: App) -> None:
    shell = unlock(qtbot, app)
    assert shell.place == Place("today")
    assert app.window.windowTitle() == "Today · SMF Desktop"
    focus = QApplication.focusWidget()
    assert focus is not None
    assert shell.stack.isAncestorOf(focus)


def test_control_l_locks_and_the_same_page_comes_back(qtbot: QtBot, app: App) -> None:
    shell = unlock(qtbot, app)
    qtbot.keyClick(shell.stack.currentWidget(), Qt.Key.Key_2, CTRL)
    with qtbot.waitSignal(app.locked):
        qtbot.keyClick(shell.stack.currentWidget(), Qt.Key.Key_L, CTRL)
    assert app.window.windowTitle() == "Unlock · SMF Desktop"
    assert unlock(qtbot, app).place == Place("caseload")


def test_F86_locked_mid_form_the_draft_is_back_to_the_character(qtbot: QtBot, app: App) -> None:
    shell = unlock(qtbot, app)
    note = typed_into_the_visit(qtbot, shell)
    with qtbot.waitSignal(app.locked):
        qtbot.keyClick(note, Qt.Key.Key_L, CTRL)
    shell = unlock(qtbot, app)
    assert shell.place == AT_VISIT
    again = shell.stack.currentWidget().findChild(QPlainTextEdit)
    assert isinstance(again, QPlainTextEdit)
    qtbot.waitUntil(lambda: again.toPlainText() == TYPED)


@pytest.mark.parametrize("by", ["lock", "close"])
def test_what_is_typed_in_a_form_over_the_page_is_in_it_when_it_is_asked_again(
    qtbot: QtBot, app: App, house: House, qapp: QApplication, by: str
) -> None:
    """The window takes its dialogs down, which is no Cancel."""
    page = unlock(qtbot, app).stack.currentWidget()
    qtbot.keyClick(page, Qt.Key.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
    in_front(qtbot, "New task")
    press(qtbot, "Ring the pharmacy about the")
    if by == "lock":
        app.lock()
        again = app
        app.window.activateWindow()  # a window manager would do it
    else:
        app.window.close()
        starts = begun(house, qapp, qtbot)
        again = next(starts)
    page = unlock(qtbot, again).stack.currentWidget()
    qtbot.keyClick(page, Qt.Key.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
    back = in_front(qtbot, "New task")
    assert (back.values()["text"], back.left_off.isVisible()) == ("Ring the pharmacy about the", True)
    press(qtbot, Qt.Key.Key_Escape)
    if by == "close":
        next(starts, None)


def test_reg_B34_a_form_that_was_locked_away_is_not_submitted(
    qtbot: QtBot, app: App, house: House, clock: ToldClock
) -> None:
    shell = unlock(qtbot, app)
    typed_into_the_visit(qtbot, shell)
    before = shell.desk.session.store.unsent()
    clock.passes(10 * 60)
    with qtbot.waitSignal(app.locked, timeout=5_000):
        pass
    shell = unlock(qtbot, app)
    session = shell.desk.session
    with session.read() as connection:
        assert connection.execute(select(visit)).all() == []
    kept = draft(session, VISIT, VISIT_ID, VisitForm)
    assert kept is not None
    assert kept.also_present == TYPED
    assert session.store.unsent() == before + 1  # the audit of this second unlock


def test_F86_closed_mid_form_the_draft_is_there_at_the_next_start(
    qtbot: QtBot, app: App, house: House, qapp: QApplication
) -> None:
    typed_into_the_visit(qtbot, unlock(qtbot, app))
    app.window.close()
    starts = begun(house, qapp, qtbot)
    shell = unlock(qtbot, next(starts))
    kept = draft(shell.desk.session, VISIT, VISIT_ID, VisitForm)
    assert kept is not None
    assert kept.also_present == TYPED
    next(starts, None)


def test_F13_a_draft_that_waits_behind_a_slow_disk_is_kept_before_the_lock(qtbot: QtBot, app: App) -> None:
    shell = unlock(qtbot, app)
    typed_into_the_visit(qtbot, shell)
    for _ in range(2):
        shell.lanes.store.run(lambda: time.sleep(0.2), done=lambda _: None, failed=shell.tell)
    app.lock()
    kept = draft(unlock(qtbot, app).desk.session, VISIT, VISIT_ID, VisitForm)
    assert kept is not None
    assert kept.also_present == TYPED


def test_a_lock_wipes_the_key_closes_the_store_and_empties_the_screen(qtbot: QtBot, app: App) -> None:
    shell = unlock(qtbot, app)
    typed_into_the_visit(qtbot, shell)
    assert shell.banner.isVisible()
    store, key = shell.desk.session.store, app._sitting and app._sitting.close.__closure__
    assert key is not None
    copy_for_a_while(TYPED)
    held = [cell.cell_contents for cell in key]
    opened = next(each for each in held if hasattr(each, "unlocked"))
    app.lock()
    assert not any(opened.key)
    assert not any(next(each for each in held if hasattr(each, "raw_key") and hasattr(each, "mark")).raw_key)
    with pytest.raises((StoreTrouble, SQLAlchemyError)), store.read() as connection:
        connection.execute(select(visit))
    words = [edit.toPlainText() for edit in app.window.findChildren(QPlainTextEdit)]
    assert "".join(words) == ""
    assert QGuiApplication.clipboard().text() == ""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert app.window.findChildren(main_window.Shell) == []


def test_it_locks_after_five_idle_minutes_and_a_key_begins_them_again(qtbot: QtBot, app: App, clock: ToldClock) -> None:
    shell = unlock(qtbot, app)
    watch = app.watch
    assert watch is not None
    clock.passes(4 * 60 + 50)
    QTest.keyClick(shell.window().windowHandle(), Qt.Key.Key_F)
    clock.passes(20)
    watch.tick()
    qtbot.wait(20)
    assert app.shell is shell
    clock.passes(4 * 60 + 50)
    with qtbot.waitSignal(app.locked):
        watch.tick()


def test_while_a_visit_is_open_it_waits_ten_minutes(qtbot: QtBot, app: App, clock: ToldClock) -> None:
    shell = unlock(qtbot, app)
    shell.go(AT_VISIT)
    watch = app.watch
    assert watch is not None
    clock.passes(9 * 60)
    watch.tick()
    qtbot.wait(20)
    assert app.shell is shell
    clock.passes(61)
    with qtbot.waitSignal(app.locked):
        watch.tick()


def test_a_laptop_that_slept_without_telling_is_locked_when_it_wakes(qtbot: QtBot, app: App, clock: ToldClock) -> None:
    unlock(qtbot, app)
    clock.is_set(timedelta(minutes=2))  # the steady clock stood still
    assert app.watch is not None
    with qtbot.waitSignal(app.locked):
        app.watch.tick()


def test_an_open_dialog_goes_with_the_lock(qtbot: QtBot, app: App) -> None:
    from ui.actions import Action
    from ui.views.account import SecretDialog

    shell = unlock(qtbot, app)
    shell.do(Action.CHANGE_PASSWORD)
    dialog = shell.findChild(SecretDialog)
    assert isinstance(dialog, SecretDialog)
    qtbot.keyClicks(dialog.secrets[0].edit, "something secret")
    app.lock()
    qtbot.wait(10)
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize(("why", "asks"), [(Away.IDLE, "Quick code"), (Away.SYSTEM, "Password")])
def test_a_quick_code_does_after_an_idle_lock_and_after_no_other(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, clock: ToldClock, why: Away, asks: str
) -> None:
    house = House(computer(clock=clock, keys=KeysInMemory()), tmp_path / "store")
    key, _ = house.make(new_service())
    key.zero()
    house.release()
    starts = begun(house, qapp, qtbot)
    app = next(starts)
    unlock(qtbot, app)
    assert app._sitting is not None
    app._sitting.set_quick_code("246810")
    app.lock(why)
    assert app.unlock is not None
    assert app.unlock.view.label.text() == f"{asks} for Priya Nair"
    if why is Away.IDLE:
        unlock(qtbot, app, "246810")
    next(starts, None)


def test_failed_unlocks_are_in_the_audit_at_the_next_one(qtbot: QtBot, app: App, clock: ToldClock) -> None:
    assert app.unlock is not None
    view = app.unlock.view
    for _ in range(2):
        view.password.edit.selectAll()
        qtbot.keyClicks(view.password.edit, "not it")
        qtbot.keyClick(view.password.edit, ENTER)
        qtbot.waitUntil(lambda: not view.unlock._busy and view.message.words.text() != "")
        clock.passes(1)
    view.password.forget()
    unlock(qtbot, app)
    app.lock()
    shell = unlock(qtbot, app)
    with shell.desk.session.read() as connection:
        done = [row.action for row in connection.execute(select(access).order_by(access.c.done_at))]
    assert done.count("unlock_failed") == 2
    assert done[-1] == "unlock"


def test_F12_a_second_instance_is_told_who_holds_the_store(
    house: House, qapp: QApplication, qtbot: QtBot, clock: ToldClock
) -> None:
    first = Instance(house.directory, pid=os.getpid(), since=clock.now())
    starts = begun(house, qapp, qtbot)
    app = next(starts)
    shown = app.window.pages.currentWidget()
    assert f"already open by process {os.getpid()} since 17-Nov-2026 10:00" in shown.notice.accessibleName()
    first.release()
    qtbot.keyClick(shown.try_again, ENTER)
    assert app.unlock is not None
    next(starts, None)


def test_a_store_that_lost_saves_says_so_after_the_unlock(
    house: House, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    """F08: an earlier copy of the database was put back beside the mark of a later one."""
    earlier = (house.directory / "records.db").read_bytes()
    for _ in range(2):
        key = house.unlock("priya", PASSWORD)
        sitting = house.enter(key)
        with sitting.session.work() as work:
            person = work.change("team", sitting.session.team, "named", {"name": "South"})
            work.save([person], patient=None)
        sitting.close()
    (house.directory / "records.db").write_bytes(earlier)
    starts = begun(house, qapp, qtbot)
    shell = unlock(qtbot, next(starts))
    notice = shell._notices.itemAt(1)
    assert notice is not None
    told = notice.widget()
    assert told is not None
    assert "missing from the records on this laptop" in told.accessibleName()
    assert told.property("kind") == "danger"
    next(starts, None)


def test_the_records_get_a_new_key_at_the_unlock_after_somebody_was_removed_and_until_then_that_is_said(
    house: House, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.remove_user(house.unlock("priya", PASSWORD), "tom")
    begins = (house.directory / "records.db").read_bytes()[:16]
    house.computer = replace(house.computer, battery=lambda: 70)
    starts = begun(house, qapp, qtbot)
    app = next(starts)
    shell = unlock(qtbot, app)
    notice = shell._notices.itemAt(1)
    assert notice is not None
    told = notice.widget()
    assert told is not None
    assert "still have the key of that time" in told.accessibleName()
    assert (house.directory / "records.db").read_bytes()[:16] == begins
    app.lock()
    house.computer = replace(house.computer, battery=lambda: None, means=computer(seed=9).means)
    seen: list[str] = []
    assert app.unlock is not None
    view = app.unlock.view
    tell = view.tell

    def look(words: str = "", state: FieldState = "hard") -> None:
        tell(words, state)
        seen.append(view.message.words.text())

    monkeypatch.setattr(view, "tell", look)
    shell = unlock(qtbot, app)
    assert "its records get a new key: 100%. Keep the charger in." in seen[-1]
    assert shell._notices.itemAt(1) is None
    assert (house.directory / "records.db").read_bytes()[:16] != begins
    next(starts, None)


def test_a_missing_database_is_told_and_not_made_anew(house: House, qapp: QApplication, qtbot: QtBot) -> None:
    """F10."""
    (house.directory / "records.db").unlink()
    starts = begun(house, qapp, qtbot)
    app = next(starts)
    assert app.unlock is not None
    view = app.unlock.view
    qtbot.keyClicks(view.password.edit, PASSWORD)
    qtbot.keyClick(view.password.edit, ENTER)
    qtbot.waitUntil(lambda: view.message.words.text() != "" and not view.unlock._busy, timeout=20_000)
    assert app.shell is None
    assert not (house.directory / "records.db").exists()
    next(starts, None)


# --- what the system tells -----------------------------------------------------------------------


def test_sleep_a_locked_screen_another_session_and_a_closed_lid_are_heard() -> None:
    told: list[str] = []
    signals = LinuxSignals(lambda: told.append("left"))
    signals.begins(True)
    signals.begins(False)
    signals.locked()
    signals.properties("org.freedesktop.login1.Session", {"Active": False}, [])
    signals.properties("org.freedesktop.login1.Session", {"Active": True, "IdleHint": True}, [])
    signals.properties("org.freedesktop.UPower", {"LidIsClosed": True}, [])
    assert len(told) == 4


def test_messages_of_windows_that_mean_nobody_is_there() -> None:
    assert says_left(WM_POWERBROADCAST, PBT_APMSUSPEND)
    assert says_left(WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE, lambda: True)
    assert not says_left(WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE, lambda: False)
    assert all(says_left(WM_WTSSESSION_CHANGE, what) for what in LEAVING)
    assert not says_left(WM_WTSSESSION_CHANGE, 0x8)  # unlocked
    assert not says_left(0x000F, PBT_APMSUSPEND)  # a paint


def test_the_idle_rule_hears_keys_of_every_window(qtbot: QtBot, qapp: QApplication, clock: ToldClock) -> None:
    watch = Watch(qapp, clock, IdleLock(last_active=clock.steady()))
    for _ in range(2):  # of windows that were not there when it began
        edit = QPlainTextEdit()
        qtbot.addWidget(edit)
        edit.show()
        edit.activateWindow()
        qtbot.waitUntil(edit.hasFocus)
        clock.passes(200)
        QTest.keyClick(edit.windowHandle(), Qt.Key.Key_A)
        assert edit.toPlainText() == "a"
        assert watch.rule.last_active == clock.steady()
    watch.stop()
    clock.passes(200)
    QTest.keyClick(edit.windowHandle(), Qt.Key.Key_A)
    assert watch.rule.last_active < clock.steady()
