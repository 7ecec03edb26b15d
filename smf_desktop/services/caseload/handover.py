"""A look at one person from the list, and the hand-over sheet of a list. Both are noted before they are shown."""

from collections.abc import Sequence
from datetime import UTC, datetime

from smf_core.domain.teaching_trouble import UnknownPatient
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.caseload import CaseloadRow, row_of_each
from smf_core.records.queries.covers import taught_on_list
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_core.records.queries.patients import patients
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import visits_of_episodes
from smf_desktop.presenters.caseload.handover import HandoverFacts, PersonFacts
from smf_desktop.services.auditing import PRINT, READ, note
from smf_desktop.services.booking.dose_covers import cover_of
from smf_desktop.services.session import Session

PEEK, SHEET = "peek", "handover"
"""What a look at a record was for, in the audit."""

AT_MOST = 200
"""People on one sheet."""

_LATEST = datetime.max.replace(tzinfo=UTC)


def peek(session: Session, patient: str) -> PersonFacts:
    """What the panel beside the list shows of one person. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    note(session, READ, patient, PEEK)
    with session.read() as connection:
        found = _facts(session, connection, (patient,))
    if not found:
        raise UnknownPatient
    return found[0]


def handover(session: Session, nurse: str | None = None) -> HandoverFacts:
    """The list of a nurse (this user's own where none is named), as it is today; whoever is visited first is first."""
    require(session.user, Action.OPEN_RECORD)
    whose = nurse or session.user.id
    people = on_the_sheet(session, whose)
    with session.work() as work:
        for each in people:
            work.note_access(PRINT, each, SHEET)
    with session.read() as connection:
        names = {one.id: one.name for one in users(connection)}
        found = _facts(session, connection, people)
    return HandoverFacts(names.get(whose, ""), session.now(), found, names)


def on_the_sheet(session: Session, nurse: str) -> tuple[str, ...]:
    """Who is on a nurse's sheet, whoever is visited first first. It is asked of the records: no line need be kept."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        rows = row_of_each(connection, taught_on_list(connection, nurse, session.today()))
    return tuple(row.person.id for row in sorted(rows, key=_first_visited)[:AT_MOST])


def _first_visited(row: CaseloadRow) -> tuple[datetime, str, str]:
    name = row.person.name
    return (row.next_visit.at if row.next_visit else _LATEST, name.family.casefold(), name.given.casefold())


def _facts(session: Session, connection: Connection, people: Sequence[str]) -> tuple[PersonFacts, ...]:
    today = session.today()
    rows = row_of_each(connection, people)
    known = {one.id: one for one in patients(connection, people)}
    ids = [one.id for row in rows for one in row.pathways]
    episodes = episodes_named(connection, ids)
    visits = visits_of_episodes(connection, ids)
    found = []
    for row in sorted(rows, key=_first_visited):
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
