"""Data quality: what is to be mended, nurse by nurse, each with the record where it is mended."""

from dataclasses import replace
from datetime import date, timedelta

from smf_core.domain.working_days import after_working_days
from smf_core.figures.quality import Quality, Unsigned, quality
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries.users import users
from smf_desktop.presenters.letters.rows import OVERDUE_AFTER
from smf_desktop.presenters.service.quality import QualityFacts
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.drafts import VISIT, page_of
from smf_desktop.services.session import Session

DATA_QUALITY = "data_quality"
"""The detail of an audited look at the list."""

LOOKED_BACK = timedelta(days=90)


def data_quality(session: Session) -> Quality:
    """Everybody's. Who may read figures and open no record is told the numbers alone. Raises `NotAllowed`."""
    require(session.user, Action.READ_FIGURES)
    found = _found(session)
    if not may(session.user, Action.OPEN_RECORD).allowed:
        return replace(found, rows=(), people={})
    note(session, READ, None, DATA_QUALITY)
    return found


def quality_facts(session: Session) -> QualityFacts:
    """The page: `data_quality` with the names of the nurses. Raises `NotAllowed`."""
    found = data_quality(session)
    with session.read() as connection:
        names = {one.id: one.name for one in users(connection)}
    may_open = may(session.user, Action.OPEN_RECORD).allowed
    return QualityFacts(
        found=found, names=names, since=session.today() - LOOKED_BACK, at=session.now(), may_open=may_open
    )


def own_to_mend(session: Session) -> Quality:
    """What the user can mend of their own people; without the numbers, which are of everybody. Raises `NotAllowed`."""
    require(session.user, Action.OPEN_RECORD)
    found = _found(session)
    rows = tuple(row for row in found.rows if row.nurse == session.user.id)
    note(session, READ, None, DATA_QUALITY)
    return Quality((), rows, {row.patient: found.people[row.patient] for row in rows if row.patient in found.people})


def _found(session: Session) -> Quality:
    today = session.today()
    with session.read() as connection:
        unsigned = _unsigned(session, connection)
        return quality(connection, today - LOOKED_BACK, session.now(), unsigned, last_in_time(today))


def _unsigned(session: Session, connection: Connection) -> tuple[Unsigned, ...]:
    """The drafts of visits on this laptop, whoever's they are."""
    return tuple(
        Unsigned(user.id, row.patient, row.record, row.saved_at)
        for user in users(connection)
        for row in session.store.drafts(user.id)
        if page_of(row.page) == VISIT
    )


def last_in_time(today: date) -> date:
    """The first day whose letters may still wait today."""
    day, holidays = today, bank_holidays_around(today)
    while after_working_days(day - timedelta(days=1), OVERDUE_AFTER, holidays) >= today:
        day -= timedelta(days=1)
    return day
