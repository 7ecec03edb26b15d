"""How two laptops' writing becomes one record: nothing is lost, a clash is seen once, order changes nothing."""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.operations.change_set import Item
from smf_core.operations.clock import Stamp
from smf_core.operations.fold import Operation, Record, Value, edits, fold, operations
from smf_core.records.signatures import lineages
from tests.support.worlds import Replica

PERSON = "patient-1"


def apart(*names: str, start: Mapping[str, Any] | None = None) -> list[Replica]:
    """Laptops that all saw the person registered, and nothing of each other since."""
    office = Replica("office")
    office.writes("patient", PERSON, "name", {"family": "Abernathy", "given": "Doreen"})
    office.writes("patient", PERSON, "phone", start or {"phone": "01632 960000"})
    laptops = [Replica(name) for name in names]
    for laptop in laptops:
        laptop.hears(office)
    return laptops


def value(laptop: Replica, entity: str, entity_id: str, kind: str, key: str | None = None) -> Value:
    found = laptop.record(entity, entity_id).value(kind, key)
    assert found is not None
    return found


def test_a_change_on_top_of_what_was_there_replaces_it_without_asking() -> None:
    (amina,) = apart("amina")
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    phone = value(amina, "patient", PERSON, "phone")
    assert (phone["phone"], phone.settled, len(phone.heads), phone.amended) == ("01632 960001", True, 1, True)


def test_F53_two_different_edits_apart_are_one_conflict_and_both_values_stay() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    ben.writes("patient", PERSON, "phone", {"phone": "01632 960002"})
    amina.hears(ben)
    record = amina.record("patient", PERSON)
    assert record.unsettled == {"phone"}
    assert {head.payload["phone"] for head in value(amina, "patient", PERSON, "phone").heads} == {
        "01632 960001",
        "01632 960002",
    }


def test_edits_of_two_different_units_are_no_conflict() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    ben.writes("patient", PERSON, "preferred_name", {"preferred_name": "Dot"})
    amina.hears(ben)
    assert not amina.record("patient", PERSON).unsettled


def test_F54_the_same_edit_made_twice_is_no_conflict() -> None:
    amina, ben = apart("amina", "ben")
    for laptop in (amina, ben):
        laptop.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    amina.hears(ben)
    phone = value(amina, "patient", PERSON, "phone")
    assert phone.settled
    assert len(phone.heads) == 2


def test_a_conflict_of_three_is_settled_by_one_answer_that_names_them_all() -> None:
    amina, ben, cleo = apart("amina", "ben", "cleo")
    for digit, laptop in enumerate((amina, ben, cleo), start=1):
        laptop.writes("patient", PERSON, "phone", {"phone": f"01632 96000{digit}"})
    amina.hears(ben, cleo)
    assert len(value(amina, "patient", PERSON, "phone").heads) == 3
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960002"})
    assert value(amina, "patient", PERSON, "phone").settled
    cleo.hears(amina, ben)
    assert value(cleo, "patient", PERSON, "phone") == value(amina, "patient", PERSON, "phone")


def test_F57_a_conflict_settled_differently_on_two_laptops_is_a_conflict_again() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    ben.writes("patient", PERSON, "phone", {"phone": "01632 960002"})
    amina.hears(ben)
    ben.hears(amina)
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    ben.writes("patient", PERSON, "phone", {"phone": "01632 960003"})
    amina.hears(ben)
    phone = value(amina, "patient", PERSON, "phone")
    assert not phone.settled
    assert {head.payload["phone"] for head in phone.heads} == {"01632 960001", "01632 960003"}


def test_F55_an_amendment_and_entered_in_error_are_both_kept() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("observation", "o", "reading", {"observation": "glucose", "value": "5.5"})
    ben.hears(amina)
    amina.writes("observation", "o", "reading", {"observation": "glucose", "value": "6.5"})
    ben.writes("observation", "o", "struck", {"reason": "Wrong person"})
    amina.hears(ben)
    assert value(amina, "observation", "o", "reading")["value"] == "6.5"
    assert value(amina, "observation", "o", "reading").amended
    assert value(amina, "observation", "o", "struck")["reason"] == "Wrong person"


