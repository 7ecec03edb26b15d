"""The one door: whatever comes in, in whatever order, the tables are what the set of change sets makes."""

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, select, update

from smf_core.operations.change_set import ChangeSet, Item
from smf_core.operations.registry import RECORDS
from smf_core.records import checking, log, writing
from smf_core.records.tables import change_set, gate, observation, patient, step_rating, visit
from tests.support.examples import examples
from tests.support.kept_open import kept_open
from tests.support.postgres import on_postgresql, postgres
from tests.support.worlds import Dump, Replica, dump, tables_of
from tests.support.written import empty

__all__ = ["postgres"]

PERSON = "patient-1"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "postgresql":
        yield kept_open(request.config, on_postgresql, request.getfixturevalue("postgres"))
        return
    made = empty()
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Tables that are empty again afterwards."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def rows(connection: Connection, table: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


# --- any history, with any payload a newer, older or broken version might write -------------------

usual = st.sampled_from(
    ["2026-11-17", "2026-11-17T09:05:00+00:00", "2026-11-17T09:05:00+01:00", "5.5", "met", "self", "1", "2", ""]
)
odd: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**52), 2**52),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(["0001-01-01T00:00:00+14:00", "2026-11-17T09:05:00", "9999-12-31T23:59:59-14:00", "not a day"]),
    st.lists(st.one_of(st.integers(0, 3), st.sampled_from(["a", "b"])), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 3), max_size=2),
)


@st.composite
def payloads(draw: st.DrawFn, fields: frozenset[str]) -> dict[str, Any]:
    wanted = draw(st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=5))
    values = usual if draw(st.booleans()) else odd
    found = {name: draw(values) for name in wanted}
    if draw(st.integers(0, 9)) == 0:
        found["a field of tomorrow"] = draw(odd)
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[ChangeSet, bytes]]:
    laptops = [Replica(name) for name in ("amina", "ben", "cleo")]
    for _ in range(draw(st.integers(1, 14))):
        laptop = draw(st.sampled_from(laptops))
        laptop.hears(draw(st.sampled_from(laptops)))
        items = []
        for _ in range(draw(st.integers(1, 3))):
            entity = draw(st.sampled_from(sorted(RECORDS)))
            kind = draw(st.sampled_from(sorted(RECORDS[entity])))
            entity_id = f"{entity}-{draw(st.integers(1, 2))}"
            unit = RECORDS[entity][kind]
            payload = draw(payloads(unit.fields))
            held = payload.get(unit.key) if unit.key else None
            key = None if unit.key is None else "" if held is None else str(held)
            value = laptop.record(entity, entity_id).value(kind, key)
            bases = value.bases if value and draw(st.booleans()) else ()
            strange = draw(st.integers(0, 19)) == 0
            items.append(
                Item(
                    entity="telepathy" if strange else entity,
                    entity_id=f"telepathy-{entity_id}" if strange else entity_id,
                    kind=kind,
                    bases=bases,
                    payload=payload,
                )
            )
        laptop.saves(*items)
    laptops[0].hears(*laptops[1:])
    return laptops[0].log()


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_I2_any_order_duplication_and_batching_makes_the_same_tables(
    engine: Engine, log: list[tuple[ChangeSet, bytes]], dice: random.Random
) -> None:
    at_once = tables_of(engine, log)
    shuffled = [*log, *dice.choices(log, k=3)]
    dice.shuffle(shuffled)
    cut = dice.randrange(len(shuffled) + 1)
    assert tables_of(engine, shuffled[:cut], shuffled[cut:]) == at_once
    assert tables_of(engine, *([each] for each in shuffled)) == at_once


@given(histories())
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_I2_a_rebuild_makes_the_tables_that_stood(engine: Engine, log: list[tuple[ChangeSet, bytes]]) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        for each in log:
            writing.write(connection, [each])
        stood = dump(connection)
        connection.execute(delete(patient))
        connection.execute(update(visit).values(status="something else"))
        writing.rebuild(connection)
        assert dump(connection) == stood
        transaction.rollback()


