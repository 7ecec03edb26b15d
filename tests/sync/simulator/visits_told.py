"""What must hold of visits that were signed apart, had not gone ahead, were struck, or were said to be one.

Reckoned from what the hub accepted: who wrote what on top of what.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from smf_core.domain.twice import pair_id
from smf_core.operations.change_set import ChangeSet, Ref
from smf_core.records.queries.twice import seen_twice
from tests.sync.simulator.laptop import SimLaptop

AS_THE_OTHERS = "Recorded twice: it stands in the other record of this visit."
NEAR = timedelta(hours=4)


@dataclass(frozen=True)
class Op:
    """One operation that was accepted."""

    ref: Ref
    author: str
    bases: frozenset[Ref]
    said: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.said.get(name) or ""


@dataclass
class Written:
    """By visit what was signed of it, that it did not go ahead, and its strikes; by pair of visits what they are."""

    signed: dict[str, list[Op]] = field(default_factory=lambda: defaultdict(list))
    missed: dict[str, list[Op]] = field(default_factory=lambda: defaultdict(list))
    struck: dict[str, list[Op]] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, list[Op]] = field(default_factory=lambda: defaultdict(list))
    sections: dict[str, Op] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, accepted: Mapping[str, Any]) -> "Written":
        made = cls()
        kinds = {
            "visit.signed": made.signed,
            "visit.not_gone_ahead": made.missed,
            "visit.struck": made.struck,
            "visit_pair.told": made.told,
        }
        for cs_id, row in sorted(accepted.items()):
            if row.body is None or b'"visit' not in row.body:
                continue
            for index, one in enumerate(ChangeSet(row.head, row.body).items):
                op = Op((cs_id, index), row.author, frozenset((base[0], base[1]) for base in one.bases), one.payload)
                if one.entity == "section" and one.kind == "taught" and not op.bases:
                    made.sections[one.entity_id] = op
                if (into := kinds.get(f"{one.entity}.{one.kind}")) is not None:
                    into[one.entity_id].append(op)
                if one.entity == "visit" and "patient" in one.payload:
                    made.patients[one.entity_id] = one.payload["patient"]
        return made

    def signatures(self, visit: str) -> list[Op]:
        """Each was made by somebody who had heard of no other."""
        return [op for op in self.signed.get(visit, ()) if not op.bases and not op["by"]]


def heads(ops: list[Op]) -> list[Op]:
    """Those on top of which nothing was written, however far below."""
    by_ref = {op.ref: op for op in ops}
    under: set[Ref] = set()
    below = [base for op in ops for base in op.bases]
    while below:
        ref = below.pop()
        if ref not in under:
            under.add(ref)
            below += by_ref[ref].bases if ref in by_ref else ()
    return [op for op in ops if op.ref not in under]


def visits_told(laptop: SimLaptop, shown: set[str], written: Written) -> Iterator[str]:
    """I4, for visits."""
    asked = "SELECT id, patient, status, signed_by, signed_also, struck_reason, started_at FROM visit"
    rows = {row.id: row for row in laptop.rows(asked) if row.patient in shown}
    of_parts = "SELECT id, patient, visit, episode FROM visit_section"
    sections = {row.id: row for row in laptop.rows(of_parts) if row.patient in shown}
    with laptop.store.read() as connection:
        open_ = {pair_id(one.one.id, one.other.id) for who in sorted(shown) for one in seen_twice(connection, who)}
    yield from _signatures(laptop, rows, written, shown)
    yield from _sections(laptop, rows, sections, written)
    yield from _struck(laptop, rows, written)
    yield from _pairs(laptop, rows, sections, written, open_)


def _signatures(laptop: SimLaptop, rows: Mapping[str, Any], written: Written, shown: set[str]) -> Iterator[str]:
    """Each stands in its author's name: in the record that was signed, named beside it, or in a record of its own."""
    for visit in (*written.signed, *written.missed):
        if written.patients.get(visit) not in shown:
            continue
        row = rows.get(visit)
        for op in written.signatures(visit):
            save = op.ref[0]
            own, also = rows.get(save), (row.signed_also or "" if row else "")
            here = any(one and one.status == "signed" and one.signed_by == op.author for one in (row, own))
            if not here and save not in also:
                yield f"I4 {laptop.name}: the signature [{save}] of {visit} stands nowhere"
        for op in written.missed.get(visit, ()):
            own = rows.get(op.ref[0])
            also = row.signed_also or "" if row else ""
            alone = row is not None and row.status == "not_gone_ahead"
            if not op["by"] and not (alone or op.ref[0] in also or (own and own.status == "not_gone_ahead")):
                # Of several the first stands for all: each says no more than that nobody was there.
                others = {one.ref[0] for one in written.missed[visit]}
                if not any(one in also or one in rows for one in others):
                    yield f"I4 {laptop.name}: that {visit} did not go ahead stands nowhere [{op.ref[0]}]"


