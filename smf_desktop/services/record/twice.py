"""Two records of what may be one visit: a registered nurse says which stands, or that there really were two.

Nothing is taken away: what does not stand is struck and stays readable. Two signatures that stand in one record are
first told apart, each in its author's name; the other one becomes the visit that the save which made it names, so that
two people who decide apart write the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from smf_core.domain.teaching_trouble import ChangedMeanwhile, SettledAlready
from smf_core.domain.twice import PairState, pair_id
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Operation, fold
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.log import held_operations, operations_saved
from smf_core.records.placing import standing_operations
from smf_core.records.queries.disputes import Dispute
from smf_core.records.queries.twice import Twice, seen_twice
from smf_core.records.queries.visits import visit as visit_of
from smf_core.records.signatures import STRUCK_AS_TWICE, Lineage, lineages, with_own
from smf_desktop.services.session import Session, Work, new_item

STANDS = "stands"
"""In what was chosen: the id of the visit that stands alone; nothing where both do."""

OF_VISITS = frozenset({"visit_pair", "visit", "section", "observation", "red_flag"})

_PARTS = frozenset({("section", "taught"), ("observation", "reading"), ("red_flag", "seen")})


def told_items(work: Work, dispute: Dispute, stands: str) -> list[Item]:
    """What is written when somebody says that one visit of a pair stands (its id), or both do (""). Raises
    `SettledAlready`."""
    found = next((one for one in seen_twice(work.connection, _patient(dispute)) if _same(one, dispute)), None)
    if found is None:
        raise SettledAlready
    pair = (found.one.id, found.other.id)
    state = PairState.ONE if stands else PairState.TWO
    said = {"patient": found.patient, "one": min(pair), "other": max(pair), "state": state.value}
    items = [*told_apart(work, found.within)] if found.within else []
    items.append(work.change("visit_pair", pair_id(*pair), "told", said))
    for each in pair:
        struck = _struck(work.connection, each, found.within)
        if stands and each != stands and not struck:
            items.append(struck_item(work, each, STRUCK_AS_TWICE, found.within))
        elif struck and (each == stands or (not stands and (struck == STRUCK_AS_TWICE or found.within))):
            items.append(struck_item(work, each, "", found.within))
    return items


def struck_item(work: Work, visit: str, reason: str, within: str = "", **more: str) -> Item:
    """Strikes one signature as it is known here ("": no more): another of the visit, heard of later, is not struck with
    it. `within` is the visit it was signed as, where it has no record of its own yet."""
    ops = _own(work.connection, visit, within)
    before = fold("visit", visit, ops).value("struck")
    knew = list(lineages(visit, ops)[0].saves) if reason and ops else []
    said = {"reason": reason, **more} | ({"knew": knew} if knew else {})
    return Item(entity="visit", entity_id=visit, kind="struck", bases=before.bases if before else (), payload=said)


def _own(connection: Connection, visit: str, within: str) -> Sequence[Operation]:
    if within and visit != within:
        return with_own(visit, (), held_operations(connection, "visit", within))
    return standing_operations(connection, visit)


def told_apart(work: Work, visit: str) -> Iterator[Item]:
    """Each signature of a visit but the first as a visit of its own, with all that was signed with it.

    What has a record of its own already stays as it is: it may have been amended there.
    """
    held = held_operations(work.connection, "visit", visit)
    first, *others = lineages(visit, held)
    record = work.record("visit", visit)
    for other in others:
        if work.record("visit", other.id).units:
            continue
        if other.missed:
            yield new_item("visit", other.id, "not_gone_ahead", **{**other.latest.payload, "by": other.by})
        else:
            yield new_item("visit", other.id, "signed", **_in_their_name(other))
        planned = record.value("planned")
        if planned is not None:
            yield new_item("visit", other.id, "planned", **planned.shown.payload)
        for kind in ("next", "cosign"):
            said = _last_of(held, kind, other)
            if said is not None:
                yield new_item("visit", other.id, kind, **said.payload)
        yield from _moved(work, visit, other)
    signed = record.value("signed")
    if signed is not None and not signed.settled:
        yield work.change("visit", visit, "signed", first.latest.payload)
    for kind in ("next", "cosign"):
        value, said = record.value(kind), _last_of(held, kind, first)
        if value is not None and not value.settled and said is not None:
            yield work.change("visit", visit, kind, said.payload)


def told_again(op: Operation) -> bool:
    """Whether an operation is what somebody said of two visits, which can be taken back."""
    return (op.entity, op.kind) in (("visit_pair", "told"), ("visit", "struck"))


def untold_item(session: Session, work: Work, op: Operation) -> Item:
    """Takes back what somebody said of two visits: both stand side by side again, and are asked about again.

    Raises `ChangedMeanwhile` where somebody has said something else since, `NotAllowed`.
    """
    require(session.user, Action.STRIKE_VISIT)
    value = work.record(op.entity, op.entity_id).value(op.kind)
    if value is None or value.bases != (op.ref,):
        raise ChangedMeanwhile
    held = {each.ref: each.payload for each in held_operations(work.connection, op.entity, op.entity_id)}
    before = held.get(op.bases[0], {}) if op.bases else {}
    name = "state" if op.kind == "told" else "reason"
    return work.change(op.entity, op.entity_id, op.kind, {**op.payload, name: before.get(name, "")})


def _in_their_name(lineage: Lineage) -> Mapping[str, Any]:
    kept = {name: lineage.first.payload.get(name) for name in ("signed_at", "registered", "role")}
    return {**lineage.latest.payload, **kept, "by": lineage.by}


def _last_of(held: tuple[Operation, ...], kind: str, lineage: Lineage) -> Operation | None:
    """What was said last in the saves of one signature."""
    return next((op for op in reversed(held) if op.kind == kind and op.ref[0] in lineage.saves), None)


def _moved(work: Work, visit: str, lineage: Lineage) -> Iterator[Item]:
    """What was taught and seen at a visit that has a record of its own now."""
    parts = {
        (op.entity, op.entity_id, op.kind): None
        for save in lineage.saves
        for op in operations_saved(work.connection, save)
        if (op.entity, op.kind) in _PARTS and op.payload.get("visit") == visit
    }
    for entity, entity_id, kind in parts:
        value = work.record(entity, entity_id).value(kind)
        if value is not None:
            yield work.change(entity, entity_id, kind, {**value.shown.payload, "visit": lineage.id})


def _struck(connection: Connection, visit: str, within: str) -> str:
    """Why a visit counts nowhere, also one that stands within another yet."""
    held = visit_of(connection, visit)
    if held or not within:
        return held.struck_reason if held else ""
    struck = fold("visit", visit, _own(connection, visit, within)).value("struck")
    return str(struck["reason"] or "") if struck else ""


def _patient(dispute: Dispute) -> str:
    return dispute.twice.patient if dispute.twice else ""


def _same(one: Twice, dispute: Dispute) -> bool:
    return pair_id(one.one.id, one.other.id) == dispute.record
