"""The figures of people and their pathways: discharges, cohorts, visits to discharge, the caseload."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, variance

from tests.figures.recount.arithmetic import median_visits, middle, student
from tests.figures.recount.asking import Asked, Parts, Told, closed, rate, rates
from tests.figures.recount.records import FAVOURABLE, Pathway, Records

NO_OPPORTUNITY = ("deceased", "moved", "hospital", "treatment_ended")


def of_people(leaves: Callable[[list[str]], bool]) -> Callable[[Records, Asked], Parts]:
    """The share of people whose last endings of every skill they closed in the period are as asked."""

    def figure(records: Records, asked: Asked) -> Parts:
        told = last_endings(records, asked)
        return {"": rate(sum(leaves(outcomes) for outcomes in told.values()), len(told))}

    return figure


def last_endings(records: Records, asked: Asked) -> dict[str, list[str]]:
    """By person: how each skill ended on the last day of the period on which one of it did."""
    last: dict[tuple[str, str], tuple[date, list[str]]] = {}
    for each in closed(records, asked):
        assert each.closed is not None
        day, outcomes = last.get((each.person, each.skill), (date.min, []))
        if each.closed > day:
            last[each.person, each.skill] = (each.closed, [each.outcome])
        elif each.closed == day:
            outcomes.append(each.outcome)
    people: dict[str, list[str]] = defaultdict(list)
    for (person, _), (_, outcomes) in last.items():
        people[person] += outcomes
    return people


def headline(records: Records, asked: Asked) -> Parts:
    """The share discharged to self-care, with how many of them are still being taught a skill they did not close."""
    found = of_people(to_self_care)(records, asked)[""]
    left = {person for person, outcomes in last_endings(records, asked).items() if to_self_care(outcomes)}
    closing = {(each.person, each.skill) for each in records.counted if asked.holds(each.closed)}
    taught = {
        each.person
        for each in records.counted
        if each.person in left
        and each.open_on(asked.until)
        and each.seen_by(asked.until)
        and (each.person, each.skill) not in closing
    }
    if found.value is None:
        return {}
    return {"": replace(found, beside={"still taught another skill": (len(taught),)})}


def to_self_care(outcomes: list[str]) -> bool:
    return all(outcome in FAVOURABLE for outcome in outcomes)


def alone(outcomes: list[str]) -> bool:
    return all(outcome == "independent" for outcome in outcomes)


def supported(outcomes: list[str]) -> bool:
    return to_self_care(outcomes) and not alone(outcomes)


def by_episode(records: Records, asked: Asked) -> Parts:
    return rates((asked.part(each, each.closed), each.outcome in FAVOURABLE) for each in closed(records, asked))


def by_opportunity(records: Records, asked: Asked) -> Parts:
    return rates(
        (asked.part(each, each.closed), each.outcome in FAVOURABLE)
        for each in closed(records, asked)
        if each.outcome not in NO_OPPORTUNITY
    )


def begun(records: Records, asked: Asked) -> Iterator[Pathway]:
    """The episodes whose first completed visit falls in the period."""
    return (each for each in records.counted if asked.holds(each.first) and asked.about(each))


def cohort(records: Records, asked: Asked) -> Parts:
    """Episodes of months that ended, as far as the period goes, at least 90 days before the records' day."""

    def old_enough(day: date) -> bool:
        ended = min(day.replace(day=monthrange(day.year, day.month)[1]), asked.until)
        return asked.as_of - ended >= timedelta(days=90)

    old = [each for each in begun(records, asked) if old_enough(each.first)]
    found = rates((asked.part(each, each.first), each.discharged_by(asked.as_of)) for each in old)
    for part, told in found.items():
        still = [each.open_on(asked.as_of) for each in old if asked.part(each, each.first) == part]
        found[part] = replace(told, beside={"still taught": (sum(still), len(still))})
    return found


