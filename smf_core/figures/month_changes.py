"""What came for a month after it was closed: late visits, amendments, strikes, discharges, corrected counts.

A replica numbers its change sets, so the highest number heard of each says what had come by then.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from smf_core.domain.core_counts import month_after
from smf_core.operations.fold import Operation
from smf_core.records import tables as t
from smf_core.records.instants import day_of
from smf_core.records.log import held
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.visits import COMPLETED, SIGNED

_V, _S, _E, _R, _C, _I = (each.c for each in (t.visit, t.visit_section, t.episode, t.referral, t.change_set, t.item))
_SAVED = among(
    select(_I.entity, _I.entity_id, _I.cs_id, _C.replica, _C.seq).join(t.change_set, _C.cs_id == _I.cs_id),
    _I.entity_id,
)


class Change(StrEnum):
    """Why a figure of a closed month may be another now."""

    VISITS_LATE = "visits_late"
    """Visits of the month that came after it was closed."""

    VISITS_AMENDED = "visits_amended"
    VISITS_STRUCK = "visits_struck"
    VISITS_OTHERWISE = "visits_otherwise"
    """How many more visits the month has for a reason that cannot be told; fewer where it is negative."""

    DISCHARGES_LATE = "discharges_late"
    DISCHARGES_CHANGED = "discharges_changed"
    DISCHARGES_OTHERWISE = "discharges_otherwise"
    """As of visits; one that was taken back is among them."""

    CORE_COUNTS = "core_counts"
    """Counts of core teams that came or were corrected."""

    DEFINITION = "definition"
    """The figure means something else since: another version of its definition."""

    NOW = "now"
    """The figure is of the day it is asked on, not of the month."""

    ELSE = "else"
    """Something else in the records: a referral, a hold, a death, a return."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What had been heard of when a month was closed: by replica the highest number of what the month is made of, and
    how many visits and discharges it had."""

    replicas: dict[str, int]
    visits: int
    discharges: int


def heard_of(connection: Connection, month: date, team: str) -> Heard:
    """What the records of a month say has been heard of."""
    visits, discharges = _visits(connection, month, team), _discharged(connection, month, team)
    named = (*visits, *discharges, *_core_counts(connection))
    replicas: Counter[str] = Counter()
    for row in rows_in(connection, _SAVED, named):
        replicas[row.replica] = max(replicas[row.replica], row.seq)
    return Heard(dict(replicas), sum(visits.values()), len(discharges))


def changes_since(connection: Connection, month: date, team: str, heard: Heard) -> Mapping[Change, int]:
    """What has come since, and what it changed; what did not change is not in it."""
    visits, discharges = _visits(connection, month, team), _discharged(connection, month, team)
    counts = _core_counts(connection)
    new = _came_since(connection, (*visits, *discharges, *counts), heard)
    named = sorted({(entity, entity_id) for entity, entity_id, _ in new if entity in ("visit", "episode")})
    ops = held(connection, named)
    saves = {cs_id for _, _, cs_id in new}
    found = Counter(
        change
        for (entity, entity_id) in named
        if (
            change := _of_visit(ops[entity, entity_id], saves, stands=visits[entity_id])
            if entity == "visit"
            else _of_discharge(ops[entity, entity_id], saves)
        )
    )
    more = found[Change.VISITS_LATE] - found[Change.VISITS_STRUCK]
    found[Change.VISITS_OTHERWISE] = sum(visits.values()) - heard.visits - more
    found[Change.DISCHARGES_OTHERWISE] = len(discharges) - heard.discharges - found[Change.DISCHARGES_LATE]
    found[Change.CORE_COUNTS] = len({entity_id for entity, entity_id, _ in new if entity == "core_count"})
    return {change: found[change] for change in Change if found[change]}


def _of_visit(ops: Sequence[Operation], saves: Collection[str], *, stands: bool) -> Change | None:
    signed = [op.ref[0] in saves for op in ops if op.kind == "signed"]
    if signed and all(signed):
        return Change.VISITS_LATE if stands else None
    if not stands:
        return Change.VISITS_STRUCK if any(op.kind == "struck" and op.ref[0] in saves for op in ops) else None
    return Change.VISITS_AMENDED if any(signed) else None


def _of_discharge(ops: Sequence[Operation], saves: Collection[str]) -> Change | None:
    said = [op.ref[0] in saves for op in ops if op.kind == "discharge"]
    if said and all(said):
        return Change.DISCHARGES_LATE
    return Change.DISCHARGES_CHANGED if any(said) else None


def _came_since(connection: Connection, ids: Iterable[str], heard: Heard) -> set[tuple[str, str, str]]:
    """(kind, id, save) of what was not heard of then, of these records."""
    return {
        (row.entity, row.entity_id, row.cs_id)
        for row in rows_in(connection, _SAVED, ids)
        if row.seq > heard.replicas.get(row.replica, 0)
    }


def _visits(connection: Connection, month: date, team: str) -> Mapping[str, bool]:
    """The signed visits of a month, by the day they had where they were made, and whether each counts."""
    first, last = month.replace(day=1), month_after(month)
    asking = (
        select(_V.id, _V.started_at, _V.started_offset, COMPLETED.label("stands"))
        .join(t.visit_section, _S.visit == _V.id)
        .join(t.episode, _E.id == _S.episode)
        .join(t.referral, _R.id == _E.referral)
        .where(SIGNED, _V.started_at >= _about(first, -1), _V.started_at < _about(last, 1), _R.team == team)
        .distinct()
    )
    return {row.id: bool(row.stands) for row in connection.execute(asking) if first <= day_of(row.started_at) < last}


def _about(day: date, more: int) -> str:
    """A midnight that comes before, or after, that of this day anywhere."""
    return datetime.combine(day + timedelta(days=more), time()).isoformat() + ".000000Z"


def _discharged(connection: Connection, month: date, team: str) -> tuple[str, ...]:
    """The pathways that ended in a month."""
    first = month.replace(day=1)
    asking = select(_E.id).join(t.referral, _R.id == _E.referral)
    closed = _E.closed_on.between(first, month_after(first) - timedelta(days=1))
    return tuple(connection.scalars(asking.where(closed, _R.team == team).order_by(_E.id)))


def _core_counts(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.scalars(select(t.core_count.c.id)))
