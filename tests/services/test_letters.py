"""Letters: written with what causes them, kept as they were said, printed, sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from smf_core.domain.discharge import Outcome, SupportType
from smf_core.domain.letter import LetterKind, LetterState
from smf_core.domain.letter_trouble import LetterWithdrawn, NoSuccessor, SentHowNeeded, UnknownLetter
from smf_core.domain.practice import CoreTeam
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.queries.letters import letters_of
from smf_core.records.writing import rebuild
from smf_desktop.presenters.letters.rows import is_overdue
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.letters.items import rejection_letter_items
from smf_desktop.services.letters.letters import (
    Pile,
    letters_about,
    letters_to_send,
    mark_printed,
    mark_sent,
    read_letter,
    set_back,
    use_successor,
    withdraw,
)
from smf_desktop.services.letters.practices import add_core_team
from smf_desktop.services.people import Member, add_member
from smf_desktop.store.tables import pending_access
from tests.support.letters import (
    CORE,
    INSULIN,
    PERSON,
    PRACTICE,
    body,
    callable_service,
    ended,
    letters,
    listed_practices,
    taught,
)
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]


# --- what a discharge writes ----------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome)
def test_every_ending_tells_practice_person_and_core_team_but_the_dead_and_mistakes(
    team: Team, outcome: Outcome
) -> None:
    home = taught(team)
    support = {
        "support_type": SupportType.PHARMACY,
        "support_who": "High Street pharmacy",
        "support_what": "Fills the pen box",
        "support_how_often": "Weekly",
        "support_review_on": "+2w",
    }
    ended(team, home, outcome, **support)
    written = set(letters(team, home))
    if outcome is Outcome.ENTERED_IN_ERROR:
        assert written == set()
    elif outcome is Outcome.DECEASED:
        assert written == {PRACTICE, CORE}
    else:
        assert written == {PRACTICE, PERSON, CORE}
    for one in letters(team, home).values():
        assert one.state is LetterState.TO_PRINT
        assert "None" not in body(one)
        assert "19 November 2026" in one.content.written_on.replace("\u00a0", " ")


def test_the_discharge_and_its_letters_and_calls_are_one_save(team: Team) -> None:
    home = taught(team)
    before = team.store.unsent()
    ended(team, home)
    assert team.store.unsent() == before + 1
    with team.nurse.read() as connection:
        asked = connection.execute(select(t.task).order_by(t.task.c.due_on)).all()
    assert [(one.kind, one.purpose, one.due_on.isoformat(), one.about) for one in asked] == [
        ("check_in", "check_in_early", "2026-11-24", home.episodes["insulin"]),
        ("check_in", "check_in_90", "2027-02-17", home.episodes["insulin"]),
    ]


def test_low_confidence_adds_a_call_of_its_own(team: Team) -> None:
    from tests.support.discharges import teach
    from tests.support.visits import at_home

    home = at_home(team)
    for _ in range(2):
        teach(team, home.episodes["insulin"], confidence=5)
    ended(team, home, confidence_override="Her daughter is there every day")
    with team.nurse.read() as connection:
        asked = connection.execute(select(t.task.c.purpose, t.task.c.due_on).order_by(t.task.c.due_on)).all()
    assert [one.purpose for one in asked] == ["check_in_early", "check_in_extra", "check_in_90"]
    assert "confidence 5 of 10. We went on because: Her daughter is there every day" in body(
        letters(team, home)[PRACTICE]
    ).replace("Confidence", "confidence")


def test_the_person_reads_plain_words_the_steps_and_when_to_get_help(team: Team) -> None:
    callable_service(team)
    home = taught(team)
    ended(team, home)
    said = body(letters(team, home)[PERSON])
    checklist = team.nurse.checklists.newest("insulin")
    assert "You can now give your own insulin. We saw you do it by yourself on 17 November 2026 and" in said
    for sentence in (*checklist.what_you_do, *(line.text for line in checklist.when_to_get_help.call_999)):
        assert sentence in said
    assert "We will phone you on Tuesday 24 November 2026" in said
    assert "Call us on 01632 960 100 (Monday to Friday, 8:30 to 17:00)." in said
    assert "At other times: call 111." in said
    assert letters(team, home)[PERSON].content.greeting == "Dear Mrs Abernathy"


def test_the_headings_of_the_letter_are_those_of_the_checklists() -> None:
    from smf_desktop.presenters.letters.words import _HELP
    from tests.support.teaching import shipped

    assert {group.code: group.heading for group in shipped().common.help_groups} == _HELP


def test_the_core_team_reads_from_when_what_is_left_and_who_to_call(team: Team) -> None:
    callable_service(team)
    home = taught(team)
    ended(team, home, core_from="the evening dose on 18 November")
    said = body(letters(team, home)[CORE])
    assert "This care is taken over from: the evening dose on 18 November." in said
    assert "Visits a month left for you: 0." in said
    assert "Call City SMF on 01632 960 100" in said


def test_shared_care_names_the_visits_that_are_left(team: Team) -> None:
    home = taught(team)
    ended(team, home, Outcome.SHARED_CORE)
    assert "Visits a month left for you, for insulin: 8." in body(letters(team, home)[CORE])
    assert "The community nurses still visit you about 8 times a month." in body(letters(team, home)[PERSON])


def test_the_words_are_kept_and_print_the_same_when_the_record_says_otherwise(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    one = letters(team, home)[PERSON]
    before = read_letter(team.nurse, one.id).pdf
    with team.nurse.work() as work:
        said = {"family": "Oyelaran", "given": "Bisi", "title": "Ms"}
        work.save([work.change("patient", home.patient, "name", said)], patient=home.patient)
    assert read_letter(team.nurse, one.id).pdf == before
    assert letters(team, home)[PERSON].content == one.content


def test_letters_fold_the_same_from_the_log(team: Team) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    mark_sent(team.nurse, letters(team, home)[CORE].id, "post")
    before = letters(team, home)
    with team.nurse.work() as work:
        rebuild(work.connection)
    assert letters(team, home) == before


# --- printed and sent -----------------------------------------------------------------------------


def test_a_letter_is_to_print_then_printed_then_sent_with_how_by_whom_and_when(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    one = letters(team, home)[PERSON]
    mark_printed(team.admin, one.id)
    assert letters(team, home)[PERSON].state is LetterState.PRINTED
    with pytest.raises(SentHowNeeded):
        mark_sent(team.admin, one.id, " ")
    mark_sent(team.admin, one.id, "post")
    sent = letters(team, home)[PERSON]
    assert (sent.state, sent.how, sent.sent_by) == (LetterState.SENT, "post", team.admin.user.id)
    assert sent.sent_at == team.clock.now()
    mark_printed(team.nurse, one.id)  # printed again: it stays sent
    assert letters(team, home)[PERSON].state is LetterState.SENT
    set_back(team.nurse, one.id, LetterState.PRINTED)
    assert letters(team, home)[PERSON].state is LetterState.PRINTED
    set_back(team.nurse, one.id, LetterState.SENT)
    again = letters(team, home)[PERSON]
    assert (again.state, again.how, again.sent_by) == (LetterState.SENT, "post", team.admin.user.id)


def test_taking_back_that_a_letter_was_sent_does_not_bring_one_back_that_was_withdrawn_since(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    one = letters(team, home)[PERSON]
    mark_sent(team.admin, one.id, "post")
    withdraw(team.nurse, one.id, "The dose was changed")
    with pytest.raises(LetterWithdrawn):
        set_back(team.admin, one.id, LetterState.TO_PRINT)
    assert letters(team, home)[PERSON].state is LetterState.WITHDRAWN


def test_a_withdrawn_letter_is_neither_printed_nor_sent_and_says_why(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    one = letters(team, home)[PERSON]
    with pytest.raises(ReasonNeeded):
        withdraw(team.nurse, one.id, "")
    withdraw(team.nurse, one.id, "Wrong name")
    assert letters(team, home)[PERSON].state_reason == "Wrong name"
    for act in (mark_printed, lambda session, letter: mark_sent(session, letter, "post")):
        with pytest.raises(LetterWithdrawn):
            act(team.nurse, one.id)
    with pytest.raises(UnknownLetter):
        mark_printed(team.nurse, team.nurse.new_id())


def test_a_letter_is_overdue_after_one_working_day(team: Team) -> None:
    home = taught(team)
    team.clock.forward(days=1)  # Friday 20 November 2026
    ended(team, home)
    one = letters(team, home)[PERSON]
    holidays = bank_holidays_around(team.nurse.today())
    late = [is_overdue(one, team.nurse.today() + timedelta(days=each), holidays) for each in range(6)]
    assert late == [False, False, False, False, True, True]  # overdue on Tuesday
    team.clock.forward(days=4)
    assert {one.letter.kind for one in today_facts(team.nurse).letters} == {PERSON, PRACTICE, CORE}
    mark_sent(team.nurse, one.id, "post")
    assert not is_overdue(letters(team, home)[PERSON], team.nurse.today(), holidays)
    assert len(today_facts(team.nurse).letters) == 2


def test_the_piles_hold_everybodys_letters_with_counts(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    mark_sent(team.nurse, letters(team, home)[CORE].id, "email")
    found = letters_to_send(team.admin, Pile.TO_PRINT)
    assert [one.person.name.family for one in found.letters] == ["Abernathy", "Abernathy"]
    assert (found.counts[LetterState.TO_PRINT], found.counts[LetterState.SENT]) == (2, 1)
    assert [one.letter.kind for one in letters_to_send(team.nurse, Pile.SENT).letters] == [CORE]
    with pytest.raises(NotAllowed):
        letters_about(team.admin, home.patient)


def test_reading_and_printing_a_letter_is_noted_without_words(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    one = letters(team, home)[PERSON]
    read_letter(team.nurse, one.id)
    mark_printed(team.nurse, one.id)
    with team.nurse.read() as connection:
        noted = connection.execute(select(pending_access.c.action, pending_access.c.detail)).all()
    assert ("read", f"letter:{one.id}") in [tuple(row) for row in noted]
    assert ("print", f"letter:{one.id}") in [tuple(row) for row in noted]


# --- to whom --------------------------------------------------------------------------------------


def test_the_core_team_that_referred_is_written_to_and_the_only_one_there_is(team: Team) -> None:
    add_core_team(team.lead, CoreTeam("", "North core team", "01632 960 010", "Long Lane\nDerby"))
    home = taught(team)
    ended(team, home)
    assert letters(team, home)[CORE].content.to == ("North core team", "Long Lane", "Derby")


def test_with_several_core_teams_one_is_chosen(team: Team) -> None:
    for name in ("North core team", "South core team"):
        add_core_team(team.lead, CoreTeam("", name))
    home = taught(team)
    from smf_desktop.services.ending.discharges import closing

    stand = closing(team.nurse, home.episodes["insulin"])
    assert stand.core_team_proposed == ""
    south = next(one for one in stand.core_teams if one.name == "South core team")
    ended(team, home, core_team=south.id)
    assert letters(team, home)[CORE].to == "South core team"


def test_a_letter_goes_to_a_closed_practices_successor_only_after_somebody_agreed(team: Team) -> None:
    listed_practices(team)
    home = taught(team, practice="C81001")
    ended(team, home)
    assert letters(team, home)[PRACTICE].content.to[0] == "Alder Road Surgery"
    use_successor(team.nurse, home.patient)
    held = letters(team, home)
    assert held[PRACTICE].content.to == ("Friar Gate Health Centre", "1 Friar Gate", "Derby", "DE1 1AA")
    assert held[PRACTICE].to == "Friar Gate Health Centre"
    assert held[PRACTICE].written_at == held[PERSON].written_at
    assert letters_about(team.nurse, home.patient).patient.practice_code == "C81002"
    with pytest.raises(NoSuccessor):
        use_successor(team.nurse, home.patient)


def test_a_letter_that_left_is_not_readdressed(team: Team) -> None:
    listed_practices(team)
    home = taught(team, practice="C81001")
    ended(team, home)
    mark_sent(team.nurse, letters(team, home)[PRACTICE].id, "post")
    use_successor(team.nurse, home.patient)
    assert letters(team, home)[PRACTICE].content.to[0] == "Alder Road Surgery"


def test_a_referral_sent_back_writes_to_whoever_referred(team: Team) -> None:
    callable_service(team)
    home = taught(team)
    with team.nurse.work() as work:
        items = rejection_letter_items(
            team.nurse, work, home.patient, home.referral, "She lives out of our area", "Ward 7"
        )
        work.save(items, patient=home.patient)
    with team.nurse.read() as connection:
        (one,) = letters_of(connection, home.patient)
    assert (one.kind, one.to, one.referral) == (LetterKind.REFERRER, "Ward 7", home.referral)
    assert "You referred Mrs Abernathy to be taught: insulin. We have not accepted the referral." in body(one)
    assert "She lives out of our area" in body(one)


def test_names_and_notes_are_printed_as_written_without_marks_that_turn_the_line(team: Team) -> None:
    home = taught(team)
    ended(
        team,
        home,
        Outcome.INDEPENDENT_SUPPORT,
        support_type=SupportType.PHARMACY,
        support_who="#let \u202edrow\u202c $x$ <b>",
        support_what="fills\nthe box",
        support_how_often="Weekly",
        support_review_on="+2w",
    )
    said = body(letters(team, home)[PERSON])
    assert "#let drow $x$ <b>: fills the box" in said
    assert replace(letters(team, home)[PERSON]).content.title == "Letter to Mrs Doreen Abernathy"


def test_a_product_is_no_dose_and_is_named_only_where_the_record_has_it_whole(team: Team) -> None:
    from smf_desktop.presenters.letters.discharge import discharge_letter
    from smf_desktop.services.ending.discharges import closing
    from tests.support.discharges import independent
    from tests.support.visits import at_home

    home = at_home(team, "wound")
    episode = home.episodes["wound"]
    foam = {"skill": "wound", "name": "Silicone foam dressing", "dose": "Change every 3 days"}

    def said() -> str:
        form = replace(independent(episode), outcome=Outcome.SHARED_CORE)
        content = discharge_letter(PERSON, form, closing(team.nurse, episode), team.nurse.today())
        assert content is not None
        return "\n".join(part.heading + "\n" + "\n".join((*part.sentences, *part.points)) for part in content.parts)

    add_member(team.nurse, home.patient, Member("medicine", dict(foam)))
    assert "dose" not in said().casefold()
    with team.nurse.work() as work:
        held = work.connection.execute(select(t.medicine)).one()
        whole = {
            "patient": home.patient,
            **foam,
            "prescriber": "Dr Shah",
            "prescribed_on": "2026-11-03",
            "source": "FP10",
        }
        work.save([work.change("medicine", held.id, "member", whole)], patient=home.patient)
    assert "What is prescribed for you\nSilicone foam dressing: Change every 3 days." in said()
