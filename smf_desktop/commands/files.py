"""A file that is taken in, and what is said of its rows."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from smf_desktop.commands.terminal import NOT_DONE, Terminal, Told

if TYPE_CHECKING:
    from smf_desktop.services.referral.cells import Finding


def file_of(arguments: argparse.Namespace, largest: int) -> bytes:
    """The file as far as it may be large, and one byte of what is too large."""
    try:
        with arguments.file.open("rb") as file:
            found: bytes = file.read(largest + 1)
            return found
    except OSError:
        raise Told("The file cannot be read. Nothing was changed. Check its name and try again.", NOT_DONE) from None


def say_findings(terminal: Terminal, findings: "Iterable[Finding]") -> None:
    for each in findings:
        column = f", {each.column}" if each.column else ""
        of = f" ({each.of})" if each.of else ""
        terminal.say(f"Row {each.line}{column}: {each.kind.value}. {each.reason}{of}")
