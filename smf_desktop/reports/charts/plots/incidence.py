"""A line for each ending, rising by visit."""

from smf_desktop.reports.charts.chart import Heading, Mark, Picture, Size, Style
from smf_desktop.reports.charts.drawing import SERIES, Box, Drawing
from smf_desktop.reports.charts.incidence import IncidenceChart
from smf_desktop.reports.charts.legend import Entry, draw_legend, legend_rows
from smf_desktop.reports.charts.survival import shares_named, steps
from smf_desktop.reports.charts.words import percent, ticks


def draw(chart: IncidenceChart, style: Style, size: Size, heading: Heading) -> Picture:
    drawing = Drawing(style, size, heading, chart.summary())
    if not chart.people:
        drawing.sentence(chart.reason)
        return drawing.picture(())
    box, line = drawing.box, drawing.line
    shown = list(zip(chart.endings, SERIES, strict=False))
    entries = [Entry(colour, each.label, f", {percent(each.shares[-1])}", dash) for each, (colour, _, dash) in shown]
    if len(shown) < len(chart.endings):
        entries.append(Entry("text-2", "", f"{len(chart.endings) - len(shown)} more in the table"))
    entries.append(Entry("text-2", "", f"n = {chart.people:,}"))
    most = max(1, int((box.height - line * 5) / line))
    rows = min(most, legend_rows(drawing, entries, box.width))
    draw_legend(drawing, entries, Box(box.left, box.top, box.right, box.top + line * rows), rows)
    left = box.left + max(drawing.width("100%"), drawing.width("Visit number") + drawing.width("0") / 2) + 8
    plot = Box(left, box.top + line * (rows + 0.8), box.right - 8, box.bottom - line * 1.4)

    def x(visit: float) -> float:
        return plot.left + plot.width * visit / max(1, chart.last)

    def y(share: float) -> float:
        return plot.bottom - plot.height * share

    shares = shares_named(plot.height / line)
    drawing.rules([(plot.left, y(share), plot.right, y(share)) for share in shares[1:]], "grid")
    drawing.rules([(plot.left, plot.bottom, plot.right, plot.bottom)], "line-strong")
    for share in shares:
        drawing.words(plot.left - 7, y(share), percent(share), align="right", figures=True)
    middle = plot.bottom + line * 0.9
    drawing.words(box.left, middle, "Visit number", room=plot.left - drawing.width("0") - box.left)
    for visit in ticks(0, max(1, chart.last), max(2, int(plot.width / (drawing.width("00") + 24))), whole=True):
        if visit <= chart.last:
            drawing.words(x(visit), middle, f"{visit:.0f}", align="center", figures=True)
    marks: list[Mark] = []
    for each, (colour, _, dash) in shown:
        xs, ys = steps((0, *each.times), (0.0, *each.shares), chart.last)
        drawing.stroke([x(at) for at in xs], [y(share) for share in ys], colour, 2, dash)
        for visit, share in zip(each.times, each.shares, strict=True):
            said = f"{each.label}, visit {visit}: {percent(share)} ended so by then"
            marks.append(Mark(each.key, str(visit), said, x(visit) - 6, y(share) - 6, 12, 12))
    return drawing.picture(marks)
