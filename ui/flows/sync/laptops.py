"""The laptops of the team, for a lead: when each was last at the hub, and what it had left to send then."""

from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.sync.held import LaptopRow, laptop_rows, late_words, reconciled
from smf_desktop.services.sync.laptops import TeamLaptops, team_laptops
from ui.desk import Desk
from ui.flows.table_dialog import keep_read
from ui.views.table_dialog import TableDialog

TITLE = "Laptops of the team"
ABOUT = (
    "A lost laptop is taken out of use by the administrator, at the hub: smf-hub device revoke, or wipe. Its unsent "
    "work is sent for review; wipe then destroys its records, when it next connects."
)
COLUMNS = (("Laptop", 170), ("Users", 300), ("Last at the hub", 230), ("Had to send then", 200))


def show_laptops(desk: Desk, over: QWidget) -> TableDialog[LaptopRow]:
    dialog: TableDialog[LaptopRow] = TableDialog(
        TITLE,
        ABOUT,
        COLUMNS,
        lambda row: (row.name, row.users, row.seen, row.left),
        lambda row: row.spoken,
        empty=("laptop", "No laptop has joined yet", "A laptop joins with a code that the hub gives."),
        tone=lambda row: "warn" if row.warn else "",
        parent=over.window(),
    )

    def show(found: TeamLaptops) -> None:
        now = desk.session.now()
        words, tone = reconciled(found.signed_here, found.signed_at_hub)
        late = late_words(found.notes, now)
        note = "\n".join(filter(None, (words, late)))
        dialog.show_rows(laptop_rows(found.notes, now), note, "warn" if late else tone)

    keep_read(desk, dialog, desk.lanes.work, partial(team_laptops, desk.session, desk.hub), show)
    return dialog
