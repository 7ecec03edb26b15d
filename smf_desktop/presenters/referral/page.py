"""Referrals in words: their codes, and the rows of a file before it is taken in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from smf_core.domain.checklist import Library
from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.nhs_number import BadNhsNumber, check
from smf_core.domain.patient import Name
from smf_core.domain.referral import Priority, Source
from smf_core.records.queries.referrals import Referred
from smf_desktop.presenters.identity import day, isolated, name_line, nhs
from smf_desktop.presenters.labels import counted, skill_label

SOURCES: Mapping[Source, str] = {
    Source.CORE_TEAM: "Core team",
    Source.HOSPITAL: "Hospital",
    Source.GP: "GP",
    Source.PHARMACY: "Pharmacy",
    Source.SPECIALIST_NURSE: "Specialist nurse",
    Source.SELF: "Self",
    Source.OTHER: "Other",
}
PRIORITIES = (
    (Priority.ROUTINE.value, "Routine"),
    (Priority.TWO_WORKING_DAYS.value, "Within 2 working days"),
    (Priority.SAME_DAY.value, "Same day"),
)
# --- triage --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who may teach; only a registered nurse may be accountable."""

    id: str
    name: str
    registered: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class TriageFacts:
    """Referrals that wait; `people` are the names of those a referral may repeat, by id."""

    rows: tuple[Referred, ...]
    people: Mapping[str, Name]
    today: date
    store_kind: str


# --- a file before it is taken in ----------------------------------------------------------------


class RowKind(StrEnum):
    READY = "ready"
    CHECK = "check"
    HERE = "here"
    ERROR = "error"


class FoundRow(Protocol):
    """A row that may be taken in, parsed."""

    @property
    def line(self) -> int: ...
    @property
    def nhs_number(self) -> str | None: ...
    @property
    def name(self) -> Name: ...
    @property
    def date_of_birth(self) -> date: ...
    @property
    def skills(self) -> tuple[str, ...]: ...


class RefusedRow(Protocol):
    """A row as it came, by column."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> Mapping[str, str]: ...


class Finding(Protocol):
    """One thing said of a row; `kind` is refused, duplicate or note."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def of(self) -> str | None: ...


class FoundFile(Protocol):
    @property
    def rows(self) -> Sequence[FoundRow]: ...
    @property
    def refused(self) -> Sequence[RefusedRow]: ...
    @property
    def findings(self) -> Sequence[Finding]: ...


