"""What is typed in a form and not saved comes back: after a lock, after a crash, and one of the service after Esc."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.planned import PlanOf
from smf_core.domain.practice import CoreTeam
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import drafts, typed_before
from smf_desktop.services.letters.practices import add_core_team
from smf_desktop.services.service.months import close_month
from smf_desktop.services.service.plans import plans
from tests.support.desks import OnDesk
from tests.support.opened import Open, OpenPatient, open_page, open_patient
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Desk, Page, Place
from ui.flows.day.tasks import TasksPage
from ui.flows.day.today import TodayPage
from ui.flows.service.commissioning import CommissioningPage
from ui.flows.service.core_teams import CoreTeamsPage
from ui.flows.service.months import MonthsPage
from ui.views.form_dialog import FormDialog
from ui.views.service.commissioning import CommissioningView
from ui.views.service.core_teams import CoreTeamsView
from ui.views.service.months import MonthsView
from ui.views.table_dialog import TableDialog
from ui.widgets.buttons import Button

__all__ = ["laptop", "open_page", "open_patient", "store_template", "team"]

Key = Qt.Key


def button(page: QWidget, of: str) -> Button:
    """What asks for a form."""
    match page:
        case CommissioningView():
            return {"plan": page.plans.state, "self_check": page.check.new}[of]
        case CoreTeamsView():
            cards = {"baseline": page.baselines, "rebase": page.rebases, "usual_visits": page.usual}
            return cards[of].state
        case MonthsView():
            return page.close_month if of.startswith("close") else page.note
    raise AssertionError(of)


def ask(qtbot: QtBot, desk: OnDesk, of: str) -> None:
    """Take the keyboard to the button of a form and press it."""
    wanted = button(desk.page.widget, of)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None and wanted.isVisible() and desk.is_idle)
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    wanted.setFocus()
    press(qtbot, Key.Key_Space)


FORMS: list[tuple[Callable[[Desk], Page], str, str, str]] = [
    (CommissioningPage, "commissioning", "plan", "source"),
    (CommissioningPage, "commissioning", "self_check", "conversation words"),
    (CoreTeamsPage, "core_counts", "baseline", "source"),
    (CoreTeamsPage, "core_counts", "rebase", "cause"),
    (CoreTeamsPage, "core_counts", "usual_visits", "note"),
    (MonthsPage, "months", "close 2026-10", "reason"),
    (MonthsPage, "months", "note", "0 what"),
]


@pytest.mark.parametrize(("make", "place", "of", "field"), FORMS)
def test_a_lock_in_the_middle_takes_nothing(
    qtbot: QtBot, open_page: Open, team: Team, make: Callable[[Desk], Page], place: str, of: str, field: str
) -> None:
    add_core_team(team.lead, CoreTeam("", "City North", locality="North"))
    if place == "months":
        close_month(team.lead, team.lead.today().replace(month=10, day=1))
    desk = open_page(team.lead, make, Place(place))
    ask(qtbot, desk, of)
    form = in_front(qtbot)
    form.fields[field].control.setFocus()
    press(qtbot, "Half of it, <b> & so on")
    desk.page.leave()
    desk.page.clear()
    desk.lanes.store.drain()
    again = open_page(team.lead, make, Place(place))
    ask(qtbot, again, of)
    back = in_front(qtbot)
    assert back.values()[field] == "Half of it, <b> & so on"
    assert back.left_off.true.text() == "As it was left on 17-Nov-2026 at 09:00."
    back.left_off.link.setFocus()
    press(qtbot, Key.Key_Space)
    assert (back.values()[field], back.left_off.isVisible()) == ("", False)
    press(qtbot, Key.Key_Escape)
    ask(qtbot, again, of)
    assert not in_front(qtbot).left_off.isVisible()
    press(qtbot, Key.Key_Escape)
    assert not desk.told + again.told


def test_what_is_typed_is_kept_while_the_form_is_open_and_gone_once_it_is_saved(
    qtbot: QtBot, open_page: Open, team: Team
) -> None:
    add_core_team(team.lead, CoreTeam("", "City North", locality="North"))
    desk = open_page(team.lead, CommissioningPage, Place("commissioning"))
    ask(qtbot, desk, "plan")
    form = in_front(qtbot)
    form.fields["number"].control.setFocus()
    press(qtbot, "120")
    qtbot.waitUntil(lambda: typed_before(team.lead, "commissioning", "plan") is not None, timeout=5_000)
    kept = typed_before(team.lead, "commissioning", "plan")
    assert kept is not None
    assert kept[0].fields == {"number": "120"}
    assert typed_before(team.admin, "commissioning", "plan") is None
    press(qtbot, Key.Key_Return, held=Ctrl)  # without a source it is not stated, and nothing is lost
    qtbot.waitUntil(lambda: bool(form.fields["source"].message.words.text()))
    press(qtbot, "board paper 7", Key.Key_Return)
    qtbot.waitUntil(lambda: desk.toasts == ["Plan stated"])
    assert len(plans(team.lead, PlanOf.PEOPLE)) == 1
    qtbot.waitUntil(lambda: desk.is_idle)
    assert typed_before(team.lead, "commissioning", "plan") is None
    ask(qtbot, desk, "plan")
    again = in_front(qtbot)
    assert (again.values()["number"], again.left_off.isVisible()) == ("", False)
    press(qtbot, Key.Key_Escape)


# --- forms of a person's record ------------------------------------------------------------------


def new_allergy(qtbot: QtBot, one: OnDesk) -> FormDialog:
    qtbot.waitUntil(lambda: one.page.can(Action.ADD_ALLERGY))
    one.page.do(Action.ADD_ALLERGY)
    return in_front(qtbot)


def lock(one: OnDesk) -> None:
    one.page.leave()
    one.page.clear()
    one.lanes.store.drain()


def test_a_lock_in_the_middle_of_an_allergy_takes_nothing(qtbot: QtBot, team: Team, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    new_allergy(qtbot, one).fields["substance"].control.setFocus()
    press(qtbot, "Penicillin, says her daughter")
    lock(one)
    (waiting,) = today_facts(team.nurse).drafts
    assert (waiting.page, waiting.person and waiting.person.id) == ("patient", home.patient)
    assert today_facts(team.lead).drafts == ()
    again = open_patient(team.nurse, home)
    back = new_allergy(qtbot, again)
    assert back.values()["substance"] == "Penicillin, says her daughter"
    assert back.left_off.isVisible()
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: again.toasts == ["Allergy added"])
    qtbot.waitUntil(lambda: again.is_idle)
    assert today_facts(team.nurse).drafts == ()


def test_what_was_left_in_a_form_is_read_on_today_and_let_go_of_and_undo_has_it_back(
    qtbot: QtBot, team: Team, open_page: Open, open_patient: OpenPatient
) -> None:
    """The entry that the form was of may be gone meanwhile: nothing else would show the words, or end the draft."""
    home = at_home(team)
    one = open_patient(team.nurse, home)
    new_allergy(qtbot, one).fields["substance"].control.setFocus()
    press(qtbot, "Penicillin, says her daughter")
    lock(one)
    today = open_page(team.nurse, TodayPage, Place("today"))
    view = today.page.widget

    def read() -> TableDialog[str]:
        qtbot.waitUntil(lambda: "drafts" in view._cards and today.is_idle)
        with qtbot.waitActive(today.window):
            today.window.activateWindow()
        view._cards["drafts"].table.setFocus()
        press(qtbot, Key.Key_Return)
        front = in_front(qtbot, kind=TableDialog)
        qtbot.waitUntil(lambda: front.model.rows != ())
        return front

    left = read()
    assert left.model.rows == ("Allergy or intolerance to: Penicillin, says her daughter",)
    assert left.note.text() == "Add an allergy. Left on 17-Nov-2026 at 09:00."
    left.buttons["let_go"].setFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: today.toasts == ["Let go of"])
    assert today_facts(team.nurse).drafts == ()
    today.offered[0]()
    qtbot.waitUntil(lambda: today_facts(team.nurse).drafts != () and today.is_idle)
    read().buttons["record"].setFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: today.went == [Place("patient", home.patient)])
    assert not today.told


def test_what_was_left_in_a_form_about_nobody_is_read_on_today_too(qtbot: QtBot, team: Team, open_page: Open) -> None:
    one = open_page(team.nurse, TasksPage, Place("tasks"))
    one.page.do(Action.NEW_TASK)
    in_front(qtbot, "New task")
    press(qtbot, "Ring the pharm")
    lock(one)
    today = open_page(team.nurse, TodayPage, Place("today"))
    view = today.page.widget
    qtbot.waitUntil(lambda: "drafts" in view._cards and today.is_idle)
    (row,) = view._cards["drafts"].table.rows
    assert row.spoken == "New task. Not finished, saved 09:00. Read"
    view._cards["drafts"].table.setFocus()
    press(qtbot, Key.Key_Return)
    left = in_front(qtbot, kind=TableDialog)
    qtbot.waitUntil(lambda: left.model.rows == ("What is to be done: Ring the pharm",))
    assert list(left.buttons) == ["let_go"]
    left.buttons["let_go"].setFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: today.toasts == ["Let go of"])
    assert list(drafts(team.nurse)) == []


def test_a_form_of_the_record_that_was_cancelled_leaves_nothing(
    qtbot: QtBot, team: Team, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    new_allergy(qtbot, one).fields["substance"].control.setFocus()
    press(qtbot, "Penicil")
    qtbot.waitUntil(lambda: today_facts(team.nurse).drafts != (), timeout=5_000)
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: one.is_idle)
    assert today_facts(team.nurse).drafts == ()
    assert new_allergy(qtbot, one).values()["substance"] == ""
    press(qtbot, Key.Key_Escape)


def test_a_name_typed_to_confirm_is_typed_again(qtbot: QtBot, team: Team, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.RECORD_DEATH)
    form = in_front(qtbot)
    form.fields["told_by"].control.setFocus()
    press(qtbot, "Her son", Key.Key_Tab, "Abernathy")
    assert form.values()["name"] == "Abernathy"
    lock(one)
    again = open_patient(team.nurse, home)
    again.page.do(Action.RECORD_DEATH)
    back = in_front(qtbot)
    assert (back.values()["told_by"], back.values()["name"]) == ("Her son", "")
    press(qtbot, Key.Key_Escape)
