"""A hub with teams and people made by its administrator, and laptops that join it with a code."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations.change_set import ChangeSet, Item
from smf_core.operations.enrolment import Enrol, Enrolled, Founding, KnownUser, proven
from smf_core.operations.protocol import PROTOS, SERVICE, Hello, Mark, Pull, Signed, Welcome
from smf_core.policy.roles import Role
from smf_hub.ports import World
from smf_hub.service.enrolling import enrol, new_code
from smf_hub.service.laptop import LaptopHub
from smf_hub.service.managing import add_team, add_user
from smf_hub.service.people import caller
from smf_hub.service.place import Place
from smf_hub.store import people
from tests.support.pushing import NOW, HandClock, Writer, new_id

_SERIAL = count(1)


def world(clock: HandClock | None = None) -> World:
    return World(clock or HandClock(), new_id, os.urandom)


def staffed(place: Place, *people: str, team: str = "North") -> str:
    """A team with some nurses in it; answers its id."""
    made = add_team(place, team)
    for username in people:
        add_user(place, username, role=Role.NURSE, team=made)
    return made


def asking(
    code: str,
    username: str,
    *,
    key: Ed25519PrivateKey | None = None,
    store: str = "",
    name: str = "SMF-LT-014",
    **more: Any,
) -> Enrol:
    """What a laptop says that joins: under a key of its own where none is given."""
    own = key or Ed25519PrivateKey.generate()
    public = own.public_key().public_bytes_raw()
    said = Enrol(code=code, username=username, device_name=name, key=public, store=store or new_id(), **more)
    return proven(said, own.sign)


def joins(place: Place, username: str, *, founding: Founding | None = None) -> tuple[Writer, Enrolled]:
    """A new laptop of somebody, which can write and send."""
    key = Ed25519PrivateKey.generate()
    done = enrol(place, asking(new_code(place, username), username, key=key, founding=founding))
    clock = place.world.clock
    assert isinstance(clock, HandClock)
    users = frozenset({done.user.user})
    return Writer(place, clock, done.device, done.team, users, key), done


def at_hub(place: Place, device: str) -> LaptopHub:
    """The hub as a laptop sees it, asked as who it is known to be."""
    with place.hub.read() as connection:
        found = people.device(connection, device)
    assert found is not None
    return LaptopHub(place, caller(found))


def hello(place: Place, device: str, **said: object) -> Welcome:
    words = {"protos": PROTOS, "app": "0.1.0", "schema": 1, "replicas": {}, "feeds": {}, "local_time": ""} | said
    return at_hub(place, device).hello(msgspec.convert(words, Hello, from_attributes=True))


def said_of(signed: Iterable[Signed]) -> list[dict[str, object]]:
    return [msgspec.json.decode(each.content) for each in signed]


def service_feed(place: Place, device: str) -> list[Item]:
    """What a laptop reads in the service feed."""
    _, entries = at_hub(place, device).pull(Pull(feed=SERVICE, after=Mark()))
    return [item for each in entries if isinstance(each, ChangeSet) for item in each.items]


def bringing(*users: KnownUser) -> Founding:
    """A store that lived without a hub until now."""
    return Founding(
        service=id_at(NOW), service_name="Old service", team=new_id(), team_name="Old team", users=tuple(users)
    )


def id_at(moment: datetime) -> str:
    """An id made at a moment."""
    ms = int(moment.timestamp() * 1000)
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7000-8000-{next(_SERIAL):012x}"


def known(username: str, role: str = "nurse", *, active: bool = True, capabilities: Sequence[str] = ()) -> KnownUser:
    return KnownUser(
        user=new_id(),
        username=username,
        name=username.title(),
        role=role,
        capabilities=tuple(capabilities),
        active=active,
    )
