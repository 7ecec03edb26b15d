"""A chart as it may leave the application: without the small numbers that an export hides."""

from dataclasses import replace
from datetime import date
from functools import singledispatch

from smf_core.figures.figure import Asked, Figure
from smf_core.figures.report import Report
from smf_core.figures.suppression import FEW, SMALL, hide_small
from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.control import ControlChart, Month
from smf_desktop.reports.charts.incidence import IncidenceChart
from smf_desktop.reports.charts.outlook import OutlookChart
from smf_desktop.reports.charts.pictures import AnyChart
from smf_desktop.reports.charts.rates import Rate, RatesChart
from smf_desktop.reports.charts.survival import Curve, SurvivalChart

HIDDEN = "hidden, so that no number under 5 can be worked out"
RATE = "discharge_rate_episode"
_NO_DAY = date(2000, 1, 1)


@singledispatch
def without_small(chart: AnyChart) -> AnyChart:
    """The same chart where nothing in it is small."""
    raise TypeError(type(chart).__name__)


@without_small.register
def _(chart: OutlookChart) -> AnyChart:
    return chart  # what may come is reckoned: it counts nobody


@without_small.register
def _(chart: IncidenceChart) -> AnyChart:
    return IncidenceChart((), reason=HIDDEN.capitalize())


@without_small.register
def _(chart: ControlChart) -> AnyChart:
    return replace(chart, months=tuple(_month(each) if chart.kind == "count" else each for each in chart.months))


def _month(month: Month) -> Month:
    return Month(month.month, None) if month.value is not None and 0 < month.value < SMALL else month


@without_small.register
def _(chart: CaseloadChart) -> AnyChart:
    return replace(chart, loads=tuple(map(_load, chart.loads)))


def _load(load: Load) -> Load:
    """With a small part all are told as one; of so few that they are small themselves nothing is."""
    return replace(load, parts_hidden=True) if any(0 < part < SMALL for part in load.parts) else load


@without_small.register
def _(chart: RatesChart) -> AnyChart:
    """By the rule of the exports, which hides other parts with a small one where the whole would tell it."""
    rates = (*chart.rates, *((chart.whole,) if chart.whole else ()))
    figures = tuple(_figure(each, {chart.part: each.key} if each is not chart.whole else {}) for each in rates)
    asked = Asked(since=_NO_DAY, until=_NO_DAY, as_of=_NO_DAY)
    told = hide_small(Report(name="", asked=asked, baseline=None, definitions_version="", figures=figures))
    dark = [each.suppressed for each in told.figures]
    shown = [_dark(rate) if hide else rate for rate, hide in zip(rates, dark, strict=True)]
    return replace(chart, rates=tuple(shown[: len(chart.rates)]), whole=shown[-1] if chart.whole else None)


def _figure(rate: Rate, group: dict[str, str]) -> Figure:
    return Figure(
        id=RATE,
        label=rate.label,
        group=group,
        numerator=rate.number,
        denominator=rate.among,
        value=rate.share,
        low=rate.low,
        high=rate.high,
        unit="",
        reason=rate.reason,
        beside=(),
        definition="",
        version="",
    )


def _dark(rate: Rate) -> Rate:
    return Rate(rate.key, rate.label, reason=HIDDEN)


@without_small.register
def _(chart: SurvivalChart) -> AnyChart:
    found = tuple(each for each in map(_coarse, chart.curves) if each is not None)
    if found == chart.curves:
        return chart
    return replace(chart, curves=found, rounded=True, reason=chart.reason if found else HIDDEN.capitalize())


def _coarse(each: Curve) -> Curve | None:
    """The curve as it stands at those visits by which five more were discharged, until fewer than five are taught; how
    many still are is to the nearest five. None where all that were discharged, or were not, are few."""
    found = each.survival
    good = sum(found.events)
    if each.people < FEW or any(0 < some < SMALL for some in (good, each.people - good)):
        return None
    kept: list[int] = []
    more: list[int] = []
    since = 0
    for place, events in enumerate(found.events):
        since += events
        if since >= SMALL and found.at_risk[place] >= SMALL:
            kept.append(place)
            more.append(since)
            since = 0
    if more:
        more[-1] += since
    still = (each.people, *(_rounded(many) for many in each.still_taught[1:] if many >= SMALL))
    return replace(
        each,
        still_taught=still,
        survival=replace(
            found,
            times=tuple(found.times[place] for place in kept),
            at_risk=tuple(_rounded(found.at_risk[place]) for place in kept),
            events=tuple(more),
            survival=tuple(found.survival[place] for place in kept),
            low=tuple(found.low[place] for place in kept),
            high=tuple(found.high[place] for place in kept),
        ),
    )


def _rounded(many: int) -> int:
    return round(many / SMALL) * SMALL
