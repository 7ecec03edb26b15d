"""Curves drawn from what was counted: on average they are those of Aalen and Johansen, and from few they vary more."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.measures import aalen_johansen
from smf_core.planner.curves import Curve, Drawn, expected
from smf_core.planner.outlook import outlook, runs
from smf_core.planner.run import Measure
from smf_core.planner.service import Service
from tests.support.planner import scenario, seen, skill

VISITS = (3, 5, 5, 6, 7, 7, 9, 10)
ENDS = (True, True, False, None, True, True, False, True)
EPISODES = st.lists(st.tuples(st.integers(1, 30), st.sampled_from((True, False, None))), min_size=1).filter(
    lambda each: any(end is not None for _, end in each)
)


def incidence(drawn: Drawn, visit: int) -> float:
    """The share that was discharged to self-care by a visit."""
    before, found = 0.0, 0.0
    for (at, good), upto in zip(drawn.cells, drawn.shares, strict=True):
        found += upto - before if good and at <= visit else 0.0
        before = upto
    return found


def test_on_average_it_is_the_curve_that_was_counted() -> None:
    """The test vector of the definitions: 0.125, 0.25, 0.5625 and 0.71875 at 3, 5, 7 and 10 visits."""
    curve, random = Curve(VISITS, ENDS), Random(1)
    drawn = [curve.draw(random) for _ in range(4_000)]
    times, shares = aalen_johansen(VISITS, [None if end is None else str(end) for end in ENDS])["True"]
    assert shares == (0.125, 0.25, 0.5625, 0.71875)
    for visit, share in zip(times, shares, strict=True):
        assert fmean(incidence(each, visit) for each in drawn) == pytest.approx(share, abs=0.02)


@given(EPISODES, st.integers(0, 1_000))
def test_a_curve_has_an_end_for_everybody(episodes: list[tuple[int, bool | None]], seed: int) -> None:
    visits, ends = zip(*episodes, strict=True)
    curve = Curve(visits, ends)
    drawn = curve.draw(Random(seed))
    assert 0 <= curve.beyond <= 1
    assert all(one <= other for one, other in pairwise(drawn.shares))
    assert list(drawn.cells) == sorted(drawn.cells)
    assert 0 < drawn.shares[-1] <= 1 + 1e-9
    for so_far in (0, max(visits), 1_000):
        for chance in (0.0, 0.5, 0.999999):
            assert drawn.after(so_far, chance)[0] > so_far


def test_those_still_taught_when_the_last_one_ended_go_on_at_the_usual_rate() -> None:
    curve = Curve((2, 2, 4, 4), (True, False, None, None))
    assert curve.beyond == 0.5
    drawn = [curve.draw(Random(seed)) for seed in range(400)]
    assert all(visit == 2 or visit > 4 for each in drawn for visit, _ in each.cells)
    later = [visit for each in drawn for visit in [each.after(4, seed / 400)[0] for seed in (50, 200, 350)]]
    assert fmean(later) > 5
    assert min(later) == 5


def test_somebody_taught_already_has_at_least_one_visit_more() -> None:
    drawn = Curve((2,) * 10 + (6,) * 10, (True,) * 20).draw(Random(1))
    assert {drawn.after(0, each / 10)[0] for each in range(10)} == {2, 6}
    assert {drawn.after(2, each / 10)[0] for each in range(10)} == {6}


def test_a_skill_that_was_hardly_taught_has_the_visits_its_checklist_expects() -> None:
    of = seen(skill(), skill("wound", (2, 3), (True, None), expected=9))
    drawn = Service(of, scenario(mix=(("wound", 1.0),))).draw(Random(1))
    assert {(visits, of_skill) for of_skill, visits, _ in drawn.ends} == {(9, drawn.ends[0][0])}
    assert expected(skill(expected=0), 0.5).cells[0][0] == 1
    never = Service(seen(skill()), scenario(mix=(("unheard_of", 1.0),))).draw(Random(1))
    assert {visits for _, visits, _ in never.ends} == {1}


def test_the_mix_is_what_was_asked_for() -> None:
    of = seen(skill(), skill("wound"))
    drawn = Service(of, scenario(mix=(("insulin", 30.0), ("wound", 10.0)))).draw(Random(1))
    shares = Counter[int]()
    before = 0.0
    for (place, _, _), upto in zip(drawn.ends, drawn.shares, strict=True):
        shares[place] += upto - before
        before = upto
    assert sorted(shares.values()) == pytest.approx([0.25, 0.75])


def test_what_was_counted_from_few_is_less_certain() -> None:
    """The same shares: of 15 pathways and of 1,500."""
    asked = scenario(referrals=300.0, months=4)
    wide = []
    for times in (5, 500):
        of = seen(skill(visits=(2, 4, 8) * times, ends=(True, False, True) * times))
        found = outlook(asked, list(runs(of, asked, 1, 60))).whole[Measure.DISCHARGES]
        assert found is not None
        wide.append(found.high - found.low)
    assert wide[0] > 1.5 * wide[1]


def test_a_share_accepted_that_was_counted_from_few_is_less_certain() -> None:
    rates = []
    for times in (1, 100):
        of = replace(seen(), decided=10 * times, accepted=8 * times, pathways=8 * times)
        service = Service(of, scenario())
        rates.append([service.draw(Random(seed)).begin_a_month for seed in range(200)])
    assert fmean(rates[1]) == pytest.approx(16, rel=0.02)
    assert pstdev(rates[0]) > 5 * pstdev(rates[1])
