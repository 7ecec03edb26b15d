"""The caseload: a line for each person, made from the records and kept beside them, sorted and filtered by SQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, String, and_, exists, func, literal_column, or_, select

from smf_core.domain.pathway import PATIENT, Hold, Learner
from smf_core.domain.visit import Level
from smf_core.records import tables as t
from smf_core.records.instants import moment, utc_text
from smf_core.records.lines import line, pathway, shown
from smf_core.records.queries.batches import among, code, codes, grouped, rows_in
from smf_core.records.queries.covers import Cover, covers_on, on_their_list
from smf_core.records.queries.episodes import holds, learners
from smf_core.records.queries.letters import CORE_STOP_WAITS
from smf_core.records.queries.patients import IS_TAUGHT, PERSON, Known, known
from smf_core.records.queries.red_flags import STANDS as FLAG_STANDS
from smf_core.records.queries.search import is_common, places_matching
from smf_core.records.queries.visits import BOOKED, COMPLETED, IN_ORDER, Booking, next_bookings

Rows = Sequence[Row[*tuple[Any, ...]]]

# --- the caseload --------------------------------------------------------------------------------


class Sort(StrEnum):
    """What the list can be sorted by. Those without a value come last, whichever way it goes."""

    NEXT_VISIT = "next_visit"
    LAST_VISIT = "last_visit"
    NAME = "name"
    NHS_NUMBER = "nhs_number"
    VISITS = "visits"
    CONFIDENCE = "confidence"


class Stage(StrEnum):
    """Where someone stands with us; `held` narrows being taught to those whose pathways all wait."""

    TAUGHT = "taught"
    HELD = "held"
    TRIAGE = "triage"
    DISCHARGED = "discharged"


class Mark(StrEnum):
    """What a line can be filtered by, beside its pathways and its stage."""

    READY = "ready"
    OVER = "over"
    OVERDUE = "overdue"
    NO_NEXT = "no_next"
    RED_FLAG = "red_flag"
    NEW = "new"
    ALLERGY = "allergy"
    SIMILAR_NAME = "similar_name"
    SAME_HOME = "same_home"
    CORE_STOP = "core_stop"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people: everything named here holds of them; `marks` all do. Nothing named is everyone.

    `nurse` is on whose list they are on `day`: their own pathways, covered or not, and those they cover.
    `next_from` and `next_until` bound the next visit, the end not included.
    """

    day: date
    start_of_day: datetime
    nurse: str | None = None
    skill: str = ""
    stage: Stage | None = Stage.TAUGHT
    marks: frozenset[Mark] = frozenset()
    next_from: datetime | None = None
    next_until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pathway:
    """One open pathway as a line of the caseload shows it.

    `visits` counts completed ones. `levels` holds, by learner, the level of each step when last seen: what a visit
    recorded as not seen hides nothing. `hold` is the one running, if any.
    """

    id: str
    skill: str
    checklist_version: str
    expected_visits: int
    nurse: str | None
    visits: int
    learners: tuple[Learner, ...] = ()
    levels: Mapping[str, Mapping[str, Level]] = field(default_factory=dict)
    hold: Hold | None = None
    closed_on: date | None = None
    referred_by: str = ""
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One person, with their open pathways; with those that ended where none is open.

    `next_visit` is the earliest booking not yet fulfilled: one in the past is overdue. `conflict` says that two
    laptops wrote apart and nobody has settled it; `unknown`, that a newer version wrote to the record.
    """

    person: Known
    pathways: tuple[Pathway, ...]
    last_visit: datetime | None
    next_visit: Booking | None
    open_red_flag: bool
    allergy: bool
    conflict: bool
    unknown: bool
    core_stop: bool = False
    waiting: bool = False
    """A referral of theirs waits for triage."""

    ready: tuple[str, ...] = ()
    """The pathways found ready, as far as anybody has looked."""

    similar: bool = False
    same_home: bool = False
    covers: Mapping[str, Cover] = field(default_factory=dict)
    """By pathway, who stands in today."""


def caseload(
    connection: Connection,
    wanted: Wanted,
    *,
    sort: Sort = Sort.NEXT_VISIT,
    descending: bool = False,
    limit: int = 200,
    offset: int = 0,
) -> tuple[CaseloadRow, ...]:
    """A page of the people wanted. Whoever's line is behind shows as they were: see `keeping.bring_up`."""
    by = line.c[_SORTED_BY[sort]]
    order = [each.desc() if descending else each.asc() for each in dict.fromkeys((by, line.c.name, line.c.person))]
    if by.nullable and not descending:
        order[0] = order[0].nulls_last()  # downwards they are last already
    common = is_common(connection, wanted.text)
    page = select(line.c.place).where(*_conditions(wanted, common)).order_by(*order).limit(limit).offset(offset)
    return _shown(connection, tuple(connection.scalars(page)), wanted.day)


