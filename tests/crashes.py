"""Where a process of tests stood when it crashed; of one beside others only the name of its test would be known."""

import faulthandler
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import pytest

FOLDER = "SMF_TEST_CRASHES"
"""Names the folder, for the processes that the first one starts."""


class Crashes:
    """Has every process write its crash to a file; the process that reports prints them."""

    def __init__(self) -> None:
        self._made = None if FOLDER in os.environ else TemporaryDirectory(prefix="smf-crashes-")
        if self._made is not None:
            os.environ[FOLDER] = self._made.name
        self._folder = Path(os.environ[FOLDER])
        self._file: TextIO = (self._folder / f"{os.getpid()}.txt").open("w", encoding="utf-8")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Once pytest has pointed its own traces at an output that nobody reads."""
        faulthandler.enable(self._file)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for file in sorted(self._folder.glob("*.txt")):
            if told := file.read_text("utf-8"):
                terminalreporter.section(f"Crash of process {file.stem}")
                terminalreporter.write(told)

    def pytest_unconfigure(self) -> None:
        self._file.close()
        if self._made is not None:
            del os.environ[FOLDER]
            self._made.cleanup()
