"""Calls: written down in one save with what they bring about; amended and entered in error like a visit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from smf_core.domain.call import CallForm, CallNext, CallOutcome, CallPurpose, Direction, FlagsTold
from smf_core.domain.day_trouble import NotReadyToSave, UnknownCall
from smf_core.domain.task import CheckIn, TaskKind
from smf_core.domain.teaching_trouble import NothingChanged
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.log import held_record
from smf_core.records.queries.calls import call as call_of
from smf_core.records.queries.calls import calls_of
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.red_flags import open_flags
from smf_desktop.presenters.core_visits import core_visits_words
from smf_desktop.services.day.calls import open_call, save_call, signs, strike_call, unstrike_call
from smf_desktop.services.drafts import CALL, save_draft
from smf_desktop.services.pathways import record_core_visits
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.tasks import task_item
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import Home, at_home

__all__ = ["laptop", "store_template", "team"]


def filled(session: Session, home: Home, **changes: object) -> CallForm:
    """A short call from the person, nothing more to do."""
    form = open_call(session, home.patient).form
    said = {
        "who": "patient",
        "purpose": CallPurpose.ADVICE,
        "outcome": CallOutcome.SETTLED,
        "words": "Asked about pens",
    }
    said |= {"flags": FlagsTold.NONE, "next": CallNext.NOTHING, **changes}
    return replace(form, **said)


def discharged(team: Team) -> Home:
    """Taught, discharged, and a first check-in asked for today."""
    home = at_home(team)
    session = team.nurse
    ended = {"on": session.today().isoformat(), "outcome": "independent", "by": session.user.id}
    asked = {"patient": home.patient, "due_on": session.today(), "about": home.episodes["insulin"]}
    task = task_item(session, TaskKind.CHECK_IN, "First call", purpose=CheckIn.EARLY.value, **asked)
    with session.work() as work:
        work.save([new_item("episode", home.episodes["insulin"], "discharge", **ended), task], patient=home.patient)
    return home


def test_a_call_is_on_record_with_who_and_what(team: Team) -> None:
    home = at_home(team)
    saved = save_call(team.nurse, filled(team.nurse, home, minutes="6", action="Talked it through"))
    with team.nurse.read() as connection:
        (call,) = calls_of(connection, home.patient)
    assert (call.id, call.who, call.purpose, call.minutes) == (saved.call, "patient", CallPurpose.ADVICE, 6)
    assert call.episodes == tuple(home.episodes.values())


def test_what_a_call_lacks_is_named_and_nobody_reached_needs_no_words(team: Team) -> None:
    home = at_home(team)
    with pytest.raises(NotReadyToSave) as told:
        save_call(team.nurse, open_call(team.nurse, home.patient).form)
    assert [gap.field for gap in told.value.gaps] == ["who", "purpose", "outcome", "words", "flags", "next"]
    rang = filled(team.nurse, home, outcome=CallOutcome.NO_ANSWER, words="", flags=None)
    assert save_call(team.nurse, rang).call


def test_a_red_flag_told_on_the_phone_is_open_with_the_call(team: Team) -> None:
    home = at_home(team)
    told = next(iter(signs(open_call(team.nurse, home.patient).facts)))
    form = filled(team.nurse, home, flags=FlagsTold.SOME, signs=(told,), flag_action="Sent for help", flag_told="GP")
    saved = save_call(team.nurse, form)
    with team.nurse.read() as connection:
        (flag,) = open_flags(connection, home.patient)
        of_call = connection.scalar(select(t.red_flag.c.call).where(t.red_flag.c.id == flag.id))
    assert (of_call, flag.action, flag.told) == (saved.call, "Sent for help", "GP")
    strike_call(team.nurse, saved.call, "Wrong person")
    with team.nurse.read() as connection:
        assert open_flags(connection, home.patient) == ()
        assert calls_of(connection, home.patient) == ()
    unstrike_call(team.nurse, saved.call)
    with team.nurse.read() as connection:
        assert len(open_flags(connection, home.patient)) == len(calls_of(connection, home.patient)) == 1


def test_what_is_to_follow_is_a_task_of_the_same_save(team: Team) -> None:
    home = at_home(team)
    saved = save_call(team.nurse, filled(team.nurse, home, next=CallNext.CALL_BACK, next_on="tomorrow"))
    (task,) = tasks_about(team.nurse, home.patient).open
    assert (task.kind, task.about, task.due_on) == (
        TaskKind.CALL_BACK,
        saved.call,
        team.nurse.today() + timedelta(days=1),
    )


def test_a_check_in_ends_the_task_that_asked_for_it_also_after_discharge(team: Team) -> None:
    home = discharged(team)
    (task,) = tasks_about(team.nurse, home.patient).open
    form = open_call(team.nurse, home.patient, task=task.id).form
    assert (form.purpose, form.direction, form.task) == (CallPurpose.CHECK_IN_EARLY, Direction.OUT, task.id)
    said = {"who": "patient", "flags": FlagsTold.NONE, "next": CallNext.NOTHING, "words": "All well"}
    save_call(team.nurse, replace(form, outcome=CallOutcome.NO_ANSWER, **said))
    assert tasks_about(team.nurse, home.patient).open == (task,), "nobody was reached: it is still to be made"
    form = open_call(team.nurse, home.patient, task=task.id).form
    save_call(team.nurse, replace(form, outcome=CallOutcome.STILL_ALONE, **said))
    assert tasks_about(team.nurse, home.patient).open == ()


def test_a_check_in_that_says_the_core_team_visits_again_records_it(team: Team) -> None:
    home = discharged(team)
    check = {"purpose": CallPurpose.CHECK_IN_EARLY, "outcome": CallOutcome.CORE_VISITING}
    with pytest.raises(NotReadyToSave) as told:
        save_call(team.nurse, filled(team.nurse, home, **check))
    assert [gap.field for gap in told.value.gaps] == ["since", "core_visits"]
    save_call(team.nurse, filled(team.nurse, home, **check, since="yesterday", core_visits="30"))
    with team.nurse.read() as connection:
        row = connection.execute(select(t.core_visits)).one()
    assert (row.episode, row.visits_per_month, row.source) == (home.episodes["insulin"], "30", "check_in")


def core_visits(team: Team, home: Home) -> dict[str, str]:
    """What is shown of the core team's visits, by skill."""
    with team.nurse.read() as connection:
        return {one.skill: core_visits_words(one.core_visits) for one in episodes_of(connection, home.patient)}


