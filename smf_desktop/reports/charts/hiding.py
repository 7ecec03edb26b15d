"""A chart as it may leave the application: without the numbers that an export hides."""

from dataclasses import replace
from functools import singledispatch

from smf_core.figures.caseload import CASELOAD_NOW
from smf_core.figures.figure import Figure
from smf_core.figures.hidden_parts import SMALL, hidden_parts
from smf_core.figures.suppression import FEW
from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.control import ControlChart
from smf_desktop.reports.charts.incidence import IncidenceChart
from smf_desktop.reports.charts.outlook import OutlookChart
from smf_desktop.reports.charts.pictures import AnyChart
from smf_desktop.reports.charts.rates import Rate, RatesChart
from smf_desktop.reports.charts.survival import Curve, SurvivalChart

HIDDEN = "hidden, so that no number under 5 can be worked out"
FEW_REFERRED = "Left out: a month in it has fewer than 5."
"""Of a chart of counts: its mean and limits would tell what is left out of it."""


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
    few = any(each.value is not None and 0 < each.value < SMALL for each in chart.months)
    return replace(chart, months=(), rebases=(), reason=FEW_REFERRED) if few and chart.kind == "count" else chart


@without_small.register
def _(chart: CaseloadChart) -> AnyChart:
    dark = {part for some in hidden_parts(map(_figure, chart.loads)).values() for part in some}
    return replace(chart, loads=tuple(_load(each, hide=_part(each) in dark) for each in chart.loads))


def _load(load: Load, *, hide: bool) -> Load:
    """With a small part all are told as one."""
    few = any(0 < part < SMALL for part in load.parts)
    return replace(load, parts_hidden=True, hidden=hide) if hide or few else load


def _part(load: Load) -> tuple[tuple[str, str], ...]:
    return (("nurse", load.key),)


def _figure(load: Load) -> Figure:
    """The load as the figure that a report tells by nurse."""
    return Figure(
        id=CASELOAD_NOW.id,
        label=load.label,
        group=dict(_part(load)),
        numerator=load.all,
        denominator=None,
        value=load.all,
        low=None,
        high=None,
        unit=CASELOAD_NOW.unit,
        reason="",
        beside=(),
        definition="",
        version="",
    )


@without_small.register
def _(chart: RatesChart) -> AnyChart:
    rates = tuple(_dark(each) if each.key in chart.dark else each for each in chart.rates)
    return replace(chart, rates=rates, whole=_dark(chart.whole) if chart.whole and "" in chart.dark else chart.whole)


def _dark(rate: Rate) -> Rate:
    return Rate(rate.key, rate.label, reason=HIDDEN)


@without_small.register
def _(chart: SurvivalChart) -> AnyChart:
    shown = () if "" in chart.dark else (each for each in chart.curves if each.key not in chart.dark)
    found = tuple(each for each in map(_coarse, shown) if each is not None)
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
