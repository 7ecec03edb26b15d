"""Work in feeds that its laptop does not follow, and people who had left again before a laptop heard of them."""

from pathlib import Path

from smf_desktop.store.audit import gather_access
from smf_hub.service.managing import add_team
from tests.support.laptops import SyncLaptop, Town, untouched


def read(laptop: SyncLaptop, who: str) -> set[str]:
    """Somebody opens a record twice. Answers the change sets of the audit that say so."""
    before = {row[0] for row in laptop.local("SELECT cs_id FROM change_set")}
    for _ in range(2):
        laptop.clock.passes(61)
        with laptop.store.work(author=laptop.user, now=laptop.clock.now(), new_id=laptop.new_id) as work:
            work.note_access("opened", who)
            gather_access(work, everything=True)
    return {row[0] for row in laptop.local("SELECT cs_id FROM change_set")} - before


def test_F65_F66_what_a_copied_laptop_sent_where_it_does_not_follow_comes_back(town: Town, tmp_path: Path) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    copy = ann.cloned(tmp_path / "copy")
    backup = town.backup()
    said: set[str] = set()
    for each in (copy, ann):
        said |= read(each, who)
        each.settle()
        each.settle()
    assert said <= set(town.at_hub())
    town.restored(backup)
    assert not said & set(town.at_hub())
    for each in (copy, ann, copy, ann):
        town.passes(minutes=5)
        each.settle()
    assert said <= set(town.at_hub())
    assert len(town.at_hub()) == len(set(town.at_hub()))


def test_F65_F66_what_a_copied_laptop_was_told_twice_of_has_no_witness_and_comes_back(
    town: Town, tmp_path: Path
) -> None:
    """Witnesses thin out with time: what is left of them need not tell that it is lost."""
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    copy = ann.cloned(tmp_path / "copy")
    backup = town.backup()
    read(copy, who)
    copy.settle()
    said = read(ann, who)
    ann.meddle = lambda name, number: "twice" if name == "push" else None
    ann.settle()
    ann.meddle = untouched
    ann.note(who, "of a feed that is followed, so that the loss is seen")
    ann.settle()
    assert said <= set(town.at_hub())
    with ann.store.work(author="", now=ann.clock.now(), new_id=ann.new_id) as work:
        work.connection.exec_driver_sql("DELETE FROM witness WHERE feed LIKE 'audit:%'")
    town.restored(backup)
    copy.settle()
    assert not said & set(town.at_hub())
    ann.settle()
    assert said <= set(town.at_hub())
    assert len(town.at_hub()) == len(set(town.at_hub()))


def test_who_had_left_before_a_laptop_heard_of_them_is_not_shown(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    south = add_team(town.place, "South")
    who = ann.person()
    ann.settle()
    ann.change(who, "team", team=south)
    ann.settle()
    town.passes(minutes=1)
    bea.settle()
    assert who not in bea.people()
    ann.settle()
    assert who not in ann.people()
