"""Synthetic people by the thousand, written as rows: made by saves, a hundred thousand of them would take an hour.

They are written by a process of their own, since one that has turned SQLCipher's memory security on (it locks every
piece of memory that SQLite takes, and cannot be turned off again) writes many rows several times as slowly.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, StaticPool, Table, create_engine, delete, insert, select

from smf_core.domain.pathway import PATIENT
from smf_core.domain.patient import Name, NhsNumberStatus
from smf_core.domain.text import home_key, name_key
from smf_core.records import keeping, lines
from smf_core.records import tables as t
from smf_core.records.instants import columns, moment
from smf_core.records.queries.caseload import CaseloadRow, Pathway
from smf_core.records.queries.patients import Known
from smf_core.records.queries.search import words_of
from smf_core.records.queries.visits import booking_of
from smf_core.records.rows import Row, insert_rows

FAMILIES = "Abernathy Baker Clarke Donoghue Evans Farooq Green Hussain Iqbal Jones Kaur Lewis Mistry Nowak Okafor Patel"
GIVEN = "Ada Bronwen Clive Doreen Edith Farida George Harjit Irene Jan Kathleen Leonard Mabel Nasreen Owen Pearl"
CHUNK = 2_000
HOURS = timedelta(hours=1)
FIRST_PLACE = 10_000
"""Places below are those of people the test's own services made."""


def fill(file: Path, key: bytearray, number: int, *, team: str, nurses: list[str], version: str, visits: int) -> None:
    """Write so many people into the database file of a store that nobody has open."""
    said = {"file": str(file), "key": key.decode(), "number": number, "visits": visits}
    asked = json.dumps(said | {"team": team, "nurses": nurses, "version": version})
    subprocess.run([sys.executable, "-m", "benchmarks._people"], input=asked, text=True, check=True, timeout=300)


def ids(first: int) -> Iterator[str]:
    """Rising, as the real ones are, and far from those that the tests' sources give."""
    return (f"01940000-0000-7000-9000-{number:012x}" for number in count(first))


def write_people(
    connection: Connection,
    number: int,
    *,
    team: str,
    nurses: list[str],
    version: str,
    now: datetime,
    visits: int = 1,
    seed: int = 1,
) -> None:
    """People with one open wound pathway each, in turn with each nurse, seen so many times, each with a visit booked.

    `version` is that of the checklist they are taught by.
    """
    chance, new_id = Random(seed), ids(1)  # made-up people, the same every time
    waiting: dict[Table, list[Row]] = {t.patient: [], t.episode: [], t.visit: [], t.visit_section: []}
    listed: list[CaseloadRow] = []
    families, given = FAMILIES.split(), GIVEN.split()
    for place in range(number):
        person, episode = islice(new_id, 2)
        family, first = f"{chance.choice(families)}-{chance.choice(families)}", chance.choice(given)
        waiting[t.patient].append(_person(person, family, first, place, team, chance))
        nurse = nurses[place % len(nurses)]
        waiting[t.episode].append(_episode(episode, person, nurse, now.date() - timedelta(days=30), version))
        for back in range(visits):
            visit, section = islice(new_id, 2)
            at = now - timedelta(days=2 + back * 3, minutes=chance.randrange(400))
            waiting[t.visit].append(_signed(visit, person, nurse, at))
            waiting[t.visit_section].append(_section(section, visit, person, episode))
        ahead = timedelta(days=chance.randrange(12)) + chance.randrange(6) * HOURS
        waiting[t.visit].append(_booked(next(new_id), person, episode, nurse, now + ahead))
        listed.append(_as_listed(waiting, visits))
        if place % CHUNK == CHUNK - 1 or place == number - 1:
            _write_lines(connection, listed, waiting[t.patient], place + 1 - len(listed))
            listed.clear()
            for table, rows in waiting.items():
                insert_rows(connection, table, rows)
                rows.clear()
    connection.execute(delete(lines.behind).where(lines.behind.c.person.in_(select(lines.line.c.person))))


def _as_listed(waiting: Mapping[Table, list[Row]], visits: int) -> CaseloadRow:
    """The line of whoever was last made, as the records have them."""
    person, episode, booked = (waiting[table][-1] for table in (t.patient, t.episode, t.visit))
    name = Name(person["family_name"], person["given_name"], person["title"])
    return CaseloadRow(
        person=Known(person["id"], person["nhs_number"], name, person["date_of_birth"], NhsNumberStatus.TRACED),
        pathways=(
            Pathway(
                id=episode["id"],
                skill=episode["skill"],
                checklist_version=episode["checklist_version"],
                expected_visits=episode["expected_visits"],
                nurse=episode["nurse"],
                visits=visits,
                levels={PATIENT: {}} if visits else {},
            ),
        ),
        last_visit=max(
            (moment(row["started_at"], row["started_offset"]) for row in waiting[t.visit][-1 - visits : -1]),
            default=None,
        ),
        next_visit=booking_of(SimpleNamespace(**booked)),  # type: ignore[arg-type]  # it reads names alone
        open_red_flag=False,
        allergy=False,
        conflict=False,
        unknown=False,
    )


