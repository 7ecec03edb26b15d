"""Who gives each dose: no day without a name, none with two."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.dose_cover import (
    DoseCover,
    Giver,
    HandOver,
    Lapse,
    changed,
    hand_overs,
    lapses,
    left_open,
    named,
    on_day,
)

DAY = timedelta(days=1)
TODAY = date(2026, 11, 17)


def row(name: str, giver: Giver, from_: int, until: int | None = None, dose: str = "Evening") -> DoseCover:
    end = None if until is None else TODAY + until * DAY
    return DoseCover(name, "patient-1", "episode-1", dose, giver, TODAY + from_ * DAY, end)


def after(rows: list[DoseCover], new: DoseCover) -> list[DoseCover]:
    """The rows as they are written and read again: each with an id of its own."""
    return [replace(one, id=f"{len(rows)}-{place}") for place, one in enumerate(named(rows, new))]


def test_every_day_keeps_exactly_one_giver_whoever_is_named() -> None:
    """Whatever is named on top of an unbroken cover, no day loses its giver and none has two."""
    start = [row("core", Giver.CORE_TEAM, 0)]
    for first in range(-2, 6):
        for last in (None, *range(first, 8)):
            rows = after(start, row("", Giver.SMF, first, last))
            rows = after(rows, row("", Giver.PATIENT, 3, 4))
            for day in range(12):
                assert len(on_day(rows, "evening", TODAY + day * DAY)) == 1, (first, last, day)


def test_other_doses_are_left_alone() -> None:
    morning = row("m", Giver.CORE_TEAM, 0, dose="Morning")
    change = changed([morning], named([morning], row("", Giver.PATIENT, 0)))
    assert change.rewritten == change.gone == ()


def test_a_dose_that_nobody_gives_is_said_from_its_first_day() -> None:
    rows = [row("a", Giver.CORE_TEAM, -5, 6)]
    assert lapses(rows, ["Evening"], TODAY) == (Lapse("Evening", TODAY + 7 * DAY, None, 0),)
    assert lapses([], ["Evening"], TODAY) == (Lapse("Evening", TODAY, None, 0),)


def test_a_gap_between_two_rows_ends_where_the_next_begins() -> None:
    rows = [row("a", Giver.SMF, 0, 1), row("b", Giver.PATIENT, 5)]
    assert lapses(rows, ["Evening"], TODAY) == (Lapse("Evening", TODAY + 2 * DAY, TODAY + 4 * DAY, 0),)


def test_two_names_for_one_dose_are_said() -> None:
    rows = [row("a", Giver.CORE_TEAM, 0), row("b", Giver.PATIENT, 2)]
    assert lapses(rows, ["Evening"], TODAY) == (Lapse("Evening", TODAY + 2 * DAY, None, 2),)


def test_an_unbroken_cover_lapses_nowhere() -> None:
    assert lapses([row("a", Giver.CORE_TEAM, -9, 2), row("b", Giver.PATIENT, 3)], ["Evening"], TODAY) == ()


# --- whatever is named, in whatever order --------------------------------------------------------

GIVERS = st.sampled_from([Giver.PATIENT, Giver.CARER, Giver.CORE_TEAM, Giver.SMF])
NAMED = st.tuples(GIVERS, st.integers(-4, 20), st.none() | st.integers(0, 9))
"""Who, from which day, and how many days more (None: until it is changed)."""
SEEN = range(-5, 40)


@given(start=st.booleans(), said=st.lists(NAMED, max_size=7))
def test_the_last_who_was_named_for_a_day_gives_the_dose_and_nobody_else(
    start: bool, said: list[tuple[Giver, int, int | None]]
) -> None:
    rows = [row("core", Giver.CORE_TEAM, -30)] if start else []
    wanted: dict[int, Giver] = dict.fromkeys(SEEN, Giver.CORE_TEAM) if start else {}
    for giver, first, more in said:
        last = None if more is None else first + more
        rows = after(rows, row("", giver, first, last))
        wanted |= {day: giver for day in SEEN if day >= first and (last is None or day <= last)}
    found = {day: [one.giver for one in on_day(rows, "Evening", TODAY + day * DAY)] for day in SEEN}
    assert found == {day: [wanted[day]] if day in wanted else [] for day in SEEN}


ROWS = st.lists(st.tuples(st.integers(-6, 15), st.none() | st.integers(0, 8)), max_size=5)


@given(ROWS)
def test_a_lapse_is_said_exactly_where_the_days_have_nobody_or_two(said: list[tuple[int, int | None]]) -> None:
    """Against a count day by day: the first stretch without a name, and the first with two or more."""
    rows = [
        row(str(place), Giver.SMF, first, None if more is None else first + more)
        for place, (first, more) in enumerate(said)
    ]
    counts = [len(on_day(rows, "Evening", TODAY + day * DAY)) for day in range(60)]
    for found in lapses(rows, ["Evening"], TODAY):
        at = (found.from_ - TODAY).days
        end = 60 if found.until is None else (found.until - TODAY).days + 1
        wrong = [count == 0 if found.named == 0 else count > 1 for count in counts]
        assert at == wrong.index(True)
        assert end == next((day for day in range(at, 60) if not wrong[day]), 60)
    told = {one.named == 0 for one in lapses(rows, ["Evening"], TODAY)}
    assert told == {none for none in (True, False) if any(count == 0 if none else count > 1 for count in counts)}


# --- a dose changes hands ------------------------------------------------------------------------


def test_a_dose_changes_hands_on_the_days_that_have_another_giver_and_on_no_others() -> None:
    rows = [row("core", Giver.CORE_TEAM, -9)]
    for_two_days = named(rows, row("", Giver.SMF, 2, 3))
    core, smf = ((Giver.CORE_TEAM, ""),), ((Giver.SMF, ""),)
    assert hand_overs(rows, for_two_days, TODAY) == (HandOver("Evening", TODAY + 2 * DAY, TODAY + 3 * DAY, core, smf),)
    assert hand_overs(for_two_days, rows, TODAY) == (HandOver("Evening", TODAY + 2 * DAY, TODAY + 3 * DAY, smf, core),)


def test_naming_whoever_gives_it_already_changes_nothing_and_another_carer_does() -> None:
    anne = replace(row("a", Giver.CARER, -3), who="Anne")
    assert hand_overs([anne], named([anne], replace(anne, id="", from_=TODAY, note="Told")), TODAY) == ()
    (turn,) = hand_overs([anne], named([anne], replace(anne, id="", from_=TODAY, who="Jo")), TODAY)
    assert (turn.before, turn.after) == (((Giver.CARER, "Anne"),), ((Giver.CARER, "Jo"),))


def test_what_was_given_before_today_is_nobodys_news() -> None:
    rows = [row("core", Giver.CORE_TEAM, -9)]
    (turn,) = hand_overs(rows, named(rows, row("", Giver.PATIENT, -3)), TODAY)
    assert turn.from_ == TODAY
    assert hand_overs(rows, named(rows, row("", Giver.PATIENT, -3, -1)), TODAY) == ()


def test_a_dose_named_for_the_first_time_is_told_from_one_that_had_a_gap() -> None:
    (first,) = hand_overs([], named([], row("", Giver.PATIENT, 0)), TODAY)
    ended = [row("a", Giver.CARER, -9, -5)]
    (again,) = hand_overs(ended, named(ended, row("", Giver.PATIENT, 0)), TODAY)
    assert (first.first, again.first) == (True, False)
    assert first.before == again.before == ()


def test_a_visit_that_does_not_give_its_dose_leaves_that_day_open_and_others_as_they_were() -> None:
    rows = [row("ours", Giver.SMF, 0)]
    after_it = left_open(rows, "evening", TODAY + 2 * DAY)
    found = [[one.giver for one in on_day(after_it, "Evening", TODAY + day * DAY)] for day in range(4)]
    assert found == [[Giver.SMF], [Giver.SMF], [], [Giver.SMF]]
    carer = [row("c", Giver.CARER, 0)]
    assert left_open(carer, "Evening", TODAY) == tuple(carer), "somebody else was named for it since"


@given(said=st.lists(NAMED, max_size=5), more=st.lists(NAMED, max_size=3))
def test_writing_the_difference_makes_the_rows_that_were_wanted(
    said: list[tuple[Giver, int, int | None]], more: list[tuple[Giver, int, int | None]]
) -> None:
    """And a dose changes hands exactly on the days whose givers differ."""
    before: list[DoseCover] = []
    for giver, first, days in said:
        before = after(before, row("", giver, first, None if days is None else first + days))
    wanted: tuple[DoseCover, ...] = tuple(before)
    for giver, first, days in more:
        wanted = named(wanted, row("", giver, first, None if days is None else first + days))
    change = changed(before, wanted)
    out = {one.id for one in (*change.gone, *change.rewritten)}
    written = [one for one in before if one.id not in out] + [*change.rewritten, *change.added]
    turns = hand_overs(before, wanted, TODAY)
    for day in range(40):
        on = TODAY + day * DAY
        givers = {rows: {one.giver for one in on_day(rows, "Evening", on)} for rows in (tuple(before), wanted)}
        assert {one.giver for one in on_day(written, "Evening", on)} == givers[wanted]
        turned = any(turn.from_ <= on and (turn.until is None or on <= turn.until) for turn in turns)
        assert turned == (givers[tuple(before)] != givers[wanted])
