"""What a command says, and the hub it works on."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smf_core.domain.dates import written_day
from smf_hub import ports
from smf_hub.ports import World

if TYPE_CHECKING:
    from smf_hub.service.place import Place

DONE, OUR_FAULT, USAGE, NOT_DONE, LOCKED, INTEGRITY, UNREACHABLE = range(7)
"""Exit codes."""

USUAL = "sqlite:///hub.db"


class Told(Exception):
    """A sentence for the person at the terminal, and the exit code that goes with it."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a command is given."""

    environ: Mapping[str, str]
    world: World

    def say(self, words: str) -> None:
        print(words, flush=True)

    def aside(self, words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    def document(self, value: Mapping[str, Any]) -> None:
        print(json.dumps(value, ensure_ascii=False), flush=True)


def moment(said: str) -> str:
    """`17-Nov-2026 09:05`, by this computer's clock, of an instant as documents have it."""
    at = datetime.fromisoformat(said).astimezone()
    return f"{written_day(at)} {at:%H:%M}"


def answer(terminal: Terminal, arguments: argparse.Namespace, document: Mapping[str, Any], *lines: str) -> None:
    if arguments.json:
        terminal.document(document)
        return
    for line in lines:
        terminal.say(line)


@contextmanager
def opened(terminal: Terminal, arguments: argparse.Namespace) -> "Iterator[Place]":
    from smf_hub.service.place import open_place
    from smf_hub.store.database import parse
    from smf_hub.store.keys import find_key
    from smf_hub.store.schema import is_there

    url = arguments.database or USUAL
    if not is_there(parse(url)):
        raise ports.NoHubHere
    place = open_place(url, find_key(parse(url), terminal.environ), terminal.world)
    try:
        yield place
    finally:
        place.close()


def write_secret(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
