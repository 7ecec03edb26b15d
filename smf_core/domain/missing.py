"""What still stands in the way of signing, and where on the page it is."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """A part of a form that can hold something missing, in no order of its own."""

    # the strip of a visit
    RIGHT_PERSON = "right_person"
    STARTED = "started"
    LATE = "late"
    MINUTES = "minutes"
    STOPPED = "stopped"
    # one skill of a visit
    SECTION = "section"
    LEARNER = "learner"
    GATE = "gate"
    STEP = "step"
    TEACH_BACK = "teach_back"
    CONFIDENCE = "confidence"
    READING = "reading"
    RED_FLAG = "red_flag"
    # once per visit
    VITAL_SIGN = "vital_sign"
    NEXT = "next"
    AMEND = "amend"
    # a discharge
    EPISODE = "episode"
    EVIDENCE = "evidence"
    ATTESTATION = "attestation"
    OUTCOME = "outcome"
    SUPPORT = "support"
    CARER = "carer"
    RETURNED = "returned"
    SHARED = "shared"
    REASON = "reason"
    ON = "on"
    CHECK_IN = "check_in"
    CHECKED = "checked"


class Why(StrEnum):
    """What is wanted of that part."""

    NEEDED = "needed"
    """Nothing is there yet."""

    REASON_NEEDED = "reason_needed"
    NOTE_NEEDED = "note_needed"
    ACTION_NEEDED = "action_needed"
    TOLD_NEEDED = "told_needed"
    REGISTERED_NURSE = "registered_nurse"
    """Only a registered nurse may do this."""

    NOT_A_DATE = "not_a_date"
    NOT_A_TIME = "not_a_time"
    NOT_A_NUMBER = "not_a_number"
    IN_PAST = "in_past"
    IN_FUTURE = "in_future"
    OUT_OF_RANGE = "out_of_range"
    NOT_MET = "not_met"
    NOT_AN_INFORMAL_CARER = "not_an_informal_carer"
    CLOSED = "closed"
    DIED = "died"
    CARER_DOES_A_CRITICAL_PART = "carer_does_a_critical_part"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing to put right. `section` is the index of the skill on the page, None for the page as a whole.

    `id` is the step, question, gate, red flag, observation, field or rule meant; `index` the reading's place in its
    list; `learner` whose evidence it is. A presenter gives the words, F8 walks from one to the next.
    """

    part: Part
    why: Why = Why.NEEDED
    section: int | None = None
    id: str = ""
    index: int = 0
    learner: str = ""
