"""What the hub orders a laptop to do, and what is no order of its."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.json import encode

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Order, Signed, Welcome
from smf_core.records.queries.users import users
from smf_desktop.security import wiping
from smf_desktop.security.files import WIPING
from smf_desktop.security.grants import ordered
from smf_desktop.store.instance import FILE as INSTANCE_FILE
from smf_desktop.store.joined import joined as hub_of
from smf_desktop.store.store import RECORDS, read_chain
from smf_desktop.trouble import GrantLapsed, LockedByHub, NoStoreHere, StoreWiped
from smf_hub.service import managing
from smf_hub.store import orders
from tests.support.houses import PASSWORD
from tests.support.joined import Joined, joined, north

__all__ = ["joined", "north"]


def give(joined: Joined, act: str) -> None:
    with joined.place.hub.write() as connection:
        orders.give_order(
            connection,
            joined.place.world.new_id(),
            joined.told.device,
            act,
            joined.place.now_ms(),
        )


def standing(joined: Joined) -> int:
    with joined.place.hub.read() as connection:
        return len(orders.standing_orders(connection, joined.told.device))


def left(joined: Joined) -> set[str]:
    return {each.name for each in joined.house.directory.iterdir()} - {INSTANCE_FILE}


def test_a_wipe_leaves_nothing_and_is_reported(joined: Joined) -> None:
    joined.keys.write("another", b"stays")
    managing.order(joined.place, joined.told.device, "wipe")
    with pytest.raises(StoreWiped):
        joined.sync()
    with pytest.raises(StoreWiped):
        joined.house.card()
    assert left(joined) == set()
    assert joined.keys.held == {"another": b"stays"}
    assert standing(joined) == 0
    with pytest.raises(NoStoreHere):
        joined.house.card()


def test_reg_F27_a_revoked_laptop_sends_what_it_has_before_it_is_wiped(joined: Joined) -> None:
    with joined.sitting() as sitting, sitting.session.work() as work:
        work.note_access("read")
    managing.revoke(joined.place, joined.told.device)
    managing.order(joined.place, joined.told.device, "wipe")
    with pytest.raises(StoreWiped):
        joined.sync()
    assert "push" in joined.reach.heard
    with pytest.raises(StoreWiped):
        joined.house.card()
    assert left(joined) == set()


@pytest.mark.logs
def test_reg_F28_a_wipe_that_was_cut_goes_on_before_anybody_is_let_in(
    joined: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes at every file that a wipe touches."""
    managing.order(joined.place, joined.told.device, "wipe")
    with pytest.raises(StoreWiped):
        joined.sync()
    assert (joined.house.directory / WIPING).exists()
    unlink, cuts = Path.unlink, 0

    def cut(self: Path, missing_ok: bool = False) -> None:
        unlink(self, missing_ok)
        raise OSError("power")

    with monkeypatch.context() as power:
        power.setattr(Path, "unlink", cut)
        while len(left(joined)) > 1 and cuts < 50:
            cuts += 1
            with pytest.raises(StoreWiped):
                joined.house.card()
    assert cuts > 3
    with pytest.raises(StoreWiped):
        joined.house.card()
    assert left(joined) == set()


def test_a_wipe_without_a_network_is_reported_when_there_is_one(joined: Joined) -> None:
    managing.order(joined.place, joined.told.device, "wipe")
    with pytest.raises(StoreWiped):
        joined.sync()
    joined.reach.down = True
    with pytest.raises(StoreWiped):
        joined.house.card()
    assert left(joined) == {WIPING}
    assert standing(joined) == 1
    joined.reach.down = False
    with pytest.raises(StoreWiped):
        joined.house.card()
    assert (left(joined), standing(joined)) == (set(), 0)


Meets = Callable[[Callable[[str], object]], None]


class Power(Exception):
    """It is gone."""


@pytest.fixture
def to_be_wiped(joined: Joined, monkeypatch: pytest.MonkeyPatch) -> Meets:
    """A laptop that has work to send and will hear with its next hello that it is to be wiped. What is made of it is
    told whatever the laptop asks from then on, and may raise."""
    with joined.sitting() as sitting, sitting.session.work() as work:
        work.note_access("read")
    managing.order(joined.place, joined.told.device, "wipe")
    passes = joined.reach.pass_on

    def meets(befalls: Callable[[str], object]) -> None:
        def pass_on(what: str) -> None:
            befalls(what)
            passes(what)

        monkeypatch.setattr(joined.reach, "pass_on", pass_on)

    return meets


