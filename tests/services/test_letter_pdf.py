"""A letter on paper: every word as it was written, tagged for those who cannot see it, made in memory alone."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSize

from smf_core.domain.letter import LetterContent, LetterPart
from smf_desktop.reports.letters import letter_pdf
from tests.support.pdfs import document, words

PLAIN = LetterContent(
    title="Letter to Mr Babatunde Oyelaran",
    service="Derby community nursing",
    team="Self-management facilitator team",
    contact=("Phone 01632 960 100, Monday to Friday",),
    written_on="17 November 2026",
    to=("Mr Babatunde Oyelaran", "Flat 3, 88 Alder Road", "Derby", "DE1 2AB"),
    about=("Mr Babatunde Oyelaran", "Born 2 September 1963, NHS number 999 015 8517"),
    greeting="Dear Mr Oyelaran",
    parts=(
        LetterPart("", ("You can now give your own insulin.",)),
        LetterPart("What you do", (), ("You wash and dry your hands.", "You dial your dose and read it out loud.")),
    ),
    signed=("Priya Nair", "SMF nurse"),
)
HOSTILE = (
    "#panic(1)",
    "$ x^2 $ and \\ and * and _ and `code`",
    "<script>alert(1)</script>",
    '#read("/etc/passwd") @preview/x:1.0.0',
    "= Not a heading",
    "- not a point / + nor this",
    "// not a comment /* nor this */",
    '"quotes" ~ -- --- [a] {b} <label> @ref',
    "=HYPERLINK(1)",
)


def saying(*sentences: str) -> LetterContent:
    return replace(PLAIN, parts=(LetterPart("", sentences),))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_printed_as_it_stands(text: str) -> None:
    assert text in words(letter_pdf(saying(text)))
    everywhere = replace(PLAIN, service=text, to=(text,), about=(text,), greeting=text, signed=(text,), copies=(text,))
    assert words(letter_pdf(everywhere)).count(text) >= 6


# What typst shapes into other signs (ligatures), drops or draws as nothing cannot be read back letter by letter.
LETTERS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


@settings(max_examples=60)
@given(text=LETTERS)
def test_no_text_of_any_signs_becomes_a_command(text: str) -> None:
    assert text in words(letter_pdf(saying(text))).replace(" ", "") or text in words(letter_pdf(saying(text)))


def test_the_file_says_what_each_part_of_the_page_is() -> None:
    pdf = letter_pdf(PLAIN)
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid", b"/Lang(en-GB)", b"/DisplayDocTitle true"):
        assert mark in pdf, mark
    kinds = re.findall(rb"/S\s*/(\w+)", pdf)
    assert {b"Document", b"H1", b"P", b"L", b"LI", b"LBody"} <= set(kinds)
    assert kinds.count(b"LI") == 2
    assert b"Letter to Mr Babatunde Oyelaran" in pdf.replace(b"\x00", b"")


def test_the_same_letter_is_the_same_bytes() -> None:
    assert letter_pdf(PLAIN) == letter_pdf(PLAIN)
    assert letter_pdf(PLAIN) != letter_pdf(PLAIN, large=True)


def test_large_print_is_18_points_and_takes_more_room() -> None:
    long = replace(PLAIN, parts=(LetterPart("", ("You wash and dry your hands before you begin. " * 40,)),))
    assert document(letter_pdf(long, large=True)).pageCount() > document(letter_pdf(long)).pageCount() == 1


@pytest.mark.parametrize(
    "name", ["Nguyễn Đặng", "Ольга Иванова", "مريم", "Łukasz Żółć", "José Ángel Muñoz-Núñez", "Ngũgĩ wa Thiong'o"]
)
def test_names_of_other_scripts_keep_the_promise_of_a_tagged_file(name: str) -> None:
    assert b"pdfuaid" in letter_pdf(saying(name))


def test_a_letter_with_a_sign_no_typeface_has_is_still_printed() -> None:
    pdf = letter_pdf(saying("Dear \U0001f9ff friend"))
    assert document(pdf).pageCount() == 1
    assert "friend" in words(pdf)


def test_every_page_names_the_person_and_the_signature_never_stands_alone() -> None:
    long = replace(
        PLAIN, parts=(*(LetterPart(f"Part {each}", ("Words. " * 60,)) for each in range(14)), PLAIN.parts[1])
    )
    opened = document(letter_pdf(long))
    assert opened.pageCount() > 1
    for page in range(opened.pageCount()):
        assert "NHS number 999 015 8517" in " ".join(opened.getAllText(page).text().split())
    assert "What you do" in opened.getAllText(opened.pageCount() - 1).text()


def test_the_pages_are_painted() -> None:
    image = document(letter_pdf(PLAIN)).render(0, QSize(595, 842))
    inked = {image.pixelColor(x, y).alpha() > 200 for x in range(0, 595, 2) for y in range(0, 842, 2)}
    assert inked == {True, False}


def test_nothing_is_written_to_a_disk_and_no_network_is_asked(tmp_path: Path) -> None:
    """In a process of its own, with homes and folders for temporary files where every file would be seen."""
    source = "; ".join(
        (
            "from tests.services.test_letter_pdf import PLAIN",
            "import socket",
            "socket.socket = None",
            "from smf_desktop.reports.letters import letter_pdf",
            "assert len(letter_pdf(PLAIN)) > 5000",
        )
    )
    places = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "TMP", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    root = Path(__file__).parents[2]
    environment = os.environ | places | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", source], cwd=tmp_path, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


def test_templates_fetch_no_package() -> None:
    for template in (Path(__file__).parents[2] / "resources" / "letters").iterdir():
        text = template.read_text("utf-8")
        assert "@" not in text
        assert not re.search(r"#?(import|include|read|plugin)\b\s*\(?\"", text)
