"""Who the authors of a push were, in which teams, on which laptops: read once for the whole of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from msgspec.json import encode
from sqlalchemy import Connection

from smf_core.records.rows import asked
from smf_hub.ports import Caller
from smf_hub.store import people
from smf_hub.store.people import Membership


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody the hub knows. `devices` are the laptops they may work on."""

    capabilities: frozenset[str]
    active: bool
    memberships: tuple[Membership, ...]
    devices: frozenset[str]


_LAPTOPS = """SELECT replica, device.device, device.team FROM replica JOIN device ON device.device = replica.device
    WHERE replica IN (SELECT value FROM json_each(?))"""
_DEVICES = 'SELECT "user", device FROM device_user WHERE "user" IN (SELECT value FROM json_each(?))'


def authors(connection: Connection, users: Collection[str]) -> Mapping[str, Author]:
    """Those of some people whom the hub knows."""
    held: defaultdict[str, list[Membership]] = defaultdict(list)
    for each in people.memberships(connection, users):
        held[each.user].append(each)
    devices: defaultdict[str, set[str]] = defaultdict(set)
    for user, device in asked(connection, _DEVICES, (encode(sorted(users)).decode(),)):
        devices[user].add(device)
    return {
        each.user: Author(each.capabilities, each.active, tuple(held[each.user]), frozenset(devices[each.user]))
        for each in people.accounts(connection, users)
    }


def laptops_of(connection: Connection, replicas: Collection[str]) -> Mapping[str, Caller]:
    """By replica the laptop that wrote it, where the hub knows that."""
    rows = asked(connection, _LAPTOPS, (encode(sorted(replicas)).decode(),))
    return {replica: Caller(device, team, frozenset()) for replica, device, team in rows}
