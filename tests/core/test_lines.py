"""The lines that lists and searches read: always as the records are, and quick to sort, filter and look through."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from smf_core.records.keeping import differing, not_looked_at
from smf_core.records.lines import anyone_behind, behind, line, mark_everyone, pathway, prepare, said, shown
from smf_core.records.log import held_operations
from smf_core.records.queries import caseload as queries
from smf_core.records.queries import search
from smf_core.records.queries.caseload import Mark, Sort, Stage
from smf_core.records.queries.covers import acting_nurse, covers_on
from smf_core.records.queries.search import search_people
from smf_core.records.tables import episode
from smf_core.records.writing import rebuild
from tests.support.lines import DAY, MIDNIGHT, caseload, kept, wanted
from tests.support.written import MORNING, Laptop, empty, item, statements

TUESDAY = datetime(2026, 11, 17, 10, 0, tzinfo=timezone(timedelta(0)))
ONE_DAY = timedelta(days=1)


@pytest.fixture
def laptop() -> Iterator[Laptop]:
    engine = empty()
    with engine.connect() as connection:
        prepare(connection)
        yield Laptop(connection)
    engine.dispose()


@pytest.fixture
def street(laptop: Laptop) -> Laptop:
    """Doreen, taught by Amina; Ceri, whose teaching ended; Łukasz, who is waiting; each with what people look for."""
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323")
    laptop.save(
        item("patient", "doreen", "address", address="12 Mill Lane\nOakford", postcode="AB1 2CD"),
        item("patient", "doreen", "phone", phone="+44 1632 960 123"),
        item("contact", "anna", "member", patient="doreen", name="Anna Lis", relation="Daughter", phone="01632 960555"),
        at=MORNING,
        patient="doreen",
    )
    laptop.episode("insulin", "doreen")
    laptop.person("ceri", "O'Brien", "Ceri", "1960-02-01", "9990102191")
    laptop.episode("valve", "ceri")
    laptop.discharged("valve")
    laptop.person("lukasz", "Łączyński", "Łukasz", "1970-05-05")
    laptop.referral("referral of lukasz", "lukasz")
    kept(laptop.connection)
    return laptop


def found(connection: Connection, typed: str) -> list[tuple[str, str, str]]:
    return [(one.person.id, one.field, one.reads) for one in search_people(connection, typed)]


@pytest.mark.parametrize(
    ("typed", "who", "field"),
    [
        ("aber", "doreen", "name"),
        ("doreen abernathy", "doreen", "name"),
        ("ABERNATHY, Doreen", "doreen", "name"),
        ("ab", "doreen", "name"),
        ("999 007 9323", "doreen", "number"),
        ("9990079", "doreen", "number"),
        ("01632 960123", "doreen", "phone"),
        ("960555", "doreen", "contact"),
        ("anna", "doreen", "contact"),
        ("mill lane", "doreen", "home"),
        ("12 mill", "doreen", "home"),
        ("ab1 2cd", "doreen", "home"),
        ("ab12cd", "doreen", "home"),
        ("14-Mar-1951", "doreen", "born"),
        ("14/03/1951", "doreen", "born"),
        ("1951-03-14", "doreen", "born"),
        ("14.3.1951", "doreen", "born"),
        ("o'brien", "ceri", "name"),
        ("obrien", "ceri", "name"),
        ("laczynski", "lukasz", "name"),
        ("łącz", "lukasz", "name"),
    ],
)
def test_people_are_found_by_whatever_is_known_of_them(street: Laptop, typed: str, who: str, field: str) -> None:
    assert [(person, by) for person, by, _ in found(street.connection, typed)] == [(who, field)]


def test_what_was_found_reads_as_it_was_written_down(street: Laptop) -> None:
    assert found(street.connection, "960555") == [("doreen", "contact", "Anna Lis 01632 960555")]
    assert found(street.connection, "ab1 2cd") == [("doreen", "home", "12 Mill Lane, AB1 2CD")]


@pytest.mark.parametrize("typed", ["", "  ", "zzz", '"', "a" * 300, "' OR 1=1", "NEAR(", "*", "%", "_"])
def test_text_that_is_nobodys_finds_nobody_and_breaks_nothing(street: Laptop, typed: str) -> None:
    assert found(street.connection, typed) == []


def test_whoever_begins_with_what_was_typed_comes_first(laptop: Laptop) -> None:
    for who, family, given in (
        ("a", "Johannan", "Bo"),
        ("b", "Bell", "Joanna"),
        ("c", "Anna", "Cy"),
        ("d", "Annan", "Di"),
    ):
        laptop.person(who, family, given, "1950-01-01")
    kept(laptop.connection)
    assert [person for person, _, _ in found(laptop.connection, "anna")] == ["c", "d", "b", "a"]


def test_stages_tell_who_is_taught_who_waits_and_whose_teaching_ended(street: Laptop) -> None:
    def who(stage: Stage | None) -> set[str]:
        return {row.person.id for row in caseload(street.connection, wanted(stage=stage))}

    assert who(Stage.TAUGHT) == {"doreen"}
    assert who(Stage.DISCHARGED) == {"ceri"}
    assert who(Stage.TRIAGE) == {"lukasz"}
    assert who(Stage.HELD) == set()
    assert who(None) == {"doreen", "ceri", "lukasz"}


def test_a_save_marks_the_person_and_nobody_else(street: Laptop) -> None:
    assert not anyone_behind(street.connection)
    street.planned("v1", "doreen", TUESDAY, "insulin")
    behind = street.connection.exec_driver_sql("SELECT person FROM caseload_behind").scalars().all()
    assert behind == ["doreen"]
    (row,) = caseload(street.connection)
    assert row.next_visit is not None
    assert row.next_visit.at == TUESDAY


def every_line(connection: Connection) -> Any:
    columns = (*(column for column in line.c if column.name != "place"), shown.c.row)
    whole = select(*columns).join(shown, shown.c.place == line.c.place).order_by(line.c.person)
    paths = select(pathway).order_by(pathway.c.episode)
    words = select(said.c.name, said.c.numbers, said.c.people, said.c.home).order_by(said.c.name)
    return [connection.execute(asked).all() for asked in (whole, paths, words)]


def test_lines_made_anew_from_the_records_are_the_same(street: Laptop) -> None:
    street.signed("v1", "doreen", TUESDAY - ONE_DAY, {"insulin": {"s1": "assisted"}})
    kept(street.connection)
    before = every_line(street.connection)
    rebuild(street.connection)
    mark_everyone(street.connection)
    kept(street.connection)
    assert every_line(street.connection) == before


def test_lines_of_another_version_are_dropped_and_made_anew(street: Laptop) -> None:
    before = every_line(street.connection)
    street.connection.exec_driver_sql("UPDATE caseload_version SET version = 0")
    street.connection.exec_driver_sql("UPDATE caseload_line SET name = 'wrong'")
    prepare(street.connection)
    kept(street.connection)
    assert every_line(street.connection) == before


def test_a_record_that_changes_hands_marks_both_people(street: Laptop) -> None:
    street.planned("v1", "doreen", TUESDAY, "insulin")
    kept(street.connection)
    base = held_operations(street.connection, "visit", "v1")[-1].ref
    moved = {"patient": "ceri", "episodes": ["valve"], "at": TUESDAY.isoformat(), "nurse": "amina"}
    street.save(item("visit", "v1", "planned", base, **moved), at=TUESDAY)
    assert set(street.connection.scalars(select(behind.c.person))) == {"ceri", "doreen"}


def test_two_records_found_to_be_one_person_mark_both(street: Laptop) -> None:
    street.save(item("patient", "ceri", "same_person", kept="doreen", state="merged"), at=TUESDAY, patient="ceri")
    assert set(street.connection.scalars(select(behind.c.person))) == {"ceri", "doreen"}


@pytest.mark.parametrize(
    ("entity", "record", "kind", "said"),
    [
        ("episode", "insulin", "gate", {"gate": "p08", "state": "met", "by": "amina", "on": "2026-11-17"}),
        ("section", "s1", "rating", {"step": "s01", "level": "prompted"}),
        ("section", "s1", "answer", {"question": "t01", "answer": "explained"}),
    ],
)
def test_a_change_in_a_part_that_names_nobody_marks_whose_it_is(
    street: Laptop, entity: str, record: str, kind: str, said: dict[str, str]
) -> None:
    section = {"patient": "doreen", "visit": "v1", "episode": "insulin", "learner": "patient"}
    street.save(item("section", "s1", "taught", **section), at=TUESDAY, patient="doreen")
    kept(street.connection)
    street.save(item(entity, record, kind, **said), at=TUESDAY, patient="doreen")
    assert list(street.connection.scalars(select(behind.c.person))) == ["doreen"]


def test_what_changes_nothing_of_a_line_marks_nobody(street: Laptop) -> None:
    said = {"patient": "doreen", "kind": "other", "text": "Ring the pharmacy", "by": "amina"}
    street.save(item("task", "t1", "asked", **said), at=TUESDAY, patient="doreen")
    shown_again = {"address": "12 Mill Lane\nOakford", "postcode": "AB1 2CD"}
    base = next(op.ref for op in held_operations(street.connection, "patient", "doreen") if op.kind == "address")
    street.save(item("patient", "doreen", "address", base, **shown_again), at=TUESDAY, patient="doreen")
    assert not anyone_behind(street.connection)


def test_a_line_that_is_not_what_the_records_make_is_told_and_one_that_is_behind_is_not(street: Laptop) -> None:
    assert list(differing(street.connection)) == []
    street.connection.execute(shown.update().values(row=func.replace(shown.c.row, "Abernathy", "Somebody")))
    street.connection.execute(line.delete().where(line.c.person == "ceri"))
    assert list(differing(street.connection)) == ["ceri", "doreen"]
    mark_everyone(street.connection)
    assert list(differing(street.connection)) == []


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("descending", [False, True])
def test_no_order_of_everyone_sorts_in_memory(street: Laptop, sort: Sort, descending: bool) -> None:
    with statements(street.connection) as run:
        queries.caseload(street.connection, wanted(), sort=sort, descending=descending)
    (statement, values), *_ = [each for each in run if "LIMIT" in each[0]]
    plan = [row.detail for row in street.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert not any("TEMP B-TREE" in step for step in plan), plan
    assert all(step.startswith("SEARCH") for step in plan), plan


def plan_of(connection: Connection, run: list[tuple[str, Any]], part: str) -> list[str]:
    (statement, values), *_ = [each for each in run if part in each[0]]
    return [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.parametrize("asked", [wanted(nurse="amina"), wanted(text="abernathy"), wanted(text="1951-03-14")])
def test_a_few_people_are_picked_out_before_they_are_put_in_order(street: Laptop, asked: queries.Wanted) -> None:
    with statements(street.connection) as run:
        queries.caseload(street.connection, asked)
    with statements(street.connection) as counted:
        queries.caseload_count(street.connection, asked)
    for first in (plan_of(street.connection, run, "ORDER BY")[0], plan_of(street.connection, counted, "stage")[0]):
        assert first.startswith("SEARCH caseload_line USING"), first
        assert any(by in first for by in ("(person=?)", "PRIMARY KEY (rowid=?)", "(born=?)")), first


def test_who_may_be_ready_today_is_found_by_an_index(street: Laptop) -> None:
    with statements(street.connection) as run:
        not_looked_at(street.connection, DAY, 50)
    assert "caseload_line_near" in plan_of(street.connection, run, "near")[0]


TYPED = ("aber", "doreen abernathy", "mill lane", "ab1 2cd", "01632 960", "anna", "9990", "o'brien", "zzz", "12 mill")


@pytest.mark.parametrize("typed", TYPED)
def test_a_text_many_people_match_finds_the_same_people_in_turn(
    street: Laptop, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = wanted(text=typed, stage=None)
    looked_up = queries.caseload(street.connection, asked, sort=Sort.NAME)
    monkeypatch.setattr(search, "COMMON", 1)  # one is many
    with statements(street.connection) as run:
        assert queries.caseload(street.connection, asked, sort=Sort.NAME) == looked_up
    in_turn = any("instr(" in text for text, _ in run)
    assert in_turn == bool(looked_up)


def test_what_stands_as_it_would_be_made_is_not_written_again(street: Laptop) -> None:
    places = set(street.connection.execute(select(line.c.person, line.c.place)))
    mark_everyone(street.connection)
    with statements(street.connection) as run:
        kept(street.connection)
    assert not [text for text, _ in run if text.startswith("INSERT")]
    street.signed("v1", "doreen", TUESDAY - ONE_DAY, {"insulin": {"s1": "assisted"}})
    street.person("nobody", "New", "Ann", "1980-01-01")
    kept(street.connection)
    assert set(street.connection.execute(select(line.c.person, line.c.place))) >= places
    assert list(differing(street.connection)) == []


def test_marks_narrow_the_list(street: Laptop) -> None:
    def who(*marks: Mark) -> list[str]:
        return [row.person.id for row in caseload(street.connection, wanted(*marks))]

    assert who(Mark.NO_NEXT, Mark.NEW) == ["doreen"]
    street.planned("v1", "doreen", TUESDAY - ONE_DAY, "insulin")
    assert who(Mark.NO_NEXT) == []
    assert who(Mark.OVERDUE) == ["doreen"]
    assert who(Mark.READY) == []
    within = wanted(next_from=MIDNIGHT, next_until=MIDNIGHT + ONE_DAY)
    assert caseload(street.connection, within) == ()


def test_similar_names_count_on_one_caseload_and_one_address_on_all(street: Laptop) -> None:
    street.person("dora", "Abernathy", "Dora", "1949-01-01")
    street.save(
        item("patient", "dora", "address", address="12 mill lane, Oakford", postcode="ab12cd"),
        at=MORNING,
        patient="dora",
    )
    street.episode("compression", "dora", nurse="ben")
    rows = caseload(street.connection, wanted(), sort=Sort.NAME)
    assert [(row.person.id, row.similar, row.same_home) for row in rows] == [
        ("dora", False, True),
        ("doreen", False, True),
    ]
    street.episode("valve of dora", "dora", nurse="amina")
    assert [row.similar for row in caseload(street.connection, wanted())] == [True, True]
    assert len(caseload(street.connection, wanted(Mark.SIMILAR_NAME))) == 2


# --- covers --------------------------------------------------------------------------------------


def acting(connection: Connection, nurse: str, day: date) -> set[str]:
    return set(connection.scalars(select(episode.c.id).where(acting_nurse(nurse, day), episode.c.closed_on.is_(None))))


def listed(connection: Connection, nurse: str, day: date) -> set[str]:
    asked = queries.Wanted(day=day, start_of_day=MIDNIGHT, nurse=nurse)
    kept(connection)
    return {row.person.id for row in queries.caseload(connection, asked)}


def test_an_absence_hands_the_list_over_for_its_days_and_no_longer(street: Laptop) -> None:
    away = {"nurse": "amina", "from": "2026-11-17", "until": "2026-11-18", "covered_by": "ben"}
    street.save(item("absence", "leave", "away", **away), at=MORNING)
    for day, theirs, own in (
        (DAY - ONE_DAY, set(), {"insulin"}),
        (DAY, {"insulin"}, set()),
        (DAY + ONE_DAY, {"insulin"}, set()),
        (DAY + 2 * ONE_DAY, set(), {"insulin"}),
    ):
        assert acting(street.connection, "ben", day) == theirs
        assert acting(street.connection, "amina", day) == own
        assert listed(street.connection, "ben", day) == ({"doreen"} if theirs else set())
        assert listed(street.connection, "amina", day) == {"doreen"}, "the owner never loses sight of them"
    assert covers_on(street.connection, ["insulin"], DAY)["insulin"].nurse == "ben"
    assert covers_on(street.connection, ["insulin"], DAY + 2 * ONE_DAY) == {}


def test_one_pathway_lent_goes_before_an_absence_and_a_cover_called_off_is_none(street: Laptop) -> None:
    away = {"nurse": "amina", "from": "2026-11-17", "until": "2026-11-30", "covered_by": "ben"}
    lent = {"patient": "doreen", "episode": "insulin", "nurse": "cat", "from": "2026-11-17", "until": "2026-11-17"}
    street.save(item("absence", "leave", "away", **away), at=MORNING)
    street.save(item("nurse_cover", "loan", "arranged", **lent), at=MORNING, patient="doreen")
    assert acting(street.connection, "cat", DAY) == {"insulin"}
    assert acting(street.connection, "ben", DAY) == set()
    assert covers_on(street.connection, ["insulin"], DAY)["insulin"].nurse == "cat"
    assert listed(street.connection, "cat", DAY) == {"doreen"}
    assert listed(street.connection, "ben", DAY) == set()
    assert listed(street.connection, "ben", DAY + ONE_DAY) == {"doreen"}
