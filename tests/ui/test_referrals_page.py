"""The referrals page by keyboard alone: a real store, real lanes, real key presses."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.referral import ReferralStatus
from smf_core.domain.referral_form import ReferralForm
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.merges import merges
from smf_core.records.queries.patients import search
from smf_core.records.queries.referrals import count_by_status, referrals, referrals_of
from smf_desktop.presenters.referral.inbox import Box
from smf_desktop.presenters.referral.page import RowKind, progress_words
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.referral.intake import open_form
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept, wait_for_information
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk, on_desk
from tests.support.keyboard import words_held
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.desk import Place
from ui.flows.referral.intake import ReferralsPage
from ui.flows.referral.page import ImportDialog
from ui.views.form_dialog import FormDialog
from ui.views.referral.compare import CompareDialog
from ui.views.referral.intake import ReferralsView

__all__ = ["laptop", "live_team", "store_template", "team"]

MESSY = Path(__file__).parents[1] / "data" / "referrals-messy.csv"
HEAD = "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
TWO = HEAD + (
    "999 055 4463,Llewellyn,Ceri,02/05/1960,insulin,10/11/2026,gp\n"
    "999 023 7700,Featherstone,Rosalind,1944-02-01,catheter_care|catheter_valve,2026-11-12,hospital\n"
)
THIRTIETH = "999 114 2204,Idowu,Grace,30-Feb-1968,insulin,2026-11-12,gp\n"
Key = Qt.Key
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Open = Callable[..., OnDesk]


@pytest.fixture(autouse=True)
def calendar() -> None:
    """The calendar of bank holidays is read from its package once; on a thread beside a waiting test that is slow."""
    bank_holidays_around(date(2026, 11, 17))


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    """Opens the page at a place, and waits until its form and its inbox are there."""
    made: list[OnDesk] = []

    def opened(session: Session, record: str | None = None, *, width: int = 1282) -> OnDesk:
        one = on_desk(session, ReferralsPage)
        one.window.resize(width, 640)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(Place("referrals", record=record))
        qtbot.waitUntil(lambda: one.page.form is not None and bool(view(one).inbox.chips[Box.TRIAGE].text()))
        return one

    yield opened
    for one in made:
        one.close()


def view(one: OnDesk) -> ReferralsView:
    found = one.page.widget
    assert isinstance(found, ReferralsView)
    return found


def press(qtbot: QtBot, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys on whatever has the focus."""
    for key in keys:
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        if isinstance(key, str):
            qtbot.keyClicks(QApplication.focusWidget(), key)
        else:
            qtbot.keyClick(QApplication.focusWidget(), key, held)


