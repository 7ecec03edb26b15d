"""What was written in a save that waits for a lead: the records are asked as if it stood, and stay as they are."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from smf_core.domain.trouble import DomainError
from smf_core.operations.change_set import ChangeSet, UnreadableChangeSet
from smf_core.operations.fold import Operation, operations
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.episodes import episodes
from smf_core.records.queries.history import Said, said_in
from smf_core.records.queries.patients import people_known
from smf_core.records.queries.unbegun import saves_about
from smf_core.records.queries.users import teams, users
from smf_core.records.writing import bring_back, write
from smf_desktop.presenters.sync.written import NOTHING, UNREADABLE, counted_only, note_lines, said_lines, sentences
from smf_desktop.services.auditing import READ
from smf_desktop.services.session import Session
from smf_desktop.services.sync.reviews import Held
from smf_desktop.services.visit.note_copies import NoteOf, note_in

HELD = "held"
"""In the audit: what was read is not in the record, but waits for a lead."""

_NOTES = {("visit", "signed"): NoteOf.VISIT, ("call", "made"): NoteOf.CALL, ("episode", "discharge"): NoteOf.DISCHARGE}
_IN_NOTES = frozenset({*_NOTES, ("visit", "next")})
_BESIDE = frozenset({"section", "observation", "red_flag"})
"""What the note of a visit or a call says, too."""

_UNFIT = (DomainError, LookupError, TypeError, ValueError, AttributeError)
"""What becomes of a save that somebody made up, or of which the records lack what it is built on."""


@dataclass(frozen=True, slots=True)
class Written:
    """A save in lines, and what is to be known of them, as sentences."""

    lines: tuple[str, ...]
    about: str = ""


def read_written(session: Session, held: Held, key: str) -> Written:
    """What a line of the tray holds, by its key: one save, or all that waits for the record of somebody.

    That it was read is noted like the reading of a record, with what is shown and before it is. Raises `NotAllowed`.
    """
    require(session.user, Action.SETTLE_HELD)
    one = next((each for each in held.waiting if each.cs_id == key), None)
    patient = one.patient if one else key
    with session.work() as work:
        work.note_access(READ, patient, HELD)
        here = patient is None or bool(people_known(work.connection, (patient,)))
        try:
            if one is None:
                return as_written(session, work.connection, saves_about(work.connection, key), (), here=here)
            about = [held.saves[each.cs_id] for each in held.waiting if each.patient == patient]
            return as_written(session, work.connection, (held.saves[key],), about, here=here)
        except (UnreadableChangeSet, *_UNFIT):
            return Written((UNREADABLE,))


def as_written(
    session: Session, connection: Connection, saves: Sequence[ChangeSet], about: Sequence[ChangeSet], *, here: bool
) -> Written:
    """Some saves in lines. `about` is all that waits about the same person: one save may be built on another."""
    lines: list[str] = []
    named = True
    for each in saves:
        ops = operations(each)
        try:
            with _as_if(connection, [one for one in about if _is_readable(one)]):
                lines += _in_the_record(session, connection, ops)
        except _UNFIT:
            said = [_bare(op) for op in ops]
            counted = list(counted_only(said, session.checklists))
            named = named and not counted
            lines += (line for _, line in said_lines(said, _names(connection), session.checklists))
            lines += counted
    return Written(tuple(lines) or (NOTHING,), sentences(lines, here=here, named=named))


@contextmanager
def _as_if(connection: Connection, saves: Sequence[ChangeSet]) -> Iterator[None]:
    """The records as they would be with some saves; afterwards they are as they were."""
    trial = connection.begin_nested()
    try:
        write(connection, [(each, None) for each in saves])
        bring_back(connection, [each.head.cs_id for each in saves])  # of what this laptop sent it has the bytes
        yield
    finally:
        trial.rollback()


def _in_the_record(session: Session, connection: Connection, ops: Sequence[Operation]) -> Iterator[str]:
    """Notes as they are copied for the trust's record; of all else a line for each thing that was said."""
    told = {op.entity for op in ops if (op.entity, op.kind) in _NOTES}
    beside = _BESIDE if told & {"visit", "call"} else frozenset[str]()
    for op in ops:
        if of := _NOTES.get((op.entity, op.kind)):
            yield from note_lines(note_in(session, connection, of, op.entity_id).text)
    records = {(op.entity, op.entity_id): None for op in ops}
    said = [one for record in records for one in said_in(connection, *record)]
    skills = {one.id: one.skill for one in episodes(connection, (op.entity_id for op in ops))}
    for one, line in said_lines(said, _names(connection), session.checklists, skills):
        in_note = told and (one.entity, one.unit) in _IN_NOTES
        if one.save == ops[0].ref[0] and not in_note and one.entity not in beside:
            yield line


def _bare(op: Operation) -> Said:
    """What was said, by its own words alone."""
    return Said(
        entity=op.entity,
        record=op.entity_id,
        unit=op.kind,
        fields=op.payload,
        at=op.care_moment,
        by=op.author,
        stands=True,
        apart=False,
        first=not op.bases,
        save=op.ref[0],
    )


def _names(connection: Connection) -> dict[str, str]:
    return {one.id: one.name for one in users(connection)} | {one.id: one.name for one in teams(connection)}


def _is_readable(each: ChangeSet) -> bool:
    try:
        return each.head.n == len(each.items)
    except UnreadableChangeSet:
        return False
