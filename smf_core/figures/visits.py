"""Visits that were due (`clinical.md` 3.2)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, and_, cast, exists, func, select

from smf_core.domain.dates import LONDON
from smf_core.domain.discharge import Outcome
from smf_core.domain.visit import NotGoneAheadReason as Reason
from smf_core.figures.episodes import UNSOUGHT, E, Unsought, asked_for, names, part_of, referred_from
from smf_core.figures.figure import Asked, Counted, Definition, Split, share
from smf_core.records import tables as t
from smf_core.records.instants import day_of, utc_text
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.visits import COMPLETED, MISSED, STANDS

NOBODY = "No visit was due in this period."
DONE, IN_ADVANCE = "done", "in_advance"
_V, _E, _R, _S = t.visit.c, t.episode.c, t.referral.c, t.visit_section.c
_whose = func.coalesce(_V.signed_by, _V.planned_nurse, "")
_PARTS = {Split.NURSE: _whose, Split.SKILL: _E.skill, Split.TEAM: _R.team}
_BOOKED_FOR = (_V.planned_episodes == "") | names(_V.planned_episodes, _E.id)
_COUNTS = func.coalesce(_E.outcome, "") != Outcome.ENTERED_IN_ERROR.value
_taught = exists().where(_S.visit == _V.id, _E.id == _S.episode).correlate(t.visit)
_booked = exists().where(_E.patient == _V.patient, _BOOKED_FOR).correlate(t.visit)
_MADE = among(select(_S.episode, _V.id, _V.started_at).join(t.visit, _V.id == _S.visit).where(COMPLETED), _S.episode)
# Whoever was entered in error is nearly nobody: their visits are looked for, and not for each visit if it counts.
_IN_ERROR = select(_E.patient).where(~_COUNTS)
_DONE_COUNTS = _V.patient.not_in(_IN_ERROR) | _taught.where(_COUNTS) | ~_taught
_MISSED_COUNTS = _V.patient.not_in(_IN_ERROR) | _booked.where(_COUNTS) | ~_booked


def _no_access(connection: Connection, asked: Asked) -> Iterable[Counted]:
    found = [_told(name, many) for name, many in sorted(_counts(connection, asked).items())]
    return found or [share(0, 0, nobody=NOBODY)]


def _told(part: str, many: Counter[str]) -> Counted:
    due = many[DONE] + many[Reason.NO_ACCESS] + many[Reason.PATIENT_CANCELLED]
    beside = (
        f"{many[Reason.TEAM_CANCELLED]} cancelled by the team, not among those due",
        f"{many[IN_ADVANCE]} cancelled by the person before the day, not among those due",
        f"{many[Reason.HOSPITAL]} not made as the person was in hospital, not among those due",
    )
    return share(many[Reason.NO_ACCESS], due, part=part, nobody=NOBODY, beside=beside)


def _counts(connection: Connection, asked: Asked) -> defaultdict[str, Counter[str]]:
    """By part, how many visits were done, and how many not for each reason."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    part, by_month = _PARTS.get(asked.by, cast("", String)), asked.by is Split.MONTH
    for month, since, until in _months(asked) if by_month else (("", asked.since, asked.until),):
        days = replace(asked, since=since, until=until)
        for name, many in _done(connection, days):
            if many:
                found[month or name][DONE] += many
        asking = select(part, _V.id, _V.not_gone_ahead_reason, _V.started_at, _V.planned_at)
        missed = _booked_for(asking, days).where(MISSED, STANDS, *_begun(days))
        for name, _, reason, at, planned in set(map(tuple, connection.execute(missed))):
            told_before = reason == Reason.PATIENT_CANCELLED and planned and day_of(at) < day_of(planned)
            found[month or name][IN_ADVANCE if told_before else reason] += 1
    return found


def _begun(asked: Asked) -> list[ColumnElement[bool]]:
    return [_V.started_at >= _midnight(asked.since), _V.started_at < _midnight(asked.until + timedelta(days=1))]


def _done(connection: Connection, asked: Asked) -> Iterable[tuple[str, int]]:
    """By part, how many visits were made for whoever is asked about. Each episode they were for is counted."""
    by_nurse = asked.nurse or asked.by is Split.NURSE
    if not by_nurse and (asked.skill or asked.team or asked.locality or asked.by in (Split.SKILL, Split.TEAM)):
        return _done_for(connection, asked).items()
    return map(tuple, connection.execute(_done_in(asked).where(COMPLETED, *_begun(asked))))


