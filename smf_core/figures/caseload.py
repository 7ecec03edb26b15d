"""Who is being taught."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, and_, cast, func, select

from smf_core.domain.discharge import Outcome
from smf_core.domain.referral import ReferralStatus
from smf_core.figures.episodes import referred_from
from smf_core.figures.figure import Asked, Counted, Definition, NotSplitSo, Split, number
from smf_core.figures.once import read_once
from smf_core.records import tables as t

Rows = Sequence[Row[*tuple[Any, ...]]]

NO_CARE_PLANS = "Care plans cannot be recorded in this version yet."
_E, _R = t.episode.c, t.referral.c
OF_REFERRALS = t.episode.join(t.referral, _R.id == _E.referral)
_PARTS = {
    Split.NONE: cast("", String),
    Split.SKILL: _E.skill,
    Split.NURSE: func.coalesce(_E.nurse, ""),
    Split.TEAM: _R.team,
}


def asked_for(asked: Asked) -> list[ColumnElement[bool]]:
    """What holds of an episode that is asked about, seen or not, joined with its referral."""
    wanted = ((_R.team, asked.team), (_E.skill, asked.skill), (_E.nurse, asked.nurse))
    found = [column == said for column, said in wanted if said]
    if asked.locality:
        found.append(referred_from(asked.locality, _R.referrer))
    return found


def part_of(by: Split) -> ColumnElement[Any]:
    """The code of the part an episode is in; there is none by month. Raises `NotSplitSo`."""
    if by not in _PARTS:
        raise NotSplitSo
    return _PARTS[by]


@read_once
def open_pathways(connection: Connection, asked: Asked) -> Rows:
    """Those that are open as the records stand, seen or not: `part`, `patient`, `nurse` ("" is nobody) and `episode` of
    each, and `long` for one whose referral was accepted over 14 days before the last of the days."""
    return _pathways(connection, asked, _E.closed_on.is_(None))


def _pathways(connection: Connection, asked: Asked, *held: ColumnElement[bool]) -> Rows:
    long = and_(_R.status == ReferralStatus.ACCEPTED.value, _R.decided_on < asked.until - timedelta(days=14))
    said = _E.patient, _PARTS[Split.NURSE].label("nurse"), _E.id.label("episode"), long.label("long")
    asking = select(part_of(asked.by).label("part"), *said).select_from(OF_REFERRALS)
    return connection.execute(asking.where(*held, *asked_for(asked))).all()


def _people(asked: Asked, pathways: Iterable[Row[*tuple[Any, ...]]]) -> list[Counted]:
    """How many different people there are who have these, by part."""
    many = Counter(part for part, _ in {(part, patient) for part, patient, *_ in pathways})
    return [number(many[name], part=name) for name in sorted(many)] or ([] if asked.by else [number(0)])


def _on_caseload(connection: Connection, asked: Asked) -> Iterable[Counted]:
    return _people(asked, open_pathways(connection, asked))


def _with_care_plan(connection: Connection, asked: Asked) -> Iterable[Counted]:
    not_in_error = _E.outcome != Outcome.ENTERED_IN_ERROR.value
    since = _pathways(connection, asked, _E.closed_on > asked.until, not_in_error)
    long = _people(asked, (each for each in (*open_pathways(connection, asked), *since) if each.long))
    return [Counted(part=each.part, denominator=each.value, reason=NO_CARE_PLANS) for each in long]


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
    splits=frozenset(_PARTS),
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
    splits=frozenset(_PARTS),
    of_period=False,
)
