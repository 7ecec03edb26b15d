"""The commissioning view and plans in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from smf_core.domain.planned import Plan
from smf_core.figures.commissioning import Commissioned, Locality, Planned
from smf_desktop.presenters.days import day
from smf_desktop.presenters.service.said import figure_words
from smf_desktop.presenters.team.words import number, people


@dataclass(frozen=True, slots=True)
class LocalityRow:
    """One locality: each column a figure with what it was counted from, or the sentence that stands in its place."""

    name: str
    planned: str
    begun: str
    discharged: str
    released_gross: str
    released_net: str
    beside: tuple[str, ...]

    @property
    def spoken(self) -> str:
        return (
            f"{self.name}. Planned: {self.planned}. Begun: {self.begun}. Discharged to self-care: {self.discharged}. "
            f"Core visits released, gross: {self.released_gross}, net: {self.released_net}."
        )


def locality_rows(localities: Iterable[Locality]) -> tuple[LocalityRow, ...]:
    return tuple(
        LocalityRow(
            name=each.name,
            planned=planned_words(each.planned),
            begun=people(each.begun),
            discharged=figure_words(each.discharged),
            released_gross=figure_words(each.released_gross),
            released_net=figure_words(each.released_net),
            beside=tuple(
                dict.fromkeys(
                    (
                        *map(plan_words, each.planned.plans),
                        *each.discharged.beside,
                        *each.released_gross.beside,
                        *each.released_net.beside,
                    )
                )
            ),
        )
        for each in localities
    )


def elsewhere_words(found: Commissioned) -> str:
    """Whom no row counts; "" where there is nobody."""
    if not found.elsewhere:
        return ""
    return (
        f"Referred by no core team of these localities: {people(found.elsewhere)} of {number(found.begun)} who began."
    )


def planned_words(planned: Planned) -> str:
    """`30 people in 91 days`, or why there is no number."""
    if planned.people is None:
        return planned.reason
    days = "1 day" if planned.days == 1 else f"{planned.days:,} days"
    return f"{number(planned.people)} {'person' if round(planned.people, 1) == 1 else 'people'} in {days}"


def plan_words(plan: Plan) -> str:
    """`Planned: 120 people a year from 01-Apr-2026 (board paper 7).`"""
    until = f" until {day(plan.until)}" if plan.until else ""
    return f"Planned: {people(plan.number)} a year from {day(plan.since)}{until} ({plan.source})."
