"""What hello settles beside the feeds: grants, orders, tokens, ratchets, and what the hub notes of a laptop."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import SERVICE, START, Mark, Outcome, Pull, Signed, Stand
from smf_core.policy.roles import Role
from smf_hub.service.greeting import check_token, is_signed, negotiate, new_token
from smf_hub.service.managing import add_user, all_devices, end_membership, events, everyone, order, revoke
from smf_hub.service.people import laptops
from smf_hub.service.place import Place
from smf_hub.store import people as rows
from smf_hub.store.orders import standing_orders
from tests.support.joining import at_hub, hello, joins, said_of, staffed
from tests.support.pushing import HandClock, person


@pytest.fixture
def device(place: Place) -> str:
    staffed(place, "amy")
    return joins(place, "amy")[1].device


def kinds(place: Place) -> list[str]:
    return [each.kind for each in events(place, 100)]


# --- versions, tokens ----------------------------------------------------------------------------


def test_the_newest_version_both_speak_is_spoken() -> None:
    assert negotiate((1,)) == (1, False)
    assert negotiate((7, 1)) == (1, False)
    assert negotiate((0,)) == (0, True), "too old for more than to push"
    for theirs in ((), (2, 3)):
        with pytest.raises(HubTrouble) as trouble:
            negotiate(theirs)
        assert trouble.value.why is Trouble.TOO_OLD


def test_an_old_laptop_is_told_of_no_feeds_and_may_send(place: Place, device: str) -> None:
    welcome = hello(place, device, protos=(0,))
    assert not welcome.feeds
    assert check_token(place, device, welcome.token)


def test_a_token_is_of_one_laptop_for_a_quarter_of_an_hour(place: Place, device: str, clock: HandClock) -> None:
    token = hello(place, device).token
    assert check_token(place, device, token)
    assert not check_token(place, "another", token)
    for forged in ("", "x", "ffffffffffff.", token[:-1] + ("0" if token[-1] != "0" else "1"), f"f{token}", "é.é"):
        assert not check_token(place, device, forged)
    clock.on(minutes=15)
    assert not check_token(place, device, token)
    assert check_token(place, device, new_token(place, device))


# --- grants --------------------------------------------------------------------------------------


def test_F24_F25_a_grant_says_who_may_work_where_until_when_by_the_hubs_clock(place: Place, clock: HandClock) -> None:
    """The laptop's own clock is asked for nothing: it counts by these moments and the hub times it has heard."""
    team = staffed(place, "amy")
    device = joins(place, "amy")[1].device
    (grant,) = hello(place, device, local_time="2036-01-01T00:00:00+00:00").grants
    assert is_signed(place.identity.public_key, grant)
    (said,) = said_of([grant])
    assert (said["device"], said["teams"], said["role"]) == (device, [team], "nurse")
    assert datetime.fromisoformat(str(said["since"])) == clock.now()
    assert datetime.fromisoformat(str(said["until"])) == clock.now() + timedelta(days=7)
    assert not is_signed(place.identity.public_key, Signed(content=grant.content + b" ", signature=grant.signature))
    clock.on(days=6)
    (later,) = said_of(hello(place, device).grants)
    assert datetime.fromisoformat(str(later["until"])) == clock.now() + timedelta(days=7)
    assert later["serial"] != said["serial"]


def test_a_grant_is_said_again_within_the_hour_and_never_longer_than_a_fortnight(
    place: Place, device: str, clock: HandClock
) -> None:
    place.grant_days = 90
    (first,) = said_of(hello(place, device).grants)
    assert datetime.fromisoformat(str(first["until"])) == clock.now() + timedelta(days=14)
    clock.on(minutes=30)
    assert said_of(hello(place, device).grants) == [first]


def test_whoever_left_or_has_another_role_has_another_grant(place: Place, clock: HandClock) -> None:
    team = staffed(place, "amy", "ben")
    device = joins(place, "amy")[1].device
    add_user(place, "amy", role=Role.LEAD, team=team)
    clock.on(minutes=1)
    (grant,) = said_of(hello(place, device).grants)
    assert grant["role"] == "lead"
    end_membership(place, "amy")
    clock.on(minutes=1)
    assert not hello(place, device).grants


# --- orders --------------------------------------------------------------------------------------


def test_F27_a_revoked_laptop_is_told_its_orders_alone_and_its_work_waits_for_a_lead(
    place: Place, clock: HandClock
) -> None:
    team = staffed(place, "amy")
    writer, done = joins(place, "amy")
    revoke(place, done.device)
    order(place, done.device, "wipe")
    welcome = hello(place, done.device)
    assert (dict(welcome.feeds), welcome.grants, dict(welcome.my_view)) == ({}, (), {})
    assert [each["act"] for each in said_of(welcome.orders)] == ["wipe"]
    with pytest.raises(HubTrouble) as trouble:
        at_hub(place, done.device).pull(Pull(feed=SERVICE, after=START))
    assert trouble.value.why is Trouble.REVOKED
    patient, items = person(team)
    writer.write(*items, patient=patient)
    writer.revoked = True
    assert [each.outcome for each in writer.send().exceptions] == [Outcome.QUARANTINED]
    assert {"revoked", "wipe_ordered"} <= set(kinds(place))


