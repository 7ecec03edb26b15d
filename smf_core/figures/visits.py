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
        begun = [_V.started_at >= _midnight(since), _V.started_at < _midnight(until + timedelta(days=1))]
        for name, many in connection.execute(_done(asked).where(COMPLETED, _DONE_COUNTS, *begun)):
            if many:
                found[month or name][DONE] += many
        asking = select(part, _V.id, _V.not_gone_ahead_reason, _V.started_at, _V.planned_at).distinct()
        missed = _booked_for(asking, asked).where(MISSED, STANDS, _MISSED_COUNTS, *begun)
        for name, _, reason, at, planned in map(tuple, connection.execute(missed)):
            told_before = reason == Reason.PATIENT_CANCELLED and planned and day_of(at) < day_of(planned)
            found[month or name][IN_ADVANCE if told_before else reason] += 1
    return found


def _done(asked: Asked) -> Select[*tuple[Any, ...]]:
    """By part, how many visits were made for whoever is asked about. Each episode they were for is counted.

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
