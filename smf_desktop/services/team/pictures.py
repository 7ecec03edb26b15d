"""A chart that leaves the application as a picture: whole or not at all, and noted."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from smf_core.figures.suppression import WhyShown
from smf_core.policy.rules import Action, may, require
from smf_desktop.reports.charts.hiding import without_small
from smf_desktop.reports.charts.pictures import AnyChart
from smf_desktop.reports.figures.whole import whole
from smf_desktop.services.auditing import REPORT, note
from smf_desktop.services.session import Session

T = TypeVar("T")

HIDDEN = "Numbers under 5 are hidden."
SHOWN = "Small numbers shown: not for publication."


def leaving(chart: AnyChart, why: WhyShown | None) -> tuple[AnyChart, str]:
    """A chart as it leaves the application, and what its picture says of small numbers ("" where it has none).

    They are hidden unless there is a reason `why` they are shown.
    """
    hidden = without_small(chart)
    if hidden == chart:
        return chart, ""
    return (hidden, HIDDEN) if why is None else (chart, SHOWN)


def may_show_small(session: Session, chart: AnyChart) -> bool:
    """Whether a chart has small numbers, and this user may show them for a reason."""
    return may(session.user, Action.SHOW_SMALL_NUMBERS).allowed and without_small(chart) != chart


def copy_picture(session: Session, name: str, made: Callable[[], T], why: WhyShown | None = None) -> T:
    """Draw for the clipboard, which is outside the application, and note it. Raises `NotAllowed`."""
    _require(session, why)
    found = made()
    note(session, REPORT, None, f"chart {name} copied{_because(why)}")
    return found


def save_picture(
    session: Session, name: str, made: Callable[[], bytes], path: Path, why: WhyShown | None = None
) -> None:
    """Draw, note it with why its small numbers are shown, and put the file in the place of an older one.

    Raises `NotAllowed`, `FileUnwritable`, `NoRoomForFile`.
    """
    _require(session, why)
    content = made()

    def write(beside: Path) -> None:
        beside.write_bytes(content)

    def noted(digests: Mapping[Path, str]) -> None:
        note(session, REPORT, None, f"chart {name} {digests[path]}{_because(why)}")

    whole({path: write}, noted)


def _require(session: Session, why: WhyShown | None) -> None:
    require(session.user, Action.EXPORT_FIGURES)
    if why is not None:
        require(session.user, Action.SHOW_SMALL_NUMBERS)


def _because(why: WhyShown | None) -> str:
    return f" small:{why.value}" if why else ""
