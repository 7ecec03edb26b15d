"""What if: the service as it is now, carried ahead with other numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from pathlib import Path

import msgspec

from smf_core.domain.stated import DAYS_A_MONTH
from smf_core.domain.trouble import DomainError
from smf_core.figures.figure import Asked
from smf_core.figures.planning import seen_for_planning
from smf_core.planner.outlook import RUNS, Band, Outlook, outlook, runs
from smf_core.planner.run import Measure, Run
from smf_core.planner.scenario import LIMITS, Scenario
from smf_core.planner.seen import Seen
from smf_core.policy.rules import Action, require
from smf_desktop.ports import Progress
from smf_desktop.presenters.labels import skill_label
from smf_desktop.presenters.service.planner import BETWEEN, MEASURES
from smf_desktop.reports.charts.outlook import Likely, OutlookChart, Series
from smf_desktop.reports.figures.cells import Cell
from smf_desktop.reports.figures.csv_file import write_csv
from smf_desktop.reports.figures.whole import whole
from smf_desktop.services.auditing import REPORT, note
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.session import Session

LOOKED_AT = timedelta(days=365)
AS_NOW = "As now"
HOURS, TRAVEL, MINUTES = 20, 15, 40
"""What a first scenario has where the records say nothing: hours a week of a nurse for visits, minutes of travel to
one, and of one."""

SCENARIOS = 3
"""So many stand side by side at most."""

SEED = 1
"""Every scenario has the same chance, so that two of them differ by what was asked and by nothing else."""


@dataclass(frozen=True, slots=True)
class PlannerFacts:
    """What the records on this laptop say; `whole` where they hold everybody of those days."""

    seen: Seen
    today: date
    labels: Mapping[str, str]
    """Of skills."""

    whole: bool


def planner_facts(session: Session, *, joined: bool) -> PlannerFacts:
    """The service of the last 12 months. Raises `NotAllowed`."""
    require(session.user, Action.READ_FIGURES)
    today, library = session.today(), session.checklists
    asked = Asked(since=today - LOOKED_AT + timedelta(days=1), until=today, as_of=today)
    expected = {skill: library.newest(skill).expected_visits for skill in library.skills}
    with session.read(counts=True) as connection:
        seen = seen_for_planning(connection, asked, expected)
    labels = {each.skill: skill_label(each.skill, library) for each in seen.skills}
    return PlannerFacts(seen, today, labels, holds_all_since(session, seen.since, joined=joined))


def as_now(seen: Seen, name: str = AS_NOW) -> Scenario:
    """The service as it was; what no record says is a usual value, enough for the visits that were made."""
    minutes = round(seen.minutes / seen.timed) if seen.timed else MINUTES
    nurses = max(1, seen.nurses)
    hours = seen.visits * (minutes + TRAVEL) / 60 / (seen.days / 7) / nurses
    return Scenario(
        name=name,
        referrals=round(seen.referrals / seen.days * DAYS_A_MONTH, 1),
        mix=tuple(
            (skill.skill, round(100 * seen.mix.get(skill.skill, 0) / max(1, seen.pathways))) for skill in seen.skills
        ),
        nurses=nurses,
        hours=min(LIMITS["hours"][1], max(HOURS, ceil(hours * 1.1))),
        minutes=min(LIMITS["minutes"][1], max(LIMITS["minutes"][0], minutes)),
        travel=TRAVEL,
        at_most=seen.at_most or None,
    )


def with_skills(scenario: Scenario, facts: PlannerFacts) -> Scenario:
    """The same with a share for every skill that is taught here, and for no other."""
    shares = dict(scenario.mix)
    return replace(scenario, mix=tuple((skill, shares.get(skill, 0.0)) for skill in facts.labels))


def plan_ahead(seen: Seen, scenario: Scenario, progress: Progress) -> Outlook | None:
    """What is likely to come of a scenario; None where somebody stopped it. Raises `NotPlannable`."""
    found: list[Run] = []
    for each in runs(seen, scenario, SEED):
        found.append(each)
        if not progress(len(found), RUNS):
            return None
    return outlook(scenario, found)


def plan_chart(outlooks: Sequence[Outlook], measure: Measure, months: tuple[str, ...]) -> OutlookChart:
    """One measure of every scenario over the months ahead (2026-12)."""
    series = (
        Series(str(place), each.scenario.name, tuple(map(_likely, each.months[measure])))
        for place, each in enumerate(outlooks)
    )
    return OutlookChart(tuple(series), months, MEASURES[measure][0], BETWEEN)


def _likely(band: Band | None) -> Likely | None:
    return None if band is None else Likely(band.middle, band.low, band.high)


def save_plan(session: Session, columns: Sequence[str], rows: Sequence[Sequence[Cell]], path: Path) -> None:
    """The months of every scenario as CSV, whole or not at all, and noted.

    Raises `NotAllowed`, `FileUnwritable`, `NoRoomForFile`.
    """
    require(session.user, Action.EXPORT_FIGURES)
    whole(
        {path: lambda beside: write_csv(beside, columns, rows)},
        lambda digests: note(session, REPORT, None, f"plan {digests[path]}"),
    )


def kept(scenarios: Sequence[Scenario]) -> bytes:
    """Scenarios as they are kept with the preferences of a user on this laptop."""
    return msgspec.json.encode(list(scenarios))


def read_kept(content: bytes | None) -> tuple[Scenario, ...]:
    """What was kept; nothing where it cannot be read or is no scenario any more."""
    if not content:
        return ()
    try:
        found = msgspec.json.decode(content, type=tuple[Scenario, ...])
        for each in found:
            each.check()
    except (msgspec.MsgspecError, DomainError):
        return ()
    return found[:SCENARIOS]


def kept_typed(typed: Mapping[str, Mapping[str, str]]) -> bytes:
    """By the name of a scenario what was typed for it and is none yet, as it is kept beside the scenarios."""
    return msgspec.json.encode(typed)


def read_typed_kept(content: bytes | None) -> dict[str, Mapping[str, str]]:
    """What was kept; nothing where it cannot be read."""
    try:
        return msgspec.json.decode(content or b"{}", type=dict[str, Mapping[str, str]])
    except msgspec.MsgspecError:
        return {}