def test_core_visits_that_begin_again_belong_to_the_pathway_the_check_in_asks_about(team: Team) -> None:
    home = at_home(team, "insulin", "wound")
    session = team.nurse
    ended = {"on": session.today().isoformat(), "outcome": "independent", "by": session.user.id}
    items = [new_item("episode", one, "discharge", **ended) for one in home.episodes.values()]
    asked = {"patient": home.patient, "due_on": session.today(), "about": home.episodes["insulin"]}
    items.append(task_item(session, TaskKind.CHECK_IN, "First call", purpose=CheckIn.EARLY.value, **asked))
    with session.work() as work:
        work.save(items, patient=home.patient)
    (task,) = tasks_about(session, home.patient).open
    said = {"outcome": CallOutcome.CORE_VISITING, "since": "yesterday", "core_visits": "30", "words": "She told us"}
    form = filled(session, home, purpose=CallPurpose.CHECK_IN_EARLY, task=task.id, **said)
    save_call(session, form)
    assert core_visits(team, home) == {"insulin": "30 a month from 16-Nov-2026", "wound": ""}


def test_core_visits_are_put_right_with_the_call_that_told_of_them(team: Team) -> None:
    home = discharged(team)
    record_core_visits(team.nurse, home.episodes["insulin"], from_=date(2026, 11, 1), a_month="60", source="diary")
    record_core_visits(team.nurse, home.episodes["insulin"], from_=date(2026, 11, 10), a_month="0", source="Jo Field")
    check = {"purpose": CallPurpose.CHECK_IN_EARLY, "outcome": CallOutcome.CORE_VISITING}
    told = filled(team.nurse, home, **check, since="14/11", core_visits="30")
    saved = save_call(team.nurse, told)
    before = "60 a month from 01-Nov-2026, 0 from 10-Nov-2026"
    assert core_visits(team, home)["insulin"] == f"{before}, 30 from 14-Nov-2026"
    form = open_call(team.nurse, home.patient, call=saved.call).form
    assert form.core_visits == "30"
    save_call(team.nurse, replace(form, since="16/11", core_visits="8", amend_reason="Heard wrong"))
    assert core_visits(team, home)["insulin"] == f"{before}, 8 from 16-Nov-2026"
    form = open_call(team.nurse, home.patient, call=saved.call).form
    save_call(team.nurse, replace(form, words="She said so twice", amend_reason="More was said"))
    assert core_visits(team, home)["insulin"] == f"{before}, 8 from 16-Nov-2026"
    strike_call(team.nurse, saved.call, "Another person")
    assert core_visits(team, home)["insulin"] == before
    unstrike_call(team.nurse, saved.call)
    assert core_visits(team, home)["insulin"] == f"{before}, 8 from 16-Nov-2026"


