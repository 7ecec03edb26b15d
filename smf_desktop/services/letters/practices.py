"""Practices and core teams: taken in from a list, found by name, kept up to date."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.letter_trouble import BadPracticeFile, TeamNameNeeded
from smf_core.domain.practice import CoreTeam, Practice
from smf_core.domain.teaching_trouble import ChangedMeanwhile
from smf_core.domain.text import clean_identity, clean_lines
from smf_core.operations.change_set import ITEMS_MAX, Item
from smf_core.policy.rules import Action, require
from smf_core.records.queries import practices as queries
from smf_desktop.services.session import Session, Touched, new_item

COLUMNS = ("code", "name", "address", "postcode", "phone", "opened_on", "closed_on", "successor")
REQUIRED = frozenset({"code", "name"})
LARGEST_FILE = 20_000_000
_DATES = frozenset({"opened_on", "closed_on"})
_LINES = frozenset({"address"})


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a list of practices changed, as counts of practices."""

    added: int
    changed: int
    unchanged: int
    touched: Touched


def find_practices(session: Session, text: str, limit: int = 20) -> tuple[Practice, ...]:
    """Practices by the start of their code or words of their name; closed ones last."""
    with session.read() as connection:
        return queries.find_practices(connection, clean_identity(text).text, limit)


def import_practices(session: Session, data: bytes) -> TakenIn:
    """Take a CSV list of practices in: a practice already here is brought up to date, none is taken away.

    Columns `code,name,address,postcode,phone,opened_on,closed_on,successor` in any order; the first two are needed.
    Raises `NotAllowed` or `BadPracticeFile`; then nothing has changed.
    """
    require(session.user, Action.IMPORT_PRACTICES)
    if len(data) > LARGEST_FILE:
        raise BadPracticeFile("too_big")
    rows = {row["code"]: row for row in read_practices(data)}
    touched: set[str] = set()
    added = changed = 0
    codes = list(rows)
    for start in range(0, len(codes), ITEMS_MAX):
        part = codes[start : start + ITEMS_MAX]
        with session.work() as work:
            known = queries.practices(work.connection, part)
            records = queries.practice_records(work.connection, part)
            items: list[Item] = []
            for code in part:
                said = {name: value for name, value in rows[code].items() if value}
                if code not in known:
                    added += 1
                    items.append(new_item("practice", session.new_id(), "listed", **said))
                elif said != _said(known[code]):
                    changed += 1
                    items.append(work.change("practice", records[code], "listed", said))
            if items:
                work.save(items, patient=None)
        touched |= work.touched
    return TakenIn(added, changed, len(codes) - added - changed, frozenset(touched))


def read_practices(data: bytes) -> Iterator[Mapping[str, str]]:
    """The rows of a list of practices, cleaned, dates in ISO form. Raises `BadPracticeFile`."""
    lines = csv.DictReader(io.StringIO(_text(data), newline=""), restkey="")
    header = [clean_identity(name or "").text.casefold() for name in lines.fieldnames or ()]
    if not header:
        raise BadPracticeFile("no_header")
    if not REQUIRED.issubset(header):
        raise BadPracticeFile("missing_columns")
    lines.fieldnames = header
    try:
        for number, row in enumerate(lines, start=2):
            yield {name: _cell(name, row.get(name) or "", number) for name in COLUMNS}
    except csv.Error:
        raise BadPracticeFile("row", lines.line_num) from None


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadPracticeFile("not_text")


def _cell(name: str, text: str, line: int) -> str:
    if name in _DATES and text.strip():
        try:
            return parse_csv_date(text.strip()).isoformat()
        except BadDate:
            raise BadPracticeFile("row", line) from None
    cleaned = (clean_lines(text) if name in _LINES else clean_identity(text)).text
    if name in REQUIRED and not cleaned:
        raise BadPracticeFile("row", line)
    return cleaned.upper() if name in ("code", "successor") else cleaned


def _said(practice: Practice) -> Mapping[str, str]:
    """A practice as a row of the list says it, without what it does not say."""
    day: dict[str, date | None] = {"opened_on": practice.opened_on, "closed_on": practice.closed_on}
    found = {name: getattr(practice, name) for name in COLUMNS if name not in day}
    found |= {name: on.isoformat() for name, on in day.items() if on is not None}
    return {name: value for name, value in found.items() if value}


# --- core teams ----------------------------------------------------------------------------------


def core_teams(session: Session) -> tuple[CoreTeam, ...]:
    with session.read() as connection:
        return queries.core_teams(connection)


def add_core_team(session: Session, team: CoreTeam) -> Touched:
    """Write a core team down; it gets an id of its own."""
    require(session.user, Action.IMPORT_PRACTICES)
    with session.work() as work:
        work.save([new_item("core_team", session.new_id(), "listed", **_team_said(team))], patient=None)
    return frozenset(work.touched)


def change_core_team(session: Session, shown: CoreTeam, team: CoreTeam) -> Touched:
    """Say anew what is known of the team that a form showed. Raises `ChangedMeanwhile` where it is not so any more."""
    return _relisted(session, shown, _team_said(team))


def end_core_team(session: Session, shown: CoreTeam) -> Touched:
    """A core team is not there any more; letters written to it stay. Raises `ChangedMeanwhile`."""
    return _relisted(session, shown, {"name": shown.name, "ended": True})


def _relisted(session: Session, shown: CoreTeam, said: Mapping[str, Any]) -> Touched:
    require(session.user, Action.IMPORT_PRACTICES)
    with session.work() as work:
        if shown not in queries.core_teams(work.connection):
            raise ChangedMeanwhile
        work.save([work.change("core_team", shown.id, "listed", said)], patient=None)
    return frozenset(work.touched)


def _team_said(team: CoreTeam) -> Mapping[str, str]:
    said = {"name": team.name, "phone": team.phone, "address": team.address, "locality": team.locality}
    cleaned = {name: clean_lines(value).text for name, value in said.items()}
    if not cleaned["name"].strip():
        raise TeamNameNeeded
    return {name: value for name, value in cleaned.items() if value}
