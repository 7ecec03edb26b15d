"""A service as a simulation has it: how often somebody comes, how long teaching takes, what each end releases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from smf_core.domain.stated import DAYS_A_MONTH
from smf_core.planner.curves import Curve, Drawn, expected
from smf_core.planner.scenario import NotPlannable, Scenario
from smf_core.planner.seen import ENOUGH, Release, Seen, SkillSeen


@dataclass(frozen=True, slots=True)
class SkillDrawn:
    """A skill in one run: its curve, and what a gap, a closing and a release are drawn from."""

    curve: Drawn
    gaps: Sequence[float]
    closing: Sequence[float]
    releases: Sequence[Release]


@dataclass(frozen=True, slots=True)
class ServiceDrawn:
    """The whole service in one run. `begin_a_month` pathways begin to wait for teaching; of which skill, how many
    visits and how they end is drawn from `ends` by the `shares` up to each."""

    skills: Sequence[SkillDrawn]
    begin_a_month: float
    ends: Sequence[tuple[int, int, bool]]
    shares: Sequence[float]


class Service:
    """What every run of one scenario is drawn from."""

    def __init__(self, seen: Seen, scenario: Scenario) -> None:
        """Raises `NotPlannable`."""
        scenario.check()
        if seen.ended < ENOUGH or not seen.decided or not seen.settled:
            raise NotPlannable("too_little_seen")
        mix = {name: share for name, share in scenario.mix if share}
        now = {one.skill for one in seen.taught} | {one.skill for one in seen.waiting}
        self.names = sorted(mix.keys() | now)
        self._mix = [mix.get(name, 0.0) for name in self.names]
        self._seen, self._referrals = seen, scenario.referrals * scenario.scale
        self._skills = [seen.skill(name) or SkillSeen(skill=name, expected_visits=1) for name in self.names]
        self._curves = {
            name: Curve(each.visits, each.ends)
            for name, each in zip(self.names, self._skills, strict=True)
            if each.is_enough
        }
        self._pools = _pools(seen, self._skills)

    def draw(self, random: Random) -> ServiceDrawn:
        """The service as it may be behind what was seen."""
        seen = self._seen
        accepted = random.betavariate(seen.accepted + 0.5, seen.decided - seen.accepted + 0.5)
        begun = random.betavariate(seen.begun + 0.5, seen.settled - seen.begun + 0.5)
        a_referral = seen.pathways / max(1, seen.accepted)
        skills = [self._drawn(random, name, each) for name, each in zip(self.names, self._skills, strict=True)]
        ends, weights = list[tuple[int, int, bool]](), list[float]()
        whole = sum(self._mix)
        for place, (share, skill) in enumerate(zip(self._mix, skills, strict=True)):
            if share:
                before = 0.0
                for (visits, good), upto in zip(skill.curve.cells, skill.curve.shares, strict=True):
                    ends.append((place, visits, good))
                    weights.append((upto - before) / skill.curve.shares[-1] * share / whole)
                    before = upto
        return ServiceDrawn(skills, self._referrals * accepted * a_referral * begun, ends, list(accumulate(weights)))

    def _drawn(self, random: Random, name: str, skill: SkillSeen) -> SkillDrawn:
        curve = self._curves.get(name)
        gaps, closing, releases = self._pools[name]
        return SkillDrawn(
            curve.draw(random) if curve else expected(skill, random.betavariate(*self._all_ends)),
            random.choices(gaps, k=len(gaps)),
            random.choices(closing, k=len(closing)),
            random.choices(releases, k=len(releases)),
        )

    @property
    def _all_ends(self) -> tuple[float, float]:
        good = sum(each.discharged for each in self._seen.skills)
        return good + 0.5, self._seen.ended - good + 0.5


_Pools = tuple[Sequence[float], Sequence[float], Sequence[Release]]


def _pools(seen: Seen, skills: Sequence[SkillSeen]) -> Mapping[str, _Pools]:
    """Gaps, closings and releases by skill; where a skill has too few of one, those of all skills stand in.

    Of a release only the days do: a skill's core visits a day are its own.
    """
    all_gaps = [gap for each in seen.skills for gap in each.gaps] or [DAYS_A_MONTH / 4]
    all_closing = [float(days) for each in seen.skills for days in each.closing] or [0.0]
    all_days = [one.days for each in seen.skills for one in each.releases] or [float(seen.horizon)]
    return {
        each.skill: (
            each.gaps if len(each.gaps) >= ENOUGH else all_gaps,
            [float(days) for days in each.closing] if len(each.closing) >= ENOUGH else all_closing,
            each.releases if len(each.releases) >= ENOUGH else [Release(each.usual_a_day, days) for days in all_days],
        )
        for each in skills
    }
