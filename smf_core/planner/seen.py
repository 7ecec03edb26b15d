"""What a service has seen of itself, as far as a plan is drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ENOUGH = 10
"""A curve is drawn from so many pathways that ended; with fewer the visits that the checklist expects stand in."""


@dataclass(frozen=True, slots=True)
class Release:
    """What one discharge to self-care released: core visits a day before teaching, the self-care days that count, and
    core visits a day that went on in them."""

    a_day: float
    days: float
    still_a_day: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillSeen:
    """Pathways of one skill: `visits` of each so far and how each ended (True to self-care, False otherwise, None is
    still taught). `gaps` are the mean days between the visits of each that had two, and of each that is still taught
    the days so far for each visit, so that a pathway that stands still counts; `closing` the days from the last visit
    to the end, `releases` those of discharges whose days have all passed.

    `expected_visits` is what the checklist says, `usual_a_day` the core visits a day where a pathway has no number.
    """

    skill: str
    expected_visits: int
    usual_a_day: float = 0.0
    visits: tuple[int, ...] = ()
    ends: tuple[bool | None, ...] = ()
    gaps: tuple[float, ...] = ()
    closing: tuple[int, ...] = ()
    releases: tuple[Release, ...] = ()

    @property
    def ended(self) -> int:
        return sum(end is not None for end in self.ends)

    @property
    def discharged(self) -> int:
        return sum(end is True for end in self.ends)

    @property
    def is_enough(self) -> bool:
        return self.ended >= ENOUGH


@dataclass(frozen=True, slots=True)
class Teaching:
    """A pathway that is taught now, with its visits so far."""

    skill: str
    visits: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pathway that waits for its first visit, and since how many days."""

    skill: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The days looked at, both included, and what was counted on them.

    `referrals` were received, of the `decided` so many were `accepted`; of `pathways` that these opened and that came
    to something, so many had `begun` (the others ended before a first visit). `nurses` made visits, `timed` of which
    say how long they took: `minutes` in all. `at_most` is how many people a nurse is planned to teach at a time,
    `horizon` how many days after a discharge count at most. `taught_days` are the days that pathways were open on.
    """

    since: date
    until: date
    skills: tuple[SkillSeen, ...]
    mix: Mapping[str, int]
    referrals: int
    decided: int
    accepted: int
    pathways: int
    settled: int
    begun: int
    nurses: int
    visits: int
    timed: int
    minutes: int
    horizon: int
    taught_days: int = 0
    at_most: int | None = None
    taught: tuple[Teaching, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def ended(self) -> int:
        return sum(each.ended for each in self.skills)

    def skill(self, name: str) -> SkillSeen | None:
        return next((each for each in self.skills if each.skill == name), None)
