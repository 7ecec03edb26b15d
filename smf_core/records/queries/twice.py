"""Visits that two nurses may have written down, or been booked for, as one: told until somebody says what they were."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from smf_core.domain.twice import DAY, Made, PairState, may_be_one, pair_id, pairs_that_may_be_one
from smf_core.domain.visit import Reading
from smf_core.operations.fold import Operation
from smf_core.records import tables as t
from smf_core.records.instants import moment, utc_text
from smf_core.records.log import held_operations, operations_saved
from smf_core.records.placing import standing_operations
from smf_core.records.queries.batches import among, codes, grouped, rows_in
from smf_core.records.queries.visits import BOOKED, MISSED, SIGNED, STANDS
from smf_core.records.signatures import STRUCK_AS_TWICE, Lineage, lineages, signatures_of

TWICE = "twice"
"""The unit under which such a pair stands among what is to be settled."""

NOT_GONE_AHEAD = "not_gone_ahead"

_v = t.visit.c
_SHOWN = (
    *(_v.id, _v.patient, _v.started_at, _v.started_offset, _v.planned_at, _v.planned_offset, _v.minutes),
    *(_v.planned_minutes, _v.signed_by, _v.planned_nurse, _v.planned_episodes, _v.dose, _v.status),
    *(_v.struck_reason, _v.signed_also, _v.not_gone_ahead_reason, _v.not_gone_ahead_note),
)
_TAUGHT = among(
    select(t.visit_section.c.visit, t.visit_section.c.episode).order_by(t.visit_section.c.id), t.visit_section.c.visit
)
_LATELY = select(_v.id, _v.patient, _v.started_at, _v.signed_by).where(SIGNED, _v.started_at >= bindparam("since"))
_ALSO = select(_v.id, _v.signed_also).where(SIGNED, _v.signed_also.is_not(None))
_NAMED = among(select(*_SHOWN), _v.id)
_OVER_OF = among(select(*_SHOWN).where(or_(SIGNED, MISSED)), _v.patient)
_TOLD = among(select(t.visit_pair), t.visit_pair.c.id)
_TOLD_APART = select(t.visit_pair.c.one, t.visit_pair.c.other).where(~t.visit_pair.c.settled)
"""Of whom two people said different things: they are asked even where by now other records of the visit are."""
_SKILLS = among(select(t.episode.c.id, t.episode.c.skill), t.episode.c.id)

VisitRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records of what may be one visit. `id` is the visit it is, or will be once it is told apart: two
    signatures may stand in one record. `saved` is the save that signed it; `stands` is False for one that was struck.
    `readings` and `notes` (by section) are what was written at it; `missed` is why it did not go ahead,
    "" where it did.
    """

    id: str
    at: datetime
    minutes: int
    by: str
    skills: tuple[str, ...]
    dose: str
    saved: str
    readings: tuple[Reading, ...]
    notes: Mapping[str, str]
    stands: bool = True
    missed: str = ""


@dataclass(frozen=True, slots=True)
class Twice:
    """Two records of which nobody has said what they are, the earlier first. `within` is the visit that both were
    signed as, "" for two visits."""

    patient: str
    one: Side
    other: Side
    within: str = ""


def signers(connection: Connection, visit: str) -> frozenset[str]:
    """Who signed a visit, each without having heard of the others."""
    found = lineages(visit, held_operations(connection, "visit", visit))
    return frozenset(each.by for each in found if not each.missed)


def seen_twice(connection: Connection, patient: str) -> tuple[Twice, ...]:
    """What of one person's signed visits may be one visit, and nobody has said yet; the earliest first."""
    rows = {
        row.id: row for row in connection.execute(select(*_SHOWN).where(_v.patient == patient, or_(SIGNED, MISSED)))
    }
    found = []
    for one, other in _open(connection, rows):
        sides = [_side(connection, rows[one]), _side(connection, rows[other])] if other in rows else []
        sides = sides or [side for side in _sides(connection, rows[one]) if side.id in (one, other)]
        first, second = _each_its_own(connection, *sorted(sides, key=lambda side: (side.at, side.id)))
        found.append(Twice(patient, first, second, "" if other in rows else one))
    return tuple(sorted(found, key=lambda pair: (pair.one.at, pair.one.id, pair.other.id)))


