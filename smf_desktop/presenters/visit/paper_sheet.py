"""A skill's checklist as a sheet of paper: what is asked, room to write, and what was seen last time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import Common
from smf_core.domain.patient import Patient
from smf_core.domain.visit import RISING, Level, Rating
from smf_desktop.presenters.banner import allergy_words
from smf_desktop.presenters.identity import day, name_line, nhs
from smf_desktop.presenters.visit.checklist import GROUPS

NOT_RATED = "-"


@dataclass(frozen=True, slots=True)
class SheetStep:
    """`last` is the key of the last rating, "-" for none; empty on a blank sheet."""

    number: str
    words: str
    critical: bool
    last: str


@dataclass(frozen=True, slots=True)
class SheetGroup:
    title: str
    steps: tuple[SheetStep, ...]


@dataclass(frozen=True, slots=True)
class SheetContent:
    """Everything on the paper. `person` is empty on a blank sheet: lines to fill in stand there."""

    title: str
    version: str
    person: tuple[str, ...]
    last_on: str
    levels: tuple[tuple[str, str], ...]
    groups: tuple[SheetGroup, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    readings: tuple[str, ...]
    flags: tuple[str, ...]
    made_on: str


@dataclass(frozen=True, slots=True)
class LastTime:
    """The person the sheet is for, and what was last seen of each step."""

    patient: Patient
    ratings: Mapping[str, Rating]
    on: date | None


def sheet(checklist: Checklist, common: Common, today: date, last: LastTime | None = None) -> SheetContent:
    """The sheet of a skill, blank, or for one person with the last ratings beside."""
    groups: dict[str, list[SheetStep]] = {}
    for number, step in enumerate(checklist.steps, start=1):
        rating = last.ratings.get(step.id) if last else None
        key = "" if last is None else common.level(rating.level).key if rating else NOT_RATED
        groups.setdefault(GROUPS[step.group], []).append(SheetStep(str(number), step.short, step.critical, key))
    shown = [one for one in checklist.observations if one.each_visit]
    return SheetContent(
        title=checklist.label,
        version=f"Checklist {checklist.version}{'' if checklist.approved else ', not approved: training only'}",
        person=_person(last.patient) if last else (),
        last_on=f"Last seen {day(last.on)}" if last and last.on else "",
        levels=tuple(
            (words.key, words.screen)
            for words in common.level_scale
            if words.code in (*RISING, Level.NOT_OBSERVED, Level.NA)
        ),
        groups=tuple(SheetGroup(title, tuple(steps)) for title, steps in groups.items()),
        questions=tuple(question.question for question in checklist.teach_back),
        answers=tuple(words.screen for words in common.teach_back_answers),
        readings=tuple(f"{one.label} ({one.unit})" if one.unit else one.label for one in shown),
        flags=tuple(f"{sign.short}: {common.urgency_codes[sign.urgency]}" for sign in checklist.red_flags),
        made_on=day(today),
    )


def _person(patient: Patient) -> tuple[str, ...]:
    number = nhs(patient.nhs_number)
    return (
        name_line(patient.name),
        f"Born {day(patient.date_of_birth)}",
        number if patient.nhs_number is None else f"NHS No. {number}",
        _allergies(patient),
    )


def _allergies(patient: Patient) -> str:
    """In its three cases, never blank."""
    if patient.allergies:
        return "Allergies: " + ", ".join(allergy_words(one) for one in patient.allergies)
    if patient.no_known_allergies_on:
        return f"No known allergies (asked {day(patient.no_known_allergies_on)})"
    return "Allergies not asked yet"
