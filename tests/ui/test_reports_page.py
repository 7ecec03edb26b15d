"""The reports page by keyboard alone: choosing, how a figure was counted, saving it, and what is never shown."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from smf_core.figures.figure import Split
from smf_core.figures.report import NotHeard
from smf_desktop.presenters.reports.choice import choice_kept
from smf_desktop.services.auditing import REPORT
from smf_desktop.services.reporting.exporting import Format
from smf_desktop.services.session import Session
from smf_desktop.trouble import FileUnwritable
from tests.support.demos import half_a_year
from tests.support.desks import OnDesk
from tests.support.keyboard import rich_labels
from tests.support.opened import Open, open_page
from tests.support.pressing import Alt, Ctrl, Shift, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.actions import Action
from ui.desk import Place
from ui.flows.reports.page import ReportsPage
from ui.views.form_dialog import FormDialog
from ui.views.reports.page import ReportsView
from ui.views.reports.windows import HowCounted, Saving
from ui.views.table_dialog import TableDialog

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
Reading = Callable[[Session], OnDesk]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The lead's session of a small demo, at its own day."""
    for made in half_a_year(tmp_path_factory):
        yield made.sessions["lead"]


@pytest.fixture
def read(qtbot: QtBot, open_page: Open) -> Reading:
    def opened(session: Session) -> OnDesk:
        one = open_page(session, ReportsPage, Place("reports"))
        qtbot.waitUntil(lambda: bool(view(one).table.rows))
        qtbot.waitUntil(lambda: view(one).options.period.hasFocus())
        return one

    return opened


def view(desk: OnDesk) -> ReportsView:
    assert isinstance(desk.page.widget, ReportsView)
    return desk.page.widget


def page(desk: OnDesk) -> ReportsPage:
    assert isinstance(desk.page, ReportsPage)
    return desk.page


def settled(qtbot: QtBot, desk: OnDesk) -> None:
    qtbot.waitUntil(lambda: desk.is_idle)


def save(desk: OnDesk, path: Path) -> None:
    facts = page(desk)._facts
    assert facts is not None
    page(desk)._saving.save(facts, "csv", path)


def words(desk: OnDesk) -> str:
    return " ".join(row.spoken for row in view(desk).table.rows)


