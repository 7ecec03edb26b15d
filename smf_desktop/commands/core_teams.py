"""What core teams send, taken in."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from smf_desktop.commands.files import file_of, say_findings
from smf_desktop.commands.terminal import DONE, NOT_DONE, Terminal, seated

if TYPE_CHECKING:
    from smf_desktop.services.service.core_counts import CoreImported
    from smf_desktop.services.session import Session


def import_referrals(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.service.core_counts import import_core_referrals

    return _taken(terminal, arguments, import_core_referrals)


def import_rereferrals(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.service.core_counts import import_core_rereferrals

    return _taken(terminal, arguments, import_core_rereferrals)


def _taken(
    terminal: Terminal, arguments: argparse.Namespace, take_in: "Callable[[Session, bytes], CoreImported]"
) -> int:
    from smf_desktop.services.referral.bytes import LARGEST_FILE
    from smf_desktop.services.referral.cells import as_document

    data = file_of(arguments, LARGEST_FILE)
    with seated(terminal, arguments) as (_, _, sitting):
        told = take_in(sitting.session, data)
    if arguments.json:
        terminal.document(as_document(told.records, told.imported, told.findings) | {"unchanged": told.unchanged})
        return NOT_DONE if told.refused else DONE
    say_findings(terminal, told.findings)
    if told.refused:
        terminal.say("Nothing was changed. Put the rows right and import the file again.")
        return NOT_DONE
    terminal.say(f"{told.imported} of {told.records} rows taken in, {told.unchanged} as they were.")
    return DONE
