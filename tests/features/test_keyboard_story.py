"""The main job by keyboard alone, on the real application and a real encrypted store: no mouse, no shortcut of a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.keyboard import ALT, CTRL, ENTER, SHIFT, SPACE, TAB, Nurse, rich_labels, someone_at, spoken, words_held
from tests.support.keys import ToldClock

__all__ = ["clock", "house", "service_template"]

FAMILY = "Llewellyn"
HEAD = "nhs_number,family_name,given_name,title,date_of_birth,skill,referral_received,source,reason\n"
PERSON = HEAD + f"999 055 4463,{FAMILY},Ceri,Mrs,02/05/1960,insulin,10/11/2026,gp,New insulin\n"


@pytest.fixture
def nurse(
    house: House, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Nurse]:
    monkeypatch.setattr("ui.app.system_signals", lambda window, left: None)
    yield from someone_at(house, qapp, qtbot)


def picture(nurse: Nurse, name: str) -> None:
    nurse.app.window.grab().save(f"/tmp/pics/story/{name}.png")


def import_file(nurse: Nurse, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    nurse.keys.press("i", held=CTRL | SHIFT)
    nurse.dialog("Import referrals")
    nurse.keys.press(SPACE)
    nurse.settle()
    picture(nurse, "import")
    QApplication.activeModalWidget().grab().save("/tmp/pics/story/import_dialog.png")
    nurse.keys.press(ENTER, held=CTRL)
    nurse.toast("1 referral imported")
    nurse.settle()


def test_the_main_job_by_keyboard_alone(
    nurse: Nurse, house: House, clock: ToldClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = nurse.keys
    file = tmp_path / "referrals.csv"
    file.write_text(PERSON, "utf-8")
    picture(nurse, "unlock")
    nurse.unlock(PASSWORD)
    picture(nurse, "today_empty")
    import_file(nurse, monkeypatch, file)
    keys.press("2", held=CTRL)
    nurse.waits_for("caseload")
    picture(nurse, "caseload_empty")
    print("focus", spoken(keys.focus()), keys.focus())
