"""The whole record by keyboard: private notes, consent, documents, disputes, history, death, the wrong person."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.patient import Patient
from smf_core.domain.task import TaskKind
from smf_core.records.queries.documents import documents_of, equipment_of
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.tasks import tasks_of
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.services.drafts import drafts
from smf_desktop.services.pathways import name_learner
from smf_desktop.services.people import Member, add_member, change_member, end_member, open_member
from smf_desktop.services.session import Session
from smf_desktop.services.tasks import task_item
from tests.services.test_documents import pdf, picture
from tests.services.test_wrong_person import neighbour
from tests.support.desks import OnDesk
from tests.support.keyboard import words_held
from tests.support.opened import OpenPatient, open_page, open_patient
from tests.support.pressing import Alt, Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught
from ui.actions import Action
from ui.desk import Place
from ui.flows.patient.documents import Documents
from ui.flows.patient.page import PatientPage
from ui.views.patient.documents import DocumentDialog
from ui.views.patient.history import FieldHistoryDialog
from ui.views.patient.page import PatientView
from ui.views.patient.wants import Tab

__all__ = ["laptop", "open_page", "open_patient", "store_template", "team"]


def view_of(one: OnDesk) -> PatientView:
    assert isinstance(one.page.widget, PatientView)
    return one.page.widget


def stored(session: Session, home: Home) -> Patient:
    with session.read() as connection:
        found = patient_of(connection, home.patient)
    assert found is not None
    return found


def named(qtbot: QtBot, one: OnDesk, words: str) -> QWidget:
    """The control a screen reader calls so; waits until it is shown."""
    found: list[QWidget] = []

    def there() -> bool:
        shown = (each for each in one.page.widget.findChildren(QWidget) if each.isVisible())
        found[:] = [each for each in shown if each.accessibleName().startswith(words)]
        return bool(found)

    qtbot.waitUntil(there)
    return found[0]


def test_a_private_note_opens_on_a_key_and_is_nowhere_before(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    words = {"text": "Dog at the back door", "private": "staff_safety"}
    alert, _ = add_member(team.nurse, home.patient, Member("alert", words))
    one = open_patient(team.nurse, home)
    assert not [each for each in one.window.findChildren(QLabel) if "Dog" in each.text()]
    named(qtbot, one, "Note about this person").setFocus()
    press(qtbot, Qt.Key.Key_Return)
    note = view_of(one).overview.notes[alert]
    qtbot.waitUntil(lambda: note.is_open)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert "Dog at the back door" in popup.accessibleName()
    with team.nurse.read() as connection:
        noted = connection.exec_driver_sql("select action from pending_access order by id").scalars().all()
    assert noted[-1] == "reveal"
    one.page.clear()
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def test_an_allergy_is_changed_in_place_and_taken_back(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    add_member(team.nurse, home.patient, Member("allergy", {"substance": "Penicillin", "reaction": "rash"}))
    one = open_patient(team.nurse, home)
    named(qtbot, one, "Change Allergy: Penicillin").setFocus()
    press(qtbot, Qt.Key.Key_Return)
    form = in_front(qtbot)
    assert form.values()["reaction"] == "rash"
    form.fields["reaction"].control.setFocus()
    form.fields["reaction"].control.selectAll()
    press(qtbot, "swollen lips", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [each.reaction for each in stored(team.nurse, home).allergies] == ["swollen lips"])
    qtbot.waitUntil(lambda: one.page.can(Action.UNDO))
    one.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: [each.reaction for each in stored(team.nurse, home).allergies] == ["rash"])
    qtbot.waitUntil(lambda: one.page.can(Action.REDO))
    one.page.do(Action.REDO)
    qtbot.waitUntil(lambda: [each.reaction for each in stored(team.nurse, home).allergies] == ["swollen lips"])


def test_a_contact_says_what_may_be_said_to_them(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.ADD_CONTACT)
    form = in_front(qtbot)
    press(qtbot, "Alison Reed")
    form.checks["may_talk"].setFocus()
    press(qtbot, Qt.Key.Key_Space)
    form.checks["emergency"].setFocus()
    press(qtbot, Qt.Key.Key_Space, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(stored(team.nurse, home).contacts) == 2)
    added = next(each for each in stored(team.nurse, home).contacts if each.name == "Alison Reed")
    assert (added.may_talk, added.emergency, added.may_leave_message, added.attorney) == (True, True, False, "")


def test_no_known_allergies_cannot_be_said_over_a_known_one(team: Team, open_patient: OpenPatient) -> None:
    home = at_home(team)
    add_member(team.nurse, home.patient, Member("allergy", {"substance": "Penicillin"}))
    one = open_patient(team.nurse, home)
    assert not one.page.can(Action.NO_ALLERGIES)


def test_equipment_is_written_down_for_the_skill_that_is_shown(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.SKILLS)
    one.page.do(Action.ADD_EQUIPMENT)
    in_front(qtbot)
    press(qtbot, "Pen magnifier", Qt.Key.Key_Tab, "L")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Equipment added"])
    with team.nurse.read() as connection:
        (held,) = equipment_of(connection, home.patient)
    assert (held.item, held.standing, held.episode) == ("Pen magnifier", "lent", home.episodes["insulin"])
    named(qtbot, one, "Change Pen magnifier")


def test_consent_without_capacity_needs_a_ground(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.RECORD_CONSENT)
    form = in_front(qtbot)
    press(qtbot, "A", Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    form.fields["capacity"].control.setFocus()
    press(qtbot, "L")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    assert form.fields["basis"].message.words.text() == "Say on what ground care goes on"
    assert form.fields["capacity_on"].message.words.text() == "Enter when it was assessed"
    form.fields["capacity_on"].control.setFocus()
    press(qtbot, "today")
    form.fields["basis"].control.setFocus()
    press(qtbot, "Best interests, with her daughter")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Consent recorded"])
    with team.nurse.read() as connection:
        found = episode_of(connection, home.episodes["insulin"])
    assert found is not None
    assert found.consent is not None
    assert (found.consent.answer, found.consent.capacity) == ("given", "lacks_capacity")
    assert found.consent.basis == "Best interests, with her daughter"


def disputed(team: Team, home: Home) -> None:
    made, _ = add_member(team.nurse, home.patient, Member("allergy", {"substance": "Latex", "reaction": "rash"}))
    shown = open_member(team.nurse, home.patient, "allergy", made)
    end_member(team.nurse, home.patient, shown, "Tested, none")
    change_member(team.nurse2, home.patient, shown, {"substance": "Latex", "reaction": "swollen lips"})


def test_F56_the_banner_stays_until_a_registered_nurse_settles_it(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    disputed(team, home)
    assistant = open_patient(team.assistant, home)
    assert not assistant.page.can(Action.SETTLE)
    told = [each.accessibleName() for each in assistant.page.widget.findChildren(QWidget) if each.isVisible()]
    assert any("two laptops changed this apart" in words and "registered nurse" in words for words in told)
    one = open_patient(team.nurse, home)
    for action in (Action.VISITS, Action.SKILLS, Action.HISTORY):
        one.page.do(action)
        assert named(qtbot, one, "Allergy: two laptops changed this apart")
    one.page.do(Action.SETTLE)
    in_front(qtbot)
    press(qtbot, "1", Qt.Key.Key_Tab)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Settled, both versions are kept"])
    (allergy,) = stored(team.nurse, home).allergies
    assert (allergy.reaction, allergy.settled) == ("swollen lips", True)
    qtbot.waitUntil(lambda: not one.page.can(Action.SETTLE))


def test_a_document_is_added_looked_at_and_struck(
    team: Team, qtbot: QtBot, open_patient: OpenPatient, tmp_path: Path
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    page = one.page
    assert isinstance(page, PatientPage)
    chosen = tmp_path / "Doreen Abernathy secret.exe"
    chosen.write_bytes(picture())
    page.documents = Documents(page.forms, lambda _: str(chosen))
    page.do(Action.ADD_DOCUMENT)
    in_front(qtbot)
    press(qtbot, "P", Qt.Key.Key_Tab, "Insulin prescription")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Document added"])
    with team.nurse.read() as connection:
        (held,) = documents_of(connection, home.patient)
    assert (held.kind, held.title, held.media) == ("prescription", "Insulin prescription", "image/jpeg")
    part = view_of(one).letters
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    page.enter(Place("patient", home.patient, "documents"))  # as the discharge page does
    qtbot.waitUntil(part.documents.table.hasFocus)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), DocumentDialog))
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, QDialog)
    assert "Doreen" in " ".join(each.text() for each in shown.findChildren(QLabel))
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    part.documents.strike.click()
    in_front(qtbot)
    press(qtbot, "Somebody else's")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts[-1] == "Document marked as entered in error")


def test_a_file_that_is_no_picture_stays_out_and_is_explained(
    team: Team, qtbot: QtBot, open_patient: OpenPatient, tmp_path: Path
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    page = one.page
    assert isinstance(page, PatientPage)
    chosen = tmp_path / "photo.jpg"
    chosen.write_bytes(b"MZ a program")
    page.documents = Documents(page.forms, lambda _: str(chosen))
    page.do(Action.ADD_DOCUMENT)
    form = in_front(qtbot)
    press(qtbot, "P", Qt.Key.Key_Tab, "Photo")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(form.trouble.isVisible)
    assert form.trouble.true.text() == "This file is neither a picture (JPEG, PNG, HEIC) nor a PDF."
    assert form.values()["title"] == "Photo"


def test_a_pdf_is_shown_from_memory(team: Team, qtbot: QtBot, open_patient: OpenPatient, tmp_path: Path) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    page = one.page
    assert isinstance(page, PatientPage)
    chosen = tmp_path / "referral"
    chosen.write_bytes(pdf())
    page.documents = Documents(page.forms, lambda _: str(chosen))
    page.do(Action.ADD_DOCUMENT)
    in_front(qtbot)
    press(qtbot, "R")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Document added"])
    chosen.unlink()
    page.do(Action.LETTERS_TAB)
    part = view_of(one).letters
    part.lists.setCurrentIndex(1)
    qtbot.waitUntil(lambda: part.documents.table.chosen() is not None)
    part.documents.open.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), DocumentDialog))
    page.clear()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_every_field_shows_who_wrote_what_and_when(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("allergy", {"substance": "Penicillin"}))
    team.clock.forward(hours=1)
    held = open_member(team.nurse2, home.patient, "allergy", made)
    change_member(team.nurse2, home.patient, held, {"substance": "Penicillin", "reaction": "rash"})
    private = {"text": "Dog at the back door", "private": "staff_safety"}
    add_member(team.nurse, home.patient, Member("alert", private))
    one = open_patient(team.nurse, home)
    one.page.do(Action.EVERY_FIELD)
    table = view_of(one).history.fields.model_
    qtbot.waitUntil(lambda: len(table.rows) > 4)
    rows = [(row.what, row.says, row.by, row.state) for row in table.rows]
    assert ("Allergy", "Penicillin · rash", "Nurse2 Example", "Now") in rows
    assert ("Allergy", "Penicillin", "Nurse Example", "Earlier") in rows
    assert ("Name", "ABERNATHY, Doreen (Mrs)", "Nurse Example", "Now") in rows
    assert not [row for row in rows if "Dog" in row[1]]


def test_the_history_of_one_card_opens_over_the_page(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    named(qtbot, one, "History of contacts").setFocus()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FieldHistoryDialog))
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, FieldHistoryDialog)
    assert [row.what for row in shown.table.model_.rows] == ["Contact"]
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_the_tabs_have_keys(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    view = view_of(one)
    for key, tab in (
        (Qt.Key.Key_2, Tab.VISITS),
        (Qt.Key.Key_3, Tab.SKILLS),
        (Qt.Key.Key_5, Tab.LETTERS),
        (Qt.Key.Key_6, Tab.HISTORY),
        (Qt.Key.Key_1, Tab.OVERVIEW),
    ):
        qtbot.keyClick(one.window, key, Alt)
        qtbot.waitUntil(lambda tab=tab: view.tab is tab)


def test_l_shows_the_steps_of_the_next_learner(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    name_learner(team.nurse, home.episodes["insulin"], home.daughter)
    one = open_patient(team.nurse, home)
    shown = [each.text() for each in one.window.findChildren(QLabel) if each.isVisible()]
    first = "18 of 18" in shown
    press(qtbot, "l")
    other = "0 of 18" if first else "18 of 18"
    qtbot.waitUntil(lambda: other in [each.text() for each in one.window.findChildren(QLabel) if each.isVisible()])


def test_a_task_is_done_from_the_overview_and_taken_back(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    with team.nurse.work() as work:
        work.save(
            [task_item(team.nurse, TaskKind.OTHER, "Ring the surgery", patient=home.patient)], patient=home.patient
        )

    def open_tasks() -> int:
        with team.nurse.read() as connection:
            return len(tasks_of(connection, home.patient))

    one = open_patient(team.nurse, home)
    named(qtbot, one, "Ring the surgery").setFocus()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["Task done"])
    assert open_tasks() == 0
    one.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: open_tasks() == 1)


def test_a_death_is_recorded_greys_the_record_and_can_be_taken_back(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    qtbot.waitUntil(view_of(one).start.hasFocus)
    one.page.do(Action.RECORD_DEATH)
    form = in_front(qtbot)
    press(qtbot, "16/11/2026", Qt.Key.Key_Tab)
    form.fields["told_by"].control.setFocus()
    press(qtbot, "Her daughter", Qt.Key.Key_Tab, "Abernathy")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Death recorded"])
    qtbot.waitUntil(lambda: one.page.banner is not None and one.page.banner.died == "16-Nov-2026 (75y)")
    assert not one.page.can(Action.BOOK)
    assert not one.page.can(Action.MAIN)
    assert not one.page.can(Action.RECORD_DEATH)
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    qtbot.waitUntil(view_of(one).tabs.hasFocus)  # the button that had it is gone
    one.page.do(Action.REVERSE_DEATH)
    in_front(qtbot, "Take this death back?")
    press(qtbot, "It was her neighbour")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts[-1] == "Death taken back")
    assert one.told == []
    qtbot.waitUntil(lambda: one.page.can(Action.BOOK))
    assert stored(team.nurse, home).died_on is None


def test_a_signed_visit_goes_to_the_right_person_by_keyboard(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home, right = at_home(team), neighbour(team)
    visit = taught(team, home, days_ago=1)
    one = open_patient(team.nurse, home)
    one.page.do(Action.VISITS)
    table = view_of(one).visits.table
    table.selectRow(next(at for at, row in enumerate(table.model_.rows) if row.visit == visit))
    one.page.do(Action.WRONG_PERSON)
    in_front(qtbot, "Who is this really about?")
    press(qtbot, "Abernethy", Qt.Key.Key_Return)
    form = in_front(qtbot, "Move it to this person?")
    assert form.values()["right"] == right.patient  # the only one it can be
    form.fields["reason"].control.setFocus()
    press(qtbot, "Opened the wrong record")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: bool(one.went))
    (kept,) = drafts(team.nurse)
    assert one.went == [Place("visit", right.patient, kept.record)]
    with team.nurse.read() as connection:
        struck = visit_of(connection, visit)
    assert struck is not None
    assert struck.moved_to == kept.record


def test_F76_what_people_wrote_is_shown_as_text(team: Team, open_patient: OpenPatient) -> None:
    home = at_home(team)
    hostile = "<img src='http://example.invalid/x'><b>bold</b>"
    add_member(team.nurse, home.patient, Member("allergy", {"substance": hostile}))
    add_member(team.nurse, home.patient, Member("contact", {"name": hostile, "note": hostile}))
    one = open_patient(team.nurse, home)
    for action in (Action.OVERVIEW, Action.VISITS, Action.SKILLS, Action.HISTORY):
        one.page.do(action)
        QApplication.processEvents()
        for label in one.window.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText
            assert "<img" not in label.toolTip()


@pytest.mark.parametrize("action", [Action.SKILLS, Action.VISITS, Action.HISTORY, Action.LETTERS_TAB])
def test_no_tab_is_wider_than_the_window(team: Team, qtbot: QtBot, open_patient: OpenPatient, action: Action) -> None:
    home = at_home(team, "insulin", "wound")
    taught(team, home, days_ago=3)
    one = open_patient(team.nurse, home)
    one.page.do(action)
    skills = view_of(one).skills
    for width, height in ((1282, 553), (683, 314)):
        one.window.resize(width, height)
        qtbot.waitUntil(lambda width=width: one.page.widget.width() <= width)
        if action is Action.SKILLS:
            assert skills.widget().minimumSizeHint().width() <= max(skills.viewport().width(), 1)


def test_locking_leaves_no_one_on_any_tab(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    add_member(team.nurse, home.patient, Member("alert", {"text": "Abernathy dog", "private": "staff_safety"}))
    add_member(team.nurse, home.patient, Member("equipment", {"item": "Abernathy pen"}))
    one = open_patient(team.nurse, home)
    for action in (Action.VISITS, Action.SKILLS, Action.LETTERS_TAB, Action.EVERY_FIELD, Action.OVERVIEW):
        one.page.do(action)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: len(view_of(one).history.fields.model_.rows) > 0)
    named(qtbot, one, "History of contacts").setFocus()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FieldHistoryDialog))
    one.page.clear()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    qtbot.waitUntil(lambda: not words_held("bernathy"))
    view = view_of(one)
    for table in (view.visits.table, view.history.table, view.history.fields, view.letters.documents.table):
        assert table.model_.rows == ()
