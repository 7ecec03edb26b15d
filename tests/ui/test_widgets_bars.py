"""The bands around a page, buttons, notices and toasts: reached by key, named for a screen reader."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.gallery import RAIL
from ui.widgets.bars import Dock, StatusParts, TopBar
from ui.widgets.buttons import Button, IconButton
from ui.widgets.cards import Card, EmptyState
from ui.widgets.notices import TOAST_MS, Notice, Toast
from ui.widgets.rail import NARROW, WIDE, NavRail
from ui.widgets.text import Chip, Text

Key = Qt.Key


def opened(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def test_the_rail_moves_by_arrows_and_opens_by_enter(qtbot: QtBot) -> None:
    rail = NavRail(RAIL)
    opened(qtbot, rail)
    rail.select("today")
    heard: list[str] = []
    rail.chosen.connect(heard.append)
    places = rail.findChildren(QToolButton)
    assert [place.focusPolicy() for place in places].count(Qt.FocusPolicy.StrongFocus) == 1
    places[0].setFocus()
    qtbot.keyClick(places[0], Key.Key_Down)
    qtbot.keyClick(places[1], Key.Key_Down)
    assert heard == []
    qtbot.keyClick(places[2], Key.Key_Return)
    assert heard == ["referrals"]
    assert places[2].accessibleName() == "Referrals, 3 to do, selected"
    assert places[0].accessibleName() == "Today, 4 to do"
    assert QAccessible.queryAccessibleInterface(places[0]).role() == QAccessible.Role.PageTab


def test_the_rail_is_84_wide_and_has_a_narrow_and_a_wide_form(qtbot: QtBot) -> None:
    rail = NavRail(RAIL)
    opened(qtbot, rail)
    assert rail.width() == 84
    assert all(place.height() == 53 for place in rail.findChildren(QToolButton))
    for width in (NARROW, WIDE):
        rail.set_width(width)
        assert rail.width() == width


def test_selecting_says_nothing_and_a_badge_is_spoken(qtbot: QtBot) -> None:
    rail = NavRail(RAIL)
    opened(qtbot, rail)
    with qtbot.assertNotEmitted(rail.chosen):
        rail.select("sync")
        rail.set_badge("sync", 2, amber=True)
    assert any(place.accessibleName() == "Sync, 2 to do, selected" for place in rail.findChildren(QToolButton))


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Return, Key.Key_Enter])
def test_a_button_is_pressed_by_key(qtbot: QtBot, key: Key) -> None:
    button = Button("Sign visit", "primary", shortcut="Ctrl+Shift+Enter")
    opened(qtbot, button)
    with qtbot.waitSignal(button.clicked, timeout=500):
        qtbot.keyClick(button, key)
    assert button.accessibleDescription() == "Ctrl+Shift+Enter"


def test_a_busy_button_keeps_its_width_and_focus_and_is_deaf(qtbot: QtBot) -> None:
    button = Button("Sign visit and close", "primary")
    window = QWidget()
    QVBoxLayout(window).addWidget(button)
    opened(qtbot, window)
    button.setFocus()
    width = button.width()
    button.set_busy("Saving")
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.keyClick(button, Key.Key_Space)
        qtbot.keyClick(button, Key.Key_Return)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.width() == width
    assert button.hasFocus()
    assert button.accessibleName() == "Saving"
    button.set_busy("")
    with qtbot.waitSignal(button.clicked, timeout=500):
        qtbot.keyClick(button, Key.Key_Space)


def test_heights_are_the_designs(qtbot: QtBot) -> None:
    for thing, height in (
        (Button("A"), 32),
        (Button("A", small=True), 27),
        (Chip("New"), 22),
        (IconButton("A", "x"), 26),
    ):
        qtbot.addWidget(thing)
        assert thing.sizeHint().height() == height


def test_the_dock_counts_what_is_left_and_goes_there(qtbot: QtBot) -> None:
    dock = Dock([Button("Save draft and close"), Button("Sign visit", "primary")])
    dock.resize(1282, 50)
    opened(qtbot, dock)
    dock.tell("Before you sign: 3 steps to rate", tone="warn", icon="circle-alert", link="Go to first")
    with qtbot.waitSignal(dock.link_chosen, timeout=500):
        qtbot.mouseClick(dock.link, Qt.MouseButton.LeftButton)
    dock.tell("")
    assert not dock.link.isVisible()


def test_a_narrow_dock_keeps_the_primary_button_and_loses_none(qtbot: QtBot) -> None:
    save, sign = Button("Save draft and close"), Button("Sign visit", "primary")
    dock = Dock([save, sign])
    dock.resize(1282, 50)
    opened(qtbot, dock)
    assert save.isVisible()
    dock.resize(600, 50)
    assert not save.isVisible()
    assert sign.isVisible()
    assert dock.overflow.isVisible()
    with qtbot.waitSignal(save.clicked, timeout=500):
        dock.overflow.menu().actions()[0].trigger()


def test_what_a_dock_does_not_offer_stays_away_at_every_width(qtbot: QtBot) -> None:
    stop, go = Button("Stop"), Button("Import", "primary")
    dock = Dock([stop, go])
    dock.offer(stop, offered=False)
    dock.offer(go, offered=False)
    for width in (1282, 600):
        dock.resize(width, 50)
        opened(qtbot, dock)
        assert [one.isVisible() for one in (stop, go, dock.overflow)] == [False] * 3
    dock.offer(stop, offered=True)
    assert dock.overflow.isVisible()
    dock.resize(1282, 50)
    assert stop.isVisible()


def test_a_part_of_the_status_bar_is_a_button_that_says_which(qtbot: QtBot) -> None:
    bar = StatusParts()
    opened(qtbot, bar)
    bar.set_part("net", "since 08:41", strong="Offline", dot="warn-fill", tip="Open the sync centre")
    bar.set_part("net", "since 08:42", strong="Offline", dot="warn-fill")
    bar.set_part("size", "100%", at_right=True)
    net = bar.findChildren(QToolButton)[0]
    assert net.accessibleName() == "Offline since 08:42"
    assert len(bar.findChildren(QToolButton)) == 2
    with qtbot.waitSignal(bar.chosen, timeout=500) as said:
        qtbot.keyClick(net, Key.Key_Space)
    assert said.args == ["net"]
    bar.set_part("net", "")
    assert not net.isVisible()


def test_the_lock_is_at_hand(qtbot: QtBot) -> None:
    corner = TopBar()
    opened(qtbot, corner)
    corner.show_user("PN", "Priya Nair")
    with qtbot.waitSignal(corner.lock_wanted, timeout=500):
        qtbot.keyClick(corner.lock, Key.Key_Return)
    assert corner.name.text() == "Priya Nair"


def test_a_toast_goes_by_itself_but_not_under_the_hand(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QWidget()
    window.resize(600, 400)
    toast = Toast(window)
    opened(qtbot, window)
    toast.say("Visit booked for 19-Nov-2026", undo=True)
    assert toast.isVisible()
    assert toast.geometry().bottom() < 400 - 26
    timer = toast._timer
    assert timer.interval() == TOAST_MS == 8000
    toast.undo.setFocus()
    timer.timeout.emit()
    assert toast.isVisible()
    with qtbot.waitSignal(toast.undo_wanted, timeout=500):
        qtbot.keyClick(toast.undo, Key.Key_Return)
    assert not toast.isVisible()
    assert not timer.isActive()
    toast.say("Plan saved")
    assert not toast.undo.isVisible()
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    timer.timeout.emit()
    assert toast.isVisible()
    monkeypatch.setattr(QAccessible, "isActive", lambda: False)
    timer.timeout.emit()
    assert not toast.isVisible()


def test_escape_closes_a_toast_and_a_resized_window_keeps_it_in_its_corner(qtbot: QtBot) -> None:
    window = QWidget()
    window.resize(600, 400)
    toast = Toast(window, above=38)
    opened(qtbot, window)
    toast.say("Visit booked", undo=True)
    window.resize(700, 500)
    qtbot.waitUntil(lambda: toast.y() + toast.height() == window.height() - 38)
    toast.undo.setFocus()
    qtbot.keyClick(toast.undo, Key.Key_Escape)
    assert not toast.isVisible()


def test_a_notice_says_what_is_true_first(qtbot: QtBot) -> None:
    notice = Notice("Sync stopped at 16:42. Nothing is lost.", "The hub did not answer.", "danger", link="Try now")
    opened(qtbot, notice)
    assert notice.accessibleName() == "Sync stopped at 16:42. Nothing is lost. The hub did not answer."
    with qtbot.waitSignal(notice.link_chosen, timeout=500):
        qtbot.keyClick(notice.link, Key.Key_Space)
    notice.tell("<b>Locked</b>", kind="info")
    assert notice.true.textFormat() == Qt.TextFormat.PlainText
    assert not notice.do.isVisible()


def test_a_card_counts_and_an_empty_one_says_what_fills_it(qtbot: QtBot) -> None:
    card = Card("Visits today", count=3)
    card.body.addWidget(EmptyState("users-round", "No one yet", "People appear here.", [Button("New referral")]))
    opened(qtbot, card)
    card.set_count(4)
    assert card.count.text() == "4"
    assert card.accessibleName() == "Visits today"
    assert {label.textFormat() for label in card.findChildren(Text)} == {Qt.TextFormat.PlainText}
