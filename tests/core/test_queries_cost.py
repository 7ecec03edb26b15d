"""What the lists cost to read: no growing table from end to end, and no more statements for more people."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from smf_core.records.queries.caseload import caseload as read_caseload
from smf_core.records.queries.episodes import open_episodes
from smf_core.records.queries.patients import known_people, patient
from smf_core.records.queries.today import change_sets_of, history, no_next_visit, overdue, today
from smf_core.records.queries.visits import (
    last_visit_defaults,
    latest_readings,
    not_gone_ahead,
    planned_visits,
    visits_of_episode,
)
from tests.support.lines import kept, wanted
from tests.support.read_back import DAY, MIDNIGHT, TUESDAY
from tests.support.written import Laptop, empty, statements


def world(connection: Connection, people: int) -> None:
    laptop = Laptop(connection)
    for number in range(people):
        name, own = f"p{number}", f"e{number}"
        laptop.person(name, f"Family{number}", "Ann", "1950-01-01")
        laptop.referral(f"referral of {name}", name)
        laptop.episode(own, name)
        laptop.signed(f"s{number}", name, TUESDAY - 2 * DAY, {own: {"s1": "prompted", "s2": "assisted"}})
        laptop.planned(f"n{number}", name, TUESDAY, own)


READS = {
    "caseload": lambda connection: read_caseload(connection, wanted(nurse="amina")),
    "nothing booked": lambda connection: no_next_visit(connection, TUESDAY + DAY, nurse="amina"),
    "today": lambda connection: today(connection, MIDNIGHT, MIDNIGHT + DAY),
    "today of a nurse": lambda connection: today(connection, MIDNIGHT, MIDNIGHT + DAY, "amina"),
    "overdue": lambda connection: overdue(connection, MIDNIGHT + DAY, "amina"),
    "history": lambda connection: history(connection, "p1"),
    "person": lambda connection: patient(connection, "p1"),
    "saves": lambda connection: change_sets_of(connection, "p1"),
    "pathways": lambda connection: open_episodes(connection, "amina"),
    "visits": lambda connection: visits_of_episode(connection, "e1"),
    "last visit": lambda connection: last_visit_defaults(connection, "p1"),
    "last readings": lambda connection: latest_readings(connection, "p1", ["glucose"]),
    "bookings": lambda connection: planned_visits(connection, MIDNIGHT, MIDNIGHT + DAY, "amina"),
    "missed": lambda connection: not_gone_ahead(connection, MIDNIGHT, MIDNIGHT + DAY),
    "duplicates": lambda connection: known_people(connection, ["9990079323"], [date(1951, 3, 14)]),
}
GROWING = (
    "patient",
    "episode",
    "visit",
    "later",
    "visit_section",
    "step_rating",
    "teach_back",
    "observation",
    "item",
    "gate",
    "medicine",
)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_no_list_reads_a_growing_table_from_end_to_end(read: Any) -> None:
    engine = empty()
    with engine.connect() as connection:
        world(connection, 3)
        kept(connection)
        with statements(connection) as run:
            read(connection)
        plans = [
            row.detail
            for statement, values in run
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    engine.dispose()

    assert plans
    scanned = {step.split()[1] for step in plans if step.startswith("SCAN")}
    assert scanned.isdisjoint(GROWING)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_more_people_take_no_more_statements(read: Any) -> None:
    def run(people: int) -> int:
        engine = empty()
        with engine.connect() as connection:
            world(connection, people)
            kept(connection)
            with statements(connection) as seen_statements:
                read(connection)
        engine.dispose()
        return len(seen_statements)

    assert run(2) == run(20)
