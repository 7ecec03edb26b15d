"""The run chart of referrals to core teams: which months differ by more than chance (`clinical.md` 3.4, `field.md` 4).

Its limits say what a single month may do by chance. They are never the interval of a change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from smf_core.domain.stated import CORE_REFERRALS_CHART, Rebase
from smf_core.figures.core_counts import (
    baseline_stated,
    other_referrals,
    our_counts,
    said_missing,
    said_types,
    whole_months,
)
from smf_core.figures.core_referrals import NOTHING_IMPORTED
from smf_core.figures.figure import Asked
from smf_core.measures import Point, xmr
from smf_core.records.queries.stated import rebases
from smf_core.records.queries.users import users


@dataclass(frozen=True, slots=True)
class ChartMonth:
    """A month (2026-11). Without a count nothing is known of it: a gap. Without a point there are no limits yet.

    `with_others` adds the referrals to this service that no core team made (the diversion check); None where a gap
    is, or a locality was asked for.
    """

    month: str
    count: int | None = None
    point: Point | None = None
    with_others: int | None = None


@dataclass(frozen=True, slots=True)
class ChartRebase:
    """The month (2026-11) from which limits count anew, the cause, who said so (a name) and when.

    Not `applied` where there are not two months on either side of it yet.
    """

    id: str
    month: str
    cause: str
    note: str
    by: str
    on: date
    applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreReferralChart:
    """The months from the baseline, or the period if that is earlier, until the end of the period.

    `baseline` are its first and last month as `baseline_mean` was counted from them, None where none is stated or
    counted. Without any count `reason`, a plain sentence, says why.
    """

    months: tuple[ChartMonth, ...]
    rebases: tuple[ChartRebase, ...] = ()
    baseline: tuple[str, str] | None = None
    baseline_mean: float | None = None
    beside: tuple[str, ...] = ()
    reason: str = ""


def core_referral_chart(connection: Connection, asked: Asked) -> CoreReferralChart:
    """The chart as the records stand in this transaction; of all core teams, or those of the locality asked for."""
    stated = baseline_stated(connection)
    before = asked.before or ((stated.since, stated.until) if stated and stated.since and stated.until else None)
    since = min(asked.since, before[0]) if before else asked.since
    months = whole_months(since, min(asked.until, asked.as_of))
    counts = our_counts(connection, asked)
    counts = counts.of(counts.lines_in(months))
    whole = [month for month in months if counts.is_whole(month)]
    if not whole:
        return CoreReferralChart(
            months=tuple(ChartMonth(_name(month), None) for month in months), reason=NOTHING_IMPORTED
        )
    values = [counts.total(month) for month in whole]
    told = [each for each in rebases(connection, CORE_REFERRALS_CHART) if not each.withdrawn]
    starts = _starts(whole, told)
    points = xmr(values, improvement=-1, rebase_at=starts.values()) if len(values) > 1 else (None,)
    others = None if asked.locality else other_referrals(connection, asked, whole)
    found = {
        month: (value, point, None if others is None else value + others.get(month, 0))
        for month, value, point in zip(whole, values, points, strict=True)
    }
    held = [month for month in whole_months(*before) if month in found] if before else []
    missing = [month for month in months if whole[0] < month < whole[-1] and month not in found]
    names = {user.id: user.name for user in users(connection)}
    return CoreReferralChart(
        months=tuple(ChartMonth(_name(month), *found.get(month, ())) for month in months),
        rebases=tuple(
            ChartRebase(
                each.id, _name(each.month), each.cause, each.note, names.get(each.by, ""), each.on, each.id in starts
            )
            for each in told
            if months[0] <= each.month <= months[-1]
        ),
        baseline=(_name(held[0]), _name(held[-1])) if held else None,
        baseline_mean=sum(found[month][0] for month in held) / len(held) if held else None,
        beside=(said_types(counts), *said_missing(missing)),
    )


def _starts(whole: Sequence[date], told: Sequence[Rebase]) -> dict[str, int]:
    """Where each rebase starts a segment, by its id: at its first counted month, with two months or more each side."""
    found: dict[str, int] = {}
    last = 0
    for each in told:
        start = sum(month < each.month for month in whole)
        if start == last and last:
            found[each.id] = start
        elif start - last >= 2 and len(whole) - start >= 2:
            found[each.id] = last = start
    return found


def _name(month: date) -> str:
    return f"{month:%Y-%m}"
