"""Documents and photographs of one person, as lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from smf_core.domain.document import Document, DocumentKind, Media
from smf_desktop.presenters.identity import day, isolated
from smf_desktop.presenters.patient.facts import PatientFacts, dotted

DOCUMENT_KINDS: Mapping[DocumentKind, str] = {
    DocumentKind.REFERRAL: "Referral",
    DocumentKind.PRESCRIPTION: "Prescription",
    DocumentKind.PHOTOGRAPH: "Photograph",
    DocumentKind.LETTER: "Letter from outside",
    DocumentKind.OTHER: "Other document",
}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document. `pdf` says how it is shown; `struck` that it was entered in error."""

    id: str
    kind: str
    title: str
    when: str
    about: str
    pdf: bool
    struck: bool
    spoken: str


def document_row(one: Document, facts: PatientFacts) -> DocumentRow:
    kind = DOCUMENT_KINDS[one.kind]
    title = isolated(one.title) or kind
    taken = f"taken {day(one.taken_on)}" if one.taken_on else ""
    by = facts.names.get(one.by, "")
    about = f"Entered in error: {one.struck_reason}" if one.struck_reason else dotted(taken, by, _size(one.size))
    when = day(one.written_at.date())
    return DocumentRow(
        id=one.id,
        kind=kind,
        title=title,
        when=when,
        about=isolated(about),
        pdf=one.media is Media.PDF,
        struck=bool(one.struck_reason),
        spoken=". ".join(filter(None, (title, kind, when, about))),
    )


def _size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} KB"
