"""Visits: signed ones with all that was taught, and those booked or not gone ahead."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, func, select, tuple_

from smf_core.domain.visit import (
    Answer,
    Level,
    Method,
    NotGoneAheadReason,
    Place,
    Purpose,
    Rating,
    Reading,
    Section,
    TeachBackAnswer,
    Visit,
)
from smf_core.records import tables as t
from smf_core.records.instants import moment, optional_moment, utc_text
from smf_core.records.queries.batches import among, code, codes, grouped, rows_in

SIGNED = t.visit.c.status == "signed"
MISSED = t.visit.c.status == "not_gone_ahead"
STANDS = t.visit.c.struck_reason == ""
COMPLETED = and_(SIGNED, STANDS)
"""A visit that counts: signed, in person or by video, and not entered in error."""

BOOKED = and_(
    t.visit.c.status.in_(("planned", "started")),
    t.visit.c.planned_at.is_not(None),
    t.visit.c.cancelled.is_(False),
    STANDS,
)
"""A booking not yet fulfilled; one that was started but not signed is still open."""

IN_ORDER = (t.visit.c.started_at, t.visit.c.signed_at, t.visit.c.id)
"""Order of care."""

_LEVELS = {level.value: level for level in Level}
_ANSWERS = {answer.value: answer for answer in TeachBackAnswer}
_METHODS = {method.value: method for method in Method}
"""A long record holds thousands of these: looked up here, they are read ten times as fast."""

Said = TypeVar("Said", Rating, Answer)
Code = TypeVar("Code", bound=StrEnum)

_TAUGHT_AT = among(select(t.visit_section.c.visit).distinct(), t.visit_section.c.episode)
_COMPLETED = among(select(t.visit).where(COMPLETED), t.visit.c.id)
_SIGNED_OF = among(select(t.visit).where(SIGNED).order_by(*IN_ORDER), t.visit.c.patient)
_COMPLETED_OF = among(select(t.visit).where(COMPLETED).order_by(*IN_ORDER), t.visit.c.patient)
_BOOKED_IN_TURN = among(select(t.visit).where(BOOKED).order_by(t.visit.c.planned_at, t.visit.c.id), t.visit.c.patient)
_SECTIONS = among(select(t.visit_section).order_by(t.visit_section.c.id), t.visit_section.c.visit)
_RATED = t.step_rating.c
_RATINGS = among(
    select(_RATED.section, _RATED.step, _RATED.level, _RATED.note, _RATED.reason, _RATED.amended), _RATED.section
)
_SAID = t.teach_back.c
_ANSWERED = among(select(_SAID.section, _SAID.question, _SAID.answer, _SAID.words), _SAID.section)
_READINGS = among(
    select(t.observation)
    .where(t.observation.c.struck_reason == "")
    .order_by(t.observation.c.read_at, t.observation.c.id),
    t.observation.c.visit,
)


@dataclass(frozen=True, slots=True)
class Booking:
    """A planned visit. `status` is planned, started, signed or not_gone_ahead."""

    id: str
    patient: str
    status: str
    at: datetime
    minutes: int | None
    nurse: str | None
    episodes: tuple[str, ...]
    focus: str
    cancelled: bool
    dose: str = ""
    window_from: str = ""
    window_until: str = ""
    series: str | None = None


@dataclass(frozen=True, slots=True)
class NotGoneAhead:
    """A visit that did not go ahead; `at` is when it was to be."""

    id: str
    patient: str
    at: datetime
    reason: NotGoneAheadReason
    note: str
    nurse: str | None
    episodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Usual:
    """What the visit page begins with: as it was last time."""

    minutes: int
    place: Place
    methods: tuple[Method, ...]
    also_present: str


# --- signed --------------------------------------------------------------------------------------


def visit(connection: Connection, visit_id: str) -> Visit | None:
    """A signed visit, also one entered in error (`Visit.stands`); None while it is not signed."""
    found = connection.execute(select(t.visit).where(t.visit.c.id == visit_id, SIGNED)).all()
    return next(iter(_whole(connection, found)), None)


def visits_of_episode(connection: Connection, episode_id: str) -> tuple[Visit, ...]:
    """The visits that count for a pathway, in order of care, each with the sections of that pathway alone."""
    return visits_of_episodes(connection, (episode_id,)).get(episode_id, ())


def visits_of_episodes(connection: Connection, ids: Iterable[str]) -> Mapping[str, tuple[Visit, ...]]:
    """`visits_of_episode` for many pathways at once, by pathway; one without visits is not in it."""
    wanted = frozenset(ids)
    named = {row.visit for row in rows_in(connection, _TAUGHT_AT, wanted)}
    rows = list(rows_in(connection, _COMPLETED, named))
    found: dict[str, list[Visit]] = {}
    for whole in _whole(connection, _in_order(rows), wanted):
        for each, sections in grouped(whole.sections, lambda section: section.episode).items():
            found.setdefault(each, []).append(replace(whole, sections=tuple(sections)))
    return {each: tuple(visits) for each, visits in found.items()}


def signed_visits_of_patient(
    connection: Connection, patient_id: str, *, with_struck: bool = False
) -> tuple[Visit, ...]:
    """One person's signed visits in order of care; those entered in error only when asked for."""
    return _whole(connection, rows_in(connection, _SIGNED_OF if with_struck else _COMPLETED_OF, (patient_id,)))


