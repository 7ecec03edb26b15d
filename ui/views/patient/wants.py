"""What can be asked for on the pages about one person, and which tab is which."""

from collections.abc import Callable
from enum import IntEnum, StrEnum


class Tab(IntEnum):
    """The tabs in their order. A care plan has its place between Skills and Letters once there is one."""

    OVERVIEW = 0
    VISITS = 1
    SKILLS = 2
    LETTERS = 3
    HISTORY = 4


class Want(StrEnum):
    """What was asked for. What it is about comes with it: an entry as kind:id, a flag, gate, visit or pathway."""

    START = "start"
    BOOK = "book"
    CALL = "call"
    DISCHARGE = "discharge"
    EDIT = "edit"
    ALLERGY = "allergy"
    NO_ALLERGIES = "no_allergies"
    ALERT = "alert"
    CONTACT = "contact"
    MEDICINE = "medicine"
    EQUIPMENT = "equipment"
    DOCUMENT = "document"
    CHANGE_MEMBER = "change_member"
    END_MEMBER = "end_member"
    READ_NOTE = "read_note"
    CLOSE_FLAG = "close_flag"
    LEARNER = "learner"
    END_LEARNER = "end_learner"
    CONSENT = "consent"
    GATE_MET = "gate_met"
    GATE_NOT_MET = "gate_not_met"
    GATE_NA = "gate_na"
    AMEND = "amend"
    STRIKE = "strike"
    COPY_NOTE = "copy_note"
    WRONG_PERSON = "wrong_person"
    CANCEL_BOOKING = "cancel_booking"
    OPEN_DOCUMENT = "open_document"
    STRIKE_DOCUMENT = "strike_document"
    FIELD_HISTORY = "field_history"
    SETTLE = "settle"
    DEATH = "death"
    REVERSE_DEATH = "reverse_death"
    ALL_ENTRIES = "all_entries"
    CONFIRM_STOP = "confirm_stop"
    TASK = "task"
    ASK_COSIGN = "ask_cosign"
    COSIGN = "cosign"
    PAPER_SHEET = "paper_sheet"
    DOSE_COVER = "dose_cover"
    END_DOSE_COVER = "end_dose_cover"
    CORE_VISITS = "core_visits"
    CHECKLIST = "checklist"
    ACCOUNTABLE = "accountable"
    TREATMENT_END = "treatment_end"


Tell = Callable[[Want, str], object]
