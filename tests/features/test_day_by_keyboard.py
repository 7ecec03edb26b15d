"""A whole working day by real keys alone: the real application on a real encrypted store, part by part."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from sqlalchemy import select

from smf_core.records.queries.users import users
from smf_core.records.queries.visits import visits_of_episode
from smf_core.records.tables import call, equipment, letter, patient, task, visit
from smf_desktop.compose import House
from smf_desktop.services.people import Member, NewPerson, add_member, new_patient
from smf_desktop.services.session import Session
from smf_desktop.services.visit.cosigning import ask_cosignature
from smf_desktop.settings import Settings, keep_settings
from tests.support.discharges import teach
from tests.support.houses import PASSWORD, clock, computer, service_template
from tests.support.keyboard import ALT, CTRL, ENTER, SHIFT, SPACE, TAB, Nurse, someone_at, spoken, until, words_held
from tests.support.keys import ToldClock
from tests.support.letters import INSULIN
from tests.support.sessions import Team, Told
from tests.support.visits import DOREEN, at_home
from ui.views.palette import PaletteView
from ui.windows import Beside

__all__ = ["clock", "service_template"]

DOWN, RIGHT, LEFT, ESC, F1, F8 = (
    Qt.Key.Key_Down,
    Qt.Key.Key_Right,
    Qt.Key.Key_Left,
    Qt.Key.Key_Escape,
    Qt.Key.Key_F1,
    Qt.Key.Key_F8,
)
CERI = NewPerson("Llewellyn", "Ceri", date(1960, 5, 2), title="Mrs", sex="female", nhs_number="9990554463")
TWIN = NewPerson("Llewellyn", "Ceri", date(1960, 5, 2), title="Mrs", sex="female")
CALL_KEYS = 10
"""Beyond the words: as many as the form of a call may take."""


# --- who is there ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def day_template(service_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Doreen is ready to be discharged; Tom teaches Ceri, asks for a co-signature, and wrote her down twice."""
    directory = tmp_path_factory.mktemp("day") / "store"
    shutil.copytree(service_template, directory)
    house = House(computer(first_id=2_000_000), directory)
    sitting = house.enter(house.unlock("priya", PASSWORD))
    priya = sitting.session
    with priya.read() as connection:
        tom = replace(priya, user=next(one for one in users(connection) if one.username == "tom"))
    _prepare(priya, tom)
    sitting.close()
    house.release()
    return directory


def _prepare(priya: Session, tom: Session) -> None:
    told = Told(priya.now() - timedelta(days=2))
    priya, tom = replace(priya, clock=told), replace(tom, clock=told)
    team = Team(priya.store, told, priya, tom, tom, priya, priya)
    doreen = at_home(team, person=DOREEN)
    add_member(priya, doreen.patient, Member("medicine", dict(INSULIN)))
    add_member(priya, doreen.patient, Member("alert", {"text": "Dog bites", "private": "staff_safety"}))
    for _ in range(2):
        teach(team, doreen.episodes["insulin"])
    told.forward(days=-1)
    ceri = at_home(team, person=CERI)
    teach(team, ceri.episodes["insulin"], by=tom)
    with priya.read() as connection:
        (signed,) = visits_of_episode(connection, ceri.episodes["insulin"])
    ask_cosignature(tom, signed.id, priya.user.id)
    twin, items = new_patient(tom, TWIN)
    with tom.work() as work:
        work.save(items, patient=twin)


@pytest.fixture
def nurse(
    request: pytest.FixtureRequest,
    day_template: Path,
    tmp_path: Path,
    clock: ToldClock,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Nurse]:
    """Priya, who is a nurse and the lead, has unlocked. A parameter is the text size she had last."""
    monkeypatch.setattr("ui.away.system_signals", lambda window, left: None)
    shutil.copytree(day_template, tmp_path / "store")
    house = House(computer(clock=clock, first_id=3_000_000), tmp_path / "store")
    priya = next(one for one in house.card().users if one.username == "priya")
    keep_settings(house.directory, priya.user_id, Settings(text=getattr(request, "param", 1.0)))
    with someone_at(house, qapp) as someone:
        someone.unlock(PASSWORD)
        someone.waits_for("today")
        yield someone
    house.release()


