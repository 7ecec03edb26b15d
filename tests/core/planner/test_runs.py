"""What holds of every run, and what queueing theory says of many."""

from dataclasses import replace
from itertools import accumulate
from math import sqrt
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smf_core.planner.outlook import outlook, runs
from smf_core.planner.run import DAYS, STEPS, Measure, Run, run
from smf_core.planner.scenario import LIMITS, NotPlannable, Scenario
from smf_core.planner.seen import Release, Seen, Teaching, Waiting
from smf_core.planner.service import Service
from tests.support.planner import scenario, seen, skill

MIXED = seen(
    skill("insulin", (3, 5, 7, 9) * 10, (True, True, False, None) * 10, gap=1.5, closing=2.0),
    skill("wound", (1, 2, 6, 30) * 10, (True, False, None, True) * 10, gap=4.0, release=Release(0.5, 60.0, 0.1)),
    taught=(Teaching("insulin", 2), Teaching("insulin", 40), Teaching("wound", 3)),
    waiting=(Waiting("wound", 3), Waiting("insulin", 20)),
)
ASKED = scenario(mix=(("insulin", 2.0), ("wound", 1.0)), months=6)
SERVICES = st.builds(
    lambda nurses, hours, at_most, referrals: replace(
        ASKED, nurses=nurses, hours=hours, at_most=at_most, referrals=referrals
    ),
    st.floats(0, 6),
    st.floats(0, 40),
    st.none() | st.integers(1, 12),
    st.floats(0, 60),
)
SEEDS = st.integers(0, 10_000)


def one(asked: Scenario = ASKED, seed: int = 1, of: Seen = MIXED) -> Run:
    return run(Service(of, asked), of, asked, Random(seed))


def known(each: list[float | None]) -> list[float]:
    return [value for value in each if value is not None]


@settings(max_examples=40)
@given(SERVICES, SEEDS)
def test_nobody_is_lost_and_nothing_is_exceeded(asked: Scenario, seed: int) -> None:
    found = one(asked, seed)
    came, began, ended = (list(accumulate(each)) for each in (found.came, found.began, found.ended))
    waiting = known(found.months[Measure.WAITING])
    assert [a - b for a, b in zip(came, began, strict=True)] == waiting
    assert all(a >= b >= c for a, b, c in zip(came, began, ended, strict=True))
    assert came[0] >= len(MIXED.taught) + len(MIXED.waiting)
    assert max(known(found.months[Measure.HOURS])) <= asked.hours_a_week + 1e-6
    caseload = known(found.months[Measure.CASELOAD])
    assert max(caseload) <= asked.places + 1e-6
    # Whoever is taught fills a place from the start to the end: no more places than people begun and not yet ended.
    for month, places in enumerate(caseload):
        before = began[month - 1] - ended[month - 1] if month else 0
        assert -1e-6 <= places <= before + found.began[month] + 1e-6
    made = [value * asked.hours_a_visit / STEPS / DAYS * 7 for value in known(found.months[Measure.VISITS])]
    assert made == pytest.approx(known(found.months[Measure.HOURS]), abs=1e-6)
    for gross, net in zip(*(found.months[each] for each in (Measure.GROSS, Measure.NET)), strict=True):
        assert net is not None
        assert gross is not None
        assert gross >= -1e-6
        assert net <= gross + 1e-6


@settings(max_examples=60)
@given(SERVICES, st.floats(0, 4), st.integers(0, 4), SEEDS)
def test_more_nurses_never_make_anybody_wait_longer(asked: Scenario, nurses: float, places: int, seed: int) -> None:
    more = replace(asked, nurses=asked.nurses + nurses, at_most=asked.at_most and asked.at_most + places)
    few, many = one(asked, seed), one(more, seed)
    assert few.came == many.came
    for fewer, better in zip(accumulate(few.began), accumulate(many.began), strict=True):
        assert fewer <= better
    for fewer, better in zip(accumulate(few.ended), accumulate(many.ended), strict=True):
        assert fewer <= better


