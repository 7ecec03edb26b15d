"""People of the Caseload given to somebody else by keyboard: assigned, covered, handed over on a sheet."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from smf_core.domain.task import TaskKind
from smf_core.policy.roles import Role, User
from smf_desktop.presenters.caseload.handover import SheetPart, person_sheet
from smf_desktop.services.booking.bookings import NewBooking, book_visits, booking_choices
from smf_desktop.services.caseload.caseload import colleagues
from smf_desktop.services.caseload.handover import handover
from smf_desktop.services.laptop.setup import record_user
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.session import Session
from smf_desktop.services.tasks import takers
from smf_desktop.services.visit.visits import book_visit
from smf_desktop.store.tables import pending_access
from tests.support.caseload_pages import Open, names, open_page, reason_given, settled, two_people, words
from tests.support.pressing import Ctrl, Shift, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import at_home
from ui.actions import Action
from ui.views.caseload.dialogs import SheetDialog

__all__ = ["laptop", "open_page", "store_template", "team"]


def test_a_lead_and_an_assistant_are_offered_the_same_nurses_and_nobody_who_does_not_teach(team: Team) -> None:
    home = at_home(team)
    officer = User(team.nurse.new_id(), "officer", "Officer Example", Role.PRIVACY_OFFICER)
    with team.lead.work() as work:
        record_user(work, officer)
    teaching = {one.user.name for one in (team.nurse, team.nurse2, team.assistant, team.lead)}
    for session in (team.lead, team.assistant):
        assert {name for _, name in booking_choices(session, home.patient).nurses} == teaching
        assert {one.name for one in colleagues(session)} == teaching
        assert "Officer Example" not in {name for _, name in takers(session).users}


def test_several_people_are_assigned_at_once_and_the_assigning_taken_back(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    two_people(team)
    one = open_page(team.nurse, "mine")
    view = one.page.widget
    press(qtbot, Qt.Key.Key_Home)
    press(qtbot, Qt.Key.Key_Down, held=Shift)
    assert len(view.people.all_chosen()) == 2
    one.page.do(Action.ASSIGN)
    form = in_front(qtbot)
    form.fields["nurse"].control.select(team.nurse2.user.id)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["2 people assigned"])
    settled(qtbot, one)
    assert names(one) == []
    one.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: len(view.people.lines) == 2)
    settled(qtbot, one)


def test_cover_is_arranged_for_some_days_and_marked_for_both(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team)
    one = open_page(team.nurse, "mine")
    one.page.do(Action.ARRANGE_COVER)
    form = in_front(qtbot)
    form.fields["nurse"].control.select(team.nurse2.user.id)
    form.fields["until"].control.setText("+1w")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["1 person covered"])
    settled(qtbot, one)
    (line,) = one.page.widget.people.lines
    assert "Covered by Nurse2 Example until 24-Nov-2026" in line.spoken_flags
    theirs = open_page(team.nurse2, "mine")
    (line,) = theirs.page.widget.people.lines
    assert "You cover until 24-Nov-2026" in line.spoken_flags
    team.clock.forward(days=8)
    one.page.do(Action.REFRESH)
    theirs.page.do(Action.REFRESH)
    settled(qtbot, one)
    settled(qtbot, theirs)
    assert "overed" not in one.page.widget.people.lines[0].spoken_flags
    assert names(theirs) == []


def test_an_absence_that_nobody_covers_says_which_visits_it_leaves(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    at, nurse = team.clock.at + timedelta(days=1), team.nurse.user.id
    add_member(team.nurse, home.patient, Member("medicine", {"skill": "insulin", "name": "A", "times": "Morning"}))
    book_visits(team.nurse, NewBooking(home.patient, home.of(), at, 45, nurse, dose="Morning"))
    one = open_page(team.nurse, "mine")
    one.page.do(Action.COLLEAGUE_AWAY)
    form = in_front(qtbot)
    form.fields["until"].control.setText("+2d")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    told = "Absence saved. 1 visit has nobody to make it; 1 gives a dose: see To settle now on Today"
    qtbot.waitUntil(lambda: one.toasts == [told])
    settled(qtbot, one)
    assert [task.kind for task in tasks_about(team.nurse, home.patient).open] == [TaskKind.WHO_GIVES_DOSE]


def test_the_hand_over_sheet_is_read_and_copied_as_text(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    at = team.clock.at + timedelta(days=1)
    nurse = team.nurse.user.id
    book_visit(team.nurse, patient=home.patient, episodes=list(home.episodes.values()), at=at, minutes=45, nurse=nurse)
    one = open_page(team.nurse, "mine")
    one.page.do(Action.HANDOVER_SHEET)
    in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    sheet = in_front(qtbot, kind=SheetDialog)
    sheet.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Hand-over sheet: Nurse Example\n1 person, as at 17-Nov-2026 09:00")
    assert "ABERNATHY, Doreen (Mrs)" in copied
    assert "Next visit: Wed 18-Nov-2026 09:00" in copied
    assert "Allergies: Allergies not asked yet" in copied
    assert "Next teaching: Insulin: first visit" in copied
    team.clock.forward(days=3)
    (late,) = handover(team.nurse).people
    sheet_of_late = person_sheet(late, team.nurse.now(), team.nurse.checklists)
    assert next(part for part in sheet_of_late.parts if part.heading == "Next visit") == SheetPart(
        "Next visit", ("Wed 18-Nov-2026 09:00, overdue",), danger=True
    )
    one.page.clear()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def noted(team: Team, session: Session) -> list[tuple[str, str]]:
    """What was noted of somebody's looking, as action and person, in order of both."""
    with team.nurse.read() as connection:
        found = connection.execute(select(pending_access).where(pending_access.c.author == session.user.id)).all()
    return sorted((row.action, row.patient) for row in found)


def test_a_colleagues_sheet_is_made_after_one_reason_for_everybody_on_it(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    both = two_people(team)
    one = open_page(team.nurse2, "mine")

    def ask_sheet() -> None:
        one.page.do(Action.HANDOVER_SHEET)
        in_front(qtbot).fields["nurse"].control.select(team.nurse.user.id)
        press(qtbot, Qt.Key.Key_Return, held=Ctrl)

    ask_sheet()
    qtbot.waitUntil(lambda: "why" in getattr(QApplication.activeModalWidget(), "fields", ()))
    said = " ".join(words(each) for each in in_front(qtbot).findChildren(QWidget))
    assert "Hand-over sheet of Nurse Example, 2 people not on your list" in said
    assert noted(team, team.nurse2) == [], "nothing of them was read"
    reason_given(qtbot, "Why do you open these records?")
    sheet = in_front(qtbot, kind=SheetDialog)
    assert "ABERNATHY, Doreen" in sheet.document().toPlainText()
    once = [("off_list", each) for each in sorted(both)]
    assert noted(team, team.nurse2) == [*once, *(("print", each) for each in sorted(both))]
    sheet.reject()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    ask_sheet()
    in_front(qtbot, kind=SheetDialog).reject()
    assert noted(team, team.nurse2)[:3] == [*once, ("print", min(both))], "the reason is asked once for each person"


def test_an_assistant_is_told_why_they_assign_nobody(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    assert team.assistant.user.role is Role.ASSISTANT
    one = open_page(team.assistant, "everyone")
    assert [line.patient for line in one.page.widget.people.lines] == [home.patient]
    one.page.do(Action.ASSIGN)
    form = in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: form.trouble.isVisible())
    press(qtbot, Qt.Key.Key_Escape)
