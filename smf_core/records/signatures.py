"""The signatures of a visit that knew nothing of one another, and what was written under each of them.

Told apart, each but the first has a record of its own (`queries.twice`). What its author wrote under the visit's id
before hearing of that is of this record: so nobody's words land in another's, and nobody has to write them again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from smf_core.operations.change_set import Ref
from smf_core.operations.fold import Operation, in_order

PARTS = frozenset({"section", "observation", "red_flag"})
"""What names the visit that it was written at."""

_OF_A_SIGNATURE = frozenset({"struck", "cosign", "cosigned"})
"""What is said of one signature and of no other that its author had not heard of."""

_COPIED = frozenset({"signed", "cosign"})
"""What a record of its own begins with, as it stood in the visit's."""

STRUCK_AS_TWICE = "Recorded twice: it stands in the other record of this visit."

_OF_ITS_PLACE = frozenset({"by", "signed_at", "registered", "role", "patient", "visit"})
"""Where something stands and in whose name, not what it says."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """One signature of a visit and what was amended on top of it alone; `latest` is what it says now.

    `missed`: somebody wrote instead that the visit did not go ahead.
    """

    id: str
    first: Operation
    latest: Operation
    saves: tuple[str, ...]
    missed: bool = False

    @property
    def by(self) -> str:
        """Whose signature it is, whoever told it apart."""
        return str(self.first.payload.get("by") or self.first.author)


def lineages(visit: str, ops: Iterable[Operation]) -> tuple[Lineage, ...]:
    """The signatures of a visit that knew nothing of one another, the earliest first; one is the rule.

    The first keeps the visit's id, each other has that of the save that made it, the same on every laptop. What was
    amended on top of several is the first one's. That it did not go ahead stands like a signature beside them, last.
    """
    written = in_order(ops)
    signed = {op.ref: op for op in written if op.kind == "signed"}
    begun = [op for op in signed.values() if not op.bases] or list(signed.values())[:1]
    begun[1:] = [op for op in begun[1:] if not op.payload.get("by")]  # told apart on two laptops: one signature
    of = {op.ref: frozenset({op.ref}) for op in begun}
    for op in signed.values():  # bases were written before what is made on top of them
        if op.ref not in of:
            under = [of.get(base, frozenset()) for base in op.bases]
            of[op.ref] = frozenset[Ref]().union(*under) if op.bases else of[begun[0].ref]
    found = []
    for place, first in enumerate(begun):
        # What is written on top of several goes with the first of them.
        own = [op for op in signed.values() if of[op.ref] == {first.ref} or (place == 0 and first.ref in of[op.ref])]
        name = visit if place == 0 else first.ref[0]
        found.append(Lineage(name, first, own[-1], tuple(op.ref[0] for op in own)))
    missed = [op for op in written if op.kind == "not_gone_ahead"]
    if missed:
        saves = tuple(op.ref[0] for op in missed)
        found.append(Lineage(saves[0] if found else visit, missed[0], missed[-1], saves, missed=True))
    return tuple(found)


def also_signed(others: Iterable[Lineage]) -> str:
    """Signatures but the first as a column holds them: `id+save+save,id`."""
    return ",".join("+".join(each.saves) for each in others)


def signatures_of(also: str | None) -> Mapping[str, tuple[str, ...]]:
    """What `also_signed` wrote: the saves of each signature by its id."""
    found = [tuple(each.split("+")) for each in (also or "").split(",") if each]
    return {saves[0]: saves for saves in found}


@dataclass(frozen=True, slots=True)
class Apart:
    """Signatures that have a record of their own. By save: the visit it names, and the one it is of; nearly always
    empty."""

    saves: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def named(self, visit: str) -> str:
        """Under which id a visit was signed that has a record of its own now, "" for any other."""
        return next((named for named, own in self.saves.values() if own == visit), "")

    def part(self, ops: Sequence[Operation]) -> Sequence[Operation]:
        """The operations of a section, a reading or a red flag, under the visit that each is of."""
        if not any(op.ref[0] in self.saves for op in ops):
            return ops
        placed = {op.ref: self._placed(op) for op in ops}
        same = {
            op.ref: op.bases[0]
            for op in placed.values()
            if len(op.bases) == 1 and (base := placed.get(op.bases[0])) and words(op) == words(base)
        }
        return _without(placed.values(), same)

    def _placed(self, op: Operation) -> Operation:
        named, own = self.saves.get(op.ref[0], ("", ""))
        moves = named and op.payload.get("visit") == named
        return replace(op, payload={**op.payload, "visit": own}) if moves else op


def with_own(visit: str, ops: Sequence[Operation], named: Sequence[Operation]) -> Sequence[Operation]:
    """The operations of a signature that has a record of its own, `named` being those of the visit it was written as.

    What told it apart says what stood then: it is left out for what it copied, so that what came later stands on that.
    """
    mine = next((each for each in lineages("", named) if each.id == visit), None)
    if mine is None or mine.missed:
        return ops
    own = [op for op in named if op.kind == "signed" and op.ref[0] in mine.saves]
    own += [op for op in named if op.kind in _OF_A_SIGNATURE and spoken_of(op) & set(mine.saves)]
    said = {(op.kind, words(op)): op.ref for op in own if op.kind in _COPIED}
    copies = {op.ref: said[op.kind, words(op)] for op in ops if not op.bases and (op.kind, words(op)) in said}
    return _without([*(replace(op, entity_id=visit) for op in own), *ops], copies)


def spoken_of(op: Operation) -> frozenset[str]:
    """The saves of the signature that something is said of: those it names, and the one it was said in."""
    return knew(op) | {op.ref[0]}


def knew(op: Operation) -> frozenset[str]:
    """The saves of the signature that somebody struck, co-signed or asked to be co-signed: what they had heard of."""
    said = op.payload.get("knew")
    return frozenset(map(str, said)) if isinstance(said, list) else frozenset()


def _without(ops: Iterable[Operation], same: Mapping[Ref, Ref]) -> list[Operation]:
    """Operations but for those that say the same as another; what was made on top of them is on top of that."""

    def stands(ref: Ref) -> Ref:
        seen: Collection[Ref] = set()
        while ref in same and ref not in seen:
            seen = {*seen, ref}
            ref = same[ref]
        return ref

    return [
        replace(op, bases=tuple(dict.fromkeys(map(stands, op.bases)))) if same else op
        for op in ops
        if op.ref not in same or stands(op.ref) in same  # only a forged ring says the same as nothing but itself
    ]


def words(op: Operation) -> str:
    """What an operation says, wherever and in whose name it stands."""
    said = {name: value for name, value in op.payload.items() if name not in _OF_ITS_PLACE}
    return str(sorted((name, value) for name, value in said.items() if value not in (None, "")))
