"""The tray of a lead: work that the hub set aside is asked of the hub, read, and taken into the record or returned."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.sync.held import HeldRow, held_rows
from smf_desktop.services.drafts import ANYWHERE
from smf_desktop.services.session import Touched
from smf_desktop.services.sync.reviews import ADOPTED, RETURNED, Held, decide, read_held
from smf_desktop.services.sync.written import Written, read_written
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed
from ui.flows.form_draft import FormDraft
from ui.flows.table_dialog import keep_read
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import Offer, TableDialog

TITLE = "Sent for review"
ABOUT = "This work is in nobody's record yet. Nothing of it is lost, whatever you choose."
COLUMNS = (("Whose record", 190), ("What", 150), ("Who wrote it", 150), ("Since", 152), ("Why", 280))
READ = "read"


def show_held(desk: Desk, over: QWidget) -> TableDialog[HeldRow]:
    dialog: TableDialog[HeldRow] = TableDialog(
        TITLE,
        ABOUT,
        COLUMNS,
        lambda row: (row.who, row.what, row.by, row.when, row.why),
        lambda row: row.spoken,
        empty=("circle-check", "Nothing waits for you", "Work that the hub cannot take as it is comes here."),
        offers=(Offer(READ, "Read", "primary"),),
        parent=over.window(),
    )
    asker = Asker(desk, dialog)
    decided: set[str] = set()
    """What was decided since it was asked of the hub: the next exchange tells it."""
    asked: list[Held] = []
    """What the hub answered last."""

    def show(found: Held) -> None:
        asked[:] = [found]
        rows = held_rows(found.waiting, found.people, found.names, desk.session.now().tzinfo, found.unbegun)
        dialog.show_rows([row for row in rows if row.key not in decided])

    read = keep_read(desk, dialog, desk.lanes.work, partial(read_held, desk.session, desk.hub), show)

    def done(row: HeldRow, reading: TableDialog[str], words: str, touched: Touched) -> None:
        decided.add(row.key)
        reading.accept()
        desk.changed(touched)
        desk.toast(words)
        read()

    def decide_on(row: HeldRow, reading: TableDialog[str], key: str) -> None:
        adopted = key == ADOPTED
        title = "Take this into the record?" if adopted else "Return this to its author?"
        form = FormDialog(
            title,
            (Ask("reason", "Reason", hint="" if adopted else "The author reads it: what to do with it now"),),
            "Take into record" if adopted else "Return",
            who=row.who,
            about=f"{row.what} by {row.by}. {row.why}. {row.beside}".strip(),
            parent=reading,
        )

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, desk.session.today())
            reason = fields.needed("reason", "Type the reason")
            fields.check()
            return partial(decide, desk.session, "" if row.key == row.unbegun else row.key, key, reason, row.unbegun)

        draft = FormDraft(desk, ANYWHERE, f"{key} {row.key}", row.patient, cancels=True)
        words = "Taken into the record" if adopted else "Returned"
        asker.ask(form, job, partial(done, row, reading, words), draft=draft)

    def open_one(_key: str, row: HeldRow) -> None:
        _show_written(desk, dialog, row, partial(read_written, desk.session, asked[0], row.key), decide_on)

    dialog.act_wanted.connect(open_one)
    return dialog


def _show_written(
    desk: Desk,
    over: QWidget,
    row: HeldRow,
    job: Callable[[], Written],
    decide_on: Callable[[HeldRow, TableDialog[str], str], None],
) -> None:
    """What was written, line by line; a lead decides from here."""
    offers = [Offer(ADOPTED, "Take into record", "primary")] if row.adoptable else []
    reading: TableDialog[str] = TableDialog(
        f"{row.what}, {row.by}",
        ABOUT,
        ((row.who, 900),),
        lambda line: (line,),
        lambda line: line,
        empty=("file-text", "Nothing was written", "Nothing of it can be shown."),
        offers=(*offers, Offer(RETURNED, "Return")),
        counted=False,
        parent=over,
    )

    def show(found: Written) -> None:
        reading.show_rows(found.lines, " ".join(filter(None, (f"{row.why}.", row.beside, found.about))))

    reading.act_wanted.connect(lambda key, _line: decide_on(row, reading, key))
    keep_read(desk, reading, desk.lanes.store, job, show)