def _done_for(connection: Connection, asked: Asked) -> Counter[str]:
    """The same, found by the episodes: what is kept counted says how many visits most of them had on those days.

    The visits themselves are read where only some were on those days, or where one can have been for two episodes.
    """
    whole = and_(
        E.sole, E.first_on >= asked.since, E.last_on <= asked.until, E.closed_on.is_(None) | (E.closed_on >= E.last_on)
    )
    part = part_of(asked.by) if asked.by in (Split.SKILL, Split.TEAM) else cast("", String)
    seen = E.first_on <= asked.until, E.last_on >= asked.since, *asked_for(asked)
    found, parts = Counter[str](), dict[str, str]()
    for name, episode, visits, is_whole in map(
        tuple, connection.execute(select(part, E.episode, E.visits, whole).where(*seen))
    ):
        if is_whole:
            found[name] += visits
        else:
            parts[episode] = name
    since, until = _midnight(asked.since), _midnight(asked.until + timedelta(days=1))
    made = map(tuple, rows_in(connection, _MADE, parts))
    found.update(name for name, _ in {(parts[episode], visit) for episode, visit, at in made if since <= at < until})
    return found


def _done_in(asked: Asked) -> Select[*tuple[Any, ...]]:
    """By part, how many visits were made on some days.

    Only where one visit can be in two parts is it looked at twice; the whole is not grouped: SQLite would sort it.
    """
    whose = [_whose == asked.nurse] if asked.nurse else []
    taught = _S.episode == E.episode, *asked_for(replace(asked, nurse=""), UNSOUGHT)
    if asked.by in (Split.SKILL, Split.TEAM):
        part = part_of(asked.by)
        visits = t.visit.join(t.visit_section, _S.visit == _V.id).join(t.counted_episode, and_(*taught))
        return select(part, func.count(_V.id.distinct())).select_from(visits).where(*whose).group_by(part)
    if asked.skill or asked.team or asked.locality:
        whose.append(exists().where(_S.visit == _V.id, *taught).correlate(t.visit))
    else:
        whose.append(_DONE_COUNTS)
    if asked.by is Split.NURSE:
        return select(_whose, func.count()).where(*whose).group_by(_whose)
    return select(cast("", String), func.count()).where(*whose)


def _booked_for(asking: Select[Any], asked: Asked) -> Select[Any]:
    """The visits that were booked for whoever is asked about; one is of the skills and teams it was for."""
    wanted: list[ColumnElement[bool]] = [_whose == asked.nurse] if asked.nurse else []
    if asked.skill or asked.team or asked.locality or asked.by in (Split.SKILL, Split.TEAM):
        asking = asking.join(t.episode, (_E.patient == _V.patient) & _BOOKED_FOR)
        asking = asking.join(t.referral, _R.id == _E.referral).where(_COUNTS)
        wanted += [
            column == said for column, said in ((_E.skill, asked.skill), (Unsought(_R.team), asked.team)) if said
        ]
        if asked.locality:
            wanted.append(referred_from(asked.locality, _R.referrer))
    else:
        wanted.append(_MISSED_COUNTS)
    return asking.where(*wanted)


def _months(asked: Asked) -> Iterator[tuple[str, date, date]]:
    """Each month of the period as it is named, with its first and last day as far as the period goes."""
    since = asked.since
    while since <= asked.until:
        following = (since.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield f"{since:%Y-%m}", since, min(asked.until, following - timedelta(days=1))
        since = following


def _midnight(day: date) -> str:
    """When a day begins, as the tables hold it."""
    return utc_text(datetime.combine(day, time(), LONDON))


NO_ACCESS_RATE = Definition(
    id="no_access_rate",
    label="Visits without access",
    unit="visits",
    version="1",
    words=(
        "Of the visits that were due in the period, those at which there was no access. Due are visits made in person "
        "or by video, those without access, and those the person cancelled on the day. A visit is counted on the day "
        "it began or was to begin, for the nurse who made it or was to make it; told apart by skill or team, one that "
        "was for several counts in each. What was only for an episode entered in error is not in it."
    ),
    count=_no_access,
    splits=frozenset(Split),
)
