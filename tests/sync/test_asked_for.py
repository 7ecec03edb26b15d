"""Somebody whom a laptop does not hold, asked of the hub with a reason: they come, for 72 hours, and go again."""

import pytest
from sqlalchemy import select

from smf_core.domain.merge import MERGED
from smf_core.domain.opening import WhyOpened
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import PersonAsked, PersonGiven
from smf_core.policy.roles import Role
from smf_hub.service.managing import add_team, add_user
from smf_hub.store.tables import event
from smf_hub.store.tables import opened as opened_rows
from tests.support.laptops import SyncLaptop, Town, same_records
from tests.sync.test_scopes import decided, left_out, payloads

BORN = "1951-03-14"


def asks(laptop: SyncLaptop, **said: str) -> PersonGiven:
    laptop.town.fold()
    words = {"user": laptop.user, "why": WhyOpened.RANG.value, **said}
    return laptop.hub.open_person(PersonAsked(**words))


def events(town: Town) -> list[tuple[str, str]]:
    with town.place.hub.read() as connection:
        rows = connection.execute(
            select(event).where(event.c.kind.in_(["opened", "not_opened"])).order_by(event.c.event)
        )
        return [(row.kind, row.detail) for row in rows]


def test_who_left_comes_with_all_of_it_for_72_hours_to_that_laptop_alone(town: Town) -> None:
    ann, bea, lea, gone, stays = left_out(town)
    given = asks(ann, family="gone", date_of_birth=BORN)
    assert given.patient == gone
    ann.settle()
    bea.settle()
    assert ann.people() == {gone, stays}
    assert bea.people() == {stays}
    assert payloads(ann, gone) == 3
    assert same_records((ann, lea))
    assert ann.sync().all_sent
    assert ann.calls == ["hello"], "what it was let have it holds like anybody"
    town.passes(hours=71)
    ann.settle()
    assert gone in ann.people()
    town.passes(hours=1, minutes=1)
    ann.settle()
    assert ann.people() == {stays}
    assert ann.verify().ok
    assert events(town) == [("opened", "rang")]


def test_what_was_written_about_them_meanwhile_arrives_and_is_never_purged_unsent(town: Town) -> None:
    ann, _, lea, gone, stays = left_out(town)
    asks(ann, family="GONE", given="dor", date_of_birth=BORN)
    ann.settle()
    town.passes(hours=80)
    saved = ann.phone(gone, "01632 960777")
    assert ann.holds(saved)
    ann.settle()
    lea.settle()
    assert ann.people() == {stays}
    assert lea.holds(saved)
    assert saved in town.at_hub()
    assert town.held() == {}


def test_who_is_asked_for_after_35_days_and_comes_back_into_care_stays(town: Town) -> None:
    ann, bea, lea, gone, stays = left_out(town)
    town.passes(days=40)
    town.meet(2)
    assert payloads(ann, gone) == 0
    asks(ann, family="GONE", date_of_birth=BORN)
    ann.settle()
    assert payloads(ann, gone) == 3
    decided(ann, gone, "waiting_information")
    town.meet(2)
    town.passes(hours=73)
    town.meet(2)
    assert ann.people() == bea.people() == {gone, stays}
    assert same_records((ann, bea, lea))


def test_whom_they_are_merged_into_meanwhile_comes_with_them(town: Town) -> None:
    ann, lea = town.joined("ann", "lea")
    gone, kept, stays = ann.person("GONE"), ann.person("KEPT"), ann.person("STAYS")
    for who in (gone, kept):
        ann.note(who, "told long ago")
        decided(ann, who)
    town.meet(2)
    town.passes(days=126)
    ann.note(stays, "and life goes on")
    town.meet(2)
    assert asks(ann, family="GONE", date_of_birth=BORN).patient == gone
    ann.settle()
    assert ann.people() == {gone, stays}
    joined = {"kept": kept, "state": MERGED, "by": lea.user, "on": "2026-11-17", "reason": "Same person"}
    lea.change(gone, "same_person", **joined)
    lea.settle()
    town.fold()
    ann.settle()
    assert ann.people() == {gone, kept, stays}
    assert ann.local("SELECT count(*) FROM visit WHERE patient = '" + kept + "'") == [(2,)]
    assert same_records((ann, lea))
    town.passes(hours=73)
    ann.settle()
    assert ann.people() == {stays}


