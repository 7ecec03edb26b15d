"""Keeping what lists read up to date: whoever was changed is made anew before the next list is read."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from smf_core.records.keeping import bring_up, keep_ready, not_looked_at
from smf_core.records.lines import anyone_behind
from smf_core.records.queries.caseload import CaseloadRow, rows_of_people
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_desktop.ports import StoreDamaged
from smf_desktop.presenters.caseload import critical_on_own
from smf_desktop.services.readiness import ready_pathways
from smf_desktop.services.session import Session

AT_ONCE = 20
"""Of so few people it is looked at once who is ready; of more it is looked later, while the list stands."""

TURNS = 4
"""Times some hundred people made anew in one transaction, when an import or an upgrade left many behind."""


def bring_lines_up(session: Session) -> None:
    """Have every line as the records are now. Costs one question when nobody is behind.

    A damaged store can only be read: there the lists stand as they were last kept.
    """
    with session.read() as connection:
        if not anyone_behind(connection):
            return
    made: Sequence[str] = ()
    with suppress(StoreDamaged):
        while True:
            more = True
            with session.work() as work:
                for _ in range(TURNS):
                    some = bring_up(work.connection, partial(_near, session))
                    made = [*made, *some] if len(made) <= AT_ONCE else made
                    more = anyone_behind(work.connection)
                    if not more:
                        break
            if not more:
                break
        if len(made) <= AT_ONCE:
            look_who_is_ready(session, AT_ONCE, made)


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