def visits_to_discharge(records: Records, asked: Asked) -> Parts:
    told: dict[str, list[Pathway]] = defaultdict(list)
    for each in begun(records, asked):
        told[asked.part(each, each.first)].append(each)
    found = {}
    for part, people in told.items():
        median = median_visits([(each.seen_by(asked.as_of), each.discharged_by(asked.as_of)) for each in people])
        events = sum(each.discharged_by(asked.as_of) for each in people)
        still = sum(each.open_on(asked.as_of) for each in people)
        beside = {"still taught": (still,), "ended otherwise": (len(people) - events - still,)}
        found[part] = Told(events, len(people), median.value, median.low, median.high, beside)
    return found


def days_to_discharge(records: Records, asked: Asked) -> Parts:
    told: dict[str, list[Pathway]] = defaultdict(list)
    for each in closed(records, asked):
        if each.outcome in FAVOURABLE:
            told[asked.part(each, each.closed)].append(each)
    found = {}
    for part, people in told.items():
        days = [(each.closed - each.first).days for each in people if each.closed and each.first <= each.closed]
        if not days:
            continue
        holds = [many for each in people if (many := len(days_on_hold(each)))]
        beside = {
            "days on hold": (sum(holds), len(holds)),
            "Half of them took": (middle(days, 0.25), middle(days, 0.75)),
        }
        found[part] = Told(len(days), len(people), middle(days, 0.5), beside=beside)
    return found


def days_on_hold(each: Pathway) -> set[date]:
    """Of the days between the first visit and discharge."""
    assert each.closed is not None
    days: set[date] = set()
    for since, until in each.holds:
        start, end = max(since, each.first), min(until or each.closed, each.closed)
        days |= {start + timedelta(days=number) for number in range((end - start).days)}
    return days


def over_twice_expected(records: Records, asked: Asked) -> Parts:
    """On the last day of the period, on hold or not: a count."""

    def open_ones() -> Iterator[tuple[str, bool]]:
        for each in records.counted:
            visits = each.seen_by(asked.until)
            if each.open_on(asked.until) and visits and asked.about(each):
                yield asked.part(each, each.first), visits > 2 * each.expected

    return {part: replace(told, value=told.numerator, low=None, high=None) for part, told in rates(open_ones()).items()}


def caseload(records: Records, asked: Asked) -> Parts:
    """People with an open episode, seen or not, as the records stand."""
    people: dict[str, set[str]] = defaultdict(set)
    for each in records.pathways:
        if each.closed is None and asked.about(each):
            people[asked.part(each, None)].add(each.person)
    return {part: Told(len(each), None, len(each)) for part, each in people.items()} or nobody(asked)


def nobody(asked: Asked) -> Parts:
    """Nobody on the caseload is a figure like any other."""
    return {} if asked.by else {"": Told(0, None, 0)}


def care_plans(records: Records, asked: Asked) -> Parts:
    """Of how many people a plan is due, for no plan can be recorded yet: on the caseload for over 14 days."""
    people: dict[str, set[str]] = defaultdict(set)
    for each in records.pathways:
        long_ago = each.accepted is not None and each.accepted < asked.until - timedelta(days=14)
        if long_ago and each.open_on(asked.until) and asked.about(each):
            people[asked.part(each, None)].add(each.person)
    return {part: Told(None, len(each)) for part, each in people.items()}


def confidence_gain(records: Records, asked: Asked) -> Parts:
    """Last less first answer of one learner, the patient where the patient learns."""
    told: dict[str, list[int]] = defaultdict(list)
    ended: dict[str, int] = defaultdict(int)
    for each in closed(records, asked):
        ended[asked.part(each, each.closed)] += 1
        said: dict[str, list[int]] = defaultdict(list)
        for visit in each.visits:
            if each.closed and visit.day <= each.closed:
                for learner, confidence in visit.confidence.items():
                    said[learner].append(confidence)
        asked_of = said.get("patient") or next(iter(said.values()), [])
        if len(asked_of) > 1:
            told[asked.part(each, each.closed)].append(asked_of[-1] - asked_of[0])
    found = {}
    for part, gains in told.items():
        if len(gains) > 1:
            mean, half = fmean(gains), student(len(gains) - 1) * sqrt(variance(gains) / len(gains))
            found[part] = Told(len(gains), ended[part], mean, mean - half, mean + half)
    return found
