"""Referrals to core teams month by month, as these teams count them, and what they are held against.

A month counts only where every line of numbers (a team, a referral type) that is looked at has its count in it: a month
with one team missing would look like a fall. A month that is not there is never 0.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from smf_core.domain.core_counts import CoreCount, month_after, written_month
from smf_core.domain.referral import Source
from smf_core.domain.stated import Baseline, BaselineOf
from smf_core.domain.text import matching_key
from smf_core.figures.episodes import month_of
from smf_core.figures.figure import Asked
from smf_core.records import tables as t
from smf_core.records.queries.stated import baselines, core_counts

_R = t.referral.c
Line = tuple[str, str]
"""One line of numbers over the months: a team and a referral type, by their keys."""


def whole_months(since: date, until: date) -> tuple[date, ...]:
    """The first days of the months that lie wholly between two days, both included."""
    month = since if since.day == 1 else month_after(since)
    found = []
    while month.year < date.max.year and month_after(month) - timedelta(days=1) <= until:
        found.append(month)
        month = month_after(month)
    return tuple(found)


def months_asked(asked: Asked) -> tuple[date, ...]:
    """Those of the period that are over by the day the figures are of."""
    return whole_months(asked.since, min(asked.until, asked.as_of))


def baseline_stated(connection: Connection) -> Baseline | None:
    """What referrals to core teams are held against: the newest that was not withdrawn."""
    stated = baselines(connection, BaselineOf.CORE_REFERRALS)
    return next((each for each in stated if not each.withdrawn and each.since and each.until), None)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of some teams. `lines` are those looked at."""

    rows: Mapping[date, Mapping[Line, CoreCount]]
    lines: frozenset[Line]

    def lines_in(self, months: Iterable[date]) -> frozenset[Line]:
        return frozenset(line for month in months for line in self.rows.get(month, ()))

    def of(self, lines: Collection[Line]) -> "Counts":
        """The same, looking at these lines alone."""
        return Counts(self.rows, frozenset(lines))

    def is_whole(self, month: date) -> bool:
        return bool(self.lines) and self.lines <= self.rows.get(month, {}).keys()

    def total(self, month: date) -> int:
        return sum(self.rows[month][line].count for line in self.lines)

    def population(self, month: date) -> int | None:
        """Who is registered with these teams; None where it is not known of one of them."""
        by_team: dict[str, int] = {}
        for line in self.lines:
            by_team[line[0]] = max(by_team.get(line[0], 0), self.rows[month][line].registered_population or 0)
        return sum(by_team.values()) if all(by_team.values()) else None

    def types(self) -> tuple[str, ...]:
        """The referral types looked at, as they are written; none where they are not told apart."""
        return self._written(lambda count: count.kind)

    def teams(self) -> tuple[str, ...]:
        return self._written(lambda count: count.team)

    def named(self, lines: Collection[Line]) -> tuple[str, ...]:
        """Lines as a person knows them."""
        found = self.of(lines)
        return found._written(lambda count: f"{count.team} ({count.kind})" if count.kind else count.team)

    def _written(self, name: Callable[[CoreCount], str]) -> tuple[str, ...]:
        """As the last month has it written, each once."""
        last: dict[str, str] = {}
        for month in sorted(self.rows):
            for line in self.lines & self.rows[month].keys():
                written = name(self.rows[month][line])
                last[matching_key(written)] = written
        return tuple(sorted(filter(None, last.values())))


def our_counts(connection: Connection, asked: Asked) -> Counts:
    """Of the teams with self-management; with a locality asked for, of its teams alone."""
    counted = [each for each in core_counts(connection).values() if not each.comparison]
    if asked.locality:
        named = connection.scalars(select(t.core_team.c.name).where(t.core_team.c.locality == asked.locality))
        here = set(map(matching_key, named))
        counted = [each for each in counted if each.series[0] in here]
    return _by_month(counted)


def comparison_counts(connection: Connection) -> Counts:
    """Of the teams without self-management."""
    return _by_month(each for each in core_counts(connection).values() if each.comparison)


def other_referrals(connection: Connection, asked: Asked, months: Iterable[date]) -> Mapping[date, int]:
    """Referrals to this service that no core team made, in these months. None of them has a locality."""
    by_name = {f"{month:%Y-%m}": month for month in months}
    month = month_of(_R.received_on)
    wanted = [_R.source != Source.CORE_TEAM.value, month.in_(by_name), *([_R.team == asked.team] if asked.team else [])]
    rows = connection.execute(select(month, func.count()).where(*wanted).group_by(month))
    return {by_name[row[0]]: row[1] for row in rows}


def _by_month(counted: Iterable[CoreCount]) -> Counts:
    rows: defaultdict[date, dict[Line, CoreCount]] = defaultdict(dict)
    for each in counted:
        rows[each.month][each.series] = each
    return Counts(rows, frozenset(line for lines in rows.values() for line in lines))


def said_months(months: Sequence[date]) -> str:
    """Aug-2025, Oct-2025 to Dec-2025."""
    runs: list[list[date]] = []
    for month in sorted(months):
        if runs and month_after(runs[-1][-1]) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(
        written_month(run[0]) if len(run) == 1 else f"{written_month(run[0])} to {written_month(run[-1])}"
        for run in runs
    )


def said_missing(months: Sequence[date]) -> tuple[str, ...]:
    return (
        (f"No count, or not of every team, for {said_months(months)}: left out, never taken as 0.",) if months else ()
    )


def said_types(counts: Counts) -> str:
    return f"Referral types counted: {', '.join(counts.types()) or 'all, as the teams do not tell them apart'}."
