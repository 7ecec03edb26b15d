"""What a day holds, what is overdue or has no next visit, and one person's history."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select, union_all

from smf_core.domain.task import TaskState
from smf_core.domain.visit import NotGoneAheadReason, Purpose
from smf_core.records import tables as t
from smf_core.records.instants import moment, optional_moment, utc_text
from smf_core.records.queries.batches import among, code, codes, grouped, rows_in
from smf_core.records.queries.calls import calls_of
from smf_core.records.queries.caseload import (
    MEMBERS,
    CaseloadRow,
    Rows,
    people_taught,
    rows_of,
    sections_of,
    starts_of,
    taught_by,
)
from smf_core.records.queries.covers import booked_in_place
from smf_core.records.queries.episodes import holds
from smf_core.records.queries.patients import PERSON, Known, known
from smf_core.records.queries.red_flags import flags_of
from smf_core.records.queries.tasks import all_tasks_of
from smf_core.records.queries.visits import BOOKED, STANDS

# --- which visit of how many -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitSkill:
    """One pathway a visit concerns. `number` is its place in that pathway by care time, from 1 (`clinical.md` 3.2).

    A visit that is not signed is numbered as if it were; one that did not go ahead or was entered in error has none.
    """

    episode: str
    skill: str
    number: int | None
    expected_visits: int


_TAUGHT = among(
    select(t.visit_section.c.visit, t.visit_section.c.episode).order_by(t.visit_section.c.id), t.visit_section.c.visit
)
_PATHWAYS = among(select(t.episode), t.episode.c.id)


def _skills(connection: Connection, rows: Rows) -> Mapping[str, tuple[VisitSkill, ...]]:
    """The pathways of some visits, by visit: those taught where it is signed, else those it was planned for."""
    signed = [row.id for row in rows if row.status == "signed"]
    sections = grouped(rows_in(connection, _TAUGHT, signed), lambda row: str(row.visit))
    named = {
        row.id: dict.fromkeys(each.episode for each in sections[row.id])
        if row.id in sections
        else dict.fromkeys(codes(row.planned_episodes))
        for row in rows
    }
    ids = [each for episodes in named.values() for each in episodes]
    facts = {row.id: row for row in rows_in(connection, _PATHWAYS, ids)}
    starts = {each: sorted(starts_of(taught)) for each, taught in sections_of(connection, ids).items()}

    def skills(row: Row[*tuple[Any, ...]]) -> Iterator[VisitSkill]:
        counts = row.status != "not_gone_ahead" and not row.struck_reason
        place = (row.started_at or row.planned_at, row.id)
        for each in named[row.id]:
            if each in facts:
                before = bisect_left(starts.get(each, ()), place)
                number = before + 1 if counts else None
                yield VisitSkill(each, facts[each].skill, number, facts[each].expected_visits)

    return {row.id: tuple(skills(row)) for row in rows}


# --- one day -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayVisit:
    """One visit of a day. `status` is planned, started, signed or not_gone_ahead.

    `at` is the start of care once it began, else the time planned; `planned_at` is None for a visit nobody planned.
    """

    id: str
    person: Known
    status: str
    at: datetime
    planned_at: datetime | None
    minutes: int | None
    nurse: str | None
    focus: str
    skills: tuple[VisitSkill, ...]
    signed_at: datetime | None
    signed_by: str | None
    not_gone_ahead_reason: NotGoneAheadReason | None
    whereabouts: str = ""
    """Of one that did not go ahead for no access: what is known of where the person is."""

    dose: str = ""


def today(
    connection: Connection, day_from: datetime, day_to: datetime, nurse: str | None = None
) -> tuple[DayVisit, ...]:
    """Every visit from one moment up to, not including, another, by time: planned, begun, signed and not gone ahead.

    A nurse's are those planned for them or for whom they stand in for, those they signed, and what nobody planned of
    the people they teach.
    """
    v = t.visit.c
    begun = select(v.id).where(v.started_at >= utc_text(day_from), v.started_at < utc_text(day_to))
    planned = select(v.id).where(
        v.status == "planned",
        v.planned_at >= utc_text(day_from),
        v.planned_at < utc_text(day_to),
        v.cancelled.is_(False),
    )
    of_day = _visits().where(STANDS)
    if nurse is not None:
        # All of one index, which begins with the time: sought by nurse, it would be that nurse's visits of years.
        planned_or_signed = func.coalesce(v.planned_nurse, v.signed_by, nurse) == nurse
        in_place = booked_in_place(connection, nurse)
        begun = begun.where(or_(planned_or_signed, func.coalesce(v.signed_by, "") == nurse, in_place))
        planned = planned.where(or_(_meant_for(nurse), in_place))
        of_day = of_day.where(or_(~NOBODYS, taught_by(nurse)))
    at = func.coalesce(v.started_at, v.planned_at)
    rows = connection.execute(of_day.where(v.id.in_(union_all(begun, planned))).order_by(at, v.id)).all()
    return _day_visits(connection, rows)


def overdue(connection: Connection, before: datetime, nurse: str | None = None) -> tuple[DayVisit, ...]:
    """Visits planned before a moment that are not signed, of people still being taught, oldest first.

    One that did not go ahead is among them, with its reason, until something else is booked or takes place. A nurse's
    are those planned for them or for whom they stand in for, and what was planned for nobody of the people they teach.
    """
    v, later = t.visit.c, t.visit.alias("later")
    since = exists().where(
        later.c.patient == v.patient,
        later.c.id != v.id,
        later.c.struck_reason == "",
        or_(
            and_(later.c.status == "planned", later.c.cancelled.is_(False)),
            and_(later.c.status != "planned", later.c.started_at > v.started_at),
        ),
    )
    undone = or_(
        and_(v.status.in_(("planned", "started")), v.cancelled.is_(False)),
        and_(v.status == "not_gone_ahead", ~since),
    )
    passed = select(v.id).where(v.status.in_(("planned", "started", "not_gone_ahead")), v.planned_at < utc_text(before))
    is_taught = exists().where(t.episode.c.patient == v.patient, t.episode.c.closed_on.is_(None))
    late = _visits().where(undone, STANDS, is_taught, t.patient.c.died_on.is_(None))
    if nurse is not None:
        passed = passed.where(or_(_meant_for(nurse), booked_in_place(connection, nurse)))
        late = late.where(or_(~NOBODYS, taught_by(nurse)))
    rows = connection.execute(late.where(v.id.in_(passed)).order_by(v.planned_at, v.id)).all()
    return _day_visits(connection, rows)


def no_next_visit(connection: Connection, after: datetime, nurse: str | None = None) -> tuple[CaseloadRow, ...]:
    """People with an open pathway and nothing booked from a moment on, longest unseen first.

    The caller leaves out those who are ready, on hold, or listed as overdue.
    """
    coming = exists().where(t.visit.c.patient == t.patient.c.id, BOOKED, t.visit.c.planned_at >= utc_text(after))
    people = people_taught(nurse).where(~coming).subquery()
    order = (people.c.last_at.asc().nulls_first(), people.c.sort_name, people.c.person)
    return rows_of(connection, connection.execute(select(people).order_by(*order)).all())


def cosign_waiting(connection: Connection, nurse: str) -> tuple[DayVisit, ...]:
    """Signed visits that this nurse was asked to co-sign and has not, oldest first."""
    asked = _visits().where(
        t.visit.c.status == "signed", t.visit.c.cosign_of == nurse, t.visit.c.cosigned_by.is_(None), STANDS
    )
    return _day_visits(connection, connection.execute(asked.order_by(t.visit.c.signed_at, t.visit.c.id)).all())


def _visits() -> Select[*tuple[Any, ...]]:
    return select(t.visit, *PERSON).join(t.patient, t.patient.c.id == t.visit.c.patient)


NOBODYS = and_(t.visit.c.planned_nurse.is_(None), t.visit.c.signed_by.is_(None))
"""A visit that nobody planned or was planned for nobody, and that nobody has signed."""


def _meant_for(nurse: str) -> ColumnElement[bool]:
    """Planned for a nurse, or for nobody."""
    return or_(t.visit.c.planned_nurse == nurse, t.visit.c.planned_nurse.is_(None))


def _day_visits(connection: Connection, rows: Rows) -> tuple[DayVisit, ...]:
    skills = _skills(connection, rows)
    return tuple(
        DayVisit(
            id=row.id,
            person=known(row),
            status=row.status,
            at=_at(row),
            planned_at=optional_moment(row.planned_at, row.planned_offset),
            minutes=row.planned_minutes if row.minutes is None else row.minutes,
            nurse=row.planned_nurse,
            focus=row.planned_focus,
            skills=skills[row.id],
            signed_at=optional_moment(row.signed_at, row.signed_offset),
            signed_by=row.signed_by,
            not_gone_ahead_reason=(
                code(NotGoneAheadReason, row.not_gone_ahead_reason, NotGoneAheadReason.NO_ACCESS)
                if row.not_gone_ahead_reason
                else None
            ),
            whereabouts=row.no_reply_outcome,
            dose=row.dose,
        )
        for row in rows
    )


def _at(row: Row[*tuple[Any, ...]]) -> datetime:
    begun = optional_moment(row.started_at, row.started_offset)
    return begun or moment(row.planned_at, row.planned_offset)


# --- one person's history ------------------------------------------------------------------------


class EntryKind(StrEnum):
    REFERRAL_RECEIVED = "referral_received"
    REFERRAL_DECIDED = "referral_decided"
    GATE = "gate"
    VISIT_PLANNED = "visit_planned"
    VISIT_CANCELLED = "visit_cancelled"
    VISIT_STARTED = "visit_started"
    VISIT_SIGNED = "visit_signed"
    NOT_GONE_AHEAD = "not_gone_ahead"
    RED_FLAG = "red_flag"
    RED_FLAG_CLOSED = "red_flag_closed"
    HOLD = "hold"
    HOLD_ENDED = "hold_ended"
    DISCHARGE = "discharge"
    CALL = "call"
    TASK_DONE = "task_done"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, or is planned. `at` is None where only the day is known; `by` is a user.

    What `code`, `about` and `detail` hold, by kind: received: source, skills, reason; decided: status, priority,
    reason; gate: state, gate, evidence or reason; visits: purpose, "", focus or reason; not gone ahead: reason, "",
    note; red flag: urgency, sign, action; hold: "", "", reason; discharge: outcome, "", support or reason;
    call: purpose, outcome, words; task: kind, state, text; letter: kind, state, to.
    `struck_reason` says why a signed visit was entered in error.
    """

    kind: EntryKind
    record: str
    on: date
    at: datetime | None = None
    by: str | None = None
    code: str = ""
    about: str = ""
    detail: str = ""
    skills: tuple[VisitSkill, ...] = ()
    amended: bool = False
    struck_reason: str = ""


