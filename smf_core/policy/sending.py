"""What a hub asks of everything a laptop sends: who its author was when it was done, and whether they might do it.

A laptop asks `rules.may` before it writes; this is the same table asked again of what was written. The hub knows less
than the laptop did: it sees what an operation says and what it was made on top of, not what it was said of. Where it
cannot tell two acts apart it takes the one that more people may do, so that nothing is set aside that a laptop let
somebody do. What stays hidden from it, and is the laptop's alone to ask:

- whether a gate is hard and whether a step is critical: that is the checklist's content;
- whether two versions of an allergy, alert or medicine that are settled differ: their authors' words are not at hand;
- whether a visit that is struck for the wrong person was signed, or a draft that a colleague moved;
- who wrote the visit or call that is amended.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from smf_core.domain.discharge import Outcome
from smf_core.domain.pathway import GateState
from smf_core.domain.referral import ReferralStatus
from smf_core.domain.visit import Level
from smf_core.operations.change_set import Item
from smf_core.policy.roles import Capability, Role, User
from smf_core.policy.rules import Action, Decision, Reason, may, to_close, to_rate, to_record_gate

KEPT = 4096
"""Answers of the table that are kept: there are fewer roles, capabilities and acts than that."""


class Refusal(StrEnum):
    """Why a change set waits for a lead, as a word; a presenter gives the sentence."""

    AUTHOR_UNKNOWN = "author_unknown"
    LEFT = "left"
    NOT_A_MEMBER = "not_a_member"
    OTHER_TEAM = "other_team"
    OTHER_PERSON = "other_person"
    MIXED = "mixed"
    ROLE = "role"
    REGISTERED_NURSE = "registered_nurse"
    CLINICAL_LEAD = "clinical_lead"


class FeedKind(StrEnum):
    """The feeds that people follow."""

    SERVICE = "service"
    TEAM = "team"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody was at one moment: their role in each of their teams, None being one that is not known here."""

    roles: Mapping[str, Role | None]
    capabilities: frozenset[Capability] = frozenset()

    @property
    def teams(self) -> frozenset[str]:
        """Empty for somebody who was a member of nothing."""
        return frozenset(self.roles)

    @classmethod
    def of(cls, roles: Mapping[str, str], capabilities: Collection[str] = ()) -> "Standing":
        """From words as they were stored. A role or capability that is not known here allows nothing."""
        return cls(
            {team: Role(role) if role in _ROLE_WORDS else None for team, role in roles.items()},
            frozenset(Capability(each) for each in capabilities if each in _CAPABILITY_WORDS),
        )


_ROLE_WORDS = frozenset(role.value for role in Role)
_CAPABILITY_WORDS = frozenset(capability.value for capability in Capability)

_FOLLOWED = MappingProxyType(
    {
        Role.NURSE: frozenset({FeedKind.SERVICE, FeedKind.TEAM}),
        Role.ASSISTANT: frozenset({FeedKind.SERVICE, FeedKind.TEAM}),
        Role.LEAD: frozenset(FeedKind),
        Role.ADMIN: frozenset({FeedKind.SERVICE, FeedKind.TEAM}),  # takes referrals in and sends letters
        Role.PRIVACY_OFFICER: frozenset({FeedKind.SERVICE, FeedKind.AUDIT}),
    }
)


def may_follow(role: Role | None) -> frozenset[FeedKind]:
    """The feeds of a team that the laptop of somebody in this role follows."""
    return _FOLLOWED.get(role, frozenset()) if role else frozenset()


# --- when ----------------------------------------------------------------------------------------

CARE_COUNTS = timedelta(days=35)
"""The time of care counts up to this long before it was written down."""

SKEW = timedelta(minutes=5)
"""Clocks further apart than this are told of."""

_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def judged_moment(care_time: datetime | None, stamp_ms: int, hub_ms: int, since_ms: int = 0) -> tuple[int, bool]:
    """When an author is taken to have acted, in UTC ms, and whether the clock that said so is suspect.

    The time of care, where it lies in the 35 days before the change set was written; otherwise (None: it does not
    count) when it was written, which counts up to the hub's own time. Nobody is judged in the future, nor before
    `since_ms`, when the hub first knew them: so no clock, however wrong, has anything refused by itself.
    """
    written = min(stamp_ms, hub_ms)
    care = written if care_time is None else (care_time - _EPOCH) // _MS
    suspect = max(care, stamp_ms) > hub_ms + SKEW // _MS
    in_time = written - CARE_COUNTS // _MS <= care <= written + SKEW // _MS
    return min(max(care if in_time else written, since_ms), hub_ms), suspect


