"""What a colleague needs of each person before the next visit: for the peek at one, and for a hand-over of a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from itertools import chain

from smf_core.domain.checklist import Library
from smf_core.domain.dose_cover import EpisodeCover
from smf_core.domain.patient import Patient
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.visit import Visit
from smf_core.records.queries.caseload import CaseloadRow
from smf_desktop.presenters.caseload.page import SkillLine, not_on_own, skill_line
from smf_desktop.presenters.days import clock, day, weekday_day
from smf_desktop.presenters.dose_cover import cover_words
from smf_desktop.presenters.identity import born, name_line, nhs
from smf_desktop.presenters.today.lists import sign_words

STEPS_SHOWN = 6
LAST_LINE = 160
"""Characters of the last note that are shown."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One person as the records have them: the line of the list, the person, dose cover, open flags, the last visit."""

    row: CaseloadRow
    person: Patient
    covers: tuple[EpisodeCover, ...]
    flags: tuple[RedFlag, ...]
    last: Visit | None


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """A nurse's list on a day."""

    nurse: str
    now: datetime
    people: tuple[PersonFacts, ...]
    nurses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A heading and its lines; `danger` is for what can hurt."""

    heading: str
    lines: tuple[str, ...]
    danger: bool = False


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """One person on the sheet or in the peek panel."""

    patient: str
    name: str
    about: str
    parts: tuple[SheetPart, ...]
    skills: tuple[SkillLine, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """A whole sheet: its title, when it was made, one part per person."""

    title: str
    about: str
    people: tuple[PersonSheet, ...]


def person_sheet(facts: PersonFacts, now: datetime, library: Library) -> PersonSheet:
    """What a colleague needs of one person; nothing that is not known is passed over in silence."""
    person, row, today = facts.person, facts.row, now.date()
    return PersonSheet(
        patient=person.id,
        name=name_line(person.name),
        about=f"Born {born(person.date_of_birth, today, person.died_on)}, {nhs(person.nhs_number)}",
        parts=(
            SheetPart("Allergies", _allergies(person), danger=bool(person.allergies)),
            *([SheetPart("Alerts", tuple(_alerts(person)), danger=True)] if person.alerts or person.private else []),
            SheetPart("Next visit", (_next(row, today),), danger=_is_overdue(row, today)),
            SheetPart("Who gives each dose", cover_words(facts.covers, today) or ("No dose or care time named",)),
            SheetPart("Open red flags", _flags(facts, library), danger=bool(facts.flags)),
            SheetPart("Next teaching", tuple(_teaching(row, now, library))),
            SheetPart("Last visit", (_last(facts.last),)),
            SheetPart("How to get in", (person.access_note or "Nothing written down",)),
            SheetPart("Telephone", (person.phone or "None known",)),
        ),
        skills=tuple(skill_line(one, today, library) for one in row.pathways),
    )


def handover_sheet(facts: HandoverFacts, library: Library) -> HandoverSheet:
    """The hand-over of one nurse's list: whoever is visited first comes first."""
    people = tuple(person_sheet(one, facts.now, library) for one in facts.people)
    many = "1 person" if len(people) == 1 else f"{len(people)} people"
    made = f"{many}, as at {day(facts.now.date())} {clock(facts.now)}"
    return HandoverSheet(f"Hand-over sheet: {facts.nurse}", made, people)


def as_text(sheet: HandoverSheet) -> str:
    """The sheet as plain text."""
    return "\n".join([sheet.title, sheet.about, "", *chain.from_iterable(map(_text_of, sheet.people))])


def _text_of(one: PersonSheet) -> Iterable[str]:
    yield f"{one.name}. {one.about}"
    for part in one.parts:
        yield f"  {part.heading}: {'; '.join(part.lines)}"
    yield ""


def as_page(sheet: HandoverSheet) -> str:
    """The sheet as a page to print: what was typed is escaped, so it can change nothing of the page."""
    people = "".join(_page_of(one) for one in sheet.people)
    return f"<h2>{escape(sheet.title)}</h2><p>{escape(sheet.about)}</p>{people}"


def _page_of(one: PersonSheet) -> str:
    lines = "".join(
        f"<tr><td width='130'><b>{escape(part.heading)}</b></td><td>{'<br>'.join(map(escape, part.lines))}</td></tr>"
        for part in one.parts
    )
    return f"<h3>{escape(one.name)}</h3><p>{escape(one.about)}</p><table cellpadding='2'>{lines}</table><hr>"


def _allergies(person: Patient) -> tuple[str, ...]:
    if person.allergies:
        return tuple(", ".join(filter(None, (one.substance, one.reaction))) for one in person.allergies)
    if person.no_known_allergies_on:
        return (f"No known allergies (asked {day(person.no_known_allergies_on)})",)
    return ("Allergies not asked yet",)


def _alerts(person: Patient) -> Iterable[str]:
    yield from (". ".join(filter(None, (one.text, one.detail))) for one in person.alerts)
    if person.private:
        yield "There is a private note: open the record"


def _next(row: CaseloadRow, today: date) -> str:
    if row.next_visit is None:
        return "None booked"
    at, late = row.next_visit.at, "overdue" if _is_overdue(row, today) else ""
    return ", ".join(filter(None, (f"{weekday_day(at.date())} {clock(at)}", late, row.next_visit.focus)))


def _is_overdue(row: CaseloadRow, today: date) -> bool:
    taught = any(one.closed_on is None for one in row.pathways)
    return taught and row.next_visit is not None and row.next_visit.at.date() < today


def _flags(facts: PersonFacts, library: Library) -> tuple[str, ...]:
    skills = {one.id: one.skill for one in facts.row.pathways}
    said = (
        f"{sign_words(flag, skills.get(flag.episode or '', ''), library)}, {day(flag.at.date())}. Done: {flag.action}"
        for flag in facts.flags
    )
    return tuple(said) or ("None open",)


def _teaching(row: CaseloadRow, now: datetime, library: Library) -> Iterable[str]:
    for one in row.pathways:
        label = library.checklist(one.skill, one.checklist_version).label
        left = not_on_own(one, now.date(), library)
        if not one.visits:
            yield f"{label}: first visit"
        elif not left:
            yield f"{label}: every step on own"
        else:
            shown = " · ".join(step.short for step in left[:STEPS_SHOWN])
            more = f" and {len(left) - STEPS_SHOWN} more" if len(left) > STEPS_SHOWN else ""
            yield f"{label}: {shown}{more}"


def _last(last: Visit | None) -> str:
    if last is None:
        return "None yet"
    notes: Sequence[str] = [one.notes.strip() for one in last.sections if one.notes.strip()]
    line = next(iter(notes[0].splitlines()), "") if notes else "No note"
    return f"{day(last.started_at.date())}: {line[:LAST_LINE]}"
