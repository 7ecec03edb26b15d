"""What the record says in words: contacts, medicines, consent, equipment, the usual range, one line for each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.consent import Answer, Capacity, Consent
from smf_core.domain.equipment import Equipment, Standing
from smf_core.domain.patient import ETHNIC_CATEGORIES, Attorney, Contact, ContactKind, Medicine
from smf_core.domain.usual_visits import PEOPLE_NEEDED, usual_visits
from smf_core.records.queries.today import Entry, EntryKind, VisitSkill
from smf_desktop.presenters.patient.care import consent_rows, equipment_rows
from smf_desktop.presenters.patient.facts import PatientFacts
from smf_desktop.presenters.patient.people import contact_row, medicine_row, person_rows
from smf_desktop.presenters.patient.timeline import timeline
from tests.support.teaching import episode, patient, shipped

DAY = date(2026, 11, 12)
FROM, TO = date(2025, 11, 17), date(2026, 11, 17)


def test_a_medicine_is_shown_with_its_day_and_source() -> None:
    told = Medicine("m", "insulin", "Insulin glargine", dose="12 units", times="evening")
    row = medicine_row(told, shipped())
    assert "prescriber, date or source not written down" in row.about
    known = replace(told, prescriber="Dr Shah", prescribed_on=DAY, source="chart at home")
    row = medicine_row(known, shipped())
    assert row.words == "Insulin glargine"
    assert row.about == "12 units · evening\nDr Shah · prescribed 12-Nov-2026 · chart at home"


def test_a_contact_says_plainly_what_they_may_hear() -> None:
    silent = contact_row(Contact("c", "Ade"))
    assert "do not talk to them about care" in silent.about
    assert "leave no message" in silent.about
    open_to = Contact("c", "Ade", may_talk=True, may_leave_message=True, emergency=True, attorney=Attorney.HEALTH)
    row = contact_row(open_to)
    for words in ("we may talk to them", "may leave a message", "emergency contact", "power of attorney"):
        assert words in row.about


def test_a_pharmacy_is_no_confidant() -> None:
    row = contact_row(Contact("c", "Larkspur Pharmacy", phone="01632 960149", kind=ContactKind.PHARMACY))
    assert (row.label, row.about) == ("Pharmacy", "01632 960149")


def test_two_versions_are_said_to_be_two() -> None:
    for row in (
        contact_row(Contact("c", "Ade", settled=False)),
        medicine_row(Medicine("m", "insulin", "Insulin", settled=False), shipped()),
        *equipment_rows("e", [Equipment("q", "Pen", settled=False)]),
    ):
        assert "wo versions to settle" in row.about
        assert row.tone == "warn"


def test_consent_that_nobody_recorded_is_not_taken_for_a_yes() -> None:
    (row,) = consent_rows(episode(), {})
    assert (row.words, row.tone) == ("Not recorded yet", "warn")


@pytest.mark.parametrize("answer", [Answer.NOT_GIVEN, Answer.WITHDRAWN])
def test_consent_not_given_or_withdrawn_stands_out_without_blame(answer: Answer) -> None:
    given_, _ = consent_rows(replace(episode(), consent=Consent(answer, DAY, "nurse-1")), {"nurse-1": "Priya Nair"})
    assert given_.tone == "warn"
    assert "refus" not in given_.words.casefold()
    assert given_.about == "12-Nov-2026 · Priya Nair"


def test_capacity_names_its_day_and_its_ground() -> None:
    consent = Consent(Answer.GIVEN, DAY, capacity=Capacity.LACKS, capacity_on=DAY, basis="best interests")
    _, row = consent_rows(replace(episode(), consent=consent), {})
    assert row.about == "assessed 12-Nov-2026 · on the ground of: best interests"


def test_what_must_come_back_stands_out() -> None:
    there = [Equipment("a", "Sharps container"), Equipment("b", "Pen magnifier", Standing.LENT, episode="e", since=DAY)]
    rows = equipment_rows("e", there)
    assert [(row.label, row.words, row.tone) for row in rows] == [
        ("In the home", "Sharps container", ""),
        ("Lent", "Pen magnifier", "warn"),
    ]
    assert [row.words for row in equipment_rows("another", there)] == ["Sharps container"]


def test_what_was_not_asked_is_said_to_be_so() -> None:
    rows = {row.label: row.words for row in person_rows(patient())}
    assert rows["Language"] == rows["Ethnic category"] == rows["Access and format needs"] == "Not asked yet"
    assert person_rows(patient(ethnic_category="A"))[2].words == "White: British"


def test_the_ethnic_categories_are_the_sixteen_and_not_stated() -> None:
    assert len(ETHNIC_CATEGORIES) == 18  # 16, not stated, and the code for not known
    assert set(ETHNIC_CATEGORIES) == set("ABCDEFGHJKLMNPRSZ") | {"99"}


@given(st.lists(st.integers(1, 60), max_size=80))
def test_a_usual_range_holds_its_median_and_is_only_said_of_enough_people(counts: list[int]) -> None:
    found = usual_visits(sorted(counts), FROM, TO)
    assert (found is None) == (len(counts) < PEOPLE_NEEDED)
    if found is not None:
        assert min(counts) <= found.first <= found.median <= found.last <= max(counts)
        assert found.people == len(counts)


def test_visits_to_come_are_numbered_onwards() -> None:
    """Two bookings are two visits: the second is not called by the number of the first."""
    skill = VisitSkill("e", "insulin", 6, 7)

    def entry(record: str, kind: EntryKind, on: date) -> Entry:
        return Entry(kind, record, on, datetime.combine(on, time(11, 30), UTC), skills=(skill,))

    coming = [entry(f"v{place}", EntryKind.VISIT_PLANNED, TO + timedelta(days=place)) for place in range(3)]
    late = entry("late", EntryKind.VISIT_PLANNED, TO - timedelta(days=2))
    nobody: Mapping[str, str] = {}
    now = datetime.combine(TO, time(9), UTC)
    entries = (*reversed(coming), late)
    held = PatientFacts(patient(), (), (), (), (), entries, {}, None, (), nobody, now, registered=True)
    titles = [row.title for row in timeline(held, shipped())]
    assert titles == ["Visit 8 planned", "Visit 7 planned", "Visit 6 planned", "Visit 6 planned"]
