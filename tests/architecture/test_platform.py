"""The windows and the Python we test on are the ones we mean."""

import os
import shutil
import sys

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot


def test_setting_text_never_drops_a_reference_to_none(qtbot: QtBot) -> None:
    """Why PySide6 is pinned to 6.11.3: 6.12.0 on Python 3.11 answers None uncounted and ends the process with it.

    Each of its calls takes one reference too many from None, so the count falls by one a call; after some thousands
    of calls Python ends with "none_dealloc". From Python 3.12 on None is never counted, and the test always passes.
    """
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("a")
    before = sys.getrefcount(None)
    for _ in range(50):
        label.setText("a")
    assert sys.getrefcount(None) - before > -25


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is one kind of window")
def test_windows_are_real_ones_wherever_a_display_can_be_made(qapp: QApplication) -> None:
    """Without this, a machine that lost its Xvfb would quietly test less."""
    can = shutil.which("Xvfb") is not None
    assert qapp.platformName() == os.environ.get("QT_QPA_PLATFORM", "xcb" if can else "offscreen")