def fails(*asked: str, why: Exception | None = None) -> Callable[[str], None]:
    def befalls(what: str) -> None:
        if what in asked:
            raise why or HubTrouble(Trouble.UNREACHABLE)

    return befalls


def named(joined: Joined) -> int:
    """How much of its work the hub says was not sent, once the hub has heard that the store is destroyed."""
    with pytest.raises(StoreWiped):
        joined.house.card()
    assert (left(joined), standing(joined)) == (set(), 0)
    return joined.device.unsent


def test_whoever_cuts_the_line_after_hello_has_the_store_for_a_minute_and_what_was_lost_is_named(
    joined: Joined, to_be_wiped: Meets
) -> None:
    to_be_wiped(fails("push"))
    began = joined.clock.steady()
    with pytest.raises(StoreWiped):
        joined.sync()
    assert joined.clock.steady() - began <= 62
    had = joined.device.unsent
    assert named(joined) == had > 0


def test_a_network_that_comes_back_within_the_minute_brings_all_to_the_hub(joined: Joined, to_be_wiped: Meets) -> None:
    began = joined.clock.steady()

    def away_for_half_of_it(what: str) -> None:
        if what == "push" and joined.clock.steady() - began < 30:
            raise HubTrouble(Trouble.UNREACHABLE)

    to_be_wiped(away_for_half_of_it)
    with pytest.raises(StoreWiped):
        joined.sync()
    assert "push" in joined.reach.heard
    assert named(joined) == 0


def test_what_arrived_though_its_answer_was_lost_is_not_named_as_lost(joined: Joined, to_be_wiped: Meets) -> None:
    def answer_lost(what: str) -> None:
        joined.reach.lost_after = 0 if what == "push" else None

    to_be_wiped(answer_lost)
    with pytest.raises(StoreWiped):
        joined.sync()
    assert named(joined) == 0


def test_reg_F28_a_laptop_that_died_before_it_had_sent_all_lets_nobody_in_again(
    joined: Joined, to_be_wiped: Meets
) -> None:
    """With a network what it has is sent first; without one it tries for a minute."""
    to_be_wiped(fails("push", why=Power()))
    with pytest.raises(Power):
        joined.sync()
    assert not (joined.house.directory / WIPING).exists()
    had = joined.device.unsent
    joined.reach.down = True
    with pytest.raises(StoreWiped):
        joined.unlocks()
    joined.reach.down = False
    assert named(joined) >= had > 0


def test_a_laptop_that_died_and_has_a_network_again_sends_what_it_has_first(joined: Joined, to_be_wiped: Meets) -> None:
    to_be_wiped(fails("push", why=Power()))
    with pytest.raises(Power):
        joined.sync()
    to_be_wiped(fails())
    joined.clock.passes(24 * 3600)
    with pytest.raises(StoreWiped):
        joined.unlocks()
    assert named(joined) == 0


def test_a_laptop_locked_within_the_minute_loses_nothing_by_it(joined: Joined, to_be_wiped: Meets) -> None:
    to_be_wiped(fails("push"))
    key = joined.house.unlock(joined.user, PASSWORD)
    joined.house.exchange(key, lambda told: None, lambda: "hello" in joined.reach.heard[-1:])
    key.zero()
    assert not (joined.house.directory / WIPING).exists()
    to_be_wiped(fails())
    with pytest.raises(StoreWiped):
        joined.unlocks()
    assert named(joined) == 0


def test_to_stop_each_exchange_gives_a_laptop_no_more_time(joined: Joined, to_be_wiped: Meets) -> None:
    to_be_wiped(fails("push"))
    with joined.sitting() as sitting:
        hub = sitting.hub
        assert hub is not None
        hub.exchange(lambda told: None, lambda: "hello" in joined.reach.heard[-1:])
        joined.reach.down = True
        joined.clock.is_set(timedelta(days=-1))
        joined.clock.passes(60)
        with pytest.raises(StoreWiped):
            hub.exchange(lambda told: None, lambda: True)


