"""The reports page: what is chosen is read at once, and saved to a file when somebody asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.figures.figure import Split
from smf_core.figures.report import NotHeard
from smf_desktop.presenters.reports.choice import (
    ASK_BASELINE,
    OTHER_DAYS,
    REPORT_NAMES,
    Choice,
    choice_kept,
    just_before,
)
from smf_desktop.presenters.reports.facts import ReportFacts
from smf_desktop.presenters.reports.page import (
    NO_ROWS,
    ROW_COLUMNS,
    SAVED,
    person_words,
    report_rows,
    rows_about,
)
from smf_desktop.presenters.reports.rows import FigureRow
from smf_desktop.services.reporting.exporting import Exported, Format
from smf_desktop.services.reporting.making import laptops_missing
from smf_desktop.services.reporting.page import of_the_hub, report_facts, rows_facts, with_laptops
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.listed import ListPage, ask_hub
from ui.flows.reports.saving import ReportSaving
from ui.flows.table_dialog import keep_read
from ui.flows.team.asking import ask_days, ask_why_small
from ui.views.reports.options import EVERY, NOT_SPLIT
from ui.views.reports.page import ReportsView
from ui.views.reports.windows import HowCounted
from ui.views.table_dialog import TableDialog

FORMS: dict[Action, Format] = {
    Action.EXPORT_CSV: "csv",
    Action.EXPORT_XLSX: "xlsx",
    Action.EXPORT_PDF: "pdf",
    Action.EXPORT_JSON: "json",
}
CHOICE = "report_choice"
"""What was chosen last, among what this user likes on this laptop."""


class ReportsPage(ListPage[ReportsView, ReportFacts]):
    """One page of the window, for whoever may read the figures."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ReportsView())
        self._choice = choice_kept(desk.kept(CHOICE))
        self._before: list[Choice] = []
        self._after: list[Choice] = []
        self._facts: ReportFacts | None = None
        self._saving = ReportSaving(desk, self._view, self._saved)
        self._asked_hub: date | None = None
        self._missing: tuple[NotHeard, ...] | None = ()
        view = self._view
        view.chosen.connect(self._choose)
        view.figure_wanted.connect(self._show_figure)
        view.hub_wanted.connect(self._ask_hub)
        view.rows_wanted.connect(self._show_people)
        view.save_wanted.connect(lambda form: self._save(form))

    @property
    def title(self) -> str:
        return f"{REPORT_NAMES[self._choice.report]} report"

    def enter(self, place: Place) -> None:
        self._asked_hub = None
        super().enter(place)

    def clear(self) -> None:
        super().clear()
        self._saving.stop()
        self._facts = None
        self._choice = replace(self._choice, why_small="")
        self._before.clear()
        self._after.clear()
        self._view.empty()

    def can(self, action: Action) -> bool:
        if action in FORMS or action in (Action.MAIN, Action.PREVIEW_ROWS):
            return self._may_save
        match action:
            case Action.UNDO:
                return bool(self._before)
            case Action.REDO:
                return bool(self._after)
        return action is Action.REFRESH

    @property
    def _may_save(self) -> bool:
        return self._facts is not None and self._facts.may_export and not self._saving.is_running

    def do(self, action: Action) -> None:
        match action:
            case Action.UNDO:
                self._after.append(self._choice)
                self._use(self._before.pop())
            case Action.REDO:
                self._before.append(self._choice)
                self._use(self._after.pop())
            case Action.PREVIEW_ROWS:
                self._show_people()
            case Action.MAIN:
                self._save("csv")
            case _ if action in FORMS:
                self._save(FORMS[action])
            case _:
                super().do(action)

    # --- reading -----------------------------------------------------------------------------------

    def _job(self) -> Callable[[], ReportFacts]:
        return partial(report_facts, self._desk.session, self._choice, joined=self._desk.hub is not None)

    def _show(self, found: ReportFacts) -> None:
        self._facts = found if self._desk.hub is None else with_laptops(found, self._missing)
        self._draw()
        until = found.report.asked.until
        if self._desk.hub is not None and self._asked_hub != until:
            self._asked_hub = until
            job = partial(laptops_missing, self._desk.session, self._desk.hub, found.report.asked)
            self._desk.lanes.work.run(job, done=self._heard, failed=lambda _: self._heard(None))

    def _heard(self, missing: tuple[NotHeard, ...] | None) -> None:
        self._missing = missing
        if self._facts is not None:
            self._facts = with_laptops(self._facts, missing)
            self._draw()

    def _ask_hub(self) -> None:
        """The same figures of everybody; another choice meanwhile makes the answer one that came too late."""
        hub, facts, turn = self._desk.hub, self._facts, self._turn
        if hub is None or facts is None:
            return

        def told(found: ReportFacts) -> None:
            if turn == self._turn:
                self._facts = with_laptops(found, self._missing)
                self._draw()

        ask_hub(self._view.incomplete.link, self._desk, partial(of_the_hub, self._desk.session, hub, facts), told)

    def _draw(self) -> None:
        if self._facts is not None:
            rows = report_rows(self._facts)
            self._words = rows.facts
            self._view.fill(self._choice, rows)

    # --- choosing ----------------------------------------------------------------------------------

    def _choose(self, key: str, code: str) -> None:
        now = self._choice
        match key, code:
            case "report", _:
                self._change(replace(now, report=code))
            case "period", "days":
                self._ask_period()
            case "period", _:
                self._change(replace(now, period=code, days=None))
            case "baseline", "other":
                self._ask_baseline()
            case "baseline", _:
                self._change(replace(now, baseline=code, against=None))
            case "team", _:
                self._change(replace(now, team="" if code == EVERY else code))
            case "skill", _:
                self._change(replace(now, skill="" if code == EVERY else code))
            case "nurse", _:
                self._change(replace(now, nurse="" if code == EVERY else code))
            case "locality", _:
                self._change(replace(now, locality="" if code == EVERY else code))
            case "by", _:
                self._change(replace(now, by=Split("" if code == NOT_SPLIT else code)))
            case "rows", _:
                self._change(replace(now, with_rows=bool(code)))
            case "small", "ask":
                self._ask_why()
            case _:
                self._change(replace(now, why_small=""))

    def _change(self, choice: Choice) -> None:
        if choice != self._choice:
            self._before.append(self._choice)
            self._after.clear()
            self._use(choice)

    def _use(self, choice: Choice) -> None:
        self._choice = choice
        self._desk.keep(CHOICE, choice.to_keep())
        self._read()

    def _show_what_stands(self) -> None:
        """A list that was opened and left shows what is chosen, not what was looked at."""
        self._draw()

    def _ask_period(self) -> None:
        self._show_what_stands()
        days = self._choice.period_days(self._desk.session.today())
        ask_days(
            self._desk,
            self._asker,
            self._view,
            days,
            lambda chosen: self._change(replace(self._choice, period=OTHER_DAYS, days=chosen)),
        )

    def _ask_baseline(self) -> None:
        self._show_what_stands()
        since, until = self._choice.period_days(self._desk.session.today())
        days = self._choice.against or just_before(since, until) or (since, until)
        ask_days(
            self._desk,
            self._asker,
            self._view,
            days,
            lambda chosen: self._change(replace(self._choice, baseline=ASK_BASELINE, against=chosen)),
        )

    def _ask_why(self) -> None:
        """A lead says why small numbers are shown; it is written to the audit with every file."""

        def done(why: str) -> None:
            self._change(replace(self._choice, why_small=why))

        ask_why_small(self._desk, self._asker, self._view, done)

    # --- what opens over the page --------------------------------------------------------------------

    def _show_figure(self, row: FigureRow) -> None:
        HowCounted(row, self._view.window()).open()

    def _show_people(self) -> None:
        if not self.can(Action.PREVIEW_ROWS):
            return
        dialog: TableDialog[tuple[str, ...]] = TableDialog(
            "Rows about people",
            "Small numbers are shown."
            if self._choice.why_small
            else "At least 5 rows are alike in all but the counts.",
            ROW_COLUMNS,
            lambda row: row,
            ", ".join,
            empty=("users", *NO_ROWS),
            counted=False,
            parent=self._over,
        )
        job = partial(rows_facts, self._desk.session, self._choice)
        keep_read(
            self._desk,
            dialog,
            self._desk.lanes.read,
            job,
            lambda found: dialog.show_rows(person_words(found), rows_about(found)),
        )

    @property
    def _over(self) -> QWidget:
        return self._view.window()

    def _save(self, form: Format) -> None:
        if self._facts is not None and self._facts.may_export and not self._saving.is_running:
            self._saving.ask(self._facts, form)

    def _saved(self, made: Exported) -> None:
        self._desk.toast(SAVED)
        self._desk.changed(frozenset({"access"}))
