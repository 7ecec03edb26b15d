"""A new key for the store after somebody was removed: the old or the new one opens it, whatever comes between."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from smf_core.policy.roles import Role, User
from smf_desktop.compose import DATABASE, House
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.unlock import found_words
from smf_desktop.security import rekeying, slots
from smf_desktop.security.files import CURRENT, PREVIOUS
from smf_desktop.security.opened import Opened
from smf_desktop.services.laptop.backups import ByPassword
from smf_desktop.services.laptop.setup import new_user, remove_user
from smf_desktop.store import rekeying as copying
from smf_desktop.store.engine import connect
from smf_desktop.store.instance import BESIDE, Instance
from smf_desktop.store.rekeying import MAKING
from smf_desktop.trouble import KeyForAnotherStore, NoSuchUser, NotOurStore, RekeyWaits, StoreInUse
from tests.support.disks import Disk, PowerCut
from tests.support.houses import PASSWORD, computer, new_service, service_template
from tests.support.processes import killed_at, needs_strace, write_points

__all__ = ["service_template"]


def on(done: int, total: int) -> bool:
    return True


@pytest.fixture(scope="module")
def left(service_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The service after tom was taken off: priya and sian stay, and a re-key is due."""
    directory = shutil.copytree(service_template, tmp_path_factory.mktemp("left") / "store")
    with House(computer(first_id=500_000), directory) as here:
        key = here.unlock("priya", PASSWORD)
        sitting = here.enter(key)
        sian, _ = new_user(sitting.session, username="sian", name="Sian Hughes", role=Role.NURSE)
        here.add_user(key, sian, PASSWORD)
        remove_user(sitting.session, "tom")
        here.remove_user(key, "tom")
        sitting.close()
    return directory


def house_at(directory: Path) -> House:
    return House(computer(first_id=1_000_000, seed=99), directory)


@pytest.fixture
def due(left: Path, tmp_path: Path) -> Iterator[House]:
    """A laptop on which a re-key is due; held, and locked."""
    made = house_at(shutil.copytree(left, tmp_path / "due"))
    made.hold()
    yield made
    made.release()


def salt(directory: Path) -> bytes:
    return (directory / DATABASE).read_bytes()[:16]


def opens_with(directory: Path, key: Opened) -> bool:
    try:
        connect(directory / DATABASE, key.raw_key(), writable=False).close()
    except NotOurStore:
        return False
    return True


def test_F21_a_removed_persons_key_opens_nothing_after_the_re_key_and_everybody_else_comes_in(due: House) -> None:
    old = due.unlock("priya", PASSWORD)
    kept = old.again()  # as somebody who was removed might have kept it
    saves = _saves(due)
    assert opens_with(due.directory, kept)
    new = due.rekey(old, on)
    assert not any(old.key)
    assert not opens_with(due.directory, kept)
    assert opens_with(due.directory, new)
    assert new.key[:32] != kept.key[:32]
    assert salt(due.directory) == new.key[32:] != kept.key[32:]
    assert not rekeying.is_due(due.directory, new)
    new.zero()
    for person in ("priya", "sian"):
        due.enter(due.unlock(person, PASSWORD)).close()
    with pytest.raises(NoSuchUser):
        due.unlock("tom", PASSWORD)
    assert due.verify(due.unlock("priya", PASSWORD)).ok
    assert _saves(due) > saves, "what was unsent is still there to be sent, and the audit has gone on"
    assert not (due.directory / MAKING).exists()


def _saves(here: House) -> int:
    """How many saves wait to be sent."""
    sitting = here.enter(here.unlock("sian", PASSWORD))
    count = sitting.session.store.unsent()
    sitting.close()
    return count


def test_F21_who_was_removed_cannot_put_an_old_key_file_back(due: House, left: Path, service_template: Path) -> None:
    due.rekey(due.unlock("priya", PASSWORD), on).zero()
    for name in (CURRENT, PREVIOUS):
        shutil.copy(service_template / name, due.directory / name)
    with pytest.raises(KeyForAnotherStore):
        due.unlock("tom", PASSWORD)
    with pytest.raises(KeyForAnotherStore):
        due.unlock("priya", PASSWORD)


def test_F21_after_the_re_key_passwords_people_and_the_recovery_key_work_as_before(tmp_path: Path) -> None:
    here = House(computer(), tmp_path / "store")
    key, recovery_key = here.make(new_service())
    for name in ("tom", "sian"):
        here.add_user(key, User(f"u-{name}", name, name.title(), Role.NURSE), PASSWORD)
    here.remove_user(key, "tom")
    key = here.rekey(key, on)
    here.change_password(key, PASSWORD, "another password")
    here.add_user(key, User("u-ben", "ben", "Ben Carrow", Role.NURSE), "words of his own")
    assert {bytes(here.unlock(*each).key) for each in (("priya", "another password"), ("ben", "words of his own"))} == {
        bytes(key.key)
    }
    assert bytes(here.recover(recovery_key, "sian", "a third one").key) == bytes(key.key)
    here.enter(here.unlock("priya", "another password")).close()
    here.release()


