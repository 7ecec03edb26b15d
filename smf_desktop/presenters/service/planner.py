"""What a plan came to in words, and what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from smf_core.measures import kaplan_meier
from smf_core.planner.curves import Curve
from smf_core.planner.outlook import RUNS, Band, Outlook
from smf_core.planner.run import Measure
from smf_core.planner.seen import ENOUGH, Seen, SkillSeen
from smf_desktop.presenters.days import day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.team.words import number, percent

MEASURES: Mapping[Measure, tuple[str, str]] = {
    Measure.CASELOAD: ("Pathways being taught", "on average"),
    Measure.WAITING: ("Waiting to start", "at the end"),
    Measure.WEEKS: ("Weeks waited before the start", "on average"),
    Measure.DISCHARGES: ("Discharges to self-care", "in all"),
    Measure.VISITS: ("Visits made", "in all"),
    Measure.NET: ("Core visits released, net", "in all"),
    Measure.GROSS: ("Core visits released, gross", "in all"),
    Measure.HOURS: ("Nurse hours a week", "on average"),
}
"""What each is called, and what its number for all months is."""

NOBODY = "Nobody could start"
BETWEEN = f"middle of {RUNS} runs, and the 5th to the 95th percentile"
TOO_LITTLE = "There is too little to plan from yet."
TOO_LITTLE_WHY = (
    f"Fewer than {ENOUGH} pathways of the last 12 months have ended. Once {ENOUGH} have, this page carries the service "
    "ahead from them."
)
NOTES = (
    f"Each of {RUNS} runs draws who comes, how many visits they need and how it ends. The interval covers that chance, "
    "and how far the curves of visits, the share accepted and the share seen may be off, being counted from few: each "
    "run draws these anew. It does not cover a service that changes.",
    "Pathways are counted: somebody taught two skills is two. The first referred starts first, once nurses have hours "
    "and places for all of their visits. How many they need and how fast they follow are drawn apart. The wait shown "
    "is for want of nurses alone.",
    "Core visits released count, as in the reports, up to 90 days after each discharge; those of discharges before "
    "today are not in it. Net leaves out our visits in pathways that ended, and core visits that went on.",
)


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is taken to be so, as what, and what that rests on; not `observed` where no record says it."""

    what: str
    value: str
    rests_on: str
    observed: bool = True

    @property
    def spoken(self) -> str:
        return f"{self.what}: {self.value}. {self.rests_on}."


def about_words(seen: Seen) -> str:
    return f"From what this service saw, {day(seen.since)} to {day(seen.until)}"


def months_ahead(today: date, many: int) -> tuple[str, ...]:
    """The months after this one, as 2026-12."""
    first = today.year * 12 + today.month
    return tuple(f"{place // 12:04}-{place % 12 + 1:02}" for place in range(first, first + many))


def band_words(band: Band | None) -> str:
    """`17.4 (16.2 to 18.7)`."""
    return NOBODY if band is None else f"{_amount(band.middle)} ({_amount(band.low)} to {_amount(band.high)})"


def _amount(value: float) -> str:
    """Whole from 20 up: what is smaller than that is chance."""
    return number(round(value) if abs(value) >= 20 else value)


def whole_rows(outlooks: Sequence[Outlook]) -> tuple[tuple[str, ...], ...]:
    """A line for each measure: its name, then each scenario."""
    return tuple(
        (f"{label}, {whole}", *(band_words(each.whole[measure]) for each in outlooks))
        for measure, (label, whole) in MEASURES.items()
    )


def file_rows(outlooks: Sequence[Outlook], today: date) -> tuple[tuple[str, ...], list[tuple[str | float | None, ...]]]:
    """Every scenario, measure and month as a file has them: the heads of its columns, and its rows."""
    columns = ("scenario", "measure", "month", "middle", "5th percentile", "95th percentile", "runs")
    rows: list[tuple[str | float | None, ...]] = []
    for each in outlooks:
        names = months_ahead(today, each.scenario.months)
        for measure, (label, _) in MEASURES.items():
            for month, band in zip(names, each.months[measure], strict=True):
                numbers = (None, None, None) if band is None else (band.middle, band.low, band.high)
                rows.append((each.scenario.name, label, month, *numbers, each.runs))
    return columns, rows