def caseload_count(connection: Connection, wanted: Wanted) -> int:
    """How many people `caseload` has in all."""
    return connection.execute(select(func.count()).select_from(line).where(*_conditions(wanted))).scalar_one()


def median_visits(connection: Connection, wanted: Wanted) -> int | None:
    """How many visits half of the people `caseload` has have had at most; None where there is nobody."""
    asked = select(line.c.visits).where(*_conditions(wanted)).order_by(line.c.visits)
    middle = (caseload_count(connection, wanted) - 1) // 2
    return connection.scalar(asked.limit(1).offset(middle)) if middle >= 0 else None


def chosen_people(connection: Connection, wanted: Wanted, limit: int) -> tuple[str, ...]:
    """The ids of the people wanted, at most so many, by name."""
    asked = select(line.c.person).where(*_conditions(wanted)).order_by(line.c.name, line.c.person).limit(limit)
    return tuple(connection.scalars(asked))


def rows_of_people(connection: Connection, people: Iterable[str], day: date) -> tuple[CaseloadRow, ...]:
    """The lines of these people, in no order."""
    places = [row.place for row in rows_in(connection, _PLACES, people)]
    return _shown(connection, places, day)


class _Taught(msgspec.Struct, frozen=True):
    """What is read of a row where its pathways are all that is asked for."""

    pathways: tuple[Pathway, ...]


def pathways_taught(connection: Connection) -> Iterator[Pathway]:
    """Every open pathway as the lines show it, in no order."""
    rows = select(shown.c.row).join(line, line.c.place == shown.c.place).where(line.c.stage == Stage.TAUGHT.value)
    read = msgspec.json.Decoder(_Taught)
    for row in connection.scalars(rows):
        yield from read.decode(row).pathways


def _conditions(wanted: Wanted, common: bool = False) -> list[ColumnElement[bool]]:
    """What holds of a line. Text that is `common` is asked of each line in turn."""
    found: list[ColumnElement[bool]] = []
    few = wanted.nurse is not None or (bool(wanted.text.strip()) and not common)
    # Few people are picked out first, and then put in order: SQLite would go through everyone in order instead.
    stage = _STAGE if few else line.c.stage
    match wanted.stage:
        case Stage.HELD:
            found += [stage == Stage.TAUGHT.value, line.c.held.is_(True)]
        case Stage():
            found.append(stage == wanted.stage.value)
    if wanted.nurse is not None:
        found.append(line.c.person.in_(on_their_list(wanted.nurse, wanted.day)))
    if wanted.skill:
        # Asked of each line in turn: a skill is common, so a page is full after a few.
        found.append(exists().where(pathway.c.person == line.c.person, pathway.c.skill == wanted.skill))
    today = utc_text(wanted.start_of_day)
    marked = {
        Mark.READY: line.c.ready != "",
        Mark.OVER: line.c.over == 1,
        Mark.OVERDUE: and_(line.c.next_at < today, line.c.stage == Stage.TAUGHT.value),
        Mark.NO_NEXT: and_(line.c.next_at.is_(None), line.c.held.is_(False), line.c.ready == ""),
        Mark.RED_FLAG: line.c.red_flag == 1,
        Mark.NEW: line.c.last_at.is_(None),
        Mark.ALLERGY: line.c.allergy.is_(True),
        Mark.CORE_STOP: line.c.core_stop.is_(True),
    }
    for mark in sorted(wanted.marks):
        if mark in (Mark.SIMILAR_NAME, Mark.SAME_HOME):
            found.append(line.c.person.in_(_ALIKE[mark]))
        else:
            found.append(marked[mark])
    if wanted.next_from is not None:
        found.append(line.c.next_at >= utc_text(wanted.next_from))
    if wanted.next_until is not None:
        found.append(line.c.next_at < utc_text(wanted.next_until))
    if wanted.text.strip():
        found.append(places_matching(wanted.text, in_turn=common))
    return found


_STAGE: ColumnElement[str] = literal_column(f"+{line.name}.stage", String)
"""The stage as it is compared but not looked up."""

_SORTED_BY = {
    Sort.NEXT_VISIT: "next_at",
    Sort.LAST_VISIT: "last_at",
    Sort.NAME: "name",
    Sort.NHS_NUMBER: "nhs_number",
    Sort.VISITS: "visits",
    Sort.CONFIDENCE: "confidence",
}

_READ = msgspec.json.Decoder(CaseloadRow)
_PLACES = among(select(line.c.place), line.c.person)
_AT_PLACES = among(
    select(line.c.place, line.c.ready, shown.c.row).join(shown, shown.c.place == line.c.place), line.c.place
)

