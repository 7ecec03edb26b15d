"""What a command says and asks, and the store it works on."""

import argparse
import contextlib
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smf_desktop.compose import Computer, House
    from smf_desktop.ports import UnlockCard
    from smf_desktop.security.opened import Opened
    from smf_desktop.services.laptop.sitting import Sitting

DONE, OUR_FAULT, USAGE, NOT_DONE, LOCKED, INTEGRITY, UNREACHABLE, NOT_ALLOWED = range(8)
"""Exit codes."""


class Told(Exception):
    """A sentence for the person at the terminal, and the exit code that goes with it."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


class Terminal:
    """What a command says and asks. `computer` is made only when a command needs one."""

    def __init__(self, environ: Mapping[str, str], computer: "Callable[[], Computer] | None" = None) -> None:
        self.environ = environ
        self._computer = computer

    def computer(self) -> "Computer":
        from smf_desktop.compose import this_computer

        return (self._computer or this_computer)()

    def house(self, store: Path) -> "House":
        from smf_desktop.compose import House

        return House(self.computer(), store)

    def password(self, variable: str = "SMF_PASSWORD", asking: str = "Password: ") -> str:
        if variable in self.environ:
            return self.environ[variable]
        if not sys.stdin.isatty():
            raise Told(
                f"No password was given. Nothing was changed. Set {variable}, or run this in a terminal.", LOCKED
            )
        return getpass.getpass(asking)

    def new_password(self, variable: str) -> str:
        """A password nobody has yet: asked for twice."""
        first = self.password(variable, "New password: ")
        if variable not in self.environ and getpass.getpass("The same again: ") != first:
            raise Told("The two passwords differ. Nothing was changed. Run the command again.", NOT_DONE)
        return first

    def say(self, words: str) -> None:
        print(words, flush=True)

    def document(self, value: Mapping[str, Any]) -> None:
        print(json.dumps(value, ensure_ascii=False), flush=True)

    def progress(self, what: str) -> Callable[[int, int], bool]:
        """Counts on standard error where someone looks at it."""
        seen = sys.stderr.isatty()

        def tell(done: int, total: int) -> bool:
            if seen:
                end = "\n" if done >= total else ""
                print(f"\r{what}: {done} of {total}", end=end, file=sys.stderr, flush=True)
            return True

        return tell


@contextlib.contextmanager
def opened(
    terminal: Terminal,
    arguments: argparse.Namespace,
    among_several: "Callable[[House], str] | None" = None,
) -> "Iterator[tuple[House, Opened]]":
    """The store's folder held, and its key for `--user`. The key is wiped at the end."""
    with terminal.house(arguments.store) as house:
        username = arguments.user or (among_several or only_user)(house)
        key = house.unlock(username, terminal.password())
        try:
            yield house, key
        finally:
            key.zero()


@contextlib.contextmanager
def seated(terminal: Terminal, arguments: argparse.Namespace) -> "Iterator[tuple[House, Opened, Sitting]]":
    """An open store at `--user`'s hands."""
    with opened(terminal, arguments) as (house, key):
        sitting = house.enter(key)
        try:
            yield house, key, sitting
        finally:
            sitting.close()


def only_user(house: "House") -> str:
    return only_user_of(house.card())


def only_user_of(card: "UnlockCard") -> str:
    users = card.users
    if len(users) != 1:
        names = ", ".join(sorted(user.username for user in users))
        raise Told(f"Several people use this store. Nothing was changed. Say who you are with --user: {names}.", USAGE)
    return users[0].username


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner may read."""
    with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
