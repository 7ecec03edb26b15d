"""Drafts on other laptops: one's own are brought here, an absent colleague's taken over with a reason and the key."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.sync.drafts import REASONS, ElsewhereRow, elsewhere_rows
from smf_desktop.services.sync.drafts import Brought, Elsewhere, bring, drafts_elsewhere, take_over
from ui.desk import Desk, Place
from ui.flows.asking import Asker, Reader, Typed
from ui.flows.table_dialog import keep_read
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import Offer, TableDialog

TITLE = "Drafts on other laptops"
ABOUT = "Yours can be brought here. A lead sees a colleague's after a day, and can finish it if they cannot."
COLUMNS = (("What", 330), ("Whose record", 260), ("Last kept", 160))
BRING, TAKE = "bring", "take"


def show_drafts(desk: Desk, over: QWidget) -> TableDialog[ElsewhereRow]:
    dialog: TableDialog[ElsewhereRow] = TableDialog(
        TITLE,
        ABOUT,
        COLUMNS,
        lambda row: (row.what, row.who, row.saved),
        lambda row: row.spoken,
        empty=("circle-check", "No drafts elsewhere", "Drafts of yours on another laptop are listed here."),
        offers=(Offer(BRING, "Bring here", "primary"), Offer(TAKE, "Take over")),
        can=lambda key, row: row.own == (key == BRING),
        parent=over.window(),
    )
    asker = Asker(desk, dialog)
    session = desk.session

    def show(found: Elsewhere) -> None:
        dialog.show_rows(elsewhere_rows(found.notes, found.people, found.names, session.user.id, session.now()))

    keep_read(desk, dialog, desk.lanes.work, partial(drafts_elsewhere, session, desk.hub), show)

    def came(brought: Brought) -> None:
        dialog.accept()
        desk.toast("The draft is on this laptop")
        desk.go(Place(brought.page, brought.patient or None, brought.record))

    def not_brought(error: BaseException) -> None:
        words = words_for(error)
        dialog.tell_note(str(words), "danger")

    def ask_over(row: ElsewhereRow) -> None:
        form = FormDialog(
            "Take this draft over?",
            (
                Ask("reason", "Why they cannot finish it", "choice", options=REASONS),
                Ask("key", "Recovery key of the service", hint="14 groups of 4. Your administrator keeps it."),
            ),
            "Take over",
            who=row.who,
            about=f"{row.what}. It is signed in your name, as from their draft; that you took it is written down.",
            parent=dialog,
        )

        def job(typed: Typed) -> Callable[[], Brought]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Choose why they cannot finish it")
            key = fields.needed("key", "Enter the recovery key")
            fields.check()
            return partial(take_over, session, desk.hub, row.note, reason, key)

        asker.ask(form, job, came, "Fetching", desk.lanes.work)

    def act(key: str, row: ElsewhereRow) -> None:
        if key == TAKE:
            ask_over(row)
        else:
            desk.lanes.work.run(partial(bring, session, desk.hub, row.note), done=came, failed=not_brought)

    dialog.act_wanted.connect(act)
    return dialog
