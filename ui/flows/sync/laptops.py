"""The laptops of the team, for a lead: when each was last at the hub, and what it had left to send then."""

from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.sync.held import LaptopRow, laptop_rows, reconciled
from smf_desktop.services.sync.laptops import TeamLaptops, team_laptops
from ui.desk import Desk
from ui.flows.sync.listing import keep_read
from ui.views.sync.table_dialog import TableDialog

TITLE = "Laptops of the team"
ABOUT = "What a laptop had left to send is what it said when it was last at the hub."
COLUMNS = (("Laptop", 170), ("Users", 230), ("Last at the hub", 150), ("Left to send", 180), ("Signed visits", 110))


def show_laptops(desk: Desk, over: QWidget) -> TableDialog[LaptopRow]:
    dialog: TableDialog[LaptopRow] = TableDialog(
        TITLE,
        ABOUT,
        COLUMNS,
        lambda row: (row.name, row.users, row.seen, row.left, row.visits),
        lambda row: row.spoken,
        empty=("laptop", "No laptop has joined yet", "A laptop joins with a code that the hub gives."),
        parent=over.window(),
    )

    def show(found: TeamLaptops) -> None:
        rows = laptop_rows(found.notes, found.names, desk.session.now().tzinfo)
        dialog.show_rows(rows, *reconciled(found.signed_here, found.signed_at_hub))

    keep_read(desk, dialog, desk.lanes.work, partial(team_laptops, desk.session, desk.hub), show)
    return dialog