def test_a_report_is_chosen_and_read_by_keys(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    assert desk.page.title == "Caseload reduction report"
    assert view(desk).header.about.text() == "All teams · 01-Nov-2025 to 31-Oct-2026"
    press(qtbot, Key.Key_Tab, held=Shift)
    press(qtbot, Key.Key_Down)
    qtbot.waitUntil(lambda: view(desk).header.title.text() == "Discharge rates report")
    view(desk).table.setFocus()
    press(qtbot, Key.Key_Down, Key.Key_Return)
    how = in_front(qtbot, kind=HowCounted)
    assert "left every skill they closed as independent" in how.area.accessibleDescription()
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert not desk.told
    assert rich_labels() == []


def test_every_report_can_be_split_and_taken_back(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    for report in ("discharge-rates", "visits-to-discharge", "caseload", "core-referrals", "caseload-reduction"):
        for split in ("skill", "team", "month", "none"):
            view(desk).options.chosen.emit("report", report)
            view(desk).options.chosen.emit("by", split)
            settled(qtbot, desk)
            assert view(desk).table.rows
            assert "nan" not in words(desk).casefold()
    assert not desk.told
    view(desk).options.chosen.emit("report", "caseload")
    settled(qtbot, desk)
    desk.page.do(Action.UNDO)
    settled(qtbot, desk)
    assert view(desk).options.report.key() == "caseload-reduction"
    desk.page.do(Action.REDO)
    settled(qtbot, desk)
    assert view(desk).options.report.key() == "caseload"


def test_small_numbers_are_hidden_until_a_lead_says_why(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    box = view(desk).options.hide_small
    assert box.isChecked()
    assert "under 5" in words(desk).casefold()
    box.setFocus()
    press(qtbot, Key.Key_Space)
    dialog: FormDialog = in_front(qtbot)
    assert box.isChecked()
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: dialog.fields["why"].message.words.text() == "Choose a reason")
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: not box.isChecked())
    settled(qtbot, desk)
    assert "under 5" not in words(desk).casefold()
    assert view(desk).small.isVisible()
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    box.setFocus()
    press(qtbot, Key.Key_Space)
    settled(qtbot, desk)
    assert box.isChecked()
    assert "under 5" in words(desk).casefold()
    assert not view(desk).small.isVisible()


def test_a_nurse_and_a_locality_are_chosen_by_keys_and_what_is_chosen_is_kept(
    qtbot: QtBot, read: Reading, demo: Session
) -> None:
    kept: dict[str, bytes] = {}
    desk = read(demo)
    page(desk)._desk = replace(page(desk)._desk, keep=kept.__setitem__)
    view(desk).options.nurse.setFocus()
    press(qtbot, Key.Key_Down)
    settled(qtbot, desk)
    view(desk).options.locality.setFocus()
    press(qtbot, Key.Key_Down)
    settled(qtbot, desk)
    asked = page(desk)._choice
    assert (asked.nurse != "", asked.locality) == (True, "North")
    assert view(desk).header.about.text().split(" · ")[2] == "North"
    assert choice_kept(kept["report_choice"]) == asked
    assert not desk.told


def test_a_report_is_saved_as_json_too(
    qtbot: QtBot, read: Reading, demo: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = read(demo)
    out = tmp_path / "report.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    view(desk).json.setFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(out.exists)
    settled(qtbot, desk)
    assert msgspec.json.decode(out.read_bytes())["report"] == "caseload-reduction"


def test_an_administrator_exports_with_small_numbers_hidden_alone(qtbot: QtBot, read: Reading, team: Team) -> None:
    desk = read(team.admin)
    assert not view(desk).options.hide_small.isEnabled()
    assert view(desk).options.small_about.text().endswith("A team lead can show them.")
    assert desk.page.can(Action.EXPORT_CSV)


def test_a_report_of_nothing_says_why_line_by_line(qtbot: QtBot, read: Reading, team: Team) -> None:
    desk = read(team.lead)
    for row in view(desk).table.rows:
        assert row.said.value in ("", "0") or row.said.value.startswith("0 of")
        assert row.said.value or row.reason or row.said.change == "–"
    assert "%" not in words(desk).replace("95% CI", "")
    assert view(desk).dock.words.text().startswith("0 rows, pseudonymised.")
    desk.page.do(Action.PREVIEW_ROWS)
    rows = in_front(qtbot, kind=TableDialog)
    qtbot.waitUntil(lambda: rows.empty.isVisible())


def test_days_before_the_service_and_turned_round_are_sentences(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    page(desk)._choose("period", "days")
    dialog = in_front(qtbot, kind=FormDialog)
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "02/03/2001", Key.Key_Tab)
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "01/03/2001")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: bool(dialog.fields["until"].message.words.text()))
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, "31/03/2001")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: view(desk).header.about.text() == "All teams · 02-Mar-2001 to 31-Mar-2001")
    settled(qtbot, desk)
    assert "Nobody's teaching ended in this period." in words(desk)
    assert "%" not in words(desk).replace("95% CI", "")


