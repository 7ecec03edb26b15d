"""How a laptop joins: a code for one person, once, within a quarter of an hour.

A store that lived without a hub keeps its ids: the fresh team that its user belongs to here takes the store's id, and
an account that was never used takes the id that the person has in the store.
"""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO, StringIO
from uuid import UUID

import msgspec
import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from smf_core.domain.recovery_key import LETTERS, as_read, in_groups
from smf_core.operations.enrolment import Again, Certificate, Enrol, Enrolled, Founding, KnownUser, joining_part
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.policy.roles import Capability, Role
from smf_core.records import Connection
from smf_hub.ports import Device, NoSuchHubUser
from smf_hub.service.greeting import is_signed
from smf_hub.service.managing import announce, announce_team, user_named
from smf_hub.service.place import Place
from smf_hub.service.times import iso, ms
from smf_hub.store import codes, feeds
from smf_hub.store import people as rows
from smf_hub.store.identity import Identity, read_identity, rename_service
from smf_hub.store.people import Account, Membership, Team

CODE_LETTERS = 12
CODE_MS = 15 * 60 * 1000
TRIES = 5
NOTED, NOTED_MS = 20, 15 * 60 * 1000
"""So many wrong codes are noted in that time; then it is told once that somebody guesses, whoever slows them down."""

GUESSING = "guessing"
NAME_MAX, APP_MAX = 120, 40


def new_code(place: Place, username: str) -> str:
    """A one-time code for somebody, in groups of four; the ones they had before count no more.

    Raises `NoSuchHubUser` for a person who belongs to no team now.
    """
    now = place.now_ms()
    letters = "".join(LETTERS[byte & 31] for byte in place.world.random(CODE_LETTERS))
    with place.hub.write() as connection:
        who = user_named(connection, username)
        if not who.active or _team_of(connection, who.user, now) is None:
            raise NoSuchHubUser
        codes.keep_code(connection, _digest(place.identity, letters), who.user, now + CODE_MS)
    return in_groups(letters)


