"""F01 and F03: a save that was acknowledged is there, whatever ends the process or the power, and none is torn."""

import random
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from smf_core.records import writing
from smf_desktop.store.engine import connect
from smf_desktop.store.integrity import verify
from smf_desktop.store.reserve import FILE as RESERVE
from tests.support.processes import Child, needs_strace, traced
from tests.support.stores import Laptop, save_note

LONGEST_LIFE = 0.015
"""Seconds a child lives at most once it is saving: some four saves."""


def check(laptop: Laptop, acknowledged: int, *, deep: bool = False) -> int:
    """Open what was left: every acknowledged save is there, the chain holds. Answers the number of saves."""
    opening = laptop.open()
    try:
        assert opening.behind is None
        assert opening.set_aside == ()
        assert not opening.store.damaged
        seq = opening.store.chain().seq
        assert seq >= acknowledged
        with opening.store.read() as connection:
            assert list(writing.broken_links(connection)) == []
        assert opening.store.unsent() == seq
        if deep:
            findings = verify(laptop.directory, laptop.key)
            assert findings.findings == ()
            assert findings.change_sets == seq
    finally:
        opening.store.close()
    return seq


def kill_again_and_again(laptop: Laptop, rounds: int, seed: int = 1) -> int:
    dice = random.Random(seed)
    acknowledged = seq = 0

    def saves(say: Callable[[str], None], wait: Callable[[], None]) -> None:
        store = laptop.open().store
        while True:
            save_note(store, laptop.new_id, "a note of a usual length, typed at the kitchen table")
            say(str(store.chain().seq))

    for number in range(rounds):
        for _ in range(2_000):
            laptop.new_id()  # what the child takes is not taken here
        child = Child(saves)
        # Every fifth is killed while it opens what the one before left, the others while they save.
        first = [child.line()] if number % 5 else []
        time.sleep(dice.random() * LONGEST_LIFE)
        child.kill()
        said, code = child.end()
        assert code < 0, "the child ended by itself"
        acknowledged = int([str(seq), *first, *said][-1])
        before, seq = seq, check(laptop, acknowledged, deep=number % 20 == 19)
        assert before <= acknowledged <= seq <= acknowledged + 1
    return seq


def test_F01_kill_at_any_moment_of_two_hundred_runs_of_saves(laptop: Laptop) -> None:
    assert kill_again_and_again(laptop, 200) > 200


@pytest.mark.nightly
def test_F01_kill_at_any_moment_of_ten_thousand_runs_of_saves(laptop: Laptop, tmp_path: Path) -> None:
    for series in range(50):  # in fifty stores: the checks read all there is
        fresh = Laptop(shutil.copytree(laptop.directory, tmp_path / f"series-{series}"), laptop.key)
        kill_again_and_again(fresh, 200, series)


WRITES = "pwrite64,write,fsync,fdatasync,ftruncate,unlink"


@needs_strace
def test_F01_kill_at_each_write_point_of_a_save(laptop: Laptop, tmp_path: Path) -> None:
    """One call later each time: before every write and every flush, until the save is through."""

    def saves(say: Callable[[str], None], wait: Callable[[], None]) -> None:
        store = here.open().store
        save_note(store, here.new_id, "there before")
        say("ready")
        wait()
        save_note(store, here.new_id, "the one that is cut off")
        say("saved")

    torn = 0
    for point in range(1, 200):
        here = Laptop(shutil.copytree(laptop.directory, tmp_path / f"point-{point}"), laptop.key)
        child = Child(saves)
        assert child.line() == "ready"
        with traced(child, "-e", f"trace={WRITES}", "-e", f"inject={WRITES}:signal=KILL:when={point}"):
            child.go()
            said, code = child.end()
        seq = check(here, 1 + len(said))
        torn += seq == 1
        shutil.rmtree(here.directory)
        if said:
            break
    else:
        pytest.fail("the save never came through")
    assert code != 0 or point > 1
    assert torn > 10, "a save has more write points than that"


# --- power cuts: what the disk was told to keep is kept, of the rest any part --------------------

SECTOR = 512


@dataclass(frozen=True)
class Event:
    """One call of a save: what it did to which file."""

    call: str
    file: str
    data: bytes = b""
    at: int = 0


