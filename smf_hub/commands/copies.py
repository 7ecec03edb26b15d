"""A hub in one file, and a hub from one."""

import argparse

from smf_hub.commands.terminal import DONE, USUAL, Terminal, answer, opened


def backup(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import backups
    from smf_hub.store.database import parse
    from smf_hub.store.keys import find_key

    with opened(terminal, arguments) as place:
        key = find_key(parse(arguments.database or USUAL), terminal.environ)
        made = backups.back_up(place, key, arguments.file)
    said = {"file": str(made.file), "feeds": made.feeds, "change_sets": made.change_sets, "size": made.size}
    whole = f"{made.change_sets} change sets in {made.feeds} feeds, all whole, are in {made.file}."
    answer(terminal, arguments, said, whole, "It opens with the hub's key alone: keep that elsewhere.")
    return DONE


def restore(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import backups
    from smf_hub.store.database import parse
    from smf_hub.store.keys import find_key

    url = arguments.database or USUAL
    made = backups.restore(arguments.file, url, find_key(parse(url), terminal.environ), terminal.world)
    said = {"feeds": made.feeds, "change_sets": made.change_sets}
    whole = f"The hub is there again, with {made.change_sets} change sets in {made.feeds} feeds, all whole."
    before = "Before laptops come back: revoke, end and add whom you did since the backup was made."
    answer(terminal, arguments, said, whole, before)
    return DONE
