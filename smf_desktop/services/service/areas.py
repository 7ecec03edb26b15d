"""The list of areas, by which a postcode says how deprived a place is: taken in whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smf_core.domain.area import LEAST_DEPRIVED, MOST_DEPRIVED, Area, BadArea, area_code
from smf_core.domain.stated import BaselineOf
from smf_core.domain.text import clean_identity
from smf_core.operations.change_set import ITEMS_MAX, Item
from smf_core.policy.rules import Action, require
from smf_core.records.queries.areas import area_records, areas
from smf_core.records.queries.stated import baselines
from smf_desktop.services.auditing import IMPORT
from smf_desktop.services.referral.cells import REASONS, CellReader, Finding, Kind, RawRow, rows_of
from smf_desktop.services.session import Session, Touched, Work, new_item

COLUMNS = REQUIRED = ("area", "decile")
MOST = 60_000
"""Areas in one list: a county has some thirty thousand postcodes."""

LONGEST_EDITION = 100
"""Characters of the name of an edition; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class AreasImported:
    """What a list of areas changed, as counts of areas; `gone` are those that it leaves out.

    With a refused row nothing was taken in.
    """

    records: int
    findings: tuple[Finding, ...]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    touched: Touched = frozenset()

    @property
    def refused(self) -> bool:
        return any(each.kind is Kind.REFUSED for each in self.findings)


class _Reader(CellReader):
    reasons = REASONS | {
        "area": "Use a postcode (DE22 3ZA), a sector with its space (DE22 3) or a district (DE22).",
        "decile": "A decile is a whole number from 1, the most deprived tenth, to 10.",
        "two_deciles": "This area is earlier in the file with another decile.",
        "repeated": "This row is earlier in the file.",
        "no_area": "The list names no area.",
        "too_many": f"A list has {MOST:,} areas at most. List sectors in place of postcodes.",
    }

    def area(self) -> str:
        text = self.needed("area")
        try:
            return area_code(text) if text else ""
        except BadArea:
            self.refuse("area", "area")
            return ""

    def decile(self) -> int | None:
        text = self.needed("decile")
        if text.isdecimal() and len(text) < 3 and MOST_DEPRIVED <= int(text) <= LEAST_DEPRIVED:
            return int(text)
        if text:
            self.refuse("decile", "decile")
        return None


def import_areas(session: Session, data: bytes, edition: str = "") -> AreasImported:
    """Take a CSV list `area,decile` in, in place of the one before: areas that it leaves out count no more.

    `edition` names the edition of the index that the list is of; "" where nobody knows. One refused row means none is
    taken in. Raises `NotAllowed` or `BadReferralFile`.
    """
    require(session.user, Action.IMPORT_CORE_COUNTS)
    raw, head = rows_of(data, COLUMNS, REQUIRED)
    listed, said = _read(session, raw)
    findings = (*head, *said)
    found = AreasImported(len(raw), findings)
    if found.refused:
        return found
    with session.work() as work:
        before = {each.code: each for each in areas(work.connection)}
        known = area_records(work.connection)
        new = [each for code, each in listed.items() if before.get(code) != each]
        gone = [each for code, each in before.items() if code not in listed]
        items = [_listed(work, each, known) for each in new]
        items += [work.change("area", each.id, "listed", _said(each) | {"gone": True}) for each in gone]
        for start in range(0, len(items), ITEMS_MAX):
            work.save(items[start : start + ITEMS_MAX], patient=None)
        if named := _edition(session, work, clean_identity(edition).text[:LONGEST_EDITION]):
            work.save(named, patient=None)
        work.note_access(IMPORT, None, "areas")
    changed = sum(each.code in before for each in new)
    return AreasImported(
        records=len(raw),
        findings=findings,
        added=len(new) - changed,
        changed=changed,
        unchanged=len(listed) - len(new),
        gone=len(gone),
        touched=frozenset(work.touched),
    )


def _read(session: Session, raw: tuple[RawRow, ...]) -> tuple[Mapping[str, Area], tuple[Finding, ...]]:
    """The areas by code, and what is said of the rows."""
    listed: dict[str, Area] = {}
    lines: dict[str, int] = {}
    findings: list[Finding] = []
    for row in raw:
        reader = _Reader(row.line, row.cells, today=session.today(), training=True)
        if not row.whole:
            reader.refuse("", "cells")
        code, decile = reader.area(), reader.decile()
        if not reader.refused and decile is not None:
            area = Area(code, decile)
            if listed.setdefault(code, area) != area:
                reader.refuse("decile", "two_deciles")
            elif lines.setdefault(code, row.line) != row.line:
                reader.findings.append(
                    Finding(row.line, None, Kind.DUPLICATE, reader.reasons["repeated"], f"line:{lines[code]}")
                )
        findings += reader.findings
    if not raw or len(listed) > MOST:
        said = _Reader.reasons["too_many" if listed else "no_area"]
        findings.append(Finding(len(raw) + 1, None, Kind.REFUSED, said))
    return listed, tuple(findings)


def _edition(session: Session, work: Work, edition: str) -> list[Item]:
    """What says which edition the list is of from now on; what was said of the one before stands no more."""
    standing = [each for each in baselines(work.connection, BaselineOf.AREAS) if not each.withdrawn]
    if edition and edition in {each.source for each in standing}:
        return []
    items = []
    for each in standing:
        said = work.record("baseline", each.id).value("stated")
        assert said is not None
        items.append(work.change("baseline", each.id, "stated", {**said.shown.payload, "withdrawn": True}))
    if edition:
        stated = {"what": BaselineOf.AREAS.value, "source": edition}
        signed = {"on": session.today().isoformat(), "by": session.user.id}
        items.append(new_item("baseline", session.new_id(), "stated", **stated, **signed))
    return items


def _listed(work: Work, area: Area, known: frozenset[str]) -> Item:
    if area.id in known:
        return work.change("area", area.id, "listed", _said(area))
    return new_item("area", area.id, "listed", **_said(area))


def _said(area: Area) -> dict[str, Any]:
    """Nothing of who imports it or when: the same list on two laptops says the same."""
    return {"code": area.code, "decile": area.decile}