_other = pathway.alias("other")
_ALIKE = {
    Mark.SIMILAR_NAME: select(pathway.c.person).where(
        exists().where(
            _other.c.name_key == pathway.c.name_key,
            _other.c.nurse == pathway.c.nurse,
            _other.c.person != pathway.c.person,
        )
    ),
    Mark.SAME_HOME: select(pathway.c.person).where(
        pathway.c.home_key != "",
        exists().where(_other.c.home_key == pathway.c.home_key, _other.c.person != pathway.c.person),
    ),
}
"""Names easily taken for each other on one nurse's caseload, and people who live at one address."""


def _shown(connection: Connection, places: Sequence[int], day: date) -> tuple[CaseloadRow, ...]:
    """The rows at these places, with what depends on others: who is alike, and who stands in for whom."""
    held = {row.place: (_READ.decode(row.row), row.ready) for row in rows_in(connection, _AT_PLACES, places)}
    rows, ready = [held[place][0] for place in places], [held[place][1] for place in places]
    ids = [row.person.id for row in rows]
    alike = {mark: {row.person for row in rows_in(connection, asked, ids)} for mark, asked in _ALIKE_AMONG.items()}
    standing_in = bool(connection.scalar(_ANY_COVER))
    covers = covers_on(connection, (one.id for row in rows for one in row.pathways), day) if standing_in else {}
    return tuple(
        replace(
            row,
            ready=codes(found),
            similar=row.person.id in alike[Mark.SIMILAR_NAME],
            same_home=row.person.id in alike[Mark.SAME_HOME],
            covers={one.id: covers[one.id] for one in row.pathways if one.id in covers},
        )
        for row, found in zip(rows, ready, strict=True)
    )


_ANY_COVER = select(or_(exists(select(t.absence.c.id)), exists(select(t.nurse_cover.c.id))))
_ALIKE_AMONG = {mark: among(asked, pathway.c.person) for mark, asked in _ALIKE.items()}


MEMBERS = (t.allergy, t.alert, t.contact, t.medicine)

_SEEN = among(
    select(t.visit.c.patient, t.visit.c.started_at, t.visit.c.started_offset)
    .where(COMPLETED)
    .order_by(t.visit.c.started_at),
    t.visit.c.patient,
)
_EPISODES = among(select(t.episode).order_by(t.episode.c.opened_on, t.episode.c.id), t.episode.c.patient)
_SOURCES = among(select(t.referral.c.id, t.referral.c.source, t.referral.c.referrer), t.referral.c.id)
_RATINGS = among(
    select(t.step_rating.c.section, t.step_rating.c.step, t.step_rating.c.level).where(
        t.step_rating.c.level != Level.NOT_OBSERVED
    ),
    t.step_rating.c.section,
)
_SECTION = t.visit_section.c
_TAUGHT = among(
    select(_SECTION.id, _SECTION.episode, _SECTION.learner, _SECTION.visit, _SECTION.confidence, t.visit.c.started_at)
    .join(t.visit, t.visit.c.id == _SECTION.visit)
    .where(COMPLETED)
    .order_by(*IN_ORDER, _SECTION.id),
    _SECTION.episode,
)


def taught_by(nurse: str | None) -> ColumnElement[bool]:
    if nurse is None:
        return IS_TAUGHT
    theirs = select(t.episode.c.patient).where(t.episode.c.closed_on.is_(None), t.episode.c.nurse == nurse)
    return t.patient.c.id.in_(theirs)


def people_taught(nurse: str | None) -> Select[*tuple[Any, ...]]:
    """People being taught, with when they were last seen and are next expected, and what marks them."""
    return _people().where(taught_by(nurse))


def row_of_each(connection: Connection, ids: Sequence[str]) -> tuple[CaseloadRow, ...]:
    """The rows of these people as the records have them now; who is not here or was merged is not among them."""
    standing = _people().where(t.patient.c.id.in_(ids), t.patient.c.same_as.is_(None))
    return rows_of(connection, connection.execute(standing.order_by(t.patient.c.id)).all())


