"""Tools, Checklists: the clinical lead approves by keyboard; everyone else reads and is told whom to ask."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_desktop.services.laptop.checklists import approve, versions
from smf_desktop.services.session import Session, Touched
from tests.support.pressing import Key, press
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template
from ui.desk import Desk
from ui.flows.laptop.checklists import ChecklistsDialog
from ui.tasks import Lanes

__all__ = ["laptop", "live_team", "store_template", "team"]

Open = Callable[[Session], "Opened"]


class Opened:
    def __init__(self, qtbot: QtBot, session: Session) -> None:
        self.qtbot = qtbot
        self.lanes = Lanes()
        self.changed: list[Touched] = []
        self.toasts: list[str] = []
        self.told: list[BaseException] = []
        desk = Desk(session, self.lanes, lambda _: None, self.told.append, self.toasts.append, self.changed.append)
        self.dialog = ChecklistsDialog(desk)
        self.view = self.dialog.view
        self.dialog.show()
        with qtbot.waitActive(self.dialog):
            self.dialog.activateWindow()
        qtbot.waitUntil(lambda: self.view.table.model().rowCount() > 0)

    def press(self, *keys: Qt.Key | str) -> None:
        press(self.qtbot, *keys)

    def cells(self, row: int) -> list[str]:
        model = self.view.table.model()
        return [str(model.index(row, column).data()) for column in range(model.columnCount())]

    def close(self) -> None:
        self.dialog.close()
        self.lanes.store.drain()
        self.lanes.close()
        for thing in (self.dialog, self.lanes.store, self.lanes.read, self.lanes.work):
            shiboken6.delete(thing)


@pytest.fixture
def opens(qtbot: QtBot) -> Iterator[Open]:
    made: list[Opened] = []

    def opened(session: Session) -> Opened:
        made.append(Opened(qtbot, session))
        return made[-1]

    yield opened
    for one in made:
        one.close()


def test_every_version_stands_with_its_state(team: Team, opens: Open) -> None:
    approve(team.lead, "insulin", "0.1.0", role="Clinical lead", next_review_due=date(2027, 11, 17))
    approve(team.lead, "wound", "0.1.0", role="Clinical lead", next_review_due=date(2026, 11, 18))
    team.clock.forward(days=2)
    page = opens(team.lead)
    rows = {cells[0]: cells[1:] for cells in map(page.cells, range(6))}
    lead = ["Lead Example", "Clinical lead", "17-Nov-2026"]
    assert rows["Insulin"] == ["0.1.0", "Approved", *lead, "17-Nov-2027"]
    assert rows["Wound"][1:] == ["Approved, review due", *lead, "18-Nov-2026"]
    assert rows["Compression"] == ["0.1.0", "Template, not approved", "", "", "", ""]
    assert "training store" in page.view.about.text()


def test_the_clinical_lead_approves_by_keyboard_and_the_window_is_told(live_team: Team, opens: Open) -> None:
    page = opens(live_team.lead)
    assert "only from an approved version" in page.view.about.text()
    assert QApplication.focusWidget() is page.view.table
    page.press(Key.Key_Down)
    assert page.view.approve.text() == "Approve insulin 0.1.0"
    page.press(Key.Key_Return, "Clinical lead", Key.Key_Tab, "+52w", Key.Key_Return)
    page.qtbot.waitUntil(lambda: page.cells(1)[2] == "Approved")
    assert page.cells(1)[3:] == ["Lead Example", "Clinical lead", "17-Nov-2026", "16-Nov-2027"]
    assert page.toasts == ["Checklist approved"]
    assert all("approval" in touched for touched in page.changed)
    assert versions(live_team.nurse).library.newest_approved("insulin").version == "0.1.0"
    assert page.view.table.currentIndex().row() == 1
    assert page.dialog.isVisible()


def test_what_an_approval_lacks_is_said_beside_its_field_and_nothing_is_written(team: Team, opens: Open) -> None:
    page = opens(team.lead)
    page.view.approve.click()
    assert QApplication.focusWidget() is page.view.role
    assert page.view.fields["role"].message.words.text() == "Enter the role in which you approve"
    assert page.view.fields["review"].message.words.text() == "Enter the day of the next review"
    page.press("Clinical lead", Key.Key_Tab, "yesterday", Key.Key_Return)
    assert page.view.fields["review"].message.words.text() == "Enter a review date after today"
    assert not page.view.fields["role"].message.words.text()
    assert page.changed == []


@pytest.mark.parametrize("who", ["nurse", "assistant", "admin"])
def test_everyone_else_reads_and_is_told_whom_to_ask(team: Team, opens: Open, who: str) -> None:
    page = opens(getattr(team, who))
    assert page.view.refusal.isVisible()
    assert page.view.refusal.true.text() == "Only the clinical lead approves a checklist."
    assert not page.view.approve.isVisible()
    page.press(Key.Key_Return)
    page.view.ask()
    assert page.changed == []


def test_escape_closes_it(team: Team, opens: Open) -> None:
    page = opens(team.lead)
    page.press(Key.Key_Escape)
    assert not page.dialog.isVisible()
