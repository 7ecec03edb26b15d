"""The first run, by key presses: from an empty folder to an open store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from smf_desktop.services.laptop.door import NewService
from smf_desktop.trouble import StoreUnwritable
from tests.support.houses import computer
from tests.support.pressing import press
from ui.flows.laptop.first_run import FirstRunFlow
from ui.tasks import Lane
from ui.views.first_run import PROTECT, READY, SERVICE, WELCOME

ENTER = Qt.Key.Key_Return


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(computer(), tmp_path / "store")
    yield made
    made.release()


@pytest.fixture
def flow(house: House, qtbot: QtBot) -> Iterator[FirstRunFlow]:
    lane = Lane("door")
    made = FirstRunFlow(house, lane, house.directory, house.name)
    qtbot.addWidget(made.view)
    made.view.resize(1366, 690)
    with qtbot.waitExposed(made.view):
        made.view.show()
    made.view.activateWindow()
    made.view.show_step(WELCOME)
    qtbot.waitUntil(made.view.kind.tiles["training"].hasFocus)
    yield made
    made.stop()
    lane.close()


def test_the_first_step_offers_no_way_back_at_any_width(qtbot: QtBot, flow: FirstRunFlow) -> None:
    """The dock fits its buttons to the width and must not bring back one that means nothing."""
    view = flow.view
    for width in (1366, 640):
        view.resize(width, 600)
        QApplication.processEvents()
        assert view.go_back.isHidden()
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view.step == WELCOME


def test_alt_left_goes_back_where_the_button_is_in_the_menu(qtbot: QtBot, flow: FirstRunFlow) -> None:
    to_protect(qtbot, flow)
    flow.view.resize(640, 600)
    qtbot.waitUntil(flow.view.go_back.isHidden)
    qtbot.keyClick(flow.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert flow.view.step == SERVICE


def to_protect(qtbot: QtBot, flow: FirstRunFlow, kind: str = "training") -> None:
    view = flow.view
    qtbot.keyClick(view.kind.tiles["training"], Qt.Key.Key_Space)
    if kind == "live":
        qtbot.keyClick(view.kind.tiles["training"], Qt.Key.Key_Down)
    qtbot.keyClick(view.go_on, ENTER)
    assert view.step == SERVICE
    qtbot.keyClicks(view.service, "Derby community nursing")
    qtbot.keyClicks(view.team, "North")
    qtbot.keyClick(view.team, ENTER)
    assert view.step == PROTECT


def protect(qtbot: QtBot, flow: FirstRunFlow, password: str = "three plain words") -> None:
    view = flow.view
    qtbot.keyClicks(view.name, "Priya Nair")
    qtbot.keyClick(view.name, Qt.Key.Key_Tab)
    assert view.username.text() == "priya"
    view.role.setFocus()
    qtbot.keyClicks(view.role, "team")
    assert view.role.key() == "lead"
    qtbot.keyClick(view.lead, Qt.Key.Key_Space)
    qtbot.keyClicks(view.password.edit, password)
    qtbot.keyClicks(view.again.edit, password)
    qtbot.keyClick(view.again.edit, ENTER)


def test_four_steps_make_a_store_that_opens(qtbot: QtBot, flow: FirstRunFlow, house: House) -> None:
    view = flow.view
    assert view.device.text() == "SMF-LT-014"
    to_protect(qtbot, flow)
    protect(qtbot, flow)
    qtbot.waitUntil(lambda: view.step == READY, timeout=20_000)
    shown = view.key.text().split()
    assert len(shown) == 14
    assert view.password.edit.text() == view.again.edit.text() == ""
    qtbot.keyClick(view.go_on, ENTER)
    assert "Write the key down first" in view.fields["written"].message.words.text()
    assert view.written.hasFocus()
    qtbot.keyClick(view.written, Qt.Key.Key_Space)
    with qtbot.waitSignal(flow.made) as made:
        qtbot.keyClick(view.go_on, ENTER)
    assert made.args is not None
    assert view.key.text() == ""
    sitting = house.enter(made.args[0])
    assert (sitting.service_name, sitting.team_name) == ("Derby community nursing", "North")
    assert sitting.session.user.is_clinical_lead
    sitting.close()
    house.recover("-".join(shown), "priya", "another set of words").zero()


def test_what_is_missing_is_said_and_gone_to(qtbot: QtBot, flow: FirstRunFlow) -> None:
    view = flow.view
    qtbot.keyClick(view.go_on, ENTER)
    assert view.step == WELCOME
    assert view.fields["kind"].message.words.text() == "Choose training, live or a hub."
    to_protect(qtbot, flow)
    qtbot.keyClick(view.go_on, ENTER)
    told = {name: view.fields[name].message.words.text() for name in ("name", "username", "role", "password")}
    assert told == {
        "name": "Enter your name.",
        "username": "Enter a username without spaces.",
        "role": "Choose your role.",
        "password": "Enter a password.",
    }
    assert view.name.hasFocus()


def test_alt_left_goes_back_and_nothing_typed_is_lost(qtbot: QtBot, flow: FirstRunFlow) -> None:
    to_protect(qtbot, flow)
    qtbot.keyClicks(flow.view.name, "Priya")
    qtbot.keyClick(flow.view.name, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert flow.view.step == SERVICE
    assert flow.view.service.text() == "Derby community nursing"
    qtbot.keyClick(flow.view.go_on, ENTER)
    assert flow.view.name.text() == "Priya"


def test_a_live_store_wants_eight_characters(qtbot: QtBot, flow: FirstRunFlow, house: House) -> None:
    to_protect(qtbot, flow, "live")
    protect(qtbot, flow, "short")
    view = flow.view
    qtbot.waitUntil(lambda: "fewer than 8 characters" in view.fields["password"].message.words.text())
    assert view.step == PROTECT
    assert not house.directory.exists()
    assert view.password.edit.text() == "short"


def test_length_is_what_makes_a_password_strong(qtbot: QtBot, flow: FirstRunFlow) -> None:
    to_protect(qtbot, flow)
    view = flow.view
    words = []
    for more in ("seven77", "8", "9999", "aaaa"):
        qtbot.keyClicks(view.password.edit, more)
        words.append(view.meter.words.text())
    assert words == ["7 of at least 8 characters", "Long enough. 12 or more is better.", "Good", "Very good"]


class NoRoom:
    def make(self, new: NewService) -> tuple[object, str]:
        raise StoreUnwritable


def test_a_store_that_cannot_be_made_is_told_and_the_form_stays(qtbot: QtBot, tmp_path: Path) -> None:
    lane = Lane("door")
    flow = FirstRunFlow(NoRoom(), lane, tmp_path / "store", "SMF-LT-014")
    qtbot.addWidget(flow.view)
    with qtbot.waitExposed(flow.view):
        flow.view.show()
    flow.view.activateWindow()
    flow.view.show_step(WELCOME)
    qtbot.waitUntil(flow.view.kind.tiles["training"].hasFocus)
    to_protect(qtbot, flow)
    protect(qtbot, flow)
    qtbot.waitUntil(flow.view.trouble.isVisible)
    assert flow.view.step == PROTECT
    assert flow.view.name.text() == "Priya Nair"
    lane.close()


def test_the_recovery_key_can_be_saved_where_only_its_owner_reads_it(
    qtbot: QtBot, flow: FirstRunFlow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_protect(qtbot, flow)
    protect(qtbot, flow)
    qtbot.waitUntil(lambda: flow.view.step == READY, timeout=20_000)
    file = tmp_path / "key.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    qtbot.keyClick(flow.view.save, ENTER)
    assert file.read_text("utf-8").strip().replace("-", " ").split() == flow.view.key.text().split()
    assert file.stat().st_mode & 0o077 == 0


def test_the_whole_first_run_by_what_has_the_focus_alone(qtbot: QtBot, flow: FirstRunFlow) -> None:
    """No widget is asked for: each key goes to whatever has the focus by then."""
    view, tab, space = flow.view, Qt.Key.Key_Tab, Qt.Key.Key_Space
    press(qtbot, space, ENTER)
    qtbot.waitUntil(view.service.hasFocus)
    press(qtbot, "Derby community nursing", tab, "North", ENTER)
    qtbot.waitUntil(view.name.hasFocus)
    press(qtbot, "Priya Nair", tab, tab, "team", tab, space, tab, "three plain words", tab)
    qtbot.waitUntil(lambda: view.again.isAncestorOf(qapp_focus()) or view.password.isAncestorOf(qapp_focus()))
    if not view.again.edit.hasFocus():
        press(qtbot, tab)  # over the button that shows what was typed
    press(qtbot, "three plain words", ENTER)
    qtbot.waitUntil(lambda: view.step == READY, timeout=20_000)
    qtbot.waitUntil(view.written.hasFocus)
    with qtbot.waitSignal(flow.made):
        press(qtbot, space, ENTER)


def qapp_focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found
