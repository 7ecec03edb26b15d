"""F01 and F03: a save that was acknowledged is there, whatever ends the process or the power, and none is torn."""

import contextlib
import random
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from smf_core.policy.roles import Role, User
from smf_core.records import checking
from smf_desktop.compose import House
from smf_desktop.store.engine import connect
from smf_desktop.store.integrity import verify
from smf_desktop.store.reserve import FILE as RESERVE
from smf_desktop.trouble import NoSuchUser, UsernameTaken, WrongPassword
from tests.support.houses import PASSWORD, computer, service_template
from tests.support.processes import Child, killed_at, needs_strace, traced, write_points
from tests.support.stores import NOW, NURSE, Laptop, ids, item, make_store, raw_key, save_note

__all__ = ["service_template"]

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
            assert list(checking.broken_links(connection)) == []
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
        laptop.new_id = ids(10_000 * (number + 1))  # no other child takes any of these
        child = Child(saves)
        # Every fifth is killed while it opens what the one before left, the others while they save.
        first = [child.line()] if number % 5 else []
        time.sleep(dice.random() * LONGEST_LIFE)
        child.kill()
        said, code = child.end()
        assert code < 0, "the child ended by itself"
        acknowledged = int([str(seq), *first, *said][-1])
        before, seq = seq, check(laptop, acknowledged, deep=number % 50 == 49)
        assert before <= acknowledged <= seq <= acknowledged + 1
    return seq


def test_F01_kill_at_any_moment_of_two_hundred_runs_of_saves(laptop: Laptop) -> None:
    assert kill_again_and_again(laptop, 200) > 200


@pytest.mark.nightly
@pytest.mark.parametrize("series", range(50))  # in fifty stores: the checks read all there is
def test_F01_kill_at_any_moment_of_ten_thousand_runs_of_saves(laptop: Laptop, series: int) -> None:
    kill_again_and_again(laptop, 200, series)


@needs_strace
def test_F01_kill_at_each_write_point_of_a_save(laptop: Laptop, tmp_path: Path) -> None:
    """Before every write and every flush of a save; the one before it is there each time."""

    def saving(here: Laptop) -> Callable[[], object]:
        store = here.open().store
        save_note(store, here.new_id, "there before")
        return lambda: save_note(store, here.new_id, "the one that is cut off")

    def fresh(name: str) -> Laptop:
        return Laptop(shutil.copytree(laptop.directory, tmp_path / name), laptop.key)

    points = write_points(saving(fresh("trial")), tmp_path / "trace")
    torn = whole = 0
    for number, point in enumerate(points):
        here = fresh(f"point-{number}")
        killed_at(saving(here), point)
        left = here.left_running(tmp_path / f"left-{number}")
        seq = check(left, 1)
        torn += seq == 1
        whole += seq == 2
        shutil.rmtree(left.directory)
        shutil.rmtree(here.directory)
    assert torn > 5, "a save has more write points than that"
    assert whole, "the last of them come after it is safe: the mark beside it"
    assert {point.call for point in points} & {"fsync", "fdatasync"}


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
    held = {path.name: bytearray(path.read_bytes()) for path in folder.iterdir() if path.is_file()}
    for number, event in enumerate(happened):
        flushed = number < last_flush.get(event.file, -1)
        if event.file not in held or event.call not in ("write", "ftruncate"):
            continue
        kept = held[event.file]
        if event.call == "ftruncate":
            if flushed or dice.random() >= loses:
                del kept[event.at :]
                kept.extend(bytes(event.at - len(kept)))
            continue
        for start in range(0, len(event.data), SECTOR):
            if flushed or dice.random() >= loses:
                at, sector = event.at + start, event.data[start : start + SECTOR]
                kept.extend(bytes(max(0, at - len(kept))))
                kept[at : at + len(sector)] = sector
    for name, kept in held.items():
        (folder / name).write_bytes(kept)


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
                broken = list(checking.broken_links(connection))
            opening.store.close()
            assert (acknowledged <= seq <= acknowledged + 1, broken) == (True, []), (cut, loses, seq)
            shutil.rmtree(folder)


# --- F02: what takes more than one step ----------------------------------------------------------


