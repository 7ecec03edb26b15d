"""Reading the records: what a nurse is shown is what was signed, and nothing entered in error counts."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from smf_core.domain.pathway import GateState
from smf_core.domain.referral import ReferralStatus
from smf_core.domain.visit import Level, Method, NotGoneAheadReason, Place
from smf_core.policy.roles import Capability, Role
from smf_core.records.queries.batches import CHUNK
from smf_core.records.queries.caseload import Sort
from smf_core.records.queries.caseload import caseload as read_caseload
from smf_core.records.queries.episodes import episode, episodes, episodes_of, open_episodes
from smf_core.records.queries.patients import known_people, patient, patients, same_address, search, similar_names
from smf_core.records.queries.red_flags import flag, flags_of, flags_of_visit, open_flags
from smf_core.records.queries.referrals import count_by_status, referral, referrals, referrals_of
from smf_core.records.queries.today import EntryKind, change_sets_of, history, no_next_visit, overdue, today
from smf_core.records.queries.users import approvals, by_username, service, teams, user, users
from smf_core.records.queries.visits import (
    booking,
    last_visit_defaults,
    latest_readings,
    not_gone_ahead,
    planned_visits,
    signed_visits_of_patient,
    visit,
    visits_of_episode,
    visits_of_episodes,
)
from tests.support.lines import caseload, caseload_count, kept, wanted
from tests.support.written import MORNING, Laptop, empty, item, statements

WINTER = timezone(timedelta(0))
SUMMER = timezone(timedelta(hours=1))
TUESDAY = datetime(2026, 11, 17, 10, 0, tzinfo=WINTER)
MIDNIGHT = datetime(2026, 11, 17, tzinfo=WINTER)
DAY = timedelta(days=1)


@pytest.fixture
def laptop() -> Iterator[Laptop]:
    engine = empty()
    with engine.connect() as connection:
        yield Laptop(connection)
    engine.dispose()


@pytest.fixture
def doreen(laptop: Laptop) -> Laptop:
    """Doreen, taught insulin by Amina; three visits signed, one of them in error, the next planned for Tuesday."""
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323")
    laptop.referral("referral of doreen", "doreen", status="accepted", decided_on="2026-10-02", decided_by="lena")
    laptop.episode("insulin", "doreen")
    laptop.signed("v1", "doreen", TUESDAY - 8 * DAY, {"insulin": {"s1": "not_yet", "s2": "assisted"}})
    laptop.signed("v2", "doreen", TUESDAY - 5 * DAY, {"insulin": {"s1": "independent", "s2": "not_observed"}})
    laptop.signed("v3", "doreen", TUESDAY - 4 * DAY, {"insulin": {"s1": "not_yet", "s2": "not_yet"}})
    laptop.struck("v3")
    laptop.planned("v4", "doreen", TUESDAY, "insulin", focus="Dose window")
    return laptop


# --- people --------------------------------------------------------------------------------------


def test_a_person_comes_with_what_everyone_must_know(laptop: Laptop) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323")
    held = laptop.save(
        item("allergy", "a1", "member", patient="doreen", substance="Penicillin", reaction="rash", noted_on="1988"),
        item("alert", "l1", "member", patient="doreen", text="Low vision", detail="left eye"),
        item("contact", "c1", "member", patient="doreen", name="Alison", relation="Daughter", informal_carer=True),
        item("medicine", "m1", "member", patient="doreen", skill="insulin", name="Glargine", times="morning"),
        at=MORNING,
    )
    laptop.save(
        item("alert", "l1", "member", (held[0], 1), patient="doreen", text="Low vision", ended=True), at=MORNING
    )

    found = patient(laptop.connection, "doreen")

    assert found is not None
    assert (found.name.family, found.date_of_birth, found.nhs_number) == ("Abernathy", date(1951, 3, 14), "9990079323")
    assert [each.substance for each in found.allergies] == ["Penicillin"]
    assert found.alerts == ()
    assert found.contact("c1") == found.contacts[0]
    assert found.contacts[0].informal_carer
    assert found.medicines[0].times == "morning"
    assert (found.conflicts, found.unknown) == (frozenset(), {})
    assert patient(laptop.connection, "nobody") is None


def test_two_laptops_that_gave_two_phones_are_named_as_a_conflict(laptop: Laptop) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14")
    laptop.episode("insulin", "doreen")
    laptop.save(item("patient", "doreen", "phone", phone="01632 960147"), at=MORNING)
    laptop.save(item("patient", "doreen", "phone", phone="01632 960148"), at=MORNING)

    found = patient(laptop.connection, "doreen")

    assert found is not None
    assert found.conflicts == {"phone"}
    assert caseload(laptop.connection)[0].conflict


def test_what_a_newer_version_wrote_of_a_person_is_named_and_kept(laptop: Laptop) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14")
    laptop.save(item("patient", "doreen", "phone", phone="01632 960147", kind_of="mobile"), at=MORNING)
    laptop.save(item("patient", "doreen", "pronouns", said="she"), at=MORNING)

    found = patient(laptop.connection, "doreen")

    assert found is not None
    assert found.phone == "01632 960147"
    assert found.unknown == {"phone.kind_of": '"mobile"', "pronouns.said": '"she"', "pronouns": ""}


def test_people_come_in_the_order_asked_for_even_when_there_are_many(laptop: Laptop) -> None:
    names = [f"p{number}" for number in range(CHUNK + 1)]
    for name in names:
        laptop.person(name, "Many", name, "1950-01-01")

    found = patients(laptop.connection, [*reversed(names), "nobody"])

    assert [each.id for each in found] == names[::-1]


def test_a_new_referral_may_repeat_someone_of_the_same_number_or_birth_date(laptop: Laptop) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323")
    laptop.person("ceri", "Llewellyn", "Ceri", "1970-02-01", "9990554463")
    laptop.person("marek", "Kowalczyk", "Marek", "1951-03-14")

    by_both = known_people(laptop.connection, ["9990554463"], [date(1951, 3, 14)])

    assert {each.id for each in by_both} == {"doreen", "ceri", "marek"}
    assert known_people(laptop.connection, ["9990000000"], [date(1950, 1, 1)]) == ()
    assert known_people(laptop.connection, [], []) == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("aber", ["doreen"]),
        ("ABERNATHY, Dor", ["doreen"]),
        ("doreen abernathy", ["doreen"]),
        ("dot", ["doreen"]),
        ("999 007", ["doreen"]),
        ("999-007-9323", ["doreen"]),
        ("14/03/1951", ["doreen", "marek"]),
        ("14-Mar-1951", ["doreen", "marek"]),
        ("siân", ["sian"]),
        ("sia\u0302n", ["sian"]),
        ("%", []),
        ("_", []),
        ("o'; drop table patient", []),
        ("", []),
    ],
)
def test_people_are_found_by_name_number_or_birth_date(laptop: Laptop, typed: str, found: list[str]) -> None:
    dot = item("patient", "doreen", "preferred_name", preferred_name="Dot")
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323", dot=dot)
    laptop.person("marek", "Kowalczyk", "Marek", "1951-03-14")
    laptop.person("sian", "Hughes", "Siân", "1980-01-01")

    assert [each.id for each in search(laptop.connection, typed)] == found


def test_people_being_taught_whose_names_are_easily_taken_for_one_another_are_named(laptop: Laptop) -> None:
    for name, family, given_name in (
        ("doreen", "Abernathy", "Doreen"),
        ("derek", "ABERNÁTHY", "Derek"),
        ("swapped", "Doreen", "Abernathy"),
        ("other", "Abernathy", "Rose"),
        ("gone", "Abernathy", "Dora"),
    ):
        laptop.person(name, family, given_name, "1951-03-14")
        laptop.episode(f"episode of {name}", name)
    laptop.discharged("episode of gone")

    assert {each.id for each in similar_names(laptop.connection, "doreen")} == {"derek", "swapped"}
    assert similar_names(laptop.connection, "nobody") == ()
    with statements(laptop.connection) as run:
        similar_names(laptop.connection, "doreen")
        same_address(laptop.connection, "doreen")
    plans = [
        row.detail
        for text, values in run
        for row in laptop.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
    ]
    assert any("patient_name_key (name_key>? AND name_key<?)" in step for step in plans)
    assert not any(step.startswith("SCAN") for step in plans), plans


# --- referrals -----------------------------------------------------------------------------------


def test_referrals_wait_in_the_order_they_came_with_whom_they_are_for(laptop: Laptop) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323")
    laptop.person("ceri", "Llewellyn", "Ceri", "1970-02-01")
    laptop.referral("late", "doreen", "2026-10-09")
    laptop.referral("early", "ceri", "2026-10-02", status="waiting_information", decided_by="lena")
    laptop.referral("done", "ceri", "2026-10-01", status="accepted", decided_by="lena", priority="routine")
    laptop.save(item("referral", "late", "duplicate", of="ceri"), at=MORNING)

    waiting = referrals(laptop.connection)

    assert [(each.referral.id, each.person.name.family) for each in waiting] == [
        ("early", "Llewellyn"),
        ("late", "Abernathy"),
    ]
    assert waiting[1].referral.review_duplicate_of == "ceri"
    assert waiting[1].referral.skills == ("insulin",)
    assert [each.referral.id for each in referrals(laptop.connection, limit=1, offset=1)] == ["late"]
    assert count_by_status(laptop.connection) == {
        ReferralStatus.RECEIVED: 1,
        ReferralStatus.WAITING_INFORMATION: 1,
        ReferralStatus.ACCEPTED: 1,
        ReferralStatus.REJECTED: 0,
    }
    assert [each.id for each in referrals_of(laptop.connection, "ceri")] == ["early", "done"]
    assert referral(laptop.connection, "nothing") is None


def test_a_duplicate_that_a_person_settled_is_not_shown_again(laptop: Laptop) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14")
    laptop.referral("late", "doreen")
    base = laptop.save(item("referral", "late", "duplicate", of="ceri"), at=MORNING)
    laptop.save(item("referral", "late", "duplicate", base, of="ceri", settled_as="two_people"), at=MORNING)

    found = referral(laptop.connection, "late")

    assert found is not None
    assert found.review_duplicate_of is None


# --- pathways ------------------------------------------------------------------------------------


def gate(owner: str, name: str, at: datetime, entity: str = "episode") -> Any:
    said = {"gate": name, "state": "met", "by": "amina", "on": at.date().isoformat(), "evidence": "Seen"}
    return item(entity, owner, "gate", **said)


def test_a_pathway_holds_its_own_gates_and_those_of_its_referral(doreen: Laptop) -> None:
    doreen.save(
        gate("insulin", "g1", MORNING),
        gate("referral of doreen", "u1", MORNING, "referral"),
        at=MORNING,
    )
    doreen.save(
        item("hold", "h1", "held", patient="doreen", episode="insulin", reason="Holiday", **{"from": "2026-10-20"}),
        item(
            "core_visits",
            "k1",
            "row",
            patient="doreen",
            episode="insulin",
            visits_per_month="60",
            **{"from": "2026-10-03"},
        ),
        item("episode", "insulin", "learner", who="c1", tasks=["s1", "s2"]),
        item("episode", "insulin", "baseline", visits_per_month="60", on="2026-10-01", kind="core_diary"),
        at=MORNING,
    )

    found = episode(doreen.connection, "insulin")

    assert found is not None
    assert {name: record.state for name, record in found.gates.items()} == {
        "g1": GateState.MET,
        "u1": GateState.MET,
    }
    assert found.gates["u1"].written_at == MORNING
    assert [hold.reason for hold in found.holds] == ["Holiday"]
    assert {learner.who: learner.tasks for learner in found.learners} == {"patient": (), "c1": ("s1", "s2")}
    assert found.core_visits[0].visits_per_month == "60"
    assert found.baseline_kind == "core_diary"
    assert episode(doreen.connection, "nothing") is None


def test_a_gate_of_one_referral_is_not_met_for_another(doreen: Laptop) -> None:
    doreen.save(gate("referral of doreen", "u1", MORNING, "referral"), at=MORNING)
    doreen.episode("later", "doreen", "wound", referral="second referral")

    assert [set(each.gates) for each in episodes_of(doreen.connection, "doreen")] == [{"u1"}, set()]


def test_open_pathways_are_those_without_an_ending(doreen: Laptop) -> None:
    doreen.episode("wound", "doreen", "wound", nurse="ben")
    doreen.episode("ended", "doreen", "compression")
    doreen.discharged("ended")

    assert {each.id for each in open_episodes(doreen.connection)} == {"insulin", "wound"}
    assert [each.id for each in open_episodes(doreen.connection, "ben")] == ["wound"]
    assert [each.id for each in episodes(doreen.connection, ["ended", "insulin"])] == ["ended", "insulin"]
    assert {each.id: each.outcome for each in episodes_of(doreen.connection, "doreen")}["ended"] == "independent"


def medicine(name: str, **more: Any) -> Any:
    return item("medicine", name, "member", **({"patient": "doreen", "skill": "insulin", "name": name} | more))


def changed_at(laptop: Laptop) -> datetime | None:
    found = episode(laptop.connection, "insulin")
    assert found is not None
    return found.prescription_changed_at


def test_writing_the_first_medicines_down_is_no_change_of_the_prescription(doreen: Laptop) -> None:
    assert changed_at(doreen) is None
    doreen.save(medicine("glargine"), medicine("rapid"), at=MORNING)
    assert changed_at(doreen) is None


def test_a_medicine_added_amended_or_ended_later_changes_the_prescription(doreen: Laptop) -> None:
    base = doreen.save(medicine("glargine"), at=MORNING)
    doreen.save(medicine("rapid"), at=TUESDAY)
    assert changed_at(doreen) == TUESDAY
    base = doreen.save(
        item("medicine", "glargine", "member", base, **medicine("glargine", dose="12").payload), at=TUESDAY + DAY
    )
    assert changed_at(doreen) == TUESDAY + DAY
    doreen.save(
        item("medicine", "glargine", "member", base, **medicine("glargine", ended=True).payload), at=TUESDAY + 2 * DAY
    )
    assert changed_at(doreen) == TUESDAY + 2 * DAY


def test_a_medicine_of_another_skill_or_person_leaves_the_prescription_alone(doreen: Laptop) -> None:
    doreen.save(medicine("glargine"), at=MORNING)
    doreen.save(medicine("enoxaparin", skill="self_injection"), medicine("other", patient="ceri"), at=TUESDAY)
    assert changed_at(doreen) is None


# --- visits --------------------------------------------------------------------------------------


def test_visits_come_by_care_time_whatever_order_they_arrived_in(doreen: Laptop) -> None:
    doreen.signed("v0", "doreen", TUESDAY - 20 * DAY, {"insulin": {"s1": "not_yet"}})

    assert [each.id for each in visits_of_episode(doreen.connection, "insulin")] == ["v0", "v1", "v2"]
    assert [each.id for each in signed_visits_of_patient(doreen.connection, "doreen")] == ["v0", "v1", "v2"]


def test_a_visit_before_and_one_after_the_clocks_go_back_keep_their_order_and_their_offsets(laptop: Laptop) -> None:
    laptop.signed("second", "doreen", datetime(2026, 10, 25, 1, 10, tzinfo=WINTER), {"insulin": {}})
    laptop.signed("first", "doreen", datetime(2026, 10, 25, 1, 50, tzinfo=SUMMER), {"insulin": {}})

    found = visits_of_episode(laptop.connection, "insulin")

    assert [(each.id, each.started_at.utcoffset()) for each in found] == [
        ("first", timedelta(hours=1)),
        ("second", timedelta(0)),
    ]


def test_a_visit_entered_in_error_can_be_read_and_counts_nowhere(doreen: Laptop) -> None:
    struck = visit(doreen.connection, "v3")

    assert struck is not None
    assert not struck.stands
    assert struck.struck_reason == "Wrong person"
    assert "v3" not in {each.id for each in visits_of_episode(doreen.connection, "insulin")}
    assert len(signed_visits_of_patient(doreen.connection, "doreen", with_struck=True)) == 3
    last = caseload(doreen.connection)[0]
    assert (last.pathways[0].visits, last.last_visit) == (2, TUESDAY - 5 * DAY)


def test_a_visit_that_is_not_signed_is_not_a_visit_yet(doreen: Laptop) -> None:
    doreen.started("v4", "doreen", TUESDAY, "insulin")
    assert visit(doreen.connection, "v4") is None
    assert visit(doreen.connection, "nothing") is None


def test_a_visit_of_two_skills_gives_each_pathway_its_own_section(doreen: Laptop) -> None:
    doreen.episode("wound", "doreen", "wound")
    doreen.signed("both", "doreen", TUESDAY, {"insulin": {"s1": "prompted"}, "wound": {"w1": "assisted"}})

    assert [each.episode for each in visits_of_episode(doreen.connection, "wound")[0].sections] == ["wound"]
    by_pathway = visits_of_episodes(doreen.connection, ["insulin", "wound", "nothing"])
    assert {name: [each.id for each in theirs] for name, theirs in by_pathway.items()} == {
        "insulin": ["v1", "v2", "both"],
        "wound": ["both"],
    }
    whole = visit(doreen.connection, "both")
    assert whole is not None
    assert {section.episode for section in whole.sections} == {"insulin", "wound"}


def test_a_section_holds_ratings_answers_and_readings_that_stand(laptop: Laptop) -> None:
    section = "v1/insulin/patient"
    reading = {"patient": "doreen", "visit": "v1", "section": section, "observation": "glucose", "unit": "mmol/L"}
    laptop.signed(
        "v1",
        "doreen",
        TUESDAY,
        {"insulin": {"s1": "prompted"}},
        more=(
            item("section", section, "answer", question="q1", answer="explained", words="Sugar first"),
            item("observation", "o1", "reading", **reading, at=TUESDAY.isoformat(), value="3.4"),
            item(
                "observation", "o2", "reading", **reading, at=(TUESDAY + timedelta(minutes=15)).isoformat(), value="5.6"
            ),
            item("observation", "o3", "reading", **reading, at=TUESDAY.isoformat(), value="55"),
            item(
                "observation",
                "o4",
                "reading",
                **(reading | {"section": None, "observation": "pulse"}),
                at=TUESDAY.isoformat(),
                value="70",
            ),
        ),
    )
    laptop.save(item("observation", "o3", "struck", reason="Typed wrong"), at=TUESDAY)

    found = visit(laptop.connection, "v1")

    assert found is not None
    assert found.sections[0].ratings["s1"].level is Level.PROMPTED
    assert found.sections[0].answers["q1"].words == "Sugar first"
    assert [each.value for each in found.sections[0].readings] == ["3.4", "5.6"]
    assert found.sections[0].strategies == ("ask_first",)
    assert found.methods == (Method.DEMONSTRATION,)
    assert [each.value for each in found.vital_signs] == ["70"]
    latest = latest_readings(laptop.connection, "doreen", ["glucose", "pulse", "weight"])
    assert {name: each.value for name, each in latest.items()} == {"glucose": "5.6", "pulse": "70"}
    laptop.struck("v1")
    assert latest_readings(laptop.connection, "doreen", ["glucose"]) == {}


def test_an_amended_rating_is_the_one_shown(laptop: Laptop) -> None:
    made = laptop.signed("v1", "doreen", TUESDAY, {"insulin": {"s1": "prompted"}})
    amended = item("section", "v1/insulin/patient", "rating", (made[0], 2), step="s1", level="assisted")
    laptop.save(amended, at=TUESDAY)

    rating = visits_of_episode(laptop.connection, "insulin")[0].sections[0].ratings["s1"]

    assert (rating.level, rating.amended) == (Level.ASSISTED, True)


def test_the_visit_page_begins_as_it_was_last_time(doreen: Laptop) -> None:
    doreen.signed("clinic", "doreen", TUESDAY, {"insulin": {}}, contact="clinic", minutes=20, also_present="Alison")
    doreen.signed("late news", "doreen", TUESDAY - 9 * DAY, {"insulin": {}}, minutes=99)

    usual = last_visit_defaults(doreen.connection, "doreen")

    assert usual is not None
    assert (usual.minutes, usual.place, usual.also_present) == (20, Place.CLINIC, "Alison")
    assert last_visit_defaults(doreen.connection, "nobody") is None


def test_a_booking_says_when_and_for_what_until_it_is_cancelled(doreen: Laptop) -> None:
    base = doreen.planned("v5", "doreen", TUESDAY + DAY, "insulin", nurse="ben")

    def week(nurse: str | None = None) -> list[str]:
        return [each.id for each in planned_visits(doreen.connection, MIDNIGHT, MIDNIGHT + 7 * DAY, nurse)]

    assert (week(), week("ben")) == (["v4", "v5"], ["v5"])
    assert [each.id for each in planned_visits(doreen.connection, MIDNIGHT, TUESDAY)] == []
    said = {"patient": "doreen", "episodes": ["insulin"], "at": TUESDAY.isoformat(), "cancelled": True}
    doreen.save(item("visit", "v5", "planned", base, **said), at=MORNING)
    assert week() == ["v4"]
    held = booking(doreen.connection, "v5")
    assert held is not None
    assert held.cancelled
    assert booking(doreen.connection, "v1") is None
    kept = booking(doreen.connection, "v4")
    assert kept is not None
    assert (kept.at, kept.minutes, kept.episodes, kept.focus) == (TUESDAY, 45, ("insulin",), "Dose window")


def test_a_visit_that_did_not_go_ahead_says_why(doreen: Laptop) -> None:
    doreen.missed("v4", "doreen", TUESDAY, "no_access")

    found = not_gone_ahead(doreen.connection, MIDNIGHT, MIDNIGHT + DAY, patient="doreen")

    assert [(each.id, each.reason, each.nurse, each.at) for each in found] == [
        ("v4", NotGoneAheadReason.NO_ACCESS, "amina", TUESDAY)
    ]
    assert not_gone_ahead(doreen.connection, MIDNIGHT, MIDNIGHT + DAY, nurse="ben") == ()
    assert not_gone_ahead(doreen.connection, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY) == ()


# --- red flags -----------------------------------------------------------------------------------


def seen(name: str, urgency: str, at: datetime, **more: Any) -> Any:
    said = {"patient": "doreen", "sign": "r_hypo", "urgency": urgency, "at": at.isoformat(), "action": "Gave sugar"}
    return item("red_flag", name, "seen", **(said | {"visit": "v2", "episode": "insulin"} | more))


def test_open_red_flags_come_most_urgent_first_and_closed_ones_are_kept(doreen: Laptop) -> None:
    doreen.save(seen("f1", "same_day", TUESDAY), seen("f2", "emergency", TUESDAY - DAY), at=TUESDAY)
    doreen.save(seen("f3", "same_day", TUESDAY + DAY), seen("f4", "emergency", TUESDAY), at=TUESDAY)
    doreen.save(item("red_flag", "f4", "struck", reason="Wrong person"), at=TUESDAY)
    closing = {"state": "closed", "by": "lena", "at": TUESDAY.isoformat(), "action": "GP told"}
    doreen.save(item("red_flag", "f1", "closing", **closing), at=TUESDAY)

    assert [each.id for each in open_flags(doreen.connection, "doreen")] == ["f2", "f3"]
    assert [each.id for each in flags_of(doreen.connection, "doreen")] == ["f3", "f1", "f2"]
    assert [each.id for each in flags_of_visit(doreen.connection, "v2")] == ["f1", "f2", "f3"]
    closed = flag(doreen.connection, "f1")
    assert closed is not None
    assert (closed.closed_by, closed.closing_action, closed.closed_at) == ("lena", "GP told", TUESDAY)
    assert flag(doreen.connection, "f4") is None
    assert caseload(doreen.connection)[0].open_red_flag


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


@pytest.fixture
def five(laptop: Laptop) -> Laptop:
    """Five people; p0 has nothing booked and nobody seen, the others are seen and expected in turn."""
    for number in range(5):
        laptop.person(f"p{number}", f"Family{4 - number}", "Ann", "1950-01-01")
        laptop.episode(f"e{number}", f"p{number}")
        if number:
            laptop.signed(f"s{number}", f"p{number}", TUESDAY - number * DAY, {f"e{number}": {"s1": "prompted"}})
            laptop.planned(f"n{number}", f"p{number}", TUESDAY + number * DAY, f"e{number}")
    return laptop


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


# --- the service ---------------------------------------------------------------------------------


def test_users_teams_and_settings_are_read_as_they_were_last_written(laptop: Laptop) -> None:
    assert service(laptop.connection).settings == {}
    person = {"username": "amina", "name": "Amina Khan", "role": "lead", "capabilities": ["clinical_lead"]}
    laptop.save(
        item("service", "s", "named", name="Derby SMF", store_kind="training"),
        item("service", "s", "setting", setting="idle_minutes", value=10, by="amina"),
        item("service", "s", "setting", setting="registered_nurse_in_run", value=False, by="amina"),
        item("team", "derby", "named", name="Derby"),
        item("user", "u1", "person", **person),
        item("user", "u2", "person", **(person | {"role": "assistant", "capabilities": []})),
        at=MORNING,
    )
    laptop.save(item("user", "u1", "standing", active=False), at=MORNING)

    assert service(laptop.connection).name == "Derby SMF"
    assert service(laptop.connection).settings == {"idle_minutes": 10, "registered_nurse_in_run": False}
    assert [team.name for team in teams(laptop.connection)] == ["Derby"]
    assert {each.id: each.active for each in users(laptop.connection)} == {"u1": False, "u2": True}
    first = user(laptop.connection, "u1")
    assert first is not None
    assert (first.role, first.capabilities) == (Role.LEAD, {Capability.CLINICAL_LEAD})
    named = by_username(laptop.connection, "amina")
    assert named is not None
    assert named.id == "u2"
    assert user(laptop.connection, "nobody") is None
    assert by_username(laptop.connection, "nobody") is None


def test_the_last_approval_of_a_version_comes_last(laptop: Laptop) -> None:
    given_by = {"skill": "insulin", "version": "0.1.0", "role": "Clinical lead", "next_review_due": "2027-11-01"}
    laptop.save(item("approval", "b", "given", **given_by, approved_by="Lena", approved_on="2026-11-02"), at=MORNING)
    laptop.save(item("approval", "a", "given", **given_by, approved_by="Olu", approved_on="2026-11-01"), at=MORNING)

    assert [(each.approved_by, each.next_review_due) for each in approvals(laptop.connection)] == [
        ("Olu", date(2027, 11, 1)),
        ("Lena", date(2027, 11, 1)),
    ]


# --- properties ----------------------------------------------------------------------------------

levels = st.dictionaries(st.sampled_from(["s1", "s2", "s3"]), st.sampled_from([each.value for each in Level]))
care = st.tuples(st.integers(0, 5), st.sampled_from(["patient", "c1"]), levels, st.booleans())


@settings(max_examples=40)
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


# --- cost ----------------------------------------------------------------------------------------


def world(connection: Connection, people: int) -> None:
    laptop = Laptop(connection)
    for number in range(people):
        name, own = f"p{number}", f"e{number}"
        laptop.person(name, f"Family{number}", "Ann", "1950-01-01")
        laptop.referral(f"referral of {name}", name)
        laptop.episode(own, name)
        laptop.signed(f"s{number}", name, TUESDAY - 2 * DAY, {own: {"s1": "prompted", "s2": "assisted"}})
        laptop.planned(f"n{number}", name, TUESDAY, own)


READS = {
    "caseload": lambda connection: read_caseload(connection, wanted(nurse="amina")),
    "nothing booked": lambda connection: no_next_visit(connection, TUESDAY + DAY, nurse="amina"),
    "today": lambda connection: today(connection, MIDNIGHT, MIDNIGHT + DAY),
    "today of a nurse": lambda connection: today(connection, MIDNIGHT, MIDNIGHT + DAY, "amina"),
    "overdue": lambda connection: overdue(connection, MIDNIGHT + DAY, "amina"),
    "history": lambda connection: history(connection, "p1"),
    "person": lambda connection: patient(connection, "p1"),
    "saves": lambda connection: change_sets_of(connection, "p1"),
    "pathways": lambda connection: open_episodes(connection, "amina"),
    "visits": lambda connection: visits_of_episode(connection, "e1"),
    "last visit": lambda connection: last_visit_defaults(connection, "p1"),
    "last readings": lambda connection: latest_readings(connection, "p1", ["glucose"]),
    "bookings": lambda connection: planned_visits(connection, MIDNIGHT, MIDNIGHT + DAY, "amina"),
    "missed": lambda connection: not_gone_ahead(connection, MIDNIGHT, MIDNIGHT + DAY),
    "duplicates": lambda connection: known_people(connection, ["9990079323"], [date(1951, 3, 14)]),
}
GROWING = (
    "patient",
    "episode",
    "visit",
    "later",
    "visit_section",
    "step_rating",
    "teach_back",
    "observation",
    "item",
    "gate",
    "medicine",
)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_no_list_reads_a_growing_table_from_end_to_end(read: Any) -> None:
    engine = empty()
    with engine.connect() as connection:
        world(connection, 3)
        kept(connection)
        with statements(connection) as run:
            read(connection)
        plans = [
            row.detail
            for statement, values in run
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    engine.dispose()

    assert plans
    scanned = {step.split()[1] for step in plans if step.startswith("SCAN")}
    assert scanned.isdisjoint(GROWING)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_more_people_take_no_more_statements(read: Any) -> None:
    def run(people: int) -> int:
        engine = empty()
        with engine.connect() as connection:
            world(connection, people)
            kept(connection)
            with statements(connection) as seen_statements:
                read(connection)
        engine.dispose()
        return len(seen_statements)

    assert run(2) == run(20)
