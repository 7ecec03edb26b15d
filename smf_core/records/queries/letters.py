"""Letters: those of a person, those that still have to leave the house, and core visits that should have stopped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, exists, func, select

from smf_core.domain.letter import STOPPING, DoseChange, DoseTurn, Letter, LetterContent, LetterKind, LetterState, gives
from smf_core.domain.task import TaskKind, TaskState
from smf_core.records import tables as t
from smf_core.records.instants import moment, optional_moment
from smf_core.records.queries.batches import among, code, codes, grouped, rows_in
from smf_core.records.queries.patients import PERSON, Known, known

_UNREADABLE = LetterContent("", "", "", (), "", (), (), "", (), ())
"""Stands for a content that a newer version wrote in a shape of its own."""

Rows = Iterable[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class CoreStop:
    """A letter that asks the core team to stop visits and that nobody has confirmed yet.

    `visits_left` is what the core team still does a month as last recorded, "" where it was never recorded.
    """

    letter: str
    patient: str
    episode: str
    skill: str
    to: str
    written_on: date
    state: LetterState
    visits_left: str = ""


@dataclass(frozen=True, slots=True)
class LetterOf:
    """A letter in a list of many people's."""

    letter: Letter
    person: Known
    practice_code: str
    """The practice the person is with today."""


_later = t.letter.alias("later")
_UNANSWERED = and_(
    t.letter.c.kind == LetterKind.CORE_TEAM.value,
    t.letter.c.state != LetterState.WITHDRAWN.value,
    t.letter.c.confirmed_on.is_(None),
    t.letter.c.episode.is_not(None),
    ~exists().where(
        _later.c.episode == t.letter.c.episode,
        _later.c.kind == LetterKind.CORE_TEAM.value,
        _later.c.state != LetterState.WITHDRAWN.value,
        _later.c.written_at > t.letter.c.written_at,
    ),
)
CORE_STOP_WAITS = and_(_UNANSWERED, t.letter.c.cause.in_([cause.value for cause in STOPPING]))
"""True for a `letter` that is the last word to the core team on a pathway, asks it to stop, and is unanswered."""

_STOPS = (
    select(t.letter, t.episode.c.skill)
    .join(t.episode, t.episode.c.id == t.letter.c.episode)
    .where(CORE_STOP_WAITS)
    .order_by(t.letter.c.written_at, t.letter.c.id)
)
_STOPS_OF = among(_STOPS, t.letter.c.patient)
_LEFT = among(select(t.core_visits).order_by(t.core_visits.c["from"], t.core_visits.c.id), t.core_visits.c.episode)
_PRESCRIBED = among(select(t.medicine).order_by(t.medicine.c.id), t.medicine.c.patient)


def letter(connection: Connection, letter_id: str) -> Letter | None:
    rows = connection.execute(select(t.letter).where(t.letter.c.id == letter_id)).all()
    return next(iter(_letters(connection, rows)), None)


def letters_of(connection: Connection, patient: str) -> tuple[Letter, ...]:
    """Every letter about a person, newest first."""
    own = select(t.letter).where(t.letter.c.patient == patient)
    rows = connection.execute(own.order_by(t.letter.c.written_at.desc(), t.letter.c.id.desc())).all()
    return tuple(_letters(connection, rows))


def letters_of_episode(connection: Connection, episode: str) -> tuple[Letter, ...]:
    """Every letter about a pathway, oldest first."""
    own = select(t.letter).where(t.letter.c.episode == episode)
    rows = connection.execute(own.order_by(t.letter.c.written_at, t.letter.c.id)).all()
    return tuple(_letters(connection, rows))


def letters_in(
    connection: Connection, states: Iterable[LetterState], *, limit: int = 500, newest: bool = False
) -> tuple[LetterOf, ...]:
    """Letters of everybody in these states: those written longest ago first, or the newest first."""
    order = (t.letter.c.written_at, t.letter.c.id)
    found = (
        select(t.letter, *PERSON, t.patient.c.gp_practice_code)
        .join(t.patient, t.patient.c.id == t.letter.c.patient)
        .where(t.letter.c.state.in_([state.value for state in states]))
        .order_by(*(column.desc() for column in order) if newest else order)
        .limit(limit)
    )
    rows = connection.execute(found).all()
    letters = _letters(connection, rows)
    return tuple(LetterOf(one, known(row), row.gp_practice_code or "") for one, row in zip(letters, rows, strict=True))


def count_letters(connection: Connection) -> Mapping[LetterState, int]:
    """How many letters stand in each state."""
    counted = connection.execute(select(t.letter.c.state, func.count()).group_by(t.letter.c.state))
    found = {LetterState(state): count for state, count in counted}
    return {state: found.get(state, 0) for state in LetterState}


