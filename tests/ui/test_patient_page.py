"""The overview by keyboard: a real store, real lanes, real key presses on the real page."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.dose_cover import Giver
from smf_core.domain.letter import LetterState
from smf_core.domain.pathway import GateState
from smf_core.domain.patient import Patient
from smf_core.domain.red_flag import Urgency
from smf_core.domain.visit import Level
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.presenters.patient.page import patient_row
from smf_desktop.services.booking.dose_covers import NewCover, dose_cover_of, name_giver
from smf_desktop.services.pathways import make_accountable, name_learner
from smf_desktop.services.people import Member, add_member, change_member, open_member
from smf_desktop.services.record.overview import overview
from smf_desktop.services.session import Session
from smf_desktop.services.visit.gates import GateAnswer, answer_gate
from tests.support.desks import OnDesk
from tests.support.flags import flag_seen
from tests.support.letters import ended, letters
from tests.support.letters import taught as ready_to_end
from tests.support.opened import OpenPatient, open_page, open_patient
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught
from ui.actions import Action
from ui.desk import Place
from ui.views.patient.page import PatientView
from ui.views.patient.wants import Tab
from ui.widgets.matrix import StepMatrix

__all__ = ["laptop", "open_page", "open_patient", "store_template", "team"]


def stored(session: Session, home: Home) -> Patient:
    with session.read() as connection:
        found = patient_of(connection, home.patient)
    assert found is not None
    return found


def view_of(one: OnDesk) -> PatientView:
    assert isinstance(one.page.widget, PatientView)
    return one.page.widget


def test_the_page_opens_on_start_visit_with_its_number(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    one = open_patient(team.nurse, home)
    view = view_of(one)
    assert view.start.text() == "Start visit 2"
    assert view.start.hasFocus()
    assert one.page.banner is not None
    assert one.page.banner.name == "ABERNATHY, Doreen (Mrs)"
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    assert [place.page for place in one.went] == ["visit"]
    assert one.went[0].episodes == tuple(home.episodes.values())


def test_an_allergy_is_added_stands_first_and_can_be_taken_back(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    assert one.page.banner is not None
    assert one.page.banner.allergies == "Allergies not asked yet"
    one.page.do(Action.ADD_ALLERGY)
    in_front(qtbot)
    press(qtbot, "Penicillin", Qt.Key.Key_Tab, "rash", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.page.banner is not None and one.page.banner.allergies == "Penicillin (rash)")
    one.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: one.page.banner is not None and one.page.banner.allergies == "Allergies not asked yet")
    one.page.do(Action.REDO)
    qtbot.waitUntil(lambda: [each.substance for each in stored(team.nurse, home).allergies] == ["Penicillin"])


def test_no_known_allergies_is_one_command(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.NO_ALLERGIES)
    wanted = "No known allergies (asked 17-Nov-2026)"
    qtbot.waitUntil(lambda: one.page.banner is not None and one.page.banner.allergies == wanted)


def test_an_empty_form_says_what_is_needed_and_saves_nothing(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.ADD_ALLERGY)
    form = in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return)
    assert form.fields["substance"].message.words.text() == "Enter this first"
    press(qtbot, Qt.Key.Key_Escape)
    assert stored(team.nurse, home).allergies == ()


def test_B37_details_saved_write_only_what_was_changed(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.EDIT_PERSON)
    form = in_front(qtbot)
    assert form.values()["nhs"] == "999 007 9323"
    form.fields["phone"].control.setFocus()
    press(qtbot, "01632 960147", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["Details saved"])
    found = stored(team.nurse, home)
    assert (found.phone, found.nhs_number, found.name.given) == ("01632 960147", "9990079323", "Doreen")
    one.page.do(Action.EDIT_PERSON)
    in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts[-1] == "Nothing was changed")


def test_a_wrong_number_stays_typed_and_is_explained_at_its_field(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    one.page.do(Action.EDIT_PERSON)
    form = in_front(qtbot)
    form.fields["nhs"].control.setFocus()
    form.fields["nhs"].control.selectAll()
    press(qtbot, "999 007 9324", Qt.Key.Key_Return)
    assert form.values()["nhs"] == "999 007 9324"
    assert "check digit" in form.fields["nhs"].message.words.text()
    assert form.fields["nhs"].control.hasFocus()
    press(qtbot, Qt.Key.Key_Escape)
    assert stored(team.nurse, home).nhs_number == "9990079323"


def test_a_red_flag_is_closed_by_a_registered_nurse_with_what_was_done(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    sign = team.nurse.checklists.newest("insulin").red_flags[0]
    flag_seen(team.nurse, home, sign.id, Urgency.SAME_DAY)
    one = open_patient(team.assistant, home)
    button = named(qtbot, one, f"Close Red flag: {sign.short}")
    button.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    form = in_front(qtbot)
    press(qtbot, "Seen by the doctor")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(form.trouble.isVisible)
    assert form.trouble.true.text() == "Only a registered nurse can do this."
    press(qtbot, Qt.Key.Key_Escape)
    nurse = open_patient(team.nurse, home)
    button = named(qtbot, nurse, f"Close Red flag: {sign.short}")
    button.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    in_front(qtbot)
    press(qtbot, "Seen by the doctor")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: nurse.toasts == ["Red flag closed"])
    with team.nurse.read() as connection:
        assert open_flags(connection, home.patient) == ()


def buttons(one: OnDesk) -> list[QWidget]:
    return [each for each in one.page.widget.findChildren(QWidget) if each.isVisible() and each.accessibleName()]


def named(qtbot: QtBot, one: OnDesk, words: str) -> QWidget:
    """The control a screen reader calls so; waits until it is shown."""
    found: list[QWidget] = []

    def there() -> bool:
        found[:] = [each for each in buttons(one) if each.accessibleName().startswith(words)]
        return bool(found)

    qtbot.waitUntil(there)
    return found[0]


def test_whoever_was_named_for_a_dose_is_taken_out_by_a_key_and_put_back(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home, session = at_home(team), team.nurse
    episode, today = home.episodes["insulin"], session.today()
    add_member(session, home.patient, Member("medicine", {"skill": "insulin", "name": "Glargine", "times": "Evening"}))
    for days in (0, 2):
        on = today + timedelta(days=days)
        name_giver(session, NewCover(episode, "Evening", Giver.CORE_TEAM, on, on))

    def rows() -> int:
        return sum(len(one.rows) for one in dose_cover_of(session, home.patient))

    one = open_patient(session, home)
    end = named(qtbot, one, "End Evening: Core team, on 17-Nov-2026 and 19-Nov-2026")
    end.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(one.toasts))
    assert one.toasts[0].startswith("Nobody named now")
    assert rows() == 0, "both days of the line"
    (undo,) = one.offered
    undo()
    qtbot.waitUntil(lambda: rows() == 2)
    qtbot.waitUntil(lambda: one.toasts[-1] == "Taken back: Who gives the dose")
    named(qtbot, one, "End Evening: Core team")
    assert one.page.can(Action.END_DOSE_COVER)
    one.page.do(Action.END_DOSE_COVER)
    in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: rows() == 0)
    qtbot.waitUntil(lambda: not one.page.can(Action.END_DOSE_COVER))


def test_the_accountable_nurse_is_named_by_keyboard_and_taken_back(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    episode, nurse, other = home.episodes["insulin"], team.nurse.user, team.nurse2.user
    one = open_patient(team.nurse, home)

    def accountable() -> str | None:
        with team.nurse.read() as connection:
            found = episode_of(connection, episode)
        return found.accountable_nurse if found else None

    named(qtbot, one, f"Name accountable nurse, {nurse.name}").setFocus()
    press(qtbot, Qt.Key.Key_Space)
    field = in_front(qtbot).fields["nurse"].control
    assert isinstance(field, QComboBox)
    offered = {field.itemText(place) for place in range(field.count())}
    assert {nurse.name, other.name} <= offered
    assert not offered & {team.assistant.user.name, team.admin.user.name}, "only registered nurses are offered"
    press(qtbot, other.name.split()[0])
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Accountable nurse named"])
    assert accountable() == other.id
    named(qtbot, one, f"Name accountable nurse, {other.name}")
    (undo,) = one.offered
    undo()
    qtbot.waitUntil(lambda: accountable() == nurse.id)
    named(qtbot, one, f"Name accountable nurse, {nurse.name}")
    assert one.page.can(Action.ACCOUNTABLE_NURSE)
    one.page.do(Action.ACCOUNTABLE_NURSE)
    in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts[-1] == "Nothing was changed")


def test_somebody_is_accountable_again_where_discharge_missed_one(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    make_accountable(team.nurse, home.episodes["insulin"], None)
    one = open_patient(team.nurse, home)
    named(qtbot, one, "Name accountable nurse, Not named yet")
    one.page.do(Action.ACCOUNTABLE_NURSE)
    in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    named(qtbot, one, f"Name accountable nurse, {team.nurse.user.name}")


def test_the_end_of_treatment_is_set_by_keyboard_and_taken_back(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    one = open_patient(team.nurse, home)
    named(qtbot, one, "Set end of treatment, No day set").setFocus()
    press(qtbot, Qt.Key.Key_Space)
    form = in_front(qtbot)
    press(qtbot, "1-Jan-2020", Qt.Key.Key_Return)
    assert "when teaching began, or a later date" in form.fields["on"].message.words.text()
    field = form.fields["on"].control
    assert isinstance(field, QLineEdit)
    field.selectAll()
    press(qtbot, "15-Dec-2026", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["End of treatment set"])
    named(qtbot, one, "Set end of treatment, 15-Dec-2026")
    (undo,) = one.offered
    undo()
    named(qtbot, one, "Set end of treatment, No day set")
    assert one.page.can(Action.TREATMENT_END)
    one.page.do(Action.REDO)
    named(qtbot, one, "Set end of treatment, 15-Dec-2026")
    one.page.do(Action.TREATMENT_END)
    assert in_front(qtbot).values()["on"] == "15-Dec-2026"
    press(qtbot, Qt.Key.Key_Escape)


def test_one_key_prints_every_letter_about_the_person_that_waits(
    team: Team, qtbot: QtBot, open_patient: OpenPatient, tmp_path: Path
) -> None:
    home = ready_to_end(team)
    one = open_patient(team.nurse, home)
    press(qtbot, Qt.Key.Key_P, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["No letter is to be printed"])
    ended(team, home)
    press(qtbot, Qt.Key.Key_P, held=Ctrl)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QPrintDialog))
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QPrintDialog)
    asked.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    asked.printer().setOutputFileName(str(tmp_path / "printed"))
    asked.printer().setResolution(96)
    asked.accepted.emit(asked.printer())
    asked.done(0)
    qtbot.waitUntil(lambda: one.toasts[1:] == ["3 letters printed"], timeout=20_000)
    assert (tmp_path / "printed").stat().st_size > 0
    assert {each.state for each in letters(team, home).values()} == {LetterState.PRINTED}
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    one.page.do(Action.PRINT)
    qtbot.waitUntil(lambda: one.toasts[2:] == ["No letter is to be printed"])


@pytest.mark.parametrize("skill", ["insulin", "self_injection"])
def test_every_step_of_the_matrix_stands_above_the_edge_of_the_smallest_screen(
    team: Team, qtbot: QtBot, open_patient: OpenPatient, skill: str
) -> None:
    one = open_patient(team.nurse, at_home(team, skill))
    one.window.resize(1282, 529)  # what the banner, the menus and the status bar of 1366 by 690 leave
    (matrix,) = view_of(one).findChildren(StepMatrix)
    qtbot.waitUntil(lambda: matrix.isVisible() and matrix.height() > 300)
    last = matrix.visualRect(matrix.model().index(matrix.model().rowCount() - 1, 0)).bottomLeft()
    assert matrix.viewport().mapTo(one.window, last).y() < 529


def test_a_gate_is_answered_by_one_key_with_its_evidence(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team, gates=False)
    one = open_patient(team.nurse, home)
    first = team.nurse.checklists.newest("insulin").all_gates[0]
    one.page.do(Action.SKILLS)
    line = named(qtbot, one, f"{first.text}. Not asked yet")
    line.setFocus()
    press(qtbot, "m")
    form = in_front(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    assert form.fields["words"].message.words.text() == "Enter evidence"
    press(qtbot, "Letter seen")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Gate met"])
    facts = overview(team.nurse, home.patient)
    assert facts.episodes[0].gates[first.id].state is GateState.MET


def test_a_changed_prescription_reads_as_a_lapsed_gate(team: Team) -> None:
    home = at_home(team)
    session = team.nurse
    medicine = Member("medicine", {"skill": "insulin", "name": "Insulin glargine", "dose": "12 units"})
    made, _ = add_member(session, home.patient, medicine)
    episode = home.episodes["insulin"]
    lapsing = [gate for gate in session.checklists.newest("insulin").all_gates if gate.lapses_on]
    for gate in lapsing:
        answer_gate(session, episode, GateAnswer(gate.id, GateState.MET, evidence="Seen"))
    before = patient_row(overview(session, home.patient), session.checklists).pathways[0]
    team.clock.forward(hours=1)
    held = open_member(session, home.patient, "medicine", made)
    change_member(session, home.patient, held, {**medicine.fields, "dose": "14 units"})
    after = patient_row(overview(session, home.patient), session.checklists).pathways[0]
    assert not before.gates_stop
    assert after.gates_stop
    assert {line.gate for line in after.gates if line.state == "Lapsed"} == {gate.id for gate in lapsing}


def test_each_learner_has_a_run_of_their_own(team: Team, open_patient: OpenPatient) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    name_learner(team.nurse, home.episodes["insulin"], home.daughter)
    row = patient_row(overview(team.nurse, home.patient), team.nurse.checklists)
    patient, daughter = sorted(row.pathways[0].learners, key=lambda one: one.who != "patient")
    assert patient.on_own == "18 of 18"
    assert daughter.on_own == "0 of 18"
    assert all(key in ("", "0") for step in daughter.steps for key in step.keys)


def test_the_matrix_shows_six_visits_and_the_one_to_come(team: Team) -> None:
    home = at_home(team)
    checklist = team.nurse.checklists.newest("insulin")
    weak = checklist.steps[2].id
    for days_ago in range(30, 0, -3):
        taught(team, home, days_ago=days_ago, levels={weak: Level.ASSISTED})
    shown = patient_row(overview(team.nurse, home.patient), team.nurse.checklists).pathways[0].learners[0]
    assert [column.label for column in shown.columns] == ["V5", "V6", "V7", "V8", "V9", "V10", "V11"]
    assert [step.number for step in shown.steps if step.open] == [3]
    assert shown.steps[2].spoken[0].endswith(": 2, with help")


def test_a_signed_visit_is_amended_or_marked_as_entered_in_error(
    team: Team, qtbot: QtBot, open_patient: OpenPatient
) -> None:
    home = at_home(team)
    visit = taught(team, home, days_ago=3)
    one = open_patient(team.nurse, home)
    one.page.do(Action.HISTORY)
    view = view_of(one)
    assert view.tab is Tab.HISTORY
    place = next(at for at, row in enumerate(view.history.table.model_.rows) if row.visit == visit)
    view.history.table.selectRow(place)
    view.history.table.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert one.went == [Place("visit", home.patient, visit)]
    assert one.page.can(Action.ENTERED_IN_ERROR)
    one.page.do(Action.ENTERED_IN_ERROR)
    form = in_front(qtbot)
    press(qtbot, "Wrong person")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    assert form.fields["name"].message.words.text() == "Enter the family name as it stands above"
    press(qtbot, "abernathy", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["Visit marked as entered in error"])
    with team.nurse.read() as connection:
        found = visit_of(connection, visit)
    assert found is not None
    assert not found.stands
    qtbot.waitUntil(lambda: view.start.text() == "Start visit 1")


def test_locking_leaves_no_one_on_the_page(team: Team, qtbot: QtBot, open_patient: OpenPatient) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    one = open_patient(team.nurse, home)
    one.page.do(Action.EDIT_PERSON)
    in_front(qtbot)
    one.page.clear()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    qtbot.wait(10)
    assert one.page.banner is None
    assert one.page.title == "Overview"
    held = [f"{getattr(each, 'text', str)()} {each.accessibleName()}" for each in one.window.findChildren(QWidget)]
    assert not [words for words in held if "bernathy" in words.casefold() or "Doreen" in words]


@pytest.mark.parametrize("size", [(1282, 553), (683, 314)])
def test_nothing_scrolls_sideways(team: Team, qtbot: QtBot, open_patient: OpenPatient, size: tuple[int, int]) -> None:
    home = at_home(team, "insulin", "wound")
    taught(team, home, days_ago=3)
    one = open_patient(team.nurse, home)
    one.window.resize(*size)
    qtbot.wait(50)
    overview_part = view_of(one).overview
    assert overview_part.widget().minimumSizeHint().width() <= overview_part.viewport().width()
