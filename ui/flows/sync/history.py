"""The sync history: past exchanges, and what was settled on this laptop, which can be taken back for 30 days."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.sync.centre import LineRow, history_rows
from smf_desktop.presenters.sync.facts import SyncHistory
from smf_desktop.presenters.sync.held import reconciled
from smf_desktop.services.record.disputes import unsettle
from smf_desktop.services.session import Touched
from smf_desktop.services.sync.centre import sync_history
from smf_desktop.services.sync.laptops import reconcile
from ui.desk import Desk
from ui.flows.table_dialog import keep_read
from ui.views.table_dialog import Offer, TableDialog

TITLE = "Sync history"
ABOUT = "What was settled can be taken back for 30 days: all versions then stand side by side again."
COLUMNS = (("When", 140), ("What", 300), ("About", 420))
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class _Row:
    line: LineRow
    patient: str
    settled: str
    """The save that settled something and still stands, "" for all else."""


def show_history(desk: Desk, over: QWidget) -> TableDialog[_Row]:
    dialog: TableDialog[_Row] = TableDialog(
        TITLE,
        ABOUT,
        COLUMNS,
        lambda row: (row.line.when, row.line.who, row.line.what),
        lambda row: row.line.spoken,
        empty=("history", "Nothing yet", "Exchanges with the hub and what you settle are listed here."),
        offers=(Offer(UNDO, "Undo"),),
        can=lambda key, row: bool(row.settled),
        parent=over.window(),
    )

    def show(found: SyncHistory) -> None:
        rows = history_rows(found, desk.session.now().tzinfo)
        settlings = [
            _Row(line, one.saved.patient or "", "" if one.undone else one.saved.cs_id)
            for line, one in zip(rows.settlings, found.settlings, strict=True)
        ]
        dialog.show_rows([*settlings, *(_Row(line, "", "") for line in rows.exchanges)])

    def agreed(found: tuple[int, int]) -> None:
        words, tone = reconciled(*found)
        for one in standing:
            one.tell_note(words, tone)

    standing = [dialog]
    dialog.finished.connect(standing.clear)
    read = keep_read(desk, dialog, desk.lanes.read, partial(sync_history, desk.session), show)

    def undone(touched: Touched) -> None:
        desk.changed(touched)
        desk.toast("Taken back")
        read()

    def failed(error: BaseException) -> None:
        for one in standing:
            one.tell_note(str(words_for(error)), "warn")

    def act(key: str, row: _Row) -> None:
        desk.lanes.store.run(partial(unsettle, desk.session, row.patient, row.settled), done=undone, failed=failed)

    dialog.act_wanted.connect(act)
    if desk.hub is not None:
        desk.lanes.work.run(partial(reconcile, desk.session, desk.hub), done=agreed, failed=failed)
    return dialog
