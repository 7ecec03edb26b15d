"""What a hub that was restored, or a laptop that was shut out, says of itself stays true."""

import shutil
from pathlib import Path

from smf_core.operations.hub import Trouble
from smf_desktop.store import following
from smf_hub.service.managing import revoke
from smf_hub.service.place import open_place
from smf_hub.service.projecting import catch_up
from tests.support.laptops import KEY, BackedUp, BeforeTheMove, Town


def test_reg_B25_a_laptop_that_was_shut_out_is_not_told_that_both_hold_the_same(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    revoke(town.place, ann.device)
    for unsent in (False, True):
        if unsent:
            ann.note(who, "written after")
        done = ann.sync()
        assert done.trouble is Trouble.REVOKED
        assert not done.digest_equal
        assert not done.all_sent
        assert done.pending == 0


def test_F27_F66_a_laptop_that_was_shut_out_hands_in_again_what_a_restored_hub_has_forgotten(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    copy = town.backup()
    before = ann.note(who, "before she was shut out")
    ann.settle()
    revoke(town.place, ann.device)
    late = ann.note(who, "sent for review")
    ann.sync()
    town.restored(copy)
    revoke(town.place, ann.device)
    last = ann.note(who, "after the restore")
    done = ann.sync()
    assert (done.trouble, done.pending) == (Trouble.REVOKED, 0)
    assert set(town.held()) == {late, last}
    assert before in town.at_hub(), "by the hub's own word"


def test_F27_F65_F66_what_it_wrote_under_numbers_that_its_copy_had_used_is_handed_in_again(
    town: Town, tmp_path: Path
) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    ann.settle()
    stolen = ann.cloned(tmp_path / "stolen")
    revoke(town.place, ann.device)
    for number in range(3):
        stolen.note(who, f"by whoever has the copy {number}")
    stolen.sync()
    backup = town.backup()
    late = [ann.note(who, f"sent for review {number}") for number in range(2)]
    assert ann.sync().quarantined == len(late)
    town.restored(backup)
    assert not set(late) & set(town.held())
    assert ann.sync().quarantined == len(late)
    assert set(late) <= set(town.held())
    assert ann.sync().quarantined == 0, "once"


def test_F66_a_laptop_that_was_shut_out_gives_back_what_colleagues_wrote_and_nobody_else_has(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    copy = town.backup()
    lost = bea.note(who, "before her laptop was lost")
    town.meet(2)
    assert ann.holds(lost)
    town.restored(copy)
    revoke(town.place, ann.device)
    done = ann.sync()
    assert (done.trouble, done.pending) == (Trouble.REVOKED, 0)
    assert lost in town.at_hub()
    assert town.held() == {}, "the hub had signed it"


def test_F66_records_that_were_ahead_of_a_restored_hub_follow_it_again(town: Town, backed_up: BackedUp) -> None:
    """Only the hub's own file came back from the backup: the records beside it had folded what it has lost."""
    ann, bea, who, copy = backed_up
    lost = [ann.note(who, f"before {number}") for number in range(3)]
    ann.settle()
    catch_up(town.place)
    town.place.close()
    shutil.copy(copy / "hub.db", town.folder / "hub" / "hub.db")
    for beside in ("hub.db-wal", "hub.db-shm"):
        (town.folder / "hub" / beside).unlink(missing_ok=True)
    town.place = open_place(town.url, KEY, town.place.world)
    bea.note(who, "after")
    newcomer = bea.person("NEWCOMER")
    bea.settle()
    town.meet(3)
    catch_up(town.place)
    assert set(lost) <= set(town.at_hub())
    with town.place.records.read() as records:
        people = {row[0] for row in records.exec_driver_sql("SELECT id FROM patient")}
        folded = {row[0] for row in records.exec_driver_sql("SELECT cs_id FROM change_set")}
    assert newcomer in people
    assert set(town.at_hub()) <= folded


def test_F66_work_done_after_a_transfer_that_a_restored_hub_forgot_is_taken_in_the_end(
    town: Town, before_the_move: BeforeTheMove
) -> None:
    team, dot, ann, who, copy = before_the_move
    ann.change(who, "team", team=team)
    town.passes(minutes=1)
    town.meet(3)
    late = dot.note(who, "the first visit in the new team")
    town.meet(2)
    assert dot.holds(late)
    town.restored(copy)
    dot.sync()
    town.meet(5)
    assert late in town.at_hub()
    assert dot.holds(late)
    assert dot.settle().all_sent


def test_F66_documents_and_drafts_that_a_restored_hub_lost_are_asked_about_again(town: Town) -> None:
    (ann,) = town.joined("ann")
    who = ann.person()
    town.meet(2)
    copy = town.backup()
    ann.note(who, "with a letter")
    with ann.store.work(author=ann.user, now=ann.clock.now(), new_id=ann.new_id) as work:
        work.connection.exec_driver_sql("INSERT INTO blob (digest, size) VALUES ('ab', 1)")
        following.sent(work.connection, "ab")
        following.note_sent(work.connection, "slot", "2026-11-17")
    ann.settle()
    with ann.store.read() as connection:
        assert following.to_send(connection) == []
    town.restored(copy)
    ann.settle()
    with ann.store.read() as connection:
        assert following.to_send(connection) == [("ab", 1)]
        assert following.sent_drafts(connection) == {"slot": ""}
