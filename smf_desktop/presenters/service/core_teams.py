"""The page of what core teams count: months by team with their gaps, what they are held against, what a file did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from smf_core.domain.core_counts import CoreCount, month_before, written_month
from smf_core.domain.stated import Baseline, Rebase
from smf_core.domain.text import matching_key
from smf_core.figures.core_chart import CoreReferralChart
from smf_core.figures.core_counts import said_months, whole_months
from smf_core.figures.figure import Asked, Figure
from smf_core.figures.self_care import UsualVisits
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.service.stated import Logged, StatedRow, baseline_rows, rebase_rows, standing, usual_rows
from smf_desktop.presenters.team.headline import Headline
from smf_desktop.presenters.team.words import number, signed_percent

A_MONTH = "core_referrals_per_month"
FIGURES: Mapping[str, str] = {
    A_MONTH: "Referrals to core teams a month",
    "core_referral_change": "Change against the baseline",
    "core_and_other_referral_change": "With referrals from elsewhere",
    "core_referral_change_compared": "Against comparison teams",
}
"""The figures at the head of the page: the change never stands without its interval and the diversion check."""

NO_COUNT = "No count"
COMPARISON = "comparison"
NOTHING_COUNTED = "none of its months is counted yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreTeamsFacts:
    """Everything the page shows; `counts` are all that was imported, `skills` the codes and words of those taught."""

    asked: Asked
    at: datetime
    figures: tuple[Figure, ...]
    counts: tuple[CoreCount, ...]
    baselines: tuple[Logged[Baseline], ...]
    usual_stated: tuple[Logged[Baseline], ...]
    usual: Mapping[str, UsualVisits]
    rebases: tuple[Logged[Rebase], ...]
    chart: CoreReferralChart
    skills: tuple[tuple[str, str], ...]
    may_import: bool
    may_state: bool


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month with a cell for each team and referral type; `whole` where each of our teams has its count in it."""

    month: date
    cells: tuple[str, ...]
    whole: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class MonthsTable:
    """The months, the last first, under the names of their columns; `about` says what is in it."""

    columns: tuple[str, ...]
    rows: tuple[MonthRow, ...]
    about: str


def months_table(counts: Sequence[CoreCount]) -> MonthsTable:
    """Every month from the first that was imported until the last; one that was not is there as a gap."""
    cells = {(each.month, each.series): each for each in counts}
    last = {each.series: each for each in counts}
    lines = sorted(last.values(), key=lambda one: (one.comparison, matching_key(one.team), matching_key(one.kind)))
    ours = [each.series for each in lines if not each.comparison]
    rows = []
    for month in _every_month(counts):
        found = {series: cells.get((month, series)) for series in last}
        missing = [series for series in ours if found[series] is None]
        counted_ours = [found[series] for series in ours]
        whole = bool(ours) and not missing
        total = f"{sum(each.count for each in counted_ours if each):,}" if whole else NO_COUNT
        said = tuple(_cell(found[line.series]) for line in lines)
        columns = (written_month(month), total, *said)
        spoken = ", ".join(f"{name}: {cell}" for name, cell in zip(_columns(lines), columns, strict=True))
        rows.append(MonthRow(month, columns, whole, spoken))
    return MonthsTable(_columns(lines), tuple(rows), _about(lines, rows))


def team_rows(counts: Iterable[CoreCount], month: date) -> tuple[tuple[str, ...], ...]:
    """What each team counted in a month: team, referral type, count, registered population, what it is for."""
    return tuple(
        (
            each.team,
            each.kind or "All",
            f"{each.count:,}",
            f"{each.registered_population:,}" if each.registered_population else "Not known",
            "Comparison, without self-management" if each.comparison else "With self-management",
        )
        for each in counts
        if each.month == month
    )


TEAM_COLUMNS = (
    ("Core team", 250),
    ("Referral type", 140),
    ("Referrals", 90),
    ("Registered people", 140),
    ("For", 240),
)


def core_headlines(figures: Iterable[Figure]) -> tuple[Headline, ...]:
    """The figures as cards, in the order of `FIGURES`."""
    return tuple(_headline(each) for each in _in_order(figures))


def stated_baselines(facts: CoreTeamsFacts) -> tuple[StatedRow, ...]:
    return baseline_rows(facts.baselines, {each.what.id: _counted_in(each.what, facts) for each in facts.baselines})


def stated_usual(facts: CoreTeamsFacts) -> tuple[StatedRow, ...]:
    return usual_rows(facts.usual_stated, dict(facts.skills))


