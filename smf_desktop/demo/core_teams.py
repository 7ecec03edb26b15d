"""What core teams count in the demo: a year before the service, then month by month, with a tenth fewer where it is.

Taken in as the service would: from the files these teams send (`clinical.md` section 9).
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from math import exp

from smf_core.domain.core_counts import month_after, month_before
from smf_core.domain.dates import LONDON
from smf_core.domain.stated import CORE_REFERRALS_CHART
from smf_desktop.demo.around import core_team
from smf_desktop.demo.people import Dice
from smf_desktop.demo.plan import MONTHS
from smf_desktop.demo.so_far import Service
from smf_desktop.services.service.baselines import rebase, state_baseline
from smf_desktop.services.service.core_counts import import_core_referrals, import_core_rereferrals

TEAMS = (
    ("North core nursing team", 147_000, 235, "no"),
    ("South core nursing team", 115_000, 180, "no"),
    ("Chesterfield core nursing team", 108_000, 170, "yes"),
)
"""Name, registered population, referrals a month before the service, and whether it works without the service."""

FEWER = 0.90
SPREAD = 1.5
"""How much more the months vary since the service began than counts do by chance."""

SENT_ON, SENT_AT = 6, time(9, 20)
"""Day and time at which the counts of the month before come."""

RETURNS, RETURN_DAYS = 0.07, (9, 85)
"""How often somebody who was discharged is referred to a core team again, and after how many days."""

RETURN_REASONS = ("Fall at home, hand in plaster", "Illness, cannot do it for now", "Carer is away", "New wound")
RETURNED_HEADER = "nhs_number,received_on,team,reason"
CORRECTED_ON, CORRECTED_BY = 13, 4
"""The day on which last month's counts come again, after its figures were closed, each with some more."""

HEADER = "month,team,count,registered_population,comparison"


def core_teams_count(service: Service, opened: datetime, seed: int) -> Iterator[datetime]:
    """Yields the moments at which counts come, for ever."""
    yield opened + timedelta(minutes=40)
    lead, admin = service.sessions["lead"], service.sessions["admin"]
    began = opened.date().replace(day=1)
    before = [began]
    for _ in range(12):
        before.append(month_before(before[-1]))
    import_core_referrals(lead, _file(before[:0:-1], began, seed))
    state_baseline(
        lead,
        before[-1],
        began - timedelta(days=1),
        source="Counts of the core teams, twelve months before the service",
        bedding_in=began,
    )
    rebase(lead, CORE_REFERRALS_CHART, began, "Self-management service began")
    month, last = began, month_before(service.end.date().replace(day=1))
    while True:
        yield datetime.combine(month_after(month).replace(day=SENT_ON), SENT_AT, LONDON)
        import_core_referrals(admin, _file([month], began, seed))
        if rows := list(_returned(service, month, seed)):
            import_core_rereferrals(admin, "\n".join([RETURNED_HEADER, *rows]).encode())
        if month == last:
            yield datetime.combine(month_after(month).replace(day=CORRECTED_ON), SENT_AT, LONDON)
            import_core_referrals(admin, _file([month], began, seed, more=CORRECTED_BY))
        month = month_after(month)


def _file(months: Iterable[date], began: date, seed: int, more: int = 0) -> bytes:
    """The months as every team counts them, each with so many `more` than it said before."""
    rows = [
        f"{month:%Y-%m},{team},{_count(seed, team, month, usual, began, comparison) + more},{population},{comparison}"
        for month in months
        for team, population, usual, comparison in TEAMS
    ]
    return "\n".join([HEADER, *rows]).encode()


def _returned(service: Service, month: date, seed: int) -> Iterator[str]:
    """Who of those discharged to self-care was referred to a core team again in a month."""
    for person, left_on in service.left:
        dice = Dice(f"{seed}:{person.nhs_number}:{left_on.isoformat()}")
        on = left_on + timedelta(days=dice.randrange(*RETURN_DAYS))
        if dice.random() < RETURNS and on.replace(day=1) == month:
            reason = dice.choice(RETURN_REASONS)
            yield f"{person.nhs_number},{on.isoformat()},{core_team(person.postcode)},{reason}"


def _count(seed: int, team: str, month: date, usual: int, began: date, comparison: str) -> int:
    dice = Dice(f"{seed}:{team}:{month.isoformat()}")
    mean = usual * MONTHS[month.month - 1]
    if month < began or comparison == "yes":
        return _poisson(dice, mean)
    mean *= FEWER
    return _poisson(dice, dice.gammavariate(mean / (SPREAD - 1), SPREAD - 1))


def _poisson(dice: Dice, mean: float) -> int:
    """Events of a rate, counted until their waiting times fill it; in parts, as e to a large rate is no number."""
    found = 0
    while mean > 0:
        part = min(mean, 100.0)
        mean -= part
        product, limit = dice.random(), exp(-part)
        while product > limit:
            found += 1
            product *= dice.random()
    return found
