"""The hub's side of hello beside the feeds: who this laptop is, what it may do offline, what it is ordered."""

from collections.abc import Mapping, Sequence
from hmac import compare_digest

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import PROTOS, FeedHead, Grant, Hello, Mark, Order, Signed, Welcome
from smf_core.policy.roles import Role
from smf_core.records import Connection
from smf_core.records.rows import Values
from smf_hub.ports import Caller, Device, Noted
from smf_hub.service.place import GRANT_DAYS_MAX, Place
from smf_hub.service.times import iso
from smf_hub.store import codes, feeds, orders
from smf_hub.store import people as rows
from smf_hub.store.orders import GivenGrant, StandingOrder
from smf_hub.store.together import Question, asked_together

TOKEN_MS = 15 * 60 * 1000
GRANT_KEPT_MS = 60 * 60 * 1000
"""A grant given within the last hour is said again, so that a laptop that syncs all day has a few and not hundreds."""

NOTED_MS = 10 * 60 * 1000
"""A laptop that says the same of itself again is not noted anew within this time, nor given another ratchet value."""

TIME_BYTES, CHANCE_BYTES, PROOF_BYTES = 6, 6, 16
"""A ratchet value: when it was given (ms), what nobody can guess, and that this hub gave it to this laptop."""

CLONE, BEHIND, QUIET_MS = "clone", "behind", 60 * 60 * 1000
"""Two laptops under one identity, and a hub that lacks what a laptop has seen, are told once an hour."""

_MANAGERS = frozenset({Role.ADMIN, Role.LEAD})
_PEERS = frozenset({Role.NURSE, Role.ASSISTANT})
KEY_BYTES = 32
APP_MAX, COUNT_MAX = 40, 2**31 - 1
DAY_MS = 24 * 60 * 60 * 1000

_encode = msgspec.json.encode


def what_to_tell(place: Place, noted: Noted) -> Sequence[Question]:
    """What asks for all that is said to a laptop beside the feeds."""
    now = place.now_ms()
    return orders.what_to_tell(noted, now, now - GRANT_KEPT_MS)


def as_before(place: Place, noted: Noted, answers: Sequence[Sequence[Values]], said: Hello) -> Welcome | None:
    """The answer to a laptop of which there is nothing to note, without the feeds; None where there is.

    `answers` are to `what_to_tell`.

    Such a hello writes nothing: the laptop was noted a short while ago, says the same of itself as then, shows the
    value it was given last and keeps it, and everyone's grant is still to be said again.
    """
    proto, old = negotiate(said.protos)
    now = place.now_ms()
    device, working = noted.device, noted.working
    if old or device.revoked_at is not None or not _is_noted(device, said, now):
        return None
    told = orders.told(noted, answers)
    given = told.given
    if not all(user in given and _is_current(given[user], now, _until(place, now)) for user in working):
        return None
    return Welcome(
        hub_time=iso(now),
        proto=proto,
        my_view={},
        feeds={},
        token=new_token(place, device.device),
        grants=tuple(_grant(place, device, given[user], roles) for user, roles in working.items()),
        orders=_orders(place, device, told.orders),
        draft_keys=told.draft_keys,
    )


def _is_noted(device: Device, said: Hello, now: int) -> bool:
    """Whether what a laptop says of itself was written down not long ago, and it has nothing to report."""
    return (
        device.ratchet is not None
        and compare_digest(said.ratchet, device.ratchet)
        and device.last_seen is not None
        and 0 <= now - device.last_seen < NOTED_MS
        and not said.done
        and (device.unsent, device.drafts, device.app) == _counts(said)
        and all(device.draft_keys.get(user) == key for user, key in said.draft_keys.items())
    )


def _counts(said: Hello) -> tuple[int, int, str]:
    return min(max(said.unsent, 0), COUNT_MAX), min(max(said.drafts, 0), COUNT_MAX), said.app[:APP_MAX]