@dataclass(frozen=True, slots=True)
class Fix:
    """A cell that is refused: our column, its words, the column of the table it stands in (-1: none), what it holds."""

    column: str
    label: str
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of the file. `wrong` are the columns of the table a finding is about: nhs, name, born, skill."""

    line: int
    nhs: str
    name: str
    born: str
    skill: str
    kind: RowKind
    icon: str
    tone: str
    found: str
    wrong: frozenset[str]
    spoken: str
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportChip:
    """A count that filters the rows; `kind` is None for all of them."""

    kind: RowKind | None
    words: str


@dataclass(frozen=True, slots=True)
class Bring:
    """What the main button does with the rows shown: its words ("" for nothing), and the lines it takes in."""

    words: str
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class ImportView:
    """A file in words. `bring` says for each filter what can be taken in: with all rows shown, those that are ready."""

    rows: tuple[ImportRow, ...]
    chips: tuple[ImportChip, ...]
    notes: str
    errors: int
    bring: Mapping[RowKind | None, Bring]
    dock: str


LOOKS: Mapping[RowKind, tuple[str, str]] = {
    RowKind.READY: ("circle-check", "ok"),
    RowKind.CHECK: ("triangle-alert", "warn"),
    RowKind.HERE: ("copy", "violet"),
    RowKind.ERROR: ("circle-alert", "danger"),
}
_KIND_WORDS: Mapping[RowKind, str] = {
    RowKind.READY: "ready",
    RowKind.CHECK: "to check",
    RowKind.HERE: "already here",
    RowKind.ERROR: "to correct",
}
_COLUMNS = {
    "nhs_number": ("nhs", "NHS No."),
    "family_name": ("name", "Family name"),
    "given_name": ("name", "Given name"),
    "title": ("name", "Title"),
    "date_of_birth": ("born", "Born"),
    "skill": ("skill", "Skill"),
    "sex": ("", "Gender"),
    "address": ("", "Address"),
    "postcode": ("", "Postcode"),
    "phone": ("", "Phone"),
    "gp_practice_code": ("", "Practice code"),
    "referral_received": ("", "Date referred"),
    "source": ("", "Referred by"),
    "referrer": ("", "Name of who refers"),
    "reason": ("", "Reason"),
    "baseline_visits_per_month": ("", "Visits a month"),
    "notes": ("", "Notes"),
}


_AT = {"nhs": 1, "name": 2, "born": 3, "skill": 4}
CELL_LABELS: Mapping[str, str] = {column: words for column, (_, words) in _COLUMNS.items()}
"""What each column of a referral file is called on the screen."""


def refused_cells(findings: Sequence[Finding], line: int) -> Mapping[str, str]:
    """What is wrong with the cells of one row, by column."""
    wrong = [one for one in findings if one.line == line and one.kind == "refused" and one.column]
    return {one.column: one.reason for one in reversed(wrong) if one.column}


def import_view(file: FoundFile, library: Library, nurses: Mapping[str, str] = MappingProxyType({})) -> ImportView:
    """Every row of a file with what was found, in the order of the lines.

    `nurses` name who teaches a person that is here already, by the person's id.
    """
    said: dict[int, list[Finding]] = {}
    for finding in file.findings:
        said.setdefault(finding.line, []).append(finding)
    rows = [_found(row, said.get(row.line, []), library, nurses) for row in file.rows]
    rows += [_refused(row, said.get(row.line, []), library) for row in file.refused]
    rows.sort(key=lambda row: row.line)
    kinds = [row.kind for row in rows]
    chips = [ImportChip(None, f"All {len(rows)}")]
    chips += [ImportChip(kind, f"{kinds.count(kind)} {_KIND_WORDS[kind]}") for kind in _CHIP_ORDER]
    errors = len(file.refused)
    notes = " ".join(_sentence(finding) for finding in said.get(1, []))
    return ImportView(
        rows=tuple(rows),
        chips=tuple(chips),
        notes=" ".join(filter(None, (_HOW if rows else "", notes))),
        errors=errors,
        bring={
            None: _bring(rows, RowKind.READY if RowKind.READY in kinds else RowKind.CHECK),
            **{kind: _bring(rows, kind) for kind in _CHIP_ORDER},
        },
        dock=(f"{counted(errors, 'row')} to correct" if errors else "No row to correct") if rows else "No rows left",
    )


LONG_SECONDS = 10.0
_HOW = (
    "F2 corrects a cell here, Enter the whole row. Or import the ready rows now and save the rest with the reasons "
    "beside each row. Nothing is imported twice."
)
_BRINGS: Mapping[RowKind, tuple[str, str]] = {
    RowKind.READY: ("ready row", ""),
    RowKind.CHECK: ("checked row", ""),
    RowKind.HERE: ("row", ", linked for review"),
}


def _bring(rows: Sequence[ImportRow], kind: RowKind) -> Bring:
    lines = frozenset(row.line for row in rows if row.kind is kind)
    if kind not in _BRINGS or not lines:
        return Bring("", frozenset())
    word, more = _BRINGS[kind]
    return Bring(f"Import {counted(len(lines), word)}{more}", lines)


_CHIP_ORDER = (RowKind.READY, RowKind.ERROR, RowKind.CHECK, RowKind.HERE)


def progress_words(done: int, total: int, seconds: float) -> str:
    """How far an import is, and, where the whole takes over ten seconds, how long it still takes."""
    left = seconds / done * (total - done) if done else 0.0
    words = f"{done} of {total} rows imported"
    if not done or seconds + left <= LONG_SECONDS:
        return words
    minutes = round(left / 60)
    return f"{words}, about {counted(minutes, 'minute') if left >= 90 else counted(max(1, round(left)), 'second')} left"


def imported_words(count: int) -> str:
    """What the toast says."""
    return f"{counted(count, 'referral')} imported"


def _found(row: FoundRow, findings: Sequence[Finding], library: Library, nurses: Mapping[str, str]) -> ImportRow:
    kind = RowKind.READY
    if any(finding.kind == "duplicate" for finding in findings):
        kind = RowKind.HERE
    elif findings:
        kind = RowKind.CHECK
    skill = ", ".join(library.newest(code).label for code in row.skills)
    shown = (nhs(row.nhs_number), name_line(row.name), day(row.date_of_birth), skill)
    ids = ((one.of or "").removeprefix("patient:") for one in findings)
    taught = next((f"Taught by {nurses[one]}." for one in ids if one in nurses), "")
    return _row(row.line, shown, kind, findings, more=taught)


def _refused(row: RefusedRow, findings: Sequence[Finding], library: Library) -> ImportRow:
    """A row as it came: a cell that can be read is shown as people read it, any other as typed."""
    cells = {name: " ".join(text.split())[:200] for name, text in row.cells.items()}
    name = name_line(Name(cells.get("family_name", ""), cells.get("given_name", ""), cells.get("title", "")))
    skill = ", ".join(skill_label(code.strip(), library) for code in cells.get("skill", "").split("|"))
    shown = (_number(cells.get("nhs_number", "")), name, _birth(cells.get("date_of_birth", "")), skill)
    blank = [isolated(text) or "(blank)" for text in shown]
    return _row(row.line, (blank[0], blank[1], blank[2], blank[3]), RowKind.ERROR, findings, row.cells)


def _row(
    line: int,
    shown: tuple[str, str, str, str],
    kind: RowKind,
    findings: Sequence[Finding],
    cells: Mapping[str, str] | None = None,
    more: str = "",
) -> ImportRow:
    number, name, birth, skill = shown
    icon, tone = LOOKS[kind]
    weighty = [one for one in findings if kind is not RowKind.ERROR or one.kind == "refused"] or list(findings)
    found = " ".join(filter(None, (*(_sentence(one) for one in weighty), more))) or "Ready"
    wrong = {_COLUMNS[one.column][0] for one in findings if one.kind == "refused" and one.column in _COLUMNS}
    return ImportRow(
        line=line,
        nhs=number,
        name=name,
        born=birth,
        skill=skill,
        kind=kind,
        icon=icon,
        tone=tone,
        found=found,
        wrong=frozenset(wrong - {""}),
        spoken=f"Row {line}. {name}. {_KIND_WORDS[kind]}: {found}",
        fixes=tuple(
            Fix(
                one.column,
                CELL_LABELS[one.column],
                _AT.get(_COLUMNS[one.column][0], -1),
                (cells or {}).get(one.column, ""),
            )
            for one in findings
            if one.kind == "refused" and one.column in _COLUMNS
        ),
    )


def _sentence(finding: Finding) -> str:
    column = _COLUMNS[finding.column][1] if finding.column in _COLUMNS else (finding.column or "")
    of = finding.of or ""
    where = f" Same as row {of.removeprefix('line:')}." if of.startswith("line:") else ""
    return (f"{column}: " if column else "") + finding.reason + where


def _number(text: str) -> str:
    try:
        return nhs(check(text))
    except BadNhsNumber:
        return text


def _birth(text: str) -> str:
    try:
        return day(parse_csv_date(text))
    except BadDate:
        return text
