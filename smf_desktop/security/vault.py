"""From a password to the key of the store.

    password -NFKC-> Argon2id --+
    device secret (OS keys) ----+-- HKDF --> slot key -- AES-256-GCM --> private half
                                    private half -- HPKE --> data key 32 B + cipher salt 16 B

One data key per store, one slot per person. A wrong password fails at the slot's seal, so it can never look like a
damaged database; a new password rewraps the data key and never rewrites the database. The operations that write the
key file expect the caller to hold the instance lock of the folder.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unicodedata import normalize

from msgspec.structs import replace as changed

from smf_desktop.ports import DeviceSecret, Kdf
from smf_desktop.security import attempts, slots
from smf_desktop.security.card import card as card
from smf_desktop.security.device_secret import mark, secret_for_new_slot, secret_name, stored_secret
from smf_desktop.security.files import CURRENT, PREVIOUS
from smf_desktop.security.genuine import enclosed_for_all, genuine, is_genuine, key_in, save
from smf_desktop.security.kdf import password_bytes, within_bounds
from smf_desktop.security.opened import Means, Moment, Opened, Way
from smf_desktop.security.recovery import RecoveryKey, new_recovery_key, open_by_recovery
from smf_desktop.security.rekeying import key_in_force, salt_fits, settle
from smf_desktop.security.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    SealBroken,
    derived,
    enclose,
    public_half,
    seal,
    wipe,
)
from smf_desktop.security.slots import Kind, RecoverySlot, SlotFile, Slots, UserSlot
from smf_desktop.trouble import (
    DeviceSecretMissing,
    KeyFileDamaged,
    KeyFileNotSaved,
    KeyForAnotherStore,
    KeyStoreSilent,
    LastUser,
    NoSuchUser,
    PasswordTooShort,
    StoreExists,
    StoreUnwritable,
    UnlockMustWait,
    UsernameTaken,
    WrongPassword,
    WrongRecoveryKey,
)

QUICK = 0.2
"""Seconds: an unlock faster than that leaves room for twice the memory within the half second it may take."""

SHORTEST_PASSWORD: dict[Kind, int] = {"training": 1, "live": 8}


@dataclass(frozen=True, slots=True)
class NewUser:
    """Whom a slot is made for. `name` and `role` are the words the unlock page shows."""

    user_id: str
    username: str
    name: str
    role: str


def create(
    directory: Path,
    *,
    store_id: str,
    kind: Kind,
    device: str,
    first_user: NewUser,
    password: str,
    means: Means,
) -> tuple[Opened, RecoveryKey]:
    """A new data key and its key file in `directory`, which is made if need be. The recovery key exists only here.

    Raises `StoreExists`, `PasswordTooShort`, `StoreUnwritable`, `KeyFileNotSaved`.
    """
    recovery_key, public = new_recovery_key(means.random)
    opened = create_for(
        directory,
        store_id=store_id,
        kind=kind,
        device=device,
        first_user=first_user,
        password=password,
        means=means,
        recovery=public,
    )
    return opened, recovery_key


def create_for(
    directory: Path,
    *,
    store_id: str,
    kind: Kind,
    device: str,
    first_user: NewUser,
    password: str,
    means: Means,
    recovery: bytes,
) -> Opened:
    """`create` for a service that has a recovery key already: `recovery` is its public half, and nobody is shown one.

    Raises as `create`.
    """
    if any((directory / name).exists() for name in (CURRENT, PREVIOUS)):
        raise StoreExists
    check_length(password, kind)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise StoreUnwritable from None
    key = bytearray(means.random(KEY_BYTES + SALT_BYTES))
    held = Slots(1, store_id, kind, device, bytes(SALT_BYTES), 0, (), RecoverySlot(recovery, bytes(96)))
    held = enclosed_for_all(held, key)
    slot = _write_slot(directory, held, key, first_user, password, means)
    opened = _opened(held, slot, "password", means.moment(), key)
    attempts.note_success(directory, slot.user, opened.unlocked.wall)
    return opened


def unlock(
    directory: Path,
    username: str,
    password: str,
    means: Means,
    *,
    database: Path | None = None,
    repair: bool = True,
) -> Opened:
    """The key, for one who knows the password. Only the count of tries is written, and a damaged copy repaired.

    A re-key that was cut off is settled: the key that the database is under is then the only one.
    Without `repair` the key file is only read: another window may be writing a new one while this takes its time.
    After 5 wrong passwords in a row each try waits: 30 s, doubling to 15 min; the slot is never disabled.
    With `database`, a key file that belongs to another database is refused before anything else.
    Raises `KeyFileMissing`, `KeyFileDamaged`, `KeyForAnotherStore`, `NoSuchUser`, `UnlockMustWait`,
    `DeviceSecretMissing`, `KeyStoreSilent`, `WrongPassword`.
    """
    files = _files(directory, database)
    user_id = _slot_of(files[0].slots, username).user
    now = means.moment()
    if seconds := attempts.seconds_to_wait(directory, user_id, now.wall):
        raise UnlockMustWait(seconds)
    for file in files:
        with contextlib.suppress(KeyFileDamaged):
            slot = _slot_of(file.slots, username)
            try:
                key = _key_of(file, slot, password, means)
            except SealBroken:
                # An older file is not asked: it would still know the password before this one.
                tries = attempts.note_failure(directory, user_id, now.wall)
                raise WrongPassword(max(0, attempts.FREE_TRIES - tries)) from None
            key = key_in_force(file.slots, key, database)
            if repair:
                _repair(directory, file, key)
            attempts.note_success(directory, slot.user, now.wall)
            return _opened(file.slots, slot, "password", now, key)
    raise KeyFileDamaged


def change_password(directory: Path, username: str, old: str, new: str, means: Means) -> Opened:
    """Rewrap the key. Whatever happens meanwhile, the old or the new password opens.

    With `new` the same as `old` this raises the slot to dearer parameters.
    Raises what `unlock` does, `PasswordTooShort`, `KeyFileNotSaved`.
    """
    check_length(new, card(directory).kind)
    opened = unlock(directory, username, old, means)
    held = genuine(directory, opened).slots
    slot = _write_slot(directory, held, opened.key, _person(_slot_of(held, username)), new, means)
    return replace(opened, device_secret=slot.device_secret)


def make_dearer(directory: Path, opened: Opened, password: str, took: float, means: Means) -> bool:
    """After an unlock that took so few seconds that twice the memory is still quick: reseal the slot at that.

    So a slot made on a busy or an older computer rises, one doubling at each unlock, until it costs what it should.
    Answers whether it rose. Raises `KeyFileNotSaved`: the slot is then as it was.
    """
    held = genuine(directory, opened).slots
    slot = _slot_of(held, opened.username)
    params = replace(slot.params, memory_kib=slot.memory_kib * 2)
    if took > QUICK or not within_bounds(params, means.kdf):
        return False
    _write_slot(directory, held, opened.key, _person(slot), password, replace(means, params=params))
    return True


def recover(
    directory: Path,
    recovery_key: str,
    username: str,
    new_password: str,
    means: Means,
    *,
    database: Path | None = None,
) -> Opened:
    """Open with the recovery key and give one person a new password (and device secret) on this computer.

    For a forgotten password, a wiped key store, or the store's folder on another laptop. The database is not touched.
    Raises `RecoveryKeyMistyped`, `WrongRecoveryKey`, `NoSuchUser`, `PasswordTooShort`, or a trouble of the key file.
    """
    files = _files(directory, database)
    check_length(new_password, files[0].slots.kind)
    file, key = _opened_by_recovery(files, recovery_key)
    held = file.slots
    try:
        slot = _slot_of(held, username)
        if held.before is not None:
            key = key_in_force(held, key, database)
            held = settle(directory, held, key)
        slot = _write_slot(directory, held, key, _person(slot), new_password, means)
    except BaseException:
        wipe(key)
        raise
    opened = _opened(held, slot, "recovery", means.moment(), key)
    attempts.note_success(directory, slot.user, opened.unlocked.wall)
    return opened


def add_user(directory: Path, opened: Opened, user: NewUser, password: str, means: Means) -> None:
    """A slot for one more person. Raises `UsernameTaken`, `PasswordTooShort`, `KeyFileNotSaved`."""
    held = genuine(directory, opened).slots
    if any(_same(slot.username, user.username) or slot.user == user.user_id for slot in held.users):
        raise UsernameTaken
    check_length(password, held.kind)
    _write_slot(directory, held, opened.key, user, password, means)


def remove_user(directory: Path, opened: Opened, username: str, means: Means) -> None:
    """Take a person's slot away, here and in the copy. Whoever kept the data key itself is kept out only by a new one.

    So from here a re-key is due.
    Raises `NoSuchUser`, `LastUser`, `KeyFileNotSaved`.
    """
    held = genuine(directory, opened).slots
    gone = _slot_of(held, username)
    if len(held.users) == 1:
        raise LastUser
    stay = tuple(slot for slot in held.users if slot != gone)
    save(directory, changed(held, users=stay, rekey_due=True), opened.key)
    if means.key_store is not None:
        with contextlib.suppress(KeyStoreSilent):
            means.key_store.delete(secret_name(held.store, gone.user))


# --- writing -------------------------------------------------------------------------------------


def _write_slot(directory: Path, held: Slots, key: bytearray, user: NewUser, password: str, means: Means) -> UserSlot:
    """Make, save and prove a person's slot, in place of the one they had."""
    if not within_bounds(means.params, means.kdf):
        raise ValueError("key derivation parameters out of bounds")
    before = next((slot for slot in held.users if slot.user == user.user_id), None)
    secret = secret_for_new_slot(means.key_store, secret_name(held.store, user.user_id), before, means.random)
    private = bytearray(means.random(KEY_BYTES))
    slot = UserSlot(
        user=user.user_id,
        username=user.username.strip(),
        name=user.name,
        role=user.role,
        memory_kib=means.params.memory_kib,
        passes=means.params.passes,
        lanes=means.params.lanes,
        salt=means.random(SALT_BYTES),
        device_secret=DeviceSecret.OS if secret else DeviceSecret.NONE,
        secret_mark=mark(secret),
        nonce=means.random(NONCE_BYTES),
        private=bytes(48),
        public=public_half(private),
        enclosed=bytes(96),
    )
    with _slot_key(password, secret, slot, means.kdf) as slot_key:
        slot = changed(
            slot,
            private=seal(slot_key, slot.nonce, private, held.private_context(slot)),
            enclosed=enclose(slot.public, key, held.context(slot)),
        )
        wipe(private)
        others = tuple(each for each in held.users if each.user != slot.user)
        save(directory, changed(held, users=(*others, slot)), key, proof=(slot_key, slot.user))
    return slot


