"""Few people with few visits, for figures that can be counted by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Figure, Split
from tests.support.written import MORNING, Laptop, item

AUTUMN = Asked(since=date(2026, 10, 1), until=date(2026, 11, 30), as_of=date(2026, 11, 30))


def begun(
    laptop: Laptop,
    person: str,
    days: Sequence[str],
    outcome: str = "",
    closed: str = "",
    *,
    confidence: Sequence[int | None] = (),
    team: str = "derby",
    referrer: str = "",
    skill: str = "insulin",
    **opened: object,
) -> str:
    """Somebody new with one pathway, visited on these days; an outcome of "" leaves it open. Answers the pathway."""
    laptop.person(person, "Abernathy", person, "1951-03-14")
    referred(laptop, f"referral of {person}", person, "2026-08-01", team=team, referrer=referrer, skills=[skill])
    pathway = f"{person} 0"
    laptop.episode(pathway, person, skill=skill, **opened)
    visited(laptop, pathway, person, days, confidence)
    if outcome:
        laptop.discharged(pathway, outcome, on=closed or days[-1])
    return pathway


def visited(
    laptop: Laptop, pathway: str, person: str, days: Iterable[str], confidence: Sequence[int | None] = ()
) -> None:
    for number, day in enumerate(days):
        at = datetime.combine(date.fromisoformat(day), time(9), UTC)
        name = f"visit {pathway} {day}"
        said = {"patient": person, "visit": name, "episode": pathway, "learner": "patient", "notes": ""}
        said |= {"confidence": confidence[number] if confidence else None, "strategies": []}
        section = item("section", f"{name} section", "taught", **said)
        laptop.signed(name, person, at, {}, more=(section,))


def referred(
    laptop: Laptop,
    name: str,
    person: str,
    on: str,
    status: str = "",
    *,
    team: str = "derby",
    skills: Sequence[str] = ("insulin",),
    source: str = "gp",
    decided: str = "",
    **more: object,
) -> None:
    received = {"patient": person, "team": team, "received_on": on, "source": source, "reason": ""}
    items = [item("referral", name, "received", **received, skills=list(skills), **more)]
    if status:
        items.append(item("referral", name, "triage", status=status, decided_on=decided or on, decided_by="amina"))
    laptop.save(*items, patient=person, at=MORNING)


def figure(laptop: Laptop, name: str, asked: Asked = AUTUMN) -> Figure:
    (found,) = figures(laptop.connection, name, asked)
    return found


def ask(laptop: Laptop, name: str, asked: Asked = AUTUMN) -> tuple[float | None, float | None]:
    found = figure(laptop, name, asked)
    return found.numerator, found.denominator


def parts(laptop: Laptop, name: str, by: Split, asked: Asked = AUTUMN) -> dict[str, tuple[float | None, float | None]]:
    found = figures(laptop.connection, name, replace(asked, by=by))
    return {each.group[by]: (each.numerator, each.denominator) for each in found}
