"""The planner: scenarios are typed and simulated off the interface thread, and stand side by side."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from smf_core.planner.outlook import Outlook
from smf_core.planner.run import Measure
from smf_core.planner.scenario import NotPlannable, Scenario
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.service.planner import (
    BETWEEN,
    MEASURES,
    TOO_LITTLE,
    TOO_LITTLE_WHY,
    about_words,
    assumptions,
    file_rows,
    months_ahead,
    whole_rows,
)
from smf_desktop.presenters.service.planner_form import observed_words
from smf_desktop.reports.charts.chart import Heading
from smf_desktop.services.service.planner import (
    SCENARIOS,
    PlannerFacts,
    as_now,
    plan_ahead,
    plan_chart,
    planner_facts,
    save_plan,
    with_skills,
)
from smf_desktop.services.session import Touched
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.listed import ListPage
from ui.flows.service.scenarios import Scenarios
from ui.flows.service.simulation import Simulation
from ui.flows.team.pictures import Pictures
from ui.views.service.planner import PlannerView
from ui.views.team.cards import table_rows
from ui.widgets.buttons import Button

CHART = "planner"
"""The name of the chart among pictures."""


class PlannerPage(ListPage[PlannerView, PlannerFacts]):
    """One page of the window, for whoever may read the figures."""

    title = "Planner"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, PlannerView())
        self._facts: PlannerFacts | None = None
        self._mine = Scenarios(desk)
        self._measure = Measure.CASELOAD
        self._found: dict[Scenario, Outlook] = {}
        self._simulation = Simulation(desk)
        view = self._view
        self._simulation.told.connect(view.show_running)
        self._pictures = Pictures(desk, {CHART: view.chart.pane})
        view.edited.connect(self._edit)
        view.scenario_chosen.connect(self._choose)
        view.measure_chosen.connect(self._choose_measure)
        view.add_wanted.connect(self._add)
        view.delete_wanted.connect(self._delete)
        view.observed_wanted.connect(self._back_to_observed)
        view.stop_wanted.connect(self._stop)
        view.csv_wanted.connect(self._ask_csv)
        view.chart.pane.menu_wanted.connect(self._show_menu)
        view.chart.pane.chosen.connect(lambda _mark: view.chart.pane.table_wanted.emit())

    # --- what the window asks ------------------------------------------------------------------------

    def refresh(self, touched: Touched) -> None:
        """A plan stays as it is while visits come in: it is drawn anew when the page is opened, or with F5."""

    def leave(self) -> None:
        super().leave()
        self._edit()
        self._stop()

    def clear(self) -> None:
        super().clear()
        self._edit()
        self._simulation.stop()
        self._facts = None
        self._found.clear()
        self._pictures.forget()
        self._view.forget()

    def can(self, action: Action) -> bool:
        match action:
            case Action.UNDO:
                return self._mine.can_undo
            case Action.REDO:
                return self._mine.can_redo
            case Action.MAIN:
                return bool(self._shown) and len(self._mine.each) < SCENARIOS
            case Action.EXPORT_CSV | Action.SAVE_CHART | Action.COPY_CHART | Action.SHOW_TABLES:
                return bool(self._shown)
        return action is Action.REFRESH

    def do(self, action: Action) -> None:
        if not self.can(action):
            return
        match action:
            case Action.UNDO:
                self._mine.undo()
                self._draw()
            case Action.REDO:
                self._mine.redo()
                self._draw()
            case Action.MAIN:
                self._add()
            case Action.EXPORT_CSV:
                self._ask_csv()
            case Action.SAVE_CHART:
                self._pictures.ask_save(CHART, self._heading(), self._view.window())
            case Action.COPY_CHART:
                self._pictures.copy(CHART, self._heading())
            case Action.SHOW_TABLES:
                self._view.chart.show_table(not self._view.chart.as_table)
            case _:
                super().do(action)

    # --- reading -------------------------------------------------------------------------------------

    def _job(self) -> Callable[[], PlannerFacts]:
        return partial(planner_facts, self._desk.session, joined=self._desk.hub is not None)

    def _show(self, found: PlannerFacts) -> None:
        if self._facts is None or found.seen != self._facts.seen:
            self._found.clear()
        self._facts = found
        view = self._view
        view.header.tell("Planner", about_words(found.seen))
        view.incomplete.setVisible(not found.whole)
        view.ask_skills(found.labels)
        view.show_rests(assumptions(found.seen, found.labels))
        view.show_notes()
        self._mine.bring(as_now(found.seen), lambda each: with_skills(each, found))
        self._draw()

    # --- scenarios -----------------------------------------------------------------------------------

    def _edit(self) -> None:
        """What was typed, where it is a scenario; else it stays as it was typed, with what is wrong beside it."""
        if self._facts is not None and self._mine.each and self._mine.type(self._view.typed()):
            self._draw()

    def _add(self) -> None:
        if self.can(Action.MAIN):
            self._mine.add()
            self._draw()
            self._view.take_focus()

    def _delete(self) -> None:
        self._mine.delete()
        self._draw()
        self._view.take_focus()

    def _back_to_observed(self) -> None:
        if self._facts is not None and self._mine.each:
            self._mine.put(as_now(self._facts.seen, self._mine.chosen.name))
            self._draw()

    def _choose(self, place: str) -> None:
        self._mine.at = int(place)
        self._show_fields()

    def _draw(self) -> None:
        """The scenarios as they are now; those that were not simulated yet are."""
        if self._facts is not None:
            self._show_fields()
            self._simulate()

    def _show_fields(self) -> None:
        if self._facts is not None:
            mine, view = self._mine, self._view
            hints = observed_words(self._facts.seen, mine.chosen.travel)
            view.show_scenario(mine.names, mine.at, mine.fields, hints)
            view.tell_problems(mine.problems)
            view.dock.offer(view.add, offered=len(mine.each) < SCENARIOS)
            view.dock.offer(view.delete, offered=len(mine.each) > 1)

    # --- simulating ----------------------------------------------------------------------------------

    @property
    def _shown(self) -> list[Outlook]:
        return [self._found[each] for each in self._mine.each if each in self._found]

    def _simulate(self) -> None:
        """Those that have not been yet, one after another."""
        wanted = next((each for each in self._mine.each if each not in self._found), None)
        if self._facts is None or wanted is None:
            self._simulation.stop()
        else:
            job = partial(plan_ahead, self._facts.seen, wanted)
            self._simulation.run(job, partial(self._simulated, wanted), self._failed)
        self._show_outlooks()

    def _simulated(self, scenario: Scenario, found: Outlook) -> None:
        self._found[scenario] = found
        self._simulate()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, NotPlannable) and error.code == "too_little_seen":
            self._show_too_little()
            return
        words = words_for(error)
        self._view.state.show_error(words.happened, words.do)

    def _show_too_little(self) -> None:
        figures = Button("Open figures", icon="file-chart-column")
        figures.clicked.connect(lambda: self._desk.go(Place("reports")))
        self._view.state.show_empty("chart-line", TOO_LITTLE, TOO_LITTLE_WHY, (figures,))
        self._view.dock.tell("")
        self._view.dock.offer(self._view.add, offered=False)
        figures.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop(self) -> None:
        self._simulation.stop()
        self._show_outlooks()

    def _show_outlooks(self) -> None:
        shown = self._shown
        view, names = self._view, [each.scenario.name for each in shown]
        view.dock.tell(self._standing(shown))
        view.dock.offer(view.csv, offered=bool(shown))
        view.show_whole(names, whole_rows(shown) if shown else ())
        if self._facts is None:
            return
        months = max((each.scenario.months for each in shown), default=0)
        chart = plan_chart(shown, self._measure, months_ahead(self._facts.today, months))
        self._pictures.hold({CHART: chart})
        view.measure.select(self._measure.value)
        view.chart.tell(chart.summary(), [table_rows(chart.what, chart.table())])

    def _standing(self, shown: Sequence[Outlook]) -> str:
        """What the dock says of the runs."""
        missing = len(self._mine.each) - len(shown)
        if self._simulation.is_running:
            return "Simulating"
        if missing:
            return f"{missing} not simulated: F5 does it"
        if self._mine.to_correct:
            return f"To correct: {', '.join(self._mine.to_correct)}. It counts as it was before"
        return f"{shown[0].runs} runs of each scenario" if shown else ""

    def _choose_measure(self, key: str) -> None:
        self._measure = Measure(key)
        self._show_outlooks()

    # --- files ---------------------------------------------------------------------------------------

    def _heading(self) -> Heading:
        facts = self._facts
        assert facts is not None
        about = "" if facts.whole else "Incomplete: this laptop does not hold the whole period. "
        return Heading(f"Planner: {MEASURES[self._measure][0]}", f"{about}{about_words(facts.seen)}; {BETWEEN}.")

    def _ask_csv(self) -> None:
        if not self._shown:
            return
        name, _ = QFileDialog.getSaveFileName(self._view, "Save the plan", "plan.csv", "CSV files (*.csv)")
        if name:
            path = Path(name)
            self.save_csv(path if path.suffix else path.with_suffix(".csv"))

    def save_csv(self, path: Path) -> None:
        """Every month of every scenario that was simulated."""
        if self._facts is not None:
            columns, rows = file_rows(self._shown, self._facts.today)
            job = partial(save_plan, self._desk.session, columns, rows, path)
            self._desk.lanes.work.run(job, done=lambda _: self._desk.toast("Plan saved"), failed=self._desk.tell)

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self._view)
        menu.addAction("Show as table", lambda: self._view.chart.show_table(True))
        menu.addAction("Copy chart as picture", lambda: self.do(Action.COPY_CHART))
        menu.addAction("Save chart as picture...", lambda: self.do(Action.SAVE_CHART))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
