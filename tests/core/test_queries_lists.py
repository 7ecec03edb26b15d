"""Reading the caseload, a day and a history: what was signed, and nothing entered in error counts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from smf_core.domain.visit import Level, NotGoneAheadReason
from smf_core.records.queries.caseload import Sort
from smf_core.records.queries.today import EntryKind, change_sets_of, history, no_next_visit, overdue, today
from smf_core.records.queries.visits import visits_of_episode
from tests.support.examples import examples
from tests.support.lines import caseload, caseload_count
from tests.support.read_back import DAY, MIDNIGHT, TUESDAY, doreen, five, gate, laptop, seen
from tests.support.written import MORNING, Laptop, empty, item, statements

__all__ = ["doreen", "five", "laptop"]


# --- the caseload --------------------------------------------------------------------------------


def test_a_line_of_the_caseload_says_how_far_each_pathway_has_come(doreen: Laptop) -> None:
    doreen.save(item("allergy", "a1", "member", patient="doreen", substance="Penicillin"), at=MORNING)
    held = {"patient": "doreen", "episode": "insulin", "reason": "Holiday", "from": "2026-11-12"}
    doreen.save(item("hold", "h1", "held", **held), at=MORNING)

    (row,) = caseload(doreen.connection, nurse="amina")

    assert (row.person.name.given, row.allergy, row.open_red_flag, row.conflict, row.unknown) == (
        "Doreen",
        True,
        False,
        False,
        False,
    )
    assert (row.last_visit, row.next_visit and row.next_visit.at) == (TUESDAY - 5 * DAY, TUESDAY)
    (pathway,) = row.pathways
    assert (pathway.skill, pathway.visits, pathway.expected_visits) == ("insulin", 2, 7)
    assert pathway.levels == {"patient": {"s1": Level.INDEPENDENT, "s2": Level.ASSISTED}}
    assert pathway.hold is not None
    assert pathway.hold.reason == "Holiday"


def test_the_caseload_of_a_nurse_holds_the_people_they_teach_with_all_their_pathways(doreen: Laptop) -> None:
    doreen.episode("wound", "doreen", "wound", nurse="ben")
    doreen.person("ceri", "Llewellyn", "Ceri", "1970-02-01")
    doreen.episode("ceri's", "ceri", nurse="ben")
    doreen.person("gone", "Gone", "Rose", "1970-02-01")
    doreen.episode("ended", "gone", nurse="ben")
    doreen.discharged("ended")

    bens = caseload(doreen.connection, nurse="ben", sort=Sort.NAME)

    assert [(row.person.id, [each.id for each in row.pathways]) for row in bens] == [
        ("doreen", ["insulin", "wound"]),
        ("ceri", ["ceri's"]),
    ]
    assert [row.person.id for row in caseload(doreen.connection, text="llew")] == ["ceri"]
    assert caseload_count(doreen.connection) == 2
    assert caseload_count(doreen.connection, nurse="amina", text="999007") == 1


@pytest.mark.parametrize(
    ("sort", "descending", "order"),
    [
        (Sort.NEXT_VISIT, False, ["p1", "p2", "p3", "p4", "p0"]),
        (Sort.NEXT_VISIT, True, ["p4", "p3", "p2", "p1", "p0"]),
        (Sort.LAST_VISIT, False, ["p4", "p3", "p2", "p1", "p0"]),
        (Sort.NAME, False, ["p4", "p3", "p2", "p1", "p0"]),
        (Sort.NAME, True, ["p0", "p1", "p2", "p3", "p4"]),
    ],
)
def test_pages_of_the_caseload_follow_its_order_and_miss_nobody(
    five: Laptop, sort: Sort, descending: bool, order: list[str]
) -> None:
    pages = [caseload(five.connection, sort=sort, descending=descending, limit=2, offset=at) for at in (0, 2, 4, 6)]
    assert [row.person.id for page in pages for row in page] == order
    assert pages[-1] == ()


def test_nothing_booked_ahead_names_those_seen_longest_ago_first(five: Laptop) -> None:
    assert [row.person.id for row in no_next_visit(five.connection, TUESDAY + 3 * DAY)] == ["p0", "p2", "p1"]
    assert no_next_visit(five.connection, TUESDAY, nurse="ben") == ()


# --- one day -------------------------------------------------------------------------------------


def test_today_holds_what_is_planned_begun_signed_and_missed(doreen: Laptop) -> None:
    hour = timedelta(hours=1)
    doreen.signed("early", "doreen", TUESDAY - 2 * hour, {"insulin": {"s1": "independent"}})
    doreen.started("begun", "doreen", TUESDAY - hour, "insulin")
    doreen.planned("missed", "doreen", TUESDAY + hour, "insulin")
    doreen.missed("missed", "doreen", TUESDAY + hour, "no_access")
    doreen.planned("tomorrow", "doreen", TUESDAY + DAY, "insulin")

    found = today(doreen.connection, MIDNIGHT, MIDNIGHT + DAY, "amina")

    assert [(each.id, each.status, [skill.number for skill in each.skills]) for each in found] == [
        ("early", "signed", [3]),
        ("begun", "started", [4]),
        ("v4", "planned", [4]),
        ("missed", "not_gone_ahead", [None]),
    ]
    assert found[0].person.name.family == "Abernathy"
    assert (found[0].signed_by, found[0].signed_at) == ("amina", TUESDAY - 2 * hour)
    assert (found[2].skills[0].skill, found[2].skills[0].expected_visits, found[2].focus) == (
        "insulin",
        7,
        "Dose window",
    )
    assert found[3].not_gone_ahead_reason is NotGoneAheadReason.NO_ACCESS
    assert today(doreen.connection, MIDNIGHT, MIDNIGHT + DAY, "ben") == ()


def test_a_visit_planned_for_one_day_and_made_on_another_stands_on_the_day_it_was_made(doreen: Laptop) -> None:
    doreen.signed("v4", "doreen", TUESDAY + DAY, {"insulin": {}})
    assert today(doreen.connection, MIDNIGHT, MIDNIGHT + DAY) == ()
    assert [each.id for each in today(doreen.connection, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY)] == ["v4"]


def test_a_visit_made_by_a_colleague_stands_on_both_their_days(doreen: Laptop) -> None:
    doreen.signed("v4", "doreen", TUESDAY, {"insulin": {}}, author="ben")
    for nurse in ("amina", "ben"):
        assert [each.id for each in today(doreen.connection, MIDNIGHT, MIDNIGHT + DAY, nurse)] == ["v4"]


def test_a_visit_of_two_learners_counts_once(doreen: Laptop) -> None:
    taught = {"patient": "doreen", "visit": "both", "episode": "insulin", "learner": "c1"}
    doreen.signed("both", "doreen", TUESDAY - DAY, {"insulin": {}}, more=(item("section", "x", "taught", **taught),))
    (found,) = today(doreen.connection, MIDNIGHT, MIDNIGHT + DAY)
    assert [skill.number for skill in found.skills] == [4]


def test_overdue_is_what_was_planned_and_not_done(doreen: Laptop) -> None:
    doreen.planned("late", "doreen", TUESDAY - 3 * DAY, "insulin")
    doreen.planned("never", "doreen", TUESDAY - 4 * DAY, "insulin", cancelled=True)

    assert [each.id for each in overdue(doreen.connection, MIDNIGHT)] == ["late"]
    assert [each.id for each in overdue(doreen.connection, MIDNIGHT + DAY, "amina")] == ["late", "v4"]
    assert overdue(doreen.connection, MIDNIGHT, "ben") == ()
    doreen.discharged("insulin")
    assert overdue(doreen.connection, MIDNIGHT) == ()


def test_what_was_planned_for_nobody_is_overdue_for_whoever_teaches_the_person(doreen: Laptop) -> None:
    doreen.planned("nobodys", "doreen", TUESDAY - 3 * DAY, "insulin", nurse="")
    doreen.planned("bens", "doreen", TUESDAY - 2 * DAY, "insulin", nurse="ben")

    assert [each.id for each in overdue(doreen.connection, MIDNIGHT, "amina")] == ["nobodys"]
    assert [each.id for each in overdue(doreen.connection, MIDNIGHT, "ben")] == ["bens"]
    week = MIDNIGHT - 6 * DAY, MIDNIGHT
    assert [each.id for each in today(doreen.connection, *week, "ben")] == ["bens"]
    assert "nobodys" in [each.id for each in today(doreen.connection, *week, "amina")]


@pytest.mark.parametrize(
    ("read", "by"),
    [
        (lambda connection: today(connection, MIDNIGHT, MIDNIGHT + DAY, "amina"), ("visit_started", "visit_of_nurse")),
        (lambda connection: overdue(connection, MIDNIGHT, "amina"), ("visit_of_nurse",)),
    ],
    ids=["today", "overdue"],
)
def test_the_day_of_one_nurse_is_not_sought_among_the_visits_of_all(
    doreen: Laptop, read: Callable[[Connection], object], by: tuple[str, ...]
) -> None:
    with statements(doreen.connection) as run:
        read(doreen.connection)
    text, values = next(
        each for each in run if " JOIN patient " in each[0]
    )  # before it: whether they stand in for anyone
    plan = [row.detail for row in doreen.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    assert not [step for step in plan if step.startswith("SCAN")], plan
    sought = {step.split(" INDEX ")[1].split()[0] for step in plan if step.startswith("SEARCH visit ")}
    assert sought == {*by, "sqlite_autoindex_visit_1"}, plan


def test_a_visit_that_did_not_go_ahead_is_overdue_with_its_reason_until_another_is_booked(five: Laptop) -> None:
    five.planned("m0", "p0", TUESDAY - 3 * DAY, "e0")
    five.missed("m0", "p0", TUESDAY - 3 * DAY, "hospital")

    (found,) = overdue(five.connection, MIDNIGHT)

    assert (found.id, found.not_gone_ahead_reason) == ("m0", NotGoneAheadReason.HOSPITAL)
    five.planned("next", "p0", TUESDAY + DAY, "e0")
    assert overdue(five.connection, MIDNIGHT) == ()


def test_only_the_last_of_several_visits_that_did_not_go_ahead_is_overdue_until_one_does(five: Laptop) -> None:
    for number in (5, 3, 1):
        five.planned(f"m{number}", "p0", TUESDAY - number * DAY, "e0")
        five.missed(f"m{number}", "p0", TUESDAY - number * DAY, "no_access")

    assert [each.id for each in overdue(five.connection, MIDNIGHT)] == ["m1"]
    five.signed("made", "p0", TUESDAY - timedelta(hours=20), {"e0": {}})
    assert overdue(five.connection, MIDNIGHT) == ()


# --- history -------------------------------------------------------------------------------------


def test_the_history_holds_everything_newest_first(doreen: Laptop) -> None:
    doreen.save(gate("insulin", "g1", TUESDAY - 9 * DAY), at=TUESDAY - 9 * DAY)
    doreen.save(gate("referral of doreen", "u1", TUESDAY - 10 * DAY, "referral"), at=TUESDAY - 10 * DAY)
    doreen.save(seen("f1", "same_day", TUESDAY - 5 * DAY + timedelta(minutes=5)), at=TUESDAY)
    closing = {"state": "closed", "by": "lena", "at": (TUESDAY - 3 * DAY).isoformat(), "action": "GP told"}
    doreen.save(item("red_flag", "f1", "closing", **closing), at=TUESDAY)
    doreen.discharged("insulin", on="2026-11-18")

    found = history(doreen.connection, "doreen")

    assert [(each.kind, each.record) for each in found] == [
        (EntryKind.DISCHARGE, "insulin"),
        (EntryKind.VISIT_PLANNED, "v4"),
        (EntryKind.RED_FLAG_CLOSED, "f1"),
        (EntryKind.VISIT_SIGNED, "v3"),
        (EntryKind.RED_FLAG, "f1"),
        (EntryKind.VISIT_SIGNED, "v2"),
        (EntryKind.VISIT_SIGNED, "v1"),
        (EntryKind.GATE, "insulin"),
        (EntryKind.GATE, "referral of doreen"),
        (EntryKind.REFERRAL_DECIDED, "referral of doreen"),
        (EntryKind.REFERRAL_RECEIVED, "referral of doreen"),
    ]
    by_record = {(each.kind, each.record): each for each in found}
    assert by_record[EntryKind.VISIT_SIGNED, "v3"].struck_reason == "Wrong person"
    assert by_record[EntryKind.VISIT_SIGNED, "v3"].skills[0].number is None
    assert by_record[EntryKind.VISIT_SIGNED, "v2"].skills[0].number == 2
    assert by_record[EntryKind.VISIT_PLANNED, "v4"].skills[0].number == 3
    assert by_record[EntryKind.GATE, "referral of doreen"].skills[0].skill == "insulin"
    assert by_record[EntryKind.DISCHARGE, "insulin"].code == "independent"


def test_the_saves_of_one_person_are_those_in_their_record(doreen: Laptop) -> None:
    before = change_sets_of(doreen.connection, "doreen")
    doreen.person("ceri", "Llewellyn", "Ceri", "1970-02-01")
    assert change_sets_of(doreen.connection, "doreen") == before == len(doreen.held) - 1
    doreen.save(seen("f1", "same_day", TUESDAY), at=TUESDAY)
    assert change_sets_of(doreen.connection, "doreen") == before + 1


# --- properties ----------------------------------------------------------------------------------

levels = st.dictionaries(st.sampled_from(["s1", "s2", "s3"]), st.sampled_from([each.value for each in Level]))
care = st.tuples(st.integers(0, 5), st.sampled_from(["patient", "c1"]), levels, st.booleans())


@settings(max_examples=examples(20))
@given(st.lists(care, max_size=6), st.randoms(use_true_random=False))
def test_the_caseload_agrees_with_the_visits_behind_it_in_whatever_order_they_arrive(
    visits: list[tuple[int, str, dict[str, str], bool]], chance: Any
) -> None:
    engine = empty()
    with engine.connect() as connection:
        laptop = Laptop(connection)
        laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14")
        laptop.episode("insulin", "doreen")
        numbered = list(enumerate(visits))
        chance.shuffle(numbered)
        for number, (day, learner, rated, struck) in numbered:
            laptop.signed(f"v{number}", "doreen", TUESDAY + day * DAY, {"insulin": rated}, learner=learner)
            if struck:
                laptop.struck(f"v{number}")
        (row,) = caseload(connection)
        counted = visits_of_episode(connection, "insulin")
        places = {each.id: each.skills[0].number for each in today(connection, MIDNIGHT, MIDNIGHT + 9 * DAY)}
    engine.dispose()

    expected: dict[str, dict[str, Level]] = {}
    for each in counted:
        for section in each.sections:
            last = expected.setdefault(section.learner, {})
            for step, rating in section.ratings.items():
                if rating.level is not Level.NOT_OBSERVED:
                    last[step] = rating.level
    assert row.pathways[0].levels == expected
    assert row.pathways[0].visits == len(counted) == sum(not struck for *_, struck in visits)
    assert places == {each.id: place for place, each in enumerate(counted, start=1)}
