"""What a laptop says when it joins a hub."""

from collections.abc import Callable

from smf_core.operations.enrolment import Enrol, Founding, KnownUser, proven
from smf_core.policy.roles import User
from smf_core.records import Connection
from smf_core.records.queries.users import service, teams, users


def founding(connection: Connection) -> Founding:
    """What a store that lived without a hub brings: its service, its team, everyone who ever used it."""
    here, team = service(connection), teams(connection)[0]
    return Founding(
        service=here.id,
        service_name=here.name,
        team=team.id,
        team_name=team.name,
        users=tuple(map(known, users(connection))),
    )


def known(person: User) -> KnownUser:
    return KnownUser(
        user=person.id,
        username=person.username,
        name=person.name,
        role=person.role.value,
        capabilities=tuple(sorted(each.value for each in person.capabilities)),
        active=person.active,
    )


def asking(
    *,
    code: str,
    username: str,
    device_name: str,
    key: bytes,
    sign: Callable[[bytes], bytes],
    store: str,
    app: str,
    kind: str | None = None,
    brings: Founding | None = None,
) -> Enrol:
    """The message that joins. `key` is the public half of the device's key that `sign` signs with (Ed25519, raw).

    A new store has no kind yet.
    """
    said = Enrol(
        code=code.strip(),
        username=username.strip(),
        device_name=device_name,
        key=key,
        store=store,
        kind="live" if kind == "live" else "training" if kind else None,
        founding=brings,
        app=app,
    )
    return proven(said, sign)
