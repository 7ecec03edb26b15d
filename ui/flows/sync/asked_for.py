"""Somebody whom this laptop does not hold: asked of the hub with a reason, and opened when they have come."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.opening import WhyOpened
from smf_desktop.presenters.opening import REASONS
from smf_desktop.presenters.sync.asked_for import (
    ABOUT,
    COMING,
    NUMBER_OR_NAME,
    QUESTION,
    TITLE,
    TITLE_ABOUT,
    AskedRow,
    asked_row,
)
from smf_desktop.presenters.sync.facts import AskedFor, Link, SyncState
from smf_desktop.services.sync.asked_for import Wanted, ask_hub, come
from ui.desk import Desk, Place
from ui.flows.asking import Asker, Reader, Typed
from ui.flows.table_dialog import keep_read
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import Offer, TableDialog

OPEN = "open"
COLUMNS = (("Whose record", 300), ("Born", 170), ("NHS No.", 150), ("On this laptop", 230))
ASKS = (
    Ask("number", "NHS number", optional=True),
    Ask("or", NUMBER_OR_NAME, "note"),
    Ask("family", "Family name", optional=True, half=True),
    Ask("given", "Given name", optional=True, half=True),
    Ask("born", "Date of birth", optional=True, hint="For example 14/03/1951."),
    Ask("why", "Reason", "choice", options=REASONS),
)
SILENT = "The hub did not answer. The record comes when it does."
NEITHER = "Enter an NHS number, or a family name and a date of birth"


def ask_for_person(desk: Desk, over: QWidget) -> None:
    """The form; what it leads to is shown in a window of its own."""
    session = desk.session
    form = FormDialog(QUESTION, ASKS, "Ask the hub", about=ABOUT, parent=over.window())

    def job(typed: Typed) -> Callable[[], AskedFor]:
        fields = Reader(typed, session.today())
        number, family = fields.text("number"), fields.text("family")
        birth = fields.day("born", needed=bool(family) and not number, birth=True)
        if number and len([each for each in number if each.isdecimal()]) != 10:
            fields.problems["number"] = "An NHS number has 10 digits"
        elif not number and not family:
            fields.problems["number"] = NEITHER
        why = fields.needed("why", "Choose a reason")
        fields.check()
        return partial(ask_hub, session, desk.hub, Wanted(number, family, fields.text("given"), birth), WhyOpened(why))

    Asker(desk, over).ask(form, job, partial(show_asked, desk, over), "Asking", desk.lanes.work)


def show_asked(desk: Desk, over: QWidget, asked: AskedFor) -> TableDialog[AskedRow]:
    """Who was found; Enter opens the record once it is here. Closing it stops nothing."""
    session = desk.session
    desk.reasons.add(asked.patient)
    dialog: TableDialog[AskedRow] = TableDialog(
        TITLE,
        TITLE_ABOUT,
        COLUMNS,
        lambda row: (row.name, row.born, row.nhs, row.until),
        lambda row: row.spoken,
        empty=("users-round", COMING, TITLE_ABOUT),
        offers=(Offer(OPEN, "Open record", "primary"),),
        can=lambda key, row: row.here,
        parent=over.window(),
    )
    ends: list[Callable[[], None]] = []

    def done() -> None:
        while ends:
            ends.pop()()

    def show(found: AskedFor) -> None:
        dialog.show_rows([asked_row(found, session.today())])
        if found.who is not None:
            done()

    read = keep_read(desk, dialog, desk.lanes.read, partial(come, session, asked), show)

    def heard(state: SyncState) -> None:
        if state.link is Link.SYNCING or not ends:
            return
        if state.link is Link.CONNECTED:
            read()
        else:
            dialog.tell_note(str(state.trouble or SILENT), "warn")

    def act(_key: str, row: AskedRow) -> None:
        dialog.accept()
        desk.go(Place("patient", row.patient))

    dialog.act_wanted.connect(act)
    dialog.finished.connect(lambda _code: done())
    ends.append(desk.syncer.subscribe(heard))
    desk.syncer.request()
    return dialog
