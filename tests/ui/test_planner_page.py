"""The planner by keyboard alone: a number is typed, simulated, compared, taken back and saved."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from smf_core.planner.run import Measure
from smf_desktop.services.session import Session
from smf_desktop.services.team.who import may_read_figures
from tests.support.desks import OnDesk
from tests.support.keyboard import rich_labels
from tests.support.opened import Open, open_page
from tests.support.planner import accepted
from tests.support.pressing import Ctrl, Shift, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import people_taught
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.service.planner import PlannerPage
from ui.views.service.planner import PlannerView

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
Plan = Callable[[Session], OnDesk]


@pytest.fixture
def plan(qtbot: QtBot, open_page: Open) -> Plan:
    def opened(session: Session) -> OnDesk:
        one = open_page(session, PlannerPage, Place("planner"))
        qtbot.waitUntil(lambda: view(one).edits["referrals"].hasFocus())
        settled(qtbot, one)
        return one

    return opened


@pytest.fixture
def busy(team: Team) -> Team:
    accepted(team, people_taught(team, 14))
    return team


def view(desk: OnDesk) -> PlannerView:
    assert isinstance(desk.page.widget, PlannerView)
    return desk.page.widget


def page(desk: OnDesk) -> PlannerPage:
    assert isinstance(desk.page, PlannerPage)
    return desk.page


def settled(qtbot: QtBot, desk: OnDesk) -> None:
    lanes = (desk.lanes.read, desk.lanes.work, desk.lanes.store)
    qtbot.waitUntil(
        lambda: all(lane.is_idle for lane in lanes) and not page(desk)._simulation.is_running, timeout=30_000
    )


def retype(qtbot: QtBot, desk: OnDesk, key: str, words: str) -> None:
    edit = view(desk).edits[key]
    edit.setFocus()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, Key.Key_Delete)
    for letter in words:
        qtbot.keyClick(edit, letter)
    press(qtbot, Key.Key_Return)
    settled(qtbot, desk)


def whole(desk: OnDesk, measure: str) -> tuple[str, ...]:
    return next(row[1:] for row, _ in view(desk).whole.model.rows if row[0].startswith(measure))


def test_a_number_is_typed_compared_and_taken_back(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    desk = plan(busy.lead)
    assert view(desk).fields["referrals"].message.words.text().startswith("Observed: ")
    now = whole(desk, "Visits made")
    assert len(now) == 1
    assert view(desk).chart.pane.accessibleDescription().startswith("Pathways being taught, Dec-26 to Nov-28")
    press(qtbot, Key.Key_Return, held=Ctrl)
    settled(qtbot, desk)
    assert view(desk).scenario.currentText() == "Scenario 2"
    retype(qtbot, desk, "nurses", "0")
    assert whole(desk, "Visits made") == (*now, "0 (0 to 0)")
    assert whole(desk, "Weeks waited")[1] == "Nobody could start"
    view(desk).measure.setFocus()
    press(qtbot, Key.Key_Down)
    settled(qtbot, desk)
    assert page(desk)._measure is Measure.WAITING
    assert "Scenario 2: at first" in view(desk).chart.pane.accessibleDescription()
    desk.page.do(Action.UNDO)
    settled(qtbot, desk)
    assert whole(desk, "Visits made") == now * 2
    assert view(desk).edits["nurses"].text() == "1"
    desk.page.do(Action.REDO)
    settled(qtbot, desk)
    assert view(desk).edits["nurses"].text() == "0"
    retype(qtbot, desk, "name", "As now")
    assert view(desk).fields["name"].message.words.text().startswith("Another scenario has this name")
    press(qtbot, Key.Key_Return, held=Ctrl)
    settled(qtbot, desk)
    assert len(whole(desk, "Visits made")) == 3
    assert not desk.page.can(Action.MAIN)
    view(desk).delete.click()
    settled(qtbot, desk)
    assert len(whole(desk, "Visits made")) == 2
    assert not desk.told
    assert rich_labels() == []


def test_what_is_no_number_stays_typed_and_says_why(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    desk = plan(busy.lead)
    now = whole(desk, "Discharges")
    for key, words, told in (
        ("nurses", "many", "Enter a number from 0 to 500"),
        ("months", "99", "Enter a whole number from 1 to 36"),
        ("mix:insulin", "0", "Give at least one skill a share above 0"),
    ):
        retype(qtbot, desk, key, words)
        said = [field.message.words.text() for field in view(desk).fields.values()]
        assert told in said
        assert view(desk).edits[key].text() == words
        assert whole(desk, "Discharges") == now
        view(desk).observed.click()
        settled(qtbot, desk)
    assert not desk.told


def test_what_is_no_number_is_there_again_after_another_scenario_and_after_a_lock(
    qtbot: QtBot, open_page: Open, busy: Team
) -> None:
    drawer: dict[str, bytes] = {}

    def opened() -> OnDesk:
        one = open_page(
            busy.lead,
            lambda desk: PlannerPage(replace(desk, kept=drawer.get, keep=drawer.__setitem__)),
            Place("planner"),
        )
        qtbot.waitUntil(lambda: view(one).edits["referrals"].hasFocus())
        settled(qtbot, one)
        return one

    def stands(one: OnDesk, words: str, told: str) -> None:
        assert view(one).edits["nurses"].text() == words
        assert view(one).fields["nurses"].message.words.text().startswith(told)

    desk = opened()
    press(qtbot, Key.Key_Return, held=Ctrl)
    settled(qtbot, desk)
    view(desk).edits["nurses"].setFocus()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "four and a half")
    view(desk).scenario.setFocus()
    stands(desk, "four and a half", "Enter a number")
    assert view(desk).scenario.currentText() == "Scenario 2, to correct"
    assert view(desk).dock.words.text() == "To correct: Scenario 2. It counts as it was before"
    press(qtbot, Key.Key_Up)
    stands(desk, "1", "Observed")
    view(desk).scenario.setFocus()
    press(qtbot, Key.Key_Down)
    stands(desk, "four and a half", "Enter a number")
    view(desk).edits["hours"].setFocus()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "x")  # and is not left before the lock
    desk.page.leave()
    desk.page.clear()
    again = opened()
    view(again).scenario.setFocus()
    press(qtbot, Key.Key_Down)
    stands(again, "four and a half", "Enter a number")
    assert view(again).edits["hours"].text() == "x"
    again.page.do(Action.UNDO)
    stands(again, "1", "Observed")
    assert view(again).scenario.currentText() == "Scenario 2"
    assert not desk.told + again.told


def test_what_was_observed_comes_back(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    desk = plan(busy.lead)
    before = view(desk).edits["referrals"].text()
    retype(qtbot, desk, "referrals", "0")
    assert whole(desk, "Discharges")[0] != ""
    view(desk).observed.setFocus()
    press(qtbot, Key.Key_Space)
    settled(qtbot, desk)
    assert view(desk).edits["referrals"].text() == before


def test_scenarios_stay_for_whoever_made_them(qtbot: QtBot, open_page: Open, busy: Team) -> None:
    drawer: dict[str, bytes] = {}

    def kept_by(desk: Desk) -> PlannerPage:
        return PlannerPage(replace(desk, kept=drawer.get, keep=drawer.__setitem__))

    for referrals in ("3.9", "5.5"):
        desk = open_page(busy.lead, kept_by, Place("planner"))
        qtbot.waitUntil(lambda desk=desk: view(desk).edits["referrals"].hasFocus())
        settled(qtbot, desk)
        assert view(desk).edits["referrals"].text() == referrals
        retype(qtbot, desk, "referrals", "5.5")
    assert b"5.5" in drawer["planner"]


def test_leaving_before_anything_was_read_is_no_trouble(open_page: Open, team: Team) -> None:
    desk = open_page(team.lead, PlannerPage, Place("planner"))
    desk.page.leave()
    assert not desk.told


def test_the_chart_is_read_as_a_table(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    desk = plan(busy.lead)
    qtbot.waitUntil(lambda: bool(view(desk).chart.pane.marks))
    view(desk).chart.pane.setFocus()
    press(qtbot, Key.Key_Right)
    assert view(desk).chart.pane.current is not None
    assert view(desk).chart.pane.current.words.startswith("As now, Dec-26: ")
    press(qtbot, Key.Key_Return)
    assert view(desk).chart.as_table
    assert view(desk).chart.tables[0].hasFocus()
    assert view(desk).chart.tables[0].model().rowCount() == 24
    press(qtbot, Key.Key_Escape)
    assert not view(desk).chart.as_table


def test_the_plan_is_saved_by_its_key(
    qtbot: QtBot, plan: Plan, busy: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = plan(busy.lead)
    path = tmp_path / "what-if"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *said: (str(path), ""))
    view(desk).measure.setFocus()
    press(qtbot, Key.Key_E, held=Ctrl)
    settled(qtbot, desk)
    assert path.with_suffix(".csv").read_text("utf-8-sig").startswith("scenario,measure,month,middle,")
    assert desk.toasts == ["Plan saved"]


def test_a_simulation_is_stopped_and_begun_again(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    desk = plan(busy.lead)
    edit = view(desk).edits["referrals"]
    edit.setText("1500")
    edit.editingFinished.emit()
    assert page(desk)._simulation.is_running
    assert view(desk).bar.isVisible()
    view(desk).stop.setFocus()
    press(qtbot, Key.Key_Space)
    settled(qtbot, desk)
    assert not view(desk).bar.isVisible()
    assert view(desk).dock.words.text() == "1 not simulated: F5 does it"
    assert not view(desk).whole.isVisible()
    edit.setText("3")
    edit.editingFinished.emit()
    settled(qtbot, desk)
    assert view(desk).whole.isVisible()


def test_how_far_a_simulation_was_is_not_shown_once_it_is_stopped(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    """What its lane said last may come after Stop."""
    desk = plan(busy.lead)
    simulation = page(desk)._simulation
    view(desk).edits["referrals"].setText("1500")
    view(desk).edits["referrals"].editingFinished.emit()
    stopped = simulation._running
    view(desk).stop.click()
    simulation._heard.emit(stopped, 1, 2)
    settled(qtbot, desk)
    assert not view(desk).bar.isVisible()


def test_where_nobody_has_ended_it_says_what_will_fill_it(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 3)
    desk = open_page(team.lead, PlannerPage, Place("planner"))
    qtbot.waitUntil(lambda: view(desk).state.shown.accessibleName().startswith("There is too little to plan from"))
    settled(qtbot, desk)
    assert view(desk).state.shown.height() < view(desk).height()
    assert not view(desk).add.isVisible()
    press(qtbot, Key.Key_Space)
    assert desk.went == [Place("reports")]
    assert not desk.page.can(Action.MAIN)
    assert not may_read_figures(team.nurse)
    assert not desk.told


def test_locking_leaves_nothing_on_the_page(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    desk = plan(busy.lead)
    desk.page.leave()
    desk.page.clear()
    assert view(desk).whole.model.rows == ()
    assert view(desk).rests.model.rows == ()
    assert view(desk).header.about.text() == ""
    assert not desk.page.can(Action.EXPORT_CSV)
    desk.page.enter(Place("planner"))
    settled(qtbot, desk)
    assert view(desk).whole.model.rows


def test_back_and_forth_by_tab_reaches_every_field(qtbot: QtBot, plan: Plan, busy: Team) -> None:
    desk = plan(busy.lead)
    reached = set()
    for _ in range(40):
        reached |= {key for key, edit in view(desk).edits.items() if edit.hasFocus()}
        press(qtbot, Key.Key_Tab)
    assert reached == view(desk).edits.keys()
    view(desk).take_focus()
    press(qtbot, Key.Key_Tab, held=Shift)
    assert view(desk).edits["name"].hasFocus()
