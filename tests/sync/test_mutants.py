"""Each planted bug is found by the test that is named for it, and by nothing that would find the code as it is."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.mutants.mutant import Mutant
from tests.sync.mutants.nursery import Nursery, Order
from tests.sync.mutants.plant import mutated
from tests.sync.mutants.planted import MUTANTS

ENOUGH = 25
OFTEN = {each.name for each in {each.file: each for each in reversed(MUTANTS)}.values()}
"""One of each module that bugs are planted in, the first: every run plants these, a night plants all."""

FAILED = 1, "FAILED tests/"
"""What pytest ends with, and says, when a test failed. One that could not even be set up finds nothing."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(each, marks=[] if each.name in OFTEN else pytest.mark.nightly) for each in MUTANTS],
    ids=lambda mutant: mutant.name.replace(" ", "_"),
)
def test_a_planted_bug_is_found(mutant: Mutant, nursery: Nursery, tmp_path: Path) -> None:
    done = nursery.run(Order([mutant.test], str(tmp_path), mutant.name))
    code, says = FAILED
    told = f"{mutant.name} lives: {mutant.test}\n{done.said[-4000:]}"
    assert done.code == code, told
    assert says in done.said, told


@pytest.mark.nightly
def test_the_named_tests_find_nothing_where_nothing_is_planted(nursery: Nursery, tmp_path: Path) -> None:
    done = nursery.run(Order(sorted({each.test for each in MUTANTS}), str(tmp_path)))
    assert done.code == 0, done.said[-4000:]


def test_there_are_enough_and_each_still_fits_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert len({each.name for each in MUTANTS}) == len(MUTANTS)
    assert len(OFTEN) >= ENOUGH
    for each in MUTANTS:
        assert mutated(each)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(MUTANTS)} planted bugs, {len(OFTEN)} of them in every run\n")
