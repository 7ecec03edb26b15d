"""Three years of a service written as rows: a million visits of a hundred thousand episodes.

Written by a process of its own, for the reason that `_people` names; what is kept counted is counted afterwards.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, StaticPool, Table, create_engine

from benchmarks._people import _filled
from smf_core.records import tables as t
from smf_core.records.instants import columns
from smf_core.records.lines import line
from smf_core.records.rows import Row, insert_rows

TODAY = date(2026, 11, 17)
DAYS, AT_ONCE = 3 * 365, 20_000
SKILLS = ("self_injection", "insulin", "catheter_care", "catheter_valve", "wound", "compression", "tpn")
TEAMS, NURSES, CORE_TEAMS, LOCALITIES = 6, 40, 12, 4
OUTCOMES: tuple[str, ...] = (
    ("independent",) * 70 + ("independent_support",) * 12 + ("returned_core",) * 8 + ("declined",) * 4
)
OUTCOMES += ("deceased", "moved", "hospital", "treatment_ended", "disengaged", "independent")
LANGUAGES, ETHNIC = ("English",) * 8 + ("Polish", "Panjabi", ""), ("A",) * 6 + ("H", "J", "M", "")
WORDS = "goal review walking stairs " * 4


def fill(file: Path, key: bytearray, visits: int) -> None:
    """Write so many visits, a tenth as many episodes, into the database file of a store that nobody has open."""
    said = json.dumps({"file": str(file), "key": key.decode(), "visits": visits})
    subprocess.run([sys.executable, "-m", "benchmarks._million"], input=said, text=True, check=True, timeout=900)


def an_id(kind: int, number: int) -> str:
    return f"01940000-0000-7{kind:03x}-9000-{number:012x}"


def write_years(connection: Connection, visits: int, seed: int = 8) -> None:
    chance, episodes = Random(seed), visits // 10  # made-up people, the same every time
    people = episodes * 4 // 5
    first_day = TODAY - timedelta(days=DAYS)
    _put(connection, t.core_team, map(_core_team, range(CORE_TEAMS)))
    _put(connection, t.patient, (_person(number, chance) for number in range(people)))
    cared: list[tuple[int, int, int]] = []  # (minute since the first day, episode, what became of it)
    rows: dict[Table, list[Row]] = {t.referral: [], t.episode: [], line: []}
    listed: set[int] = set()
    for number in range(episodes):
        person = person_of(number, people)
        day = chance.randrange(-120, DAYS)
        seen = max(1, int(chance.gammavariate(2, 5.9)))
        for _ in range(seen):
            day += chance.choice((1, 2, 3, 4, 7, 7))
            if 0 <= day < DAYS:
                cared.append((day * 1440 + chance.randrange(480, 1020), number, chance.randrange(50)))
        closed = first_day + timedelta(days=day) if day < DAYS else None
        received = first_day + timedelta(days=day - 4 * seen - 14)
        rows[t.referral].append(_referral(number, person, received))
        rows[t.episode].append(_episode(number, person, seen, closed, chance))
        if closed is None and person not in listed:
            listed.add(person)
            rows[line].append(_line(person, (chance.randrange(5) == 0 and number) or -1))
    for table, made in rows.items():
        _put(connection, table, made)
    # As the years went: everybody's visits between those of everybody else, and ids that rise with them.
    told = sorted(cared)[-visits:]
    begin = datetime.combine(first_day, datetime.min.time(), UTC)
    for table, make in ((t.visit, _visit), (t.visit_section, _section)):
        with without_indexes(connection, table):
            written = (make(place, *each, people, begin) for place, each in enumerate(told))
            _put(connection, table, (row for row in written if row))


@contextmanager
def without_indexes(connection: Connection, table: Table) -> Iterator[None]:
    """Made once everything is in: each row by itself would take many times as long."""
    ask = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    found = connection.exec_driver_sql(ask, (table.name,)).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, text in found:
        connection.exec_driver_sql(text)


def _put(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            insert_rows(connection, table, waiting)
            waiting.clear()
    insert_rows(connection, table, waiting)


@cache
def _nothing(table: Table) -> Mapping[str, object]:
    return _filled(table)


def person_of(episode: int, people: int) -> int:
    """Every fourth of them comes back, or learns something else."""
    return episode if episode < people else episode * 7_919 % people


def nurse_of(episode: int) -> str:
    return an_id(1, episode * 7 % NURSES)


def _core_team(number: int) -> Row:
    said = {"id": an_id(3, number), "name": f"Core team {number}", "locality": f"Locality {number % LOCALITIES}"}
    return {**_nothing(t.core_team), **said}


def _person(number: int, chance: Random) -> Row:
    return {
        **_nothing(t.patient),
        "id": an_id(4, number),
        "family_name": f"Example{number}",
        "given_name": "Ada",
        "sort_name": f"example{number} ada",
        "nhs_number": f"999{number:07}",
        "date_of_birth": date(1930, 1, 1) + timedelta(days=chance.randrange(25_000)),
        "sex": "female",
        "language": chance.choice(LANGUAGES),
        "ethnic_category": chance.choice(ETHNIC),
        "died_on": TODAY - timedelta(days=chance.randrange(DAYS)) if chance.randrange(50) == 0 else None,
    }


def _referral(number: int, person: int, received: date) -> Row:
    return {
        **_nothing(t.referral),
        "id": an_id(5, number),
        "patient": an_id(4, person),
        "team": an_id(2, number * 7 % NURSES % TEAMS),
        "received_on": received,
        "source": "core_team" if number % 3 else "gp",
        "referrer": f"Core team {number % CORE_TEAMS}" if number % 3 else "",
        "skills": SKILLS[number % 7],
        "status": "accepted",
        "decided_on": received + timedelta(days=2),
    }


def _episode(number: int, person: int, seen: int, closed: date | None, chance: Random) -> Row:
    return {
        **_nothing(t.episode),
        "id": an_id(6, number),
        "patient": an_id(4, person),
        "referral": an_id(5, number),
        "skill": SKILLS[number % 7],
        "expected_visits": 8,
        "nurse": nurse_of(number),
        "closed_on": closed,
        "outcome": chance.choice(OUTCOMES) if closed else None,
    }


def _line(person: int, ready: int) -> Row:
    said = {"place": person + 1, "person": an_id(4, person), "stage": "taught", "name": f"example{person}"}
    return {**_nothing(line), **said, "ready": an_id(6, ready) if ready >= 0 else ""}


def _visit(place: int, minute: int, episode: int, fate: int, people: int, begin: datetime) -> Row:
    at, nurse = begin + timedelta(minutes=minute), nurse_of(episode)
    said = {
        **_nothing(t.visit),
        "id": an_id(7, place),
        "patient": an_id(4, person_of(episode, people)),
        **columns("planned", at),
        **columns("started", at),
        "planned_minutes": 45,
        "planned_nurse": nurse,
        "planned_episodes": an_id(6, episode),
    }
    if fate < 3:
        reason = ("no_access", "patient_cancelled", "team_cancelled")[fate]
        return said | {"status": "not_gone_ahead", "not_gone_ahead_reason": reason}
    return said | {
        "status": "signed",
        **columns("signed", at + timedelta(hours=1)),
        "minutes": 15 + minute % 75,
        "contact": "home",
        "purpose": "teaching",
        "signed_by": nurse,
        "signed_role": "nurse",
        "signed_registered": True,
    }


def _section(place: int, minute: int, episode: int, fate: int, people: int, begin: datetime) -> Row:
    return (
        {}
        if fate < 3
        else {
            **_nothing(t.visit_section),
            "id": an_id(8, place),
            "patient": an_id(4, person_of(episode, people)),
            "visit": an_id(7, place),
            "episode": an_id(6, episode),
            "learner": "patient",
            "confidence": minute % 11,
            "notes": WORDS,
        }
    )


def main() -> None:
    said = json.load(sys.stdin)

    def creator() -> Any:
        connection = sqlcipher.connect(said["file"], isolation_level=None)
        connection.set_key(bytearray(said["key"], "ascii"))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA cache_size = -262144")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection

    engine = create_engine("sqlite://", creator=creator, module=sqlcipher, poolclass=StaticPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        write_years(connection, said["visits"])
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # as every store is left that was closed
    engine.dispose()


if __name__ == "__main__":
    main()
