"""The words of the visit page."""

from dataclasses import replace
from decimal import Decimal

import pytest

from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, GateState
from smf_core.domain.readings import Finding, FindingCode, FindingKind
from smf_core.domain.visit import (
    GateForm,
    Level,
    NextKind,
    OpenedForm,
    Purpose,
    Reading,
    ReadingForm,
    SectionForm,
    StepMark,
    VisitForm,
)
from smf_core.domain.visit_edits import choose_next, open_readings
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import Taught
from smf_desktop.presenters.visit.checklist import left_to_copy, rating_words
from smf_desktop.presenters.visit.observations import finding_words, option_words
from smf_desktop.presenters.visit.page import learner_words, visit_rows
from smf_desktop.presenters.visit.words import (
    NEXT,
    NOT_GONE_AHEAD,
    STRATEGIES,
    copy_question,
    missing_sentence,
    missing_summary,
)
from tests.support.teaching import CARER, MORNING, at, checklist, episode, patient, section, shipped, visit


def facts(*visits: object, **changes: object) -> VisitFacts:
    taught = Taught(episode(), checklist(), tuple(visits))
    found = VisitFacts(patient(), {"episode-1": taught}, shipped().common, registered_nurse=True)
    return replace(found, **changes)


def form(**changes: object) -> VisitForm:
    made = VisitForm("visit-9", "patient-1", MORNING, (SectionForm("episode-1", PATIENT),))
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ([], "Ready to sign"),
        ([Missing(Part.STEP)], "Before you sign: 1 step to rate"),
        (
            [*[Missing(Part.STEP)] * 6, Missing(Part.READING, Why.OUT_OF_RANGE)],
            "Before you sign: 6 steps to rate, 1 reading to correct",
        ),
        (
            [
                Missing(Part.RIGHT_PERSON),
                Missing(Part.MINUTES),
                *[Missing(Part.STEP)] * 18,
                *[Missing(Part.TEACH_BACK)] * 2,
                *[Missing(Part.RED_FLAG)] * 11,
            ],
            "Before you sign: right person to confirm, minutes to enter, 18 steps to rate, and 13 more",
        ),
        ([Missing(Part.AMEND, Why.REASON_NEEDED)], "Before you sign: reason for amending to enter"),
    ],
)
def test_the_dock_counts_what_is_missing_in_the_order_of_the_page(missing: list[Missing], words: str) -> None:
    assert missing_summary(missing) == words


def test_everything_that_can_be_missing_has_a_count_and_a_sentence() -> None:
    empty = facts().missing(form(), MORNING)
    typed = replace(form(), minutes="many", next=replace(form().next, kind=NextKind.HOLD, on="someday"))
    for item in (*empty, *facts().missing(typed, MORNING)):
        assert missing_summary([item]).startswith("Before you sign: ")
        assert missing_sentence(item) != "This is still needed"


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_says_what_to_do(code: FindingCode) -> None:
    finding = Finding(FindingKind.HARD, code, Decimal("4.0"), Decimal("15.0"))
    state, words = finding_words(finding, ReadingForm("cbg_mmol_l", "3.6"))
    assert state == "hard"
    assert words


def test_a_value_outside_what_is_expected_says_on_which_side() -> None:
    finding = Finding(FindingKind.SOFT, FindingCode.OUTSIDE_EXPECTED, Decimal("4.0"), Decimal("15.0"))
    assert finding_words(finding, ReadingForm("x", "3,6"))[1] == "Under 4.0. Check it, then note what you did"
    assert finding_words(finding, ReadingForm("x", "15.1"))[1] == "Over 15.0. Check it, then note what you did"


def test_the_page_names_the_visit_by_its_place_in_care_time() -> None:
    rows = visit_rows(form(), facts(visit(at(1), section(checklist())), visit(at(3), section(checklist()))), 0, ())
    assert rows.title == "Visit 3: insulin"
    assert rows.about == "Tue 17-Nov-2026, started 09:00, checklist 0.1.0"
    assert rows.training == "Training only: this checklist is not approved"
    assert rows.last_heading == "Visit 2"
    assert rows.tabs[0].label == "Insulin 0/18"


def test_previous_ratings_are_the_learners_own() -> None:
    two = visit(
        at(1),
        section(checklist(), level=Level.PROMPTED),
        section(checklist(), level=Level.ASSISTED, learner=CARER),
    )
    mine = visit_rows(form(), facts(two), 0, ())
    hers = visit_rows(form(sections=(SectionForm("episode-1", CARER),)), facts(two), 0, ())
    assert {row.last_key for group in mine.groups for row in group.steps} == {"3"}
    assert {row.last_key for group in hers.groups for row in group.steps} == {"2"}


def test_a_learner_who_has_only_some_tasks_is_asked_only_those() -> None:
    from_daughter = replace(
        episode(), learners=(replace(Taught(episode(), checklist()).learner(CARER), tasks=("s01", "s09")),)
    )
    found = facts(taught={"episode-1": Taught(from_daughter, checklist())})
    rows = visit_rows(form(sections=(SectionForm("episode-1", CARER),)), found, 0, ())
    assert [row.step for group in rows.groups for row in group.steps] == ["s01", "s09"]
    assert rows.tabs[0].label == "Insulin 0/2"


