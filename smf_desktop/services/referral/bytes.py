"""A referral file's bytes as cells: its encoding, its separator, its quotation marks and its header."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smf_core.domain.text import clean_identity
from smf_desktop.trouble import BadReferralFile

COLUMNS = (
    "nhs_number",
    "family_name",
    "given_name",
    "title",
    "date_of_birth",
    "sex",
    "address",
    "postcode",
    "phone",
    "gp_practice_code",
    "referral_received",
    "source",
    "referrer",
    "skill",
    "reason",
    "baseline_visits_per_month",
    "notes",
)
REQUIRED = ("family_name", "given_name", "date_of_birth", "skill", "referral_received", "source")

LARGEST_FILE = 50_000_000
LONGEST_NAME = 60

_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_KINDS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\xff\xfe", b"\xfe\xff")
_TWO_BYTES_OF_UTF8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]")


class Header(NamedTuple):
    """Our names of the columns in the file's order, and those that are not ours (None: one without a name)."""

    names: tuple[str, ...]
    others: tuple[str | None, ...]


def cells_of(
    data: bytes, columns: tuple[str, ...] = COLUMNS, required: tuple[str, ...] = REQUIRED
) -> tuple[Header, Iterator[list[str]], bool]:
    """The header, the records after it, and whether letters look as if they were in two encodings.

    Raises `BadReferralFile`, also while the records are read.
    """
    text, mixed = _decoded(data)
    records = _records(text, _separator(text))
    return _header(next(records, []), columns, required), records, mixed


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and True when some letters look as if they were in another encoding than the rest."""
    if len(data) > LARGEST_FILE:
        raise BadReferralFile("too_big")
    start = data[:4096]
    controls = sum(byte < 0x20 and byte not in b"\t\n\r" for byte in start)
    if data.startswith(_OTHER_KINDS) or controls * 10 > len(start):
        raise BadReferralFile("not_text")
    mixed = False
    try:
        # Half characters pass: cleaning takes them out of their cell, where Windows-1252 would garble the file.
        text = data.decode("utf-8-sig", "surrogatepass")
    except UnicodeDecodeError:
        if data.startswith(_UTF8_MARK):
            raise BadReferralFile("not_text") from None
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise BadReferralFile("not_text") from None
        mixed = _TWO_BYTES_OF_UTF8.search(data) is not None
    text = text.lstrip("\r\n\ufeff")
    if not text.strip():
        raise BadReferralFile("empty")
    return text, mixed


def _separator(text: str) -> str:
    """Semicolon or comma, whichever the header has more of outside quotation marks."""
    header = re.sub(r'"[^"]*"', "", re.split("[\r\n]", text, maxsplit=1)[0])
    return ";" if header.count(";") > header.count(",") else ","


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """The cells of each record. Not the `csv` module: its longest cell is a setting of the whole process,
    and it reads on in silence when a quotation mark is never closed.
    """
    cell = re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"|((?!")[^{separator}\r\n]*+))({separator}|\r\n|[\r\n]|\Z)')
    position, record, line = 0, list[str](), 1
    while position < len(text):
        found = cell.match(text, position)
        if found is None:
            raise BadReferralFile("quotation_marks", line=line)
        quoted, plain, end = found.groups()
        record.append(plain if quoted is None else quoted.replace('""', '"'))
        position = found.end()
        if end != separator:
            yield record
            record, line = [], line + 1
    if record:
        yield [*record, ""]


def _header(cells: Sequence[str], columns: tuple[str, ...], required: tuple[str, ...]) -> Header:
    names = [re.sub("[ -]+", "_", clean_identity(cell[:LONGEST_NAME]).text.casefold()) for cell in cells]
    if not set(names) & set(columns):
        raise BadReferralFile("no_header", columns=required[:2])
    if missing := tuple(column for column in required if column not in names):
        raise BadReferralFile("missing_columns", columns=missing)
    if twice := tuple(column for column in columns if names.count(column) > 1):
        raise BadReferralFile("columns_twice", columns=twice)
    return Header(tuple(names), tuple(name or None for name in names if name not in columns))
