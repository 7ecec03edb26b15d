"""B34 and F86 on the real visit page: what was rated and typed is there again after a lock, and nothing is signed."""

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from smf_core.domain.visit import Level, VisitForm
from smf_core.records.tables import visit
from smf_desktop.compose import House
from smf_desktop.services.drafts import VISIT, draft
from tests.support.houses import PASSWORD, clock, computer, demo_template
from tests.support.keys import ToldClock
from ui.app import App
from ui.desk import Place
from ui.main_window import Shell
from ui.tour import _places

__all__ = ["clock", "demo_template"]

TYPED = "Pen held well. <i>Says</i> 12 units \u202eout of order\u202c 🙂"


def unlocked(qtbot: QtBot, app: App) -> Shell:
    flow = app.unlock
    assert flow is not None
    while flow.view.person is None or flow.view.person.username != "nurse":
        qtbot.keyClick(flow.view.password.edit, Qt.Key.Key_Down)
    with qtbot.waitSignal(app.opened, timeout=20_000):
        qtbot.keyClicks(flow.view.password.edit, PASSWORD)
        qtbot.keyClick(flow.view.password.edit, Qt.Key.Key_Return)
    assert app.shell is not None
    return app.shell


def settled(qtbot: QtBot, shell: Shell) -> None:
    lanes = (shell.lanes.store, shell.lanes.read)
    qtbot.waitUntil(lambda: all(lane.is_idle for lane in lanes), timeout=10_000)


def signed(shell: Shell) -> int:
    with shell.desk.session.read() as connection:
        found = select(func.count()).select_from(visit).where(visit.c.signed_at.is_not(None))
        return int(connection.execute(found).scalar_one())


def note_field(shell: Shell) -> QPlainTextEdit:
    """The notes of the whole visit: the tallest field for typing on the page."""
    fields = [each for each in shell.stack.currentWidget().findChildren(QPlainTextEdit) if each.isVisible()]
    return max(fields, key=lambda each: each.height())


def test_reg_B34_a_visit_locked_mid_form_comes_back_to_the_character_and_unsigned(
    qtbot: QtBot, qapp: QApplication, demo_template: Path, tmp_path: Path, clock: ToldClock
) -> None:
    clock.wall = clock.wall.replace(hour=10, minute=52)
    house = House(computer(clock=clock, first_id=8_000_000), Path(shutil.copytree(demo_template, tmp_path / "store")))
    app = App(house, qapp)
    qtbot.addWidget(app.window)
    with qtbot.waitExposed(app.window):
        app.begin()
    app.window.activateWindow()
    shell = unlocked(qtbot, app)
    place: Place = _places(shell.desk.session)["visit"]
    shell.go(place)
    settled(qtbot, shell)
    before = signed(shell)
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_4)
    note = note_field(shell)
    note.setFocus()
    note.insertPlainText(TYPED)
    with qtbot.waitSignal(app.locked):
        qtbot.keyClick(note, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    shell = unlocked(qtbot, app)
    settled(qtbot, shell)
    assert shell.place is not None
    assert (shell.place.page, shell.place.record) == ("visit", place.record)
    qtbot.waitUntil(lambda: note_field(shell).toPlainText() == TYPED)
    assert signed(shell) == before
    form = draft(shell.desk.session, VISIT, place.record or "", VisitForm)
    assert form is not None
    assert [mark.level for section in form.sections for mark in section.marks.values()] == [Level.INDEPENDENT]
    assert [section.notes for section in form.sections] == [TYPED]
    app.window.close()
