"""Where a process of tests stood when it crashed, or hung; of one beside others only the name of its test would be
known, or not even that."""

import faulthandler
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import pytest

FOLDER = "SMF_TEST_CRASHES"
"""Names the folder where processes started by this one write theirs."""
LONGEST_S = 300
"""Seconds that an ordinary test may take: the longest takes a third of it on a busy machine."""
LONGEST_OF_A_NIGHT_S = 6 * 3600


class Crashes:
    """Of the first process: makes the folder, and prints what was written there."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="smf-crashes-")
        os.environ[FOLDER] = self._folder.name

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for file in sorted(Path(self._folder.name).glob("*.txt")):
            if told := file.read_text("utf-8"):
                terminalreporter.section(f"Crash of process {file.stem}")
                terminalreporter.write(told)

    def pytest_unconfigure(self) -> None:
        del os.environ[FOLDER]
        self._folder.cleanup()


class Crash:
    """Of a process that the first one started. A test that hangs ends it, so that the others are still run."""

    def __init__(self) -> None:
        self._file: TextIO = (Path(os.environ[FOLDER]) / f"{os.getpid()}.txt").open("w", encoding="utf-8")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Once pytest has pointed its own traces at an output that nobody reads."""
        faulthandler.enable(self._file)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        is_of_a_night = item.config.getoption("--hypothesis-profile") == "nightly"  # with many more examples of each
        longest = LONGEST_OF_A_NIGHT_S if is_of_a_night or item.get_closest_marker("nightly") else LONGEST_S
        faulthandler.dump_traceback_later(longest, exit=True, file=self._file)
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def pytest_unconfigure(self) -> None:
        self._file.close()


def told_of() -> Crashes | Crash:
    """The plugin for this process."""
    return Crash() if FOLDER in os.environ else Crashes()