def test_the_next_step_is_spoken_after_a_rating() -> None:
    assert rating_words(facts(), checklist(), "s09", "prompted") == (
        "3, with prompts. Step 9, Dial the dose; check the units in the window"
    )
    assert rating_words(facts(), checklist(), "", "not_observed") == "Not seen today"


def test_plus_counts_what_it_fills_and_what_it_leaves() -> None:
    earlier = facts(visit(at(1), section(checklist())))
    critical = len(checklist().critical_steps)
    assert left_to_copy(form(), earlier, 0) == (18 - critical, critical)
    assert copy_question(1, 0) == ("Copy the last rating of 1 step?", "")
    assert copy_question(5, 13)[1] == "13 critical steps are left for you to rate."


def test_learners_are_the_patient_and_informal_carers_alone() -> None:
    rows = visit_rows(form(), facts(), 0, ())
    assert rows.strip.learners == ((PATIENT, "Doreen (patient)"), (CARER, "Bisi"))
    assert learner_words(facts(), "contact-99") == "No longer on the record"


def test_last_time_stands_beside_a_reading() -> None:
    last = {"cbg_mmol_l": Reading("r", "cbg_mmol_l", at(11, 11.5), "6.8", "mmol/L")}
    found = facts(last_readings=last)
    rows = visit_rows(open_readings(form(), found.taught), found, 0, ())
    row = rows.readings[0]
    assert (row.label, row.unit, row.last) == ("Capillary blood glucose", "mmol/L", "6.8 last")
    assert row.last_spoken == "Was 6.8 on 12-Nov-2026 at 11:30"
    assert option_words("thigh_left") == "Thigh left"


def test_what_a_skill_does_not_ask_each_visit_is_one_key_away_and_vital_signs_once() -> None:
    found = facts()
    rows = visit_rows(open_readings(form(), found.taught), found, 0, ())
    labels = [choice.label for choice in rows.addable]
    assert "Blood ketones" in labels
    assert labels.count("Blood pressure") == 1
    assert "Diastolic blood pressure" not in labels
    assert "Capillary blood glucose" not in labels


def test_gates_stand_on_top_while_a_hard_one_is_unmet() -> None:
    assert visit_rows(form(), facts(), 0, ()).gates is None
    unanswered = facts(taught={"episode-1": Taught(episode(gates={}), checklist())})
    rows = visit_rows(form(), unanswered, 0, ()).gates
    assert rows is not None
    assert rows.true == "Before teaching: 0 of 15 hard gates met"
    assert rows.open[0].text == "Identity confirmed"
    assert rows.stops
    assessed = visit_rows(form(purpose=Purpose.ASSESSMENT), unanswered, 0, ()).gates
    assert assessed is not None
    assert not assessed.stops


def test_a_gate_that_is_being_answered_asks_for_its_words() -> None:
    unanswered = facts(taught={"episode-1": Taught(episode(gates={}), checklist())}, registered_nurse=False)
    typing = SectionForm("episode-1", PATIENT, gates={"u01": GateForm(GateState.NA, "No")})
    rows = visit_rows(form(sections=(typing,)), unanswered, 0, ()).gates
    assert rows is not None
    assert (rows.open[0].needs, rows.open[0].words) == ("Why it does not apply", "No")
    assert rows.open[0].refused == "Only a registered nurse can set a hard gate to met or not applicable."


def test_an_amendment_says_what_differs_from_the_signed_version() -> None:
    signed = form(
        sections=(SectionForm("episode-1", PATIENT, id="section-1", marks={"s01": StepMark(Level.PROMPTED)}),)
    )
    changed = SectionForm("episode-1", PATIENT, id="section-1", marks={"s01": StepMark(Level.INDEPENDENT)})
    now = replace(signed, sections=(changed,), minutes="50", opened=OpenedForm(signed))
    rows = visit_rows(now, facts(), 0, ())
    assert rows.title == "Amend visit 1: insulin"
    assert rows.amend is not None
    assert rows.amend.changes == "Changed: minutes, 1 step."
    assert rows.groups[0].steps[0].quiet == "Signed as 3, with prompts."
    assert rows.next.fixed


def test_what_comes_next_shows_only_the_fields_it_needs() -> None:
    fields = {kind: visit_rows(choose_next(form(), kind), facts(), 0, ()).next.fields for kind, _ in NEXT}
    assert fields[NextKind.VISIT] == ("on", "at", "minutes", "focus")
    assert fields[NextKind.HOLD] == ("on", "reason")
    assert fields[NextKind.DISCHARGE] == ()


def test_no_word_of_the_page_is_one_to_avoid() -> None:
    spoken = " ".join(words for _, words in (*NEXT, *NOT_GONE_AHEAD)) + " ".join(
        words for _, area in STRATEGIES for _, words in area
    )
    for word in ("DNA", "failed", "refused", "client", "&", "!"):
        assert word not in spoken
    codes = [code for _, area in STRATEGIES for code, _ in area]
    assert len(codes) == len(set(codes)) == 27