def welcome(
    place: Place, caller: Caller, said: Hello, view: Mapping[str, Mark], found: Mapping[str, FeedHead]
) -> Welcome:
    """Note what a laptop says of itself, and answer. A revoked one is told its orders alone, and may still send.

    One that speaks only what is older than we do is told of no feeds, so that it pulls nothing; it may push. Raises
    `HubTrouble` for one that speaks only what is newer.
    """
    proto, old = negotiate(said.protos)
    now = place.now_ms()
    with place.hub.write() as connection:
        device = rows.device(connection, caller.device)
        if device is None:
            raise HubTrouble(Trouble.UNKNOWN)
        values = _note(place, connection, device, said, view, now)
        if caller.revoked:
            rows.change_device(connection, device.device, **values)
            token, ordered = new_token(place, device.device), orders.standing_orders(connection, device.device)
            return Welcome(
                hub_time=iso(now),
                proto=proto,
                my_view=view,
                feeds={},
                token=token,
                orders=_orders(place, device, ordered),
                revoked=True,
            )
        if any(end.common is not None for end in found.values()):
            _tell_behind(place, connection, device, now)
        before = _turn(place, connection, device, said.ratchet, now)
        ratchet = _next_ratchet(place, device, now)
        rows.change_device(connection, device.device, **values, ratchet=ratchet, ratchet_before=before)
        noted = rows.noted(connection, device.device, now) or Noted(device, {})
        told = orders.told(noted, asked_together(connection, what_to_tell(place, noted)))
        return Welcome(
            hub_time=iso(now),
            proto=proto,
            my_view=view,
            feeds={} if old else found,
            token=new_token(place, device.device),
            grants=_grants(place, connection, noted, told.given, now),
            orders=_orders(place, device, told.orders),
            ratchet=ratchet,
            draft_keys=told.draft_keys,
        )


def negotiate(theirs: tuple[int, ...]) -> tuple[int, bool]:
    """The newest version both speak, and whether the laptop is too old for more than to push.

    A hub speaks its own versions and the two before. Raises `HubTrouble` when the laptop is newer than the hub.
    """
    ours = (*PROTOS, PROTOS[-1] - 1, PROTOS[-1] - 2)
    both = [each for each in theirs if each in ours and each > 0]
    if both:
        return max(both), False
    if not theirs or min(theirs) > PROTOS[0]:
        raise HubTrouble(Trouble.TOO_OLD, {"hub_proto": PROTOS[0]})
    return max(theirs), True


# --- signed words --------------------------------------------------------------------------------


def is_signed(hub_key: bytes, said: Signed) -> bool:
    """Whether the hub with that public key wrote this."""
    try:
        Ed25519PublicKey.from_public_bytes(hub_key).verify(said.signature, said.content)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_token(place: Place, device: str) -> str:
    """What a laptop shows with all that follows its hello: for a quarter of an hour, of use to that laptop alone."""
    until = place.now_ms() + TOKEN_MS
    return f"{until:x}.{place.sealing.vouch(f'{device} {until}')}"


def check_token(place: Place, device: str, token: str) -> bool:
    """Whether a token was given to that laptop and still counts."""
    text, _, mac = token.partition(".")
    try:
        until = int(text, 16)
    except ValueError:
        return False
    return compare_digest(mac.encode(), place.sealing.vouch(f"{device} {until}").encode()) and place.now_ms() < until


# --- what is noted -------------------------------------------------------------------------------


def _note(
    place: Place, connection: Connection, device: Device, said: Hello, view: Mapping[str, Mark], now: int
) -> dict[str, object]:
    """Take in what the laptop says of orders and of who works on it. Answers what its row is to say of it besides.

    Somebody it names is let work there when they belong to its team; the administrator is told. Of one that reported
    itself destroyed what it said last stands: a hello from before may arrive after it.
    """
    _, kept, app = _counts(said)
    values: dict[str, object] = {"last_seen": now}
    if device.revoked_at is None or not orders.is_destroyed(connection, device.device):
        values |= {"unsent": _left(said, view), "drafts": kept, "app": app}
    elif said.done:  # a copied disk was destroyed, too
        values["unsent"] = max(device.unsent, _left(said, view))
    for done in orders.order_done(connection, device.device, said.done, now) if said.done else ():
        _event(place, connection, now, f"{done.act}_done", device)
        if done.act == "wipe" and device.revoked_at is None:
            values["revoked_at"] = now
    fresh = {user: key for user, key in said.draft_keys.items() if device.draft_keys.get(user) != key}
    if fresh and device.revoked_at is None:
        for user in sorted(_members(connection, device, tuple(fresh), now)):
            if rows.let_work(connection, device.device, user, now):
                _event(place, connection, now, "user_on_laptop", device, user)
            if len(fresh[user]) == KEY_BYTES:
                rows.keep_draft_key(connection, device.device, user, fresh[user])
    return values


def _left(said: Hello, view: Mapping[str, Mark]) -> int:
    """How much of what a laptop has not heard of as received we really lack: an answer may have been lost.

    What it says counts where it names no replica, or we have more of one than it does, as after a restore, or as much
    and something else, as from a copied disk.
    """
    ends = [(end, view.get(replica, Mark())) for replica, end in said.replicas.items()]
    unsent, _, _ = _counts(said)
    if not ends or any(seen.seq >= end.seq and seen != end for end, seen in ends):
        return unsent
    of_others = min(max(said.of_others, 0), unsent)
    return of_others + min(unsent - of_others, sum(end.seq - seen.seq for end, seen in ends))


