"""Reading people, their referrals and the service back: as last written, and nothing written is passed over."""

from datetime import date

import pytest

from smf_core.domain.referral import ReferralStatus
from smf_core.policy.roles import Capability, Role
from smf_core.records.log import CHUNK
from smf_core.records.queries.patients import known_people, patient, patients, same_address, search, similar_names
from smf_core.records.queries.referrals import count_by_status, referral, referrals, referrals_of
from smf_core.records.queries.users import approvals, by_username, service, teams, user, users
from tests.support.lines import caseload
from tests.support.read_back import doreen, laptop
from tests.support.written import MORNING, Laptop, item, statements

__all__ = ["doreen", "laptop"]


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
