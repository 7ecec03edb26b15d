"""The page of closed months in words: gaps, whose work is missing, what is saved every month."""

from dataclasses import replace
from datetime import UTC, date, datetime

from smf_core.domain.planned import ClosedMonth, ToDo
from smf_core.figures.report import NotHeard
from smf_desktop.presenters.service.months_page import (
    ALL_HEARD,
    ALL_HERE,
    NOT_KNOWN,
    MonthLine,
    close_words,
    dock_words,
    export_words,
    missing_words,
    month_lines,
    pack_name,
    ran_words,
    report_options,
    waiting_words,
)

TODAY = date(2026, 3, 10)
MONTH = date(2026, 2, 1)


def closed(month: date) -> ClosedMonth:
    at = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
    return ClosedMonth(id=f"{month}", month=month, team="t", at=at, by="u", definitions="1", digest="d", intact=True)


def lines_of(*months: ClosedMonth) -> tuple[MonthLine, ...]:
    return month_lines([(each, "Priya Nair") for each in months], TODAY)


def test_every_month_from_the_first_closed_one_on_has_a_line() -> None:
    lines = lines_of(closed(MONTH), closed(MONTH), closed(date(2025, 11, 1)))
    assert [line.words[0] for line in lines] == ["Feb-2026", "Feb-2026", "Jan-2026", "Dec-2025", "Nov-2025"]
    assert [line.closed is None for line in lines] == [False, False, True, True, False]
    assert dock_words(lines, may_close=True) == "Not closed yet: Jan-2026, Dec-2025."
    assert [line.words[0] for line in month_lines([], TODAY)] == ["Feb-2026", "Jan-2026", "Dec-2025"]


def test_a_month_before_the_first_closed_one_has_a_line_and_is_only_counted_among_those_not_closed() -> None:
    lines = month_lines([(closed(MONTH), "Priya Nair")], TODAY, date(2025, 10, 1))
    assert [line.words[0] for line in lines] == ["Feb-2026", "Jan-2026", "Dec-2025", "Nov-2025", "Oct-2025"]
    assert dock_words(lines, may_close=True) == "Not closed yet: 4 earlier months."
    before = month_lines([], TODAY, date(2025, 10, 1))
    assert dock_words(before, may_close=True) == "Not closed yet: Feb-2026, Jan-2026, Dec-2025 and 2 earlier months."


def test_a_month_that_another_clock_closed_early_is_not_lost() -> None:
    lines = lines_of(closed(date(2026, 4, 1)), closed(MONTH))
    assert [line.words[0] for line in lines][:2] == ["Apr-2026", "Feb-2026"]


def test_a_line_says_who_when_and_what_was_noted_and_marks_what_was_changed_in_the_file() -> None:
    ring = ToDo("Ring", "Dr Osei", date(2026, 4, 1))
    (line, *_) = lines_of(replace(closed(MONTH), note="Quiet", actions=(ring, ring)))
    assert line.words == ("Feb-2026", "09-Mar-2026 14:05", "Priya Nair", "1", "Yes", "Note, 2 actions")
    assert "Quiet Ring. Dr Osei, by 01-Apr-2026" in line.spoken
    (broken, *_) = lines_of(replace(closed(MONTH), intact=False))
    assert (broken.words[4], broken.tone) == ("No: changed", "danger")
    assert "digest" in broken.spoken


def test_whose_work_is_missing_is_named() -> None:
    car, never = NotHeard("Car 2", "2026-02-20T10:00:00+00:00"), NotHeard("Car 3", "")
    assert missing_words((car,), joined=True, month=MONTH).startswith(
        "1 laptop has not sent all work of Feb-2026: Car 2 (last heard 20-Feb-2026). "
    )
    assert "2 laptops have not" in missing_words((car, never), joined=True, month=MONTH)
    assert "Car 3 (never heard of)" in missing_words((never,), joined=True, month=MONTH)
    assert missing_words((), joined=True, month=MONTH).startswith(ALL_HEARD)
    assert missing_words(None, joined=True, month=MONTH).startswith(NOT_KNOWN)
    assert missing_words((), joined=False, month=MONTH).startswith(ALL_HERE)


def test_what_is_saved_every_month_is_one_sentence() -> None:
    names = dict(report_options("monthly-pack"))
    said = export_words(("caseload", "monthly-pack"), ("csv", "xlsx"), "/figures", 5, names)
    assert said == ("On day 5 of each month, of the month before: Caseload, Monthly pack. As CSV, XLSX, in /figures.")
    assert "As PDF" in export_words(("monthly-pack",), (), "/figures", 5, names)
    assert ran_words(1, "/figures") == "Monthly export: 1 file saved in /figures"
    assert waiting_words([MONTH]) == "The pack waits until Feb-2026 is closed"
    assert waiting_words([MONTH, date(2026, 3, 1)]) == "The pack waits until Feb-2026, Mar-2026 are closed"
    assert (close_words(MONTH, again=True), pack_name(MONTH)) == ("Close Feb-2026 again", "monthly-pack-2026-02.pdf")
