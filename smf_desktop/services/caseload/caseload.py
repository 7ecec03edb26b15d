"""The caseload, a page at a time; SQL sorts and filters. And the referrals that wait."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from smf_core.policy.rules import Action, require
from smf_core.records.queries import caseload as queries
from smf_core.records.queries.patients import patients
from smf_core.records.queries.referrals import TRIAGE_DUE, count_by_status, referrals
from smf_core.records.queries.users import users
from smf_desktop.presenters.caseload.page import CaseloadPage
from smf_desktop.presenters.caseload.views import Asked as Asked
from smf_desktop.presenters.caseload.views import NextVisit
from smf_desktop.presenters.caseload.views import Sort as Sort
from smf_desktop.presenters.referral.page import Colleague, TriageFacts
from smf_desktop.services.caseload.freshness import bring_few_up
from smf_desktop.services.pathways import teachers
from smf_desktop.services.session import Session

PAGE, FIRST = 200, 40
AT_MOST = 500
"""People that one act may choose at once."""

REFERRALS = "referrals"
MEDIAN = "median"
"""In the counts: how many visits half of this user's people have had at most."""


def caseload_page(session: Session, asked: Asked, offset: int = 0, limit: int = 0) -> CaseloadPage:
    """One page of the list, from `offset`; the first is as long as a screen, unless `limit` says otherwise.

    How many there are in all is asked apart: see `caseload_counts`. Where very many lines are behind the records, those
    kept are shown, and the page says how many wait: see `freshness.bring_some_up`.
    """
    require(session.user, Action.OPEN_RECORD)
    limit = limit or (PAGE if offset else FIRST)
    behind = bring_few_up(session)
    with session.read() as connection:
        rows = queries.caseload(
            connection,
            wanted(session, asked),
            sort=queries.Sort(asked.sort.value),
            descending=asked.descending,
            limit=limit + 1,
            offset=offset,
        )
        names = {one.id: one.name for one in users(connection)}
        return CaseloadPage(rows[:limit], offset, len(rows) > limit, session.now(), names, session.user.id, behind)


def caseload_counts(session: Session, views: Mapping[str, Asked]) -> Mapping[str, int]:
    """How many stand under each tab; under `REFERRALS` who wait for triage, under `MEDIAN` the median of visits."""
    require(session.user, Action.LIST_REFERRALS)
    bring_few_up(session)
    with session.read() as connection:
        waiting = count_by_status(connection)
        found = {key: queries.caseload_count(connection, wanted(session, asked)) for key, asked in views.items()}
        middle = queries.median_visits(connection, wanted(session, Asked()))
        more = {} if middle is None else {MEDIAN: middle}
        return found | {REFERRALS: sum(waiting[status] for status in TRIAGE_DUE)} | more


def chosen_people(session: Session, asked: Asked) -> tuple[str, ...]:
    """Everyone on the list, at most `AT_MOST`: for what is done with many at once."""
    require(session.user, Action.OPEN_RECORD)
    bring_few_up(session)
    with session.read() as connection:
        return queries.chosen_people(connection, wanted(session, asked), AT_MOST)


def wanted(session: Session, asked: Asked) -> queries.Wanted:
    """What was asked for, on the day it is asked."""
    today = session.today()
    stage = queries.Stage(asked.stage) if asked.stage else None
    found = queries.Wanted(
        day=today,
        start_of_day=_start(session, today),
        nurse=session.user.id if asked.mine else asked.nurse or None,
        skill=asked.skill,
        stage=stage,
        marks=frozenset(queries.Mark(mark) for mark in asked.marks),
        text=asked.text,
    )
    match asked.next:
        case NextVisit.OVERDUE:
            return replace(found, marks=found.marks | {queries.Mark.OVERDUE})
        case NextVisit.NONE:
            return replace(found, marks=found.marks | {queries.Mark.NO_NEXT})
        case NextVisit.TODAY:
            return _within(session, found, today, 1)
        case NextVisit.TOMORROW:
            return _within(session, found, today + timedelta(days=1), 1)
        case NextVisit.WEEK:
            return _within(session, found, today, 7)
    return found


def _within(session: Session, found: queries.Wanted, first: date, days: int) -> queries.Wanted:
    until = _start(session, first + timedelta(days=days))
    return replace(found, next_from=_start(session, first), next_until=until)


def _start(session: Session, day: date) -> datetime:
    return session.local(day, time.min)


def triage(session: Session, offset: int = 0) -> TriageFacts:
    """Referrals received and waiting, those waiting longest first, with whom each may repeat."""
    require(session.user, Action.LIST_REFERRALS)
    with session.read() as connection:
        rows = referrals(connection, limit=PAGE, offset=offset)
        repeated = (row.referral.review_duplicate_of for row in rows)
        people = {person.id: person.name for person in patients(connection, filter(None, repeated))}
        return TriageFacts(rows, people, session.today(), session.kind.value)


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Who may teach, this user first."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        teaching = teachers(connection)
    ordered = sorted(teaching, key=lambda one: one.id != session.user.id)
    return tuple(Colleague(one.id, one.name, one.is_registered_nurse, one.id == session.user.id) for one in ordered)
