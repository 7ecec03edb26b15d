"""Who may unlock a store, read before anything that takes time to import."""

from datetime import date
from pathlib import Path

from smf_desktop.ports import UnlockCard, UnlockUser
from smf_desktop.security import attempts, slots


def card(directory: Path) -> UnlockCard:
    """Who may unlock this store; proven only once someone has. Raises the troubles of `slots.read`."""
    return _card(slots.read(directory)[0].slots, directory)


def card_in(key_file: bytes) -> UnlockCard:
    """Who may unlock what a key file belongs to, from its bytes alone. Raises `KeyFileDamaged`."""
    return _card(slots.decode(key_file).slots, None)


def _card(held: slots.Slots, directory: Path | None) -> UnlockCard:
    users = [
        UnlockUser(
            slot.user,
            slot.username,
            slot.name,
            slot.role,
            attempts.of(directory, slot.user).last_used if directory else None,
            slot.device_secret,
        )
        for slot in held.users
    ]
    users.sort(key=lambda user: user.last_used or date.min, reverse=True)
    return UnlockCard(held.store, held.kind, held.device, tuple(users))
