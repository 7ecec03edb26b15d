"""What the service states or imports for its figures: core teams' counts, baselines, rebases of charts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from smf_core.domain.core_counts import CoreCount
from smf_core.domain.stated import Baseline, BaselineOf, Rebase
from smf_core.records import tables as t
from smf_core.records.log import held_operations
from smf_core.records.queries.batches import among, rows_in

_COUNT, _BASELINE, _REBASE = t.core_count.c, t.baseline.c, t.rebase.c
_RETURNS = among(select(t.core_return.c.id), t.core_return.c.id)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody (a user's id) stated something, or withdrew it."""

    by: str
    at: datetime
    withdrawn: bool


def core_counts(connection: Connection) -> Mapping[str, CoreCount]:
    """Every count by its record's id, the months in order."""
    fields = _COUNT.month, _COUNT.team, _COUNT["count"], _COUNT.registered_population, _COUNT.kind, _COUNT.comparison
    rows = connection.execute(select(_COUNT.id, *fields).order_by(*fields[:2], _COUNT.kind, _COUNT.id))
    return {made: CoreCount(month.replace(day=1), *rest) for made, month, *rest in map(tuple, rows)}


def core_returns_here(connection: Connection, ids: Iterable[str]) -> Collection[str]:
    """Which of these records of somebody's coming back to a core team are here."""
    return {row.id for row in rows_in(connection, _RETURNS, ids)}


def baselines(connection: Connection, what: BaselineOf) -> tuple[Baseline, ...]:
    """Those stated, withdrawn ones too; the newest first."""
    asking = select(t.baseline).where(_BASELINE.what == what.value).order_by(_BASELINE.on.desc(), _BASELINE.id.desc())
    return tuple(_baseline(row) for row in connection.execute(asking))


def rebases(connection: Connection, chart: str) -> tuple[Rebase, ...]:
    """Those of a chart, withdrawn ones too, by month."""
    asking = select(t.rebase).where(_REBASE.chart == chart).order_by(_REBASE.month, _REBASE.on, _REBASE.id)
    return tuple(
        Rebase(
            id=row.id,
            chart=row.chart,
            month=row.month.replace(day=1),
            cause=row.cause,
            note=row.note,
            on=row.on,
            by=row.by,
            withdrawn=row.withdrawn,
        )
        for row in connection.execute(asking)
    )


def acts_of(connection: Connection, entity: str, entity_id: str) -> tuple[Act, ...]:
    """Who stated a baseline or a rebase and who withdrew it, and when; the first first."""
    return tuple(
        Act(each.author, each.care_moment, bool(each.payload.get("withdrawn")))
        for each in held_operations(connection, entity, entity_id)
    )


def _baseline(row: Row[*tuple[Any, ...]]) -> Baseline:
    return Baseline(
        id=row.id,
        what=BaselineOf(row.what),
        on=row.on,
        by=row.by,
        source=row.source,
        note=row.note,
        since=row.since,
        until=row.until,
        bedding_in=row.bedding_in.replace(day=1) if row.bedding_in else None,
        skill=row.skill,
        visits_per_month=row.visits_per_month,
        withdrawn=row.withdrawn,
    )
