"""Who finds the team page, or that of their own figures, in the window: by the rail, by its key, or not at all."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_core.policy.roles import Role
from smf_desktop.compose import House
from smf_desktop.services.laptop.sitting import Sitting
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.pages import PlainPage
from tests.support.pressing import Ctrl, press
from ui.actions import Action
from ui.desk import Place
from ui.main_window import Shell

__all__ = ["clock", "house", "service_template"]

MAKERS = {
    "today": PlainPage,
    "team": lambda desk: PlainPage(desk, title="Team"),
    "own": lambda desk: PlainPage(desk, title="My figures"),
}


@pytest.fixture
def sitting(house: House) -> Iterator[Sitting]:
    made = house.enter(house.unlock("priya", PASSWORD))
    yield made
    made.close()


def as_role(sitting: Sitting, role: Role) -> Sitting:
    user = replace(sitting.session.user, role=role)
    return replace(sitting, session=replace(sitting.session, user=user))


@pytest.mark.parametrize("role", list(Role))
def test_the_team_page_is_for_those_who_may_read_the_figures(
    sitting: Sitting, house: House, qtbot: QtBot, role: Role
) -> None:
    shell = Shell(as_role(sitting, role), house.directory, pages=MAKERS)
    qtbot.addWidget(shell, before_close_func=Shell.close_down)
    with qtbot.waitExposed(shell):
        shell.show()
    shell.activateWindow()
    shell.go(Place("today"))
    today = shell.page
    assert isinstance(today, PlainPage)
    qtbot.waitUntil(today.button.hasFocus)
    entry = shell.rail._buttons["team"]
    reads = role in (Role.LEAD, Role.ADMIN, Role.PRIVACY_OFFICER)
    assert entry.isVisible() == reads
    assert shell.can(Action.TEAM) == reads
    teaches = role in (Role.NURSE, Role.ASSISTANT, Role.LEAD)
    assert shell.rail.offers("own") == (teaches and not reads)
    assert shell.can(Action.OWN_FIGURES) == teaches
    assert [shell.rail.offers("today"), shell.rail.offers("caseload"), shell.can(Action.TODAY)] == [teaches] * 3
    press(qtbot, Qt.Key.Key_5, held=Ctrl)
    assert (shell.place == Place("team")) == reads


@pytest.mark.parametrize(("role", "marked"), [(Role.NURSE, "own"), (Role.LEAD, "today")])
def test_ones_own_figures_are_marked_where_the_rail_has_them(
    sitting: Sitting, house: House, qtbot: QtBot, role: Role, marked: str
) -> None:
    shell = Shell(as_role(sitting, role), house.directory, pages=MAKERS)
    qtbot.addWidget(shell, before_close_func=Shell.close_down)
    shell.show()
    shell.go(Place("today"))
    shell.do(Action.OWN_FIGURES)
    assert shell.place == Place("own")
    assert [key for key in shell.rail.keys if shell.rail._buttons[key].isChecked()] == [marked]
