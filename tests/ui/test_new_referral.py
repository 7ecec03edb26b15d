"""A referral typed by keyboard alone; nothing of it is lost."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from smf_core.domain.referral import ReferralStatus
from smf_core.domain.referral_form import ReferralForm
from smf_core.records.queries.referrals import count_by_status
from smf_desktop.services.referral.intake import open_form
from tests.support.keyboard import words_held
from tests.support.pressing import Ctrl, Key, Shift, in_front, press
from tests.support.referral_pages import Open, calendar, open_page, received, skill, to, view
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template

__all__ = ["calendar", "laptop", "live_team", "open_page", "store_template", "team"]


def typed_by_keys(qtbot: QtBot, *, family: str = "Osei-Bonsu", number: str = "") -> None:
    """The form from its first field on, Tab by Tab."""
    press(
        qtbot,
        number,
        Key.Key_Tab,
        "16/11",
        Key.Key_Tab,
        "core",
        Key.Key_Tab,
        family,
        Key.Key_Tab,
        "Kwame",
        Key.Key_Tab,
        "Mr",
    )
    press(qtbot, Key.Key_Tab, "12/02/1967")
    skill(qtbot, "Insulin")


def test_a_referral_is_typed_and_added_by_keyboard_alone(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse)
    assert view(one).form.fields["nhs_number"].control.hasFocus()
    typed_by_keys(qtbot, number="9990554463")
    form = view(one).form
    qtbot.waitUntil(lambda: form.fields["nhs_number"].control.text() == "999 055 4463")
    assert form.fields["received_on"].control.text() == "16-Nov-2026"
    assert form.fields["date_of_birth"].control.text() == "12-Feb-1967"
    qtbot.waitUntil(lambda: form.fields["date_of_birth"].control.unit.text() == "59 years")
    to(qtbot, "Add referral")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: one.toasts == ["Referral added"])
    qtbot.waitUntil(lambda: [row.name for row in view(one).inbox.table.rows] == ["OSEI-BONSU, Kwame (Mr)"])
    assert form.fields["family_name"].control.text() == ""
    assert form.fields["nhs_number"].control.hasFocus()


def test_ctrl_enter_adds_the_referral_and_opens_its_triage(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse)
    typed_by_keys(qtbot)
    press(qtbot, Key.Key_Return, held=Ctrl)
    in_front(qtbot)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Referral added", "Referral accepted"])
    with team.nurse.read() as connection:
        assert count_by_status(connection)[ReferralStatus.ACCEPTED] == 1


def test_an_assistant_adds_and_is_not_offered_to_accept(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.assistant)
    assert not view(one).form.accept.isVisible()
    typed_by_keys(qtbot)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Referral added"])
    assert received(team) == 1


def test_what_is_wrong_is_said_when_a_field_is_left_and_f8_walks_through(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    one = open_page(team.nurse)
    form = view(one).form
    press(qtbot, "9991108794")
    qtbot.wait(20)
    assert form.fields["nhs_number"].message.words.text() == "", "not while it is typed"
    press(qtbot, Key.Key_Tab)
    qtbot.waitUntil(lambda: form.fields["nhs_number"].message.words.text() == "Check digit does not match")
    assert form.fields["nhs_number"].control.text() == "9991108794", "what was typed is never cleared"
    assert form.dock.words.text() == "1 to correct"
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: form.dock.words.text() == "7 to correct")
    assert form.fields["nhs_number"].control.hasFocus()
    press(qtbot, Key.Key_F8)
    assert form.fields["received_on"].control.hasFocus()
    press(qtbot, Key.Key_F8, held=Shift)
    assert form.fields["nhs_number"].control.hasFocus()
    assert one.told == []


def test_f8_goes_through_what_is_missing_in_the_order_of_the_page(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse)
    form = view(one).form
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: form.dock.words.text() == "6 to correct")
    walked = []
    for _ in range(6):
        focus = QApplication.focusWidget()
        field = next(each for each in form.fields.values() if each.control is focus or each.isAncestorOf(focus))
        walked.append(field.mapTo(form, QPoint(0, 0)))
        press(qtbot, Key.Key_F8)
    assert walked == sorted(walked, key=lambda at: (at.y(), at.x()))


def test_a_whole_referral_stands_in_a_window_of_1366_by_768(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse)
    area = view(one).form.area
    qtbot.waitUntil(lambda: area.viewport().height() > 300)
    assert area.verticalScrollBar().maximum() <= 70, "a line or two, which the focus brings into view"


def test_nothing_typed_is_lost_by_leaving_locking_or_a_crash(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse)
    press(qtbot, "999 05", Key.Key_Tab, Key.Key_Tab, Key.Key_Tab, "Osei-")
    one.page.leave()
    one.lanes.store.drain()
    kept = open_form(team.nurse).form
    assert (kept.nhs_number, kept.family_name) == ("999 05", "Osei-")
    one.page.clear()
    one.lanes.store.drain()
    assert not words_held("Osei-")
    again = open_page(team.nurse)
    assert view(again).form.fields["family_name"].control.text() == "Osei-"
    assert again.page.facts.startswith("Draft saved")


def test_a_draft_is_kept_within_two_seconds_of_typing(team: Team, qtbot: QtBot, open_page: Open) -> None:
    open_page(team.nurse)
    press(qtbot, "999 05")
    qtbot.waitUntil(lambda: open_form(team.nurse).form.nhs_number == "999 05", timeout=4_000)


def test_undo_and_redo_are_the_forms_own_and_clearing_can_be_taken_back(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    one = open_page(team.nurse)
    typed_by_keys(qtbot)
    full = one.page.form
    assert full is not None
    view(one).form.discard.click()
    assert one.page.form == ReferralForm(full.id)
    press(qtbot, Key.Key_Z, held=Ctrl)
    assert one.page.form == full
    assert view(one).form.fields["family_name"].control.text() == "Osei-Bonsu"
    press(qtbot, Key.Key_Z, held=Ctrl)
    assert one.page.form is not None
    assert one.page.form.skills == ()
    press(qtbot, Key.Key_Y, held=Ctrl)
    assert one.page.form == full


def test_allergies_begin_as_not_asked_and_a_known_one_opens_its_fields(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    one = open_page(team.nurse)
    form = view(one).form
    assert form.fields["allergies"].control.currentText() == "Not asked yet"
    assert not form.fields["substance"].isVisible()
    to(qtbot, "Allergies")
    press(qtbot, "allergy")
    qtbot.waitUntil(form.fields["substance"].isVisible)


def test_every_control_of_the_page_has_a_name_and_no_field_is_clipped(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    one = open_page(team.nurse)
    lines = view(one).form.findChildren(QLineEdit)
    assert all(line.accessibleName() for line in lines if line.isVisible())
    assert view(one).form.area.horizontalScrollBar().maximum() == 0
