"""The charts of the team page, made of its figures; and the whole of it as one read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from smf_core.figures.cohorts import Cohort
from smf_core.figures.core_chart import CoreReferralChart
from smf_core.figures.figure import Split
from smf_core.figures.hidden_parts import hidden_parts
from smf_desktop.presenters.labels import skill_label
from smf_desktop.presenters.outcomes import OUTCOMES
from smf_desktop.presenters.team.facts import TeamFacts
from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.control import ControlChart, Month, Rebase
from smf_desktop.reports.charts.incidence import IncidenceChart, endings
from smf_desktop.reports.charts.rates import RatesChart, rate_of
from smf_desktop.reports.charts.survival import Curve, SurvivalChart, curve
from smf_desktop.services.figures import FiguresOfHub
from smf_desktop.services.session import Session
from smf_desktop.services.team.page import Asked, asked_of_hub, team_facts
from smf_desktop.services.team.people import NOBODY_YET, OTHERS

SERIES = 3
"""Curves of their own; with more skills the smallest are one series together."""


@dataclass(frozen=True, slots=True)
class TeamCharts:
    """One chart for each picture, and `endings`, which stands in the table of the survival curve (`design.md` 12)."""

    survival: SurvivalChart
    endings: IncidenceChart
    referrals: ControlChart
    rates: RatesChart
    caseload: CaseloadChart
    others: tuple[str, ...] = ()
    """The skills of the series `OTHERS`."""


@dataclass(frozen=True, slots=True)
class TeamRead:
    """What was read, and what is drawn of it."""

    facts: TeamFacts
    charts: TeamCharts


def read_team(session: Session, asked: Asked, *, joined: bool) -> TeamRead:
    """The page as the records here stand. Raises `NotAllowed`."""
    facts = team_facts(session, asked, joined=joined)
    return TeamRead(facts, team_charts(facts))


def read_of_hub(session: Session, hub: FiguresOfHub, before: TeamRead) -> TeamRead:
    """The same with the hub's figures where this laptop has not all of them. Raises `NotAllowed`, `HubTrouble`."""
    facts = asked_of_hub(session, hub, before.facts)
    return TeamRead(facts, team_charts(facts))


def team_charts(facts: TeamFacts) -> TeamCharts:
    """What is drawn of the page."""
    curves, others = _curves(facts)
    dark = _dark(facts)
    return TeamCharts(
        survival=SurvivalChart(curves, dark=_dark_curves(dark, others)),
        endings=_endings(facts),
        referrals=referrals_chart(facts.chart),
        rates=RatesChart(
            tuple(
                rate_of(one, skill_label(one.group["skill"], facts.library))
                for one in facts.by_skill
                if one.group and one.denominator
            ),
            rate_of(facts.figures["discharge_rate_episode"], "All skills"),
            dark=dark,
        ),
        caseload=CaseloadChart(
            tuple(
                Load(
                    each.nurse or NOBODY_YET,
                    facts.users.get(each.nurse, each.nurse) or "Nobody yet",
                    each.taught,
                    each.ready,
                    each.over,
                    each.planned,
                )
                for each in facts.loads
            )
        ),
        others=others,
    )


def _dark(facts: TeamFacts) -> frozenset[str]:
    """The skills whose rate no report of the same tells while it hides small numbers; "" is all of them together."""
    found = hidden_parts((*facts.figures.values(), *facts.by_skill, *facts.medians, *facts.alongside))
    return frozenset(dict(part).get(Split.SKILL, "") for part in found["discharge_rate_episode"])


def _dark_curves(dark: frozenset[str], others: tuple[str, ...]) -> frozenset[str]:
    """The curves that go with them: also that of the others, where some skill that is hidden is among them."""
    return dark | {OTHERS} if dark & set(others) else dark


def _curves(facts: TeamFacts) -> tuple[tuple[Curve, ...], tuple[str, ...]]:
    largest = sorted(facts.cohorts, key=lambda skill: (-facts.cohorts[skill].episodes, skill))
    own = largest if len(largest) <= SERIES else largest[: SERIES - 1]
    others = tuple(largest[len(own) :])
    curves = [_curve(skill, skill_label(skill, facts.library), (facts.cohorts[skill],)) for skill in own]
    if others:
        curves.append(_curve(OTHERS, "Other skills", [facts.cohorts[skill] for skill in others]))
    return tuple(curves), others


def _curve(key: str, label: str, of: Sequence[Cohort]) -> Curve:
    ends = Counter[tuple[int, bool]]()
    for each in of:
        ends.update(each.ends)
    return curve(key, label, ends)


def _endings(facts: TeamFacts) -> IncidenceChart:
    counts = Counter[tuple[int, str | None]]()
    for each in facts.cohorts.values():
        counts.update(each.counts)
    if not counts:
        return IncidenceChart(())
    return IncidenceChart(endings(counts, OUTCOMES), counts.total(), max(visits for visits, _ in counts))


def referrals_chart(found: CoreReferralChart) -> ControlChart:
    """The run chart of referrals to core teams, as it is drawn."""
    return ControlChart(
        tuple(Month(each.month, each.count, each.point) for each in found.months),
        tuple(Rebase(each.month, each.cause) for each in found.rebases if each.applied),
        reason=found.reason or ControlChart(()).reason,
    )