def test_reg_F29_only_the_hubs_own_word_for_this_laptop_and_this_store_is_an_order(joined: Joined) -> None:
    with joined.sitting() as sitting, sitting.session.read() as connection:
        hub = hub_of(connection)
    assert hub is not None
    store = joined.device.store
    wipe = Order(serial="s", device=hub.device, store=store, act="wipe", at="2026-11-17T09:00:00+00:00")
    said = joined.place.sealing.sign(encode(wipe))

    def counts(signed: Signed, device: str = hub.device, of: str = store) -> bool:
        return ordered(signed, hub_key=hub.hub_key, device=device, store=of) is not None

    assert counts(said)
    assert not counts(said, device="another")
    assert not counts(said, of="another")
    assert not counts(Signed(content=said.content.replace(b"wipe", b"lock"), signature=said.signature))
    forger = Ed25519PrivateKey.generate()
    assert not counts(Signed(content=said.content, signature=forger.sign(said.content)))
    assert not counts(Signed(content=b"{}", signature=said.signature))


def test_reg_F29_a_forged_order_is_refused_and_written_down(joined: Joined, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = Order(serial="s", device=joined.told.device, store=joined.device.store, act="wipe", at="2026")
    forger = Ed25519PrivateKey.generate()
    content = encode(forged)

    def answered(answer: object) -> object:
        if isinstance(answer, Welcome):
            return Welcome(
                hub_time=answer.hub_time,
                proto=answer.proto,
                my_view=answer.my_view,
                feeds=answer.feeds,
                token=answer.token,
                grants=answer.grants,
                orders=(Signed(content=content, signature=forger.sign(content)),),
                ratchet=answer.ratchet,
            )
        return answer

    monkeypatch.setattr(joined.reach, "answered", answered)
    assert joined.sync().trouble is None
    with joined.sitting() as sitting, sitting.session.read() as connection:
        noted = connection.exec_driver_sql("SELECT detail FROM access WHERE action = 'order_refused'").scalars().all()
    assert noted
    assert set(noted) == {"forged"}


def test_an_order_to_lock_keeps_everybody_out_until_the_hub_is_asked(joined: Joined) -> None:
    give(joined, "lock")
    with pytest.raises(LockedByHub):
        joined.sync()
    joined.reach.down = True
    with pytest.raises(GrantLapsed):
        joined.unlocks()
    joined.reach.down = False
    assert joined.unlocks()
    assert standing(joined) == 0


def test_reg_F29_an_order_is_obeyed_once(joined: Joined) -> None:
    def replica() -> str:
        with joined.sitting() as sitting, sitting.session.read() as connection:
            return read_chain(connection, RECORDS).replica_id

    before = replica()
    give(joined, "rotate")
    assert joined.sync().trouble is None
    after = replica()
    assert after != before
    with joined.place.hub.write() as connection:
        connection.exec_driver_sql("UPDATE device_order SET done_at = NULL")
    joined.sync()
    joined.sync()
    assert replica() == after


def test_F29_F66_an_order_that_a_restored_hub_has_forgotten_was_obeyed_is_told_done_again(joined: Joined) -> None:
    """Else it comes with every hello and is noted each time, so that the laptop has something to send for ever."""
    give(joined, "rotate")
    joined.sync()
    joined.sync()
    assert standing(joined) == 0
    with joined.place.hub.write() as connection:
        connection.exec_driver_sql("UPDATE device_order SET done_at = NULL")
    for _ in range(3):
        joined.sync()
    assert standing(joined) == 0
    with joined.sitting() as sitting, sitting.session.read() as connection:
        noted = connection.exec_driver_sql("SELECT count(*) FROM access WHERE action = 'order_refused'").scalar()
    assert noted == 1


def test_after_a_rotation_work_goes_on_arriving(joined: Joined) -> None:
    give(joined, "rotate")
    joined.sync()
    found = joined.sync()
    assert (found.trouble, found.pending) == (None, 0)
    with joined.sitting() as sitting, sitting.session.read() as connection:
        assert {each.username for each in users(connection)} == {"priya", "tom", "anna"}


def test_a_marker_is_whole_or_absent(tmp_path: Path) -> None:
    marker = wiping.Marker("s", "d", "u", b"h", b"k", b"r", ("one",))
    wiping.begin(tmp_path, marker)
    (tmp_path / "records.db").write_bytes(b"x")
    assert wiping.go_on(tmp_path, None) == marker
    assert [each.name for each in tmp_path.iterdir()] == [WIPING]
    wiping.finish(tmp_path)
    assert wiping.go_on(tmp_path, None) is None
