"""The caseload in words: a line for each person being taught."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape

from smf_core.domain.checklist import Library
from smf_core.domain.checklist_pieces import Step
from smf_core.domain.competence import own_steps
from smf_core.domain.pathway import PATIENT, Learner
from smf_core.domain.referral import Source
from smf_core.domain.visit import Level
from smf_core.records.queries.caseload import CaseloadRow, Pathway
from smf_desktop.presenters.caseload.views import (
    BUILT_IN,
    EVERYONE,
    HEADINGS,
    MINE,
    NO_NEXT,
    OVER,
    READY,
    Asked,
    Column,
)
from smf_desktop.presenters.identity import clock, day, name_line, nhs, spoken_name, spoken_nhs
from smf_desktop.presenters.labels import ChipKind, counted
from smf_desktop.presenters.referral.page import SOURCES


@dataclass(frozen=True, slots=True)
class CaseloadPage:
    """A page of rows from `offset`; `more` says that others follow. `nurses` are names by id, `me` is this user's.

    `behind` is of how many people lists are still being made anew: they are shown as they were, or not yet.
    """

    rows: tuple[CaseloadRow, ...]
    offset: int
    more: bool
    now: datetime
    nurses: Mapping[str, str] = field(default_factory=dict)
    me: str = ""
    behind: int = 0


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
    nurse: str
    referred: str
    confidence: str
    booking: str
    due: str
    """The booking that a visit started now fulfils: one for today or before, "" for none."""

    spoken_skills: str
    spoken_visits: str
    spoken_flags: str
    spoken: str
    lent: tuple[str, ...] = ()
    """The covers of single pathways that stand today: each can be ended."""

    def words(self, column: Column) -> str:
        """What a cell says to whoever cannot see it drawn."""
        return {
            Column.PERSON: self.name,
            Column.NUMBER: self.nhs,
            Column.SKILLS: self.spoken_skills,
            Column.VISITS: self.spoken_visits,
            Column.FLAGS: self.spoken_flags,
            Column.LAST: self.last,
            Column.NEXT: self.next,
            Column.NURSE: self.nurse,
            Column.REFERRED: self.referred,
            Column.CONFIDENCE: self.confidence,
        }[column]


def caseload_lines(page: CaseloadPage, library: Library) -> tuple[CaseloadLine, ...]:
    """The lines of one page, in its order."""
    return tuple(_line(row, page, library) for row in page.rows)


def found_words(total: int, filters: str) -> str:
    """`23 people`, and in words what they were narrowed to."""
    people = "1 person" if total == 1 else f"{total:,} people"
    return f"{people}: {filters}" if filters else people


def own_list_words(total: int, median: int | None, ready: int) -> str:
    """`23 people · median visit 4 · 3 ready to discharge`: half of the people have had that many visits at most."""
    middle = "" if median is None else f"median visit {median}"
    return " · ".join(filter(None, (found_words(total, ""), middle, f"{ready} ready to discharge")))


def behind_words(behind: int) -> str:
    """Why the list may lack somebody, or show them as they were; "" where it is as the records are."""
    if not behind:
        return ""
    people = "1 person is" if behind == 1 else f"{behind:,} people are"
    return f"The list is being made anew: {people} still to come, or shown as before"


@dataclass(frozen=True, slots=True)
class Nobody:
    """An empty list: what is true, and what will fill it. `offers` that a referral is accepted or written down."""

    true: str
    fills: str
    offers: bool = False
    icon: str = "users-round"


_EMPTY = {
    MINE: Nobody("No one on your caseload yet.", "People appear here when a referral is accepted.", offers=True),
    READY: Nobody("Nobody is ready to discharge.", "People appear here when the rule for their skill is met."),
    NO_NEXT: Nobody("Everyone you teach has a next visit.", "Whoever has none appears here."),
    OVER: Nobody("Nobody is over the expected visits.", "People appear here to be looked at, not as a fault."),
    EVERYONE: Nobody("No one is being taught yet.", "People appear here when a referral is accepted.", offers=True),
}


def nobody(asked: Asked, filters: str) -> Nobody:
    """Why the list is empty: a tab as it is built in says so in its own words, else the filters are said again."""
    plain = next((view.key for view in BUILT_IN if asked.same_people(view.asked)), "")
    return (
        _EMPTY[plain]
        if plain
        else Nobody("No one matches these filters.", f"You asked for {filters}.", icon="search-x")
    )


def on_own(pathway: Pathway, today: date, library: Library) -> tuple[int, int]:
    """Steps on own of those that apply, for the learner the list speaks of: the patient where the patient learns."""
    applicable = [level for _, level in _seen(pathway, today, library) if level is not Level.NA]
    return sum(level is Level.INDEPENDENT for level in applicable), len(applicable)


def critical_on_own(pathway: Pathway, today: date, library: Library) -> bool:
    """Whether that learner was last seen doing every critical step on own: without it nobody is ready."""
    return all(
        level in (Level.INDEPENDENT, Level.NA) for step, level in _seen(pathway, today, library) if step.critical
    )


def not_on_own(pathway: Pathway, today: date, library: Library) -> tuple[Step, ...]:
    """The steps that learner was not last seen doing on own, critical ones first."""
    left = [step for step, level in _seen(pathway, today, library) if level not in (Level.INDEPENDENT, Level.NA)]
    return tuple(sorted(left, key=lambda step: not step.critical))


def _seen(pathway: Pathway, today: date, library: Library) -> list[tuple[Step, Level | None]]:
    checklist = library.checklist(pathway.skill, pathway.checklist_version)
    learning = [one for one in pathway.learners if one.until is None or today <= one.until] or [Learner(PATIENT)]
    who = next((one for one in learning if one.who == PATIENT), learning[0])
    levels: Mapping[str, Level] = pathway.levels.get(who.who, {})
    return [(step, levels.get(step.id)) for step in own_steps(checklist, who)]


def _line(row: CaseloadRow, page: CaseloadPage, library: Library) -> CaseloadLine:
    now = page.now
    skills = tuple(skill_line(pathway, now.date(), library) for pathway in row.pathways)
    late = row.next_visit is not None and row.next_visit.at.date() < now.date() and _is_taught(row)
    flags = _flags(row, page, late)
    last = day(row.last_visit.date()) if row.last_visit else "None yet"
    coming = row.next_visit
    next_words = f"{day(coming.at.date())} {clock(coming.at)}" if coming else "None booked"
    said = ", ".join(flag.words for flag in flags)
    scores = [one.confidence for one in row.pathways if one.confidence is not None]
    taught_by = dict.fromkeys(page.nurses.get(one.nurse or "", "Nobody") for one in row.pathways)
    return CaseloadLine(
        patient=row.person.id,
        episodes=tuple(pathway.id for pathway in row.pathways if pathway.closed_on is None),
        name=name_line(row.person.name),
        nhs=nhs(row.person.nhs_number),
        skills=skills,
        flags=flags,
        last=last,
        next=next_words,
        overdue=late,
        nurse=", ".join(taught_by),
        referred=", ".join(dict.fromkeys(_source(one.referred_by) for one in row.pathways)),
        confidence=", ".join(f"{score} of 10" for score in scores) or "Not asked",
        booking=coming.id if coming else "",
        due=coming.id if coming and coming.at.date() <= now.date() else "",
        spoken_skills=". ".join(f"{one.label}, {one.done} of {one.of} steps on own" for one in skills),
        spoken_visits=". ".join(f"{counted(one.visits, 'visit')}, {one.expected} expected" for one in skills),
        spoken_flags=f"Flag: {said}" if said else "No flags",
        spoken=f"{spoken_name(row.person.name)}. {spoken_nhs(row.person.nhs_number)}",
        lent=tuple(one.id for one in row.covers.values() if one.lent),
    )


def _is_taught(row: CaseloadRow) -> bool:
    return any(one.closed_on is None for one in row.pathways)


def skill_line(pathway: Pathway, today: date, library: Library) -> SkillLine:
    """One pathway as its bars show it."""
    checklist = library.checklist(pathway.skill, pathway.checklist_version)
    done, of = on_own(pathway, today, library)
    return SkillLine(checklist.icon, checklist.label, done, of, pathway.visits, pathway.expected_visits)


def _flags(row: CaseloadRow, page: CaseloadPage, late: bool) -> tuple[Flag, ...]:
    taught, is_ready = _is_taught(row), bool(row.ready)
    held = [one for one in row.pathways if one.hold and one.closed_on is None]
    all_held = taught and all(one.hold for one in row.pathways)
    over = taught and any(one.visits > one.expected_visits for one in row.pathways)
    marks = (
        (row.person.died_on is not None, Flag("Died", "neutral")),
        (row.open_red_flag, Flag("Red flag", "danger", "flag")),
        (late, Flag("Overdue", "danger")),
        (row.allergy, Flag("Allergy", "danger")),
        (row.conflict, Flag("To settle", "violet")),
        (row.unknown, Flag("Read only", "neutral", "lock")),
        (is_ready, Flag("Ready", "ok")),
        (over, Flag("Over expected", "warn")),
        (bool(held), Flag("On hold", "neutral")),
        (taught and not row.next_visit and not is_ready and not all_held, Flag("No next visit", "warn")),
        (taught and row.last_visit is None, Flag("New", "info")),
        (row.core_stop, Flag("Core visits to stop", "warn")),
        (row.similar, Flag("Similar name", "warn")),
        (row.same_home, Flag("Same address", "neutral")),
        (row.waiting, Flag("Triage due", "info")),
        (not taught and bool(row.pathways), Flag("Teaching ended", "neutral")),
    )
    return (*(flag for stands, flag in marks if stands), *_covers(row, page))


def _covers(row: CaseloadRow, page: CaseloadPage) -> tuple[Flag, ...]:
    """Whose person this is for now: said to whoever covers, and to whoever is covered."""
    said: dict[str, Flag] = {}
    for one in row.covers.values():
        until = day(one.until)
        words = (
            f"You cover until {until}"
            if one.nurse == page.me
            else f"Covered by {page.nurses.get(one.nurse, 'a colleague')} until {until}"
        )
        said.setdefault(words, Flag(words, "violet"))
    return tuple(said.values())


def _source(referred_by: str) -> str:
    """Whoever referred by name, else the kind of place it came from."""
    return SOURCES[Source(referred_by)] if referred_by in {one.value for one in Source} else referred_by


def printed_list(
    title: str, filters: str, lines: Sequence[CaseloadLine], columns: Sequence[Column], now: datetime
) -> str:
    """The list as a page to print: what was typed is escaped, so it can change nothing of the page."""
    heads = "".join(f"<th align='left'>{escape(HEADINGS[column])}</th>" for column in columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(line.words(column))}</td>' for column in columns)}</tr>" for line in lines
    )
    many = "1 person" if len(lines) == 1 else f"{len(lines)} people"
    about = f"{many}, as at {day(now.date())} {clock(now)}. {filters}"
    return f"<h2>{escape(title)}</h2><p>{escape(about)}</p><table cellpadding='3'><tr>{heads}</tr>{rows}</table>"
