"""The commissioning page: what was planned, delivered and released, and how the service judges itself."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from smf_desktop.presenters.days import day
from smf_desktop.presenters.reports.page import SAVED
from smf_desktop.presenters.service.commissioning import (
    CommissioningFacts,
    Detail,
    below_words,
    details,
    locality_rows,
    stated_plans,
)
from smf_desktop.presenters.service.self_check import CheckedBy, action_rows, checked_words, part_rows
from smf_desktop.presenters.service.stated import StatedRow
from smf_desktop.presenters.team.words import as_at, period, periods
from smf_desktop.services.reporting.exporting import Exported, Format
from smf_desktop.services.service.commissioning import asked_of_hub, commissioning_facts, save_commissioning
from smf_desktop.services.service.plans import withdraw_plan
from ui.actions import Action
from ui.desk import Desk
from ui.flows.listed import ListPage, ask_hub
from ui.flows.reports.saving import ReportSaving
from ui.flows.service.commissioning_forms import ask_plan, ask_self_check
from ui.flows.service.stated import ask_withdraw, show_log
from ui.flows.team.asking import ask_days
from ui.flows.team.filters import OTHER_DAYS, period_filter
from ui.views.service.commissioning import CommissioningView
from ui.views.table_dialog import TableDialog

FORMS: dict[Action, Format] = {Action.EXPORT_CSV: "csv", Action.EXPORT_XLSX: "xlsx", Action.EXPORT_PDF: "pdf"}
DETAILS = (("Figure", 170), ("Counted", 220), ("How", 460))
IN_FILES = "In a file counts of 1 to 4 are hidden. The export and who made it are written to the audit trail."
NOT_YOURS = "A team lead or an administrator can export these figures."


class CommissioningPage(ListPage[CommissioningView, CommissioningFacts]):
    """One page of the window, for whoever may read the figures."""

    title = "Commissioning"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, CommissioningView())
        view = self._view
        self._days = periods(desk.session.today())[0][2]
        self._facts: CommissioningFacts | None = None
        self._check = ""
        self._saving = ReportSaving(desk, view, self._saved)
        view.period_chosen.connect(self._choose)
        view.locality_wanted.connect(self._show_locality)
        view.hub_wanted.connect(self._ask_hub)
        view.save_wanted.connect(self._save)
        view.plans.stating_wanted.connect(self._state)
        view.plans.log_wanted.connect(self._show_log)
        view.plans.row_wanted.connect(self._withdraw)
        view.check.chosen.connect(self._choose_check)
        view.check.new_wanted.connect(self._new_check)

    def clear(self) -> None:
        super().clear()
        self._saving.stop()
        self._facts, self._check = None, ""
        self._view.forget()

    def can(self, action: Action) -> bool:
        match action:
            case Action.MAIN | Action.EXPORT_CSV | Action.EXPORT_XLSX | Action.EXPORT_PDF:
                return self._facts is not None and self._facts.may_export and not self._saving.is_running
        return super().can(action)

    def do(self, action: Action) -> None:
        match action:
            case Action.MAIN:
                self._save("csv")
            case Action.EXPORT_CSV | Action.EXPORT_XLSX | Action.EXPORT_PDF:
                self._save(FORMS[action])
            case _:
                super().do(action)

    def show_days(self, days: tuple[date, date]) -> None:
        """The figures of other days."""
        self._days = days
        self._read()

    def save_to(self, path: Path, form: Format) -> None:
        """Save what is shown to a file."""
        if self._facts is not None:
            desk = self._desk
            self._saving.run(path, partial(save_commissioning, desk.session, desk.hub, self._facts, form, path))

    # --- reading -----------------------------------------------------------------------------------

    def _job(self) -> Callable[[], CommissioningFacts]:
        return partial(commissioning_facts, self._desk.session, *self._days, joined=self._desk.hub is not None)

    def _show(self, found: CommissioningFacts) -> None:
        self._facts, view = found, self._view
        self._words = as_at(found.at)
        view.period.tell(*period_filter(*self._days, self._desk.session.today()))
        may_ask = found.ask_hub and self._desk.hub is not None
        rows = locality_rows(found.found.localities)
        view.show_localities(rows, below_words(found), whole=found.whole, ask_hub=may_ask)
        view.show_plans(stated_plans(found), may=found.may_plan)
        view.show_dock(IN_FILES if found.may_export else NOT_YOURS, may_export=found.may_export)
        self._show_check()

    def _ask_hub(self) -> None:
        hub, before = self._desk.hub, self._facts
        if hub is None or before is None:
            return

        def came(found: CommissioningFacts) -> None:
            if self._facts is before:
                self._show(found)
                self._view.take_focus()

        ask_hub(self._view.incomplete.link, self._desk, partial(asked_of_hub, self._desk.session, hub, before), came)

    def _show_check(self) -> None:
        facts = self._facts
        if facts is None:
            return
        shown, before = self._checks()
        check = shown.check if shown else None
        self._view.check.show_check(
            checked_words(check, shown.name if shown else ""),
            check.note if check else "",
            part_rows(check, before.check if before else None),
            action_rows(check) if check else (),
            checked=check is not None,
            may=facts.may_plan,
        )
        days = [(each.check.id, f"{day(each.check.on)}, {each.name}") for each in facts.checks]
        self._view.check.show_days(check.id if check else "", day(check.on) if check else "", days)

    def _checks(self) -> tuple[CheckedBy | None, CheckedBy | None]:
        """The check that is shown, the last where none was chosen, and the one before it."""
        checks = self._facts.checks if self._facts else ()
        place = next((place for place, each in enumerate(checks) if each.check.id == self._check), 0)
        shown, before = (checks[at] if at < len(checks) else None for at in (place, place + 1))
        return shown, before

    # --- choosing ----------------------------------------------------------------------------------

    def _choose(self, code: str) -> None:
        if code == OTHER_DAYS:
            ask_days(self._desk, self._asker, self._view, self._days, self.show_days)
        else:
            self.show_days(next(days for key, _, days in periods(self._desk.session.today()) if key == code))

    def _choose_check(self, check: str) -> None:
        self._check = check
        self._show_check()

    # --- what opens over the page --------------------------------------------------------------------

    def _show_locality(self, place: int) -> None:
        if self._facts is None:
            return
        locality = self._facts.found.localities[place]
        dialog: TableDialog[Detail] = TableDialog(
            locality.name,
            period(*self._days),
            DETAILS,
            lambda row: row.words,
            lambda row: row.spoken,
            empty=("users", "Nothing is told", "No figure of this locality."),
            counted=False,
            parent=self._view.window(),
        )
        dialog.open()
        dialog.show_rows(details(locality))

    def _state(self) -> None:
        if self._facts is not None and self._facts.may_plan:
            ask_plan(self._desk, self._asker, self._view, self._facts)

    def _show_log(self) -> None:
        if self._facts is not None:
            show_log(self._view, "Plans", stated_plans(self._facts))

    def _withdraw(self, row: StatedRow) -> None:
        if self._facts is not None and self._facts.may_plan:
            ask_withdraw(self._desk.session, self._asker, self._view, row, withdraw_plan)
        elif self._facts is not None:
            show_log(self._view, "Plan", (row,))

    def _new_check(self) -> None:
        facts = self._facts
        if facts is not None and facts.may_plan:
            last = part_rows(facts.checks[0].check) if facts.checks else ()
            ask_self_check(self._desk, self._asker, self._view, last)

    # --- saving --------------------------------------------------------------------------------------

    def _save(self, form: Format) -> None:
        if self.can(Action.EXPORT_CSV):
            since, until = self._days
            path = self._saving.place(f"commissioning-{since.isoformat()}-{until.isoformat()}.{form}", form)
            if path is not None:
                self.save_to(path, form)

    def _saved(self, made: Exported) -> None:
        self._desk.toast(SAVED)
        self._desk.changed(frozenset({"access"}))
