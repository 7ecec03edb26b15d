"""Tools, Back up this laptop and Restore a backup: by keys alone, on a real store."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.store.engine import FILE
from tests.support.houses import PASSWORD, clock, computer, house, keys, new_service, service_template
from tests.support.keys import KeysInMemory, ToldClock
from ui.actions import Action
from ui.app import App
from ui.desk import Desk
from ui.flows.laptop.backups import BackUpDialog, RestoreDialog
from ui.tasks import Lane, Lanes

__all__ = ["clock", "house", "keys", "service_template"]

ENTER, TAB, ESCAPE, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Space


def on(done: int, total: int) -> bool:
    return True


def press(qtbot: QtBot, key: Qt.Key) -> None:
    """A key where the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key)


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.activateWindow()
    return window


@pytest.fixture
def sitting(house: House) -> Iterator[Sitting]:
    house.hold()
    made = house.enter(house.unlock("tom", PASSWORD))
    yield made
    made.close()


@pytest.fixture
def desk(sitting: Sitting) -> Iterator[Desk]:
    lanes = Lanes()
    told: list[BaseException] = []
    yield Desk(sitting.session, lanes, lambda place: None, told.append, lambda words: None, lambda kinds: None)
    lanes.close()
    assert not told


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("door")
    yield made
    made.close()


def names(monkeypatch: pytest.MonkeyPatch, which: str, file: Path) -> None:
    monkeypatch.setattr(QFileDialog, which, lambda *_: (str(file), ""))


def shown(qtbot: QtBot, dialog: BackUpDialog | RestoreDialog) -> None:
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and dialog.isAncestorOf(QApplication.focusWidget()))


# --- backing up ----------------------------------------------------------------------------------


