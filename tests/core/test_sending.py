"""What the hub asks of everything a laptop sends, held against a second policy that shares nothing with the first."""

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smf_core.domain.discharge import Outcome
from smf_core.domain.pathway import GateState
from smf_core.domain.visit import Level
from smf_core.operations.change_set import Item
from smf_core.operations.registry import RECORDS
from smf_core.policy.roles import Role
from smf_core.policy.rules import Action, to_rate, to_record_gate
from smf_core.policy.sending import (
    ACTIONS,
    FeedKind,
    Refusal,
    Standing,
    action_of,
    may_follow,
    other_person,
    refusal,
)
from tests.core.reference_policy import might
from tests.support.examples import examples
from tests.support.sending import BASE, EAST, NORTH, NOTE, OTHER, PERSON, SOUTH, item

ROLES = (*(role.value for role in Role), "visitor")

KINDS = [(entity, kind) for entity, kinds in RECORDS.items() for kind in kinds]


def someone(role: str, *teams: str, capabilities: Sequence[str] = ()) -> Standing:
    return Standing.of(dict.fromkeys(teams or (NORTH,), role), capabilities)


def refused(sent: Item | Sequence[Item], who: Standing | None, team: str | None = NORTH) -> Refusal | None:
    return refusal([sent] if isinstance(sent, Item) else sent, who, team, True)


# --- the two policies agree ----------------------------------------------------------------------

SAYS = st.fixed_dictionaries(
    {},
    optional={
        "died_on": st.sampled_from(["", "2026-11-01"]),
        "outcome": st.sampled_from(["", "beamed_up", *(each.value for each in Outcome)]),
        "registered": st.booleans(),
        "reason": st.sampled_from(["", "wrong_person", "Twice"]),
        "moved_to": st.sampled_from(["", "visit-9"]),
        "status": st.sampled_from(["accepted", "rejected"]),
        "state": st.sampled_from(["open", "closed", "met", "not_met"]),
        "level": st.sampled_from(["na", "independent"]),
    },
)
OFTEN = [("patient", "death"), ("referral", "triage"), ("nurse_cover", "arranged"), ("episode", "discharge")]
ITEMS = st.builds(
    lambda of, changed, says: Item(
        entity=of[0], entity_id="x", kind=of[1], bases=BASE if changed else (), payload=says
    ),
    st.sampled_from([*KINDS, *OFTEN * 4, ("telepathy", "heard"), ("patient", "aura")]),
    st.booleans(),
    SAYS,
)
AUTHORS: tuple[Mapping[str, str] | None, ...] = (
    None,
    {},
    *({NORTH: role} for role in ROLES),
    *({NORTH: one, SOUTH: other} for one, other in product(ROLES, repeat=2)),
)
EVERYBODY = tuple(product(AUTHORS, (False, True), (None, NORTH, EAST)))


@given(st.lists(ITEMS, min_size=1, max_size=3))
@settings(max_examples=examples(400))
def test_I10_the_reference_policy_agrees_on_every_user_role_team_and_operation(items: list[Item]) -> None:
    """Each of hundreds of change sets is sent by 44 authors, clinical lead or not, about people of three teams."""
    said = [(f"{one.entity}.{one.kind}", bool(one.bases), one.payload) for one in items]
    known = [each for each, one in zip(said, items, strict=True) if one.kind in RECORDS.get(one.entity, {})]
    for roles, clinical_lead, team in EVERYBODY:
        words = ["clinical_lead", "wizard"] if clinical_lead else []
        found = refusal(items, None if roles is None else Standing.of(roles, words), team, True)
        acting = [role for of, role in (roles or {}).items() if team in (None, of) and role != "visitor"]
        right = bool(acting) and all(
            any(might(each, said, role, clinical_lead=clinical_lead) for role in acting) for each in known
        )
        only_looked = roles == {} and all(what == "access.done" for what, _, _ in said)
        assert (found is None) is (right or only_looked), (roles, clinical_lead, team)


