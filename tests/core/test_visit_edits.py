"""Typing into a visit."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.pathway import PATIENT, GateState
from smf_core.domain.visit import GateForm, Level, ReadingForm, SectionForm, VisitForm
from smf_core.domain.visit_edits import (
    add_reading,
    answer_flag,
    flag,
    gate_written,
    home,
    learn,
    open_readings,
    type_gate,
    type_reading,
    without_empty_readings,
    write_flag,
)
from smf_core.domain.visit_rules import Taught, rate
from tests.support.teaching import CARER, MORNING, checklist, episode


def form(*sections: SectionForm) -> VisitForm:
    return VisitForm("visit-1", "patient-1", MORNING, sections or (SectionForm("episode-1", PATIENT),))


TAUGHT = {"episode-1": Taught(episode(), checklist())}


def test_an_untouched_section_is_handed_over_and_a_touched_one_is_not() -> None:
    handed, place = learn(form(), 0, CARER)
    assert ([one.learner for one in handed.sections], place) == ([CARER], 0)
    touched = rate(form(), 0, "s01", Level.ASSISTED)
    both, place = learn(touched, 0, CARER)
    assert ([one.learner for one in both.sections], place) == ([PATIENT, CARER], 1)
    assert both.sections[0] == touched.sections[0]
    assert not both.sections[1].marks
    assert learn(both, 1, PATIENT) == (both, 0)


def test_a_signed_section_is_never_handed_over() -> None:
    signed = form(SectionForm("episode-1", PATIENT, id="section-1"))
    assert [one.learner for one in learn(signed, 0, CARER)[0].sections] == [PATIENT, CARER]


def test_readings_of_each_visit_are_open_once_per_pathway() -> None:
    two = form(SectionForm("episode-1", PATIENT), SectionForm("episode-1", CARER))
    opened = open_readings(two, TAUGHT)
    asked = tuple(one.id for one in checklist().observations if one.each_visit)
    assert tuple(one.observation for one in opened.sections[0].readings) == asked
    assert not opened.sections[1].readings
    assert open_readings(opened, TAUGHT) == opened
    assert home(two, "episode-1") == 0


@given(st.lists(st.tuples(st.sampled_from(["value", "at", "note"]), st.text(max_size=5)), max_size=8))
def test_typing_in_one_reading_leaves_the_others_as_they_are(typed: list[tuple[str, str]]) -> None:
    other = ReadingForm("insulin_units", "12")
    now = replace(form(), vital_signs=(other, ReadingForm("pulse_bpm")))
    for part, words in typed:
        now = type_reading(now, None, 1, **{part: words})
    assert now.vital_signs[0] == other
    for part in ("value", "at", "note"):
        last = [words for name, words in typed if name == part]
        assert getattr(now.vital_signs[1], part) == (last[-1] if last else "")


def test_empty_readings_are_left_out_for_signing() -> None:
    now = type_reading(open_readings(form(), TAUGHT), 0, 0, value="6.8")
    now = add_reading(now, None, "pulse_bpm")
    clean = without_empty_readings(now)
    assert [one.value for one in clean.sections[0].readings] == ["6.8"]
    assert clean.vital_signs == ()


def test_what_was_typed_under_a_yes_stays_when_it_becomes_a_no() -> None:
    now = answer_flag(form(), 0, "r01", seen=True)
    now = write_flag(now, 0, "r01", replace(flag(now, 0, "r01"), action="Called 999"))
    now = answer_flag(now, 0, "r01", seen=False)
    assert flag(now, 0, "r01").action == "Called 999"


def test_a_gate_that_was_written_down_leaves_the_form() -> None:
    now = type_gate(form(), 0, "u01", GateForm(GateState.MET, "Passport"))
    assert gate_written(now, "u01") == form()