_VISITS_OF = among(select(t.visit), t.visit.c.patient)
_REFERRALS_OF = among(select(t.referral), t.referral.c.patient)
_PATHWAYS_OF = among(select(t.episode).order_by(t.episode.c.opened_on, t.episode.c.id), t.episode.c.patient)
_GATES = among(select(t.gate), t.gate.c.owner)
_ENDED = among(select(t.discharge), t.discharge.c.episode)
_LETTERS_OF = among(select(t.letter), t.letter.c.patient)


def history(connection: Connection, patient_id: str) -> tuple[Entry, ...]:
    """Everything that happened to one person with us, and what is planned, newest first."""
    entries = [
        *_visit_entries(connection, patient_id),
        *_referral_entries(connection, patient_id),
        *_pathway_entries(connection, patient_id),
        *_flag_entries(connection, patient_id),
        *_message_entries(connection, patient_id),
    ]
    return tuple(sorted(entries, key=_when, reverse=True))


def _when(entry: Entry) -> tuple[datetime, str]:
    return entry.at or datetime.combine(entry.on, time.min, UTC), entry.record


def _visit_entries(connection: Connection, patient_id: str) -> Iterator[Entry]:
    rows = list(rows_in(connection, _VISITS_OF, (patient_id,)))
    skills = _skills(connection, rows)
    for row in rows:
        at = _at(row)
        kind, said = _became(row)
        yield Entry(kind, row.id, at.date(), at, **{"by": row.planned_nurse, "skills": skills[row.id], **said})