def people_seen_twice(connection: Connection, since: datetime) -> Mapping[str, Counter[str]]:
    """Everyone with visits since a moment that may be one, as `disputes.people_apart` has it."""
    late = connection.execute(_LATELY, {"since": utc_text(since)}).all()
    also = [each for row in connection.execute(_ALSO) for each in (row.id, *signatures_of(row.signed_also))]
    told = [each for pair in connection.execute(_TOLD_APART) for each in pair]
    by_id = {row.id: row for row in rows_in(connection, _NAMED, (*_near(late), *also, *told))}
    found: dict[str, Counter[str]] = {}
    for one, _ in _open(connection, by_id):
        found.setdefault(by_id[one].patient, Counter())[TWICE] += 1
    return found


def visits_seen_twice(connection: Connection, patients: Collection[str], since: datetime) -> frozenset[str]:
    """Of these people's visits from a moment on, those that may be one with another, and nobody has said yet."""
    early = utc_text(since - DAY)
    by_id = {row.id: row for row in rows_in(connection, _OVER_OF, patients) if (row.started_at or "") >= early}
    return frozenset(each for pair in _open(connection, by_id) for each in pair)


def visits_against(connection: Connection, patient: str, since: datetime) -> tuple[tuple[Made, Made], ...]:
    """What of one person's visits from a moment on may be one and is not over: both booked, or one made and one booked.

    The one that is booked comes second.
    """
    at = utc_text(since)
    own = select(*_SHOWN).where(
        _v.patient == patient,
        STANDS,
        or_(SIGNED & (_v.started_at >= at), BOOKED & (_v.planned_at >= at)),
    )
    made = _made(connection, connection.execute(own).all())
    found = [pair for pair in pairs_that_may_be_one(made.values()) if not all(each.signed for each in pair)]
    told = _told(connection, [(one.id, other.id) for one, other in found])
    pairs = [pair for pair in found if told.get(pair_id(pair[0].id, pair[1].id), "") != PairState.TWO]
    return tuple((one, other) if one.signed or not other.signed else (other, one) for one, other in pairs)


def signed_near(connection: Connection, made: Made) -> tuple[Made, ...]:
    """Signed visits of the same person, by others, that may be the one somebody is writing down."""
    own = select(*_SHOWN).where(_v.patient == made.patient, SIGNED, STANDS, _v.id != made.id)
    near = _made(connection, [row for row in connection.execute(own) if abs(_at(row) - made.at) <= DAY])
    return tuple(each for each in sorted(near.values(), key=lambda each: each.at) if may_be_one(each, made))


# --- which -----------------------------------------------------------------------------------------


def _open(connection: Connection, rows: Mapping[str, VisitRow]) -> list[tuple[str, str]]:
    """Pairs nobody has told apart; the second of a pair has no row while both signatures stand in one."""
    made = _made(
        connection,
        [rows[each] for each in _near(row for row in rows.values() if row.status == "signed" and row.started_at)],
    )
    found: dict[tuple[str, str], None] = {}
    for theirs in grouped(made.values(), lambda each: each.patient).values():
        found |= {(one.id, other.id): None for one, other in pairs_that_may_be_one(theirs)}
    for row in rows.values():
        found |= {(row.id, also): None for also in signatures_of(row.signed_also)}
    found |= {(one, other): None for one, other in connection.execute(_TOLD_APART) if one in rows and other in rows}
    told = _told(connection, found)
    return [pair for pair in found if _is_open(told.get(pair_id(*pair), ""), [rows.get(each) for each in pair])]


def _is_open(said: str | None, rows: Sequence[VisitRow | None]) -> bool:
    """Not told yet, told differently by two people, or told to be one while both stand, or while neither does though
    one was struck for the other. One record that two signed (then there is no row of the other) stands for nobody who
    was not heard of when it was struck."""
    if said is None or said == PairState.TWO:
        return said is None
    reasons = [row.struck_reason if row else "" for row in rows]
    return not any(reasons) or None in rows or (all(reasons) and STRUCK_AS_TWICE in reasons)


def _told(connection: Connection, pairs: Iterable[tuple[str, str]]) -> Mapping[str, str | None]:
    """What was said of some pairs; None where two people said different things."""
    ids = [pair_id(one, other) for one, other in pairs]
    return {row.id: row.state if row.settled else None for row in rows_in(connection, _TOLD, ids)}


def _near(rows: Iterable[VisitRow]) -> list[str]:
    """Those of some signed visits that lie near one of the same person, where several have signed: few of thousands."""
    found: dict[str, None] = {}
    for theirs in grouped(rows, lambda row: row.patient).values():
        if len({row.signed_by for row in theirs}) < 2:
            continue
        in_order = sorted(theirs, key=lambda row: row.started_at)
        for one, other in pairwise(in_order):
            if date.fromisoformat(other.started_at[:10]) - date.fromisoformat(one.started_at[:10]) <= DAY:
                found |= {one.id: None, other.id: None}
    return list(found)


