"""What an administrator does at the hub: teams, users, memberships, laptops. Laptops learn of it by the service feed.

A team and its people are told to laptops once a laptop has joined it, not before: a store that lived without a hub
may bring a team and users of its own, under ids of their own (`enrolling`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations.change_set import ChangeSet, Item, chained, write_change_set
from smf_core.operations.clock import COUNTER_MAX, Stamp
from smf_core.operations.fold import Record, fold, operations
from smf_core.operations.protocol import SERVICE, Mark, Push, signed_part
from smf_core.policy.roles import Capability, Role
from smf_core.records import Connection
from smf_hub.ports import Device, NoSuchDevice, NoSuchHubUser, NoSuchTeam, TeamNameTaken, UsernameUnfit
from smf_hub.service import roots
from smf_hub.service.ingest import write_own
from smf_hub.service.people import USERNAME_MAX
from smf_hub.service.place import Place
from smf_hub.service.times import iso
from smf_hub.store import checking, feeds, orders
from smf_hub.store import people as rows
from smf_hub.store.checking import Finding
from smf_hub.store.people import Account, Event, Membership, Team


@dataclass(frozen=True, slots=True)
class Person:
    """One account with its memberships, the earliest first."""

    account: Account
    memberships: tuple[Membership, ...]


# --- teams and users -----------------------------------------------------------------------------


def add_team(place: Place, name: str) -> str:
    """A new team; answers its id. Raises `TeamNameTaken`."""
    name = " ".join(name.split())
    with place.hub.write() as connection:
        if not name or any(each.name.casefold() == name.casefold() for each in rows.teams(connection)):
            raise TeamNameTaken
        team = Team(place.world.new_id(), name)
        rows.write_team(connection, team)
    return team.team


def add_user(
    place: Place, username: str, *, role: Role, team: str, name: str | None = None, clinical_lead: bool = False
) -> str:
    """Let somebody work in a team (by name or id) from now on; answers their id.

    Whoever has that username already keeps their account: they belong to this team, too, or again, or in this role
    from now on. Raises `NoSuchTeam` or `UsernameUnfit`.
    """
    username = " ".join(username.split())
    if not 0 < len(username) <= USERNAME_MAX:
        raise UsernameUnfit
    now = place.now_ms()
    with place.hub.write() as connection:
        of_team = team_named(connection, team)
        known = rows.by_username(connection, username)
        more = frozenset({Capability.CLINICAL_LEAD.value}) if clinical_lead else frozenset[str]()
        if known is None:
            who = Account(place.world.new_id(), username, name or username, role.value, more, active=True)
            rows.write_account(connection, who)
        else:
            capabilities = known.capabilities | more
            who = replace(known, name=name or known.name, role=role.value, capabilities=capabilities, active=True)
            rows.change_account(connection, who)
        rows.begin_membership(connection, who.user, of_team.team, now, role.value)
        announce(place, connection, {who.user})
    return who.user


def end_membership(place: Place, username: str, team: str | None = None) -> None:
    """Somebody belongs to a team no more, or (None) to none and no longer works here. Raises `NoSuchHubUser`."""
    now = place.now_ms()
    with place.hub.write() as connection:
        who = user_named(connection, username)
        ending = team_named(connection, team).team if team else None
        rows.end_memberships(connection, who.user, now, ending)
        if all(each.until is not None for each in rows.memberships(connection, (who.user,))):
            rows.change_account(connection, replace(who, active=False))
        announce(place, connection, {who.user})


def everyone(place: Place) -> tuple[Person, ...]:
    with place.hub.read() as connection:
        held = rows.every_membership(connection)
        return tuple(
            Person(each, tuple(row for row in held if row.user == each.user)) for each in rows.accounts(connection)
        )


def all_teams(place: Place) -> tuple[Team, ...]:
    with place.hub.read() as connection:
        return rows.teams(connection)


def team_named(connection: Connection, team: str) -> Team:
    """A team by name or id. Raises `NoSuchTeam`."""
    wanted = " ".join(team.split()).casefold()
    found = next((each for each in rows.teams(connection) if wanted in (each.team, each.name.casefold())), None)
    if found is None:
        raise NoSuchTeam
    return found


def user_named(connection: Connection, username: str) -> Account:
    """Raises `NoSuchHubUser`."""
    found = rows.by_username(connection, username)
    if found is None:
        raise NoSuchHubUser
    return found


# --- laptops -------------------------------------------------------------------------------------


def all_devices(place: Place) -> tuple[Device, ...]:
    with place.hub.read() as connection:
        return rows.devices(connection)


def ordered(place: Place, devices: Iterable[Device]) -> Mapping[str, Sequence[str]]:
    """By laptop what it was ordered and has not said done."""
    with place.hub.read() as connection:
        return {each.device: [one.act for one in orders.standing_orders(connection, each.device)] for each in devices}


def revoke(place: Place, device: str) -> Device:
    """The hub answers a laptop no more; what it still sends waits for a lead. Raises `NoSuchDevice`."""
    now = place.now_ms()
    with place.hub.write() as connection:
        found = device_named(connection, device)
        if found.revoked_at is None:
            rows.change_device(connection, found.device, revoked_at=now)
            note(place, connection, now, "revoked", device=found.device)
    return found


def order(place: Place, device: str, act: Literal["wipe", "lock"]) -> Device:
    """A laptop is to send what it has and destroy its store (wipe), or to let nobody in until it has asked the hub
    again (lock). Raises `NoSuchDevice`."""
    now = place.now_ms()
    with place.hub.write() as connection:
        found = device_named(connection, device)
        orders.give_order(connection, place.world.new_id(), found.device, act, now)
        note(place, connection, now, f"{act}_ordered", device=found.device)
    return found


def device_named(connection: Connection, device: str) -> Device:
    """A laptop by id, or by a name that only one has. Raises `NoSuchDevice`."""
    wanted = " ".join(device.split()).casefold()
    found = [each for each in rows.devices(connection) if wanted in (each.device, each.name.casefold())]
    if len(found) != 1:
        raise NoSuchDevice
    return found[0]


def note(
    place: Place, connection: Connection, now: int, kind: str, *, device: str | None = None, user: str | None = None
) -> None:
    """Tell the administrator. Codes and ids only."""
    feeds.note_event(connection, place.world.new_id(), now, kind, device=device, user=user)


# --- looking -------------------------------------------------------------------------------------


def events(place: Place, last: int) -> tuple[Event, ...]:
    """What an administrator must know of, the newest first."""
    with place.hub.read() as connection:
        return rows.events(connection, last)


@dataclass(frozen=True, slots=True)
class Report:
    """What looking through a hub found: nothing, when it is sound."""

    feeds: int
    change_sets: int
    findings: tuple[Finding, ...]


def check(place: Place, kept: Path | None = None) -> Report:
    """Look through the pages, the feeds with their counters and receipts, what laptops signed, and the daily roots.

    `kept` is a folder with copies of the roots.
    """
    with place.hub.read() as connection:
        found = [*checking.findings(connection, place.identity.hub, place.identity.public_key)]
        found += roots.findings(place, connection, kept)
        return Report(*checking.counts(connection), tuple(found))


# --- telling the laptops -------------------------------------------------------------------------


def announce(place: Place, connection: Connection, users: Iterable[str]) -> None:
    """Tell the laptops who some people are now, as far as they work in a team that a laptop has joined.

    The last thing a transaction does.
    """
    joined = {each.team for each in rows.devices(connection)}
    told = [user for user in users if any(each.team in joined for each in rows.memberships(connection, (user,)))]
    tell(place, connection, [_about_user(place, connection, user) for user in sorted(told)])


def announce_team(place: Place, connection: Connection, team: str) -> None:
    """A laptop has joined a team: from now on all laptops know the service, the team and its people."""
    identity = place.identity
    named = Item(
        entity="service",
        entity_id=identity.service,
        kind="named",
        payload={"name": identity.service_name, "store_kind": identity.kind},
    )
    said = [[named]] if _told(connection, "service", identity.service).value("named") is None else []
    name = next(each.name for each in rows.teams(connection) if each.team == team)
    if _told(connection, "team", team).value("named") is None:
        said.append([Item(entity="team", entity_id=team, kind="named", payload={"name": name})])
    members = {each.user for each in rows.every_membership(connection) if each.team == team}
    said += [_about_user(place, connection, user) for user in sorted(members)]
    tell(place, connection, said)


def _about_user(place: Place, connection: Connection, user: str) -> list[Item]:
    """What laptops do not know of somebody yet: each unit on top of what was said of it before."""
    who = rows.account(connection, user)
    if who is None:
        return []
    told = _told(connection, "user", user)
    person = {
        "username": who.username,
        "name": who.name,
        "role": who.role,
        "capabilities": sorted(who.capabilities),
    }
    found = [_change(told, "person", None, person)]
    if not who.active or told.value("standing") is not None:
        found.append(_change(told, "standing", None, {"active": who.active}))
    for each in rows.memberships(connection, (user,)):
        until = None if each.until is None else iso(each.until)
        membership = {"team": each.team, "role": each.role, "from": iso(each.since), "until": until}
        found.append(_change(told, "membership", iso(each.since), membership))
    return [item for item in found if item is not None]


def _change(told: Record, kind: str, key: str | None, payload: Mapping[str, object]) -> Item | None:
    before = told.value(kind, key)
    if before is not None and before.settled and dict(before.shown.payload) == dict(payload):
        return None
    bases = before.bases if before else ()
    return Item(entity=told.entity, entity_id=told.entity_id, kind=kind, bases=bases, payload=dict(payload))


def _told(connection: Connection, entity: str, entity_id: str) -> Record:
    """A record of the service feed as all that was said of it makes it."""
    found = [
        op
        for row in feeds.after(connection, SERVICE, 0, feeds.heads(connection, (SERVICE,))[SERVICE].seq)
        if row.body is not None and entity_id.encode() in row.body
        for op in operations(ChangeSet(row.head, row.body))
        if (op.entity, op.entity_id) == (entity, entity_id)
    ]
    return fold(entity, entity_id, found)


def tell(place: Place, connection: Connection, said: Collection[list[Item]]) -> None:
    """Say something in the service feed, in the hub's own name: a change set for each. Ends the transaction's work."""
    identity, now = place.identity, place.world.clock.now()
    wanted = [items for items in said if items]
    if not wanted:
        return
    end, _ = feeds.take_replica(connection, identity.replica, identity.hub)
    first, chain = end.seq + 1, end.chain
    made = []
    for seq, items in enumerate(wanted, start=first):
        each = write_change_set(
            cs_id=place.world.new_id(),
            replica_id=identity.replica,
            seq=seq,
            stamp=Stamp(place.now_ms(), seq & COUNTER_MAX),
            author=identity.hub,
            patient_id=None,
            care_time=now,
            items=items,
        )
        chain = chained(chain, each.hash)
        made.append(each)
    last = Mark(seq=end.seq + len(made), chain=chain)
    said_of = Push(
        replica=identity.replica,
        from_seq=first,
        to_seq=last.seq,
        chain_before=end.chain,
        chain_after=chain,
        signature=b"",
    )
    signature = Ed25519PrivateKey.from_private_bytes(identity.signing_key).sign(signed_part(said_of))
    feeds.move_replica(connection, identity.replica, last, first, signature)
    write_own(place, connection, made, SERVICE)
