"""What the records say of a service that a plan is drawn from."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from smf_core.domain.dates import LONDON
from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.planned import PlanOf
from smf_core.domain.referral import ReferralStatus
from smf_core.domain.stated import DAYS_A_MONTH
from smf_core.figures.cohorts import survival_of
from smf_core.figures.episodes import E, asked_for, begun_in
from smf_core.figures.figure import Asked
from smf_core.figures.released import HORIZON, self_care_until
from smf_core.figures.self_care import core_visits_after, core_visits_between, decimal, usual_core_visits
from smf_core.planner.seen import Release, Seen, SkillSeen, Teaching, Waiting
from smf_core.records import tables as t
from smf_core.records.instants import utc_text
from smf_core.records.queries.planned import plans
from smf_core.records.queries.visits import COMPLETED

_E, _R, _V = t.episode.c, t.referral.c, t.visit.c
_OPENED = t.episode.join(t.referral, _R.id == _E.referral).outerjoin(t.counted_episode, E.episode == _E.id)
_COUNTS = func.coalesce(_E.outcome, "") != Outcome.ENTERED_IN_ERROR.value
_SAYS_SOMETHING = timedelta(days=7)
"""How long somebody who is still taught has been taught at least, before their pace says anything."""

_DECIDED = (ReferralStatus.ACCEPTED.value, ReferralStatus.REJECTED.value)


def seen_for_planning(connection: Connection, asked: Asked, expected: Mapping[str, int]) -> Seen:
    """The service on the days asked for as the records stand; `expected` are visits by skill, of all that are taught.

    Days before the first referral are not among them.
    """
    first = connection.execute(select(func.min(_R.received_on)).where(*_team(asked))).scalar_one()
    asked = replace(asked, since=max(asked.since, min(first or asked.since, asked.until)))
    mix, settled, begun = _opened(connection, asked)
    referrals, decided, accepted = _referred(connection, asked)
    return Seen(
        since=asked.since,
        until=asked.until,
        skills=_skills(connection, asked, expected),
        mix=mix,
        referrals=referrals,
        decided=decided,
        accepted=accepted,
        pathways=mix.total(),
        settled=settled,
        begun=begun,
        **_visits(connection, asked),
        horizon=HORIZON,
        taught_days=_taught_days(connection, asked),
        at_most=_at_most(connection, asked.as_of),
        taught=tuple(Teaching(*row) for row in connection.execute(_taught(asked))),
        waiting=tuple(
            Waiting(skill, (asked.as_of - day).days) for skill, day in map(tuple, connection.execute(_waiting(asked)))
        ),
    )


def _team(asked: Asked) -> list[ColumnElement[bool]]:
    return [_R.team == asked.team] if asked.team else []


def _received(asked: Asked) -> list[ColumnElement[bool]]:
    return [_R.received_on.between(asked.since, asked.until), *_team(asked)]


def _referred(connection: Connection, asked: Asked) -> tuple[int, int, int]:
    """How many were received, how many of them decided on, how many of those accepted."""
    asking = select(_R.status, func.count()).where(*_received(asked)).group_by(_R.status)
    many = Counter(dict[str, int](map(tuple, connection.execute(asking))))
    return many.total(), sum(many[each] for each in _DECIDED), many[ReferralStatus.ACCEPTED.value]


def _opened(connection: Connection, asked: Asked) -> tuple[Counter[str], int, int]:
    """Of what those referrals opened: how many by skill, how many came to something, how many to a first visit."""
    asking = (
        select(_E.skill, E.episode.is_not(None), _E.closed_on.is_not(None), func.count())
        .select_from(_OPENED)
        .where(_COUNTS, *_received(asked))
        .group_by(_E.skill, E.episode.is_not(None), _E.closed_on.is_not(None))
    )
    mix, settled, begun = Counter[str](), 0, 0
    for skill, was_seen, closed, many in map(tuple, connection.execute(asking)):
        mix[skill] += many
        settled += many if was_seen or closed else 0
        begun += many if was_seen else 0
    return mix, settled, begun


def _skills(connection: Connection, asked: Asked, expected: Mapping[str, int]) -> tuple[SkillSeen, ...]:
    usual = usual_core_visits(connection)
    cohorts = survival_of(connection, asked)
    gaps, closing = defaultdict[str, list[float]](list), defaultdict[str, list[int]](list)
    asking = select(E.skill, E.visits, E.first_on, E.last_on, E.closed_on).where(*begun_in(asked))
    for skill, visits, first, last, closed in map(tuple, connection.execute(asking)):
        if closed is None and asked.as_of - first >= _SAYS_SOMETHING:
            gaps[skill].append((asked.as_of - first).days / visits)
        elif closed and visits > 1:
            gaps[skill].append((last - first).days / (visits - 1))
        if closed:
            closing[skill].append(max(0, (closed - last).days))
    releases = _releases(connection, asked)
    return tuple(
        SkillSeen(
            skill=skill,
            expected_visits=expected.get(skill, 0),
            usual_a_day=usual[skill].a_month / DAYS_A_MONTH if skill in usual else 0.0,
            visits=tuple(max(1, each) for each in cohorts[skill].visits) if skill in cohorts else (),
            ends=tuple(map(_end, cohorts[skill].outcomes)) if skill in cohorts else (),
            gaps=tuple(gaps[skill]),
            closing=tuple(closing[skill]),
            releases=tuple(releases[skill]),
        )
        for skill in sorted({*expected, *cohorts})
    )


def _end(outcome: str | None) -> bool | None:
    return None if outcome is None else outcome in FAVOURABLE


def _releases(connection: Connection, asked: Asked) -> defaultdict[str, list[Release]]:
    """Of the discharges whose days have all passed: those of whoever left self-care early count as far as they came."""
    over = replace(asked, until=min(asked.until, asked.as_of - timedelta(HORIZON)))
    usual, rows = usual_core_visits(connection), core_visits_after(connection, over)
    found: defaultdict[str, list[Release]] = defaultdict(list)
    for each, until in self_care_until(connection, over):
        own, days = decimal(each.baseline_visits_per_month), (until - each.closed_on).days
        a_month = own if own is not None else usual[each.skill].a_month if each.skill in usual else 0.0
        still = core_visits_between(rows.get(each.episode, ()), each.closed_on, until) / days if days else 0.0
        found[each.skill].append(Release(a_month / DAYS_A_MONTH, days, still))
    return found


def _visits(connection: Connection, asked: Asked) -> Mapping[str, int]:
    """Who made visits, how many, and how long they took where that was written down."""
    days = asked.since, asked.until + timedelta(days=1)
    since, until = (utc_text(datetime.combine(day, time(), LONDON)) for day in days)
    asking = select(
        func.count(_V.signed_by.distinct()), func.count(), func.count(_V.minutes), func.sum(_V.minutes)
    ).where(COMPLETED, _V.started_at >= since, _V.started_at < until)
    nurses, visits, timed, minutes = connection.execute(asking).one()
    return {"nurses": nurses, "visits": visits, "timed": timed, "minutes": int(minutes or 0)}


def _taught_days(connection: Connection, asked: Asked) -> int:
    """Each day of each pathway from its first visit until its end, as far as they were asked about."""
    asking = select(E.first_on, E.closed_on).where(
        E.first_on <= asked.until, E.closed_on.is_(None) | (E.closed_on >= asked.since), *asked_for(asked)
    )
    return sum(
        (min(closed or asked.until, asked.until) - max(first, asked.since)).days + 1
        for first, closed in map(tuple, connection.execute(asking))
    )


def _taught(asked: Asked) -> Any:
    return select(E.skill, E.visits).where(E.closed_on.is_(None), E.first_on <= asked.as_of, *asked_for(asked))


def _waiting(asked: Asked) -> Any:
    return (
        select(_E.skill, _R.received_on)
        .select_from(_OPENED)
        .where(
            _E.closed_on.is_(None),
            E.episode.is_(None),
            _R.status == ReferralStatus.ACCEPTED.value,
            _R.received_on <= asked.as_of,
            *_team(asked),
        )
    )


def _at_most(connection: Connection, day: date) -> int | None:
    """What is planned for each nurse who has no plan of their own."""
    standing = (each for each in plans(connection, PlanOf.CASELOAD) if not each.of and each.stands_on(day))
    return next((each.number for each in standing), None)