def test_F56_an_allergy_ended_on_one_laptop_and_amended_on_another_stays_active_and_asks() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("allergy", "a", "member", {"patient": PERSON, "substance": "Latex"})
    ben.hears(amina)
    amina.writes("allergy", "a", "member", {"patient": PERSON, "substance": "Latex", "ended": True})
    ben.writes("allergy", "a", "member", {"patient": PERSON, "substance": "Latex", "reaction": "Rash"})
    for laptop, other in ((amina, ben), (ben, amina)):
        laptop.hears(other)
        allergy = value(laptop, "allergy", "a", "member")
        assert not allergy["ended"]
        assert not allergy.settled


def test_an_allergy_ended_by_two_people_in_other_words_is_ended() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("allergy", "a", "member", {"patient": PERSON, "substance": "Latex"})
    ben.hears(amina)
    amina.writes("allergy", "a", "member", {"substance": "Latex", "ended": True, "ended_reason": "Tested"})
    ben.writes("allergy", "a", "member", {"substance": "Latex", "ended": True, "ended_reason": "Not an allergy"})
    amina.hears(ben)
    allergy = value(amina, "allergy", "a", "member")
    assert allergy["ended"]
    assert allergy.settled


def test_steps_rated_apart_are_units_of_their_own() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("section", "s", "rating", {"step": "1", "level": "independent"}, key="1")
    ben.writes("section", "s", "rating", {"step": "2", "level": "prompted"}, key="2")
    amina.hears(ben)
    record = amina.record("section", "s")
    assert [each["level"] for each in record.values("rating")] == ["independent", "prompted"]
    assert not record.unsettled


# --- a form saves only what was changed on it (B37) ----------------------------------------------

SHOWN = {
    "name": {"family": "Abernathy", "given": "Doreen", "title": ""},
    "phone": {"phone": "01632 960000"},
    "preferred_name": {"preferred_name": ""},
}


def test_B37_a_form_saved_unchanged_writes_nothing() -> None:
    (amina,) = apart("amina")
    assert edits(amina.record("patient", PERSON), SHOWN) == []


def test_B37_a_form_writes_only_the_unit_that_was_changed_on_top_of_what_it_showed() -> None:
    (amina,) = apart("amina")
    shown = amina.record("patient", PERSON)
    before = value(amina, "patient", PERSON, "phone")
    (item,) = edits(shown, {**SHOWN, "phone": {"phone": "01632 960001"}})
    assert (item.kind, item.payload, item.bases) == ("phone", {"phone": "01632 960001"}, before.bases)


def test_F62_a_form_left_open_does_not_write_over_what_came_in_meanwhile() -> None:
    amina, ben = apart("amina", "ben")
    shown = amina.record("patient", PERSON)
    ben.writes("patient", PERSON, "phone", {"phone": "01632 960002"})
    ben.writes("patient", PERSON, "preferred_name", {"preferred_name": "Dot"})
    amina.hears(ben)
    amina.saves(*edits(shown, {**SHOWN, "phone": {"phone": "01632 960001"}}))
    record = amina.record("patient", PERSON)
    assert record.unsettled == {"phone"}
    assert value(amina, "patient", PERSON, "preferred_name")["preferred_name"] == "Dot"


def test_B37_saving_something_else_settles_no_conflict() -> None:
    amina, ben = apart("amina", "ben")
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    ben.writes("patient", PERSON, "phone", {"phone": "01632 960002"})
    amina.hears(ben)
    shown = amina.record("patient", PERSON)
    phone = dict(value(amina, "patient", PERSON, "phone").shown.payload)
    (item,) = edits(shown, {**SHOWN, "phone": phone, "preferred_name": {"preferred_name": "Dot"}})
    assert item.kind == "preferred_name"


# --- the fold is a function of the set -----------------------------------------------------------

steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([("patient", "phone"), ("allergy", "member"), ("section", "rating")]),
        st.sampled_from(["a", "b", ""]),
        st.booleans(),
        st.integers(0, 2),
    ),
    max_size=25,
)


