"""Referrals in words: those that wait for triage, and the rows of a file before it is taken in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from smf_core.domain.checklist import Library
from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.nhs_number import BadNhsNumber, check
from smf_core.domain.patient import Name
from smf_core.domain.referral import Priority, ReferralStatus, Source
from smf_core.records.queries.referrals import Referred
from smf_desktop.presenters.identity import born, day, isolated, name_line, nhs, spoken_name
from smf_desktop.presenters.today import counted, skill_label, skill_labels

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
NOBODY_WAITS = (
    "No referrals wait for triage.",
    "Import a referral file with Ctrl+Shift+I, and its people stand here.",
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


@dataclass(frozen=True, slots=True)
class TriageRow:
    """One referral. `about` is the person for a dialog; `mark` is "" unless the person may already be here."""

    referral: str
    patient: str
    received: str
    waiting: str
    name: str
    nhs: str
    born: str
    skills: str
    skill_codes: tuple[str, ...]
    source: str
    reason: str
    status: str
    held: bool
    mark: str
    mark_full: str
    about: str
    spoken: str


def triage_rows(facts: TriageFacts, library: Library) -> tuple[TriageRow, ...]:
    return tuple(_triage_row(row, facts, library) for row in facts.rows)


def _triage_row(row: Referred, facts: TriageFacts, library: Library) -> TriageRow:
    referral, person = row.referral, row.person
    held = referral.status is ReferralStatus.WAITING_INFORMATION
    of = referral.review_duplicate_of
    mark = full = ""
    if of:
        mark = "Might already be here"
        whom = name_line(facts.people[of]) if of in facts.people else "someone in the store"
        full = f"Might already be here: {'this person has a record' if of == person.id else whom}"
    status = "Waiting for information" if held else "Triage due"
    days = counted((facts.today - referral.received_on).days, "day")
    skills = skill_labels(referral.skills, library)
    birth = born(person.date_of_birth, facts.today)
    number = f"NHS No. {nhs(person.nhs_number)}" if person.nhs_number else nhs(None)
    said = (spoken_name(person.name), skills, f"waiting {days}", SOURCES[referral.source], status, full)
    return TriageRow(
        referral=referral.id,
        patient=person.id,
        received=day(referral.received_on),
        waiting=days,
        name=name_line(person.name),
        nhs=nhs(person.nhs_number),
        born=day(person.date_of_birth),
        skills=skills,
        skill_codes=referral.skills,
        source=SOURCES[referral.source],
        reason=isolated(referral.decision_reason if held else referral.reason) or "No reason given",
        status=status,
        held=held,
        mark=mark,
        mark_full=full,
        about=f"{name_line(person.name)} · Born {birth} · {number}",
        spoken=". ".join(filter(None, said)),
    )


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


@dataclass(frozen=True, slots=True)
class ImportChip:
    """A count that filters the rows; `kind` is None for all of them."""

    kind: RowKind | None
    words: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """A file in words. `valid` rows can be taken in; `primary` is "" when there are none."""

    rows: tuple[ImportRow, ...]
    chips: tuple[ImportChip, ...]
    notes: str
    valid: int
    errors: int
    primary: str
    dock: str
    ask: str
    ask_do: str


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
    "reason": ("", "Reason"),
    "baseline_visits_per_month": ("", "Visits a month"),
    "notes": ("", "Notes"),
}


def import_view(file: FoundFile, library: Library) -> ImportView:
    """Every row of a file with what was found, in the order of the lines."""
    said: dict[int, list[Finding]] = {}
    for finding in file.findings:
        said.setdefault(finding.line, []).append(finding)
    rows = [_found(row, said.get(row.line, []), library) for row in file.rows]
    rows += [_refused(row, said.get(row.line, []), library) for row in file.refused]
    rows.sort(key=lambda row: row.line)
    kinds = [row.kind for row in rows]
    chips = [ImportChip(None, f"All {len(rows)}")]
    chips += [ImportChip(kind, f"{kinds.count(kind)} {_KIND_WORDS[kind]}") for kind in _CHIP_ORDER]
    valid, errors = len(file.rows), len(file.refused)
    here = kinds.count(RowKind.HERE)
    notes = " ".join(_sentence(finding) for finding in said.get(1, []))
    dock = [
        f"{counted(errors, 'row')} to correct" if errors else "Every row can be imported",
        f"{counted(here, 'row')} may repeat someone: linked for review" if here else "",
    ]
    return ImportView(
        rows=tuple(rows),
        chips=tuple(chips),
        notes=notes,
        valid=valid,
        errors=errors,
        primary=f"Import {counted(valid, 'row')}" if valid else "",
        dock=" · ".join(filter(None, dock)) if rows else "The file has no rows",
        ask=f"Import {counted(valid, 'row')} and leave out {errors}?",
        ask_do="The rows left out are not changed. Correct them in the file and import it again: "
        "people already taken in are marked, never taken in unseen.",
    )


_CHIP_ORDER = (RowKind.READY, RowKind.ERROR, RowKind.CHECK, RowKind.HERE)


def imported_words(count: int) -> str:
    """What the toast says."""
    return f"{counted(count, 'referral')} imported"


def _found(row: FoundRow, findings: Sequence[Finding], library: Library) -> ImportRow:
    kind = RowKind.READY
    if any(finding.kind == "duplicate" for finding in findings):
        kind = RowKind.HERE
    elif findings:
        kind = RowKind.CHECK
    skill = ", ".join(library.newest(code).label for code in row.skills)
    shown = (nhs(row.nhs_number), name_line(row.name), day(row.date_of_birth), skill)
    return _row(row.line, shown, kind, findings)


def _refused(row: RefusedRow, findings: Sequence[Finding], library: Library) -> ImportRow:
    """A row as it came: a cell that can be read is shown as people read it, any other as typed."""
    cells = {name: " ".join(text.split())[:200] for name, text in row.cells.items()}
    name = name_line(Name(cells.get("family_name", ""), cells.get("given_name", ""), cells.get("title", "")))
    skill = ", ".join(skill_label(code.strip(), library) for code in cells.get("skill", "").split("|"))
    shown = (_number(cells.get("nhs_number", "")), name, _birth(cells.get("date_of_birth", "")), skill)
    blank = [isolated(text) or "(blank)" for text in shown]
    return _row(row.line, (blank[0], blank[1], blank[2], blank[3]), RowKind.ERROR, findings)


def _row(line: int, shown: tuple[str, str, str, str], kind: RowKind, findings: Sequence[Finding]) -> ImportRow:
    number, name, birth, skill = shown
    icon, tone = LOOKS[kind]
    weighty = [one for one in findings if kind is not RowKind.ERROR or one.kind == "refused"] or list(findings)
    found = " ".join(_sentence(one) for one in weighty) or "Ready"
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
