"""Read a file of referrals as a careful clerk would: every row is taken, or refused with the reason beside it.

Pure: bytes in, values out. Nothing is imported here. What is wrong with one cell refuses its row; what makes the
file unreadable as a whole raises `BadReferralFile`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from smf_core.domain.patient import Name
from smf_desktop.services.referral.cells import Finding, Kind, RawRow, as_document, rows_of
from smf_desktop.services.referral.row import (
    ROW_REASONS,
    Mark,
    ReferralRow,
    RowRead,
    Rules,
    StoreKind,
    name_mark,
    read_row,
)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row as it came, by column, kept to be put right in place."""

    line: int
    cells: Mapping[str, str]


Cells = Mapping[int, Mapping[str, str]]
"""Words by line and column."""


@dataclass(frozen=True, slots=True)
class ReferralFile:
    """A file read: what may be taken in, what may not, and everything said of it in the order of the lines.

    `raw` and `head` are what a row that is put right is read again from. `digest` is of the file's bytes, `typed` what
    was typed anew since: words by line and column.
    """

    rows: tuple[ReferralRow, ...]
    refused: tuple[RefusedRow, ...]
    findings: tuple[Finding, ...]
    raw: tuple[RawRow, ...] = field(default=(), compare=False, repr=False)
    head: tuple[Finding, ...] = field(default=(), compare=False, repr=False)
    digest: str = field(default="", compare=False, repr=False)
    typed: Cells = field(default_factory=dict, compare=False, repr=False)

    @property
    def records(self) -> int:
        """Rows that hold anything, the header not counted."""
        return len(self.rows) + len(self.refused)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody in the store who may be one of the file's people."""

    id: str
    nhs_number: str | None
    name: Name
    date_of_birth: date


def read(data: bytes, *, today: date, store_kind: StoreKind, skills: Mapping[str, str]) -> ReferralFile:
    """The whole file; `BadReferralFile` when it cannot be read as one."""
    raw, head = rows_of(data)
    found = judged(raw, head, Rules(today, store_kind, skills))
    return replace(found, digest=sha256(data).hexdigest())


def corrected(file: ReferralFile, cells: Cells, rules: Rules) -> ReferralFile:
    """The file with some cells typed anew, read again as a whole: a row put right may repeat another."""
    raw = tuple(
        RawRow(row.line, {**row.cells, **cells[row.line]}, whole=True) if row.line in cells else row for row in file.raw
    )
    return replace(judged(raw, file.head, rules), digest=file.digest, typed=with_cells(file.typed, cells))


def with_cells(typed: Cells, cells: Cells) -> Cells:
    """What was typed before, with what is typed now in its place."""
    return {line: {**typed.get(line, {}), **cells.get(line, {})} for line in sorted({*typed, *cells})}


def without(file: ReferralFile, lines: Collection[int], rules: Rules) -> ReferralFile:
    """The file without some rows, because they were taken in."""
    raw = tuple(row for row in file.raw if row.line not in lines)
    return replace(judged(raw, file.head, rules), digest=file.digest, typed=left_of(file.typed, lines))


def left_of(typed: Cells, lines: Collection[int]) -> Cells:
    """What was typed in other lines than these."""
    return {line: cells for line, cells in typed.items() if line not in lines}


def judged(raw: tuple[RawRow, ...], head: tuple[Finding, ...], rules: Rules) -> ReferralFile:
    """Every row held against the rules and against those before it."""
    findings = list(head)
    rows: list[ReferralRow] = []
    refused: list[RefusedRow] = []
    taken_first: dict[Mark, int] = {}
    refused_first: dict[Mark, int] = {}
    for each in raw:
        line = each.line
        if each.whole:
            outcome = read_row(line, each.cells, rules)
        else:
            outcome = RowRead(None, (Finding(line, None, Kind.REFUSED, ROW_REASONS["cells"]),), ())
        findings += outcome.findings
        seen = (first[mark] for first in (taken_first, refused_first) for mark in outcome.marks if mark in first)
        earlier = next(seen, None)
        of = None if earlier is None else f"line:{earlier}"
        if of:
            findings.append(Finding(line, None, Kind.DUPLICATE, ROW_REASONS["duplicate_line"], of))
        for mark in outcome.marks:
            (taken_first if outcome.row else refused_first).setdefault(mark, line)
        if outcome.row:
            rows.append(replace(outcome.row, of=of))
        else:
            refused.append(RefusedRow(line, each.cells))
    return ReferralFile(tuple(rows), tuple(refused), tuple(findings), raw, head)


def against(file: ReferralFile, known: Iterable[KnownPerson]) -> ReferralFile:
    """The file with its people held against the store: one duplicate finding a row, the store's person before a line.

    `known` need only hold people who share an NHS number or a birth date with a row. Refused rows are left as they
    are: they are looked up once they are put right.
    """
    people: dict[Mark, str] = {}
    for person in known:
        if person.nhs_number:
            people.setdefault(("nhs", person.nhs_number), person.id)
        people.setdefault(name_mark(person.name, person.date_of_birth), person.id)
    here: dict[int, str] = {}
    for row in file.rows:
        marks = (("nhs", row.nhs_number or ""), name_mark(row.name, row.date_of_birth))
        if found := next((people[mark] for mark in marks if mark in people), None):
            here[row.line] = f"patient:{found}"
    findings = [said for said in file.findings if said.line not in here or said.kind is not Kind.DUPLICATE]
    findings += (Finding(line, None, Kind.DUPLICATE, ROW_REASONS["duplicate_store"], of) for line, of in here.items())
    return replace(
        file,
        rows=tuple(replace(row, of=here.get(row.line, row.of)) for row in file.rows),
        findings=tuple(sorted(findings, key=lambda said: said.line)),
    )


def as_json(file: ReferralFile, imported: int) -> dict[str, object]:
    """The document of `smf import referrals --json`; `imported` counts the rows really taken in."""
    return as_document(file.records, imported, file.findings)
