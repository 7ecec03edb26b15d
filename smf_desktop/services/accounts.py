"""Who may use this laptop, as those see it who may say so."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from smf_core.domain.competence import CompetenceSettings
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.policy.roles import User
from smf_core.policy.rules import Action, require
from smf_core.records.queries.users import teams, users
from smf_desktop.ports import UnknownTeam
from smf_desktop.services.session import Session, Touched


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


def change_setting(session: Session, name: str, value: Any, reason: str = "") -> Touched:
    """Change a setting of the service: the clinical lead's act. Raises `NotAllowed`."""
    require(session.user, Action.CHANGE_SETTINGS)
    if name in COMPETENCE and not reason.strip():
        raise ReasonNeeded
    said = {"setting": name, "value": value, "by": session.user.id, "reason": reason}
    with session.work() as work:
        work.save([work.change("service", session.service, "setting", said, key=name)], patient=None)
    return frozenset(work.touched)
