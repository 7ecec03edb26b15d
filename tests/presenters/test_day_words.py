"""Calls, tasks, doses and visits in vain in words."""

from datetime import UTC, date, datetime, timedelta

from smf_core.domain.call import CallForm, CallOutcome, CallPurpose, FlagsTold, gaps
from smf_core.domain.day_trouble import SecondLook
from smf_core.domain.diary import Concern, Warned
from smf_core.domain.dose_cover import DoseCover, EpisodeCover, Giver, lapses
from smf_core.domain.not_gone_ahead import NotGoneAheadForm, WhyNot
from smf_core.domain.patient import Contact
from smf_core.domain.task import Task, TaskKind, TaskState
from smf_core.domain.visit import NotGoneAheadReason
from smf_desktop.presenters.calls import call_line, call_row
from smf_desktop.presenters.dose_cover import cover_words, dose_cover_rows
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.not_gone_ahead import not_gone_ahead_row, reason_words
from smf_desktop.presenters.today.facts import Act
from smf_desktop.presenters.today.tasks import task_row
from tests.support.teaching import MORNING, TODAY, patient, shipped

NIGHT = patient(phone="01632 960147", contacts=(Contact("c1", "Bisi", "daughter", "01632 960148", emergency=True),))


def row(giver: Giver, from_: int, until: int | None = None, who: str = "") -> DoseCover:
    end = None if until is None else TODAY + timedelta(days=until)
    return DoseCover("r", "p", "e", "Evening", giver, TODAY + timedelta(days=from_), end, who)


def cover(*rows: DoseCover) -> tuple[EpisodeCover, ...]:
    return (EpisodeCover("e", "insulin", ("Evening",), rows, lapses(rows, ("Evening",), TODAY)),)


def test_a_gap_is_said_in_red_before_all_else() -> None:
    rows = dose_cover_rows(cover(row(Giver.CORE_TEAM, -5, 6)), shipped(), TODAY)
    assert [(one.words, one.tone) for one in rows] == [
        ("Evening dose: nobody named from 24-Nov-2026", "danger"),
        ("Evening: Core team, until 23-Nov-2026", ""),
    ]


def test_two_names_for_one_dose_are_red_too() -> None:
    first, *_ = dose_cover_rows(cover(row(Giver.CORE_TEAM, 0), row(Giver.PATIENT, 2)), shipped(), TODAY)
    assert (first.words, first.tone) == ("Evening dose: 2 named from 19-Nov-2026", "danger")


def test_a_carer_is_named_and_what_is_past_is_left_out() -> None:
    shown = cover_words(cover(row(Giver.SMF, -9, -1), row(Giver.CARER, 0, who="Anne")), TODAY)
    assert shown == ("Evening: Carer (Anne), from 17-Nov-2026",)


def test_the_days_of_one_giver_stand_in_one_line_and_of_many_the_first_are_named() -> None:
    visits = [row(Giver.SMF, each, each) for each in (2, 4, 6, 8, 10)]
    between = [row(Giver.CORE_TEAM, each, each) for each in (3, 5, 7, 9)]
    shown = cover_words(cover(row(Giver.CORE_TEAM, -5, 1), *visits, *between, row(Giver.PATIENT, 11)), TODAY)
    assert shown == (
        "Evening: Core team, on 20-Nov-2026, 22-Nov-2026, 24-Nov-2026 and 1 more day, until 18-Nov-2026",
        "Evening: SMF visit, on 19-Nov-2026, 21-Nov-2026, 23-Nov-2026 and 2 more days",
        "Evening: The person, from 28-Nov-2026",
    )


def test_a_time_that_may_be_wrong_is_said_with_what_to_do() -> None:
    christmas = date(2026, 12, 25)
    words = words_for(SecondLook([Warned(Concern.BANK_HOLIDAY, christmas), Warned(Concern.NURSE_BUSY, TODAY, "18:00")]))
    assert words.happened == (
        "Check this time. Fri 25-Dec-2026: bank holiday. Tue 17-Nov-2026: the nurse has another visit at 18:00."
    )
    assert words.do == "Nothing is saved yet. Press again to keep this time."


