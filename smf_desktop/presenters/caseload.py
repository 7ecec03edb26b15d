"""The caseload in words: a line for each person being taught."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from smf_core.domain.checklist import Library, Step
from smf_core.domain.competence import own_steps
from smf_core.domain.pathway import PATIENT, Learner
from smf_core.domain.visit import Level
from smf_core.records.queries.caseload import CaseloadRow, Pathway
from smf_desktop.presenters.identity import clock, day, name_line, nhs, spoken_name, spoken_nhs
from smf_desktop.presenters.today import ChipKind, counted


@dataclass(frozen=True, slots=True)
class CaseloadPage:
    """A page of rows from `offset` of `total`; `ready` are the pathways that are ready to end."""

    rows: tuple[CaseloadRow, ...]
    ready: frozenset[str]
    offset: int
    total: int
    now: datetime


@dataclass(frozen=True, slots=True)
class CaseloadCounts:
    mine: int
    everyone: int
    referrals: int


@dataclass(frozen=True, slots=True)
class SkillLine:
    """One pathway of a person: steps on own of those that apply, visits of those expected."""

    icon: str
    label: str
    done: int
    of: int
    visits: int
    expected: int


@dataclass(frozen=True, slots=True)
class Flag:
    words: str
    kind: ChipKind
    icon: str = ""


@dataclass(frozen=True, slots=True)
class CaseloadLine:
    """One person. `full` is the name for the tooltip, the rest is as the columns show it."""

    patient: str
    episodes: tuple[str, ...]
    name: str
    nhs: str
    skills: tuple[SkillLine, ...]
    flags: tuple[Flag, ...]
    last: str
    next: str
    overdue: bool
    booking: str
    due: str
    """The booking that a visit started now fulfils: one for today or before, "" for none."""

    spoken_skills: str
    spoken_visits: str
    spoken_flags: str
    spoken: str


def caseload_lines(page: CaseloadPage, library: Library) -> tuple[CaseloadLine, ...]:
    """The lines of one page, in its order."""
    return tuple(_line(row, page.ready, page.now, library) for row in page.rows)


def tab_titles(counts: CaseloadCounts) -> tuple[str, str, str]:
    """The three tabs with their counts."""
    return f"My caseload {counts.mine}", f"Everyone {counts.everyone}", f"Referrals {counts.referrals}"


def found_words(total: int, text: str, *, mine: bool) -> str:
    """`23 people`, and in words what was asked for when something was typed."""
    people = "1 person" if total == 1 else f"{total} people"
    where = "on your caseload" if mine else "being taught"
    return f"{people} {where}" + (f" with {text.strip()!r} in the name or NHS number" if text.strip() else "")


def nobody(text: str, *, mine: bool) -> tuple[str, str]:
    """The empty list: what is true, and what will fill it."""
    where = "on your caseload" if mine else "being taught"
    if text.strip():
        return f"No one {where} matches {text.strip()!r}.", "Clear the filter, or look under Everyone."
    return (f"No one is {where} yet.", "Accept a referral and the person stands here.")


def on_own(pathway: Pathway, today: date, library: Library) -> tuple[int, int]:
    """Steps on own of those that apply, for the learner the list speaks of: the patient where the patient learns."""
    applicable = [level for _, level in _seen(pathway, today, library) if level is not Level.NA]
    return sum(level is Level.INDEPENDENT for level in applicable), len(applicable)


def critical_on_own(pathway: Pathway, today: date, library: Library) -> bool:
    """Whether that learner was last seen doing every critical step on own: without it nobody is ready."""
    return all(
        level in (Level.INDEPENDENT, Level.NA) for step, level in _seen(pathway, today, library) if step.critical
    )


def _seen(pathway: Pathway, today: date, library: Library) -> list[tuple[Step, Level | None]]:
    checklist = library.checklist(pathway.skill, pathway.checklist_version)
    learning = [one for one in pathway.learners if one.until is None or today <= one.until] or [Learner(PATIENT)]
    who = next((one for one in learning if one.who == PATIENT), learning[0])
    levels: Mapping[str, Level] = pathway.levels.get(who.who, {})
    return [(step, levels.get(step.id)) for step in own_steps(checklist, who)]


def _line(row: CaseloadRow, ready: frozenset[str], now: datetime, library: Library) -> CaseloadLine:
    skills = tuple(_skill(pathway, now.date(), library) for pathway in row.pathways)
    late = row.next_visit is not None and row.next_visit.at.date() < now.date()
    flags = _flags(row, ready, late)
    last = day(row.last_visit.date()) if row.last_visit else "None yet"
    coming = row.next_visit
    next_words = f"{day(coming.at.date())} {clock(coming.at)}" if coming else "None booked"
    said = ", ".join(flag.words for flag in flags)
    return CaseloadLine(
        patient=row.person.id,
        episodes=tuple(pathway.id for pathway in row.pathways),
        name=name_line(row.person.name),
        nhs=nhs(row.person.nhs_number),
        skills=skills,
        flags=flags,
        last=last,
        next=next_words,
        overdue=late,
        booking=coming.id if coming else "",
        due=coming.id if coming and coming.at.date() <= now.date() else "",
        spoken_skills=". ".join(f"{one.label}, {one.done} of {one.of} steps on own" for one in skills),
        spoken_visits=". ".join(f"{counted(one.visits, 'visit')}, {one.expected} expected" for one in skills),
        spoken_flags=f"Flag: {said}" if said else "No flags",
        spoken=f"{spoken_name(row.person.name)}. {spoken_nhs(row.person.nhs_number)}",
    )


def _skill(pathway: Pathway, today: date, library: Library) -> SkillLine:
    checklist = library.checklist(pathway.skill, pathway.checklist_version)
    done, of = on_own(pathway, today, library)
    return SkillLine(checklist.icon, checklist.label, done, of, pathway.visits, pathway.expected_visits)


def _flags(row: CaseloadRow, ready: frozenset[str], late: bool) -> tuple[Flag, ...]:
    is_ready = any(pathway.id in ready for pathway in row.pathways)
    all_held = bool(row.pathways) and all(pathway.hold for pathway in row.pathways)
    marks = (
        (row.person.died_on is not None, Flag("Died", "neutral")),
        (row.open_red_flag, Flag("Red flag", "danger", "flag")),
        (late, Flag("Overdue", "danger")),
        (row.allergy, Flag("Allergy", "danger")),
        (row.conflict, Flag("To settle", "violet")),
        (row.unknown, Flag("Read only", "neutral", "lock")),
        (is_ready, Flag("Ready", "ok")),
        (any(one.visits > one.expected_visits for one in row.pathways), Flag("Over expected", "warn")),
        (any(pathway.hold for pathway in row.pathways), Flag("On hold", "neutral")),
        (
            not row.next_visit and not is_ready and not all_held and row.last_visit is not None,
            Flag("No next visit", "warn"),
        ),
        (row.last_visit is None, Flag("New", "info")),
    )
    return tuple(flag for stands, flag in marks if stands)
