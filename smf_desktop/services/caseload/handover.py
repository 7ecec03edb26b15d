"""A look at one person from the list, and the hand-over sheet of a list. Both are noted before they are shown."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from smf_core.domain.teaching_trouble import UnknownPatient
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.caseload import Sort, Wanted, caseload, rows_of_people
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_core.records.queries.patients import patients
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import visits_of_episodes
from smf_desktop.presenters.caseload.handover import HandoverFacts, PersonFacts
from smf_desktop.services.auditing import PRINT, READ, note
from smf_desktop.services.booking.dose_covers import cover_of
from smf_desktop.services.caseload.freshness import bring_lines_up
from smf_desktop.services.session import Session

PEEK, SHEET = "peek", "handover"
"""What a look at a record was for, in the audit."""

AT_MOST = 200
"""People on one sheet."""

_LATEST = datetime.max.replace(tzinfo=UTC)


def peek(session: Session, patient: str) -> PersonFacts:
    """What the panel beside the list shows of one person. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    bring_lines_up(session)
    note(session, READ, patient, PEEK)
    with session.read() as connection:
        found = _facts(session, connection, (patient,))
    if not found:
        raise UnknownPatient
    return found[0]


def handover(session: Session, nurse: str | None = None) -> HandoverFacts:
    """The list of a nurse (this user's own where none is named), as it is today; whoever is visited first is first."""
    require(session.user, Action.OPEN_RECORD)
    bring_lines_up(session)
    whose = nurse or session.user.id
    today = session.today()
    asked = Wanted(day=today, start_of_day=session.local(today, time.min), nurse=whose)
    with session.read() as connection:
        people = [row.person.id for row in caseload(connection, asked, sort=Sort.NEXT_VISIT, limit=AT_MOST)]
        names = {one.id: one.name for one in users(connection)}
    with session.work() as work:
        for each in people:
            work.note_access(PRINT, each, SHEET)
    with session.read() as connection:
        found = _facts(session, connection, people)
    return HandoverFacts(names.get(whose, ""), session.now(), found, names)


def _facts(session: Session, connection: Connection, people: Sequence[str]) -> tuple[PersonFacts, ...]:
    today = session.today()
    rows = rows_of_people(connection, people, today)
    known = {one.id: one for one in patients(connection, people)}
    ids = [one.id for row in rows for one in row.pathways]
    episodes = episodes_named(connection, ids)
    visits = visits_of_episodes(connection, ids)
    found = []
    for row in sorted(rows, key=lambda each: each.next_visit.at if each.next_visit else _LATEST):
        person = known.get(row.person.id)
        if person is not None:
            own = [one for one in episodes if one.patient == person.id]
            seen = [visit for one in own for visit in visits.get(one.id, ())]
            found.append(
                PersonFacts(
                    row=row,
                    person=person,
                    covers=tuple(cover_of(connection, person, own, today)),
                    flags=open_flags(connection, person.id),
                    last=max(seen, key=lambda visit: visit.started_at, default=None),
                )
            )
    return tuple(found)
