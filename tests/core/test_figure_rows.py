"""Rows about people that leave the service: a few fixed fields, nobody who opted out, nobody who stands alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from smf_core.figures.rows import ALIKE, HIDDEN, AnyoneLike, Row, age_band, blurred, rows
from tests.support.figures import AUTUMN, begun
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

FIELDS = ("month", "age_band", "sex", "skill", "outcome")


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def test_a_row_says_what_was_agreed_and_nothing_else(laptop: Laptop) -> None:
    begun(laptop, "doreen", ["2026-10-05", "2026-10-12"], "independent", "2026-10-20")
    (found,) = rows(laptop.connection, AUTUMN)
    assert Row._fields == ("person", "like", "visits", "minutes")
    assert AnyoneLike._fields == FIELDS
    assert found.like == ("2026-10", "75 to 84", found.like.sex, "insulin", "independent")
    assert (found.visits, found.minutes) == (2, 60)


def test_who_opted_out_who_is_still_taught_and_who_ended_at_another_time_are_not_in_it(laptop: Laptop) -> None:
    begun(laptop, "in", ["2026-10-05"], "declined")
    begun(laptop, "open", ["2026-10-05"])
    begun(laptop, "before", ["2026-09-05"], "independent", "2026-09-30")
    begun(laptop, "elsewhere", ["2026-10-05"], "independent", team="leeds")
    begun(laptop, "out", ["2026-10-05"], "independent")
    laptop.save(item("patient", "out", "opt_out", opted_out=True, on="2026-10-06"), patient="out", at=MORNING)
    assert [row.person for row in rows(laptop.connection, replace(AUTUMN, team="derby"))] == ["in"]


def test_the_order_of_rows_says_nothing_that_does_not_stand_in_them(laptop: Laptop) -> None:
    begun(laptop, "z", ["2026-10-05"], "independent", "2026-11-20")
    begun(laptop, "b", ["2026-10-05", "2026-10-06", "2026-10-07"], "independent", "2026-10-20")
    begun(laptop, "m", ["2026-10-05", "2026-10-06"], "declined", "2026-10-09")
    assert [row.visits for row in rows(laptop.connection, AUTUMN)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2009, 1, 1), "under 18"),
        (date(2008, 11, 17), "18 to 39"),
        (date(1986, 11, 17), "40 to 64"),
        (date(1961, 11, 17), "65 to 74"),
        (date(1941, 11, 18), "75 to 84"),
        (date(1941, 11, 17), "85 and over"),
        (date(2027, 1, 1), "not known"),
        (None, "not known"),
    ],
)
def test_ages_are_in_bands(born: date | None, band: str) -> None:
    assert age_band(born, date(2026, 11, 17)) == band


KINDS = st.builds(
    AnyoneLike,
    month=st.sampled_from(("2026-10", "2026-11")),
    age_band=st.sampled_from(("40 to 64", "65 to 74")),
    sex=st.sampled_from(("female", "male")),
    skill=st.sampled_from(("insulin", "wound")),
    outcome=st.sampled_from(("independent", "declined", "deceased")),
)


@given(st.dictionaries(KINDS, st.integers(1, 12)))
def test_at_least_five_rows_are_alike_and_what_is_left_is_true(counts: dict[AnyoneLike, int]) -> None:
    written = blurred(counts)
    assert written.keys() == counts.keys()
    alike = Counter[AnyoneLike]()
    for each, now in written.items():
        alike[now] += counts[each]
        assert all(shown in (true, HIDDEN) for shown, true in zip(now, each, strict=True))
    few = [each for each, many in alike.items() if many < ALIKE]
    assert not few or sum(counts.values()) < ALIKE


def test_where_everybody_has_company_nothing_is_hidden() -> None:
    kind = AnyoneLike("2026-10", "40 to 64", "female", "insulin", "independent")
    assert blurred({kind: ALIKE}) == {kind: kind}
