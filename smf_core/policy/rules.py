"""Who may do what. Nothing is allowed that is not written here; laptop and hub ask the same table.

What the rules of care decide (a gate, a limit, a missing answer) is not here: policy looks at the person only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.pathway import GateState
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit import Level
from smf_core.policy.roles import Role, User


class Action(StrEnum):
    """What a person asks to do. Where a rule of care splits an act by its object, it is two actions."""

    # people and referrals
    LIST_REFERRALS = "list_referrals"
    IMPORT_REFERRALS = "import_referrals"
    ADD_REFERRAL = "add_referral"
    TRIAGE_REFERRAL = "triage_referral"
    MERGE_PEOPLE = "merge_people"
    ASSIGN_NURSE = "assign_nurse"
    EDIT_PERSON = "edit_person"
    SETTLE_CLINICAL = "settle_clinical"
    RECORD_DEATH = "record_death"
    REVERSE_DEATH = "reverse_death"
    # the clinical record
    OPEN_RECORD = "open_record"
    BOOK_VISIT = "book_visit"
    RECORD_VISIT = "record_visit"
    AMEND_VISIT = "amend_visit"
    STRIKE_VISIT = "strike_visit"
    COSIGN_VISIT = "cosign_visit"
    COPY_NOTE = "copy_note"
    CHANGE_CHECKLIST = "change_checklist"
    RATE_STEP = "rate_step"
    SET_CRITICAL_STEP_NOT_APPLICABLE = "set_critical_step_not_applicable"
    RECORD_GATE = "record_gate"
    SETTLE_HARD_GATE = "settle_hard_gate"
    RECORD_RED_FLAG = "record_red_flag"
    CLOSE_RED_FLAG = "close_red_flag"
    CHANGE_LEARNERS = "change_learners"
    HOLD_EPISODE = "hold_episode"
    RECORD_CALL = "record_call"
    NAME_DOSE_GIVER = "name_dose_giver"
    HANDLE_TASKS = "handle_tasks"
    CLOSE_FAVOURABLE = "close_favourable"
    CLOSE_OTHERWISE = "close_otherwise"
    OVERRIDE_CONFIDENCE = "override_confidence"
    # the service
    MANAGE_USERS = "manage_users"
    EXPORT_RECORDS = "export_records"
    BACK_UP = "back_up"
    SEND_LETTERS = "send_letters"
    IMPORT_PRACTICES = "import_practices"
    REOPEN_DISCHARGE = "reopen_discharge"
    APPROVE_CHECKLIST = "approve_checklist"
    CHANGE_SETTINGS = "change_settings"
    SETTLE_HELD = "settle_held"
    READ_OPENINGS = "read_openings"
    # figures
    READ_FIGURES = "read_figures"
    READ_OWN_FIGURES = "read_own_figures"
    """Of oneself alone: what needs only this tells the figures of whoever is signed in, and can be asked no other."""

    EXPORT_FIGURES = "export_figures"
    SHOW_SMALL_NUMBERS = "show_small_numbers"
    IMPORT_CORE_COUNTS = "import_core_counts"
    STATE_BASELINE = "state_baseline"
    CLOSE_MONTH = "close_month"
    PLAN_SERVICE = "plan_service"


class Reason(StrEnum):
    """Why not, in a word; a presenter gives the sentence."""

    ALLOWED = ""
    INACTIVE = "inactive"
    ROLE = "role"
    REGISTERED_NURSE = "registered_nurse"
    CLINICAL_LEAD = "clinical_lead"
    ADMINISTRATOR = "administrator"
    GRANT = "grant"
    UNKNOWN_ACTION = "unknown_action"


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: Reason = Reason.ALLOWED


class NotAllowed(DomainError):
    """This person may not do this. `action` and `reason` are codes."""

    def __init__(self, action: Action, reason: Reason) -> None:
        super().__init__(action.value, reason.value)
        self.action = action
        self.reason = reason


def may(user: User, action: Action) -> Decision:
    """Whether a user may do something, and why not. Someone who no longer works here may do nothing."""
    if not user.active:
        return Decision(False, Reason.INACTIVE)
    if user.in_grace and action not in _IN_GRACE:
        return Decision(False, Reason.GRANT)
    if action in _CLINICAL_LEAD_ONLY:
        return _decided(user.is_clinical_lead, Reason.CLINICAL_LEAD)
    if action in _REGISTERED_NURSES_ONLY:
        return _decided(user.is_registered_nurse, Reason.REGISTERED_NURSE)
    roles = _ROLES.get(action)
    if roles is None:
        return Decision(False, Reason.UNKNOWN_ACTION)
    return _decided(user.role in roles, Reason.ROLE)


def require(user: User, action: Action) -> None:
    """Raises NotAllowed where `may` says no."""
    decision = may(user, action)
    if not decision.allowed:
        raise NotAllowed(action, decision.reason)


def may_manage(user: User, role: str, capabilities: Collection[str] = ()) -> Decision:
    """Whether a user may add, change or end somebody in a role, giving them these capabilities.

    A lead manages those who teach. Who is or becomes an administrator or a privacy officer is an administrator's to
    say, and nobody else gives a capability that they lack.
    """
    decision = may(user, Action.MANAGE_USERS)
    if not decision.allowed or user.role is Role.ADMIN:
        return decision
    return _decided(role in _TEACHERS and set(capabilities) <= user.capabilities, Reason.ADMINISTRATOR)


def to_record_gate(state: GateState, *, hard: bool) -> Action:
    """The action that answering a gate is. Anyone who teaches may say that it is not met: that only makes safer."""
    return Action.SETTLE_HARD_GATE if hard and state is not GateState.NOT_MET else Action.RECORD_GATE


def to_rate(level: Level, *, critical: bool) -> Action:
    """The action that setting a level of a step is."""
    if critical and level is Level.NA:
        return Action.SET_CRITICAL_STEP_NOT_APPLICABLE
    return Action.RATE_STEP


def to_close(outcome: Outcome) -> Action:
    """The action that closing an episode with this outcome is."""
    return Action.CLOSE_FAVOURABLE if outcome in FAVOURABLE else Action.CLOSE_OTHERWISE


def _decided(allowed: bool, reason: Reason) -> Decision:
    return Decision(True) if allowed else Decision(False, reason)


_CLINICAL_LEAD_ONLY = frozenset({Action.APPROVE_CHECKLIST, Action.CHANGE_SETTINGS})

_IN_GRACE = frozenset(
    {
        Action.LIST_REFERRALS,
        Action.OPEN_RECORD,
        Action.RECORD_VISIT,
        Action.AMEND_VISIT,
        Action.RATE_STEP,
        Action.SET_CRITICAL_STEP_NOT_APPLICABLE,
        Action.RECORD_GATE,
        Action.SETTLE_HARD_GATE,
        Action.RECORD_RED_FLAG,
        Action.CLOSE_RED_FLAG,
        Action.RECORD_CALL,
        Action.RECORD_DEATH,
        Action.BACK_UP,
    }
)
"""What a day's visits need to be finished and written up; nothing new is begun (`docs/adr/0029`)."""

