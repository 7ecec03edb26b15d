"""The Caseload page with its people shown, and what its tests do on it."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from smf_desktop.services.people import NewPerson
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk, on_desk
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team
from tests.support.visits import at_home
from ui.desk import Place
from ui.flows.caseload.page import CaseloadPage

Open = Callable[[Session, str], OnDesk]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    """Opens the page at a view; answers once its people are shown."""
    made: list[OnDesk] = []

    def opened(session: Session, view: str = "mine") -> OnDesk:
        one = on_desk(session, CaseloadPage)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(Place("caseload", record=view))
        settled(qtbot, one)
        return one

    yield opened
    for one in made:
        one.close()


def settled(qtbot: QtBot, one: OnDesk) -> None:
    page, lanes = one.page, (one.lanes.read, one.lanes.store, one.lanes.work)
    assert isinstance(page, CaseloadPage)
    qtbot.waitUntil(lambda: all(lane.is_idle for lane in lanes) and not page.is_counting)
    assert one.told == []


def names(one: OnDesk) -> list[str]:
    return [line.name for line in one.page.widget.people.lines]


def two_people(team: Team) -> tuple[str, str]:
    """Doreen, and Ceri beside her on the same list."""
    ceri = NewPerson("Llewellyn", "Ceri", date(1960, 5, 2), sex="female", nhs_number="9990554463")
    return at_home(team).patient, at_home(team, "catheter_care", person=ceri).patient


def everyone(qtbot: QtBot, one: OnDesk) -> None:
    """The list of everybody, with the keyboard in it."""
    one.page.enter(Place("caseload", record="everyone"))
    settled(qtbot, one)
    one.page.widget.people.setFocus()


def reason_given(qtbot: QtBot, question: str = "Why do you open this record?") -> None:
    """The question is asked, and answered with the second reason."""
    assert in_front(qtbot).windowTitle() == question
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)


def words(widget: QWidget) -> str:
    """All that a control says: what it shows, what a screen reader says, its hint."""
    text = getattr(widget, "text", lambda: "")()
    return f"{text} {widget.accessibleName()} {widget.toolTip()}"
