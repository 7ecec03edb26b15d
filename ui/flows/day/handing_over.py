"""Handing people over from the list: for good, for some days, or as a sheet of paper."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QWidget

from smf_desktop.presenters.caseload.handover import HandoverFacts, as_page, as_text, handover_sheet
from smf_desktop.presenters.caseload.page import CaseloadLine
from smf_desktop.presenters.referral.page import Colleague
from smf_desktop.services.caseload.caseload import colleagues as colleagues_of
from smf_desktop.services.caseload.covering import (
    Away,
    Handed,
    NewAbsence,
    assign,
    call_off_absence,
    cover_pathways,
    end_covers,
    hand,
    pathways_of,
    record_absence,
)
from smf_desktop.services.caseload.handover import handover, on_the_sheet
from smf_desktop.services.session import Touched
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed, read_date
from ui.flows.form_draft import draft_anywhere
from ui.flows.opening import with_reasons
from ui.views.caseload.dialogs import SheetDialog
from ui.views.form_dialog import Ask, FormDialog

PRINT_AS = "Hand-over sheet"


class Hands:
    """The dialogs of handing over, over one page."""

    def __init__(self, desk: Desk, asker: Asker, over: QWidget) -> None:
        self._desk, self._asker, self._over = desk, asker, over
        self._sheet: SheetDialog | None = None

    def forget(self) -> None:
        """The page is locked: no sheet stays open."""
        sheet, self._sheet = self._sheet, None
        if sheet is not None:
            sheet.done(QDialog.DialogCode.Rejected)

    def ask_assign(self, people: Sequence[str], who: str) -> None:
        """Who teaches these people from now on."""
        self._with_colleagues(lambda found: self._assign(people, who, found))

    def ask_cover(self, people: Sequence[str], who: str) -> None:
        """Who stands in on these people's pathways, and on which days."""
        self._with_colleagues(lambda found: self._cover(people, who, found))

    def ask_away(self) -> None:
        """Which colleague is away, and who has their list meanwhile."""
        self._with_colleagues(self._away)

    def ask_sheet(self) -> None:
        """Whose list the hand-over sheet is of."""
        self._with_colleagues(self._whose_sheet)

    def end_covers(self, lines: Sequence[CaseloadLine]) -> None:
        """The covers of single pathways that these people have end now."""
        covers = tuple(cover for line in lines for cover in line.lent)
        session = self._desk.session
        act = Act(
            "cover ended",
            undo=partial(end_covers, session, covers, cancelled=False),
            redo=partial(end_covers, session, covers),
        )
        self._asker.run(act.redo, lambda touched: self._asker.did("Cover ended", touched, act))

    def _with_colleagues(self, then: Callable[[tuple[Colleague, ...]], None]) -> None:
        self._desk.lanes.read.run(partial(colleagues_of, self._desk.session), done=then, failed=self._desk.tell)

    def _dialog(self, title: str, asks: Sequence[Ask], primary: str, *, who: str = "", about: str = "") -> FormDialog:
        read = read_date(self._desk.session)
        return FormDialog(title, asks, primary, who=who, about=about, read_date=read, parent=self._over.window())

    def _assign(self, people: Sequence[str], who: str, found: tuple[Colleague, ...]) -> None:
        session = self._desk.session
        asks = [Ask("nurse", "Who teaches from now on?", "choice", value=session.user.id, options=_named(found))]
        title = "Assign this person?" if len(people) == 1 else f"Assign {len(people)} people?"
        about = "Every open pathway goes over. Bookings stay with whoever they were made for."
        dialog = self._dialog(title, asks, "Assign", who=who, about=about)

        def job(typed: Typed) -> Callable[[], Handed]:
            reader = Reader(typed, session.today())
            nurse = reader.needed("nurse", "Choose who teaches")
            reader.check()
            return lambda: assign(session, pathways_of(session, people), nurse)

        def done(handed: Handed) -> None:
            act = _taken_back(self._desk, handed) if handed.before else None
            words = _people(len(people), "assigned") if act else "Nothing to assign"
            self._asker.did(words, handed.touched, act)

        self._asker.ask(dialog, job, done, "Assigning")

    def _cover(self, people: Sequence[str], who: str, found: tuple[Colleague, ...]) -> None:
        session = self._desk.session
        asks = [
            Ask("nurse", "Who stands in?", "choice", options=_named(found, needed=True)),
            Ask("from", "From", "date", value="today", half=True),
            Ask("until", "Until and including", "date", half=True),
            Ask("reason", "Why", optional=True),
        ]
        about = "After the last day the pathways return by themselves."
        dialog = self._dialog("Arrange cover?", asks, "Arrange cover", who=who, about=about)

        def job(typed: Typed) -> Callable[[], tuple[tuple[str, ...], Touched]]:
            reader = Reader(typed, session.today())
            nurse = reader.needed("nurse", "Choose who stands in")
            first = reader.day("from")
            last = reader.day("until", earliest=first)
            reader.check()
            assert first is not None
            assert last is not None
            reason = reader.text("reason")
            return lambda: cover_pathways(session, pathways_of(session, people), nurse, first, last, reason)

        def done(answer: tuple[tuple[str, ...], Touched]) -> None:
            covers, touched = answer
            act = Act(
                "cover arranged",
                undo=partial(end_covers, session, covers),
                redo=partial(end_covers, session, covers, cancelled=False),
            )
            self._asker.did(_people(len(people), "covered"), touched, act)

        self._asker.ask(dialog, job, done, draft=draft_anywhere(self._desk, "cover", people))

    def _away(self, found: tuple[Colleague, ...]) -> None:
        session = self._desk.session
        asks = [
            Ask("nurse", "Who is away?", "choice", value=session.user.id, options=_named(found)),
            Ask("from", "From", "date", value="today", half=True),
            Ask("until", "Until and including", "date", half=True),
            Ask(
                "covered_by",
                "Who has their list meanwhile?",
                "choice",
                options=(("", "Nobody yet"), *_named(found)),
                hint="The list returns by itself after the last day. With nobody, doses are asked about in red.",
            ),
            Ask("reason", "Why", "choice", value="leave", options=_REASONS),
        ]
        dialog = self._dialog("Who is away?", asks, "Save")

        def job(typed: Typed) -> Callable[[], Away]:
            reader = Reader(typed, session.today())
            nurse = reader.needed("nurse", "Choose who is away")
            first = reader.day("from")
            last = reader.day("until", earliest=first)
            reader.check()
            assert first is not None
            assert last is not None
            by = reader.text("covered_by") or None
            return partial(record_absence, session, NewAbsence(nurse, first, last, reader.text("reason"), by))

        def done(away: Away) -> None:
            call_off = partial(call_off_absence, session, away.id, away.questions)
            act = Act("absence saved", undo=call_off, redo=partial(call_off, cancelled=False))
            self._asker.did(_left_open(away), away.touched, act)

        self._asker.ask(dialog, job, done)

    def _whose_sheet(self, found: tuple[Colleague, ...]) -> None:
        session = self._desk.session
        asks = [Ask("nurse", "Whose list?", "choice", value=session.user.id, options=_named(found))]
        about = "That the sheet was made is noted in each record on it."
        dialog = self._dialog("Make a hand-over sheet?", asks, "Make sheet", about=about)

        names = {one.id: one.name for one in found}

        def job(typed: Typed) -> Callable[[], tuple[str, tuple[str, ...]]]:
            return lambda: (typed["nurse"], on_the_sheet(session, typed["nurse"]))

        def known(answer: tuple[str, tuple[str, ...]]) -> None:
            nurse, people = answer
            make = partial(self._asker.run, partial(handover, session, nurse), self._show_sheet)
            with_reasons(self._desk, self._over, people, lambda many: _outside(names[nurse], many), make)

        self._asker.ask(dialog, job, known, "Making")

    def _show_sheet(self, facts: HandoverFacts) -> None:
        sheet = handover_sheet(facts, self._desk.session.checklists)
        dialog = SheetDialog(sheet.title, as_page(sheet), as_text(sheet), self._over.window())
        self._sheet = dialog
        dialog.finished.connect(lambda _code: self._left(dialog))
        dialog.print_wanted.connect(lambda: print_document(dialog.document(), PRINT_AS, dialog))
        dialog.open()

    def _left(self, dialog: SheetDialog) -> None:
        if self._sheet is dialog:
            self._sheet = None