def test_who_goes_to_another_team_meanwhile_goes_from_the_laptop_that_asked(town: Town) -> None:
    ann, _, lea, gone, stays = left_out(town)
    asks(ann, family="GONE", date_of_birth=BORN)
    ann.settle()
    lea.change(gone, "team", team=add_team(town.place, "South"))
    lea.settle()
    ann.settle()
    assert ann.people() == {stays}
    assert asks(ann, family="GONE", date_of_birth=BORN) == PersonGiven()


def test_who_is_held_anyway_is_said_to_be_and_nothing_is_kept_of_it(town: Town) -> None:
    ann, _, _, _, stays = left_out(town)
    assert asks(ann, family="STAYS", date_of_birth=BORN) == PersonGiven(patient=stays)
    with town.place.hub.read() as connection:
        assert connection.execute(select(opened_rows)).all() == []


def test_several_are_nobody_until_a_name_tells_them_apart(town: Town) -> None:
    ann, _, _, gone, _ = left_out(town)
    twin = ann.person("GONE")
    ann.change(twin, "name", family="GONE", given="Dilys", title="Ms")
    town.meet(2)
    assert asks(ann, family="GONE", date_of_birth=BORN) == PersonGiven(several=True)
    assert asks(ann, family="GONE", given="Dilys", date_of_birth=BORN).patient == twin
    assert asks(ann, family="GONE", given="Doreen", date_of_birth=BORN).patient == gone
    assert [kind for kind, _ in events(town)] == ["not_opened", "opened", "opened"]


def test_nobody_of_another_team_is_found_and_the_asking_is_noted(town: Town) -> None:
    ann, _, _, gone, _ = left_out(town)
    add_team(town.place, "South")
    add_user(town.place, "sid", role=Role.NURSE, team="South")
    sid = town.laptop("sid")
    sid.settle()
    assert asks(sid, family="GONE", date_of_birth=BORN) == PersonGiven()
    assert events(town) == [("not_opened", "rang")]
    sid.settle()
    assert gone not in sid.people()
    assert asks(ann, family="NOBODY", date_of_birth=BORN) == PersonGiven()


def test_an_nhs_number_finds_whoever_has_it(town: Town) -> None:
    ann, _, lea, gone, _ = left_out(town)
    lea.change(gone, "nhs_number", nhs_number="9990079323", status="not_traced")
    lea.settle()
    assert asks(ann, nhs_number="999 007 9323").patient == gone
    assert asks(ann, nhs_number="999 007 9331") == PersonGiven()


@pytest.mark.parametrize(
    "said",
    [
        {"nhs_number": "123"},
        {"nhs_number": "99900793२३"},
        {"family": "GONE", "date_of_birth": "14 March"},
        {"family": " ", "date_of_birth": BORN},
        {"family": "G" * 201, "date_of_birth": BORN},
        {"family": "GONE", "date_of_birth": BORN, "why": "curious"},
        {"family": "GONE", "date_of_birth": BORN, "why": ""},
    ],
)
def test_words_that_name_nobody_and_askings_without_a_reason_are_refused(town: Town, said: dict[str, str]) -> None:
    ann, *_ = left_out(town)
    with pytest.raises(HubTrouble) as why:
        asks(ann, **said)
    assert why.value.why is Trouble.BAD_REQUEST


def test_only_who_teaches_in_the_team_and_works_on_this_laptop_may_ask(town: Town) -> None:
    ann, bea, *_ = left_out(town)
    with pytest.raises(HubTrouble) as why:
        asks(ann, user=bea.user, family="GONE", date_of_birth=BORN)
    assert why.value.why is Trouble.NOT_ALLOWED
