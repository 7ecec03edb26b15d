"""Documents and photographs: taken in by their content, kept in the encrypted store alone, shown inside the app."""

from dataclasses import dataclass

from smf_core.domain.document import (
    PDF_AT_MOST,
    PICTURE_AT_MOST,
    Document,
    DocumentKind,
    DocumentTooBig,
    Media,
    UnknownDocument,
    sniff,
    taken_on,
)
from smf_core.domain.teaching_trouble import ReasonNeeded, UnknownEpisode
from smf_core.domain.text import clean_identity
from smf_core.policy.rules import Action, require
from smf_core.records.queries.documents import document as document_of
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.merges import same_person
from smf_desktop.ports import Redraw
from smf_desktop.services.auditing import REVEAL, note
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, new_item


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is said of a file. The name it had outside is not kept: it may hold anybody's name."""

    kind: DocumentKind
    title: str = ""
    episode: str | None = None


def add_document(
    session: Session, patient: str, content: bytes, said: NewDocument, redraw: Redraw
) -> tuple[str, Touched]:
    """Keep a picture or a PDF. Answers the id of the document.

    What it is is read off its first bytes. A picture is drawn anew, so that where it was taken and what else the
    camera wrote is gone; the day it was taken is kept. Raises `NotADocument`, `DocumentTooBig` or
    `DocumentUnreadable`; then nothing was kept.
    """
    require(session.user, Action.EDIT_PERSON)
    media = sniff(content)
    if media is Media.PDF and len(content) > PDF_AT_MOST:
        raise DocumentTooBig("pdf")
    taken = None if media is Media.PDF else taken_on(content)
    kept = redraw(content, media)
    if kept.media is not Media.PDF and len(kept.content) > PICTURE_AT_MOST:
        raise DocumentTooBig("picture")
    with session.work() as work:
        writable(work.connection, patient)
        pathway = episode_of(work.connection, said.episode) if said.episode else None
        if said.episode and (pathway is None or not same_person(work.connection, pathway.patient, patient)):
            raise UnknownEpisode
        made = session.new_id()
        held = new_item(
            "document",
            made,
            "held",
            patient=patient,
            referral=pathway.referral if pathway else None,
            episode=said.episode,
            kind=said.kind.value,
            title=clean_identity(said.title).text,
            media=kept.media.value,
            digest=work.keep_blob(kept.content),
            size=len(kept.content),
            taken_on=taken.isoformat() if taken and taken <= session.today() else None,
        )
        work.save([held], patient=patient)
    return made, frozenset(work.touched)


def read_document(session: Session, document: str) -> tuple[Document, bytes]:
    """A document with its bytes. That it was looked at is noted first. Raises `UnknownDocument`."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        found = document_of(connection, document)
    content = session.store.blob(found.digest) if found else None
    if found is None or content is None:
        raise UnknownDocument
    note(session, REVEAL, found.patient, "document")
    return found, content


def strike_document(session: Session, document: str, reason: str) -> Touched:
    """Mark a document as entered in error. It stays readable and is on no list of what holds."""
    require(session.user, Action.EDIT_PERSON)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        found = document_of(work.connection, document)
        if found is None:
            raise UnknownDocument
        writable(work.connection, found.patient)
        struck = work.change("document", document, "struck", {"reason": reason})
        work.save([struck], patient=found.patient)
    return frozenset(work.touched)
