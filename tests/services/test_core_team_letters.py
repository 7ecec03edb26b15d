"""What the core team is asked by letter, what is left of its visits, and what it answers."""

from datetime import timedelta

import pytest

from smf_core.domain.discharge import Outcome
from smf_core.domain.dose_cover import Giver
from smf_core.domain.letter import LetterState
from smf_core.domain.letter_trouble import NotAskedToStop, WhoConfirmedNeeded
from smf_core.domain.teaching_trouble import CareInFuture, NotAVisitsNumber
from smf_core.records.export import export
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.letters import core_stops, core_stops_waiting, letter, letters_of
from smf_desktop.services.booking.dose_covers import NewCover, dose_cover_of, end_cover, name_giver
from smf_desktop.services.letters.letters import confirm_core_stop, mark_printed, mark_sent, visits_left_proposed
from smf_desktop.services.pathways import record_core_visits
from tests.support.letters import CORE, body, callable_service, ended, letters, taught
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home

__all__ = ["laptop", "store_template", "team"]


def stops(team: Team, home: object) -> list[str]:
    patient = home.patient
    with team.nurse.read() as connection:
        return [one.letter for one in core_stops(connection, [patient]).get(patient, ())]


def test_core_visits_are_to_stop_until_someone_records_who_confirmed_it_and_when(team: Team) -> None:
    home = taught(team)
    assert stops(team, home) == []
    ended(team, home)
    one = letters(team, home)[CORE]
    assert stops(team, home) == [one.id]
    with team.nurse.read() as connection:
        assert [each.letter for each in core_stops_waiting(connection, team.nurse.user.id)] == [one.id]
        assert core_stops_waiting(connection, team.nurse2.user.id) == ()
    today = team.nurse.today()
    with pytest.raises(WhoConfirmedNeeded):
        confirm_core_stop(team.nurse, one.id, " ", today)
    with pytest.raises(CareInFuture):
        confirm_core_stop(team.nurse, one.id, "Sister Obi", today + timedelta(days=1))
    with pytest.raises(NotAVisitsNumber):
        confirm_core_stop(team.nurse, one.id, "Sister Obi", today, visits_left="many")
    confirm_core_stop(team.nurse, one.id, "Sister Obi", today, note="By phone")
    assert stops(team, home) == []
    held = letters(team, home)[CORE]
    assert (held.confirmed_who, held.confirmed_on, held.confirmed_by) == ("Sister Obi", today, team.nurse.user.id)
    with team.nurse.read() as connection:
        pathway = episode_of(connection, home.episodes["insulin"])
    assert pathway is not None
    assert [(each.from_, each.visits_per_month) for each in pathway.core_visits] == [(today, "0")]
    with pytest.raises(NotAskedToStop):
        confirm_core_stop(team.nurse, one.id, "Sister Obi", today)


def test_the_export_says_who_told_the_core_team_and_when(team: Team) -> None:
    def told() -> tuple[object, object]:
        with team.nurse.read() as connection:
            files = {name: list(lines) for name, lines in export(connection, today=team.nurse.today())}
        (line,) = files["discharge"]
        return line["core_told_by"], line["core_told_on"]

    home = taught(team)
    ended(team, home)
    assert told() == (None, None)
    mark_sent(team.nurse2, letters(team, home)[CORE].id, "email")
    assert told() == (team.nurse2.user.id, "2026-11-19")
    team.clock.forward(days=1)
    confirm_core_stop(team.nurse, letters(team, home)[CORE].id, "Sister Obi", team.nurse.today())
    assert told() == (team.nurse2.user.id, "2026-11-19")


def test_core_visits_that_still_go_on_are_recorded_over_time_after_the_discharge(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    episode = home.episodes["insulin"]
    for days, count in ((0, "60"), (5, "30"), (10, "0")):
        team.clock.forward(days=days)
        record_core_visits(team.nurse, episode, from_=team.nurse.today(), a_month=count, source="core diary")
    with team.nurse.read() as connection:
        pathway = episode_of(connection, episode)
    assert pathway is not None
    assert [each.visits_per_month for each in pathway.core_visits] == ["60", "30", "0"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.RETURNED_CORE, "Visit for insulin from: 19 November 2026."),
        (Outcome.NOT_SUITABLE, "Your visits for it go on. Begin again with those you stopped for us."),
        (Outcome.DECLINED, "Your visits for it go on. Begin again with those you stopped for us."),
        (Outcome.NO_CONTACT, "If you see this person, tell us."),
        (Outcome.MOVED, "agree with them from which dose or visit yours end, and go on until then."),
        (Outcome.TRANSFERRED, "agree with them from which dose or visit yours end, and go on until then."),
    ],
)
def test_where_visits_go_on_nothing_is_to_stop(team: Team, outcome: Outcome, words: str) -> None:
    home = taught(team)
    ended(team, home, outcome)
    assert stops(team, home) == []
    said = body(letters(team, home)[CORE])
    assert words in said
    assert "Stop" not in said


def gives(team: Team, home: Home, dose: str, giver: Giver, who: str = "") -> None:
    name_giver(team.nurse, NewCover(home.episodes["insulin"], dose, giver, team.nurse.today(), who=who))
    team.clock.forward(minutes=1)