def test_rows_are_shown_before_they_are_saved_and_name_nobody(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    page(desk)._choose("period", "this")
    settled(qtbot, desk)
    desk.page.do(Action.PREVIEW_ROWS)
    rows = in_front(qtbot, kind=TableDialog)
    qtbot.waitUntil(lambda: bool(rows.model.rows))
    assert {row[0] for row in rows.model.rows} == {"new code"}


def test_ctrl_e_saves_whole_and_who_did_is_said(
    qtbot: QtBot, read: Reading, demo: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = read(demo)
    named: list[str] = []

    def choose(over: object, title: str, name: str, files: str) -> tuple[str, str]:
        named.append(name)
        return str(tmp_path / "figures"), files

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    press(qtbot, Key.Key_E, held=Ctrl)
    qtbot.waitUntil(lambda: desk.toasts == ["Report saved"], timeout=20_000)
    assert named == ["caseload-reduction-2025-11-01-to-2026-10-31.csv"]
    assert {path.name for path in tmp_path.iterdir()} == {"figures.csv", "figures-rows.csv"}
    assert (tmp_path / "figures.csv").read_text("utf-8-sig").startswith("figure,label,")
    qtbot.waitUntil(lambda: view(desk).last.text().startswith("Last exported 17-Nov-2026 by "))
    assert "sha256=" in demo.store.noted(REPORT)[-1].detail
    page(desk)._choose("period", "months:6")
    qtbot.waitUntil(lambda: view(desk).overlap.isVisible())
    assert "01-Nov-2025 to 31-Oct-2026" in view(desk).overlap.accessibleName()


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_a_workbook_and_a_document_are_saved(
    qtbot: QtBot, read: Reading, demo: Session, tmp_path: Path, form: Format
) -> None:
    desk = read(demo)
    facts = page(desk)._facts
    assert facts is not None
    page(desk)._saving.save(facts, form, tmp_path / f"figures.{form}")
    qtbot.waitUntil(lambda: bool(desk.toasts) or bool(desk.told), timeout=60_000)
    assert not desk.told
    assert (tmp_path / f"figures.{form}").read_bytes()[:2] in (b"PK", b"%P")


def test_a_report_that_is_stopped_leaves_nothing(qtbot: QtBot, read: Reading, demo: Session, tmp_path: Path) -> None:
    desk, go = read(demo), Event()
    desk.lanes.work.run(go.wait, done=lambda _: None, failed=lambda _: None)  # what is to be saved waits behind it
    save(desk, tmp_path / "figures.csv")
    dialog = in_front(qtbot, kind=Saving)
    assert not desk.page.can(Action.EXPORT_CSV)
    press(qtbot, Key.Key_Escape)
    assert dialog.stop.accessibleName() == "Stopping"
    go.set()
    qtbot.waitUntil(lambda: desk.toasts == ["Stopped, nothing was saved"], timeout=20_000)
    assert list(tmp_path.iterdir()) == []
    assert desk.page.can(Action.EXPORT_CSV)


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(
    qtbot: QtBot, read: Reading, demo: Session, tmp_path: Path
) -> None:
    desk = read(demo)
    (tmp_path / "figures.csv").mkdir()
    save(desk, tmp_path / "figures.csv")
    qtbot.waitUntil(lambda: bool(desk.told), timeout=20_000)
    assert isinstance(desk.told[0], FileUnwritable)
    assert [path.name for path in tmp_path.iterdir()] == ["figures.csv"]


def test_nothing_of_the_figures_is_left_when_the_page_is_emptied(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    page(desk)._change(replace(page(desk)._choice, by=Split.SKILL, why_small="checking"))
    settled(qtbot, desk)
    desk.page.clear()
    assert view(desk).table.rows == ()
    assert view(desk).sentence.isHidden()
    assert page(desk)._choice.why_small == ""


def test_where_there_is_little_room_the_row_that_is_chosen_comes_into_view(
    qtbot: QtBot, read: Reading, demo: Session
) -> None:
    desk = read(demo)
    desk.window.resize(600, 260)
    settled(qtbot, desk)
    table = view(desk).table
    table.setFocus()
    press(qtbot, Key.Key_End, held=Ctrl)
    area = view(desk)._area
    qtbot.waitUntil(lambda: table.currentIndex().row() == len(table.rows) - 1)

    def is_in_view() -> bool:
        rect = table.visualRect(table.currentIndex())
        top = table.viewport().mapTo(area.viewport(), rect.topLeft()).y()
        return 0 <= top <= area.viewport().height() - rect.height()

    qtbot.waitUntil(is_in_view)
    assert area.horizontalScrollBar().maximum() == 0


def test_alt_down_opens_a_list(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    press(qtbot, Key.Key_Down, held=Alt)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert view(desk).options.period.key() == "months:12"


def test_what_other_laptops_still_hold_is_said(qtbot: QtBot, read: Reading, demo: Session) -> None:
    desk = read(demo)
    assert not view(desk).incomplete.isVisible()
    page(desk)._heard((NotHeard("Priya's laptop", "2026-10-01T09:00:00+00:00"),))
    assert view(desk).incomplete.isVisible()
    assert view(desk).incomplete.accessibleName() == "Incomplete: work on Priya's laptop may not be in it."
    assert not view(desk).incomplete.link.isVisible()
    page(desk)._heard(())
    assert not view(desk).incomplete.isVisible()
