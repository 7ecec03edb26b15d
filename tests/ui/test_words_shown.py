"""Words from data as they are drawn: no line ends inside a date, and what is read aloud or copied stays as it is."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ui.theme import apply, load
from ui.widgets.text import Text, unbroken

WORDS = "Discharged to self-care between 17-Nov-2025 and 17-Nov-2026."
Draw = Callable[[QLabel, int], tuple[QImage, int]]


@pytest.fixture
def draw(qtbot: QtBot) -> Draw:
    def drawn(label: QLabel, width: int) -> tuple[QImage, int]:
        qtbot.addWidget(label)
        label.ensurePolished()
        tall = label.heightForWidth(width)
        label.resize(width, tall)
        return label.grab().toImage(), tall

    return drawn


def width_that_breaks() -> int:
    """So wide that the first date would be broken before its year."""
    label = Text("", "dense", wrap=True)
    label.ensurePolished()
    return label.fontMetrics().horizontalAdvance("Discharged to self-care between 17-Nov-") + 4


@pytest.mark.parametrize("text", [1.0, 2.0])
def test_no_line_ends_inside_a_date(qapp: QApplication, draw: Draw, text: float) -> None:
    apply(qapp, load("light", text))
    width = width_that_breaks()
    shown, broken, held = Text(WORDS, "dense", wrap=True), QLabel(WORDS), Text(unbroken(WORDS), "dense", wrap=True)
    broken.setProperty("role", "dense")
    broken.setWordWrap(True)
    assert draw(shown, width) == draw(held, width)
    assert draw(shown, width)[0] != draw(broken, width)[0]
    assert draw(Text("No date here at all, so Qt draws it by itself.", "dense", wrap=True), width)[1] > 0


def test_what_is_read_aloud_and_copied_has_only_what_was_said(qtbot: QtBot) -> None:
    shown = Text(WORDS, wrap=True)
    qtbot.addWidget(shown)
    named = QAccessible.queryAccessibleInterface(shown)
    assert shown.text() == named.text(QAccessible.Text.Name) == WORDS
    chosen = Text(WORDS, wrap=True)
    qtbot.addWidget(chosen)
    chosen.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
    chosen.setSelection(0, len(WORDS))
    assert chosen.selectedText() == WORDS


def test_where_a_date_does_not_fit_whole_it_is_broken_rather_than_cut(draw: Draw) -> None:
    narrow, plain = Text("17-Nov-2026", "page", wrap=True), QLabel("17-Nov-2026")
    plain.setProperty("role", "page")
    plain.setWordWrap(True)
    assert draw(narrow, 60) == draw(plain, 60)


def test_only_hyphens_beside_a_figure_hold() -> None:
    assert unbroken("self-care on 17-Nov-2026, visits 4-7") == "self-care on 17-\u2060Nov-\u20602026, visits 4-\u20607"
    assert unbroken("no hyphens") == "no hyphens"