def dialog(qtbot: QtBot, kind: type[QDialog] = FormDialog) -> QDialog:
    """The dialog that is open and has the keyboard."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    with qtbot.waitActive(found):
        found.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and found.isAncestorOf(QApplication.focusWidget()))
    return found


def to(qtbot: QtBot, name: str) -> QWidget:
    """Tab until what has the focus has a name that begins so."""
    for _ in range(60):
        focus = QApplication.focusWidget()
        assert focus is not None
        if (focus.accessibleName() or getattr(focus, "text", str)()).startswith(name):
            return focus
        press(qtbot, Key.Key_Tab)
    raise AssertionError(name)


def referred(session: Session, text: str = TWO) -> None:
    take_in(session, examine(session, text.encode()), accept_valid=True)


def received(team: Team) -> int:
    with team.nurse.read() as connection:
        return count_by_status(connection)[ReferralStatus.RECEIVED]


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


def skill(qtbot: QtBot, name: str) -> None:
    """The skills are one stop; the arrow keys move among them."""
    to(qtbot, "Self-injection")
    while QApplication.focusWidget().text() != name:
        press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Space)


# --- several at once -----------------------------------------------------------------------------


def test_several_are_accepted_at_once_and_who_is_left_is_named(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    inbox = view(one).inbox
    with team.nurse.read() as connection:
        held = next(each.referral.id for each in referrals(connection) if each.person.name.family == "Llewellyn")
    inbox.table.setFocus()
    press(qtbot, Key.Key_Home)
    press(qtbot, Key.Key_Down, held=Shift)
    assert inbox.accept.text() == "Accept (2)"
    wait_for_information(team.nurse2, held, "Which insulin")  # a colleague holds one of them meanwhile
    press(qtbot, "a")
    dialog(qtbot)
    press(qtbot, Key.Key_Return, held=Ctrl)
    form = dialog(qtbot)
    assert isinstance(form, FormDialog)
    assert form.fields["stops"].message.words.text() == "Choose an answer"
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["1 referral accepted"])
    qtbot.waitUntil(
        lambda: getattr(QApplication.activeModalWidget(), "windowTitle", str)().endswith("1 left as it was")
    )
    assert words_held("LLEWELLYN, Ceri: waits for information")
    press(qtbot, Key.Key_Escape)
    with team.nurse.read() as connection:
        counts = count_by_status(connection)
    assert (counts[ReferralStatus.ACCEPTED], counts[ReferralStatus.WAITING_INFORMATION]) == (1, 1)


def test_one_reason_sends_all_back_that_are_marked_with_ctrl_space(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    table = view(one).inbox.table
    table.setFocus()
    press(qtbot, Key.Key_Home)
    press(qtbot, Key.Key_Down, held=Ctrl)
    press(qtbot, Key.Key_Space, held=Ctrl)
    assert len(table.all_chosen()) == 2
    press(qtbot, "r")
    dialog(qtbot)
    press(qtbot, "Outside our area")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["2 referrals sent back"])
    assert received(team) == 0


# --- a new referral ------------------------------------------------------------------------------


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
    dialog(qtbot)
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


# --- who it may be -------------------------------------------------------------------------------


def test_somebody_alike_is_compared_side_by_side_and_joined(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse)
    form = view(one).form
    press(
        qtbot, Key.Key_Tab, "16/11", Key.Key_Tab, "core", Key.Key_Tab, "Abernathy", Key.Key_Tab, "doreen", Key.Key_Tab
    )
    press(qtbot, Key.Key_Tab, "14/03/1951", Key.Key_Tab)
    qtbot.waitUntil(form.candidates[0].isVisible)
    assert form.candidates[0].true.text().startswith("Might already be here: ABERNATHY, Doreen (Mrs), Born 14-Mar-1951")
    assert form.candidates[0].do.text() == "Same name and date of birth."
    skill(qtbot, "Wound")
    to(qtbot, "Compare")
    press(qtbot, Key.Key_Space)
    shown = dialog(qtbot, CompareDialog)
    assert isinstance(shown, CompareDialog)
    labels = [row.label for row in shown.table.model().rows if row.state == "same"]
    assert labels == ["Name", "Born"]
    to(qtbot, "Same person")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(form.decided.isVisible)
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    form.go_to("reason")
    to(qtbot, "Add referral")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: "Referral added" in one.toasts)
    with team.nurse.read() as connection:
        assert len(referrals_of(connection, home.patient)) == 2
        assert len(search(connection, "abernathy")) == 1


def marked(team: Team) -> str:
    """Somebody's second record, marked for review; answers the person who was here first."""
    home = at_home(team)
    referred(team.nurse, HEAD + ",Abernathy,Doreen,1951-03-14,wound,2026-11-16,gp\n")
    return home.patient


def test_a_lead_merges_from_the_inbox_and_undo_takes_it_back(team: Team, qtbot: QtBot, open_page: Open) -> None:
    kept = marked(team)
    one = open_page(team.lead)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 1)
    box.table.setFocus()
    press(qtbot, "c")
    dialog(qtbot, CompareDialog)
    to(qtbot, "Merge records")
    press(qtbot, Key.Key_Space)
    to(qtbot, "Reason")
    press(qtbot, "Same daughter, same home")
    to(qtbot, "Merge records")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: one.toasts == ["Records merged"])
    with team.nurse.read() as connection:
        assert [one.kept.id for one in merges(connection)] == [kept]
        assert len(search(connection, "abernathy")) == 1
    qtbot.waitUntil(lambda: box.table.rows[0].mark == "")
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    box.table.setFocus()
    press(qtbot, Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: len(one.toasts) == 2)
    with team.nurse.read() as connection:
        assert merges(connection) == ()
        assert len(search(connection, "abernathy")) == 2


