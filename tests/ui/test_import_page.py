"""A file of referrals on the page: what was found, put right, taken in, saved for later."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from smf_core.records.queries.referrals import referrals
from smf_desktop.presenters.referral.page import RowKind, progress_words
from smf_desktop.services.drafts import TypedForm, draft, drafts
from smf_desktop.services.referral.triage import Acceptance, accept
from tests.support.desks import OnDesk
from tests.support.keyboard import words_held
from tests.support.pressing import Ctrl, Key, Shift, in_front, press
from tests.support.referral_pages import HEAD, TWO, Open, calendar, open_page, received, referred, to, view
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template
from ui.flows.referral.intake import ReferralsPage
from ui.flows.referral.page import ImportDialog
from ui.views.form_dialog import FormDialog

__all__ = ["calendar", "laptop", "live_team", "open_page", "store_template", "team"]


MESSY = Path(__file__).parents[1] / "data" / "referrals-messy.csv"
THIRTIETH = "999 114 2204,Idowu,Grace,30-Feb-1968,insulin,2026-11-12,gp\n"


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


def type_over(qtbot: QtBot, one: OnDesk, words: str) -> None:
    """The first cell to correct of the row that is chosen."""
    panel = view(one).bring
    press(qtbot, Key.Key_F2)
    panel.table.editor.selectAll()
    press(qtbot, words, Key.Key_Return)


def test_cells_put_right_are_there_again_with_the_same_file_after_a_lock_and_gone_once_it_is_imported(
    team: Team, importing: OnDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    panel, path = view(importing).bring, file_of(tmp_path, TWO + THIRTIETH)
    read(importing, path)
    qtbot.waitUntil(lambda: len(panel.table.rows) == 3)
    press(qtbot, Key.Key_F8)
    type_over(qtbot, importing, "9990237719")
    importing.page.clear()  # locked before it is checked
    assert not panel.table.rows
    qtbot.waitUntil(lambda: importing.is_idle)
    assert [typed.lines for typed in left_in(team)] == [("Row 4, nhs number: 9990237719",)]
    read(importing, file_of(tmp_path, TWO + THIRTIETH.replace("Grace", "Gracie")))
    qtbot.waitUntil(lambda: len(panel.table.rows) == 3)
    assert [fix.column for fix in panel.table.rows[2].fixes] == ["nhs_number", "date_of_birth"], "that is another file"
    read(importing, file_of(tmp_path, TWO + THIRTIETH))
    qtbot.waitUntil(lambda: len(importing.toasts) == 1)
    assert importing.toasts == ["What you corrected in this file before is put in again"]
    assert [fix.column for fix in panel.table.rows[2].fixes] == ["date_of_birth"]
    press(qtbot, Key.Key_F8)
    type_over(qtbot, importing, "03/03/1968")
    qtbot.waitUntil(lambda: not panel.running and panel.table.rows[2].kind is not RowKind.ERROR)
    qtbot.waitUntil(lambda: importing.is_idle)
    assert len(left_in(team)[0].fields) == 2
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: "3 referrals imported" in importing.toasts)
    qtbot.waitUntil(lambda: importing.is_idle)
    assert received(team) == 3
    assert left_in(team) == []


def left_in(team: Team) -> list[TypedForm]:
    """What the nurse typed and has not saved."""
    found = [draft(team.nurse, row.page, row.record, TypedForm) for row in drafts(team.nurse)]
    return [form for form in found if form]


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
    form = in_front(qtbot)
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
    form = in_front(qtbot)
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
    in_front(qtbot, kind=ImportDialog)
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
