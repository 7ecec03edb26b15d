"""The visit page beyond the usual day: written down later, a colleague's visit, a co-signature, occasional steps."""

from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from smf_core.domain.visit import VisitForm
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.services.drafts import VISIT, draft, save_draft
from smf_desktop.services.people import NewPerson
from smf_desktop.services.visit.visits import start_visit
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import Bench, bench, visit_place
from tests.support.visits import Home, at_home, filled_form
from ui.actions import Action
from ui.desk import Place
from ui.views.form_dialog import FormDialog
from ui.views.visit.dialogs import Question

__all__ = ["laptop", "store_template", "team"]


def open_at(qtbot: QtBot, one: Bench, place: Place) -> None:
    one.page.enter(place)
    qtbot.waitUntil(lambda: one.page.form is not None)


def test_the_time_of_care_can_be_set_back_with_a_reason(qtbot: QtBot, team: Team) -> None:
    one = bench(team.nurse)
    try:
        open_at(qtbot, one, visit_place(at_home(team)))
        one.page.do(Action.WRITTEN_LATER)
        dialog = one.view.findChild(FormDialog)
        assert dialog is not None
        for label, typed in (
            ("Date of the visit", "yesterday"),
            ("Time care began", "14:05"),
            ("Why it is written down later", "No power in the flat"),
        ):
            field = next(edit for edit in dialog.findChildren(QLineEdit) if edit.accessibleName().startswith(label))
            field.setFocus()
            field.selectAll()
            qtbot.keyClicks(field, typed)
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        began = team.clock.at.replace(hour=14, minute=5) - timedelta(days=1)
        qtbot.waitUntil(lambda: one.form.started_at == began)
        assert one.form.late_reason == "No power in the flat"
        assert not one.view.late.isHidden()
        one.page.do(Action.UNDO)
        assert one.form.late_reason == ""
    finally:
        one.close()


def test_a_day_after_care_the_page_asks_why_and_F8_goes_there(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    one = bench(team.nurse)
    try:
        open_at(qtbot, one, visit_place(home))
        team.clock.forward(hours=26)
        one.page.do(Action.RIGHT_PERSON)  # any change draws the page anew
        assert not one.view.late.isHidden()
        one.page.do(Action.NEXT_PROBLEM)
        qtbot.waitUntil(lambda: one.window.focusWidget() is one.view.late.reason)
        qtbot.keyClicks(one.view.late.reason, "Laptop left at the office")
        assert one.form.late_reason == "Laptop left at the office"
    finally:
        one.close()


def test_a_visit_that_a_colleague_began_is_not_opened_by_mistake(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    theirs, _ = start_visit(team.nurse2, list(home.episodes.values()))
    one = bench(team.nurse)
    try:
        one.page.enter(Place("visit", home.patient, theirs.visit))
        qtbot.waitUntil(lambda: one.view.findChild(Question) is not None)
        question = one.view.findChild(Question)
        assert "Nurse2 Example" in question.windowTitle()
        assert one.page.form is None
        assert question.focusWidget() is question.no
        question.yes.click()
        qtbot.waitUntil(lambda: bool(one.went))
        assert one.went[-1] == Place("visit", home.patient, None, tuple(home.episodes.values()))
    finally:
        one.close()


def test_leaving_a_colleagues_visit_changes_nothing(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    theirs, _ = start_visit(team.nurse2, list(home.episodes.values()))
    one = bench(team.nurse)
    try:
        one.page.enter(Place("visit", home.patient, theirs.visit))
        qtbot.waitUntil(lambda: one.view.findChild(Question) is not None)
        one.view.findChild(Question).no.click()
        qtbot.waitUntil(lambda: one.went == [Place("patient", home.patient)])
        assert team.nurse.store.drafts(team.nurse.user.id) == []
    finally:
        one.close()


def test_signing_asks_the_chosen_nurse_to_co_sign(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    form = filled_form(team, home)
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    one = bench(team.nurse)
    try:
        open_at(qtbot, one, Place("visit", home.patient, form.visit))
        one.view.next.cosign.select(team.nurse2.user.id)
        one.view.next.cosign.chosen.emit(team.nurse2.user.id)
        assert one.form.cosign_of == team.nurse2.user.id
        one.page.do(Action.SIGN)
        qtbot.waitUntil(lambda: "Visit signed" in one.toasts)
    finally:
        one.close()
    with team.nurse.read() as connection:
        signed = visit_of(connection, form.visit)
    assert signed is not None
    assert signed.cosign_of == team.nurse2.user.id


def test_an_occasional_step_says_how_often_it_was_seen_on_own(qtbot: QtBot, team: Team) -> None:
    home = at_home(team, "catheter_valve")
    one = bench(team.nurse)
    try:
        open_at(qtbot, one, visit_place(home))
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        checklist = one.view.checklist
        checklist.focus_step("s04")
        qtbot.waitUntil(lambda: "Occasional: seen on own 0 of 1 time needed" in checklist.full.text())
        assert "occasional" in checklist.items["s04"].row.about
    finally:
        one.close()


def test_a_draft_begun_in_the_wrong_record_moves_to_the_right_one(qtbot: QtBot, team: Team) -> None:
    home, other = at_home(team), someone_else(team)
    one = bench(team.nurse)
    try:
        open_at(qtbot, one, visit_place(home))
        one.page.change(replace(one.form, also_present="Her son Tom"))
        one.page.do(Action.WRONG_PERSON)
        answer(qtbot, one, "Llewellyn")
        qtbot.waitUntil(lambda: any(dialog.windowTitle().startswith("Move") for dialog in open_forms(one)))
        submit(qtbot, one)
        qtbot.waitUntil(lambda: bool(one.went))
        place = one.went[-1]
        assert (place.page, place.patient) == ("visit", other.patient)
        moved = draft(team.nurse, VISIT, place.record or "", VisitForm)
        assert moved is not None
        assert (moved.patient, moved.also_present, moved.right_person) == (other.patient, "Her son Tom", False)
        assert one.page.form is None
    finally:
        one.close()


def someone_else(team: Team) -> Home:
    """Ceri Llewellyn, who is taught insulin too."""
    return at_home(team, person=NewPerson("Llewellyn", "Ceri", date(1960, 5, 2), nhs_number="9990554463"))


def open_forms(one: Bench) -> list[FormDialog]:
    return [dialog for dialog in one.window.findChildren(FormDialog) if dialog.isVisible()]


def answer(qtbot: QtBot, one: Bench, words: str) -> None:
    qtbot.waitUntil(lambda: bool(open_forms(one)))
    qtbot.keyClicks(open_forms(one)[0].findChild(QLineEdit), words)
    submit(qtbot, one)


def submit(qtbot: QtBot, one: Bench) -> None:
    qtbot.keyClick(open_forms(one)[0], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
