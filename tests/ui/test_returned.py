"""What a lead returned to its author: on Today until they are done with it, by keyboard alone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.records.log import change_sets
from smf_desktop.services.sync.reviews import RETURNED, decide
from smf_desktop.store.reviewing import hold, note_returned
from tests.support.opened import Open, OpenPatient, open_page, open_patient
from tests.support.pressing import press
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught
from ui.desk import Place
from ui.flows.day.today import TodayPage
from ui.views.table_dialog import TableDialog
from ui.widgets.notices import Notice

__all__ = ["laptop", "open_page", "open_patient", "store_template", "team"]

REASON = "Write it again: you are in the team from today"


def a_visit_came_back(team: Team, home: Home) -> str:
    """Signed by the nurse, held by the hub, returned by the lead. Answers the save."""
    visit = taught(team, home)
    with team.nurse.work() as work:
        asked = "SELECT cs_id FROM item WHERE entity = 'visit' AND entity_id = ? ORDER BY cs_id DESC LIMIT 1"
        save = str(work.connection.exec_driver_sql(asked, (visit,)).scalar_one())
        (held,) = change_sets(work.connection, [save])
        hold(work.connection, [(held, "not_a_member")], START.isoformat())
    decide(team.lead, save, RETURNED, REASON)
    with team.lead.read() as connection:
        last = connection.exec_driver_sql("SELECT cs_id FROM item WHERE entity = 'review'").scalars().all()
        said = change_sets(connection, last)
    with team.nurse.work() as work:
        note_returned(work.connection, said)
    return save


def test_the_author_reads_what_came_back_and_why_and_is_done_with_it(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    save = a_visit_came_back(team, home)
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: "returned" in view._cards)
    table = view._cards["returned"].table
    (row,) = table.rows
    assert row.record == save
    assert "Returned by Lead Example, 17-Nov-2026 09:00" in row.about
    table.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    dialog = opened(qtbot)
    assert "Steps on own: 18 of 18 rated." in dialog.model.rows
    assert REASON in dialog.note.text()
    assert "It is not in the record. Write again what is right" in dialog.note.text()
    press(qtbot, Qt.Key.Key_Tab)
    qtbot.waitUntil(dialog.buttons["record"].hasFocus)
    press(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: one.toasts == ["Done with it"])
    one.page.refresh(frozenset({"review"}))
    qtbot.waitUntil(lambda: "returned" not in view._cards)


def test_enter_opens_the_record_to_write_it_again_and_the_record_tells_the_reason(
    team: Team, qtbot: QtBot, open_page: Open, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    a_visit_came_back(team, home)
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: "returned" in view._cards)
    view._cards["returned"].table.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    opened(qtbot)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.went == [Place("patient", home.patient)])
    shown = open_patient(team.nurse, home).page.widget.findChildren(Notice)
    assert [each for each in shown if REASON in each.accessibleName()]


def opened(qtbot: QtBot) -> "TableDialog[str]":
    def there() -> bool:
        front = QApplication.activeModalWidget()
        return isinstance(front, TableDialog) and front.windowTitle() == "Returned to you" and bool(front.model.rows)

    qtbot.waitUntil(there)
    front = QApplication.activeModalWidget()
    assert isinstance(front, TableDialog)
    qtbot.waitUntil(front.table.hasFocus)
    return front