def place_in_pathway(connection: Connection, episode_id: str, visit: Visit) -> int:
    """The place of a signed visit among the completed ones of a pathway, by care time, from 1."""
    own = (utc_text(visit.started_at), visit.id)
    earlier = (
        select(func.count(t.visit.c.id.distinct()))
        .join(t.visit_section, t.visit_section.c.visit == t.visit.c.id)
        .where(t.visit_section.c.episode == episode_id, COMPLETED, tuple_(t.visit.c.started_at, t.visit.c.id) < own)
    )
    return 1 + connection.execute(earlier).scalar_one()


def last_visit_defaults(connection: Connection, patient_id: str) -> Usual | None:
    """How the latest completed visit was made; None before the first."""
    own = select(t.visit).where(t.visit.c.patient == patient_id, COMPLETED)
    row = connection.execute(own.order_by(*(column.desc() for column in IN_ORDER)).limit(1)).one_or_none()
    return (
        Usual(row.minutes or 0, code(Place, row.contact, Place.HOME), _methods(row), row.also_present) if row else None
    )


def latest_readings(connection: Connection, patient_id: str, observations: Collection[str]) -> Mapping[str, Reading]:
    """The last reading of each of these observations, by observation; one never read is not in it."""
    seen = t.observation
    newest = func.row_number().over(partition_by=seen.c.observation, order_by=(seen.c.read_at.desc(), seen.c.id.desc()))
    ranked = (
        select(seen, newest.label("place"))
        .join(t.visit, t.visit.c.id == seen.c.visit)
        .where(seen.c.patient == patient_id, seen.c.struck_reason == "", COMPLETED)
        .subquery()
    )
    last = among(select(ranked).where(ranked.c.place == 1), ranked.c.observation)
    rows = rows_in(connection, last, observations)
    return {row.observation: _reading(row) for row in rows}


