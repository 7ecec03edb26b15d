"""The monthly export while somebody is in: asked for, looked after every hour, told of, and ended."""

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.service.months_page import (
    FORMAT_NAMES,
    export_words,
    ran_words,
    report_options,
    waiting_words,
)
from smf_desktop.services.reporting.exporting import FORMATS, PACK
from smf_desktop.services.service.schedule import (
    LAST_DAY,
    Ran,
    Schedule,
    due,
    kept_as,
    new_schedule,
    run_schedule,
    schedule_in,
)
from smf_desktop.settings import MONTHLY_EXPORT
from smf_desktop.trouble import ReportStopped
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed
from ui.views.form_dialog import Ask, FormDialog

HOUR_S = 3_600
NO_REPORTS = "Choose one or more reports"
NO_FORMATS = "Choose one or more kinds of file"
ABOUT = (
    "While you are in, this application saves them once for each month, the last one first. Counts of 1 to 4 are "
    "hidden. A month that was missed is made up."
)


class MonthlyExport(QObject):
    """Saves what is due off the interface thread. What failed is told once and tried again every hour."""

    def __init__(self, desk: Callable[[], Desk], parent: QObject) -> None:
        """`desk` is asked each time: it is another one after a change of role."""
        super().__init__(parent)
        self._desk = desk
        self._stop = Event()
        self._running = False
        self._next = 0.0
        self._told: object = None

    @property
    def schedule(self) -> Schedule | None:
        return schedule_in(self._desk().kept(MONTHLY_EXPORT))

    @property
    def words(self) -> str:
        """What is saved every month; "" where nothing is."""
        kept = self.schedule
        if kept is None:
            return ""
        return export_words(kept.reports, kept.formats, kept.folder, kept.day, dict(report_options(PACK)))

    def look(self) -> None:
        """Save what is due, once an hour; told every minute."""
        desk, schedule = self._desk(), self.schedule
        now = desk.session.clock.steady()
        if schedule is None or self._running or now < self._next:
            return
        self._next, self._running, stop = now + HOUR_S, True, self._stop

        def ran(found: Ran) -> None:
            self._running = False
            if not stop.is_set():
                self._tell(schedule, found)

        def failed(error: BaseException) -> None:
            self._running = False
            if not isinstance(error, ReportStopped):
                self._complain(error, type(error))

        def job() -> Ran:
            """Nothing is due for whoever may not save figures now: in the grace after a grant, in another role."""
            if not due(desk.session, schedule):
                return Ran()
            return run_schedule(desk.session, desk.hub, schedule, lambda done, total: not stop.is_set())

        desk.lanes.work.run(job, done=ran, failed=failed)

    def stop(self) -> None:
        """Whoever was in leaves: what is being written is given up at the next file."""
        self._stop.set()
        self._stop = Event()

    def ask(self, asker: Asker, over: QWidget, done: Callable[[], object]) -> None:
        """Which reports, as what, where and on which day. What is due already is saved at once."""
        desk = self._desk()
        dialog = FormDialog("Save reports every month", _asks(self.schedule), "Save", about=ABOUT, parent=over.window())

        def job(typed: Typed) -> Callable[[], Schedule]:
            fields = Reader(typed, desk.session.today())
            reports = [code for code, _ in report_options(PACK) if code in fields.several("reports")]
            forms = [form for form in FORMATS if form in fields.several("formats")]
            day = fields.whole("day", 1, LAST_DAY)
            folder = fields.needed("folder", "Enter the folder")
            if not reports:
                fields.problems["reports"] = NO_REPORTS
            elif not forms and reports != [PACK]:
                fields.problems["formats"] = NO_FORMATS
            fields.check()
            return partial(new_schedule, desk.session, day, folder, reports, forms)

        def made(schedule: Schedule) -> None:
            self._keep(kept_as(schedule), "These reports are saved every month", done)

        asker.ask(dialog, job, made, lane=desk.lanes.work)

    def end(self, done: Callable[[], object]) -> None:
        """Save nothing from now on; the files that were saved stay."""
        before = self._desk().kept(MONTHLY_EXPORT)
        if before:
            self._keep(b"", "Nothing is saved every month any more", done)
            self._desk().offer_undo(lambda: self._keep(before, "These reports are saved every month again", done))

    def _keep(self, kept: bytes, words: str, done: Callable[[], object]) -> None:
        desk = self._desk()
        desk.keep(MONTHLY_EXPORT, kept)
        desk.toast(words)
        self._next, self._told = 0.0, None
        done()
        self.look()

    def _tell(self, schedule: Schedule, found: Ran) -> None:
        desk = self._desk()
        if found.saved:
            desk.toast(ran_words(len(found.saved), schedule.folder))
            desk.changed(frozenset({"access"}))
        if found.trouble:
            self._complain(found.trouble, (found.trouble.month, found.trouble.why))
        elif found.waiting and self._told != found.waiting:
            self._told = found.waiting
            desk.toast(waiting_words(found.waiting))

    def _complain(self, error: BaseException, about: object) -> None:
        if self._told != about:
            self._told = about
            self._desk().tell(error)


def _asks(kept: Schedule | None) -> tuple[Ask, ...]:
    return (
        Ask("reports", "Reports", "several", "|".join(kept.reports) if kept else PACK, options=report_options(PACK)),
        Ask(
            "formats",
            "As",
            "several",
            "|".join(kept.formats) if kept else "xlsx",
            hint="The monthly pack is always PDF",
            options=tuple(FORMAT_NAMES.items()),
        ),
        Ask("folder", "Folder", "folder", kept.folder if kept else "", hint="Of this laptop. Alt+Down looks for it"),
        Ask("day", "Day of the month", value=str(kept.day) if kept else "5", hint=f"1 to {LAST_DAY}"),
    )
