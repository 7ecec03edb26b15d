"""A nurse's own figures by keyboard: her people, her figures, what is hers to mend."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_core.figures.quality import Fault
from smf_desktop.presenters.service.quality import NOTHING_TO_MEND
from smf_desktop.services.people import open_person
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk
from tests.support.keyboard import rich_labels
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, Shift, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import people_taught
from tests.support.visits import Home, at_home, taught
from ui.actions import Action
from ui.desk import Place
from ui.flows.service.own import OwnPage
from ui.views.form_dialog import FormDialog
from ui.views.service.own import OwnView
from ui.views.table_dialog import TableDialog
from ui.widgets.text import Text

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
Reading = Callable[[Session], OnDesk]


@pytest.fixture
def home(team: Team) -> Home:
    home = at_home(team, "insulin", "wound")
    taught(team, home, days_ago=2)
    return home


@pytest.fixture
def read(qtbot: QtBot, open_page: Open) -> Reading:
    def opened(session: Session) -> OnDesk:
        one = open_page(session, OwnPage, Place("own"))
        qtbot.waitUntil(lambda: bool(view(one).foot.text()))
        return one

    return opened


def view(desk: OnDesk) -> OwnView:
    assert isinstance(desk.page.widget, OwnView)
    return desk.page.widget


def cards(desk: OnDesk) -> dict[str, str]:
    return {card.label.text(): f"{card.value.text()} {card.beside.text()}".strip() for card in view(desk).headlines}


def table_words(desk: OnDesk) -> list[list[str]]:
    model = view(desk).people.model()
    return [[model.index(row, column).data() for column in range(6)] for row in range(model.rowCount())]


def test_her_people_stand_there_and_enter_opens_a_record(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.nurse)
    assert view(desk).people.hasFocus()
    assert [row[1] for row in table_words(desk)] == ["Insulin", "Wound"]
    assert table_words(desk)[0][2].startswith("1 of ")
    assert cards(desk)["Visits made"] == "1 this month"
    assert cards(desk)["People you teach now"] == "1 person"
    press(qtbot, Key.Key_Down, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.went))
    assert desk.went == [Place("patient", home.patient)]
    assert rich_labels() == []
    assert not desk.told


def test_a_colleague_has_a_page_of_her_own_with_nothing_on_it(
    qtbot: QtBot, read: Reading, team: Team, home: Home
) -> None:
    desk = read(team.nurse2)
    assert view(desk).period.hasFocus()
    assert cards(desk)["Visits made"] == "0 this month"
    assert not table_words(desk)
    assert not view(desk).mend.rows
    assert NOTHING_TO_MEND in [words.text() for words in view(desk).to_mend.findChildren(Text) if words.isVisible()]


def test_a_figure_says_what_it_counts_and_who_is_behind_it(qtbot: QtBot, read: Reading, team: Team) -> None:
    people_taught(team, 12)
    desk = read(team.nurse)
    assert cards(desk)["Discharged to self-care"] == "64% 95% CI 35% to 85%"
    for place, name, many in ((3, "Discharged to self-care", 11), (0, "Visits made", 0)):
        card = view(desk).headlines[place]
        card.setFocus()
        press(qtbot, Key.Key_Return)
        dialog = in_front(qtbot, kind=TableDialog)
        assert dialog.windowTitle().startswith(name)
        qtbot.waitUntil(lambda dialog=dialog, many=many: len(dialog.model.rows) == many)
        press(qtbot, Key.Key_Escape)
        with qtbot.waitActive(desk.window):
            desk.window.activateWindow()


def test_another_period_is_chosen_by_keys(qtbot: QtBot, read: Reading, team: Team) -> None:
    people_taught(team, 6)
    desk = read(team.nurse)
    before = cards(desk)["Discharged to self-care"]
    assert before
    assert isinstance(desk.page, OwnPage)
    desk.page.show_days((date(2020, 1, 1), date(2020, 1, 31)))
    qtbot.waitUntil(lambda: cards(desk)["Discharged to self-care"] == "")
    assert view(desk).period.text() == "01-Jan-2020 to 31-Jan-2020"
    view(desk).period_chosen.emit("months:12")
    qtbot.waitUntil(lambda: cards(desk)["Discharged to self-care"] == before)


def choose(qtbot: QtBot, desk: OnDesk, fault: Fault) -> None:
    """Go to something that is hers to mend, by keys."""
    table = view(desk).mend
    press(qtbot, Key.Key_F8)
    assert table.hasFocus()
    press(qtbot, Key.Key_F8, held=Shift)
    for _ in table.rows:
        if table.row is not None and table.row.fault is fault:
            return
        press(qtbot, Key.Key_F8)
    raise AssertionError(fault)


def test_her_own_things_are_mended_here(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.nurse)
    choose(qtbot, desk, Fault.NO_LANGUAGE)
    press(qtbot, Key.Key_Return)
    in_front(qtbot, kind=FormDialog)
    press(qtbot, "Welsh", Key.Key_Return)
    qtbot.waitUntil(lambda: Fault.NO_LANGUAGE not in [row.fault for row in view(desk).mend.rows])
    assert open_person(team.nurse, home.patient).patient.language == "Welsh"
    assert desk.page.can(Action.UNDO)


def test_an_assistant_is_told_that_a_registered_nurse_states_a_baseline(
    qtbot: QtBot, read: Reading, team: Team, home: Home
) -> None:
    with team.nurse.work() as work:
        hers = {"nurse": team.assistant.user.id}
        work.save([work.change("episode", home.episodes["wound"], "nurse", hers)], patient=home.patient)
    desk = read(team.assistant)
    choose(qtbot, desk, Fault.NO_BASELINE)
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, kind=FormDialog)
    press(qtbot, "60", Key.Key_Tab, Key.Key_Down)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: dialog.trouble.true.text() == "Only a registered nurse can do this.")
    assert dialog.values()["count"] == "60"


def test_locking_leaves_nobody_on_the_page(qtbot: QtBot, read: Reading, team: Team, home: Home) -> None:
    desk = read(team.nurse)
    desk.page.clear()
    assert not table_words(desk)
    assert not view(desk).mend.rows
    assert set(cards(desk).values()) == {""}
    assert view(desk).foot.text() == ""
