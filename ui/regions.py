"""From one region of a window to the next with F6."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def next_region(regions: Sequence[QWidget], by: int) -> None:
    """Give the focus to the first stop of the region after (`by` 1) or before (-1) the one that has it."""
    focus = QApplication.focusWidget()
    inside = [place for place, region in enumerate(regions) if focus and region.isAncestorOf(focus)]
    now = inside[-1] if inside else -1 if by > 0 else 0  # the dock lies inside the page
    for step in range(1, len(regions) + 1):
        here = regions[(now + step * by) % len(regions)]
        others = [region for region in regions if region is not here and here.isAncestorOf(region)]
        if stop := _first_stop(here, others):
            stop.setFocus(Qt.FocusReason.TabFocusReason)
            return


def _first_stop(region: QWidget, others: list[QWidget]) -> QWidget | None:
    """The first control of a region that Tab would stop at, leaving out regions inside it."""
    stop = region.nextInFocusChain()
    while stop is not None and stop is not region:
        mine = region.isAncestorOf(stop) and not any(other is stop or other.isAncestorOf(stop) for other in others)
        if mine and stop.isVisible() and stop.isEnabled() and stop.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return stop
        stop = stop.nextInFocusChain()
    return None