def test_no_reply_reads_otherwise_than_a_person_who_was_out() -> None:
    no_access = NotGoneAheadReason.NO_ACCESS
    assert reason_words(no_access, "known_safe") == reason_words(no_access, "") == "Was out"
    assert reason_words(no_access, "not_known") == "No reply at the door, whereabouts not known"
    assert reason_words(no_access, "found_safe") == "No reply at the door, found safe"


def test_no_reply_shows_whom_to_ring_until_they_are_found() -> None:
    form = NotGoneAheadForm("v", "p", MORNING, why=WhyNot.NO_REPLY)
    ((true, do, kind), _) = not_gone_ahead_row(form, NIGHT, "Evening", (), asked=False).notices
    assert (true, kind) == ("Nobody has said that this person is safe.", "danger")
    assert do == "Try: the person 01632 960147, Bisi 01632 960148."


def test_the_call_page_asks_only_what_its_answers_lead_to() -> None:
    form = CallForm("c", "p", datetime(2026, 11, 17, 9, tzinfo=UTC))
    keys = [one.key for one in call_row(form, NIGHT, (), (), asked=False).fields]
    assert keys == ["who", "purpose", "outcome", "flags", "words", "action", "next", "direction", "minutes"]
    silent = CallForm("c", "p", form.at, purpose=CallPurpose.ADVICE, outcome=CallOutcome.NO_ANSWER)
    assert "flags" not in [one.key for one in call_row(silent, NIGHT, (), (), asked=False).fields]
    told = CallForm("c", "p", form.at, flags=FlagsTold.SOME)
    assert {"signs", "flag_action", "flag_told"} <= {
        one.key for one in call_row(told, NIGHT, (), (), asked=False).fields
    }


def test_nothing_is_marked_before_saving_was_tried() -> None:
    form = CallForm("c", "p", datetime(2026, 11, 17, 9, tzinfo=UTC))
    lacking = gaps(form, TODAY)
    assert not any(one.problem for one in call_row(form, NIGHT, (), lacking, asked=False).fields)
    asked = call_row(form, NIGHT, (), lacking, asked=True)
    assert asked.dock == "6 to fill in"
    assert sum(bool(one.problem) for one in asked.fields) == 6


def test_a_contact_we_may_not_talk_to_is_said_on_the_page() -> None:
    form = CallForm("c", "p", datetime(2026, 11, 17, 9, tzinfo=UTC), who="c1")
    ((true, _, _),) = call_row(form, NIGHT, (), (), asked=False).notices
    assert true == "Bisi (daughter) is not down as somebody we may talk to."


def test_a_call_in_one_line() -> None:
    assert call_line("check_in_early", "still_alone") == "Check-in after 3 to 7 days: still manages alone"


def test_a_late_task_and_a_red_one() -> None:
    late = Task("t", TaskKind.OTHER, "Ring the pharmacy", MORNING, "n", due_on=TODAY - timedelta(days=2))
    shown = task_row(late, {}, {}, TODAY)
    assert (shown.name, shown.about, shown.tone) == ("Ring the pharmacy", "Due 15-Nov-2026, 2 days late", "warn")
    red = Task("t", TaskKind.WHO_GIVES_DOSE, "Who gives this dose? Evening", MORNING, "n", urgent=True, due_on=TODAY)
    shown = task_row(red, {}, {}, TODAY)
    assert (shown.name, shown.act, shown.tone) == ("Who gives this dose? Evening", Act.ANSWER, "danger")
    assert shown.spoken.startswith("Urgent. ")


def test_a_task_two_people_ended_differently_says_so() -> None:
    both = Task("t", TaskKind.OTHER, "Ring", MORNING, "n", state=TaskState.DONE, done_by="n", done_at=MORNING)
    assert task_row(both, {}, {"n": "Priya Nair"}, TODAY).about == "Done by Priya Nair, 17-Nov-2026 09:00"
    unsettled = Task(
        "t", TaskKind.OTHER, "Ring", MORNING, "n", state=TaskState.DONE, done_by="n", done_at=MORNING, settled=False
    )
    shown = task_row(unsettled, {}, {}, TODAY)
    assert shown.about == "Two people ended it differently: both are kept"
    assert shown.act is Act.DONE
