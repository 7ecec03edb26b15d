"""Charts drawn and saved. Importing matplotlib takes a second: every call belongs off the thread that answers keys."""

from typing import TYPE_CHECKING, Literal, TypeAlias

from smf_desktop.reports.charts.caseload import CaseloadChart
from smf_desktop.reports.charts.chart import Heading, Picture, Size, Style, packaged
from smf_desktop.reports.charts.control import ControlChart
from smf_desktop.reports.charts.incidence import IncidenceChart
from smf_desktop.reports.charts.outlook import OutlookChart
from smf_desktop.reports.charts.rates import RatesChart
from smf_desktop.reports.charts.survival import SurvivalChart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AnyChart: TypeAlias = CaseloadChart | ControlChart | IncidenceChart | OutlookChart | RatesChart | SurvivalChart
NO_HEADING = Heading()


def draw(chart: AnyChart, style: Style, size: Size, heading: Heading = NO_HEADING) -> Picture:
    """A chart, whole at that size; where nothing was counted, the sentence that says why."""
    from smf_desktop.reports.charts import plots  # matplotlib

    match chart:
        case CaseloadChart():
            return plots.caseload.draw(chart, style, size, heading)
        case ControlChart():
            return plots.control.draw(chart, style, size, heading)
        case IncidenceChart():
            return plots.incidence.draw(chart, style, size, heading)
        case OutlookChart():
            return plots.outlook.draw(chart, style, size, heading)
        case RatesChart():
            return plots.rates.draw(chart, style, size, heading)
        case SurvivalChart():
            return plots.survival.draw(chart, style, size, heading)


def save(figure: "Figure", kind: Literal["png", "svg", "pdf"]) -> bytes:
    """The picture as a file which says in words what it shows: the same picture is the same bytes."""
    from smf_desktop.reports.charts import drawing  # matplotlib

    return drawing.save(figure, kind)


def pixels(figure: "Figure") -> tuple[int, int, bytes]:
    """The picture as (width, height, four bytes for each pixel: red, green, blue, how solid)."""
    from smf_desktop.reports.charts import drawing  # matplotlib

    return drawing.pixels(figure)


def warm() -> None:
    """Pays for matplotlib, our typeface and a first small picture, in the background after unlocking."""
    pixels(draw(RatesChart(()), packaged("light"), Size(300, 180)).figure)