def test_a_nurse_backs_up_by_keys_and_sees_how_old_the_last_backup_is(
    qtbot: QtBot, over: QWidget, desk: Desk, sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = BackUpDialog(desk, sitting.backups, over)
    shown(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog.age.true.text() == "This laptop has not been backed up yet.")
    assert dialog.primary.hasFocus()
    names(monkeypatch, "getSaveFileName", tmp_path / "b.smfbackup")
    press(qtbot, SPACE)
    qtbot.waitUntil(lambda: dialog.notice.isVisible(), timeout=20_000)
    assert dialog.notice.true.text().startswith("Backed up: ")
    assert "b.smfbackup was read back and is whole." in dialog.notice.do.text()
    qtbot.waitUntil(lambda: dialog.age.true.text() == "Last backup today at 10:00.")
    assert (tmp_path / "b.smfbackup").exists()
    assert dialog.close_.hasFocus()
    press(qtbot, SPACE)
    qtbot.waitUntil(lambda: over.findChild(BackUpDialog) is None or not dialog.isVisible())


def test_a_backup_that_cannot_be_made_says_what_is_safe_and_what_to_do(
    qtbot: QtBot, over: QWidget, desk: Desk, sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter").write_text("mine")
    dialog = BackUpDialog(desk, sitting.backups, over)
    shown(qtbot, dialog)
    names(monkeypatch, "getSaveFileName", tmp_path / "letter")
    press(qtbot, SPACE)
    qtbot.waitUntil(lambda: dialog.notice.isVisible(), timeout=20_000)
    assert dialog.notice.true.text() == "A file of that name is there already."
    assert (tmp_path / "letter").read_text() == "mine"
    press(qtbot, ESCAPE)
    qtbot.waitUntil(lambda: not over.findChildren(BackUpDialog))


class Slow:
    """A backup that goes on until it is stopped."""

    def __init__(self, inner: object) -> None:
        self.stopped = False

    def write(self, file: Path, progress: Callable[[int, int], bool]) -> object:
        from smf_desktop.trouble import BackupStopped

        done = 0
        while progress(done, 1_000):
            done += 1
            time.sleep(0.01)  # a part of a store takes that long at least
        self.stopped = True
        raise BackupStopped

    def last(self) -> None:
        return None


def test_escape_stops_a_backup_that_runs_and_the_window_stays_to_say_so(
    qtbot: QtBot, over: QWidget, desk: Desk, tmp_path: Path
) -> None:
    slow = Slow(None)
    dialog = BackUpDialog(desk, slow, over)
    shown(qtbot, dialog)
    dialog.write(tmp_path / "b")
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    press(qtbot, ESCAPE)
    qtbot.waitUntil(lambda: dialog.notice.isVisible())
    assert dialog.notice.true.text() == "This was stopped."
    assert slow.stopped
    press(qtbot, ESCAPE)
    qtbot.waitUntil(lambda: not over.findChildren(BackUpDialog))


# --- restoring -----------------------------------------------------------------------------------


@pytest.fixture
def backup(house: House, tmp_path: Path) -> Path:
    """A backup of the service's store, made by tom."""
    house.hold()
    made = house.back_up(house.unlock("tom", PASSWORD), tmp_path / "b.smfbackup", on)
    return made.file


def test_an_emptied_laptop_is_restored_by_keys_and_whoever_opened_the_backup_is_in(
    qtbot: QtBot,
    over: QWidget,
    backup: Path,
    clock: ToldClock,
    lane: Lane,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    empty = House(computer(clock=clock, first_id=7_000_000), tmp_path / "new")
    dialog = RestoreDialog(empty, clock, lane, over)
    shown(qtbot, dialog)
    assert dialog.place.true.text() == "There are no records on this laptop yet."
    assert dialog.choose.hasFocus()
    names(monkeypatch, "getOpenFileName", backup)
    press(qtbot, SPACE)
    qtbot.waitUntil(dialog.person.isVisible)
    assert dialog.found.text().startswith("Made on 17-Nov-2026 at 10:00, laptop SMF-LT-014. Training store, ")
    qtbot.waitUntil(dialog.person.hasFocus)
    qtbot.keyClicks(dialog.person, "tom")
    press(qtbot, TAB)
    qtbot.waitUntil(dialog.password.edit.hasFocus)
    qtbot.keyClicks(dialog.password.edit, "not it")
    press(qtbot, ENTER)
    qtbot.waitUntil(lambda: dialog.password_field.message.words.text().startswith("That password did not open"))
    assert not (tmp_path / "new").exists()
    qtbot.keyClicks(dialog.password.edit, PASSWORD)  # over what is marked
    press(qtbot, ENTER)
    qtbot.waitUntil(dialog.opens.isVisible, timeout=20_000)
    assert dialog.notice.true.text().startswith("Restored: ")
    qtbot.waitUntil(dialog.opens.hasFocus)
    with qtbot.waitSignal(dialog.restored) as restored:
        press(qtbot, SPACE)
    assert restored.args is not None
    entered = empty.enter(restored.args[0])
    assert entered.session.user.username == "tom"
    entered.close()
    empty.release()


def test_on_another_laptop_the_dialog_asks_for_the_recovery_key(
    qtbot: QtBot,
    over: QWidget,
    clock: ToldClock,
    keys: KeysInMemory,
    lane: Lane,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = House(computer(clock=clock, keys=keys), tmp_path / "first")
    key, recovery_key = first.make(new_service())
    first.back_up(key, tmp_path / "b", on)
    first.release()
    other = House(computer(clock=clock, keys=KeysInMemory(), first_id=7_000_000), tmp_path / "other")
    dialog = RestoreDialog(other, clock, lane, over)
    shown(qtbot, dialog)
    names(monkeypatch, "getOpenFileName", tmp_path / "b")
    press(qtbot, SPACE)
    qtbot.waitUntil(dialog.password.edit.hasFocus)
    qtbot.keyClicks(dialog.password.edit, PASSWORD)
    press(qtbot, ENTER)
    qtbot.waitUntil(dialog.recovery.isVisible, timeout=20_000)
    assert dialog.notice.do.text() == "Nothing was changed. Enter the recovery key."
    qtbot.waitUntil(dialog.recovery.key.hasFocus)
    qtbot.keyClicks(dialog.recovery.key, recovery_key)
    for field in (dialog.recovery.new.edit, dialog.recovery.again.edit):
        qtbot.keyClicks(field, "a new password")
    qtbot.keyClick(dialog.recovery.again.edit, ENTER)
    qtbot.waitUntil(dialog.opens.isVisible, timeout=20_000)
    with qtbot.waitSignal(dialog.restored) as restored:
        press(qtbot, ESCAPE)  # whoever closes the window goes in all the same
    assert restored.args is not None
    restored.args[0].zero()
    other.unlock("priya", "a new password").zero()
    other.release()


def test_a_file_that_is_no_backup_is_told_and_nothing_is_touched(
    qtbot: QtBot,
    over: QWidget,
    house: House,
    clock: ToldClock,
    lane: Lane,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "letter").write_text("mine")
    before = (house.directory / FILE).read_bytes()
    dialog = RestoreDialog(house, clock, lane, over)
    shown(qtbot, dialog)
    assert dialog.place.true.text() == "The records now on this laptop are put aside, not deleted."
    names(monkeypatch, "getOpenFileName", tmp_path / "letter")
    press(qtbot, SPACE)
    qtbot.waitUntil(dialog.notice.isVisible)
    assert dialog.notice.true.text().startswith("This file is not a backup")
    press(qtbot, ESCAPE)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert (house.directory / FILE).read_bytes() == before


# --- in the application --------------------------------------------------------------------------


def test_from_tools_the_store_is_locked_first_and_the_restored_one_opens_in_its_place(
    qtbot: QtBot, qapp: QApplication, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hold()
    made = house.back_up(house.unlock("tom", PASSWORD), tmp_path / "b", on)
    app = App(replace_computer(house), qapp)
    qtbot.addWidget(app.window)
    app.begin()
    app._enter(house.unlock("tom", PASSWORD))
    qtbot.waitUntil(lambda: app.shell is not None, timeout=20_000)
    assert app.shell is not None
    app.shell.do(Action.RESTORE)
    qtbot.waitUntil(lambda: bool(app.window.findChildren(RestoreDialog)), timeout=20_000)
    assert app.shell is None
    (dialog,) = app.window.findChildren(RestoreDialog)
    names(monkeypatch, "getOpenFileName", made.file)
    qtbot.waitUntil(dialog.choose.hasFocus)
    press(qtbot, SPACE)
    qtbot.waitUntil(dialog.person.hasFocus)
    qtbot.keyClicks(dialog.person, "tom")
    dialog.password.edit.setFocus()
    qtbot.keyClicks(dialog.password.edit, PASSWORD)
    press(qtbot, ENTER)
    qtbot.waitUntil(dialog.opens.isVisible, timeout=20_000)
    assert "store.set-aside-1" in dialog.notice.do.text()
    with qtbot.waitSignal(app.opened, timeout=20_000):
        press(qtbot, SPACE)
    assert (tmp_path / "store.set-aside-1" / FILE).exists()
    app.window.close()


def replace_computer(house: House) -> House:
    """The same house; its computer's ids go on after those of the backup."""
    house.computer = replace(house.computer, new_id=computer(first_id=9_000_000).new_id)
    return house
