"""The commissioning view and plans in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from smf_core.domain.planned import Plan, PlanOf
from smf_core.figures.commissioning import Commissioned, Locality, Planned
from smf_core.figures.figure import Asked, Figure
from smf_desktop.presenters.days import day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.service.said import figure_words
from smf_desktop.presenters.service.self_check import CheckedBy
from smf_desktop.presenters.service.stated import EACH_NURSE, Logged, StatedRow, plan_rows
from smf_desktop.presenters.team.words import number, people

PLANNED_MEANS = "Each plan a year, times its share of a year; where several plans stand on a day the newest counts."
OF_HUB = "These figures are the hub's, which holds everybody; plans and self-checks are of this laptop."
BEGUN_MEANS = "People of this locality whose first completed visit was in the period."


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissioningFacts:
    """Everything the page shows. The figures are not `whole` where this laptop does not hold everybody of the days;
    `ask_hub` says whether this user may have the hub's, and `of_hub` is the report as it told them, `alongside` what
    that chooses from what it hides.

    `teachers` are (id, name) of those who teach here; `localities` those that a plan can be stated for.
    """

    asked: Asked
    at: datetime
    found: Commissioned
    whole: bool
    plans: tuple[Logged[Plan], ...]
    checks: tuple[CheckedBy, ...]
    teachers: tuple[tuple[str, str], ...]
    names: dict[str, str]
    localities: tuple[str, ...]
    may_plan: bool
    may_export: bool
    ask_hub: bool = False
    of_hub: tuple[Figure, ...] = ()
    alongside: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """One figure of a locality, with all that must be read with it."""

    what: str
    said: str
    how: str

    @property
    def words(self) -> tuple[str, str, str]:
        return self.what, self.said, self.how

    @property
    def spoken(self) -> str:
        return f"{self.what}: {self.said}. {self.how}"


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
    def words(self) -> tuple[str, ...]:
        return self.name, self.planned, self.begun, self.discharged, self.released_gross, self.released_net

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
            released_gross=_released(each.released_gross, "discharge"),
            released_net=_released(each.released_net, "ended pathway"),
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


def below_words(facts: CommissioningFacts) -> str:
    """What stands below the localities: whom no row counts, and whose figures these are."""
    return " ".join(filter(None, (elsewhere_words(facts.found), OF_HUB if facts.of_hub else "")))


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


def details(each: Locality) -> tuple[Detail, ...]:
    """Every figure of a locality with its definition, what it was counted from and what stands beside it."""
    planned = " ".join((*map(plan_words, each.planned.plans), PLANNED_MEANS))
    return (
        Detail("Planned", planned_words(each.planned), planned),
        Detail("Begun", people(each.begun), BEGUN_MEANS),
        *map(_detail, (each.discharged, each.released_gross, each.released_net)),
    )


def stated_plans(facts: CommissioningFacts) -> tuple[StatedRow, ...]:
    return plan_rows(facts.plans, facts.names)


def whom_to_plan(facts: CommissioningFacts) -> tuple[tuple[str, str], ...]:
    """What a plan can be stated of: a code that `plan_of` reads, and its words."""
    return (
        *((f"{PlanOf.PEOPLE.value}|{name}", f"{name}: people who begin, a year") for name in facts.localities),
        (f"{PlanOf.CASELOAD.value}|", f"{EACH_NURSE}: people taught at a time"),
        *((f"{PlanOf.CASELOAD.value}|{code}", f"{name}: people taught at a time") for code, name in facts.teachers),
    )


def plan_of(code: str) -> tuple[PlanOf, str]:
    """What a code of `whom_to_plan` means."""
    what, _, of = code.partition("|")
    return PlanOf(what), of


def _released(figure: Figure, among: str) -> str:
    """`68 visits, from 3 discharges`, or the sentence in its place."""
    if figure.value is None:
        return figure.reason
    visits = number(round(figure.value))
    return f"{visits} {'visit' if visits == '1' else 'visits'}, from {counted(int(figure.denominator or 0), among)}"


def _detail(figure: Figure) -> Detail:
    how = " ".join(words if words.endswith(".") else f"{words}." for words in (*figure.beside, figure.definition))
    return Detail(figure.label, figure_words(figure), how)
