"""The commissioning page by keyboard alone: localities, plans with their log, the service's check of itself, files."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.house_of_care import Part, Standing
from smf_core.domain.planned import PlanOf, ToDo
from smf_core.domain.practice import CoreTeam
from smf_core.figures.commissioning_report import NAME, commissioning_figures
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Split
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import LaptopNote
from smf_core.policy.roles import Role
from smf_desktop.presenters.service.commissioning import OF_HUB
from smf_desktop.presenters.service.self_check import NO_CHECK
from smf_desktop.presenters.service.stated import LogRow
from smf_desktop.services.auditing import REPORT
from smf_desktop.services.letters.practices import add_core_team
from smf_desktop.services.service.plans import plans, state_plan
from smf_desktop.services.service.self_check import self_checks
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk
from tests.support.figures import begun
from tests.support.keyboard import rich_labels
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import InStore
from tests.ui.test_sync_lists import OneHub
from ui.actions import Action
from ui.desk import Place
from ui.flows.service.commissioning import CommissioningPage
from ui.views.service.commissioning import CommissioningView
from ui.views.table_dialog import TableDialog

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
Reading = Callable[[Session], OnDesk]
APRIL = date(2026, 4, 1)


@pytest.fixture
def read(qtbot: QtBot, open_page: Open) -> Reading:
    def opened(session: Session) -> OnDesk:
        one = open_page(session, CommissioningPage, Place("commissioning"))
        qtbot.waitUntil(lambda: view(one).period.hasFocus() and bool(one.page.facts))
        return one

    return opened


def view(desk: OnDesk) -> CommissioningView:
    assert isinstance(desk.page.widget, CommissioningView)
    return desk.page.widget


def page(desk: OnDesk) -> CommissioningPage:
    assert isinstance(desk.page, CommissioningPage)
    return desk.page


def at(qtbot: QtBot, desk: OnDesk, control: QWidget) -> None:
    """Take the keyboard to a control of the page, once nothing is open over it."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    control.setFocus()


def in_localities(team: Team) -> None:
    """Twelve people of the north, three of the south and one of neither, of whom most are discharged."""
    for name in ("North", "South"):
        add_core_team(team.lead, CoreTeam("", f"City {name}", locality=name))
    store, first = InStore(team.lead), date(2026, 8, 3)
    for number in range(16):
        day = (first + timedelta(days=number)).isoformat()
        referrer = "City North" if number < 12 else "City South" if number < 15 else "A practice"
        how = "independent" if number % 4 else "returned_core"
        begun(store, f"person {number:02}", [day], how, referrer=referrer, team=team.lead.team)


def cells(desk: OnDesk) -> list[list[str]]:
    model = view(desk).localities.model()
    across = range(model.columnCount())
    return [[model.index(row, column).data() for column in across] for row in range(model.rowCount())]


def test_each_locality_says_what_was_planned_begun_discharged_and_released(
    qtbot: QtBot, read: Reading, team: Team
) -> None:
    in_localities(team)
    state_plan(team.lead, PlanOf.PEOPLE, "North", 120, APRIL, source="board paper 7")
    desk = read(team.lead)
    north, south = cells(desk)
    assert north[:4] == ["North", "70.3 people in 214 days", "12 people", "75%, 9 of 12, 95% CI 47% to 91%"]
    assert [words.rpartition(",")[2] for words in north[4:]] == [" from 9 discharges", " from 12 ended pathways"]
    assert south[1:4] == [
        "Nothing was planned for this locality on these days.",
        "3 people",
        "2 of 3, fewer than 10",
    ]
    assert view(desk).below.text() == "Referred by no core team of these localities: 1 person of 16 who began."
    at(qtbot, desk, view(desk).localities)
    press(qtbot, Key.Key_Return)
    told = in_front(qtbot, kind=TableDialog)
    assert told.windowTitle() == "North"
    said = " ".join(row.spoken for row in told.model.rows)
    assert "Planned: 120 people a year from 01-Apr-2026 (board paper 7)." in said
    assert "Core visits released" in said
    press(qtbot, Key.Key_Escape)
    assert not desk.told
    assert rich_labels() == []