def care_that_counts(items: Iterable[Item], care_time: datetime) -> datetime | None:
    """The time of care to judge an author by. An amendment keeps that of the visit, and is an act of later: who came
    to the team since may write it."""
    amends = any(item.bases and (item.entity, item.kind) in _SIGNED for item in items)
    return None if amends else care_time


# --- about whom ----------------------------------------------------------------------------------

OF_THE_SERVICE = frozenset(
    {
        *("service", "team", "user", "practice", "core_team", "area", "approval"),
        *("core_count", "baseline", "rebase", "self_check", "plan"),
    }
)
"""What every laptop of the service gets."""

_AUDIT = "access"
_OF_A_TEAM = frozenset({"absence", "saved_view", "review", "closed_month"})
_OF_EITHER = "task"


def other_person(
    items: Sequence[Item], patient: str | None, whose: Mapping[tuple[str, str], str] = MappingProxyType({})
) -> Refusal | None:
    """Why these items may not stand in one change set about `patient` (None: about nobody), if they may not.

    Whoever checks a change set by the person in its head must know that it is about nobody else. `whose` says of
    records, by kind and id, whom they are known to be about; like `patient` after any merge of people.
    """
    about = {item.entity for item in items} & _KINDS
    apart = {_feed_of(kind) for kind in about}
    if len(apart) > 1 or (patient is not None and apart - {FeedKind.TEAM}):
        return Refusal.MIXED
    if any(_is_other(item, patient, whose) for item in items):
        return Refusal.OTHER_PERSON
    if patient is not None and about & _OF_A_TEAM:
        return Refusal.MIXED
    return None


def _feed_of(kind: str) -> FeedKind:
    if kind == _AUDIT:
        return FeedKind.AUDIT
    return FeedKind.SERVICE if kind in OF_THE_SERVICE else FeedKind.TEAM


def _is_other(item: Item, patient: str | None, whose: Mapping[tuple[str, str], str]) -> bool:
    if item.entity == _AUDIT:
        return False  # it names whom its author looked at, of whatever team
    if whose.get((item.entity, item.entity_id), patient) != patient:
        return True
    if patient is not None:
        named = item.entity_id if item.entity == "patient" else patient
        return named != patient or item.payload.get("patient", patient) != patient
    if item.entity not in _KINDS:
        return False
    of_nobody = item.entity in OF_THE_SERVICE or item.entity in _OF_A_TEAM or item.entity == _OF_EITHER
    return not of_nobody or bool(item.payload.get("patient"))


# --- what each item does -------------------------------------------------------------------------

Told = Callable[[Item, Sequence[Item]], Action]
"""Which act an item is, from what it says and from what was saved with it."""


def _made_or(made: Action, changed: Action) -> Told:
    """One act when it is said for the first time, another when it is said anew."""
    return lambda item, beside: changed if item.bases else made


def _death(item: Item, beside: Sequence[Item]) -> Action:
    return Action.RECORD_DEATH if item.payload.get("died_on") else Action.REVERSE_DEATH


def _by_a_death(otherwise: Action, ends: Callable[[Item], bool]) -> Told:
    """What recording a death brings to an end is part of that, whoever may do it at other times."""

    def told(item: Item, beside: Sequence[Item]) -> Action:
        died = any(one.entity == "patient" and one.kind == "death" and one.payload.get("died_on") for one in beside)
        return Action.RECORD_DEATH if died and ends(item) else otherwise

    return told


def _is_rejected(triage: Item) -> bool:
    return bool(triage.payload.get("status") == ReferralStatus.REJECTED.value)


def _is_changed(item: Item) -> bool:
    return bool(item.bases)


def _discharge(item: Item, beside: Sequence[Item]) -> Action:
    outcome = item.payload.get("outcome")
    if not outcome:
        return Action.REOPEN_DISCHARGE
    known = [each for each in Outcome if each.value == outcome]
    return to_close(known[0]) if known else Action.CLOSE_OTHERWISE


def _visit_struck(item: Item, beside: Sequence[Item]) -> Action:
    """A draft that was begun for the wrong person is struck by whoever began it."""
    moved = item.payload.get("reason") == WRONG_PERSON and item.payload.get("moved_to")
    return Action.RECORD_VISIT if moved else Action.STRIKE_VISIT


WRONG_PERSON = "wrong_person"
"""The reason a draft that went on in another person's record is struck with."""


