"""Figures that share one walk of the kept counts, held against a plain count of the rows: random people and filters."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, event

from smf_core.domain.discharge import FAVOURABLE, how_left
from smf_core.figures.cohorts import survival_of
from smf_core.figures.definitions import DEFINITIONS, figures
from smf_core.figures.discharges import NOT_OURS
from smf_core.figures.figure import Asked, Split
from smf_core.figures.once import together
from smf_core.measures import kaplan_meier
from smf_core.records import tables as t
from smf_core.records.rows import insert_rows
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

FIRST, DAYS = date(2025, 9, 1), 420
OUTCOMES = ("independent", "independent", "independent_support", "returned_core", "deceased", "hospital")
CORE_TEAMS = {"North core": "Derby", "South core": "Leeds", "": ""}
SHARED = (
    *("discharge_rate", "discharge_rate_independent", "discharge_rate_supported", "discharge_rate_episode"),
    *("discharge_rate_opportunity", "discharge_rate_cohort", "open_over_twice_expected", "visits_to_discharge_median"),
)


class Row(NamedTuple):
    """A counted episode in plain values."""

    episode: str
    patient: str
    skill: str
    team: str
    nurse: str | None
    referrer: str
    expected_visits: int
    first_on: date
    last_on: date
    visits: int
    closed_on: date | None
    outcome: str | None


def people(chance: Random) -> list[Row]:
    """Few people with one episode or several, of a skill or of several, some closed on one day or before they began."""
    found = []
    for number in range(chance.randrange(90)):
        first = FIRST + timedelta(days=chance.randrange(DAYS))
        last = first + timedelta(days=chance.randrange(60))
        closed = last + timedelta(days=chance.choice((0, 0, 1, 30, -40)))
        ended = chance.random() < 0.7
        found.append(
            Row(
                episode=f"e{number}",
                patient=f"p{chance.randrange(60)}",
                skill=chance.choice(("insulin", "wound")),
                team=chance.choice(("derby", "leeds")),
                nurse=chance.choice(("amina", "bea", None)),
                referrer=chance.choice((*CORE_TEAMS, " north CORE")),
                expected_visits=chance.randrange(1, 4),
                first_on=first,
                last_on=last,
                visits=chance.randrange(1, 8),
                closed_on=min(closed, FIRST + timedelta(days=DAYS)).replace(day=closed.day % 3 + 1) if ended else None,
                outcome=chance.choice(OUTCOMES) if ended else None,
            )
        )
    return found


def question(chance: Random) -> Asked:
    since = FIRST + timedelta(days=chance.randrange(DAYS))
    until = since + timedelta(days=chance.choice((0, 30, 90, 400)))
    return Asked(
        since=since,
        until=until,
        as_of=until + timedelta(days=chance.choice((-20, 0, 0, 45, 200))),
        team=chance.choice(("", "", "derby")),
        skill=chance.choice(("", "", "wound")),
        nurse=chance.choice(("", "", "amina")),
        locality=chance.choice(("", "", "Derby")),
    )


@pytest.fixture(scope="module")
def core_teams(records: Connection) -> Iterator[Connection]:
    laptop = Laptop(records)
    for name, locality in CORE_TEAMS.items():
        said = {"name": name or "none", "phone": "", "address": "", "locality": locality}
        laptop.save(item("core_team", name or "none", "listed", **said), at=MORNING)
    yield records
    records.rollback()


def write(connection: Connection, rows: Sequence[Row]) -> None:
    theirs = [row.patient for row in rows]
    connection.execute(t.counted_episode.delete())
    kept = {"minutes": 0, "first_confidence": None, "last_confidence": None}
    made = [
        {
            **row._asdict(),
            **kept,
            "sole": theirs.count(row.patient) == 1,
            "left_as": how_left(row.outcome) if row.outcome else None,
        }
        for row in rows
    ]
    insert_rows(connection, t.counted_episode, made)


# --- the plain count


def among(rows: Sequence[Row], asked: Asked) -> list[Row]:
    wanted = {"team": asked.team, "skill": asked.skill, "nurse": asked.nurse}
    found = [row for row in rows if all(not said or getattr(row, name) == said for name, said in wanted.items())]
    of = {name.lower() for name, place in CORE_TEAMS.items() if name and place == asked.locality}
    return [row for row in found if not asked.locality or row.referrer.strip().lower() in of]


def part(row: Row, by: Split, day: date | None) -> str:
    return {"": "", "month": f"{day:%Y-%m}" if day else "", "nurse": row.nurse or ""}.get(by, getattr(row, by, ""))


def closed_within(rows: Sequence[Row], asked: Asked) -> list[Row]:
    return [row for row in among(rows, asked) if row.closed_on and asked.since <= row.closed_on <= asked.until]


def people_left(rows: Sequence[Row], asked: Asked) -> list[set[str | None]]:
    """Of each person the outcomes that their skills were left with last."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in closed_within(rows, asked):
        found.setdefault((row.patient, row.skill), []).append(row)
    left: dict[str, set[str | None]] = {}
    for (patient, _), theirs in found.items():
        last = max(row.closed_on or date.min for row in theirs)
        left.setdefault(patient, set()).update(row.outcome for row in theirs if row.closed_on == last)
    return list(left.values())


