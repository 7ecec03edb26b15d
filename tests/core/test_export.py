"""Exported records: the published names and shapes, everything in them, and enough to recompute every figure."""

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.pathway import Hold
from smf_core.records.export import days_on_hold, export
from smf_core.records.log import CHUNK
from smf_core.records.queries.visits import visits_of_episode
from smf_core.records.tables import metadata
from tests.support.read_back import laptop
from tests.support.written import MORNING, Laptop, item

__all__ = ["laptop"]

TODAY = date(2026, 11, 17)
SUMMER = timezone(timedelta(hours=1))
CARE = datetime(2026, 10, 6, 9, 30, tzinfo=SUMMER)

PUBLISHED = {
    "patient": "id nhs_number family_name given_name title date_of_birth sex postcode gp_practice_code died_on",
    "referral": "id patient received_on source status priority decided_on decided_by team",
    "episode": "id referral patient skill checklist_version nurse accountable_nurse opened_on closed_on outcome "
    "baseline_visits_per_month baseline_on baseline_kind treatment_ends_on on_hold_days expected_visits",
    "visit": "id patient started_at minutes contact purpose status not_gone_ahead_reason signed_by signed_at",
    "call": "id patient at minutes purpose outcome",
    "visit_section": "id visit episode learner confidence",
    "step_rating": "visit_section step level",
    "observation": "visit_section observation at value unit",
    "teach_back": "visit_section question answer",
    "gate": "episode referral gate state reason evidence by on valid_until",
    "learner": "episode who tasks from until",
    "hold": "episode from until reason",
    "red_flag": "id visit episode sign urgency at action told state closed_by closed_at",
    "discharge": "episode on outcome support reasons core_told_by core_told_on",
    "core_visits": "id episode from visits_per_month source",
    "core_count": "month team count registered_population",
}


@pytest.fixture
def service(laptop: Laptop) -> Laptop:
    """One person with one of everything."""
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323")
    laptop.referral("referral of doreen", "doreen", status="accepted", decided_on="2026-10-02", decided_by="lena")
    laptop.episode("insulin", "doreen")
    section = "v1/insulin/patient"
    reading = {"patient": "doreen", "visit": "v1", "observation": "glucose", "at": CARE.isoformat(), "unit": "mmol/L"}
    flag = {"patient": "doreen", "visit": "v1", "episode": "insulin", "sign": "r_hypo", "urgency": "same_day"}
    laptop.signed(
        "v1",
        "doreen",
        CARE,
        {"insulin": {"s1": "prompted", "s2": "not_observed"}},
        more=(
            item("section", section, "answer", question="q1", answer="explained", words=""),
            item("observation", "o1", "reading", section=section, value="5.6", **reading),
            item("observation", "o2", "reading", value="HI", **reading),
            item("red_flag", "f1", "seen", at=CARE.isoformat(), action="Gave sugar", told="GP", **flag),
        ),
    )
    said = {"gate": "g1", "state": "met", "by": "lena", "on": "2026-10-05", "evidence": "Seen"}
    rest = {"patient": "doreen", "episode": "insulin"}
    laptop.save(
        item("episode", "insulin", "gate", **said),
        item("referral", "referral of doreen", "gate", **(said | {"gate": "u1"})),
        item("episode", "insulin", "baseline", visits_per_month="60", on="2026-10-01", kind="core_diary"),
        item("hold", "h1", "held", **rest, reason="Holiday", **{"from": "2026-10-20", "until": "2026-10-27"}),
        item(
            "call", "c1", "made", patient="doreen", at=CARE.isoformat(), purpose="advice", outcome="told", words="Slow"
        ),
        item("alert", "a1", "member", patient="doreen", text="Dog", detail="Big"),
        item("alert", "a2", "member", patient="doreen", text="Sealed words", detail="More", private="safeguarding"),
        item(
            "core_count", "n1", "counted", month="2026-10-01", team="Derby North", count=35, registered_population=26000
        ),
        item("core_visits", "k1", "row", **rest, visits_per_month="30.5", source="diary", **{"from": "2026-10-03"}),
        at=MORNING,
    )
    laptop.planned("v2", "doreen", CARE + timedelta(days=2), "insulin")
    laptop.discharged("insulin", on="2026-11-10")
    return laptop


