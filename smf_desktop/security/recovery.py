"""The recovery key: shown once on paper, and the envelope only it opens."""

from dataclasses import dataclass, field

from smf_core.domain import recovery_key
from smf_desktop.ports import Random
from smf_desktop.security.sealing import KEY_BYTES, SealBroken, disclose, public_half, wipe
from smf_desktop.trouble import RecoveryKeyMistyped, WrongRecoveryKey


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """14 groups of 4 letters and digits without I, L, O and U; the end of it is a checksum."""

    text: str = field(repr=False)


def new_recovery_key(random: Random) -> tuple[RecoveryKey, bytes]:
    """The key to write down, and its public half, which is all that stays on the laptop."""
    secret = bytearray(random(KEY_BYTES))
    public = public_half(secret)
    text = recovery_key.written(secret)
    wipe(secret)
    return RecoveryKey(text), public


def open_by_recovery(text: str, sealed: bytes, context: bytes) -> bytearray:
    """The data key and cipher salt. Raises `RecoveryKeyMistyped` or `WrongRecoveryKey`."""
    try:
        secret = recovery_key.read(text)
    except recovery_key.Mistyped:
        raise RecoveryKeyMistyped from None
    try:
        return disclose(secret, sealed, context)
    except SealBroken:
        raise WrongRecoveryKey from None
    finally:
        wipe(secret)
