"""Who this is can always be read: whole, in the fixed order, at any size."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.gallery import PERSON
from ui.theme import apply, load, theme_in_use
from ui.widgets.banner import PatientBanner
from ui.widgets.text import Text

LONG = "CHOLMONDELEY-FEATHERSTONEHAUGH, Maximiliana Bartholomea Rosalind Wilhelmina (Professor)"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(PatientBanner())
    column.addStretch(1)
    window.resize(1282, 690)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def banner_of(window: QWidget) -> PatientBanner:
    found = window.findChild(PatientBanner)
    assert found is not None
    return found


def settled(qtbot: QtBot, window: QWidget, width: int, height: int) -> None:
    """The window at a size, once the banner has taken the height it needs there."""
    window.resize(width, height)
    banner = banner_of(window)
    qtbot.waitUntil(lambda: window.size() == QSize(width, height), timeout=2000)
    qtbot.waitUntil(lambda: banner.height() == banner.heightForWidth(width), timeout=2000)
    for _ in range(20):
        QApplication.processEvents()


def cut(banner: PatientBanner) -> list[str]:
    """Words that are seen but have less room than they need, or stand outside the banner."""
    found = []
    for label in (label for label in banner.findChildren(Text) if label.isVisible()):
        needs = label.fontMetrics().horizontalAdvance(label.text())
        low = label.wordWrap() and label.height() < label.heightForWidth(label.width())
        place = QRect(label.mapTo(banner, QPoint(0, 0)), label.size())
        if low or (not label.wordWrap() and label.width() < needs) or not banner.rect().contains(place):
            found.append(f"{label.text()} {place}")
    return found


def test_at_the_usual_size_it_is_75_high_and_in_the_fixed_order(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(PERSON)
    settled(qtbot, window, 1282, 690)
    assert banner.height() == 75
    values = (banner.name, banner.born.value, banner.gender.value, banner.nhs.value)
    lefts = [value.mapTo(banner, value.rect().topLeft()).x() for value in values]
    assert lefts == sorted(lefts)
    lower = (banner.allergies.value, banner.address.value, banner.phone.value, banner.access.value)
    lefts = [value.mapTo(banner, value.rect().topLeft()).x() for value in lower]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("text", [0.8, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [(1866, 1000), (1282, 690), (900, 600), (683, 600), (592, 360)])
def test_no_name_number_or_allergy_is_ever_cut(
    qtbot: QtBot, qapp: QApplication, window: QWidget, size: tuple[int, int], text: float
) -> None:
    apply(qapp, load("light", text))
    banner = banner_of(window)
    banner.fill(replace(PERSON, name=LONG))
    settled(qtbot, window, *size)
    assert cut(banner) == []
    assert banner.name.text() == LONG
    assert banner.allergies.isVisible()
    assert banner.nhs.isVisible()
    assert banner.born.isVisible()


def test_a_narrow_window_folds_the_rest_behind_more(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(PERSON)
    settled(qtbot, window, 880, 690)
    assert not banner.address.isVisible()
    qtbot.mouseClick(banner.more, Qt.MouseButton.LeftButton)
    settled(qtbot, window, 880, 690)
    assert banner.address.isVisible()
    assert banner.access.isVisible()
    assert cut(banner) == []
    settled(qtbot, window, 1000, 690)
    assert not banner.more.isVisible()
    assert banner.address.isVisible()


def test_a_low_window_keeps_name_born_number_and_allergies(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(PERSON)
    settled(qtbot, window, 1282, 500)
    assert not banner.preferred.isVisible()
    assert not banner.gender.isVisible()
    assert all(part.isVisible() for part in (banner.name, banner.born, banner.nhs, banner.allergies))


def test_a_low_window_has_one_line_until_more_is_asked_for(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(PERSON)
    settled(qtbot, window, 1000, 384)
    line = banner.name.height()
    assert banner.height() <= 1.5 * line, "one line of words and its margins"
    settled(qtbot, window, 635, 384)
    assert banner.height() <= 3 * line, "no room for one line: two"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    banner.name.setFocus()
    order = [banner.name]
    while order[-1] is not banner.more:
        qtbot.keyClick(order[-1], Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    assert order == [banner.name, banner.born.value, banner.nhs.value, banner.allergies.value, banner.more]
    qtbot.keyClick(banner.more, Qt.Key.Key_Space)
    settled(qtbot, window, 635, 384)
    assert banner.address.isVisible()
    assert cut(banner) == []
    settled(qtbot, window, 1282, 690)
    assert banner.height() == 75, "in a higher window it is as it was"


def test_allergies_are_never_blank(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    for kind, words, icon in (
        ("known", "Penicillin (rash, 1988)", True),
        ("none", "No known allergies (asked 14-Oct-2026)", False),
        ("not_asked", "Allergies not asked yet", True),
    ):
        banner.fill(replace(PERSON, allergies_kind=kind, allergies=words))
        assert banner.allergies.value.text() == words
        assert banner.allergies.icon.isVisible() is icon


def test_a_number_that_is_not_known_is_said_in_words(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(replace(PERSON, nhs="NHS No. not known"))
    assert not banner.nhs.label.isVisible()
    assert banner.nhs.value.accessibleName() == "NHS No. not known"
    banner.fill(replace(PERSON, nhs_chip="not traced"))
    assert banner.nhs.label.isVisible()
    assert banner.nhs_chip.accessibleName() == "not traced"


def test_a_death_is_said_and_greys_the_banner(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(replace(PERSON, died="02-Oct-2026 (75y)"))
    settled(qtbot, window, 1282, 690)
    assert banner.died.isVisible()
    assert banner.grab().toImage().pixelColor(400, 4) == theme_in_use().colour("surface-3")
    banner.fill(PERSON)
    assert not banner.died.isVisible()
    assert banner.grab().toImage().pixelColor(400, 4) == theme_in_use().colour("banner")


def test_names_are_never_read_as_markup(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(replace(PERSON, name="<b>ABERNATHY</b>, Doreen", access="<img src=x>"))
    assert {label.textFormat() for label in banner.findChildren(Text)} == {Qt.TextFormat.PlainText}
    assert banner.name.text() == "<b>ABERNATHY</b>, Doreen"


def test_every_value_can_be_reached_and_copied_by_keyboard(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(PERSON)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    banner.nhs.value.setFocus()
    assert banner.nhs.value.hasFocus()
    qtbot.keyClick(banner.nhs.value, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "9990079323"
    for value in (banner.name, banner.born.value, banner.gender.value, banner.allergies.value):
        assert value.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
        assert value.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_a_screen_reader_hears_the_whole_person(qtbot: QtBot, window: QWidget) -> None:
    banner = banner_of(window)
    banner.fill(replace(PERSON, spoken="Patient: Abernathy, Doreen, Mrs. Born 14 March 1951"))
    heard = QAccessible.queryAccessibleInterface(banner)
    assert heard.role() == QAccessible.Role.Grouping
    assert heard.text(QAccessible.Text.Name).startswith("Patient: Abernathy")
