"""The page of what core teams count, what it is held against, and how much changed."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from smf_desktop.presenters.service.core_teams import (
    TEAM_COLUMNS,
    CoreTeamsFacts,
    MonthRow,
    baseline_words,
    core_headlines,
    months_table,
    stated_baselines,
    stated_rebases,
    stated_usual,
    team_rows,
    usual_words,
)
from smf_desktop.presenters.service.stated import StatedRow
from smf_desktop.presenters.team.words import as_at, periods
from smf_desktop.services.service.baselines import withdraw_baseline, withdraw_rebase
from smf_desktop.services.service.core_counts import import_core_file, import_core_referrals, import_core_rereferrals
from smf_desktop.services.service.core_teams import core_teams_facts
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.listed import ListPage
from ui.flows.service.core_teams_forms import ask_baseline, ask_file, ask_rebase, ask_usual_visits, take_file
from ui.flows.service.stated import Withdraws, ask_withdraw, show_log
from ui.flows.team.asking import NO_NAMES, ask_days, show_figure
from ui.flows.team.filters import OTHER_DAYS, period_filter
from ui.views.service.core_teams import CoreTeamsView
from ui.views.service.stated import StatedCard
from ui.views.table_dialog import TableDialog
from ui.widgets.dropping import FilesDropped

DROP = "Drop CSV files here: months counted by core teams, or people referred again"
BASELINE, REBASE, USUAL = "baseline", "rebase", "usual_visits"
"""As the record of a place: which card the page opens at."""


class CoreTeamsPage(ListPage[CoreTeamsView, CoreTeamsFacts]):
    """One page of the window, for whoever may read the figures."""

    title = "Core teams"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, CoreTeamsView())
        view = self._view
        self._days: tuple[date, date] | None = None
        self._facts: CoreTeamsFacts | None = None
        self._wanted = ""
        view.period_chosen.connect(self._choose)
        view.figure_wanted.connect(self._show_figure)
        view.import_wanted.connect(self._import)
        view.months.row_wanted.connect(self._show_month)
        FilesDropped(view, DROP, lambda: self.can(Action.MAIN)).came.connect(self._take)
        for card, state, withdraw in (
            (view.baselines, self._state_baseline, withdraw_baseline),
            (view.rebases, self._rebase, withdraw_rebase),
            (view.usual, self._state_usual, withdraw_baseline),
        ):
            card.stating_wanted.connect(state)
            card.log_wanted.connect(partial(self._show_log, card))
            card.row_wanted.connect(partial(self._withdraw, withdraw))

    def enter(self, place: Place) -> None:
        self._wanted = place.record or ""
        super().enter(place)

    def clear(self) -> None:
        super().clear()
        self._facts = None
        self._view.forget()

    def can(self, action: Action) -> bool:
        if action is Action.MAIN:
            return self._facts is not None and self._facts.may_import
        return super().can(action)

    def do(self, action: Action) -> None:
        if action is Action.MAIN:
            self._import(again=False)
        else:
            super().do(action)

    def show_days(self, days: tuple[date, date]) -> None:
        """The figures of other days."""
        self._days = days
        self._read()

    # --- reading -----------------------------------------------------------------------------------

    def _job(self) -> Callable[[], CoreTeamsFacts]:
        return partial(core_teams_facts, self._desk.session, self._days)

    def _show(self, found: CoreTeamsFacts) -> None:
        self._facts, view = found, self._view
        self._words = as_at(found.at)
        view.period.tell(*period_filter(found.asked.since, found.asked.until, self._desk.session.today()))
        view.show_figures(core_headlines(found.figures))
        view.months.show_months(months_table(found.counts))
        view.show_imports(may=found.may_import)
        words = {view.baselines: baseline_words(found), view.usual: usual_words(found)}
        for card in view.stated:
            card.show_stated(self._rows(card), may=found.may_state, words=words.get(card, ""))

    def _came(self, turn: int, found: CoreTeamsFacts) -> None:
        super()._came(turn, found)
        wanted, self._wanted = self._wanted, ""
        if wanted:
            view = self._view
            view.go_to({REBASE: view.rebases, USUAL: view.usual}.get(wanted, view.baselines))

    def _rows(self, card: StatedCard) -> tuple[StatedRow, ...]:
        """All that was stated of what a card is of, withdrawn or not."""
        view, facts = self._view, self._facts
        if facts is None:
            return ()
        told = {view.baselines: stated_baselines, view.rebases: stated_rebases, view.usual: stated_usual}
        return told[card](facts)

    # --- choosing ----------------------------------------------------------------------------------

    def _choose(self, code: str) -> None:
        if code == OTHER_DAYS and self._facts is not None:
            asked = self._facts.asked
            ask_days(self._desk, self._asker, self._view, (asked.since, asked.until), self.show_days)
        elif code != OTHER_DAYS:
            self.show_days(next(days for key, _, days in periods(self._desk.session.today()) if key == code))

    # --- what opens over the page --------------------------------------------------------------------

    def _show_figure(self, key: str) -> None:
        if self._facts is not None:
            row = next(row for row in core_headlines(self._facts.figures) if row.key == key)
            show_figure(self._desk, self._view, row, None, lambda *_: None, NO_NAMES)

    def _show_month(self, row: MonthRow) -> None:
        if self._facts is None:
            return
        dialog: TableDialog[tuple[str, ...]] = TableDialog(
            row.cells[0],
            "A file with the same month and team corrects a count.",
            TEAM_COLUMNS,
            lambda team: team,
            ", ".join,
            empty=("chart-line", "No team counted this month", "It is a gap, and never taken as 0."),
            counted=False,
            parent=self._view.window(),
        )
        dialog.open()
        dialog.show_rows(team_rows(self._facts.counts, row.month))

    def _show_log(self, card: StatedCard) -> None:
        show_log(self._view, card.title.text(), self._rows(card))

    def _state_baseline(self) -> None:
        if self._may_state:
            ask_baseline(self._desk, self._asker, self._view)

    def _rebase(self) -> None:
        if self._may_state:
            ask_rebase(self._desk, self._asker, self._view)

    def _state_usual(self) -> None:
        if self._facts is not None and self._may_state:
            ask_usual_visits(self._desk, self._asker, self._view, self._facts)

    def _withdraw(self, withdraw: Withdraws, row: StatedRow) -> None:
        if self._may_state:
            ask_withdraw(self._desk.session, self._asker, self._view, row, withdraw)
        else:
            show_log(self._view, row.of, (row,))

    @property
    def _may_state(self) -> bool:
        return self._facts is not None and self._facts.may_state

    def _take(self, paths: Sequence[Path]) -> None:
        """Files of either kind, one after another."""
        for path in paths:
            take_file(self._desk, self._view, path, import_core_file)

    def _import(self, again: bool) -> None:
        if self._facts is None or not self._facts.may_import:
            return
        if again:
            ask_file(self._desk, self._view, "People referred to a core team again", import_core_rereferrals)
        else:
            ask_file(self._desk, self._view, "Referrals to core teams by month", import_core_referrals)
