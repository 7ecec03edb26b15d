"""The first records of a new store, and the people who may use it."""

from dataclasses import dataclass

from smf_core.domain.teaching_trouble import LastManager, WorksElsewhere
from smf_core.policy.roles import Capability, Role, User
from smf_core.policy.rules import Action, NotAllowed, may_manage, require
from smf_core.records.queries.users import users
from smf_desktop.services.session import Session, StoreKind, Touched, Work, new_item
from smf_desktop.trouble import NoSuchUser, UsernameTaken


def first_records(work: Work, *, service: str, service_name: str, team: str, team_name: str, kind: StoreKind) -> None:
    """Name the service and its team; a store without a hub starts with these."""
    work.save(
        [
            new_item("service", service, "named", name=service_name, store_kind=kind.value),
            new_item("team", team, "named", name=team_name),
        ],
        patient=None,
    )


def record_user(work: Work, user: User) -> None:
    """Write down who someone is; the key slot is made beside it."""
    work.save(
        [
            new_item(
                "user",
                user.id,
                "person",
                username=user.username,
                name=user.name,
                role=user.role.value,
                capabilities=sorted(capability.value for capability in user.capabilities),
            )
        ],
        patient=None,
    )


def new_user(
    session: Session, *, username: str, name: str, role: Role, capabilities: frozenset[Capability] = frozenset()
) -> tuple[User, Touched]:
    """Add a user. Raises `NotAllowed` or `UsernameTaken`.

    In a store without a hub whoever manages it names its first administrator; with one, the hub's does.
    """
    require(session.user, Action.MANAGE_USERS)
    alone = role is Role.ADMIN and not session.store.standing().joined
    with session.work() as work:
        everyone = [each for each in users(work.connection) if each.active]
        if not alone or any(each.role is Role.ADMIN for each in everyone):
            _require_managing(session.user, role, capabilities)
        if any(each.username == username for each in everyone):
            raise UsernameTaken
        user = User(session.new_id(), username, name, role, capabilities)
        record_user(work, user)
    return user, frozenset(work.touched)


def take_back(session: Session, added: User) -> None:
    """Somebody who was just added cannot have a key, and works here after all not. Raises `NotAllowed`."""
    require(session.user, Action.MANAGE_USERS)
    with session.work() as work:
        work.save([work.change("user", added.id, "standing", {"active": False})], patient=None)


@dataclass(frozen=True, slots=True)
class Removed:
    """Who was taken off. `from_service`: a hub knows them, so they work nowhere in the service any more."""

    user: User
    from_service: bool


def remove_user(session: Session, username: str) -> tuple[Removed, Touched]:
    """Somebody works here no more; their records and their unsent work stay.

    Raises `NotAllowed`, `NoSuchUser`, `LastManager`, or `WorksElsewhere` for who belongs to another team as well.
    """
    require(session.user, Action.MANAGE_USERS)
    joined = session.store.standing().joined
    with session.work() as work:
        everyone = [each for each in users(work.connection) if each.active]
        leaving = next((each for each in everyone if each.username == username), None)
        if leaving is None:
            raise NoSuchUser
        _require_managing(session.user, leaving.role)
        if not any(each.role in (Role.ADMIN, Role.LEAD) for each in everyone if each.id != leaving.id):
            raise LastManager
        held = work.record("user", leaving.id).values("membership")
        if len({each["team"] for each in held if each["until"] is None}) > 1:
            raise WorksElsewhere
        work.save([work.change("user", leaving.id, "standing", {"active": False})], patient=None)
    return Removed(leaving, joined), frozenset(work.touched)


def _require_managing(user: User, role: Role, capabilities: frozenset[Capability] = frozenset()) -> None:
    decision = may_manage(user, role, capabilities)
    if not decision.allowed:
        raise NotAllowed(Action.MANAGE_USERS, decision.reason)
