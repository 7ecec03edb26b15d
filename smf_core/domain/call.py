"""A telephone call about a person: what is typed (`CallForm`), what it must hold, and what stands (`Call`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.dates import BadDate, parse_typed
from smf_core.domain.gap import Gap
from smf_core.domain.missing import Why
from smf_core.domain.task import CheckIn

MINUTES_AT_MOST = 240
VISITS_A_MONTH_AT_MOST = 300


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class CallPurpose(StrEnum):
    ADVICE = "advice"
    TEACHING_SUPPORT = "teaching_support"
    ARRANGE = "arrange"
    CHECK_IN_EARLY = "check_in_early"
    CHECK_IN_90 = "check_in_90"
    CHECK_IN_EXTRA = "check_in_extra"
    OTHER_SERVICE = "other_service"
    OTHER = "other"


CHECK_INS: Mapping[CallPurpose, CheckIn] = {
    CallPurpose.CHECK_IN_EARLY: CheckIn.EARLY,
    CallPurpose.CHECK_IN_90: CheckIn.AT_90_DAYS,
    CallPurpose.CHECK_IN_EXTRA: CheckIn.EXTRA,
}


class CallOutcome(StrEnum):
    """The first three answer a check-in; `no_answer` and `message_left` leave it to be made again."""

    STILL_ALONE = "still_alone"
    NEEDS_HELP = "needs_help"
    CORE_VISITING = "core_visiting"
    SETTLED = "settled"
    ARRANGED = "arranged"
    PASSED_ON = "passed_on"
    MESSAGE_LEFT = "message_left"
    NO_ANSWER = "no_answer"


REACHED_NOBODY = (CallOutcome.MESSAGE_LEFT, CallOutcome.NO_ANSWER)
OF_CHECK_IN = (CallOutcome.STILL_ALONE, CallOutcome.NEEDS_HELP, CallOutcome.CORE_VISITING, *REACHED_NOBODY)
OF_OTHERS = (CallOutcome.SETTLED, CallOutcome.ARRANGED, CallOutcome.PASSED_ON, *REACHED_NOBODY)


class CallNext(StrEnum):
    NOTHING = "nothing"
    CALL_BACK = "call_back"
    TASK = "task"
    VISIT = "visit"


class FlagsTold(StrEnum):
    NONE = "none"
    SOME = "some"


PATIENT, CORE_TEAM, PRACTICE, OTHER = "patient", "core_team", "practice", "other"
"""Who was on the line, where it is no contact of the person."""


@dataclass(frozen=True, slots=True)
class CallForm:
    """The call page as typed: the draft, and one step of its undo.

    `who` is a code above or the id of a contact. `signs` names red flags told on the phone, as `episode:sign`.
    `task` is the task that asked for the call. `bases` are the operations an amended call was opened on.
    """

    call: str
    patient: str
    at: datetime
    direction: Direction = Direction.IN
    who: str = ""
    who_name: str = ""
    minutes: str = ""
    purpose: CallPurpose | None = None
    outcome: CallOutcome | None = None
    words: str = ""
    action: str = ""
    flags: FlagsTold | None = None
    signs: tuple[str, ...] = ()
    flag_action: str = ""
    flag_told: str = ""
    next: CallNext | None = None
    next_on: str = ""
    next_text: str = ""
    since: str = ""
    core_visits: str = ""
    task: str | None = None
    amends: bool = False
    amend_reason: str = ""
    bases: tuple[tuple[str, int], ...] = ()

    @property
    def reached_nobody(self) -> bool:
        return self.outcome in REACHED_NOBODY


def outcomes_for(purpose: CallPurpose | None) -> tuple[CallOutcome, ...]:
    """What may come of a call of this purpose."""
    return OF_CHECK_IN if purpose in CHECK_INS else OF_OTHERS


def gaps(form: CallForm, today: date) -> tuple[Gap, ...]:
    """What the call still lacks, in the order of the page. Nobody reached needs no words and no red flags."""
    found = [Gap(name) for name in ("who", "purpose", "outcome") if not getattr(form, name)]
    if form.who == OTHER and not form.who_name.strip():
        found.append(Gap("who_name"))
    if form.outcome is not None and form.outcome not in outcomes_for(form.purpose):
        found.append(Gap("outcome"))
    if form.minutes.strip() and not _whole(form.minutes, 1, MINUTES_AT_MOST):
        found.append(Gap("minutes", Why.NOT_A_NUMBER))
    if form.outcome is CallOutcome.CORE_VISITING:
        found += _day(form.since, "since", today, past=True)
        if not _whole(form.core_visits, 1, VISITS_A_MONTH_AT_MOST):
            found.append(Gap("core_visits", Why.NOT_A_NUMBER))
    if not form.reached_nobody and not form.words.strip():
        found.append(Gap("words"))
    if not form.amends:
        found += [*_flags(form), *_next(form, today)]
    if form.amends and not form.amend_reason.strip():
        found.append(Gap("amend_reason"))
    return tuple(found)


def _flags(form: CallForm) -> list[Gap]:
    if form.reached_nobody:
        return []
    if form.flags is None:
        return [Gap("flags")]
    if form.flags is FlagsTold.NONE:
        return []
    found = [] if form.signs else [Gap("signs")]
    return found + [Gap(name) for name in ("flag_action", "flag_told") if not getattr(form, name).strip()]


def _next(form: CallForm, today: date) -> list[Gap]:
    match form.next:
        case None:
            return [Gap("next")]
        case CallNext.CALL_BACK:
            return _day(form.next_on, "next_on", today, past=False)
        case CallNext.TASK:
            found = [] if form.next_text.strip() else [Gap("next_text")]
            return found + (_day(form.next_on, "next_on", today, past=False) if form.next_on.strip() else [])
    return []


def _day(typed: str, field: str, today: date, *, past: bool) -> list[Gap]:
    if not typed.strip():
        return [Gap(field)]
    try:
        on = parse_typed(typed, today, past=past)
    except BadDate:
        return [Gap(field, Why.NOT_A_DATE)]
    if past and on > today:
        return [Gap(field, Why.IN_FUTURE)]
    return [Gap(field, Why.IN_PAST)] if not past and on < today else []


def _whole(typed: str, least: int, most: int) -> bool:
    text = typed.strip()
    return text.isascii() and text.isdecimal() and len(text) <= 3 and least <= int(text) <= most


@dataclass(frozen=True, slots=True)
class Call:
    """A call as recorded. One entered in error keeps its reason and counts nowhere."""

    id: str
    patient: str
    at: datetime
    minutes: int | None
    direction: Direction
    who: str
    purpose: CallPurpose
    outcome: CallOutcome
    words: str = ""
    action: str = ""
    next: str = ""
    since: date | None = None
    episodes: tuple[str, ...] = ()
    by: str = ""
    amended: bool = False
    struck_reason: str = ""

    @property
    def stands(self) -> bool:
        return not self.struck_reason