_CALL = re.compile(r"\d+\s+(\w+)\(\d+<(.*?)>(?:, \"(.*?)\", \d+(?:, (\d+))?|, (\d+))?\) += (\d+)")
_SEEK = re.compile(r"\d+\s+lseek\(\d+<(.*?)>, \d+, SEEK_SET\) += (\d+)")


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def events(trace: Path, folder: Path) -> Iterator[Event]:
    """The calls of a trace, in order. Positions of plain writes are followed from the calls before."""
    place: defaultdict[str, int] = defaultdict(int)
    for line in trace.read_text().splitlines():
        if seek := _SEEK.match(line):
            place[unhex(seek[1]).decode()] = int(seek[2])
            continue
        if not (found := _CALL.match(line)):
            assert "+++" in line or "unlink" in line or "SIG" in line, line
            continue
        call, hexed, text, offset, length, result = found.groups()
        name = unhex(hexed).decode()
        file = name.removeprefix(f"{folder}/")
        data = unhex(text or "")
        at = int(offset) if offset else int(length) if call == "ftruncate" else place[name]
        if call == "write":
            place[name] = at + int(result)
        yield Event("write" if call == "pwrite64" else call, file, data, at)


def after_the_cut(dice: random.Random, folder: Path, happened: list[Event], loses: float) -> None:
    """Do to a folder what the disk holds when the power goes: flushed writes, and of the others what chance kept."""
    last_flush = {event.file: number for number, event in enumerate(happened) if event.call in ("fsync", "fdatasync")}
    for number, event in enumerate(happened):
        path = folder / event.file
        flushed = number < last_flush.get(event.file, -1)
        if not path.is_file() or event.call not in ("write", "ftruncate"):
            continue
        if event.call == "ftruncate":
            if flushed or dice.random() >= loses:
                with path.open("r+b") as file:
                    file.truncate(event.at)
            continue
        with path.open("r+b") as file:
            for start in range(0, len(event.data), SECTOR):
                if flushed or dice.random() >= loses:
                    file.seek(event.at + start)
                    file.write(event.data[start : start + SECTOR])


def bring_log_home(laptop: Laptop) -> None:
    connection = connect(laptop.path, laptop.key)
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    connection.close()


@needs_strace
def test_F03_power_cut_loses_no_acknowledged_save_whatever_unflushed_writes_it_drops(
    laptop: Laptop, tmp_path: Path
) -> None:
    """The real calls of real saves, with the log brought home in between, cut at many places in many ways."""

    def saves(say: Callable[[str], None], wait: Callable[[], None]) -> None:
        store = laptop.open().store
        save_note(store, laptop.new_id, "there before")
        say("1")
        wait()
        for number in range(2, 14):
            save_note(store, laptop.new_id, f"note {number}")
            say(str(number))
            if number % 5 == 0:
                bring_log_home(laptop)

    child = Child(saves)
    assert child.line() == "1"
    before = shutil.copytree(laptop.directory, tmp_path / "before", ignore=shutil.ignore_patterns("*-shm", RESERVE))
    trace = tmp_path / "trace"
    calls = "trace=pwrite64,write,lseek,fsync,fdatasync,ftruncate,unlink"
    with traced(child, "-f", "-y", "-xx", "-s", "100000", "-e", calls, into=trace):
        child.go()
        said, code = child.end()
    assert (said[-1], code) == ("13", 0)
    happened = [event for event in events(trace, laptop.directory) if event.file]
    assert sum(event.call in ("fsync", "fdatasync") for event in happened) >= 12
    assert any(event.call == "write" and event.file == laptop.path.name for event in happened), "no log came home"

    dice = random.Random(3)
    for cut in range(0, len(happened), 4):
        acknowledged = 1
        for event in happened[:cut]:
            if event.call == "write" and event.file.startswith("pipe:"):
                acknowledged = int(event.data)
        for loses in (1.0, 0.5):
            folder = tmp_path / "after"
            shutil.copytree(before, folder)
            after_the_cut(dice, folder, happened[:cut], loses)
            found = Laptop(folder, laptop.key)
            opening = found.open()
            assert opening.behind is None
            seq = opening.store.chain().seq
            with opening.store.read() as connection:
                broken = list(writing.broken_links(connection))
            opening.store.close()
            assert (acknowledged <= seq <= acknowledged + 1, broken) == (True, []), (cut, loses, seq)
            shutil.rmtree(folder)
