"""The laptops of a service: the codes they join with, and what they are told."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from smf_hub.commands.terminal import DONE, Terminal, answer, moment, opened, write_secret

if TYPE_CHECKING:
    from smf_hub.ports import Device
    from smf_hub.service.place import Place


_ORDERED = {"lock": "to be locked", "wipe": "to be wiped"}
"""What a laptop was ordered and has not said done. New replica ids are its own affair."""


def new_code(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import enrolling

    with opened(terminal, arguments) as place:
        code = enrolling.new_code(place, arguments.user)
    if arguments.svg is not None:
        write_secret(arguments.svg, enrolling.as_qr_svg(arguments.url, code))
    answer(terminal, arguments, {"code": code, "minutes": 15}, code)
    if arguments.qr:
        terminal.aside(enrolling.as_qr_text(arguments.url, code))
    return DONE


def all_laptops(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import managing
    from smf_hub.service.times import iso

    with opened(terminal, arguments) as place:
        teams = {each.team: each.name for each in managing.all_teams(place)}
        names = {each.account.user: each.account.username for each in managing.everyone(place)}
        devices = managing.all_devices(place)
        orders = managing.ordered(place, devices)
    rows = [
        {
            "device": each.device,
            "name": each.name,
            "team": teams.get(each.team, each.team),
            "users": sorted(names.get(user, user) for user in each.users),
            "enrolled_at": iso(each.enrolled_at),
            "last_seen": None if each.last_seen is None else iso(each.last_seen),
            "unsent": each.unsent,
            "drafts": each.drafts,
            "app": each.app,
            "revoked_at": None if each.revoked_at is None else iso(each.revoked_at),
            "orders": orders[each.device],
        }
        for each in devices
    ]
    answer(terminal, arguments, {"devices": rows}, *map(_device_line, rows))
    return DONE


def _device_line(row: Mapping[str, Any]) -> str:
    return f"{row['device']} {row['name']}: {', '.join(row['users'])} ({row['team']}), {', '.join(_state(row))}"


def _state(row: Mapping[str, Any]) -> Iterator[str]:
    """What becomes of a laptop, when it was last here, and what of its work had not come by then."""
    if row["revoked_at"]:
        yield "revoked"
    yield from (_ORDERED[act] for act in row["orders"] if act in _ORDERED)
    if not row["last_seen"]:
        yield "not here yet"
        return
    yield f"last here {moment(row['last_seen'])}"
    yield f"{row['unsent']} to send"
    if row["drafts"]:
        yield f"{row['drafts']} draft{'s' if row['drafts'] > 1 else ''}"


def revoke(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import revoke as revoked

    return _said(terminal, arguments, revoked, "is given nothing more. What it still sends waits for a lead.")


def wipe(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import order

    words = "will be told when it next connects. If it never does, its encryption alone protects it."
    return _said(terminal, arguments, partial(order, act="wipe"), words)


def lock(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import order

    words = "will lock when it next connects, and open again once it has asked the hub."
    return _said(terminal, arguments, partial(order, act="lock"), words)


def _said(
    terminal: Terminal, arguments: argparse.Namespace, act: "Callable[[Place, str], Device]", what_comes: str
) -> int:
    """Do it to the laptop that was named, and say what comes of it."""
    with opened(terminal, arguments) as place:
        found = act(place, arguments.device)
    answer(terminal, arguments, {"device": found.device, "name": found.name}, f"{found.name} {what_comes}")
    return DONE