def as_qr_text(url: str, code: str) -> str:
    """A code and where to use it, as a picture made of letters."""
    drawn = StringIO()
    segno.make(_said(url, code), error="m", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()


def as_qr_svg(url: str, code: str) -> str:
    """A code and where to use it, as a picture."""
    drawn = BytesIO()
    segno.make(_said(url, code), error="m", micro=False).save(drawn, kind="svg", scale=4)
    return drawn.getvalue().decode()


def _said(url: str, code: str) -> str:
    return f"smf-enrol:{url}?code={as_read(code)}"


def enrol(place: Place, said: Enrol) -> Enrolled:
    """Let a laptop join. Raises `HubTrouble`.

    It has to hold the key it names, or nothing is looked at. What is refused under a code that is right counts as one
    of its tries; a wrong code costs nobody anything.
    """
    if not _is_id(said.store) or not _holds_key(said):
        raise HubTrouble(Trouble.BAD_REQUEST)
    now, digest = place.now_ms(), _digest(place.identity, as_read(said.code))
    with place.hub.write() as connection:
        code = _known_code(place, connection, digest, now)
        if code is not None:
            codes.count_try(connection, digest)
    if code is None:
        raise HubTrouble(Trouble.CODE)
    with place.hub.write() as connection:
        again = codes.code(connection, digest)
        if again is None or again.used_at is not None:
            raise HubTrouble(Trouble.CODE)
        codes.use(connection, digest, now)
        done = _enrol(place, connection, said, code.user, now)
        identity = read_identity(connection)
    if identity is not None:
        place.identity = identity
    return done


def _known_code(place: Place, connection: Connection, digest: bytes, now: int) -> codes.Code | None:
    """The code, when it still counts. Otherwise it is noted, up to a bound: anybody can send what is no code."""
    code = codes.code(connection, digest)
    if code is not None and code.used_at is None and now < code.expires_at and code.tries < TRIES:
        return code
    since = now - NOTED_MS
    if codes.events_since(connection, codes.WRONG, since) < NOTED:
        _event(place, connection, now, codes.WRONG)
    elif codes.events_since(connection, GUESSING, since) == 0:
        _event(place, connection, now, GUESSING)
    return None


def _holds_key(said: Enrol) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(said.key).verify(said.proof, joining_part(said))
    except (InvalidSignature, ValueError):
        return False
    return True


def _enrol(place: Place, connection: Connection, said: Enrol, user: str, now: int) -> Enrolled:
    identity = read_identity(connection) or place.identity
    who = rows.account(connection, user)
    team = _team_of(connection, user, now)
    if who is None or not who.active or team is None:
        raise HubTrouble(Trouble.NOT_ALLOWED)
    if rows.username_key(said.username) != rows.username_key(who.username):
        raise HubTrouble(Trouble.CODE)
    if said.kind is not None and said.kind != identity.kind:
        raise HubTrouble(Trouble.CONFLICT)
    before = rows.device_by_key(connection, said.key)
    if before is not None and before.revoked_at is not None:
        raise HubTrouble(Trouble.REVOKED)
    founding = said.founding
    if founding is not None and founding.team != team:
        identity, who = _found(place, connection, founding, identity, who, team, now)
        team = founding.team
    device = Device(
        device=before.device if before else place.world.new_id(),
        name=" ".join(said.device_name.split())[:NAME_MAX],
        public_key=said.key,
        team=team,
        store=said.store,
        enrolled_at=now,
        revoked_at=None,
        last_seen=None,
        unsent=0,
        drafts=0,
        app=said.app[:APP_MAX],
        ratchet=None,
        ratchet_before=None,
        users=frozenset(),
    )
    joined = any(each.team == team for each in rows.devices(connection))
    rows.write_device(connection, device)
    rows.let_work(connection, device.device, who.user, now)
    for each in founding.users if founding else ():
        if rows.account(connection, each.user) is not None:
            rows.let_work(connection, device.device, each.user, 0)
    _event(place, connection, now, "enrolled", device=device.device, user=who.user)
    name = next(each.name for each in rows.teams(connection) if each.team == team)
    if founding is not None:
        brought = {each.user for each in founding.users}
        announce(place, connection, [each.user for each in rows.accounts(connection) if each.user not in brought])
    elif not joined:
        announce_team(place, connection, team)
    certificate = Certificate(
        device=device.device,
        device_name=device.name,
        key=device.public_key,
        store=device.store,
        user=_known(who),
        team=team,
        team_name=name,
        at=iso(now),
    )
    return Enrolled(
        device=device.device,
        certificate=place.sealing.sign(msgspec.json.encode(certificate)),
        user=_known(who),
        team=team,
        team_name=name,
        service=identity.service,
        service_name=identity.service_name,
        kind=identity.kind,
        hub=identity.hub,
        hub_key=identity.public_key,
        recovery_key=identity.recovery_key,
    )


def come_back(place: Place, said: Again) -> None:
    """Take back a laptop that was enrolled after the backup this hub was restored from. Raises `HubTrouble`.

    It shows the hub's own certificate and that it holds the key in it. A laptop that is known stays as it is, also
    under another id since it joined once more: one that was revoked does not come back by this. The administrator is
    told; whom the hub has forgotten as well is what the certificate says they were.
    """
    if not is_signed(place.identity.public_key, said.certificate):
        raise HubTrouble(Trouble.SIGNATURE)
    try:
        was = msgspec.json.decode(said.certificate.content, type=Certificate)
        Ed25519PublicKey.from_public_bytes(was.key).verify(said.proof, said.certificate.content)
    except (InvalidSignature, ValueError):
        raise HubTrouble(Trouble.SIGNATURE) from None
    now, at = place.now_ms(), ms(datetime.fromisoformat(was.at))
    with place.hub.write() as connection:
        if rows.device(connection, was.device) or rows.device_by_key(connection, was.key):
            return
        if all(each.team != was.team for each in rows.teams(connection)):
            rows.write_team(connection, Team(was.team, was.team_name))
        user = was.user
        _know_again(connection, user, was.team, at)
        made = Device(
            device=was.device,
            name=was.device_name,
            public_key=was.key,
            team=was.team,
            store=was.store,
            enrolled_at=at,
            revoked_at=None,
            last_seen=None,
            unsent=0,
            drafts=0,
            app="",
            ratchet=None,
            ratchet_before=None,
            users=frozenset(),
        )
        rows.write_device(connection, made)
        rows.let_work(connection, made.device, user.user, at)
        _event(place, connection, now, "came_back", device=made.device, user=user.user)


def _know_again(connection: Connection, user: KnownUser, team: str, since: int) -> None:
    """Somebody the hub may have forgotten; one that was added anew meanwhile and did nothing yet is the same person."""
    if rows.account(connection, user.user) is not None:
        return
    named = rows.by_username(connection, user.username)
    if named is not None and rows.is_unused(connection, named.user):
        rows.account_becomes(connection, named.user, user.user)
        rows.set_back(connection, user.user, team, since)
        return
    capabilities = frozenset(user.capabilities) & frozenset(Capability)
    rows.write_account(connection, Account(user.user, user.username, user.name, user.role, capabilities, active=True))
    rows.add_membership(connection, Membership(user.user, team, since, None, user.role))


# --- a store that lived without a hub ------------------------------------------------------------


def _found(
    place: Place, connection: Connection, said: Founding, identity: Identity, who: Account, team: str, now: int
) -> tuple[Identity, Account]:
    """Take over a store's team, its users and, while no other team has a history, its service. Raises `HubTrouble`.

    The team keeps the name the administrator gave it here, which is what they will call it by.

    Whoever made the store, its first user, named its service and its team whatever their role: until then they count as
    its administrator.
    """
    others = [each for each in rows.teams(connection) if each.team != team]
    ids = (said.team, said.service, *(each.user for each in said.users))
    if not rows.is_fresh(connection, team) or said.team in {each.team for each in others}:
        raise HubTrouble(Trouble.CONFLICT)
    if not all(map(_is_id, ids)) or len({each.user for each in said.users}) != len(said.users):
        raise HubTrouble(Trouble.BAD_REQUEST)
    if all(rows.username_key(each.username) != rows.username_key(who.username) for each in said.users):
        raise HubTrouble(Trouble.CONFLICT)
    rows.team_becomes(connection, team, said.team)
    if all(rows.is_fresh(connection, each.team) for each in others):
        rename_service(connection, said.service, said.service_name)
        identity = replace(identity, service=said.service, service_name=said.service_name)
    founder = min(each.user for each in said.users)
    for each in said.users:
        begins = 0
        if each.user == founder and each.role not in (Role.ADMIN, Role.LEAD):
            begins = min(_made_at(said.service) + 1, now)
            rows.add_membership(connection, Membership(each.user, said.team, 0, begins, Role.ADMIN.value))
        _take_user(connection, each, said.team, begins, now)
    found = rows.by_username(connection, who.username)
    if found is None or not found.active or found.user not in {each.user for each in said.users}:
        raise HubTrouble(Trouble.CONFLICT)
    return identity, found


def _take_user(connection: Connection, said: KnownUser, team: str, begins: int, now: int) -> None:
    """One user of the store: the account of that username when nobody ever used it, else somebody of the past."""
    if rows.account(connection, said.user) is not None:
        return
    named = rows.by_username(connection, said.username)
    held = rows.memberships(connection, (named.user,)) if named is not None else ()
    lasting = [each for each in held if each.until is None]
    member = any(each.team == team for each in lasting)
    capabilities = frozenset(said.capabilities) & frozenset(Capability)
    if named is None or not member or not said.active or not rows.is_unused(connection, named.user):
        past = Account(said.user, said.username, said.name, said.role, capabilities, active=False)
        rows.write_account(connection, past)
        rows.add_membership(connection, Membership(said.user, team, begins, now, said.role))
        return
    rows.account_becomes(connection, named.user, said.user)
    rows.change_account(connection, replace(named, user=said.user, capabilities=named.capabilities | capabilities))
    if said.role == named.role:
        rows.set_back(connection, said.user, team, begins)
        return
    begun = next(each.since for each in lasting if each.team == team)
    if begun > begins:
        rows.add_membership(connection, Membership(said.user, team, begins, begun, said.role))
    else:
        rows.set_back(connection, said.user, team, begins)


# --- small ---------------------------------------------------------------------------------------


def _team_of(connection: Connection, user: str, now: int) -> str | None:
    """The team somebody joined last of those they belong to: a laptop of theirs is for that one."""
    held = [each for each in rows.memberships(connection, (user,)) if each.until is None or now < each.until]
    return held[-1].team if held else None


def _digest(identity: Identity, letters: str) -> bytes:
    return sha256(f"smf enrolment code {identity.hub} {letters}".encode()).digest()


def _known(who: Account) -> KnownUser:
    return KnownUser(
        user=who.user,
        username=who.username,
        name=who.name,
        role=who.role,
        capabilities=tuple(sorted(who.capabilities)),
        active=who.active,
    )


def _made_at(made: str) -> int:
    """When an id was made: its first 48 bits are UTC milliseconds (UUIDv7)."""
    return UUID(made).int >> 80


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _event(
    place: Place, connection: Connection, now: int, kind: str, *, device: str | None = None, user: str | None = None
) -> None:
    feeds.note_event(connection, place.world.new_id(), now, kind, device=device, user=user)
