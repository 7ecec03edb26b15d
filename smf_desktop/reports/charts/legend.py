"""What each look on a picture means, named beside a piece of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from smf_desktop.reports.charts.drawing import WRITABLE, Box, Dash, Drawing, Shape

_GAP = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a legend: how its series looks, its name and what is said of it; without a name only words."""

    colour: str
    name: str
    said: str = ""
    dash: Dash = ()
    shape: Shape | None = None
    swatch: bool = False


def draw_legend(drawing: Drawing, entries: Sequence[Entry], box: Box, rows: int) -> None:
    """Entries one after another, on so many rows at most. What has no room is left out."""
    x, row = box.left, 0
    for entry in entries:
        wide = _width(drawing, entry)
        if x > box.left and x + wide > box.right:
            x, row = box.left, row + 1
        if row >= rows:
            return
        _draw(drawing, entry, x, box.top + drawing.line * (row + 0.5), min(wide, box.right - x))
        x += wide + _GAP


def legend_rows(drawing: Drawing, entries: Sequence[Entry], room: float) -> int:
    """On how many rows a legend stands."""
    x, rows = 0.0, 1 if entries else 0
    for entry in entries:
        wide = _width(drawing, entry)
        if x and x + wide > room:
            x, rows = 0.0, rows + 1
        x += wide + _GAP
    return rows


def legend_width(drawing: Drawing, entries: Sequence[Entry]) -> float:
    """How wide the longest entry is."""
    return max((_width(drawing, entry) for entry in entries), default=0.0)


def _width(drawing: Drawing, entry: Entry) -> float:
    return _sample(drawing, entry) + drawing.width(entry.name, weight=600) + drawing.width(entry.said)


def _sample(drawing: Drawing, entry: Entry) -> float:
    if not entry.name:
        return 0.0
    return (14 if entry.shape or entry.swatch else 32) * drawing.scale


def _draw(drawing: Drawing, entry: Entry, x: float, middle: float, room: float) -> None:
    sample, side = _sample(drawing, entry), 9 * drawing.scale
    if entry.shape:
        drawing.dots([x + side / 2], [middle], entry.colour, entry.shape)
    elif entry.swatch:
        drawing.rectangle(x, middle - side / 2, side, side, entry.colour)
    elif entry.name:
        drawing.stroke([x, x + sample - 5], [middle, middle], entry.colour, 2, entry.dash)
    written = entry.colour if entry.colour in WRITABLE and not entry.swatch else "text"
    whole, room = drawing.width(entry.name, weight=600), room - sample
    short = max(room - drawing.width(entry.said), min(whole, room * 0.4))
    name = drawing.words(x + sample, middle, entry.name, colour=written, weight=600, room=short)
    drawing.words(x + sample + name, middle, entry.said, room=room - name)
