"""Who gives each dose until sign-off."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from smf_core.domain.dose_cover import DoseCover, Giver
from smf_core.records import tables as t
from smf_core.records.queries.batches import among, code, rows_in

_STANDING = (
    select(t.dose_cover)
    .where(t.dose_cover.c.cancelled.is_(False))
    .order_by(t.dose_cover.c.dose, t.dose_cover.c["from"], t.dose_cover.c.id)
)
_OF_PATHWAYS = among(_STANDING, t.dose_cover.c.episode)


def dose_cover(connection: Connection, cover_id: str) -> DoseCover | None:
    """One row, unless it was taken out."""
    row = connection.execute(_STANDING.where(t.dose_cover.c.id == cover_id)).one_or_none()
    return _cover(row) if row else None


def cover_ids(connection: Connection, episode: str) -> tuple[str, ...]:
    """Every row there ever was of a pathway, those taken out among them."""
    ever = select(t.dose_cover.c.id).where(t.dose_cover.c.episode == episode)
    return tuple(connection.scalars(ever.order_by(t.dose_cover.c.id)))


def covers_of(connection: Connection, episodes: Iterable[str]) -> Mapping[str, tuple[DoseCover, ...]]:
    """The rows of these pathways, by pathway, each by dose and day."""
    found: dict[str, tuple[DoseCover, ...]] = {}
    for row in rows_in(connection, _OF_PATHWAYS, episodes):
        found[row.episode] = (*found.get(row.episode, ()), _cover(row))
    return found


def _cover(row: Row[*tuple[Any, ...]]) -> DoseCover:
    return DoseCover(
        id=row.id,
        patient=row.patient,
        episode=row.episode,
        dose=row.dose,
        giver=code(Giver, row.giver, Giver.OTHER),
        from_=getattr(row, "from"),
        until=row.until,
        who=row.who,
        note=row.note,
        settled=row.settled,
    )
