"""Tasks added, ended and handed on, with a keyboard and nothing else."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_desktop.services.tasks import NewTask, ask_task, my_tasks
from tests.support.keyboard import words_held
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.desk import Place
from ui.flows.day.tasks import TasksPage

__all__ = ["laptop", "open_page", "store_template", "team"]

Tab, Enter, Esc = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape
SAVE = Ctrl | Qt.KeyboardModifier.ShiftModifier


def test_a_task_is_added_and_ended_by_keys_alone(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse, TasksPage, Place("tasks"))
    qtbot.waitUntil(lambda: one.page.widget.new.hasFocus())
    press(qtbot, Qt.Key.Key_T, held=SAVE)
    in_front(qtbot, "New task")
    press(qtbot, "Ring the pharmacy", Tab, Tab, "tomorrow", Enter)
    qtbot.waitUntil(lambda: one.toasts == ["Task added"])
    table = one.page.widget.tables["tasks"]
    qtbot.waitUntil(lambda: len(table.rows) == 1)
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    table.setFocus()
    press(qtbot, "d")
    qtbot.waitUntil(lambda: len(one.page.widget.tables["done"].rows) == 1)
    assert my_tasks(team.nurse).open == ()


def test_a_team_task_about_somebody_on_a_colleagues_list_asks_why_before_it_opens_them(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    ask_task(team.nurse, NewTask("Ask about the stockings", patient=home.patient))
    one = open_page(team.nurse2, TasksPage, Place("tasks"))
    qtbot.waitUntil(lambda: len(one.page.widget.tables["tasks"].rows) == 1)
    press(qtbot, "o")
    in_front(qtbot, "Why do you open this record?")
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Enter, held=Ctrl)
    qtbot.waitUntil(lambda: one.went == [Place("patient", home.patient)])


def test_a_task_is_handed_to_a_colleague(team: Team, qtbot: QtBot, open_page: Open) -> None:
    ask_task(team.nurse, NewTask("Ring the pharmacy"))
    one = open_page(team.nurse, TasksPage, Place("tasks"))
    table = one.page.widget.tables["tasks"]
    qtbot.waitUntil(table.hasFocus)
    press(qtbot, "h")
    asked = in_front(qtbot, "Hand this task over")
    asked.fields["to"].control.select(f"user:{team.nurse2.user.id}")
    press(qtbot, Enter, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Task handed over"])
    assert my_tasks(team.nurse).open == ()


def test_locking_leaves_no_task_of_anyone(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    ask_task(team.nurse, NewTask("Ring her son", home.patient))
    one = open_page(team.nurse, TasksPage, Place("tasks"))
    qtbot.waitUntil(lambda: len(one.page.widget.tables["tasks"].rows) == 1)
    one.page.clear()
    assert one.page.widget.tables["tasks"].rows == ()
    assert words_held("Abernathy") == []