def _became(row: Row[*tuple[Any, ...]]) -> tuple[EntryKind, Mapping[str, Any]]:
    """What became of a visit, and what is told of it."""
    match row.status:
        case "signed":
            return EntryKind.VISIT_SIGNED, {
                "by": row.signed_by,
                "code": code(Purpose, row.purpose, Purpose.ASSESSMENT).value,
                "detail": row.stopped_reason,
                "amended": row.amended,
                "struck_reason": row.struck_reason,
            }
        case "not_gone_ahead":
            said = {"code": row.not_gone_ahead_reason or "", "detail": row.not_gone_ahead_note}
            return EntryKind.NOT_GONE_AHEAD, said
        case "started":
            return EntryKind.VISIT_STARTED, {"detail": row.planned_focus}
    kind = EntryKind.VISIT_CANCELLED if row.cancelled else EntryKind.VISIT_PLANNED
    return kind, {"detail": row.planned_focus}


def _referral_entries(connection: Connection, patient_id: str) -> Iterator[Entry]:
    for row in rows_in(connection, _REFERRALS_OF, (patient_id,)):
        yield Entry(
            EntryKind.REFERRAL_RECEIVED,
            row.id,
            row.received_on,
            code=row.source,
            about=row.skills,
            detail=row.reason,
        )
        if row.decided_on:
            yield Entry(
                EntryKind.REFERRAL_DECIDED,
                row.id,
                row.decided_on,
                by=row.decided_by,
                code=row.status,
                about=row.priority or "",
                detail=row.decision_reason,
            )