# --- keys that many parts need ----------------------------------------------------------------------------------------


def find(nurse: Nurse, words: str) -> None:
    """Ctrl+K, a person by words, Enter: their page opens."""
    nurse.keys.press("k", held=CTRL)
    taken(nurse, words)
    nurse.waits_for("patient")


def command(nurse: Nurse, words: str) -> None:
    """Ctrl+Shift+P, a command by its words, Enter."""
    nurse.keys.press("p", held=CTRL | SHIFT)
    taken(nurse, words)


def taken(nurse: Nurse, words: str) -> None:
    """What is typed is what the first row says, so that Enter takes it."""
    view = nurse.dialog("Search people and commands")
    assert isinstance(view, PaletteView)
    nurse.keys.press(words)
    nurse.settle()
    until(
        lambda: view.current is not None and words.casefold() in f"{view.current.words} {view.current.about}".casefold()
    )
    nurse.keys.press(ENTER)


def type_in(nurse: Nurse, field: str, words: str) -> None:
    """Tab to a field and put these words in it, whatever it held."""
    nurse.keys.to(field)
    nurse.keys.press("a", held=CTRL)
    nurse.keys.press(words)


def choose(nurse: Nurse, field: str, letters: str) -> None:
    """Tab to a choice and take the answer that begins so."""
    nurse.keys.to(field)
    nurse.keys.press(letters)


def send(nurse: Nurse, toast: str) -> None:
    """Ctrl+Enter answers the form."""
    nurse.keys.press(ENTER, held=CTRL)
    nurse.toast(toast)
    nurse.settle()


def path_typed(nurse: Nurse, path: Path) -> None:
    """When a file dialog comes, its path is typed and Enter pressed."""

    def when_there() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog) and dialog.isVisible():
            nurse.keys.press("a", held=CTRL)
            nurse.keys.press(str(path), ENTER)
        else:
            QTimer.singleShot(20, when_there)

    QTimer.singleShot(20, when_there)


def said(words: str) -> bool:
    """Whether something on the screen says this, or is called so."""
    return any(
        words in f"{one.accessibleName()} {one.text() if isinstance(one, QLabel) else ''}"
        for one in QApplication.allWidgets()
        if one.isVisible()
    )


def nothing_over(nurse: Nurse) -> None:
    """No dialog is left, and the keyboard is on the page."""
    until(lambda: QApplication.activeModalWidget() is None)
    until(lambda: nurse.shell.isAncestorOf(nurse.keys.focus()))


# --- the parts of the day ---------------------------------------------------------------------------------------------


def test_a_referral_is_written_down_triaged_and_accepted_then_found_in_the_caseload(nurse: Nurse) -> None:
    keys = nurse.keys
    keys.press("n", held=CTRL)
    nurse.waits_for("referrals")
    assert spoken(keys.focus()).startswith("NHS number")
    keys.press("9991187987", TAB, "yesterday", TAB)
    choose(nurse, "Referred by", "GP")
    keys.press(TAB, "Wrigley", TAB, "Beryl", TAB, "Mrs", TAB, "03-Dec-1944")
    keys.to("Self-injection")
    keys.press(RIGHT, SPACE)
    keys.press(ENTER, held=CTRL)
    nurse.dialog("Accept this referral?")
    keys.to("Priority")
    keys.press("Same")
    send(nurse, "Referral accepted")
    nothing_over(nurse)

    keys.press("2", held=CTRL)
    nurse.waits_for("caseload")
    keys.press("f", held=CTRL)
    keys.press("wrigley", ENTER)
    nurse.settle()
    until(lambda: "WRIGLEY, Beryl (Mrs) selected" in nurse.dock())
    keys.press(SPACE)
    nurse.settle()
    until(lambda: said("Peek: WRIGLEY"))
    keys.press(ESC)
    assert spoken(keys.focus()).startswith("People"), "closing the peek gives the focus back"
    command(nurse, "Save view")
    nurse.dialog("Save this view?")
    keys.press("Beryl")
    send(nurse, "View saved")
    keys.to("People", back=True)
    command(nurse, "Assign to")
    nurse.dialog("Assign this person?")
    keys.press("Tom")
    send(nurse, "1 person assigned")
    command(nurse, "Hand-over sheet")
    nurse.dialog("Make a hand-over sheet?")
    keys.press("Tom")
    keys.press(ENTER, held=CTRL)
    until(lambda: (modal := QApplication.activeModalWidget()) is not None and "Hand-over" in modal.windowTitle())
    assert words_held("Wrigley")
    keys.press(ESC)
    nothing_over(nurse)


