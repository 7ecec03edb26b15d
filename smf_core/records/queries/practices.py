"""Practices by code, and the core teams of the area."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, true

from smf_core.domain.practice import CoreTeam, Practice
from smf_core.records import tables as t
from smf_core.records.queries.batches import among, rows_in

_OF_CODES = among(select(t.practice).order_by(t.practice.c.id), t.practice.c.code)


def practices(connection: Connection, codes: Iterable[str]) -> Mapping[str, Practice]:
    """The practices of these codes; a code nobody listed is not in it."""
    rows = rows_in(connection, _OF_CODES, codes)
    return {row.code: _practice(row) for row in rows}


def practice_records(connection: Connection, codes: Iterable[str]) -> Mapping[str, str]:
    """The ids of the records of these practices, by code."""
    rows = rows_in(connection, _OF_CODES, codes)
    return {row.code: row.id for row in rows}


def find_practices(connection: Connection, text: str, limit: int = 20) -> tuple[Practice, ...]:
    """Practices by the start of their code, or by words of their name or postcode; closed ones last, then by name."""
    words = text.casefold().split()
    place = t.practice.c
    matches = and_(
        true(),
        *(
            or_(
                func.lower(place.code).startswith(word, autoescape=True),
                func.lower(place.name).contains(word, autoescape=True),
                func.lower(place.postcode).contains(word, autoescape=True),
            )
            for word in words
        ),
    )
    found = select(t.practice).order_by(place.closed_on.is_not(None), place.name, place.code).limit(limit)
    return tuple(_practice(row) for row in connection.execute(found.where(matches)))


def _practice(row: Row[*tuple[Any, ...]]) -> Practice:
    return Practice(
        row.code,
        row.name,
        row.address,
        row.postcode,
        row.phone,
        row.opened_on,
        row.closed_on,
        row.successor or "",
    )


def core_teams(connection: Connection) -> tuple[CoreTeam, ...]:
    """The core teams that are there today, by name."""
    rows = connection.execute(
        select(t.core_team).where(t.core_team.c.ended.is_(False)).order_by(t.core_team.c.name, t.core_team.c.id)
    )
    return tuple(CoreTeam(row.id, row.name, row.phone, row.address, row.locality) for row in rows)
