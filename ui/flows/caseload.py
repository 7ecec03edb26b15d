"""The Caseload page: people page by page, and referrals at triage."""

from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.caseload import (
    CaseloadCounts,
    CaseloadLine,
    caseload_lines,
    found_words,
    nobody,
    tab_titles,
)
from smf_desktop.presenters.caseload import (
    CaseloadPage as PageOfPeople,
)
from smf_desktop.presenters.referrals import Colleague, TriageFacts, TriageRow, triage_rows
from smf_desktop.presenters.today import counted
from smf_desktop.services.caseload import Asked, Sort, caseload_counts, caseload_page, colleagues, triage
from smf_desktop.services.session import Touched
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Asker
from ui.flows.booking import book
from ui.flows.referrals import ImportDialog, ask_accept, ask_reject, ask_wait
from ui.views.caseload import EVERYONE, MINE, REFERRALS, CaseloadView


class CaseloadPage:
    """One page of the window. `Place.record` may name a tab: mine, everyone or referrals."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._view = CaseloadView()
        self._asker = Asker(desk, self._view)
        self._asked = Asked()
        self._turn = 0
        self._words = ""
        self._fresh = True
        self._importing: ImportDialog | None = None
        view = self._view
        view.tab_chosen.connect(lambda _tab: self._choose_tab())
        view.filtered.connect(self._filter)
        view.sort_wanted.connect(self._sort)
        view.more_wanted.connect(self._more)
        view.open_wanted.connect(self._open)
        view.start_wanted.connect(self._start)
        view.book_wanted.connect(self._book)
        view.person_wanted.connect(lambda row: desk.go(Place("patient", row.patient)))
        view.accept_wanted.connect(self._accept)
        view.wait_wanted.connect(lambda row: ask_wait(desk, self._asker, view, row))
        view.reject_wanted.connect(lambda row: ask_reject(desk, self._asker, view, row))
        view.import_wanted.connect(self._import)
        view.show_order(self._asked.sort.value, down=False)

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def title(self) -> str:
        return "Caseload"

    @property
    def banner(self) -> BannerRow | None:
        return None

    @property
    def facts(self) -> str:
        return self._words

    def enter(self, place: Place) -> None:
        tab = {"mine": MINE, "everyone": EVERYONE, "referrals": REFERRALS}.get(place.record or "")
        self._fresh = True
        if tab is not None and tab != self._view.tabs.currentIndex():
            self._view.tabs.setCurrentIndex(tab)
        else:
            self._read()

    def refresh(self, touched: Touched) -> None:
        self._read()

    def leave(self) -> None:
        self._asker.close()

    def clear(self) -> None:
        self._turn += 1
        self._asker.forget()
        if self._importing is not None:
            self._importing.done(0)
        self._asked, self._words = Asked(), ""
        self._view.clear()

    def can(self, action: Action) -> bool:
        referral = self._tab == REFERRALS and self._view.triage.chosen() is not None
        person = self._tab != REFERRALS and self._view.people.chosen() is not None
        match action:
            case Action.MAIN:
                return referral or person
            case Action.ACCEPT_REFERRAL | Action.WAIT_FOR_INFORMATION | Action.SEND_BACK_REFERRAL:
                return referral
            case Action.BOOK:
                return person
            case Action.FILTER:
                return self._tab != REFERRALS
            case Action.UNDO:
                return self._asker.can_undo
            case Action.REDO:
                return self._asker.can_redo
        return action is Action.REFRESH

    def do(self, action: Action) -> None:
        row, line = self._view.triage.chosen(), self._view.people.chosen()
        match action:
            case Action.MAIN:
                self._view.main()
            case Action.FILTER:
                self._view.to_filter()
            case Action.REFRESH:
                self._read()
            case Action.BOOK if line is not None:
                self._book(line)
            case Action.ACCEPT_REFERRAL if row is not None:
                self._accept(row)
            case Action.WAIT_FOR_INFORMATION if row is not None:
                ask_wait(self._desk, self._asker, self._view, row)
            case Action.SEND_BACK_REFERRAL if row is not None:
                ask_reject(self._desk, self._asker, self._view, row)
            case Action.UNDO:
                self._asker.undo()
            case Action.REDO:
                self._asker.redo()

    @property
    def _tab(self) -> int:
        return self._view.tabs.currentIndex()

    # --- reading ---

    def _read(self) -> None:
        self._turn += 1
        session, read = self._desk.session, self._desk.lanes.read
        read.run(partial(caseload_counts, session), done=self._counted, failed=self._desk.tell)
        if self._tab == REFERRALS:
            read.run(partial(triage, session), done=partial(self._show_triage, self._turn), failed=self._desk.tell)
        else:
            job = partial(caseload_page, session, self._asked)
            read.run(job, done=partial(self._show_people, self._turn), failed=self._desk.tell)

    def _counted(self, counts: CaseloadCounts) -> None:
        self._view.show_titles(tab_titles(counts))

    def _show_people(self, turn: int, page: PageOfPeople) -> None:
        if turn != self._turn:
            return
        mine = self._asked.mine
        self._words = found_words(page.total, self._asked.text, mine=mine)
        lines = caseload_lines(page, self._desk.session.checklists)
        self._view.show_lines(lines, page.total, self._words, nobody(self._asked.text, mine=mine))
        self._arrived()

    def _show_triage(self, turn: int, facts: TriageFacts) -> None:
        if turn != self._turn:
            return
        rows = triage_rows(facts, self._desk.session.checklists)
        self._words = f"{counted(len(rows), 'referral')} to triage"
        self._view.show_triage(rows, self._words)
        self._arrived()

    def _arrived(self) -> None:
        if self._fresh:
            self._fresh = False
            self._view.take_focus()

    def _more(self, offset: int) -> None:
        job = partial(caseload_page, self._desk.session, self._asked, offset)
        self._desk.lanes.read.run(job, done=partial(self._add, self._turn), failed=self._desk.tell)

    def _add(self, turn: int, page: PageOfPeople) -> None:
        if turn == self._turn:
            self._view.add_lines(caseload_lines(page, self._desk.session.checklists), page.offset)

    def _choose_tab(self) -> None:
        self._asked = Asked(self._tab == MINE, self._asked.text, self._asked.sort, self._asked.descending)
        self._read()

    def _filter(self, text: str) -> None:
        if text != self._asked.text:
            self._asked = Asked(self._asked.mine, text, self._asked.sort, self._asked.descending)
            self._read()

    def _sort(self, sort: str, down: bool) -> None:
        self._asked = Asked(self._asked.mine, self._asked.text, Sort(sort), down)
        self._read()

    # --- acting ---

    def _open(self, line: CaseloadLine) -> None:
        self._desk.go(Place("patient", line.patient))

    def _start(self, line: CaseloadLine) -> None:
        self._desk.go(Place("visit", line.patient, line.due or None, line.episodes))

    def _book(self, line: CaseloadLine) -> None:
        who = f"{line.name} · {line.nhs}"
        book(self._desk, self._asker, self._view, patient=line.patient, who=who, episodes=line.episodes)

    def _accept(self, row: TriageRow) -> None:
        def found(people: tuple[Colleague, ...]) -> None:
            ask_accept(self._desk, self._asker, self._view, row, people)

        self._desk.lanes.read.run(partial(colleagues, self._desk.session), done=found, failed=self._desk.tell)

    def _import(self) -> None:
        self._importing = ImportDialog(self._desk, self._view.window())
        self._importing.destroyed.connect(self._import_left)
        self._importing.open()

    def _import_left(self) -> None:
        self._importing = None
