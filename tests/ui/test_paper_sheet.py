"""The checklist on paper, blank and with last ratings: real pages, read back."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from smf_core.domain.visit import Level
from smf_desktop.services.day.paper_sheets import blank_sheet, sheet_for
from smf_desktop.store.tables import pending_access
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import bench
from tests.support.visits import at_home, taught
from ui.flows.paper_sheet import show_sheet_for
from ui.widgets.pdf import PdfPreview

__all__ = ["laptop", "store_template", "team"]


def words_of(qtbot: QtBot, pdf: bytes) -> str:
    preview = PdfPreview("sheet")
    qtbot.addWidget(preview)
    preview.show_pdf(pdf, "")
    return preview.words


def test_a_blank_sheet_has_every_step_and_nobodys_name(qtbot: QtBot, team: Team) -> None:
    at_home(team)
    pdf = blank_sheet(team.nurse, "insulin")
    words = words_of(qtbot, pdf)
    assert b"StructTreeRoot" in pdf
    for step in team.nurse.checklists.newest("insulin").steps:
        assert step.short in words
    assert "ABERNATHY" not in words
    assert "Last seen" not in words


def test_a_sheet_for_someone_has_the_last_ratings_and_the_printing_is_noted(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    checklist = team.nurse.checklists.newest("insulin")
    taught(team, home, days_ago=3, levels={checklist.steps[0].id: Level.PROMPTED})
    words = words_of(qtbot, sheet_for(team.nurse, home.episodes["insulin"]))
    assert "ABERNATHY, Doreen (Mrs)" in words
    assert "Allergies not asked yet" in words
    assert "Last seen 14-Nov-2026" in words
    with team.nurse.read() as connection:
        noted = connection.execute(select(pending_access.c.action, pending_access.c.patient)).all()
    assert ("print", home.patient) in [tuple(row) for row in noted]


def test_the_sheet_is_seen_before_it_is_printed_and_its_window_says_no_name(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    one = bench(team.nurse)
    try:
        desk = one.page.desk
        dialog = show_sheet_for(desk, home.episodes["insulin"], "Insulin", one.view)
        qtbot.waitUntil(lambda: dialog.preview.page_count > 0, timeout=20_000)
        assert "ABERNATHY" not in dialog.windowTitle()
        assert dialog.print.isEnabled()
        with qtbot.waitSignal(dialog.finished):
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    finally:
        one.close()


def test_a_sheet_closed_before_its_page_is_set_is_shown_no_more(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    one = bench(team.nurse)
    try:
        dialog = show_sheet_for(one.page.desk, home.episodes["insulin"], "Insulin", one.view)
        dialog.reject()
        one.lanes.work.drain()
        assert one.told == []
    finally:
        one.close()
