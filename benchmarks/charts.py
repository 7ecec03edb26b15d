"""The four charts of the team page drawn anew, against matplotlib drawing the same artists with nothing else to do.

The floor adds what our pictures are made of, from what is already known of each: no layout, no measuring, no words to
choose. `plain` is the same four charts as one would write them with axes: for comparison, without a goal.
"""

import sys
from collections import Counter
from collections.abc import Callable

import matplotlib
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from benchmarks._timing import Figure as Told
from benchmarks._timing import medians, tell
from smf_core.measures import wilson, xmr
from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.chart import Size, packaged
from smf_desktop.reports.charts.control import ControlChart, Month, Rebase
from smf_desktop.reports.charts.pictures import AnyChart, draw, pixels, warm
from smf_desktop.reports.charts.rates import Rate, RatesChart
from smf_desktop.reports.charts.survival import Curve, SurvivalChart, curve

ROUNDS = 15
GOAL = 1.2
SKILLS = ("Self-injection", "Insulin", "Catheter care", "Catheter valve", "Wound", "Compression")
NURSES = ("Priya NAIR", "Siân HUGHES", "Grace ADEYEMI", "Tom OKAFOR")


def series(label: str, people: int, middle: int) -> Curve:
    """People of whom every fifth is still taught, spread about a middle."""
    made = [max(1, middle + (place * 7 % 11) - 5) for place in range(people)]
    return curve(label, label, Counter((visits, place % 5 != 0) for place, visits in enumerate(made)))


def rate(label: str, number: int, among: int) -> Rate:
    interval = wilson(number, among)
    return Rate(label, label, number, among, interval.low, interval.high)


def months() -> tuple[Month, ...]:
    counts = [(412 if place < 12 else 371) + (place * 37 % 29) - 14 for place in range(24)]
    points = xmr(counts, improvement=-1, rebase_at=(12,))
    return tuple(
        Month(f"{2024 + (place + 10) // 12}-{(place + 10) % 12 + 1:02}", point.value, point)
        for place, point in enumerate(points)
    )


CHARTS: tuple[tuple[AnyChart, Size], ...] = (
    (SurvivalChart((series("Insulin", 64, 7), series("Other skills", 126, 5))), Size(615, 265)),
    (ControlChart(months(), (Rebase("2025-11", "Service starts"),)), Size(615, 265)),
    (
        RatesChart(tuple(rate(name, 30 - 2 * n, 41 - n) for n, name in enumerate(SKILLS)), rate("Team", 141, 190)),
        Size(390, 190),
    ),
    (CaseloadChart(tuple(Load(name, name, 18 - n, 3, 2, 22) for n, name in enumerate(NURSES))), Size(355, 190)),
)


def ours() -> None:
    style = packaged("light")
    for chart, size in CHARTS:
        pixels(draw(chart, style, size).figure)


def again(figure: Figure) -> Callable[[], Figure]:
    """How to make the same figure again from what is known of its artists."""
    width, height = figure.get_size_inches()
    colour = figure.get_facecolor()
    parts = [made_of(each) for each in figure.get_children() if each is not figure.patch]

    def bare() -> Figure:
        made = Figure(figsize=(width, height), dpi=96, facecolor=colour)
        place = Affine2D().scale(1 / 96, -1 / 96).translate(0, height) + made.dpi_scale_trans
        for part in parts:
            artist = part()
            artist.set_transform(place)
            made.add_artist(artist)
        return made

    return bare


def made_of(artist: Artist) -> Callable[[], Artist]:
    match artist:
        case Line2D():
            xs, ys = artist.get_data(orig=True)
            how = {
                name: getattr(artist, f"get_{name}")()
                for name in ("color", "linewidth", "marker", "markersize", "markerfacecolor", "markeredgecolor")
            }
            style = artist._unscaled_dash_pattern if artist.is_dashed() else artist.get_linestyle()  # type: ignore[attr-defined]
            return lambda: Line2D(xs, ys, linestyle=style, zorder=1, **how)
        case LineCollection():
            segments, colours, widths = artist.get_segments(), artist.get_colors(), artist.get_linewidth()
            return lambda: LineCollection(segments, colors=colours, linewidths=widths, zorder=1)
        case Rectangle():
            corner, wide, high = artist.get_xy(), artist.get_width(), artist.get_height()
            fill = artist.get_facecolor()
            return lambda: Rectangle(corner, wide, high, facecolor=fill, linewidth=0, zorder=1)
        case Polygon():
            points, fill, alpha = artist.get_xy(), artist.get_facecolor(), artist.get_alpha()
            return lambda: Polygon(points, closed=True, facecolor=fill, alpha=alpha, zorder=1)
        case Text():
            (x, y), words, ink = artist.get_position(), artist.get_text(), artist.get_color()
            font, align, digits = (
                artist.get_fontproperties(),
                artist.get_horizontalalignment(),
                artist.get_fontfeatures(),
            )
            return lambda: Text(
                x,
                y,
                words,
                color=ink,
                fontproperties=font,
                horizontalalignment=align,
                fontfeatures=digits,
                parse_math=False,
                zorder=1,
            )
    raise TypeError(artist)


def main() -> int:
    warm()
    style = packaged("light")
    bare = [again(draw(chart, style, size).figure) for chart, size in CHARTS]

    def floor() -> None:
        for make in bare:
            pixels(make())

    took = medians({"ours": ours, "bare": floor, "plain": plain}, ROUNDS)
    told = Told("four charts redrawn", took["ours"], took["bare"], "bare matplotlib, same artists", GOAL, ROUNDS)
    tell(told)
    print(f"{'':<46}the same four with matplotlib's own axes take {took['plain']:.2f} ms")
    return int(told.ratio > GOAL)


def plain() -> None:
    """The four with axes, ticks and a legend, as anybody would write them."""
    with matplotlib.rc_context({"font.size": 8.5}):
        for chart, size in CHARTS:
            figure = Figure(figsize=(size.width / 96, size.height / 96), dpi=96)
            axes = figure.subplots()
            match chart:
                case SurvivalChart():
                    for each in chart.curves:
                        found = each.survival
                        axes.step(found.times, found.survival, where="post", label=each.label)
                        axes.fill_between(found.times, found.low, found.high, step="post", alpha=0.2)
                        axes.plot([found.median or 0], [0.5], "o")
                    axes.legend()
                case ControlChart():
                    values = [each.value or 0.0 for each in chart.months]
                    points = [each.point for each in chart.months if each.point]
                    axes.plot(values, "o-")
                    axes.step(range(len(points)), [point.mean for point in points])
                    axes.step(range(len(points)), [point.lower for point in points], "--")
                    axes.step(range(len(points)), [point.upper for point in points], "--")
                    axes.set_xticks(range(0, 24, 3), [each.month for each in chart.months[::3]])
                case RatesChart():
                    for place, rate in enumerate(chart.rates):
                        axes.plot([rate.low or 0, rate.high or 1], [place, place])
                        axes.plot([rate.share or 0], [place], "o")
                        axes.text(1, place, " ".join(rate.said))
                    axes.set_yticks(range(len(chart.rates)), [rate.label for rate in chart.rates])
                case CaseloadChart():
                    left = [0] * len(chart.loads)
                    for part in range(3):
                        many = [load.parts[part] for load in chart.loads]
                        axes.barh(range(len(many)), many, left=left)
                        left = [a + b for a, b in zip(left, many, strict=True)]
                    axes.set_yticks(range(len(left)), [load.label for load in chart.loads])
            pixels(figure)


if __name__ == "__main__":
    sys.exit(main())