def _in_order(rows: list[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    return sorted(rows, key=lambda row: (row.started_at, row.signed_at or "", row.id))


def _whole(
    connection: Connection, rows: Iterable[Row[*tuple[Any, ...]]], episodes: Collection[str] | None = None
) -> tuple[Visit, ...]:
    """Visits of their rows, in the same order, with all their sections or those of some pathways."""
    held = list(rows)
    taught = rows_in(connection, _SECTIONS, (row.id for row in held))
    sections = [row for row in taught if episodes is None or row.episode in episodes]
    ids = [row.id for row in sections]
    ratings = _by_section(rows_in(connection, _RATINGS, ids), Rating, _LEVELS, Level.NOT_YET)
    answers = _by_section(rows_in(connection, _ANSWERED, ids), Answer, _ANSWERS, TeachBackAnswer.NOT_COVERED)
    read_rows = list(rows_in(connection, _READINGS, (row.id for row in held)))
    read = grouped(read_rows, _section_of)
    of_visit = grouped((row for row in read_rows if row.section is None), lambda row: str(row.visit))
    by_visit = grouped(
        (
            Section(
                id=row.id,
                visit=row.visit,
                episode=row.episode,
                learner=row.learner,
                ratings=ratings.get(row.id, {}),
                answers=answers.get(row.id, {}),
                readings=tuple(_reading(one) for one in read.get(row.id, ())),
                confidence=row.confidence,
                strategies=codes(row.strategies),
                notes=row.notes,
                checklist_version=row.checklist_version or "",
            )
            for row in sections
        ),
        lambda section: section.visit,
    )
    return tuple(
        _visit(row, tuple(by_visit.get(row.id, ())), tuple(_reading(one) for one in of_visit.get(row.id, ())))
        for row in held
    )


def _by_section(
    rows: Iterable[Row[*tuple[Any, ...]]], made: Callable[..., Said], known: Mapping[str, Code], otherwise: Code
) -> Mapping[str, Mapping[str, Said]]:
    """Ratings or answers by section and by what they are of. Those that say the same are one value, made once."""
    held: dict[tuple[Any, ...], Said] = {}
    found: dict[str, dict[str, Said]] = {}
    for row in rows:
        said = row[1:]
        value = held.get(said)
        if value is None:
            value = held[said] = made(said[0], known.get(said[1], otherwise), *said[2:])
        found.setdefault(row[0], {})[said[0]] = value
    return found


def _section_of(row: Row[*tuple[Any, ...]]) -> str | None:
    found: str | None = row.section
    return found


def _visit(row: Row[*tuple[Any, ...]], sections: tuple[Section, ...], vital_signs: tuple[Reading, ...]) -> Visit:
    started = moment(row.started_at, row.started_offset)
    return Visit(
        id=row.id,
        patient=row.patient,
        started_at=started,
        minutes=row.minutes or 0,
        place=code(Place, row.contact, Place.HOME),
        purpose=code(Purpose, row.purpose, Purpose.ASSESSMENT),
        signed_by=row.signed_by,
        # An amendment may arrive before what it amends; until then the start of care stands in.
        signed_at=optional_moment(row.signed_at, row.signed_offset) or started,
        signed_by_registered=bool(row.signed_registered),
        sections=sections,
        vital_signs=vital_signs,
        stopped_reason=row.stopped_reason,
        also_present=row.also_present,
        methods=_methods(row),
        struck_reason=row.struck_reason,
        amended=row.amended,
        late_reason=row.late_reason,
        copied_from=row.copied_from,
        draft_of=row.draft_of,
        moved_to=row.moved_to,
        cosign_of=row.cosign_of,
        cosigned_by=row.cosigned_by,
        cosigned_at=optional_moment(row.cosigned_at, row.cosigned_offset),
        cosign_note=row.cosign_note,
    )


def _methods(row: Row[*tuple[Any, ...]]) -> tuple[Method, ...]:
    return tuple(_METHODS[each] for each in codes(row.methods) if each in _METHODS)


def _reading(row: Row[*tuple[Any, ...]]) -> Reading:
    return Reading(
        id=row.id,
        observation=row.observation,
        at=moment(row.read_at, row.read_offset),
        value=row.value,
        unit=row.unit,
        note=row.note,
    )


# --- booked --------------------------------------------------------------------------------------


def planned_visits(
    connection: Connection, from_: datetime, to: datetime, nurse: str | None = None
) -> tuple[Booking, ...]:
    """Visits planned from one moment up to, not including, another and not begun yet, by time."""
    planned = select(t.visit).where(
        t.visit.c.status == "planned",
        t.visit.c.cancelled.is_(False),
        t.visit.c.planned_at >= utc_text(from_),
        t.visit.c.planned_at < utc_text(to),
    )
    if nurse is not None:
        planned = planned.where(t.visit.c.planned_nurse == nurse)
    rows = connection.execute(planned.order_by(t.visit.c.planned_at, t.visit.c.id))
    return tuple(booking_of(row) for row in rows)


def booking(connection: Connection, visit_id: str) -> Booking | None:
    """How a visit was planned, whatever became of it; None for one that never was."""
    own = select(t.visit).where(t.visit.c.id == visit_id, t.visit.c.planned_at.is_not(None))
    row = connection.execute(own).one_or_none()
    return booking_of(row) if row else None


def bookings_not_begun(connection: Connection, patient_id: str) -> tuple[Booking, ...]:
    """One person's bookings that stand and that nobody has begun, by time."""
    own = select(t.visit).where(t.visit.c.patient == patient_id, t.visit.c.status == "planned", BOOKED)
    rows = connection.execute(own.order_by(t.visit.c.planned_at, t.visit.c.id))
    return tuple(booking_of(row) for row in rows)


def next_bookings(connection: Connection, patients: Iterable[str]) -> Mapping[str, Booking]:
    """Each person's earliest booking not yet fulfilled, overdue ones included; who has none is not in it."""
    found: dict[str, Booking] = {}
    for row in rows_in(connection, _BOOKED_IN_TURN, patients):
        if row.patient not in found:
            found[row.patient] = booking_of(row)
    return found


def not_gone_ahead(
    connection: Connection, from_: datetime, to: datetime, *, patient: str | None = None, nurse: str | None = None
) -> tuple[NotGoneAhead, ...]:
    """Visits that were to be from one moment up to, not including, another and did not go ahead, by time."""
    missed = select(t.visit).where(
        MISSED,
        t.visit.c.started_at >= utc_text(from_),
        t.visit.c.started_at < utc_text(to),
        STANDS,
    )
    if patient is not None:
        missed = missed.where(t.visit.c.patient == patient)
    if nurse is not None:
        missed = missed.where(t.visit.c.planned_nurse == nurse)
    rows = connection.execute(missed.order_by(t.visit.c.started_at, t.visit.c.id))
    return tuple(
        NotGoneAhead(
            id=row.id,
            patient=row.patient,
            at=moment(row.started_at, row.started_offset),
            reason=code(NotGoneAheadReason, row.not_gone_ahead_reason, NotGoneAheadReason.NO_ACCESS),
            note=row.not_gone_ahead_note,
            nurse=row.planned_nurse,
            episodes=codes(row.planned_episodes),
        )
        for row in rows
    )


def booking_of(row: Row[*tuple[Any, ...]]) -> Booking:
    """The booking of a row of the table of visits."""
    return Booking(
        id=row.id,
        patient=row.patient,
        status=row.status,
        at=moment(row.planned_at, row.planned_offset),
        minutes=row.planned_minutes,
        nurse=row.planned_nurse,
        episodes=codes(row.planned_episodes),
        focus=row.planned_focus,
        cancelled=row.cancelled,
        dose=row.dose,
        window_from=row.window_from,
        window_until=row.window_until,
        series=row.series,
    )
