"""Who stands in for whom: a nurse away, or one pathway lent, from one day to another, both included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Connection, and_, exists, or_, select

from smf_core.records import tables as t
from smf_core.records.lines import pathway
from smf_core.records.queries.batches import among, rows_in


@dataclass(frozen=True, slots=True)
class Cover:
    """`nurse` has the pathway until a day in place of `instead_of`; the next day it is theirs again by itself."""

    id: str
    episode: str
    nurse: str
    instead_of: str | None
    until: date
    lent: bool
    """This pathway alone; else the colleague's whole list, while they are away."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A nurse away from one day to another, both included; `covered_by` has their caseload on those days."""

    id: str
    nurse: str
    from_: date
    until: date
    reason: str
    covered_by: str | None


def _lent(day: date) -> ColumnElement[bool]:
    table = t.nurse_cover
    return and_(table.c.cancelled.is_(False), table.c["from"] <= day, table.c.until >= day)


def _away(day: date) -> ColumnElement[bool]:
    table = t.absence
    standing = and_(table.c.cancelled.is_(False), table.c["from"] <= day, table.c.until >= day)
    return and_(standing, table.c.covered_by.is_not(None))


def acting_nurse(nurse: str, day: date) -> ColumnElement[bool]:
    """True for an `episode` that is this nurse's to visit on a day.

    Lent for that day to them; else their absent colleague's whom they cover; else their own while nobody covers it.
    """
    of_this = t.nurse_cover.c.episode == t.episode.c.id
    lent = exists().where(of_this, _lent(day))
    lent_to_them = exists().where(of_this, _lent(day), t.nurse_cover.c.nurse == nurse)
    away = exists().where(t.absence.c.nurse == t.episode.c.nurse, _away(day))
    covered = exists().where(t.absence.c.nurse == t.episode.c.nurse, _away(day), t.absence.c.covered_by == nurse)
    return or_(lent_to_them, and_(~lent, or_(covered, and_(t.episode.c.nurse == nurse, ~away))))


def on_their_list(nurse: str, day: date) -> CompoundSelect[str]:
    """The people that this nurse's list shows: whom they teach, covered or not, and whom they cover.

    Written as three short look-ups, each by an index, and not as a condition on every pathway.
    """
    person = pathway.c.person
    own = select(person).where(pathway.c.nurse == nurse)
    lent_to_them = select(t.nurse_cover.c.episode).where(_lent(day), t.nurse_cover.c.nurse == nurse)
    lent = select(person).where(pathway.c.episode.in_(lent_to_them))
    absent = select(t.absence.c.nurse).where(_away(day), t.absence.c.covered_by == nurse)
    taken = select(t.nurse_cover.c.episode).where(_lent(day))
    theirs = select(person).where(pathway.c.nurse.in_(absent), pathway.c.episode.not_in(taken))
    return own.union(lent, theirs)


def covers_on(connection: Connection, episodes: Iterable[str], day: date) -> Mapping[str, Cover]:
    """By pathway, who stands in on a day; none where nobody does. A pathway lent comes before an absence."""
    asked = tuple(episodes)
    away = select(t.absence, t.episode.c.id.label("of")).join(t.absence, t.absence.c.nurse == t.episode.c.nurse)
    found = {
        row.of: Cover(row.id, row.of, row.covered_by, row.nurse, row.until, lent=False)
        for row in rows_in(connection, among(away.where(_away(day)).order_by(t.absence.c.id), t.episode.c.id), asked)
    }
    lent = select(t.nurse_cover, t.episode.c.nurse.label("usual")).join(
        t.episode, t.episode.c.id == t.nurse_cover.c.episode
    )
    found |= {
        row.episode: Cover(row.id, row.episode, row.nurse, row.usual, row.until, lent=True)
        for row in rows_in(
            connection, among(lent.where(_lent(day)).order_by(t.nurse_cover.c.id), t.episode.c.id), asked
        )
    }
    return found


def absences_from(connection: Connection, day: date, nurse: str | None = None) -> tuple[Absence, ...]:
    """Absences that are not over on a day, of one nurse or of all, by first day."""
    table = t.absence
    standing = select(table).where(table.c.cancelled.is_(False), table.c.until >= day)
    if nurse is not None:
        standing = standing.where(table.c.nurse == nurse)
    rows = connection.execute(standing.order_by(table.c["from"], table.c.id))
    return tuple(
        Absence(row.id, row.nurse, row._mapping["from"], row.until, row.reason, row.covered_by) for row in rows
    )


def absence(connection: Connection, absence_id: str) -> Absence | None:
    """One absence, called off or not."""
    row = connection.execute(select(t.absence).where(t.absence.c.id == absence_id)).one_or_none()
    if row is None:
        return None
    return Absence(row.id, row.nurse, row._mapping["from"], row.until, row.reason, row.covered_by)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A cover of one pathway as it was arranged; `said` is all of it, for writing it anew."""

    id: str
    patient: str
    said: Mapping[str, object]


def nurse_cover(connection: Connection, cover_id: str) -> Arranged | None:
    """One cover of a pathway, called off or not."""
    row = connection.execute(select(t.nurse_cover).where(t.nurse_cover.c.id == cover_id)).one_or_none()
    if row is None:
        return None
    days = {"from": row._mapping["from"].isoformat(), "until": row.until.isoformat()}
    said = {"patient": row.patient, "episode": row.episode, "nurse": row.nurse, "reason": row.reason, **days}
    return Arranged(row.id, row.patient, said)


def covers_of_episodes(connection: Connection, episodes: Iterable[str], day: date) -> tuple[Cover, ...]:
    """Covers of some pathways that are not over on a day, also those that are to come, by last day."""
    table = t.nurse_cover
    standing = select(table).where(table.c.cancelled.is_(False), table.c.until >= day).order_by(table.c.until)
    rows = rows_in(connection, among(standing, table.c.episode), episodes)
    return tuple(Cover(row.id, row.episode, row.nurse, None, row.until, lent=True) for row in rows)