def assumptions(seen: Seen, labels: Mapping[str, str]) -> tuple[Assumption, ...]:
    """What every scenario takes from the records, with the number each rests on."""
    never = seen.settled - seen.begun
    return (
        Assumption(
            "Referrals accepted",
            percent(seen.accepted / max(1, seen.decided)),
            f"{seen.accepted:,} of {seen.decided:,} decided",
        ),
        Assumption(
            "Pathways from a referral accepted",
            f"{seen.pathways / max(1, seen.accepted):.2f}",
            f"{seen.pathways:,} from {seen.accepted:,}",
        ),
        Assumption(
            "Ended before a first visit", percent(never / max(1, seen.settled)), f"{never:,} of {seen.settled:,}"
        ),
        *(row for each in seen.skills for row in _skill_rows(seen, each, labels.get(each.skill, each.skill))),
        Assumption(
            "To hold As now against: taught on average",
            number(seen.taught_days / seen.days),
            f"{seen.taught_days:,} days of pathways in {seen.days} days",
        ),
        Assumption(
            "First in the queue",
            f"{len(seen.taught):,} taught, {len(seen.waiting):,} waiting",
            f"as the records stand on {day(seen.until)}",
        ),
    )


def _skill_rows(seen: Seen, skill: SkillSeen, label: str) -> tuple[Assumption, ...]:
    return _visits_row(seen, skill, label), _pace_row(skill, label), _release_row(skill, label)


def _visits_row(seen: Seen, skill: SkillSeen, label: str) -> Assumption:
    if not skill.is_enough:
        good = sum(each.discharged for each in seen.skills)
        begun = (
            f"{skill.ended} of {counted(len(skill.visits), 'pathway')} begun ended" if skill.visits else "never taught"
        )
        return Assumption(
            f"{label}: visits and ends",
            f"Not observed: {counted(max(1, skill.expected_visits), 'visit')} each, as its checklist expects",
            f"{begun}, {ENOUGH} needed; ends as in all skills, {good:,} of {seen.ended:,} to self-care",
            observed=False,
        )
    median = kaplan_meier(skill.visits, [end is True for end in skill.ends]).median
    told = "median not reached" if median is None else f"median {counted(median, 'visit')}"
    beyond = Curve(skill.visits, skill.ends).beyond
    tail = f"; {percent(beyond)} past the most visits seen go on at the usual rate" if beyond >= 0.005 else ""
    taught = len(skill.visits) - skill.ended
    return Assumption(
        f"{label}: visits and ends",
        f"{told}, {percent(skill.discharged / skill.ended)} of ends to self-care",
        f"{counted(len(skill.visits), 'pathway')}, {taught:,} still taught{tail}",
    )


def _pace_row(skill: SkillSeen, label: str) -> Assumption:
    if len(skill.gaps) < ENOUGH:
        return Assumption(
            f"{label}: days between visits",
            "Not observed: as in all skills",
            f"{counted(len(skill.gaps), 'pathway')} seen long enough, {ENOUGH} needed",
            observed=False,
        )
    return Assumption(f"{label}: days between visits", number(fmean(skill.gaps)), counted(len(skill.gaps), "pathway"))


def _release_row(skill: SkillSeen, label: str) -> Assumption:
    what = f"{label}: released by a discharge"
    if len(skill.releases) < ENOUGH:
        return Assumption(
            what,
            f"Not observed: {number(skill.usual_a_day * 7)} core visits a week, as is usual for the skill",
            f"{counted(len(skill.releases), 'discharge')} 90 days ago or more, {ENOUGH} needed",
            observed=False,
        )
    each = [one.a_day * one.days for one in skill.releases]
    days = fmean(one.days for one in skill.releases)
    return Assumption(
        what, f"{number(fmean(each))} core visits in {number(days)} days", counted(len(skill.releases), "discharge")
    )
