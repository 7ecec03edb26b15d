"""How letters write names, days, doses and numbers; what a list of letters says of each."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from smf_core.domain.discharge import Outcome
from smf_core.domain.letter import (
    ASKS_TO_STOP,
    ContactLines,
    Letter,
    LetterContent,
    LetterKind,
    LetterPart,
    LetterState,
    doses_to_print,
)
from smf_core.domain.patient import Medicine, Name
from smf_core.domain.practice import Practice
from smf_desktop.presenters.letters.discharge import ASKED_OF_CORE
from smf_desktop.presenters.letters.rows import letter_row
from smf_desktop.presenters.letters.words import (
    contact_lines,
    dose_points,
    greeting,
    letter_name,
    letter_text,
    paper_day,
    person_lines,
    printable,
    short_name,
    weekday_long,
    who_to_call,
)
from tests.support.teaching import TODAY, patient

OYELARAN = Name("Oyelaran", "Babatunde", "Mr")
HARD = "\u00a0"
CONTENT = LetterContent(
    "Letter",
    "City SMF",
    "Team",
    ("Phone 1",),
    "17 November 2026",
    ("Alder Road",),
    ("Mr B",),
    "Dear colleague",
    (LetterPart("Dose", ("As prescribed.",), ("One", "Two")),),
    ("Priya Nair",),
)
LETTER = Letter(
    "letter-1",
    "patient-1",
    LetterKind.PRACTICE,
    "Alder Road",
    CONTENT,
    "letter-1",
    datetime(2026, 11, 16, 12, tzinfo=UTC),
    "nurse-1",
)


def test_letters_write_names_as_people_do_and_days_in_full() -> None:
    assert letter_name(OYELARAN) == "Mr Babatunde Oyelaran"
    assert short_name(OYELARAN) == "Mr Oyelaran"
    assert greeting(replace(OYELARAN, title="")) == "Dear Babatunde Oyelaran"
    assert paper_day(date(2026, 11, 7)) == f"7{HARD}November{HARD}2026"  # no line ends inside it
    assert weekday_long(date(2026, 11, 30)) == f"Monday 30{HARD}November{HARD}2026"


def test_a_missing_nhs_number_is_said() -> None:
    (_, born) = person_lines(patient(), address=False)
    assert born.replace(HARD, " ") == "Born 14 March 1951, NHS number not known"


def test_who_to_call_is_said_whatever_is_set() -> None:
    whole = ContactLines("01632 960 100", "Monday to Friday", "call 111.")
    assert [one.replace(HARD, " ") for one in who_to_call(whole, us="us")] == [
        "Call us on 01632 960 100 (Monday to Friday).",
        "At other times: call 111.",
    ]
    assert who_to_call(ContactLines(), us="us") == ("Call us. Ask your nurse for the number.",)
    assert contact_lines(ContactLines()) == ()
    assert contact_lines(ContactLines("", "Monday", "call 111")) == ("At other times: call 111",)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("plain #$\\*", "plain #$\\*"),
        ("\u202eevil\u202c", "evil"),
        ("a\x07b", "a\ufffdb"),
        ("\u0645\u0631\u064a\u0645", "\u2068\u0645\u0631\u064a\u0645\u2069"),
        ("  spaces  ", "spaces"),
    ],
)
def test_text_is_printed_as_written_but_for_marks_nobody_sees(typed: str, printed: str) -> None:
    assert printable(typed) == printed


def test_a_dose_needs_prescriber_date_and_source_and_a_medicine_that_is_still_taken() -> None:
    whole = Medicine(
        "m1",
        "insulin",
        "NovoRapid",
        dose="12 units",
        times="tea",
        prescriber="Dr Shah",
        prescribed_on=date(2026, 11, 3),
        source="chart at home",
    )
    assert doses_to_print([whole], "insulin", TODAY) == (whole,)
    assert doses_to_print([whole], "wound", TODAY) == ()
    for gap in ({"dose": " "}, {"prescriber": ""}, {"prescribed_on": None}, {"source": ""}):
        assert doses_to_print([replace(whole, **gap)], "insulin", TODAY) == ()
        ended = replace(whole, id="m2", ends_on=date(2026, 11, 1), **gap)
        assert doses_to_print([whole, ended], "insulin", TODAY) == (whole,)  # the other has ended
    (point,) = dose_points([whole])
    assert (
        point.replace(HARD, " ")
        == "NovoRapid: 12 units, tea. Prescribed by Dr Shah on 3 November 2026 (chart at home)."
    )


def test_the_text_for_a_screen_reader_holds_the_whole_letter_in_order() -> None:
    said = letter_text(CONTENT)
    order = ["City SMF", "17 November 2026", "Alder Road", "Mr B", "Dear colleague", "Dose", "As prescribed.", "- One"]
    places = [said.index(words) for words in [*order, "Priya Nair"]]
    assert places == sorted(places)


def row(letter: Letter, practice: Practice | None = None, successor: Practice | None = None) -> tuple[str, list[str]]:
    made = letter_row(letter, OYELARAN, practice, successor, {"nurse-1": "Priya Nair"}, TODAY, frozenset())
    assert "oyelaran" not in made.file_name.casefold()
    return made.cells[-1], [notice.true for notice in made.notices]


def test_a_list_says_what_became_of_each_letter() -> None:
    at = datetime(2026, 11, 17, 9, tzinfo=UTC)
    sent = replace(LETTER, state=LetterState.SENT, how="email", sent_by="nurse-1", sent_at=at)
    assert row(LETTER)[0] == "To print"
    assert row(sent)[0] == "Sent 17-Nov-2026, Priya Nair, by secure email"
    assert row(replace(sent, sent_by="gone"))[0] == "Sent 17-Nov-2026, a colleague, by secure email"
    assert row(replace(sent, state=LetterState.PRINTED))[0] == "Printed 17-Nov-2026, Priya Nair, not sent yet"


def test_a_closed_practice_without_a_successor_is_said_too() -> None:
    closed = Practice("C1", "Old Mill", closed_on=date(2026, 9, 30))
    assert row(LETTER, closed)[1] == ["Old Mill closed on 30-Sep-2026."]
    assert row(LETTER, replace(closed, closed_on=date(2026, 12, 1)))[1] == []
    assert row(replace(LETTER, kind=LetterKind.PERSON), closed)[1] == []


def test_F82_file_names_are_made_here_of_the_kind_and_the_day_and_hold_nothing_typed() -> None:
    for kind in LetterKind:
        hostile = replace(LETTER, kind=kind, to="../../CON", id="..\\aux")
        person = Name("../../etc/passwd", "NUL", "Mr")
        name = letter_row(hostile, person, None, None, {}, TODAY, frozenset()).file_name
        assert re.fullmatch(r"letter-to-[a-z-]+-2026-11-16\.pdf", name)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_ending_says_what_it_asks_of_the_core_team_and_asks_to_be_told_where_visits_stop(
    outcome: Outcome,
) -> None:
    asked = ASKED_OF_CORE.get(outcome, ())
    assert bool(asked) == (outcome is not Outcome.ENTERED_IN_ERROR)
    assert any("so that our record can say so" in words for words in asked) == (outcome in ASKS_TO_STOP)
    assert any(words.startswith("Stop") or "stop your visits" in words for words in asked) == (
        outcome in ASKS_TO_STOP - {Outcome.SHARED_CORE}
    )
