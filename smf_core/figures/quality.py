"""What is to be mended in the records, person by person: figures are only as good as these.

Looked at are people and pathways still taught, and what ended, was done or was written since a day.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, null, or_, select

from smf_core.domain.discharge import Outcome
from smf_core.domain.letter import LetterState
from smf_core.domain.patient import NhsNumberStatus
from smf_core.domain.referral import Source
from smf_core.figures.episodes import GOOD, E, counted, names
from smf_core.records import tables as t
from smf_core.records.instants import day_of, optional_moment, utc_text
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.patients import Known, people_known
from smf_core.records.queries.practices import practices
from smf_core.records.queries.visits import COMPLETED

NO_PRACTICES = "No list of practices is imported, so a closed or unknown one cannot be told."
CAME_BACK_WITHIN = timedelta(days=90)
"""So long after a discharge a return is held against it, as `rereferral_90` has it."""

_P, _EP, _R, _V, _L, _C = (each.c for each in (t.patient, t.episode, t.referral, t.visit, t.letter, t.core_return))
_LINKED = t.referral.alias("linked").c
_NOT_SAID = func.coalesce(_V.minutes, 0) == 0
_BEGUN = among(select(_V.id, _V.started_at, _V.started_offset), _V.id)
_WAITING = (LetterState.TO_PRINT.value, LetterState.PRINTED.value)


class Fault(StrEnum):
    """What is wrong: of people first, then of pathways, visits, letters and returns."""

    NO_NHS_NUMBER = "no_nhs_number"
    NHS_NUMBER_NOT_TRACED = "nhs_number_not_traced"
    PRACTICE_NOT_KNOWN = "practice_not_known"
    PRACTICE_CLOSED = "practice_closed"
    NO_ETHNIC_CATEGORY = "no_ethnic_category"
    NO_LANGUAGE = "no_language"
    NO_BASELINE = "no_baseline"
    NO_OUTCOME = "no_outcome"
    """A pathway that ended with no outcome that is known here: each figure counts it as not discharged."""

    UNSIGNED = "unsigned"
    """A visit that was begun on this laptop more than 24 hours ago. Those on other laptops are not known here."""

    NO_MINUTES = "no_minutes"
    LETTER_NOT_SENT = "letter_not_sent"
    RETURN_NOT_LINKED = "return_not_linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMend:
    """One thing to mend, of a nurse by id ("" is nobody's). `record` is the visit, the letter, or the referral somebody
    came back by: "" where it was to a core team, and there is none of ours to link.
    """

    fault: Fault
    nurse: str
    patient: str
    episode: str = ""
    record: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """So many at fault, of so many looked at; `faulty` is None where `reason`, a plain sentence, says why."""

    fault: Fault
    faulty: int | None
    of: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was found: counts for each fault, each thing to mend, and the people by id."""

    looked: tuple[Looked, ...]
    rows: tuple[ToMend, ...]
    people: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A draft of a visit on this laptop: whose, of whom, and when it was last kept."""

    nurse: str
    patient: str
    visit: str
    kept_at: datetime


Rows = Sequence[Row[*tuple[Any, ...]]]


class _Found:
    """What has been found so far."""

    def __init__(self) -> None:
        self.of: defaultdict[Fault, int] = defaultdict(int)
        self.rows: list[ToMend] = []
        self.reasons: dict[Fault, str] = {}

    def looked(self) -> tuple[Looked, ...]:
        faulty = {fault: sum(row.fault is fault for row in self.rows) for fault in Fault}
        return tuple(
            Looked(fault, None if fault in self.reasons else faulty[fault], self.of[fault], self.reasons.get(fault, ""))
            for fault in Fault
        )


def quality(
    connection: Connection, since: date, now: datetime, drafts: Sequence[Unsigned], last_in_time: date
) -> Quality:
    """All that is to be mended. A letter that waits is late if it was written before the day `last_in_time`."""
    found = _Found()
    pathways = [*_pathways(connection, _EP.closed_on.is_(None)), *_pathways(connection, _EP.closed_on >= since)]
    _people(connection, pathways, found, now.date())
    _of_pathways(pathways, found)
    _drafts(connection, drafts, found, now)
    _visits(connection, since, now, found)
    _letters(connection, since, last_in_time, found)
    _returns(connection, since, now.date(), found)
    return Quality(found.looked(), tuple(found.rows), people_known(connection, {row.patient for row in found.rows}))


def _pathways(connection: Connection, which: ColumnElement[bool]) -> Rows:
    asking = (
        select(
            *(_EP.id, _EP.patient, _EP.nurse, _EP.opened_on, _EP.closed_on, _EP.outcome),
            *(_EP.baseline_visits_per_month, _P.nhs_number, _P.nhs_number_status, _P.gp_practice_code),
            *(_P.ethnic_category, _P.language, _P.died_on),
        )
        .join(t.patient, _P.id == _EP.patient)
        .where(which, func.coalesce(_EP.outcome, "") != Outcome.ENTERED_IN_ERROR.value)
        .order_by(_EP.opened_on, _EP.id)
    )
    return connection.execute(asking).all()


def _people(connection: Connection, pathways: Rows, found: _Found, today: date) -> None:
    """Each person once, as the nurse's who teaches them, or taught them. Of who has died nothing is asked any more."""
    people = {row.patient: row for row in reversed(pathways) if row.died_on is None}
    listed = practices(connection, {row.gp_practice_code for row in people.values()})
    lists = connection.scalar(select(exists().where(t.practice.c.id.is_not(None))))
    for row in sorted(people.values(), key=lambda one: str(one.patient)):
        practice = listed.get(row.gp_practice_code)
        is_wrong = {
            Fault.NO_NHS_NUMBER: not row.nhs_number,
            Fault.NHS_NUMBER_NOT_TRACED: bool(row.nhs_number) and row.nhs_number_status != NhsNumberStatus.TRACED,
            Fault.PRACTICE_NOT_KNOWN: not row.gp_practice_code or (bool(lists) and practice is None),
            Fault.PRACTICE_CLOSED: practice is not None and practice.closed(today),
            Fault.NO_ETHNIC_CATEGORY: not row.ethnic_category.strip(),
            Fault.NO_LANGUAGE: not row.language.strip(),
        }
        for fault, wrong in is_wrong.items():
            found.of[fault] += 1
            if wrong:
                found.rows.append(ToMend(fault=fault, nurse=row.nurse or "", patient=row.patient))
    if not lists:
        found.reasons[Fault.PRACTICE_CLOSED] = NO_PRACTICES


def _of_pathways(pathways: Rows, found: _Found) -> None:
    for row in pathways:
        of = {"nurse": row.nurse or "", "patient": row.patient, "episode": row.id}
        found.of[Fault.NO_BASELINE] += 1
        if not row.baseline_visits_per_month:
            found.rows.append(ToMend(fault=Fault.NO_BASELINE, **of, since=row.opened_on))
        if row.closed_on is not None:
            found.of[Fault.NO_OUTCOME] += 1
            if row.outcome not in frozenset(Outcome):
                found.rows.append(ToMend(fault=Fault.NO_OUTCOME, **of, since=row.closed_on))


def _drafts(connection: Connection, drafts: Sequence[Unsigned], found: _Found, now: datetime) -> None:
    begun = {
        row.id: optional_moment(row.started_at, row.started_offset)
        for row in rows_in(connection, _BEGUN, (each.visit for each in drafts))
    }
    for each in drafts:
        found.of[Fault.UNSIGNED] += 1
        at = begun.get(each.visit) or each.kept_at
        if now - at > timedelta(hours=24):
            of = {"nurse": each.nurse, "patient": each.patient, "record": each.visit}
            found.rows.append(ToMend(fault=Fault.UNSIGNED, **of, since=at.date()))


def _visits(connection: Connection, since: date, now: datetime, found: _Found) -> None:
    first = utc_text(datetime.combine(since, time(), now.tzinfo))
    asking = select(func.count(), counted(_NOT_SAID)).where(COMPLETED, _V.started_at >= first)
    found.of[Fault.NO_MINUTES], faulty = map(int, connection.execute(asking).one())
    if not faulty:
        return
    which = select(_V.id, _V.patient, _V.signed_by, _V.started_at, _V.started_offset)
    order = which.where(COMPLETED, _V.started_at >= first, _NOT_SAID).order_by(_V.started_at, _V.id)
    for row in connection.execute(order):
        on = day_of(row.started_at)
        of = {"nurse": row.signed_by or "", "patient": row.patient, "record": row.id}
        found.rows.append(ToMend(fault=Fault.NO_MINUTES, **of, since=on))


def _letters(connection: Connection, since: date, last_in_time: date, found: _Found) -> None:
    """Of those written since a day, and of whatever waits still."""
    waiting = (
        select(_L.id, _L.patient, _L.episode, _L.by, _L.written_at, _L.written_offset, _EP.nurse)
        .outerjoin(t.episode, _EP.id == _L.episode)
        .where(_L.state.in_(_WAITING))
        .order_by(_L.written_at, _L.id)
    )
    rows = connection.execute(waiting).all()
    sent = _L.state == LetterState.SENT.value
    gone = connection.scalar(select(func.count()).where(sent, _L.written_at >= since.isoformat()))
    found.of[Fault.LETTER_NOT_SENT] = len(rows) + (gone or 0)
    for row in rows:
        on = day_of(row.written_at)
        if on < last_in_time:
            of = {"nurse": row.nurse or row.by, "patient": row.patient, "episode": row.episode or "", "record": row.id}
            found.rows.append(ToMend(fault=Fault.LETTER_NOT_SENT, **of, since=on))


def _returns(connection: Connection, since: date, today: date, found: _Found) -> None:
    """Who came back within 90 days of a discharge to self-care, by phone or to a core team, and if that is said."""
    well = [E.closed_on.between(since - CAME_BACK_WITHIN, today), GOOD]
    of = select(E.patient, E.episode, E.nurse, E.closed_on)
    again = or_(_R.earlier_episode.is_not(None), names(_R.skills, E.skill))
    linked = _R.earlier_episode.is_not(None).label("linked")
    said = exists().where(_LINKED.patient == E.patient, _LINKED.earlier_episode.is_not(None)).label("linked")
    by_us, by_core = _R.id.label("referral"), null().label("referral")
    to_us = of.add_columns(_R.id, _R.received_on, linked, by_us).join(t.referral, _R.patient == E.patient)
    to_core = of.add_columns(_C.id, _C.received_on, said, by_core).join(t.core_return, _C.patient == E.patient)
    by_phone = [_R.source == Source.SELF.value, _R.received_on >= since, again]
    back: dict[str, Row[*tuple[Any, ...]]] = {}
    for asking in (to_us.where(*well, *by_phone), to_core.where(*well, _C.received_on >= since)):
        for row in connection.execute(asking.order_by(E.closed_on, E.episode)):
            after = row.received_on - row.closed_on
            # On the very day, only what is linked to the discharge is known to have come after it.
            if timedelta(0 if row.linked else 1) <= after <= CAME_BACK_WITHIN:
                back[row.id] = row
    found.of[Fault.RETURN_NOT_LINKED] = len(back)
    for _, row in sorted(back.items()):
        if not row.linked:
            at = {"nurse": row.nurse or "", "patient": row.patient, "episode": row.episode}
            back_by = row.referral or ""
            found.rows.append(ToMend(fault=Fault.RETURN_NOT_LINKED, **at, record=back_by, since=row.received_on))
