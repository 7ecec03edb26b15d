"""The window of an open store: menus and keys from one table, places, regions, what stands around a page."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.policy.roles import Role, User
from smf_core.records.queries.users import users
from smf_desktop.compose import House
from smf_desktop.services.laptop.sitting import Found, Sitting
from smf_desktop.services.service.schedule import kept_as, new_schedule
from smf_desktop.services.session import Session
from smf_desktop.settings import MONTHLY_EXPORT, settings_of
from smf_desktop.trouble import NoLongerHere, StoreDamaged, WrongPassword
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.pages import DOREEN, PlainPage
from ui.actions import Action
from ui.desk import Desk, Place
from ui.main_window import Shell
from ui.menus import lettered
from ui.places import RAIL, REPORTS

__all__ = ["clock", "house", "service_template"]

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Pages:
    """The pages a shell made, by name."""

    def __init__(self) -> None:
        self.made: dict[str, PlainPage] = {}
        self.makers = {
            "today": self.maker("today", title="Today", abilities=frozenset({Action.MAIN})),
            "caseload": self.maker("caseload", title="Caseload", facts="23 people"),
            "patient": self.maker("patient", title=DOREEN.title, banner=DOREEN),
            "visit": self.maker("visit", title=f"Visit 6, {DOREEN.title}", banner=DOREEN),
        }

    def maker(self, name: str, **said: object):
        def make(desk: Desk) -> PlainPage:
            self.made[name] = PlainPage(desk, **said)
            return self.made[name]

        return make


@pytest.fixture
def sitting(house: House) -> Iterator[Sitting]:
    made = house.enter(house.unlock("priya", PASSWORD))
    yield made
    made.close()


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def shell(sitting: Sitting, house: House, pages: Pages, qtbot: QtBot) -> Iterator[Shell]:
    yield from shown(sitting, house, pages, qtbot)


def shown(sitting: Sitting, house: House, pages: Pages, qtbot: QtBot) -> Iterator[Shell]:
    shell = Shell(sitting, house.directory, pages=pages.makers)
    qtbot.addWidget(shell)
    shell.resize(1366, 690)
    with qtbot.waitExposed(shell):
        shell.show()
    shell.activateWindow()
    shell.go(Place("today"))
    qtbot.waitUntil(pages.made["today"].button.hasFocus)
    yield shell
    shell.close_down()


# --- the table of commands -----------------------------------------------------------------------


def test_no_two_commands_share_a_key() -> None:
    keys = [action.shortcut for action in Action if action.shortcut]
    assert len(keys) == len(set(keys))
    assert all(QKeySequence(key).toString() for key in keys)


def test_every_command_says_what_it_does() -> None:
    assert [action for action in Action if not action.hint.strip() or action.hint.endswith(".")] == []


def test_the_menus_hold_every_command_and_no_two_of_one_menu_share_a_letter(shell: Shell) -> None:
    listed = [made for menu in shell.menus.menus.values() for made in menu.actions()]
    assert sorted(plain(made.text()) for made in listed) == sorted(plain(action.text) for action in Action)
    assert all(made.toolTip() for made in listed)
    for menu in shell.menus.menus.values():
        texts = [made.text() for made in menu.actions()]
        letters = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), texts
    assert [made.text()[0] for made in shell.menuBar().actions()]


def test_every_menu_is_reached_by_its_letter(shell: Shell) -> None:
    letters = [menu.title()[menu.title().index("&") + 1].casefold() for menu in shell.menus.menus.values()]
    assert len(letters) == len(set(letters)) == 8


def test_a_letter_that_is_taken_gives_way_to_the_next_free_one() -> None:
    assert lettered(["&Add note", "&Ask", "Sa&ve", "A&sk"]) == ["&Add note", "As&k", "Sa&ve", "A&sk"]
    assert lettered(["&A", "&A"]) == ["&A", "A"]


def plain(text: str) -> str:
    return text.replace("&", "")


def test_a_menu_shows_what_can_be_done_here(shell: Shell, pages: Pages) -> None:
    can = {action for action in Action if shell.can(action)}
    assert Action.MAIN in can
    assert not {Action.SIGN, Action.COPY_NHS_NUMBER, Action.STOP_EARLY, Action.BACK} & can
    shell.menus.show_what_can_be_done()
    assert not shell.menus.actions[Action.SIGN].isEnabled()
    shell.menus.listen_to_every_key()
    assert shell.menus.actions[Action.SIGN].isEnabled()


# --- keys ----------------------------------------------------------------------------------------


def test_control_2_opens_the_caseload_and_alt_left_goes_back(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    qtbot.keyClick(pages.made["today"].button, Qt.Key.Key_2, CTRL)
    assert shell.place == Place("caseload")
    assert pages.made["today"].left == 1
    assert shell.windowTitle() == "Caseload · SMF Desktop"
    qtbot.keyClick(pages.made["caseload"].button, Qt.Key.Key_Left, ALT)
    assert shell.place == Place("today")
    assert pages.made["today"].entered == [Place("today")] * 2
    qtbot.keyClick(pages.made["today"].button, Qt.Key.Key_Right, ALT)
    assert shell.place == Place("caseload")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_control_enter_is_the_main_command_on_both_enter_keys(
    qtbot: QtBot, shell: Shell, pages: Pages, key: Qt.Key
) -> None:
    qtbot.keyClick(pages.made["today"].button, key, CTRL)
    assert pages.made["today"].done == [Action.MAIN]


def test_a_key_that_means_nothing_here_does_nothing(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    qtbot.keyClick(pages.made["today"].button, Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert pages.made["today"].done == []


def test_control_l_asks_for_the_lock_and_control_q_for_the_end(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    with qtbot.waitSignal(shell.lock_wanted):
        qtbot.keyClick(pages.made["today"].button, Qt.Key.Key_L, CTRL)
    with qtbot.waitSignal(shell.quit_wanted):
        qtbot.keyClick(pages.made["today"].button, Qt.Key.Key_Q, CTRL)


def test_escape_closes_a_form_that_can_be_closed(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    page = pages.made["today"]
    qtbot.keyClick(page.button, Qt.Key.Key_Escape)
    assert page.done == []
    page.abilities = frozenset({Action.CLOSE_PAGE})
    qtbot.keyClick(page.button, Qt.Key.Key_Escape)
    assert page.done == [Action.CLOSE_PAGE]


def test_f6_walks_the_regions_and_shift_f6_walks_back(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    shell.go(Place("patient", DOREEN.patient))
    page = pages.made["patient"]
    qtbot.waitUntil(page.button.hasFocus)

    def press(modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, Qt.Key.Key_F6, modifier)
        now = QApplication.focusWidget()
        assert now is not None
        if now is page.dock_button:
            return "dock"
        regions = {"rail": shell.rail, "banner": shell.banner, "page": page.widget, "status": shell.status}
        return next(name for name, region in regions.items() if region.isAncestorOf(now))

    assert [press() for _ in range(5)] == ["dock", "status", "rail", "banner", "page"]
    shift = Qt.KeyboardModifier.ShiftModifier
    assert [press(shift) for _ in range(5)] == ["banner", "rail", "status", "dock", "page"]


def test_text_grows_and_is_remembered(qtbot: QtBot, shell: Shell, pages: Pages, house: House, sitting: Sitting) -> None:
    button = pages.made["today"].button
    qtbot.keyClick(button, Qt.Key.Key_Plus, CTRL)
    qtbot.keyClick(button, Qt.Key.Key_Equal, CTRL)
    assert shell.preferences.settings.text == 1.2
    assert part(shell, "text") == "120%"
    assert settings_of(house.directory, sitting.session.user.id).text == 1.2
    qtbot.keyClick(button, Qt.Key.Key_0, CTRL)
    assert shell.preferences.settings.text == 1.0


# --- what stands around a page -------------------------------------------------------------------


def part(shell: Shell, key: str) -> str:
    return shell.status._parts[key].accessibleName()


def test_the_status_bar_says_what_is_true(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: part(shell, "unsent").endswith("saves on this laptop"))
    assert part(shell, "hub") == "Not connected to a hub. Everything is on this laptop."
    assert part(shell, "facts") == "6 visits"
    assert part(shell, "who") == "Priya Nair, Team lead"
    assert part(shell, "lock") == "Locks after 5 min"
    assert part(shell, "text") == "100%"


def test_only_built_pages_are_in_the_rail() -> None:
    assert [item.key for item in RAIL] == ["today", "caseload", "referrals", "team", "reports", "own", "sync"]


def test_the_rail_marks_where_a_page_belongs(shell: Shell, pages: Pages) -> None:
    pages.makers |= {"tasks": pages.maker("tasks", title="Tasks")}
    places = {"caseload": "caseload", "tasks": "today", "patient": "caseload", "today": "today"}
    for page, place in places.items():
        shell.go(Place(page, DOREEN.patient if page == "patient" else None))
        assert marked(shell) == [place]


def marked(shell: Shell) -> list[str]:
    return [key for key in shell.rail.keys if shell.rail._buttons[key].isChecked()]


def test_pages_of_reports_are_tabs_that_control_tab_turns(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    """Those that are built; any other page has none, and the rail goes on marking Reports."""
    first, second, third = names = list(REPORTS)[:3]
    for name in names:
        pages.makers[name] = pages.maker(name, title=REPORTS[name])
    shell.go(Place("caseload"))
    assert not shell.tabs.isVisible()
    assert not shell.can(Action.NEXT_TAB)
    qtbot.keyClick(pages.made["caseload"].button, Qt.Key.Key_6, CTRL)
    assert [shell.tabs.tabText(each) for each in range(shell.tabs.count())] == [REPORTS[name] for name in names]
    for name in (second, third, first):
        front = shell.page
        assert isinstance(front, PlainPage)
        qtbot.keyClick(front.button, Qt.Key.Key_Tab, CTRL)
        assert shell.place == Place(name)
        assert shell.tabs.isVisible()
        assert shell.tabs.tabText(shell.tabs.currentIndex()) == REPORTS[name]
        assert marked(shell) == ["reports"]
        qtbot.waitUntil(pages.made[name].button.hasFocus)
    qtbot.keyClick(pages.made[first].button, Qt.Key.Key_Tab, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert shell.place == Place(third)
    shell.tabs.setCurrentIndex(1)
    assert shell.place == Place(second)
    shell.go(Place("today"))
    assert not shell.tabs.isVisible()


def test_the_banner_stands_over_every_page_about_a_person(qtbot: QtBot, shell: Shell) -> None:
    assert not shell.banner.isVisible()
    shell.go(Place("patient", DOREEN.patient))
    assert shell.banner.isVisible()
    assert shell.banner.name.text() == "ABERNATHY, Doreen (Mrs)"
    assert shell.windowTitle() == "ABERNATHY, Doreen (Mrs) · SMF Desktop"
    shell.do(Action.HIDE_NAMES)
    assert "ABERNATHY" not in shell.windowTitle()
    shell.go(Place("today"))
    assert not shell.banner.isVisible()


def test_the_nhs_number_is_copied_without_spaces(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    shell.go(Place("patient", DOREEN.patient))
    button = pages.made["patient"].button
    qtbot.keyClick(button, Qt.Key.Key_C, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "9990079323"
    assert shell.toast.words.text() == "NHS number copied"
    qtbot.keyClick(button, Qt.Key.Key_1, ALT)
    assert shell.place == Place("patient", DOREEN.patient)


def test_trouble_is_told_on_the_page_and_goes_with_it(shell: Shell) -> None:
    shell.tell(WrongPassword(3))
    assert shell.trouble.isVisible()
    assert shell.trouble.property("kind") == "warn"
    shell.tell(StoreDamaged())
    assert shell.trouble.property("kind") == "danger"
    shell.go(Place("caseload"))
    assert not shell.trouble.isVisible()


def test_the_page_in_front_hears_of_changes(shell: Shell, pages: Pages) -> None:
    shell.go(Place("caseload"))
    shell.changed(frozenset({"visit"}))
    assert pages.made["caseload"].refreshed == [frozenset({"visit"})]
    assert pages.made["today"].refreshed == []


def test_after_an_approval_every_page_has_the_new_checklists(qtbot: QtBot, shell: Shell, pages: Pages) -> None:
    before = pages.made["today"]
    shell.changed(frozenset({"approval"}))
    qtbot.waitUntil(lambda: pages.made["today"] is not before)
    assert before.cleared == 1
    assert pages.made["today"].desk.session is not before.desk.session


def becomes_assistant(session: Session, who: User) -> None:
    """As a hub would tell it."""
    person = {"username": who.username, "name": who.name, "role": Role.ASSISTANT.value, "capabilities": []}
    with session.work() as work:
        work.save([work.change("user", who.id, "person", person)], patient=None)


@pytest.mark.parametrize("named", [frozenset({"user"}), frozenset[str]()])
def test_F83_another_role_makes_every_page_anew_and_is_shown(
    qtbot: QtBot, shell: Shell, pages: Pages, sitting: Sitting, named: frozenset[str]
) -> None:
    """`named`: what an exchange says has come; one that was cut names nothing."""
    before, me = pages.made["today"], sitting.session.user
    becomes_assistant(sitting.session, me)
    shell.hear_of(named)
    qtbot.waitUntil(lambda: pages.made["today"] is not before)
    assert before.cleared == 1
    assert pages.made["today"].desk.session.user.role is Role.ASSISTANT
    assert part(shell, "who") == f"{me.name}, Nursing assistant"


@pytest.mark.parametrize("named", [frozenset({"user"}), frozenset[str]()])
def test_F83_whoever_left_while_they_were_in_is_shut_out(
    qtbot: QtBot, shell: Shell, sitting: Sitting, named: frozenset[str]
) -> None:
    with sitting.session.work() as work:
        work.save([work.change("user", sitting.session.user.id, "standing", {"active": False})], patient=None)
    with qtbot.waitSignal(shell.shut) as shut:
        shell.hear_of(named)
    (error,) = shut.args
    assert isinstance(error, NoLongerHere)


def test_F83_a_colleagues_role_leaves_the_pages_as_they_are(
    qtbot: QtBot, shell: Shell, pages: Pages, sitting: Sitting
) -> None:
    before = pages.made["today"]
    with sitting.session.read() as connection:
        colleague = next(one for one in users(connection) if one.id != sitting.session.user.id)
    becomes_assistant(sitting.session, colleague)
    shell.hear_of(frozenset({"user"}))
    qtbot.waitUntil(lambda: before.refreshed == [frozenset({"user"})])
    assert pages.made["today"] is before


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Found(behind=True, missing=3), "3 saves are missing from the records on this laptop."),
        (Found(behind=True, missing=1), "1 save is missing from the records on this laptop."),
        (Found(behind=True), "Some saves are missing from the records on this laptop."),
        (Found(set_aside=2), "2 files beside the records did not fit them and were set aside."),
        (Found(damaged=True), "The records on this laptop are damaged and can only be read."),
    ],
)
def test_what_opening_found_is_said_first(
    sitting: Sitting, house: House, pages: Pages, qtbot: QtBot, found: Found, words: str
) -> None:
    shells = shown(replace(sitting, found=found), house, pages, qtbot)
    shell = next(shells)
    notice = shell._notices.itemAt(1)
    assert notice is not None
    told = notice.widget()
    assert told is not None
    assert told.accessibleName().startswith(words)
    assert told.isVisible()
    next(shells, None)


def test_under_900_wide_the_menus_become_one(qtbot: QtBot, shell: Shell) -> None:
    shell.setMinimumSize(0, 0)
    shell._fit()
    assert len(shell.menuBar().actions()) == 8
    shell.setFixedWidth(683)
    qtbot.waitUntil(lambda: shell.width() == 683)
    assert [made.text() for made in shell.menuBar().actions()] == ["&Menu"]
    assert shell.rail.width() == 48
    shell.setFixedWidth(1366)
    qtbot.waitUntil(lambda: len(shell.menuBar().actions()) == 8)


# --- what is saved every month -------------------------------------------------------------------


def test_what_is_due_of_a_monthly_export_is_saved_while_its_person_is_in(
    shell: Shell, sitting: Sitting, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    shell._minute.timeout.emit()
    schedule = new_schedule(sitting.session, 1, str(folder), ("caseload",), ("json",))
    shell.preferences.keep(MONTHLY_EXPORT, kept_as(schedule))
    shell._minute.timeout.emit()
    qtbot.waitUntil(lambda: "1 file saved" in shell.toast.words.text())
    assert [path.name for path in folder.iterdir()] == [f"caseload-{schedule.first:%Y-%m}.json"]
