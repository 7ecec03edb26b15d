"""A checklist is approved content: read strictly, or refused with its file, line and rule."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.checklist import Checklist, library
from smf_core.domain.checklist_file import parse_common, parse_skill
from smf_core.domain.checklist_pieces import Approval, HelpGroup, StepGroup
from smf_core.domain.red_flag import Urgency
from smf_core.domain.teaching_trouble import BadChecklist, UnknownChecklist
from smf_core.domain.visit import Level
from tests.support.teaching import SKILLS, checklist, shipped

ALL = ("self_injection", "insulin", "catheter_care", "catheter_valve", "wound", "compression")
INSULIN = (SKILLS / "insulin.yaml").read_text("utf-8")
COMMON = (SKILLS / "common.yaml").read_text("utf-8")


def changed(text: str, old: str, new: str) -> tuple[str, int]:
    """The text with its first `old` made `new`, and the line where that was."""
    assert old in text, old
    return text.replace(old, new, 1), text[: text.index(old)].count("\n") + 1


def refused(text: str) -> BadChecklist:
    with pytest.raises(BadChecklist) as trouble:
        parse_skill(text, "insulin.yaml", shipped().common)
    assert trouble.value.file == "insulin.yaml"
    return trouble.value


def test_the_six_skills_are_there_in_the_order_of_the_service():
    assert shipped().skills == ALL
    assert [checklist(skill).label for skill in ALL] == [
        "Self-injection",
        "Insulin",
        "Catheter care",
        "Catheter valve",
        "Wound",
        "Compression",
    ]


@pytest.mark.parametrize(
    ("skill", "steps", "critical", "flags", "hard_gates", "expected"),
    [
        ("self_injection", 17, 11, 9, 14, 4),
        ("insulin", 18, 13, 11, 15, 7),
        ("catheter_care", 17, 10, 11, 14, 5),
        ("catheter_valve", 15, 10, 9, 15, 5),
        ("wound", 16, 9, 11, 13, 6),
        ("compression", 17, 9, 9, 12, 5),
    ],
)
def test_each_skill_is_whole(skill, steps, critical, flags, hard_gates, expected):
    taught = checklist(skill)
    assert (len(taught.steps), len(taught.critical_steps), len(taught.red_flags)) == (steps, critical, flags)
    assert sum(gate.is_hard for gate in taught.all_gates) == hard_gates
    assert taught.expected_visits == expected
    assert taught.competence_rule.critical_steps_level is Level.INDEPENDENT
    assert taught.competence_rule.max_open_red_flag is Urgency.NEXT_WORKING_DAY


@pytest.mark.parametrize("skill", ALL)
def test_nothing_that_is_shipped_is_approved(skill):
    assert not checklist(skill).approved


def test_limits_are_exact():
    ketones = checklist().observation("ketones_mmol_l")
    assert ketones is not None
    assert ketones.soft_max == Decimal("0.6")
    assert str(checklist().observation("cbg_mmol_l").max) == "35.0"


def test_a_vital_sign_asked_for_by_name_keeps_its_definition_and_takes_the_skills_words():
    pain = checklist("self_injection").observation("pain_0_10")
    assert (pain.label, pain.soft_max, pain.max, pain.each_visit) == ("Pain at injection", 3, 10, False)
    weight = checklist("self_injection").observation("weight_kg")
    assert (weight.label, weight.soft_change.more_than, weight.soft_change.days) == ("Weight", 3, 7)


def test_things_are_found_by_their_id():
    taught = checklist("catheter_care")
    assert taught.step("s12").occasional
    assert taught.step("s01").group is StepGroup.BEFORE
    assert taught.step("nothing") is None
    assert taught.gate("u01").text == "Identity confirmed"
    assert taught.question("t01").must_pass
    assert taught.red_flag("r07").urgency is Urgency.EMERGENCY
    assert taught.when_to_get_help.lines(HelpGroup.CALL_999)[0].flags == ("r02",)
    assert shipped().common.level(Level.NA).key == "/"


def test_a_bad_file_names_its_file_line_and_rule():
    text, line = changed(INSULIN, "{id: s02,", "{id: s01,")
    trouble = refused(text)
    assert (trouble.line, trouble.rule) == (line, "the id `s01` is there twice")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("{id: s02,", "{id: s01,", "is there twice"),
        ("{id: t02,", "{id: t01,", "is there twice"),
        ("{id: r02,", "{id: r01,", "is there twice"),
        ("{id: p02,", "{id: p01,", "is there twice"),
        ("{id: a02,", "{id: a01,", "is there twice"),
        ("{id: ketones_mmol_l,", "{id: cbg_mmol_l,", "is there twice"),
        ("{id: p01,", "{id: u01,", "universal gate"),
        ("{id: s02,", "{id: S02,", "small letters"),
        ("{id: s02, group: before", "{id: s02, group: meanwhile", "Invalid enum value"),
        ("{id: s02, group: before", "{id: s02, group: after", "before, during, after"),
        ("group: before, critical: true,", "group: before, critical: maybe,", "Expected `bool`"),
        ("group: before, critical: true,", "group: before, critical: yes,", "true, false or null"),
        (
            "group: before, critical: false,",
            "group: before, critical: false, occasional: true,",
            "only a critical step",
        ),
        ('short: "Wash and dry hands"', f'short: "{"x" * 49}"', "1 to 48 characters"),
        ('short: "Lumpy injection sites found"', f'short: "{"x" * 49}"', "1 to 48 characters"),
        ('short: "Wash and dry hands"', 'short: ""', "1 to 48 characters"),
        ("soft_min: 4.0, soft_max: 15.0", "soft_min: 0.5, soft_max: 15.0", "inside the hard ones"),
        ("soft_min: 4.0, soft_max: 15.0", "soft_min: 4.0, soft_max: 36", "inside the hard ones"),
        ("soft_min: 4.0, soft_max: 15.0", "soft_min: 16, soft_max: 15.0", "below the upper"),
        ("min: 0.6, max: 35.0", "min: 35, max: 0.6", "below the upper"),
        ("min: 0.6, max: 35.0", "min: .nan, max: 35.0", "not a plain text"),
        ("min: 0.6, max: 35.0", "min: 0.6, max: .inf", "not a plain text"),
        ("min: 0.6, max: 35.0", "min: 0.6, max: 1e3", "`max` is not a number"),
        ("min: 0.6, max: 35.0", "min: NaN, max: 35.0", "`min` is not a number"),
        ("min: 0.6, max: 35.0", 'min: "0.6", max: 35.0', "`min` is not a number"),
        ("min: 0.6, max: 35.0", "min: 0.6, max: null", "hard limits and soft limits"),
        ('unit: "mmol/L", min: 0.6', "unit: null, min: 0.6", "has a unit"),
        ("flags: [LO, HI]", "flags: [LO, LO]", "flags are capital letters"),
        ("step: 0.5", "step: 0.0", "a step is more than 0"),
        ("options: [fasting, before_meal", "options: [fasting, fasting", "2 options or more"),
        ("options: [fasting, before_meal, after_meal, bedtime, night, other]", "options: []", "2 options or more"),
        ("{id: hypos_since,", "{options: [a, b], id: hypos_since,", "only a choice"),
        ("{id: hypos_since,", "{uses: nothing_known, id: hypos_since,", "unknown field"),
        ("{id: hypos_since,", "{id: weight_kg,", "ask for it with `uses`"),
        ("flags: [r01]", "flags: [r99]", "not a red flag of this skill"),
        ("flags: [r01]", "flags: []\n      - {text: x, flags: [r10]", "not YAML"),
        ("min_confidence: 7", "min_confidence: 11", "confidence is 0 to 10"),
        ("min_confidence: 7", "min_confidence: seven", "Expected `int`"),
        ("consecutive_completed_visits: 2", "consecutive_completed_visits: 0", "is 1 or more"),
        ("visits_apart_by: [day, dose_time]", "visits_apart_by: []", "each way once"),
        ("visits_apart_by: [day, dose_time]", "visits_apart_by: [week]", "Invalid enum value"),
        ("critical_steps_level: independent", "critical_steps_level: na", "rising four"),
        ("teach_back: all_must_pass", "teach_back: most", "Invalid enum value"),
        ("expected_visits: 7", "expected_visits: 0", "at least 1 visit"),
        ("expected_visits: 7", "expected_visits: 7\nexpected_visits: 8", "the key `expected_visits` is there twice"),
        ("expected_visits: 7", "expected_visits: 7\nextra: 1", "unknown field `extra`"),
        ("expected_visits: 7", "", "missing required field `expected_visits`"),
        ("label: Insulin", 'label: ""', "`label` is empty"),
        ("id: insulin", "id: knitting", "not in the list of skills"),
        ('version: "0.1.0"', 'version: "1"', "three numbers"),
        ("schema_version: 1", "schema_version: 2", "Invalid enum value"),
        ("status: template_unapproved", "status: approved", "only then"),
        ("approved_by: null", 'approved_by: "A Lead"', "a name, a role, a day"),
        ("during_teaching_days: 1", "during_teaching_days: 0", "at least 1 day"),
        ("observations:", "observation:", "`observations` is missing"),
        ("equipment: [", "equipment: &kit [", None),
        ("title: ", "? [a]\n: b\ntitle: ", "a key is not plain text"),
        ("title: ", "<<: {a: b}\ntitle: ", "a key is not plain text"),
        ("title: ", "title: !!python/object:os.system ", "not a plain text"),
        ("title: ", "\ttitle: ", "not YAML"),
    ],
)
def test_every_rule_of_a_checklist_file_is_held(old, new, rule):
    text, line = changed(INSULIN, old, new)
    if rule is None:  # an anchor that nobody uses does no harm
        assert parse_skill(text, "insulin.yaml", shipped().common) == checklist()
        return
    trouble = refused(text)
    assert rule in trouble.rule
    # A missing key is told at the mapping that lacks it, YAML that does not parse where the parser gave up.
    assert trouble.line == line or "missing" in rule or abs(trouble.line - line) <= 2


def test_a_value_used_twice_by_an_alias_is_refused():
    text = INSULIN.replace("equipment: [", "equipment: &kit [", 1)
    text = re.sub(r"what_you_do:\n(  - .*\n)+", "what_you_do: *kit\n", text)
    assert "used twice" in refused(text).rule


def test_at_least_one_step_is_critical_and_one_question_must_be_passed():
    assert "1 step is critical" in refused(INSULIN.replace("critical: true", "critical: false")).rule
    assert "must be passed" in refused(INSULIN.replace("must_pass: true", "must_pass: false")).rule


def test_a_red_flag_may_not_stand_only_under_less_urgent_headings():
    text, line = changed(INSULIN, "flags: [r02]", "flags: []")
    text = text.replace("flags: [r05]", "flags: [r05, r02]", 1)
    trouble = refused(text)
    assert "`r02` is more urgent" in trouble.rule
    assert trouble.line > line


def test_a_file_that_is_no_mapping_or_far_too_large_is_refused():
    for text in ("", "- a\n- b\n", "just words", "\x00", "a: " + "[" * 3000, "x" * 2_000_000):
        refused(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_nothing_else_happens(text):
    for parse in (
        lambda: parse_common(text, "common.yaml"),
        lambda: parse_skill(text, "insulin.yaml", shipped().common),
    ):
        with pytest.raises(BadChecklist):
            parse()


@given(st.integers(0, len(INSULIN) - 1), st.sampled_from(["", "\n", " ", "x", ":", "0", "}", "\t", "&a"]))
def test_one_slip_of_the_finger_is_harmless_text_or_refused(place, slip):
    text = INSULIN[:place] + slip + INSULIN[place + 1 :]
    line = 1
    try:
        assert parse_skill(text, "insulin.yaml", shipped().common).id == "insulin"
    except BadChecklist as trouble:
        line = trouble.line
    assert 1 <= line <= text.count("\n") + 2


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("{code: assisted,", "{code: prompted,", "`level_scale` must be"),
        ("{code: explained,", "{code: prompted,", "`teach_back_answers` must be"),
        ('screen: "With prompts", safe: false', 'screen: "With prompts", safe: true', "only `explained` is a safe"),
        ('{code: assisted, key: "2"', '{code: assisted, key: "1"', "one key of its own"),
        ("step_groups: [before, during, after]", "step_groups: [during, before, after]", "`step_groups` must be"),
        ("holds: [within_hours, same_day]", "holds: [same_day]", "every urgency stands under one heading"),
        ("gate_states: [met, not_met,", "gate_states: [not_met, met,", "`gate_states` must be"),
        ("{id: u02, gate: hard", "{id: u02, gate: soft", "a universal gate is hard"),
        ("{id: u02,", "{id: u01,", "is there twice"),
        ("learner_types: [patient, informal_carer]", "learner_types: [patient, paid_carer]", "Invalid enum value"),
        ("  per_learner:", "  per_lerner:", "Invalid enum value"),
        ("{id: pulse_bpm,", "{id: weight_kg,", "is there twice"),
        ("soft_change: {more_than: 3,", "soft_change: {more_than: 0,", "a change is more than 0"),
        ("registered_nurse_in_run: {default: true}", "registered_nurse_in_run: {default: 1}", "Expected `bool`"),
    ],
)
def test_every_rule_of_the_common_file_is_held(old, new, rule):
    text, _ = changed(COMMON, old, new)
    with pytest.raises(BadChecklist) as trouble:
        parse_common(text, "common.yaml")
    assert rule in trouble.value.rule


# --- versions and approval ---


def version(number: str, **changes: object) -> Checklist:
    return replace(checklist(), version=number, **changes)


GIVEN = Approval("Dr A Lead", "clinical lead", date(2026, 11, 1), date(2027, 11, 1))


def test_the_newest_version_is_by_number_and_the_pinned_one_stays():
    held = library(shipped().common, [version("0.9.0"), version("0.10.0"), version("0.2.0")])
    assert held.newest("insulin").version == "0.10.0"
    assert held.checklist("insulin", "0.2.0").version == "0.2.0"


def test_a_version_that_is_not_here_is_named():
    with pytest.raises(UnknownChecklist) as trouble:
        shipped().checklist("insulin", "9.0.0")
    assert (trouble.value.skill, trouble.value.version) == ("insulin", "9.0.0")
    with pytest.raises(UnknownChecklist):
        shipped().newest("knitting")


def test_one_version_may_not_be_there_twice():
    with pytest.raises(BadChecklist):
        library(shipped().common, [version("0.1.0"), version("0.1.0")])


def test_a_live_pathway_starts_from_the_newest_approved_version_only():
    held = library(shipped().common, [version("0.1.0"), version("0.2.0")])
    with pytest.raises(UnknownChecklist):
        held.newest_approved("insulin")
    approved = held.with_approvals({("insulin", "0.1.0"): GIVEN})
    assert approved.newest_approved("insulin").version == "0.1.0"
    assert approved.newest("insulin").version == "0.2.0"
    assert not approved.newest("insulin").approved


@pytest.mark.parametrize("missing", ["approved_by", "role", "approved_on", "next_review_due"])
def test_an_approval_without_its_name_role_day_or_review_is_none(missing):
    fields = {name: getattr(GIVEN, name) for name in GIVEN.__struct_fields__} | {missing: None}
    assert GIVEN.is_given
    assert not Approval(**fields).is_given


def test_a_file_may_carry_its_approval():
    text = INSULIN.replace("status: template_unapproved", "status: approved").replace(
        "{approved_by: null, role: null, approved_on: null, next_review_due: null}",
        '{approved_by: "A Lead", role: clinical lead, approved_on: 2026-11-01, next_review_due: "2027-11-01"}',
    )
    read = parse_skill(text, "insulin.yaml", shipped().common)
    assert read.approved
    assert read.approval.approved_on == date(2026, 11, 1)