def _pathway_entries(connection: Connection, patient_id: str) -> Iterator[Entry]:
    """Gates, holds and discharges; a universal gate belongs to the referral, so to all its pathways."""
    pathways = list(rows_in(connection, _PATHWAYS_OF, (patient_id,)))
    skills: dict[str, tuple[VisitSkill, ...]] = {}
    for row in pathways:
        this = VisitSkill(row.id, row.skill, None, row.expected_visits)
        skills[row.id] = (this,)
        skills[row.referral] = (*skills.get(row.referral, ()), this)
    for row in rows_in(connection, _GATES, skills):
        at = moment(row.written_at, row.written_offset)
        said = {"code": row.state, "about": row.gate, "detail": row.evidence or row.reason}
        yield Entry(EntryKind.GATE, row.owner, row.on, at, row.by, **said, skills=skills[row.owner])
    ids = [row.id for row in pathways]
    for episode, held in holds(connection, ids).items():
        for hold in held:
            yield Entry(EntryKind.HOLD, hold.id, hold.from_, detail=hold.reason, skills=skills[episode])
            if hold.until:
                yield Entry(EntryKind.HOLD_ENDED, hold.id, hold.until, detail=hold.reason, skills=skills[episode])
    for row in rows_in(connection, _ENDED, ids):
        yield Entry(
            EntryKind.DISCHARGE,
            row.episode,
            row.on,
            by=row.by,
            code=row.outcome,
            detail=row.support or row.reasons,
            skills=skills[row.episode],
        )


def _flag_entries(connection: Connection, patient_id: str) -> Iterator[Entry]:
    for flag in flags_of(connection, patient_id):
        seen = Entry(EntryKind.RED_FLAG, flag.id, flag.at.date(), flag.at, None, flag.urgency, flag.sign, flag.action)
        yield seen
        if flag.closed_at:
            on, at = flag.closed_at.date(), flag.closed_at
            closed = replace(seen, kind=EntryKind.RED_FLAG_CLOSED, on=on, at=at, by=flag.closed_by)
            yield replace(closed, detail=flag.closing_action)


def _message_entries(connection: Connection, patient_id: str) -> Iterator[Entry]:
    """Calls, tasks that were ended, and letters."""
    for call in calls_of(connection, patient_id, with_struck=True):
        entry = Entry(EntryKind.CALL, call.id, call.at.date(), call.at, call.by, call.purpose, call.outcome, call.words)
        yield replace(entry, amended=call.amended, struck_reason=call.struck_reason)
    for task in all_tasks_of(connection, patient_id):
        if task.done_at is not None and task.state is not TaskState.OPEN:
            on, said = task.done_at.date(), (task.kind.value, task.state.value, task.text)
            yield Entry(EntryKind.TASK_DONE, task.id, on, task.done_at, task.done_by, *said)
    for row in rows_in(connection, _LETTERS_OF, (patient_id,)):
        at = optional_moment(row.sent_at, row.sent_offset) or moment(row.written_at, row.written_offset)
        yield Entry(EntryKind.LETTER, row.id, at.date(), at, row.sent_by or row.by, row.kind, row.state, row.to)


def change_sets_of(connection: Connection, patient_id: str) -> int:
    """How many saves there are in one person's record, whatever they wrote."""
    episodes = select(t.episode.c.id).where(t.episode.c.patient == patient_id)
    visits = select(t.visit.c.id).where(t.visit.c.patient == patient_id)
    by_patient = (*MEMBERS, t.referral, t.episode, t.visit, t.observation, t.red_flag)
    records = union_all(
        select(t.patient.c.id).where(t.patient.c.id == patient_id),
        *(select(table.c.id).where(table.c.patient == patient_id) for table in by_patient),
        *(select(table.c.id).where(table.c.episode.in_(episodes)) for table in (t.hold, t.core_visits)),
        select(t.visit_section.c.id).where(t.visit_section.c.visit.in_(visits)),
    )
    held = select(func.count(t.item.c.cs_id.distinct())).where(t.item.c.entity_id.in_(records))
    return connection.execute(held).scalar_one()
