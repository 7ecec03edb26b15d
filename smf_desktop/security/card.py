"""Who may unlock a store, read before anything that takes time to import."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from smf_desktop.ports import DeviceSecret, UnlockCard, UnlockUser
from smf_desktop.security.files import ATTEMPTS, CURRENT, HUB_NOTE, PREVIOUS

if TYPE_CHECKING:
    from smf_desktop.security.slots import Slots


def card(directory: Path) -> UnlockCard:
    """Who may unlock this store; proven only once someone has. Raises the troubles of `slots.read`."""
    if at_rest := _card_at_rest(directory):
        return _with_hub(at_rest, directory)
    from smf_desktop.security import attempts, slots

    held = slots.read(directory)[0].slots
    found = _card(held, {slot.user: attempts.of(directory, slot.user).last_used for slot in held.users})
    return _with_hub(found, directory)


def note_hub(directory: Path, connect_by: Mapping[str, datetime]) -> None:
    """Have the unlock page show by when each person has to connect. A convenience: what cannot be written is not."""
    new = directory / f"{HUB_NOTE}.new"
    said = {"connect_by": {user: until.isoformat() for user, until in connect_by.items()}}
    with contextlib.suppress(OSError):
        new.write_text(json.dumps(said), "utf-8")
        new.replace(directory / HUB_NOTE)


def _with_hub(found: UnlockCard, directory: Path) -> UnlockCard:
    try:
        said = json.loads((directory / HUB_NOTE).read_bytes())["connect_by"]
        until = {user: datetime.fromisoformat(text) for user, text in said.items()}
    except FileNotFoundError:
        return found
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        until = {}
    users = tuple(replace(user, connect_by=until.get(user.user_id)) for user in found.users)
    return replace(found, users=users, has_hub=True)


def card_in(key_file: bytes) -> UnlockCard:
    """Who may unlock what a key file belongs to, from its bytes alone. Raises `KeyFileDamaged`."""
    from smf_desktop.security import slots

    return _card(slots.decode(key_file).slots, {})


def _card_at_rest(directory: Path) -> UnlockCard | None:
    """The card where both key files are the same, so that neither is damaged, read without proving every field.

    None for all else: `slots` and `attempts` know what to make of it, and take longer to import than this page to draw.
    """
    try:
        data = (directory / CURRENT).read_bytes()
        if data != (directory / PREVIOUS).read_bytes():
            return None
        tried = directory / ATTEMPTS
        known = json.loads(tried.read_bytes()) if tried.exists() else {}
        last = {user: person["last_used"] for user, person in known.items()}
        held = json.loads(data)["body"]
        if held["format"] != 1:
            return None
        users = [
            UnlockUser(
                slot["user"],
                slot["username"],
                slot["name"],
                slot["role"],
                date.fromisoformat(last[slot["user"]]) if last.get(slot["user"]) else None,
                DeviceSecret(slot["device_secret"]),
            )
            for slot in held["users"]
        ]
        return UnlockCard(held["store"], held["kind"], held["device"], _latest_first(users))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _card(held: "Slots", last_used: "dict[str, date | None]") -> UnlockCard:
    users = [
        UnlockUser(slot.user, slot.username, slot.name, slot.role, last_used.get(slot.user), slot.device_secret)
        for slot in held.users
    ]
    return UnlockCard(held.store, held.kind, held.device, _latest_first(users))


def _latest_first(users: list[UnlockUser]) -> tuple[UnlockUser, ...]:
    return tuple(sorted(users, key=lambda user: user.last_used or date.min, reverse=True))
