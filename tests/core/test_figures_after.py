"""What teaching took and gave, and who came back after it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from smf_core.figures.figure import Asked, Split
from smf_core.figures.progress import FIRST_AFTER, NOBODY_DISCHARGED, NOBODY_ENDED, NOBODY_TWICE, ONE_TWICE
from tests.support.figures import AUTUMN, ask, begun, figure, parts, referred, visited
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

SEPTEMBER = Asked(since=date(2026, 9, 1), until=date(2026, 9, 30), as_of=date(2026, 12, 31))
SERVICE_ALONE = "Looked at: referrals to this service only. No re-referrals to core teams have been imported"


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


# --- days and confidence


def held(laptop: Laptop, name: str, person: str, since: str, until: str | None) -> None:
    said = {"patient": person, "episode": f"{person} 0", "reason": "hospital", "from": since, "until": until}
    laptop.save(item("hold", name, "held", **said), patient=person, at=MORNING)


def test_days_to_discharge_are_the_median_with_the_middle_half_and_the_days_on_hold(laptop: Laptop) -> None:
    for person, closed in (("a", "2026-10-11"), ("b", "2026-10-21"), ("c", "2026-10-31"), ("d", "2026-11-30")):
        begun(laptop, person, ["2026-10-01"], "independent", closed)
    begun(laptop, "not well", ["2026-10-01"], "hospital", "2026-10-03")
    held(laptop, "h1", "b", "2026-09-20", "2026-10-05")
    held(laptop, "h2", "c", "2026-10-30", None)
    found = figure(laptop, "days_to_discharge")
    assert (found.value, found.numerator, found.denominator, found.unit) == (25, 4, 4, "days")
    assert found.beside == (
        "Half of them took 17.5 to 37.5 days",
        "5 days on hold among 2 of them, not taken off",
    )
    assert parts(laptop, "days_to_discharge", Split.MONTH) == {"2026-10": (3, 3), "2026-11": (1, 1)}


def test_days_to_discharge_of_nobody_of_one_and_of_a_first_visit_after_the_discharge(laptop: Laptop) -> None:
    assert figure(laptop, "days_to_discharge").reason == NOBODY_DISCHARGED
    begun(laptop, "backwards", ["2026-10-09"], "independent", "2026-10-01")
    found = figure(laptop, "days_to_discharge")
    assert (found.value, found.numerator, found.denominator, found.reason) == (None, 0, 1, FIRST_AFTER)
    begun(laptop, "one", ["2026-10-01"], "independent", "2026-10-01")
    assert (figure(laptop, "days_to_discharge").value, ask(laptop, "days_to_discharge")) == (0, (1, 2))


def test_confidence_gained_is_the_mean_of_last_less_first_with_how_many_were_asked_twice(laptop: Laptop) -> None:
    days = ["2026-10-01", "2026-10-02", "2026-10-03"]
    begun(laptop, "a", days, "independent", confidence=(3, None, 8))
    begun(laptop, "b", days, "declined", confidence=(None, 6, 5))
    begun(laptop, "c", days, "independent", confidence=(4, 9, 7))
    begun(laptop, "once", days, "independent", confidence=(None, 2, None))
    begun(laptop, "open", days, confidence=(0, 0, 10))
    begun(laptop, "after", days, "independent", "2026-10-02", confidence=(5, None, 9))
    found = figure(laptop, "confidence_gain")
    assert found.value == pytest.approx(7 / 3)
    assert (found.low, found.high) == pytest.approx((7 / 3 - 7.5895, 7 / 3 + 7.5895), abs=1e-3)
    assert (found.numerator, found.denominator) == (3, 5)
    assert found.beside == ("Asked at two visits or more in 3 of 5",)


def test_confidence_is_the_patients_wherever_the_patient_learns(laptop: Laptop) -> None:
    pathway = begun(laptop, "a", ["2026-10-01", "2026-10-05"], confidence=(2, 9))
    laptop.signed("with carer", "a", MORNING.replace(day=8), {pathway: {}}, learner="carer")
    row = laptop.connection.exec_driver_sql("SELECT first_confidence, last_confidence, visits FROM counted_episode")
    assert tuple(row.one()) == (2, 9, 3)


def test_confidence_of_nobody_of_nobody_twice_and_of_one(laptop: Laptop) -> None:
    assert figure(laptop, "confidence_gain").reason == NOBODY_ENDED
    begun(laptop, "once", ["2026-10-01"], "independent", confidence=(2,))
    assert (figure(laptop, "confidence_gain").reason, ask(laptop, "confidence_gain")) == (NOBODY_TWICE, (0, 1))
    begun(laptop, "one", ["2026-10-01", "2026-10-02"], "independent", confidence=(2, 3))
    found = figure(laptop, "confidence_gain")
    assert (found.value, found.reason, found.numerator, found.denominator) == (None, ONE_TWICE, 1, 2)


# --- who came back


def returned(laptop: Laptop, person: str, on: str) -> None:
    said = {"patient": person, "received_on": on, "team": "North core", "reason": "Insulin"}
    laptop.save(item("core_return", f"return of {person}", "received", **said), patient=person, at=MORNING)


def test_who_is_referred_again_for_the_same_skill_came_back(laptop: Laptop) -> None:
    for person in ("stays", "day 30", "day 31", "other skill", "before", "elsewhere", "same day", "linked"):
        begun(laptop, person, ["2026-09-01"], "independent", "2026-09-10")
    begun(laptop, "not favourable", ["2026-09-01"], "returned_core", "2026-09-10")
    referred(laptop, "r1", "day 30", "2026-10-10", "rejected")
    referred(laptop, "r1b", "day 30", "2026-10-09")
    referred(laptop, "r2", "day 31", "2026-10-11", skills=["wound", "insulin"])
    referred(laptop, "r3", "other skill", "2026-09-20", skills=["wound"])
    referred(laptop, "r4", "before", "2026-09-05")
    referred(laptop, "r5", "elsewhere", "2026-09-20", team="leeds")
    referred(laptop, "r6", "same day", "2026-09-10")
    referred(laptop, "r7", "linked", "2026-09-10", earlier_episode="linked 0", source="self")
    assert ask(laptop, "rereferral_30", SEPTEMBER) == (3, 8)
    assert ask(laptop, "rereferral_90", SEPTEMBER) == (4, 8)
    assert ask(laptop, "sustained_90", SEPTEMBER) == (4, 8)
    assert figure(laptop, "rereferral_30", SEPTEMBER).beside == (
        "0 left out who died or moved within 30 days and had not come back",
        SERVICE_ALONE,
    )


def test_of_several_referrals_the_first_counts_and_the_pathway_s_own_never_does(laptop: Laptop) -> None:
    for person, days in (("sooner", ("2026-09-20", "2026-11-20")), ("later", ("2026-11-20", "2026-09-20"))):
        begun(laptop, person, ["2026-09-01"], "independent", "2026-09-10")
        for number, day in enumerate(days):
            referred(laptop, f"{person} {number}", person, day)
    begun(laptop, "written late", ["2026-07-01"], "independent", "2026-07-10")  # its referral came on 1 August
    assert ask(laptop, "rereferral_30", SEPTEMBER) == (2, 2)
    assert ask(laptop, "rereferral_30", replace(SEPTEMBER, since=date(2026, 7, 1))) == (2, 3)


def test_core_teams_tell_of_returns_too_and_the_figure_names_what_was_looked_at(laptop: Laptop) -> None:
    for person in ("core", "late", "before"):
        begun(laptop, person, ["2026-09-01"], "independent_support", "2026-09-10")
    returned(laptop, "core", "2026-09-11")
    returned(laptop, "late", "2026-11-12")
    returned(laptop, "before", "2026-09-10")
    found = figure(laptop, "rereferral_30", SEPTEMBER)
    assert (found.numerator, found.denominator) == (1, 3)
    assert found.beside[1] == (
        "Looked at: referrals to this service, and re-referrals to core teams imported up to 12-Nov-2026"
    )
    assert ask(laptop, "rereferral_90", SEPTEMBER) == (2, 3)


def test_who_died_or_moved_without_coming_back_is_left_out(laptop: Laptop) -> None:
    for person in ("stays", "died", "died late", "moved", "back and died"):
        begun(laptop, person, ["2026-09-01"], "independent", "2026-09-10")
    for person, day in (("died", "2026-10-10"), ("died late", "2026-10-11"), ("back and died", "2026-09-20")):
        laptop.save(
            item("patient", person, "death", died_on=day, told_by="ward", reason=""), patient=person, at=MORNING
        )
    laptop.episode("wound of moved", "moved", skill="wound")
    laptop.discharged("wound of moved", "moved", "2026-09-15")
    referred(laptop, "r", "back and died", "2026-09-12")
    found = figure(laptop, "rereferral_30", SEPTEMBER)
    assert (found.numerator, found.denominator) == (1, 3)
    assert found.beside[0] == "2 left out who died or moved within 30 days and had not come back"
    assert ask(laptop, "sustained_90", SEPTEMBER) == (1, 2)


def test_only_discharges_whose_days_have_passed_are_judged(laptop: Laptop) -> None:
    begun(laptop, "passed", ["2026-09-01"], "independent", "2026-09-10")
    begun(laptop, "not yet", ["2026-09-01"], "independent", "2026-09-11")
    assert ask(laptop, "rereferral_30", replace(SEPTEMBER, as_of=date(2026, 10, 10))) == (0, 1)
    early = figure(laptop, "rereferral_30", replace(SEPTEMBER, as_of=date(2026, 10, 9)))
    assert (early.value, early.low, early.denominator) == (None, None, 0)
    assert early.reason == "Nobody discharged to self-care in this period has been away for 30 days yet."
    assert parts(laptop, "rereferral_30", Split.SKILL, SEPTEMBER) == {"insulin": (0, 2)}


def test_visits_that_arrive_late_change_what_is_kept(laptop: Laptop) -> None:
    pathway = begun(laptop, "a", ["2026-10-10"], "independent", "2026-10-31", confidence=(4,))
    begun(laptop, "b", ["2026-10-21", "2026-10-31"], "independent", confidence=(4, 5))
    visited(laptop, pathway, "a", ["2026-10-01"], (2,))
    assert figure(laptop, "days_to_discharge", AUTUMN).value == 20
    assert figure(laptop, "confidence_gain").value == 1.5
