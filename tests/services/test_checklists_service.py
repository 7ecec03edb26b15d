"""The clinical lead approves a checklist version, with role and review; what was recorded before stays as it was."""

from datetime import date

import pytest

from smf_core.domain.checklist_pieces import Approval
from smf_core.domain.teaching_trouble import ReviewDateNeeded, RoleNeeded, UnknownChecklist
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.laptop.checklists import approve, versions
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]

REVIEW = date(2027, 11, 17)


def test_an_approval_has_name_role_day_and_review_and_is_there_without_a_new_unlock(team: Team) -> None:
    before = versions(team.lead)
    assert before.may_approve
    assert not any(one.approved for one in before.library.checklists.values())
    version = before.library.newest("insulin").version
    assert "approval" in approve(team.lead, "insulin", version, role="Clinical lead", next_review_due=REVIEW)
    insulin = versions(team.nurse).library.newest("insulin")
    assert insulin.approval == Approval("Lead Example", "Clinical lead", date(2026, 11, 17), REVIEW)
    assert not versions(team.nurse).library.newest("wound").approved


def test_the_last_approval_of_a_version_is_in_force(team: Team) -> None:
    version = team.lead.checklists.newest("insulin").version
    approve(team.lead, "insulin", version, role="Clinical lead", next_review_due=REVIEW)
    team.clock.forward(days=1)
    approve(team.lead, "insulin", version, role="Lead nurse, diabetes", next_review_due=date(2028, 1, 1))
    approval = versions(team.lead).library.newest("insulin").approval
    assert (approval.role, approval.next_review_due) == ("Lead nurse, diabetes", date(2028, 1, 1))


@pytest.mark.parametrize("who", ["nurse", "assistant", "admin"])
def test_only_the_clinical_lead_approves(team: Team, who: str) -> None:
    session = getattr(team, who)
    assert not versions(session).may_approve
    with pytest.raises(NotAllowed):
        approve(session, "insulin", "0.1.0", role="Nurse", next_review_due=REVIEW)
    assert not versions(team.lead).library.newest("insulin").approved


@pytest.mark.parametrize(
    ("role", "review", "version", "trouble"),
    [
        ("  ", REVIEW, "0.1.0", RoleNeeded),
        ("Clinical lead", date(2026, 11, 17), "0.1.0", ReviewDateNeeded),
        ("Clinical lead", REVIEW, "9.9.9", UnknownChecklist),
    ],
)
def test_an_approval_without_role_review_or_checklist_is_refused_in_words(
    team: Team, role: str, review: date, version: str, trouble: type[Exception]
) -> None:
    with pytest.raises(trouble) as refused:
        approve(team.lead, "insulin", version, role=role, next_review_due=review)
    assert words_for(refused.value) is not OUR_FAULT
    assert not versions(team.lead).library.newest("insulin").approved
