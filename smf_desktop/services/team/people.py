"""Who is behind a mark of the team page. To open one of them is noted where records are opened, as everywhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from smf_core.figures.behind import Behind, people_behind
from smf_core.figures.figure import Asked, Split
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.caseload import rows_of_people
from smf_core.records.queries.patients import Known, people_known
from smf_desktop.presenters.team.facts import PeopleFacts, Pointed
from smf_desktop.services.session import Session

SURVIVAL, RATES, CASELOAD = "visits_to_discharge_median", "discharge_rate_episode", "caseload_now"
OTHERS = "other"
"""The key of the series of all the skills that have none of their own."""

NOBODY_YET = "-"
"""The key of the bar of whoever has no nurse yet."""

PAGE = 200
"""Of so many people the names are read at a time."""

STEP = "step"
"""What a step that holds people back is pointed at by; the key is its skill, the part its words."""


def people_of(
    session: Session, asked: Asked, pointed: Pointed, others: Sequence[str] = (), chosen: Sequence[str] = ()
) -> PeopleFacts:
    """The people behind a mark, or behind a whole figure where the mark has no key; the names of the first page.

    `others` are the skills of the series `OTHERS`; `chosen` the episodes that a step holds back. Raises `NotAllowed`;
    `NoSuchFigure` where nobody is behind.
    """
    require(session.user, Action.READ_FIGURES)
    require(session.user, Action.OPEN_RECORD)
    with session.read(counts=True) as connection:
        everybody = _behind(connection, asked, pointed, others)
        if pointed.of == CASELOAD and pointed.part:
            rows = _of_load(connection, session, everybody, pointed.part)
        else:
            rows = tuple(filter(_meant(pointed, frozenset(chosen)), everybody))
        first = {one.patient for one in (*rows[:PAGE], *everybody[:PAGE])}
        return PeopleFacts(pointed, rows, everybody, people_known(connection, first), PAGE)


def page_of(session: Session, behind: Sequence[Behind], offset: int) -> tuple[Sequence[Behind], Mapping[str, Known]]:
    """The next page of people behind a mark, from `offset`, with their names. Raises `NotAllowed`."""
    require(session.user, Action.READ_FIGURES)
    require(session.user, Action.OPEN_RECORD)
    rows = behind[offset : offset + PAGE]
    with session.read() as connection:
        return rows, people_known(connection, {one.patient for one in rows})


def _behind(connection: Connection, asked: Asked, pointed: Pointed, others: Sequence[str]) -> tuple[Behind, ...]:
    match pointed.of, pointed.key:
        case (of, skill) if of == STEP:
            return people_behind(connection, CASELOAD, replace(asked, by=Split.SKILL), skill)
        case (_, ""):
            return people_behind(connection, pointed.of, replace(asked, by=Split.NONE))
        case (of, key) if of == CASELOAD:
            return people_behind(connection, of, replace(asked, by=Split.NURSE), "" if key == NOBODY_YET else key)
        case (of, key):
            skills: Iterable[str] = others if key == OTHERS else (key,)
            by_skill = replace(asked, by=Split.SKILL)
            return tuple(one for each in skills for one in people_behind(connection, of, by_skill, each))


def _meant(pointed: Pointed, chosen: frozenset[str]) -> Callable[[Behind], bool]:
    if pointed.of == STEP:
        return lambda one: one.episode in chosen
    if pointed.of == SURVIVAL and pointed.part:
        return lambda one: one.counted and one.visits == int(pointed.part)
    if pointed.of == RATES and pointed.key:
        return lambda one: not one.counted
    if pointed.of == "open_over_twice_expected":
        return lambda one: one.counted
    return lambda one: True


def _of_load(connection: Connection, session: Session, taught: Sequence[Behind], part: str) -> tuple[Behind, ...]:
    """Of whom a nurse teaches, those of one part of the bar: each person is in one, as `NurseLoad` has them."""
    lines = rows_of_people(connection, {one.patient for one in taught}, session.today())
    ready = {episode for line in lines for episode in line.ready}
    over = {each.id for line in lines for each in line.pathways if each.visits > each.expected_visits}
    rank: dict[str, str] = {}
    for one in taught:
        found = "ready" if one.episode in ready else "over" if one.episode in over else "taught"
        rank[one.patient] = max(rank.get(one.patient, ""), found, key=("", "taught", "over", "ready").index)
    return tuple(one for one in taught if rank[one.patient] == part)