def _flag_struck(item: Item, beside: Sequence[Item]) -> Action:
    """Taken out, a red flag is no longer open; with its call it comes back."""
    return Action.CLOSE_RED_FLAG if item.payload.get("reason") else Action.RECORD_RED_FLAG


def _signed(item: Item, beside: Sequence[Item]) -> Action:
    """Whoever tells two signatures of one visit apart writes one of them anew, in its author's name."""
    if item.payload.get("by"):
        return Action.STRIKE_VISIT
    return Action.AMEND_VISIT if item.bases else Action.RECORD_VISIT


_ANY_GATE = to_record_gate(GateState.NOT_MET, hard=False)
_ANY_RATING = to_rate(Level.INDEPENDENT, critical=False)
_NEW = _made_or(Action.ADD_REFERRAL, Action.EDIT_PERSON)

ACTIONS: Mapping[str, Mapping[str, Action | Told | None]] = {
    "patient": {
        "name": _NEW,
        "born": _NEW,
        "sex": _NEW,
        "nhs_number": _NEW,
        "address": _NEW,
        "phone": _NEW,
        "preferred_name": Action.EDIT_PERSON,
        "practice": _NEW,
        "gp": Action.EDIT_PERSON,
        "access_note": Action.EDIT_PERSON,
        "ethnic_category": Action.EDIT_PERSON,
        "language": Action.EDIT_PERSON,
        "no_known_allergies": Action.ADD_REFERRAL,  # asked again when a referral comes
        "death": _death,
        "team": _made_or(Action.ADD_REFERRAL, Action.ASSIGN_NURSE),
        "access_needs": Action.EDIT_PERSON,
        "opt_out": Action.EDIT_PERSON,
        "same_person": Action.MERGE_PEOPLE,
    },
    "allergy": {"member": _NEW},
    "alert": {"member": Action.EDIT_PERSON},
    "contact": {"member": Action.EDIT_PERSON},
    "medicine": {"member": Action.EDIT_PERSON},
    "equipment": {"member": Action.EDIT_PERSON},
    "document": {"held": Action.EDIT_PERSON, "struck": Action.EDIT_PERSON},
    "referral": {
        "received": Action.ADD_REFERRAL,
        "triage": _by_a_death(Action.TRIAGE_REFERRAL, _is_rejected),
        "duplicate": Action.ADD_REFERRAL,
        "gate": _ANY_GATE,
    },
    "episode": {
        "opened": Action.TRIAGE_REFERRAL,
        "nurse": Action.ASSIGN_NURSE,
        "accountable_nurse": Action.ASSIGN_NURSE,
        "checklist": Action.CHANGE_CHECKLIST,
        "consent": Action.EDIT_PERSON,
        "baseline": Action.TRIAGE_REFERRAL,
        "treatment_end": Action.RECORD_VISIT,
        "gate": _ANY_GATE,
        "learner": Action.CHANGE_LEARNERS,
        "discharge": _discharge,
    },
    "dose_cover": {"row": Action.NAME_DOSE_GIVER},
    "hold": {"held": Action.HOLD_EPISODE},
    "core_visits": {"row": Action.RECORD_VISIT},
    "visit": {
        "planned": Action.BOOK_VISIT,
        "started": Action.RECORD_VISIT,
        "signed": _signed,
        "cosign": Action.RECORD_VISIT,
        "cosigned": Action.COSIGN_VISIT,
        "next": Action.RECORD_VISIT,
        "not_gone_ahead": Action.RECORD_VISIT,
        "struck": _visit_struck,
    },
    "visit_pair": {"told": Action.STRIKE_VISIT},
    "call": {"made": Action.RECORD_CALL, "struck": Action.RECORD_CALL},
    "task": {"asked": Action.HANDLE_TASKS, "done": Action.HANDLE_TASKS},
    "note_copy": {"copied": Action.COPY_NOTE},
    "letter": {
        "written": Action.EDIT_PERSON,  # never by itself: with a discharge, a rejection, a change of who gives a dose
        "sending": Action.SEND_LETTERS,
        "confirmed": Action.RECORD_VISIT,
    },
    "section": {"taught": Action.RECORD_VISIT, "rating": _ANY_RATING, "answer": Action.RECORD_VISIT},
    "observation": {"reading": Action.RECORD_VISIT, "struck": Action.AMEND_VISIT},
    "red_flag": {"seen": Action.RECORD_RED_FLAG, "closing": Action.CLOSE_RED_FLAG, "struck": _flag_struck},
    "service": {"named": Action.MANAGE_USERS, "setting": Action.CHANGE_SETTINGS},
    "practice": {"listed": Action.IMPORT_PRACTICES},
    "core_team": {"listed": Action.IMPORT_PRACTICES},
    "area": {"listed": Action.IMPORT_CORE_COUNTS},
    "core_count": {"counted": Action.IMPORT_CORE_COUNTS},
    "core_return": {"received": Action.IMPORT_CORE_COUNTS},
    "baseline": {"stated": Action.STATE_BASELINE},
    "rebase": {"told": Action.STATE_BASELINE},
    "closed_month": {"closed": Action.CLOSE_MONTH, "note": Action.CLOSE_MONTH},
    "self_check": {"checked": Action.PLAN_SERVICE},
    "plan": {"stated": Action.PLAN_SERVICE},
    "absence": {"away": Action.ASSIGN_NURSE},
    "nurse_cover": {"arranged": _by_a_death(Action.ASSIGN_NURSE, _is_changed)},
    "saved_view": {"view": Action.OPEN_RECORD},
    "team": {"named": Action.MANAGE_USERS},
    "user": {"person": Action.MANAGE_USERS, "standing": Action.MANAGE_USERS, "membership": Action.MANAGE_USERS},
    "approval": {"given": Action.APPROVE_CHECKLIST},
    "review": {"decided": Action.SETTLE_HELD, "unbegun": Action.SETTLE_HELD},
    "access": {"done": None},
}
"""Which act each kind of operation is; None is anyone's who works here. What is not named here, a newer version
wrote: it is kept and passed on as it came."""