def _sides(connection: Connection, row: VisitRow) -> Iterator[Side]:
    """The signatures that stand in one record, each as if it had one of its own."""
    for each in lineages(row.id, held_operations(connection, "visit", row.id)):
        said = each.latest.payload
        sections, readings = _written(connection, each)
        yield Side(
            id=each.id,
            at=datetime.fromisoformat(str(said.get("at" if each.missed else "started_at") or each.latest.care_time)),
            minutes=int(said.get("minutes") or 0),
            by=each.by,
            skills=_skills(connection, [str(one.payload.get("episode")) for one in sections]),
            dose=row.dose,
            saved=each.first.ref[0],
            readings=readings,
            notes={"": str(said.get("note") or "")} if each.missed else _notes(sections),
            missed=str(said.get("reason") or NOT_GONE_AHEAD) if each.missed else "",
        )


def _side(connection: Connection, row: VisitRow) -> Side:
    made = _made(connection, [row])[row.id]
    signed = lineages(row.id, standing_operations(connection, row.id))[0]
    sections, readings = _written(connection, signed)
    return Side(
        id=row.id,
        at=made.at,
        minutes=made.minutes,
        by=signed.by,
        skills=_skills(connection, made.episodes),
        dose=made.dose,
        saved=signed.first.ref[0],
        readings=readings,
        notes={"": row.not_gone_ahead_note} if signed.missed else _notes(sections),
        stands=not row.struck_reason,
        missed=row.not_gone_ahead_reason or NOT_GONE_AHEAD if signed.missed else "",
    )


def _written(connection: Connection, signed: Lineage) -> tuple[list[Operation], tuple[Reading, ...]]:
    """The sections and the readings of one signature as they say now, readings by time."""
    latest: dict[tuple[str, str, str], Operation] = {}
    for save in signed.saves:
        latest |= {(op.entity, op.entity_id, op.kind): op for op in operations_saved(connection, save)}
    sections = [op for op in latest.values() if (op.entity, op.kind) == ("section", "taught")]
    readings = [_reading(op) for op in latest.values() if (op.entity, op.kind) == ("observation", "reading")]
    return sections, tuple(sorted(readings, key=lambda each: (each.at, each.observation)))


def _each_its_own(connection: Connection, one: Side, other: Side) -> tuple[Side, Side]:
    """Without what the other's own save wrote: putting two back together writes both into the first."""
    first, second = ({op.entity_id for op in operations_saved(connection, side.saved)} for side in (one, other))
    return _without(one, second - first), _without(other, first - second)


def _without(side: Side, others: Collection[str]) -> Side:
    return replace(
        side,
        readings=tuple(each for each in side.readings if each.id not in others),
        notes={section: words for section, words in side.notes.items() if section not in others},
    )


def _reading(op: Operation) -> Reading:
    said = op.payload
    return Reading(
        id=op.entity_id,
        observation=str(said["observation"]),
        at=datetime.fromisoformat(str(said["at"])),
        value=str(said.get("value") or ""),
        unit=str(said.get("unit") or ""),
        note=str(said.get("note") or ""),
    )


def _notes(sections: Iterable[Operation]) -> Mapping[str, str]:
    return {one.entity_id: str(one.payload["notes"]) for one in sections if one.payload.get("notes")}


def _skills(connection: Connection, pathways: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({row.skill for row in rows_in(connection, _SKILLS, pathways)}))


def _at(row: VisitRow) -> datetime:
    return moment(row.started_at, row.started_offset) if row.started_at else moment(row.planned_at, row.planned_offset)


def _made(connection: Connection, rows: Iterable[VisitRow]) -> Mapping[str, Made]:
    held = list(rows)
    signed = [row.id for row in held if row.status == "signed"]
    taught = grouped(rows_in(connection, _TAUGHT, signed), lambda row: str(row.visit))
    return {
        row.id: Made(
            id=row.id,
            patient=row.patient,
            at=_at(row),
            minutes=(row.minutes or 0) if row.status == "signed" else (row.planned_minutes or 0),
            nurse=(row.signed_by if row.status == "signed" else row.planned_nurse) or "",
            episodes=frozenset(each.episode for each in taught[row.id]) or frozenset(codes(row.planned_episodes)),
            signed=row.status == "signed",
            dose=row.dose,
        )
        for row in held
    }
