"""How each person likes their windows on this laptop. Nothing of any patient: it lies beside the store in clear.

A convenience: unreadable it counts as empty, and where it cannot be written the work goes on.
"""

import contextlib
from pathlib import Path
from typing import Literal

import msgspec

FILE = "settings.json"
MONTHLY_EXPORT = "monthly export"
"""Under this name `kept` has what somebody wants to be saved every month (`services.service.schedule`)."""

Look = Literal["system", "light", "dark"]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person's. `text` is 1.0 at 100 %.

    `places` is the window's place as Qt writes it, in base64, by the screens it was on; `kept` is what a page keeps of
    its own, such as the widths of its columns, in base64 by name; `hints_seen` are the hints that were put away.
    `keys` are the keys that were changed, by the command's name, "" for none; `letters`: letters alone act in lists.
    """

    text: float = 1.0
    hide_names: bool = False
    look: Look = "system"
    places: dict[str, str] = {}
    kept: dict[str, str] = {}
    hints_seen: tuple[str, ...] = ()
    keys: dict[str, str] = {}
    letters: bool = True


def settings_of(directory: Path, user_id: str) -> Settings:
    return _read(directory).get(user_id, Settings())


def keep_settings(directory: Path, user_id: str, settings: Settings) -> None:
    everyone = {**_read(directory), user_id: settings}
    new = directory / f"{FILE}.new"
    with contextlib.suppress(OSError):
        new.write_bytes(msgspec.json.encode(everyone))
        new.replace(directory / FILE)


def _read(directory: Path) -> dict[str, Settings]:
    try:
        return msgspec.json.decode((directory / FILE).read_bytes(), type=dict[str, Settings])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}
