"""A new data key for a store, when somebody who had the old one was removed.

    key file: old           database: old
    key file: new (old)     database: old     `announce`: both keys open; the old one lies sealed under the new
    key file: new (old)     database: new     the database is replaced
    key file: new           database: new     `settle`

Whatever ends this in between, the first bytes of the database say which key it is under, and the next unlock leaves
that one alone in the key file. Nobody's password is needed: each slot's public half takes the new key.
"""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as changed

from smf_desktop.security import slots
from smf_desktop.security.files import sync_directory
from smf_desktop.security.genuine import enclosed_for_all, genuine, is_genuine, save
from smf_desktop.security.opened import Means, Opened, purpose_key
from smf_desktop.security.sealing import KEY_BYTES, NONCE_BYTES, SALT_BYTES, SealBroken, seal, unseal, wipe
from smf_desktop.security.slots import KeyBefore, Slots
from smf_desktop.trouble import KeyFileDamaged, KeyFileNotSaved, SecurityTrouble


def is_due(directory: Path, opened: Opened) -> bool:
    """Whether somebody who had this key was removed; where the key file cannot say, nothing can be done about it."""
    try:
        return genuine(directory, opened).slots.rekey_due
    except KeyFileNotSaved:
        return True
    except SecurityTrouble:
        return False


def fresh_key(opened: Opened, means: Means) -> Opened:
    """The same person at the same store, with a data key and cipher salt that nobody had."""
    return replace(opened, key=bytearray(means.random(KEY_BYTES + SALT_BYTES)))


def announce(directory: Path, opened: Opened, fresh: Opened, means: Means) -> Slots:
    """Put both keys into the key file, and into its copy: from here the database may be under either.

    Raises `KeyFileNotSaved`; the old key alone opens the store then, or both do.
    """
    held = genuine(directory, opened).slots
    nonce = means.random(NONCE_BYTES)
    held = enclosed_for_all(changed(held, before=None), fresh.key)
    sealing_key = purpose_key(fresh.key, "key before")
    sealed = seal(sealing_key, nonce, opened.key, held.before_context())
    wipe(sealing_key)
    held = save(directory, changed(held, before=KeyBefore(bytes(opened.key[KEY_BYTES:]), nonce, sealed)), fresh.key)
    if len(slots.read(directory)) > 1:
        raise KeyFileNotSaved  # its copy still knows the old key alone, and may be all that is left one day
    return held


def settled(directory: Path, opened: Opened, fresh: Opened, database: Path) -> Opened:
    """Of the two keys the one that the database is under, alone in the key file; while that cannot be, both stay."""
    file = slots.read(directory)[0]
    if not is_genuine(file, fresh.key):
        return opened  # it was never announced
    key = key_in_force(file.slots, fresh.key, database)
    with suppress(KeyFileNotSaved):
        settle(directory, file.slots, key)
    if key is fresh.key:
        return fresh
    wipe(key)
    return opened


def settle(directory: Path, held: Slots, key: bytearray) -> Slots:
    """Leave this key alone in the key file. Raises `KeyFileNotSaved`.

    The database that says so has to be there for good before, also if the power goes.
    """
    try:
        sync_directory(directory)
    except OSError:
        raise KeyFileNotSaved from None
    is_new = key[KEY_BYTES:] == held.cipher_salt
    held = changed(held, before=None, rekey_due=held.rekey_due and not is_new)
    return save(directory, enclosed_for_all(held, key), key)


def key_in_force(held: Slots, key: bytearray, database: Path | None) -> bytearray:
    """Of the two keys of a store that is being re-keyed, the one its database is under; `key` itself at other times.

    Raises `KeyFileDamaged`.
    """
    if held.before is None or salt_fits(database, held.before.cipher_salt) <= salt_fits(database, held.cipher_salt):
        return key
    sealing_key = purpose_key(key, "key before")
    try:
        return unseal(sealing_key, held.before.nonce, held.before.sealed, held.before_context())
    except SealBroken:
        raise KeyFileDamaged from None
    finally:
        wipe(sealing_key)


def salt_fits(database: Path | None, salt: bytes) -> int:
    """How many of the first 16 bytes of a database are those of a cipher salt; 0 where nothing can be read."""
    head = b""
    if database is not None:
        with suppress(OSError), database.open("rb") as stored:
            head = stored.read(SALT_BYTES)
    return sum(one == other for one, other in zip(head, salt, strict=False))