def test_a_nurse_settles_a_mark_as_someone_else_and_cannot_merge(team: Team, qtbot: QtBot, open_page: Open) -> None:
    marked(team)
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 1)
    box.table.setFocus()
    press(qtbot, "c")
    shown = dialog(qtbot, CompareDialog)
    assert isinstance(shown, CompareDialog)
    assert list(shown.answers) == ["another"]
    to(qtbot, "Someone else")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: one.toasts == ["Someone else"])
    qtbot.waitUntil(lambda: box.table.rows[0].mark == "")


def test_two_records_nobody_marked_are_proposed_to_a_lead_who_says_they_are_two(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    at_home(team)
    at_home(team)
    one = open_page(team.lead)
    box = view(one).inbox
    assert box.chips[Box.DUPLICATES].text() == "Possible duplicates 1"
    box.choose(Box.DUPLICATES)
    box.table.setFocus()
    press(qtbot, "c")
    dialog(qtbot, CompareDialog)
    to(qtbot, "Two people")
    press(qtbot, Key.Key_Space)
    to(qtbot, "Reason")
    press(qtbot, "Twins, being traced")
    to(qtbot, "Two people")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: box.chips[Box.DUPLICATES].text() == "Possible duplicates 0")
    assert one.told == []


# --- triage --------------------------------------------------------------------------------------


def test_accepting_proposes_a_target_and_says_what_follows(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 2)
    box.table.setFocus()
    press(qtbot, "a")
    form = dialog(qtbot)
    assert isinstance(form, FormDialog)
    assert form.values()["target"] == "24-Nov-2026"
    press(qtbot, "same")
    assert form.values()["target"] == "17-Nov-2026"
    to(qtbot, "Not met: Injection sites")
    press(qtbot, Key.Key_Space)
    assert "Teaching waits until this is met" in form.follows.true.text()
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Referral accepted"])
    qtbot.waitUntil(lambda: box.chips[Box.FIRST_VISIT].text() == "Waiting list 1")


def test_a_skill_being_taught_already_is_said_and_joined(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    referred(team.nurse, HEAD + "9990079323,Abernathy,Doreen,1951-03-14,insulin,2026-11-16,gp\n")
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 1)
    box.table.setFocus()
    press(qtbot, "a")
    form = dialog(qtbot)
    assert isinstance(form, FormDialog)
    assert "second" in form.checks
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Referral accepted"])
    with team.nurse.read() as connection:
        assert [each.id for each in episodes_of(connection, home.patient)] == list(home.episodes.values())


def test_waiting_and_sending_back_need_a_reason_and_move_between_the_lists(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 2)
    box.table.setFocus()
    press(qtbot, "w")
    form = dialog(qtbot)
    assert isinstance(form, FormDialog)
    press(qtbot, Key.Key_Return, held=Ctrl)
    assert form.fields["reason"].message.words.text() == "Enter a reason"
    press(qtbot, "Dose is not on the letter", Key.Key_Tab, "the practice", Key.Key_Tab, "+2d")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: box.chips[Box.INFORMATION].text() == "Waiting for information 1")
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    box.table.setFocus()
    press(qtbot, "r")
    dialog(qtbot)
    press(qtbot, "Outside our area")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: box.chips[Box.DECIDED].text() == "Decided 1")
    box.choose(Box.DECIDED)
    assert box.table.rows[0].detail == "Outside our area"
    assert box.table.rows[0].what == "Sent back 17-Nov-2026"


def test_an_empty_inbox_says_so_in_a_sentence(team: Team, open_page: Open) -> None:
    one = open_page(team.nurse)
    assert view(one).inbox.empty.true.text() == "No referrals wait for triage."


# --- the import ----------------------------------------------------------------------------------


@pytest.fixture
def importing(team: Team, open_page: Open) -> OnDesk:
    return open_page(team.nurse, "import")


def read(one: OnDesk, path: Path) -> None:
    assert isinstance(one.page, ReferralsPage)
    one.page._bring.read(path)


