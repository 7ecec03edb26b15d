"""Copies of a store: backup, restore, salvage."""

import argparse
import contextlib
from pathlib import Path

from smf_desktop.commands.terminal import DONE, LOCKED, NOT_DONE, Terminal, Told, only_user, only_user_of, opened


def backup(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.trouble import StoreInUse

    with contextlib.ExitStack() as held:
        house = terminal.house(arguments.store)
        with contextlib.suppress(StoreInUse):  # a backup may be made while the window has it open
            held.enter_context(house)
        key = house.unlock(arguments.user or only_user(house), terminal.password())
        made = house.back_up(key, arguments.file.absolute(), terminal.progress("Copied and checked"))
    if arguments.json:
        terminal.document(
            {
                "file": str(made.file),
                "made_at": made.made_at.isoformat(timespec="seconds"),
                "change_sets": made.change_sets,
                "bytes": made.size,
            }
        )
        return DONE
    terminal.say(f"{made.change_sets} change sets are in {made.file}, encrypted; it was read back and is whole.")
    terminal.say("On this laptop a password opens it, on another the recovery key.")
    return DONE


def restore(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.laptop.backups import ByPassword, ByRecoveryKey
    from smf_desktop.trouble import DeviceSecretMissing

    house = terminal.house(arguments.store)
    found = house.look_at(arguments.file.absolute())
    username = arguments.user or only_user_of(found.card)
    recovery_key = _recovery_key(terminal, arguments.recovery)
    way = (
        ByRecoveryKey(username, recovery_key, terminal.new_password("SMF_PASSWORD"))
        if recovery_key
        else ByPassword(username, terminal.password())
    )
    try:
        made = house.restore(found.file, way, terminal.progress("Read and checked"))
    except DeviceSecretMissing:
        raise Told(
            "This computer does not hold its part of the key, so a password alone does not open the backup. Nothing "
            "was changed. Give the recovery key with --recovery FILE or in SMF_RECOVERY_KEY.",
            LOCKED,
        ) from None
    made.key.zero()
    house.release()
    if arguments.json:
        terminal.document(
            {
                "store": str(house.directory),
                "made_at": made.made_at.isoformat(timespec="seconds"),
                "change_sets": made.change_sets,
                "user": username,
            }
        )
        return DONE
    made_at = f"{made.made_at:%d-%b-%Y %H:%M}"
    terminal.say(f"The store of {made_at} is in {house.directory}, with {made.change_sets} change sets.")
    terminal.say("What was recorded after that is not in it. It goes on under numbers of its own.")
    return DONE


def salvage(terminal: Terminal, arguments: argparse.Namespace) -> int:
    with opened(terminal, arguments) as (house, key):
        found = house.salvage(key, arguments.out.absolute())
    if arguments.json:
        terminal.document({"file": str(found.file) if found.file else None, "saved": found.saved, "lost": found.lost})
        return DONE
    if found.file is None:
        terminal.say("Nothing that only this laptop holds could be read, so no file was written.")
    else:
        terminal.say(f"{found.saved} unsent change sets are in {found.file}, encrypted under the store's key.")
    if found.lost is None:
        terminal.say("The list of what is unsent cannot be read: every change set that could be read was taken.")
    elif found.lost:
        terminal.say(f"{found.lost} more are unsent and could not be read.")
    terminal.say("The store itself was not changed. Keep its folder and tell your IT desk.")
    return DONE


def _recovery_key(terminal: Terminal, file: Path | None) -> str:
    """The recovery key where one is given: from the file `init` wrote, or from the environment."""
    if file is None:
        return terminal.environ.get("SMF_RECOVERY_KEY", "")
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Told(
            "The file of the recovery key cannot be read. Nothing was changed. Check its name and try again.", NOT_DONE
        ) from None
