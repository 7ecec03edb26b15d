"""The main job by keyboard alone, on the real application and a real encrypted store: no mouse anywhere."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit
from sqlalchemy import select

from smf_core.domain.discharge import Outcome
from smf_core.domain.visit import Level
from smf_core.records.queries.visits import visits_of_episode
from smf_core.records.tables import episode, visit
from smf_desktop.compose import House
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.keyboard import (
    ALT,
    CTRL,
    ENTER,
    SHIFT,
    SPACE,
    TAB,
    Nurse,
    rich_labels,
    someone_at,
    spoken,
    until,
    words_held,
)
from tests.support.keys import ToldClock
from ui.focus import FocusRing

__all__ = ["clock", "house", "service_template"]

FAMILY = "Llewellyn"
HEAD = "nhs_number,family_name,given_name,title,date_of_birth,skill,referral_received,source,reason,address,phone\n"
PERSON = f"999 055 4463,{FAMILY},Ceri,Mrs,02/05/1960,insulin,10/11/2026,gp,New insulin,,\n"
MARKUP = "<img src=http://x>"
STRANGE = (
    f"999 023 7700,{MARKUP},\u202e<b>Bold</b>\u2066,Mrs,1944-02-01,insulin,2026-11-12,gp,{MARKUP},{MARKUP},{MARKUP}\n"
)
DOWN, RIGHT, LEFT, F4, F7, F8 = (
    Qt.Key.Key_Down,
    Qt.Key.Key_Right,
    Qt.Key.Key_Left,
    Qt.Key.Key_F4,
    Qt.Key.Key_F7,
    Qt.Key.Key_F8,
)
HARD_GATES, STEPS, QUESTIONS = 15, 18, 6
"""Of the insulin checklist."""

Look = Callable[[], None]
Bring = Callable[..., None]


@pytest.fixture
def nurse(house: House, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nurse]:
    monkeypatch.setattr("ui.away.system_signals", lambda window, left: None)
    with someone_at(house, qapp) as someone:
        yield someone


@pytest.fixture
def bring(nurse: Nurse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bring:
    """Imports a file of one person and accepts the referral; `look` is called wherever that person is shown.

    The file dialog is the system's own, so it is answered for.
    """
    file = tmp_path / "referrals.csv"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))

    def brought(row: str, look: Look = lambda: None) -> None:
        keys = nurse.keys
        file.write_text(HEAD + row, "utf-8")
        keys.press("i", held=CTRL | SHIFT)
        nurse.dialog("Import referrals")
        keys.press(SPACE)
        nurse.settle()
        look()
        keys.press(ENTER, held=CTRL)
        nurse.toast("1 referral imported")
        keys.press("3", held=CTRL)
        nurse.waits_for("referrals")
        keys.to("Inbox of referrals")
        look()
        keys.press("a")
        nurse.dialog("Accept this referral?")
        look()
        keys.press(ENTER, held=CTRL)
        nurse.toast("Referral accepted")
        nurse.settle()

    return brought


def open_person(nurse: Nurse, look: Look = lambda: None) -> None:
    """From the empty inbox to the caseload, and the one person on it."""
    assert spoken(nurse.keys.focus()).startswith("Triage due"), "the focus does not stay behind with the table gone"
    nurse.keys.press("2", held=CTRL)
    nurse.waits_for("caseload")
    nurse.keys.to("People")
    look()
    nurse.keys.press(ENTER)
    nurse.waits_for("patient")


def start_visit(nurse: Nurse) -> None:
    nurse.keys.press(ENTER, held=CTRL)
    nurse.waits_for("visit")
    until(lambda: any(ring.isVisible() for ring in nurse.app.window.findChildren(FocusRing)))


def meet_every_gate(nurse: Nurse) -> None:
    for _ in range(HARD_GATES):
        assert spoken(nurse.keys.focus()).startswith("Gate, hard")
        nurse.keys.press("m", "Seen today", ENTER)
        nurse.settle()


def section(nurse: Nurse, letter: str) -> None:
    """A part of the visit by Ctrl+G and its letter."""
    nurse.keys.press("g", held=CTRL)
    nurse.keys.press(letter)


def measure(nurse: Nurse, glucose: str) -> None:
    """Glucose, units given, the first site of the list, no lows; and no red flag."""
    section(nurse, "o")
    nurse.keys.press(glucose, TAB, "12", TAB, DOWN, TAB, "0")
    nurse.keys.press(F4)


def sign(nurse: Nurse, then: str, toast: str) -> None:
    nurse.keys.press(ENTER, held=CTRL | SHIFT)
    nurse.waits_for(then)
    nurse.toast(toast)


def first_visit(nurse: Nurse) -> int:
    """A whole checklist, taught for the first time, until it is signed. Answers how many keys it took."""
    keys = nurse.keys
    before = keys.presses
    keys.press(F7, "4" * STEPS)
    keys.press(*("1", TAB, TAB) * QUESTIONS)  # after an answer its own words stand between it and the next question
    keys.press("8")
    measure(nurse, "6.8")
    section(nurse, "w")
    keys.press("1", TAB, "tomorrow", TAB, "1130", TAB, "45")
    assert nurse.dock() == "Before you sign: minutes to enter"
    keys.press(F8, "50")
    assert nurse.dock() == "Ready to sign"
    sign(nurse, "patient", "Visit signed")
    return keys.presses - before


def second_visit(nurse: Nurse) -> int:
    """A whole checklist with everything explained before, until it is signed for discharge."""
    keys = nurse.keys
    before = keys.presses
    keys.press(F7, "4" * STEPS, "9")
    measure(nurse, "7.1")
    section(nurse, "w")
    keys.press("3")
    assert nurse.dock() == "Ready to sign"
    sign(nurse, "discharge", "Visit signed")
    return keys.presses - before


def discharge(nurse: Nurse) -> None:
    """Independent, the two statements, the right person: each by F8 and Space."""
    assert spoken(nurse.keys.focus()) == "Independent"
    nurse.keys.press(SPACE, *(F8, SPACE) * 3)
    assert nurse.dock() == "Evidence complete. Nothing is stopping discharge."
    sign(nurse, "patient", "Discharge signed. Ctrl+P prints 3 letters")


def keys_of(nurse: Nurse) -> tuple[bytearray, bytearray]:
    """The key of this unlock and the key of the store, where the application holds them."""
    assert nurse.app._sitting is not None
    cells = nurse.app._sitting.close.__closure__
    held = [cell.cell_contents for cell in cells]
    (opened,) = [each.key for each in held if hasattr(each, "unlocked")]
    (key,) = [each.raw_key for each in held if hasattr(each, "mark")]
    return opened, key


def test_the_main_job_by_keyboard_alone(
    nurse: Nurse, bring: Bring, house: House, clock: ToldClock, capsys: pytest.CaptureFixture[str]
) -> None:
    nurse.unlock(PASSWORD)
    bring(PERSON)
    open_person(nurse)
    start_visit(nurse)
    meet_every_gate(nurse)
    first = first_visit(nurse)
    nurse.lock()
    clock.passes(25 * 60 * 60)
    nurse.unlock(PASSWORD)
    nurse.keys.press("1", held=CTRL)
    nurse.waits_for("today")
    start_visit(nurse)
    second = second_visit(nurse)
    discharge(nurse)
    session = nurse.shell.desk.session
    with session.read() as connection:
        (taught,) = connection.execute(select(episode)).all()
        visits = visits_of_episode(connection, taught.id)
    assert taught.outcome == Outcome.INDEPENDENT
    assert [{rating.level for rating in one.sections[0].ratings.values()} for one in visits] == [
        {Level.INDEPENDENT}
    ] * 2

    opened, key = keys_of(nurse)
    assert any(opened)
    assert any(key)
    held: list[list[str]] = []
    nurse.app.locked.connect(lambda: held.append(words_held(FAMILY)))
    assert words_held(FAMILY)
    nurse.lock()
    assert held == [[]], "the name was still in these before they were taken down"
    assert words_held(FAMILY) == []
    assert not any(opened)
    assert not any(key)
    assert nurse.app.window.windowTitle() == "Unlock · SMF Desktop"
    nurse.app.window.close()
    found = house.verify(house.unlock("priya", PASSWORD))
    assert (found.ok, found.findings) == (True, ())
    with capsys.disabled():
        sys.stdout.write(f"\nKeys from the first step to the signature: {first} at first, {second} at the next visit\n")
    assert second < STEPS + 25, "care before paperwork"


def note_of(nurse: Nurse) -> QPlainTextEdit:
    note = nurse.keys.to("Notes")
    assert isinstance(note, QPlainTextEdit)
    return note


PASTED = " \u202eout of order\u202c na\u00efve \U0001f642 <i>"


def test_F86_locked_in_the_middle_of_a_word_by_its_keys_the_word_is_there(nurse: Nurse, bring: Bring) -> None:
    nurse.unlock(PASSWORD)
    bring(PERSON)
    open_person(nurse)
    start_visit(nurse)
    section(nurse, "t")
    note_of(nurse)
    nurse.keys.paste(PASTED)
    nurse.keys.press("Holds the pen stead")
    nurse.lock()
    nurse.unlock(PASSWORD)
    nurse.waits_for("visit")
    section(nurse, "t")
    assert note_of(nurse).toPlainText() == f"{PASTED}Holds the pen stead"
    with nurse.shell.desk.session.read() as connection:
        assert [row.signed_at for row in connection.execute(select(visit))] == [None]


def test_F76_a_name_of_markup_and_direction_marks_is_plain_text_on_every_page(nurse: Nurse, bring: Bring) -> None:
    nurse.unlock(PASSWORD)
    name = f"{MARKUP.upper()}, <b>Bold</b> (Mrs)"

    def named_plainly() -> None:
        assert rich_labels() == []
        held = words_held(name)
        assert held
        assert [place for place in held if "tip: <img" in place.casefold()] == []

    def plainly(page: str) -> None:
        nurse.waits_for(page)
        named_plainly()
        banner = nurse.shell.banner
        assert page == "today" or (banner.name.text(), banner.isVisible()) == (name, True)

    bring(STRANGE, named_plainly)
    open_person(nurse, named_plainly)
    plainly("patient")
    start_visit(nurse)
    plainly("visit")
    nurse.keys.press("1", held=CTRL)
    plainly("today")
    nurse.keys.press(Qt.Key.Key_Left, held=ALT)
    nurse.waits_for("visit")
    nurse.keys.press(Qt.Key.Key_Escape)
    plainly("patient")
    nurse.keys.press("6", held=ALT)
    plainly("patient")
    nurse.keys.press("x", held=CTRL | SHIFT)
    plainly("discharge")
