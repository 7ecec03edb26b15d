"""The drill that whoever runs a hub should hold: a backup while laptops send, the disk lost, and everybody back."""

import shutil
from pathlib import Path
from threading import Thread

from smf_hub.service.backups import back_up, restore
from smf_hub.service.managing import check, events
from smf_hub.service.place import open_place
from tests.support.laptops import KEY, SyncLaptop, Town, same_records


def test_reg_B16_a_hub_whose_disk_is_lost_after_a_backup_made_while_it_served_has_everything_again(
    town: Town, tmp_path: Path
) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    town.fold()
    written: list[str] = []

    def working(laptop: SyncLaptop) -> None:
        for number in range(12):
            written.append(laptop.note(who, f"{laptop.name} {number}"))
            laptop.sync()

    threads = [Thread(target=working, args=(each,)) for each in (ann, bea)]
    for each in threads:
        each.start()
    beside = open_place(town.url, KEY, town.place.world)
    made = back_up(beside, KEY, tmp_path / "kept.hub")
    beside.close()
    for each in threads:
        each.join()
    assert len(written) == 24
    town.meet(2)
    after = ann.note(who, "after the backup")
    town.meet(2)
    had = sorted(town.at_hub())
    assert made.change_sets < len(had)

    town.place.close()
    shutil.rmtree(town.folder / "hub")
    (town.folder / "hub").mkdir()
    restore(tmp_path / "kept.hub", town.url, KEY, town.place.world)
    town.place = open_place(town.url, KEY, town.place.world)
    assert len(town.at_hub()) < len(had)

    town.meet(4)
    assert sorted(town.at_hub()) == had
    assert {*written, after} <= set(had)
    assert not town.held()
    assert all(each.settle().digest_equal for each in (ann, bea))
    assert same_records([ann, bea])
    assert not check(town.place).findings
    assert "restored" in {each.kind for each in events(town.place, 50)}