def test_a_change_of_who_gives_a_dose_says_what_changed_from_when_and_what_is_left(team: Team) -> None:
    callable_service(team)
    home = taught(team)
    for dose in ("Evening", "Morning"):
        gives(team, home, dose, Giver.CORE_TEAM)
    assert "What has changed" not in body(letters(team, home)[CORE]), "nobody was named before"
    mark_sent(team.nurse, letters(team, home)[CORE].id, "email")
    assert stops(team, home) == []
    gives(team, home, "Evening", Giver.CARER, "Anne Abernathy")
    (first,) = stops(team, home)
    said = body(letters(team, home)[CORE])
    assert "Evening, from 19 November 2026: a carer (Anne Abernathy). Before: the core team" in said
    assert "Yours: Morning, from 19 November 2026." in said
    assert "Stop: Evening, from 19 November 2026. A carer (Anne Abernathy) gives it." in said
    assert "Tell us how many visits a month are left for you." in said
    assert "Call City SMF on 01632 960 100" in said
    gives(team, home, "Evening", Giver.CORE_TEAM)
    assert stops(team, home) == []
    with team.nurse.read() as connection:
        states = [one.state for one in letters_of(connection, home.patient) if one.kind is CORE]
        before = letter(connection, first)
    assert before is not None
    assert before.state is LetterState.WITHDRAWN
    assert set(states) == {LetterState.SENT, LetterState.WITHDRAWN}, "it is as in the letter that they have"


def test_the_visits_left_are_none_once_no_dose_is_theirs_and_else_those_of_the_record(team: Team) -> None:
    home = taught(team)
    record_core_visits(team.nurse, home.episodes["insulin"], from_=team.nurse.today(), a_month="60", source="core")
    for dose in ("Evening", "Morning"):
        gives(team, home, dose, Giver.CORE_TEAM)
    gives(team, home, "Evening", Giver.PATIENT)
    said = body(letters(team, home)[CORE])
    assert "Our record has 60 visits a month from you for insulin, since 19 November 2026." in said
    gives(team, home, "Morning", Giver.PATIENT)
    assert "Visits a month left for you for these doses: 0." in body(letters(team, home)[CORE])


def test_a_letter_says_all_that_changed_since_the_last_one_that_left(team: Team) -> None:
    home = taught(team)
    for dose in ("Evening", "Morning"):
        gives(team, home, dose, Giver.CORE_TEAM)
    mark_printed(team.nurse, letters(team, home)[CORE].id)
    gives(team, home, "Evening", Giver.SMF)
    gives(team, home, "Morning", Giver.PATIENT)
    said = body(letters(team, home)[CORE])
    assert "Evening, from 19 November 2026: our nurse. Before: the core team" in said, "of a letter never printed"
    assert "Morning, from 19 November 2026: the person. Before: the core team" in said


def test_a_change_among_others_tells_the_core_team_and_asks_nothing_of_it(team: Team) -> None:
    home = taught(team)
    gives(team, home, "Evening", Giver.PATIENT)
    assert CORE not in letters(team, home), "nobody was named before, and no core team calls"
    gives(team, home, "Evening", Giver.CARER, "Anne Abernathy")
    written = letters(team, home)[CORE]
    said = body(written)
    assert "Evening, from 19 November 2026: a carer (Anne Abernathy). Before: the person" in said
    assert "Nothing: none of these doses is yours." in said
    assert "Stop" not in said
    assert stops(team, home) == []
    with pytest.raises(NotAskedToStop):
        confirm_core_stop(team.nurse, written.id, "Jo Field", team.nurse.today())


def test_what_the_core_team_was_asked_before_is_asked_until_it_answers(team: Team) -> None:
    """A later letter about others takes the place of the one that asked: it asks again."""
    home = taught(team)
    gives(team, home, "Evening", Giver.CORE_TEAM)
    gives(team, home, "Evening", Giver.SMF)
    gives(team, home, "Evening", Giver.PATIENT)
    written = letters(team, home)[CORE]
    assert stops(team, home) == [written.id]
    assert "Stop: Evening, from 19 November 2026. The person gives it." in body(written)
    confirm_core_stop(team.nurse, written.id, "Jo Field", team.nurse.today())
    gives(team, home, "Evening", Giver.CARER, "Anne Abernathy")
    assert stops(team, home) == []
    assert "Stop" not in body(letters(team, home)[CORE])


def test_the_visits_left_are_proposed_only_where_the_letter_makes_them_plain(team: Team) -> None:
    home = taught(team)
    gives(team, home, "Evening", Giver.CORE_TEAM)
    gives(team, home, "Evening", Giver.PATIENT)
    assert visits_left_proposed(team.nurse, letters(team, home)[CORE].id) == "", "of other doses it says nothing"
    ended(team, home, Outcome.SHARED_CORE)
    assert visits_left_proposed(team.nurse, letters(team, home)[CORE].id) == "8"


def test_after_a_discharge_no_core_visits_are_proposed(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    assert visits_left_proposed(team.nurse, letters(team, home)[CORE].id) == "0"


def test_a_row_taken_out_tells_the_core_team_that_nobody_is_named(team: Team) -> None:
    home = taught(team)
    gives(team, home, "Evening", Giver.CORE_TEAM)
    mark_printed(team.nurse, letters(team, home)[CORE].id)
    (cover,) = dose_cover_of(team.nurse, home.patient)
    end_cover(team.nurse, cover.rows[0].id)
    said = body(letters(team, home)[CORE])
    assert "Evening, from 19 November 2026: nobody is named yet. Before: the core team" in said
    assert "Nobody is named yet" in said


def test_a_sent_letter_stays_and_the_newest_word_to_the_core_team_counts(team: Team) -> None:
    home = taught(team)
    gives(team, home, "Evening", Giver.CORE_TEAM)
    gives(team, home, "Evening", Giver.PATIENT)
    mark_sent(team.nurse, letters(team, home)[CORE].id, "email")
    team.clock.forward(minutes=5)
    ended(team, home)
    with team.nurse.read() as connection:
        states = [one.state for one in letters_of(connection, home.patient) if one.kind is CORE]
    assert states == [LetterState.TO_PRINT, LetterState.SENT, LetterState.WITHDRAWN]
    assert stops(team, home) == [letters(team, home)[CORE].id]
