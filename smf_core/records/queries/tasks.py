"""Tasks: what somebody still has to do, and what was done of late."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from smf_core.domain.task import Task, TaskKind, TaskState
from smf_core.records import tables as t
from smf_core.records.instants import moment, optional_moment, utc_text
from smf_core.records.queries.batches import among, code, rows_in

_ORDER = (t.task.c.urgent.desc(), t.task.c.due_on.asc().nulls_last(), t.task.c.due_at, t.task.c.asked_at, t.task.c.id)
"""Red ones first, then by the day they are due; without a day last."""

_OPEN = t.task.c.state == TaskState.OPEN
_UNSETTLED = t.task.c.settled.is_(False)
"""Two people ended it differently: it is shown until somebody looks at it."""

_ABOUT = among(select(t.task).where(_OPEN).order_by(*_ORDER), t.task.c.about)
_TO_DO_OF = among(select(t.task).where(or_(_OPEN, _UNSETTLED)).order_by(*_ORDER), t.task.c.patient)
_ALL_OF = among(select(t.task).order_by(t.task.c.asked_at.desc(), t.task.c.id), t.task.c.patient)


def task(connection: Connection, task_id: str) -> Task | None:
    row = connection.execute(select(t.task).where(t.task.c.id == task_id)).one_or_none()
    return _task(row) if row else None


def open_tasks_for(connection: Connection, user: str, team: str) -> tuple[Task, ...]:
    """What this person has to do: what was asked of them, and what was asked of their team and of nobody in it."""
    rows = connection.execute(select(t.task).where(_OPEN, _whose(user, team)).order_by(*_ORDER))
    return tuple(_task(row) for row in rows)


def open_tasks(connection: Connection, limit: int = 500) -> tuple[Task, ...]:
    """What anyone here has to do."""
    return tuple(_task(row) for row in connection.execute(select(t.task).where(_OPEN).order_by(*_ORDER).limit(limit)))


def tasks_of(connection: Connection, patient: str) -> tuple[Task, ...]:
    """The open tasks about one person, and those that two people ended differently."""
    return tuple(_task(row) for row in rows_in(connection, _TO_DO_OF, (patient,)))


def all_tasks_of(connection: Connection, patient: str) -> tuple[Task, ...]:
    """Every task about one person, open or ended, newest first."""
    return tuple(_task(row) for row in rows_in(connection, _ALL_OF, (patient,)))


def done_since(connection: Connection, user: str, team: str, since: datetime, limit: int = 100) -> tuple[Task, ...]:
    """What was done or cancelled from a moment on of this person's and the team's tasks, newest first."""
    ended = select(t.task).where(
        t.task.c.state != TaskState.OPEN,
        t.task.c.done_at >= utc_text(since),
        or_(_whose(user, team), t.task.c.done_by == user),
    )
    rows = connection.execute(ended.order_by(t.task.c.done_at.desc(), t.task.c.id).limit(limit))
    return tuple(_task(row) for row in rows)


def open_about(connection: Connection, records: Iterable[str]) -> Mapping[str, tuple[Task, ...]]:
    """The open tasks that came from these records, by record."""
    found: dict[str, tuple[Task, ...]] = {}
    for row in rows_in(connection, _ABOUT, records):
        found[row.about] = (*found.get(row.about, ()), _task(row))
    return found


def check_ins_due(connection: Connection, patient: str, purpose: str) -> tuple[Task, ...]:
    """The open tasks that ask for one kind of call after a discharge, the earliest first."""
    asked = select(t.task).where(
        _OPEN, t.task.c.patient == patient, t.task.c.kind == TaskKind.CHECK_IN, t.task.c.purpose == purpose
    )
    return tuple(_task(row) for row in connection.execute(asked.order_by(*_ORDER)))


def _whose(user: str, team: str) -> ColumnElement[bool]:
    nobody = and_(t.task.c.to_user.is_(None), t.task.c.to_team.is_(None))
    return or_(t.task.c.to_user == user, and_(t.task.c.to_user.is_(None), t.task.c.to_team == team), nobody)


def _task(row: Row[*tuple[Any, ...]]) -> Task:
    return Task(
        id=row.id,
        kind=code(TaskKind, row.kind, TaskKind.OTHER),
        text=row.text,
        asked_at=moment(row.asked_at, row.asked_offset),
        asked_by=row.by,
        patient=row.patient,
        to_user=row.to_user,
        to_team=row.to_team,
        due_on=row.due_on,
        due_at=row.due_at,
        about=row.about,
        purpose=row.purpose,
        urgent=row.urgent,
        state=TaskState(row.state),
        done_by=row.done_by,
        done_at=optional_moment(row.done_at, row.done_offset),
        done_note=row.done_note,
        settled=row.settled,
    )
