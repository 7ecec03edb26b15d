"""A referral file while it is on the screen: rows put right one by one, those ready taken in, the rest saved to fix."""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from smf_core.policy.rules import Action, require
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.users import users
from smf_desktop.services.auditing import EXPORT, note
from smf_desktop.services.drafts import ANYWHERE, TypedForm, keep_typed, typed_before
from smf_desktop.services.referral.bytes import COLUMNS
from smf_desktop.services.referral.cells import Kind
from smf_desktop.services.referral.file import Cells, ReferralFile, against, corrected, without
from smf_desktop.services.referral.referrals import already_here, examine, skill_labels
from smf_desktop.services.referral.row import Rules
from smf_desktop.services.session import Session
from smf_desktop.trouble import FileUnwritable

LEFT_OFF = "Rows put right in a file of referrals"
"""What such a draft is called where its file is not open."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by a spreadsheet; it is written with an apostrophe before it."""


def taken_up(session: Session, data: bytes) -> ReferralFile:
    """`examine`, with the cells that this user typed anew when the same file was open before, and did not import."""
    found = examine(session, data)
    before = typed_before(session, ANYWHERE, _draft_of(found.digest))
    return put_right(session, found, _cells(before[0])) if before else found


def keep_cells(session: Session, digest: str, typed: Cells) -> datetime | None:
    """Keep what was typed anew in the file of this digest; where that is nothing there is no draft."""
    cells = [(line, column, words) for line, said in typed.items() for column, words in said.items()]
    fields = {f"{line} {column}": words for line, column, words in cells}
    lines = tuple(f"Row {line}, {column.replace('_', ' ')}: {words}" for line, column, words in cells)
    return keep_typed(session, ANYWHERE, _draft_of(digest), TypedForm(fields, LEFT_OFF, lines))


def _draft_of(digest: str) -> str:
    return f"import {digest}"


def _cells(kept: TypedForm) -> Cells:
    found: dict[int, dict[str, str]] = {}
    for key, words in kept.fields.items():
        line, _, column = key.partition(" ")
        found.setdefault(int(line), {})[column] = words
    return found


def put_right(session: Session, found: ReferralFile, cells: Cells) -> ReferralFile:
    """The file with some cells typed anew, held against the rules and everyone here again."""
    require(session.user, Action.IMPORT_REFERRALS)
    return _held_against(session, corrected(found, cells, _rules(session)))


def left_after(session: Session, found: ReferralFile, taken: Collection[int]) -> ReferralFile:
    """What is left of a file after some of its lines were taken in: whoever they brought is here now."""
    require(session.user, Action.IMPORT_REFERRALS)
    return _held_against(session, without(found, taken, _rules(session)))


def nurses_here(session: Session, found: ReferralFile) -> Mapping[str, str]:
    """Who teaches the people of a file that are here already, by person; nobody for those on nobody's list."""
    require(session.user, Action.IMPORT_REFERRALS)
    repeated = {str(row.of).removeprefix("patient:") for row in found.rows if str(row.of).startswith("patient:")}
    with session.read() as connection:
        names = {one.id: one.name for one in users(connection)}
        teaching = {
            patient: each.nurse
            for patient in repeated
            for each in episodes_of(connection, patient)
            if each.is_open and each.nurse in names
        }
    return {patient: names[nurse] for patient, nurse in teaching.items() if nurse}


def only(found: ReferralFile, lines: Collection[int]) -> ReferralFile:
    """These lines of the file alone, to take in; what is refused is left out."""
    return replace(found, rows=tuple(row for row in found.rows if row.line in lines), refused=())


def _rules(session: Session) -> Rules:
    return Rules(session.today(), session.kind.value, skill_labels(session))


def _held_against(session: Session, found: ReferralFile) -> ReferralFile:
    with session.read() as connection:
        return against(found, already_here(connection, found))


def cells_of_line(found: ReferralFile, line: int) -> Mapping[str, str]:
    """The cells of a row as they stand, every column of ours among them."""
    raw = next((row.cells for row in found.raw if row.line == line), {})
    return {column: raw.get(column, "") for column in COLUMNS}


def rows_to_fix(found: ReferralFile) -> bytes:
    """The refused rows as a CSV file with the reasons beside each, which can be imported again once it is corrected."""
    others = tuple(dict.fromkeys(name for row in found.refused for name in row.cells if name and name not in COLUMNS))
    columns = (*COLUMNS, *others)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*columns, "row", "what_to_correct"))
    for row in found.refused:
        reasons = [
            f"{said.column or 'row'}: {said.reason}"
            for said in found.findings
            if said.line == row.line and said.kind is Kind.REFUSED
        ]
        cells = [guarded(row.cells.get(column, "")) for column in columns]
        writer.writerow((*cells, row.line, guarded(" ".join(reasons))))
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def save_rows_to_fix(session: Session, found: ReferralFile, path: Path) -> int:
    """Write the refused rows to a file, which leaves the encryption; that is noted. Answers how many."""
    require(session.user, Action.IMPORT_REFERRALS)
    note(session, EXPORT, None)
    try:
        path.write_bytes(rows_to_fix(found))
    except OSError:
        raise FileUnwritable from None
    return len(found.refused)


def template() -> bytes:
    """An empty referral file: the header alone."""
    return (",".join(COLUMNS) + "\r\n").encode("utf-8-sig")


def save_template(path: Path) -> None:
    try:
        path.write_bytes(template())
    except OSError:
        raise FileUnwritable from None