def of_parts(rows: Sequence[Row], by: Split, day: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(part(row, by, getattr(row, day)), []).append(row)
    return dict(sorted(found.items()))


def stood(row: Row, asked: Asked) -> tuple[int, str | None] | None:
    """Visits and outcome when the day `as_of` ended: none of the visits made since is in the records."""
    ended = row.closed_on is not None and row.closed_on <= asked.as_of
    if row.first_on > asked.as_of:
        return None
    return (row.visits, row.outcome) if ended else (row.visits if row.last_on <= asked.as_of else 0, None)


def curves(rows: Sequence[Row], asked: Asked, by: Split) -> dict[str, list[tuple[int, str | None]]]:
    begun_then = [row for row in among(rows, asked) if asked.since <= row.first_on <= asked.until]
    made = {
        name: [one for row in theirs if (one := stood(row, asked))]
        for name, theirs in of_parts(begun_then, by, "first_on").items()
    }
    return {name: ends for name, ends in made.items() if ends}


Plain = Callable[[Sequence[Row], Asked, Split], dict[str, tuple[Any, ...]]]


def plain_people(*counting: set[str | None]) -> Plain:
    def plain(rows: Sequence[Row], asked: Asked, _: Split) -> dict[str, tuple[Any, ...]]:
        left = people_left(rows, asked)
        return {"": (sum(one in counting or (not counting and one <= FAVOURABLE) for one in left), len(left))}

    return plain


def plain_closed(rows: Sequence[Row], asked: Asked, by: Split) -> dict[str, tuple[Any, ...]]:
    found = of_parts(closed_within(rows, asked), by, "closed_on")
    return {
        name: (sum(row.outcome in FAVOURABLE for row in theirs), len(theirs)) for name, theirs in found.items()
    } or {"": (0, 0)}


def plain_opportunity(rows: Sequence[Row], asked: Asked, by: Split) -> dict[str, tuple[Any, ...]]:
    found = of_parts(closed_within(rows, asked), by, "closed_on")
    return {
        name: (
            sum(row.outcome in FAVOURABLE for row in theirs),
            sum(row.outcome not in NOT_OURS for row in theirs),
        )
        for name, theirs in found.items()
    } or {"": (0, 0)}


def plain_cohort(rows: Sequence[Row], asked: Asked, by: Split) -> dict[str, tuple[Any, ...]]:
    last = asked.as_of - timedelta(days=90)
    last = asked.until if asked.until <= last else (last + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    begun_then = [row for row in among(rows, asked) if asked.since <= row.first_on <= asked.until]
    found: dict[str, tuple[Any, ...]] = {}
    for name, theirs in of_parts(begun_then, by, "first_on").items():
        old = [row for row in theirs if row.first_on <= last]
        good = [row for row in old if row.outcome in FAVOURABLE and (row.closed_on or date.max) <= asked.as_of]
        found[name] = (len(good), len(old)) if old else (None, len(theirs))
    return found or {"": (0, 0)}


def plain_over(rows: Sequence[Row], asked: Asked, by: Split) -> dict[str, tuple[Any, ...]]:
    open_then = [row for row in among(rows, asked) if row.first_on <= asked.until < (row.closed_on or date.max)]
    found = {}
    for name, theirs in of_parts(open_then, by, "first_on").items():
        over = [row for row in theirs if row.last_on <= asked.until and row.visits > 2 * row.expected_visits]
        found[name] = (len(over), len(theirs))
    return found or {"": (0, 0)}


def plain_median(rows: Sequence[Row], asked: Asked, by: Split) -> dict[str, tuple[Any, ...]]:
    found = {}
    for name, ends in curves(rows, asked, by).items():
        made = kaplan_meier([visits for visits, _ in ends], [outcome in FAVOURABLE for _, outcome in ends])
        found[name] = (sum(made.events), len(ends), made.median)
    return found or {"": (0, 0, None)}


PLAIN: dict[str, Plain] = dict(
    zip(
        SHARED,
        (
            *(plain_people(), plain_people({"independent"})),
            plain_people({"independent_support"}, {"independent", "independent_support"}),
            *(plain_closed, plain_opportunity, plain_cohort, plain_over, plain_median),
        ),
        strict=True,
    )
)


def told(connection: Connection, name: str, asked: Asked) -> dict[str, tuple[Any, ...]]:
    more = name == "visits_to_discharge_median"
    return {
        each.group.get(asked.by.value, ""): (each.numerator, each.denominator, *([each.value] if more else []))
        for each in figures(connection, name, asked)
    }


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_is_what_a_plain_count_of_the_rows_says(core_teams: Connection, seed: int) -> None:
    chance = Random(seed)
    rows = people(chance)
    write(core_teams, rows)
    for _ in range(4):
        asked = question(chance)
        with together(core_teams):
            for name in SHARED:
                for by in sorted(DEFINITIONS[name].splits):
                    wanted = replace(asked, by=by)
                    assert told(core_teams, name, wanted) == PLAIN[name](rows, wanted, by), (name, wanted)
            found = survival_of(core_teams, asked)
        ends = {skill: sorted(map(str, zip(one.visits, one.outcomes, strict=True))) for skill, one in found.items()}
        plain = curves(rows, asked, Split.SKILL)
        assert ends == {skill: sorted(map(str, one)) for skill, one in plain.items()}


def test_what_is_read_together_is_read_once_and_not_kept(core_teams: Connection) -> None:
    write(core_teams, people(Random(5)))
    asked = Asked(since=FIRST, until=FIRST + timedelta(days=300), as_of=FIRST + timedelta(days=300))
    seen: list[str] = []

    def note(_: Any, __: Any, text: str, *___: Any) -> None:
        seen.append(text)

    event.listen(core_teams, "before_cursor_execute", note)
    with together(core_teams):
        first = figures(core_teams, "discharge_rate_episode", asked)
        figures(core_teams, "discharge_rate_episode", replace(asked, by=Split.SKILL))
        figures(core_teams, "discharge_rate_cohort", asked)
    assert len(seen) == 1
    write(core_teams, [])
    seen.clear()
    assert figures(core_teams, "discharge_rate_episode", asked) != first
    assert len(seen) == 1
    event.remove(core_teams, "before_cursor_execute", note)
