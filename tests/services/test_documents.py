"""Documents and photographs: judged by their bytes, drawn anew, kept in the encrypted store and nowhere else."""

import struct
import zlib
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from smf_core.domain.document import (
    PICTURE_AT_MOST,
    SIDE_AT_MOST,
    DocumentKind,
    DocumentTooBig,
    DocumentUnreadable,
    Media,
    NotADocument,
    UnknownDocument,
    taken_on,
)
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.records.queries.documents import documents_of
from smf_desktop.services.auditing import REVEAL
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.record.documents import NewDocument, add_document, read_document, strike_document
from smf_desktop.services.record.private_notes import read_private_note
from smf_desktop.store.blobs import CHUNK
from smf_desktop.store.tables import pending_access
from tests.support.sessions import Team, team
from tests.support.stores import Laptop, laptop, store_template
from tests.support.visits import at_home
from ui.flows.patient.redraw import redraw

__all__ = ["laptop", "store_template", "team"]

PHOTO = NewDocument(DocumentKind.PRESCRIPTION, "Insulin prescription")


@pytest.fixture(autouse=True)
def qt(qapp: QApplication) -> None:
    """Pictures are drawn by Qt."""


def picture(width: int = 320, height: int = 200, form: str = "JPEG", *, noise: bool = False) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    if noise:
        state = 12345
        for y in range(0, height, 2):
            for x in range(0, width, 2):
                state = (1103515245 * state + 12345) & 0x7FFFFFFF
                image.setPixel(x, y, 0xFF000000 | state & 0xFFFFFF)
    data = QByteArray()
    device = QBuffer(data)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(device, form)
    return bytes(data.data())


def exif(taken: bytes = b"2026:11:12 10:11:12\x00") -> bytes:
    """A directory with the moment of the picture and a place: Derby, as a camera would write it."""
    gps = b"N\x00\x00\x00GPS-52.9225-CANARY"
    first = struct.pack("<2sHI", b"II", 42, 8)
    inner_at = 8 + 2 + 2 * 12 + 4
    date_at = inner_at + 2 + 12 + 4
    gps_at = date_at + len(taken)
    outer = struct.pack("<H", 2)
    outer += struct.pack("<HHII", 0x8769, 4, 1, inner_at)
    outer += struct.pack("<HHII", 0x8825, 2, len(gps), gps_at)
    outer += struct.pack("<I", 0)
    inner = struct.pack("<H", 1) + struct.pack("<HHII", 0x9003, 2, len(taken), date_at) + struct.pack("<I", 0)
    return first + outer + inner + taken + gps


def with_exif(jpeg: bytes, tiff: bytes) -> bytes:
    segment = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def pdf() -> bytes:
    data = QByteArray()
    device = QBuffer(data)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(device)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    painter = QPainter(writer)
    painter.drawText(200, 200, "Prescription")
    painter.end()
    return bytes(data.data())


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that says it is 900 million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 4096)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_photograph_keeps_its_day_and_loses_its_place(team: Team) -> None:
    home = at_home(team)
    made, _ = add_document(team.nurse, home.patient, with_exif(picture(), exif()), PHOTO, redraw)
    found, content = read_document(team.nurse, made)
    assert found.taken_on == date(2026, 11, 12)
    assert found.media is Media.JPEG
    assert content.startswith(b"\xff\xd8\xff")
    assert b"CANARY" not in content
    assert b"Exif" not in content


def test_a_large_picture_is_made_to_fit(team: Team) -> None:
    home = at_home(team)
    made, _ = add_document(team.nurse, home.patient, picture(5000, 2000, noise=False), PHOTO, redraw)
    _, content = read_document(team.nurse, made)
    image = QImage.fromData(content)
    assert (image.width(), image.height()) == (SIDE_AT_MOST, 1638)
    noisy = redraw(picture(2400, 1600, "PNG", noise=True), Media.PNG)
    assert len(noisy.content) <= PICTURE_AT_MOST


def test_F74_a_picture_that_claims_to_fill_the_memory_is_not_decoded(team: Team) -> None:
    home = at_home(team)
    with pytest.raises(DocumentTooBig):
        add_document(team.nurse, home.patient, bomb(), PHOTO, redraw)
    with team.nurse.read() as connection:
        assert documents_of(connection, home.patient) == ()