def test_visits_are_booked_moved_and_recorded_as_not_gone_ahead_and_each_dose_has_a_giver(nurse: Nurse) -> None:
    keys = nurse.keys
    find(nurse, "abernathy")
    keys.press("b")
    nurse.dialog("Book the next visit")
    keys.press("18/11", TAB, "1730")
    choose(nurse, "This visit gives or sees the dose", "tea")
    type_in(nurse, "Dose from", "17:00")
    type_in(nurse, "Dose until", "19:00")
    type_in(nurse, "How many visits", "3")
    type_in(nurse, "Every so many days", "2")
    keys.press(ENTER, held=CTRL)
    until(lambda: said("Check this time"))
    send(nurse, "3 visits booked")
    nothing_over(nurse)

    keys.press("1", held=CTRL)
    nurse.waits_for("today")
    keys.to("Next day", back=True)
    keys.press(SPACE)
    nurse.settle()
    keys.to("Visits")
    keys.press("m")
    nurse.dialog("Move this visit")
    type_in(nurse, "Time", "2030")
    keys.press(ENTER, held=CTRL)
    until(lambda: said("outside the time of the dose"))
    keys.press(ENTER, held=CTRL)
    nurse.dialog("Who gives this dose?")
    keys.to("Who gives it")
    keys.press("Core")
    keys.press(ENTER, held=CTRL)
    until(lambda: nurse.shell.toast.words.text().startswith("Saved"))
    nothing_over(nurse)

    keys.press("t", held=CTRL)
    nurse.settle()
    keys.to("Visits")
    keys.press(ENTER, held=CTRL)
    nurse.waits_for("visit")
    command(nurse, "Written down later")
    nurse.dialog("When did care begin?")
    type_in(nurse, "Time care began", "0910")
    type_in(nurse, "Why it is written down later", "No signal at the farm")
    keys.press(ENTER, held=CTRL)
    nothing_over(nurse)
    assert words_held("started 09:10")
    command(nurse, "Visit did not go ahead")
    nurse.waits_for("not_gone_ahead")
    keys.press("3")
    keys.press(SPACE, RIGHT, SPACE)
    keys.to("Found safe")
    keys.press("3")
    keys.press("Told the team lead", TAB, TAB)
    keys.press("3")
    assert nurse.dock() == "Ready to record"
    keys.press(ENTER, held=CTRL | SHIFT)
    nurse.waits_for("patient")
    nurse.toast("Recorded: visit did not go ahead")
    with nurse.shell.desk.session.read() as connection:
        rows = connection.execute(select(visit)).all()
    assert [row.status for row in rows].count("not_gone_ahead") == 1
    assert len([row for row in rows if row.dose == "tea"]) == 3


