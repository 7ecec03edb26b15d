"""What the service planned, how it judged itself, and which months it closed."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, select

from smf_core.domain.house_of_care import Answer, Part, SelfCheck
from smf_core.domain.planned import ClosedMonth, Plan, PlanOf, ToDo
from smf_core.records import tables as t
from smf_core.records.instants import moment

Made = TypeVar("Made")
_PLAN, _CHECK, _MONTH = t.plan.c, t.self_check.c, t.closed_month.c
_SHOWN = tuple(column for column in _MONTH if column is not _MONTH.positions)


def plans(connection: Connection, what: PlanOf) -> tuple[Plan, ...]:
    """Those stated, withdrawn ones too; the one that begins last first."""
    asking = select(t.plan).where(_PLAN.what == what.value).order_by(_PLAN.since.desc(), _PLAN.id.desc())
    return tuple(
        Plan(
            id=row.id,
            what=what,
            of=row.of,
            number=row.number,
            since=row.since,
            until=row.until,
            source=row.source,
            by=row.by,
            withdrawn=row.withdrawn,
        )
        for row in connection.execute(asking)
    )


def self_checks(connection: Connection) -> tuple[SelfCheck, ...]:
    """All that were made, the last first."""
    asking = select(t.self_check).order_by(_CHECK.on.desc(), _CHECK.id.desc())
    return tuple(
        SelfCheck(
            id=row.id,
            on=row.on,
            by=row.by,
            answers=_answers(row.answers),
            actions=_read(row.actions, tuple[ToDo, ...], ()),
            note=row.note,
        )
        for row in connection.execute(asking)
    )


def closed_months(connection: Connection, team: str) -> tuple[ClosedMonth, ...]:
    """The months a team closed, the last month first; of one closed several times the last closing first."""
    order = _MONTH.month.desc(), _MONTH.closed_at.desc(), _MONTH.id.desc()
    return tuple(map(_closed, connection.execute(select(*_SHOWN).where(_MONTH.team == team).order_by(*order))))


def kept_of(connection: Connection, closed_id: str) -> tuple[ClosedMonth, str, str] | None:
    """A closed month with its report and what had been heard of by then, both JSON."""
    row = connection.execute(select(t.closed_month).where(_MONTH.id == closed_id)).one_or_none()
    return (_closed(row), row.content, row.positions) if row else None


def _closed(row: Row[*tuple[Any, ...]]) -> ClosedMonth:
    return ClosedMonth(
        id=row.id,
        month=row.month.replace(day=1),
        team=row.team,
        at=moment(row.closed_at, row.closed_offset),
        by=row.by,
        definitions=row.definitions,
        digest=row.digest,
        intact=sha256(row.content.encode()).hexdigest() == row.digest,
        reason=row.reason,
        note=row.note,
        actions=_read(row.actions, tuple[ToDo, ...], ()),
    )


def _answers(text: str) -> Mapping[Part, Answer]:
    """A part or a word that only a newer version knows counts as not answered."""
    found = {part: _read(said, Answer, None) for part, said in _read(text, dict[str, msgspec.Raw], {}).items()}
    return {part: answer for part in Part if (answer := found.get(part.value)) is not None}


def _read(text: str | msgspec.Raw, shape: type[Made], otherwise: Made) -> Made:
    """What a column of JSON says; what is of another shape than here known says nothing."""
    try:
        return msgspec.json.decode(text, type=shape) if text else otherwise
    except msgspec.DecodeError:
        return otherwise
