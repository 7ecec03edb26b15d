"""The figures of the team page over a million visits, in processor time.

The floor is the three group-bys of a lead's dashboard, asked of summary tables that hold nothing else, under the same
cipher and the same settings. `duckdb` asks them of the raw rows, in memory and without a cipher.

`python -m benchmarks.figures 100000` takes a tenth of the visits.
"""

import csv
import gc
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, func, select

from benchmarks._million import TODAY, an_id, fill
from benchmarks._timing import Figure, interleaved, tell
from smf_core.figures.cohorts import survival_of
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Split
from smf_core.figures.loads import caseload_by_nurse
from smf_core.figures.once import together
from smf_core.figures.people import splits_of_people
from smf_core.figures.referrals import acceptance_by_core_team
from smf_core.records import tables as t
from smf_core.records.counting import count_again, keep_open
from smf_desktop.services.team.page import OF_PEOPLE
from smf_desktop.store.engine import FILE, PREPARED_FEW, connect, engine
from smf_desktop.store.store import Store
from tests.support.stores import make_store, raw_key

VISITS, ROUNDS, AT_ONCE = 1_000_000, 5, 5_000
GOAL, FILTER_MS = 3.0, 200.0
YEARS = Asked(since=TODAY - timedelta(days=3 * 365), until=TODAY, as_of=TODAY)
QUARTER = replace(YEARS, since=TODAY - timedelta(days=91), team=an_id(2, 1))
FILTERS: Mapping[str, Asked] = {
    "a quarter of one team": QUARTER,
    "another skill": replace(QUARTER, skill="wound"),
    "another nurse": replace(QUARTER, nurse=an_id(1, 7)),
    "another locality": replace(QUARTER, locality="Locality 1"),
    "a year of one team": replace(QUARTER, since=TODAY - timedelta(days=365)),
    "three years of everybody": YEARS,
}
SUMMARIES = """
CREATE TABLE episode(id INTEGER PRIMARY KEY, month TEXT, skill TEXT, staff TEXT, visits INT, discharged INT);
CREATE TABLE summary(skill TEXT, month TEXT, staff TEXT, n INT, minutes INT);
CREATE INDEX by_month ON episode(month, skill, discharged);
CREATE INDEX by_visits ON episode(visits, discharged);
"""
KEPT = (
    "SELECT month, skill, count(*), sum(discharged) * 1.0 / count(*) FROM episode GROUP BY month, skill",
    "SELECT skill, month, sum(n), sum(minutes) FROM summary GROUP BY skill, month",
    "SELECT visits, count(*), sum(discharged), sum(count(*)) OVER (ORDER BY visits DESC) FROM episode GROUP BY visits",
)
RAW = (
    KEPT[0],
    "SELECT skill, substr(day, 1, 7), count(*), sum(minutes) FROM visit GROUP BY 1, 2",
    "SELECT n, count(*), sum(d), sum(count(*)) OVER (ORDER BY n DESC) FROM (SELECT count(*) n, max(e.discharged) d"
    " FROM visit v JOIN episode e ON e.id = v.episode GROUP BY v.episode) GROUP BY n",
)
_EPISODES = """SELECT episode, strftime('%Y-%m', coalesce(closed_on, first_on) * 86400, 'unixepoch'), skill, nurse,
    visits, coalesce(outcome LIKE 'independent%', 0) FROM counted_episode"""
_VISITS = """SELECT s.episode, substr(v.started_at, 1, 10), e.skill, v.signed_by, v.minutes
    FROM visit v JOIN visit_section s ON s.visit = v.id JOIN counted_episode e ON e.episode = s.episode
    WHERE v.status = 'signed'"""

Rows = list[tuple[Any, ...]]


def make(folder: Path, visits: int) -> None:
    """A store of so many visits, counted. The way it is counted is what a first exchange does at its end."""
    make_store(folder, raw_key())
    fill(folder / FILE, raw_key(), visits)
    own = engine(folder / FILE, raw_key(), writer=True, prepared=PREPARED_FEW)
    with own.begin() as connection:
        episodes = list(connection.scalars(select(t.episode.c.id)))
        start = time.process_time()
        for first in range(0, len(episodes), AT_ONCE):
            keep_open(connection, episodes[first : first + AT_ONCE])
            count_again(connection, episodes[first : first + AT_ONCE])
        took = time.process_time() - start
        many = connection.scalar(select(func.count()).select_from(t.counted_episode))
    own.dispose()
    print(f"{many} episodes counted in {took:.1f} s, {took / len(episodes) * 1e6:.0f} us each")


