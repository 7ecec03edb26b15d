"""A visit that did not go ahead. Nobody at the door is one thing when the person is known to be safe, and another
when nobody knows where they are: then the search and whom it was passed to are written down.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.dates import BadDate, BadTime, parse_time, parse_typed
from smf_core.domain.gap import Gap
from smf_core.domain.missing import Why
from smf_core.domain.visit import NotGoneAheadReason


class WhyNot(StrEnum):
    """What the nurse chooses. `out` and `no_reply` are both no access; only one of them is a worry."""

    HOSPITAL = "hospital"
    OUT = "out"
    NO_REPLY = "no_reply"
    PATIENT_CANCELLED = "patient_cancelled"
    TEAM_CANCELLED = "team_cancelled"


REASONS = {
    WhyNot.HOSPITAL: NotGoneAheadReason.HOSPITAL,
    WhyNot.OUT: NotGoneAheadReason.NO_ACCESS,
    WhyNot.NO_REPLY: NotGoneAheadReason.NO_ACCESS,
    WhyNot.PATIENT_CANCELLED: NotGoneAheadReason.PATIENT_CANCELLED,
    WhyNot.TEAM_CANCELLED: NotGoneAheadReason.TEAM_CANCELLED,
}


class Whereabouts(StrEnum):
    """What is known of the person afterwards. `known_safe` is a visit in vain, `not_known` goes to somebody else."""

    KNOWN_SAFE = "known_safe"
    FOUND_SAFE = "found_safe"
    FOUND_UNWELL = "found_unwell"
    NOT_KNOWN = "not_known"


class How(StrEnum):
    """How one try to reach the person was made."""

    DOOR = "door"
    PHONE = "phone"
    NEIGHBOUR = "neighbour"
    CONTACT = "contact"


TRIES_NEEDED = 2
"""Of a no reply: the door and one other way at least."""


class Coming(StrEnum):
    """What is to happen next."""

    VISIT = "visit"
    CALL = "call"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Try:
    """One try, as typed: `at` is a time of that day."""

    how: How
    at: str = ""


@dataclass(frozen=True, slots=True)
class NotGoneAheadForm:
    """The page as typed: the draft, and one step of its undo. `visit` is the booking or the visit begun."""

    visit: str
    patient: str
    at: datetime
    why: WhyNot | None = None
    tries: tuple[Try, ...] = ()
    whereabouts: Whereabouts | None = None
    told: str = ""
    note: str = ""
    next: Coming | None = None
    next_on: str = ""
    next_at: str = ""


def gaps(form: NotGoneAheadForm, today: date) -> tuple[Gap, ...]:
    """What the page still lacks, in its order."""
    found: list[Gap] = []
    if form.why is None:
        found.append(Gap("why"))
    if form.why is WhyNot.NO_REPLY:
        if len(form.tries) < TRIES_NEEDED or all(one.how is How.DOOR for one in form.tries):
            found.append(Gap("tries"))
        found += [Gap(f"try_{one.how.value}", Why.NOT_A_TIME) for one in form.tries if not _is_time(one.at)]
        if form.whereabouts is None:
            found.append(Gap("whereabouts"))
        if form.whereabouts in (Whereabouts.NOT_KNOWN, Whereabouts.FOUND_UNWELL) and not form.told.strip():
            found.append(Gap("told", Why.TOLD_NEEDED))
    if form.next is None:
        found.append(Gap("next"))
    if form.next in (Coming.VISIT, Coming.CALL):
        found += _day(form.next_on, today)
        if form.next is Coming.VISIT and not _is_time(form.next_at):
            found.append(Gap("next_at", Why.NOT_A_TIME if form.next_at.strip() else Why.NEEDED))
    return tuple(found)


def outcome_of(form: NotGoneAheadForm) -> Whereabouts | None:
    """What is written down of where the person is; out of the house and known to be safe is said by the reason."""
    if form.why is WhyNot.NO_REPLY:
        return form.whereabouts
    return Whereabouts.KNOWN_SAFE if form.why is WhyNot.OUT else None


def is_missing(form: NotGoneAheadForm) -> bool:
    """Nobody knows where the person is: somebody has to go on looking."""
    return form.why is WhyNot.NO_REPLY and form.whereabouts is Whereabouts.NOT_KNOWN


def _is_time(typed: str) -> bool:
    try:
        parse_time(typed)
    except BadTime:
        return False
    return True


def _day(typed: str, today: date) -> list[Gap]:
    if not typed.strip():
        return [Gap("next_on")]
    try:
        on = parse_typed(typed, today)
    except BadDate:
        return [Gap("next_on", Why.NOT_A_DATE)]
    return [Gap("next_on", Why.IN_PAST)] if on < today else []
