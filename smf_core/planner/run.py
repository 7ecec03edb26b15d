"""One run: who comes, when nurses have time to begin, and what follows month by month.

Nurses book a person's visits ahead, spread evenly over the weeks of teaching; whoever was referred first begins first,
in the first week that has room. So hours and places are never exceeded, what is booked never grows by itself, and more
nurses never make anybody wait longer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
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
    diary.book(_there(drawn, seen, places, random.random))
    diary.book(_coming(drawn, random, scenario.months * STEPS))
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
        yield _TAUGHT, _steps(skill, left, chance), left, visits, good, _release(skill, chance)
    for each in sorted(seen.waiting, key=lambda one: -one.days):
        skill = drawn.skills[places[each.skill]]
        visits, good = skill.curve.after(0, chance())
        yield -each.days / DAYS, _steps(skill, visits - 1, chance), visits, visits, good, _release(skill, chance)


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
        skill = drawn.skills[place]
        yield at, _steps(skill, visits - 1, chance), visits, visits, good, _release(skill, chance)


def _steps(skill: SkillDrawn, gaps: int, chance: Callable[[], float]) -> float:
    """How long so many gaps, the day of a visit and the closing take."""
    gap, closing = skill.gaps, skill.closing
    return (gaps * gap[int(chance() * len(gap))] + 1 + closing[int(chance() * len(closing))]) / DAYS


def _release(skill: SkillDrawn, chance: Callable[[], float]) -> Release:
    return skill.releases[int(chance() * len(skill.releases))]


class _Diary:
    """What is booked, as the changes from step to step: a rate that holds for a while is two of them."""

    def __init__(self, scenario: Scenario) -> None:
        self._last = scenario.months * STEPS
        self._hours_a_visit = scenario.hours_a_visit
        self._most_hours = scenario.hours_a_week * DAYS / 7
        self._most_places = scenario.places
        empty = [0.0] * (self._last + 2)
        self._taught, self._hours, self._gross, self._still = (empty.copy() for _ in range(4))
        self._now, self._taught_now, self._hours_now = 0, 0.0, 0.0
        months = scenario.months
        self._came, self._began, self._ended = ([0] * months for _ in range(3))
        self._discharges, self._closed_visits = [0] * months, [0] * months
        self._waited, self._newly = [0.0] * months, [0] * months

    def book(self, pathways: Iterable[_Pathway]) -> None:
        """Each in the first step with room for it from when it came, never before one who came earlier.

        What is booked already only falls from the step at hand on, so room in that step is room in all that follow.
        """
        last, all_hours = self._last, max(self._most_hours, _NEARLY)
        most_hours, most_places = all_hours + _NEARLY, self._most_places + _NEARLY
        for at, steps, visits, all_visits, good, release in pathways:
            came = int(at) if 0 < at < _TAUGHT else 0
            self._came[came // STEPS] += 1
            hours = visits * self._hours_a_visit
            if hours > all_hours * steps and hours > all_hours:  # more than there are: it takes as long as it takes
                steps = hours / all_hours
            rate, first = hours / steps, steps if steps < 1 else 1.0
            while self._now < came or (
                self._now < last
                and (self._taught_now + first > most_places or self._hours_now + rate * first > most_hours)
            ):
                self._next()
            if self._now < last:
                self._begin(at, steps, first, rate)
                end = self._now + steps
                if end < last:
                    self._end(end, all_visits, release if good else None)

    def _next(self) -> None:
        self._now += 1
        self._taught_now += self._taught[self._now]
        self._hours_now += self._hours[self._now]

    def _begin(self, at: float, steps: float, first: float, rate: float) -> None:
        now, taught, hours = self._now, self._taught, self._hours
        taught[now] += 1
        hours[now] += rate
        end = min(now + steps, self._last)
        last = int(end)
        over = end - last
        taught[last] -= 1 - over
        taught[last + 1] -= over
        hours[last] -= rate * (1 - over)
        hours[last + 1] -= rate * over
        self._taught_now += first
        self._hours_now += rate * first
        month = now // STEPS
        self._began[month] += 1
        if at < _TAUGHT:
            self._newly[month] += 1
            if at < now:
                self._waited[month] += now - at

    def _end(self, end: float, all_visits: int, release: Release | None) -> None:
        month = int(end) // STEPS
        self._ended[month] += 1
        self._closed_visits[month] += all_visits
        if release is None:
            return
        self._discharges[month] += 1
        until = min(end + release.days / DAYS, self._last)
        first, last = int(end), int(until)
        begun, over = end - first, until - last
        for changes, rate in ((self._gross, release.a_day * DAYS), (self._still, release.still_a_day * DAYS)):
            if rate:
                changes[first] += rate * (1 - begun)
                changes[first + 1] += rate * begun
                changes[last] -= rate * (1 - over)
                changes[last + 1] -= rate * over

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
