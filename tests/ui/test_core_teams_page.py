"""The page of the core teams by keyboard alone: files taken in whole, gaps, baselines, rebases, the change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.stated import CORE_REFERRALS_CHART, BaselineOf
from smf_core.policy.roles import Role
from smf_core.records.queries.stated import core_counts as counts_of
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.referral.cells import Finding
from smf_desktop.services.service.baselines import baselines, rebases, state_baseline, usual_visits
from smf_desktop.services.service.core_counts import import_core_referrals, import_core_rereferrals
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk
from tests.support.keyboard import rich_labels
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import core_counts
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.service.core_teams import BASELINE, REBASE, CoreTeamsPage
from ui.flows.service.core_teams_forms import take_file
from ui.flows.team.page import TeamPage
from ui.views.service.core_teams import CoreTeamsView
from ui.views.table_dialog import TableDialog
from ui.views.team.page import TeamView
from ui.widgets.buttons import Button

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
Reading = Callable[..., OnDesk]

GAPS = b"""month,team,count,comparison
2026-07,City North,40,no
2026-09,City North,38,no
2026-07,City South,22,no
2026-08,City South,25,no
2026-09,City South,24,no
2026-09,Other Town,51,yes
"""


@pytest.fixture
def read(qtbot: QtBot, open_page: Open) -> Reading:
    def opened(session: Session, record: str | None = None) -> OnDesk:
        one = open_page(session, CoreTeamsPage, Place("core_counts", record=record))
        qtbot.waitUntil(lambda: bool(one.page.facts) and one.is_idle)
        return one

    return opened


def view(desk: OnDesk) -> CoreTeamsView:
    assert isinstance(desk.page.widget, CoreTeamsView)
    return desk.page.widget


def at(qtbot: QtBot, desk: OnDesk, control: QWidget) -> None:
    """Take the keyboard to a control of the page, once nothing is open over it."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    control.setFocus()


def said(desk: OnDesk) -> list[str]:
    return [card.accessibleName() for card in view(desk).figures]


def file_of(folder: Path, data: bytes) -> Path:
    path = folder / "core.csv"
    path.write_bytes(data)
    return path


# --- months ----------------------------------------------------------------------------------------


def test_gaps_are_shown_as_gaps_and_comparison_teams_are_marked(qtbot: QtBot, read: Reading, team: Team) -> None:
    import_core_referrals(team.lead, GAPS)
    desk = read(team.lead)
    months = view(desk).months
    model = months.model
    heads = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    assert heads == ["Month", "All our teams", "City North", "City South", "Other Town (comparison)"]
    assert [row.cells for row in model.rows] == [
        ("Sep-2026", "62", "38", "24", "51"),
        ("Aug-2026", "No count", "No count", "25", "No count"),
        ("Jul-2026", "62", "40", "22", "No count"),
    ]
    assert [row.whole for row in model.rows] == [True, False, True]
    assert "Not of every team: Aug-2026, left out of every figure and never taken as 0." in months.about.text()
    assert "all, as the teams do not tell them apart" in months.about.text()
    at(qtbot, desk, months.table)
    press(qtbot, Key.Key_Down, Key.Key_Return)
    month = in_front(qtbot, kind=TableDialog)
    assert month.windowTitle() == "Aug-2026"
    assert month.model.rows == (("City South", "All", "25", "Not known", "With self-management"),)
    press(qtbot, Key.Key_Escape)
    assert rich_labels() == []


def test_a_file_is_taken_in_whole_or_not_at_all(qtbot: QtBot, read: Reading, team: Team, tmp_path: Path) -> None:
    desk = read(team.lead)
    for row in (b"2026-10,City North,-4", b"2026-13,City North,4", b"2026-10,,4", b"2027-02,City North,4"):
        path = file_of(tmp_path, b"month,team,count\n2026-09,City North,40\n" + row + b"\n")
        take_file(desk_of(desk), view(desk), path, import_core_referrals)
        found = in_front(qtbot, kind=TableDialog)
        rows: list[Finding] = list(found.model.rows)
        assert {each.line for each in rows} == {3}
        assert "Nothing was taken in" in found.note.text()
        press(qtbot, Key.Key_Escape)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    with team.lead.read() as connection:
        assert not counts_of(connection)
    assert view(desk).months.empty.isVisible()
    assert not desk.told