def test_F36_unknown_kinds_fields_and_words_survive_write_read_and_rebuild_byte_for_byte(
    connection: Connection,
) -> None:
    amina = Replica("amina")
    amina.writes("patient", PERSON, "name", {"family": "Abernathy", "given": "Doreen"})
    amina.writes("patient", PERSON, "aura", {"colour": "blue"})
    amina.writes("telepathy", "t", "heard", {"thought": "…"})
    amina.writes("section", "s", "taught", {"patient": PERSON, "learner": "self"})
    amina.writes("section", "s", "rating", {"step": "1", "level": "levitates"}, key="1")
    amina.writes("patient", "patient-2", "name", {"family": "Okafor", "given": "Chidi"})
    writing.write(connection, amina.log())
    before = dump(connection)
    held = {row["cs_id"]: (row["head"], row["body"]) for row in rows(connection, change_set)}
    assert held == {cs_id: (each.head_bytes, each.body_bytes) for cs_id, each in amina.seen.items()}
    writing.rebuild(connection)
    assert dump(connection) == before
    assert {row["id"]: row["unknown"] for row in rows(connection, patient)} == {PERSON: True, "patient-2": False}
    assert [row["level"] for row in rows(connection, step_rating)] == ["levitates"]


def test_B28_hearing_a_change_set_again_changes_nothing(connection: Connection) -> None:
    amina = Replica("amina")
    amina.writes("patient", PERSON, "name", {"family": "Abernathy", "given": "Doreen"})
    assert writing.write(connection, amina.log()).kinds == {"patient"}
    before = dump(connection)
    assert writing.write(connection, amina.log() * 2) == writing.Changed()
    assert dump(connection) == before


def test_F72_of_two_change_sets_under_one_id_the_first_is_kept(connection: Connection) -> None:
    amina, forger = Replica("amina"), Replica("amina")
    amina.writes("patient", PERSON, "name", {"family": "Abernathy"})
    forger.writes("patient", PERSON, "name", {"family": "Forged"})
    writing.write(connection, [*amina.log(), *forger.log()])
    writing.write(connection, forger.log())
    assert [row["family_name"] for row in rows(connection, patient)] == ["Abernathy"]


def test_F53_a_conflict_is_named_on_the_person_and_both_values_can_be_read(connection: Connection) -> None:
    amina, ben = Replica("amina"), Replica("ben")
    amina.writes("patient", PERSON, "name", {"family": "Abernathy", "given": "Doreen"})
    ben.hears(amina)
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    ben.writes("patient", PERSON, "phone", {"phone": "01632 960002"})
    writing.write(connection, amina.log())
    writing.write(connection, ben.log())
    assert [row["conflicts"] for row in rows(connection, patient)] == ["phone"]
    said = [op.payload["phone"] for op in log.held_operations(connection, "patient", PERSON) if op.kind == "phone"]
    assert sorted(said) == ["01632 960001", "01632 960002"]


def test_F61_a_record_whose_beginning_has_not_arrived_is_held_and_appears_when_it_does(connection: Connection) -> None:
    amina = Replica("amina")
    amina.writes("patient", PERSON, "phone", {"phone": "01632 960001"})
    amina.writes("patient", PERSON, "name", {"family": "Abernathy", "given": "Doreen"})
    phone, name = amina.log()
    writing.write(connection, [phone])
    assert rows(connection, patient) == []
    writing.write(connection, [name])
    assert [(row["family_name"], row["phone"]) for row in rows(connection, patient)] == [("Abernathy", "01632 960001")]


def test_B35_a_date_no_one_can_read_takes_that_of_the_save_and_hides_nothing(connection: Connection) -> None:
    amina = Replica("amina")
    amina.writes("referral", "r", "gate", {"gate": "consent", "state": "met", "on": "the day before"}, key="consent")
    amina.writes("observation", "o", "reading", {"observation": "glucose", "at": 7, "value": "5.5"})
    writing.write(connection, amina.log())
    assert [str(row["on"]) for row in rows(connection, gate)] == ["2026-11-17"]
    assert [row["read_at"] for row in rows(connection, observation)] == ["2026-11-17T12:00:00.000000Z"]


