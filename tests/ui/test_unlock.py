"""The unlock page, by key presses on a real store."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from smf_desktop.presenters.unlock import unlock_rows
from tests.support.houses import PASSWORD, clock, computer, house, new_service, service_template
from tests.support.keys import KeysInMemory, ToldClock
from ui.flows.unlock import UnlockFlow
from ui.tasks import Lane
from ui.theme import apply, load
from ui.views.unlock import CAPS_LOCK, UnlockView
from ui.widgets.people import PersonLine, PersonList

__all__ = ["clock", "house", "service_template"]

ENTER = Qt.Key.Key_Return


@pytest.fixture
def flow(house: House, qtbot: QtBot) -> Iterator[UnlockFlow]:
    yield from shown(house, qtbot)


def shown(house: House, qtbot: QtBot) -> Iterator[UnlockFlow]:
    lane = Lane("door")
    made = UnlockFlow(house, house.clock, lane, "0.1.0")
    qtbot.addWidget(made.view)
    made.view.resize(1366, 690)
    made.view.show()
    with qtbot.waitExposed(made.view):
        made.begin(house.card())
    made.view.activateWindow()
    made.view.start()
    qtbot.waitUntil(made.view.password.edit.hasFocus)
    yield made
    made.stop()
    lane.close()


def type_password(qtbot: QtBot, view: UnlockView, words: str) -> None:
    view.password.edit.selectAll()
    qtbot.keyClicks(view.password.edit, words)
    qtbot.keyClick(view.password.edit, ENTER)


def said(view: UnlockView) -> str:
    return view.message.words.text()


def test_the_password_of_the_last_person_opens_and_is_forgotten(qtbot: QtBot, flow: UnlockFlow) -> None:
    assert flow.view.label.text() == "Password for Priya Nair"
    with qtbot.waitSignal(flow.opened) as opened:
        type_password(qtbot, flow.view, PASSWORD)
    assert opened.args is not None
    assert opened.args[0].username == "priya"
    opened.args[0].zero()
    assert flow.view.password.edit.text() == ""


def test_the_page_says_who_when_and_that_everything_is_here(flow: UnlockFlow) -> None:
    words = [label.text() for label in flow.view.findChildren(type(flow.view.heading))]
    assert "Tue 17-Nov-2026, 10:00" in words
    assert "Not connected to a hub. Everything is on this laptop." in words
    assert any(text.startswith("Records on this laptop are encrypted.") for text in words)
    assert "Training store: made-up people only." in words


def test_down_chooses_the_next_person_while_typing(qtbot: QtBot, flow: UnlockFlow) -> None:
    qtbot.keyClick(flow.view.password.edit, Qt.Key.Key_Down)
    assert flow.view.label.text() == "Password for Tom Okafor"
    with qtbot.waitSignal(flow.opened) as opened:
        type_password(qtbot, flow.view, PASSWORD)
    assert opened.args is not None
    assert opened.args[0].username == "tom"
    opened.args[0].zero()


def test_a_wrong_password_is_told_and_the_next_key_replaces_it(qtbot: QtBot, flow: UnlockFlow) -> None:
    type_password(qtbot, flow.view, "not it")
    qtbot.waitUntil(lambda: "did not open the store" in said(flow.view))
    assert "4 tries before a wait" in said(flow.view)
    assert flow.view.password.edit.hasFocus()
    qtbot.keyClicks(flow.view.password.edit, "x")
    assert flow.view.password.edit.text() == "x"
    assert said(flow.view) == ""


def test_after_five_wrong_passwords_the_wait_counts_down(qtbot: QtBot, flow: UnlockFlow, clock: ToldClock) -> None:
    for tries_left in (4, 3, 2, 1, 0):
        type_password(qtbot, flow.view, "not it")
        left = {1: "One more try", 0: "That password did not open"}.get(tries_left, f"{tries_left} tries")
        qtbot.waitUntil(lambda words=left: words in said(flow.view) and not flow.view.unlock._busy)
    type_password(qtbot, flow.view, PASSWORD)
    qtbot.waitUntil(lambda: "Try again in 30 seconds" in said(flow.view))
    clock.passes(12)
    qtbot.waitUntil(lambda: "Try again in 18 seconds" in said(flow.view), timeout=3000)
    clock.passes(20)
    qtbot.waitUntil(lambda: said(flow.view) == "", timeout=3000)
    with qtbot.waitSignal(flow.opened) as opened:
        type_password(qtbot, flow.view, PASSWORD)
    assert opened.args is not None
    opened.args[0].zero()


def test_caps_lock_is_told_by_a_letter_that_comes_out_large(qtbot: QtBot, flow: UnlockFlow) -> None:
    qtbot.keyClick(flow.view.password.edit, "A")  # no Shift is held
    assert said(flow.view) == CAPS_LOCK
    qtbot.keyClick(flow.view.password.edit, Qt.Key.Key_CapsLock)
    assert said(flow.view) == ""


def test_the_password_goes_nowhere_but_in(qtbot: QtBot, flow: UnlockFlow) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("from elsewhere")
    edit = flow.view.password.edit
    qtbot.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert edit.text() == "from elsewhere"
    clipboard.setText("before")
    flow.view.password.show_button.click()
    assert edit.echoMode() == QLineEdit.EchoMode.Normal
    edit.selectAll()
    for key in (Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Z):
        qtbot.keyClick(edit, key, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "before"
    assert edit.text() == "from elsewhere"
    flow.view.password.forget()
    assert edit.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.text() == ""


def test_the_recovery_key_sets_a_new_password(qtbot: QtBot, tmp_path: Path, clock: ToldClock) -> None:
    house = House(computer(clock=clock), tmp_path / "store")
    key, recovery_key = house.make(new_service())
    key.zero()
    flows = shown(house, qtbot)
    flow = next(flows)
    view = flow.view
    view.cannot.click()
    form = view.recovery
    qtbot.waitUntil(form.key.hasFocus)
    qtbot.keyClick(form.key, ENTER)
    assert form.key_field.message.words.text() == "Enter the recovery key."
    qtbot.keyClicks(form.key, recovery_key.lower().replace("-", " "))
    qtbot.keyClicks(form.new.edit, "new words now")
    qtbot.keyClick(form.new.edit, ENTER)
    assert "differ" in form.again_field.message.words.text()
    qtbot.keyClicks(form.again.edit, "new words now")
    with qtbot.waitSignal(flow.opened) as opened:
        qtbot.keyClick(form.again.edit, ENTER)
    assert opened.args is not None
    opened.args[0].zero()
    assert form.key.text() == form.new.edit.text() == ""
    house.unlock("priya", "new words now").zero()
    next(flows, None)
    house.release()


def test_a_mistyped_recovery_key_is_told_beside_it(qtbot: QtBot, flow: UnlockFlow) -> None:
    flow.view.cannot.click()
    form = flow.view.recovery
    qtbot.keyClicks(form.key, "AAAA-BBBB")
    for field in (form.new, form.again):
        qtbot.keyClicks(field.edit, "new words now")
    qtbot.keyClick(form.again.edit, ENTER)
    qtbot.waitUntil(lambda: "letter or number wrong" in form.key_field.message.words.text())


def test_six_digits_do_for_two_hours(qtbot: QtBot, tmp_path: Path, clock: ToldClock) -> None:
    keys = KeysInMemory()
    house = House(computer(clock=clock, keys=keys), tmp_path / "store")
    first, _ = house.make(new_service())
    house.set_quick_code(first, "246810")
    first.zero()
    flows = shown(house, qtbot)
    flow = next(flows)
    view = flow.view
    assert view.label.text() == "Quick code for Priya Nair"
    for left in ("2 tries", "1 try"):
        type_password(qtbot, view, "111111")
        qtbot.waitUntil(lambda words=left: words in said(view) and not view.unlock._busy)
    with qtbot.waitSignal(flow.opened) as opened:
        type_password(qtbot, view, "246810")
    assert opened.args is not None
    opened.args[0].zero()
    view.set_busy(False)
    assert house.has_quick_code(first.user_id)
    clock.passes(timedelta(hours=2).total_seconds())
    type_password(qtbot, view, "246810")
    qtbot.waitUntil(lambda: "can no longer be used" in said(view))
    assert view.label.text() == "Password for Priya Nair"
    next(flows, None)
    house.release()


def test_everything_fits_and_the_password_is_seen_at_twice_the_size(qtbot: QtBot, flow: UnlockFlow) -> None:
    view = flow.view
    view.resize(683, 384)
    view.start()
    qtbot.wait(20)
    assert not view.side.isVisible()
    assert seen(view)


def test_the_middle_grows_with_the_text_and_no_further(qtbot: QtBot, qapp: QApplication, flow: UnlockFlow) -> None:
    view = flow.view
    view.resize(1600, 900)
    qtbot.waitUntil(lambda: view.middle.width() == 600)
    apply(qapp, load("light", 1.5))
    qtbot.waitUntil(lambda: view.middle.width() == 900)


def test_the_password_is_seen_at_once_in_a_window_that_begins_small(
    qtbot: QtBot, house: House, clock: ToldClock
) -> None:
    view = UnlockView()
    qtbot.addWidget(view)
    rows = unlock_rows(house.card(), clock.now(), "0.1.0")
    view.fill(replace(rows, people=tuple(replace(rows.people[0], user_id=str(n)) for n in range(6))))
    view.resize(683, 384)
    view.start()  # as at the start of the application: before it is shown
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: seen(view))


def seen(view: UnlockView) -> bool:
    edit = view.password.edit
    top = edit.mapTo(view, edit.rect().topLeft())
    return 0 <= top.y() < view.height() - edit.height() and 0 <= top.x() < view.width() - edit.width()


PAINTED = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from smf_desktop.compose import House, this_computer
from ui.app import App
from ui.theme import apply, load
qt = QApplication(["smf"])
apply(qt, load("light"))
app = App(House(this_computer(), Path(sys.argv[1])), qt)
def painted():
    print(sorted({"sqlalchemy", "alembic", "sqlcipher3", "keyring"} & set(sys.modules)))
    app.window.close()
app.window.painted.connect(painted)
app.begin()
qt.exec()
"""


def test_the_unlock_page_is_painted_before_the_database_is_imported(house: House) -> None:
    house.release()
    done = subprocess.run(
        [sys.executable, "-c", PAINTED, str(house.directory)],
        cwd=Path(__file__).parents[2],
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_where_two_facts_do_not_fit_one_line_the_second_has_a_third(qtbot: QtBot) -> None:
    people = PersonList()
    qtbot.addWidget(people)
    nobody = PersonLine("2", "Gill Barker", "Lead", "GB")
    people.fill(
        [PersonLine("1", "Priya Nair", "SMF nurse", "PN", "Not used yet", "Connect by 30-Nov-2026, 04:09"), nobody]
    )
    people.show()
    rows = people.findChildren(QToolButton)
    heights = []
    for width in (560, 300, 560):
        people.resize(width, 120)
        QApplication.processEvents()
        heights.append([row.sizeHint().height() for row in rows])
    assert heights[0] == heights[2]
    assert heights[1] == [heights[1][0]] * 2 > heights[0]  # all of a list are of one height
    people.resize(300, 120)
    people.fill([nobody])
    assert people.findChildren(QToolButton)[-1].sizeHint().height() == heights[0][0]