def test_a_plan_is_stated_by_keys_withdrawn_and_taken_back(qtbot: QtBot, read: Reading, team: Team) -> None:
    add_core_team(team.lead, CoreTeam("", "City North", locality="North"))
    desk = read(team.lead)
    at(qtbot, desk, view(desk).plans.state)
    press(qtbot, Key.Key_Space)
    form = in_front(qtbot)
    press(qtbot, Key.Key_Tab, "many", Key.Key_Return)
    qtbot.waitUntil(lambda: "whole number from 0 to 100,000" in form.fields["number"].message.words.text())
    assert form.fields["source"].message.words.text() == "Say where the number comes from"
    assert plans(team.lead, PlanOf.PEOPLE) == ()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "120", Key.Key_Tab)
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "01-Apr-2026", Key.Key_Tab, "Board paper 7", Key.Key_Return)
    qtbot.waitUntil(lambda: desk.toasts == ["Plan stated"])
    (plan,) = plans(team.lead, PlanOf.PEOPLE)
    assert (plan.what.of, plan.what.number, plan.what.since, plan.what.source) == (
        "North",
        120,
        APRIL,
        "Board paper 7",
    )
    qtbot.waitUntil(lambda: desk.is_idle and len(view(desk).plans.table.rows) == 1)
    assert cells(desk)[0][1] == "70.3 people in 214 days"
    at(qtbot, desk, view(desk).plans.table)
    press(qtbot, Key.Key_Return)
    in_front(qtbot, "Withdraw this?").primary.setFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: desk.is_idle and desk.toasts[-1] == "Withdrawn")
    assert cells(desk)[0][1].startswith("Nothing was planned")
    desk.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: desk.is_idle and cells(desk)[0][1].startswith("70.3"))
    assert log_of(qtbot, desk) == ["Stands again", "Withdrawn", "Stated"]
    assert not desk.told


def log_of(qtbot: QtBot, desk: OnDesk) -> list[str]:
    at(qtbot, desk, view(desk).plans.log)
    press(qtbot, Key.Key_Space)
    log = in_front(qtbot, kind=TableDialog)
    rows: list[LogRow] = list(log.model.rows)
    assert {(row.by, row.source) for row in rows} == {("Lead Example", "Board paper 7")}
    press(qtbot, Key.Key_Escape)
    return [row.did for row in rows]


def test_the_service_checks_itself_by_keys_and_earlier_checks_stay(qtbot: QtBot, read: Reading, team: Team) -> None:
    desk = read(team.lead)
    assert view(desk).check.said.text() == NO_CHECK
    check(qtbot, desk, "1", more=True)
    qtbot.waitUntil(lambda: desk.is_idle and desk.toasts == ["Self-check saved"])
    team.clock.forward(days=60)
    check(qtbot, desk, "3")
    qtbot.waitUntil(lambda: desk.is_idle and len(desk.toasts) == 2)
    last, first = self_checks(team.lead)
    assert {each.standing for each in last.check.answers.values()} == {Standing.IN_PLACE}
    assert set(last.check.answers) == set(Part)
    assert first.check.answers[Part.CONVERSATION].words == "Half the team is trained"
    assert first.check.actions == (ToDo("Train the rest", "Karen", date(2027, 1, 31)),)
    shown = view(desk).check
    assert shown.said.text() == "Checked 16-Jan-2027, Lead Example. 5 of 5 parts in place."
    assert {row.before for row in shown.parts.rows} == {"Not yet"}
    shown.chosen.emit(first.check.id)
    assert shown.said.text() == "Checked 17-Nov-2026, Lead Example. 0 of 5 parts in place."
    assert shown.agreed.rows == ("Train the rest. Karen, by 31-Jan-2027",)
    assert not desk.told


def check(qtbot: QtBot, desk: OnDesk, standing: str, *, more: bool = False) -> None:
    """Fill the form of a self-check: every part alike. With `more`, an answer is forgotten first and an action half
    said."""
    at(qtbot, desk, view(desk).check.new)
    press(qtbot, Key.Key_Space)
    form = in_front(qtbot)
    if more:
        press(qtbot, Key.Key_Return, held=Ctrl)
        qtbot.waitUntil(lambda: "Choose how far" in form.fields["people"].message.words.text())
    for part in Part:
        form.fields[part.value].control.setFocus()
        press(qtbot, *[Key.Key_Down] * int(standing))
    if more:
        form.fields["conversation words"].control.setFocus()
        press(qtbot, "Half the team is trained", Key.Key_Tab, "Train the rest", Key.Key_Escape)
        at(qtbot, desk, view(desk).check.new)
        press(qtbot, Key.Key_Space)
        form = in_front(qtbot)
        assert form.values()["conversation words"] == "Half the team is trained"
        press(qtbot, Key.Key_Return, held=Ctrl)
        qtbot.waitUntil(lambda: "who sees to it" in form.fields["conversation who"].message.words.text())
        press(qtbot, "Karen", Key.Key_Tab, "31-Jan-2027")
    press(qtbot, Key.Key_Return, held=Ctrl)


@dataclass
class HubOfAll(OneHub):
    """Reckons from the store what it is asked, unless it is away; another laptop's work is missing there."""

    session: Session | None = None
    away: bool = True

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        if self.away:
            raise HubTrouble(Trouble.UNREACHABLE)
        assert self.session
        assert asked["team"] == self.session.team
        since, until, as_of = (date.fromisoformat(asked[key]) for key in ("from", "to", "as_of"))
        with self.session.read(counts=True) as connection:
            wanted = Asked(
                since=since, until=until, as_of=as_of, team=asked["team"], by=Split(asked.get("by", Split.NONE))
            )
            view = name == NAME
            found = commissioning_figures(connection, wanted) if view else figures(connection, name, wanted)
            return msgspec.json.encode({"figures": found})

    def laptops(self) -> list[LaptopNote]:
        return []


