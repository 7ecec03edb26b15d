"""Data quality by keyboard alone: what is missing is asked for over the list, and the row goes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.figures.quality import Fault
from smf_core.records.queries.episodes import episode
from smf_core.records.queries.referrals import referral
from smf_desktop.presenters.service.quality import MAY_NOT, NOTHING_TO_MEND
from smf_desktop.services.drafts import VISIT, save_draft
from smf_desktop.services.letters.practices import import_practices
from smf_desktop.services.people import open_person
from smf_desktop.services.service.mending import put
from smf_desktop.services.service.quality import data_quality
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import start_visit
from tests.support.desks import OnDesk
from tests.support.figures import begun, referred
from tests.support.keyboard import rich_labels
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, Shift, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import InStore
from tests.support.visits import DOREEN, Home, at_home, taught
from ui.actions import Action
from ui.desk import Place
from ui.flows.service.quality import QualityPage
from ui.views.form_dialog import FormDialog
from ui.views.service.quality import QualityView
from ui.widgets.text import Text

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
Reading = Callable[[Session], OnDesk]


@pytest.fixture
def home(team: Team) -> Home:
    home = at_home(team)
    taught(team, home, days_ago=2)
    return home


@pytest.fixture
def read(qtbot: QtBot, open_page: Open) -> Reading:
    def opened(session: Session) -> OnDesk:
        one = open_page(session, QualityPage, Place("quality"))
        qtbot.waitUntil(lambda: view(one).counts.model().rowCount() > 0)
        return one

    return opened


def view(desk: OnDesk) -> QualityView:
    assert isinstance(desk.page.widget, QualityView)
    return desk.page.widget


def faults(desk: OnDesk) -> list[Fault]:
    return [row.fault for row in view(desk).table.rows]


def to_mend(session: Session) -> set[Fault]:
    return {row.fault for row in data_quality(session).rows}


def choose(qtbot: QtBot, desk: OnDesk, fault: Fault) -> None:
    """Go down the list to a fault."""
    for _ in faults(desk):
        row = view(desk).table.row
        if row is not None and row.fault is fault:
            return
        press(qtbot, Key.Key_F8)
    raise AssertionError(fault)


def asked(qtbot: QtBot, desk: OnDesk, fault: Fault) -> FormDialog:
    choose(qtbot, desk, fault)
    press(qtbot, Key.Key_Return)
    dialog: FormDialog = in_front(qtbot)
    return dialog


def in_the_list(qtbot: QtBot, desk: OnDesk) -> None:
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    qtbot.waitUntil(view(desk).table.hasFocus)


def mended(qtbot: QtBot, desk: OnDesk, fault: Fault) -> None:
    """The row is gone from the store and the screen, and the keyboard is in the list still."""
    qtbot.waitUntil(lambda: fault not in faults(desk))
    in_the_list(qtbot, desk)
    assert fault not in to_mend(desk.session)
    assert not desk.told


def test_each_field_is_asked_for_over_the_list_and_the_row_goes(
    qtbot: QtBot, read: Reading, team: Team, home: Home
) -> None:
    desk = read(team.lead)
    assert view(desk).table.hasFocus()
    assert faults(desk)[-1] is Fault.NHS_NUMBER_NOT_TRACED
    for fault, keys in (
        (Fault.PRACTICE_NOT_KNOWN, ("c88001", Key.Key_Return)),
        (Fault.NO_LANGUAGE, ("Polish", Key.Key_Tab, Key.Key_Space, Key.Key_Return)),
    ):
        dialog = asked(qtbot, desk, fault)
        assert any("ABERNATHY, Doreen" in label.text() for label in dialog.findChildren(Text))
        press(qtbot, *keys)
        mended(qtbot, desk, fault)
    asked(qtbot, desk, Fault.NO_ETHNIC_CATEGORY)
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Return, held=Ctrl)
    mended(qtbot, desk, Fault.NO_ETHNIC_CATEGORY)
    asked(qtbot, desk, Fault.NO_BASELINE)
    press(qtbot, "60", Key.Key_Tab, Key.Key_Down)
    press(qtbot, Key.Key_Return, held=Ctrl)
    mended(qtbot, desk, Fault.NO_BASELINE)
    with team.lead.read() as connection:
        pathway = episode(connection, home.episodes["insulin"])
    assert pathway is not None
    assert pathway.baseline_visits_per_month == "60"
    asked(qtbot, desk, Fault.NHS_NUMBER_NOT_TRACED)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: not faults(desk))
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    qtbot.waitUntil(view(desk).counts.hasFocus)
    assert not to_mend(team.lead)
    assert view(desk).list_state.shown.accessibleName().startswith(NOTHING_TO_MEND)
    known = open_person(team.lead, home.patient).patient
    assert (known.language, known.interpreter, known.practice_code) == ("Polish", True, "C88001")
    assert not view(desk).mend.isVisible()
    assert rich_labels() == []


def test_for_a_closed_practice_the_one_that_took_it_over_is_proposed(
    qtbot: QtBot, read: Reading, team: Team, home: Home
) -> None:
    listed = "code,name,closed_on,successor\nC88001,Elm Surgery,2026-03-31,C88002\nC88002,Oak Surgery,,\n"
    import_practices(team.lead, listed.encode())
    put(team.nurse, home.patient, "practice", {"gp_practice_code": "C88001"})
    desk = read(team.lead)
    dialog = asked(qtbot, desk, Fault.PRACTICE_CLOSED)
    words = " ".join(label.text() for label in dialog.findChildren(Text))
    assert "C88001 Elm Surgery closed on 31-Mar-2026. C88002 Oak Surgery took it over." in words
    press(qtbot, Key.Key_Return)
    mended(qtbot, desk, Fault.PRACTICE_CLOSED)
    assert open_person(team.lead, home.patient).patient.practice_code == "C88002"
    press(qtbot, Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: Fault.PRACTICE_CLOSED in faults(desk))
    assert open_person(team.lead, home.patient).patient.practice_code == "C88001"


def test_what_was_mended_is_taken_back_and_done_again(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.lead)
    asked(qtbot, desk, Fault.NO_LANGUAGE)
    place = view(desk).table.currentIndex().row()
    press(qtbot, "Polish", Key.Key_Return)
    mended(qtbot, desk, Fault.NO_LANGUAGE)
    assert view(desk).table.currentIndex().row() == place > 0
    assert desk.toasts == ["Language saved"]
    press(qtbot, Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: Fault.NO_LANGUAGE in faults(desk))
    assert open_person(team.lead, home.patient).patient.language == ""
    press(qtbot, Key.Key_Y, held=Ctrl)
    mended(qtbot, desk, Fault.NO_LANGUAGE)
    assert open_person(team.lead, home.patient).patient.language == "Polish"


def test_a_wrong_number_is_said_to_be_wrong_and_nothing_is_changed(qtbot: QtBot, read: Reading, team: Team) -> None:
    home = at_home(team, person=replace(DOREEN, nhs_number=None))
    desk = read(team.lead)
    dialog = asked(qtbot, desk, Fault.NO_NHS_NUMBER)
    for wrong in ("", "999 007 9324", "943 476 5919"):  # nothing, a wrong check digit, a number of a live store
        dialog.fields["nhs_number"].control.clear()
        press(qtbot, wrong, Key.Key_Return)
        qtbot.waitUntil(lambda: bool(dialog.fields["nhs_number"].message.words.text()))
        assert dialog.isVisible()
    assert Fault.NO_NHS_NUMBER in to_mend(team.lead)
    dialog.fields["nhs_number"].control.clear()
    press(qtbot, "999 007 9323", Key.Key_Return)
    mended(qtbot, desk, Fault.NO_NHS_NUMBER)
    assert open_person(team.lead, home.patient).patient.nhs_number == "9990079323"


def test_what_cannot_be_mended_here_opens_where_it_is(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    form, _ = start_visit(team.nurse, list(home.episodes.values()))
    save_draft(team.nurse, VISIT, form.visit, home.patient, form)
    team.clock.forward(hours=25)
    desk = read(team.lead)
    choose(qtbot, desk, Fault.UNSIGNED)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.went))
    assert desk.went == [Place("visit", home.patient, form.visit)]
    press(qtbot, Key.Key_O)
    qtbot.waitUntil(lambda: len(desk.went) == 2)
    assert desk.went[1] == Place("patient", home.patient)


def test_who_came_back_is_linked_to_the_discharge(qtbot: QtBot, read: Reading, team: Team) -> None:
    written = InStore(team.lead)
    nurse = team.nurse.user.id
    pathway = begun(written, "ann", ["2026-10-01"], "independent", team=team.lead.team, nurse=nurse)
    referred(written, "back", "ann", "2026-10-20", source="self", team=team.lead.team)
    desk = read(team.lead)
    asked(qtbot, desk, Fault.RETURN_NOT_LINKED)
    press(qtbot, Key.Key_Return, held=Ctrl)
    mended(qtbot, desk, Fault.RETURN_NOT_LINKED)
    with team.lead.read() as connection:
        found = referral(connection, "back")
    assert found is not None
    assert found.earlier_episode == pathway


def test_the_list_is_narrowed_by_a_count_and_a_nurse(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.lead)
    every = faults(desk)
    view(desk).counts.setFocus()
    press(qtbot, *[Key.Key_Down] * list(Fault).index(Fault.NO_LANGUAGE), Key.Key_Return)
    assert faults(desk) == [Fault.NO_LANGUAGE]
    assert view(desk).table.hasFocus()
    assert view(desk).filters.each["fault"].text() == "No language"
    asked(qtbot, desk, Fault.NO_LANGUAGE)
    press(qtbot, "Polish", Key.Key_Return)
    qtbot.waitUntil(lambda: not faults(desk))
    assert NOTHING_TO_MEND in view(desk).list_state.shown.accessibleName()
    desk.page.do(Action.CLEAR_FILTERS)
    assert faults(desk) == [fault for fault in every if fault is not Fault.NO_LANGUAGE]
    view(desk).filtered.emit("nurse", team.nurse2.user.id)
    assert not faults(desk)
    view(desk).list_state.filters_cleared.emit()
    assert {row.nurse for row in view(desk).table.rows} == {"Nurse Example"}


def test_f8_goes_round_the_list_both_ways(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.lead)
    many = len(faults(desk))
    view(desk).counts.setFocus()
    press(qtbot, Key.Key_F8)
    assert view(desk).table.hasFocus()
    assert view(desk).table.currentIndex().row() == 1
    press(qtbot, Key.Key_F8, Key.Key_F8, held=Shift)
    assert view(desk).table.currentIndex().row() == many - 1


def test_an_administrator_has_the_numbers_and_no_name(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.admin)
    assert not view(desk).table.rows
    assert view(desk).counts.hasFocus()
    assert MAY_NOT in view(desk).list_state.shown.accessibleName()
    assert view(desk).dock.words.text() == MAY_NOT
    assert not desk.page.can(Action.NEXT_PROBLEM)
    assert not view(desk).filters.isVisible()
    press(qtbot, Key.Key_Down, Key.Key_Return)
    assert not desk.page.can(Action.CLEAR_FILTERS)
    words = [view(desk).counts.model().index(row, 1).data() for row in range(len(Fault))]
    assert "1 of 1 person" in words


def test_locking_leaves_nobody_on_the_page(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.lead)
    assert faults(desk)
    desk.page.clear()
    assert not view(desk).table.rows
    assert view(desk).counts.model().rowCount() == 0
    assert QApplication.activeModalWidget() is None
