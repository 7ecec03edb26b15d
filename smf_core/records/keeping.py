"""Bringing the lines of lists and searches up to date with the records."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from smf_core.records import tables as t
from smf_core.records.instants import utc_text
from smf_core.records.lines import behind, line, pathway, said, searched, shown, those_behind
from smf_core.records.log import CHUNK, chunks
from smf_core.records.queries.batches import among, grouped, rows_in
from smf_core.records.queries.caseload import CaseloadRow, row_of_each
from smf_core.records.queries.search import AROUND, words_of
from smf_core.records.rows import insert_rows

Near = Callable[[CaseloadRow], bool]
"""Whether a pathway of a row may be ready to end, so that its visits are worth reading."""

_KEPT = among(
    select(line, shown.c.row, *(column.label(f"said_{column.name}") for column in said.c if column.name != "place"))
    .join(shown, shown.c.place == line.c.place)
    .join(said, said.c.place == line.c.place),
    line.c.person,
)
_PATHWAYS = among(select(pathway), pathway.c.person)
_PLACES = among(select(line.c.person, line.c.place), line.c.person)
_PEOPLE = among(select(t.patient), t.patient.c.id)
_SHOWN = among(select(line.c.person, shown.c.row).join(shown, shown.c.place == line.c.place), line.c.person)
_LOOKED = frozenset({"place", "ready", "ready_on"})
"""What of a line is not made from the records."""


@dataclass(frozen=True, slots=True)
class _Made:
    """All that is kept of one person, as the records make it."""

    line: Mapping[str, object]
    row: str
    said: Mapping[str, str]
    pathways: Sequence[Mapping[str, object]]


def bring_up(connection: Connection, near: Near, most: int = CHUNK) -> tuple[str, ...]:
    """Make the lines anew of at most so many people whose line is behind. Answers who.

    The caller's transaction makes it whole; the same records make the same lines. What stands as it would be made is
    not written again.
    """
    people = those_behind(connection, most)
    if not people:
        return ()
    kept = {row.person: row for row in rows_in(connection, _KEPT, people)}
    paths = grouped(rows_in(connection, _PATHWAYS, people), lambda row: str(row.person))
    made = _made(connection, people, near)
    changed = [each for each in people if not _stands(made.get(each), kept.get(each), paths[each])]
    places = {each: int(kept[each].place) for each in changed if each in kept}
    _forget(connection, places)
    _write(connection, {each: made[each] for each in changed if each in made}, places)
    connection.execute(delete(behind).where(behind.c.person.in_(people)))
    return tuple(people)


def _made(connection: Connection, people: Sequence[str], near: Near) -> Mapping[str, _Made]:
    rows = row_of_each(connection, people)
    ids = [row.person.id for row in rows]
    known = {row.id: row for row in rows_in(connection, _PEOPLE, ids)}
    contacts = grouped(rows_in(connection, AROUND, ids), lambda row: str(row.patient))
    found = {}
    for row in rows:
        each = row.person.id
        words = words_of(known[each], contacts.get(each, ()))
        found[each] = _Made(
            line=_line(row, known[each], words.name, near),
            row=msgspec.json.encode(row).decode(),
            said={"name": words.name, "numbers": words.numbers, "people": words.people, "home": words.home},
            pathways=tuple(_pathways(row, known[each])),
        )
    return found


def _stands(made: _Made | None, kept: Row[*tuple[Any, ...]] | None, paths: Sequence[Row[*tuple[Any, ...]]]) -> bool:
    """Whether what is kept is what would be made. Of whom may be ready nobody knows without reading their visits."""
    if made is None or kept is None:
        return made is None and kept is None
    held = kept._mapping
    return (
        not made.line["near"]
        and made.row == kept.row
        and all(held[name] == value for name, value in made.line.items() if name not in _LOOKED)
        and all(held[f"said_{name}"] == words for name, words in made.said.items())
        and sorted(made.pathways, key=_episode) == sorted((dict(row._mapping) for row in paths), key=_episode)
    )


def _episode(one: Mapping[str, object]) -> str:
    return str(one["episode"])


def _forget(connection: Connection, places: Mapping[str, int]) -> None:
    """Take away what is kept of some people, whose places these are."""
    # The search table first: it looks in `said` for what it has to take out.
    connection.execute(delete(searched).where(searched.c.rowid.in_(places.values())))
    for table in (said, shown, line):
        connection.execute(delete(table).where(table.c.place.in_(places.values())))
    connection.execute(delete(pathway).where(pathway.c.person.in_(places)))


def _write(connection: Connection, made: Mapping[str, _Made], places: Mapping[str, int]) -> None:
    """Keep what was made; whoever had a place keeps it."""
    insert_rows(connection, line, [{"place": places.get(each), **one.line} for each, one in made.items()])
    at = {row.person: row.place for row in rows_in(connection, _PLACES, made)}
    insert_rows(connection, shown, [{"place": at[each], "row": one.row} for each, one in made.items()])
    insert_rows(connection, said, [{"place": at[each], **one.said} for each, one in made.items()])
    words = [{"rowid": at[each], **one.said} for each, one in made.items()]
    if words:
        connection.execute(insert(searched), words)
    insert_rows(connection, pathway, [row for one in made.values() for row in one.pathways])


def differing(connection: Connection) -> Iterator[str]:
    """People whose line is not what the records make of them, and is not known to be behind; by id."""
    late = set(connection.scalars(select(behind.c.person)))
    standing = select(t.patient.c.id).where(t.patient.c.same_as.is_(None))
    people = sorted({*connection.scalars(standing), *connection.scalars(select(line.c.person))} - late)
    for some in chunks(people):
        made = {row.person.id: msgspec.json.encode(row).decode() for row in row_of_each(connection, some)}
        kept = {row.person: row.row for row in rows_in(connection, _SHOWN, some)}
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
    family, _, given = person.name_key.partition(" ")
    for one in row.pathways:
        if one.closed_on is None:
            yield {
                "episode": one.id,
                "person": row.person.id,
                "skill": one.skill,
                "nurse": one.nurse,
                "name_key": f"{family} {given[:1]}",
                "home_key": person.home_key,
            }


def not_looked_at(
    connection: Connection, day: date, limit: int, among: Collection[str] | None = None
) -> tuple[str, ...]:
    """People who may be ready (of some, or of all) and of whom nobody has looked yet on this day."""
    due = (line.c.ready_on.is_(None)) | (line.c.ready_on != day.isoformat())
    asked = select(line.c.person).where(line.c.near == 1, due)
    if among is not None:
        asked = asked.where(line.c.person.in_(among))
    return tuple(connection.scalars(asked.limit(limit)))


def keep_ready(connection: Connection, found: Mapping[str, Iterable[str]], day: date) -> None:
    """Write down, by person, the pathways found ready on a day; none for somebody looked at who is not."""
    for person, episodes in found.items():
        values = {"ready": ",".join(sorted(episodes)), "ready_on": day.isoformat()}
        connection.execute(update(line).where(line.c.person == person).values(values))
