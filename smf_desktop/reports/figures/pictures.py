"""The charts of a report: the rates of each figure that was told apart, with their intervals."""

from collections import defaultdict

from smf_core.figures.figure import Figure
from smf_core.figures.suppression import is_share
from smf_desktop.presenters.days import day
from smf_desktop.reports.charts.chart import Heading, Size, packaged
from smf_desktop.reports.charts.pictures import draw, save
from smf_desktop.reports.charts.rates import Rate, RatesChart, rate_of
from smf_desktop.reports.figures.content import Content, Picture

HIDDEN = "hidden"
WIDE, ROW, AROUND = 660, 26, 110


def pictures_of(content: Content) -> tuple[Picture, ...]:
    """Each drawn as SVG with the same in words; this imports matplotlib, so never on the thread that answers keys.

    Nurses are never set beside one another by outcome (`design.md` 12).
    """
    told: defaultdict[str, list[Figure]] = defaultdict(list)
    for each in content.report.figures:
        if each.group and not {"month", "nurse"} & each.group.keys():
            told[each.id].append(each)
    return tuple(_picture(content, several) for several in told.values() if sum(map(is_share, several)) > 1)


def _picture(content: Content, several: list[Figure]) -> Picture:
    asked, (by, *_) = content.report.asked, several[0].group
    chart = RatesChart(tuple(_rate(content, each) for each in several), part=by.capitalize())
    note = f"{content.team}, {day(asked.since)} to {day(asked.until)}, data as at {day(asked.as_of)}"
    size = Size(WIDE, AROUND + ROW * len(several))
    heading = Heading(several[0].label, note)
    drawn = draw(chart, packaged("light"), size, heading)
    return Picture(save(drawn.figure, "svg"), heading.read_over(chart.summary()))


def _rate(content: Content, figure: Figure) -> Rate:
    label = content.group(figure)
    return Rate("", label, reason=HIDDEN) if figure.suppressed else rate_of(figure, label)
