"""Several referrals decided in one go: each in its own save, and those that ask for more are named and left."""

from collections.abc import Mapping
from datetime import date
from itertools import combinations

import pytest
from sqlalchemy import func, select

from smf_core.domain.referral import Priority, ReferralStatus
from smf_core.domain.teaching_trouble import NeedsRegisteredNurse, ReasonNeeded
from smf_core.domain.triage import Left, Why
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.queries.referrals import count_by_status, referrals
from smf_core.records.queries.referrals import referral as referral_of
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import reject, wait_for_information
from smf_desktop.services.referral.triage_many import AcceptMany, accept_many, reject_many, wait_many
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]

HEAD = "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
THREE = HEAD + (
    "999 055 4463,Llewellyn,Ceri,02/05/1960,insulin,10/11/2026,gp\n"
    "999 023 7700,Featherstone,Rosalind,1944-02-01,catheter_care|catheter_valve,2026-11-12,hospital\n"
    ",Idowu,Grace,03-Feb-1968,insulin,2026-11-16,gp\n"
)


def referred(team: Team, text: str = THREE) -> tuple[str, ...]:
    """The referrals of a file, oldest first."""
    take_in(team.nurse, examine(team.nurse, text.encode()), accept_valid=True)
    with team.nurse.read() as connection:
        found = sorted(referrals(connection), key=lambda one: one.referral.received_on)
    return tuple(one.referral.id for one in found if one.referral.status is ReferralStatus.RECEIVED)


def some(counts: Mapping[ReferralStatus, int]) -> dict[ReferralStatus, int]:
    return {status: count for status, count in counts.items() if count}


def to(team: Team, priority: Priority = Priority.ROUTINE) -> AcceptMany:
    return AcceptMany(team.nurse.user.id, team.nurse.user.id, priority)


def test_each_is_accepted_in_a_save_of_its_own_with_its_own_target_date(team: Team) -> None:
    asked = referred(team)
    answer = accept_many(team.nurse, asked, to(team, Priority.TWO_WORKING_DAYS))
    assert (answer.done, answer.left, answer.not_reached) == (asked, (), ())
    with team.nurse.read() as connection:
        found = [referral_of(connection, each) for each in asked]
        saves = [
            frozenset(connection.scalars(select(t.item.c.cs_id).where(t.item.c.entity_id == each))) for each in asked
        ]
    assert [one.target_date for one in found if one] == [date(2026, 11, 17), date(2026, 11, 17), date(2026, 11, 18)]
    assert all(not one & other for one, other in combinations(saves, 2))


def test_those_that_ask_for_more_are_named_and_left(team: Team) -> None:
    home = at_home(team)
    taught = HEAD + "999 007 9323,Abernathy,Doreen,14/03/1951,insulin,10/11/2026,gp\n"
    alike = "999 055 4463,Abernathy,Doreen,14/03/1951,wound,11/11/2026,gp\n"
    free = ",Idowu,Grace,03-Feb-1968,insulin,2026-11-16,gp\n"
    first, second, third = referred(team, taught + alike + free)
    answer = accept_many(team.nurse, (first, second, third, home.referral), to(team))
    assert answer.done == (third,)
    assert answer.left == (Left(first, Why.TAUGHT), Left(second, Why.MAYBE_HERE), Left(home.referral, Why.DECIDED))


def test_a_question_that_nobody_answered_is_not_passed_over(team: Team) -> None:
    held, free, _ = referred(team)
    wait_for_information(team.nurse, held, "Which insulin")
    answer = accept_many(team.nurse, (held, free), to(team))
    assert (answer.done, answer.left) == ((free,), (Left(held, Why.QUESTION),))


def test_stopped_in_the_middle_what_was_decided_stands_and_the_rest_is_done_by_asking_again(team: Team) -> None:
    asked = referred(team)
    answer = accept_many(team.nurse, asked, to(team), progress=lambda done, _total: done < 2)
    assert (answer.done, answer.not_reached) == (asked[:2], asked[2:])
    with team.nurse.read() as connection:
        assert some(count_by_status(connection)) == {ReferralStatus.ACCEPTED: 2, ReferralStatus.RECEIVED: 1}
    again = accept_many(team.nurse, asked, to(team))
    assert again.done == asked[2:]
    assert again.left == tuple(Left(each, Why.DECIDED) for each in asked[:2])
    with team.nurse.read() as connection:
        assert connection.scalar(select(func.count()).select_from(t.episode)) == 4


def test_one_reason_sends_several_back_each_with_its_letter(team: Team) -> None:
    asked = referred(team)
    reject(team.nurse, asked[0], "No longer needed")
    answer = reject_many(team.nurse, asked, "Outside our area")
    assert (answer.done, answer.left) == (asked[1:], (Left(asked[0], Why.DECIDED),))
    with team.nurse.read() as connection:
        letters = connection.scalars(select(t.letter.c.referral)).all()
    assert sorted(letters) == sorted(asked)


def test_several_wait_for_the_same_information_each_with_its_task(team: Team) -> None:
    asked = referred(team)
    assert wait_many(team.nurse, asked, "Dose", whom="the ward", chase_on=date(2026, 11, 19)).done == asked
    with team.nurse.read() as connection:
        assert some(count_by_status(connection)) == {ReferralStatus.WAITING_INFORMATION: 3}
        assert sorted(connection.scalars(select(t.task.c.about))) == sorted(asked)


def test_what_is_wrong_for_all_is_said_before_anything_is_decided(team: Team) -> None:
    asked = referred(team)
    with pytest.raises(NeedsRegisteredNurse):
        accept_many(team.nurse, asked, AcceptMany(team.nurse.user.id, team.assistant.user.id))
    with pytest.raises(ReasonNeeded):
        reject_many(team.nurse, asked, " ")
    with pytest.raises(NotAllowed):
        accept_many(team.assistant, asked, to(team))
    with team.nurse.read() as connection:
        assert some(count_by_status(connection)) == {ReferralStatus.RECEIVED: 3}
