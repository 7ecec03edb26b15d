"""A reading is exact, is held against its limits on its own, and stays as it was typed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.checklist_pieces import ObservationType
from smf_core.domain.patient import Sex
from smf_core.domain.readings import FINE, FindingCode, FindingKind, check, check_all, number, value_of
from smf_core.domain.visit import Reading, ReadingForm
from tests.support.teaching import MORNING, checklist, shipped

HARD, SOFT = FindingKind.HARD, FindingKind.SOFT
GLUCOSE = checklist().observation("cbg_mmol_l")
UNITS = checklist().observation("insulin_units")
HYPOS = checklist().observation("hypos_since")
WEIGHT = shipped().common.vital_sign("weight_kg")
VITAL = {one.id: one for one in shipped().common.vital_signs}
WOUND = {one.id: one for one in checklist("wound").observations}
CATHETER = {one.id: one for one in checklist("catheter_care").observations}
EVERY = [one for skill in shipped().skills for one in checklist(skill).observations] + list(VITAL.values())


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("5.5", "5.5"),
        ("5,5", "5.5"),
        (" 5.50 ", "5.50"),
        ("005.5", "5.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0", "0"),
        ("-0", "0"),
        ("+7", "7"),
        ("-1.5", "-1.5"),
        ("123456789.123456", "123456789.123456"),
    ],
)
def test_a_number_is_kept_as_exact_decimal_text(typed, exact):
    assert number(typed) == exact


NOT_NUMBERS = ["", ".", ",", "-", "NaN", "nan", "inf", "-Infinity", "1e3", "1E400", "0x10", "1_000", "5.5.5", "5,5,5"]
NOT_NUMBERS += ["11st 4", "98.6F", "37 C", "5.5 mmol/L", "5 5", "five", "٣٫٦", "５.５", "1" * 10, "²", "1/2", "<4", "∞"]


@pytest.mark.parametrize("typed", NOT_NUMBERS)
def test_F81_what_is_no_plain_number_is_not_turned_into_one(typed):
    assert number(typed) == ""


@pytest.mark.parametrize("typed", [typed for typed in NOT_NUMBERS if typed])
def test_F81_nan_infinity_and_mixed_units_cannot_be_signed(typed):
    assert check(WEIGHT, typed).kind is HARD


def test_F81_glucose_55_typed_for_5_5_is_hard():
    found = check(GLUCOSE, "55")
    assert (found.kind, found.code) == (HARD, FindingCode.OUTSIDE_LIMITS)
    assert (found.low, found.high) == (Decimal("0.6"), Decimal("35.0"))
    assert check(GLUCOSE, "5.5") == FINE


def test_F81_fahrenheit_in_a_celsius_field_is_hard():
    assert check(VITAL["temperature_c"], "98.6").kind is HARD


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("", None, None),
        ("4", None, None),
        ("15", None, None),
        ("3.9", SOFT, FindingCode.OUTSIDE_EXPECTED),
        ("15.1", SOFT, FindingCode.OUTSIDE_EXPECTED),
        ("0.6", SOFT, FindingCode.OUTSIDE_EXPECTED),
        ("35", SOFT, FindingCode.OUTSIDE_EXPECTED),
        ("0.5", HARD, FindingCode.OUTSIDE_LIMITS),
        ("35.1", HARD, FindingCode.OUTSIDE_LIMITS),
        ("-5", HARD, FindingCode.OUTSIDE_LIMITS),
        ("hi", SOFT, FindingCode.METER_FLAG),
        ("LO", SOFT, FindingCode.METER_FLAG),
        ("HIGH", HARD, FindingCode.NOT_A_NUMBER),
    ],
)
def test_limits_of_glucose(typed, kind, code):
    found = check(GLUCOSE, typed)
    assert (found.kind, found.code) == (kind, code)


def test_lo_and_hi_are_flags_without_a_number():
    assert value_of(GLUCOSE, " hi ") == "HI"
    assert check(WEIGHT, "HI").kind is HARD


@pytest.mark.parametrize("typed", ["1,200", "12,000", "1,200,000"])
def test_a_comma_before_three_figures_may_mean_either_and_is_asked_about(typed):
    urine = CATHETER["urine_output_ml_24h"]
    assert check(urine, typed).code is FindingCode.AMBIGUOUS
    assert value_of(urine, typed) == ""


def test_a_whole_number_stays_whole():
    assert check(HYPOS, "1.5").code is FindingCode.NOT_WHOLE
    assert check(HYPOS, "0.0") == FINE


def test_a_value_between_two_steps_of_the_device_is_hard():
    assert check(UNITS, "10.5") == FINE
    assert check(UNITS, "10.25").code is FindingCode.NOT_A_STEP
    assert check(CATHETER["catheter_ch"], "13").code is FindingCode.NOT_A_STEP


def test_a_choice_is_one_of_its_options():
    site = checklist().observation("insulin_site")
    assert check(site, "thigh_left") == FINE
    assert check(site, "knee").code is FindingCode.NOT_AN_OPTION


def weighed(value: str, days_ago: float) -> Reading:
    return Reading("r", "weight_kg", MORNING - timedelta(days=days_ago), value, "kg")


@pytest.mark.parametrize(
    ("earlier", "code"),
    [
        (("70", 7), FindingCode.CHANGED),
        (("71", 6), None),
        (("77.1", 1), FindingCode.CHANGED),
        (("70", 7.1), None),
        (("70", -1), None),
    ],
)
def test_a_weight_that_moved_more_than_3_in_7_days_is_asked_about(earlier, code):
    assert check(WEIGHT, "74", earlier=[weighed(*earlier)], at=MORNING).code is code


@given(st.sampled_from(EVERY), st.text(max_size=12))
def test_any_typed_text_gives_a_finding_and_a_value_only_when_it_can_be_read(observation, typed):
    found = check(observation, typed)
    value = value_of(observation, typed)
    if found.kind is not HARD and typed.strip():
        assert value
    if value and observation.type is not ObservationType.CHOICE and value not in observation.flags:
        assert Decimal(value).is_finite()
        assert "E" not in value


@given(st.sampled_from(EVERY), st.decimals(-1000, 4000, places=2))
def test_a_number_is_hard_exactly_when_it_cannot_be_right(observation, value):
    if observation.type is ObservationType.CHOICE:
        return
    inside = observation.min <= value <= observation.max
    whole = observation.type is ObservationType.NUMBER or value == value.to_integral_value()
    on_step = observation.step is None or (value - observation.min) % observation.step == 0
    assert (check(observation, str(value)).kind is HARD) is not (inside and whole and on_step)


# --- beside each other ---


def forms(*pairs: tuple[str, str] | tuple[str, str, str]) -> list[ReadingForm]:
    return [ReadingForm(*pair) for pair in pairs]


def kinds(observations, readings, sex=Sex.FEMALE, earlier=()):
    return [one.kind for one in check_all(observations, readings, sex=sex, at=MORNING, earlier=earlier)]


def test_each_reading_is_checked_on_its_own_and_a_recheck_excuses_nothing():
    known = {"cbg_mmol_l": GLUCOSE}
    readings = forms(("cbg_mmol_l", "3.6", "11:31"), ("cbg_mmol_l", "4.8", "11:46"), ("cbg_mmol_l", "48", "12:00"))
    assert kinds(known, readings) == [SOFT, None, HARD]


def test_a_reading_nobody_asked_for_and_a_time_that_is_none_are_hard():
    assert kinds(VITAL, forms(("shoe_size", "42"))) == [HARD]
    assert kinds(VITAL, forms(("pulse_bpm", "70", "25:00"))) == [HARD]
    assert kinds(VITAL, forms(("pulse_bpm", "70", "11:31"))) == [None]


@pytest.mark.parametrize(("upper", "lower", "kind"), [("120", "80", None), ("80", "80", HARD), ("75", "80", HARD)])
def test_diastolic_is_below_the_systolic_of_the_same_reading(upper, lower, kind):
    assert kinds(VITAL, forms(("systolic_mmhg", upper), ("diastolic_mmhg", lower)))[1] is kind


def test_a_second_blood_pressure_is_compared_with_its_own_systolic():
    readings = forms(
        ("systolic_mmhg", "100"),
        ("diastolic_mmhg", "70"),
        ("systolic_mmhg", "130", "11:46"),
        ("diastolic_mmhg", "99", "11:46"),
    )
    assert kinds(VITAL, readings) == [None] * 4
    twice = forms(
        ("systolic_mmhg", "130"), ("diastolic_mmhg", "90"), ("systolic_mmhg", "100"), ("diastolic_mmhg", "99")
    )
    assert kinds(VITAL, twice) == [None] * 4
    twice[3] = ReadingForm("diastolic_mmhg", "100")
    assert kinds(VITAL, twice) == [None, None, None, HARD]


def test_a_lone_or_unreadable_systolic_accuses_nobody():
    assert kinds(VITAL, forms(("diastolic_mmhg", "80"))) == [None]
    assert kinds(VITAL, forms(("systolic_mmhg", "abc"), ("diastolic_mmhg", "80"))) == [HARD, None]


def tissue(*values: str) -> list[ReadingForm]:
    names = ("tissue_granulation_pct", "tissue_epithelial_pct", "tissue_slough_pct", "tissue_necrotic_pct")
    return [ReadingForm(name, value) for name, value in zip(names, values, strict=True)]


@pytest.mark.parametrize(
    ("values", "hard_at"),
    [
        (("70", "20", "10", "0"), None),
        (("70", "20", "11", "0"), 3),
        (("70", "20", "", ""), 1),
        (("100", "", "", ""), None),
        (("", "", "", ""), None),
    ],
)
def test_tissue_percentages_total_100(values, hard_at):
    found = kinds(WOUND, tissue(*values))
    assert [place for place, kind in enumerate(found) if kind is HARD] == ([] if hard_at is None else [hard_at])


@pytest.mark.parametrize(
    ("sex", "route", "kind"),
    [
        (Sex.MALE, "urethral", HARD),
        (Sex.MALE, "", HARD),
        (Sex.MALE, "suprapubic", None),
        (Sex.FEMALE, "urethral", None),
        (Sex.NOT_KNOWN, "urethral", SOFT),
    ],
)
def test_a_female_length_catheter_in_a_male_urethra_is_a_hard_stop(sex, route, kind):
    readings = forms(("catheter_route", route), ("catheter_length", "female"))
    assert kinds(CATHETER, readings, sex)[1] is kind


def test_the_route_recorded_at_an_earlier_visit_is_known():
    suprapubic = Reading("r", "catheter_route", MORNING - timedelta(days=9), "suprapubic", "")
    urethral = Reading("r", "catheter_route", MORNING - timedelta(days=2), "urethral", "")
    readings = forms(("catheter_length", "female"))
    assert kinds(CATHETER, readings, Sex.MALE, [suprapubic]) == [None]
    assert kinds(CATHETER, readings, Sex.MALE, [urethral, suprapubic]) == [HARD]
