"""Services that a plan is drawn from, made up in a line."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from smf_core.planner.scenario import Scenario
from smf_core.planner.seen import Release, Seen, SkillSeen
from tests.support.sessions import Team
from tests.support.team_page import InStore
from tests.support.written import MORNING, item

RELEASE = Release(2.0, 90.0)
MANY = 1_000_000
"""Of so many a share is certain."""


def skill(
    name: str = "insulin",
    visits: tuple[int, ...] = (4,) * 20,
    ends: tuple[bool | None, ...] = (True,) * 20,
    *,
    gap: float = 2.0,
    closing: float = 0.0,
    release: Release = RELEASE,
    expected: int = 7,
) -> SkillSeen:
    many = len(visits)
    return SkillSeen(
        skill=name,
        expected_visits=expected,
        usual_a_day=1.0,
        visits=visits,
        ends=ends,
        gaps=(gap,) * many,
        closing=(closing,) * many,
        releases=(release,) * many,
    )


def seen(*skills: SkillSeen, **said: object) -> Seen:
    """A service that takes everybody on, with nobody there yet."""
    there = skills or (skill(),)
    found = Seen(
        since=date(2025, 11, 18),
        until=date(2026, 11, 17),
        skills=there,
        mix={each.skill: 1 for each in there},
        referrals=700,
        decided=MANY,
        accepted=MANY,
        pathways=MANY,
        settled=MANY,
        begun=MANY,
        nurses=6,
        visits=3_000,
        timed=3_000,
        minutes=105_000,
        horizon=90,
    )
    return replace(found, **said)


def scenario(**said: object) -> Scenario:
    """More nurses than are needed, each visit one hour."""
    usual = Scenario(
        name="As now",
        referrals=20.0,
        mix=(("insulin", 1.0),),
        nurses=50.0,
        hours=40.0,
        minutes=45.0,
        travel=15.0,
        months=12,
    )
    return replace(usual, **said)


def accepted(team: Team, people: Iterable[str]) -> None:
    """Their referrals were accepted."""
    store = InStore(team.lead)
    for person in people:
        said = {"status": "accepted", "decided_on": "2026-08-02", "decided_by": team.lead.user.id}
        store.save(item("referral", f"referral of {person}", "triage", **said), patient=person, at=MORNING)
