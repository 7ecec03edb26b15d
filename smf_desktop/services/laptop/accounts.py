"""Who may use this laptop, as those see it who may say so."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from smf_core.domain.competence import CompetenceSettings
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.policy.roles import User
from smf_core.policy.rules import Action, require
from smf_core.records.queries.users import service, teams, users
from smf_desktop.ports import LEAST_MINUTES, MOST_MINUTES
from smf_desktop.services.session import Session, Touched
from smf_desktop.trouble import IdleMinutesOutOfRange, UnknownTeam


def everyone(session: Session) -> Sequence[User]:
    """The users of this laptop, those who left included, by name. Raises `NotAllowed`."""
    require(session.user, Action.MANAGE_USERS)
    with session.read() as connection:
        return users(connection)


def team_named(session: Session, wanted: str) -> str:
    """The id of a team given by name or id. Raises `UnknownTeam`."""
    with session.read() as connection:
        for team in teams(connection):
            if wanted in (team.id, team.name):
                return team.id
    raise UnknownTeam


COMPETENCE = frozenset(field.name for field in fields(CompetenceSettings))
"""The settings that decide who is found safe alone: each is changed with a reason (`clinical.md` 1)."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What the clinical lead sets for the whole service."""

    idle_minutes: int = LEAST_MINUTES
    registered_nurse_in_run: bool = True
    video_ratings_of_critical_steps: bool = False
    contact_phone: str = ""
    """Who to call, as letters say it: the number, its hours, and what to do at other times."""

    contact_hours: str = ""
    out_of_hours: str = ""


def settings(session: Session) -> ServiceSettings:
    """The settings as they stand; what was never set has its default."""
    with session.read() as connection:
        held = service(connection).settings
    names = (field.name for field in fields(ServiceSettings))
    return ServiceSettings(**{name: held[name] for name in names if name in held})


def change_settings(session: Session, new: ServiceSettings, reason: str) -> Touched:
    """Change what differs, each with the reason. Raises `NotAllowed`, `ReasonNeeded`, `IdleMinutesOutOfRange`."""
    require(session.user, Action.CHANGE_SETTINGS)
    if not LEAST_MINUTES <= new.idle_minutes <= MOST_MINUTES:
        raise IdleMinutesOutOfRange(LEAST_MINUTES, MOST_MINUTES)
    standing, touched = asdict(settings(session)), set[str]()
    for name, value in asdict(new).items():
        if value != standing[name]:
            touched |= change_setting(session, name, value, reason)
    return frozenset(touched)


def change_setting(session: Session, name: str, value: Any, reason: str = "") -> Touched:
    """Change a setting of the service: the clinical lead's act. Raises `NotAllowed`."""
    require(session.user, Action.CHANGE_SETTINGS)
    if name in COMPETENCE and not reason.strip():
        raise ReasonNeeded
    said = {"setting": name, "value": value, "by": session.user.id, "reason": reason}
    with session.work() as work:
        work.save([work.change("service", session.service, "setting", said, key=name)], patient=None)
    return frozenset(work.touched)
