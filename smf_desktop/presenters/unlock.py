"""The words of the unlock page, and what is told of the store behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smf_desktop.ports import DeviceSecret, UnlockCard, UnlockUser
from smf_desktop.presenters.days import clock, day, weekday_day
from smf_desktop.presenters.initials import initials

TRAINING = "Training store: made-up people only."
NOT_CONNECTED = "Not connected to a hub. Everything is on this laptop."
JOINED = "Joined to a hub. Without a connection you can work until the date beside your name."


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone on the unlock page; `beside` says when they were last here, `under` by when they have to connect."""

    user_id: str
    username: str
    name: str
    role: str
    initials: str
    beside: str
    under: str


@dataclass(frozen=True, slots=True)
class UnlockRows:
    """The unlock page in words."""

    when: str
    people: tuple[PersonRow, ...]
    facts: tuple[tuple[str, str], ...]
    """Icon and line, for the foot of the page's left side."""
    training: str


def unlock_rows(card: UnlockCard, now: datetime, version: str) -> UnlockRows:
    facts = [
        ("hard-drive", "Records on this laptop are encrypted. Your password unlocks them here, without a connection."),
        ("cloud-check", JOINED) if card.has_hub else ("wifi-off", NOT_CONNECTED),
        ("laptop", f"Laptop {card.device}"),
        ("info", f"Version {version}"),
    ]
    if any(user.device_secret is DeviceSecret.NONE for user in card.users):
        lacking = "This computer has no key store: the passwords alone guard the records."
        facts.insert(1, ("shield-alert", lacking))
    return UnlockRows(
        when=f"{weekday_day(now.date())}, {clock(now)}",
        people=tuple(
            PersonRow(
                user.user_id,
                user.username,
                user.name,
                user.role,
                initials(user.name),
                f"Last used {day(user.last_used)}" if user.last_used else "Not used yet",
                _under(user, now) if card.has_hub else "",
            )
            for user in card.users
        ),
        facts=tuple(facts),
        training=TRAINING if card.kind == "training" else "",
    )


def _under(user: UnlockUser, now: datetime) -> str:
    if user.connect_by is None:
        return "Connect to the hub first"
    over = user.connect_by <= now
    return f"Connect now: due {connect_by(user.connect_by)}" if over else f"Connect by {connect_by(user.connect_by)}"


def connect_by(until: datetime) -> str:
    """The moment a grant ends, on this computer's clock."""
    here = until.astimezone()
    return f"{day(here)}, {clock(here)}"


def grace_words(until: datetime) -> tuple[str, str]:
    """What is told while only the day's visits can be finished: what is true, and what to do."""
    return (
        f"The time that you may work without the hub ended on {connect_by(until)}.",
        "For 24 hours after that you can read everything and finish visits; nothing else can be begun. "
        "Connect this laptop to the hub's network and press F9.",
    )


def lasts(minutes: int) -> str:
    return f"Locks after {minutes} min"


def unsent(count: int) -> str:
    """The saves only this laptop holds."""
    return f"{count} save{'' if count == 1 else 's'} on this laptop"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice: what is true, and what to do."""

    true: str
    do: str
    danger: bool = True


def found_words(
    *,
    behind: bool,
    missing: int | None,
    set_aside: int,
    damaged: bool,
    salvaged: int | None = None,
    rekey_due: bool = False,
) -> Sequence[Told]:
    """What a person is told of the store they have just opened; nothing when all is well."""
    told = []
    if damaged:
        told.append(
            Told(
                "The records on this laptop are damaged and can only be read.",
                f"{_salvaged(salvaged)}Nothing more is written to them. Tell your IT desk today, and record on paper "
                "until they are back.",
            )
        )
    if behind:
        many = "Some saves are" if missing is None else f"{missing} save{' is' if missing == 1 else 's are'}"
        told.append(
            Told(
                f"{many} missing from the records on this laptop.",
                "A damaged file, or an earlier copy put back in its place, can do this. What is here is sound: check "
                "your latest visits, record again what is not there, and tell your IT desk.",
            )
        )
    if set_aside:
        files = "1 file" if set_aside == 1 else f"{set_aside} files"
        told.append(
            Told(
                f"{files} beside the records did not fit them and {'was' if set_aside == 1 else 'were'} set aside.",
                "Nothing was deleted. Tell your IT desk: they find the files in the store's folder.",
                danger=behind,
            )
        )
    if rekey_due and not damaged:
        told.append(
            Told(
                "Somebody was taken off this laptop, and its records still have the key of that time.",
                "They get a new one when you unlock with your password, the charger is in and the disk has room for a "
                "second copy. It takes a moment.",
                danger=False,
            )
        )
    return told


def rekeying(done: int, total: int) -> str:
    """Why unlocking takes so long, and how far it is."""
    of_all = done * 100 // max(total, 1)
    return f"Somebody was taken off this laptop, so its records get a new key: {of_all}%. Keep the charger in."


def _salvaged(count: int | None) -> str:
    if not count:
        return ""
    saves = f"{count} save{'' if count == 1 else 's'}"
    return f"A copy of {saves} that only this laptop holds was put beside them. "
