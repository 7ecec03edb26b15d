"""Read a file of referrals as a careful clerk would: every row is taken, or refused with the reason beside it.

Pure: bytes in, values out. Nothing is imported here. What is wrong with one cell refuses its row; what makes the
file unreadable as a whole raises `BadReferralFile`.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from smf_core.domain.patient import Name, Sex, age
from smf_core.domain.referral import Source
from smf_core.domain.text import matching_key
from smf_core.operations.change_set import PAYLOAD_MAX
from smf_desktop.services.referral.bytes import COLUMNS, LARGEST_FILE, REQUIRED
from smf_desktop.services.referral.cells import (
    LONGEST_CELL,
    REASONS,
    CellReader,
    Finding,
    Kind,
    RawRow,
    as_document,
    rows_of,
)

__all__ = ["COLUMNS", "LARGEST_FILE", "LONGEST_CELL", "REQUIRED", "Finding", "Kind", "RawRow"]

StoreKind = Literal["training", "live"]
Mark = tuple[str, ...]

OLDEST = 130
MOST_VISITS_A_MONTH = 300
LEFT_FOR_THE_REST = 2_048
"""Bytes of a referral's entry that are not its reason and notes."""

_SEXES = {
    "female": Sex.FEMALE,
    "f": Sex.FEMALE,
    "male": Sex.MALE,
    "m": Sex.MALE,
    "indeterminate": Sex.INDETERMINATE,
    "not known": Sex.NOT_KNOWN,
    "not_known": Sex.NOT_KNOWN,
}
_SOURCES = {source.value: source for source in Source}
_BASELINE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,12}|,[0-9]{1,2})?")