@needs_strace
def test_F02_a_document_killed_at_any_write_is_there_with_all_its_bytes_or_not_at_all(
    laptop: Laptop, tmp_path: Path
) -> None:
    picture = random.Random(5).randbytes(600_000)

    def saving(here: Laptop) -> Callable[[], object]:
        here.new_id = ids(1_000)
        store = here.open().store

        def save() -> None:
            with store.work(author=NURSE, now=NOW, new_id=here.new_id) as work:
                document = {"patient": NURSE, "digest": work.keep_blob(picture), "size": len(picture)}
                work.save([item("document", "d", "added", **document)], patient=NURSE)

        return save

    def fresh(name: str) -> Laptop:
        return Laptop(shutil.copytree(laptop.directory, tmp_path / name), laptop.key)

    saving(fresh("first"))()  # what a first time loads, no child need load again
    points = write_points(saving(fresh("trial")), tmp_path / "trace", wider=6)
    for number, point in enumerate(points):
        here = fresh(f"point-{number}")
        killed_at(saving(here), point)
        left = here.left_running(tmp_path / f"left-{number}")
        store = left.open().store
        with store.read() as connection:
            held = [row[0] for row in connection.exec_driver_sql("SELECT digest FROM blob")]
            pieces = connection.exec_driver_sql("SELECT count(*) FROM blob_chunk").scalar_one()
        assert (len(held), pieces) == ((1, 3) if store.chain().seq else (0, 0))
        assert [store.blob(digest) for digest in held] == [picture] * store.chain().seq
        store.close()
        shutil.rmtree(left.directory)
    assert len(points) > 15


KEY_FILE_WRITES: dict[str, Callable[[House], None]] = {
    "a new password": lambda house: house.change_password(house.unlock("tom", PASSWORD), PASSWORD, "another password"),
    "one more person": lambda house: house.add_user(
        house.unlock("priya", PASSWORD), User("u-sian", "sian", "Sian Hughes", Role.NURSE), "words of her own"
    ),
    "one person fewer": lambda house: house.remove_user(house.unlock("priya", PASSWORD), "tom"),
}


@needs_strace
@pytest.mark.parametrize("what", KEY_FILE_WRITES)
def test_F02_the_key_file_killed_at_any_write_opens_and_doing_it_again_ends_the_same(
    service_template: Path, tmp_path: Path, what: str
) -> None:
    """The old or the new file is in force; what was wanted is wanted again, and then it is so."""
    act = KEY_FILE_WRITES[what]

    def house_at(name: str) -> House:
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        return House(computer(first_id=1_000_000), shutil.copytree(service_template, tmp_path / name))

    act(house_at("first"))  # what a first time loads, no child need load again
    whole = house_at("whole")
    points = write_points(lambda: act(whole), tmp_path / "trace")
    for point in points:
        house = house_at("cut-off")
        killed_at(lambda house=house: act(house), point)
        house.unlock("priya", PASSWORD).zero()
        with contextlib.suppress(UsernameTaken, NoSuchUser, WrongPassword):  # it had come to pass
            act(house)
        assert [user.username for user in house.card().users] == [user.username for user in whole.card().users]
        for user in house.card().users:
            words = {"sian": "words of her own", "tom": "another password" if "password" in what else PASSWORD}
            house.unlock(user.username, words.get(user.username, PASSWORD)).zero()
    assert len(points) > 10


@needs_strace
def test_F02_a_new_store_killed_at_any_write_is_absent_or_whole(tmp_path: Path) -> None:
    place = tmp_path / "in" / "store"
    place.parent.mkdir()
    make_store(tmp_path / "first", raw_key())  # what a first time loads and migrates, no child need
    points = write_points(lambda: make_store(place, raw_key()), tmp_path / "trace", wider=1)
    shutil.rmtree(place)
    absent = 0
    for point in points:
        killed_at(lambda: make_store(place, raw_key()), point)
        absent += not place.exists()
        if place.exists():
            check(Laptop(place, raw_key()), 0)
            shutil.rmtree(place)
    assert absent > 5
    make_store(place, raw_key())
    assert [path.name for path in place.parent.iterdir()] == ["store"], "what was cut off is cleared away"
    check(Laptop(place, raw_key()), 0)
