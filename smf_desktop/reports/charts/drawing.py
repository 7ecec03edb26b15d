"""A figure to draw on in pixels from its top left corner, with words that are measured before they are set.

matplotlib without its axes: where everything stands is ours to say, so nothing is cut off, and what can be pointed at
is known without asking the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import sqrt
from typing import Literal, TypeAlias

from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from smf_desktop.reports.charts.chart import POINTS, Heading, Mark, Picture, Size, Style
from smf_desktop.reports.charts.lettering import advance, font, readable

Align: TypeAlias = Literal["left", "center", "right"]
Shape: TypeAlias = Literal["o", "s", "^", "v", "D", "X"]
Format: TypeAlias = Literal["png", "svg", "pdf"]
Dash: TypeAlias = tuple[int, ...]

SERIES: tuple[tuple[str, Shape, Dash], ...] = (
    ("c1", "o", ()),
    ("c2", "s", (6, 3)),
    ("c3", "^", (2, 3)),
    ("c4", "D", (8, 3, 2, 3)),
    ("c5", "X", (1, 3)),
    ("c6", "o", ()),
)
"""Colour, shape and line of each series (`design.md` 2.3)."""
WRITABLE = frozenset({"c1", "c2", "c4"})
"""Chart colours that words may stand in."""

_DPI = 96
_PAD = 8


@dataclass(frozen=True, slots=True)
class Box:
    """Room on the figure."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Drawing:
    """A figure being drawn. `box` is the room inside its margins and under its heading."""

    def __init__(self, style: Style, size: Size, heading: Heading, summary: str) -> None:
        self._colours, self._text = style.colours, style.text
        self.scale = max(1.0, sqrt(style.text))
        """How much larger lines and marks are than at 100 %."""
        self._figure = Figure(figsize=(size.width / _DPI, size.height / _DPI), dpi=_DPI * size.ratio)
        self._figure.patch.set_facecolor(style.colours["surface"])
        self._figure.set_label(heading.read_over(summary))
        self._place = (
            Affine2D().scale(1 / _DPI, -1 / _DPI).translate(0, size.height / _DPI) + self._figure.dpi_scale_trans
        )
        self.line = 14 * style.text
        """How much of the height a line of words takes."""
        self.box = Box(_PAD, _PAD, size.width - _PAD, size.height - _PAD)
        self._head(heading)

    def picture(self, marks: Sequence[Mark]) -> Picture:
        """What was drawn; of each mark what lies on the figure."""
        return Picture(self._figure, tuple(map(self._within, marks)))

    def stroke(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        colour: str,
        width: float = 1.0,
        dash: Dash = (),
    ) -> None:
        drawn = Line2D(xs, ys, color=self._colours[colour], linewidth=width * 0.75 * self.scale, transform=self._place)
        drawn.set_solid_capstyle("butt")
        if dash:
            drawn.set_linestyle((0, tuple(each / width for each in dash)))
        self._add(drawn)

    def rules(self, lines: Sequence[tuple[float, float, float, float]], colour: str, width: float = 1.0) -> None:
        """Straight lines, each from one point to another."""
        drawn = LineCollection(
            [((a, b), (c, d)) for a, b, c, d in lines],
            colors=self._colours[colour],
            linewidths=width * 0.75,
            transform=self._place,
        )
        self._add(drawn)

    def area(self, points: Sequence[tuple[float, float]], colour: str, strength: float) -> None:
        self._add(Polygon(points, closed=True, facecolor=self._colours[colour], alpha=strength, transform=self._place))

    def rectangle(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        fill = self._colours[colour]
        self._add(Rectangle((left, top), width, height, facecolor=fill, linewidth=0, transform=self._place))

    def dots(
        self, xs: Sequence[float], ys: Sequence[float], colour: str, shape: Shape, size: float = 7, hollow: bool = False
    ) -> None:
        edge = self._colours[colour]
        drawn = Line2D(
            xs, ys, linestyle="none", marker=shape, markersize=size * 0.75 * self.scale, transform=self._place
        )
        drawn.set_markerfacecolor(self._colours["surface"] if hollow else edge)
        drawn.set_markeredgecolor(edge)
        drawn.set_markeredgewidth(1.1 if hollow else 0.4)
        self._add(drawn)

    def words(
        self,
        x: float,
        middle: float,
        words: str,
        *,
        colour: str = "text-2",
        role: str = "tick",
        weight: int = 400,
        align: Align = "left",
        room: float | None = None,
        figures: bool = False,
    ) -> float:
        """One line of words about the height `middle`, cut short with dots where there is less `room`; its width.

        `figures` sets digits of one width, for columns and axes.
        """
        shown = readable(words) if room is None else self.fitted(words, room, role, weight)
        if not shown:
            return 0.0
        points = POINTS[role] * self._text
        drawn = Text(
            x,
            middle + points * 0.45,  # the middle of its capitals
            shown,
            color=self._colours[colour],
            fontproperties=font(weight, points),
            horizontalalignment=align,
            parse_math=False,
            transform=self._place,
        )
        if figures:
            drawn.set_fontfeatures(("tnum",))
        self._add(drawn)
        return self.width(shown, role, weight)

    def width(self, words: str, role: str = "tick", weight: int = 400) -> float:
        """How wide words are at most, in pixels."""
        return sum(advance(each, weight) for each in readable(words)) * POINTS[role] * self._text * _DPI / 72

    def fitted(self, words: str, room: float, role: str = "tick", weight: int = 400) -> str:
        """The words, or as many of their letters as there is room for; "" where there is none."""
        words = readable(words)
        if self.width(words, role, weight) <= room + 0.01:
            return words
        left = room - self.width("…", role, weight)
        taken = 0
        while taken < len(words) and (left := left - self.width(words[taken], role, weight)) >= 0:
            taken += 1
        return f"{words[:taken].rstrip()}…" if taken else ""

    def wrapped(self, words: str, room: float, most: int, role: str = "tick") -> list[str]:
        """The words in lines, as many as are allowed; what is left over is cut short with dots."""
        lines: list[str] = []
        for word in readable(words).split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and (len(lines) == most or self.width(longer, role) <= room):
                lines[-1] = longer
            else:
                lines.append(word)
        return [shown for line in lines[:most] if (shown := self.fitted(line, room, role))]

    def sentence(self, words: str) -> None:
        """A sentence in place of a chart that has nothing to show."""
        height = self.line * 1.25
        lines = self.wrapped(words, self.box.width, max(1, int(self.box.height / height)), "body")
        top = (self.box.top + self.box.bottom - height * len(lines)) / 2
        for place, line in enumerate(lines):
            middle = top + height * (place + 0.5)
            self.words((self.box.left + self.box.right) / 2, middle, line, role="body", align="center")

    def _within(self, mark: Mark) -> Mark:
        wide, high = self._figure.get_size_inches() * _DPI
        left, top = max(0.0, mark.left), max(0.0, mark.top)
        right, bottom = min(wide, mark.left + mark.width), min(high, mark.top + mark.height)
        return replace(mark, left=left, top=top, width=float(right - left), height=float(bottom - top))

    def _add(self, drawn: Artist) -> None:
        """What is drawn later lies over what was drawn before."""
        drawn.set_zorder(1)
        self._figure.add_artist(drawn)

    def _head(self, heading: Heading) -> None:
        box, high = self.box, self.line * 1.5
        if heading.title and box.height > 4 * high:
            self.words(
                box.left,
                box.top + high / 2 - 2,
                heading.title,
                colour="text",
                role="section",
                weight=600,
                room=box.width,
            )
            box = Box(box.left, box.top + high, box.right, box.bottom)
        lines = self.wrapped(heading.note, box.width, 2, "caption") if box.height > 4 * high else []
        for place, line in enumerate(lines):
            middle = box.bottom - self.line * (len(lines) - place - 0.5)
            self.words(box.left, middle, line, colour="text-3", role="caption", room=box.width)
        self.box = Box(box.left, box.top, box.right, box.bottom - self.line * len(lines) * (1.2 if lines else 1))


def pixels(figure: Figure) -> tuple[int, int, bytes]:
    """The picture as (width, height, four bytes for each pixel: red, green, blue, how solid)."""
    made = BytesIO()
    figure.savefig(made, format="rgba")
    return int(figure.bbox.width), int(figure.bbox.height), made.getvalue()


def save(figure: Figure, kind: Format) -> bytes:
    """The picture as a file which says in words what it shows: the same picture is the same bytes."""
    alt = readable(str(figure.get_label())) or None
    said: dict[Format, dict[str, str | None]] = {
        "png": {"Software": None, "Description": alt},
        "svg": {"Date": None, "Creator": None, "Title": alt},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Title": alt},
    }
    made = BytesIO()
    figure.savefig(made, format=kind, metadata=said[kind])
    return made.getvalue()