def test_a_file_with_missing_months_is_taken_in_and_says_so(
    qtbot: QtBot, read: Reading, team: Team, tmp_path: Path
) -> None:
    desk = read(team.admin)
    take_file(desk_of(desk), view(desk), file_of(tmp_path, GAPS), import_core_referrals)
    found = in_front(qtbot, kind=TableDialog)
    assert [each.reason for each in found.model.rows] == ["No count of this team for Aug-2026: a gap, not 0."]
    assert found.note.text() == "6 of 6 rows taken in, 0 as they were."
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: desk.is_idle and len(view(desk).months.model.rows) == 3)
    take_file(desk_of(desk), view(desk), file_of(tmp_path, b"nothing,of,this\n1,2,3\n"), import_core_referrals)
    qtbot.waitUntil(lambda: len(desk.told) == 1)
    assert "header row such as month, team" in str(words_for(desk.told[0]))
    take_file(
        desk_of(desk),
        view(desk),
        file_of(tmp_path, b"nhs_number,received_on,team\n999 000 0018,01-Sep-2026,City\n"),
        import_core_rereferrals,
    )
    found = in_front(qtbot, kind=TableDialog)
    assert "999" not in " ".join(each.reason for each in found.model.rows)
    press(qtbot, Key.Key_Escape)


def desk_of(desk: OnDesk) -> Desk:
    """The desk that the page was given."""
    assert isinstance(desk.page, CoreTeamsPage)
    return desk.page._desk


# --- what it is held against --------------------------------------------------------------------------


def test_without_a_baseline_a_sentence_stands_in_place_of_the_change(read: Reading, team: Team) -> None:
    import_core_referrals(team.lead, GAPS)
    desk = read(team.lead)
    per_month, change, with_others, compared = said(desk)
    assert per_month.startswith("Referrals to core teams a month: 62 a month. 124 in 2 months")
    for each in (change, with_others, compared):
        assert "No baseline is stated, so there is nothing to compare with." in each
    assert view(desk).baselines.words.text() == (
        "No baseline is stated, so nothing is compared. State one with its source."
    )


def test_the_change_stands_with_its_interval_and_the_diversion_check(qtbot: QtBot, read: Reading, team: Team) -> None:
    core_counts(team)
    desk = read(team.lead)
    _, change, with_others, compared = said(desk)
    assert change.startswith("Change against the baseline: −")
    assert "95% CI −" in change
    assert with_others.startswith("With referrals from elsewhere: −")
    assert "No comparison teams." in compared
    assert view(desk).baselines.table.rows[0].said == "12 months, all counted"
    at(qtbot, desk, view(desk).figures[1])
    press(qtbot, Key.Key_Return)
    told = in_front(qtbot, kind=TableDialog)
    assert "not proof of cause" in told.note.text()
    press(qtbot, Key.Key_Escape)


def test_a_baseline_is_stated_by_keys_with_its_gaps_named_and_withdrawn(
    qtbot: QtBot, read: Reading, team: Team
) -> None:
    import_core_referrals(team.lead, GAPS)
    desk = read(team.lead, BASELINE)
    qtbot.waitUntil(view(desk).baselines.state.hasFocus)
    press(qtbot, Key.Key_Space)
    form = in_front(qtbot)
    press(qtbot, "Sep-2026", Key.Key_Tab, "Julember", Key.Key_Return)
    problems = form.fields
    qtbot.waitUntil(lambda: "Write the month as" in problems["until"].message.words.text())
    assert problems["source"].message.words.text() == "Say where the counts come from"
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "Jul-2026", Key.Key_Return)
    qtbot.waitUntil(lambda: "not before the first" in problems["until"].message.words.text())
    press(qtbot, Key.Key_Backtab, Key.Key_Return)
    problems["since"].control.setFocus()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "Jul-2026", Key.Key_Tab)
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "Dec-2026", Key.Key_Tab, Key.Key_Tab, "Core team returns", Key.Key_Return)
    qtbot.waitUntil(lambda: "The baseline is not over yet." in form.trouble.true.text())
    assert baselines(team.lead, BaselineOf.CORE_REFERRALS) == ()
    problems["until"].control.setFocus()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "Aug-2026", Key.Key_Return)
    qtbot.waitUntil(lambda: desk.is_idle and desk.toasts == ["Baseline stated"])
    (one,) = baselines(team.lead, BaselineOf.CORE_REFERRALS)
    assert (one.what.since, one.what.until, one.what.source) == (
        date(2026, 7, 1),
        date(2026, 8, 31),
        "Core team returns",
    )
    (row,) = view(desk).baselines.table.rows
    assert (row.of, row.said) == ("Jul-2026 to Aug-2026", "1 of 2 months counted, not Aug-2026")
    desk.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: desk.is_idle and not view(desk).baselines.table.rows)
    assert baselines(team.lead, BaselineOf.CORE_REFERRALS)[0].what.withdrawn
    assert not desk.told


def test_it_opens_at_the_months_after_the_baseline_and_others_can_be_asked_for(
    qtbot: QtBot, read: Reading, team: Team
) -> None:
    core_counts(team)
    team.clock.forward(days=1)
    state_baseline(team.lead, date(2025, 3, 1), date(2026, 2, 28), source="Core team returns")
    desk = read(team.lead)
    assert view(desk).period.text() == "01-Mar-2026 to 31-Oct-2026"
    assert "overlaps" not in said(desk)[1]
    at(qtbot, desk, view(desk).period)
    view(desk).period.chosen.emit("months:12")
    qtbot.waitUntil(lambda: desk.is_idle and "This period overlaps the time it would be held against." in said(desk)[1])


