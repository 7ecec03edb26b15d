"""How the visit page looks: nothing scrolls sideways, and what has the focus is in sight."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import visit_place
from tests.support.visit_keys import Open, focus, open_page
from tests.support.visits import at_home
from ui.theme import apply, load, theme_in_use
from ui.views.visit.checklist import StepItem

__all__ = ["laptop", "open_page", "store_template", "team"]


def test_the_page_never_scrolls_sideways(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team, "insulin", "catheter_care")))
    for width, height in ((1282, 553), (635, 300), (1840, 900)):
        one.window.resize(width, height)
        qtbot.wait(50)
        assert one.window.width() == width
        inside = one.view.body
        assert inside.mapTo(one.view, inside.rect().topRight()).x() < width
        for card in (one.view.checklist, one.view.teaching, one.view.readings, one.view.flags, one.view.next):
            assert card.mapTo(one.view, card.rect().topRight()).x() < width


@pytest.mark.parametrize("skill", ["insulin", "self_injection", "wound", "compression"])
def test_every_step_stands_on_one_line_at_the_smallest_screen_also_while_it_is_rated(
    team: Team, open_page: Open, qtbot: QtBot, skill: str
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team, skill)))
    checklist = one.view.checklist
    for step, item in checklist.items.items():
        checklist.focus_step(step)
        qtbot.waitUntil(lambda item=item: item.rating.words.property("strong") is True)
        assert item.rating.sizeHint().height() <= 27
        assert item.rating.width_in_words() - _word(item) <= checklist.area.viewport().width(), item.row.short
    marks = [mark for item in checklist.items.values() for mark in item.rating.marks]
    assert marks
    assert not any(mark.word.isVisible() for mark in marks)
    assert {mark.toolTip() for mark in marks} == {"Critical step"}
    assert {mark.accessibleName() for mark in marks} == {"Critical step"}
    one.window.resize(1840, 900)
    qtbot.waitUntil(lambda: all(mark.word.isVisible() for mark in marks))
    one.window.resize(1282, 553)
    qtbot.waitUntil(lambda: not any(mark.word.isVisible() for mark in marks))


@pytest.mark.parametrize("skill", ["catheter_care", "catheter_valve"])
def test_a_row_is_as_high_while_it_is_rated_as_before(team: Team, open_page: Open, qtbot: QtBot, skill: str) -> None:
    checklist = open_page(team.nurse, visit_place(at_home(team, skill))).view.checklist
    items = list(checklist.items.values())
    qtbot.waitUntil(lambda: all(item.height() >= 27 for item in items))
    before = [item.rating.height() for item in items]
    assert sum(high > 27 for high in before) <= 1
    for step, item in checklist.items.items():
        checklist.focus_step(step)
        qtbot.waitUntil(lambda item=item: item.rating.property("current") is True)
        QApplication.processEvents()
        assert [one.rating.height() for one in items] == before


def _word(item: StepItem) -> int:
    """How much of a row's width is the word that it leaves out."""
    return sum(mark.width_hidden() for mark in item.rating.marks)


def test_larger_text_stacks_the_page_and_the_keyboard_stays_where_it_was_in_sight(
    team: Team, open_page: Open, qtbot: QtBot, qapp: QApplication
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.readings.focus_first()
    at = focus()
    apply(qapp, load("light", 1.6))
    one.window.resize(1283, 553)
    qtbot.waitUntil(one.view._one.isVisible)
    qtbot.waitUntil(at.hasFocus)
    qtbot.waitUntil(lambda: 0 <= at.mapTo(one.view, at.rect().topLeft()).y() < one.view.dock.y())
    today = one.view.checklist.today
    assert today.width() == theme_in_use().px(176), "over the levels, that grew with the text"
    one.window.resize(1840, 1400)
    apply(qapp, load("light", 1.0))
    qtbot.waitUntil(lambda: not one.view._one.isVisible())
    qtbot.waitUntil(at.hasFocus)
    assert today.width() == theme_in_use().px(176)


def test_a_low_window_has_one_scroll_as_columns_would_have_no_room(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    assert not one.view._one.isVisible()
    one.window.resize(1282, 350)
    qtbot.waitUntil(one.view._one.isVisible)
    one.window.resize(1282, 553)
    qtbot.waitUntil(lambda: not one.view._one.isVisible())


def test_the_focus_is_always_brought_into_view(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    for target in (one.view.next.kinds.take_focus, one.view.teaching.notes.setFocus, one.view.readings.focus_first):
        target()
        qtbot.wait(20)
        top = focus().mapTo(one.view, focus().rect().topLeft()).y()
        bottom = focus().mapTo(one.view, focus().rect().bottomLeft()).y()
        assert top >= 0
        assert top < one.view.dock.y()
        assert bottom <= one.view.dock.y() or focus() is one.view.teaching.notes
