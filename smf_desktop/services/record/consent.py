"""Consent to be taught a skill, and capacity for that decision where it was doubted."""

from dataclasses import dataclass
from datetime import date

from smf_core.domain.consent import Answer, Capacity, Consent
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.operations.fold import Record, edits
from smf_core.policy.rules import Action, require
from smf_core.records.log import held_record
from smf_desktop.services.known import known_episode
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched


@dataclass(frozen=True, slots=True)
class OpenConsent:
    """The consent of one pathway as a form shows it, with what it came from."""

    episode: str
    patient: str
    consent: Consent | None
    shown: Record


@dataclass(frozen=True, slots=True)
class ConsentForm:
    answer: Answer
    on: date
    capacity: Capacity = Capacity.NOT_DOUBTED
    capacity_on: date | None = None
    basis: str = ""
    note: str = ""


def open_consent(session: Session, episode_id: str) -> OpenConsent:
    """What is recorded of one pathway. Raises `UnknownEpisode`."""
    require(session.user, Action.EDIT_PERSON)
    with session.read() as connection:
        found = known_episode(connection, episode_id)
        return OpenConsent(episode_id, found.patient, found.consent, held_record(connection, "episode", episode_id))


def record_consent(session: Session, opened: OpenConsent, said: ConsentForm) -> Touched:
    """Record it, on top of what was shown. Where capacity is lacking, `basis` says on what ground care goes on."""
    require(session.user, Action.EDIT_PERSON)
    if said.capacity is Capacity.LACKS and said.answer is Answer.GIVEN and not said.basis.strip():
        raise ReasonNeeded
    payload = {
        "consent": said.answer.value,
        "on": said.on.isoformat(),
        "by": session.user.id,
        "capacity": said.capacity.value,
        "capacity_on": said.capacity_on.isoformat() if said.capacity_on else "",
        "basis": said.basis,
        "note": said.note,
    }
    with session.work() as work:
        writable(work.connection, opened.patient)
        items = edits(opened.shown, {"consent": {name: value for name, value in payload.items() if value}})
        if items:
            work.save(items, patient=opened.patient)
    return frozenset(work.touched)
