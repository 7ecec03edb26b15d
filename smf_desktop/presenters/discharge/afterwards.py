"""What follows a discharge, in words: the calls, what the core team is told, and what to know about the letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from smf_core.domain.check_in import first_call_window
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.discharge_rules import discharge_day
from smf_core.domain.kind_words import judging_words
from smf_core.domain.letter import LetterKind, doses_to_print, has_check_in, kinds_at
from smf_desktop.presenters.identity import day, weekday_day
from smf_desktop.presenters.letters.words import DOSED
from smf_desktop.presenters.outcomes import OUTCOMES

LETTER_KINDS: tuple[tuple[str, str], ...] = (
    (LetterKind.PERSON.value, "Person"),
    (LetterKind.PRACTICE.value, "Practice"),
    (LetterKind.CORE_TEAM.value, "Core team"),
)
_SAYS_FROM = FAVOURABLE | {Outcome.SHARED_CORE, Outcome.RETURNED_CORE}


@dataclass(frozen=True, slots=True)
class LetterNote:
    """Something to know before the letters go: what is true, and what to do."""

    true: str
    do: str = ""
    tone: Literal["info", "warn"] = "warn"


@dataclass(frozen=True, slots=True)
class AfterwardsRow:
    """`letters` are the kinds that the outcome writes, the likely one while none is chosen; `why_none` says why there
    are none, "" while there are."""

    check_in_hint: str
    core_from_hint: str
    core_teams: tuple[tuple[str, str], ...]
    core_team: str
    letters: tuple[str, ...]
    why_none: str
    notes: tuple[LetterNote, ...]
    shown: frozenset[str]


def afterwards(form: DischargeForm, closing: Closing, today: date) -> AfterwardsRow:
    """What the page says of the calls and the letters. `shown` names the fields this outcome asks for."""
    outcome = form.outcome
    kinds = kinds_at(outcome) if outcome else ()
    previewed = outcome or closing.likely_outcome(today)
    letters = kinds_at(previewed) if previewed else ()
    shown = set()
    if has_check_in(outcome):
        shown.add("check_in_on")
    if outcome in _SAYS_FROM:
        shown.add("core_from")
    if kinds and len(closing.core_teams) > 1:
        shown.add("core_team")
    if shown:
        shown.add("afterwards")
    return AfterwardsRow(
        check_in_hint=_call_hint(form, closing, today) if has_check_in(outcome) else "",
        core_from_hint="Such as the evening dose on 18-Nov-2026. Empty means the day of discharge",
        core_teams=tuple((team.id, team.name) for team in closing.core_teams),
        core_team=form.core_team or closing.core_team_proposed,
        letters=tuple(kind.value for kind in letters),
        why_none=_why_none(previewed),
        notes=tuple(_notes(form, closing, today)) if letters else (),
        shown=frozenset(shown),
    )


def letter_count(outcome: Outcome | None) -> int:
    return len(kinds_at(outcome)) if outcome else 0


def _why_none(outcome: Outcome | None) -> str:
    if outcome is None:
        return "The letters show here once an outcome is chosen"
    return "" if kinds_at(outcome) else "A record that was a mistake writes no letter"


def _call_hint(form: DischargeForm, closing: Closing, today: date) -> str:
    """`Empty means Tue 24-Nov-2026. 3 to 7 days after, so up to Thu 26-Nov-2026`."""
    proposed = closing.first_call(DischargeForm(form.episode, on=form.on), today)
    _, last = first_call_window(discharge_day(form, today), today)
    second = closing.second_call(form, today)
    return (
        f"Empty means {weekday_day(proposed)}. 3 to 7 days after, so up to {weekday_day(last)}. "
        f"A second call is due {weekday_day(second)}."
    )


def _notes(form: DischargeForm, closing: Closing, today: date) -> Iterator[LetterNote]:
    practice, patient = closing.practice, closing.patient
    if form.outcome is None and (likely := closing.likely_outcome(today)):
        true = f"As the evidence stands, this is the letter of: {OUTCOMES[likely.value].lower()}."
        yield LetterNote(true, "No outcome is chosen yet.", "info")
    if practice is not None and practice.closed(today) and practice.closed_on:
        do = "A letter to send offers the practice that took it over." if practice.successor else ""
        yield LetterNote(f"{practice.name} closed on {day(practice.closed_on)}.", do)
    if not patient.practice_code:
        yield LetterNote("No practice is on the record.", "Enter it under Edit details on the overview.")
    if not closing.letterhead.contact.phone.strip():
        yield LetterNote(
            "The letters hold no phone number to call.", "The clinical lead enters it under Service settings."
        )
    medicines = [one for one in patient.medicines if one.skill == closing.checklist.id]
    if (
        closing.checklist.id in DOSED
        and medicines
        and not doses_to_print(patient.medicines, closing.checklist.id, today)
    ):
        yield LetterNote(
            "The letters say “the dose on your prescription”.",
            "A dose is printed once the medicine has its prescriber, date and source, and its versions are settled.",
        )
    if form.outcome is Outcome.INDEPENDENT_SUPPORT:
        typed = " ".join((form.support_who, form.support_what, form.support_how_often))
        for word, kinder in judging_words(typed).items():
            yield LetterNote(f"The person will read “{word}”.", f"A kinder word: {kinder}.")
