"""A report of the records on this laptop: whose, of when, and whose work may be missing from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from smf_core.domain.day_trouble import DaysTurnedRound
from smf_core.domain.text import matching_key
from smf_core.figures.definitions import DEFINITIONS
from smf_core.figures.figure import Asked, Split
from smf_core.figures.report import REPORTS, NoSuchReport, NotHeard, Report, report
from smf_core.operations.hub import HubTrouble
from smf_core.operations.protocol import LaptopNote
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries.practices import core_teams
from smf_core.records.queries.users import teams, users
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.session import Session
from smf_desktop.trouble import BaselineHalfSaid, UnknownLocality, UnknownNurse, UnknownSkill, UnknownTeam


class KnowsLaptops(Protocol):
    """A hub, as far as it tells of laptops."""

    def laptops(self) -> Sequence[LaptopNote]:
        """Every laptop of this user's teams. Raises `HubTrouble`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks a report of, by name or id as they know it; "" is all of them. The days are included."""

    since: date
    until: date
    team: str = ""
    skill: str = ""
    nurse: str = ""
    locality: str = ""
    by: Split = Split.NONE
    before_since: date | None = None
    before_until: date | None = None


def asked_for(session: Session, wanted: Wanted) -> Asked:
    """The same by ids, as the records stand today.

    Raises `DaysTurnedRound`, `BaselineHalfSaid`, `UnknownTeam`, `UnknownNurse`, `UnknownSkill`, `UnknownLocality`.
    """
    since, until = wanted.before_since, wanted.before_until
    if (since is None) != (until is None):
        raise BaselineHalfSaid
    before = (since, until) if since and until else None
    if wanted.until < wanted.since or (before and before[1] < before[0]):
        raise DaysTurnedRound
    library = session.checklists
    skills = {skill: library.newest(skill).label for skill in library.skills}
    with session.read(counts=True) as connection:
        localities = {each.locality: each.locality for each in core_teams(connection) if each.locality}
        return Asked(
            since=wanted.since,
            until=wanted.until,
            as_of=session.today(),
            team=_named(wanted.team, {each.id: each.name for each in teams(connection)}, UnknownTeam),
            skill=_named(wanted.skill, skills, UnknownSkill),
            nurse=_nurse(connection, wanted.nurse),
            locality=_named(wanted.locality, localities, UnknownLocality),
            before=before,
            by=wanted.by,
        )


def _nurse(connection: Connection, wanted: str) -> str:
    everyone = users(connection)
    usernames = {each.username: each.id for each in everyone if each.active}
    return usernames.get(wanted) or _named(wanted, {each.id: each.name for each in everyone}, UnknownNurse)


def _named(wanted: str, names: Mapping[str, str], unknown: type[Exception]) -> str:
    """The id of what somebody named by id or, in whatever case, by name."""
    if not wanted or wanted in names:
        return wanted
    found = [each for each, name in names.items() if matching_key(name) == matching_key(wanted)]
    if len(found) != 1:
        raise unknown
    return found[0]


def labels(session: Session) -> Mapping[str, str]:
    """The words of the codes that a report tells its parts by: of skills, nurses and teams."""
    library = session.checklists
    with session.read(counts=True) as connection:
        people = {each.id: each.name for each in users(connection)}
        called = {each.id: each.name for each in teams(connection)}
    return {**{skill: library.newest(skill).label for skill in library.skills}, **called, **people}


def make_report(
    session: Session, name: str, asked: Asked, *, joined: bool, missing: tuple[NotHeard, ...] | None = ()
) -> Report:
    """A report as the records here stand; `joined` a hub, they may not be all there are.

    `missing` are the laptops not heard of since, None where nobody could say. Raises `NotAllowed`, `NoSuchReport`.
    """
    require(session.user, Action.READ_FIGURES)
    if name not in REPORTS:
        raise NoSuchReport
    with session.read(counts=True) as connection:
        found = report(connection, name, asked)
    needs_all = any(DEFINITIONS[each].of_period for each in REPORTS[name])
    held = not needs_all or holds_all_since(session, asked.since, joined=joined)
    return replace(found, complete=held and missing == (), missing_devices=missing or ())


def laptops_missing(session: Session, hub: KnowsLaptops | None, asked: Asked) -> tuple[NotHeard, ...] | None:
    """The laptops of this user's teams that were not at the hub after the days asked for, or said that work was left.

    Asked of the hub now, so not on the interface thread. None where nobody can say: the hub is silent, or only a lead
    is told.
    """
    if hub is None:
        return ()
    if not may(session.user, Action.SETTLE_HELD).allowed:
        return None
    try:
        notes = hub.laptops()
    except HubTrouble:
        return None
    last_day = min(asked.until, asked.as_of - timedelta(days=1))
    return tuple(
        NotHeard(each.name or each.device, each.last_seen or "")
        for each in notes
        if not each.revoked and (each.unsent or not each.last_seen or _day(session, each.last_seen) <= last_day)
    )


def _day(session: Session, instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(session.now().tzinfo).date()
