"""A hub of its own for a demo, on this computer alone: a process that ends with the block it is used in."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from smf_desktop.trouble import DemoStopped

ANSWERS = "The hub answers at "
STOPS_S = 20
DATABASE = "hub.db"


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """The hub in a folder, answering at the address that is given. Port 0 is a free one. Raises `DemoStopped`."""
    process = subprocess.Popen(
        _words(folder, "serve", "--port", str(port)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(ANSWERS):
                yield line.removeprefix(ANSWERS).strip().rstrip(".")
                return
        raise DemoStopped
    finally:
        process.terminate()
        try:
            process.wait(STOPS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def make(folder: Path, service: str) -> None:
    """A new hub for made-up people, in a folder of its own. Raises `DemoStopped`."""
    folder.mkdir(parents=True)
    said = ask(folder, "init", "--service", service, "--recovery-out", str(folder / "recovery-key"))
    if "fingerprint" not in said:
        raise DemoStopped


def ask(folder: Path, *words: str) -> dict[str, Any]:
    """A command of the hub: its one document. Raises `DemoStopped`."""
    done = subprocess.run([*_words(folder, *words), "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if done.returncode:
        raise DemoStopped
    found: dict[str, Any] = json.loads(done.stdout or b"{}")
    return found


def code(folder: Path, user: str) -> str:
    """A one-time code for a laptop of somebody. Raises `DemoStopped`."""
    done = subprocess.run(_words(folder, "device", "code", "--user", user), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise DemoStopped
    return done.stdout.splitlines()[0].strip()


def _words(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "smf_hub", *words, "--database", f"sqlite:///{folder / DATABASE}"]
