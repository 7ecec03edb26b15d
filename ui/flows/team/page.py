"""The team page: its figures in one read; its charts, and what has everybody's row looked up, after them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from smf_core.figures.people import SplitOfPeople
from smf_core.figures.suppression import WhyShown
from smf_desktop.presenters.caseload.page import behind_words
from smf_desktop.presenters.team.headline import beside_headlines, headlines
from smf_desktop.presenters.team.lists import referrer_rows, split_rows, split_source, step_rows, waiting_rows
from smf_desktop.presenters.team.verdict import verdict
from smf_desktop.presenters.team.words import as_at, period, periods
from smf_desktop.reports.charts.chart import Heading
from smf_desktop.reports.charts.pictures import AnyChart
from smf_desktop.services.team.charts import TeamRead, read_of_hub, read_team
from smf_desktop.services.team.lists import bring_lists_on
from smf_desktop.services.team.page import Asked, laptops_behind, rates_of_people
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.listed import ListPage, ask_hub
from ui.flows.team.asking import ask_days, ask_why_small
from ui.flows.team.filters import OTHER_DAYS, filters, narrowed
from ui.flows.team.people import REFERRALS, People
from ui.flows.team.pictures import Pictures
from ui.views.team.cards import table_rows
from ui.views.team.page import HELD_AGAINST, TeamView

COUNTING = "Being counted."
NOT_COUNTED = "This could not be counted."
NOT_ASKED = "The hub could not be asked which laptops have not synced."
OF_HUB = "Discharges and rates by skill are the hub's; curves, lists and names are of this laptop alone."
UNCENSORED = "How teaching ended, with every ending competing (Aalen-Johansen)"
CENSORED = "Share still being taught (Kaplan-Meier): those whose teaching ended otherwise leave the curve at that visit"


class TeamPage(ListPage[TeamView, TeamRead]):
    """One page of the window, for whoever may read the figures."""

    title = "Team"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, TeamView())
        session, view = desk.session, self._view
        since, until = periods(session.today())[0][2]
        self._asked = Asked(since=since, until=until, as_of=session.today(), team=session.team)
        self._found: TeamRead | None = None
        self._told_apart: Asked | None = None
        self._laptops = ""
        self._looking = False
        self._people = People(desk, view)
        self._pictures = Pictures(desk, {name: card.pane for name, card in view.charts.items()})
        view.filtered.connect(self._filter)
        view.hub_wanted.connect(self._ask_hub)
        view.report_wanted.connect(lambda: desk.go(Place("reports")))
        view.tables_wanted.connect(view.show_tables)
        view.stated_wanted.connect(lambda record: desk.go(Place("core_counts", record=record)))
        for name, card in view.charts.items():
            card.pane.menu_wanted.connect(partial(self._show_menu, name))

    # --- what the window asks ----------------------------------------------------------------------

    def enter(self, place: Place) -> None:
        self._asked = replace(self._asked, as_of=self._desk.session.today())
        self._looking = True
        super().enter(place)
        if self._desk.hub is not None:
            job = partial(laptops_behind, self._desk.session, self._desk.hub)
            self._desk.lanes.work.run(job, done=self._show_laptops, failed=lambda _: self._show_laptops(NOT_ASKED))

    def clear(self) -> None:
        super().clear()
        self._found = self._told_apart = None
        self._laptops = ""
        self._people.forget()
        self._pictures.forget()
        self._view.forget()

    def can(self, action: Action) -> bool:
        match action:
            case Action.SHOW_TABLES:
                return True
            case Action.SAVE_CHART | Action.COPY_CHART:
                return self._found is not None
        return super().can(action)

    def do(self, action: Action) -> None:
        match action:
            case Action.SHOW_TABLES:
                self._view.tables.toggle()
            case Action.SAVE_CHART:
                self._save_chart(self._chart_in_front)
            case Action.COPY_CHART:
                self._copy_chart(self._chart_in_front)
            case _:
                super().do(action)

    def show_days(self, days: tuple[date, date]) -> None:
        """The figures of other days."""
        self._ask(replace(self._asked, since=days[0], until=days[1]))

    def save_chart_to(self, name: str, path: Path) -> None:
        """Save a chart as what the end of the file's name says."""
        self._pictures.save_to(name, self._heading(name), path)

    # --- reading -----------------------------------------------------------------------------------

    def _job(self) -> Callable[[], TeamRead]:
        return partial(read_team, self._desk.session, self._asked, joined=self._desk.hub is not None)

    def _show(self, found: TeamRead) -> None:
        self._show_found(found)
        if self._told_apart != self._asked:
            self._told_apart = self._asked
            self._view.show_splits((), words=COUNTING)
        self._desk.lanes.read.run(
            partial(rates_of_people, self._desk.session, self._asked),
            done=partial(self._show_splits, self._turn),
            failed=partial(self._not_told_apart, self._turn),
        )

    def _show_splits(self, turn: int, splits: Sequence[SplitOfPeople]) -> None:
        if turn == self._turn:
            self._view.show_splits(split_rows(splits), split_source(splits))

    def _not_told_apart(self, turn: int, error: BaseException) -> None:
        if turn == self._turn:
            self._view.show_splits((), words=NOT_COUNTED)
            self._desk.tell(error)

    def _show_found(self, found: TeamRead) -> None:
        self._found = found
        facts, view = found.facts, self._view
        self._words = as_at(facts.at)
        view.filters.tell(filters(self._asked, facts.options, self._desk.session.today()))
        may_ask = facts.ask_hub and self._desk.hub is not None
        view.show_figures(headlines(facts), beside_headlines(facts), ask_hub=may_ask)
        self._show_charts(found)
        for mark in view.waiting.lists:
            view.waiting.fill(mark, waiting_rows(facts, mark) if facts.may_open else (), len(facts.marked[mark]))
        view.stuck.fill(step_rows(facts))
        view.referrers.fill(referrer_rows(facts))
        self._show_foot()
        self._people.hold(found)
        if self._looking:
            self._look(found=False)

    def _show_charts(self, found: TeamRead) -> None:
        """Their words and tables at once; their pictures when they are drawn."""
        charts, cards = found.charts, self._view.charts
        shown: dict[str, AnyChart] = {
            "survival": charts.survival,
            REFERRALS: charts.referrals,
            "rates": charts.rates,
            "caseload": charts.caseload,
        }
        self._pictures.hold(shown)
        for name, chart in shown.items():
            tables = [table_rows("", chart.table())]
            if name == "survival":
                tables = [table_rows(CENSORED, chart.table()), table_rows(UNCENSORED, charts.endings.table())]
            cards[name].tell(chart.summary(), tables)
        cards[REFERRALS].show_verdict(verdict(found.facts.chart))
        episodes = found.facts.figures["discharge_rate_episode"]
        cards["rates"].set_note(f"95% CI, n = {episodes.denominator or 0:g}")

    def _look(self, *, found: bool) -> None:
        """Have the lists looked over in the background; the page is read again where that found anything."""

        def looked(more: bool) -> None:
            if more:
                self._look(found=True)
            else:
                self._looking = False
                if found:
                    self._read()

        job = partial(bring_lists_on, self._desk.session)
        self._desk.lanes.work.run(job, done=looked, failed=self._desk.tell)

    def _show_laptops(self, words: str) -> None:
        self._laptops = words
        self._show_foot()

    def _show_foot(self) -> None:
        if self._found is not None:
            facts = self._found.facts
            own = f"{as_at(facts.at)}, from the records on this laptop."
            words = (own, OF_HUB if facts.of_hub else "", self._laptops, behind_words(facts.behind))
            self._view.foot.setText(" ".join(filter(None, words)))

    def _ask_hub(self) -> None:
        hub, before = self._desk.hub, self._found
        if hub is None or before is None:
            return

        def came(found: TeamRead) -> None:
            if self._found is before:
                self._show_found(found)

        ask_hub(self._view.incomplete.link, self._desk, partial(read_of_hub, self._desk.session, hub, before), came)

    def _filter(self, key: str, code: str) -> None:
        if key != "period":
            self._ask(narrowed(self._asked, key, code))
        elif code == OTHER_DAYS:
            ask_days(self._desk, self._asker, self._view, (self._asked.since, self._asked.until), self.show_days)
        else:
            self.show_days(next(days for each, _, days in periods(self._desk.session.today()) if each == code))

    def _ask(self, asked: Asked) -> None:
        if asked != self._asked:
            self._asked = asked
            self._people.close()
            self._read()

    # --- pictures ----------------------------------------------------------------------------------

    @property
    def _chart_in_front(self) -> str:
        """The one with the keyboard, else the first."""
        focus: QWidget | None = self._view.focusWidget()
        inside = (name for name, card in self._view.charts.items() if focus is not None and card.isAncestorOf(focus))
        return next(inside, next(iter(self._view.charts)))

    def _heading(self, name: str) -> Heading:
        """What a picture that leaves the page says of itself: of whom, of when, and what is not in it."""
        assert self._found is not None
        facts = self._found.facts
        shown = filters(facts.asked, facts.options, self._desk.session.today())
        whom = ", ".join(words for key, (code, words, _) in shown.items() if code and key != "period")
        days = period(facts.asked.since, facts.asked.until)
        said = (whom or "All teams", days, as_at(facts.at), self._laptops.rstrip("."))
        return Heading(self._view.charts[name].title.text(), f"{'. '.join(filter(None, said))}.")

    def _save_chart(self, name: str, why: str = "") -> None:
        shown = WhyShown(why) if why else None
        self._pictures.ask_save(name, self._heading(name), self._view.window(), shown)

    def _copy_chart(self, name: str, why: str = "") -> None:
        self._pictures.copy(name, self._heading(name), WhyShown(why) if why else None)

    def _ask_why(self, then: Callable[[str], object]) -> None:
        ask_why_small(self._desk, self._asker, self._view, then)

    def _show_menu(self, name: str, at: QPoint) -> None:
        menu, card = QMenu(self._view), self._view.charts[name]
        menu.addAction("Show as table", lambda: card.show_table(True))
        menu.addAction("Copy chart as picture", lambda: self._copy_chart(name))
        menu.addAction("Save chart as picture...", lambda: self._save_chart(name))
        if self._pictures.may_show_small(name):
            copy, save = partial(self._copy_chart, name), partial(self._save_chart, name)
            menu.addAction("Copy with small numbers...", partial(self._ask_why, copy))
            menu.addAction("Save with small numbers...", partial(self._ask_why, save))
        for words, record in HELD_AGAINST if name == REFERRALS else ():
            menu.addAction(f"{words}...", partial(self._view.stated_wanted.emit, record))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
