"""What was typed is kept as it was typed, however odd, and holds the signature until it has a place."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from smf_core.domain.missing import Part, Why
from smf_core.domain.pathway import GateState
from smf_core.domain.teaching_trouble import NothingChanged, TooMuchText
from smf_core.domain.visit import AnswerForm, GateForm, Purpose, ReadingForm, StepMark, VisitForm
from smf_core.records import tables as t
from smf_core.records.queries.patients import search
from smf_core.records.queries.visits import visit as visit_of
from smf_core.records.queries.visits import visits_of_episode
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import VISIT, draft, save_draft
from smf_desktop.services.pathways import name_learner
from smf_desktop.services.session import Session
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.visits import sign_visit
from tests.support.care import in_section, missing_on_signing, started
from tests.support.discharges import teach
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


TEN_MB = "Slept badly. " * 800_000


def change_sets(session: Session) -> int:
    with session.read() as connection:
        return len(connection.execute(select(t.change_set.c.cs_id)).all())


def test_F78_ten_megabytes_pasted_into_notes_are_refused_in_a_sentence_and_stay_in_the_draft(team: Team) -> None:
    home = at_home(team)
    form = in_section(started(team.nurse, home.episodes["insulin"]), notes=TEN_MB)
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    before = change_sets(team.nurse)
    with pytest.raises(TooMuchText):
        sign_visit(team.nurse, form)
    assert change_sets(team.nurse) == before
    assert draft(team.nurse, VISIT, form.visit, VisitForm) == form
    sign_visit(team.nurse, in_section(form, notes="Slept badly."))


def test_F78_half_a_character_in_a_note_costs_neither_the_draft_nor_the_visit(team: Team) -> None:
    home = at_home(team)
    form = in_section(started(team.nurse, home.episodes["insulin"]), notes="Rene\u0301e \ud83d said\x00 no\r\nmore")
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    kept = draft(team.nurse, VISIT, form.visit, VisitForm)
    assert kept is not None
    assert kept.sections[0].notes == "Rene\u0301e \ufffd said\x00 no\r\nmore"
    sign_visit(team.nurse, form)
    with team.nurse.read() as connection:
        visit = visit_of(connection, form.visit)
    assert visit is not None
    assert visit.sections[0].notes == "Renée \ufffd said\ufffd no\nmore"


def test_F76_markup_in_notes_is_kept_as_it_was_typed(team: Team) -> None:
    home = at_home(team)
    typed = "<img src=http://example.org/x> <b>says</b> 5 < 6 & =1+1"
    form = in_section(started(team.nurse, home.episodes["insulin"]), notes=typed)
    sign_visit(team.nurse, form)
    with team.nurse.read() as connection:
        visit = visit_of(connection, form.visit)
    assert visit is not None
    assert visit.sections[0].notes == typed


@pytest.mark.parametrize("typed", ["'; DROP TABLE patient; --", "%", "_", "' OR 1=1", "\\", '"', "Aber%"])
def test_F75_sql_typed_into_the_search_is_text(team: Team, typed: str) -> None:
    at_home(team)
    with team.nurse.read() as connection:
        assert search(connection, typed) == ()
        assert len(search(connection, "abernathy")) == 1


@pytest.mark.parametrize(
    "pasted", ["a " * 3_000, TEN_MB, "abernathy" * 100, "\ud83d", "\x00"], ids=["words", "10 MB", "long", "half", "nul"]
)
def test_F78_anything_pasted_into_the_search_is_looked_for_and_never_trips_it(team: Team, pasted: str) -> None:
    at_home(team)
    with team.nurse.read() as connection:
        assert len(search(connection, pasted)) <= 1
        assert len(search(connection, "Aber\u200bnathy")) == 1


def test_words_typed_beside_nothing_chosen_hold_the_signature_until_they_have_a_place(team: Team) -> None:
    """Signing takes the draft away, so whatever was typed has to go into the record first."""
    home = at_home(team)
    episode = home.episodes["insulin"]
    teach(team, episode)
    form = started(team.nurse, episode)
    (section,) = form.sections
    question = team.nurse.checklists.newest("insulin").teach_back[0].id
    answers = {**section.answers, question: AnswerForm(None, "Could not say when")}
    assert missing_on_signing(team.nurse, in_section(form, answers=answers)) == [
        (Part.TEACH_BACK, Why.NEEDED, question)
    ]
    noted = in_section(form, readings=(ReadingForm("cbg_mmol_l", note="Meter at the pharmacy"),))
    assert missing_on_signing(team.nurse, noted) == [(Part.READING, Why.NEEDED, "cbg_mmol_l")]
    sign_visit(team.nurse, in_section(form, readings=(ReadingForm("cbg_mmol_l"),)))


def test_a_note_on_a_step_of_another_learner_holds_the_signature_until_it_is_rated(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    name_learner(team.nurse, episode, home.daughter, ("s09",))
    form = in_section(started(team.nurse, episode), learner=home.daughter)
    nine = {"s09": form.sections[0].marks["s09"]}
    noted = in_section(form, marks={**nine, "s01": StepMark(None, "Her hands shook")})
    assert missing_on_signing(team.nurse, noted) == [(Part.STEP, Why.NEEDED, "s01")]
    sign_visit(team.nurse, in_section(form, marks=nine))


def test_a_gate_typed_and_not_saved_holds_the_signature_of_an_assessment(team: Team) -> None:
    home = at_home(team, gates=False)
    form = replace(started(team.nurse, home.episodes["insulin"]), purpose=Purpose.ASSESSMENT)
    gate = team.nurse.checklists.newest("insulin").gates[0].id
    typed = in_section(form, gates={gate: GateForm(GateState.MET, "Chart seen in the kitchen")})
    assert missing_on_signing(team.nurse, typed) == [(Part.GATE, Why.NOT_MET, gate)]
    sign_visit(team.nurse, in_section(form, gates={gate: GateForm(GateState.MET)}))


def test_an_unsigned_draft_stays_listed_and_is_no_evidence(team: Team) -> None:
    """Until it is signed or discarded, and for its own author alone."""
    episode = at_home(team).episodes["insulin"]
    form = started(team.nurse, episode)
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    team.clock.forward(days=30)
    assert [one.record for one in today_facts(team.nurse).drafts] == [form.visit]
    assert today_facts(team.nurse2).drafts == ()
    with team.nurse.read() as connection:
        assert visits_of_episode(connection, episode) == ()
    sign_visit(team.nurse, replace(form, late_reason="It was never finished"))
    assert today_facts(team.nurse).drafts == ()


def test_B37_a_rating_and_an_answer_taken_back_are_taken_back_and_stay_readable(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    teach(team, episode)
    form = started(team.nurse, episode)
    sign_visit(team.nurse, form)
    opened = amend_visit(team.nurse, form.visit)
    question = team.nurse.checklists.newest("insulin").teach_back[0].id
    answers = {name: said for name, said in opened.sections[0].answers.items() if name != question}
    amended = replace(in_section(opened, answers=answers), amend_reason="Was said by her daughter")
    sign_visit(team.nurse, amended)
    with team.nurse.read() as connection:
        visit = visit_of(connection, form.visit)
    assert visit is not None
    assert set(visit.sections[0].answers) == set(answers)
    with pytest.raises(NothingChanged):
        sign_visit(team.nurse, replace(amend_visit(team.nurse, form.visit), amend_reason="Once more"))
