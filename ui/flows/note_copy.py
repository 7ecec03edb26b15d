"""A note put on the clipboard for the trust's record; that it was copied is written down first."""

from functools import partial

from smf_desktop.services.session import Touched
from smf_desktop.services.visit.note_copies import Note, NoteOf, copy_note
from ui.desk import Desk
from ui.widgets.clipboard import copy_for_a_while


def copy_to_clipboard(desk: Desk, of: NoteOf, record: str) -> None:
    """Copy the note of a visit, a call or a discharge."""

    def done(answer: tuple[Note, Touched]) -> None:
        note, touched = answer
        copy_for_a_while(note.text)
        desk.changed(touched)
        desk.toast("Note copied")

    desk.lanes.store.run(partial(copy_note, desk.session, of, record), done=done, failed=desk.tell)
