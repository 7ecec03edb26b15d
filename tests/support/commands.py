"""Commands as processes of their own that begin with their imports done, which take longer than most of what they do.

Each is a fork of one clean process which has loaded the programs, has run nothing of them, and ends with this one.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TextIO

from tests.ciphers import leave_memory_unlocked, leave_passwords_at_the_start

LOADED = (
    "smf_hub.app.serving",
    "smf_hub.commands.copies",
    "smf_hub.commands.laptops",
    "smf_hub.commands.looking",
    "smf_hub.commands.making",
    "smf_hub.commands.people",
    "smf_hub.service.backups",
    "smf_hub.service.managing",
    "smf_hub.service.projecting",
    "smf_desktop.commands.hub",
    "smf_desktop.commands.records",
    "smf_desktop.commands.stores",
    "smf_desktop.commands.users",
    "smf_desktop.compose.demo",
    "smf_desktop.compose.entering",
    "smf_desktop.compose.network",
    "smf_desktop.security.vault",
    "smf_desktop.services.laptop.accounts",
    "smf_desktop.services.laptop.exporting",
    "smf_desktop.services.laptop.sitting",
    "smf_desktop.services.people",
    "smf_desktop.store.integrity",
)
"""What begins loaded. A command that needs more imports it, as it always does."""


@cache
def _ready() -> ForkServerContext:
    ready = multiprocessing.get_context("forkserver")
    ready.set_forkserver_preload([__name__, *LOADED])
    return ready


class Command:
    """A program at work: `python -m` with its words, in a folder, with an environment. `err` is added to."""

    def __init__(self, module: str, *words: object, within: Path, environ: Mapping[str, str], err: Path) -> None:
        heard, said = _ready().Pipe(duplex=False)
        given = (said, err.absolute(), within, dict(environ), module, [str(word) for word in words])
        self._process = _ready().Process(target=_become, args=given)
        self._process.start()
        said.close()
        self.out: TextIO = os.fdopen(os.dup(heard.fileno()), encoding="utf-8")
        heard.close()

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def end(self, within_s: float) -> int:
        """Wait until it is over. Answers its exit code (below 0: the signal). Raises `TimeoutError`."""
        self._process.join(within_s)
        code = self._process.exitcode
        if code is None:
            raise TimeoutError
        self.out.close()
        self._process.close()
        return code

    def stop(self, within_s: float) -> None:
        """End it, by force where it does not end by itself."""
        self.terminate()
        with suppress(TimeoutError):
            self.end(within_s)
            return
        self.kill()
        self.end(within_s)


def ended(
    module: str, *words: object, within: Path, environ: Mapping[str, str], within_s: float
) -> tuple[int, str, str]:
    """Run a command to its end. Answers its exit code, what it said, and what it said on standard error."""
    with TemporaryDirectory() as aside:
        err = Path(aside) / "err"
        command = Command(module, *words, within=within, environ=environ, err=err)
        too_long = Timer(within_s, command.kill)
        too_long.start()
        said = command.out.read()
        too_long.cancel()
        return command.end(within_s), said, err.read_text("utf-8")


def _become(out: Connection, err: Path, within: Path, environ: dict[str, str], module: str, words: list[str]) -> None:
    """In the new process: what the system does for a command that is typed, but it locks no memory and measures no
    computer."""
    os.dup2(out.fileno(), 1)
    out.close()
    with err.open("ab") as aside:
        os.dup2(aside.fileno(), 2)
    os.chdir(within)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv[1:] = words
    leave_memory_unlocked()
    leave_passwords_at_the_start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)
