"""What is copied about a person is on the clipboard for a minute, not kept by its history, and gone at the lock."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

import ui
from ui.widgets import clipboard
from ui.widgets.clipboard import copy_for_a_while, take_back

NOTE = "ABERNATHY, Doreen (Mrs)"


@pytest.fixture(autouse=True)
def short(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "CLEARED_AFTER_MS", 50)


def held() -> str:
    return QGuiApplication.clipboard().text()


def test_a_note_is_there_to_be_pasted_and_then_gone(qtbot: QtBot) -> None:
    copy_for_a_while(NOTE)
    assert held() == NOTE
    assert "x-kde-passwordManagerHint" in QGuiApplication.clipboard().mimeData().formats()
    qtbot.waitUntil(lambda: held() == "")


def test_what_somebody_copied_since_stays(qtbot: QtBot) -> None:
    copy_for_a_while(NOTE)
    QGuiApplication.clipboard().setText("from elsewhere")
    take_back()
    qtbot.wait(120)
    assert held() == "from elsewhere"


def test_locking_takes_ours_off_at_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "CLEARED_AFTER_MS", 60_000)
    copy_for_a_while(NOTE)
    take_back()
    assert held() == ""


def test_nothing_is_put_on_the_clipboard_by_another_way() -> None:
    folder = Path(ui.__file__).parent
    writes = re.compile(r"\.(setText|setMimeData)\(")
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if "clipboard" in line and writes.search(line)
    }
    assert found == {"widgets/clipboard.py"}