def _repair(directory: Path, file: SlotFile, key: bytearray) -> None:
    """Bring the key file and its copy to what is in force; what cannot be written now is at the next unlock."""
    if file.slots.before is None:
        slots.level(directory, file.data)
        return
    with contextlib.suppress(KeyFileNotSaved):
        settle(directory, file.slots, key)


# --- opening -------------------------------------------------------------------------------------


def _key_of(file: SlotFile, slot: UserSlot, password: str, means: Means) -> bytearray:
    """Open a slot, then let the key it held judge the whole file.

    Raises `SealBroken` for a wrong password, `KeyFileDamaged`, `DeviceSecretMissing`, `KeyStoreSilent`.
    """
    if not within_bounds(slot.params, means.kdf):
        raise KeyFileDamaged
    secret = bytearray()
    if slot.device_secret is DeviceSecret.OS:
        secret = stored_secret(means.key_store, secret_name(file.slots.store, slot.user), slot.secret_mark)
        if not secret:
            raise DeviceSecretMissing
    with _slot_key(password, secret, slot, means.kdf) as slot_key:
        key = key_in(file.slots, slot, slot_key)
    if not is_genuine(file, key):
        wipe(key)
        raise KeyFileDamaged
    return key


def _opened_by_recovery(files: tuple[SlotFile, ...], recovery_key: str) -> tuple[SlotFile, bytearray]:
    trouble: WrongRecoveryKey | KeyFileDamaged = KeyFileDamaged()
    for file in files:
        try:
            key = open_by_recovery(recovery_key, file.slots.recovery.enclosed, file.slots.recovery_context())
        except WrongRecoveryKey as wrong:
            trouble = wrong
            continue
        if is_genuine(file, key):
            return file, key
        wipe(key)
    raise trouble