def _sections(
    laptop: SimLaptop, rows: Mapping[str, Any], sections: Mapping[str, Any], written: Written
) -> Iterator[str]:
    """What somebody wrote stands under their own name, or beside it while two signatures stand in one record."""
    for section, row in sections.items():
        op, visit = written.sections.get(section), rows.get(row.visit)
        if op is None or visit is None or visit.status != "signed":
            continue
        if visit.signed_by != op.author and op.ref[0] not in (visit.signed_also or ""):
            yield f"I4 {laptop.name}: a section of [{op.ref[0]}] stands in a visit of somebody else, {row.visit}"


def _struck(laptop: SimLaptop, rows: Mapping[str, Any], written: Written) -> Iterator[str]:
    """What one nurse signed, and nobody called one with another, is struck as whoever spoke last says."""
    paired = {each for ops in written.told.values() for op in ops for each in (op["one"], op["other"])}
    for visit, row in rows.items():
        if row.status != "signed" or visit in paired or visit in written.missed:
            continue
        if len(written.signatures(visit)) != 1:
            continue
        said = {op["reason"] for op in heads(written.struck.get(visit, []))} or {""}
        if row.struck_reason not in said:
            yield f"I4 {laptop.name}: {visit} {'is' if row.struck_reason else 'is not'} struck"


def _pairs(
    laptop: SimLaptop, rows: Mapping[str, Any], sections: Mapping[str, Any], written: Written, open_: set[str]
) -> Iterator[str]:
    for one, other in _may_be_one(rows, sections, written):
        if pair_id(one, other) not in written.told and pair_id(one, other) not in open_:
            yield f"I4 {laptop.name}: nobody is asked whether {one} and {other} are one visit"
    for pair, ops in written.told.items():
        last = heads(ops)
        one, other = (rows.get(last[0][name]) for name in ("one", "other"))
        if one is None and other is None:
            continue
        answers = {op["state"] for op in last}
        if len(answers) > 1 and pair not in open_ and _both_over(one, other):
            yield f"I4 {laptop.name}: of {pair} two people said different things, and nobody is asked"
        if answers == {"two"} and pair in open_:
            yield f"I4 {laptop.name}: {pair} was said to be two visits, and is asked about"
        if answers != {"one"} or pair in open_ or not _both_over(one, other):
            continue
        reasons = [each.struck_reason for each in (one, other)]
        if not any(reasons):
            yield f"I4 {laptop.name}: {pair} is one visit, and counts twice"
        if all(reasons) and AS_THE_OTHERS in reasons and not _stands_in_a_third(pair, rows, written):
            yield f"I4 {laptop.name}: {pair} is one visit, and counts nowhere"


def _stands_in_a_third(pair: str, rows: Mapping[str, Any], written: Written) -> bool:
    """Whether the visit counts in a record that somebody said is one visit with either of these two."""
    these = {op[name] for op in heads(written.told[pair]) for name in ("one", "other")}
    said_one = ({op["one"], op["other"]} for ops in written.told.values() for op in heads(ops) if op["state"] == "one")
    others = set[str]().union(*(both for both in said_one if both & these)) - these
    return any(each in rows and not rows[each].struck_reason for each in others)


def _both_over(*rows: Any) -> bool:
    return all(row is not None and row.status in ("signed", "not_gone_ahead") for row in rows)


def _may_be_one(rows: Mapping[str, Any], sections: Mapping[str, Any], written: Written) -> Iterator[tuple[str, str]]:
    """Signatures in one record, each but the first by its save; and visits of two nurses within four hours."""
    for visit, row in rows.items():
        for other in (each.partition("+")[0] for each in (row.signed_also or "").split(",") if each):
            apart = rows.get(other)
            if apart is None or not (row.struck_reason or apart.struck_reason):
                yield visit, other
    taught: defaultdict[str, set[str]] = defaultdict(set)
    for each in sections.values():
        taught[each.visit].add(each.episode)
    by_person: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows.values():
        if row.status == "signed" and not row.struck_reason:
            by_person[row.patient].append(row)
    for theirs in by_person.values():
        for one, other in combinations(theirs, 2):
            near = abs(datetime.fromisoformat(one.started_at) - datetime.fromisoformat(other.started_at)) < NEAR
            if near and one.signed_by != other.signed_by and taught[one.id] & taught[other.id]:
                yield one.id, other.id