_REGISTERED_NURSES_ONLY = frozenset(
    {
        Action.TRIAGE_REFERRAL,
        Action.SETTLE_CLINICAL,
        Action.REVERSE_DEATH,
        Action.STRIKE_VISIT,
        Action.COSIGN_VISIT,
        Action.CHANGE_CHECKLIST,
        Action.REOPEN_DISCHARGE,
        Action.SET_CRITICAL_STEP_NOT_APPLICABLE,
        Action.SETTLE_HARD_GATE,
        Action.CLOSE_RED_FLAG,
        Action.CLOSE_FAVOURABLE,
        Action.OVERRIDE_CONFIDENCE,
    }
)

_TEACHERS = frozenset({Role.NURSE, Role.ASSISTANT, Role.LEAD})

_OF_THE_FIGURES = frozenset({Role.LEAD, Role.ADMIN})

_ROLES: Mapping[Action, frozenset[Role]] = MappingProxyType(
    {
        Action.LIST_REFERRALS: _TEACHERS | {Role.ADMIN},
        Action.IMPORT_REFERRALS: frozenset({Role.NURSE, Role.LEAD, Role.ADMIN}),
        Action.ADD_REFERRAL: _TEACHERS | {Role.ADMIN},
        Action.MERGE_PEOPLE: frozenset({Role.LEAD}),
        Action.SETTLE_HELD: frozenset({Role.LEAD}),
        Action.ASSIGN_NURSE: frozenset({Role.NURSE, Role.LEAD}),
        Action.EDIT_PERSON: _TEACHERS,
        Action.RECORD_DEATH: _TEACHERS,
        Action.OPEN_RECORD: _TEACHERS,
        Action.BOOK_VISIT: _TEACHERS,
        Action.RECORD_VISIT: _TEACHERS,
        Action.AMEND_VISIT: _TEACHERS,
        Action.COPY_NOTE: _TEACHERS,
        Action.SEND_LETTERS: _TEACHERS | {Role.ADMIN},
        Action.IMPORT_PRACTICES: frozenset({Role.LEAD, Role.ADMIN}),
        Action.RATE_STEP: _TEACHERS,
        Action.RECORD_GATE: _TEACHERS,
        Action.RECORD_RED_FLAG: _TEACHERS,
        Action.CHANGE_LEARNERS: _TEACHERS,
        Action.HOLD_EPISODE: _TEACHERS,
        Action.RECORD_CALL: _TEACHERS,
        Action.NAME_DOSE_GIVER: _TEACHERS,
        Action.HANDLE_TASKS: _TEACHERS | {Role.ADMIN},
        Action.CLOSE_OTHERWISE: _TEACHERS,
        Action.MANAGE_USERS: frozenset({Role.ADMIN, Role.LEAD}),
        Action.EXPORT_RECORDS: frozenset({Role.LEAD, Role.PRIVACY_OFFICER}),
        Action.READ_OPENINGS: frozenset({Role.LEAD, Role.PRIVACY_OFFICER}),
        Action.READ_FIGURES: frozenset({Role.LEAD, Role.ADMIN, Role.PRIVACY_OFFICER}),
        Action.READ_OWN_FIGURES: _TEACHERS,
        Action.EXPORT_FIGURES: _OF_THE_FIGURES,
        Action.SHOW_SMALL_NUMBERS: frozenset({Role.LEAD}),
        Action.IMPORT_CORE_COUNTS: _OF_THE_FIGURES,
        Action.STATE_BASELINE: _OF_THE_FIGURES,
        Action.CLOSE_MONTH: _OF_THE_FIGURES,
        Action.PLAN_SERVICE: _OF_THE_FIGURES,
        Action.BACK_UP: frozenset(Role),  # it stays encrypted: nobody reads more by it
    }
)
