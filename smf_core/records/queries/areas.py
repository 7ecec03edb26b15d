"""Which areas are listed, and how deprived the places are where people live."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, exists, select

from smf_core.domain.area import LEAST_DEPRIVED, MOST_DEPRIVED, Area, areas_around
from smf_core.domain.stated import BaselineOf
from smf_core.records import tables as t
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.stated import baselines

_A = t.area.c
_LISTED = _A.gone.is_(False), _A.decile.between(MOST_DEPRIVED, LEAST_DEPRIVED)
_OF_CODES = among(select(_A.code, _A.decile).where(*_LISTED), _A.code)


def areas(connection: Connection) -> tuple[Area, ...]:
    """Those of the newest list, by code."""
    rows = connection.execute(select(_A.code, _A.decile).where(*_LISTED).order_by(_A.code))
    return tuple(Area(row.code, row.decile) for row in rows)


def area_records(connection: Connection) -> frozenset[str]:
    """The ids of all areas that were ever listed."""
    return frozenset(connection.scalars(select(_A.id)))


def any_areas(connection: Connection) -> bool:
    """Whether a list of areas was imported."""
    return bool(connection.scalar(select(exists().where(*_LISTED))))


def edition(connection: Connection) -> str:
    """Which edition of the index the newest list is of, as somebody named it; "" where nobody did."""
    named = (each.source for each in baselines(connection, BaselineOf.AREAS) if not each.withdrawn)
    return next(named, "")


def deciles(connection: Connection, postcodes: Iterable[str]) -> Mapping[str, int]:
    """The decile of each postcode, by the smallest area listed that it is in; one that is in none is left out."""
    around = {postcode: areas_around(postcode) for postcode in postcodes}
    wanted = {code for codes in around.values() for code in codes}
    listed = {row.code: row.decile for row in rows_in(connection, _OF_CODES, wanted)}
    found = {postcode: [listed[code] for code in codes if code in listed] for postcode, codes in around.items()}
    return {postcode: smallest_first[0] for postcode, smallest_first in found.items() if smallest_first}
