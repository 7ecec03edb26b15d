"""A store that has lost saved entries is told from one that has not."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_desktop.store.high_water import FILE, HighWater, Mark, Verdict

KEY = bytearray(range(32))


def head(seq: int, branch: int = 0) -> bytes:
    return bytes([branch]) * 24 + seq.to_bytes(8, "big")


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A folder whose store had got to number 9."""
    water = HighWater(tmp_path, KEY)
    for seq in range(1, 10):
        water.note(seq, head(seq))
    water.close()
    return tmp_path


@pytest.mark.parametrize(
    ("seq", "branch", "verdict"),
    [
        (9, 0, Verdict.LEVEL),
        (10, 0, Verdict.AHEAD),
        (8, 0, Verdict.BEHIND),
        (0, 0, Verdict.BEHIND),
        (9, 1, Verdict.FORKED),
    ],
)
def test_F08_a_store_that_lacks_what_the_mark_saw_is_told_apart(
    marked: Path, seq: int, branch: int, verdict: Verdict
) -> None:
    assert HighWater(marked, KEY).behind(seq, head(seq, branch)) is verdict


def test_a_mark_that_is_missing_or_damaged_is_no_alarm(marked: Path) -> None:
    (marked / FILE).write_bytes(b"\0" * 168)
    assert HighWater(marked, KEY).behind(1, head(1)) is Verdict.UNMARKED
    (marked / FILE).unlink()
    assert HighWater(marked, KEY).behind(1, head(1)) is Verdict.UNMARKED
    assert not (marked / FILE).exists()


@given(at=st.integers(0, 167), to=st.integers(0, 255))
def test_a_damaged_mark_at_worst_lags_by_one(tmp_path_factory: pytest.TempPathFactory, at: int, to: int) -> None:
    folder = tmp_path_factory.mktemp("mark")
    water = HighWater(folder, KEY)
    for seq in range(1, 10):
        water.note(seq, head(seq))
    data = bytearray((folder / FILE).read_bytes())
    data[at] = to
    (folder / FILE).write_bytes(data)
    assert water.mark() in (Mark(9, head(9)), Mark(8, head(8)))


@given(kept=st.integers(0, 168))
def test_a_mark_torn_by_a_power_cut_still_tells_one_of_the_last_two(
    tmp_path_factory: pytest.TempPathFactory, kept: int
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    water = HighWater(folder, KEY)
    for seq in range(1, 10):
        water.note(seq, head(seq))
    old = (folder / FILE).read_bytes()
    water.note(10, head(10))
    new = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(new[:kept] + old[kept:])
    assert water.mark() in (Mark(10, head(10)), Mark(9, head(9)))


def test_a_mark_of_another_store_says_nothing(marked: Path) -> None:
    assert HighWater(marked, bytearray(32)).behind(1, head(1)) is Verdict.UNMARKED


def test_a_mark_made_by_hand_is_not_believed(marked: Path) -> None:
    data = (marked / FILE).read_bytes()
    (marked / FILE).write_bytes(data.replace((9).to_bytes(8, "big"), (99).to_bytes(8, "big")))
    assert HighWater(marked, KEY).behind(8, head(8)) is Verdict.LEVEL


def test_writing_goes_on_where_it_was_after_a_restart(marked: Path) -> None:
    water = HighWater(marked, KEY)
    water.note(10, head(10))
    assert water.mark() == Mark(10, head(10))
    water.close()
    assert HighWater(marked, KEY).behind(10, head(10)) is Verdict.LEVEL


def test_a_new_replica_starts_its_numbers_again_without_an_alarm(marked: Path) -> None:
    water = HighWater(marked, KEY)
    water.note(0, bytes(32))
    water.note(1, head(1, 7))
    assert water.behind(1, head(1, 7)) is Verdict.LEVEL


def test_an_earlier_copy_of_the_whole_folder_but_the_mark_is_found(marked: Path, tmp_path: Path) -> None:
    """What a restored store file alone looks like; a mark restored with it can only be found out by a hub."""
    water = HighWater(marked, KEY)
    earlier = marked / "earlier"
    earlier.mkdir()
    shutil.copy(marked / FILE, earlier / FILE)
    water.note(10, head(10))
    assert water.behind(9, head(9)) is Verdict.BEHIND
    assert HighWater(earlier, KEY).behind(9, head(9)) is Verdict.LEVEL


def test_a_mark_that_cannot_be_written_costs_no_save(tmp_path: Path) -> None:
    water = HighWater(tmp_path / "gone", KEY)
    water.note(1, head(1))
    assert water.mark() is None


def test_closing_wipes_the_key_and_only_its_own_copy(tmp_path: Path) -> None:
    key = bytearray(KEY)
    water = HighWater(tmp_path, key)
    water.note(1, head(1))
    water.close()
    assert key == KEY
    assert water.mark() is None