def test_F29_an_order_is_signed_names_laptop_and_store_and_is_said_until_it_is_done(place: Place, device: str) -> None:
    order(place, device, "wipe")
    order(place, device, "wipe")
    (row,) = all_devices(place)
    (given,) = hello(place, device).orders
    (said,) = said_of([given])
    assert is_signed(place.identity.public_key, given)
    assert not is_signed(bytes(32), given)
    assert not is_signed(place.identity.public_key, Signed(content=given.content, signature=bytes(64)))
    assert (said["device"], said["store"], said["act"]) == (device, row.store, "wipe")
    assert said_of(hello(place, device).orders) == [said], "the same serial: whoever has done it knows it"
    assert hello(place, device, done=("another",)).orders
    assert not hello(place, device, done=(said["serial"],)).orders
    assert all_devices(place)[0].revoked_at is not None, "there is nothing left of it to answer"
    assert "wipe_done" in kinds(place)


def test_F29_F40_what_a_wiped_laptop_lost_stands_also_when_an_older_hello_arrives_after(
    place: Place, device: str
) -> None:
    """A hello may be long on its way: this one is from before the saves that were lost."""
    revoke(place, device)
    wipe = order(place, device, "wipe")
    hello(place, device, unsent=1)
    with place.hub.read() as connection:
        (serial,) = (each.serial for each in standing_orders(connection, wipe.device))
    hello(place, device, unsent=3, drafts=1, done=(serial,))
    for late in ({"unsent": 0}, {"unsent": 0, "done": (serial,)}):
        hello(place, device, **late)
    (known,) = all_devices(place)
    assert (known.unsent, known.drafts) == (3, 1)


def test_F29_F65_what_is_lost_with_a_copy_of_a_laptop_that_was_destroyed_before_is_told_too(
    place: Place, device: str
) -> None:
    wipe = order(place, device, "wipe")
    with place.hub.read() as connection:
        (serial,) = (each.serial for each in standing_orders(connection, wipe.device))
    for lost in (0, 2, 1):
        hello(place, device, unsent=lost, done=(serial,))
    (known,) = all_devices(place)
    assert known.unsent == 2


def test_F29_F65_numbers_that_a_copy_has_used_do_not_stand_for_work_that_is_lost(place: Place) -> None:
    team = staffed(place, "amy")
    writer, done = joins(place, "amy")
    patient, items = person(team)
    writer.write(*items, patient=patient)
    writer.send()
    seen = hello(place, done.device, replicas={writer.replica: Mark()}).my_view[writer.replica]
    for end, left in ((seen, 0), (Mark(seq=seen.seq, chain=bytes(32)), 1)):
        hello(place, done.device, replicas={writer.replica: end}, unsent=1)
        (known,) = all_devices(place)
        assert known.unsent == left


def test_F29_a_laptop_cannot_report_the_orders_of_another_done(place: Place) -> None:
    staffed(place, "amy", "ben")
    one, other = joins(place, "amy")[1].device, joins(place, "ben")[1].device
    order(place, one, "wipe")
    (said,) = said_of(hello(place, one).orders)
    hello(place, other, done=(said["serial"],))
    assert hello(place, one).orders


# --- clones --------------------------------------------------------------------------------------


def test_F65_one_lost_reply_is_no_clone(place: Place, device: str, clock: HandClock) -> None:
    held = hello(place, device).ratchet
    for _ in range(3):
        clock.on(minutes=10)
        lost = hello(place, device, ratchet=held).ratchet
        again = hello(place, device, ratchet=held).ratchet
        assert again != lost
        held = again
    assert hello(place, device, ratchet=held).orders == ()
    assert "clone" not in kinds(place)


def test_F65_a_first_reply_that_was_lost_is_no_clone(place: Place, device: str) -> None:
    hello(place, device)
    held = hello(place, device).ratchet
    hello(place, device, ratchet=held)
    assert "clone" not in kinds(place)


def test_F65_two_laptops_under_one_identity_are_found_by_their_second_exchanges(
    place: Place, device: str, clock: HandClock
) -> None:
    """They take turns, which a tolerance of one step alone would let pass for ever."""
    one = other = hello(place, device).ratchet
    clock.on(minutes=10)
    one = hello(place, device, ratchet=one).ratchet
    other = hello(place, device, ratchet=other).ratchet
    found = hello(place, device, ratchet=one)
    assert [each["act"] for each in said_of(found.orders)] == ["rotate"]
    one = found.ratchet
    clock.on(minutes=10)
    done = said_of(found.orders)[0]["serial"]
    hello(place, device, ratchet=one, done=(done,))
    assert [each["act"] for each in said_of(hello(place, device, ratchet=other).orders)] == ["rotate"]
    assert kinds(place).count("clone") == 1, "the administrator is told once an hour"
    clock.on(hours=2)
    hello(place, device, ratchet=b"of last year 123")
    assert kinds(place).count("clone") == 2


