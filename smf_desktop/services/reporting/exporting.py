"""Saving a report to a file that leaves the application: small numbers, rows without names, the audit's note of it."""

import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from smf_core.figures.commissioning_report import FIGURES as OF_LOCALITIES
from smf_core.figures.commissioning_report import NAME as COMMISSIONING
from smf_core.figures.figure import Asked
from smf_core.figures.months import REPORT as OF_A_MONTH
from smf_core.figures.report import REPORTS, Report
from smf_core.figures.rows import ALIKE, AnyoneLike, Row, blurred, hidden_in_reports, rows
from smf_core.figures.suppression import WhyShown as WhyShown
from smf_core.figures.suppression import hide_small
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.projections.values import json_text
from smf_core.records.queries.users import teams
from smf_desktop.ports import NewId, Progress
from smf_desktop.reports.figures.cells import Cell
from smf_desktop.reports.figures.content import COLUMNS, ROW_COLUMNS, SMALL_SHOWN, Content
from smf_desktop.reports.figures.csv_file import write_csv
from smf_desktop.reports.figures.json_file import write_json
from smf_desktop.reports.figures.pdf_file import write_pdf
from smf_desktop.reports.figures.pictures import pictures_of
from smf_desktop.reports.figures.whole import counting, whole
from smf_desktop.reports.figures.xlsx_file import write_xlsx
from smf_desktop.services.auditing import REPORT, note
from smf_desktop.services.reporting.making import labels
from smf_desktop.services.session import Session

Format: TypeAlias = Literal["json", "csv", "xlsx", "pdf"]
FORMATS: tuple[Format, ...] = ("json", "csv", "xlsx", "pdf")
PACK = "monthly-pack"
"""What the audit calls the document of a closed month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a report is to be saved. `show_small` says why small numbers are shown; without it they are hidden.

    `with_rows` adds the rows about people, each under a code of this export alone.
    """

    format: Format
    show_small: WhyShown | None = None
    with_rows: bool = False


Whose: TypeAlias = Mapping[str, str]
"""Of whom a report is: what it was asked of, as `Asked` has it; what is not said is all."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A report that somebody saved: its name and days, by whom (an id) and when, and of whom."""

    name: str
    since: date
    until: date
    by: str
    at: datetime
    whose: Whose = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exported:
    """The report as it was saved, with the digest of each file; `overlaps` are earlier exports of other days or people.

    What differs between two reports that share days and people may be a few people: whoever has both can see them.
    """

    report: Report
    digests: Mapping[Path, str]
    rows: int
    overlaps: tuple[Earlier, ...]


def shown(session: Session, report: Report, show_small: WhyShown | None) -> Report:
    """The report as it may leave the application. Raises `NotAllowed` where it may not be shown so."""
    require(session.user, Action.EXPORT_FIGURES)
    if show_small is None:
        return hide_small(report)
    require(session.user, Action.SHOW_SMALL_NUMBERS)
    return report


def save_report(
    session: Session, service: str, report: Report, out: Path, how: How, progress: Progress = lambda done, total: True
) -> Exported:
    """Save a report whole or not at all, after its note is in the audit. As CSV its rows stand in a file beside it.

    On the work lane. Raises `NotAllowed`, `ReportStopped`, `FileUnwritable`, `NoRoomForFile`.
    """
    hide = how.show_small is None
    said = shown(session, report, how.show_small)
    before = overlaps(session, report.name, report.asked)
    content = Content(report=said, at=session.now(), service=service, labels=labels(session), small_shown=not hide)
    with session.read(counts=True) as connection:
        total, written = 0, None
        if how.with_rows and how.format != "pdf":
            total, kept = _rows(connection, report.asked, session.new_id, hide=hide)
            written = counting(kept, total, progress)
        files = _files(out, content, how, written)
        digests = whole(files, lambda made: note_report(session, report.name, report.asked, how, total, made[out]))
    return Exported(said, digests, total, before)


def _files(
    out: Path, content: Content, how: How, written: Iterator[Sequence[Cell]] | None
) -> Mapping[Path, Callable[[Path], None]]:
    match how.format:
        case "json":
            return {out: lambda path: write_json(path, content, written)}
        case "xlsx":
            return {out: lambda path: write_xlsx(path, content, written)}
        case "pdf":
            return {out: lambda path: write_pdf(path, content, pictures_of(content))}
        case "csv":
            figures = {out: lambda path: write_csv(path, COLUMNS, content.rows())}
            if written is None:
                return figures
            columns = (*ROW_COLUMNS, SMALL_SHOWN) if content.small_shown else ROW_COLUMNS
            return {**figures, rows_beside(out): lambda path: write_csv(path, columns, written)}


