"""The note of a visit or a discharge for the trust's record: as plain text, with a trace that it was copied."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from smf_core.domain.day_trouble import UnknownCall
from smf_core.domain.pathway import Episode
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.teaching_trouble import UnknownEpisode, UnknownVisit
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.calls import call as call_of
from smf_core.records.queries.episodes import discharge_of
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.note_copies import NoteCopy, note_copies
from smf_core.records.queries.red_flags import flags_of_call, flags_of_visit
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import place_in_pathway
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.presenters.dose_cover import cover_words
from smf_desktop.presenters.outcomes import OUTCOMES
from smf_desktop.presenters.visit.note_text import (
    CallNote,
    DischargeNote,
    Taught,
    VisitNote,
    call_note,
    discharge_note,
    visit_note,
)
from smf_desktop.services.booking.dose_covers import cover_of
from smf_desktop.services.known import known_episode, known_patient
from smf_desktop.services.session import Session, Touched, new_item
from smf_desktop.services.visit.facts import said_next

LOOKED_BACK = timedelta(days=125)
"""How far back notes not copied are listed: as long as a discharged person stays on a nurse's laptop."""


class NoteOf(StrEnum):
    VISIT = "visit"
    CALL = "call"
    DISCHARGE = "discharge"


@dataclass(frozen=True, slots=True)
class Note:
    """The text of one record, and the last copy made of it. `current` is False once the record said something else
    since it was copied."""

    text: str
    patient: str
    copied: NoteCopy | None = None
    own: str = ""
    """What of the text is the record's own, where not all of it is: who gives a dose goes on changing after a visit."""

    @property
    def digest(self) -> str:
        return sha256((self.own or self.text).encode()).hexdigest()

    @property
    def current(self) -> bool:
        return self.copied is not None and self.copied.digest == self.digest


def note(session: Session, of: NoteOf, record: str) -> Note:
    """The note as it would be copied now. Raises `UnknownVisit` or `UnknownEpisode`."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        return note_in(session, connection, of, record)


def copy_note(session: Session, of: NoteOf, record: str) -> tuple[Note, Touched]:
    """The note to put on the clipboard; that it was copied, by whom and when, is written down before it is given."""
    require(session.user, Action.COPY_NOTE)
    with session.work() as work:
        made = note_in(session, work.connection, of, record)
        said = {"of": of.value, "record": record, "by": session.user.id, "at": work.now.isoformat()}
        copied = new_item("note_copy", session.new_id(), "copied", patient=made.patient, digest=made.digest, **said)
        work.save([copied], patient=made.patient)
    return made, frozenset(work.touched)


def note_in(session: Session, connection: Connection, of: NoteOf, record: str) -> Note:
    """`note`, of what the records say in a transaction of the caller's."""
    own = ""
    match of:
        case NoteOf.VISIT:
            text, patient, own = _of_visit(session, connection, record)
        case NoteOf.DISCHARGE:
            text, patient = _of_discharge(session, connection, record)
        case NoteOf.CALL:
            text, patient = _of_call(session, connection, record)
    return Note(text, patient, note_copies(connection, (record,)).get(record), own)


def _cover(session: Session, connection: Connection, patient: str, episodes: list[Episode]) -> tuple[str, ...]:
    """Who gives each dose from today on, a line each."""
    today = session.today()
    return cover_words(cover_of(connection, known_patient(connection, patient), episodes, today), today)


def _of_call(session: Session, connection: Connection, call_id: str) -> tuple[str, str]:
    call = call_of(connection, call_id)
    if call is None or not call.stands:
        raise UnknownCall
    told = tuple((_sign_words(session, connection, flag), flag) for flag in flags_of_call(connection, call_id))
    names = {one.id: one.name for one in users(connection)}
    return call_note(CallNote(known_patient(connection, call.patient), call, told, names)), call.patient


def _sign_words(session: Session, connection: Connection, flag: RedFlag) -> str:
    about = episode_of(connection, flag.episode) if flag.episode else None
    checklist = session.checklists.checklist(about.skill, about.checklist_version) if about else None
    sign = checklist.red_flag(flag.sign) if checklist else None
    return sign.short if sign else flag.sign.replace("_", " ")


def _of_visit(session: Session, connection: Connection, visit_id: str) -> tuple[str, str, str]:
    visit = visit_of(connection, visit_id)
    if visit is None or not visit.stands:
        raise UnknownVisit
    taught = {}
    for section in visit.sections:
        episode = known_episode(connection, section.episode)
        checklist = session.checklists.checklist(episode.skill, section.checklist_version or episode.checklist_version)
        taught[episode.id] = Taught(episode, checklist, place_in_pathway(connection, episode.id, visit))
    said = VisitNote(
        patient=known_patient(connection, visit.patient),
        visit=visit,
        taught=taught,
        common=session.checklists.common,
        flags=flags_of_visit(connection, visit_id),
        coming=said_next(connection, visit_id),
        names={one.id: one.name for one in users(connection)},
        cover=_cover(session, connection, visit.patient, [one.episode for one in taught.values()]),
    )
    return visit_note(said), visit.patient, visit_note(replace(said, cover=()))


def _of_discharge(session: Session, connection: Connection, episode_id: str) -> tuple[str, str]:
    episode, closing = episode_of(connection, episode_id), discharge_of(connection, episode_id)
    if episode is None or closing is None:
        raise UnknownEpisode
    names = {one.id: one.name for one in users(connection)}
    said = DischargeNote(
        patient=known_patient(connection, episode.patient),
        episode=episode,
        checklist=session.checklists.checklist(episode.skill, episode.checklist_version),
        on=closing.on,
        outcome=OUTCOMES.get(closing.outcome.value, closing.outcome.value),
        support=closing.support,
        reasons=closing.reason,
        by=names.get(closing.by, ""),
    )
    return discharge_note(said), episode.patient