def test_every_kind_of_record_is_named_and_nothing_beside() -> None:
    assert {entity: set(kinds) for entity, kinds in ACTIONS.items()} == {
        entity: set(kinds) for entity, kinds in RECORDS.items()
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


ASKED = st.sampled_from(["died_on", "outcome", "registered", "reason", "moved_to", "status", "patient"])


@given(st.sampled_from(KINDS), st.dictionaries(ASKED, JSON), st.sampled_from(ROLES), st.sampled_from([None, PERSON]))
@settings(max_examples=examples(400))
def test_F73_whatever_an_operation_says_it_is_judged_and_nothing_falls_over(
    of: tuple[str, str], said: dict[str, object], role: str, patient: str | None
) -> None:
    sent = item(*of, **said)
    assert refused(sent, someone(role)) in (None, *Refusal)
    assert other_person([sent], patient) in (None, *Refusal)


# --- who -----------------------------------------------------------------------------------------


def test_F71_somebody_the_hub_has_never_heard_of_is_not_believed() -> None:
    assert refused(NOTE, None) is Refusal.AUTHOR_UNKNOWN


def test_F71_an_operation_about_another_teams_patient_waits_for_a_lead() -> None:
    assert refused(NOTE, someone("lead", NORTH, capabilities=["clinical_lead"]), SOUTH) is Refusal.OTHER_TEAM


@pytest.mark.parametrize(("of", "role"), list(product(KINDS, Role)))
def test_F71_no_kind_and_no_role_reaches_another_teams_patient(of: tuple[str, str], role: Role) -> None:
    assert refused(item(*of), someone(role.value, NORTH, EAST), SOUTH) is Refusal.OTHER_TEAM


def test_F71_the_role_counts_that_somebody_has_in_the_patients_team() -> None:
    merge = item("patient", "same_person", kept=OTHER)
    both = Standing.of({NORTH: "lead", SOUTH: "nurse"}, ())
    assert refused(merge, both, NORTH) is None
    assert refused(merge, both, SOUTH) is Refusal.ROLE


def test_somebody_in_no_team_then_may_send_nothing_and_who_left_is_told_apart() -> None:
    assert refused(NOTE, someone("nurse")) is None
    assert refusal([NOTE], Standing.of({}), NORTH, True) is Refusal.NOT_A_MEMBER
    assert refusal([NOTE], Standing.of({}), NORTH, False) is Refusal.LEFT


def test_what_somebody_looked_at_is_noted_though_they_were_in_no_team_any_more() -> None:
    looked = item("access", "done", action="open")
    assert refusal([looked], Standing.of({}), None, False) is None
    assert refusal([looked, NOTE], Standing.of({}), None, False) is Refusal.LEFT
    assert refusal([looked], None, None, False) is Refusal.AUTHOR_UNKNOWN


def test_F21_what_somebody_did_before_they_left_is_still_theirs() -> None:
    assert refusal([NOTE], someone("nurse"), NORTH, False) is None


@pytest.mark.parametrize("of", [*KINDS, ("telepathy", "heard")])
def test_F83_unknown_role_may_send_nothing(of: tuple[str, str]) -> None:
    assert refused(item(*of), someone("visitor", capabilities=["clinical_lead"])) is Refusal.ROLE


def test_F83_an_unknown_capability_allows_nothing() -> None:
    approval = item("approval", "given")
    assert refused(approval, someone("lead", capabilities=["wizard"]), None) is Refusal.CLINICAL_LEAD
    assert refused(approval, someone("lead", capabilities=["clinical_lead"]), None) is None


def test_F36_kinds_nobody_knows_are_kept_and_passed_on() -> None:
    newer = item("patient", "aura", colour="blue"), item("telepathy", "heard", thought="…")
    assert refused(newer, someone("admin")) is None
    assert all(action_of(one) is None for one in newer)
    assert other_person(newer, PERSON) is None


def test_one_item_that_fails_fails_the_whole() -> None:
    sent = [NOTE, item("episode", "discharge", outcome="independent")]
    assert refused(sent, someone("nurse")) is None
    assert refused(sent, someone("assistant")) is Refusal.REGISTERED_NURSE


# --- about whom ----------------------------------------------------------------------------------


def test_F71_a_change_set_is_about_the_person_in_its_head_alone() -> None:
    assert other_person([NOTE, item("patient", "phone", phone="01632 960001")], PERSON) is None
    for stranger in (
        item("visit", "signed", patient=OTHER),
        item("patient", "phone", entity_id=OTHER, phone="01632 960001"),
        item("allergy", "member", patient=None, substance="Latex"),
        item("telepathy", "heard", patient=OTHER),
    ):
        assert other_person([NOTE, stranger], PERSON) is Refusal.OTHER_PERSON


@pytest.mark.parametrize("of", KINDS)
def test_F71_nothing_about_a_person_goes_round_the_team_by_naming_nobody(of: tuple[str, str]) -> None:
    about_nobody = {"service", "team", "user", "practice", "core_team", "approval"}
    about_nobody |= {"area", "core_count", "baseline", "rebase", "self_check", "plan"}
    about_nobody |= {"absence", "saved_view", "review", "task", "access", "closed_month"}
    found = other_person([item(*of)], None)
    assert found is (None if of[0] in about_nobody else Refusal.OTHER_PERSON)
    named = other_person([item(*of, patient=OTHER)], None)
    assert named is (None if of[0] == "access" else Refusal.OTHER_PERSON)


def test_F71_a_record_that_is_known_to_be_another_persons_is_not_written_under_ours() -> None:
    closing = item("episode", "discharge", outcome="moved")
    assert other_person([closing], PERSON) is None
    assert other_person([closing], PERSON, {("episode", "episode-1"): PERSON}) is None
    assert other_person([closing], PERSON, {("episode", "episode-1"): OTHER}) is Refusal.OTHER_PERSON


@pytest.mark.parametrize(
    ("items", "patient"),
    [
        ([item("user", "person"), NOTE], PERSON),
        ([item("service", "setting")], PERSON),
        ([item("access", "done", patient=PERSON), NOTE], PERSON),
        ([item("access", "done", patient=PERSON)], PERSON),
        ([item("absence", "away"), NOTE], PERSON),
        ([item("review", "decided")], PERSON),
        ([item("user", "person"), item("access", "done")], None),
        ([item("user", "person"), item("absence", "away")], None),
    ],
)
def test_acts_of_the_service_and_of_the_audit_stand_in_sets_of_their_own(
    items: list[Item], patient: str | None
) -> None:
    assert other_person(items, patient) is Refusal.MIXED


def test_what_belongs_together_may_stand_together() -> None:
    assert other_person([item("service", "named"), item("team", "named")], None) is None
    assert other_person([item("task", "asked"), item("absence", "away")], None) is None
    assert other_person([item("task", "asked", patient=PERSON), NOTE], PERSON) is None
    assert other_person([item("access", "done", patient=PERSON), item("access", "done", patient=OTHER)], None) is None


# --- what ----------------------------------------------------------------------------------------

STAGES = {
    "made": [NOTE],
    "amended": [item("visit", "signed", changed=True, patient=PERSON, amend_reason="Minutes")],
    "ended": [item("contact", "member", changed=True, patient=PERSON, ended=True, ended_reason="Moved away")],
    "struck": [item("visit", "struck", reason="Written twice")],
    "closed": [item("episode", "discharge", changed=True, outcome="declined")],
    "reopened": [item("episode", "discharge", changed=True, reason="Too early")],
    "died": [item("patient", "death", died_on="2026-11-01")],
    "alive": [item("patient", "death", changed=True, reason="Another person")],
    "merged": [item("patient", "same_person", kept=OTHER, state="merged")],
    "told apart": [item("patient", "same_person", changed=True, kept=OTHER, state="apart")],
    "transferred": [item("patient", "team", changed=True, team=SOUTH)],
}
WHO = {  # N nurse, A assistant, L lead, D administrator, P privacy officer
    "made": "NAL",
    "amended": "NAL",
    "ended": "NAL",
    "struck": "NL",
    "closed": "NAL",
    "reopened": "NL",
    "died": "NAL",
    "alive": "NL",
    "merged": "L",
    "told apart": "L",
    "transferred": "NL",
}
LETTERS = {"N": "nurse", "A": "assistant", "L": "lead", "D": "admin", "P": "privacy_officer", "?": "visitor"}


@pytest.mark.parametrize(("stage", "letter"), list(product(STAGES, LETTERS)))
def test_reg_B26_every_stage_of_a_record_asks_who_whose_and_when(stage: str, letter: str) -> None:
    sent, role = STAGES[stage], LETTERS[letter]
    assert (refused(sent, someone(role)) is None) is (letter in WHO[stage])
    assert refused(sent, someone(role, SOUTH)) is Refusal.OTHER_TEAM
    assert refusal(sent, Standing.of({}), NORTH, True) is Refusal.NOT_A_MEMBER
    assert refused(sent, None) is Refusal.AUTHOR_UNKNOWN
    assert other_person(sent, PERSON) is None
    assert other_person(sent, None) is Refusal.OTHER_PERSON
    assert other_person([*sent, item("alert", "member", patient=OTHER)], PERSON) is Refusal.OTHER_PERSON


@pytest.mark.parametrize("stage", STAGES)
def test_reg_B26_after_a_transfer_each_stage_is_judged_by_the_team_of_then(stage: str) -> None:
    lead = someone("lead", NORTH)
    assert refused(STAGES[stage], lead, NORTH) is None  # before noon the person was north's
    assert refused(STAGES[stage], lead, SOUTH) is Refusal.OTHER_TEAM  # and south's after


NEW_PERSON = [
    item("patient", "name", family="Abernathy"),
    item("patient", "born", date_of_birth="1951-03-14"),
    item("patient", "team", team=NORTH),
    item("patient", "no_known_allergies", asked_on="2026-11-17"),
    item("allergy", "member", patient=PERSON, substance="Latex"),
    item("referral", "received", patient=PERSON, team=NORTH),
]


def test_an_administrator_takes_people_in_and_changes_nothing_of_them() -> None:
    admin = someone("admin")
    assert refused(NEW_PERSON, admin) is None
    assert refused(item("patient", "name", changed=True, family="Abernethy"), admin) is Refusal.ROLE
    assert refused(item("allergy", "member", changed=True, patient=PERSON, ended=True), admin) is Refusal.ROLE
    assert refused(NOTE, admin) is Refusal.ROLE
    assert refused(item("red_flag", "closing"), admin) is Refusal.REGISTERED_NURSE
    assert refused(item("user", "membership", team=NORTH, **{"from": "2026-11-17"}), admin, None) is None


def test_who_has_an_administrators_role_in_one_team_and_nurses_in_another_manages_both() -> None:
    both = Standing.of({NORTH: "admin", SOUTH: "nurse"})
    assert refused(item("user", "person"), both, None) is None
    assert refused(item("absence", "away"), both, None) is None
    assert refused(NOTE, both, NORTH) is Refusal.ROLE


ENDS = [
    item("referral", "triage", changed=True, status="rejected", reason="died"),
    item("nurse_cover", "arranged", changed=True, patient=PERSON, until="2026-11-01"),
]
DIED = item("patient", "death", died_on="2026-11-01")


@pytest.mark.parametrize("ended", ENDS)
def test_what_a_death_brings_to_an_end_is_part_of_recording_it(ended: Item) -> None:
    assistant = someone("assistant")
    assert refused([DIED, ended], assistant) is None
    assert refused(ended, assistant) is not None
    takes_in = item("referral", "triage", changed=True, status="accepted")
    assert refused([DIED, takes_in], assistant) is Refusal.REGISTERED_NURSE


def test_an_assistant_takes_a_draft_back_but_strikes_no_visit() -> None:
    assistant = someone("assistant")
    assert refused(item("visit", "struck", reason="wrong_person", moved_to="visit-2"), assistant) is None
    assert refused(item("visit", "struck", reason="wrong_person"), assistant) is Refusal.REGISTERED_NURSE
    assert refused(item("visit", "struck", reason="Twice", moved_to="visit-2"), assistant) is Refusal.REGISTERED_NURSE


@pytest.mark.parametrize("of", [("visit", "signed"), ("call", "made")])
def test_nobody_counts_as_a_registered_nurse_by_saying_so(of: tuple[str, str]) -> None:
    assert refused(item(*of, patient=PERSON, registered=True), someone("assistant")) is Refusal.REGISTERED_NURSE
    assert refused(item(*of, patient=PERSON, registered=False), someone("assistant")) is None
    assert refused(item(*of, patient=PERSON, registered=True), someone("nurse")) is None


def test_nobody_but_a_registered_nurse_writes_a_visit_in_a_colleagues_name() -> None:
    """Who tells two signatures of one visit apart does; whoever signs their own visit says no name."""
    theirs = item("visit", "signed", patient=PERSON, by="a colleague")
    assert refused(theirs, someone("assistant")) is Refusal.REGISTERED_NURSE
    assert refused(theirs, someone("nurse")) is None


@pytest.mark.parametrize("entity", ["referral", "episode"])
@pytest.mark.parametrize("state", GateState)
def test_a_gate_is_refused_nobody_who_may_answer_one_on_a_laptop(entity: str, state: GateState) -> None:
    told = action_of(item(entity, "gate", gate="g", state=state.value))
    assert told == Action.RECORD_GATE
    assert to_record_gate(state, hard=False) is told


def test_a_rating_likewise() -> None:
    told = action_of(item("section", "rating", step="1", level="na"))
    assert told is to_rate(Level.NA, critical=False)


def test_a_lead_alone_settles_what_was_held() -> None:
    decided = item("review", "decided", state="adopted", reason="Seen")
    who = {role: refused(decided, someone(role), None) for role in ROLES}
    assert [role for role, found in who.items() if found is None] == ["lead"]


# --- who follows what ----------------------------------------------------------------------------


def test_each_role_follows_its_feeds_and_an_unknown_one_none() -> None:
    told = {role: {each.value for each in may_follow(role)} for role in (*Role, None)}
    assert told == {
        Role.NURSE: {"service", "team"},
        Role.ASSISTANT: {"service", "team"},
        Role.LEAD: {"service", "team", "audit"},
        Role.ADMIN: {"service", "team"},
        Role.PRIVACY_OFFICER: {"service", "audit"},
        None: set(),
    }
    assert FeedKind.AUDIT not in may_follow(Role.NURSE)