_REASONS = REASONS | {
    "too_much": "Reason and notes together hold more than a record can take, about 60,000 letters.",
    "too_old": f"The age would be over {OLDEST} years.",
    "before_birth": "The date is before the date of birth.",
    "sex": "Use female, male, indeterminate or not known.",
    "source": f"Use one of {', '.join(Source)}.",
    "baseline": "Use a number of visits a month from 0 to 300.",
    "duplicate_line": "The same person is earlier in this file.",
    "duplicate_store": "This person is already here.",
}


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One row that may be taken in: parsed values, and whom it repeats (`line:N` or `patient:ID`)."""

    line: int
    nhs_number: str | None
    name: Name
    date_of_birth: date
    sex: Sex
    address: str
    postcode: str
    phone: str
    practice_code: str
    received_on: date
    source: Source
    referrer: str
    """Who refers, by name: a core team, a ward, a practice."""

    skills: tuple[str, ...]
    reason: str
    baseline_visits_per_month: str | None
    """Decimal text with a point, or None."""
    notes: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row as it came, by column, kept to be put right in place."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReferralFile:
    """A file read: what may be taken in, what may not, and everything said of it in the order of the lines.

    `raw` and `head` are what a row that is put right is read again from.
    """

    rows: tuple[ReferralRow, ...]
    refused: tuple[RefusedRow, ...]
    findings: tuple[Finding, ...]
    raw: tuple[RawRow, ...] = field(default=(), compare=False, repr=False)
    head: tuple[Finding, ...] = field(default=(), compare=False, repr=False)

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


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rows are held against. `skills` answers a skill's code for its screen label."""

    today: date
    store_kind: StoreKind
    skills: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row held against the rules: the row unless refused, what is said of it, and by what it is recognised."""

    row: ReferralRow | None
    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...]
    """The NHS number, then the name with the birth date, as far as each could be read."""


def read(data: bytes, *, today: date, store_kind: StoreKind, skills: Mapping[str, str]) -> ReferralFile:
    """The whole file; `BadReferralFile` when it cannot be read as one."""
    raw, head = rows_of(data)
    return judged(raw, head, Rules(today, store_kind, skills))


def corrected(file: ReferralFile, line: int, cells: Mapping[str, str], rules: Rules) -> ReferralFile:
    """The file with some cells of one row typed anew, read again as a whole: a row put right may repeat another."""
    raw = tuple(RawRow(line, {**row.cells, **cells}, whole=True) if row.line == line else row for row in file.raw)
    return judged(raw, file.head, rules)


def without(file: ReferralFile, lines: Collection[int], rules: Rules) -> ReferralFile:
    """The file without some rows, because they were taken in."""
    return judged(tuple(row for row in file.raw if row.line not in lines), file.head, rules)


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
            outcome = RowRead(None, (Finding(line, None, Kind.REFUSED, _REASONS["cells"]),), ())
        findings += outcome.findings
        seen = (first[mark] for first in (taken_first, refused_first) for mark in outcome.marks if mark in first)
        earlier = next(seen, None)
        of = None if earlier is None else f"line:{earlier}"
        if of:
            findings.append(Finding(line, None, Kind.DUPLICATE, _REASONS["duplicate_line"], of))
        for mark in outcome.marks:
            (taken_first if outcome.row else refused_first).setdefault(mark, line)
        if outcome.row:
            rows.append(replace(outcome.row, of=of))
        else:
            refused.append(RefusedRow(line, each.cells))
    return ReferralFile(tuple(rows), tuple(refused), tuple(findings), raw, head)


def read_row(line: int, cells: Mapping[str, str], rules: Rules) -> RowRead:
    """One row by its columns; columns not there count as empty. Every bad cell is named, not only the first."""
    reader = _Reader(line, cells, rules)
    number = reader.number_if_known()
    name = Name(reader.needed("family_name"), reader.needed("given_name"), reader.text("title"))
    birth = reader.day("date_of_birth")
    if birth and age(birth, rules.today) > OLDEST:
        reader.refuse("date_of_birth", "too_old")
    sex = reader.coded("sex", _SEXES)
    address, postcode, phone = reader.text("address"), reader.text("postcode"), reader.text("phone")
    practice_code = reader.text("gp_practice_code")
    received = reader.day("referral_received")
    if birth and received and received < birth:
        reader.refuse("referral_received", "before_birth")
    source, referrer = reader.coded("source", _SOURCES, needed=True), reader.text("referrer")
    skills = reader.skills()
    reason, baseline, notes = reader.text("reason"), reader.baseline(), reader.text("notes")
    reader.measure_other_columns(COLUMNS)
    reader.measure_together(reason, notes)

    marks: tuple[Mark, ...] = (("nhs", number),) if number else ()
    if name.family and name.given and birth:
        marks += (_name_mark(name, birth),)
    if reader.refused or birth is None or received is None or source is None:
        return RowRead(None, tuple(reader.findings), marks)
    row = ReferralRow(
        line=line,
        nhs_number=number,
        name=name,
        date_of_birth=birth,
        sex=sex or Sex.NOT_KNOWN,
        address=address,
        postcode=postcode,
        phone=phone,
        practice_code=practice_code,
        received_on=received,
        source=source,
        referrer=referrer,
        skills=skills,
        reason=reason,
        baseline_visits_per_month=baseline,
        notes=notes,
    )
    return RowRead(row, tuple(reader.findings), marks)


def against(file: ReferralFile, known: Iterable[KnownPerson]) -> ReferralFile:
    """The file with its people held against the store: one duplicate finding a row, the store's person before a line.

    `known` need only hold people who share an NHS number or a birth date with a row. Refused rows are left as they
    are: they are looked up once they are put right.
    """
    people: dict[Mark, str] = {}
    for person in known:
        if person.nhs_number:
            people.setdefault(("nhs", person.nhs_number), person.id)
        people.setdefault(_name_mark(person.name, person.date_of_birth), person.id)
    here: dict[int, str] = {}
    for row in file.rows:
        marks = (("nhs", row.nhs_number or ""), _name_mark(row.name, row.date_of_birth))
        if found := next((people[mark] for mark in marks if mark in people), None):
            here[row.line] = f"patient:{found}"
    findings = [said for said in file.findings if said.line not in here or said.kind is not Kind.DUPLICATE]
    findings += (Finding(line, None, Kind.DUPLICATE, _REASONS["duplicate_store"], of) for line, of in here.items())
    return ReferralFile(
        rows=tuple(replace(row, of=here.get(row.line, row.of)) for row in file.rows),
        refused=file.refused,
        findings=tuple(sorted(findings, key=lambda said: said.line)),
        raw=file.raw,
        head=file.head,
    )


def as_json(file: ReferralFile, imported: int) -> dict[str, object]:
    """The document of `smf import referrals --json`; `imported` counts the rows really taken in."""
    return as_document(file.records, imported, file.findings)


class _Reader(CellReader):
    """The cells of one referral."""

    reasons = _REASONS

    def __init__(self, line: int, cells: Mapping[str, str], rules: Rules) -> None:
        super().__init__(line, cells, today=rules.today, training=rules.store_kind == "training")
        self.rules = rules

    def number_if_known(self) -> str | None:
        text = self.text("nhs_number")
        if text:
            return self.nhs_number(text)
        if "nhs_number" not in self.refused:
            self.note("nhs_number", "not_known")
        return None

    def skills(self) -> tuple[str, ...]:
        """Codes in the order named, each once. A screen label, or a code in other letters, is noted."""
        text = self.needed("skill")
        codes = dict.fromkeys(self.rules.skills.values())
        loosely = {label.casefold(): code for label, code in self.rules.skills.items()}
        loosely |= {code.casefold(): code for code in codes}
        found = []
        for word in filter(None, map(str.strip, text.split("|"))):
            code = word if word in codes else loosely.get(word.casefold())
            if code is None:
                self.say("skill", Kind.REFUSED, f"Use one or several of {', '.join(codes)}, with | between.")
                return ()
            if code != word:
                self.say("skill", Kind.NOTE, f"Read as {code}.")
            found.append(code)
        if text and not found:
            self.refuse("skill", "missing")
        return tuple(dict.fromkeys(found))

    def baseline(self) -> str | None:
        """Decimal text with a point; a comma with one or two digits after it is a decimal comma."""
        column = "baseline_visits_per_month"
        text = self.text(column)
        if not text:
            return None
        number = text.replace(",", ".")
        if not _BASELINE.fullmatch(text) or Decimal(number) > MOST_VISITS_A_MONTH:
            self.refuse(column, "baseline")
            return None
        return number

    def measure_together(self, reason: str, notes: str) -> None:
        """What becomes one entry of the record must fit into it; it would stop the import half way."""
        if len(msgspec.json.encode((reason, notes))) > PAYLOAD_MAX - LEFT_FOR_THE_REST:
            self.refuse("notes", "too_much")


def _name_mark(name: Name, birth: date) -> Mark:
    return ("name", matching_key(name.family), matching_key(name.given), birth.isoformat())
