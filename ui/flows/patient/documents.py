"""Documents and photographs: chosen from this computer, taken in, looked at, marked as entered in error."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smf_core.domain.document import FILE_AT_MOST, Document, DocumentKind, DocumentTooBig
from smf_desktop.presenters.patient.documents import DOCUMENT_KINDS, document_row
from smf_desktop.services.record.documents import NewDocument, add_document, read_document, strike_document
from smf_desktop.services.session import Touched
from smf_desktop.trouble import FileUnreadable
from ui.flows.asking import Reader, Typed
from ui.flows.patient.forms import About, Forms
from ui.flows.patient.redraw import redraw
from ui.views.form_dialog import Ask
from ui.views.patient.documents import DocumentDialog

FILTER = "Pictures and PDFs (*.jpg *.jpeg *.png *.heic *.pdf);;All files (*)"
KEPT = "It is kept encrypted in the record, without its file name and without the place where it was taken."


def chosen_file(parent: QWidget) -> str:
    """The path a person picks, "" for none."""
    return QFileDialog.getOpenFileName(parent, "Add a document or photograph", "", FILTER)[0]


class Documents:
    def __init__(self, forms: Forms, choose: Callable[[QWidget], str] = chosen_file) -> None:
        self._forms, self._choose = forms, choose
        self.shown: DocumentDialog | None = None

    def add(self, about: About) -> None:
        path = self._choose(self._forms.over.window())
        if path:
            self.add_file(about, Path(path))

    def add_file(self, about: About, path: Path) -> None:
        """Ask what it is, then take it in off the interface thread; what is refused stays on disk where it was."""
        session, patient = self._forms.desk.session, about.patient
        kinds = tuple((kind.value, DOCUMENT_KINDS[kind]) for kind in DocumentKind)
        skills = tuple((one.episode, one.title) for one in about.row.pathways)
        asks = [
            Ask("kind", "What it is", "choice", options=kinds),
            Ask("title", "Title", optional=True, hint="Insulin prescription, discharge letter"),
        ]
        if skills:
            asks.append(Ask("episode", "For", "choice", optional=True, options=skills))
        dialog = self._forms.form("Add a document or photograph", tuple(asks), "Add", about, KEPT)

        def job(typed: Typed) -> Callable[[], tuple[str, Touched]]:
            fields = Reader(typed, session.today())
            kind = fields.needed("kind", "Choose what it is")
            fields.check()
            said = NewDocument(DocumentKind(kind), fields.text("title"), fields.text("episode") or None)
            return lambda: add_document(session, patient, content_of(path), said, redraw)

        self._forms.asker.ask(dialog, job, self._added, "Adding")

    def open(self, about: About, document: str) -> None:
        """Show it from memory; that it was looked at is written down first."""
        job = partial(read_document, self._forms.desk.session, document)
        self._forms.asker.run(job, partial(self._show, about))

    def strike(self, about: About, document: str) -> None:
        session = self._forms.desk.session
        asks = (Ask("reason", "Reason", "text"),)
        words = "It stays readable with your reason."
        dialog = self._forms.form("Mark this document as entered in error?", asks, "Entered in error", about, words)

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Enter a reason")
            fields.check()
            return partial(strike_document, session, document, reason)

        done = partial(self._forms.asker.did, "Document marked as entered in error")
        self._forms.ask(about, f"strike document {document}", dialog, job, done)

    def close(self) -> None:
        shown, self.shown = self.shown, None
        if shown is not None:
            shown.reject()

    def _show(self, about: About, found: tuple[Document, bytes]) -> None:
        document, content = found
        self.close()
        dialog = DocumentDialog(document_row(document, about.facts), about.who, content, self._forms.over.window())
        dialog.finished.connect(self._shut)
        self.shown = dialog
        dialog.open()

    def _shut(self) -> None:
        self.shown = None

    def _added(self, answer: tuple[str, Touched]) -> None:
        self._forms.asker.did("Document added", answer[1])


def content_of(path: Path) -> bytes:
    """The bytes of a file, no more of it than can be kept. Raises `FileUnreadable` or `DocumentTooBig`."""
    try:
        with path.open("rb") as file:
            content = file.read(FILE_AT_MOST + 1)
    except OSError:
        raise FileUnreadable from None
    if len(content) > FILE_AT_MOST:
        raise DocumentTooBig("file")
    return content