def _people() -> Select[*tuple[Any, ...]]:
    own, begun = t.visit.c.patient == t.patient.c.id, t.visit.c.started_at
    return select(
        *PERSON,
        t.patient.c.sort_name,
        t.patient.c.unknown,
        select(func.min(t.visit.c.planned_at)).where(own, BOOKED).scalar_subquery().label("next_at"),
        select(func.max(begun)).where(own, COMPLETED, begun.is_not(None)).scalar_subquery().label("last_at"),
        exists()
        .where(t.red_flag.c.patient == t.patient.c.id, t.red_flag.c.state == "open", FLAG_STANDS)
        .label("open_red_flag"),
        exists().where(t.allergy.c.patient == t.patient.c.id, t.allergy.c.active.is_(True)).label("allergy"),
        or_(
            t.patient.c.conflicts != "",
            exists().where(t.episode.c.patient == t.patient.c.id, t.episode.c.conflicts != ""),
            *(exists().where(table.c.patient == t.patient.c.id, table.c.settled.is_(False)) for table in MEMBERS),
        ).label("conflict"),
        exists().where(t.letter.c.patient == t.patient.c.id, CORE_STOP_WAITS).label("core_stop"),
        exists()
        .where(t.referral.c.patient == t.patient.c.id, t.referral.c.status.in_(("received", "waiting_information")))
        .label("waiting"),
    )


def rows_of(connection: Connection, people: Rows) -> tuple[CaseloadRow, ...]:
    ids = [row.person for row in people]
    pathways = _pathways(connection, ids)
    bookings = next_bookings(connection, ids)
    seen = _last_seen(connection, ids)
    return tuple(
        CaseloadRow(
            person=known(row),
            pathways=tuple(pathways.get(row.person, ())),
            last_visit=seen.get(row.person),
            next_visit=bookings.get(row.person),
            open_red_flag=bool(row.open_red_flag),
            allergy=bool(row.allergy),
            conflict=bool(row.conflict),
            unknown=bool(row.unknown),
            core_stop=bool(row.core_stop),
            waiting=bool(row.waiting),
        )
        for row in people
    )


def _last_seen(connection: Connection, patients: Iterable[str]) -> Mapping[str, datetime]:
    """When care last began, with the offset it was written with."""
    rows = rows_in(connection, _SEEN, patients)
    return {row.patient: moment(row.started_at, row.started_offset) for row in rows}


def _pathways(connection: Connection, patients: Iterable[str]) -> Mapping[str, Sequence[Pathway]]:
    """Each person's open pathways; where none is open, those that ended."""
    rows = list(rows_in(connection, _EPISODES, patients))
    taught_now = {row.patient for row in rows if row.closed_on is None}
    rows = [row for row in rows if row.closed_on is None or row.patient not in taught_now]
    ids = [row.id for row in rows]
    sections = sections_of(connection, ids)
    levels = _levels(connection, sections)
    taught, held = learners(connection, ids), holds(connection, ids)
    came = {row.id: row.referrer or row.source for row in rows_in(connection, _SOURCES, (row.referral for row in rows))}
    made = (
        (
            str(row.patient),
            Pathway(
                id=row.id,
                skill=row.skill,
                checklist_version=row.checklist_version,
                expected_visits=row.expected_visits,
                nurse=row.nurse,
                visits=len(starts_of(sections.get(row.id, ()))),
                learners=taught.get(row.id, ()),
                levels=levels.get(row.id, {}),
                hold=next((hold for hold in held.get(row.id, ()) if hold.until is None), None),
                closed_on=row.closed_on,
                referred_by=came.get(row.referral, ""),
                confidence=_confidence(sections.get(row.id, ())),
            ),
        )
        for row in rows
    )
    return {patient: [one for _, one in theirs] for patient, theirs in grouped(made, lambda each: each[0]).items()}


def _confidence(taught: Rows) -> int | None:
    """What was last said by the learner the list speaks of: the patient where the patient learns."""
    said = [(row.learner, row.confidence) for row in taught if row.confidence is not None]
    own = [score for learner, score in said if learner == PATIENT]
    return next(reversed(own or [score for _, score in said]), None)


def _levels(connection: Connection, sections: Mapping[str, Rows]) -> Mapping[str, Mapping[str, Mapping[str, Level]]]:
    """By pathway and learner, the level of each step at the last visit that saw it."""
    ids = (row.id for taught in sections.values() for row in taught)
    ratings: dict[str, dict[str, Level]] = {}
    for of, step, level in rows_in(connection, _RATINGS, ids):
        ratings.setdefault(of, {})[step] = code(Level, level, Level.NOT_YET)
    found: dict[str, dict[str, dict[str, Level]]] = {}
    for episode, taught in sections.items():
        for row in taught:
            found.setdefault(episode, {}).setdefault(row.learner, {}).update(ratings.get(row.id, {}))
    return found


def sections_of(connection: Connection, episodes: Iterable[str]) -> Mapping[str, Rows]:
    """What was taught at completed visits, by pathway, in order of care."""
    return grouped(rows_in(connection, _TAUGHT, episodes), lambda row: str(row.episode))


def starts_of(taught: Rows) -> frozenset[tuple[str, str]]:
    """The completed visits of a pathway as (start of care, id); one counts once, however many learners were taught."""
    return frozenset((row.started_at, row.visit) for row in taught)
