"""What came back from a lead, over the page of its author: what was written, who returned it and why."""

from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.services.session import Touched
from smf_desktop.services.sync.returned import Returned, put_by, read_returned
from ui.desk import Desk, Place
from ui.flows.table_dialog import RECORD, keep_read, reading_dialog
from ui.views.table_dialog import Offer

TITLE = "Returned to you"
ABOUT = "Done takes it off Today. It stays in the sync centre."
DONE = "done"


def show_returned(desk: Desk, over: QWidget, cs_id: str, patient: str, who: str) -> None:
    """`patient` is "" for whom this laptop does not hold."""
    done_with = "You are done with it."
    dialog = reading_dialog(over, TITLE, ABOUT, who, Offer(DONE, "Done"), done_with, has_record=bool(patient))

    def show(found: Returned | None) -> None:
        if found is None:
            dialog.show_rows(())
        else:
            dialog.show_rows(found.lines, found.about)

    def done(touched: Touched) -> None:
        dialog.accept()
        desk.changed(touched)
        desk.toast("Done with it")

    def act(key: str, _line: str) -> None:
        if key == RECORD:
            dialog.accept()
            desk.go(Place("patient", patient))
        else:
            desk.lanes.store.run(partial(put_by, desk.session, cs_id), done=done, failed=desk.tell)

    dialog.act_wanted.connect(act)
    keep_read(desk, dialog, desk.lanes.store, partial(read_returned, desk.session, cs_id), show)
