"""The first records of a new store, and the people who may use it."""

from smf_core.domain.teaching_trouble import LastManager
from smf_core.policy.roles import Capability, Role, User
from smf_core.policy.rules import Action, require
from smf_core.records.queries.users import users
from smf_desktop.ports import NoSuchUser, UsernameTaken
from smf_desktop.services.session import Session, StoreKind, Touched, Work, new_item


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
    """Add a user. Raises `NotAllowed` or `UsernameTaken`."""
    require(session.user, Action.MANAGE_USERS)
    with session.work() as work:
        if any(each.username == username and each.active for each in users(work.connection)):
            raise UsernameTaken
        user = User(session.new_id(), username, name, role, capabilities)
        record_user(work, user)
    return user, frozenset(work.touched)


def remove_user(session: Session, username: str) -> tuple[User, Touched]:
    """Take a user off this laptop; their records and their unsent work stay."""
    require(session.user, Action.MANAGE_USERS)
    with session.work() as work:
        everyone = [each for each in users(work.connection) if each.active]
        leaving = next((each for each in everyone if each.username == username), None)
        if leaving is None:
            raise NoSuchUser
        if not any(each.role in (Role.ADMIN, Role.LEAD) for each in everyone if each.id != leaving.id):
            raise LastManager
        work.save([work.change("user", leaving.id, "standing", {"active": False})], patient=None)
    return leaving, frozenset(work.touched)