def test_an_old_backup_opens_with_the_password_of_its_day(service_template: Path, tmp_path: Path) -> None:
    here = house_at(shutil.copytree(service_template, tmp_path / "store"))
    here.hold()
    file = here.back_up(here.unlock("priya", PASSWORD), tmp_path / "before", on).file
    key = here.unlock("priya", PASSWORD)
    here.remove_user(key, "tom")
    here.rekey(key, on).zero()
    new = here.back_up(here.unlock("priya", PASSWORD), tmp_path / "after", on).file
    here.release()
    for backup, who in ((file, "tom"), (new, "priya")):
        again = House(computer(first_id=7_000_000), tmp_path / f"again-{who}")
        restored = again.restore(backup, ByPassword(who, PASSWORD), on)
        again.enter(restored.key).close()
        again.release()
    with pytest.raises(NoSuchUser):
        House(computer(), tmp_path / "third").restore(new, ByPassword("tom", PASSWORD), on)


def test_the_mark_beside_the_store_goes_on_under_the_new_key(due: House) -> None:
    due.rekey(due.unlock("priya", PASSWORD), on).zero()
    earlier = (due.directory / DATABASE).read_bytes()
    sitting = due.enter(due.unlock("priya", PASSWORD))
    with sitting.session.work() as work:
        work.save([work.change("team", sitting.session.team, "named", {"name": "South"})], patient=None)
    sitting.close()
    (due.directory / DATABASE).write_bytes(earlier)
    sitting = due.enter(due.unlock("priya", PASSWORD))
    assert (sitting.found.behind, sitting.found.missing) == (True, 1)
    sitting.close()


# --- when it waits -------------------------------------------------------------------------------


def waits(due: House) -> str:
    """Why it is not done now; the store opens under its old key, and says that a re-key is due."""
    before = salt(due.directory)
    with pytest.raises(RekeyWaits) as waited:
        due.rekey(due.unlock("priya", PASSWORD), on)
    assert str(words_for(waited.value)).startswith("The records keep their key for now: ")
    assert salt(due.directory) == before
    assert not (due.directory / MAKING).exists()
    assert len(slots.read(due.directory)) == 1
    assert slots.read(due.directory)[0].slots.before is None
    return waited.value.why


def test_on_the_battery_it_waits_for_the_charger(due: House) -> None:
    due.computer = replace(due.computer, battery=lambda: 80)
    assert waits(due) == "battery"


def test_without_room_for_a_copy_it_waits(due: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "SPARE", 1 << 60)
    assert waits(due) == "room"


def test_while_a_backup_is_made_beside_it_waits(due: House) -> None:
    with Instance(due.directory, pid=4712, since=due.clock.now(), file=BESIDE):
        assert waits(due) == "busy"


def test_no_backup_begins_beside_while_a_store_gets_its_new_key(due: House, tmp_path: Path) -> None:
    beside = House(replace(due.computer, pid=4712), due.directory)  # this house has not taken hold of the store
    key = beside.unlock("priya", PASSWORD)
    with Instance(due.directory, pid=4711, since=due.clock.now(), file=BESIDE), pytest.raises(StoreInUse):
        beside.back_up(key, tmp_path / "backup", on)
    assert not (tmp_path / "backup").exists()
    assert not any(key.key)


def test_what_an_upgrade_kept_under_the_old_key_goes(due: House) -> None:
    kept = due.directory / "records.schema-1"
    shutil.copy(due.directory / DATABASE, kept)
    due.rekey(due.unlock("priya", PASSWORD), on).zero()
    assert not kept.exists()


def test_while_another_program_has_the_database_open_it_waits(due: House) -> None:
    key = due.unlock("priya", PASSWORD)
    other = connect(due.directory / DATABASE, key.raw_key())
    assert waits(due) == "busy"
    other.close()
    due.rekey(key, on).zero()


@pytest.mark.logs
def test_reg_B36_a_store_that_is_not_sound_is_not_re_keyed(due: House) -> None:
    with (due.directory / DATABASE).open("r+b") as file:
        file.seek(3 * 4096 + 100)
        file.write(b"damage")
    before = (due.directory / DATABASE).read_bytes()
    assert waits(due) == "fault"
    assert (due.directory / DATABASE).read_bytes() == before


