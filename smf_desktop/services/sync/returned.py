"""What a lead returned, as its author reads it: what was written, and what was said of it."""

from dataclasses import dataclass

from smf_core.policy.rules import Action, require
from smf_core.records.log import change_sets
from smf_core.records.queries.patients import people_known
from smf_core.records.queries.users import users
from smf_desktop.ports import SentForReview
from smf_desktop.presenters.patient.returned import WHAT_NEXT, returned_words
from smf_desktop.services.auditing import READ
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.sync.written import HELD, as_written


@dataclass(frozen=True, slots=True)
class Returned:
    """What was written in lines, what a lead said of it and what to do, and whether the person is on this laptop."""

    lines: tuple[str, ...]
    about: str
    here: bool


def read_returned(session: Session, cs_id: str) -> Returned | None:
    """One of this user's own saves that came back; None where they are done with it. That it was read is noted."""
    require(session.user, Action.OPEN_RECORD)
    one = next((each for each in returned_to(session) if each.saved.cs_id == cs_id), None)
    if one is None:
        return None
    with session.work() as work:
        work.note_access(READ, one.saved.patient, HELD)
        names = {each.id: each.name for each in users(work.connection)}
        patient = one.saved.patient
        here = patient is not None and bool(people_known(work.connection, (patient,)))
        saves = change_sets(work.connection, (cs_id,))
        written = as_written(session, work.connection, saves, saves, here=here or patient is None)
    about = f"{returned_words(one, names).rstrip('.')}. {WHAT_NEXT} {written.about}".strip()
    return Returned(written.lines, about, here)


def put_by(session: Session, cs_id: str) -> Touched:
    """This user is done with what came back: Today and the record tell it no more, the sync centre does."""
    require(session.user, Action.OPEN_RECORD)
    if any(one.saved.cs_id == cs_id for one in returned_to(session)):
        with session.work() as work:
            work.put_by(cs_id)
    return frozenset({"review"})


def returned_to(session: Session) -> tuple[SentForReview, ...]:
    """What this user wrote and a lead returned, until they say that they are done with it."""
    require(session.user, Action.OPEN_RECORD)
    back = (one for one in session.store.sent_for_review() if one.state == "returned")
    return tuple(one for one in back if one.saved.author == session.user.id)