def test_a_check_in_that_says_help_is_needed_names_the_skills(team: Team) -> None:
    home = discharged(team)
    form = filled(team.nurse, home, purpose=CallPurpose.CHECK_IN_90, outcome=CallOutcome.NEEDS_HELP)
    assert save_call(team.nurse, form).needs_help == ("insulin",)


def test_the_draft_of_a_call_is_taken_up_again_to_the_character_and_goes_when_saved(team: Team) -> None:
    home = at_home(team)
    form = filled(team.nurse, home, words="Said: «I feel fine» \n 5 > 3 ")
    save_draft(team.nurse, CALL, form.call, form.patient, form)
    assert open_call(team.nurse, home.patient).form == form
    save_call(team.nurse, form)
    assert open_call(team.nurse, home.patient).form.call != form.call


def test_an_amended_call_keeps_both_and_brings_nothing_about_twice(team: Team) -> None:
    home = at_home(team)
    saved = save_call(team.nurse, filled(team.nurse, home, next=CallNext.CALL_BACK, next_on="tomorrow"))
    form = open_call(team.nurse, home.patient, call=saved.call).form
    with pytest.raises(NothingChanged):
        save_call(team.nurse, replace(form, amend_reason="Typing"))
    save_call(team.nurse, replace(form, words="Asked about needles", amend_reason="Heard wrong"))
    with team.nurse.read() as connection:
        call = call_of(connection, saved.call)
        made = held_record(connection, "call", saved.call).value("made")
    assert call is not None
    assert call.amended
    assert call.words == "Asked about needles"
    assert made is not None
    assert made.settled
    assert made.first.payload["words"] == "Asked about pens"
    assert len(tasks_about(team.nurse, home.patient).open) == 1


def test_a_call_entered_in_error_is_amended_no_more(team: Team) -> None:
    home = at_home(team)
    saved = save_call(team.nurse, filled(team.nurse, home))
    strike_call(team.nurse, saved.call, "Wrong person")
    with pytest.raises(UnknownCall):
        open_call(team.nurse, home.patient, call=saved.call)


def test_an_assistant_amends_their_own_calls_alone(team: Team) -> None:
    home = at_home(team)
    saved = save_call(team.nurse, filled(team.nurse, home))
    with pytest.raises(NotAllowed):
        open_call(team.assistant, home.patient, call=saved.call)
    own = save_call(team.assistant, filled(team.assistant, home))
    assert open_call(team.assistant, home.patient, call=own.call).form.amends
