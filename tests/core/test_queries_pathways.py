"""Reading pathways, visits and red flags back: what was signed, and nothing entered in error."""

from datetime import datetime, timedelta
from typing import Any

from smf_core.domain.pathway import GateState
from smf_core.domain.visit import Level, Method, NotGoneAheadReason, Place
from smf_core.records.queries.episodes import episode, episodes, episodes_of, open_episodes
from smf_core.records.queries.red_flags import flag, flags_of, flags_of_visit, open_flags
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
from tests.support.lines import caseload
from tests.support.read_back import DAY, MIDNIGHT, SUMMER, TUESDAY, WINTER, doreen, gate, laptop, seen
from tests.support.written import MORNING, Laptop, item

__all__ = ["doreen", "laptop"]


# --- pathways ------------------------------------------------------------------------------------


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
