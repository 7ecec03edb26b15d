"""The Caseload page: views as tabs, filters, people page by page, and what can be done with those chosen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.caseload.handover import PersonFacts, person_sheet
from smf_desktop.presenters.caseload.page import (
    CaseloadLine,
    behind_words,
    caseload_lines,
    found_words,
    nobody,
    own_list_words,
    printed_list,
)
from smf_desktop.presenters.caseload.page import CaseloadPage as PageOfPeople
from smf_desktop.presenters.caseload.views import (
    BUILT_IN,
    READY,
    Asked,
    Column,
    FilterChip,
    Sort,
    View,
    cleared,
    filter_chips,
    filtered_by,
    filters_in_words,
)
from smf_desktop.services.auditing import PRINT
from smf_desktop.services.caseload.caseload import (
    MEDIAN,
    REFERRALS,
    caseload_counts,
    caseload_page,
    chosen_people,
    colleagues,
)
from smf_desktop.services.caseload.freshness import bring_some_up, look_who_is_ready
from smf_desktop.services.caseload.handover import peek
from smf_desktop.services.caseload.saved_views import (
    usual_columns,
    views,
)
from smf_desktop.services.session import Session, Touched
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Asker
from ui.flows.caseload.tabs import CaseloadTabs
from ui.flows.day.booking import book
from ui.flows.day.handing_over import Hands, print_document
from ui.flows.listed import read_list
from ui.flows.opening import go_to_record, is_closed, with_reason
from ui.views.caseload.page import CaseloadView

Lines = tuple[CaseloadLine, ...]

ALL = "all"
"""The count of the list as it is filtered now."""

PAINTED_MS = 30
"""After so long what was shown stands on the screen."""


class CaseloadPage:
    """One page of the window. `Place.record` may name a view: mine, ready, no_next, over or everyone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._view = CaseloadView()
        self._asker = Asker(desk, self._view)
        self._hands = Hands(desk, self._asker, self._view)
        self._tabs = CaseloadTabs(desk, self._asker, self._view)
        self._asked = Asked()
        self._names: Mapping[str, str] = {}
        self._counts: Mapping[str, int] = {}
        self._chosen: tuple[str, ...] = ()
        self._turn = self._looking = 0
        self._fresh = True
        self._shown = 0
        """The turn whose people stand on the page."""

        self._behind = 0
        """Of how many people the list is still being made anew."""

        self._counting = QTimer(self._view)  # fires when what was just shown is painted; at once, it would be before
        self._counting.setSingleShot(True)
        self._counting.setInterval(PAINTED_MS)
        self._counting.timeout.connect(self._count)
        view = self._view
        view.tab_chosen.connect(self._choose_tab)
        view.filtered.connect(lambda text: self._ask(replace(self._asked, text=text)))
        view.filter_chosen.connect(self._filter)
        view.clear_wanted.connect(lambda: self._ask(cleared(self._asked)))
        view.sort_wanted.connect(self._sort)
        view.columns_moved.connect(self._tabs.set_columns)
        view.more_wanted.connect(self._more)
        view.state.again_wanted.connect(self._read)
        view.open_wanted.connect(lambda line: go_to_record(desk, view, Place("patient", line.patient), line.name))
        view.start_wanted.connect(self._start)
        view.book_wanted.connect(self._book)
        view.peek_wanted.connect(self._peek)
        view.reason_wanted.connect(self._say_why)
        view.width_changed.connect(lambda _wide: self._tabs.show_columns())
        view.command.connect(self._command)
        view.people.selectionModel().selectionChanged.connect(self._forget_chosen)
        self._show_views()

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
        total = self._counts.get(ALL)
        return "" if total is None else found_words(total, "") + " in this view"

    def enter(self, place: Place) -> None:
        if place.record == REFERRALS:
            self._desk.go(Place("referrals"))
            return
        self._fresh = True
        named = next((view for view in BUILT_IN if view.key == place.record), None)
        if named is not None and named.key != self._tabs.key:
            self._take(named)
        self._read_views()
        self._read()

    def refresh(self, touched: Touched) -> None:
        if "saved_view" in touched:
            self._read_views()
        if touched != {"saved_view"}:
            self._read()

    def leave(self) -> None:
        self._asker.close()
        self._tabs.close()

    @property
    def is_counting(self) -> bool:
        """It is yet to be asked how many there are."""
        return self._counting.isActive()

    def clear(self) -> None:
        self._turn += 1
        self._looking += 1
        self._counting.stop()
        self._asker.forget()
        self._hands.forget()
        self._tabs.forget()
        self._asked, self._chosen = Asked(), ()
        self._names, self._counts = {}, {}
        self._view.clear()
        self._show_views()

    def can(self, action: Action) -> bool:
        person = self._view.people.chosen() is not None
        match action:
            case Action.MAIN | Action.BOOK | Action.ASSIGN | Action.ARRANGE_COVER | Action.PEEK:
                return person
            case Action.END_COVER:
                return any(line.lent for line in self._view.people.all_chosen())
            case Action.UNDO:
                return self._asker.can_undo
            case Action.REDO:
                return self._asker.can_redo
        if action in _OF_OWN_VIEW:
            return bool(self._tabs.present.saved)
        return action in (Action.REFRESH, Action.FILTER, Action.PRINT) or action in _COMMANDS

    def do(self, action: Action) -> None:
        line = self._view.people.chosen()
        match action:
            case Action.MAIN:
                self._view.main()
            case Action.FILTER:
                self._view.to_filter()
            case Action.REFRESH:
                self._read()
            case Action.BOOK if line is not None:
                self._book(line)
            case Action.CLEAR_FILTERS:
                self._ask(cleared(self._asked))
            case Action.PRINT:
                self._print()
            case Action.UNDO:
                self._asker.undo()
            case Action.REDO:
                self._asker.redo()
            case Action.PEEK:
                self._view.toggle_peek()
            case Action.END_COVER:
                self._command("end_cover")
            case _ if action in _OF_OWN_VIEW:
                self._command(_OF_OWN_VIEW[action])
            case _ if action in _COMMANDS:
                self._command(_COMMANDS[action])

    # --- reading ---

    @property
    def _session(self) -> Session:
        return self._desk.session

    def _read(self) -> None:
        self._turn += 1
        job, turn = self._reading(0), self._turn
        read_list(self._desk, self._view.state, job, lambda found: self._show_people(turn, *found))

    def _reading(self, offset: int) -> Callable[[], tuple[PageOfPeople, Lines]]:
        """A page of people and their lines, made off the interface thread."""
        session, asked = self._session, self._asked

        def read() -> tuple[PageOfPeople, Lines]:
            page = caseload_page(session, asked, offset)
            return page, caseload_lines(page, session.checklists)

        return read

    def _read_views(self) -> None:
        session = self._session

        def read() -> tuple[tuple[View, ...], tuple[Column, ...], Mapping[str, str]]:
            return views(session), usual_columns(session), {one.id: one.name for one in colleagues(session)}

        self._desk.lanes.read.run(read, done=lambda found: self._show_own(*found), failed=self._desk.tell)

    def _show_own(self, own: tuple[View, ...], usual: tuple[Column, ...], names: Mapping[str, str]) -> None:
        self._names = names
        if not self._tabs.know(own, usual):
            self._take(BUILT_IN[0])
            self._read()
        self._show_views()
        if self._shown == self._turn:
            self._counting.start()  # else when the people come, who are waited for

    def _show_people(self, turn: int, page: PageOfPeople, lines: Lines) -> None:
        if turn != self._turn:
            return
        if self._asked.nurse and self._asked.nurse not in self._names:  # who works here no longer is still named
            self._names = {**self._names, self._asked.nurse: page.nurses.get(self._asked.nurse, "Somebody else")}
        self._show_views()
        self._view.show_lines(lines, nobody(self._asked, self._filters()), more=page.more)
        if self._fresh:
            self._fresh = False
            self._view.take_focus()
        self._shown, self._behind = turn, page.behind
        self._counting.start()

    def _count(self) -> None:
        """How many stand where is counted once the people are painted, and then looked who of them is ready."""
        self._looking += 1
        wanted = {view.key: view.asked for view in self._tabs.all} | {ALL: self._asked}
        job = partial(caseload_counts, self._session, wanted)
        self._desk.lanes.read.run(job, done=partial(self._counted, self._turn), failed=self._desk.tell)
        if self._behind:
            self._bring_up(self._looking)
        else:
            self._look(self._looking, found=False)

    def _bring_up(self, looking: int) -> None:
        """Have the list made anew, some hundred people at a time, while what was kept is shown."""

        def brought(left: int) -> None:
            if looking != self._looking:
                return
            self._behind = left
            if left:
                self._show_about()
                self._bring_up(looking)
            else:
                self._read()

        self._desk.lanes.work.run(partial(bring_some_up, self._session), done=brought, failed=self._desk.tell)

    def _counted(self, turn: int, counts: Mapping[str, int]) -> None:
        if turn != self._turn:
            return
        self._counts = counts
        self._show_views()
        self._show_about()

    def _show_about(self) -> None:
        """How many people stand on the list; it has to be counted first."""
        counts = self._counts
        if ALL not in counts:
            return
        if self._asked.same_people(BUILT_IN[0].asked):
            about = own_list_words(counts[ALL], counts.get(MEDIAN), counts.get(READY, 0))
        else:
            about = found_words(counts[ALL], self._filters())
        self._view.show_about(" · ".join(filter(None, (about, behind_words(self._behind)))))

    def _look(self, looking: int, *, found: bool) -> None:
        def looked(more: bool) -> None:
            if looking == self._looking and more:
                self._look(looking, found=True)
            elif looking == self._looking and found:
                self._read()

        job = partial(look_who_is_ready, self._session)
        self._desk.lanes.work.run(job, done=looked, failed=self._desk.tell)

    def _more(self, offset: int) -> None:
        job, turn = self._reading(offset), self._turn
        self._desk.lanes.read.run(job, done=lambda found: self._add(turn, *found), failed=self._desk.tell)

    def _add(self, turn: int, page: PageOfPeople, lines: Lines) -> None:
        if turn == self._turn:
            self._view.add_lines(lines, page.offset, more=page.more)

    # --- what is asked for ---

    def _ask(self, asked: Asked) -> None:
        if asked != self._asked:
            self._asked = asked
            self._show_views()
            self._read()

    def _sort(self, sort: str, down: bool) -> None:
        self._ask(replace(self._asked, sort=Sort(sort), descending=down))

    def _filter(self, key: str, code: str) -> None:
        self._ask(filtered_by(self._asked, key, code, self._session.user.id))

    def _choose_tab(self, place: int) -> None:
        if 0 <= place < len(self._tabs.all):
            self._take(self._tabs.all[place])
            self._read()

    def _take(self, view: View) -> None:
        self._tabs.take(view)
        self._asked = view.asked
        self._show_views()

    def _show_views(self) -> None:
        self._tabs.show(self._counts)
        self._view.show_filters(self._chips(), self._asked.text)
        self._view.show_order(self._asked.sort, down=self._asked.descending)

    def _chips(self) -> tuple[FilterChip, ...]:
        names = {self._session.user.id: self._session.user.name, **self._names}
        return filter_chips(self._asked, self._session.checklists, names, self._session.user.id)

    def _filters(self) -> str:
        return filters_in_words(self._chips(), self._asked.text)

    # --- acting ---

    def _start(self, line: CaseloadLine) -> None:
        place = Place("visit", line.patient, line.due or None, line.episodes)
        go_to_record(self._desk, self._view, place, line.name)

    def _book(self, line: CaseloadLine) -> None:
        who = f"{line.name} · {line.nhs}"
        ask = partial(book, self._desk, self._asker, self._view, patient=line.patient, who=who, episodes=line.episodes)
        with_reason(self._desk, self._view, line.patient, who, ask)

    def _peek(self, patient: str) -> None:
        """Show somebody beside the list; of somebody on a colleague's nothing is read before the reason is given."""

        def look() -> PersonFacts | None:
            return None if is_closed(self._desk, patient) else peek(self._session, patient)

        def show(facts: PersonFacts | None) -> None:
            if facts is None:
                self._view.show_closed(patient)
            else:
                self._view.show_person(person_sheet(facts, self._session.now(), self._session.checklists))

        self._desk.lanes.read.run(look, done=show, failed=self._desk.tell)

    def _say_why(self, line: CaseloadLine) -> None:
        who = f"{line.name} · {line.nhs}"
        with_reason(self._desk, self._view, line.patient, who, partial(self._peek, line.patient))

    def _command(self, key: str) -> None:
        acts: Mapping[str, Callable[[], object]] = {
            "columns": self._tabs.ask_columns,
            "print": self._print,
            "referral": lambda: self._desk.go(Place("referrals", record="new")),
            "triage": lambda: self._desk.go(Place("referrals")),
            "save": lambda: self._tabs.ask_save(self._asked, filters_in_words(self._chips(), "")),
            "change": lambda: self._tabs.change(self._asked),
            "rename": self._tabs.ask_rename,
            "left": lambda: self._tabs.move(-1),
            "right": lambda: self._tabs.move(1),
            "delete": self._tabs.delete,
            "assign": self._assign,
            "cover": self._cover,
            "end_cover": lambda: self._hands.end_covers(self._view.people.all_chosen()),
            "away": self._hands.ask_away,
            "handover": self._hands.ask_sheet,
            "chosen": self._choose_everyone,
        }
        acts[key]()

    def _assign(self) -> None:
        people, who = self._for_many()
        if people:
            self._hands.ask_assign(people, who)

    def _cover(self) -> None:
        people, who = self._for_many()
        if people:
            self._hands.ask_cover(people, who)

    def _for_many(self) -> tuple[tuple[str, ...], str]:
        """Whom an act is for, and how they are named in its dialog."""
        lines = self._view.people.all_chosen()
        if self._chosen:
            return self._chosen, f"{len(self._chosen)} people"
        if len(lines) == 1:
            return (lines[0].patient,), f"{lines[0].name} · {lines[0].nhs}"
        return tuple(line.patient for line in lines), f"{len(lines)} people"

    def _choose_everyone(self) -> None:
        """Everyone on the list, also those not scrolled to yet, up to the most that one act takes."""

        def found(people: tuple[str, ...]) -> None:
            self._view.people.selectAll()
            self._chosen = people
            self._view.dock.tell(f"{len(people)} people selected")

        job = partial(chosen_people, self._session, self._asked)
        self._desk.lanes.read.run(job, done=found, failed=self._desk.tell)

    def _forget_chosen(self) -> None:
        self._chosen = ()

    def _print(self) -> None:
        """The people of this list that are loaded, on paper; that it was printed is noted in each record."""
        session, title = self._session, self._tabs.present.name
        lines, columns = tuple(self._view.people.lines), self._tabs.columns

        def noted() -> None:
            with session.work() as work:
                for line in lines:
                    work.note_access(PRINT, line.patient, "list")

        def done(_: object) -> None:
            document = QTextDocument()
            document.setHtml(printed_list(title, self._filters(), lines, columns, session.now()))
            print_document(document, "Caseload", self._view.window())

        if lines:
            self._asker.run(noted, done)


_COMMANDS = {
    Action.COLUMNS: "columns",
    Action.SAVE_VIEW: "save",
    Action.ASSIGN: "assign",
    Action.ARRANGE_COVER: "cover",
    Action.COLLEAGUE_AWAY: "away",
    Action.HANDOVER_SHEET: "handover",
    Action.CHOOSE_EVERYONE: "chosen",
    Action.CLEAR_FILTERS: "",
}
_OF_OWN_VIEW = {
    Action.KEEP_VIEW: "change",
    Action.RENAME_VIEW: "rename",
    Action.VIEW_LEFT: "left",
    Action.VIEW_RIGHT: "right",
    Action.DELETE_VIEW: "delete",
}
