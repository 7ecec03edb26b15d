"""Charts of an invented team, and pictures held against those that were looked at."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import matplotlib.image
import numpy
from matplotlib.figure import Figure
from matplotlib.text import Text

from smf_core.measures import wilson, xmr
from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.chart import Picture
from smf_desktop.reports.charts.control import ControlChart, Month, Rebase
from smf_desktop.reports.charts.incidence import IncidenceChart, endings
from smf_desktop.reports.charts.outlook import Likely, OutlookChart, Series
from smf_desktop.reports.charts.pictures import AnyChart, save
from smf_desktop.reports.charts.rates import Rate, RatesChart
from smf_desktop.reports.charts.survival import SurvivalChart, curve

LOOKED_AT = Path(__file__).parents[1] / "reports/charts/pictures"

A_DOT = 24
"""So many pixels may differ: fewer than the inside of a mark or the dots of a line."""

INSULIN = (*range(2, 13), *range(4, 11), *range(5, 10), *range(5, 9), 6, 6, 7, 7, 7, 8, 13)
OTHERS = (*range(1, 11), *range(2, 8), *range(3, 7), *range(3, 6), 4, 4, 5, 5, 5, 12)
COUNTS = (404, 430, 398, 420, 408, 388, 426, 415, 402, 420, 411, 418)
AFTER = (380, 371, 378, 362, 366, 374, 361, 355, 368, 374, 361, 352)
LABELS = {"independent": "Independent", "declined": "Chose not to, or asked to stop"}


def survival() -> SurvivalChart:
    """Two series, of which every fifth person is still taught."""
    series = (("insulin", "Insulin", INSULIN), ("other", "Other skills", OTHERS))
    return SurvivalChart(tuple(curve(key, label, ends(made)) for key, label, made in series))


def ends(made: Sequence[int]) -> Counter[tuple[int, bool]]:
    return Counter((visits, place % 5 != 3) for place, visits in enumerate(made))


def months(
    values: Sequence[float | None], first: str = "2024-11", rebase_at: Sequence[int] = (), improvement: int = -1
) -> tuple[Month, ...]:
    """Months one after another, with the limits of those that were counted."""
    counted = [value for value in values if value is not None]
    limits = iter(xmr(counted, improvement=improvement, rebase_at=rebase_at))
    year, month = map(int, first.split("-"))
    places = range(year * 12 + month - 1, year * 12 + month - 1 + len(values))
    return tuple(
        Month(f"{place // 12}-{place % 12 + 1:02}", value, None if value is None else next(limits))
        for place, value in zip(places, values, strict=True)
    )


def control() -> ControlChart:
    """A year before a service and a year with it."""
    return ControlChart(months((*COUNTS, *AFTER), rebase_at=(12,)), (Rebase("2025-11", "Service starts"),))


def without_reset() -> ControlChart:
    """The same two years held to one mean: better months and worse ones."""
    return ControlChart(months((*COUNTS, *AFTER)))


def rate(label: str, number: int, among: int) -> Rate:
    interval = wilson(number, among)
    return Rate(label, label, number, among, interval.low, interval.high)


def rates() -> RatesChart:
    each = (("Insulin", 46, 64), ("Self-injection", 36, 41), ("Catheter care", 18, 27), ("Compression", 3, 7))
    return RatesChart((*(rate(*one) for one in each), Rate("wound", "Wound")), rate("Whole team", 103, 139))


def caseload() -> CaseloadChart:
    nurses = (
        ("Priya NAIR", 18, 3, 2),
        ("Siân HUGHES", 17, 3, 1),
        ("Tom OKAFOR", 15, 1, 1),
        ("Grace ADEYEMI", 15, 2, 2),
    )
    return CaseloadChart(tuple(Load(name, name, *load, 22) for name, *load in nurses))


def incidence() -> IncidenceChart:
    outcomes = [("independent", None, "independent", "declined")[place % 4] for place, _ in enumerate(INSULIN)]
    return IncidenceChart(endings(Counter(zip(INSULIN, outcomes, strict=True)), LABELS), len(INSULIN), max(INSULIN))


def outlook() -> OutlookChart:
    """A service as now, and one with fewer nurses in which nobody could begin at first."""
    steady = tuple(Likely(24 + n % 3, 18.5 + n % 2, 30) for n in range(18))
    fewer = (None, None, *(Likely(6 + 3 * n, 2 + n, 14 + 4.5 * n) for n in range(16)))
    months = tuple(f"{2026 + (n + 11) // 12}-{(n + 11) % 12 + 1:02}" for n in range(18))
    series = (Series("0", "As now", steady), Series("1", "Fewer nurses", fewer))
    return OutlookChart(series, months, "Waiting to start", "middle of 200 runs, and the 5th to the 95th percentile")


EVERY: dict[str, AnyChart] = {
    "survival": survival(),
    "control": control(),
    "rates": rates(),
    "caseload": caseload(),
    "incidence": incidence(),
    "outlook": outlook(),
}
"""One chart of each kind."""


def texts(picture: Picture) -> list[Text]:
    return [each for each in picture.figure.get_children() if isinstance(each, Text)]


def words(picture: Picture) -> list[str]:
    return [each.get_text() for each in texts(picture)]


def same_as_looked_at(figure: Figure, name: str) -> None:
    """Holds a picture against the one of that name. Where there is none it is drawn, to be looked at and kept."""
    kept, made = LOOKED_AT / f"{name}.png", save(figure, "png")
    if not kept.exists():
        kept.write_bytes(made)
        raise AssertionError(f"{kept.name} was not there. It is now: look at it.")
    was, now = matplotlib.image.imread(kept), matplotlib.image.imread(BytesIO(made))
    assert was.shape == now.shape
    apart = numpy.abs(was - now).max(axis=2) > 0.15
    assert int(apart.sum()) <= A_DOT, f"{int(apart.sum())} pixels of {name} look different"
