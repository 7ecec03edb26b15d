"""The rows of a CSV file cell by cell, as a careful clerk reads them: every bad cell is named, not only the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, TypeVar

from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.nhs_number import BadNhsNumber, check_for_store
from smf_core.domain.text import clean_identity, clean_lines, clean_note
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.referral.bytes import COLUMNS, REQUIRED, cells_of

Code = TypeVar("Code")

LONGEST_CELL = 10_000

REASONS = {
    "missing": "This cell is needed and is empty.",
    "too_long": f"This cell is over {LONGEST_CELL:,} characters.",
    "cells": "The row has more or fewer cells than the header.",
    "future": "The date is in the future.",
    "not_known": "NHS number not known.",
    "hidden": "Hidden characters were taken out.",
    "unknown_column": "This column is not one of ours; what it holds is not taken in.",
    "mixed_encoding": "Letters with accents are written in two ways in this file; check the names.",
}
"""What is said of a cell, a row or a whole file of whatever kind."""


class Kind(StrEnum):
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of one cell, or of a whole row when `column` is None. `reason` holds nothing of the person.

    `line` is the record number with the header as 1; `of` is `line:N` or `patient:ID` on a duplicate.
    """

    line: int
    column: str | None
    kind: Kind
    reason: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file, or as it was typed anew. Not `whole`: more or fewer cells than the header."""

    line: int
    cells: Mapping[str, str]
    whole: bool


def rows_of(
    data: bytes, columns: tuple[str, ...] = COLUMNS, required: tuple[str, ...] = REQUIRED
) -> tuple[tuple[RawRow, ...], tuple[Finding, ...]]:
    """The rows of a file that hold anything, and what is said of the file itself. Raises `BadReferralFile`."""
    header, records, mixed = cells_of(data, columns, required)
    head = [Finding(1, name, Kind.NOTE, REASONS["unknown_column"]) for name in header.others]
    if mixed:
        head.append(Finding(1, None, Kind.NOTE, REASONS["mixed_encoding"]))
    raw = []
    for line, cells in enumerate(records, start=2):
        if any(map(str.strip, cells)):
            whole = len(cells) >= len(header.names) and not any(map(str.strip, cells[len(header.names) :]))
            raw.append(RawRow(line, dict(zip(header.names, cells, strict=False)), whole))
    return tuple(raw), tuple(head)


def as_document(records: int, imported: int, findings: tuple[Finding, ...]) -> dict[str, object]:
    """What an import tells as JSON; `imported` counts the rows really taken in."""
    said = [
        {"line": each.line, "column": each.column, "kind": each.kind.value, "reason": each.reason, "of": each.of}
        for each in findings
    ]
    return {"records": records, "imported": imported, "findings": said}


class CellReader:
    """The cells of one row, and what is said of them so far. A kind of file adds its own `reasons`."""

    reasons: ClassVar[Mapping[str, str]] = REASONS
    free_text: ClassVar[frozenset[str]] = frozenset({"reason", "notes"})
    lines: ClassVar[frozenset[str]] = frozenset({"address"})

    def __init__(self, line: int, cells: Mapping[str, str], *, today: date, training: bool) -> None:
        self.line, self.cells = line, cells
        self.today, self.training = today, training
        self.findings: list[Finding] = []
        self.refused: set[str] = set()

    def refuse(self, column: str, code: str) -> None:
        self.say(column, Kind.REFUSED, self.reasons[code])

    def note(self, column: str, code: str) -> None:
        self.say(column, Kind.NOTE, self.reasons[code])

    def text(self, column: str) -> str:
        """The cell made fit to keep; "" when it is empty, and when it is refused for its length."""
        raw = self.cells.get(column, "")
        if len(raw) > LONGEST_CELL:
            self.refuse(column, "too_long")
            return ""
        if column in self.free_text:
            return clean_note(raw) if raw.strip() else ""
        clean, found = clean_lines(raw) if column in self.lines else clean_identity(raw)
        if found:
            self.note(column, "hidden")
        return clean

    def needed(self, column: str) -> str:
        text = self.text(column)
        if not text and column not in self.refused:
            self.refuse(column, "missing")
        return text

    def nhs_number(self, text: str) -> str | None:
        try:
            return check_for_store(text, training=self.training)
        except BadNhsNumber as trouble:
            self.say("nhs_number", Kind.REFUSED, words_for(trouble).happened)
            return None

    def day(self, column: str) -> date | None:
        text = self.needed(column)
        if not text:
            return None
        try:
            found = parse_csv_date(text)
        except BadDate as trouble:
            self.say(column, Kind.REFUSED, words_for(trouble).happened)
            return None
        if found > self.today:
            self.refuse(column, "future")
            return None
        return found

    def coded(self, column: str, codes: Mapping[str, Code], *, needed: bool = False) -> Code | None:
        text = self.needed(column) if needed else self.text(column)
        code = codes.get(text.casefold())
        if text and code is None:
            self.refuse(column, column)
        return code

    def measure_other_columns(self, ours: tuple[str, ...]) -> None:
        """Columns that are not ours are not taken in, but a flood in one is still a fault of the row."""
        for column, raw in self.cells.items():
            if column not in ours and len(raw) > LONGEST_CELL:
                self.refuse(column, "too_long")

    def say(self, column: str, kind: Kind, reason: str) -> None:
        if kind is Kind.REFUSED:
            self.refused.add(column)
        self.findings.append(Finding(self.line, column or None, kind, reason))
