"""A service of made-up people: a year and a half of it, lived through the services of the application.

Nothing here writes a figure. What the records say in the end is counted from what they export.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from heapq import heapify, heappop, heappush

from smf_core.policy.roles import Role
from smf_desktop.demo.cases import MARJORIE
from smf_desktop.demo.cast import cast
from smf_desktop.demo.clock import DemoClock, ManyActs, as_of_moment, opening_day, opening_moment
from smf_desktop.demo.core_teams import core_teams_count
from smf_desktop.demo.lived import lived
from smf_desktop.demo.management import management
from smf_desktop.demo.office import office
from smf_desktop.demo.people import LEAD, STAFF
from smf_desktop.demo.plan import Diary, Life, crowd
from smf_desktop.demo.report import DemoReport, counted
from smf_desktop.demo.scenes import scenes
from smf_desktop.demo.so_far import Service
from smf_desktop.ports import Progress
from smf_desktop.services.laptop.setup import new_user
from smf_desktop.services.session import Session
from smf_desktop.trouble import DemoStopped

ACTS_AT_ONCE = 200
"""Acts in one durable save."""

ASSISTANT = "Kerry Slater"
"""Works here without a laptop: recorded, and never asked for a password."""

HELD_BACK = frozenset({MARJORIE})
"""Whose letters lie in the office still."""


def build(
    session_for: Callable[[str], Session],
    *,
    as_of: date,
    patients: int = 240,
    months: int = 18,
    seed: int = 1,
    progress: Progress | None = None,
) -> DemoReport:
    """Fill a new training store with people and their pathways up to the morning of `as_of`.

    `session_for` answers the session of each user of `STAFF`, all on one store, made at `opening_moment` and holding
    nothing but its users. The same arguments give the same figures. `progress` is told of people whose story has
    begun. Raises `DemoStopped`.
    """
    clock = DemoClock(opening_moment(as_of, months))
    lead = session_for(LEAD.username)
    acts = ManyActs(lead.store, lead.user, clock, lead.new_id)
    sessions = {staff.username: replace(session_for(staff.username), store=acts, clock=clock) for staff in STAFF}
    with acts.together():
        helper, _ = new_user(sessions[LEAD.username], username="assistant", name=ASSISTANT, role=Role.ASSISTANT)
    hands = {**sessions, "assistant": replace(sessions[LEAD.username], user=helper)}
    service = Service(hands, lead.checklists, Diary(), as_of_moment(as_of), held_back=HELD_BACK)
    service.diary.close("nurse", as_of)
    lives = _lives(lead, as_of=as_of, patients=patients, months=months, seed=seed)
    _run(service, acts, clock, lives, seed, progress)
    with lead.read() as connection:
        return counted(connection, users=tuple(sessions), as_of=as_of)


def _lives(lead: Session, *, as_of: date, patients: int, months: int, seed: int) -> list[Life]:
    """So many people: those of the last day first, the rest of them over all the months."""
    named = list(cast(seed=seed, as_of=as_of, library=lead.checklists))[:patients]
    first, last = opening_day(as_of, months), as_of - timedelta(days=1)
    return [*named, *crowd(patients - len(named), seed=seed, first=first, last=last, library=lead.checklists)]


def _run(
    service: Service, acts: ManyActs, clock: DemoClock, lives: list[Life], seed: int, progress: Progress | None
) -> None:
    """Let all lives go on side by side, always the one whose next moment comes first."""
    stories = [lived(service, life) for life in lives]
    office_work = office(service, clock.at, seed), core_teams_count(service, clock.at, seed)
    stories += [*office_work, management(service, clock.at), *scenes(service)]
    waiting = [(next(story), place) for place, story in enumerate(stories)]
    heapify(waiting)
    begun: set[int] = set()
    while waiting and waiting[0][0] <= service.end:
        if progress and not progress(len(begun), len(lives)):
            raise DemoStopped
        with acts.together():
            for _ in range(ACTS_AT_ONCE):
                if not waiting or waiting[0][0] > service.end:
                    break
                clock.at, place = heappop(waiting)
                begun.update({place} if place < len(lives) else ())
                if (when := next(stories[place], None)) is not None:
                    heappush(waiting, (max(when, clock.at), place))
    clock.at = service.end
    if progress:
        progress(len(lives), len(lives))