@settings(max_examples=10)
@given(SERVICES, SEEDS)
def test_the_same_seed_gives_the_same(asked: Scenario, seed: int) -> None:
    first, again = (outlook(asked, list(runs(MIXED, asked, seed, 3))) for _ in range(2))
    assert first == again
    if asked.referrals > 5:
        other = outlook(asked, list(runs(MIXED, asked, seed + 1, 3)))
        assert other.months[Measure.WAITING] != first.months[Measure.WAITING] or other.whole != first.whole


@pytest.mark.parametrize("none", ["nurses", "hours"])
def test_without_nurses_everybody_waits(none: str) -> None:
    found = one(replace(ASKED, **{none: 0.0}))
    assert sum(found.began) == 0
    assert known(found.months[Measure.WAITING]) == list(accumulate(found.came))
    assert known(found.months[Measure.WEEKS]) == []
    for idle in (Measure.CASELOAD, Measure.VISITS, Measure.HOURS, Measure.DISCHARGES, Measure.GROSS, Measure.NET):
        assert set(found.months[idle]) == {0.0}


def test_without_referrals_only_those_who_are_there_are_taught() -> None:
    found = one(replace(ASKED, referrals=0.0))
    assert found.came == [5, 0, 0, 0, 0, 0]
    assert found.months[Measure.WAITING][0] == 0
    assert one(replace(ASKED, referrals=0.0), of=replace(MIXED, taught=(), waiting=())).came == [0] * 6


def test_with_nurses_to_spare_the_caseload_is_as_many_servers_as_people() -> None:
    """M/G/infinity: on average the rate at which people come times how long each is taught, and by Little's law too."""
    days = 1 + 3 * 5.0 + 4.0
    of, asked = seen(skill(gap=5.0, closing=4.0)), scenario(referrals=40.0, months=18)
    found = list(runs(of, asked, 1, 40))
    means = [fmean(known(each.months[Measure.CASELOAD])[3:]) for each in found]
    expected = 40.0 * days / (STEPS * DAYS)
    error = sqrt(sum((each - expected) ** 2 for each in means) / len(means) / len(means))
    assert abs(fmean(means) - expected) < 4 * error < expected / 10
    for each in found:
        assert known(each.months[Measure.WAITING]) == [0.0] * 18
        assert max(known(each.months[Measure.WEEKS])) <= DAYS / 7


def test_one_place_queues_as_theory_says() -> None:
    """M/D/1: the mean number waiting is rho^2 / 2(1 - rho) (Pollaczek and Khinchine)."""
    of = seen(skill(visits=(1,) * 20, closing=DAYS - 1))
    load = 0.6
    asked = scenario(referrals=load * STEPS, nurses=1.0, hours=60.0, at_most=1, months=36)
    found = list(runs(of, asked, 2, 120))
    means = [fmean(known(each.months[Measure.WAITING])[6:]) for each in found]
    expected = load**2 / (2 * (1 - load))
    error = sqrt(sum((each - expected) ** 2 for each in means) / len(means) / len(means))
    assert abs(fmean(means) - expected) < 4 * error < expected / 2
    assert fmean(known(found[0].months[Measure.CASELOAD])) <= 1


def test_littles_law_holds_of_those_who_wait() -> None:
    """So many wait on average as come in a week times the weeks they wait."""
    of = seen(skill(visits=(1,) * 20, closing=DAYS - 1))
    asked = scenario(referrals=0.7 * STEPS, nurses=1.0, hours=60.0, at_most=1, months=36)
    found = list(runs(of, asked, 3, 60))
    waiting = fmean(fmean(known(each.months[Measure.WAITING])) for each in found)
    began = [
        (weeks, many)
        for each in found
        for weeks, many in zip(each.months[Measure.WEEKS], each.began, strict=True)
        if weeks is not None
    ]
    weeks = sum(weeks * many for weeks, many in began) / sum(many for _, many in began)
    by_law = 0.7 * weeks / (DAYS / 7)
    # Counted when a step ends, somebody who waits is counted for the whole of the step they came in.
    assert by_law < waiting < by_law + 0.7


