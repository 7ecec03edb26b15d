"""Each planted bug is found by the test that is named for it, and by nothing that would find the code as it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sync.mutants.plant import PLANTED, ROOT, mutated
from tests.sync.mutants.planted import MUTANTS, Mutant

ENOUGH = 25
FAILED = 1, "FAILED tests/"
"""What pytest ends with, and says, when a test failed. One that could not even be set up finds nothing."""


def run_(tests: list[str], folder: Path, planted: str | None = None) -> subprocess.CompletedProcess[str]:
    """Some tests in a process of their own, without windows."""
    without = ("pytest-qt", "xvfb", "xdist", "cacheprovider", "randomly", "schemathesis")
    words = [word for name in without for word in ("-p", f"no:{name}")]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", PLANTED))}
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", *words, "-p", "tests.sync.mutants.plant"),
            *("-c", str(ROOT / "tests/sync/mutants/pytest.ini"), "--rootdir", str(ROOT), "--confcutdir", str(ROOT)),
            *("--basetemp", str(folder / "run"), *(str(ROOT / test) for test in tests)),
        ],
        cwd=ROOT,
        env={**plain, **({PLANTED: planted} if planted else {})},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "_"))
def test_a_planted_bug_is_found(mutant: Mutant, tmp_path: Path) -> None:
    done = run_([mutant.test], tmp_path, mutant.name)
    code, says = FAILED
    told = f"{mutant.name} lives: {mutant.test}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert done.returncode == code, told
    assert says in done.stdout, told


@pytest.mark.nightly
def test_the_named_tests_find_nothing_where_nothing_is_planted(tmp_path: Path) -> None:
    done = run_(sorted({each.test for each in MUTANTS}), tmp_path)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_there_are_enough_and_each_still_fits_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert len({each.name for each in MUTANTS}) == len(MUTANTS) >= ENOUGH
    for each in MUTANTS:
        assert mutated(each)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(MUTANTS)} planted bugs, each found by the test named for it\n")
