"""Who the hub knows: learned from what laptops say of users, and shown to leads."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from smf_core.operations.change_set import Item
from smf_core.operations.protocol import LaptopNote
from smf_core.policy.roles import Capability, Role
from smf_core.records import Connection
from smf_hub.ports import Caller, Device, Noted
from smf_hub.service.place import Place
from smf_hub.service.times import iso
from smf_hub.store import orders
from smf_hub.store import people as rows
from smf_hub.store.people import Account

USERNAME_MAX = 120


def caller(device: Device, noted: Noted | None = None) -> Caller:
    """A laptop whose signature was right, as the one who asks."""
    return Caller(device.device, device.team, device.users, device.revoked_at is not None, noted)


def noted(place: Place, device: str) -> Noted | None:
    """What the hub knows of a laptop now."""
    now = place.now_ms()
    return remembered(place, device, place.hub.at_once(lambda hub: rows.noted(hub, device, now)))


def noted_lately(place: Place, device: str) -> Noted | None:
    """What it knew when the laptop asked last, or knows now: whoever decides by it asks anew."""
    return place.laptops.get(device) or noted(place, device)


def remembered(place: Place, device: str, found: Noted | None) -> Noted | None:
    """What was found of a laptop, kept for when it asks next."""
    if found is None:
        place.laptops.pop(device, None)
    else:
        place.laptops[device] = found
    return found


def is_about_users(items: Iterable[Item]) -> bool:
    """Whether a change set says who works here."""
    return any(item.entity in ("user", "team") for item in items)


def learn(connection: Connection, items: Iterable[Item], sender: Caller | None, team: str, moment: int) -> None:
    """Follow an accepted change set of a laptop that adds a colleague, changes one or ends one.

    `team` and `moment` are what it was judged by: whom its author spoke for, and when; `sender` is None where nobody
    knows the laptop. Somebody new belongs to that team, and may work on the laptop that says so, from then on. Whom
    the hub knows already keeps the memberships that its administrator gave; in the team their role changes, unless the
    hub has heard something newer. A team is called anew only by whoever changes its name, not by the store that once
    began with it.
    """
    for item in items:
        match item.entity, item.kind:
            case "user", "person":
                _learn_person(connection, item, sender, team, moment)
            case "user", "standing":
                _learn_standing(connection, item, sender, team, moment)
            case "team", "named" if item.bases and str(item.payload.get("name") or "").strip():
                rows.rename_team(connection, item.entity_id, str(item.payload["name"]))


def _learn_person(connection: Connection, item: Item, sender: Caller | None, team: str, moment: int) -> None:
    said = item.payload
    role = str(said.get("role") or "")
    username = str(said.get("username") or "")[:USERNAME_MAX]
    who = Account(
        user=item.entity_id,
        username=username,
        name=str(said.get("name") or username),
        role=role,
        capabilities=_capabilities(said.get("capabilities")),
        active=True,
    )
    known = rows.account(connection, who.user)
    if known is not None:
        if known.active and team and role in frozenset(Role) and _belongs(connection, who.user, team, moment):
            rows.change_account(connection, who)
            rows.begin_membership(connection, who.user, team, moment, role)
        return
    rows.write_account(connection, who)
    if team and role in frozenset(Role):
        rows.begin_membership(connection, who.user, team, moment, role)
    if sender is not None:
        rows.let_work(connection, sender.device, who.user, moment)


def _learn_standing(connection: Connection, item: Item, sender: Caller | None, team: str, moment: int) -> None:
    known = rows.account(connection, item.entity_id)
    active = item.payload.get("active")
    if known is None or not isinstance(active, bool) or active == known.active:
        return
    if active and ended_at(connection, known.user) > moment:
        return
    rows.change_account(connection, replace(known, active=active))
    if not active:
        rows.end_memberships(connection, known.user, moment)
    elif team:
        rows.begin_membership(connection, known.user, team, moment, known.role)
        if sender is not None:
            rows.let_work(connection, sender.device, known.user, moment)


def ended_at(connection: Connection, user: str) -> int:
    """When somebody's last membership ended; 0 where none did."""
    return max((each.until or 0 for each in rows.memberships(connection, (user,))), default=0)


def _belongs(connection: Connection, user: str, team: str, moment: int) -> bool:
    """Whether somebody was in a team at a moment, as they are now: nothing older undoes what the hub decided since."""
    held = rows.memberships(connection, (user,))
    return any(each.team == team and each.until is None and each.since <= moment for each in held)


def _capabilities(said: object) -> frozenset[str]:
    return frozenset(each for each in said if each in frozenset(Capability)) if isinstance(said, list) else frozenset()


def laptops(place: Place, teams: Collection[str]) -> Sequence[LaptopNote]:
    """The laptops of some teams, for their leads."""
    with place.hub.read() as connection:
        devices = [each for each in rows.devices(connection) if each.team in teams]
        everyone = frozenset[str]().union(*(each.users for each in devices))
        names = {each.user: each.name for each in rows.accounts(connection, everyone)}
        ordered = {each.device: [o.act for o in orders.standing_orders(connection, each.device)] for each in devices}
    return [
        LaptopNote(
            device=each.device,
            name=each.name,
            users=tuple(sorted(names[user] for user in each.users if user in names)),
            last_seen=None if each.last_seen is None else iso(each.last_seen),
            unsent=each.unsent,
            drafts=each.drafts,
            revoked=each.revoked_at is not None,
            orders=tuple(ordered[each.device]),
        )
        for each in devices
    ]