def test_the_hub_is_asked_where_this_laptop_does_not_hold_the_whole_period(
    qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path
) -> None:
    in_localities(team)
    hub = HubOfAll(session=team.lead)
    desk = open_page(team.lead, lambda given: CommissioningPage(replace(given, hub=hub)), Place("commissioning"))
    shown = view(desk)
    qtbot.waitUntil(lambda: bool(cells(desk)))
    assert not shown.incomplete.isVisible()
    page(desk).show_days((date(2019, 1, 1), team.lead.today()))
    qtbot.waitUntil(shown.incomplete.isVisible)
    before = cells(desk)
    at(qtbot, desk, shown.incomplete.link)
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.told) == 1)
    assert shown.incomplete.isVisible()
    hub.away = False
    qtbot.waitUntil(shown.incomplete.link.hasFocus)
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: desk.is_idle)
    assert len(desk.told) == 1
    qtbot.waitUntil(lambda: not shown.incomplete.isVisible())
    assert shown.period.hasFocus()
    assert cells(desk) == before
    assert shown.below.text().endswith(OF_HUB)
    page(desk).save_to(tmp_path / "of-hub.json", "json")
    qtbot.waitUntil(lambda: desk.is_idle and bool(desk.toasts))
    assert json.loads((tmp_path / "of-hub.json").read_bytes())["complete"] is True
    at(qtbot, desk, shown.period)
    press(qtbot, Key.Key_F5)
    qtbot.waitUntil(shown.incomplete.isVisible)


def test_it_is_saved_with_small_numbers_hidden_and_noted(
    qtbot: QtBot, read: Reading, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_localities(team)
    desk = read(team.lead)
    path = tmp_path / "commissioning.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    press(qtbot, Key.Key_E, held=Ctrl)
    qtbot.waitUntil(lambda: path.exists() and desk.is_idle and bool(desk.toasts))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["figure"], row["group"]): row for row in csv.DictReader(file)}
    south = rows["people_begun", "South"]
    assert (south["numerator"], south["value"], south["suppressed"]) == ("", "", "yes")
    assert rows["discharge_rate", "South"]["suppressed"] == "yes"
    shown = [
        int(row["numerator"])
        for (name, group), row in rows.items()
        if name == "people_begun" and group and row["numerator"]
    ]
    whole = rows["people_begun", ""]
    assert not whole["numerator"] or not 0 < int(whole["numerator"]) - sum(shown) < 5
    assert rows["people_planned", "North"]["reason"] == "Nothing was planned for this locality on these days."
    (note,) = team.lead.store.noted(REPORT)
    assert "report=commissioning format=csv from=2025-11-01" in note.detail
    book = tmp_path / "commissioning.xlsx"
    page(desk).save_to(book, "xlsx")
    qtbot.waitUntil(lambda: book.exists() and desk.is_idle)
    words = [str(cell.value) for sheet in load_workbook(book).worksheets for row in sheet.iter_rows() for cell in row]
    assert "North" in words
    page(desk).save_to(tmp_path / "commissioning.pdf", "pdf")
    qtbot.waitUntil(lambda: (tmp_path / "commissioning.pdf").exists() and desk.is_idle)
    assert (tmp_path / "commissioning.pdf").read_bytes().startswith(b"%PDF")
    assert not desk.told


def test_who_only_reads_is_offered_nothing_to_write(qtbot: QtBot, read: Reading, team: Team) -> None:
    state_plan(team.lead, PlanOf.CASELOAD, "", 20, APRIL, source="team meeting")
    officer = replace(team.lead, user=replace(team.lead.user, role=Role.PRIVACY_OFFICER, capabilities=frozenset()))
    desk = read(officer)
    shown = view(desk)
    assert not shown.plans.state.isVisible()
    assert not shown.check.new.isVisible()
    assert not shown.dock.offers(shown.csv)
    assert not desk.page.can(Action.EXPORT_CSV)
    at(qtbot, desk, shown.plans.table)
    press(qtbot, Key.Key_Return)
    assert in_front(qtbot, kind=TableDialog).model.rows[0].did == "Stated"
    press(qtbot, Key.Key_Escape)
    assert len(plans(team.lead, PlanOf.CASELOAD)) == 1


def test_a_lock_empties_it(read: Reading, team: Team) -> None:
    in_localities(team)
    desk = read(team.lead)
    desk.page.clear()
    assert cells(desk) == []
    assert view(desk).plans.table.rows == ()
    assert QApplication.activeModalWidget() is None