def _write_lines(connection: Connection, listed: list[CaseloadRow], people: list[Row], first: int) -> None:
    """What lists and searches read of them, as `keeping.bring_up` would have written it, at these places."""
    table: dict[str, list[dict[str, object]]] = {name: [] for name in ("line", "shown", "said", "searched", "pathway")}
    for place, (row, values) in enumerate(zip(listed, people, strict=True), first + FIRST_PLACE):
        person: Any = SimpleNamespace(**values)
        words = words_of(person, ())
        table["line"].append(keeping._line(row, person, words.name, lambda _row: False) | {"place": place})
        table["shown"].append({"place": place, "row": msgspec.json.encode(row).decode()})
        said: dict[str, object] = {"name": words.name, "numbers": words.numbers, "people": "", "home": words.home}
        table["said"].append({"place": place} | said)
        table["searched"].append({"rowid": place} | said)
        table["pathway"] += keeping._pathways(row, person)
    for into, rows in table.items():
        connection.execute(insert(getattr(lines, into)), rows)


def _filled(table: Table) -> dict[str, object]:
    """A row that says nothing: text that must be there is empty."""
    return {column.name: None if column.nullable else _nothing(column.type.python_type) for column in table.columns}


def _nothing(kind: type[object]) -> object:
    return {str: "", bool: False, int: 0}.get(kind)


_PERSON, _EPISODE, _VISIT, _SECTION = map(_filled, (t.patient, t.episode, t.visit, t.visit_section))


def _person(person: str, family: str, given: str, place: int, team: str, chance: Random) -> Row:
    return _PERSON | {
        "id": person,
        "family_name": family,
        "given_name": given,
        "title": "Mrs",
        "sort_name": f"{family} {given}".lower(),
        "name_key": name_key(family, given),
        "home_key": home_key(f"{place % 200} Example Street", "DE1 1AA"),
        "date_of_birth": date(1930, 1, 1) + timedelta(days=chance.randrange(25_000)),
        "sex": "female",
        "nhs_number": f"999{place:07}",
        "nhs_number_status": "traced",
        "address": f"{place % 200} Example Street",
        "postcode": "DE1 1AA",
        "phone": "01632 960001",
        "team": team,
    }


def _episode(episode: str, person: str, nurse: str, opened: date, version: str) -> Row:
    return _EPISODE | {
        "id": episode,
        "patient": person,
        "referral": episode,
        "skill": "wound",
        "checklist_version": version,
        "expected_visits": 8,
        "opened_on": opened,
        "nurse": nurse,
        "accountable_nurse": nurse,
    }


def _signed(visit: str, person: str, nurse: str, at: datetime) -> Row:
    return _VISIT | {
        "id": visit,
        "patient": person,
        "status": "signed",
        **columns("started", at),
        **columns("signed", at + HOURS),
        "minutes": 45,
        "contact": "home",
        "purpose": "teaching",
        "signed_by": nurse,
        "signed_role": "nurse",
        "signed_registered": True,
    }


def _booked(visit: str, person: str, episode: str, nurse: str, at: datetime) -> Row:
    return _VISIT | {
        "id": visit,
        "patient": person,
        "status": "planned",
        **columns("planned", at),
        "planned_minutes": 45,
        "planned_nurse": nurse,
        "planned_episodes": episode,
    }


def _section(section: str, visit: str, person: str, episode: str) -> Row:
    return _SECTION | {"id": section, "patient": person, "visit": visit, "episode": episode, "learner": "patient"}


def main() -> None:
    said = json.load(sys.stdin)

    def creator() -> Any:
        connection = sqlcipher.connect(said["file"], isolation_level=None)
        connection.set_key(bytearray(said["key"], "ascii"))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA cache_size = -262144")
        return connection

    engine = create_engine("sqlite://", creator=creator, module=sqlcipher, poolclass=StaticPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        write_people(
            connection,
            said["number"],
            team=said["team"],
            nurses=said["nurses"],
            version=said["version"],
            now=datetime.now(UTC).replace(hour=9),
            visits=said["visits"],
        )
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # as every store is left that was closed
    engine.dispose()


if __name__ == "__main__":
    main()