def test_F74_what_hides_behind_a_picture_is_gone(team: Team) -> None:
    home = at_home(team)
    hidden = b"<script>alert(1)</script>PK\x03\x04 hidden archive"
    made, _ = add_document(team.nurse, home.patient, picture() + hidden, PHOTO, redraw)
    _, content = read_document(team.nurse, made)
    assert b"script" not in content
    assert b"PK\x03\x04" not in content


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a......", b"<html>\xff\xd8\xff", b"MZ\x90\x00", b"  %PDF-1.7", b"\x00" * 20],
    ids=["empty", "gif", "html", "program", "pdf_later", "nothing"],
)
def test_what_is_neither_picture_nor_pdf_is_refused_whatever_its_name(team: Team, content: bytes) -> None:
    home = at_home(team)
    with pytest.raises(NotADocument):
        add_document(team.nurse, home.patient, content, PHOTO, redraw)


@pytest.mark.qt_log_ignore("JPEG", extend=True)
@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 torn", b"%PDF-1.7 torn", picture(form="PNG")[:60]])
def test_a_torn_file_is_refused_in_words(team: Team, content: bytes) -> None:
    home = at_home(team)
    with pytest.raises(DocumentUnreadable):
        add_document(team.nurse, home.patient, content, PHOTO, redraw)


def test_a_pdf_is_kept_to_the_byte_in_pieces(team: Team) -> None:
    home = at_home(team)
    whole = pdf()
    whole += b"%" + b"x" * (CHUNK * 2)  # a comment after its end, so that it takes three pieces
    made, _ = add_document(team.nurse, home.patient, whole, PHOTO, redraw)
    found, content = read_document(team.nurse, made)
    assert content == whole
    assert found.taken_on is None
    with team.nurse.read() as connection:
        assert connection.exec_driver_sql("select count(*) from blob_chunk").scalar_one() == 3


def test_the_same_bytes_are_kept_once(team: Team) -> None:
    home = at_home(team)
    first, _ = add_document(team.nurse, home.patient, pdf_bytes := pdf(), PHOTO, redraw)
    second, _ = add_document(team.nurse, home.patient, pdf_bytes, PHOTO, redraw)
    assert first != second
    with team.nurse.read() as connection:
        assert connection.exec_driver_sql("select count(*) from blob").scalar_one() == 1


def test_entered_in_error_it_stays_readable_with_its_reason(team: Team) -> None:
    home = at_home(team)
    made, _ = add_document(team.nurse, home.patient, picture(), PHOTO, redraw)
    with pytest.raises(ReasonNeeded):
        strike_document(team.nurse, made, " ")
    strike_document(team.nurse, made, "Someone else's prescription")
    found, _ = read_document(team.nurse, made)
    assert not found.stands
    with pytest.raises(UnknownDocument):
        read_document(team.nurse, "no such document")


def test_nothing_of_a_document_is_on_the_disk_in_clear(team: Team, laptop: Laptop) -> None:
    home = at_home(team)
    made, _ = add_document(team.nurse, home.patient, whole := pdf(), PHOTO, redraw)
    _, content = read_document(team.nurse, made)
    files = [path for path in Path(laptop.directory).rglob("*") if path.is_file()]
    assert files
    for path in files:
        on_disk = path.read_bytes()
        for piece in (whole[:64], content[100:164], b"Insulin prescription", made.encode()):
            assert piece not in on_disk


@pytest.mark.parametrize(
    "tiff",
    [b"", b"II", b"XX" * 20, exif(b"no date at all here\x00"), exif(b"2026:13:45 10:11:12\x00"), exif()[:30]],
)
def test_a_day_that_makes_no_sense_is_no_day(tiff: bytes) -> None:
    assert taken_on(with_exif(picture(), tiff)) is None


def test_looking_at_a_document_or_a_private_note_is_written_down_first(team: Team) -> None:
    home = at_home(team)
    made, _ = add_document(team.nurse, home.patient, picture(), PHOTO, redraw)
    alert, _ = add_member(team.nurse, home.patient, Member("alert", {"text": "Dog", "private": "staff_safety"}))
    read_document(team.nurse, made)
    read_private_note(team.nurse, alert)
    with team.nurse.read() as connection:
        noted = connection.execute(select(pending_access.c.action, pending_access.c.patient)).all()
    assert [tuple(row) for row in noted] == [(REVEAL, home.patient), (REVEAL, home.patient)]