def _members(connection: Connection, device: Device, users: tuple[str, ...], now: int) -> set[str]:
    """Those of some people who work in the team of a laptop now.

    Who may do more than teach comes only to a laptop that somebody who manages the team works on already: the word of
    a nurse's laptop alone makes nobody a lead there.
    """
    active = {each.user for each in rows.accounts(connection, users) if each.active}
    held = rows.memberships(connection, {*users, *device.users})
    lasting = [each for each in held if each.holds(now)]
    of_team = [each for each in lasting if each.team == device.team]
    managed = any(each.user in device.users and each.role in _MANAGERS for each in of_team)
    return {each.user for each in of_team if each.user in users and (managed or each.role in _PEERS)} & active


def _turn(place: Place, connection: Connection, device: Device, shown: bytes, now: int) -> bytes | None:
    """The value before the next. A laptop shows the one it was given last, or the one before when a reply was lost.

    One that we gave later than the last we know of shows that we were restored from a backup since. Anything else was
    shown before by another laptop under the same identity: it is told, and ordered new replica ids.
    """
    if device.ratchet is None or compare_digest(shown, device.ratchet):
        return device.ratchet
    if compare_digest(shown, device.ratchet_before or b""):
        return device.ratchet_before
    if _given_at(place, device, shown) > _given_at(place, device, device.ratchet):
        return shown
    if codes.events_since(connection, CLONE, now - QUIET_MS, device.device) == 0:
        _event(place, connection, now, CLONE, device)
    orders.give_order(connection, place.world.new_id(), device.device, "rotate", now)
    return device.ratchet


def _tell_behind(place: Place, connection: Connection, device: Device, now: int) -> None:
    """A laptop has seen of a feed what we do not have: we were restored, or are an old hub that answers again."""
    if codes.events_since(connection, BEHIND, now - QUIET_MS, device.device) == 0:
        _event(place, connection, now, BEHIND, device)


def _next_ratchet(place: Place, device: Device, now: int) -> bytes:
    """A value that is later than the one before, whatever the clock says."""
    at = max(now, _given_at(place, device, device.ratchet or b"") + 1)
    said = at.to_bytes(TIME_BYTES) + place.world.random(CHANCE_BYTES)
    return said + _proof(place, device, said)


def _given_at(place: Place, device: Device, shown: bytes) -> int:
    """When we gave this laptop a value; -1 for one that is not ours."""
    said, proof = shown[: TIME_BYTES + CHANCE_BYTES], shown[TIME_BYTES + CHANCE_BYTES :]
    return int.from_bytes(said[:TIME_BYTES]) if compare_digest(proof, _proof(place, device, said)) else -1


def _proof(place: Place, device: Device, said: bytes) -> bytes:
    return bytes.fromhex(place.sealing.vouch(f"ratchet {device.device} {said.hex()}"))[:PROOF_BYTES]


def _grants(
    place: Place, connection: Connection, noted: Noted, given: Mapping[str, GivenGrant], now: int
) -> tuple[Signed, ...]:
    """For everyone who may work on the laptop and still belongs to a team: that they may do so offline."""
    until, device = _until(place, now), noted.device
    said = []
    for user, roles in noted.working.items():
        one = given.get(user)
        if one is None or not _is_current(one, now, until):
            one = GivenGrant(place.world.new_id(), user, device.device, now, until)
            orders.give_grant(connection, one)
        said.append(_grant(place, device, one, roles))
    return tuple(said)


def _until(place: Place, now: int) -> int:
    return now + min(max(place.grant_days, 1), GRANT_DAYS_MAX) * DAY_MS


def _is_current(given: GivenGrant, now: int, until: int) -> bool:
    """Whether a grant is to be said again and not replaced by another one."""
    return given.since <= now and given.until <= until


def _grant(place: Place, device: Device, given: GivenGrant, roles: Mapping[str, str]) -> Signed:
    grant = Grant(
        serial=given.serial,
        user=given.user,
        device=device.device,
        teams=tuple(roles),
        role=roles.get(device.team) or next(iter(roles.values())),
        since=iso(given.since),
        until=iso(given.until),
    )
    return place.sealing.sign(_encode(grant))


def _orders(place: Place, device: Device, standing: Sequence[StandingOrder]) -> tuple[Signed, ...]:
    """What the laptop has been ordered and has not reported done, each time anew under the same serial."""
    said = (
        Order(serial=each.serial, device=device.device, store=device.store, act=each.act, at=iso(each.at))
        for each in standing
    )
    return tuple(place.sealing.sign(_encode(each)) for each in said)


def _event(place: Place, connection: Connection, now: int, kind: str, device: Device, user: str | None = None) -> None:
    feeds.note_event(connection, place.world.new_id(), now, kind, device=device.device, user=user)
