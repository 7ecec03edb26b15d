"""What is kept of each episode for the figures, so that none has to read a million visits.

The one door (`writing`) says which rows it changed, and the episodes these touch are counted again from the records,
in the same transaction: nothing is added up along the way, so nothing can drift.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, not_, select, update

from smf_core.domain.discharge import Outcome, how_left
from smf_core.domain.pathway import PATIENT
from smf_core.domain.referral import ReferralStatus
from smf_core.records import tables as t
from smf_core.records.instants import day_of
from smf_core.records.queries.batches import among, grouped, rows_in
from smf_core.records.queries.visits import COMPLETED, IN_ORDER
from smf_core.records.rows import Row, insert_rows, replace_rows

_EPISODE, _REFERRAL, _VISIT, _SECTION = t.episode.c, t.referral.c, t.visit.c, t.visit_section.c
_TAUGHT_AT = among(select(t.visit_section.c.episode).distinct(), t.visit_section.c.visit)
_OF_REFERRAL = among(select(_EPISODE.id), _EPISODE.referral)
_COUNTED = t.counted_episode.c
_KEPT = among(select(_COUNTED.episode, _COUNTED.patient, _COUNTED.sole), _COUNTED.episode)
_OF_PERSON = among(
    select(_COUNTED.patient, _COUNTED.episode, _COUNTED.sole).join(t.episode, _EPISODE.id == _COUNTED.episode),
    _EPISODE.patient,
)
_EPISODES = among(
    select(
        *(_EPISODE.id.label("episode"), _EPISODE.patient, _EPISODE.skill, _EPISODE.nurse, _EPISODE.expected_visits),
        *(_EPISODE.closed_on, _EPISODE.outcome, _REFERRAL.team, _REFERRAL.referrer),
    ).join(t.referral, _REFERRAL.id == _EPISODE.referral),
    _EPISODE.id,
)
_OPEN = among(
    select(
        *(_EPISODE.id.label("episode"), _EPISODE.patient, _EPISODE.skill, _REFERRAL.team, _EPISODE.nurse),
        _REFERRAL.referrer,
        case((_REFERRAL.status == ReferralStatus.ACCEPTED.value, _REFERRAL.decided_on)).label("accepted_on"),
    )
    .join(t.referral, _REFERRAL.id == _EPISODE.referral)
    .where(_EPISODE.closed_on.is_(None)),
    _EPISODE.id,
)
_KEPT_OPEN = among(select(t.open_pathway.c.episode), t.open_pathway.c.episode)
# Two learners of one episode have a section each: the visit is one.
_SECTIONS = among(
    select(
        *(_SECTION.episode, _SECTION.learner, _SECTION.confidence),
        *(_VISIT.id, _VISIT.started_at, _VISIT.started_offset, _VISIT.minutes),
    )
    .join(t.visit, _VISIT.id == _SECTION.visit)
    .where(COMPLETED, _VISIT.started_at.is_not(None))
    .order_by(*IN_ORDER, _SECTION.id),
    _SECTION.episode,
)


def follow(connection: Connection, changed: Mapping[Table, Iterable[Mapping[str, Any]]]) -> None:
    """Have what is kept of the episodes that these rows touch, as they were and as they are now, as the records are."""
    referrals = [row["id"] for row in changed.get(t.referral, ())]
    visits = [row["id"] for row in changed.get(t.visit, ()) if row.get("signed_at")]
    moved = {row["id"] for row in changed.get(t.episode, ())}
    moved.update(row[0] for row in rows_in(connection, _OF_REFERRAL, referrals))
    taught = {row["episode"] for row in changed.get(t.visit_section, ())}
    taught.update(row[0] for row in rows_in(connection, _TAUGHT_AT, visits))
    if moved:
        keep_open(connection, moved)
    if moved or taught:
        count_again(connection, moved | taught)


def keep_open(connection: Connection, episodes: Iterable[str]) -> None:
    """Have a row stand for each of these episodes that is open, and for no other."""
    named = sorted(episodes)
    made = {row.episode: row._asdict() for row in rows_in(connection, _OPEN, named)}
    kept = {row.episode for row in rows_in(connection, _KEPT_OPEN, named)}
    for each in sorted(kept):
        replace_rows(connection, t.open_pathway, "episode", each, [made[each]] if each in made else [])
    insert_rows(connection, t.open_pathway, [row for each, row in made.items() if each not in kept])


def count_again(connection: Connection, episodes: Iterable[str]) -> None:
    """Have what is kept of these episodes as the records make it now."""
    named = sorted(episodes)
    seen = _taught(connection, named)
    kept = {row.episode: row for row in rows_in(connection, _KEPT, named)}
    known = {row.episode: row._mapping for row in rows_in(connection, _EPISODES, seen)}
    made = {
        each: {**_counted(known[each], seen[each]), "sole": each not in kept or kept[each].sole}
        for each in named
        if each in known and known[each]["outcome"] != Outcome.ENTERED_IN_ERROR.value
    }
    for each in sorted(kept):
        replace_rows(connection, t.counted_episode, "episode", each, [made[each]] if each in made else [])
    insert_rows(connection, t.counted_episode, [row for each, row in made.items() if each not in kept])
    before = {(each, row.patient) for each, row in kept.items()}
    now = {(each, row["patient"]) for each, row in made.items()}
    _tell_sole(connection, {patient for _, patient in before ^ now})


def _tell_sole(connection: Connection, people: Iterable[str]) -> None:
    """Have each counted episode of these people say whether it is the only one they have."""
    theirs = grouped(rows_in(connection, _OF_PERSON, sorted(people)), lambda row: str(row.patient))
    wrong = [row.episode for rows in theirs.values() for row in rows if row.sole is not (len(rows) == 1)]
    if wrong:
        other = update(t.counted_episode).where(_COUNTED.episode == bindparam("of_episode"))
        connection.execute(other.values(sole=not_(_COUNTED.sole)), [{"of_episode": each} for each in wrong])


def visits_until(connection: Connection, episodes: Iterable[str], day: date) -> Mapping[str, int]:
    """How many completed visits each of these episodes had had when a day ended, however many it has had since."""
    return {
        episode: len({row.id for row in taught if day_of(row.started_at) <= day})
        for episode, taught in _taught(connection, episodes).items()
    }


def _taught(connection: Connection, episodes: Iterable[str]) -> Mapping[str, Sequence[Any]]:
    """What was taught at completed visits, in order of care, by episode: a row for each visit and learner."""
    return grouped(rows_in(connection, _SECTIONS, episodes), lambda row: str(row.episode))


def _counted(episode: Mapping[Any, Any], taught: Sequence[Any]) -> Row:
    days = [day_of(row.started_at) for row in taught]
    until_closed = [row for row, day in zip(taught, days, strict=True) if day <= (episode["closed_on"] or date.max)]
    visits = {row.id: row.minutes or 0 for row in until_closed}
    first, last = _confidence(until_closed)
    return {
        **episode,
        "first_on": min(days),
        "last_on": max(days),
        "visits": len(visits),
        "minutes": sum(visits.values()),
        "left_as": how_left(episode["outcome"]).value if episode["outcome"] else None,
        "first_confidence": first,
        "last_confidence": last,
    }


def _confidence(taught: Sequence[Any]) -> tuple[int | None, int | None]:
    """The patient's, or where only others are taught, that of who was taught first."""
    learners = [row.learner for row in taught]
    learner = PATIENT if PATIENT in learners else next(iter(learners), "")
    asked = {row.id: row.confidence for row in taught if row.learner == learner and row.confidence is not None}
    said = list(asked.values())
    return (said[0], said[-1]) if len(said) > 1 else (None, None)
