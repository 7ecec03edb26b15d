"""Who is being taught."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, false, func, select

from smf_core.domain.discharge import Outcome
from smf_core.domain.referral import ReferralStatus
from smf_core.figures.episodes import Of, Unsought, asked_for, part_of
from smf_core.figures.figure import Asked, Counted, Definition, NotSplitSo, Split, number
from smf_core.figures.once import read_once
from smf_core.records import tables as t

Rows = Sequence[Row[*tuple[Any, ...]]]

NO_CARE_PLANS = "Care plans cannot be recorded in this version yet."
OPEN, _E, _R = t.open_pathway.c, t.episode.c, t.referral.c
_OF_OPEN, _OF_CLOSED = (
    Of(OPEN.team, OPEN.skill, OPEN.nurse, OPEN.referrer),
    Of(Unsought(_R.team), _E.skill, _E.nurse, _R.referrer),
)
_BY = frozenset({Split.NONE, Split.SKILL, Split.NURSE, Split.TEAM})


def held(asked: Asked) -> list[ColumnElement[bool]]:
    """What holds of an open pathway that is asked about, seen or not."""
    return asked_for(asked, of=_OF_OPEN)


def part(by: Split) -> ColumnElement[Any]:
    """The code of the part an open pathway is in; there is none by month. Raises `NotSplitSo`."""
    if by not in _BY:
        raise NotSplitSo
    return part_of(by, of=_OF_OPEN)


@read_once
def open_pathways(connection: Connection, asked: Asked) -> Rows:
    """Those that are open as the records stand, seen or not: `part`, `patient`, `nurse` ("" is nobody) and `episode` of
    each, and `long` for one whose referral was accepted over 14 days before the last of the days."""
    long = func.coalesce(OPEN.accepted_on < _long_before(asked), false())
    said = OPEN.patient, func.coalesce(OPEN.nurse, "").label("nurse"), OPEN.episode, long.label("long")
    return connection.execute(select(part(asked.by).label("part"), *said).where(*held(asked))).all()


def _long_before(asked: Asked) -> date:
    return asked.until - timedelta(days=14)


def _people(asked: Asked, pathways: Iterable[tuple[str, str]]) -> list[Counted]:
    """How many different people there are who have these, given as part and patient, by part."""
    people = Counter([name for name, _ in set(pathways)])
    return [number(people[name], part=name) for name in sorted(people)] or ([] if asked.by else [number(0)])


def _on_caseload(connection: Connection, asked: Asked) -> Iterable[Counted]:
    return _people(asked, [each[:2] for each in open_pathways(connection, asked)])


def _with_care_plan(connection: Connection, asked: Asked) -> Iterable[Counted]:
    long = [each[:2] for each in open_pathways(connection, asked) if each[4]]
    people = _people(asked, (*long, *_closed_since(connection, asked)))
    return [Counted(part=each.part, denominator=each.value, reason=NO_CARE_PLANS) for each in people]


def _closed_since(connection: Connection, asked: Asked) -> Iterable[tuple[str, str]]:
    """Part and patient of the pathways that were open for long when the period ended, and are no more."""
    then = t.episode.join(t.referral, _R.id == _E.referral)
    asking = (
        select(part_of(asked.by, of=_OF_CLOSED), _E.patient)
        .select_from(then)
        .where(
            _E.closed_on > asked.until,
            _E.outcome != Outcome.ENTERED_IN_ERROR.value,
            Unsought(_R.status) == ReferralStatus.ACCEPTED.value,
            _R.decided_on < _long_before(asked),
            *asked_for(asked, of=_OF_CLOSED),
        )
    )
    return ((name, patient) for name, patient in connection.execute(asking))


CASELOAD_NOW = Definition(
    id="caseload_now",
    label="On the caseload now",
    unit="people",
    version="1",
    words=(
        "People with at least one open episode as the records stand, seen or not, on hold or not. The days asked for "
        "make no difference to it. Told apart, somebody with two skills, nurses or teams counts in each."
    ),
    count=_on_caseload,
    splits=_BY,
    of_period=False,
)
CARE_PLAN_COVERAGE = Definition(
    id="care_plan_coverage",
    label="With a care plan reviewed in time",
    unit="people",
    version="1",
    words=(
        "Of the people on the caseload for over 14 days (an episode open on the last day of the period, whose referral "
        "was accepted more than 14 days before), those with a plan agreed with them, dated, and not past its review."
    ),
    count=_with_care_plan,
    splits=_BY,
    of_period=False,
)
