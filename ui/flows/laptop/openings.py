"""What a lead reads of records that were opened outside a list."""

from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.opening import NONE, NONE_DO, TITLE, TITLE_ABOUT, OpenedRow
from smf_desktop.services.record.opening import opened_off_list
from ui.desk import Desk, Place
from ui.flows.opening import go_to_record
from ui.flows.table_dialog import keep_read
from ui.views.table_dialog import Offer, TableDialog

COLUMNS = (("When", 142), ("Who", 130), ("Whose record", 210), ("NHS No.", 112), ("Why", 320))
OPEN = "open"


def show_openings(desk: Desk, over: QWidget) -> TableDialog[OpenedRow]:
    """A window with the list; Enter opens the record of a line."""
    dialog: TableDialog[OpenedRow] = TableDialog(
        TITLE,
        TITLE_ABOUT,
        COLUMNS,
        lambda row: (row.at, row.by, row.name, row.nhs, row.why),
        lambda row: row.spoken,
        empty=("eye", NONE, NONE_DO),
        offers=(Offer(OPEN, "Open record"),),
        parent=over,
    )

    def act(_key: str, row: OpenedRow) -> None:
        dialog.accept()
        go_to_record(desk, over, Place("patient", row.patient), row.name)

    dialog.act_wanted.connect(act)
    keep_read(desk, dialog, desk.lanes.read, partial(opened_off_list, desk.session), dialog.show_rows)
    return dialog
