"""The tray of a lead: work that the hub set aside, asked of the hub, and taken into the record or returned."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.sync.held import HeldRow, held_rows
from smf_desktop.services.session import Touched
from smf_desktop.services.sync.reviews import ADOPTED, RETURNED, Held, decide, read_held
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed
from ui.flows.table_dialog import keep_read
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import Offer, TableDialog

TITLE = "Sent for review"
ABOUT = "This work is in nobody's record yet. Nothing of it is lost, whatever you choose."
COLUMNS = (("Whose record", 190), ("What", 150), ("Who wrote it", 150), ("Since", 152), ("Why", 280))


def show_held(desk: Desk, over: QWidget) -> TableDialog[HeldRow]:
    dialog: TableDialog[HeldRow] = TableDialog(
        TITLE,
        ABOUT,
        COLUMNS,
        lambda row: (row.who, row.what, row.by, row.when, row.why),
        lambda row: row.spoken,
        empty=("circle-check", "Nothing waits for you", "Work that the hub cannot take as it is comes here."),
        offers=(Offer(ADOPTED, "Take into record", "primary"), Offer(RETURNED, "Return")),
        can=lambda key, row: key == RETURNED or row.adoptable,
        parent=over.window(),
    )
    asker = Asker(desk, dialog)
    decided: set[str] = set()
    """What was decided since it was asked of the hub: the next exchange tells it."""

    def show(found: Held) -> None:
        rows = held_rows(found.waiting, found.people, found.names, desk.session.now().tzinfo, found.unbegun)
        dialog.show_rows([row for row in rows if row.key not in decided])

    read = keep_read(desk, dialog, desk.lanes.work, partial(read_held, desk.session, desk.hub), show)

    def done(row: HeldRow, words: str, touched: Touched) -> None:
        decided.add(row.key)
        desk.changed(touched)
        desk.toast(words)
        read()

    def act(key: str, row: HeldRow) -> None:
        adopted = key == ADOPTED
        title = "Take this into the record?" if adopted else "Return this to its author?"
        form = FormDialog(
            title,
            (Ask("reason", "Reason"),),
            "Take into record" if adopted else "Return",
            who=row.who,
            about=f"{row.what} by {row.by}. {row.why}. {row.beside}".strip(),
            parent=dialog,
        )

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, desk.session.today())
            reason = fields.needed("reason", "Type the reason")
            fields.check()
            return partial(decide, desk.session, row.key if row.adoptable else "", key, reason, row.unbegun)

        asker.ask(form, job, partial(done, row, "Taken into the record" if adopted else "Returned"))

    dialog.act_wanted.connect(act)
    return dialog