def test_a_call_takes_few_keys_tasks_are_done_notes_copied_and_a_colleague_is_cosigned(nurse: Nurse) -> None:
    keys = nurse.keys
    find(nurse, "abernathy")
    words = "Sure of the dose"
    before = keys.presses
    keys.press("j", held=CTRL)
    nurse.waits_for("call")
    keys.press("1", "1", "1", "1", words, TAB, TAB, "1")
    assert nurse.dock() == "Ready to save"
    keys.press(ENTER, held=CTRL | SHIFT)
    nurse.waits_for("patient")
    nurse.toast("Call saved")
    assert keys.presses - before - len(words) <= CALL_KEYS

    keys.press("t", held=CTRL | SHIFT)
    nurse.dialog("New task")
    keys.press("Bring the red pen needles")
    send(nurse, "Task added")
    nothing_over(nurse)
    command(nurse, "Tasks")
    nurse.waits_for("tasks")
    keys.to("To do")
    keys.press("d")
    nurse.toast("Task done")
    nurse.settle()
    with nurse.shell.desk.session.read() as connection:
        assert [row.words for row in connection.execute(select(call))] == [words]
        assert [row.state for row in connection.execute(select(task).where(task.c.text.like("Bring%")))] == ["done"]

    find(nurse, "999 055 4463")
    keys.press("2", held=ALT)
    keys.press(DOWN)
    keys.press("c", held=CTRL | ALT)
    nurse.toast("Note copied")
    nurse.settle()
    assert "LLEWELLYN, Ceri" in QGuiApplication.clipboard().text()
    command(nurse, "Co-sign")
    nurse.dialog("Co-sign this visit?")
    keys.press("Read and agreed")
    send(nurse, "Visit co-signed")
    nothing_over(nurse)


def test_a_discharge_writes_letters_that_are_shown_sent_and_answered_by_the_core_team(nurse: Nurse) -> None:
    keys = nurse.keys
    find(nurse, "abernathy")
    keys.press("x", held=CTRL | SHIFT)
    nurse.waits_for("discharge")
    assert spoken(keys.focus()) == "Independent"
    keys.press(SPACE, *(F8, SPACE) * 3)
    keys.press(ENTER, held=CTRL | SHIFT)
    nurse.waits_for("patient")
    nurse.toast("Discharge signed. Ctrl+P prints 3 letters")

    command(nurse, "Letters")
    nurse.waits_for("letters")
    until(lambda: nurse.shell.page is not None and nurse.shell.page.banner is not None)
    for _ in range(3):
        keys.press(ENTER, held=CTRL)
        nurse.dialog("How was this letter sent?")
        send(nurse, "Letter marked as sent")
        nothing_over(nurse)
    with nurse.shell.desk.session.read() as connection:
        assert {row.state for row in connection.execute(select(letter))} == {"sent"}

    keys.press("1", held=CTRL)
    nurse.waits_for("today")
    keys.to("Core visits to stop")
    keys.press(SPACE)
    nurse.dialog("Who confirmed that core visits stop?")
    keys.press("Sister Hall, core team")
    send(nurse, "Core team's answer recorded")
    nothing_over(nurse)