def test_of_two_baselines_the_newest_holds(read: Reading, team: Team) -> None:
    core_counts(team)
    team.clock.forward(days=1)
    state_baseline(team.lead, date(2024, 11, 1), date(2025, 4, 30), source="Half a year")
    rows = view(read(team.lead)).baselines.table.rows
    assert [row.words[1] for row in rows] == [
        "6 months, all counted",
        "12 months, all counted. Not used, a newer one holds",
    ]


def test_a_rebase_takes_a_cause_and_never_happens_by_itself(qtbot: QtBot, read: Reading, team: Team) -> None:
    core_counts(team)
    before = rebases(team.lead, CORE_REFERRALS_CHART)
    desk = read(team.lead, REBASE)
    qtbot.waitUntil(view(desk).rebases.table.hasFocus)
    assert rebases(team.lead, CORE_REFERRALS_CHART) == before
    at(qtbot, desk, view(desk).rebases.state)
    press(qtbot, Key.Key_Space)
    form = in_front(qtbot)
    press(qtbot, "2026-05", Key.Key_Return)
    qtbot.waitUntil(lambda: form.fields["cause"].message.words.text() == "Say what changed that month")
    press(qtbot, "A second team began", Key.Key_Return)
    qtbot.waitUntil(lambda: desk.is_idle and desk.toasts == ["Chart rebased"])
    assert [(row.of, row.said) for row in view(desk).rebases.table.rows] == [
        ("Nov-2025", "Service starts"),
        ("May-2026", "A second team began"),
    ]
    at(qtbot, desk, view(desk).rebases.table)
    press(qtbot, Key.Key_Return)
    in_front(qtbot, "Withdraw this?").primary.setFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: desk.is_idle and len(view(desk).rebases.table.rows) == 1)
    at(qtbot, desk, view(desk).rebases.log)
    press(qtbot, Key.Key_Space)
    log = in_front(qtbot, kind=TableDialog)
    assert sorted(row.did for row in log.model.rows) == ["Stated", "Stated", "Withdrawn"]
    press(qtbot, Key.Key_Escape)


def test_usual_visits_are_stated_with_a_source(qtbot: QtBot, read: Reading, team: Team) -> None:
    desk = read(team.lead)
    assert "starting values count" in view(desk).usual.words.text()
    at(qtbot, desk, view(desk).usual.state)
    press(qtbot, Key.Key_Space)
    form = in_front(qtbot)
    press(qtbot, Key.Key_Tab, "lots", Key.Key_Tab, "Audit", Key.Key_Return)
    qtbot.waitUntil(form.trouble.isVisible)
    form.fields["visits"].control.setFocus()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "12.5", Key.Key_Return)
    qtbot.waitUntil(lambda: desk.is_idle and desk.toasts == ["Usual visits stated"])
    (row,) = view(desk).usual.table.rows
    assert row.said == "12.5 core visits a month"
    assert [each.a_month for each in usual_visits(team.lead).values() if each.stated] == [12.5]


def test_the_chart_of_the_team_page_leads_here(qtbot: QtBot, open_page: Open, team: Team) -> None:
    core_counts(team)
    desk = open_page(team.lead, TeamPage, Place("team"))
    qtbot.waitUntil(lambda: bool(desk.page.facts))
    assert isinstance(desk.page.widget, TeamView)
    links = {each.text(): each for each in desk.page.widget.charts["referrals"].findChildren(Button)}
    for words, record in (("Rebase", REBASE), ("Baseline", BASELINE)):
        at(qtbot, desk, links[words])
        press(qtbot, Key.Key_Space)
        assert desk.went[-1] == Place("core_counts", record=record)


# --- who, and what is left -----------------------------------------------------------------------------


def test_who_only_reads_is_offered_nothing_to_write(qtbot: QtBot, read: Reading, team: Team) -> None:
    core_counts(team)
    officer = replace(team.lead, user=replace(team.lead.user, role=Role.PRIVACY_OFFICER, capabilities=frozenset()))
    desk = read(officer)
    shown = view(desk)
    assert not any(
        each.isVisible() for each in (shown.months_file, shown.again, *(card.state for card in shown.stated))
    )
    assert not desk.page.can(Action.MAIN)
    at(qtbot, desk, shown.baselines.table)
    press(qtbot, Key.Key_Return)
    assert [row.did for row in in_front(qtbot, kind=TableDialog).model.rows] == ["Stated"]
    press(qtbot, Key.Key_Escape)


def test_a_lock_empties_it(read: Reading, team: Team) -> None:
    core_counts(team)
    desk = read(team.lead)
    desk.page.clear()
    assert view(desk).months.model.rows == ()
    assert not any(card.table.rows for card in view(desk).stated)
