"""Practices from a list: added, brought up to date, closed with a successor; and the core teams."""

from dataclasses import replace

import pytest

from smf_core.domain.letter_trouble import BadPracticeFile, TeamNameNeeded
from smf_core.domain.practice import CoreTeam, Practice
from smf_core.domain.teaching_trouble import ChangedMeanwhile
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.presenters.practices import taken_in_words
from smf_desktop.presenters.referral.form import practice_words
from smf_desktop.services.letters.practices import (
    add_core_team,
    change_core_team,
    core_teams,
    end_core_team,
    find_practices,
    import_practices,
)
from tests.support.letters import PRACTICES
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]


def counts(team: Team, text: str | bytes) -> tuple[int, int, int]:
    found = import_practices(team.lead, text if isinstance(text, bytes) else text.encode())
    return found.added, found.changed, found.unchanged


def practice(team: Team, code: str) -> Practice:
    (found,) = find_practices(team.nurse, code)
    return found


def test_a_list_is_taken_in_once_and_then_only_what_changed(team: Team) -> None:
    assert counts(team, PRACTICES) == (3, 0, 0)
    assert counts(team, PRACTICES) == (0, 0, 3)
    assert import_practices(team.lead, PRACTICES.encode()).touched == frozenset()
    assert counts(team, PRACTICES.replace("01632 960 002", "01632 960 099")) == (0, 1, 2)
    found = practice(team, "C81002")
    assert (found.name, found.phone, found.address) == (
        "Friar Gate Health Centre",
        "01632 960 099",
        "1 Friar Gate\nDerby",
    )


def test_a_closed_practice_says_so_with_who_took_it_over(team: Team) -> None:
    counts(team, PRACTICES)
    today = team.nurse.today()
    closed, successor = practice(team, "C81001"), practice(team, "C81002")
    assert closed.closed(today)
    assert not successor.closed(today)
    assert closed.successor == successor.code
    assert practice_words(closed, today) == "Alder Road Surgery, closed (C81001)"
    assert practice_words(successor, today) == "Friar Gate Health Centre (C81002)"


def test_practices_are_found_by_code_name_and_postcode_closed_ones_last(team: Team) -> None:
    counts(team, PRACTICES)

    def found(text: str) -> list[str]:
        return [one.code for one in find_practices(team.nurse, text)]

    assert found("c8100") == ["C81002", "C81001", "C81003"]
    assert found("friar gate") == ["C81002"]
    assert found("de7") == ["C81003"]
    assert found("%") == []
    assert found("surgery road") == ["C81001"]


def test_columns_come_in_any_order_and_a_spreadsheets_file_is_read(team: Team) -> None:
    text = "\ufeffName;x\r\n".replace(";x", ",Code\r\n").replace("\r\n\r\n", "\r\n") + "Café Surgery,C81009\r\n"
    assert counts(team, text) == (1, 0, 0)
    assert counts(team, "code,name\nC81010,Caf\xe9 Lane\n".encode("cp1252")) == (1, 0, 0)
    assert [one.name for one in find_practices(team.nurse, "café")] == ["Café Lane", "Café Surgery"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_header"),
        ("code,address\nC81001,x\n", "missing_columns"),
        ("code,name\n,No code\n", "row"),
        ("code,name,closed_on\nC81001,Alder,soon\n", "row"),
        ("code,name\n" + "x" * 20_000_001, "too_big"),
    ],
)
def test_a_file_that_is_no_list_of_practices_changes_nothing(team: Team, text: str, code: str) -> None:
    with pytest.raises(BadPracticeFile) as refused:
        counts(team, text)
    assert refused.value.code == code
    assert words_for(refused.value) is not OUR_FAULT
    assert find_practices(team.nurse, "") == ()


def test_leads_and_administrators_take_lists_in(team: Team) -> None:
    import_practices(team.admin, PRACTICES.encode())
    with pytest.raises(NotAllowed):
        import_practices(team.nurse, PRACTICES.encode())


def test_a_long_list_is_taken_in_whole(team: Team) -> None:
    rows = "".join(f"X{each:05},Practice {each}\n" for each in range(600))
    assert counts(team, "code,name\n" + rows) == (600, 0, 0)


def test_what_was_taken_in_is_said(team: Team) -> None:
    assert taken_in_words(12, 3, 0) == "12 practices added, 3 changed"
    assert taken_in_words(1, 0, 4) == "1 practice added, 0 changed"
    assert taken_in_words(0, 0, 4) == "Nothing new: 4 practices as listed"


def test_core_teams_are_named_changed_and_ended(team: Team) -> None:
    with pytest.raises(TeamNameNeeded):
        add_core_team(team.lead, CoreTeam("", " "))
    add_core_team(team.lead, CoreTeam("", "North", "01632 960 010"))
    (north,) = core_teams(team.nurse)
    change_core_team(team.admin, north, CoreTeam(north.id, "North and Alvaston", "01632 960 010"))
    assert [one.name for one in core_teams(team.nurse)] == ["North and Alvaston"]
    end_core_team(team.lead, core_teams(team.lead)[0])
    assert core_teams(team.nurse) == ()


def test_B37_a_core_team_that_another_window_changed_is_not_written_over(team: Team) -> None:
    add_core_team(team.lead, CoreTeam("", "North", "01632 960 010"))
    (shown,) = core_teams(team.lead)
    change_core_team(team.admin, shown, replace(shown, phone="01632 960 011"))
    for late in (
        lambda: change_core_team(team.lead, shown, replace(shown, name="North and Alvaston")),
        lambda: end_core_team(team.lead, shown),
    ):
        with pytest.raises(ChangedMeanwhile):
            late()
    assert [(one.name, one.phone) for one in core_teams(team.nurse)] == [("North", "01632 960 011")]