def rows_beside(out: Path) -> Path:
    """Where the rows of a report that is saved as CSV stand."""
    return out.with_name(f"{out.stem}-rows{out.suffix}")


def _rows(connection: Connection, asked: Asked, new_id: NewId, *, hide: bool) -> tuple[int, Iterator[tuple[Cell, ...]]]:
    """How many rows there are, and each under its code.

    A code is reckoned from the person under a key that nobody keeps, so the next export has others.
    """
    total, told = rows_told(connection, asked, hide=hide)
    key = sha256("".join(new_id() for _ in range(8)).encode()).digest()

    def code(row: Row) -> str:
        return hmac.digest(key, row.person.encode(), "sha256").hex()[:16]

    found = (
        (code(row), like.age_band, like.sex, like.skill, like.month, like.outcome, row.visits, row.minutes)
        for like, row in told
    )
    return total, found


def rows_told(connection: Connection, asked: Asked, *, hide: bool) -> tuple[int, Iterator[tuple[AnyoneLike, Row]]]:
    """How many rows about people there are, and each with what is told of whom it is about.

    With `hide` at least five are alike, and fewer are none; nor is told what the reports of the same days hide.
    """
    counts = Counter(row.like for row in rows(connection, asked))
    if hide and counts.total() < ALIKE:
        return 0, iter(())
    told: Mapping[AnyoneLike, AnyoneLike] = blurred(counts, hidden_in_reports(connection, asked)) if hide else {}
    return counts.total(), ((told.get(row.like, row.like), row) for row in rows(connection, asked))


# --- the audit -----------------------------------------------------------------------------------

_SAID = re.compile(
    r"report=(?P<name>\S+) format=\S+ from=(?P<since>[0-9-]{10}) to=(?P<until>[0-9-]{10})(?: of=(?P<whose>\{.*\}))?"
    r" small=\S+ rows=[0-9]+ sha256=[0-9a-f]{64}"
)
_OF = ("team", "skill", "nurse", "locality")


def note_report(session: Session, name: str, asked: Asked, how: How, total: int, digest: str) -> None:
    """Write down that a report of these days is saved, with so many rows about people, as a file of this digest."""
    small = how.show_small.value if how.show_small else "hidden"
    days = f"from={asked.since.isoformat()} to={asked.until.isoformat()}"
    whose = _whose(asked)
    of = f" of={json_text(whose)}" if whose else ""
    said = f"report={name} format={how.format} {days}{of} small={small} rows={total} sha256={digest}"
    note(session, REPORT, None, said)


def earlier(session: Session) -> tuple[Earlier, ...]:
    """The reports that were saved, as far as the audit here holds it, the newest first."""
    require(session.user, Action.READ_FIGURES)
    found = ((each, _SAID.fullmatch(each.detail)) for each in session.store.noted(REPORT))
    return tuple(
        Earlier(
            said["name"],
            date.fromisoformat(said["since"]),
            date.fromisoformat(said["until"]),
            each.author,
            each.at,
            msgspec.json.decode(said["whose"] or "{}", type=dict[str, str]),
        )
        for each, said in found
        if said
    )[::-1]


def overlaps(session: Session, name: str, asked: Asked) -> tuple[Earlier, ...]:
    """Earlier exports with a figure of this report that share days and people with it, without being of the same."""
    figures, whose = _figures_of(name), _whose(asked)
    with session.read() as connection:
        all_of = {"team": teams(connection)[0].id} if len(teams(connection)) == 1 else {}
    return tuple(
        each
        for each in earlier(session)
        if each.since <= asked.until
        and asked.since <= each.until
        and all(whose.get(of, code) == code for of, code in each.whose.items())
        and (each.since, each.until, {**all_of, **each.whose}) != (asked.since, asked.until, {**all_of, **whose})
        and figures & _figures_of(each.name)
    )


def _whose(asked: Asked) -> Whose:
    return {of: code for of in _OF if (code := getattr(asked, of))}


def _figures_of(name: str) -> frozenset[str]:
    known = {**REPORTS, COMMISSIONING: OF_LOCALITIES}
    return frozenset(known.get(OF_A_MONTH if name == PACK else name, ()))
