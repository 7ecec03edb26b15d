"""A visit: what the nurse fills in (`VisitForm`), and what stands once it is signed (`Visit`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from smf_core.domain.pathway import GateState


class Level(StrEnum):
    """What was seen of one step. The first four are in rising order."""

    NOT_YET = "not_yet"
    ASSISTED = "assisted"
    PROMPTED = "prompted"
    INDEPENDENT = "independent"
    NOT_OBSERVED = "not_observed"
    NA = "na"


RISING = (Level.NOT_YET, Level.ASSISTED, Level.PROMPTED, Level.INDEPENDENT)


class Purpose(StrEnum):
    TEACHING = "teaching"
    ASSESSMENT = "assessment"
    STOPPED_EARLY = "stopped_early"


class Place(StrEnum):
    """How the visit was made; exported as `contact`."""

    HOME = "home"
    CLINIC = "clinic"
    VIDEO = "video"


class Method(StrEnum):
    DEMONSTRATION = "demonstration"
    VIDEO = "video"
    LEAFLET = "leaflet"


class TeachBackAnswer(StrEnum):
    EXPLAINED = "explained"
    PROMPTED = "prompted"
    WENT_OVER_AGAIN = "went_over_again"
    NOT_COVERED = "not_covered"


class NextKind(StrEnum):
    """What signing asks: one of these comes next."""

    VISIT = "visit"
    CALL = "call"
    DISCHARGE = "discharge"
    CORE_TEAM = "core_team"
    HOLD = "hold"


class NotGoneAheadReason(StrEnum):
    NO_ACCESS = "no_access"
    PATIENT_CANCELLED = "patient_cancelled"
    TEAM_CANCELLED = "team_cancelled"
    HOSPITAL = "hospital"


# --- the form: typed text is kept exactly as typed, valid or not ---------------------------------


@dataclass(frozen=True, slots=True)
class StepMark:
    """One row of the checklist: a level, a note, and the reason a step does not apply."""

    level: Level | None = None
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    answer: TeachBackAnswer | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReadingForm:
    """One reading as typed: `value` may be a number, an option code, LO or HI; `at` is HH:MM, "" = at the start."""

    observation: str
    value: str = ""
    at: str = ""
    note: str = ""
    id: str = ""
    """The signed reading this amends; empty for a new one."""


@dataclass(frozen=True, slots=True)
class FlagForm:
    """One red flag asked today; nothing is preset. The rest is needed when it was seen."""

    seen: bool | None = None
    action: str = ""
    told: str = ""
    advised: str = ""
    next_check: str = ""
    id: str = ""
    """The red-flag record this amends; empty for a new one."""


@dataclass(frozen=True, slots=True)
class GateForm:
    """An answer to a gate while it is typed: a gate is written down by itself, the visit's draft keeps the typing."""

    state: GateState
    words: str = ""
    """The evidence where it is met, the reason where it does not apply."""

    valid_until: str = ""


@dataclass(frozen=True, slots=True)
class SectionForm:
    """One skill taught to one learner in this visit."""

    episode: str
    learner: str
    id: str = ""
    """The signed section this amends; empty for a new one."""
    marks: Mapping[str, StepMark] = field(default_factory=dict)
    answers: Mapping[str, AnswerForm] = field(default_factory=dict)
    confidence: int | None = None
    readings: tuple[ReadingForm, ...] = ()
    flags: Mapping[str, FlagForm] = field(default_factory=dict)
    strategies: tuple[str, ...] = ()
    notes: str = ""
    checklist_version: str = ""
    """What it is rated against: the pathway's when the visit began, whatever the pathway changes to since."""
    gates: Mapping[str, GateForm] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextForm:
    """What comes next: a visit or call needs a date (and time), a hold a reason and a review date."""

    kind: NextKind | None = None
    on: str = ""
    at: str = ""
    minutes: str = ""
    reason: str = ""
    focus: str = ""


@dataclass(frozen=True, slots=True)
class VisitForm:
    """Everything on the Record a visit page: the draft, and one step of its undo.

    `started_at` is care time with its offset. A draft is this value, encoded; signing reads it once.
    """

    visit: str
    patient: str
    started_at: datetime
    sections: tuple[SectionForm, ...]
    right_person: bool = False
    also_present: str = ""
    place: Place = Place.HOME
    methods: tuple[Method, ...] = (Method.DEMONSTRATION,)
    minutes: str = ""
    purpose: Purpose = Purpose.TEACHING
    stopped_reason: str = ""
    vital_signs: tuple[ReadingForm, ...] = ()
    next: NextForm = NextForm()
    planned: str | None = None
    """The id of the booking this visit fulfils, None for an unplanned visit."""
    late_reason: str = ""
    """Why a visit made over a day ago is only written down now."""

    cosign_of: str = ""
    """The registered nurse whose co-signature is asked for when it is signed; empty for none."""

    copied_from: str = ""
    """The visit in a wrong person's record that this one was copied from."""

    draft_of: str = ""
    """The colleague whose draft this was, where somebody else took it over to finish; empty for one's own."""

    amend_reason: str = ""
    opened: "OpenedForm | None" = None
    """The signed visit as it was when amending began; None while a visit is written for the first time."""

    @property
    def amends(self) -> bool:
        return self.opened is not None


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A signed visit as a form, and for each unit the operations its values came from.

    An amendment is what differs from this, made on top of just those operations: what another laptop
    changed meanwhile is never written over.
    """

    form: VisitForm
    bases: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


# --- the record ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rating:
    step: str
    level: Level
    note: str = ""
    reason: str = ""
    amended: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    answer: TeachBackAnswer
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation: `value` is decimal text, an option code, LO or HI."""

    id: str
    observation: str
    at: datetime
    value: str
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One skill taught to one learner at a signed visit."""

    id: str
    visit: str
    episode: str
    learner: str
    ratings: Mapping[str, Rating] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    confidence: int | None = None
    strategies: tuple[str, ...] = ()
    notes: str = ""
    checklist_version: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed visit. `signed_by_registered` is the role of the author at the time of care."""

    id: str
    patient: str
    started_at: datetime
    minutes: int
    place: Place
    purpose: Purpose
    signed_by: str
    signed_at: datetime
    signed_by_registered: bool
    sections: tuple[Section, ...] = ()
    vital_signs: tuple[Reading, ...] = ()
    """Readings of the visit as a whole, of no skill, by time."""

    stopped_reason: str = ""
    also_present: str = ""
    methods: tuple[Method, ...] = ()
    struck_reason: str = ""
    """Why the visit was entered in error; empty for one that stands."""

    amended: bool = False
    late_reason: str = ""
    copied_from: str | None = None
    draft_of: str | None = None
    """The colleague whose draft was signed; None for the author's own."""

    moved_to: str | None = None
    """The copy in the right person's record, where this one was written for the wrong person."""

    cosign_of: str | None = None
    cosigned_by: str | None = None
    cosigned_at: datetime | None = None
    cosign_note: str = ""

    @property
    def stands(self) -> bool:
        return not self.struck_reason
