"""The whole team page in one read, so that its figures are all of the same moment."""

from dataclasses import replace
from datetime import time
from functools import partial

from smf_core.domain.checklist import Library
from smf_core.figures.caseload import open_pathways
from smf_core.figures.cohorts import survival_of
from smf_core.figures.core_chart import core_referral_chart
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked as Asked
from smf_core.figures.figure import Split
from smf_core.figures.loads import caseload_by_nurse, stuck_steps
from smf_core.figures.once import together
from smf_core.figures.people import SplitOfPeople, splits_of_people
from smf_core.figures.referrals import acceptance_by_core_team
from smf_core.figures.report import alongside, asked_alongside
from smf_core.policy.keeping import MAY_ASK_FIGURES
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries.caseload import Mark, Stage, Wanted, chosen_people, rows_of_people
from smf_core.records.queries.practices import core_teams
from smf_core.records.queries.users import teams, users
from smf_desktop.presenters.caseload.page import not_on_own
from smf_desktop.presenters.labels import skill_label
from smf_desktop.presenters.team.facts import Options, TeamFacts
from smf_desktop.presenters.team.words import laptops_words
from smf_desktop.services.caseload.freshness import bring_few_up
from smf_desktop.services.figures import FiguresOfHub, figures_of_hub, holds_all_since
from smf_desktop.services.pathways import teachers
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess

OF_PEOPLE = (
    "discharge_rate",
    "discharge_rate_independent",
    "discharge_rate_supported",
    "discharge_rate_episode",
    "discharge_rate_cohort",
    "open_over_twice_expected",
    "care_plan_coverage",
    "caseload_now",
)
FIGURES = (*OF_PEOPLE, "core_referral_change", "core_and_other_referral_change")
OF_THE_HUB = OF_PEOPLE[:5]
"""What is asked of the hub where this laptop does not hold the whole period; with the median by skill."""

BY_SKILL, MEDIAN = "discharge_rate_episode", "visits_to_discharge_median"
MARKS = (Mark.READY, Mark.OVER, Mark.OVERDUE, Mark.NO_NEXT)
LISTED, EVERYONE = 100, 1_000_000
"""Of so many people ready or overdue the lines are read."""


def team_facts(session: Session, asked: Asked, *, joined: bool) -> TeamFacts:
    """What the page shows, but for `rates_of_people`. Raises `NotAllowed`."""
    require(session.user, Action.READ_FIGURES)
    behind = bring_few_up(session)
    by_skill = replace(asked, by=Split.SKILL)
    today = session.today()
    with session.read(counts=True) as connection, together(connection):
        taught = {row.patient for row in open_pathways(connection, asked)}
        marked = {mark.value: _marked(session, connection, mark, taught) for mark in MARKS}
        listed = (*marked[Mark.READY.value][:LISTED], *marked[Mark.OVERDUE.value][:LISTED])
        return TeamFacts(
            asked=asked,
            at=session.now(),
            figures={name: figures(connection, name, asked)[0] for name in FIGURES},
            by_skill=figures(connection, BY_SKILL, by_skill),
            medians=figures(connection, MEDIAN, by_skill),
            cohorts=survival_of(connection, asked),
            chart=core_referral_chart(connection, asked),
            loads=caseload_by_nurse(connection, asked),
            marked=marked,
            lines={row.person.id: row for row in rows_of_people(connection, dict.fromkeys(listed), today)},
            stuck=stuck_steps(connection, asked, partial(not_on_own, today=today, library=session.checklists)),
            referrers=acceptance_by_core_team(connection, asked),
            users={one.id: one.name for one in users(connection)},
            options=_options(connection, session.checklists),
            library=session.checklists,
            behind=behind,
            whole=(whole := holds_all_since(session, asked.since, joined=joined)),
            ask_hub=not whole and session.user.role in MAY_ASK_FIGURES,
            may_open=may(session.user, Action.OPEN_RECORD).allowed,
            alongside=alongside(connection, asked, _told(asked)),
        )


def rates_of_people(session: Session, asked: Asked) -> tuple[SplitOfPeople, ...]:
    """The discharge rate by what people differ in, which has everybody's row looked up. Raises `NotAllowed`."""
    require(session.user, Action.READ_FIGURES)
    with session.read(counts=True) as connection:
        return splits_of_people(connection, asked)


def asked_of_hub(session: Session, hub: FiguresOfHub, facts: TeamFacts) -> TeamFacts:
    """The page with the hub's figures in the place of those this laptop cannot say whole: it holds everybody.

    Raises `NotAllowed`, `HubTrouble`.
    """
    require(session.user, Action.READ_FIGURES)
    asked = facts.asked
    by_skill = replace(asked, by=Split.SKILL)
    whole = {name: figures_of_hub(hub, name, asked)[0] for name in OF_THE_HUB}
    return replace(
        facts,
        figures={**facts.figures, **whole},
        by_skill=figures_of_hub(hub, BY_SKILL, by_skill),
        medians=figures_of_hub(hub, MEDIAN, by_skill),
        of_hub=frozenset((*OF_THE_HUB, BY_SKILL, MEDIAN)),
        alongside=tuple(
            each
            for name, of in asked_alongside(asked)
            if (name, of) not in _told(asked)
            for each in figures_of_hub(hub, name, of)
        ),
    )


def _told(asked: Asked) -> set[tuple[str, Asked]]:
    """What is asked of each figure of the page."""
    by_skill = replace(asked, by=Split.SKILL)
    return {*((name, asked) for name in FIGURES), (BY_SKILL, by_skill), (MEDIAN, by_skill)}


def laptops_behind(session: Session, hub: HubAccess) -> str:
    """Which laptops of the team the hub lacks work of, in words. Raises `NotAllowed`, `HubTrouble`."""
    require(session.user, Action.READ_FIGURES)
    return laptops_words(hub.laptops(), session.now())


def _marked(session: Session, connection: Connection, mark: Mark, taught: set[str]) -> tuple[str, ...]:
    """Who of those that are taught has a mark, by name."""
    today = session.today()
    wanted = Wanted(today, session.local(today, time.min), stage=Stage.TAUGHT, marks=frozenset({mark}))
    return tuple(one for one in chosen_people(connection, wanted, limit=EVERYONE) if one in taught)


def _options(connection: Connection, library: Library) -> Options:
    places = sorted({one.locality for one in core_teams(connection) if one.locality})
    return Options(
        teams=tuple((one.id, one.name) for one in teams(connection)),
        skills=tuple((skill, skill_label(skill, library)) for skill in library.skills),
        nurses=tuple((one.id, one.name) for one in teachers(connection)),
        localities=tuple((place, place) for place in places),
    )
