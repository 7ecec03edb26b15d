"""The people behind a mark, a step or a figure: read when they are asked for, by whoever may open records."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.figures.behind import Behind
from smf_desktop.presenters.team.facts import PeopleFacts, Pointed, TeamFacts
from smf_desktop.presenters.team.headline import beside_headlines, headlines
from smf_desktop.presenters.team.lists import PersonRow, people_panel, people_rows, step_rows
from smf_desktop.reports.charts.chart import Mark
from smf_desktop.services.session import Session
from smf_desktop.services.team.charts import TeamRead
from smf_desktop.services.team.people import CASELOAD, RATES, STEP, SURVIVAL, page_of, people_of
from ui.desk import Desk, Place
from ui.flows.opening import go_to_record
from ui.flows.team.asking import Listed, show_figure, show_people
from ui.views.team.page import TeamView

REFERRALS = "referrals"
MARKS = {"survival": SURVIVAL, "rates": RATES, "caseload": CASELOAD}
"""What a mark of each chart is counted by; those of the core teams name nobody."""

NO_NAMES = "Core teams count these referrals. There are no names behind them here."
MAY_NOT = "The people behind a figure are shown to those who open records."


class People:
    """Fills the panel beside the charts, and the windows with everyone. Esc goes back to where it was pointed from."""

    def __init__(self, desk: Desk, view: TeamView) -> None:
        self._desk, self._view = desk, view
        self._read: TeamRead | None = None
        self._pointed: Pointed | None = None
        self._found: PeopleFacts | None = None
        self._from: QWidget | None = None
        view.figure_wanted.connect(self._show_figure)
        view.step_wanted.connect(self._point_at_step)
        view.panel.closed.connect(self.close)
        view.panel.all_wanted.connect(self._show_all)
        view.panel.more_wanted.connect(self._show_more)
        for people in (view.panel.people, *view.waiting.lists.values()):
            people.wanted.connect(lambda row: self._open(row.patient, row.name))
        for name, card in view.charts.items():
            card.pane.chosen.connect(partial(self._point, name))

    def hold(self, read: TeamRead) -> None:
        """What the page shows now; the people in the panel are read again."""
        self._read = read
        if self._pointed is not None:
            self._ask(self._pointed, focus=False)

    def forget(self) -> None:
        self._read = self._pointed = self._found = self._from = None

    def close(self) -> None:
        """The lists come back in the place of the panel."""
        self._pointed = self._found = None
        focus: QWidget | None = self._view.focusWidget()
        had_focus = focus is not None and self._view.panel.isAncestorOf(focus)
        self._view.close_panel()
        if had_focus and self._from is not None:
            self._from.setFocus()

    def _point(self, name: str, mark: Mark) -> None:
        for other, card in self._view.charts.items():
            if other != name:
                card.pane.leave_mark()
        self._from = self._view.charts[name].pane
        if name == REFERRALS:
            self._pointed = None
            self._view.show_words(mark.words.partition(":")[0], f"{mark.words}. {NO_NAMES}")
        else:
            self._ask(Pointed(MARKS[name], mark.key, mark.part), focus=True)

    def _point_at_step(self, place: int) -> None:
        if self._read is not None:
            self._from = self._view.steps
            words = step_rows(self._read.facts)[place].step
            self._ask(Pointed(STEP, self._read.facts.stuck[place].skill, words), focus=True)

    def _ask(self, pointed: Pointed, *, focus: bool) -> None:
        if self._read is None:
            return
        if not self._read.facts.may_open:
            self._view.show_words("People", MAY_NOT)
            return
        self._pointed = pointed
        done = partial(self._show, pointed, focus)
        self._desk.lanes.read.run(self._job(self._read, pointed), done=done, failed=self._desk.tell)

    def _job(self, read: TeamRead, pointed: Pointed) -> Callable[[], PeopleFacts]:
        held: list[str] = []
        if pointed.of == STEP:
            for stuck, row in zip(read.facts.stuck, step_rows(read.facts), strict=True):
                if (stuck.skill, row.step) == (pointed.key, pointed.part):
                    held += [episode for _, episode in stuck.held]
        return partial(people_of, self._desk.session, read.facts.asked, pointed, read.charts.others, held)

    def _show(self, pointed: Pointed, focus: bool, found: PeopleFacts) -> None:
        if self._read is not None and self._pointed == pointed:
            self._found = found
            self._view.show_panel(people_panel(found, self._read.facts), focus=focus)

    def _show_more(self, shown: int) -> None:
        found, read = self._found, self._read
        if found is None or read is None:
            return

        def came(rows: Sequence[PersonRow]) -> None:
            if self._found is found:
                self._view.panel.add_people(rows)

        def failed(error: BaseException) -> None:
            came(())
            self._desk.tell(error)

        job = partial(_page, self._desk.session, found, found.rows, read.facts, shown)
        self._desk.lanes.read.run(job, done=came, failed=failed)

    def _show_all(self) -> None:
        if self._found is not None and self._read is not None:
            panel = people_panel(self._found, self._read.facts)
            more = partial(_page, self._desk.session, self._found, self._found.all, self._read.facts)
            show_people(self._desk, self._view, panel.title, Listed(panel.everyone, panel.among, more), self._open)

    def _show_figure(self, key: str) -> None:
        if self._read is None:
            return
        facts = self._read.facts
        row = next(each for each in (*headlines(facts), *beside_headlines(facts)) if each.key == key)
        shown = facts.may_open and row.has_people
        job = self._job(self._read, Pointed(key, row.part)) if shown else None
        people = partial(_listed, self._desk.session, job, facts) if job else None
        show_figure(self._desk, self._view, row, people, self._open)

    def _open(self, patient: str, name: str) -> None:
        """The record, by the way everybody goes to one: with a reason where one is needed, and noted."""
        go_to_record(self._desk, self._view, Place("patient", patient), name)


def _listed(session: Session, job: Callable[[], PeopleFacts], facts: TeamFacts) -> Listed:
    found = job()
    rows = people_rows(found.rows[: found.page], found, facts.library)
    return Listed(rows, len(found.rows), partial(_page, session, found, found.rows, facts))


def _page(
    session: Session, found: PeopleFacts, behind: Sequence[Behind], facts: TeamFacts, shown: int
) -> Sequence[PersonRow]:
    """The people who follow the first so many."""
    rows, names = page_of(session, behind, shown)
    return people_rows(rows, replace(found, names=names), facts.library)
