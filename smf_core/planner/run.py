"""One run: who comes, when nurses have time to begin, and what follows month by month.

Nurses book a person's visits ahead, spread evenly over the weeks of teaching; whoever was referred first begins first,
in the first week that has room. So hours and places are never exceeded, what is booked never grows by itself, and more
nurses never make anybody wait longer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from random import Random
from typing import TypeAlias

from smf_core.domain.stated import DAYS_A_MONTH
from smf_core.planner.scenario import Scenario
from smf_core.planner.seen import Release, Seen
from smf_core.planner.service import Service, ServiceDrawn, SkillDrawn

STEPS = 4
"""Of a month: about a week each, and every month has as many."""

DAYS = DAYS_A_MONTH / STEPS
_NEARLY = 1e-9


class Measure(StrEnum):
    CASELOAD = "caseload"
    """Pathways being taught, on average over the month."""

    WAITING = "waiting"
    """Pathways not begun when the month ends."""

    WEEKS = "weeks"
    """How long those who began in the month had waited, on average."""

    DISCHARGES = "discharges"
    """To self-care."""

    VISITS = "visits"
    GROSS = "gross"
    NET = "net"
    """Core visits released in the month, without and with what they cost."""

    HOURS = "hours"
    """Of nurses, a week."""


@dataclass(frozen=True, slots=True)
class Run:
    """By measure a number for each month; None where nobody began, so nobody waited so long. `came`, `began` and
    `ended` count pathways by month, with those who waited or were taught already in the first."""

    months: dict[Measure, list[float | None]]
    came: list[int]
    began: list[int]
    ended: list[int]


def run(service: Service, seen: Seen, scenario: Scenario, random: Random) -> Run:
    """One course of events: the same service, scenario and state of `random` give the same."""
    drawn = service.draw(random)
    diary = _Diary(scenario)
    places = {name: place for place, name in enumerate(service.names)}
    there = _there(drawn, seen, places, random.random)
    diary.book(chain(there, _coming(drawn, random, scenario.months * STEPS)))
    return diary.told()


_Pathway: TypeAlias = tuple[float, float, int, int, bool, Release]
"""When it came, in steps (before 0 it waits already, at infinity it is taught already), how many steps its teaching
takes from where it is, how many visits that is and how many with those it had, whether it ends in self-care, and what
that releases. A tuple, as there are hundreds of thousands."""

_TAUGHT = float("inf")


def _there(
    drawn: ServiceDrawn, seen: Seen, places: Mapping[str, int], chance: Callable[[], float]
) -> Iterator[_Pathway]:
    """Those taught now, then those who wait now, the longest first."""
    for one in seen.taught:
        skill = drawn.skills[places[one.skill]]
        visits, good = skill.curve.after(one.visits, chance())
        left = visits - one.visits
        steps, release = _drawn(skill, left, chance)
        yield _TAUGHT, steps, left, visits, good, release
    for each in sorted(seen.waiting, key=lambda one: -one.days):
        skill = drawn.skills[places[each.skill]]
        visits, good = skill.curve.after(0, chance())
        steps, release = _drawn(skill, visits - 1, chance)
        yield -each.days / DAYS, steps, visits, visits, good, release


def _coming(drawn: ServiceDrawn, random: Random, last: int) -> Iterator[_Pathway]:
    """Whoever begins to wait, in order, until the last step."""
    rate, at, chance = drawn.begin_a_month / STEPS, 0.0, random.random
    if rate * last < _NEARLY:
        return
    times: list[float] = []
    while (at := at + random.expovariate(rate)) < last:
        times.append(at)
    ends = random.choices(drawn.ends, cum_weights=drawn.shares, k=len(times))
    for at, (place, visits, good) in zip(times, ends, strict=True):
        steps, release = _drawn(drawn.skills[place], visits - 1, chance)
        yield at, steps, visits, visits, good, release


def _drawn(skill: SkillDrawn, gaps: int, chance: Callable[[], float]) -> tuple[float, Release]:
    """How long so many gaps, the day of a visit and the closing take, and what an end in self-care would release."""
    gap, closing, releases = skill.gaps, skill.closing, skill.releases
    steps = (gaps * gap[int(chance() * len(gap))] + 1 + closing[int(chance() * len(closing))]) / DAYS
    return steps, releases[int(chance() * len(releases))]


class _Diary:
    """What is booked, as the changes from step to step: a rate that holds for a while is two of them.

    Its loops go round hundreds of thousands of times, so they call nothing of their own.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._last = scenario.months * STEPS
        self._hours_a_visit = scenario.hours_a_visit
        self._most_hours = scenario.hours_a_week * DAYS / 7
        self._most_places = scenario.places
        empty = [0.0] * (self._last + 2)
        self._taught, self._hours, self._gross, self._still = (empty.copy() for _ in range(4))
        months = scenario.months
        self._came, self._began, self._ended = ([0] * months for _ in range(3))
        self._discharges, self._closed_visits = [0] * months, [0] * months
        self._waited, self._newly = [0.0] * months, [0] * months

    def book(self, pathways: Iterable[_Pathway]) -> None:
        """All that come, in order: each in the first step with room for it, never before one who came earlier.

        What is booked already only falls from the step at hand on, so room in that step is room in all that follow.
        """
        last, taught, hours, came_in = self._last, self._taught, self._hours, self._came
        all_hours, hours_a_visit = max(self._most_hours, _NEARLY), self._hours_a_visit
        most_hours, most_places = all_hours + _NEARLY, self._most_places + _NEARLY
        now, taught_now, hours_now = 0, 0.0, 0.0
        begun, ended = list[tuple[int, float]](), list[tuple[float, int, Release | None]]()
        for at, steps, visits, all_visits, good, release in pathways:
            came = int(at) if 0 < at < _TAUGHT else 0
            came_in[came // STEPS] += 1
            needed = visits * hours_a_visit
            if needed > all_hours * steps and needed > all_hours:  # more than there are: it takes as long as it takes
                steps = needed / all_hours
            rate, first = needed / steps, steps if steps < 1 else 1.0
            while now < came or (
                now < last and (taught_now + first > most_places or hours_now + rate * first > most_hours)
            ):
                now += 1
                taught_now += taught[now]
                hours_now += hours[now]
            if now == last:
                continue
            begun.append((now, at))
            end = now + steps
            if end < last:
                ended.append((end, all_visits, release if good else None))
            else:
                end = last
            until = int(end)
            over = end - until
            taught[now] += 1
            taught[until] -= 1 - over
            taught[until + 1] -= over
            hours[now] += rate
            hours[until] -= rate * (1 - over)
            hours[until + 1] -= rate * over
            taught_now += first
            hours_now += rate * first
        self._begin(begun)
        self._end(ended)

    def _begin(self, begun: Iterable[tuple[int, float]]) -> None:
        """In which step each began, and when it came."""
        began, newly, waited = self._began, self._newly, self._waited
        for now, at in begun:
            month = now // STEPS
            began[month] += 1
            if at < _TAUGHT:
                newly[month] += 1
                if at < now:
                    waited[month] += now - at

    def _end(self, ended: Iterable[tuple[float, int, Release | None]]) -> None:
        """When each ended, after how many visits, and what that released."""
        ended_in, closed, discharges = self._ended, self._closed_visits, self._discharges
        gross, still, last = self._gross, self._still, self._last
        for end, all_visits, release in ended:
            first = int(end)
            month = first // STEPS
            ended_in[month] += 1
            closed[month] += all_visits
            if release is None:
                continue
            discharges[month] += 1
            until = end + release.days / DAYS
            if until > last:
                until = last
            upto = int(until)
            begun, over = end - first, until - upto
            for changes, rate in ((gross, release.a_day * DAYS), (still, release.still_a_day * DAYS)):
                if rate:
                    changes[first] += rate * (1 - begun)
                    changes[first + 1] += rate * begun
                    changes[upto] -= rate * (1 - over)
                    changes[upto + 1] -= rate * over

    def told(self) -> Run:
        taught, hours = _by_month(self._taught), _by_month(self._hours)
        gross, still = _by_month(self._gross), _by_month(self._still)
        waiting, left = [], 0
        for came, began in zip(self._came, self._began, strict=True):
            left += came - began
            waiting.append(float(left))
        return Run(
            {
                Measure.CASELOAD: [each / STEPS for each in taught],
                Measure.WAITING: [*waiting],
                Measure.WEEKS: [
                    waited / many * DAYS / 7 if many else None
                    for waited, many in zip(self._waited, self._newly, strict=True)
                ],
                Measure.DISCHARGES: [float(each) for each in self._discharges],
                Measure.VISITS: [each / self._hours_a_visit for each in hours],
                Measure.GROSS: [*gross],
                Measure.NET: [a - b - c for a, b, c in zip(gross, still, self._closed_visits, strict=True)],
                Measure.HOURS: [each / STEPS / DAYS * 7 for each in hours],
            },
            self._came,
            self._began,
            self._ended,
        )


def _by_month(changes: list[float]) -> list[float]:
    level, found = 0.0, []
    for step, change in enumerate(changes[:-2]):
        level += change
        if step % STEPS == 0:
            found.append(0.0)
        found[-1] += level
    return found
