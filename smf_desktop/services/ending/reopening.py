"""Taking a discharge back: a new entry that says why. The discharge, and the letters it wrote, stay readable."""

from datetime import timedelta
from typing import Literal

from smf_core.domain.discharge import Outcome
from smf_core.domain.letter import Letter, LetterCause, LetterState
from smf_core.domain.letter_trouble import CannotReopen
from smf_core.domain.pathway import Episode
from smf_core.domain.task import TaskState
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.letters import letters_of_episode, open_check_ins
from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.services.known import known_episode
from smf_desktop.services.letters.items import state_item, tell_again_items
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.tasks import done_item

DAYS = 30
"""How long a discharge may be taken back: then a return is a new referral, which every figure counts as one."""

TAKEN_BACK = "The discharge was taken back"
_OF_A_DISCHARGE = frozenset({LetterCause.DISCHARGE, LetterCause.TAKEN_OVER, LetterCause.CARE_STAYS})


def reopen_discharge(session: Session, episode_id: str, reason: str) -> Touched:
    """Take a discharge back: teaching goes on, its letters are withdrawn, its calls cancelled. Who has one is told.

    A registered nurse's act, with a reason. Bookings that the discharge cancelled are not made again. Raises
    `NotAllowed`, `ReasonNeeded`, `UnknownEpisode` or `CannotReopen`; then nothing has changed.
    """
    require(session.user, Action.REOPEN_DISCHARGE)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        episode = known_episode(work.connection, episode_id)
        writable(work.connection, episode.patient)
        if code := _why_not(session, work.connection, episode):
            raise CannotReopen(code)
        said = {"reason": reason.strip(), "by": session.user.id}
        items = [work.change("episode", episode_id, "discharge", said)]
        letters = _letters(work.connection, episode_id)
        items += [state_item(session, work, one.id, LetterState.WITHDRAWN, reason=TAKEN_BACK) for one in letters]
        items += tell_again_items(session, letters, "the discharge was taken back, teaching goes on")
        items += [
            done_item(session, work, task, TAKEN_BACK, TaskState.CANCELLED)
            for task in open_check_ins(work.connection, episode_id)
        ]
        work.save(items, patient=episode.patient)
    return frozenset(work.touched)


def _letters(connection: Connection, episode: str) -> tuple[Letter, ...]:
    """The letters of the discharge that still stand."""
    written = letters_of_episode(connection, episode)
    return tuple(one for one in written if one.stands and one.cause in _OF_A_DISCHARGE)


def _why_not(
    session: Session, connection: Connection, episode: Episode
) -> Literal["", "open", "late", "died", "again"]:
    if episode.closed_on is None:
        return "open"
    patient = patient_of(connection, episode.patient)
    if episode.outcome == Outcome.DECEASED or (patient is not None and patient.died_on is not None):
        return "died"
    if session.today() - episode.closed_on > timedelta(days=DAYS):
        return "late"
    since = (one for one in episodes_of(connection, episode.patient) if one.skill == episode.skill)
    if any(one.id != episode.id and (one.is_open or _opened_after(one, episode)) for one in since):
        return "again"
    return ""


def _opened_after(other: Episode, episode: Episode) -> bool:
    return bool(other.opened_on and episode.closed_on and other.opened_on >= episode.closed_on)
