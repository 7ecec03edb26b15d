"""What is to be mended is found, counted among what was looked at, and told to the nurse whose it is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from smf_core.figures.quality import NO_PRACTICES, Fault, Looked, Quality, ToMend, Unsigned, quality
from tests.support.figures import begun, referred
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records, statements

__all__ = ["postgres", "records"]

NOW = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
SINCE = date(2026, 8, 19)
GROWING = {"visit", "patient", "episode", "referral", "letter", "visit_section"}


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def found(laptop: Laptop, *drafts: Unsigned, since: date = SINCE) -> Quality:
    return quality(laptop.connection, since, NOW, drafts, last_in_time=date(2026, 11, 16))


def looked(laptop: Laptop, fault: Fault, *drafts: Unsigned) -> Looked:
    (one,) = (each for each in found(laptop, *drafts).looked if each.fault is fault)
    return one


def counts(laptop: Laptop, fault: Fault, *drafts: Unsigned) -> tuple[int | None, int]:
    one = looked(laptop, fault, *drafts)
    return one.faulty, one.of


def to_mend(laptop: Laptop, fault: Fault, *drafts: Unsigned) -> list[ToMend]:
    return [row for row in found(laptop, *drafts).rows if row.fault is fault]


def said(laptop: Laptop, person: str, unit: str, **payload: object) -> None:
    laptop.save(item("patient", person, unit, **payload), patient=person, at=MORNING)


def letter(laptop: Laptop, name: str, person: str, at: str, state: str = "", **more: object) -> None:
    written = {"patient": person, "kind": "gp", "to": "The practice", "content": "{}", "by": "amina", "at": at}
    items = [item("letter", name, "written", **written, **more)]
    if state:
        items.append(item("letter", name, "sending", state=state, by="amina", at=at))
    laptop.save(*items, patient=person, at=MORNING)


def test_an_empty_store_has_nothing_to_look_at(laptop: Laptop) -> None:
    empty = found(laptop)
    assert not empty.rows
    assert {each.fault for each in empty.looked} == set(Fault)
    assert all(each.of == 0 and not each.faulty for each in empty.looked)


def test_a_person_is_listed_once_however_many_skills_they_learn(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-11-01"], nurse="amina")
    laptop.episode("ann 1", "ann", "wound", nurse="priya")
    (missing,) = to_mend(laptop, Fault.NO_NHS_NUMBER)
    assert (missing.nurse, missing.patient, missing.episode) == ("amina", "ann", "")
    assert counts(laptop, Fault.NO_NHS_NUMBER) == (1, 1)
    assert counts(laptop, Fault.NHS_NUMBER_NOT_TRACED) == (0, 1)
    assert counts(laptop, Fault.NO_BASELINE) == (2, 2)
    assert found(laptop).people["ann"].name.family == "Abernathy"


def test_a_number_that_was_not_traced(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-11-01"])
    said(laptop, "ann", "nhs_number", nhs_number="9990079323", status="not_traced")
    assert counts(laptop, Fault.NO_NHS_NUMBER) == (0, 1)
    assert [row.patient for row in to_mend(laptop, Fault.NHS_NUMBER_NOT_TRACED)] == ["ann"]


def test_practices_unknown_and_closed(laptop: Laptop) -> None:
    for person, code in (("ann", "A11111"), ("ben", "B22222"), ("cat", "C33333"), ("dan", "")):
        begun(laptop, person, ["2026-11-01"])
        said(laptop, person, "practice", gp_practice_code=code)
    assert [row.patient for row in to_mend(laptop, Fault.PRACTICE_NOT_KNOWN)] == ["dan"]
    assert looked(laptop, Fault.PRACTICE_CLOSED) == Looked(Fault.PRACTICE_CLOSED, None, 4, NO_PRACTICES)
    for code, ends in (("A11111", ""), ("B22222", "2026-11-17")):
        laptop.save(item("practice", code, "listed", code=code, name="A practice", closed_on=ends), at=MORNING)
    assert [row.patient for row in to_mend(laptop, Fault.PRACTICE_NOT_KNOWN)] == ["cat", "dan"]
    assert [row.patient for row in to_mend(laptop, Fault.PRACTICE_CLOSED)] == ["ben"]
    assert counts(laptop, Fault.PRACTICE_CLOSED) == (1, 4)


def test_ethnic_category_and_language(laptop: Laptop) -> None:
    for person in ("ann", "ben"):
        begun(laptop, person, ["2026-11-01"])
    said(laptop, "ann", "ethnic_category", ethnic_category="A")
    said(laptop, "ann", "language", language="English")
    assert counts(laptop, Fault.NO_ETHNIC_CATEGORY) == (1, 2)
    assert [row.patient for row in to_mend(laptop, Fault.NO_LANGUAGE)] == ["ben"]


def test_of_who_has_died_nothing_is_asked_any_more(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-11-01"], "deceased", "2026-11-02")
    said(laptop, "ann", "death", died_on="2026-11-02")
    assert counts(laptop, Fault.NO_LANGUAGE) == (0, 0)


def test_what_ended_long_ago_or_was_a_mistake_is_not_looked_at(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-05-01"], "independent", "2026-06-02")
    begun(laptop, "ben", ["2026-11-01"], "entered_in_error", "2026-11-02")
    begun(laptop, "cat", ["2026-11-01"], "independent", "2026-11-02")
    assert counts(laptop, Fault.NO_BASELINE) == (1, 1)
    assert counts(laptop, Fault.NO_OUTCOME) == (0, 1)


def test_a_baseline_that_is_said(laptop: Laptop) -> None:
    pathway = begun(laptop, "ann", ["2026-11-01"])
    laptop.save(item("episode", pathway, "baseline", visits_per_month="60"), patient="ann", at=MORNING)
    assert counts(laptop, Fault.NO_BASELINE) == (0, 1)


def test_a_pathway_that_ended_with_an_outcome_that_no_figure_knows(laptop: Laptop) -> None:
    pathway = begun(laptop, "ann", ["2026-11-01"], "went_well", "2026-11-03", nurse="priya")
    begun(laptop, "ben", ["2026-11-01"], "independent", "2026-11-03")
    (row,) = to_mend(laptop, Fault.NO_OUTCOME)
    assert (row.nurse, row.episode, row.since) == ("priya", pathway, date(2026, 11, 3))
    assert counts(laptop, Fault.NO_OUTCOME) == (1, 2)


def test_a_visit_unsigned_for_more_than_a_day(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-11-01"])
    laptop.started("v1", "ann", NOW - timedelta(hours=30), "ann 0")
    laptop.started("v2", "ann", NOW - timedelta(hours=23), "ann 0")
    drafts = [
        Unsigned("amina", "ann", "v1", NOW - timedelta(hours=1)),  # begun yesterday, though it was looked at today
        Unsigned("amina", "ann", "v2", NOW - timedelta(hours=1)),
        Unsigned("priya", "ann", "nobody heard of", NOW - timedelta(hours=25)),
    ]
    assert [(row.nurse, row.record) for row in to_mend(laptop, Fault.UNSIGNED, *drafts)] == [
        ("amina", "v1"),
        ("priya", "nobody heard of"),
    ]
    assert counts(laptop, Fault.UNSIGNED, *drafts) == (2, 3)


def test_a_visit_without_minutes(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-11-01", "2026-11-02"])
    laptop.signed("v1", "ann", NOW - timedelta(days=2), {}, minutes=None)
    laptop.signed("v2", "ann", NOW - timedelta(days=1), {}, minutes=0)
    laptop.signed("long ago", "ann", NOW - timedelta(days=200), {}, minutes=None)
    laptop.signed("in error", "ann", NOW - timedelta(days=3), {}, minutes=None)
    laptop.struck("in error")
    assert [(row.nurse, row.record) for row in to_mend(laptop, Fault.NO_MINUTES)] == [("amina", "v1"), ("amina", "v2")]
    assert counts(laptop, Fault.NO_MINUTES) == (2, 4)


def test_a_letter_that_nobody_sent(laptop: Laptop) -> None:
    pathway = begun(laptop, "ann", ["2026-11-01"], nurse="priya")
    letter(laptop, "late", "ann", "2026-11-12T10:00:00+00:00", episode=pathway)
    letter(laptop, "printed", "ann", "2026-11-13T10:00:00+00:00", "printed")
    letter(laptop, "new", "ann", "2026-11-16T10:00:00+00:00")
    letter(laptop, "sent", "ann", "2026-11-12T10:00:00+00:00", "sent")
    letter(laptop, "withdrawn", "ann", "2026-11-12T10:00:00+00:00", "withdrawn")
    rows = to_mend(laptop, Fault.LETTER_NOT_SENT)
    assert [(row.record, row.nurse) for row in rows] == [("late", "priya"), ("printed", "amina")]
    assert counts(laptop, Fault.LETTER_NOT_SENT) == (2, 4)


def test_who_came_back_by_phone_is_linked_to_the_discharge_or_listed(laptop: Laptop) -> None:
    for person in ("ann", "ben", "cat", "dan"):
        begun(laptop, person, ["2026-10-01"], "independent", "2026-10-05", nurse="priya")
    referred(laptop, "back 1", "ann", "2026-10-20", source="self")
    referred(laptop, "back 2", "ben", "2026-10-20", source="self", earlier_episode="ben 0")
    referred(laptop, "another skill", "cat", "2026-10-20", source="self", skills=["wound"])
    referred(laptop, "from the practice", "dan", "2026-10-20", source="gp")
    (row,) = to_mend(laptop, Fault.RETURN_NOT_LINKED)
    assert (row.nurse, row.patient, row.episode, row.record) == ("priya", "ann", "ann 0", "back 1")
    assert counts(laptop, Fault.RETURN_NOT_LINKED) == (1, 2)


def test_who_came_back_to_a_core_team_and_no_referral_says_so(laptop: Laptop) -> None:
    for person in ("ann", "ben", "cat"):
        begun(laptop, person, ["2026-10-01"], "independent", "2026-10-05")
        back = {"patient": person, "team": "City", "received_on": "2026-10-25" if person != "cat" else "2026-10-01"}
        laptop.save(item("core_return", f"return {person}", "received", **back), patient=person, at=MORNING)
    referred(laptop, "back", "ben", "2026-10-26", earlier_episode="ben 0")
    assert [(row.patient, row.record) for row in to_mend(laptop, Fault.RETURN_NOT_LINKED)] == [("ann", "")]
    assert counts(laptop, Fault.RETURN_NOT_LINKED) == (1, 2)


@pytest.mark.parametrize("records", ["sqlite"], indirect=True)
def test_nothing_that_grows_is_read_from_end_to_end(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-10-01"], "independent", "2026-10-05")
    laptop.signed("v1", "ann", NOW - timedelta(days=2), {}, minutes=None)
    with statements(laptop.connection) as run:
        found(laptop, Unsigned("amina", "ann", "v1", NOW))
    steps = [
        row.detail
        for statement, values in run
        for row in laptop.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    assert steps
    scanned = {step.split()[1] for step in steps if step.startswith("SCAN")}
    assert scanned.isdisjoint(GROWING), [step for step in steps if step.startswith("SCAN")]
    assert any("visit_started" in step for step in steps)
