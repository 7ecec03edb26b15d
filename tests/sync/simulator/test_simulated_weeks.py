"""Weeks of a simulated service with everything going wrong that may: nothing is lost, doubled, or told untruly.

Each world is a hub with two teams, five laptops (more when one is cloned) and four weeks. One that fails tells its
story; `pytest tests/sync/simulator/test_simulated_weeks.py --seed N` replays it.
"""

import sys
from pathlib import Path

import pytest

from tests.sync.simulator.oracle import Survivors, destroyed, findings, told_true
from tests.sync.simulator.weeks import ROUNDS, world_of
from tests.sync.simulator.world import Rates

WEEKS, LAPTOPS = 4, 5
LOST_IN = 1
"""The week before which a laptop is lost; more of them by chance."""

RARE = ("asked for somebody", "let have somebody", "wiped", "struck", "not gone ahead")
"""What happens in each world of the suite. Decisions about two records of one visit: `test_rare_things.py`."""

SEEDS = range(1, 9)
"""Of 20 device-weeks each at the least, 26 on average: the 200 of every run."""

NIGHTLY_SEEDS = range(1_001, 1_151)
"""The 3,000 of a night."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--seed", None)
        every_night = [pytest.param(seed, marks=pytest.mark.nightly) for seed in NIGHTLY_SEEDS]
        metafunc.parametrize("seed", [*SEEDS, *every_night] if asked is None else [asked])


def lived(seed: int, empty_store: Path, rates: Rates | None = None) -> tuple[str, list[str]]:
    """The story of a world, and what was wrong at its end."""
    with world_of(seed, empty_store, rates) as service:
        story = service.world.story
        try:
            service.begins(LAPTOPS)
            for each in service.laptops:
                each.after_sync = told_true
            for week in range(WEEKS):
                if week == LOST_IN:
                    service.wipe(service.dice.choice(service.laptops))
                service.week()
            survivors = Survivors.of(service)
            service.rests(ROUNDS)
            found = findings(service, survivors)
        except Exception as error:
            error.add_note(story.told())
            raise
        gone = destroyed(service, survivors)
        seen = service.world.counts
        found += [
            f"in this world nothing was ever {each}: {seen}" for each in RARE if seed in SEEDS and not seen.get(each)
        ]
        counted = {**service.world.counts, **service.world.faults_met, "every copy destroyed": len(gone)}
        story.lines.append(f"{service.laptop_weeks:.0f} device-weeks: {counted}")
        return story.told(), [story.named(one) for one in found]


def test_weeks_of_misfortune_lose_and_double_nothing(
    seed: int, empty_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story, found = lived(seed, empty_store)
    with capsys.disabled():
        if found:
            sys.stdout.write(f"\n{story}\n")
    assert not found, f"seed {seed}: {len(found)} findings"


def test_the_same_seed_makes_the_same_world(empty_store: Path) -> None:
    with world_of(7, empty_store) as one, world_of(7, empty_store) as other:
        for service in (one, other):
            service.begins(3)
            service.week()
        assert one.world.story.told() == other.world.story.told()
