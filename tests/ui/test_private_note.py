"""A private note opens on a key, after its reading was noted, and leaves nothing behind."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets import private_note
from ui.widgets.private_note import PrivateNote

WORDS = "Do not visit alone: dog at the back door"


@pytest.fixture
def note(qtbot: QtBot) -> Iterator[PrivateNote]:
    window = QWidget()
    made = PrivateNote("Note, Abernathy, Doreen")
    QVBoxLayout(window).addWidget(made)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    made.setFocus()
    yield made
    made.close_note()


def held() -> list[str]:
    """Every word a widget holds, shown or not, and every name a screen reader could read."""
    widgets = QApplication.allWidgets()
    return [f"{each.text() if isinstance(each, QLabel) else ''} {each.accessibleName()}" for each in widgets]


def test_the_mark_says_nothing_until_a_key_is_pressed(qtbot: QtBot, note: PrivateNote) -> None:
    assert note.mark.text() == "Note"
    with qtbot.waitSignal(note.asked):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert not note.is_open  # the words come from whoever noted the reading
    note.tell(WORDS)
    assert note.is_open
    assert any(WORDS in words for words in held())


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_a_key_closes_it_and_nothing_of_the_words_is_left(qtbot: QtBot, note: PrivateNote, key: Qt.Key) -> None:
    note.tell(WORDS)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClick(popup, key)
    qtbot.waitUntil(lambda: not note.is_open)
    assert not any(WORDS in words for words in held())


def test_it_closes_by_itself(qtbot: QtBot, note: PrivateNote, monkeypatch: pytest.MonkeyPatch) -> None:
    note._timer.setInterval(30)
    note.tell(WORDS)
    qtbot.waitUntil(lambda: not note.is_open)
    assert private_note.OPEN_MS == 8000


def test_a_mark_that_is_no_longer_shown_opens_nothing(note: PrivateNote) -> None:
    note.window().hide()
    note.tell(WORDS)
    assert not note.is_open