_KINDS = frozenset(ACTIONS)


def action_of(item: Item, beside: Sequence[Item] = ()) -> Action | None:
    """Which act an item is, `beside` being everything that was saved with it. None: anyone's who works here."""
    told = ACTIONS.get(item.entity, {}).get(item.kind)
    return told(item, beside) if callable(told) and not isinstance(told, Action) else told


# --- whether they might --------------------------------------------------------------------------


def refusal(items: Sequence[Item], standing: Standing | None, team: str | None, active: bool) -> Refusal | None:
    """Why a change set is to wait for a lead; None where its author might write every item of it.

    `standing` is what the author was when they acted, None for somebody the hub has never heard of. `team` is that of
    the person then, None where the change set names nobody or nobody knows the person yet. `active`: whether the
    author works here to this day. What they did before they left is still theirs: it only tells why somebody is in no
    team. `other_person` is asked beside this.
    """
    if standing is None:
        return Refusal.AUTHOR_UNKNOWN
    if not standing.roles and all(item.entity == _AUDIT for item in items):
        return None  # that somebody looked is noted all the more where they no longer should
    if not standing.roles:
        return Refusal.NOT_A_MEMBER if active else Refusal.LEFT
    if team is not None and team not in standing.roles:
        return Refusal.OTHER_TEAM
    roles = [standing.roles[team]] if team is not None else standing.roles.values()
    acting = [_in_role(role, standing.capabilities) for role in roles if role is not None]
    if not acting:
        return Refusal.ROLE
    for item in items:
        why = _refused(item, items, acting)
        if why:
            return why
    return None


@lru_cache(KEPT)
def _in_role(role: Role, capabilities: frozenset[Capability]) -> User:
    return User("", "", "", role, capabilities)


@lru_cache(KEPT)
def _may(role: Role, capabilities: frozenset[Capability], action: Action) -> Decision:
    return may(_in_role(role, capabilities), action)


_WHY = {Reason.REGISTERED_NURSE: Refusal.REGISTERED_NURSE, Reason.CLINICAL_LEAD: Refusal.CLINICAL_LEAD}


def _refused(item: Item, beside: Sequence[Item], acting: Sequence[User]) -> Refusal | None:
    """Why nobody of `acting` (one author in each of their roles) may do what an item does."""
    if _says_registered(item) and not any(user.is_registered_nurse for user in acting):
        return Refusal.REGISTERED_NURSE
    action = action_of(item, beside)
    if action is None:
        return None
    asked = [_may(user.role, user.capabilities, action) for user in acting]
    for each in asked:
        if each.allowed:
            return None
    return _WHY.get(asked[0].reason, Refusal.ROLE)


def _says_registered(item: Item) -> bool:
    """Whether it counts as done by a registered nurse: the competence rule does not take a laptop's word for that."""
    return (item.entity, item.kind) in _SIGNED and bool(item.payload.get("registered"))


_SIGNED = frozenset({("visit", "signed"), ("call", "made")})
