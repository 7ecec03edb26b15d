"""Independent needs the evidence; every other ending can always be recorded."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import CompetenceSettings, Evidence, Readiness, readiness
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason, SignedWord, SupportType
from smf_core.domain.discharge_rules import confidence_may_be_overridden, missing_for
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, Learner
from tests.support.teaching import CARER, TODAY, at, checklist, episode, section, visit

INSULIN = checklist()
VISITS = tuple(visit(at(day), section(INSULIN)) for day in (1, 2))
READY = readiness(INSULIN, episode(), VISITS, (), CompetenceSettings(), TODAY)
UNSURE = Readiness((Evidence(CompetenceKey.MIN_CONFIDENCE, False, PATIENT, 5, 7),))
NOT_READY = Readiness((*UNSURE.evidence, Evidence(CompetenceKey.TEACH_BACK, False, PATIENT, 4, 5, open=("t03",))))

ALONE = DischargeForm(
    episode="episode-1",
    outcome=Outcome.INDEPENDENT,
    attestations=frozenset({"a01", "a02"}),
    checked=True,
)
SUPPORTED = replace(
    ALONE,
    outcome=Outcome.INDEPENDENT_SUPPORT,
    support_type=SupportType.PHARMACY,
    support_who="High Street pharmacy",
    support_what="checks the pen",
    support_how_often="monthly",
    support_review_on="+2w",
)
SAID = SignedWord("Bisi", "16/11/2026")
WITH_CARER = replace(
    SUPPORTED,
    support_type=SupportType.INFORMAL_CARER,
    person_consents=SAID,
    carer_agrees=SAID,
    back_up=SAID,
)
CARER_READS = (Learner(PATIENT), Learner(CARER, ("s09",)))


def lacks(form: DischargeForm, ready: Readiness = READY, *, registered=True, **changes: object) -> tuple[Missing, ...]:
    return missing_for(form, ready, INSULIN, episode(**changes), registered_nurse=registered, today=TODAY)


def test_with_the_rule_met_a_registered_nurse_discharges_as_independent():
    assert READY.ready
    assert lacks(ALONE) == ()
    assert lacks(SUPPORTED) == ()


def test_an_outcome_is_chosen_and_the_page_is_checked():
    assert lacks(DischargeForm("episode-1")) == (Missing(Part.OUTCOME), Missing(Part.CHECKED))


@pytest.mark.parametrize("form", [ALONE, SUPPORTED])
def test_each_unmet_key_stands_between_a_person_and_independent(form):
    assert lacks(form, NOT_READY) == (
        Missing(Part.EVIDENCE, Why.NOT_MET, id="min_confidence", learner=PATIENT),
        Missing(Part.EVIDENCE, Why.NOT_MET, id="teach_back", learner=PATIENT),
    )


def test_only_confidence_may_be_overridden_by_a_registered_nurse_with_a_reason():
    form = replace(ALONE, confidence_override="sister is next door, call on Friday")
    assert lacks(ALONE, UNSURE) != ()
    assert lacks(form, UNSURE) == ()
    assert lacks(replace(form, confidence_override="  "), UNSURE) != ()
    assert [one.id for one in lacks(form, NOT_READY)] == ["teach_back"]
    assert Missing(Part.EVIDENCE, Why.REGISTERED_NURSE, id="min_confidence", learner=PATIENT) in lacks(
        form, UNSURE, registered=False
    )


def test_the_page_offers_the_override_only_when_it_would_help():
    assert confidence_may_be_overridden(UNSURE, registered_nurse=True)
    assert not confidence_may_be_overridden(UNSURE, registered_nurse=False)
    assert not confidence_may_be_overridden(NOT_READY, registered_nurse=True)
    assert not confidence_may_be_overridden(READY, registered_nurse=True)


def test_each_attestation_is_ticked():
    assert lacks(replace(ALONE, attestations=frozenset({"a02"}))) == (Missing(Part.ATTESTATION, id="a01"),)


@pytest.mark.parametrize("form", [ALONE, SUPPORTED])
def test_an_assistant_cannot_close_as_independent(form):
    assert lacks(form, registered=False) == (Missing(Part.OUTCOME, Why.REGISTERED_NURSE),)


def test_the_episode_names_an_accountable_registered_nurse():
    assert lacks(ALONE, accountable_nurse=None) == (Missing(Part.EPISODE, id="accountable_nurse"),)


@pytest.mark.parametrize(
    "field", ["support_type", "support_who", "support_what", "support_how_often", "support_review_on"]
)
def test_agreed_support_says_who_what_how_often_and_when_it_is_reviewed(field):
    empty = {one.name: one.default for one in fields(DischargeForm)}[field]
    assert lacks(replace(SUPPORTED, **{field: empty})) == (Missing(Part.SUPPORT, id=field),)


@pytest.mark.parametrize(("typed", "why"), [("16/11/2026", Why.IN_PAST), ("soon", Why.NOT_A_DATE)])
def test_the_review_of_support_is_a_day_to_come(typed, why):
    assert lacks(replace(SUPPORTED, support_review_on=typed)) == (Missing(Part.SUPPORT, why, id="support_review_on"),)


# --- carers ---


def test_with_a_carer_doing_a_critical_part_nobody_is_independent():
    assert lacks(ALONE, learners=CARER_READS) == (Missing(Part.OUTCOME, Why.CARER_DOES_A_CRITICAL_PART),)


def test_the_support_is_then_that_carer():
    assert lacks(WITH_CARER, learners=CARER_READS) == ()
    other = replace(WITH_CARER, support_type=SupportType.PHARMACY)
    assert lacks(other, learners=CARER_READS) == (
        Missing(Part.SUPPORT, Why.CARER_DOES_A_CRITICAL_PART, id="support_type"),
    )


@pytest.mark.parametrize("field", ["person_consents", "carer_agrees", "back_up"])
@pytest.mark.parametrize(
    ("said", "part_and_why"),
    [
        (SignedWord("", "16/11/2026"), (".name", Why.NEEDED)),
        (SignedWord("Bisi", ""), (".on", Why.NEEDED)),
        (SignedWord("Bisi", "18/11/2026"), (".on", Why.IN_FUTURE)),
        (SignedWord("Bisi", "one day"), (".on", Why.NOT_A_DATE)),
    ],
)
def test_consent_agreement_and_back_up_each_have_a_name_and_a_day(field, said, part_and_why):
    part, why = part_and_why
    found = lacks(replace(WITH_CARER, **{field: said}), learners=CARER_READS)
    assert found == (Missing(Part.CARER, why, id=field + part),)


def test_a_carer_who_does_a_critical_part_needs_all_three():
    bare = replace(WITH_CARER, person_consents=SignedWord(), carer_agrees=SignedWord(), back_up=SignedWord())
    assert [one.id for one in lacks(bare, learners=CARER_READS)] == [
        f"{field}.{half}" for field in ("person_consents", "carer_agrees", "back_up") for half in ("name", "on")
    ]


def test_a_carer_who_does_no_critical_part_needs_no_agreements_but_none_by_half():
    helper = (Learner(PATIENT), Learner(CARER, ("s03",)))
    bare = replace(WITH_CARER, person_consents=SignedWord(), carer_agrees=SignedWord(), back_up=SignedWord())
    assert lacks(ALONE, learners=helper) == ()
    assert lacks(bare, learners=helper) == ()
    half = replace(bare, back_up=SignedWord("Ade"))
    assert lacks(half, learners=helper) == (Missing(Part.CARER, id="back_up.on"),)


# --- the other endings ---

OTHERS = [outcome for outcome in Outcome if outcome not in FAVOURABLE]
WHOLE = DischargeForm(
    "episode-1", main_reason=ReturnReason.SIGHT, reason="wrong person", visits_per_month_left="4", checked=True
)


@pytest.mark.parametrize("outcome", OTHERS)
@pytest.mark.parametrize("registered", [True, False])
def test_every_other_ending_is_always_possible(outcome, registered):
    form = replace(WHOLE, outcome=outcome)
    assert lacks(form, NOT_READY, registered=registered, accountable_nurse=None, learners=CARER_READS, gates={}) == ()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Why.NEEDED),
        ("many", Why.NOT_A_NUMBER),
        ("NaN", Why.NOT_A_NUMBER),
        ("0", Why.OUT_OF_RANGE),
        ("301", Why.OUT_OF_RANGE),
        ("-1", Why.OUT_OF_RANGE),
        ("0,5", None),
        ("30", None),
    ],
)
def test_shared_care_says_how_many_visits_a_month_are_left(typed, why):
    found = lacks(replace(WHOLE, outcome=Outcome.SHARED_CORE, visits_per_month_left=typed))
    assert found == (() if why is None else (Missing(Part.SHARED, why, id="visits_per_month_left"),))


def test_back_to_the_core_team_names_its_main_reason_and_other_is_told():
    form = replace(WHOLE, outcome=Outcome.RETURNED_CORE)
    assert lacks(replace(form, main_reason=None)) == (Missing(Part.RETURNED, Why.REASON_NEEDED, id="main_reason"),)
    told = replace(form, main_reason=ReturnReason.OTHER, reason="")
    assert lacks(told) == (Missing(Part.REASON, Why.REASON_NEEDED, id="reason"),)
    assert lacks(replace(told, reason="moved in with family")) == ()


def test_an_episode_entered_in_error_says_why():
    form = replace(WHOLE, outcome=Outcome.ENTERED_IN_ERROR, reason=" ")
    assert lacks(form) == (Missing(Part.REASON, Why.REASON_NEEDED, id="reason"),)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", None),
        ("17/11", None),
        ("16 nov", None),
        ("yesterday", None),
        ("18/11/2026", Why.IN_FUTURE),
        ("30/09/2026", Why.IN_PAST),
        ("31/11/2026", Why.NOT_A_DATE),
    ],
)
def test_the_day_it_ended_lies_between_the_start_and_today(typed, why):
    found = lacks(replace(WHOLE, outcome=Outcome.DECEASED, on=typed))
    assert found == (() if why is None else (Missing(Part.ON, why, id="on"),))


def test_what_was_entered_in_error_may_be_dated_before_it_was_opened():
    assert lacks(replace(WHOLE, outcome=Outcome.ENTERED_IN_ERROR, on="30/09/2026")) == ()


def test_an_episode_ends_once():
    assert lacks(ALONE, closed_on=date(2026, 11, 16)) == (Missing(Part.EPISODE, Why.CLOSED),)


FORMS = st.builds(
    DischargeForm,
    episode=st.just("episode-1"),
    outcome=st.sampled_from([None, *Outcome]),
    support_type=st.sampled_from([None, *SupportType]),
    support_who=st.sampled_from(["", "Bisi"]),
    support_review_on=st.sampled_from(["", "+2w", "x"]),
    on=st.sampled_from(["", "17/11", "x"]),
    reason=st.sampled_from(["", "told"]),
    attestations=st.sampled_from([frozenset(), frozenset({"a01", "a02"})]),
    confidence_override=st.sampled_from(["", "call on Friday"]),
    visits_per_month_left=st.sampled_from(["", "4"]),
    checked=st.booleans(),
)


@given(FORMS, st.sampled_from([READY, UNSURE, NOT_READY]), st.booleans(), st.booleans())
def test_nobody_is_ever_independent_without_the_evidence_and_a_registered_nurse(form, ready, registered, carer):
    if lacks(form, ready, registered=registered, learners=CARER_READS if carer else ()):
        return
    if form.outcome in FAVOURABLE:
        assert registered
        assert ready.ready or (ready is UNSURE and form.confidence_override)
        assert form.attestations == {"a01", "a02"}
    if carer:
        assert form.outcome is not Outcome.INDEPENDENT