@contextlib.contextmanager
def _slot_key(password: str, secret: bytearray, slot: UserSlot, kdf: Kdf) -> Iterator[bytearray]:
    """The key a slot is sealed with, for as long as it is needed; `secret` is wiped on the way."""
    typed = password_bytes(password)
    stretched = kdf.derive(typed, slot.salt, slot.params)
    material = stretched + secret
    slot_key = derived(material, f"slot {slot.device_secret}", slot.salt)
    wipe(typed, stretched, material, secret)
    try:
        yield slot_key
    finally:
        wipe(slot_key)


def _files(directory: Path, database: Path | None) -> tuple[SlotFile, ...]:
    """The key files; refused when the database's first 16 bytes are another store's cipher salt.

    Fewer than half of the bytes alike is another salt (chance makes one alike, rarely two); more is damage. Damage, and
    a database that is plain, cut short or missing, are for the store to judge.
    """
    files = slots.read(directory)
    if database is not None:
        try:
            with database.open("rb") as stored:
                head = stored.read(SALT_BYTES)
        except OSError:
            return files
        newest = files[0].slots
        ours = (newest.cipher_salt, *((newest.before.cipher_salt,) if newest.before else ()))
        judged = len(head) == SALT_BYTES and not head.startswith(b"SQLite format 3")
        if judged and all(salt_fits(database, salt) < SALT_BYTES // 2 for salt in ours):
            raise KeyForAnotherStore
    return files


def _opened(held: Slots, slot: UserSlot, way: Way, at: Moment, key: bytearray) -> Opened:
    return Opened(held.store, held.kind, slot.user, slot.username, slot.device_secret, way, at, key)


# --- people --------------------------------------------------------------------------------------


def _slot_of(held: Slots, username: str) -> UserSlot:
    for slot in held.users:
        if _same(slot.username, username):
            return slot
    raise NoSuchUser


def _same(one: str, other: str) -> bool:
    return normalize("NFKC", one.strip()).casefold() == normalize("NFKC", other.strip()).casefold()


def _person(slot: UserSlot) -> NewUser:
    return NewUser(slot.user, slot.username, slot.name, slot.role)


def check_length(password: str, kind: Kind) -> None:
    """Raise `PasswordTooShort` for one that a store of this kind does not take."""
    if len(normalize("NFKC", password)) < SHORTEST_PASSWORD[kind]:
        raise PasswordTooShort(SHORTEST_PASSWORD[kind])
