"""A laptop whose battery runs out in somebody's kitchen."""

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from tests.support.houses import clock, house, service_template
from tests.support.pages import PlainPage
from tests.ui.test_lock import begun, unlock
from ui import main_window
from ui.actions import Action
from ui.battery import LOW, BatteryWatch

__all__ = ["clock", "house", "service_template"]


def watched(levels: list[int | None]) -> tuple[BatteryWatch, list[int]]:
    left = iter(levels)
    watch = BatteryWatch(lambda: next(left))
    said: list[int] = []
    watch.low.connect(said.append)
    for _ in levels:
        watch.look()
    watch.deleteLater()
    return watch, said


def test_at_fifteen_per_cent_it_says_so_once(qapp: object) -> None:
    assert watched([40, 16, LOW, 14, 9, 3])[1] == [15]


def test_on_the_mains_or_without_a_battery_it_says_nothing(qapp: object) -> None:
    assert watched([None, None, None])[1] == []


def test_after_charging_it_says_so_again(qapp: object) -> None:
    assert watched([12, None, 80, 15, 14])[1] == [12, 15]


def test_at_fifteen_per_cent_the_draft_is_kept_at_once_with_one_notice(
    house: House, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.away.system_signals", lambda window, left: None)
    monkeypatch.setitem(
        main_window.Shell.__init__.__kwdefaults__,
        "pages",
        {"today": partial(PlainPage, abilities=frozenset({Action.SAVE_DRAFT}))},
    )
    running = House(replace(house.computer, battery=lambda: 14), house.directory)
    house.release()
    for app in begun(running, qapp, qtbot):
        shell = unlock(qtbot, app)
        watch = shell.findChild(BatteryWatch)
        assert watch is not None
        watch.look()
        page = shell.page
        assert isinstance(page, PlainPage)
        assert Action.SAVE_DRAFT in page.done
        assert "14%" in shell.trouble.true.text()
        page.done.clear()
        watch.look()
        assert page.done == []
    running.release()
