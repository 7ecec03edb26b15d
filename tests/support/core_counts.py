"""Core teams' counts and what they are held against, written as a service writes them."""

from collections.abc import Iterable, Sequence
from datetime import date

from smf_core.domain.core_counts import CoreCount, month_after
from tests.support.written import MORNING, Laptop, item


def counted(
    laptop: Laptop,
    first: str,
    counts: Iterable[int | None],
    *,
    team: str = "Derby City",
    population: int | None = None,
    kind: str = "",
    comparison: bool = False,
) -> None:
    """Counts month after month from `first` (2025-05); None is a month that nobody counted."""
    month, items = date.fromisoformat(f"{first}-01"), []
    for count in counts:
        if count is not None:
            each = CoreCount(month, team, count, population, kind, comparison)
            said = {"month": month.isoformat(), "team": team, "count": count, "kind": kind, "comparison": comparison}
            said |= {"registered_population": population} if population else {}
            items.append(item("core_count", each.id, "counted", **said))
        month = month_after(month)
    if items:
        laptop.save(*items, at=MORNING)


def stated(laptop: Laptop, since: str, until: str, *, on: str = "2026-05-01", bedding_in: str = "") -> None:
    said = {"what": "core_referrals", "since": since, "until": until, "on": on, "source": "core diaries", "by": "lea"}
    said |= {"bedding_in": bedding_in} if bedding_in else {}
    laptop.save(item("baseline", f"baseline {on}", "stated", **said), at=MORNING)


def usual(laptop: Laptop, skill: str, a_month: str, on: str = "2026-02-01") -> None:
    said = {
        "what": "core_visits",
        "skill": skill,
        "visits_per_month": a_month,
        "on": on,
        "source": "audit",
        "by": "lea",
    }
    laptop.save(item("baseline", f"usual {skill} {on}", "stated", **said), at=MORNING)


def rebased(laptop: Laptop, month: str, cause: str = "Service start", *, withdrawn: bool = False) -> None:
    said = {"chart": "core_referrals", "month": f"{month}-01", "cause": cause, "note": "", "on": "2026-06-01"}
    said |= {"by": "lea"} | ({"withdrawn": True} if withdrawn else {})
    laptop.save(item("rebase", f"rebase {month} {cause}", "told", **said), at=MORNING)


def goes_on(laptop: Laptop, person: str, pathway: str, *rows: Sequence[str]) -> None:
    """Core visits that still go on: (from, visits a month) as one after the other was recorded."""
    items = [
        item(
            "core_visits",
            f"{pathway} {number}",
            "row",
            patient=person,
            episode=pathway,
            visits_per_month=many,
            **{"from": day},
        )
        for number, (day, many) in enumerate(rows)
    ]
    laptop.save(*items, patient=person, at=MORNING)


def had_before(laptop: Laptop, person: str, pathway: str, a_month: str, kind: str = "core_diary") -> None:
    """Core visits a month before teaching."""
    said = {"visits_per_month": a_month, "on": "2026-01-10", "kind": kind}
    laptop.save(item("episode", pathway, "baseline", **said), patient=person, at=MORNING)
