"""What is done with a signed visit: its note copied, a co-signature asked for or given."""

from collections.abc import Callable
from functools import partial

from smf_desktop.services.session import Touched
from smf_desktop.services.visit.cosigning import ask_cosignature, cosign, who_may_cosign, withdraw_cosignature
from smf_desktop.services.visit.note_copies import NoteOf
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed
from ui.flows.form_draft import draft_of_record
from ui.flows.note_copy import copy_to_clipboard
from ui.views.form_dialog import Ask, FormDialog

MakeForm = Callable[[str, tuple[Ask, ...], str, str], FormDialog]
"""Title, fields, primary button, and what it is about: a form that names the person."""


class AfterSigning:
    def __init__(self, desk: Desk, asker: Asker) -> None:
        self._desk, self._asker = desk, asker

    def copy_note(self, visit: str) -> None:
        copy_to_clipboard(self._desk, NoteOf.VISIT, visit)

    def ask_cosign(self, visit: str, make_form: MakeForm) -> None:
        """Choose who is asked to co-sign."""
        session = self._desk.session

        def asked(names: tuple[tuple[str, str], ...]) -> None:
            if not names:
                self._desk.toast("There is nobody here to ask")
                return
            asks = (Ask("nurse", "Registered nurse", "choice", names[0][0], options=names),)
            about = "It stands on their Today until they co-sign or you withdraw it."
            self._asker.ask(make_form("Who should co-sign this visit?", asks, "Ask to co-sign", about), job, done)

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            nurse = fields.needed("nurse", "Choose a registered nurse")
            fields.check()
            self._asked_of = nurse
            return partial(ask_cosignature, session, visit, nurse)

        def done(touched: Touched) -> None:
            undo = partial(withdraw_cosignature, session, visit)
            redo = partial(ask_cosignature, session, visit, self._asked_of)
            self._asker.did("Co-signature asked for", touched, Act("Co-signature asked for", undo, redo))

        self._desk.lanes.read.run(partial(who_may_cosign, session), done=asked, failed=self._desk.tell)

    def cosign(self, visit: str, patient: str, make_form: MakeForm) -> None:
        """Put this user's name to it; a note may stand beside."""
        session = self._desk.session
        about = "Co-signing says that you have read it. It is not carrying it out, and it cannot be taken back."
        dialog = make_form("Co-sign this visit?", (Ask("note", "Note", "text", optional=True),), "Co-sign", about)
        self._asker.ask(
            dialog,
            lambda typed: partial(cosign, session, visit, typed["note"]),
            lambda touched: self._asker.did("Visit co-signed", touched),
            draft=draft_of_record(self._desk, patient, f"cosign {visit}"),
        )
