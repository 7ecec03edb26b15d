"""What the Today page is made of, and what its rows can be asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.call import Call
from smf_core.domain.checklist_pieces import Step
from smf_core.domain.competence import OnOwn
from smf_core.domain.patient import Patient
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.task import Task
from smf_core.domain.visit import Level
from smf_core.records.queries.caseload import CaseloadRow
from smf_core.records.queries.disputes import Late
from smf_core.records.queries.letters import CoreStop, LetterOf
from smf_core.records.queries.note_copies import NotCopied
from smf_core.records.queries.patients import Known
from smf_core.records.queries.today import DayVisit
from smf_core.records.queries.unbegun import Unbegun


@dataclass(frozen=True, slots=True)
class Ready:
    """A pathway that is ready to end: steps on own of those that apply."""

    person: Known
    episode: str
    skill: str
    on_own: OnOwn


@dataclass(frozen=True, slots=True)
class Draft:
    """A page or form of this user's that is not signed or saved. `page` is one of `services.drafts`, `record` what it
    is about. A referral that is being typed is about nobody here yet, and a short form may be about nobody at all.
    `newer`: a newer version wrote it, so it is kept and cannot be gone on with here."""

    page: str
    record: str
    person: Known | None
    saved_at: datetime
    episodes: tuple[str, ...] = ()
    newer: bool = False


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """An open red flag and whose it is; `skill` is "" for one of the person as a whole."""

    person: Known
    flag: RedFlag
    skill: str = ""


@dataclass(frozen=True, slots=True)
class NextVisit:
    """The visit to make next: the person whole, and the steps not yet on own with their last level."""

    visit: DayVisit
    patient: Patient
    focus: tuple[tuple[Step, Level | None], ...]


@dataclass(frozen=True, slots=True)
class SafetyNote:
    """That there is a staff-safety note about somebody who is seen that day. Its words are read on a key."""

    person: Known
    alert: str


@dataclass(frozen=True, slots=True)
class CameBack:
    """A save that a lead returned: what it was, who returned it, when and why, in words."""

    save: str
    patient: str | None
    about: str


@dataclass(frozen=True, slots=True)
class TodayFacts:
    """`visits` are those of `day`; `week` holds the days of its week with theirs. The lists are this user's own.

    `people` and `names` hold who tasks and letters are about, and who they are for.
    """

    now: datetime
    day: date
    visits: tuple[DayVisit, ...]
    week: tuple[tuple[date, tuple[DayVisit, ...]], ...]
    next: NextVisit | None
    ready: tuple[Ready, ...]
    overdue: tuple[DayVisit, ...]
    no_next: tuple[CaseloadRow, ...]
    drafts: tuple[Draft, ...]
    flags: tuple[OpenFlag, ...]
    triage_due: int
    tasks: tuple[Task, ...] = ()
    calls: tuple[Call, ...] = ()
    """The calls this user wrote down that day."""

    cosign: tuple[DayVisit, ...] = ()
    not_copied: tuple[NotCopied, ...] = ()
    letters: tuple[LetterOf, ...] = ()
    core_stops: tuple[CoreStop, ...] = ()
    notes: tuple[SafetyNote, ...] = ()
    late: tuple[tuple[Known, Late], ...] = ()
    """For a lead: whose record says two things that may do harm, and nobody has settled it for a day."""

    unbegun: tuple[Unbegun, ...] = ()
    """For a lead: about whom something was written days ago, and whose record has not come."""

    returned: tuple[CameBack, ...] = ()
    """What this user wrote and a lead returned, until they say that they are done with it."""

    twice: frozenset[str] = frozenset()
    """Visits of the day that may be recorded twice, until somebody says what they are."""

    away: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()
    people: Mapping[str, Known] | None = None
    names: Mapping[str, str] | None = None
    me: str = ""
    """The user whose day it is."""


def in_place_of(visit: DayVisit, facts: TodayFacts) -> str:
    """`In place of Priya Shah` on a visit that was planned for a colleague and is this user's to make, or was."""
    theirs = visit.nurse not in (None, facts.me) and visit.signed_by in (None, facts.me)
    name = (facts.names or {}).get(visit.nurse or "", "") if theirs and facts.me else ""
    return f"In place of {name}" if name else ""


class Act(StrEnum):
    """What a row's button does."""

    START = "start"
    CONTINUE = "continue"
    OPEN = "open"
    VIEW = "view"
    DISCHARGE = "discharge"
    BOOK = "book"
    CONTINUE_DISCHARGE = "continue_discharge"
    CONTINUE_CALL = "continue_call"
    CONTINUE_REFERRAL = "continue_referral"
    CONTINUE_NOT_GONE_AHEAD = "continue_not_gone_ahead"
    NOT_GONE_AHEAD = "not_gone_ahead"
    MOVE = "move"
    CALL_OFF = "call_off"
    DONE = "done"
    ANSWER = "answer"
    CALL = "call"
    COPY = "copy"
    COSIGN = "cosign"
    LETTERS = "letters"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"
    REVIEW = "review"
    READ_RETURNED = "read_returned"
    READ_FORM = "read_form"


ACT_WORDS: Mapping[Act, str] = {
    Act.START: "Start visit",
    Act.CONTINUE: "Continue",
    Act.OPEN: "Open",
    Act.VIEW: "View",
    Act.DISCHARGE: "Discharge",
    Act.BOOK: "Book",
    Act.CONTINUE_DISCHARGE: "Continue",
    Act.CONTINUE_CALL: "Continue",
    Act.CONTINUE_REFERRAL: "Continue",
    Act.CONTINUE_NOT_GONE_AHEAD: "Continue",
    Act.NOT_GONE_AHEAD: "Did not go ahead",
    Act.MOVE: "Move",
    Act.CALL_OFF: "Call off",
    Act.DONE: "Done",
    Act.ANSWER: "Answer",
    Act.CALL: "Call",
    Act.COPY: "Copy note",
    Act.COSIGN: "Co-sign",
    Act.LETTERS: "Letters",
    Act.CONFIRM: "Confirm",
    Act.REOPEN: "Not done",
    Act.HAND_OVER: "Hand over",
    Act.REVIEW: "Review",
    Act.READ_RETURNED: "Read",
    Act.READ_FORM: "Read",
}


@dataclass(frozen=True, slots=True)
class SideRow:
    """One line of a list at the side, with its button. `tone` is "danger" for what is red, "warn" for what is late."""

    patient: str
    record: str
    episodes: tuple[str, ...]
    name: str
    about: str
    act: Act
    spoken: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class SideList:
    key: str
    title: str
    icon: str
    tone: str
    rows: tuple[SideRow, ...]
