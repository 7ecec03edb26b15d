"""Bringing the lines of lists and searches up to date with the records."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from smf_core.domain.text import matching_key
from smf_core.records import tables as t
from smf_core.records.instants import utc_text
from smf_core.records.lines import behind, line, pathway, searched, shown, those_behind
from smf_core.records.queries.batches import grouped, rows_in
from smf_core.records.queries.caseload import CaseloadRow, row_of_each
from smf_core.records.queries.search import words_of

CHUNK = 500
Near = Callable[[CaseloadRow], bool]
"""Whether a pathway of a row may be ready to end, so that its visits are worth reading."""


def bring_up(connection: Connection, near: Near, most: int = CHUNK) -> tuple[str, ...]:
    """Make the lines anew of at most so many people whose line is behind. Answers who.

    The caller's transaction makes it whole; the same records make the same lines.
    """
    people = those_behind(connection, most)
    if not people:
        return ()
    places = {
        row.person: row.place for row in rows_in(connection, select(line.c.person, line.c.place), line.c.person, people)
    }
    connection.execute(delete(searched).where(searched.c.rowid.in_(places.values())))
    connection.execute(delete(shown).where(shown.c.place.in_(places.values())))
    for table in (line, pathway, behind):
        connection.execute(delete(table).where(table.c.person.in_(people)))
    rows = row_of_each(connection, people)
    ids = [row.person.id for row in rows]
    known = {row.id: row for row in rows_in(connection, select(t.patient), t.patient.c.id, ids)}
    around = select(t.contact).where(t.contact.c.active.is_(True)).order_by(t.contact.c.id)
    contacts = grouped(rows_in(connection, around, t.contact.c.patient, ids), lambda row: str(row.patient))
    if not rows:
        return tuple(people)
    words = {each: words_of(known[each], contacts.get(each, ())) for each in ids}
    made = [_line(row, known[row.person.id], words[row.person.id].name, near) for row in rows]
    for one in made:
        if one["person"] in places:
            one["place"] = places[one["person"]]
    kept, new = [one for one in made if "place" in one], [one for one in made if "place" not in one]
    for part in (kept, new):
        if part:
            connection.execute(insert(line), part)
    at = {row.person: row.place for row in rows_in(connection, select(line.c.person, line.c.place), line.c.person, ids)}
    whole = [{"place": at[row.person.id], "row": msgspec.json.encode(row).decode()} for row in rows]
    connection.execute(insert(shown), whole)
    connection.execute(
        insert(searched),
        [
            {"rowid": at[each], "name": one.name, "numbers": one.numbers, "people": one.people, "home": one.home}
            for each, one in words.items()
        ],
    )
    pathways = [each for row in rows for each in _pathways(row, known[row.person.id])]
    if pathways:
        connection.execute(insert(pathway), pathways)
    return tuple(people)


def differing(connection: Connection) -> Iterator[str]:
    """People whose line is not what the records make of them, and is not known to be behind; by id."""
    late = set(connection.scalars(select(behind.c.person)))
    standing = select(t.patient.c.id).where(t.patient.c.same_as.is_(None))
    people = sorted({*connection.scalars(standing), *connection.scalars(select(line.c.person))} - late)
    asked = select(line.c.person, shown.c.row).join(shown, shown.c.place == line.c.place)
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        made = {row.person.id: msgspec.json.encode(row).decode() for row in row_of_each(connection, some)}
        kept = {row.person: row.row for row in rows_in(connection, asked, line.c.person, some)}
        yield from (each for each in some if made.get(each) != kept.get(each))


def _line(row: CaseloadRow, person: Row[*tuple[Any, ...]], words: str, near: Near) -> dict[str, object]:
    taught = [one for one in row.pathways if one.closed_on is None]
    scores = [one.confidence for one in taught if one.confidence is not None]
    return {
        "person": row.person.id,
        "stage": "taught" if taught else "triage" if row.waiting else "discharged" if row.pathways else "other",
        "name": person.sort_name,
        "words": words,
        "nhs_number": row.person.nhs_number,
        "born": row.person.date_of_birth.isoformat(),
        "held": bool(taught) and all(one.hold for one in taught),
        "next_at": utc_text(row.next_visit.at) if row.next_visit else None,
        "last_at": utc_text(row.last_visit) if row.last_visit else None,
        "visits": max((one.visits for one in row.pathways), default=0),
        "confidence": min(scores, default=None),
        "red_flag": row.open_red_flag,
        "allergy": row.allergy,
        "over": any(one.visits > one.expected_visits for one in taught),
        "core_stop": row.core_stop,
        "near": row.person.died_on is None and near(row),
        "ready": "",
        "ready_on": None,
    }


def _pathways(row: CaseloadRow, person: Row[*tuple[Any, ...]]) -> Iterable[dict[str, object]]:
    name_key = f"{matching_key(person.family_name)} {matching_key(person.given_name)[:1]}"
    home = matching_key(next(iter(str(person.address).splitlines()), "").split(",")[0])
    postcode = matching_key(person.postcode)
    for one in row.pathways:
        if one.closed_on is None:
            yield {
                "episode": one.id,
                "person": row.person.id,
                "skill": one.skill,
                "nurse": one.nurse,
                "name_key": name_key,
                "home_key": f"{home} {postcode}" if home and postcode else "",
            }


def not_looked_at(
    connection: Connection, day: date, limit: int, among: Collection[str] | None = None
) -> tuple[str, ...]:
    """People who may be ready (of some, or of all) and of whom nobody has looked yet on this day."""
    due = (line.c.ready_on.is_(None)) | (line.c.ready_on != day.isoformat())
    asked = select(line.c.person).where(line.c.near.is_(True), due)
    if among is not None:
        asked = asked.where(line.c.person.in_(among))
    return tuple(connection.scalars(asked.limit(limit)))


def keep_ready(connection: Connection, found: Mapping[str, Iterable[str]], day: date) -> None:
    """Write down, by person, the pathways found ready on a day; none for somebody looked at who is not."""
    for person, episodes in found.items():
        values = {"ready": ",".join(sorted(episodes)), "ready_on": day.isoformat()}
        connection.execute(update(line).where(line.c.person == person).values(values))
