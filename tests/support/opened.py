"""Pages opened on a bench, and keys pressed on whatever has the focus."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_desktop.services.session import Session
from tests.support.desks import OnDesk, on_desk
from tests.support.visits import Home
from ui.desk import Desk, Page, Place
from ui.flows.patient.page import PatientPage

Open = Callable[[Session, Callable[[Desk], Page], Place], OnDesk]
OpenPatient = Callable[[Session, Home], OnDesk]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    """Opens a page at a place; the test waits for what it shows."""
    made: list[OnDesk] = []

    def opened(session: Session, make: Callable[[Desk], Page], place: Place) -> OnDesk:
        one = on_desk(session, make)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(place)
        return one

    yield opened
    for one in made:
        one.close()


@pytest.fixture
def open_patient(qtbot: QtBot, open_page: Open) -> OpenPatient:
    """Opens someone's record and waits until it is filled."""

    def opened(session: Session, home: Home) -> OnDesk:
        one = open_page(session, PatientPage, Place("patient", home.patient))
        qtbot.waitUntil(lambda: one.page.banner is not None)
        QApplication.processEvents()  # what was just put into a layout is shown in the next turn of the loop
        return one

    return opened