def exported(laptop: Laptop) -> dict[str, list[dict[str, Any]]]:
    return {name: list(lines) for name, lines in export(laptop.connection, today=TODAY)}


def test_every_published_file_is_there_in_its_published_order(service: Laptop) -> None:
    assert list(exported(service))[: len(PUBLISHED)] == list(PUBLISHED)


LEFT_OUT = {
    "change_set": "the operations themselves; what they say is in the files",
    "item": "which change set holds which record",
    "access": "the audit of who read what, which its own officer reads",
    "service": "the name of the store, in every figure's heading",
    "service_setting": "how the application is set up",
    "saved_view": "how a list was last arranged",
    "open_pathway": "what is kept of open pathways beside their referrals, which are in the files",
    "counted_episode": "what is kept counted of the visits and episodes, which are in the files",
    "visit_pair": "what nurses said of pairs of visits, in the operations; one that does not stand is struck",
    "two_people": "what leads said of pairs of records, in the operations",
}


def test_every_table_of_the_record_is_exported_or_named_as_left_out(service: Laptop) -> None:
    assert {table.name for table in metadata.sorted_tables} - set(exported(service)) == set(LEFT_OUT)


def test_a_private_alert_leaves_without_its_words(service: Laptop) -> None:
    alerts = {line["id"]: line for line in exported(service)["alert"]}
    assert (alerts["a1"]["text"], alerts["a1"]["detail"]) == ("Dog", "Big")
    assert (alerts["a2"]["text"], alerts["a2"]["detail"], alerts["a2"]["private"]) == (None, None, "safeguarding")


@pytest.mark.parametrize("file", list(PUBLISHED))
def test_every_published_field_is_there_by_its_published_name(service: Laptop, file: str) -> None:
    lines = exported(service)[file]
    assert lines
    for line in lines:
        assert set(PUBLISHED[file].split()) <= set(line)
        assert json.loads(json.dumps(line, allow_nan=False)) == line


def test_instants_carry_their_offset_and_days_are_plain(service: Laptop) -> None:
    found = exported(service)
    assert found["visit"][0]["started_at"] == "2026-10-06T09:30:00+01:00"
    assert found["observation"][0]["at"] == "2026-10-06T09:30:00+01:00"
    assert found["patient"][0]["date_of_birth"] == "1951-03-14"
    assert found["hold"] == [{"episode": "insulin", "from": "2026-10-20", "until": "2026-10-27", "reason": "Holiday"}]


def test_a_pathway_tells_what_its_figures_need(service: Laptop) -> None:
    (line,) = exported(service)["episode"]
    assert (line["on_hold_days"], line["baseline_visits_per_month"], line["expected_visits"]) == (7, 60, 7)
    assert (line["closed_on"], line["outcome"]) == ("2026-11-10", "independent")
    assert exported(service)["core_visits"][0]["visits_per_month"] == 30.5


def test_a_universal_gate_names_the_referral_and_any_other_the_pathway(service: Laptop) -> None:
    owners = {line["gate"]: (line["episode"], line["referral"]) for line in exported(service)["gate"]}
    assert owners == {"g1": ("insulin", None), "u1": (None, "referral of doreen")}


def test_a_reading_keeps_its_text_and_a_vital_sign_its_visit(service: Laptop) -> None:
    readings = {line["id"]: line for line in exported(service)["observation"]}
    assert (readings["o1"]["value"], readings["o1"]["visit_section"]) == ("5.6", "v1/insulin/patient")
    assert (readings["o2"]["value"], readings["o2"]["visit_section"], readings["o2"]["visit"]) == ("HI", None, "v1")


