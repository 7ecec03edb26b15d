"""The page of closed months: closing one, its figures then and now, the pack, and what is saved every month."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from smf_core.figures.months import of_month
from smf_core.figures.report import NotHeard
from smf_desktop.presenters.service.months_page import TITLE, MonthLine, dock_words, is_closed, month_lines, pack_name
from smf_desktop.services.reporting.exporting import Exported, WhyShown
from smf_desktop.services.reporting.making import laptops_missing
from smf_desktop.services.service.months import MonthsFacts, months_facts
from smf_desktop.services.service.pack import save_pack
from ui.actions import Action
from ui.desk import Desk
from ui.flows.listed import ListPage
from ui.flows.reports.saving import ReportSaving
from ui.flows.service.months_forms import ask_close, ask_note, ask_small, show_then_and_now
from ui.flows.service.scheduled import MonthlyExport
from ui.views.service.months import MonthsView


class MonthsPage(ListPage[MonthsView, MonthsFacts]):
    """One page of the window, for whoever may read the figures."""

    title = TITLE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, MonthsView())
        self._facts: MonthsFacts | None = None
        self._asked: MonthLine | None = None
        self._saving = ReportSaving(desk, self._view, self._saved)
        self._export = MonthlyExport(lambda: desk, self._view)
        view = self._view
        view.opened.connect(self._open)
        view.close_wanted.connect(self._close)
        view.note_wanted.connect(self._note)
        view.pack_wanted.connect(self._pack)
        view.export_wanted.connect(self._set_export)
        view.export_ended.connect(self._end_export)

    def leave(self) -> None:
        super().leave()
        self._forget_asking()

    def clear(self) -> None:
        super().clear()
        self._forget_asking()
        self._saving.stop()
        self._export.stop()
        self._facts = None
        self._view.empty()

    def can(self, action: Action) -> bool:
        facts, line = self._facts, self._view.chosen
        if action is Action.MAIN:
            return facts is not None and facts.may_close and line is not None and self._asked is None
        if action in (Action.PRINT, Action.EXPORT_PDF):
            closed = line is not None and line.closed is not None
            return facts is not None and facts.may_export and closed and not self._saving.is_running
        if action is Action.MONTHLY_EXPORT:
            return facts is not None and facts.may_export
        return super().can(action)

    def do(self, action: Action) -> None:
        match action:
            case Action.MAIN:
                self._close()
            case Action.PRINT | Action.EXPORT_PDF:
                self._pack()
            case Action.MONTHLY_EXPORT:
                self._set_export()
            case _:
                super().do(action)

    def save_pack_to(self, closed_id: str, path: Path, show_small: WhyShown | None) -> None:
        """Save the pack of a closed month, with a bar and a way to stop it."""
        session = self._desk.session
        self._saving.run(path, lambda progress: save_pack(session, closed_id, path, show_small, progress))

    # --- reading -----------------------------------------------------------------------------------

    def _job(self) -> Callable[[], MonthsFacts]:
        return partial(months_facts, self._desk.session)

    def _show(self, found: MonthsFacts) -> None:
        self._facts = found
        closed = [(each.closed, each.name) for each in found.closed]
        lines = month_lines(closed, self._desk.session.today(), found.first)
        words = dock_words(lines, may_close=found.may_close)
        self._view.fill(lines, words, may_close=found.may_close, may_export=found.may_export)
        self._view.show_export(self._export.words)

    # --- closing -----------------------------------------------------------------------------------

    def _open(self, line: MonthLine) -> None:
        if line.closed is not None:
            show_then_and_now(self._desk, self._view, line)
        elif self.can(Action.MAIN):
            self._close()

    def _close(self) -> None:
        """Ask the hub whose work may be missing, then whether to close."""
        line, session = self._view.chosen, self._desk.session
        if line is None or not self.can(Action.MAIN):
            return
        self._asked = line
        self._view.close_month.set_busy("Asking the hub")
        job = partial(laptops_missing, session, self._desk.hub, of_month(line.month, session.team, session.today()))
        heard = partial(self._heard, line)
        self._desk.lanes.work.run(job, done=heard, failed=lambda _: heard(None))

    def _heard(self, line: MonthLine, missing: tuple[NotHeard, ...] | None) -> None:
        if self._asked is not line:
            return
        self._forget_asking()
        again = is_closed(self._view.model.rows, line.month)
        ask_close(self._desk, self._asker, self._view, line.month, missing, again=again)

    def _forget_asking(self) -> None:
        self._asked = None
        self._view.close_month.set_busy("")

    def _note(self) -> None:
        line = self._view.chosen
        if line is not None and line.closed is not None:
            ask_note(self._desk, self._asker, self._view, line.closed)

    # --- the pack ----------------------------------------------------------------------------------

    def _pack(self) -> None:
        line, facts = self._view.chosen, self._facts
        if line is None or line.closed is None or facts is None or not self.can(Action.PRINT):
            return
        where = partial(self._place_pack, line.closed.id, pack_name(line.month))
        if facts.may_show_small:
            ask_small(self._asker, self._desk, self._view, where)
        else:
            where(None)

    def _place_pack(self, closed_id: str, name: str, show_small: WhyShown | None) -> None:
        path = self._saving.place(name, "pdf")
        if path is not None:
            self.save_pack_to(closed_id, path, show_small)

    def _saved(self, made: Exported) -> None:
        (path,) = made.digests
        self._desk.toast(f"{path.name} is saved, readable by anyone who can open that folder")
        self._desk.changed(frozenset({"access"}))

    # --- the monthly export ------------------------------------------------------------------------

    def _set_export(self) -> None:
        if self.can(Action.MONTHLY_EXPORT):
            self._export.ask(self._asker, self._view, self._show_export)

    def _end_export(self) -> None:
        if self.can(Action.MONTHLY_EXPORT):
            self._export.end(self._show_export)

    def _show_export(self) -> None:
        self._view.show_export(self._export.words)
