"""What was typed in a form and not saved, read where the form cannot be asked any more, or is not wanted."""

from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.today.facts import Draft
from smf_desktop.services.drafts import TypedForm, discard_draft, keep_typed, typed_before
from ui.desk import Desk, Place
from ui.flows.opening import go_to_record
from ui.flows.table_dialog import RECORD, keep_read, reading_dialog
from ui.views.table_dialog import Offer

TITLE = "Typed and not saved"
ABOUT = "Asked for again, the form has these words in it. Let go of, they are gone."
LET_GO = "let_go"
NOTHING = "Nothing but choices was left in it."


def show_left_form(desk: Desk, over: QWidget, left: Draft, who: str) -> None:
    """The words of a draft of this user's; `who` names the person, or the form where it is about nobody here."""
    session, patient = desk.session, left.person.id if left.person else ""
    ends, gone_by_now = Offer(LET_GO, "Let go of it"), "It was saved, or let go of."
    dialog = reading_dialog(over, TITLE, ABOUT, who, ends, gone_by_now, has_record=bool(patient))
    read: list[TypedForm] = []

    def show(found: tuple[TypedForm, datetime] | None) -> None:
        if found is None:
            dialog.show_rows(())
            return
        typed, at = found
        read[:] = [typed]
        title = typed.title or "A form"
        form = title if title.endswith("?") else f"{title}."
        dialog.show_rows(typed.lines or (NOTHING,), f"{form} Left on {day(at.date())} at {clock(at)}.")

    def gone(_none: None) -> None:
        back = partial(keep_typed, session, left.page, left.record, read[0], patient)
        dialog.accept()
        changed()
        desk.toast("Let go of")
        desk.offer_undo(lambda: desk.lanes.store.run(back, done=changed, failed=desk.tell))

    def changed(_at: datetime | None = None) -> None:
        desk.changed(frozenset({"draft"}))

    def act(key: str, _line: str) -> None:
        if key == RECORD:
            dialog.accept()
            go_to_record(desk, over, Place("patient", patient), who)
        else:
            discard = partial(discard_draft, session, left.page, left.record)
            desk.lanes.store.run(discard, done=gone, failed=desk.tell)

    dialog.act_wanted.connect(act)
    keep_read(desk, dialog, desk.lanes.store, partial(typed_before, session, left.page, left.record), show)
