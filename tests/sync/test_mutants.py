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
FAILED = 1, "FAILED tests/"
"""What pytest ends with, and says, when a test failed. One that could not even be set up finds nothing."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "_"))
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
    assert len({each.name for each in MUTANTS}) == len(MUTANTS) >= ENOUGH
    for each in MUTANTS:
        assert mutated(each)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(MUTANTS)} planted bugs, each found by the test named for it\n")
