"""What a commissioner asks of each locality: what was planned, what was delivered, what it released."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from smf_core.domain.planned import Plan, PlanOf
from smf_core.figures.discharges import DISCHARGE_RATE
from smf_core.figures.episodes import E, begun_in
from smf_core.figures.figure import Asked, Figure, Split, reckon
from smf_core.figures.released import VISITS_RELEASED_GROSS, VISITS_RELEASED_NET
from smf_core.records.queries.planned import plans
from smf_core.records.queries.practices import core_teams

DAYS_A_YEAR = 365.25
NOT_PLANNED = "Nothing was planned for this locality on these days."
NO_LOCALITIES = "No core team has a locality, so nothing can be told apart by it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How many people were to begin on the days asked for: each plan a year, times its share of a year.

    `days` are those of them that any plan stands for. `people` is None where `reason`, a plain sentence, says why.
    """

    people: float | None
    days: int
    plans: tuple[Plan, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locality:
    """One locality: `begun` are the people whose first completed visit was on the days asked for.

    `discharged` counts people to self-care among those whose teaching ended; people are of the locality of the core
    team that referred them.
    """

    name: str
    planned: Planned
    begun: int
    discharged: Figure
    released_gross: Figure
    released_net: Figure


@dataclass(frozen=True, slots=True)
class Commissioned:
    """Every locality by name; `elsewhere` counts the people begun whose referrer is of none of them.

    Without localities `reason`, a plain sentence, says why.
    """

    localities: tuple[Locality, ...]
    begun: int
    elsewhere: int
    reason: str = ""


def commissioned(connection: Connection, asked: Asked) -> Commissioned:
    """What was planned and delivered, for everybody who is asked about."""
    asked = replace(asked, by=Split.NONE)
    stated = [each for each in plans(connection, PlanOf.PEOPLE) if not each.withdrawn]
    named = {each.locality for each in core_teams(connection) if each.locality}
    names = sorted(named | {each.of for each in stated if each.of})
    if asked.locality:
        names = [name for name in names if name == asked.locality]
    found = tuple(_locality(connection, replace(asked, locality=name), stated) for name in names)
    everybody = _begun(connection, asked)
    elsewhere = everybody - len(_of(connection, asked, names))
    return Commissioned(found, everybody, elsewhere, "" if found else NO_LOCALITIES)


def planned_on(stated: Iterable[Plan], since: date, until: date) -> Planned:
    """What plans of one thing come to on some days, both included; where several stand on a day the newest holds."""
    newest = sorted(stated, key=lambda plan: (plan.since, plan.id), reverse=True)
    held = []
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        held += [plan for plan in newest if plan.stands_on(day)][:1]
    used = tuple(dict.fromkeys(held))
    if not held:
        return Planned(people=None, days=0, plans=(), reason=NOT_PLANNED)
    return Planned(people=sum(plan.number for plan in held) / DAYS_A_YEAR, days=len(held), plans=used)


def _locality(connection: Connection, asked: Asked, stated: Sequence[Plan]) -> Locality:
    (discharged,), (gross,), (net,) = (
        reckon(connection, definition, asked)
        for definition in (DISCHARGE_RATE, VISITS_RELEASED_GROSS, VISITS_RELEASED_NET)
    )
    own = [plan for plan in stated if plan.of == asked.locality]
    return Locality(
        name=asked.locality,
        planned=planned_on(own, asked.since, asked.until),
        begun=_begun(connection, asked),
        discharged=discharged,
        released_gross=gross,
        released_net=net,
    )


def _begun(connection: Connection, asked: Asked) -> int:
    return connection.scalar(select(func.count(E.patient.distinct())).where(*begun_in(asked))) or 0


def _of(connection: Connection, asked: Asked, names: Sequence[str]) -> frozenset[str]:
    """Who began, of any of these localities."""
    return frozenset(
        patient
        for name in names
        for patient in connection.scalars(select(E.patient).where(*begun_in(replace(asked, locality=name))))
    )
