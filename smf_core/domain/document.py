"""Documents and photographs about a person: what may be kept, judged by its bytes and never by its name."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.trouble import DomainError


class DocumentKind(StrEnum):
    REFERRAL = "referral"
    PRESCRIPTION = "prescription"
    PHOTOGRAPH = "photograph"
    LETTER = "letter"
    OTHER = "other"


class Media(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"
    PDF = "application/pdf"


FILE_AT_MOST = 40 * 1024 * 1024
"""Bytes of a file that is looked at at all."""

PICTURE_AT_MOST = 3 * 1024 * 1024
"""Bytes of a picture as it is kept."""

PDF_AT_MOST = 10 * 1024 * 1024
SIDE_AT_MOST = 4096
"""Pixels of the longer side of a picture as it is kept."""

PIXELS_AT_MOST = 40_000_000
"""Pixels that are decoded at all: a small file can claim to hold a picture that fills the memory."""


class NotADocument(DomainError):
    """The file is neither a JPEG, PNG or HEIC picture nor a PDF, whatever its name says."""


class DocumentTooBig(DomainError):
    """The file, or the picture in it, is larger than can be kept. `of` is `file`, `pdf` or `picture`."""

    def __init__(self, of: str) -> None:
        super().__init__(of)
        self.of = of


class DocumentUnreadable(DomainError):
    """The file begins as a picture or PDF does, and cannot be read as one here."""


class UnknownDocument(DomainError):
    """No such document on this laptop, or its content has not arrived yet."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of one document; its bytes are kept apart, under `digest` (SHA-256 in hexadecimal)."""

    id: str
    patient: str
    kind: DocumentKind
    title: str
    media: Media
    digest: str
    size: int
    by: str
    written_at: datetime
    taken_on: date | None = None
    referral: str | None = None
    episode: str | None = None
    struck_reason: str = ""

    @property
    def stands(self) -> bool:
        return not self.struck_reason


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it will be kept: a picture drawn anew, without what the camera wrote into it, or a PDF as it came."""

    content: bytes
    media: Media


_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


def sniff(content: bytes) -> Media:
    """What a file is by its first bytes. Raises `NotADocument`, or `DocumentTooBig` before anything else is read."""
    if len(content) > FILE_AT_MOST:
        raise DocumentTooBig("file")
    if content.startswith(b"\xff\xd8\xff"):
        return Media.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Media.PNG
    if content.startswith(b"%PDF-"):
        return Media.PDF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return Media.HEIC
    raise NotADocument


# --- when a picture was taken --------------------------------------------------------------------

_EXIF_DATE, _CHANGED, _EXIF_PART = 0x9003, 0x0132, 0x8769
_ENTRIES_AT_MOST = 512


def taken_on(content: bytes) -> date | None:
    """The day a JPEG or PNG says it was taken; None where it does not say, or says something impossible."""
    try:
        exif = _exif_of_jpeg(content) if content.startswith(b"\xff\xd8") else _exif_of_png(content)
        return _day(exif) if exif else None
    except (struct.error, ValueError):
        return None


def _exif_of_jpeg(content: bytes) -> bytes:
    """The first Exif segment before the picture itself, b"" for none."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] not in (0xDA, 0xD9):
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == 0xE1 and content[at + 4 : at + 10] == b"Exif\x00\x00":
            return content[at + 10 : at + 2 + length]
        at += 2 + max(2, length)
    return b""


def _exif_of_png(content: bytes) -> bytes:
    at = 8
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == b"eXIf":
            return content[at + 8 : at + 8 + length]
        at += 12 + length
    return b""


def _day(tiff: bytes) -> date | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    found = dict(_entries(tiff, order, first))
    inner = dict(_entries(tiff, order, found[_EXIF_PART][1])) if _EXIF_PART in found else {}
    said = inner.get(_EXIF_DATE) or found.get(_CHANGED)
    if said is None:
        return None
    count, place = said
    words = tiff[place : place + min(count, 20)].decode("ascii", "replace")
    return date(int(words[0:4]), int(words[5:7]), int(words[8:10]))


def _entries(tiff: bytes, order: str, at: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """(tag, (count, value or where it stands)) of one directory."""
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for place in range(min(count, _ENTRIES_AT_MOST)):
        tag, _kind, length, value = struct.unpack_from(f"{order}HHII", tiff, at + 2 + 12 * place)
        yield tag, (length, value)