def core_stops(connection: Connection, patients: Iterable[str]) -> Mapping[str, tuple[CoreStop, ...]]:
    """Core visits nobody has confirmed to stop, by person; who has none is not in it."""
    rows = rows_in(connection, _STOPS_OF, patients)
    by_person = grouped(_core_stops(connection, list(rows)), lambda stop: stop.patient)
    return {patient: tuple(stops) for patient, stops in by_person.items()}


def core_stops_waiting(connection: Connection, nurse: str | None = None, limit: int = 200) -> tuple[CoreStop, ...]:
    """Core visits nobody has confirmed to stop, longest first; of one nurse's pathways where one is named."""
    waiting = _STOPS.limit(limit)
    if nurse is not None:
        waiting = waiting.where(t.episode.c.nurse == nurse)
    return tuple(_core_stops(connection, connection.execute(waiting).all()))


def open_check_ins(connection: Connection, episode: str) -> tuple[str, ...]:
    """The ids of the calls after a discharge that are still to be made."""
    task = t.task
    due = select(task.c.id).where(
        task.c.about == episode, task.c.kind == TaskKind.CHECK_IN.value, task.c.state == TaskState.OPEN.value
    )
    return tuple(connection.scalars(due.order_by(task.c.id)))


def _core_stops(connection: Connection, rows: Rows) -> list[CoreStop]:
    held = list(rows)
    left = {row.episode: row.visits_per_month for row in rows_in(connection, _LEFT, (row.episode for row in held))}
    return [
        CoreStop(
            letter=row.id,
            patient=row.patient,
            episode=row.episode,
            skill=row.skill,
            to=row.to,
            written_on=moment(row.written_at, row.written_offset).date(),
            state=LetterState(row.state),
            visits_left=left.get(row.episode, ""),
        )
        for row in held
    ]


def _letters(connection: Connection, rows: Rows) -> list[Letter]:
    held = list(rows)
    people = {row.patient for row in held if row.medicine}
    medicines = grouped(rows_in(connection, _PRESCRIBED, people), lambda row: str(row.patient))
    return [_letter(row, medicines.get(row.patient, [])) for row in held]


def _letter(row: Row[*tuple[Any, ...]], medicines: Sequence[Row[*tuple[Any, ...]]]) -> Letter:
    named = codes(row.medicine)
    skills = {each.skill for each in medicines if each.id in named}
    content, written = _content(row.content), moment(row.written_at, row.written_offset)
    return Letter(
        id=row.id,
        patient=row.patient,
        kind=code(LetterKind, row.kind, LetterKind.REFERRER),
        to=row.to,
        content=content,
        template=row.template,
        written_at=written,
        by=row.by,
        state=LetterState(row.state),
        cause=row.cause,
        episode=row.episode,
        referral=row.referral,
        medicines=named,
        how=row.how,
        sent_by=row.sent_by,
        sent_at=optional_moment(row.sent_at, row.sent_offset),
        state_reason=row.state_reason,
        confirmed_who=row.confirmed_who,
        confirmed_on=row.confirmed_on,
        confirmed_by=row.confirmed_by,
        confirmed_note=row.confirmed_note,
        stale=tuple(
            change
            for each in medicines
            if each.skill in skills
            and (change := _changed(each, row.written_at, written.date(), named, content)) is not None
        ),
    )


def _changed(
    medicine: Row[*tuple[Any, ...]], written_at: str, written_on: date, named: Sequence[str], content: LetterContent
) -> DoseChange | None:
    """What became of a medicine since a letter was written; None where it is as the letter says.

    What a colleague changed or added before that, and this laptop heard of later, counts like a change since; so do
    two versions that nobody has settled. One added changes what is taken.
    """
    if medicine.id not in named:
        if not medicine.active or (medicine.ends_on is not None and medicine.ends_on < written_on):
            return None
        return DoseChange(medicine.name, moment(medicine.first_at, medicine.first_offset).date(), DoseTurn.ADDED)
    if not medicine.active:
        turn = DoseTurn.ENDED
    elif _is_since(medicine.changed_at, written_at) or not _is_said(medicine, content):
        turn = DoseTurn.CHANGED
    else:
        return None
    at, offset = medicine.changed_at, medicine.changed_offset
    on = moment(medicine.first_at, medicine.first_offset) if at is None else moment(at, offset)
    return DoseChange(medicine.name, on.date(), turn)


def _is_since(changed_at: str | None, written_at: str) -> bool:
    return changed_at is not None and changed_at > written_at


def _is_said(medicine: Row[*tuple[Any, ...]], content: LetterContent) -> bool:
    if content is _UNREADABLE:
        return True
    return bool(medicine.settled) and gives(content, medicine.dose, medicine.times)


def _content(text: str) -> LetterContent:
    try:
        return msgspec.json.decode(text, type=LetterContent)
    except msgspec.DecodeError:
        return _UNREADABLE