def test_more_than_nurses_can_teach_pile_up_by_what_is_too_much() -> None:
    """Four visits of an hour each: 100 hours a week, 108.7 a step, begin 27 in a step and no more."""
    asked = scenario(referrals=150.0, nurses=5.0, hours=20.0, months=12)
    found = outlook(asked, list(runs(seen(), asked, 1, 30)))
    taught = 27 * STEPS * 12
    last = found.months[Measure.WAITING][-1]
    assert last is not None
    assert last.middle == pytest.approx(150 * 12 - taught, rel=0.05)
    assert found.whole[Measure.HOURS] is not None
    assert found.whole[Measure.HOURS].middle == pytest.approx(100.0, rel=0.02)


def test_visits_of_one_person_that_take_more_than_all_hours_take_longer() -> None:
    asked = scenario(referrals=0.0, nurses=1.0, hours=1.0, months=3)
    of = seen(skill(gap=0.5), waiting=(Waiting("insulin", 0),))
    found = one(asked, of=of)
    assert known(found.months[Measure.HOURS])[0] == pytest.approx(4 * 7 / (STEPS * DAYS))
    assert found.ended == [1, 0, 0]


def test_what_is_released_is_what_the_reports_count() -> None:
    """Each discharge its visits a day for 90 days at most; net is less our visits and what goes on."""
    release = Release(2.0, 90.0, 0.5)
    of = seen(skill(release=release), taught=(Teaching("insulin", 1),) * 50)
    found = one(scenario(referrals=0.0, months=6), of=of)
    assert sum(found.ended) == 50
    assert sum(known(found.months[Measure.GROSS])) == pytest.approx(50 * 2.0 * 90)
    assert sum(known(found.months[Measure.NET])) == pytest.approx(50 * (2.0 - 0.5) * 90 - 50 * 4)
    assert sum(known(found.months[Measure.VISITS])) == pytest.approx(50 * 3)
    short = one(scenario(referrals=0.0, months=1), of=of)
    days = sum(STEPS * DAYS - (1 + 3 * 2.0) for _ in range(50))
    assert sum(known(short.months[Measure.GROSS])) == pytest.approx(2.0 * days)


def test_a_larger_area_has_more_of_everybody() -> None:
    asked = scenario(referrals=12.0, nurses=1.0, hours=20.0, months=12)
    small, large = (outlook(each, list(runs(seen(), each, 1, 40))) for each in (asked, replace(asked, scale=10.0)))
    for measure in (Measure.VISITS, Measure.DISCHARGES, Measure.GROSS):
        one_area, ten = small.whole[measure], large.whole[measure]
        assert one_area is not None
        assert ten is not None
        assert ten.middle == pytest.approx(10 * one_area.middle, rel=0.1)
        assert ten.high - ten.low < 10 * (one_area.high - one_area.low)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *(({key: most * 2 + 1}, "limits") for key, (_, most) in LIMITS.items()),
        *(({key: -1.0}, "limits") for key in LIMITS),
        ({"referrals": float("nan")}, "limits"),
        ({"mix": ()}, "mix"),
        ({"mix": (("insulin", 0.0),)}, "mix"),
        ({"mix": (("insulin", -1.0), ("wound", 2.0))}, "mix"),
        ({"mix": (("insulin", float("nan")),)}, "mix"),
        ({"referrals": 1_000.0, "scale": 3.0}, "too_many"),
    ],
)
def test_what_no_plan_can_be_made_of_is_refused(said: dict[str, object], code: str) -> None:
    with pytest.raises(NotPlannable) as refused:
        Service(MIXED, replace(ASKED, **said))
    assert refused.value.code == code


def test_a_service_in_which_nearly_nobody_has_ended_says_so() -> None:
    with pytest.raises(NotPlannable) as refused:
        Service(seen(skill(visits=(4,) * 9, ends=(True,) * 9)), scenario())
    assert refused.value.code == "too_little_seen"
    for nothing in ({"decided": 0, "accepted": 0}, {"settled": 0, "begun": 0}):
        with pytest.raises(NotPlannable):
            Service(seen(**nothing), scenario())
