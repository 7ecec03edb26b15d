"""A chart that leaves the application as a picture: whole or not at all, and noted."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from smf_core.policy.rules import Action, require
from smf_desktop.reports.charts.chart import Table
from smf_desktop.reports.figures.whole import whole
from smf_desktop.services.auditing import REPORT, note
from smf_desktop.services.session import Session

T = TypeVar("T")

SMALL = 5
HAS_SMALL = "Some counts are under 5, so it is not for publication"


def small_numbers(table: Table) -> str:
    """What a picture says of itself where a count in it may point at somebody; "" where none does."""
    counts = [place for place, column in enumerate(table.columns) if column.kind == "count"]
    cells = (row[place] for row in table.rows for place in counts)
    return HAS_SMALL if any(isinstance(cell, int) and 0 < cell < SMALL for cell in cells) else ""


def copy_picture(session: Session, name: str, made: Callable[[], T]) -> T:
    """Draw for the clipboard, which is outside the application, and note it. Raises `NotAllowed`."""
    require(session.user, Action.EXPORT_FIGURES)
    found = made()
    note(session, REPORT, None, f"chart {name} copied")
    return found


def save_picture(session: Session, name: str, made: Callable[[], bytes], path: Path) -> None:
    """Draw, note it, and put the file in the place of an older one.

    Raises `NotAllowed`, `FileUnwritable`, `NoRoomForFile`.
    """
    require(session.user, Action.EXPORT_FIGURES)
    content = made()

    def write(beside: Path) -> None:
        beside.write_bytes(content)

    def noted(digests: Mapping[Path, str]) -> None:
        note(session, REPORT, None, f"chart {name} {digests[path]}")

    whole({path: write}, noted)
