"""The guards of `tests/conftest.py` do fail a test that leaves something behind."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

UNTIDY = """
    import logging, threading
    import pytest
    from PySide6.QtCore import QObject, QThread, QTimer

    kept = []

    def test_warns():
        logging.getLogger("smf").warning("disk slow")

    @pytest.mark.logs
    def test_warns_as_expected():
        logging.getLogger("smf").warning("disk slow")

    def test_leaves_a_thread():
        threading.Thread(target=threading.Event().wait, args=(30,), daemon=True, name="forgotten").start()

    def test_leaves_a_timer(qapp):
        timer = QTimer()
        timer.start(1000)
        kept.append(timer)

    def test_owned_timer_is_its_owners_business(qapp):
        owner = QObject()
        timer = QTimer(owner)
        timer.start(1000)
        kept.append(owner)

    def test_leaves_a_qt_thread(qapp):
        thread = QThread()
        thread.start()
        kept.append(thread)

    def test_tidies_up(qapp):
        kept[-1].quit()
        kept[-1].wait()
        kept[0].stop()
"""


def test_what_is_left_behind_is_named(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeconftest(Path(__file__).parents[1].joinpath("conftest.py").read_text("utf-8"))
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\nmarkers = ["logs: expected"]\nstrict_markers = true')
    pytester.makepyfile(test_untidy=UNTIDY)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    result = pytester.runpytest_subprocess("--no-xvfb", "-p", "no:cacheprovider", "-p", "no:schemathesis")
    result.assert_outcomes(passed=7, errors=4)
    for words in (
        "WARNING smf: disk slow",
        "Threads left running: forgotten",
        "Left running: QTimer of 1000 ms",
        "Left running: QThread*",
    ):
        result.stdout.fnmatch_lines([f"*{words}*"])