def history(choices: list[tuple[int, tuple[str, str], str, bool, int]]) -> list[Operation]:
    """What three laptops write, hearing of each other now and then."""
    laptops = [Replica(name) for name in ("amina", "ben", "cleo")]
    for who, (entity, kind), text, ended, heard in choices:
        laptop = laptops[who]
        laptop.hears(laptops[heard])
        payload = {"phone": text, "substance": text, "step": text, "level": text, "ended": ended}
        laptop.writes(entity, f"{entity}-1", kind, payload, key=text if kind == "rating" else None)
    everything = {cs_id: each for laptop in laptops for cs_id, each in laptop.seen.items()}
    return [op for each in everything.values() for op in operations(each)]


def folded(ops: list[Operation]) -> list[Record]:
    named = sorted({(op.entity, op.entity_id) for op in ops})
    return [fold(*name, [op for op in ops if (op.entity, op.entity_id) == name]) for name in named]


@given(steps, st.randoms(use_true_random=False))
def test_any_order_and_any_repeats_fold_to_the_same_record(
    choices: list[tuple[int, tuple[str, str], str, bool, int]], dice: random.Random
) -> None:
    ops = history(choices)
    shuffled = [*ops, *dice.choices(ops, k=len(ops))] if ops else []
    dice.shuffle(shuffled)
    assert folded(shuffled) == folded(ops)


@given(steps)
def test_I4_a_unit_is_in_conflict_exactly_when_two_heads_differ(
    choices: list[tuple[int, tuple[str, str], str, bool, int]],
) -> None:
    ops = history(choices)
    for record in folded(ops):
        for (kind, key), unit in record.units.items():
            mine = [op for op in ops if (op.entity, op.kind) == (record.entity, kind)]
            mine = [op for op in mine if key is None or op.payload["step"] == key]
            above = {op.ref: [other for other in mine if op.ref in other.bases] for op in mine}
            heads = [op for op in mine if not above[op.ref]]
            assert {head.ref for head in unit.heads} == {head.ref for head in heads}
            differ = any(one.payload != other.payload for one in heads for other in heads)
            if record.entity == "allergy" and all(head.payload["ended"] for head in heads):
                differ = False
            assert unit.settled is not differ


def test_what_was_made_on_top_of_something_comes_after_it_whatever_a_clock_had_said() -> None:
    """One laptop's clock stood years ahead: whoever amends its work has a lower stamp, and is not its author."""
    amina, ben = apart("amina", "ben")
    amina.stamp = Stamp(5_000_000_000_000, 0)
    amina.writes("visit", "v", "signed", {"patient": PERSON, "minutes": 30})
    ben.hears(amina)
    ben.writes("visit", "v", "signed", {"patient": PERSON, "minutes": 40})
    signed = value(ben, "visit", "v", "signed")
    assert (signed.first.author, signed.shown.author, signed["minutes"]) == ("nurse amina", "nurse ben", 40)
    assert [op.author for op in signed.ops] == ["nurse amina", "nurse ben"]
    (one,) = lineages("v", signed.ops[::-1])
    assert (one.by, one.latest.author) == ("nurse amina", "nurse ben")


def test_a_forged_ring_of_bases_hides_no_value() -> None:
    amina = Replica("amina")
    for number, other in ((1, 2), (2, 1)):
        amina.saves(
            Item(
                entity="patient",
                entity_id=PERSON,
                kind="phone",
                bases=((f"amina-{other}", 0),),
                payload={"phone": str(number)},
            )
        )
    assert len(value(amina, "patient", PERSON, "phone").heads) == 2


@pytest.mark.parametrize(("kind", "payload"), [("aura", {"colour": "blue"}), ("phone", {"phone": "1", "fax": "2"})])
def test_F36_a_kind_or_field_of_a_newer_version_marks_the_record_and_hides_nothing(
    kind: str, payload: dict[str, Any]
) -> None:
    (amina,) = apart("amina")
    assert not amina.record("patient", PERSON).unknown
    amina.writes("patient", PERSON, kind, payload)
    record = amina.record("patient", PERSON)
    assert record.unknown
    assert value(amina, "patient", PERSON, "name")["family"] == "Abernathy"
