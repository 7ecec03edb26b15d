"""What the records say of a service that is planned: on both engines, and in agreement with the figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from smf_core.domain.stated import DAYS_A_MONTH
from smf_core.figures.figure import Asked
from smf_core.figures.planning import seen_for_planning
from smf_core.planner.seen import Seen, SkillSeen, Teaching, Waiting
from tests.support.core_counts import goes_on, had_before
from tests.support.figures import begun, figure, referred
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

YEAR = Asked(since=date(2025, 12, 1), until=date(2026, 11, 30), as_of=date(2026, 11, 30))


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def seen(laptop: Laptop, asked: Asked = YEAR) -> Seen:
    return seen_for_planning(laptop.connection, asked, {"insulin": 7, "wound": 5})


def triaged(laptop: Laptop, person: str, status: str = "accepted") -> None:
    said = {"status": status, "decided_on": "2026-08-02", "decided_by": "amina"}
    laptop.save(item("referral", f"referral of {person}", "triage", **said), patient=person, at=MORNING)


def taught(found: Seen, skill: str = "insulin") -> SkillSeen:
    one = found.skill(skill)
    assert one is not None
    return one


def test_a_service_without_anybody_is_all_noughts(laptop: Laptop) -> None:
    found = seen(laptop)
    assert (found.referrals, found.decided, found.pathways, found.settled, found.visits, found.minutes) == (0,) * 6
    assert found.at_most is None
    assert found.taught == found.waiting == ()
    assert [(each.skill, each.expected_visits, each.visits) for each in found.skills] == [
        ("insulin", 7, ()),
        ("wound", 5, ()),
    ]


def test_who_was_referred_taken_on_taught_and_waits(laptop: Laptop) -> None:
    begun(laptop, "a", ["2026-08-03", "2026-08-05", "2026-08-09"], "independent", "2026-08-12")
    begun(laptop, "b", ["2026-08-10", "2026-08-11"], "declined")
    begun(laptop, "c", ["2026-11-20"])
    begun(laptop, "d", ["2026-11-01", "2026-11-09"], skill="wound")
    begun(laptop, "in error", ["2026-08-10"], "entered_in_error")
    begun(laptop, "never seen", [], "no_contact", "2026-08-20")
    for person in ("a", "b", "c", "d", "in error", "never seen"):
        triaged(laptop, person)
    for person, status in (("waits", "accepted"), ("sent back", "rejected"), ("new", "")):
        laptop.person(person, "Abernathy", person, "1951-03-14")
        referred(laptop, f"referral of {person}", person, "2026-11-10", status)
    laptop.episode("w", "waits")
    found = seen(laptop)
    assert found.since == date(2026, 8, 1)
    assert found.days == 122
    assert (found.referrals, found.decided, found.accepted) == (9, 8, 7)
    assert (dict(found.mix), found.pathways) == ({"insulin": 5, "wound": 1}, 6)
    assert (found.settled, found.begun) == (5, 4)
    assert set(found.taught) == {Teaching("insulin", 1), Teaching("wound", 2)}
    assert found.waiting == (Waiting("insulin", 20),)
    insulin = taught(found)
    assert sorted(zip(insulin.visits, map(str, insulin.ends), strict=True)) == [(1, "None"), (2, "False"), (3, "True")]
    assert sorted(insulin.gaps) == [1, 3, 10]
    assert sorted(insulin.closing) == [0, 3]
    assert taught(found, "wound").gaps == (14.5,)
    assert found.taught_days == 10 + 2 + 11 + 30
    assert found.nurses == 1
    assert found.visits == 9
    assert seen(laptop, replace(YEAR, team="leicester")).referrals == 0


def test_what_is_released_agrees_with_the_report(laptop: Laptop) -> None:
    """Discharges of 90 days ago and more; what came after them ends their days."""
    for person, closed in (("a", "2026-08-05"), ("b", "2026-08-10"), ("c", "2026-11-01")):
        begun(laptop, person, ["2026-08-03", "2026-08-04"], "independent", closed)
    had_before(laptop, "a", "a 0", "60")
    goes_on(laptop, "a", "a 0", ("2026-08-05", "30"))
    laptop.save(item("episode", "b 0", "treatment_end", on="2026-08-20"), patient="b", at=MORNING)
    releases = taught(seen(laptop)).releases
    assert [each.days for each in releases] == [90, 10]
    asked = replace(YEAR, until=date(2026, 9, 1))
    gross, net = (figure(laptop, f"visits_released_{name}", asked).value for name in ("gross", "net"))
    assert sum(each.a_day * each.days for each in releases) == pytest.approx(gross)
    assert sum((each.a_day - each.still_a_day) * each.days for each in releases) - 4 == pytest.approx(net)
    assert releases[0].a_day == pytest.approx(60 / DAYS_A_MONTH)


def test_the_newest_plan_for_everybody_is_how_many_a_nurse_teaches(laptop: Laptop) -> None:
    for name, of, number, since in (
        ("p", "", 18, "2026-01-01"),
        ("q", "", 22, "2026-06-01"),
        ("r", "amina", 9, "2026-07-01"),
    ):
        said = {"what": "caseload", "of": of, "number": number, "since": since, "source": "rota", "by": "amina"}
        laptop.save(item("plan", name, "stated", **said), at=MORNING)
    assert seen(laptop).at_most == 22
