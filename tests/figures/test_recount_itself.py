"""The recount, held against the worked examples of the definitions."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.figures.recount.arithmetic import Side, around, median_visits, ratio, student, wilson
from tests.figures.recount.asking import Asked
from tests.figures.recount.figures import recount
from tests.figures.recount.records import Pathway, Records, Seen, read


@pytest.mark.parametrize(
    ("found", "among", "low", "high"),
    [
        *((74, 100, 0.6463, 0.8160), (148, 200, 0.6751, 0.7959), (37, 50, 0.6045, 0.8413), (20, 27, 0.5532, 0.8683)),
        *((0, 10, 0, 0.2775), (10, 10, 0.7225, 1)),
    ],
)
def test_wilson(found: int, among: int, low: float, high: float) -> None:
    assert wilson(found, among) == pytest.approx((low, high), abs=5e-5)


def test_the_median_number_of_visits() -> None:
    people = [(3, True), (5, True), (5, False), (6, False), (7, True), (7, True), (9, False), (10, True)]
    median = median_visits(people)
    assert (median.value, median.low, median.high) == (7, 3, None)


def test_a_rate_ratio_and_the_difference_in_differences() -> None:
    ours = Side((4200,), 260_000), Side((3816,), 262_500)
    theirs = Side((2000,), 130_000), Side((1960,), 131_000)
    assert around(*ratio(*ours)) == pytest.approx((0.900, 0.861, 0.940), abs=5e-4)
    (here, one), (there, other) = ratio(*ours), ratio(*theirs)
    assert around(here / there, one + other) == pytest.approx((0.925, 0.857, 0.999), abs=5e-4)


def test_students_distribution() -> None:
    known = {1: 12.7062, 2: 4.30265, 9: 2.26216, 30: 2.04227}
    assert {freedom: student(freedom) for freedom in known} == pytest.approx(known, rel=1e-5)


def pathway(skill: str, **more: object) -> Pathway:
    here = Pathway(
        id=skill,
        person="p",
        skill=skill,
        nurse="",
        team="",
        locality="",
        accepted=None,
        referral="r",
        closed=date(2026, 3, 1),
        outcome="independent",
        expected=5,
        a_month=None,
        treatment_ends=None,
        holds=(),
        visits=(),
        core=(),
    )
    return replace(here, **more)  # type: ignore[arg-type] # the fields of a pathway, by name


def test_visits_released() -> None:
    visits = tuple(Seen(str(number), None, date(2026, 2, number + 1), {}) for number in range(9))  # type: ignore[arg-type] # no time of day
    march = date(2026, 3, 1)
    core = ((march, 60.0), (march + timedelta(days=5), 30.0), (march + timedelta(days=10), 0.0))
    insulin = pathway("insulin", a_month=60, visits=visits[:7], core=core)
    wound = pathway("wound", a_month=12, treatment_ends=date(2026, 3, 21), visits=(*visits[4:],), core=((march, 0.0),))
    records = Records((insulin, wound), (), (), {}, {}, (), {}, ())
    asked = Asked(march, march, date(2026, 3, 31))
    gross, net = (recount(records, f"visits_released_{kind}", asked)[""] for kind in ("gross", "net"))
    assert gross.value == pytest.approx(67.023, abs=5e-4)
    assert net.value == pytest.approx(43.238, abs=5e-4)
    by_skill = recount(records, "visits_released_net", replace(asked, by="skill"))
    assert {part: told.value for part, told in by_skill.items()} == pytest.approx(
        {"insulin": 37.353, "wound": 2.885}, abs=5e-4
    )


def test_what_is_no_line_end_in_a_note_ends_no_line(tmp_path: Path) -> None:
    for name in (
        *("patient", "core_team", "visit", "visit_section", "referral", "core_visits", "hold", "episode"),
        *("core_return", "core_count", "baseline"),
    ):
        (tmp_path / f"{name}.ndjson").write_text("", "utf-8")
    line = '{"name": "North\u2028nursing", "locality": "North"}\n'
    (tmp_path / "core_team.ndjson").write_text(line, "utf-8")
    assert read(tmp_path).localities == {"North\u2028nursing": "North"}