@pytest.mark.logs
def test_reg_B36_a_copy_that_differs_is_not_put_in_place(due: House, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = copying.copy_pages

    def one_draft_short(source: object, copy: Path, key: bytearray, progress: Callable[[int, int], bool]) -> None:
        whole(source, copy, key, progress)
        connection = connect(copy, key)
        connection.execute("DELETE FROM pending_access")
        connection.execute("INSERT INTO pending_access VALUES (1, 'a', 'b', 'read', NULL, '')")
        connection.close()

    monkeypatch.setattr(copying, "copy_pages", one_draft_short)
    assert waits(due) == "fault"


def test_what_was_due_is_done_at_the_next_unlock_that_allows_it_and_is_said_until_then(due: House) -> None:
    usual = due.computer
    due.computer = replace(usual, battery=lambda: 80)
    before = salt(due.directory)
    sitting = due.enter(due.renewed(due.unlock("sian", PASSWORD), on))
    assert sitting.found.rekey_due
    told = found_words(behind=False, missing=None, set_aside=0, damaged=False, rekey_due=True)
    assert "still have the key of that time" in told[0].true
    sitting.close()
    assert salt(due.directory) == before
    due.computer = usual
    pages: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> bool:
        pages.append((done, total))
        return True

    sitting = due.enter(due.renewed(due.unlock("sian", PASSWORD), tell))
    assert not sitting.found.rekey_due
    assert pages[-1][0] == pages[-1][1] > 0
    with sitting.session.read() as connection:
        noted = connection.exec_driver_sql("SELECT author FROM access WHERE action = 'rekey'").scalars().all()
    assert noted == [sitting.session.user.id]
    sitting.close()
    assert salt(due.directory) != before


def test_a_window_that_closes_meanwhile_leaves_the_old_key(due: House) -> None:
    key = due.unlock("priya", PASSWORD)
    assert due.renewed(key, lambda done, total: False) is key
    assert any(key.key)
    due.enter(key).close()


# --- power cuts ----------------------------------------------------------------------------------


def opens_whole(here: House, *, deep: bool = False) -> str:
    """Everybody who stayed opens the store with their password, and one key alone is in force. Answers which."""
    key = here.unlock("priya", PASSWORD)
    held = slots.read(here.directory)
    assert len(held) == 1
    assert held[0].slots.before is None
    assert held[0].slots.cipher_salt == bytes(key.key[32:]) == salt(here.directory)
    assert bytes(here.unlock("sian", PASSWORD).key) == bytes(key.key)
    if deep:
        assert here.verify(key.again()).findings == ()
    is_due = rekeying.is_due(here.directory, key)
    sitting = here.enter(key)
    assert sitting.found.rekey_due == is_due
    assert not sitting.found.behind
    assert not sitting.found.set_aside
    sitting.close()
    assert not (here.directory / MAKING).exists()
    return "old" if is_due else "new"


@needs_strace
def test_F20_a_re_key_killed_at_any_write_leaves_the_old_or_the_new_key_never_neither(
    left: Path, tmp_path: Path
) -> None:
    def at(name: str) -> House:
        here = house_at(shutil.copytree(left, tmp_path / name))
        here.hold()
        return here

    def act(here: House) -> Callable[[], object]:
        key = here.unlock("priya", PASSWORD)
        return lambda: here.rekey(key, on)

    here = at("trial")
    points = write_points(act(here), tmp_path / "trace")
    announced = points.index(next(point for point in points if point.call == "rename"))
    settling = [point for point in points[announced:] if point.call in ("rename", "fsync", "rmdir")]
    points = [*points[:announced:40], *settling]  # of the copying few will do; the test below cuts at every other step
    assert opens_whole(here, deep=True) == "new"
    here.release()
    found = []
    for point in points:
        here = at("cut-off")
        killed_at(act(here), point)
        found.append(opens_whole(here, deep=len(found) % 8 == 7))
        if found[-1] == "old" and len(found) % 4 == 0:
            here.rekey(here.unlock("priya", PASSWORD), on).zero()
            assert opens_whole(here) == "new"
        here.release()
        shutil.rmtree(here.directory)
    assert found.count("old") > 5
    assert found.count("new") > 5


def test_F20_a_power_cut_at_any_step_of_a_re_key_leaves_the_old_or_the_new_key(left: Path, tmp_path: Path) -> None:
    """Also where the disk forgets a rename that was not flushed."""
    found = []
    for forgetful in (False, True):
        for cut_at in range(1, 200, 1 if forgetful else 4):
            here = house_at(shutil.copytree(left, tmp_path / "cut"))
            here.hold()
            key = here.unlock("priya", PASSWORD)
            disk, is_over = Disk(cut_at, forgetful=forgetful), False
            with pytest.MonkeyPatch.context() as patch:
                disk.install(patch)
                with suppress(PowerCut):
                    here.rekey(key, on)
                    is_over = True
            if is_over:
                disk.lose()
            found.append(opens_whole(here))
            here.release()
            shutil.rmtree(here.directory)
            if is_over:
                break
        assert found[-1] == "new"
    assert found.count("old") > 10
    assert found.count("new") > 10


@pytest.mark.logs
def test_F20_a_full_disk_at_any_write_of_the_key_file_leaves_a_key_that_opens(
    left: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    for number in range(1, 40):
        here = house_at(shutil.copytree(left, tmp_path / "full"))
        here.hold()
        key = here.unlock("priya", PASSWORD)
        written = 0

        def full(handle: int, data: bytes, number: int = number) -> int:
            nonlocal written
            written += 1
            if written >= number:
                raise OSError(28, "No space left on device")
            return real(handle, data)

        with monkeypatch.context() as patch, suppress(RekeyWaits):
            patch.setattr(os, "write", full)
            here.rekey(key, on).zero()
        opens_whole(here)
        here.release()
        shutil.rmtree(here.directory)
        if written < number:
            break
    assert number > 4
