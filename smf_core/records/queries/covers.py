"""Who stands in for whom: a nurse away, or one pathway lent, from one day to another, both included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, exists, false, func, or_, select

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
    return _listed(select(pathway.c.person), pathway.c.nurse, pathway.c.episode, nurse, day)


def taught_on_list(connection: Connection, nurse: str, day: date) -> tuple[str, ...]:
    """The same people, of those being taught, as the records have them now and not as their lines were last kept."""
    taught = select(t.episode.c.patient).where(t.episode.c.closed_on.is_(None))
    return tuple(connection.scalars(_listed(taught, t.episode.c.nurse, t.episode.c.id, nurse, day)))


def _listed(
    people: Select[str], teacher: ColumnElement[str], episode: ColumnElement[str], nurse: str, day: date
) -> CompoundSelect[str]:
    own = people.where(teacher == nurse)
    lent_to_them = select(t.nurse_cover.c.episode).where(_lent(day), t.nurse_cover.c.nurse == nurse)
    lent = people.where(episode.in_(lent_to_them))
    absent = select(t.absence.c.nurse).where(_away(day), t.absence.c.covered_by == nurse)
    taken = select(t.nurse_cover.c.episode).where(_lent(day))
    theirs = people.where(teacher.in_(absent), episode.not_in(taken))
    return own.union(lent, theirs)


def booked_in_place(connection: Connection, nurse: str) -> ColumnElement[bool]:
    """True for a `visit` that was planned for somebody else and is this nurse's to make: of a colleague who is away on
    its day and whose list they have, or of a pathway lent to them for it. Nearly always there is none."""
    away, lent = t.absence.c, t.nurse_cover.c
    of_list = and_(away.cancelled.is_(False), away.covered_by == nurse)
    of_pathway = and_(lent.cancelled.is_(False), lent.nurse == nurse)
    if not connection.scalar(select(or_(exists().where(of_list), exists().where(of_pathway)))):
        return false()
    return _in_place(of_list, of_pathway)


def stood_in_for(connection: Connection, visits: Iterable[str]) -> frozenset[str]:
    """Those of some planned visits that somebody makes in place of whoever they were planned for."""
    covered = and_(t.absence.c.cancelled.is_(False), t.absence.c.covered_by.is_not(None))
    made = select(t.visit.c.id).where(_in_place(covered, t.nurse_cover.c.cancelled.is_(False)))
    return frozenset(row.id for row in rows_in(connection, among(made, t.visit.c.id), visits))


def _in_place(of_list: ColumnElement[bool], of_pathway: ColumnElement[bool]) -> ColumnElement[bool]:
    away, lent, v = t.absence.c, t.nurse_cover.c, t.visit.c
    on = func.substr(v.planned_at, 1, 10)
    return or_(
        exists().where(of_list, away.nurse == v.planned_nurse, away["from"] <= on, away.until >= on),
        exists().where(
            of_pathway, func.instr(v.planned_episodes, lent.episode) > 0, lent["from"] <= on, lent.until >= on
        ),
    )


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