def page(connection: Connection, asked: Asked) -> dict[str, object]:
    """What the team page shows that is reckoned from the kept counts."""
    by_skill = replace(asked, by=Split.SKILL)
    with together(connection):
        return {
            **{name: figures(connection, name, asked) for name in OF_PEOPLE},
            "rates": figures(connection, "discharge_rate_episode", by_skill),
            "medians": figures(connection, "visits_to_discharge_median", by_skill),
            "survival": survival_of(connection, asked),
            "caseload": caseload_by_nurse(connection, asked),
            "acceptance": acceptance_by_core_team(connection, asked),
        }


def summaries(folder: Path, episodes: Rows, visits: Rows) -> sqlcipher.Connection:
    """Summary tables of the same rows in an encrypted file of their own, opened as the store is."""
    path = folder / "summaries.db"
    made = sqlcipher.connect(str(path))
    made.set_key(raw_key())
    made.executescript(SUMMARIES)
    made.executemany("INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?)", list(numbered(episodes)))
    seen, minutes = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for _, day, skill, nurse, took in visits:
        seen[skill, day[:7], nurse] += 1
        minutes[skill, day[:7], nurse] += took
    rows = [(*cell, many, minutes[cell]) for cell, many in seen.items()]
    made.executemany("INSERT INTO summary VALUES (?, ?, ?, ?, ?)", rows)
    made.commit()
    made.close()
    return connect(path, raw_key(), writable=False, prepared=PREPARED_FEW)


def numbered(episodes: Rows) -> Iterable[tuple[Any, ...]]:
    return ((number, *rest) for number, (_, *rest) in enumerate(episodes))


def raw_rows(folder: Path, episodes: Rows, visits: Rows) -> duckdb.DuckDBPyConnection:
    """The rows that nothing was kept of, as a column store has them."""
    number = {row[0]: place for place, row in enumerate(episodes)}
    made = duckdb.connect()
    made.execute("SET threads = 2")
    made.execute("CREATE TABLE episode(id INT, month TEXT, skill TEXT, staff TEXT, visits INT, discharged INT)")
    made.execute("CREATE TABLE visit(episode INT, day TEXT, skill TEXT, staff TEXT, minutes INT)")
    seen = ((number[episode], *rest) for episode, *rest in visits)
    for name, rows in (("episode", numbered(episodes)), ("visit", seen)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        made.execute(f"COPY {name} FROM '{folder / name}.csv' (HEADER false)")
    return made


def in_processor_time(work: Callable[[], object]) -> Callable[[], float]:
    def arm() -> float:
        start = time.process_time()
        work()
        return (time.process_time() - start) * 1000

    return arm


def each(connection: Any, queries: Iterable[str]) -> None:
    for query in queries:
        connection.execute(query).fetchall()


def measure(folder: Path, spare: Path) -> bool:
    """Whether every goal is met by the store in a folder; `spare` is room for what it is held against."""
    source = connect(folder / FILE, raw_key(), writable=False)
    episodes, visits = source.execute(_EPISODES).fetchall(), source.execute(_VISITS).fetchall()
    source.close()
    kept, duck = summaries(spare, episodes, visits), raw_rows(spare, episodes, visits)
    store = Store(folder, raw_key())
    gc.disable()  # as the windows do, which collect between what they do
    with store.read(counts=True) as connection:
        arms: dict[str, Callable[[], object]] = {
            "summaries": lambda: each(kept, KEPT),
            "duckdb": lambda: each(duck, RAW),
            **{name: partial(page, connection, asked) for name, asked in FILTERS.items()},
            "splits of people": lambda: splits_of_people(connection, YEARS),
            "without access": lambda: figures(connection, "no_access_rate", QUARTER),
        }
        took = interleaved({name: in_processor_time(arm) for name, arm in arms.items()}, ROUNDS)
    store.close()
    medians = {name: statistics.median(rounds) for name, rounds in took.items()}
    whole = medians["three years of everybody"]
    told = [
        Figure("figures of the team page", whole, medians["summaries"], "summary tables, bare", GOAL, ROUNDS),
        Figure("figures of the team page", whole, medians["duckdb"], "DuckDB on the raw rows", 1, ROUNDS),
    ]
    for figure in told:
        tell(figure)
    for name, milliseconds in medians.items():
        said = f" {'met' if milliseconds <= FILTER_MS else 'OVER'} {FILTER_MS:.0f} ms" if name in FILTERS else ""
        print(f"  {name:<44}{milliseconds:>8.1f} ms{said}")
    return all(figure.ratio <= figure.goal for figure in told)


def main(visits: int = VISITS) -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        make(place / "store", visits)
        return int(not measure(place / "store", place))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
