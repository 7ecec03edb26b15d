"""Taking in what core teams send: a file whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smf_core.domain.core_counts import CoreCount, core_return_id
from smf_core.operations.change_set import ITEMS_MAX, Item
from smf_core.policy.rules import Action, require
from smf_core.records.queries.patients import known_people
from smf_core.records.queries.stated import core_counts, core_returns_here
from smf_desktop.services.auditing import IMPORT
from smf_desktop.services.referral.cells import Finding, Kind
from smf_desktop.services.service.core_files import is_of_returns, read_core_counts, read_core_returns
from smf_desktop.services.session import Session, StoreKind, Touched, Work, new_item

NOT_HERE = "Nobody here has this NHS number; the row is left out."


@dataclass(frozen=True, slots=True)
class CoreImported:
    """What became of a file: `imported` rows are new or say something new, `unchanged` ones were here already.

    With a refused row nothing was taken in.
    """

    records: int
    imported: int
    unchanged: int
    findings: tuple[Finding, ...]
    touched: Touched = frozenset()

    @property
    def refused(self) -> bool:
        return any(each.kind is Kind.REFUSED for each in self.findings)


def import_core_referrals(session: Session, data: bytes) -> CoreImported:
    """Take in referrals to core teams by month; a month that is here already is corrected.

    One refused row means none is taken in. Raises `NotAllowed` or `BadReferralFile`.
    """
    require(session.user, Action.IMPORT_CORE_COUNTS)
    found = read_core_counts(data, today=session.today())
    if found.refused:
        return CoreImported(found.records, 0, 0, found.findings)
    with session.work() as work:
        here = core_counts(work.connection)
        new = [each for each in found.rows if here.get(each.id) != each]
        items = [
            work.change("core_count", each.id, "counted", _counted(each))
            if each.id in here
            else new_item("core_count", each.id, "counted", **_counted(each))
            for each in new
        ]
        for start in range(0, len(items), ITEMS_MAX):
            work.save(items[start : start + ITEMS_MAX], patient=None)
        work.note_access(IMPORT, None, "core_referrals")
    return CoreImported(found.records, len(new), len(found.rows) - len(new), found.findings, frozenset(work.touched))


def import_core_rereferrals(session: Session, data: bytes) -> CoreImported:
    """Take in who was referred to a core team again; whoever is not here is said and left out.

    One refused row means none is taken in. Raises `NotAllowed` or `BadReferralFile`.
    """
    require(session.user, Action.IMPORT_CORE_COUNTS)
    found = read_core_returns(data, today=session.today(), training=session.kind is StoreKind.TRAINING)
    if found.refused:
        return CoreImported(found.records, 0, 0, found.findings)
    unknown: list[Finding] = []
    items: dict[str, Item] = {}
    with session.work() as work:
        people = {
            each.nhs_number: each.id for each in known_people(work.connection, [row.nhs_number for row in found.rows])
        }
        for row in found.rows:
            patient = people.get(row.nhs_number)
            if patient is None:
                unknown.append(Finding(row.line, "nhs_number", Kind.NOTE, NOT_HERE))
                continue
            made = core_return_id(patient, row.received_on, row.team)
            said = {"received_on": row.received_on.isoformat(), "team": row.team, "reason": row.reason}
            items[made] = new_item("core_return", made, "received", patient=patient, **said)
        here = core_returns_here(work.connection, items)
        new = [each for made, each in items.items() if made not in here]
        _save_by_person(work, new)
        work.note_access(IMPORT, None, "core_rereferrals")
    findings = tuple(sorted((*found.findings, *unknown), key=lambda said: said.line))
    return CoreImported(found.records, len(new), len(here), findings, frozenset(work.touched))


def import_core_file(session: Session, data: bytes) -> CoreImported:
    """Take in what a core team sent: its columns say whether it is of months or of people referred again.

    Raises `NotAllowed` or `BadReferralFile`.
    """
    require(session.user, Action.IMPORT_CORE_COUNTS)
    return (import_core_rereferrals if is_of_returns(data) else import_core_referrals)(session, data)


def _counted(count: CoreCount) -> Mapping[str, Any]:
    """Nothing of who imports it or when: the same file on two laptops says the same."""
    said: dict[str, Any] = {"month": count.month.isoformat(), "team": count.team, "count": count.count}
    if count.registered_population is not None:
        said["registered_population"] = count.registered_population
    if count.kind:
        said["kind"] = count.kind
    return said | {"comparison": count.comparison}


def _save_by_person(work: Work, items: Sequence[Item]) -> None:
    by_person: dict[str, list[Item]] = {}
    for each in items:
        by_person.setdefault(each.payload["patient"], []).append(each)
    for patient, theirs in by_person.items():
        work.save(theirs, patient=patient)