def stated_rebases(facts: CoreTeamsFacts) -> tuple[StatedRow, ...]:
    return rebase_rows(facts.rebases, {each.id: each.applied for each in facts.chart.rebases})


def usual_words(facts: CoreTeamsFacts) -> str:
    """What counts for skills of which the service has stated nothing."""
    labels = dict(facts.skills)
    said = [
        f"{labels.get(skill, skill)} {number(each.a_month)}" for skill, each in facts.usual.items() if not each.stated
    ]
    if not said:
        return ""
    return f"Not stated, so the application's starting values count, core visits a month: {', '.join(said)}."


def baseline_words(facts: CoreTeamsFacts) -> str:
    """What the newest baseline comes to, or why there is none."""
    chart = facts.chart
    if not standing(stated_baselines(facts)):
        return "No baseline is stated, so nothing is compared. State one with its source."
    if chart.baseline_mean is None:
        return "The chart has no mean of the baseline: not every team in it was counted in those months."
    return f"Mean of the baseline: {number(chart.baseline_mean)} referrals a month."


def taken_in_words(imported: int, records: int, unchanged: int) -> str:
    """`24 of 24 rows taken in, 0 as they were`."""
    return f"{imported:,} of {counted(records, 'row')} taken in, {unchanged:,} as they were"


def _in_order(figures: Iterable[Figure]) -> list[Figure]:
    by_id = {each.id: each for each in figures}
    return [by_id[name] for name in FIGURES if name in by_id]


def _headline(figure: Figure) -> Headline:
    value, unit, among, ends = _said(figure)
    return Headline(
        key=figure.id,
        label=FIGURES[figure.id],
        value=value,
        beside=unit or (f"95% CI {ends}" if ends else ""),
        words=among if value else figure.reason,
        definition=figure.definition,
        more=figure.beside,
    )


def _said(figure: Figure) -> tuple[str, str, str, str]:
    """Value, unit, what it was counted from and its interval; "" for what it does not have."""
    if figure.value is None:
        return "", "", "", ""
    if figure.id == A_MONTH:
        months = counted(int(figure.denominator or 0), "month")
        return number(round(figure.value)), "a month", f"{number(figure.numerator or 0)} in {months}", ""
    ends = f"{signed_percent(figure.low or 0)} to {signed_percent(figure.high or 0)}"
    among = f"{number(figure.numerator or 0)} against {number(figure.denominator or 0)} in the same months before"
    return signed_percent(figure.value), "", among, ends


def _every_month(counts: Iterable[CoreCount]) -> list[date]:
    months = [each.month for each in counts]
    if not months:
        return []
    found, month = [], max(months)
    while month >= min(months):
        found.append(month)
        month = month_before(month)
    return found


def _columns(lines: Sequence[CoreCount]) -> tuple[str, ...]:
    named = tuple(
        f"{each.team}{f', {each.kind}' if each.kind else ''}{f' ({COMPARISON})' if each.comparison else ''}"
        for each in lines
    )
    return "Month", "All our teams", *named


def _cell(found: CoreCount | None) -> str:
    return NO_COUNT if found is None else f"{found.count:,}"


def _about(lines: Sequence[CoreCount], rows: Sequence[MonthRow]) -> str:
    if not rows:
        return ""
    kinds = sorted({each.kind for each in lines if each.kind})
    types = f"Referral types counted: {', '.join(kinds) or 'all, as the teams do not tell them apart'}."
    gaps = [row.month for row in rows if not row.whole]
    left = f" Not of every team: {said_months(gaps)}, left out of every figure and never taken as 0." if gaps else ""
    span = f"{written_month(rows[-1].month)} to {written_month(rows[0].month)}"
    return f"{counted(len(rows), 'month')}, {span}. {types}{left}"


def _counted_in(baseline: Baseline, facts: CoreTeamsFacts) -> str:
    """How many months of a baseline have the count of each of our teams; those without are named."""
    if not baseline.since or not baseline.until:
        return ""
    months = whole_months(baseline.since, baseline.until)
    ours = [each for each in facts.counts if not each.comparison and each.month in months]
    lines = {each.series for each in ours}
    here = {month: {each.series for each in ours if each.month == month} for month in months}
    gaps = [month for month in months if not lines or lines - here[month]]
    if len(gaps) == len(months):
        return f"{counted(len(months), 'month')}, {NOTHING_COUNTED}"
    if gaps:
        return f"{len(months) - len(gaps)} of {counted(len(months), 'month')} counted, not {said_months(gaps)}"
    return f"{counted(len(months), 'month')}, all counted"
