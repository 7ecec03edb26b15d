"""Letters: what they say, kept as it was said, and what becomes of them.

A letter keeps its words, so that it prints the same for as long as the record stands. A dose stands in it only as a
medicine entry has it, with who prescribed it, when, and where that was read; whatever changes that entry later puts
the letter out of date.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.patient import Medicine

TEMPLATE = "letter-1"
"""The template new letters are set with. A letter keeps the name of its own."""


class LetterKind(StrEnum):
    """To whom a letter goes."""

    PRACTICE = "practice"
    PERSON = "person"
    CORE_TEAM = "core_team"
    REFERRER = "referrer"


class LetterState(StrEnum):
    TO_PRINT = "to_print"
    PRINTED = "printed"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class LetterCause(StrEnum):
    """Why a letter was written. The first two ask the core team to stop visits, all of them or some."""

    TAKEN_OVER = "taken_over"
    DOSE_COVER = "dose_cover"
    GIVER_CHANGED = "giver_changed"
    CARE_STAYS = "care_stays"
    DISCHARGE = "discharge"
    REJECTION = "rejection"


STOPPING = frozenset({LetterCause.TAKEN_OVER, LetterCause.DOSE_COVER})

ASKS_TO_STOP = FAVOURABLE | {Outcome.SHARED_CORE, Outcome.HOSPITAL, Outcome.DECEASED, Outcome.TREATMENT_ENDED}
"""Endings after which the core team is asked to stop visits, all of them or some.

After the others its visits go on or begin again, or end as it agrees with whoever looks after the person now.
"""


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A heading ("" for none), then sentences, then points."""

    heading: str = ""
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterContent:
    """Everything a page of a letter says, in its final words, from the top to the bottom."""

    title: str
    """Of the document, for programs that read it aloud; stands on no page."""

    service: str
    team: str
    contact: tuple[str, ...]
    written_on: str
    to: tuple[str, ...]
    about: tuple[str, ...]
    greeting: str
    parts: tuple[LetterPart, ...]
    signed: tuple[str, ...]
    copies: tuple[str, ...] = ()


class DoseTurn(StrEnum):
    CHANGED = "changed"
    ENDED = "ended"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class DoseChange:
    """What became, after a letter was written, of a medicine whose dose it gives, or of one beside it."""

    name: str
    on: date
    turn: DoseTurn = DoseTurn.CHANGED


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as the record holds it. `medicines` are the entries its doses came from; `stale` is what changed since.

    `confirmed_on` is the day the core team said that its visits stop.
    """

    id: str
    patient: str
    kind: LetterKind
    to: str
    content: LetterContent
    template: str
    written_at: datetime
    by: str
    state: LetterState = LetterState.TO_PRINT
    cause: str = ""
    episode: str | None = None
    referral: str | None = None
    medicines: tuple[str, ...] = ()
    how: str = ""
    sent_by: str | None = None
    sent_at: datetime | None = None
    state_reason: str = ""
    confirmed_who: str = ""
    confirmed_on: date | None = None
    confirmed_by: str | None = None
    confirmed_note: str = ""
    stale: tuple[DoseChange, ...] = ()

    @property
    def stands(self) -> bool:
        return self.state is not LetterState.WITHDRAWN

    @property
    def waits(self) -> bool:
        """Whether it still has to leave the house."""
        return self.state in (LetterState.TO_PRINT, LetterState.PRINTED)

    @property
    def asks_to_stop(self) -> bool:
        """Whether the core team is asked to stop visits, and nobody has confirmed it yet."""
        return self.kind is LetterKind.CORE_TEAM and self.cause in STOPPING and self.stands and not self.confirmed_on


@dataclass(frozen=True, slots=True)
class ContactLines:
    """Who to call, as the service's settings have it."""

    phone: str = ""
    hours: str = ""
    out_of_hours: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every letter of a service needs besides the person: names, who to call, who signs."""

    service: str = ""
    team: str = ""
    contact: ContactLines = field(default_factory=ContactLines)
    author: str = ""
    role: str = ""


def doses_to_print(medicines: Sequence[Medicine], skill: str, today: date) -> tuple[Medicine, ...]:
    """The medicines of a skill whose dose may be printed: prescriber, date and source are all written down.

    None where any medicine of the skill that is still taken lacks one of them, or says two things that nobody has
    settled: half a list of doses reads as the whole, and one of two doses as the right one.
    """
    taken = [one for one in medicines if one.skill == skill and (one.ends_on is None or one.ends_on >= today)]
    whole = [one for one in taken if one.dose.strip() and one.prescriber.strip() and one.source.strip()]
    dated = tuple(one for one in whole if one.prescribed_on is not None and one.settled)
    return dated if len(dated) == len(taken) else ()


def gives(content: LetterContent, dose: str, times: str) -> bool:
    """Whether a point of a letter says this dose at these times, whole words of it and in this order."""
    wanted = _spoken(f"{dose} {times}")
    points = (_spoken(point) for part in content.parts for point in part.points)
    return any(said[at : at + len(wanted)] == wanted for said in points for at in range(len(said) - len(wanted) + 1))


def _spoken(text: str) -> list[str]:
    """Words and figures without the signs between them and without marks that cannot be seen; `2.5` stays one."""
    seen = "".join(one for one in text if unicodedata.category(one) not in {"Cc", "Cf"} or one.isspace())
    return [word for each in seen.split() if (word := each.strip(",.;:()"))]


def kinds_at(outcome: Outcome) -> tuple[LetterKind, ...]:
    """The letters a discharge writes: none for a record that was a mistake, none to a person who has died."""
    if outcome is Outcome.ENTERED_IN_ERROR:
        return ()
    if outcome is Outcome.DECEASED:
        return (LetterKind.PRACTICE, LetterKind.CORE_TEAM)
    return (LetterKind.PRACTICE, LetterKind.PERSON, LetterKind.CORE_TEAM)


def cause_of(kind: LetterKind, outcome: Outcome) -> LetterCause:
    """Why a discharge writes a letter of this kind."""
    if kind is not LetterKind.CORE_TEAM:
        return LetterCause.DISCHARGE
    return LetterCause.TAKEN_OVER if outcome in ASKS_TO_STOP else LetterCause.CARE_STAYS


def has_check_in(outcome: Outcome | None) -> bool:
    """Whether somebody is rung after the discharge to hear whether they still manage."""
    return outcome in FAVOURABLE
