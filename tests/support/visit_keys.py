"""Someone at the visit page with a keyboard: a real store, real lanes, real key presses on the real page."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.visit import Level
from smf_desktop.services.session import Session
from tests.support.pressing import press
from tests.support.visit_bench import Bench, bench
from ui.desk import Place
from ui.views.visit.dialogs import Question

Open = Callable[..., Bench]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    """Opens the visit page at a place and waits until it is filled."""
    benches: list[Bench] = []

    def made(session: Session, place: Place) -> Bench:
        one = bench(session)
        benches.append(one)
        one.page.enter(place)
        qtbot.waitUntil(lambda: one.page.form is not None or bool(one.told))
        assert not one.told
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.view.focus_start()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        return one

    yield made
    for one in benches:
        one.close()


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press_tab(qtbot: QtBot, times: int = 1) -> None:
    for _ in range(times):
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)


def dialog(one: Bench, qtbot: QtBot) -> Question:
    qtbot.waitUntil(lambda: any(question.isVisible() for question in one.view.findChildren(Question)))
    found = next(question for question in one.view.findChildren(Question) if question.isVisible())
    found.activateWindow()
    qtbot.waitUntil(lambda: found.isActiveWindow() and QApplication.focusWidget() is not None)
    return found


def level_of(one: Bench, step: str) -> Level | None:
    mark = one.form.sections[0].marks.get(step)
    return mark.level if mark else None


def ready(one: Bench, qtbot: QtBot) -> None:
    """Everything but what comes next."""
    press(qtbot, Qt.Key.Key_F7)
    one.view.checklist.focus_first()
    for _ in one.view.checklist.items:
        press(qtbot, "4")
    for question in one.view.teaching.items:
        one.view.teaching.focus_question(question)
        press(qtbot, "1")
    one.view.teaching.scale.setFocus()
    press(qtbot, "8", Qt.Key.Key_F4)
    one.view.strip.minutes.setFocus()
    one.view.strip.minutes.selectAll()
    press(qtbot, "45")
