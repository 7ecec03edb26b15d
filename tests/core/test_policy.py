"""Who may do what: one table, written out a second time here, and nothing beside it."""

from itertools import product

import pytest

from smf_core.domain.discharge import Outcome
from smf_core.domain.pathway import GateState
from smf_core.domain.visit import Level
from smf_core.policy.roles import Capability, Role, User
from smf_core.policy.rules import (
    Action,
    NotAllowed,
    Reason,
    may,
    may_manage,
    require,
    to_close,
    to_rate,
    to_record_gate,
)

ROLES = {"N": Role.NURSE, "A": Role.ASSISTANT, "L": Role.LEAD, "D": Role.ADMIN, "P": Role.PRIVACY_OFFICER}

TABLE = {
    Action.LIST_REFERRALS: "NALD",
    Action.IMPORT_REFERRALS: "NLD",
    Action.ADD_REFERRAL: "NALD",
    Action.TRIAGE_REFERRAL: "NL",
    Action.MERGE_PEOPLE: "L",
    Action.ASSIGN_NURSE: "NL",
    Action.EDIT_PERSON: "NAL",
    Action.SETTLE_CLINICAL: "NL",
    Action.RECORD_DEATH: "NAL",
    Action.REVERSE_DEATH: "NL",
    Action.OPEN_RECORD: "NAL",
    Action.BOOK_VISIT: "NAL",
    Action.RECORD_VISIT: "NAL",
    Action.AMEND_VISIT: "NAL",
    Action.STRIKE_VISIT: "NL",
    Action.RATE_STEP: "NAL",
    Action.SET_CRITICAL_STEP_NOT_APPLICABLE: "NL",
    Action.RECORD_GATE: "NAL",
    Action.SETTLE_HARD_GATE: "NL",
    Action.RECORD_RED_FLAG: "NAL",
    Action.CLOSE_RED_FLAG: "NL",
    Action.CHANGE_LEARNERS: "NAL",
    Action.HOLD_EPISODE: "NAL",
    Action.RECORD_CALL: "NAL",
    Action.NAME_DOSE_GIVER: "NAL",
    Action.HANDLE_TASKS: "NALD",
    Action.CLOSE_FAVOURABLE: "NL",
    Action.CLOSE_OTHERWISE: "NAL",
    Action.OVERRIDE_CONFIDENCE: "NL",
    Action.COSIGN_VISIT: "NL",
    Action.CHANGE_CHECKLIST: "NL",
    Action.COPY_NOTE: "NAL",
    Action.SEND_LETTERS: "NALD",
    Action.IMPORT_PRACTICES: "LD",
    Action.REOPEN_DISCHARGE: "NL",
    Action.MANAGE_USERS: "LD",
    Action.EXPORT_RECORDS: "LP",
    Action.READ_OPENINGS: "LP",
    Action.BACK_UP: "NALDP",
    Action.APPROVE_CHECKLIST: "",
    Action.CHANGE_SETTINGS: "",
    Action.SETTLE_HELD: "L",
    Action.READ_FIGURES: "LDP",
    Action.READ_OWN_FIGURES: "NAL",
    Action.EXPORT_FIGURES: "LD",
    Action.SHOW_SMALL_NUMBERS: "L",
    Action.IMPORT_CORE_COUNTS: "LD",
    Action.STATE_BASELINE: "LD",
    Action.CLOSE_MONTH: "LD",
    Action.PLAN_SERVICE: "LD",
}


def user(role: Role, *capabilities: Capability, active: bool = True) -> User:
    return User("user-1", "someone", "Some One", role, frozenset(capabilities), active)


def test_every_action_is_in_the_table():
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize(("action", "letter"), list(product(Action, ROLES)))
def test_each_role_may_do_what_the_table_says_and_nothing_else(action, letter):
    someone = user(ROLES[letter])
    if letter in TABLE[action]:
        assert may(someone, action).allowed
        require(someone, action)
    else:
        assert not may(someone, action).allowed
        with pytest.raises(NotAllowed) as trouble:
            require(someone, action)
        assert trouble.value.action is action
        assert trouble.value.reason is not Reason.ALLOWED