def as_it_was(place: Place, device: str, ratchet: bytes, before: bytes | None = None) -> None:
    """The hub is restored from a backup: it knows no later value of a laptop than these."""
    with place.hub.write() as connection:
        rows.change_device(connection, device, ratchet=ratchet, ratchet_before=before)


def test_F66_a_value_that_a_restored_hub_has_forgotten_is_no_clone(place: Place, device: str, clock: HandClock) -> None:
    old = hello(place, device).ratchet
    held = old
    for _ in range(4):
        clock.on(minutes=10)
        held = hello(place, device, ratchet=held).ratchet
    as_it_was(place, device, old)
    clock.on(minutes=10)
    greeted = hello(place, device, ratchet=held)
    assert greeted.orders == ()
    assert hello(place, device, ratchet=held).orders == (), "a lost reply is no clone either"
    assert "clone" not in kinds(place)


def test_F65_F66_two_laptops_under_one_identity_are_found_after_a_restore_too(
    place: Place, device: str, clock: HandClock
) -> None:
    old = hello(place, device).ratchet
    clock.on(minutes=10)
    copied = hello(place, device, ratchet=old).ratchet
    clock.on(minutes=10)
    held = hello(place, device, ratchet=copied).ratchet
    as_it_was(place, device, old)
    clock.on(minutes=10)
    after = hello(place, device, ratchet=held)
    assert after.orders == ()
    assert [each["act"] for each in said_of(hello(place, device, ratchet=copied).orders)] == ["rotate"]
    assert "clone" in kinds(place)


def test_F65_nobody_makes_a_value_that_looks_newer(place: Place, device: str, clock: HandClock) -> None:
    staffed(place, "ben", team="South")
    other = joins(place, "ben")[1].device
    hello(place, device)
    clock.on(minutes=10)
    theirs = hello(place, other).ratchet
    for shown in (theirs, (2**47).to_bytes(6) + theirs[6:], theirs[:12], b"\xff" * 28):
        clock.on(hours=2)
        assert hello(place, device, ratchet=shown).orders
    assert kinds(place).count("clone") == 4


def test_ratchet_values_never_come_again(place: Place, device: str, clock: HandClock) -> None:
    held = [hello(place, device).ratchet]
    for _ in range(10):
        clock.on(minutes=10)
        held.append(hello(place, device, ratchet=held[-1]).ratchet)
    assert all(before != after for before, after in pairwise(held))
    assert len(set(held)) == len(held)


def test_a_hello_with_nothing_new_in_it_writes_nothing(place: Place, device: str, clock: HandClock) -> None:
    """A laptop asks all day; ten minutes later, or when it has something to say, it is noted and given a new value."""
    first = hello(place, device, unsent=2)
    clock.on(minutes=9)
    again = hello(place, device, unsent=2, ratchet=first.ratchet)
    assert (again.ratchet, said_of(again.grants)) == (b"", said_of(first.grants))
    (row,) = all_devices(place)
    assert row.last_seen is not None
    assert row.ratchet == first.ratchet
    assert row.last_seen == int(clock.now().timestamp() * 1000) - 9 * 60 * 1000
    said = hello(place, device, unsent=3, ratchet=first.ratchet)
    assert said.ratchet
    assert all_devices(place)[0].unsent == 3
    clock.on(minutes=10)
    assert hello(place, device, unsent=3, ratchet=said.ratchet).ratchet


# --- what the hub notes --------------------------------------------------------------------------


def test_a_hello_may_name_more_feeds_than_one_statement_asks_about(place: Place, device: str) -> None:
    """Of each the hub says that it knows no place of it but the start."""
    strange = {f"team:{number}": Stand(cursor=Mark(seq=1, chain=b"x" * 32)) for number in range(600)}
    assert hello(place, device, feeds=strange).behind == dict.fromkeys(strange, START)


def test_the_lead_sees_when_a_laptop_was_here_and_what_it_had_left(place: Place, clock: HandClock) -> None:
    team = staffed(place, "amy")
    device = joins(place, "amy")[1].device
    (before,) = laptops(place, {team})
    assert before.last_seen is None
    hello(place, device, unsent=5, drafts=2)
    (note,) = laptops(place, {team})
    assert (note.users, note.unsent, note.drafts) == (("amy",), 5, 2)
    assert datetime.fromisoformat(str(note.last_seen)) == clock.now()
    assert not laptops(place, {"another"})


def test_a_colleague_of_the_team_may_work_on_a_laptop_that_names_them_and_nobody_else(place: Place) -> None:
    staffed(place, "zoe", team="South")
    staffed(place, "amy", "ben")
    device = joins(place, "amy")[1].device
    key = X25519PrivateKey.generate().public_key().public_bytes_raw()
    by_name = {each.account.username: each.account.user for each in everyone(place)}
    hello(place, device, draft_keys={by_name[name]: key for name in ("amy", "ben", "zoe")})
    assert all_devices(place)[0].users == {by_name["amy"], by_name["ben"]}
    assert kinds(place).count("user_on_laptop") == 1
