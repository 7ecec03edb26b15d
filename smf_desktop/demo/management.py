"""What the lead of the demo does about figures: plans, months closed with a note, the service judged by itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from operator import itemgetter

from smf_core.domain.core_counts import month_after, month_before
from smf_core.domain.dates import LONDON
from smf_core.domain.house_of_care import Answer, Part, Standing
from smf_core.domain.planned import PlanOf, ToDo
from smf_core.domain.working_days import after_working_days
from smf_desktop.demo.plan import CURVES
from smf_desktop.demo.so_far import Service
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.service.baselines import state_usual_visits
from smf_desktop.services.service.months import close_month, closed_months, note_month
from smf_desktop.services.service.plans import state_plan
from smf_desktop.services.service.self_check import state_self_check

CLOSED_AFTER, CLOSED_AT = 8, time(15, 40)
"""Working days into a month, and the time of day, at which the month before it is closed: core teams have counted."""

A_NURSE, ANOTHER = 22, 16
"""People at a time: of a nurse, and of the one who works part-time."""

A_YEAR = (("North", 90), ("South", 80))
"""People whose teaching is to begin, by locality."""

HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody is to do within so many days."""

    what: str
    owner: str
    days: int

    def on(self, today: date) -> ToDo:
        return ToDo(self.what, self.owner, today + timedelta(days=self.days))


@dataclass(frozen=True, slots=True)
class Noted:
    """What was said of a month, and what was agreed."""

    text: str
    actions: tuple[Agreed, ...] = ()


NOTES = (
    Noted(
        "Insulin took a visit more than in the spring: more people live alone.",
        (
            Agreed("Try a call between visits three and four", "Priya Nair", 28),
            Agreed("Look at the step that holds most people back with the diabetes nurses", "Siân Hughes", 35),
        ),
    ),
    Noted("Steady. Letters went in time but for two.", (Agreed("Post twice a week", "Gill Barker", 14),)),
    Noted(
        "Fewer referrals in the holidays. Two people waited for stockings, which came late again.",
        (Agreed("Ask the supplier for a second fitting day", "Gill Barker", 21),),
    ),
)
"""Of the last month first."""

CHECKS: tuple[Mapping[Part, Answer], ...] = (
    {
        Part.CONVERSATION: Answer(Standing.PARTLY, "Goals are asked about, results are not sent beforehand"),
        Part.PEOPLE: Answer(Standing.PARTLY, "Sheets for every skill; large print for some"),
        Part.PROFESSIONALS: Answer(Standing.NOT_YET, "No protected time for practice"),
        Part.PROCESSES: Answer(Standing.PARTLY, "Letters leave within two days; booking is by phone"),
        Part.COMMISSIONING: Answer(Standing.NOT_YET, "Paid for by the visit, not by what people need"),
    },
    {
        Part.CONVERSATION: Answer(Standing.PARTLY, "Half the people have a plan in their own words"),
        Part.PEOPLE: Answer(Standing.IN_PLACE, "Every sheet in large print, three in Punjabi"),
        Part.PROFESSIONALS: Answer(Standing.PARTLY, "An hour a fortnight together since spring"),
        Part.PROCESSES: Answer(Standing.IN_PLACE, "One list for the team, checked each morning"),
        Part.COMMISSIONING: Answer(Standing.PARTLY, "Results looked at together each quarter"),
    },
)
"""The first check first."""

AGREED = Agreed("Send readings to the person two days before the visit", "Tom Okafor", 60)

Act = tuple[datetime, Callable[[], object]]


def management(service: Service, opened: datetime) -> Iterator[datetime]:
    """Yields the moments at which the lead sits down with the figures."""
    yield opened + timedelta(hours=2)
    _stated(service, opened.date())
    for at, act in sorted([*_closings(service, opened.date()), *_checks(service, opened)], key=itemgetter(0)):
        yield at
        act()


def _stated(service: Service, since: date) -> None:
    """What figures are held against, and what is planned."""
    lead = service.sessions["lead"]
    for skill, curve in CURVES.items():
        state_usual_visits(lead, skill, str(curve.baseline), source="Diaries of the core teams, one week in spring")
    agreed = "Agreed with the team before the service began"
    state_plan(lead, PlanOf.CASELOAD, "", A_NURSE, since, source=agreed)
    state_plan(lead, PlanOf.CASELOAD, service.sessions["nurse2"].user.id, ANOTHER, since, source="Works three days")
    for locality, people in A_YEAR:
        state_plan(lead, PlanOf.PEOPLE, locality, people, since, source="Contract with the commissioner")


def _closings(service: Service, opened: date) -> Iterator[Act]:
    """The last months, but for one that the service did not see whole."""
    month = service.end.date().replace(day=1)
    for noted in NOTES:
        month = month_before(month)
        if month > opened:
            last = month_after(month) - timedelta(days=1)
            on = after_working_days(last, CLOSED_AFTER, bank_holidays_around(last))
            yield datetime.combine(on, CLOSED_AT, LONDON), partial(_closed, service, month, noted)


def _closed(service: Service, month: date, noted: Noted) -> None:
    lead, today = service.sessions["lead"], service.sessions["lead"].today()
    close_month(lead, month)
    (last,) = [each.closed for each in closed_months(lead) if each.closed.month == month]
    note_month(lead, last.id, noted.text, [action.on(today) for action in noted.actions])


def _checks(service: Service, opened: datetime) -> Iterator[Act]:
    """Twice a year the service looks at itself, the last time some weeks ago."""
    last = datetime.combine(service.end.date() - timedelta(days=40), time(14, 10), LONDON)
    for each, answers in enumerate(reversed(CHECKS)):
        if (at := last - each * HALF_A_YEAR) > opened + timedelta(days=1):
            yield at, partial(_checked, service, answers)


def _checked(service: Service, answers: Mapping[Part, Answer]) -> None:
    lead = service.sessions["lead"]
    state_self_check(lead, answers, [AGREED.on(lead.today())], "Talked through at the team meeting")
