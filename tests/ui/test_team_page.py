"""The team page with a keyboard and nothing else: figures first, pictures after, people behind every mark."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from smf_core.figures.people import SplitOfPeople
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import LaptopNote
from smf_desktop.services.auditing import REPORT
from smf_desktop.services.session import Session
from smf_desktop.services.team.page import Asked, rates_of_people
from smf_desktop.services.team.pictures import HIDDEN
from smf_desktop.trouble import StoreDamaged
from tests.services.test_team_page import AHub
from tests.support.desks import OnDesk
from tests.support.keyboard import words_held
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import core_counts, people_taught
from tests.ui.test_sync_lists import OneHub
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.team.page import NOT_COUNTED, TeamPage
from ui.flows.team.people import MAY_NOT, NO_NAMES
from ui.theme import apply, load
from ui.views.table_dialog import TableDialog
from ui.views.team.page import TeamView

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
CHARTS = ["survival", "referrals", "rates", "caseload"]


def opened(
    qtbot: QtBot, open_page: Open, session: Session, make: Callable[[Desk], TeamPage] = TeamPage
) -> tuple[OnDesk, TeamView]:
    """The page, once every picture is drawn."""
    one = open_page(session, make, Place("team"))
    view = one.page.widget
    assert isinstance(view, TeamView)
    drawn(qtbot, one, view)
    return one, view


def drawn(qtbot: QtBot, one: OnDesk, view: TeamView) -> None:
    lanes = (one.lanes.read, one.lanes.store, one.lanes.work)

    def done() -> bool:
        panes = [card.pane for card in view.charts.values() if not card.as_table]
        fits = all(each.picture.deviceIndependentSize().toSize() == each.size() for each in panes)
        return fits and all(lane.is_idle for lane in lanes) and bool(one.page.facts)

    qtbot.waitUntil(done, timeout=20_000)


def words(view: TeamView) -> list[str]:
    return [card.accessibleName() for card in (*view.headlines, *view.beside)]


def test_figures_stand_with_their_interval_and_counts(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    core_counts(team)
    one, view = opened(qtbot, open_page, team.lead)
    discharged, visits, referrals, now = words(view)[:4]
    assert discharged == (
        "Discharged to self-care: 64% 95% CI 35% to 85%. 7 of 11 people whose teaching ended: 5 independent, "
        "2 with agreed support"
    )
    assert visits == (
        "Visits to discharge, insulin: 4 95% CI 2 to not reached. Median of 12 pathways: 7 discharged, 1 still taught, "
        "4 ended otherwise"
    )
    assert "95% CI −" in referrals
    assert "With those from elsewhere" in referrals
    assert now.startswith("On the caseload now: 1 person.")
    assert view.charts["referrals"].badge.words == "Improvement"
    assert one.page.facts == "Figures as at 17-Nov-2026 09:00"
    for name, card in view.charts.items():
        assert card.pane.accessibleDescription().startswith(
            {"survival": "Visits until", "referrals": "Referrals to core teams each month, Nov-24"}.get(name, "")
        )


def test_an_empty_store_has_sentences_in_place_of_figures(qtbot: QtBot, open_page: Open, team: Team) -> None:
    _, view = opened(qtbot, open_page, team.lead)
    told = words(view)
    assert told[0] == "Discharged to self-care: Nobody's teaching ended in this period."
    assert told[1] == "Visits to discharge: Nobody had a first visit in this period."
    assert told[2] == "Referrals to core teams: No baseline is stated, so there is nothing to compare with."
    assert told[3] == "On the caseload now: 0 people. Nobody is on the caseload"
    assert not [each for each in told if "%" in each or "nan" in each.lower()]


def test_arrows_go_to_a_mark_and_enter_to_the_people_behind_it(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    one, view = opened(qtbot, open_page, team.lead)
    pane = view.charts["rates"].pane
    pane.setFocus()
    press(qtbot, Key.Key_Down, Key.Key_Return)
    qtbot.waitUntil(view.panel.people.hasFocus)
    assert view.panel.title.text() == "Insulin: other outcomes"
    assert view.panel.count.text() == "4 of 11"
    outcomes = {row.words.rpartition(", ")[0] for row in view.panel.people.rows}
    assert outcomes == {"Back to core team", "Chose not to, or asked to stop"}
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: len(one.went) == 1)
    assert one.went[0].page == "patient"
    assert one.went[0].patient == view.panel.people.rows[0].patient
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(pane.hasFocus)
    assert not view.panel_is_open


def test_everyone_behind_a_mark_is_a_list_of_its_own(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    one, view = opened(qtbot, open_page, team.lead)
    view.charts["survival"].pane.setFocus()
    press(qtbot, Key.Key_Right, Key.Key_Return)
    qtbot.waitUntil(view.panel.people.hasFocus)
    assert view.panel.title.text() == "Insulin: discharged at visit 2"
    view.panel.all.setFocus()
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, "Insulin: discharged at visit 2", TableDialog)
    assert len(dialog.model.rows) == 12
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: len(one.went) == 1)


def test_a_figure_says_what_it_counts_and_whom(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    one, view = opened(qtbot, open_page, team.lead)
    view.headlines[0].setFocus()
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, "Discharged to self-care", TableDialog)
    qtbot.waitUntil(lambda: len(dialog.model.rows) == 11)
    assert "7 of 11 people whose teaching ended" in dialog.note.text()
    press(qtbot, Key.Key_Escape)
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    view.headlines[2].setFocus()
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, "Referrals to core teams", TableDialog)
    assert dialog.note.text().endswith("A before-and-after comparison, not proof of cause.")


def test_a_month_of_the_core_teams_has_no_names_behind_it(qtbot: QtBot, open_page: Open, team: Team) -> None:
    core_counts(team)
    _, view = opened(qtbot, open_page, team.lead)
    view.charts["referrals"].pane.setFocus()
    press(qtbot, Key.Key_End, Key.Key_Return)
    assert view.panel_is_open
    assert NO_NAMES in view.panel.nobody.text()


def test_every_chart_is_a_table_too(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    one, view = opened(qtbot, open_page, team.lead)
    pane = view.charts["rates"].pane
    pane.setFocus()
    press(qtbot, Key.Key_Return)  # no mark is pointed at
    card = view.charts["rates"]
    assert card.as_table
    qtbot.waitUntil(card.tables[0].hasFocus)
    assert "Insulin, 7, 11, 64%, 35%, 85%" in [
        card.tables[0].model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    ]
    press(qtbot, Key.Key_Escape)
    assert not card.as_table
    qtbot.waitUntil(pane.hasFocus)
    one.page.do(Action.SHOW_TABLES)
    assert all(card.as_table for card in view.charts.values())
    assert len(view.charts["survival"].tables) == 2  # with every ending competing, too
    one.page.do(Action.SHOW_TABLES)
    assert not any(card.as_table for card in view.charts.values())


def test_a_filter_is_chosen_by_keys_and_narrows_the_page(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 6)
    people_taught(team, 3, "wound", still=0)
    one, view = opened(qtbot, open_page, team.lead)
    drop = view.filters.each["skill"]
    drop.setFocus()
    press(qtbot, Key.Key_Down)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is drop.menu())
    while drop.menu().activeAction() is None or drop.menu().activeAction().text() != "Wound":
        qtbot.keyClick(drop.menu(), Key.Key_Down)
    qtbot.keyClick(drop.menu(), Key.Key_Return)
    qtbot.waitUntil(lambda: drop.text() == "Wound")
    drawn(qtbot, one, view)
    assert words(view)[0] == (
        "Discharged to self-care: 2 of 3. 2 of 3 people whose teaching ended: 1 independent, 1 with agreed support. "
        "Fewer than 10, so no percentage is shown"
    )
    assert words(view)[1].startswith("Visits to discharge, wound")
    next(each for each in view.filters.each["period"].menu().actions() if each.text() == "Other dates...").trigger()
    dialog = in_front(qtbot, "Which days?")
    dialog.fields["until"].control.setText("01-Jan-2020")
    dialog.primary.click()
    assert dialog.isVisible()  # the last day is before the first
    press(qtbot, Key.Key_Escape)


def test_rates_by_people_come_after_the_figures_and_never_beside_those_of_another_filter(
    qtbot: QtBot, open_page: Open, team: Team
) -> None:
    people_taught(team, 12)
    people_taught(team, 3, "wound", still=0)
    one, view = opened(qtbot, open_page, team.lead)
    table, seen = view.splits.table, list[tuple[str, ...]]()
    assert {row.count for row in table.rows if row.count} == {"9 of 14"}
    table.model().modelReset.connect(lambda: seen.append(tuple(row.count for row in table.rows)))
    one.page.do(Action.REFRESH)
    drawn(qtbot, one, view)
    assert () not in seen  # what is the same stays, and the keyboard in it
    next(each for each in view.filters.each["skill"].menu().actions() if each.text() == "Wound").trigger()
    qtbot.waitUntil(lambda: () in seen)
    assert view.splits.isVisible()
    drawn(qtbot, one, view)
    assert {row.count for row in table.rows if row.count} == {"2 of 3"}


def test_rates_that_fail_late_for_another_filter_are_told_to_nobody(
    qtbot: QtBot, open_page: Open, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    people_taught(team, 3, "wound", still=0)
    one, view = opened(qtbot, open_page, team.lead)
    begun, newer = Event(), Event()

    def failing(session: Session, asked: Asked) -> Sequence[SplitOfPeople]:
        if asked.skill:
            return rates_of_people(session, asked)
        begun.set()
        newer.wait(timeout=10)
        raise StoreDamaged("a page of the file")

    monkeypatch.setattr("ui.flows.team.page.rates_of_people", failing)
    shown: list[list[str]] = []
    view.splits.table.model().modelReset.connect(lambda: shown.append(words_held(NOT_COUNTED)))
    one.page.do(Action.REFRESH)
    qtbot.waitUntil(begun.is_set)
    next(each for each in view.filters.each["skill"].menu().actions() if each.text() == "Wound").trigger()
    newer.set()
    drawn(qtbot, one, view)
    assert {row.count for row in view.splits.table.rows if row.count} == {"2 of 3"}
    assert one.told == []
    assert shown
    assert not any(shown)


def test_rates_that_fail_for_the_filter_in_use_are_told(
    qtbot: QtBot, open_page: Open, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    people_taught(team, 3, "wound", still=0)
    one, view = opened(qtbot, open_page, team.lead)

    def failing(session: Session, asked: Asked) -> Sequence[SplitOfPeople]:
        raise StoreDamaged("a page of the file")

    monkeypatch.setattr("ui.flows.team.page.rates_of_people", failing)
    one.page.do(Action.REFRESH)
    drawn(qtbot, one, view)
    assert [type(each) for each in one.told] == [StoreDamaged]
    assert words_held(NOT_COUNTED)


def test_whoever_opens_no_record_sees_figures_and_no_names(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    _, view = opened(qtbot, open_page, team.admin)
    view.charts["rates"].pane.setFocus()
    press(qtbot, Key.Key_Down, Key.Key_Return)
    assert view.panel.nobody.text() == MAY_NOT
    assert words_held("ABERNATHY") == []


def test_locking_leaves_nobody_and_no_figure(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    one, view = opened(qtbot, open_page, team.lead)
    view.charts["rates"].pane.setFocus()
    press(qtbot, Key.Key_Down, Key.Key_Return)
    qtbot.waitUntil(view.panel.people.hasFocus)
    one.page.clear()
    assert words_held("ABERNATHY") == []
    assert all(card.pane.picture.isNull() for card in view.charts.values())


def test_pictures_are_drawn_anew_in_another_theme_and_at_another_size(
    qtbot: QtBot, open_page: Open, team: Team, qapp: QApplication
) -> None:
    people_taught(team, 4)
    one, view = opened(qtbot, open_page, team.lead)
    pane = view.charts["rates"].pane
    corner = pane.picture.pixelColor(1, 1)
    apply(qapp, load("dark"))
    qtbot.waitUntil(lambda: pane.picture.pixelColor(1, 1) != corner, timeout=20_000)
    one.window.resize(1000, 560)
    drawn(qtbot, one, view)


def test_a_chart_is_saved_as_png_svg_or_pdf_and_copied(
    qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path
) -> None:
    people_taught(team, 12)
    one, view = opened(qtbot, open_page, team.lead)
    page = one.page
    assert isinstance(page, TeamPage)
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        page.save_chart_to("rates", tmp_path / f"rates.{kind}")
        qtbot.waitUntil(lambda: one.lanes.work.is_idle)
        assert (tmp_path / f"rates.{kind}").read_bytes().startswith(begins)
    said = "".join(ET.parse(tmp_path / "rates.svg").getroot().itertext())
    assert "Share discharged to self-care" in said
    assert len(team.lead.store.noted(REPORT)) == 3
    view.charts["rates"].pane.setFocus()
    page.do(Action.COPY_CHART)
    qtbot.waitUntil(lambda: one.toasts[-1] == "Picture copied")
    assert QGuiApplication.clipboard().image().width() > 1000
    page.save_chart_to("rates", tmp_path / "no" / "such" / "rates.png")
    qtbot.waitUntil(lambda: len(one.told) == 1)


def test_a_picture_hides_small_numbers_until_a_lead_says_why(
    qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path
) -> None:
    people_taught(team, 12)
    one, _ = opened(qtbot, open_page, team.lead)
    page = one.page
    assert isinstance(page, TeamPage)
    page.save_chart_to("caseload", tmp_path / "hidden.svg")
    qtbot.waitUntil(lambda: one.lanes.work.is_idle)
    said = "".join(ET.parse(tmp_path / "hidden.svg").getroot().itertext())
    assert "Nurse Example under 5." in said
    assert page._pictures._leaving("caseload", page._heading("caseload"), None)[1].note.endswith(HIDDEN)
    page._show_menu("caseload", QPoint(0, 0))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    offers = {each.text(): each for each in menu.actions()}
    menu.close()
    offers["Copy with small numbers..."].trigger()
    in_front(qtbot)
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Return, held=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: one.toasts[-1:] == ["Picture copied"])
    assert team.lead.store.noted(REPORT)[-1].detail == "chart caseload copied small:checking"


@dataclass
class Whole(OneHub):
    """A hub with figures of its own, unless it is away."""

    away: bool = False
    figures: AHub = field(default_factory=AHub)

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        if self.away:
            raise HubTrouble(Trouble.UNREACHABLE)
        return self.figures.figure(name, asked)

    def laptops(self) -> list[LaptopNote]:
        return [LaptopNote(device="b", name="SMF-LT-021", users=(), last_seen=None, unsent=3, drafts=1)]


def test_the_hub_is_asked_where_this_laptop_does_not_hold_the_whole_period(
    qtbot: QtBot, open_page: Open, team: Team
) -> None:
    hub = Whole(away=True)
    one, view = opened(qtbot, open_page, team.lead, lambda desk: TeamPage(replace(desk, hub=hub)))
    assert not view.incomplete.isVisible()
    assert "SMF-LT-021 was never at the hub" in view.foot.text()
    page = one.page
    assert isinstance(page, TeamPage)
    page.show_days((team.lead.today().replace(year=2019), team.lead.today()))
    qtbot.waitUntil(view.incomplete.isVisible)
    assert "Incomplete: this laptop does not hold the whole period." in words(view)[0]
    view.incomplete.link.click()
    qtbot.waitUntil(lambda: len(one.told) == 1)
    hub.away = False
    view.incomplete.link.click()
    qtbot.waitUntil(lambda: "141 of 190" in words(view)[0])
    qtbot.waitUntil(lambda: not view.incomplete.isVisible())
    drawn(qtbot, one, view)
