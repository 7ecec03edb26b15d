"""What holds for every test: the same examples each time, nothing left running, nothing unexpected in the log."""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from weakref import WeakSet

import pytest
from hypothesis import HealthCheck, settings

from tests.ciphers import leave_memory_unlocked
from tests.crashes import told_of
from tests.new_stores import copy_the_schema, share_the_sql

pytest.register_assert_rewrite("tests.support")
gc.disable()  # until everything is collected: what is loaded stays, and going through it finds nothing
leave_memory_unlocked()
copy_the_schema()
share_the_sql()

# Loaded here for a plain `pytest`; `--hypothesis-profile=nightly` takes its place afterwards.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")

THREAD_GRACE = 2.0
"""Seconds a thread that was told to stop may take to do so."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(told_of())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where no window can be shown (`dev.py` says why), what needs the keyboard in one is named and not run."""
    if os.environ.get("QT_QPA_PLATFORM") != "offscreen":
        return
    for item in items:
        of_windows = {"ui", "features"} & set(item.path.parts) and {"qtbot", "qapp"} & set(
            getattr(item, "fixturenames", ())
        )
        if of_windows:
            item.add_marker(pytest.mark.skip(reason="keys need a window, and there is no display"))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


class _Kept(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in the log fails the test, unless the test is marked `logs`."""
    kept = _Kept()
    logging.getLogger().addHandler(kept)
    yield
    logging.getLogger().removeHandler(kept)
    if kept.records and not request.node.get_closest_marker("logs"):
        told = "\n".join(f"{record.levelname} {record.name}: {record.getMessage()}" for record in kept.records)
        pytest.fail(f"Unexpected in the log:\n{told}", pytrace=False)


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A thread that outlives its test would run into the next one."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + THREAD_GRACE
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, until - time.monotonic()))
    left = [thread.name for thread in set(threading.enumerate()) - before]
    if left:
        pytest.fail(f"Threads left running: {', '.join(sorted(left))}", pytrace=False)


def _watched(kind: Any, monkeypatch: pytest.MonkeyPatch) -> WeakSet[Any]:
    """The objects of a Qt class which a test started; holds none of them alive."""
    started: WeakSet[Any] = WeakSet()
    original: Callable[..., None] = kind.start

    @wraps(original)
    def start(self: Any, *arguments: Any) -> None:
        started.add(self)
        original(self, *arguments)

    monkeypatch.setattr(kind, "start", start)
    return started


@pytest.fixture(autouse=True)
def no_qt_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A `QThread` still running, or a `QTimer` still ticking that nothing owns, fails the test that started it."""
    if "PySide6.QtCore" not in sys.modules:
        yield
        return
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import isValid

    threads, timers = _watched(QThread, monkeypatch), _watched(QTimer, monkeypatch)
    yield
    left = [f"QThread {thread.objectName()}" for thread in threads if isValid(thread) and thread.isRunning()]
    left += [
        f"QTimer of {timer.interval()} ms"
        for timer in timers
        if isValid(timer) and timer.isActive() and timer.parent() is None
    ]
    if left:
        pytest.fail(f"Left running: {', '.join(sorted(left))}", pytrace=False)