@pytest.mark.parametrize("action", [Action.APPROVE_CHECKLIST, Action.CHANGE_SETTINGS])
def test_only_the_clinical_lead_approves_checklists_and_changes_settings(action):
    assert may(user(Role.LEAD, Capability.CLINICAL_LEAD), action).allowed
    assert may(user(Role.LEAD), action).reason is Reason.CLINICAL_LEAD


def test_being_clinical_lead_makes_nobody_a_registered_nurse():
    assert may(user(Role.ADMIN, Capability.CLINICAL_LEAD), Action.CLOSE_RED_FLAG).reason is Reason.REGISTERED_NURSE


@pytest.mark.parametrize(("action", "role"), list(product(Action, Role)))
def test_F83_someone_who_left_may_do_nothing(action, role):
    gone = user(role, Capability.CLINICAL_LEAD, active=False)
    assert may(gone, action).reason is Reason.INACTIVE


@pytest.mark.parametrize("action", Action)
def test_F83_a_role_nobody_knows_may_do_nothing(action):
    stranger = user("visitor")
    assert not may(stranger, action).allowed


def test_an_action_nobody_wrote_down_is_denied():
    assert may(user(Role.LEAD), "erase_everything").reason is Reason.UNKNOWN_ACTION


def test_the_reason_says_who_could():
    assert may(user(Role.ASSISTANT), Action.SETTLE_HARD_GATE).reason is Reason.REGISTERED_NURSE
    assert may(user(Role.ADMIN), Action.OPEN_RECORD).reason is Reason.ROLE
    assert may(user(Role.NURSE), Action.OPEN_RECORD).reason is Reason.ALLOWED


def test_an_administrator_takes_referrals_in_but_opens_no_record():
    admin = user(Role.ADMIN)
    assert may(admin, Action.IMPORT_REFERRALS).allowed
    assert not any(may(admin, action).allowed for action in (Action.OPEN_RECORD, Action.RECORD_VISIT))


@pytest.mark.parametrize(
    ("letter", "managed"), [("N", ""), ("A", ""), ("L", "NAL"), ("D", "NALDP"), ("P", ""), ("gone", "")]
)
def test_a_lead_manages_those_who_teach_and_only_an_administrator_makes_administrators(letter, managed):
    someone = user(Role.ADMIN, active=False) if letter == "gone" else user(ROLES[letter])
    assert {each for each, role in ROLES.items() if may_manage(someone, role).allowed} == set(managed)


def test_nobody_but_an_administrator_gives_a_capability_they_lack():
    given = frozenset({Capability.CLINICAL_LEAD})
    assert may_manage(user(Role.LEAD, Capability.CLINICAL_LEAD), Role.NURSE, given).allowed
    assert may_manage(user(Role.LEAD), Role.NURSE, given).reason is Reason.ADMINISTRATOR
    assert may_manage(user(Role.ADMIN), Role.NURSE, given).allowed
    assert may_manage(user(Role.ADMIN), "a role of a newer version", given).allowed
    assert not may_manage(user(Role.LEAD), "a role of a newer version").allowed


@pytest.mark.parametrize(
    ("hard", "state", "action"),
    [
        (True, GateState.MET, Action.SETTLE_HARD_GATE),
        (True, GateState.NA, Action.SETTLE_HARD_GATE),
        (True, GateState.NOT_MET, Action.RECORD_GATE),
        (False, GateState.MET, Action.RECORD_GATE),
        (False, GateState.NA, Action.RECORD_GATE),
    ],
)
def test_only_a_registered_nurse_records_a_hard_gate_as_met_or_not_applicable(hard, state, action):
    assert to_record_gate(state, hard=hard) is action


@pytest.mark.parametrize(("level", "critical"), list(product(Level, (True, False))))
def test_only_a_registered_nurse_sets_a_critical_step_not_applicable(level, critical):
    special = critical and level is Level.NA
    assert to_rate(level, critical=critical) is (
        Action.SET_CRITICAL_STEP_NOT_APPLICABLE if special else Action.RATE_STEP
    )


@pytest.mark.parametrize("outcome", Outcome)
def test_only_a_registered_nurse_closes_as_independent(outcome):
    favourable = outcome in (Outcome.INDEPENDENT, Outcome.INDEPENDENT_SUPPORT)
    assert to_close(outcome) is (Action.CLOSE_FAVOURABLE if favourable else Action.CLOSE_OTHERWISE)
