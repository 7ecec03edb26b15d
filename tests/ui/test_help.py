"""Help, hints, the look and what was just done: what stands around the pages for whoever is new to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

import resources
from smf_core.policy.keeping import NURSE_DAYS
from smf_desktop.compose import House
from smf_desktop.presenters.help import help_page, what_words
from smf_desktop.presenters.hints import HINTS, next_hint
from smf_desktop.presenters.sync.status import ALL_SENT
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.settings import Settings, keep_settings, settings_of
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.pages import DOREEN, PlainPage
from ui.actions import Action
from ui.desk import Place
from ui.flows.asking import Act, Asker
from ui.flows.help import help_rows, say_what_it_is
from ui.looks import contrast
from ui.main_window import Shell
from ui.places import PAGES
from ui.theme import load, theme_in_use
from ui.views.help import HelpView
from ui.views.palette import PaletteView

__all__ = ["clock", "house", "service_template"]

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MAKERS = {"today": PlainPage, "caseload": PlainPage, "patient": lambda desk: PlainPage(desk, banner=DOREEN)}


@pytest.fixture
def sitting(house: House) -> Iterator[Sitting]:
    made = house.enter(house.unlock("priya", PASSWORD))
    yield made
    made.close()


@pytest.fixture
def shell(sitting: Sitting, house: House, qtbot: QtBot) -> Iterator[Shell]:
    shell = Shell(sitting, house.directory, pages=MAKERS)
    qtbot.addWidget(shell)
    shell.resize(1366, 690)
    with qtbot.waitExposed(shell):
        shell.show()
    shell.activateWindow()
    shell.go(Place("today"))
    qtbot.waitUntil(button(shell).hasFocus)
    yield shell
    shell.close_down()


def button(shell: Shell) -> QWidget:
    page = shell.page
    assert isinstance(page, PlainPage)
    return page.button


# --- help ----------------------------------------------------------------------------------------


def test_every_page_has_help_in_its_own_words() -> None:
    for page in (*PAGES, "anywhere"):
        text = (Path(resources.__path__[0]) / "help" / f"{page}.md").read_text(encoding="utf-8")
        assert text.startswith("# "), page
        assert not [word for word in ("please", "sorry", "oops", "invalid", "!", " & ") if word in text.casefold()], (
            page
        )


def test_help_of_the_sync_centre_answers_what_is_asked_of_a_hub() -> None:
    text = (Path(resources.__path__[0]) / "help" / "sync.md").read_text(encoding="utf-8")
    asked = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert asked[1:] == [
        "Two versions",
        "A visit recorded twice",
        "Sent for review",
        "No signal",
        "Why is somebody no longer on my laptop",
        "Drafts elsewhere",
        "Join a hub",
    ]
    assert f"at most {NURSE_DAYS} days ago" in " ".join(text.split())
    assert ALL_SENT in text


def test_f1_opens_help_with_what_can_be_done_here_and_escape_closes_it(qtbot: QtBot, shell: Shell) -> None:
    qtbot.keyClick(button(shell), Qt.Key.Key_F1)
    (view,) = shell.findChildren(HelpView)
    assert view.windowTitle() == "Help: Today"
    words = view.words.toPlainText()
    assert "Search people and commands · Ctrl+K" in words
    assert "Sign" not in words.split("What you can do here")[1].split()
    qtbot.waitUntil(view.words.hasFocus)
    qtbot.keyClick(view.words, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shell.findChildren(HelpView))


def test_help_lists_every_command_that_can_be_done_and_no_other() -> None:
    rows = help_rows(lambda action: action in (Action.LOCK, Action.BOOK))
    assert rows == [
        ("", "Book next visit", Action.BOOK.hint),
        ("Ctrl+L", "Lock", Action.LOCK.hint),
    ]
    title, words = help_page("# Today\n\nYour day.", rows)
    assert title == "Help: Today"
    assert "- Lock · **Ctrl+L**: lock now; drafts are kept" in words


def test_shift_f1_says_what_the_control_with_the_focus_is_for(qtbot: QtBot, shell: Shell) -> None:
    shell.rail.setFocus()
    assert say_what_it_is(None) == ""
    words = say_what_it_is(shell.top.lock)
    assert words == "Lock now (Ctrl+L)."
    assert what_words("Temperature", "36.0 to 43.0", "") == "Temperature. 36.0 to 43.0."
    assert what_words("", "", "").startswith("There is no more to say")
    shell.do(Action.WHAT_IS_THIS)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


# --- hints ---------------------------------------------------------------------------------------


def test_a_hint_stands_until_it_is_put_away_and_never_comes_back_by_itself(
    qtbot: QtBot, shell: Shell, house: House, sitting: Sitting
) -> None:
    assert shell.hint.isVisible()
    assert shell.hint.true.text() == HINTS[0].true
    shell.hint.link.setFocus()
    qtbot.keyClick(shell.hint.link, Qt.Key.Key_Return)
    assert not shell.hint.isVisible()
    assert settings_of(house.directory, sitting.session.user.id).hints_seen == (HINTS[0].key,)
    shell.go(Place("caseload"))
    shell.go(Place("today"))
    assert shell.hint.true.text() != HINTS[0].true
    shell.do(Action.SHOW_HINTS)
    assert shell.hint.true.text() == HINTS[0].true


def test_no_hint_is_left_once_all_were_put_away() -> None:
    assert next_hint("today", [hint.key for hint in HINTS]) is None
    assert len({hint.key for hint in HINTS}) == len(HINTS)


def test_a_hint_makes_room_for_the_page_in_a_low_window(qtbot: QtBot, shell: Shell) -> None:
    shell.setFixedSize(683, 384)
    qtbot.waitUntil(lambda: not shell.hint.isVisible())


# --- the look ------------------------------------------------------------------------------------


def test_dark_is_put_on_at_once_and_remembered(qtbot: QtBot, shell: Shell, house: House, sitting: Sitting) -> None:
    qtbot.keyClick(button(shell), Qt.Key.Key_D, CTRL | SHIFT)
    assert theme_in_use().name == "dark"
    assert shell.palette().window().color() == load("dark").colour("canvas")
    assert settings_of(house.directory, sitting.session.user.id).look == "dark"
    assert shell.menus.actions[Action.LOOK_DARK].isChecked()
    shell.do(Action.LOOK_SYSTEM)
    assert theme_in_use().name == "light"


def test_with_high_contrast_every_colour_is_the_systems_own() -> None:
    system = QPalette()
    black, white, cyan = QColor("#000000"), QColor("#ffffff"), QColor("#1aebff")
    for role in (QPalette.ColorRole.Window, QPalette.ColorRole.HighlightedText):
        system.setColor(role, black)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Link):
        system.setColor(role, white)
    system.setColor(QPalette.ColorRole.Highlight, cyan)
    theme = contrast(system, 1.5)
    assert theme.colours.keys() == load().colours.keys()
    assert set(theme.colours.values()) <= {
        black.name(),
        white.name(),
        cyan.name(),
        theme.colours["disabled"],
        theme.colours["selected"],
    }
    for words, ground in (
        ("text", "surface"),
        ("danger", "danger-soft"),
        ("line-strong", "canvas"),
        ("r3t", "r3"),
        ("papertext", "nav-on"),
        ("text", "selected"),
    ):
        assert theme.colour(words) != theme.colour(ground)
    assert theme.text == 1.5
    assert "{" not in theme.style_sheet().replace("{ ", "")


def test_at_200_percent_the_window_folds_as_at_half_its_width(qtbot: QtBot, shell: Shell) -> None:
    for _ in range(10):
        shell.do(Action.TEXT_LARGER)
    assert shell.preferences.settings.text == 2.0
    assert [made.text() for made in shell.menuBar().actions()] == ["&Menu"]
    shell.do(Action.TEXT_NORMAL)
    assert len(shell.menuBar().actions()) == 8


def test_settings_of_others_are_kept_beside_ones_own(tmp_path: Path) -> None:
    keep_settings(tmp_path, "one", Settings(look="dark"))
    keep_settings(tmp_path, "two", Settings(text=1.5))
    assert (settings_of(tmp_path, "one").look, settings_of(tmp_path, "two").text) == ("dark", 1.5)
    (tmp_path / "settings.json").write_text("{not json")
    assert settings_of(tmp_path, "one") == Settings()


# --- what was just done --------------------------------------------------------------------------


def test_a_toast_takes_back_what_it_tells_of_also_after_the_page_was_left(qtbot: QtBot, shell: Shell) -> None:
    taken_back: list[str] = []

    def undo() -> frozenset[str]:
        taken_back.append("booking")
        return frozenset({"visit"})

    asker = Asker(shell.desk, shell)
    asker.did("Visit booked", frozenset({"visit"}), Act("Visit booked", undo, undo))
    assert shell.toast.undo.isVisible()
    asker.forget()
    shell.go(Place("caseload"))
    qtbot.keyClick(button(shell), Qt.Key.Key_F6)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    assert shell.toast.undo.hasFocus()
    qtbot.keyClick(shell.toast.undo, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shell.toast.words.text() == "Taken back: Visit booked")
    assert taken_back == ["booking"]
    assert not shell.toast.undo.isVisible()


def test_what_was_taken_back_by_its_key_is_not_taken_back_twice(qtbot: QtBot, shell: Shell) -> None:
    taken_back: list[str] = []

    def undo() -> frozenset[str]:
        taken_back.append("booking")
        return frozenset()

    asker = Asker(shell.desk, shell)
    act = Act("Visit booked", undo, undo)
    asker.did("Visit booked", frozenset(), act)
    asker.undo()
    qtbot.waitUntil(lambda: asker.can_redo)
    asker.take_back(act)
    qtbot.waitUntil(lambda: shell.lanes.store.is_idle)
    assert taken_back == ["booking"]


def test_a_toast_without_undo_offers_none(shell: Shell) -> None:
    shell.desk.toast("NHS number copied")
    assert not shell.toast.undo.isVisible()


# --- around the page -----------------------------------------------------------------------------


def test_the_field_in_the_corner_opens_the_palette_by_key_and_by_click(qtbot: QtBot, shell: Shell) -> None:
    qtbot.keyClick(button(shell), Qt.Key.Key_K, CTRL)
    (view,) = shell.findChildren(PaletteView)
    qtbot.waitUntil(view.field.hasFocus)
    qtbot.keyClick(view.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shell.findChildren(PaletteView))
    qtbot.mouseClick(shell.top.search, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(shell.findChildren(PaletteView)))


def test_control_shift_p_lists_commands_alone(qtbot: QtBot, shell: Shell) -> None:
    qtbot.keyClick(button(shell), Qt.Key.Key_P, CTRL | SHIFT)
    (view,) = shell.findChildren(PaletteView)
    assert view.field.text() == ">"
    current = view.current
    assert current is not None
    assert current.kind.value == "command"


def test_a_part_of_the_status_bar_opens_what_it_is_about(qtbot: QtBot, shell: Shell) -> None:
    part = shell.status.part("text")
    part.setFocus()
    qtbot.keyClick(part, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert [made.text().replace("&", "") for made in menu.actions()] == [
        "Text larger",
        "Text smaller",
        "Text normal size",
    ]
    menu.close()
    assert shell.status.part("who").accessibleName() == "Priya Nair, Team lead"


def test_closing_down_leaves_no_dialog_with_anyone_in_it(qtbot: QtBot, sitting: Sitting, house: House) -> None:
    shell = Shell(sitting, house.directory, pages=MAKERS)
    qtbot.addWidget(shell)
    shell.show()
    shell.go(Place("today"))
    shell.do(Action.SEARCH)
    shell.do(Action.HELP)
    shell.close_down()
    assert not [each for each in shell.findChildren(QDialog) if each.isVisible()]
