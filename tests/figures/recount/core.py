"""What became of the work of the core teams: their referrals, and the visits released."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tests.figures.recount.arithmetic import Side, around, ratio
from tests.figures.recount.asking import Asked, Figure, Parts, Told, closed
from tests.figures.recount.records import FAVOURABLE, Baseline, CoreCount, Pathway, Records
from tests.figures.recount.returns import came_back, gone

A_MONTH = 30.4375
"""Days."""
HORIZON = timedelta(days=90)


def _about(records: Records, asked: Asked) -> list[CoreCount]:
    """The counts of the core teams of a locality; teams to compare with may be anywhere."""
    return [
        each
        for each in records.core
        if each.comparison or asked.locality in {"", records.localities.get(each.series[0], "")}
    ]


def whole_months(since: date, until: date) -> list[str]:
    """The months that lie in a period from their first day to their last."""
    found = []
    day = since.replace(day=1)
    while day <= until:
        last = day.replace(day=monthrange(day.year, day.month)[1])
        if since <= day and last <= until:
            found.append(f"{day:%Y-%m}")
        day = last + timedelta(days=1)
    return found


def a_month(records: Records, asked: Asked) -> Parts:
    """Only months that every team counted."""
    if asked.skill or asked.nurse:
        return {}
    ours = [each for each in _about(records, asked) if not each.comparison]
    months = whole_months(asked.since, asked.until)
    teams = {each.series[0] for each in ours if each.month in months}
    full = [month for month in months if {each.series[0] for each in ours if each.month == month} == teams != set()]
    counts = {month: sum(each.count for each in ours if each.month == month) for month in full}
    if asked.by == "month":
        return {month: Told(count, 1, count) for month, count in counts.items()}
    if not counts:
        return {}
    return {"": Told(sum(counts.values()), len(counts), sum(counts.values()) / len(counts))}


class Compared:
    """What lies on each side of a comparison: the same calendar months of the same teams and types of referral.

    With `kinds` False are the teams of ours, with True those to compare with; a month has to be counted for all.
    """

    def __init__(self, records: Records, asked: Asked, *kinds: bool) -> None:
        self.before: list[str] = []
        self.after: list[str] = []
        self._counted: dict[str, list[CoreCount]] = defaultdict(list)
        stated = baseline(records)
        since, until = asked.before or ((stated.since, stated.until) if stated else (None, None))
        if asked.skill or asked.nurse or since is None or until is None:
            return
        if since <= asked.until and asked.since <= until:
            return  # a time is not held against itself
        left_out = f"{stated.bedding_in:%Y-%m}" if stated and stated.bedding_in else ""
        before = [month for month in whole_months(since, until) if month != left_out]
        after = [month for month in whole_months(asked.since, asked.until) if month != left_out]
        lines = [each for each in _about(records, asked) if each.comparison in kinds]
        both = {_line(each) for each in lines if each.month in before} & {
            _line(each) for each in lines if each.month in after
        }
        if {kind for kind, _ in both} != set(kinds):
            return
        for each in lines:
            if _line(each) in both:
                self._counted[each.month].append(each)
        full = {month for month, each in self._counted.items() if len(each) == len(both)}
        calendar = {month[5:] for month in full.intersection(before)} & {
            month[5:] for month in full.intersection(after)
        }
        self.before = [month for month in before if month in full and month[5:] in calendar]
        self.after = [month for month in after if month in full and month[5:] in calendar]

    def sides(self, *, comparison: bool = False, extra: Mapping[str, int] | None = None) -> tuple[Side, Side] | None:
        """Before and after, or None where either is empty."""
        of = {m: [each for each in self._counted[m] if each.comparison is comparison] for m in self.before + self.after}
        known = all(each.population for counted in of.values() for each in counted)

        def side(months: list[str]) -> Side:
            counts = tuple(sum(each.count for each in of[month]) + (extra or {}).get(month, 0) for month in months)
            people = sum(each.population or 0 for month in months for each in of[month])
            return Side(counts, people / 12 if known else len(months))

        found = side(self.before), side(self.after)
        return found if all(each.total for each in found) else None


def _line(each: CoreCount) -> tuple[bool, tuple[str, str]]:
    return each.comparison, each.series


def baseline(records: Records) -> Baseline | None:
    """The newest one stated."""
    stated = (each for each in records.baselines if each.what == "core_referrals")
    return max(stated, key=lambda each: (each.on, each.id), default=None)


def change(*, others: bool = False) -> Figure:
    """Of referrals to core teams; with `others`, those to this service that no core team made are added (diversion)."""

    def figure(records: Records, asked: Asked) -> Parts:
        extra: dict[str, int] = defaultdict(int)
        for referral in records.referrals:
            if others and referral.source != "core_team" and asked.about(referral):
                extra[f"{referral.received:%Y-%m}"] += 1
        found = Compared(records, asked, False).sides(extra=extra)
        if found is None or (others and asked.locality):
            return {}
        value, low, high = around(*ratio(*found))
        return {"": Told(found[1].total, found[0].total, value - 1, low - 1, high - 1)}

    return figure


def change_compared(records: Records, asked: Asked) -> Parts:
    """Difference in differences, as a ratio of rate ratios."""
    compared = Compared(records, asked, False, True)
    ours, theirs = compared.sides(), compared.sides(comparison=True)
    if ours is None or theirs is None:
        return {}
    (here, by_chance), (there, by_chance_there) = ratio(*ours), ratio(*theirs)
    value, low, high = around(here / there, by_chance + by_chance_there)
    return {"": Told(ours[1].total, ours[0].total, value - 1, low - 1, high - 1)}


def released(*, net: bool) -> Figure:
    """Core visits not needed after a discharge; net of our own visits, and of the core visits that go on."""

    def figure(records: Records, asked: Asked) -> Parts:
        told: dict[str, list[Pathway]] = defaultdict(list)
        for each in closed(records, asked):
            told[asked.part(each, each.closed)].append(each)
        return {
            part: _released(records, asked, each, net=net)
            for part, each in told.items()
            if net or any(one.outcome in FAVOURABLE for one in each)
        }

    return figure


def _released(records: Records, asked: Asked, ended: list[Pathway], *, net: bool) -> Told:
    discharged = [each for each in ended if each.outcome in FAVOURABLE]
    value = 0.0
    for each in discharged:
        days = self_care_days(records, asked, each)
        value += _usual(records, each) / A_MONTH * days
        if net:
            value -= sum(many / A_MONTH * during for many, during in going_on(each, days))
    if net:
        value -= len({visit.id for each in ended for visit in each.visits if each.closed and visit.day <= each.closed})
    return Told(value, len(ended) if net else len(discharged), value)


def self_care_days(records: Records, asked: Asked, each: Pathway) -> int:
    """From discharge until the report, a re-referral, death, a move, the end of treatment or 90 days."""
    assert each.closed is not None
    ends = (asked.as_of, came_back(records, each), gone(records, each), each.treatment_ends, each.closed + HORIZON)
    return max(0, (min(day for day in ends if day is not None) - each.closed).days)


def going_on(each: Pathway, days: int) -> Iterator[tuple[float, int]]:
    """(visits a month, how many self-care days they held) of each row."""
    assert each.closed is not None
    end = each.closed + timedelta(days=days)
    for number, (since, many) in enumerate(each.core):
        until = each.core[number + 1][0] if number + 1 < len(each.core) else end
        yield many, max(0, (min(until, end) - max(since, each.closed)).days)


USUAL_A_DAY = {
    "self_injection": 1.0,
    "insulin": 1.0,
    "wound": 0.43,
    "compression": 2.0,
    "catheter_care": 0.14,
    "catheter_valve": 0.14,
}


def _usual(records: Records, each: Pathway) -> float:
    """Core visits a month before teaching: its own, else what the service stated last, else the published start."""
    if each.a_month is not None:
        return each.a_month
    stated = [one for one in records.baselines if one.what == "core_visits" and one.skill == each.skill]
    newest = max(stated, key=lambda one: (one.on, one.id), default=None)
    return newest.a_month if newest and newest.a_month is not None else USUAL_A_DAY[each.skill] * A_MONTH
