"""Keeping what lists read up to date: whoever was changed is made anew before the next list is read."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from smf_core.records.keeping import bring_up, keep_ready, not_looked_at
from smf_core.records.lines import anyone_behind, count_behind
from smf_core.records.queries.caseload import CaseloadRow, rows_of_people
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_desktop.presenters.caseload.page import critical_on_own
from smf_desktop.services.ending.readiness import ready_pathways
from smf_desktop.services.session import Session
from smf_desktop.trouble import StoreDamaged

AT_ONCE = 20
"""Of so few people it is looked at once who is ready; of more it is looked later, while the list stands."""

SOON = 500
"""So many people are made anew while somebody waits for a list; of more it shows what is kept, and says so."""


def bring_lines_up(session: Session) -> None:
    """Have every line as the records are now. Costs one question when nobody is behind.

    A damaged store can only be read: there the lists stand as they were last kept.
    """
    while bring_some_up(session):
        pass


def bring_few_up(session: Session) -> int:
    """Have every line as the records are now, unless an import or an upgrade left many behind: answers how many are.

    Whoever shows a list then asks for `bring_some_up` until it answers 0.
    """
    with session.read() as connection:
        behind = count_behind(connection)
    return bring_some_up(session) if 0 < behind <= SOON else behind


def bring_some_up(session: Session) -> int:
    """Make some hundred lines anew, in a transaction short enough for a save to wait for it. Answers how many wait."""
    with session.read() as connection:
        if not anyone_behind(connection):
            return 0
    made: Sequence[str] = ()
    left = 0
    with suppress(StoreDamaged):
        with session.work() as work:
            made = bring_up(work.connection, partial(_near, session), SOON)
            left = count_behind(work.connection)
        if len(made) <= AT_ONCE:
            look_who_is_ready(session, AT_ONCE, made)
    return left


def look_who_is_ready(session: Session, most: int = 50, among: Sequence[str] | None = None) -> bool:
    """Look, for at most so many people of whom nobody has looked today, which pathways are ready to end.

    Answers whether there was anybody to look at: whoever shows a list asks again until there is nobody.
    """
    today = session.today()
    with session.read() as connection:
        people = not_looked_at(connection, today, most, among)
        if not people:
            return False
        rows = rows_of_people(connection, people, today)
        near = [one.id for row in rows for one in row.pathways if _may_be_ready(session, row, one.id)]
        ready = ready_pathways(session, connection, episodes_named(connection, near))
    with suppress(StoreDamaged):
        with session.work() as work:
            found = {row.person.id: [one.id for one in row.pathways if one.id in ready] for row in rows}
            keep_ready(work.connection, found, today)
        return True
    return False


def _near(session: Session, row: CaseloadRow) -> bool:
    return any(_may_be_ready(session, row, one.id) for one in row.pathways)


def _may_be_ready(session: Session, row: CaseloadRow, episode: str) -> bool:
    """Only where every critical step was last seen on own is it worth reading every visit."""
    one = next(each for each in row.pathways if each.id == episode)
    return one.closed_on is None and one.visits > 1 and critical_on_own(one, session.today(), session.checklists)
