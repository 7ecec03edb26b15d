"""How an episode ends, and what each ending needs (`clinical.md` 3.1)."""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum


class Outcome(StrEnum):
    INDEPENDENT = "independent"
    INDEPENDENT_SUPPORT = "independent_support"
    SHARED_CORE = "shared_core"
    RETURNED_CORE = "returned_core"
    NOT_SUITABLE = "not_suitable"
    DECLINED = "declined"
    NO_CONTACT = "no_contact"
    HOSPITAL = "hospital"
    DECEASED = "deceased"
    MOVED = "moved"
    TREATMENT_ENDED = "treatment_ended"
    TRANSFERRED = "transferred"
    ENTERED_IN_ERROR = "entered_in_error"


FAVOURABLE = frozenset({Outcome.INDEPENDENT, Outcome.INDEPENDENT_SUPPORT})


class HowLeft(IntEnum):
    """How somebody left a skill, the worst last."""

    ALONE = 0
    HELPED = 1
    OTHERWISE = 2


def how_left(outcome: str) -> HowLeft:
    """What an outcome says of it; one that a newer version wrote is neither of the good ones."""
    well = {Outcome.INDEPENDENT.value: HowLeft.ALONE, Outcome.INDEPENDENT_SUPPORT.value: HowLeft.HELPED}
    return well.get(outcome, HowLeft.OTHERWISE)


class SupportType(StrEnum):
    INFORMAL_CARER = "informal_carer"
    PHARMACY = "pharmacy"
    TELEHEALTH = "telehealth"
    EQUIPMENT = "equipment"
    COMMUNITY_GROUP = "community_group"
    NURSE_REVIEW = "nurse_review"


class ReturnReason(StrEnum):
    DEXTERITY = "dexterity"
    SIGHT = "sight"
    MEMORY = "memory"
    CONFIDENCE = "confidence"
    CLINICAL_CHANGE = "clinical_change"
    WOUND_DETERIORATION = "wound_deterioration"
    CARER_WITHDREW = "carer_withdrew"
    ENVIRONMENT = "environment"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SignedWord:
    """Something a named person said or agreed on a day; empty while not given."""

    name: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class DischargeForm:
    """The Discharge page as typed: the draft, and one step of its undo."""

    episode: str
    outcome: Outcome | None = None
    support_type: SupportType | None = None
    support_who: str = ""
    support_what: str = ""
    support_how_often: str = ""
    support_review_on: str = ""
    main_reason: ReturnReason | None = None
    reason: str = ""
    visits_per_month_left: str = ""
    on: str = ""
    """Day of discharge or of death as typed; empty = today."""

    check_in_on: str = ""
    """Day of the first call afterwards as typed; empty = the day proposed."""

    core_from: str = ""
    """From which dose or visit the core team need not come, in words; empty = the day of discharge."""

    core_team: str = ""
    """Id of the core team written to; empty = the one that is proposed."""
    attestations: frozenset[str] = frozenset()
    confidence_override: str = ""
    person_consents: SignedWord = field(default_factory=SignedWord)
    carer_agrees: SignedWord = field(default_factory=SignedWord)
    back_up: SignedWord = field(default_factory=SignedWord)
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Discharge:
    """A closed episode's ending as recorded."""

    episode: str
    on: date
    outcome: Outcome
    support: str = ""
    reason: str = ""
    by: str = ""
