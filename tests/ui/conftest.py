"""Every test of the windows wears the light theme, and has its cycles collected where its widgets live."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui.theme import apply, load


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    theme = load("light")
    if qapp.styleSheet() != theme.style_sheet():  # a test before this one wore another, or none was worn yet
        apply(qapp, theme)


@pytest.fixture(autouse=True)
def collected_here(qapp: QApplication) -> Iterator[None]:
    """As in the application: no collection on the thread of a lane, where it would take widgets down."""
    gc.disable()
    yield
    gc.enable()
