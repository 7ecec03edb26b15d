"""A laptop that destroys its store because the hub ordered it, as whoever comes to its door sees it."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from smf_core.operations.protocol import Signed
from smf_desktop.compose.obeying import go_on
from smf_desktop.remote.hub import RemoteHub
from smf_desktop.security.files import CURRENT, PREVIOUS, WIPING
from smf_desktop.store.instance import BESIDE, FILE
from smf_hub.service.managing import all_devices
from smf_hub.store import tables as t
from tests.sync.simulator.world import Wiped, World

if TYPE_CHECKING:
    from tests.sync.simulator.laptop import SimLaptop

HOUR = 3_600.0
POWER_CUT, TOUCHED = 0.6, (1, 5)
"""How often the power goes while a store is destroyed, and before which of the files that this touches."""


class PowerCut(BaseException):
    """Everything ends here."""


def write_keys(folder: Path) -> None:
    """Key files in which nobody has a slot: there is something to be destroyed first."""
    body = {"format": 1, "store": "", "kind": "training", "device": "", "users": []}
    for name in (CURRENT, PREVIOUS):
        (folder / name).write_text(json.dumps({"body": body}), "utf-8")


def unsent(laptop: "SimLaptop") -> frozenset[str]:
    return frozenset(row[0] for row in laptop.rows("SELECT cs_id FROM outbox"))


def note_wipe(laptop: "SimLaptop", was_unsent: frozenset[str]) -> None:
    """It has begun to obey: from here on there is no way back. `was_unsent` is what no hub had confirmed to it."""
    world = laptop.world
    with world.hub.place.hub.read() as connection:
        there = {*connection.scalars(select(t.change_set.c.cs_id)), *connection.scalars(select(t.quarantine.c.cs_id))}
    gone = Wiped(laptop.name, laptop.device, laptop.disk.folder, was_unsent - there, world.torture)
    world.wiped.append(gone)
    world.counted("wiped")
    if gone.lost:
        world.counted("wiped with work that was not sent")
    laptop.tell(f"is being wiped, with {len(gone.lost)} saves that were not sent")


def leave(laptop: "SimLaptop") -> None:
    """Its store is closed, and nobody comes in any more."""
    laptop.is_wiped = True
    laptop.after_wipe()
    come_to_the_door(laptop)


def come_to_the_door(laptop: "SimLaptop") -> None:
    """Whoever does goes on with the wipe, and tells the hub; another time once more, until it knows."""
    marker = laptop.disk.folder / WIPING
    if not marker.exists():
        return
    computer = SimpleNamespace(
        means=lambda new_slot: SimpleNamespace(key_store=None), reach=lambda: _Reach(laptop), clock=laptop.clock
    )
    place: Any = SimpleNamespace(directory=laptop.disk.folder, computer=computer)
    if laptop.world.torture and laptop.dice.random() < POWER_CUT:
        _until_the_power_goes(laptop, lambda: go_on(place))
    else:
        go_on(place)
    if marker.exists():
        again = laptop.dice.uniform(1, 24) * HOUR
        laptop.world.later(again, f"the door of {laptop.name}", lambda: come_to_the_door(laptop))
        return
    laptop.tell("is destroyed, and the hub knows")
    (known,) = (each for each in all_devices(laptop.world.hub.place) if each.device == laptop.device)
    for each in laptop.world.wiped:
        if each.folder == laptop.disk.folder:
            each.told_at, each.named = laptop.world.seconds(), known.unsent


def _until_the_power_goes(laptop: "SimLaptop", act: Callable[[], object]) -> None:
    """It destroys some of the store. What it opens with goes before anything that it opens."""
    folder, left = laptop.disk.folder, laptop.dice.randint(*TOUCHED)
    before, unlink = _names(folder), Path.unlink

    def touched(path: Path, missing_ok: bool = False) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise PowerCut
        unlink(path, missing_ok)

    with pytest.MonkeyPatch.context() as power, suppress(PowerCut):
        power.setattr(Path, "unlink", touched)
        act()
    if left > 0:
        return
    laptop.tell("lost its power while it was destroyed")
    laptop.world.counted("power cut in a wipe")
    after = _names(folder)
    assert WIPING in after, f"I1 {laptop.name} was cut off, and nothing says that it is to be destroyed"
    opens = after & {CURRENT, PREVIOUS}
    assert not opens or before - after <= {CURRENT, PREVIOUS}, f"I6 {laptop.name} still has {sorted(opens)}"


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def wiped_well(world: World, in_use: Collection[str], at_hub: Collection[str]) -> Iterator[str]:
    """I1, for laptops that are no more: nothing is left of one, and the hub names how much of its work it never had.

    `in_use` are the devices of those that are used; of two under one identity the hub knows the other one.
    """
    devices = {each.device: each for each in all_devices(world.hub.place)}
    for one in world.wiped:
        left = {path.name for path in one.folder.iterdir()} - {FILE, BESIDE}
        if left:
            yield f"I1 {one.name} was destroyed, but for {sorted(left)}"
        lost = one.lost - set(at_hub)
        if lost and not one.in_trouble:
            yield f"I1 {one.name} had a good network, and was destroyed before all was sent: {sorted(lost)}"
        if one.told_at is None or one.device in in_use:
            continue
        known = devices[one.device]
        if known.revoked_at is None:
            yield f"I1 {one.name} was destroyed, and the hub would believe it"
        if min(one.named, known.unsent) < len(lost):
            said = f"said {one.named} and says {known.unsent}"
            yield f"I1 with {one.name} {len(lost)} saves were lost; the hub {said}"


class _Reach:
    """The way to the hub of a laptop that has nothing left but what the marker says."""

    def __init__(self, laptop: "SimLaptop") -> None:
        self._laptop = laptop

    def hub(
        self, url: str, *, device: str, device_key: bytes, hub_key: bytes, certificate: Signed | None = None
    ) -> RemoteHub:
        laptop = self._laptop
        more: Any = {"clock": laptop.clock, "random": laptop.dice.randbytes, "transport": laptop.network}
        return RemoteHub(url, device=device, signing_key=device_key, hub_key=hub_key, certificate=certificate, **more)

    def leave(self, hub: RemoteHub) -> None:
        hub.close()
