"""The application itself, and pictures of its pages."""

import argparse
import gc
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from smf_desktop.commands.terminal import DONE, NOT_DONE, Terminal, Told, opened

if TYPE_CHECKING:
    from smf_desktop.compose import House


def open_window(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.compose import usual_place

    shown = sys.platform in ("win32", "darwin") or any(
        terminal.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    if not shown:
        raise Told("There is no display here. Nothing was changed. `smf tour` draws every page to a file.", NOT_DONE)
    gc.disable()  # the windows' own collector takes over; until then there is little to find, and much to look through
    from ui.app import run as show

    return show(terminal.house(arguments.store or usual_place(terminal.environ)))


def tour(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from ui.tour import draw

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with (
        opened(terminal, arguments, among_several=nurse_here) as (house, key),
        tempfile.TemporaryDirectory() as folder,
    ):
        drawn = draw(
            house.copied(key, Path(folder) / "store"),
            key,
            arguments.out,
            size=arguments.size,
            theme=arguments.theme,
            text=arguments.text / 100,
            page=arguments.page,
            progress=terminal.progress("Pages drawn"),
        )
    if arguments.json:
        terminal.document({"pages": [path.name for path in drawn.pictures], **drawn.counts})
        return DONE
    for path in drawn.pictures:
        terminal.say(str(path))
    return DONE


def nurse_here(house: "House") -> str:
    """A nurse, if one uses this store: the pages are made for them."""
    users = sorted(house.card().users, key=lambda user: (user.role != "SMF nurse", user.username))
    return users[0].username
