"""Every outcome, every missing thing and every line of evidence has its words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import CompetenceSettings, readiness
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason, SignedWord, SupportType
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, Learner
from smf_core.domain.visit import Level, TeachBackAnswer, Visit
from smf_desktop.presenters.checklists import checklists_rows, problems
from smf_desktop.presenters.discharge.evidence import evidence_groups
from smf_desktop.presenters.discharge.missing import missing_sentence, missing_summary
from smf_desktop.presenters.discharge.page import (
    OTHER,
    OTHER_TILES,
    RETURN_REASONS,
    SUPPORT_TYPES,
    TILES,
    DischargeRows,
    discharge_rows,
)
from tests.support.teaching import CARER, TODAY, at, checklist, episode, patient, section, shipped, visit

INSULIN = checklist()
GOOD = tuple(visit(at(day), section(INSULIN), name=f"v{day}") for day in (1, 2))
BAD = (
    visit(
        at(3),
        section(INSULIN, levels={"s01": Level.PROMPTED}, answer=TeachBackAnswer.PROMPTED, confidence=0),
        registered=False,
    ),
)


def stand(
    visits: tuple[Visit, ...] = GOOD, *, registered: bool = True, settings: bool = True, **changes: object
) -> Closing:
    one = episode(**changes)
    rule = CompetenceSettings(registered_nurse_in_run=settings)
    return Closing(
        patient=patient(),
        episode=one,
        checklist=INSULIN,
        visits=visits,
        open_flags=(),
        readiness=readiness(INSULIN, one, visits, (), rule, TODAY),
        dose_times=(),
        registered_nurse=registered,
        names={"nurse-1": "Priya Nair"},
    )


def rows(form: DischargeForm, closing: Closing, *, other_open: bool = False) -> DischargeRows:
    missing = closing.missing(form, TODAY)
    return discharge_rows(form, closing, missing, TODAY, author="Priya Nair", other_open=other_open)


def words(closing: Closing) -> dict[str, str]:
    return {row.key: row.spoken for group in evidence_groups(closing, TODAY) for row in group.rows}


def test_every_outcome_is_in_one_tile_and_every_code_has_words():
    tiles = [code for code, _, _ in TILES + OTHER_TILES if code != OTHER]
    assert sorted(tiles) == sorted(outcome.value for outcome in Outcome)
    assert [code for code, _ in SUPPORT_TYPES] == [one.value for one in SupportType]
    assert [code for code, _ in RETURN_REASONS] == [one.value for one in ReturnReason]


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_the_page_says_whether_an_outcome_counts(outcome):
    said = rows(DischargeForm("episode-1", outcome), stand()).counts
    if outcome is None:
        assert said == ""
    elif outcome in FAVOURABLE:
        assert said == "Counts as “discharged to self-care”"
    elif outcome is Outcome.ENTERED_IN_ERROR:
        assert said == "Left out of every figure"
    else:
        assert said == "Does not count as “discharged to self-care”"


def test_a_score_of_nought_is_a_score_and_no_score_is_none():
    assert "Confidence 0 of 10" in words(stand(BAD))[CompetenceKey.MIN_CONFIDENCE]
    silent = (visit(at(1), section(INSULIN, confidence=None)),)
    assert "Confidence not scored yet" in words(stand(silent))[CompetenceKey.MIN_CONFIDENCE]


def test_more_than_is_needed_is_never_more_than_all():
    many = tuple(visit(at(day), section(INSULIN)) for day in range(1, 6))
    said = words(stand(many))
    assert "2 of 2 visits in a row" in said[CompetenceKey.CONSECUTIVE_COMPLETED_VISITS]
    assert "Visits 4 and 5" in said[CompetenceKey.CONSECUTIVE_COMPLETED_VISITS]
    assert "1 of 1" in said[CompetenceKey.REGISTERED_NURSE_IN_RUN]


def test_two_visits_of_one_day_are_told_by_their_hours():
    day = (visit(at(1, 9), section(INSULIN), name="v1"), visit(at(1, 18), section(INSULIN), name="v2"))
    assert "Visits 1 and 2, 4 hours or more apart" in words(stand(day))[CompetenceKey.VISITS_APART_BY]


def test_what_is_missing_is_named_and_a_long_list_is_counted():
    said = words(stand(BAD))
    assert "Still to explain" in said[CompetenceKey.TEACH_BACK]
    assert "and 1 more" in said[CompetenceKey.TEACH_BACK]
    assert "Not yet on own: Name each insulin" in said[CompetenceKey.CRITICAL_STEPS_LEVEL]
    none = words(stand((), accountable_nurse=None, gates={}))
    assert none["accountable_nurse"] == "Not met: No accountable registered nurse named"
    assert "and " in none[CompetenceKey.HARD_GATES]


def test_learners_stand_apart_with_the_patient_first():
    both = stand(learners=(Learner(CARER, ("s09",)), Learner(PATIENT)))
    assert [group.title for group in evidence_groups(both, TODAY)] == ["Doreen (patient)", "Bisi", "For everyone"]
    assert [group.title for group in evidence_groups(stand(), TODAY)] == ["", ""]


def test_the_trail_counts_evidence_as_done_only_where_it_is_complete():
    ready, bad = stand(), stand(BAD)
    assert dict(rows(DischargeForm("episode-1"), ready).trail) == {
        "evidence": "done",
        "outcome": "now",
        "letter": "ahead",
        "sign": "ahead",
    }
    assert dict(rows(DischargeForm("episode-1"), bad).trail)["evidence"] == "ahead"
    alone = DischargeForm("episode-1", Outcome.INDEPENDENT)
    assert dict(rows(alone, bad).trail) == {"evidence": "now", "outcome": "done", "letter": "done", "sign": "ahead"}
    mistake = DischargeForm("episode-1", Outcome.ENTERED_IN_ERROR)
    assert "letter" not in dict(rows(mistake, bad).trail)
    moved = DischargeForm("episode-1", Outcome.MOVED, checked=True)
    assert dict(rows(moved, bad).trail) == {"evidence": "ahead", "outcome": "done", "letter": "done", "sign": "now"}


EVERY = [
    *(Missing(Part.EVIDENCE, Why.NOT_MET, id=key) for key in CompetenceKey),
    Missing(Part.EVIDENCE, Why.REGISTERED_NURSE, id="min_confidence"),
    Missing(Part.EPISODE, Why.CLOSED),
    Missing(Part.EPISODE, id="accountable_nurse"),
    Missing(Part.ATTESTATION, id="a01"),
    *(Missing(Part.OUTCOME, why) for why in (Why.NEEDED, Why.REGISTERED_NURSE, Why.CARER_DOES_A_CRITICAL_PART)),
    *(Missing(Part.SUPPORT, id=f"support_{name}") for name in ("type", "who", "what", "how_often", "review_on")),
    *(Missing(Part.SUPPORT, why, id="support_review_on") for why in (Why.NOT_A_DATE, Why.IN_PAST)),
    Missing(Part.SUPPORT, Why.CARER_DOES_A_CRITICAL_PART, id="support_type"),
    *(Missing(Part.CARER, why, id="back_up.on") for why in (Why.NEEDED, Why.NOT_A_DATE, Why.IN_FUTURE)),
    *(Missing(Part.SHARED, why) for why in (Why.NEEDED, Why.NOT_A_NUMBER, Why.OUT_OF_RANGE)),
    Missing(Part.RETURNED, Why.REASON_NEEDED, id="main_reason"),
    Missing(Part.REASON, Why.REASON_NEEDED, id="reason"),
    *(Missing(Part.ON, why, id="on") for why in (Why.NOT_A_DATE, Why.IN_FUTURE, Why.IN_PAST)),
    Missing(Part.CHECKED),
]


@pytest.mark.parametrize("item", EVERY, ids=lambda item: f"{item.part}-{item.why}-{item.id}")
def test_every_missing_thing_has_a_sentence_and_is_counted(item):
    assert missing_sentence(item) != "This is still needed"
    assert missing_summary([item]).startswith("Before you sign: ")


def test_many_missing_things_are_counted_not_listed():
    kinds = [Missing(Part.OUTCOME), Missing(Part.ATTESTATION), Missing(Part.ATTESTATION), Missing(Part.ON, Why.IN_PAST)]
    kinds += [Missing(Part.CHECKED), Missing(Part.SHARED)]
    named = "outcome to choose, 2 statements to confirm, date to correct, right person to check, and 1 more"
    assert missing_summary(kinds) == f"Before you sign: {named}"
    assert missing_summary([]) == "Ready to sign"


TEXT = st.sampled_from(["", " ", "x", "17/11", "+2w", "31/02", "<b>"])
FORMS = st.builds(
    DischargeForm,
    episode=st.just("episode-1"),
    outcome=st.sampled_from([None, *Outcome]),
    support_type=st.sampled_from([None, *SupportType]),
    support_who=TEXT,
    support_review_on=TEXT,
    main_reason=st.sampled_from([None, *ReturnReason]),
    reason=TEXT,
    visits_per_month_left=TEXT,
    on=TEXT,
    attestations=st.sets(st.sampled_from(["a01", "a02"])).map(frozenset),
    confidence_override=TEXT,
    back_up=st.builds(SignedWord, TEXT, TEXT),
    checked=st.booleans(),
)
STANDS = st.sampled_from(
    [
        stand(),
        stand(BAD),
        stand((), registered=False),
        stand(settings=False),
        stand(learners=(Learner(PATIENT), Learner(CARER, ("s09",)))),
        stand(closed_on=TODAY - timedelta(days=1), outcome="moved"),
    ]
)


@given(FORMS, STANDS, st.booleans())
def test_any_form_has_a_page_whose_dock_tells_the_truth(form, closing, other_open):
    page = rows(form, closing, other_open=other_open)
    missing = closing.missing(form, TODAY)
    assert page.dock.missing == bool(missing)
    assert [state for _, state in page.trail].count("now") == 1
    for item in missing:  # what is missing in a field stands in a field that is shown
        if item.part in (Part.SUPPORT, Part.CARER):
            assert "support" in page.shown
        elif item.id in ("reason", "main_reason", "visits_per_month_left"):
            assert item.id in page.shown
        if item.part is Part.CARER:
            assert "carer" in page.shown


def test_the_checklists_are_in_the_services_order_and_an_old_review_is_due():
    page = checklists_rows(shipped(), TODAY, may_approve=False, training=False, author="Amina Khan")
    assert tuple(row.skill for row in page.versions) == shipped().skills
    assert all(row.cells[2] == "Template, not approved" for row in page.versions)
    assert set(problems("", "", TODAY)) == {"role", "review"}
    assert set(problems("Clinical lead", "17/11/2026", TODAY)) == {"review"}
    assert set(problems("Clinical lead", "soon", TODAY)) == {"review"}
    assert problems("Clinical lead", "+1w", TODAY) == {}


def test_a_closed_pathway_says_how_it_ended():
    closed = stand(closed_on=TODAY, outcome="independent_support")
    assert (
        rows(DischargeForm("episode-1"), closed).ended
        == "Teaching of insulin ended on 17-Nov-2026: with agreed support"
    )
