"""Files that core teams send: their referrals by month, and who was referred to them again.

Pure: bytes in, values out. What is wrong with a cell refuses its row; what makes a file unreadable as a whole raises
`BadReferralFile`. The CSV dialects are those of a referral file.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from smf_core.domain.core_counts import BadMonth, CoreCount, month_after, month_before, parse_month, written_month
from smf_desktop.services.referral.bytes import cells_of
from smf_desktop.services.referral.cells import REASONS, CellReader, Finding, Kind, RawRow, rows_of
from smf_desktop.trouble import BadReferralFile

COUNT_COLUMNS = ("month", "team", "count", "registered_population", "kind", "comparison")
COUNT_REQUIRED = ("month", "team", "count")
RETURN_COLUMNS = ("nhs_number", "received_on", "team", "reason")
RETURN_REQUIRED = ("nhs_number", "received_on", "team")

LONGEST_NAME = 200
MOST = 100_000_000

Row = TypeVar("Row")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_YES_OR_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class CoreReturn:
    """Somebody who was referred to a core team again; `line` is the record number with the header as 1."""

    line: int
    nhs_number: str
    received_on: date
    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class CoreFile(Generic[Row]):
    """A file read: what may be taken in, and everything said of it in the order of the lines."""

    rows: tuple[Row, ...]
    records: int
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        return any(each.kind is Kind.REFUSED for each in self.findings)


class _Reader(CellReader):
    reasons = REASONS | {
        "month": "Write the month as 2026-11, 11/2026 or Nov-2026.",
        "month_ahead": "The month is in the future.",
        "month_runs": "The month is not over: its count stands until a later file corrects it.",
        "count": "A count is a whole number, 0 or more.",
        "registered_population": "A registered population is a whole number over 0. Leave it empty where not known.",
        "no_population": "No registered population, so the change is told as if it had stayed the same.",
        "comparison": "Use yes for a team without self-management, else no.",
        "two_counts": "This month of this team is earlier in the file with other numbers.",
        "two_sides": "Earlier in the file this team is marked otherwise, and it is a comparison or it is not.",
        "repeated": "This row is earlier in the file.",
        "name": f"This name is over {LONGEST_NAME} characters.",
    }

    def month(self) -> date | None:
        text = self.needed("month")
        if not text:
            return None
        try:
            month = parse_month(text)
        except BadMonth:
            self.refuse("month", "month")
            return None
        if month > self.today:
            self.refuse("month", "month_ahead")
        elif self.today < month_after(month):
            self.note("month", "month_runs")
        return month

    def whole(self, column: str, text: str) -> int | None:
        if _WHOLE_NUMBER.fullmatch(text) and int(text) <= MOST:
            return int(text)
        self.refuse(column, column)
        return None

    def name(self, column: str, text: str) -> str:
        if len(text) > LONGEST_NAME:
            self.refuse(column, "name")
        return text


def read_core_counts(data: bytes, *, today: date) -> CoreFile[CoreCount]:
    """`month,team,count[,registered_population][,kind][,comparison]`: referrals to core teams by month.

    A month left out is said and never taken as 0. Raises `BadReferralFile`.
    """
    raw, head = rows_of(data, COUNT_COLUMNS, COUNT_REQUIRED)
    findings = list(head)
    first: dict[str, tuple[int, CoreCount]] = {}
    sides: dict[str, bool] = {}
    for row in raw:
        reader = _Reader(row.line, row.cells, today=today, training=True)
        counted = _count(reader, row)
        if counted:
            line, earlier = first.setdefault(counted.id, (row.line, counted))
            if sides.setdefault(counted.series[0], counted.comparison) != counted.comparison:
                reader.refuse("comparison", "two_sides")
            elif earlier != counted:
                reader.refuse("count", "two_counts")
            elif line != row.line:
                reader.findings.append(_repeated(row.line, line))
        findings += reader.findings
    findings += _gaps(first.values())
    rows = tuple(counted for _, counted in first.values())
    return CoreFile(rows, len(raw), tuple(sorted(findings, key=lambda said: said.line)))


def _count(reader: _Reader, row: RawRow) -> CoreCount | None:
    if not row.whole:
        reader.refuse("", "cells")
        return None
    month, team = reader.month(), reader.name("team", reader.needed("team"))
    said = reader.needed("count")
    count = reader.whole("count", said) if said else None
    population = _population(reader)
    kind = reader.name("kind", reader.text("kind"))
    comparison = reader.coded("comparison", _YES_OR_NO) or False
    reader.measure_other_columns(COUNT_COLUMNS)
    if reader.refused or month is None or count is None:
        return None
    return CoreCount(month, team, count, population, kind, comparison)


def _population(reader: _Reader) -> int | None:
    column = "registered_population"
    text = reader.text(column)
    if not text:
        if column in reader.cells and column not in reader.refused:
            reader.note(column, "no_population")
        return None
    population = reader.whole(column, text)
    if population == 0:
        reader.refuse(column, column)
    return population or None


def _gaps(counted: Iterable[tuple[int, CoreCount]]) -> Iterator[Finding]:
    """Where a team's months are not all there: said at the first row after the gap."""
    series: defaultdict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
    for line, each in counted:
        series[each.series].append((each.month, line))
    for months in series.values():
        months.sort()
        for (before, _), (month, line) in pairwise(months):
            if month != (first := month_after(before)):
                last = month_before(month)
                named = written_month(first) if first == last else f"{written_month(first)} to {written_month(last)}"
                yield Finding(line, "month", Kind.NOTE, f"No count of this team for {named}: a gap, not 0.")


def read_core_returns(data: bytes, *, today: date, training: bool) -> CoreFile[CoreReturn]:
    """`nhs_number,received_on,team,reason`: who was referred to a core team again. Raises `BadReferralFile`."""
    raw, head = rows_of(data, RETURN_COLUMNS, RETURN_REQUIRED)
    findings = list(head)
    first: dict[tuple[str, date, str], CoreReturn] = {}
    for row in raw:
        reader = _Reader(row.line, row.cells, today=today, training=training)
        found = _return(reader, row)
        if found:
            earlier = first.setdefault((found.nhs_number, found.received_on, found.team.casefold()), found)
            if earlier is not found:
                reader.findings.append(_repeated(row.line, earlier.line))
        findings += reader.findings
    return CoreFile(tuple(first.values()), len(raw), tuple(findings))


def is_of_returns(data: bytes) -> bool:
    """Whether a file has the columns of people who were referred again."""
    try:
        cells_of(data, RETURN_COLUMNS, RETURN_REQUIRED)
    except BadReferralFile:
        return False
    return True


def _return(reader: _Reader, row: RawRow) -> CoreReturn | None:
    if not row.whole:
        reader.refuse("", "cells")
        return None
    text = reader.needed("nhs_number")
    number = reader.nhs_number(text) if text else None
    received, team = reader.day("received_on"), reader.name("team", reader.needed("team"))
    reason = reader.text("reason")
    reader.measure_other_columns(RETURN_COLUMNS)
    if reader.refused or number is None or received is None:
        return None
    return CoreReturn(row.line, number, received, team, reason)


def _repeated(line: int, earlier: int) -> Finding:
    return Finding(line, None, Kind.DUPLICATE, _Reader.reasons["repeated"], f"line:{earlier}")
