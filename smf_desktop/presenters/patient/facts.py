"""What the pages about one person are made from, read in one snapshot, and what every part of them asks of it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime

from smf_core.domain.competence import Readiness
from smf_core.domain.discharge import Discharge
from smf_core.domain.document import Document
from smf_core.domain.dose_cover import EpisodeCover
from smf_core.domain.equipment import Equipment
from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.patient import Name, Patient
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.task import Task
from smf_core.domain.twice import Made
from smf_core.domain.visit import Visit
from smf_core.records.queries.disputes import Dispute
from smf_core.records.queries.letters import CoreStop
from smf_core.records.queries.note_copies import NoteCopy
from smf_core.records.queries.today import Entry
from smf_core.records.queries.visits import Booking
from smf_desktop.ports import SentForReview


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Everything the page says of one person, read in one snapshot.

    `signed` holds every signed visit in order of care, those entered in error included; `readiness` is by open
    pathway; `drafts` are the visits this user has begun and not signed; `names` are users by id.
    """

    patient: Patient
    similar: tuple[Name, ...]
    episodes: tuple[Episode, ...]
    signed: tuple[Visit, ...]
    flags: tuple[RedFlag, ...]
    entries: tuple[Entry, ...]
    readiness: Mapping[str, Readiness]
    booking: Booking | None
    drafts: tuple[str, ...]
    names: Mapping[str, str]
    now: datetime
    registered: bool
    same_address: tuple[Name, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    against: tuple[tuple[Made, Made], ...] = ()
    """Visits of today or to come that two nurses may have as one, the one that is still booked second."""

    equipment: tuple[Equipment, ...] = ()
    documents: tuple[Document, ...] = ()
    copies: Mapping[str, NoteCopy] = field(default_factory=dict)
    """The latest copy of a note for the trust's record, by visit."""

    covers: tuple[EpisodeCover, ...] = ()
    stops: tuple[CoreStop, ...] = ()
    tasks: tuple[Task, ...] = ()
    ended: Mapping[str, Discharge] = field(default_factory=dict)
    """How each pathway that ended did."""

    held_until: datetime | None = None
    """Until when they are on this laptop because somebody asked the hub for them."""
    waits: bool = False
    """Whether anything about this person is not at the hub yet; never where there is no hub."""

    unsent: Set[str] = frozenset()
    """Records of which something is not at the hub yet; none where there is no hub."""

    for_review: tuple[SentForReview, ...] = ()
    """Saves about this person that the hub holds for a lead: nothing else here speaks of them."""

    me: str = ""
    """The user who looks at it."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """A quiet label, and what is known under it. `record` is what a button on it is about, `tone` a text token."""

    label: str
    words: str
    about: str = ""
    record: str = ""
    tone: str = ""


def standing(facts: PatientFacts) -> tuple[Visit, ...]:
    """The signed visits that count."""
    return tuple(visit for visit in facts.signed if visit.stands)


def taught(visit: Visit, episode: str) -> bool:
    return any(section.episode == episode for section in visit.sections)


def learner_name(who: str, patient: Patient) -> str:
    """The learner by name: the patient's preferred name where there is one."""
    if who == PATIENT:
        return patient.preferred_name or patient.name.given
    contact = patient.contact(who)
    if contact is None:
        return "Someone no longer a contact"
    return f"{contact.name} ({contact.relation})" if contact.relation else contact.name


def dotted(*parts: str) -> str:
    """The parts that say something, with a dot between."""
    return " · ".join(part for part in parts if part)
