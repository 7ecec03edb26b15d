"""Something somebody still has to do, about a person or not: not a chat, one line with a day and an end."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """What kind of thing is to be done."""

    GATES = "gates"
    CO_SIGN = "co_sign"
    RED_FLAG = "red_flag"
    LETTER = "letter"
    CALL_BACK = "call_back"
    CHECK_IN = "check_in"
    DECIDE = "decide"
    CORE_INFORMATION = "core_information"
    WHO_GIVES_DOSE = "who_gives_dose"
    AFTER_DEATH = "after_death"
    OTHER = "other"


class CheckIn(StrEnum):
    """Which call after discharge a check-in is (`clinical.md` 3.2 counts what comes back; the call asks)."""

    EARLY = "check_in_early"
    AT_90_DAYS = "check_in_90"
    EXTRA = "check_in_extra"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `about` is the id of the visit, episode, letter or flag it came from; `urgent` shows it red.

    `to_user` or `to_team` says whose it is; neither means whoever sees it. `settled` is False while two people
    ended it differently: both are kept and shown.
    """

    id: str
    kind: TaskKind
    text: str
    asked_at: datetime
    asked_by: str
    patient: str | None = None
    to_user: str | None = None
    to_team: str | None = None
    due_on: date | None = None
    due_at: str = ""
    about: str | None = None
    purpose: str = ""
    urgent: bool = False
    state: TaskState = TaskState.OPEN
    done_by: str | None = None
    done_at: datetime | None = None
    done_note: str = ""
    settled: bool = True