def test_a_visit_begun_and_not_signed_is_only_planned(service: Laptop) -> None:
    service.started("v2", "doreen", CARE + timedelta(days=2), "insulin")
    service.missed("v3", "doreen", CARE + timedelta(days=3), "no_access")

    visits = {line["id"]: line for line in exported(service)["visit"]}

    assert {name: line["status"] for name, line in visits.items()} == {
        "v1": "signed",
        "v2": "planned",
        "v3": "not_gone_ahead",
    }
    assert visits["v3"]["not_gone_ahead_reason"] == "no_access"
    assert visits["v2"]["signed_by"] is None


def test_what_was_entered_in_error_is_exported_with_its_reason(service: Laptop) -> None:
    service.struck("v1", "Wrong person")
    service.save(item("observation", "o1", "struck", reason="Typed wrong"), at=MORNING)
    service.save(item("red_flag", "f1", "struck", reason="Not hers"), at=MORNING)

    found = exported(service)

    assert {line["id"]: line["struck"] for line in found["visit"]} == {"v1": "Wrong person", "v2": None}
    assert {line["id"]: line["struck"] for line in found["observation"]} == {"o1": "Typed wrong", "o2": None}
    assert found["red_flag"][0]["struck"] == "Not hers"


def test_counting_the_exported_sections_gives_the_visits_that_count(service: Laptop) -> None:
    for number in range(4):
        at = CARE + timedelta(days=10 + number)
        service.signed(f"w{number}", "doreen", at, {"insulin": {}}, learner="c1" if number == 3 else "patient")
    service.struck("w1")
    found = exported(service)

    standing = {line["id"] for line in found["visit"] if line["status"] == "signed" and line["struck"] is None}
    counted = {line["visit"] for line in found["visit_section"] if line["episode"] == "insulin"} & standing

    assert counted == {each.id for each in visits_of_episode(service.connection, "insulin")}


def test_a_long_table_comes_whole_and_in_order(laptop: Laptop) -> None:
    names = sorted(f"p{number}" for number in range(CHUNK + 3))
    for name in reversed(names):
        laptop.person(name, "Many", name, "1950-01-01")
    assert [line["id"] for line in exported(laptop)["patient"]] == names


def test_text_that_is_no_number_stays_as_it_is(service: Laptop) -> None:
    rows = {"a": "NaN", "b": "about 4", "c": "0.43", "d": "2.0"}
    rest = {"patient": "doreen", "episode": "insulin", "from": "2026-10-03"}
    service.save(
        *(item("core_visits", name, "row", visits_per_month=said, **rest) for name, said in rows.items()), at=MORNING
    )
    found = [line["visits_per_month"] for line in exported(service)["core_visits"][:4]]
    assert found == ["NaN", "about 4", 0.43, 2]


# --- days on hold --------------------------------------------------------------------------------


def hold(first: int, last: int | None) -> Hold:
    return Hold("h", "Holiday", date(2026, 11, first), until=date(2026, 11, last) if last else None)


@pytest.mark.parametrize(
    ("holds", "end", "days"),
    [
        ([], 17, 0),
        ([hold(1, 8)], 17, 7),
        ([hold(1, 8)], 5, 4),
        ([hold(10, None)], 17, 7),
        ([hold(1, 8), hold(10, 12)], 17, 9),
        ([hold(1, 8), hold(5, 10)], 17, 9),
        ([hold(1, 12), hold(5, 6)], 17, 11),
        ([hold(8, 1)], 17, 0),
        ([hold(20, None)], 17, 0),
    ],
)
def test_days_on_hold_are_counted_once_and_end_with_the_pathway(holds: list[Hold], end: int, days: int) -> None:
    assert days_on_hold(holds, date(2026, 11, end)) == days


spans = st.builds(hold, st.integers(1, 28), st.none() | st.integers(1, 28))


@given(st.lists(spans, max_size=5), st.integers(1, 28))
def test_days_on_hold_are_the_days_some_hold_covers(holds: list[Hold], end: int) -> None:
    covered = {
        day
        for day in range(1, end)
        for each in holds
        if each.from_.day <= day < (each.until.day if each.until else end)
    }
    assert days_on_hold(holds, date(2026, 11, end)) == len(covered)