_REASONS = (("leave", "Leave"), ("sick", "Sick"), ("training", "Training"), ("other", "Other"))


def _named(found: Sequence[Colleague], *, needed: bool = False) -> tuple[tuple[str, str], ...]:
    first = (("", "Choose a colleague"),) if needed else ()
    return (*first, *((one.id, f"{one.name} (you)" if one.is_me else one.name) for one in found))


def _outside(nurse: str, count: int) -> str:
    return f"Hand-over sheet of {nurse}, {'1 person' if count == 1 else f'{count} people'} not on your list"


def _people(count: int, done: str) -> str:
    return f"1 person {done}" if count == 1 else f"{count} people {done}"


def _left_open(away: Away) -> str:
    """That it is saved, and which visits nobody makes."""
    if not away.left:
        return "Absence saved"
    visits = "1 visit has" if len(away.left) == 1 else f"{len(away.left)} visits have"
    doses = "none gives a dose"
    if away.doses:
        doses = f"{away.doses} {'gives' if away.doses == 1 else 'give'} a dose: see To settle now on Today"
    return f"Absence saved. {visits} nobody to make {'it' if len(away.left) == 1 else 'them'}; {doses}"


def _taken_back(desk: Desk, handed: Handed) -> Act:
    """A hand-over can be taken back and made again: each pathway goes to whoever had it."""
    session, now = desk.session, [handed]

    def turn() -> Touched:
        now[0] = hand(session, now[0].before)
        return now[0].touched

    return Act("people assigned", undo=turn, redo=turn)


def print_document(document: QTextDocument, name: str, over: QWidget) -> None:
    """Ask for a printer and print; the name of the job says nothing about anyone."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # only here: it reads the printers of the machine

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    dialog = QPrintDialog(printer, over)
    if dialog.exec():
        document.print_(printer)
