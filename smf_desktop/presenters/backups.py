"""The words of backups: what was copied, how old it is, what came back."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from smf_desktop.ports import UnlockCard
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.messages.words import Words

ENDING = ".smfbackup"
OLD_AFTER_DAYS = 7
"""From then on the age of the last backup is a warning."""

BACK_UP_ABOUT = (
    "One encrypted file with all records of this laptop. Keep it on another disk, away from the laptop: it is for when "
    "the laptop is lost or breaks."
)
RESTORE_ABOUT = "Brings back the records as they were when the backup was made. What was recorded later is not in it."


def suggested_name(now: datetime) -> str:
    """A file name that sorts by day and names nobody."""
    return f"smf-backup-{now:%Y-%m-%d-%H%M}{ENDING}"


def age_words(last: datetime | None, now: datetime) -> tuple[str, bool]:
    """How old the last backup is, and whether that is too old."""
    if last is None:
        return "This laptop has not been backed up yet.", True
    days = (now.date() - last.astimezone(now.tzinfo).date()).days
    at = last.astimezone(now.tzinfo)
    if days <= 0:
        return f"Last backup today at {clock(at)}.", False
    ago = "yesterday" if days == 1 else f"{days} days ago"
    return f"Last backup {ago}, on {day(at.date())} at {clock(at)}.", days > OLD_AFTER_DAYS


def size_words(size: int) -> str:
    """Bytes in the unit a person expects."""
    return f"{max(1, round(size / 1e6))} MB" if size >= 1_000_000 else f"{max(1, round(size / 1e3))} kB"


def backed_up_words(file: Path, change_sets: int, size: int) -> Words:
    return Words(
        f"Backed up: {_saves(change_sets)}, {size_words(size)}.",
        f"{file.name} was read back and is whole. On this laptop a password opens it, on another the recovery key.",
    )


def found_words(made_at: datetime, change_sets: int, card: UnlockCard, now: datetime) -> str:
    """What a backup is, before any key is known."""
    at = made_at.astimezone(now.tzinfo)
    kind = "Training" if card.kind == "training" else "Live"
    return f"Made on {day(at.date())} at {clock(at)}, laptop {card.device}. {kind} store, {_saves(change_sets)}."


def people_of(card: UnlockCard) -> Sequence[tuple[str, str]]:
    """Username and name of everyone who can open a backup, to choose from."""
    return [(user.username, f"{user.name}, {user.role}") for user in card.users]


def place_words(*, is_empty: bool) -> Words:
    """What becomes of the records that are here now."""
    if is_empty:
        return Words("There are no records on this laptop yet.", "The backup becomes its records.")
    return Words(
        "The records now on this laptop are put aside, not deleted.",
        "They stay encrypted in a folder beside. Saves made after the backup are only there: your IT desk can keep it.",
    )


def restored_words(
    made_at: datetime, change_sets: int, now: datetime, *, behind: bool, missing: int | None, set_aside: Path | None
) -> Words:
    """What came back, what did not, and where the records before are."""
    at = made_at.astimezone(now.tzinfo)
    happened = f"Restored: {_saves(change_sets)}, as of {day(at.date())} at {clock(at)}."
    parts = []
    if behind:
        many = "Some later saves are" if missing is None else f"{_saves(missing)} made later {_are(missing)}"
        parts.append(f"{many} not in it: check your latest visits and record again what is not there.")
    if set_aside is not None:
        parts.append(f"The records before are in the folder {set_aside.name}.")
    return Words(happened, " ".join(parts) or "Everything the backup holds is here.")


def _saves(count: int) -> str:
    return f"{count:,} save{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
