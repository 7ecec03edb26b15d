"""Who may unlock a store, read before anything that takes time to import."""

from datetime import date
from pathlib import Path

from smf_desktop.ports import UnlockCard, UnlockUser
from smf_desktop.security import attempts, slots


def card(directory: Path) -> UnlockCard:
    """Who may unlock this store; proven only once someone has. Raises the troubles of `slots.read`."""
    held = slots.read(directory)[0].slots
    users = [
        UnlockUser(
            slot.user,
            slot.username,
            slot.name,
            slot.role,
            attempts.of(directory, slot.user).last_used,
            slot.device_secret,
        )
        for slot in held.users
    ]
    users.sort(key=lambda user: user.last_used or date.min, reverse=True)
    return UnlockCard(held.store, held.kind, held.device, tuple(users))
