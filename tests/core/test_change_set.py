"""A change set's bytes are written once: what they say can be read, and nothing in them changes unseen."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.operations.change_set import (
    BODY_MAX,
    ITEMS_MAX,
    PAYLOAD_MAX,
    ChangeSet,
    Item,
    TooLarge,
    UnfitChangeSet,
    UnreadableChangeSet,
    chained,
    write_change_set,
)
from smf_core.operations.clock import Stamp
from smf_core.operations.fold import operations

NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


def written(*items: Item, care_time: datetime = NOON) -> ChangeSet:
    return write_change_set(
        cs_id="cs",
        replica_id="replica",
        seq=1,
        stamp=Stamp(1, 0),
        author="nurse",
        patient_id=None,
        care_time=care_time,
        items=items,
    )


def note(**payload: Any) -> Item:
    return Item(entity="visit", entity_id="v", kind="not_gone_ahead", payload=payload)


def head(**changes: Any) -> bytes:
    return msgspec.json.encode({**msgspec.json.decode(written(note()).head_bytes), **changes})


def test_what_was_written_is_read_again_with_its_offset() -> None:
    at = datetime(2026, 7, 1, 9, 5, tzinfo=timezone(timedelta(hours=1)))
    made = written(note(note="No answer", minutes=5), care_time=at)
    again = ChangeSet(made.head_bytes, made.body_bytes)
    assert again.head.care_time == "2026-07-01T09:05:00+01:00"
    assert again.items == (note(note="No answer", minutes=5),)
    assert again == made


def test_F78_half_a_character_a_nul_and_loose_accents_cost_no_other_word() -> None:
    made = written(note(note="Ren\u0065\u0301e\x00 says\r\nhalf \ud83d of it"))
    assert made.items[0].payload == {"note": "Renée\ufffd says\nhalf \ufffd of it"}


@given(st.text(max_size=30))
def test_F78_text_is_kept_in_a_form_that_every_file_can_hold(text: str) -> None:
    made = written(note(note=text))
    assert written(note(note=made.items[0].payload["note"])).hash == made.hash


@pytest.mark.parametrize(
    "item",
    [
        note(value=5.5),
        note(value=float("nan")),
        note(value=b"bytes"),
        note(value=NOON),
        note(value=2**70),
        note(value="x" * (PAYLOAD_MAX + 1)),
    ],
    ids=["float", "nan", "bytes", "datetime", "number beyond 64 bits", "too large"],
)
def test_what_does_not_travel_exactly_is_not_written(item: Item) -> None:
    with pytest.raises(UnfitChangeSet):
        written(item)


@pytest.mark.parametrize("count", [0, ITEMS_MAX + 1])
def test_a_change_set_holds_from_one_item_to_the_most(count: int) -> None:
    with pytest.raises(UnfitChangeSet):
        written(*[note()] * count)


def test_what_no_hub_would_take_in_at_once_is_not_written() -> None:
    item = note(value="x" * (PAYLOAD_MAX - 100))
    fits = BODY_MAX // PAYLOAD_MAX
    assert len(written(*[item] * (fits - 1)).body_bytes) <= BODY_MAX
    with pytest.raises(TooLarge):
        written(*[item] * (fits + 1))


def test_a_time_without_offset_is_not_written() -> None:
    with pytest.raises(UnfitChangeSet):
        written(note(), care_time=NOON.replace(tzinfo=None))


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_one_changed_byte_changes_the_hash_and_every_link_after_it(place: int, change: int) -> None:
    made = written(note(note="No answer"))
    whole = bytearray(made.head_bytes + made.body_bytes)
    whole[place % len(whole)] ^= change
    split = len(made.head_bytes)
    other = ChangeSet(bytes(whole[:split]), bytes(whole[split:]))
    assert other.hash != made.hash
    assert chained(bytes(32), other.hash) != chained(bytes(32), made.hash)


@pytest.mark.parametrize(
    "changes",
    [
        {"care_time": "yesterday"},
        {"care_time": "2026-11-17T12:00:00"},
        {"care_time": "0001-01-01T00:00:00+14:00"},
        {"seq": -1},
        {"seq": 2**60},
        {"hlc": [2**60, 0]},
        {"n": 2},
        {"author": None},
    ],
    ids=str,
)
def test_a_head_that_cannot_be_held_is_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(UnreadableChangeSet):
        operations(ChangeSet(head(**changes), written(note()).body_bytes))


@given(st.binary(max_size=200))
def test_B35_bytes_that_are_no_change_set_are_only_ever_unreadable(data: bytes) -> None:
    for made in (ChangeSet(data, written(note()).body_bytes), ChangeSet(written(note()).head_bytes, data)):
        with pytest.raises(UnreadableChangeSet):
            operations(made)


def test_F73_a_body_nested_ten_thousand_deep_is_unreadable_and_no_crash() -> None:
    deep = b'[{"entity":"visit","entity_id":"v","kind":"struck","payload":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001
    with pytest.raises(UnreadableChangeSet):
        operations(ChangeSet(head(), deep + b"]"))


def test_F36_what_a_newer_version_wrote_beside_is_kept_in_the_bytes_and_passed_over() -> None:
    newer = head(schema=9, signed_with="a key this version does not know")
    body = b'[{"entity":"visit","entity_id":"v","kind":"not_gone_ahead","payload":{"note":"a"},"weight":7}]'
    made = ChangeSet(newer, body)
    assert [op.payload for op in operations(made)] == [{"note": "a"}]
    assert (made.head_bytes, made.body_bytes) == (newer, body)
