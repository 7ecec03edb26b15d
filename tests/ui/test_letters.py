"""Letters by keyboard: shown, printed, sent, saved, withdrawn; on a page for everybody, in a panel for one person."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QBuffer, QIODevice, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from smf_core.domain.discharge import Outcome
from smf_core.domain.letter import LetterKind, LetterState
from smf_core.records.queries.letters import letters_of
from smf_desktop.reports.letters import letter_pdf
from smf_desktop.services.drafts import drafts
from smf_desktop.services.letters.letters import mark_sent, withdraw
from smf_desktop.services.people import Member, add_member
from tests.support.desks import OnDesk, on_desk
from tests.support.keyboard import rich_labels, words_held
from tests.support.letters import INSULIN, callable_service, change_medicine, ended, letters, listed_practices, taught
from tests.support.pressing import Key, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.letters.page import LettersPage, LettersPanel
from ui.tasks import Lanes
from ui.views.form_dialog import FormDialog
from ui.views.letters import LettersView

__all__ = ["laptop", "store_template", "team"]

CTRL = Qt.KeyboardModifier.ControlModifier
Opener = Callable[[], "Opened"]


class Opened:
    """The page on its desk, and short ways to press keys on what has the focus."""

    def __init__(self, qtbot: QtBot, desk: OnDesk) -> None:
        self.qtbot, self.desk = qtbot, desk
        page, view = desk.page, desk.page.widget
        assert isinstance(page, LettersPage)
        assert isinstance(view, LettersView)
        self.page, self.view = page, view

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        press(self.qtbot, *keys, held=held)

    def cells(self) -> list[tuple[str, ...]]:
        return [row.cells for row in self.view._rows]

    def shows(self, words: str) -> None:
        """Until the pages shown say this."""
        self.qtbot.waitUntil(lambda: words in " ".join(self.view.preview.words.split()))

    def dialog(self) -> FormDialog:
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FormDialog))
        found = QApplication.activeModalWidget()
        assert isinstance(found, FormDialog)
        return found


@pytest.fixture
def open_page(qtbot: QtBot, team: Team) -> Iterator[Opener]:
    made: list[OnDesk] = []

    def opened() -> Opened:
        one = on_desk(team.nurse, LettersPage)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(Place("letters"))
        found = Opened(qtbot, one)
        qtbot.waitUntil(lambda: bool(found.view.none.true.text().strip()))
        return found

    yield opened
    for one in made:
        page = one.page
        one.close()
        shiboken6.delete(page)


def test_the_letters_to_print_stand_with_the_first_one_shown(team: Team, open_page: Opener) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.qtbot.waitUntil(lambda: len(page.cells()) == 3)
    assert {cells[0] for cells in page.cells()} == {"ABERNATHY, Doreen (Mrs)"}
    assert {cells[1] for cells in page.cells()} == {"To the practice", "To the person", "To the core team"}
    assert {cells[-1] for cells in page.cells()} == {"To print"}
    assert page.view.tabs.tabText(0) == "To print 3"
    page.shows("Our teaching of insulin administration (pen device) ended on")
    assert QApplication.focusWidget() is page.view.table
    assert page.page.banner is not None
    assert page.page.banner.name == "ABERNATHY, Doreen (Mrs)"


def test_no_name_and_nobody_a_letter_goes_to_is_cut(team: Team, open_page: Opener) -> None:
    ended(team, taught(team))
    page = open_page()
    page.qtbot.waitUntil(lambda: len(page.cells()) == 3)
    table = page.view.table
    assert table.wordWrap()
    names = ["FEATHERSTONE, Rosalind (Miss)", "Core community nursing team"]
    for column, words in enumerate((names[0], "To the core team", names[1])):
        room = QRect(0, 0, table.columnWidth(column) - 20, 1000)
        font = QFont(table.font())
        font.setWeight(QFont.Weight.DemiBold if column == 0 else QFont.Weight.Normal)
        tall = QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap.value, words).height()
        assert tall <= table.rowHeight(0)


def test_arrows_choose_the_letter_and_large_print_sets_it_anew(team: Team, open_page: Opener) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    kinds = [cells[1] for cells in page.cells()]
    for _ in range(kinds.index("To the person")):
        page.press(Key.Key_Down)
    page.shows("Dear Mrs Abernathy")
    before = page.view.preview.page_count
    page.view.large.setFocus()
    page.press(Key.Key_Space)
    page.qtbot.waitUntil(lambda: page.view.preview.page_count > before)
    assert "What you do" in page.view.preview.view.accessibleDescription()


PRINTED_MS = 30_000
"""Three letters are set and painted before they are said to be printed."""


def printing_to(path: Path) -> QPrinter:
    """A printer of coarse dots, which takes pages quickly."""
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_all_letters_that_wait_are_printed_in_one_job_and_marked(team: Team, open_page: Opener, tmp_path: Path) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    assert page.view.print_all.isVisible()
    assert page.page.can(Action.PRINT_ALL)
    with team.nurse.read() as connection:
        one_by_one = [letter_pdf(one.content, template=one.template) for one in letters_of(connection, home.patient)]
    page.page.print_all_on(printing_to(tmp_path / "printer"))
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["3 letters printed"], timeout=PRINTED_MS)
    document = QPdfDocument()
    document.load(str(tmp_path / "printer"))
    assert document.pageCount() == sum(pages(each) for each in one_by_one)
    page.qtbot.waitUntil(lambda: page.cells() == [])
    assert page.view.tabs.tabText(1) == "Printed 3"
    assert not page.view.print_all.isVisible()
    assert not page.page.can(Action.PRINT_ALL)


def test_a_letter_whose_dose_no_longer_holds_is_left_out_of_print_all(
    team: Team, open_page: Opener, tmp_path: Path
) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    team.clock.forward(hours=1)
    add_member(team.nurse, home.patient, Member("medicine", {**INSULIN, "name": "Lantus"}))
    page = open_page()
    page.page.print_all_on(printing_to(tmp_path / "printer"))
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["1 letter printed, 2 left out"], timeout=PRINTED_MS)
    page.qtbot.waitUntil(lambda: len(page.cells()) == 2)
    assert {cells[-1] for cells in page.cells()} == {"Out of date. To print"}


class JamsAfter(QPrinter):
    """A printer that takes so many pages and no more."""

    def __init__(self, pages: int, path: Path) -> None:
        super().__init__(QPrinter.PrinterMode.ScreenResolution)
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(str(path))
        self._left = pages - 1

    def newPage(self) -> bool:
        self._left -= 1
        return self._left >= 0 and super().newPage()


def test_only_letters_of_which_every_page_went_are_marked(team: Team, open_page: Opener, tmp_path: Path) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    with team.nurse.read() as connection:
        held = {one.id: letter_pdf(one.content, template=one.template) for one in letters_of(connection, home.patient)}
    first = page.view.selected
    assert first is not None
    page.page.print_all_on(JamsAfter(pages(held[first.id]), tmp_path / "printer"))
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["1 of 3 letters printed"], timeout=PRINTED_MS)
    page.qtbot.waitUntil(lambda: len(page.cells()) == 2)


def pages(pdf: bytes) -> int:
    buffer, document = QBuffer(), QPdfDocument()
    buffer.setData(pdf)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    return document.pageCount()


def test_a_letter_is_printed_from_memory_and_marked_as_printed(team: Team, open_page: Opener, tmp_path: Path) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    page.page.print_on(printing_to(tmp_path / "printer"))
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Letter printed"])
    document = QPdfDocument()
    document.load(str(tmp_path / "printer"))
    assert document.pageCount() == page.view.preview.page_count
    image = document.render(0, document.pagePointSize(0).toSize())
    assert any(image.pixelColor(x, y).lightness() < 100 for x in range(0, 500, 2) for y in range(0, 400, 2))
    page.qtbot.waitUntil(lambda: len(page.cells()) == 2)
    assert page.view.tabs.tabText(1) == "Printed 1"


def test_control_enter_marks_a_letter_as_sent_and_control_z_takes_that_back(team: Team, open_page: Opener) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    chosen = page.view.selected
    assert chosen is not None
    page.press(Key.Key_Return, held=CTRL)
    dialog = page.dialog()
    assert dialog.windowTitle() == "How was this letter sent?"
    page.qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()))
    page.press(Key.Key_Down)
    page.press(Key.Key_Return, held=CTRL)
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Letter marked as sent"])
    sent = next(one for one in letters(team, home).values() if one.id == chosen.id)
    assert (sent.state, sent.how) == (LetterState.SENT, "email")
    page.qtbot.waitUntil(lambda: len(page.cells()) == 2)
    page.qtbot.waitUntil(lambda: page.page.can(Action.UNDO))
    page.page.do(Action.UNDO)
    page.qtbot.waitUntil(lambda: len(page.cells()) == 3)
    assert page.desk.toasts[-1] == "Taken back: Letter marked as sent"


def test_a_letter_is_withdrawn_with_a_reason(team: Team, open_page: Opener) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    page.page.do(Action.WITHDRAW_LETTER)
    dialog = page.dialog()
    page.qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()))
    page.press(Key.Key_Return, held=CTRL)
    assert dialog.fields["reason"].message.words.text() == "Enter why it is withdrawn"
    page.press("Wrong")
    page.page.clear()  # a lock takes nothing of it
    page = open_page()
    page.shows("Dear colleague")
    page.page.do(Action.WITHDRAW_LETTER)
    assert in_front(page.qtbot, "Why is this letter withdrawn?").values()["reason"] == "Wrong"
    page.press(" person", Key.Key_Return)
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Letter withdrawn"])
    assert list(drafts(page.desk.session)) == []
    for _ in range(3):
        page.qtbot.keyClick(page.view.tabs, Key.Key_Right)
    page.qtbot.waitUntil(
        lambda: [cells[-1] for cells in page.cells()] == ["Withdrawn 19-Nov-2026, Nurse Example: Wrong person"]
    )
    assert not page.page.can(Action.PRINT)
    assert not page.view.print.isEnabled()
    assert page.view.print.toolTip() == "The letter was withdrawn"


def test_saving_warns_once_that_the_file_leaves_the_encryption_and_suggests_no_surname(
    team: Team, open_page: Opener, tmp_path: Path
) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")

    def asked() -> QFileDialog:
        page.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
        found = QApplication.activeModalWidget()
        assert isinstance(found, QFileDialog)
        return found

    page.page.do(Action.SAVE_PDF)
    warning = page.dialog()
    said = " ".join(label.text() for label in warning.findChildren(QLabel))
    assert "outside the encryption" in said
    page.qtbot.keyClick(warning.primary, Key.Key_Return)
    first = asked()
    (suggested,) = first.selectedFiles()
    assert Path(suggested).name.startswith("letter-to-")
    assert Path(suggested).name.endswith("-2026-11-19.pdf")
    assert "abernathy" not in suggested.casefold()
    first.reject()
    page.page.do(Action.SAVE_PDF)
    asked().reject()  # it does not warn again
    page.page.save_to(tmp_path / "letter.pdf")
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Letter saved as PDF"])
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")


def test_a_closed_practice_offers_its_successor_and_goes_there_once_agreed(team: Team, open_page: Opener) -> None:
    listed_practices(team)
    home = taught(team, practice="C81001")
    ended(team, home)
    page = open_page()
    page.qtbot.waitUntil(lambda: len(page.cells()) == 3)
    place = [cells[1] for cells in page.cells()].index("To the practice")
    page.view.table.selectRow(place)
    notice = page.view.notices[0]
    assert notice.true.text() == "Alder Road Surgery closed on 30-Jun-2026."
    assert notice.link.text() == "Send to Friar Gate Health Centre"
    notice.link.setFocus()
    page.press(Key.Key_Return)
    page.qtbot.waitUntil(lambda: letters(team, home)[LetterKind.PRACTICE].to == "Friar Gate Health Centre")
    page.qtbot.waitUntil(lambda: "Friar Gate Health Centre" in {cells[2] for cells in page.cells()})
    page.qtbot.waitUntil(notice.isHidden)


def test_the_core_teams_answer_is_recorded_from_its_letter(team: Team, open_page: Opener) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.qtbot.waitUntil(lambda: len(page.cells()) == 3)
    page.view.table.selectRow([cells[1] for cells in page.cells()].index("To the core team"))
    page.view.notices[0].link.setFocus()
    page.press(Key.Key_Return)
    dialog = page.dialog()
    page.qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()))
    page.press("Sister Obi", Key.Key_Return)
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Core team's answer recorded"])
    held = letters(team, home)[LetterKind.CORE_TEAM]
    assert (held.confirmed_who, held.confirmed_on) == ("Sister Obi", team.nurse.today())


def test_an_out_of_date_letter_says_why(team: Team, open_page: Opener) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    team.clock.forward(days=1)
    change_medicine(team, home.patient, dose="14 units")
    page = open_page()
    page.qtbot.waitUntil(lambda: len(page.cells()) == 3)
    place = [cells[1] for cells in page.cells()].index("To the person")
    assert page.cells()[place][-1] == "Out of date. To print"
    page.view.table.selectRow(place)
    words = [notice.true.text() for notice in page.view.notices if not notice.isHidden()]
    assert "This letter is out of date: NovoRapid changed on 20-Nov-2026." in words


def test_overdue_letters_say_so(team: Team, open_page: Opener) -> None:
    home = taught(team)
    ended(team, home)
    team.clock.forward(days=5)
    page = open_page()
    page.qtbot.waitUntil(lambda: len(page.cells()) == 3)
    assert all(cells[-1] == "Overdue. To print" for cells in page.cells())
    assert page.view.page_header.about.text().endswith("3 here overdue: over 1 working day")


def test_with_no_letters_the_page_says_what_will_fill_it(team: Team, open_page: Opener) -> None:
    page = open_page()
    assert page.view.none.true.text() == "No letter waits to be printed"
    assert page.view.preview.empty.true.text() == "No letter chosen"
    assert not any(page.page.can(action) for action in (Action.PRINT, Action.MAIN, Action.SAVE_PDF))


def test_enter_opens_the_person(team: Team, open_page: Opener) -> None:
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    page.press(Key.Key_Return)
    assert page.desk.went == [Place("patient", home.patient)]


def test_locking_empties_the_page(team: Team, open_page: Opener) -> None:
    callable_service(team)
    home = taught(team)
    ended(team, home)
    page = open_page()
    page.shows("Dear colleague")
    page.page.clear()
    QApplication.processEvents()
    assert page.view.preview.page_count == 0
    assert [where for where in words_held("Abernathy") if "Letters" in where or "PDF" in where] == []
    assert rich_labels() == []


# --- the panel of one person ---------------------------------------------------------------------


@pytest.fixture
def panel(qtbot: QtBot, team: Team) -> Iterator[Callable[[Home], LettersPanel]]:
    window, lanes = QMainWindow(), Lanes()
    made: list[LettersPanel] = []

    def opened(home: Home) -> LettersPanel:
        desk = Desk(
            team.nurse, lanes, lambda _: None, lambda error: pytest.fail(repr(error)), lambda _: None, lambda _: None
        )
        one = LettersPanel(desk)
        made.append(one)
        window.setCentralWidget(one.widget)
        window.resize(1282, 500)
        window.show()
        one.enter(home.patient)
        return one

    yield opened
    for one in made:
        one.clear()
        lanes.store.drain()
    lanes.close()
    for thing in (window, *made, lanes.store, lanes.read, lanes.work):
        shiboken6.delete(thing)


def test_the_panel_holds_every_letter_of_the_person_newest_first(
    team: Team, qtbot: QtBot, panel: Callable[[Home], LettersPanel]
) -> None:
    home = taught(team)
    ended(team, home, Outcome.DECLINED)
    withdraw(team.nurse, letters(team, home)[LetterKind.CORE_TEAM].id, "Told by phone")
    mark_sent(team.nurse, letters(team, home)[LetterKind.PERSON].id, "post")
    one = panel(home)
    qtbot.waitUntil(lambda: len(one.view._rows) == 3)
    states = {row.cells[0]: row.cells[-1] for row in one.view._rows}
    assert states == {
        "To the practice": "To print",
        "To the person": "Sent 19-Nov-2026, Nurse Example, by post",
        "To the core team": "Withdrawn 19-Nov-2026, Nurse Example: Told by phone",
    }
    assert one.view.tabs.isHidden()
    qtbot.waitUntil(lambda: one.view.preview.page_count > 0)
    one.clear()
    assert one.view._rows == ()


def test_the_panel_of_somebody_without_letters_says_so(
    team: Team, qtbot: QtBot, panel: Callable[[Home], LettersPanel]
) -> None:
    home = taught(team)
    one = panel(home)
    qtbot.waitUntil(lambda: one.view.none.true.text() == "No letters yet")
