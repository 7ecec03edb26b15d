"""A laptop and a hub of different age: the older one's work is taken, and nothing leaves a laptop that nobody took."""

import pytest

from smf_core.operations.hub import Trouble
from smf_hub.service import greeting
from tests.support.laptops import Town, same_records


def test_F34_an_old_laptop_hands_in_its_work_to_a_hub_years_ahead(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    ann.settle()
    bea.settle()
    others = bea.note(who, "by a colleague")
    bea.settle()
    mine = ann.note(who, "by an old version")
    monkeypatch.setattr(greeting, "PROTOS", (9, 8, 7))
    done = ann.sync()
    assert (done.trouble, done.all_sent, done.sent, done.received) == (Trouble.TOO_OLD, False, 1, 0)
    assert ann.outbox() == set()
    assert mine in town.at_hub()
    assert ann.sync().trouble is Trouble.TOO_OLD
    assert not ann.holds(others)
    assert ann.people() == {who}
    monkeypatch.undo()
    ann.settle()
    bea.settle()
    assert same_records((ann, bea))


def test_F35_a_new_laptop_keeps_its_work_until_the_hub_has_been_brought_up(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bea = town.joined("ann", "bea")
    saves = {ann.note(ann.person(), "by a new version")} | ann.outbox()
    monkeypatch.setattr(greeting, "PROTOS", (0,))
    for _ in range(2):
        done = ann.sync()
        assert (done.trouble, done.sent, done.pending) == (Trouble.TOO_OLD, 0, len(saves))
    assert ann.outbox() == saves
    assert ann.verify().ok
    monkeypatch.undo()
    ann.settle()
    bea.settle()
    assert saves <= set(town.at_hub())
    assert same_records((ann, bea))