def test_B35_a_number_beyond_what_a_column_holds_is_absent_and_hides_nothing(connection: Connection) -> None:
    amina = Replica("amina")
    amina.writes("visit", "v", "planned", {"patient": PERSON, "minutes": 12345})
    ((made, chain),) = amina.log()
    forged = ChangeSet(made.head_bytes, made.body_bytes.replace(b"12345", b"9" * 30))
    writing.write(connection, [(forged, chain)])
    assert [(row["patient"], row["planned_minutes"]) for row in rows(connection, visit)] == [(PERSON, None)]


# --- the chain -----------------------------------------------------------------------------------


def long_log(count: int = 6) -> list[tuple[ChangeSet, bytes]]:
    amina = Replica("amina")
    for number in range(count):
        amina.writes("patient", PERSON, "phone", {"phone": str(number)})
    return amina.log()


def test_our_own_chains_are_told_from_others_work_by_an_index_of_ours_alone(connection: Connection) -> None:
    ben = Replica("ben")
    ben.writes("patient", PERSON, "phone", {"phone": "7"})
    writing.write(connection, [*long_log(), *((each, None) for each, _ in ben.log())])
    assert list(log.written_replicas(connection)) == ["amina"]
    assert log.end_of(connection, "amina").seq == 6
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {log.NEXT_REPLICA}", ("",)).all()
        assert "change_set_own" in plan[0].detail


def test_a_word_of_others_work_that_was_altered_is_found_without_a_chain(connection: Connection) -> None:
    writing.write(connection, [(each, None) for each, _ in long_log()])
    assert list(checking.broken_links(connection)) == []
    third = (change_set.c.seq == 3,)
    connection.execute(update(change_set).where(*third).values(cs_hash=bytes(32)))
    assert list(checking.broken_links(connection)) == [("amina", 3)]


def test_an_unbroken_chain_has_no_broken_link(connection: Connection) -> None:
    writing.write(connection, long_log())
    assert list(checking.broken_links(connection)) == []
    assert log.own_chain(connection, "amina", 6) == long_log()[-1][1]


TAMPERED: dict[str, dict[str, Any]] = {
    "body": {"body": msgspec.json.encode([{"entity": "patient", "entity_id": PERSON, "kind": "phone"}])},
    "head": {"head": b"{}"},
    "hash": {"cs_hash": bytes(32)},
    "chain": {"chain": bytes(32)},
    "number": {"seq": 9},
    "id": {"cs_id": "another"},
    "replica": {"replica": "ben"},
}


@pytest.mark.parametrize("what", TAMPERED)
def test_P10_one_altered_row_of_the_log_is_found(connection: Connection, what: str) -> None:
    writing.write(connection, long_log())
    connection.execute(update(change_set).where(change_set.c.seq == 3).values(TAMPERED[what]))
    assert list(checking.broken_links(connection))


def test_P10_one_removed_or_exchanged_row_of_the_log_is_found(connection: Connection) -> None:
    writing.write(connection, long_log())
    connection.execute(delete(change_set).where(change_set.c.seq == 3))
    assert list(checking.broken_links(connection)) == [("amina", 4)]


def test_a_body_that_was_dropped_leaves_the_chain_whole(connection: Connection) -> None:
    writing.write(connection, long_log())
    connection.execute(update(change_set).where(change_set.c.seq < 4).values(body=None))
    assert list(checking.broken_links(connection)) == []


def test_the_tables_of_many_records_at_once_are_those_of_one_by_one(engine: Engine) -> None:
    """More records than one statement takes at a time."""
    amina = Replica("amina")
    for number in range(log.CHUNK + 20):
        amina.saves(Item(entity="team", entity_id=f"team-{number}", kind="named", payload={"name": str(number)}))
    at_once: Dump = tables_of(engine, amina.log())
    assert len(at_once["team"]) == log.CHUNK + 20
    assert tables_of(engine, *([each] for each in amina.log())) == at_once
