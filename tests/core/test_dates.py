"""Dates and times as people type them, read one way or refused."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.dates import MONTHS, YEARS_AWAY, BadDate, BadTime, parse_csv_date, parse_time, parse_typed

TODAY = date(2026, 11, 17)  # a Tuesday
NEAR = st.dates(date(1900, 1, 1), date(2150, 12, 31))


@given(st.dates())
def test_a_date_of_a_file_reads_the_same_in_all_three_spellings(day: date) -> None:
    named = f"{day.day:02}-{MONTHS[day.month - 1][:3]}-{day.year:04}"
    assert parse_csv_date(day.isoformat()) == day
    assert parse_csv_date(f"{day.day:02}/{day.month:02}/{day.year:04}") == day
    assert {parse_csv_date(spelling) for spelling in (named, named.upper(), named.lower())} == {day}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_shape"),
        ("yesterday", "file_shape"),
        ("3/4/1950", "file_shape"),
        ("03/04/50", "file_shape"),
        ("1950-3-4", "file_shape"),
        ("03-Mai-1950", "file_shape"),
        ("03-March-1950", "file_shape"),
        ("٠٣/٠٤/١٩٥٠", "file_shape"),
        ("1950-03-04T00:00:00", "file_shape"),
        ("31/02/1950", "impossible"),
        ("1950-13-01", "impossible"),
        ("00-Jan-1950", "impossible"),
        ("29/02/1900", "impossible"),
        ("0000-01-01", "impossible"),
    ],
)
def test_a_date_of_a_file_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(BadDate) as refusal:
        parse_csv_date(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("17/11", "2026-11-17", "2026-11-17"),
        ("16/11", "2027-11-16", "2026-11-16"),
        ("18 nov", "2026-11-18", "2025-11-18"),
        ("18Nov", "2026-11-18", "2025-11-18"),
        ("1 march", "2027-03-01", "2026-03-01"),
        ("29/2", "2028-02-29", "2024-02-29"),
        ("17/11/26", "2026-11-17", "2026-11-17"),
        ("17/11/99", "1999-11-17", "1999-11-17"),
        ("17.11.2026", "2026-11-17", "2026-11-17"),
        ("Thu 19-Nov-2026", "2026-11-19", "2026-11-19"),
        ("thursday, 19 november 2026", "2026-11-19", "2026-11-19"),
        ("2026-11-19", "2026-11-19", "2026-11-19"),
        ("today", "2026-11-17", "2026-11-17"),
        (" Tomorrow ", "2026-11-18", "2026-11-18"),
        ("yesterday", "2026-11-16", "2026-11-16"),
        ("+2w", "2026-12-01", "2026-12-01"),
        ("+ 3 d", "2026-11-20", "2026-11-20"),
        ("-1d", "2026-11-16", "2026-11-16"),
        ("monday", "2026-11-23", "2026-11-16"),
        ("Tue", "2026-11-24", "2026-11-10"),
        ("thu", "2026-11-19", "2026-11-12"),
    ],
)
def test_a_typed_date_is_the_next_or_the_last_such_day(text: str, ahead: str, back: str) -> None:
    assert parse_typed(text, TODAY).isoformat() == ahead
    assert parse_typed(text, TODAY, past=True).isoformat() == back


@given(NEAR, NEAR)
def test_a_date_as_shown_reads_back_as_itself(day: date, today: date) -> None:
    shown = f"{day.day:02}-{MONTHS[day.month - 1][:3]}-{day.year}"
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    if abs(day.year - today.year) <= 150:
        assert parse_typed(shown, today) == parse_typed(f"{weekday} {shown}", today) == day


@given(NEAR, st.integers(1, 28), st.integers(1, 12))
def test_a_day_without_a_year_is_never_on_the_wrong_side(today: date, day: int, month: int) -> None:
    ahead, back = parse_typed(f"{day}/{month}", today), parse_typed(f"{day}/{month}", today, past=True)
    assert back <= today <= ahead
    assert (ahead - today).days < 366
    assert (today - back).days < 366


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "shape"),
        ("soon", "shape"),
        ("17", "shape"),
        ("1711", "shape"),
        ("17/11/6", "shape"),
        ("117/11", "shape"),
        ("17 no", "shape"),
        ("17 thu", "shape"),
        ("17/11/2026/1", "shape"),
        ("/17/11", "shape"),
        ("17/nov/xx", "shape"),
        ("+w", "shape"),
        ("31/11", "impossible"),
        ("17/13", "impossible"),
        ("2026-02-31", "impossible"),
        ("29/2/27", "impossible"),
        ("fri 19-Nov-2026", "weekday"),
        ("17/11/0026", "far"),
        ("+9999w", "far"),
    ],
)
def test_a_typed_date_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(BadDate) as refusal:
        parse_typed(text, TODAY)
    assert refusal.value.code == code


def test_steps_to_the_end_of_the_calendar_are_refused() -> None:
    with pytest.raises(BadDate, match="far"):
        parse_typed("+9999w", date(9999, 12, 1))


@given(st.text(), NEAR)
def test_any_typed_date_is_read_or_refused(text: str, today: date) -> None:
    with suppress(BadDate):
        assert abs(parse_typed(text, today).year - today.year) <= YEARS_AWAY


@given(st.times())
def test_a_time_reads_the_same_in_every_spelling(moment: time) -> None:
    moment = moment.replace(second=0, microsecond=0)
    spellings = (f"{moment:%H:%M}", f"{moment:%H%M}", f"{moment.hour}.{moment:%M}", f"{moment.hour}{moment:%M}")
    assert {parse_time(spelling) for spelling in spellings} == {moment}


@pytest.mark.parametrize(
    ("text", "answer"), [("1130", time(11, 30)), ("11:30", time(11, 30)), ("9.05", time(9, 5)), ("9", time(9))]
)
def test_a_typed_time(text: str, answer: time) -> None:
    assert parse_time(text) == answer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "shape"),
        ("noon", "shape"),
        ("9.5", "shape"),
        ("11:3", "shape"),
        ("113000", "shape"),
        ("-1", "shape"),
        ("24:00", "impossible"),
        ("1160", "impossible"),
    ],
)
def test_a_typed_time_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(BadTime) as refusal:
        parse_time(text)
    assert refusal.value.code == code