def test_the_record_takes_contacts_notes_equipment_documents_and_a_death_that_was_none(
    nurse: Nurse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.widgets.private_note.OPEN_MS", 400)
    picture = tmp_path / "chart.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    keys = nurse.keys
    find(nurse, "abernathy")
    command(nurse, "Add contact")
    nurse.dialog("Add a contact")
    keys.press("Gwen Price", TAB, TAB, "sister")
    send(nurse, "Contact added")
    nothing_over(nurse)
    keys.to("Change Gwen Price")
    keys.press(SPACE)
    nurse.dialog("Change this contact")
    type_in(nurse, "Phone", "01632 960 007")
    send(nurse, "Change saved")
    nothing_over(nurse)
    assert spoken(keys.focus()).startswith("Change Gwen Price"), "the focus is where the form was opened"

    keys.to("Note")
    keys.press(SPACE)
    until(lambda: said("Dog bites"))
    until(lambda: not said("Dog bites"))
    assert words_held("Dog bites") == [], "it closes by itself and is held nowhere"

    command(nurse, "Add equipment")
    nurse.dialog("Add equipment")
    keys.press("Sharps bin")
    send(nurse, "Equipment added")
    nothing_over(nurse)
    path_typed(nurse, picture)
    command(nurse, "Add document or photograph")
    nurse.dialog("Add a document or photograph")
    keys.press(DOWN)
    type_in(nurse, "Title", "Insulin chart")
    keys.press(ENTER, held=CTRL)
    until(lambda: "added" in nurse.shell.toast.words.text())
    nothing_over(nurse)
    keys.press("3", held=ALT)
    assert nurse.shell.stack.currentWidget().isAncestorOf(keys.focus())
    assert spoken(keys.focus()), "the first gate has the focus"
    command(nurse, "History of every field")
    nurse.settle()
    assert words_held("01632 960 007")

    command(nurse, "Record a death")
    nurse.dialog("Record a death?")
    type_in(nurse, "Who told us", "The practice")
    type_in(nurse, "Type the family name", "abernathy")
    send(nurse, "Death recorded")
    nothing_over(nurse)
    session = nurse.shell.desk.session
    with session.read() as connection:
        assert [row.item for row in connection.execute(select(equipment))] == ["Sharps bin"]
        assert [row.died_on for row in connection.execute(select(patient)) if row.died_on] != []
    command(nurse, "Take a death back")
    nurse.dialog("Take this death back?")
    keys.press("It was a neighbour")
    send(nurse, "Death taken back")
    nothing_over(nurse)
    with session.read() as connection:
        assert [row.died_on for row in connection.execute(select(patient)) if row.died_on] == []


def test_the_lead_merges_two_records_takes_that_back_and_makes_a_backup(nurse: Nurse, tmp_path: Path) -> None:
    keys = nurse.keys
    keys.press("3", held=CTRL)
    nurse.waits_for("referrals")
    keys.to("Triage due")
    keys.press(*(RIGHT,) * 4)
    keys.press(SPACE)
    keys.to("Inbox of referrals")
    keys.press("c")
    nurse.dialog("Is this one person?")
    type_in(nurse, "Reason", "Same address and daughter")
    keys.to("Merge records")
    keys.press(SPACE)
    nurse.toast("Records merged")
    nurse.settle()
    nothing_over(nurse)
    keys.press("z", held=CTRL)
    nurse.toast("Taken back: Records merged")

    file = tmp_path / "laptop.smfbackup"
    command(nurse, "Back up this laptop")
    nurse.dialog("Back up this laptop")
    path_typed(nurse, file)
    keys.press(ENTER)
    until(file.exists)
    nurse.settle()
    keys.press(ESC)
    nothing_over(nurse)


@pytest.mark.parametrize("nurse", [1.9], indirect=True)
def test_light_and_dark_text_size_help_and_a_second_window_by_keys(nurse: Nurse) -> None:
    keys = nurse.keys
    keys.press("3", held=CTRL)
    nurse.waits_for("referrals")
    keys.press("d", held=CTRL | SHIFT)
    keys.press("d", held=CTRL | SHIFT)
    keys.press(Qt.Key.Key_Plus, held=CTRL)
    until(lambda: said("200%"))
    keys.press("0", held=CTRL)
    keys.press(F1)
    until(lambda: spoken(keys.focus()) == "Help: Referrals")
    keys.press(ESC)
    until(lambda: nurse.shell.isAncestorOf(keys.focus()))
    keys.press("n", held=CTRL | SHIFT)
    until(lambda: any(isinstance(one, Beside) for one in QApplication.topLevelWidgets()))
    beside = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Beside))
    beside.activateWindow()  # as a desktop does with a new window
    until(beside.isActiveWindow)
    keys.press("k", held=CTRL)
    taken(nurse, "abernathy")
    until(lambda: beside.windowTitle().startswith("ABERNATHY"))
    assert nurse.shell.windowTitle() == "Referrals · SMF Desktop", "each window has its own page"