def file_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "core-team.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_messy_file_shows_every_row_with_what_was_found(importing: OnDesk, qtbot: QtBot) -> None:
    panel = view(importing).bring
    read(importing, MESSY)
    qtbot.waitUntil(lambda: len(panel.table.rows) > 100)
    kinds = [row.kind for row in panel.table.rows]
    assert panel.primary.text() == f"Import {kinds.count(RowKind.READY)} ready rows"
    press(qtbot, Key.Key_F8)
    first = panel.table.rows[panel.table.currentIndex().row()]
    assert first.kind is not RowKind.READY
    assert first.found in panel.notes.true.text()
    press(qtbot, Key.Key_F8, held=Shift)
    assert panel.table.currentIndex().row() != panel.table.rows.index(first)
    assert importing.changed == []


def test_f2_puts_a_cell_right_in_its_place_and_the_row_is_checked_at_once(
    team: Team, importing: OnDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = view(importing).bring
    read(importing, file_of(tmp_path, TWO + THIRTIETH))
    qtbot.waitUntil(lambda: len(panel.table.rows) == 3)
    press(qtbot, Key.Key_F8, Key.Key_F2)
    assert panel.table.editor.text() == "999 114 2204"
    panel.table.editor.selectAll()
    press(qtbot, "9991142203", Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.running)
    (row,) = [row for row in panel.table.rows if row.kind is RowKind.ERROR]
    assert row.line == 4
    assert panel.table.currentIndex().row() == 2, "the row stays chosen"
    press(qtbot, Key.Key_F2)
    press(qtbot, "x", Key.Key_Escape)
    assert panel.table.rows[2].kind is RowKind.ERROR, "Esc leaves the cell as it was"
    panel.table.setFocus()
    for _ in range(2):
        row = panel.table.rows[2]
        if row.kind is not RowKind.ERROR:
            break
        press(qtbot, Key.Key_F2)
        panel.table.editor.selectAll()
        press(qtbot, {"nhs_number": "9990237719", "date_of_birth": "03/03/1968"}[row.fixes[0].column], Key.Key_Return)
        qtbot.waitUntil(lambda: not panel.running)
    assert received(team) == 0


def test_the_ready_rows_are_imported_and_the_rest_stays_to_be_corrected(
    team: Team, importing: OnDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = view(importing).bring
    read(importing, file_of(tmp_path, TWO + THIRTIETH))
    qtbot.waitUntil(lambda: len(panel.table.rows) == 3)
    assert panel.primary.text() == "Import 2 ready rows"
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: importing.toasts == ["2 referrals imported"])
    qtbot.waitUntil(lambda: [row.line for row in panel.table.rows] == [4])
    assert not panel.primary.isVisible(), "nothing is imported twice"
    assert received(team) == 2


def test_the_same_file_again_finds_its_rows_here_and_offers_none_of_them_as_ready(
    team: Team, importing: OnDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    referred(team.nurse)
    with team.nurse.read() as connection:
        ceri = next(one.referral.id for one in referrals(connection) if one.person.name.family == "Llewellyn")
    accept(team.nurse, ceri, Acceptance(team.nurse2.user.id, team.nurse.user.id))
    panel = view(importing).bring
    read(importing, file_of(tmp_path, TWO))
    qtbot.waitUntil(lambda: len(panel.table.rows) == 2)
    assert [row.found for row in panel.table.rows] == [
        "This person is already here. Taught by Nurse2 Example.",
        "This person is already here.",
    ]
    assert {row.kind for row in panel.table.rows} == {RowKind.HERE}
    assert not panel.primary.isVisible()
    assert not panel.can_bring


def test_the_whole_row_opens_with_what_is_wrong_beside_each_cell(
    importing: OnDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = view(importing).bring
    read(importing, file_of(tmp_path, TWO + ",Idowu,Grace,1968-02-03,insulin,2026-11-12,nobody\n"))
    qtbot.waitUntil(lambda: len(panel.table.rows) == 3)
    press(qtbot, Key.Key_F8, Key.Key_Return)
    form = dialog(qtbot)
    assert isinstance(form, FormDialog)
    assert form.windowTitle() == "Row 4"
    assert form.fields["source"].message.words.text().startswith("Use one of")
    assert form.fields["source"].control.hasFocus()
    form.fields["source"].control.selectAll()
    press(qtbot, "gp")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: [row.kind for row in panel.table.rows][2] is RowKind.CHECK)


def test_rows_to_fix_are_saved_with_reasons_after_a_warning_and_no_cell_is_a_formula(
    importing: OnDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rows-to-fix.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    panel = view(importing).bring
    read(importing, file_of(tmp_path, TWO + "999 114 2204,=1+1,Grace,1968-02-03,insulin,2026-11-12,gp\n"))
    qtbot.waitUntil(lambda: len(panel.table.rows) == 3)
    to(qtbot, "Rows to fix")
    press(qtbot, Key.Key_Space)
    form = dialog(qtbot)
    press(qtbot, Key.Key_Return, held=Ctrl)
    assert form.isVisible(), "only after it was confirmed"
    assert not out.exists()
    to(qtbot, "I keep this file safe")
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: importing.toasts == ["Rows to fix saved"])
    text = out.read_text("utf-8-sig")
    assert "'=1+1" in text
    assert "check digit" in text
    assert "Llewellyn" not in text


def test_a_file_that_is_none_changes_nothing_and_says_so(
    team: Team, importing: OnDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = view(importing).bring
    for name, data in (("sheet.csv", b"PK\x03\x04"), ("empty.csv", b""), ("gone.csv", None)):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        panel.trouble.hide()
        read(importing, path)
        qtbot.waitUntil(panel.trouble.isVisible)
        assert "Nothing was" in panel.trouble.do.text()
        assert "Reading" not in panel.dock.words.text(), "nothing is being read any more"
    assert received(team) == 0


def test_the_import_over_another_page_closes_once_every_row_is_taken_in(
    team: Team, qtbot: QtBot, open_page: Open, tmp_path: Path
) -> None:
    one = open_page(team.nurse)
    window = ImportDialog(one.page._desk, one.window)
    window.open()
    window.read(file_of(tmp_path, TWO))
    dialog(qtbot, ImportDialog)
    qtbot.waitUntil(lambda: len(window.table.rows) == 2)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["2 referrals imported"])
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert received(team) == 2


def test_locking_leaves_no_one_on_the_page(team: Team, importing: OnDesk, qtbot: QtBot, tmp_path: Path) -> None:
    referred(team.nurse, HEAD + "999 055 4463,Quartermaine,Ceri,02/05/1960,insulin,10/11/2026,gp\n")
    importing.page.refresh(frozenset({"referral"}))
    read(importing, file_of(tmp_path, HEAD + ",Quartermaine,Rosalind,1944-02-01,wound,2026-11-12,hospital\n"))
    panel = view(importing).bring
    qtbot.waitUntil(lambda: len(panel.table.rows) == 1 and bool(view(importing).inbox.table.rows))
    importing.page.clear()
    qtbot.wait(20)
    assert words_held("Quartermaine") == []
    assert words_held("QUARTERMAINE") == []


def test_narrow_the_two_halves_stand_in_one_scroll_and_nothing_scrolls_sideways(team: Team, open_page: Open) -> None:
    one = open_page(team.nurse, width=640)
    page = view(one)
    assert page.side.y() > page.form.y() + page.form.height() - 5
    assert page._area.horizontalScrollBar().maximum() == 0
    with team.nurse.read() as connection:
        assert referrals(connection) == ()


def test_stacked_the_main_button_stays_in_sight_below_the_scroll(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse, width=640)
    form = view(one).form
    qtbot.waitUntil(lambda: not form.isAncestorOf(form.dock))
    assert form.accept.isVisible()
    assert form.accept.mapTo(one.window, form.accept.rect().bottomLeft()).y() <= one.window.height()
    to(qtbot, "Add referral")
    one.window.resize(1282, 640)
    qtbot.waitUntil(lambda: form.isAncestorOf(form.dock))


@pytest.mark.parametrize(
    ("done", "total", "seconds", "words"),
    [
        (0, 400, 0.0, "0 of 400 rows imported"),
        (40, 100, 4.0, "40 of 100 rows imported"),
        (100, 400, 10.0, "100 of 400 rows imported, about 30 seconds left"),
        (100, 4000, 10.0, "100 of 4000 rows imported, about 6 minutes left"),
    ],
)
def test_how_long_a_long_import_still_takes_is_said(done: int, total: int, seconds: float, words: str) -> None:
    assert progress_words(done, total, seconds) == words
