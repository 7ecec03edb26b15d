"""What came after a discharge and before a first visit: re-referrals, referrals accepted, visits without access."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from tests.figures.recount.asking import Asked, Parts, closed, rates
from tests.figures.recount.records import FAVOURABLE, Pathway, Records


def came_back(records: Records, pathway: Pathway) -> date | None:
    """The first new referral for the same skill after discharge, to this service or, of any skill, to a core team.

    On the very day only what is linked to the discharge is known to have come after it.
    """
    assert pathway.closed is not None
    days = [day for day in records.returned.get(pathway.person, ()) if day > pathway.closed]
    for each in records.referrals:
        if each.person == pathway.person and pathway.skill in each.skills and each.id != pathway.referral:
            linked = each.after == pathway.id and each.received == pathway.closed
            days += [each.received] if each.received > pathway.closed or linked else []
    return min(days, default=None)


def gone(records: Records, pathway: Pathway) -> date | None:
    """The day the person died or moved after discharge."""
    assert pathway.closed is not None
    days = [
        each.closed
        for each in records.pathways
        if each.person == pathway.person and each.outcome in {"deceased", "moved"} and each.closed
    ]
    if pathway.person in records.died:
        days.append(records.died[pathway.person])
    return min((day for day in days if day >= pathway.closed), default=None)


def referred_again(days: int, *, again: bool = True) -> Callable[[Records, Asked], Parts]:
    window = timedelta(days=days)

    def discharged(records: Records, asked: Asked) -> Iterator[tuple[str, bool, bool]]:
        for each in closed(records, asked):
            if each.outcome in FAVOURABLE and each.closed and each.closed + window <= asked.as_of:
                back, left = came_back(records, each), gone(records, each)
                is_back = back is not None and back <= each.closed + window
                is_gone = left is not None and left <= each.closed + window
                yield asked.part(each, each.closed), is_back is again, is_gone and not is_back

    def figure(records: Records, asked: Asked) -> Parts:
        told = list(discharged(records, asked))
        found = rates((part, back) for part, back, left_out in told if not left_out)
        for part, each in found.items():
            left_out = sum(out for other, _, out in told if other == part)
            found[part] = replace(each, beside={"left out who died or moved": (left_out, days)})
        return found

    return figure


def accepted(records: Records, asked: Asked) -> Parts:
    """Of the referrals received and looked at; one for several skills counts in each. A referral has no nurse."""
    if asked.nurse:
        return {}

    def received() -> Iterator[tuple[str, bool]]:
        for each in records.referrals:
            if asked.holds(each.received) and each.status != "received" and asked.about(each):
                parts = {"": [""], "team": [each.team], "month": [f"{each.received:%Y-%m}"], "skill": each.skills}
                for part in parts[asked.by]:
                    if asked.by != "skill" or asked.skill in {"", part}:
                        yield part, each.status == "accepted"

    found = rates(received())
    if "" in found:
        waiting = sum(
            each.status == "received" and asked.holds(each.received) and asked.about(each) for each in records.referrals
        )
        found[""] = replace(found[""], beside={"not yet triaged": (waiting,)})
    return found


def no_access(records: Records, asked: Asked) -> Parts:
    pathways = {each.id: each for each in records.pathways}

    def due() -> Iterator[tuple[str, bool]]:
        for each in records.due:
            of = [pathways[name] for name in each.pathways if name in pathways]
            if not asked.holds(each.day) or asked.nurse not in {"", each.nurse}:
                continue
            of = [one for one in of if _about(asked, one)]
            if not of and (asked.team or asked.skill or asked.locality):
                continue
            parts = {"": {""}, "nurse": {each.nurse}, "month": {f"{each.day:%Y-%m}"}}
            parts |= {"skill": {one.skill for one in of}, "team": {one.team for one in of}}
            for part in parts[asked.by]:
                yield part, each.no_access

    return rates(due())


def _about(asked: Asked, each: Pathway) -> bool:
    """As asked, but for the nurse: that is who visits."""
    return asked.team in {"", each.team} and asked.skill in {"", each.skill} and asked.locality in {"", each.locality}
