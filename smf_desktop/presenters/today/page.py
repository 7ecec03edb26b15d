"""Today in words: the next visit, the day's visits, the week, and what waits at the side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from smf_core.domain.checklist import Library
from smf_core.domain.checklist_pieces import Common, Step
from smf_core.domain.visit import Level, NotGoneAheadReason
from smf_core.records.queries.today import DayVisit
from smf_desktop.presenters.banner import address_line
from smf_desktop.presenters.identity import (
    born,
    clock,
    isolated,
    name_line,
    nhs,
    spoken_name,
    weekday_day,
)
from smf_desktop.presenters.labels import BEFORE_A_DOSE, ChipKind, counted, rating_key, skill_label, skill_labels
from smf_desktop.presenters.not_gone_ahead import reason_words
from smf_desktop.presenters.today.calls import call_rows
from smf_desktop.presenters.today.facts import Act, NextVisit, SideList, TodayFacts, in_place_of
from smf_desktop.presenters.today.lists import side_lists
from smf_desktop.presenters.today.row import VisitRow

FOCUS_SHOWN = 3
RECORDED_TWICE = "Recorded twice?"

# --- what is shown -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FocusStep:
    """`key` is the rating key of the last level ("1" to "4"), "" where the step was never seen."""

    key: str
    words: str
    spoken: str


@dataclass(frozen=True, slots=True)
class NextCard:
    visit: str
    patient: str
    episodes: tuple[str, ...]
    act: Act
    when: str
    time: str
    minutes: str
    name: str
    about: str
    address: str
    phone: str
    visit_line: str
    done: int
    expected: int
    focus_title: str
    focus: tuple[FocusStep, ...]
    sheets: tuple[tuple[str, str], ...]
    """A paper sheet for each skill: its pathway and label."""

    spoken: str
    instead: str = ""
    """Whom the visit was planned for, where that is a colleague."""


@dataclass(frozen=True, slots=True)
class WeekDay:
    on: date
    label: str
    count: str
    about: str
    chosen: bool
    spoken: str
    off: str = ""
    """Why nobody works that day, or you do not: "Leave", "Bank holiday"; "" for a working day."""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """The neutral mark of a staff-safety note about somebody who is seen today."""

    alert: str
    name: str
    spoken: str


@dataclass(frozen=True, slots=True)
class TodayRow:
    """The whole page in words."""

    title: str
    about: str
    next: NextCard | None
    visits: tuple[VisitRow, ...]
    week: tuple[WeekDay, ...]
    lists: tuple[SideList, ...]
    notes: tuple[NoteRow, ...]
    triage: str
    empty: str
    empty_do: str
    facts: str


def today_row(facts: TodayFacts, library: Library) -> TodayRow:
    """The page of one day."""
    drafted = frozenset(one.record for one in facts.drafts if one.page == "visit" and not one.newer)
    is_today = facts.day == facts.now.date()
    coming = facts.next.visit.id if facts.next else ""
    visits = tuple(_visit_row(one, drafted, coming, facts, library) for one in facts.visits)
    tally = _tally(facts.visits, drafted)
    about = " · ".join(filter(None, (weekday_day(facts.day), counted(len(visits), "visit"), tally)))
    return TodayRow(
        title="Today" if is_today else weekday_day(facts.day),
        about=about if is_today else " · ".join(filter(None, (counted(len(visits), "visit"), tally))),
        next=_next_card(facts.next, facts, drafted, library) if facts.next else None,
        visits=tuple(sorted((*visits, *call_rows(facts)), key=lambda row: row.time)),
        week=tuple(_week_day(on, held, drafted, facts) for on, held in facts.week),
        lists=side_lists(facts, library),
        notes=tuple(
            NoteRow(one.alert, name_line(one.person.name), f"Note, {spoken_name(one.person.name)}")
            for one in facts.notes
        ),
        triage=f"{counted(facts.triage_due, 'referral')} to triage" if facts.triage_due else "",
        empty="No visits planned today." if is_today else f"No visits planned on {weekday_day(facts.day)}.",
        empty_do="Book a visit from the caseload with B. What you book stands here in order of time.",
        facts=f"{counted(len(facts.drafts), 'draft')} open" if facts.drafts else "",
    )


# --- the next visit ------------------------------------------------------------------------------


def _next_card(found: NextVisit, facts: TodayFacts, drafted: frozenset[str], library: Library) -> NextCard:
    visit, person, now = found.visit, found.patient, facts.now
    instead = in_place_of(visit, facts)
    first = visit.skills[0] if visit.skills else None
    number, expected = (first.number or 1, first.expected_visits) if first else (0, 0)
    shown = found.focus[:FOCUS_SHOWN]
    focus = tuple(_focus_step(step, level, library.common) for step, level in shown)
    when = _until(visit.at, now)
    name = name_line(person.name)
    line = f"Visit {number}, typically {expected} to discharge" if expected else ""
    title = _focus_title(len(found.focus), number)
    access = f"access: {isolated(person.access_note)}" if person.access_note else ""
    return NextCard(
        visit=visit.id,
        patient=person.id,
        episodes=tuple(one.episode for one in visit.skills),
        act=Act.CONTINUE if visit.id in drafted else Act.START,
        when=when,
        time=clock(visit.at),
        minutes=counted(visit.minutes, "minute") if visit.minutes else "",
        name=name,
        about=f"Born {born(person.date_of_birth, now.date())} · {_nhs_words(person.nhs_number)}",
        address=" · ".join(filter(None, (isolated(address_line(person)), access))) or "No address yet",
        phone=person.phone or "No phone yet",
        visit_line=line,
        done=max(0, number - 1),
        expected=expected,
        focus_title=title,
        focus=focus,
        sheets=tuple((one.episode, skill_label(one.skill, library)) for one in visit.skills),
        spoken=". ".join(filter(None, (when, f"At {clock(visit.at)}", spoken_name(person.name), instead, line, title))),
        instead=instead,
    )


def _until(at: datetime, now: datetime) -> str:
    """`Next, in 38 min`; `Next, in 2 h 05 min`; `Next, planned 25 min ago`; a date for another day."""
    if at.date() != now.date():
        return f"Next, {weekday_day(at.date())}"
    minutes = round((at - now).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    length = f"{hours} h {rest:02} min" if hours else f"{rest} min"
    if minutes == 0:
        return "Next, now"
    return f"Next, in {length}" if minutes > 0 else f"Next, planned {length} ago"


def _focus_title(count: int, number: int) -> str:
    if number <= 1:
        return "First visit: begin with the gates"
    if count == 0:
        return "Every step was on own last time"
    return f"Focus today: {counted(count, 'step')} not yet on own"


def _focus_step(step: Step, level: Level | None, common: Common) -> FocusStep:
    key = rating_key(level, common)
    word = common.level(level).screen if level else "not seen yet"
    return FocusStep(key, step.short, f"{step.short}. Last time {f'{key}, ' if key else ''}{word.lower()}")


# --- the day's visits ----------------------------------------------------------------------------


def _visit_row(one: DayVisit, drafted: frozenset[str], coming: str, facts: TodayFacts, library: Library) -> VisitRow:
    status, kind, icon, act = _status(one, drafted, coming)
    said_status = status
    if one.id in facts.twice:
        status, kind, icon = RECORDED_TWICE, "danger", "copy"
        said_status = f"{said_status}, may be recorded twice. {BEFORE_A_DOSE}"
    numbers = [(skill.number, skill.expected_visits) for skill in one.skills if skill.number]
    over = max((number - expected for number, expected in numbers), default=0)
    teaching = skill_labels((skill.skill for skill in one.skills), library)
    number = ", ".join(f"{number} of {expected}" for number, expected in numbers)
    name = name_line(one.person.name)
    instead = in_place_of(one, facts)
    said = (clock(one.at), spoken_name(one.person.name), teaching, f"visit {number}", said_status, instead)
    return VisitRow(
        visit=one.id,
        patient=one.person.id,
        episodes=tuple(skill.episode for skill in one.skills),
        time=clock(one.at),
        name=name,
        nhs=nhs(one.person.nhs_number),
        teaching=teaching or "Not said",
        number=number,
        over=f"{over} over" if over > 0 else "",
        status=status,
        status_kind=kind,
        status_icon=icon,
        act=act,
        is_next=one.id == coming,
        spoken=", ".join(filter(None, said)),
        instead=instead,
    )


def _status(one: DayVisit, drafted: frozenset[str], coming: str) -> tuple[str, ChipKind, str, Act]:
    if one.status == "signed":
        at = one.signed_at
        return f"Signed {clock(at)}" if at else "Signed", "ok", "check", Act.VIEW
    if one.status == "not_gone_ahead":
        missing = one.whereabouts == "not_known"
        words = reason_words(one.not_gone_ahead_reason, one.whereabouts)
        return words, "danger" if missing else "neutral", "calendar-x", Act.VIEW
    if one.id in drafted:
        return "Draft, not signed", "violet", "pencil", Act.CONTINUE
    if one.status == "started":
        return "Started, not signed", "violet", "pencil", Act.CONTINUE
    if one.id == coming:
        return "Next", "info", "clock", Act.START
    return "Planned", "neutral", "", Act.OPEN


NOT_GONE_AHEAD: Mapping[NotGoneAheadReason | None, str] = {
    NotGoneAheadReason.HOSPITAL: "Was in hospital",
    NotGoneAheadReason.NO_ACCESS: "Was out",
    NotGoneAheadReason.PATIENT_CANCELLED: "Asked to change",
    NotGoneAheadReason.TEAM_CANCELLED: "We cancelled",
    None: "Did not go ahead",
}


def _tally(visits: Sequence[DayVisit], drafted: frozenset[str]) -> str:
    signed = sum(one.status == "signed" for one in visits)
    drafts = sum(one.status != "signed" and (one.id in drafted or one.status == "started") for one in visits)
    missed = sum(one.status == "not_gone_ahead" for one in visits)
    left = len(visits) - signed - drafts - missed
    parts = [
        f"{signed} signed" if signed else "",
        counted(drafts, "draft") if drafts else "",
        f"{missed} did not go ahead" if missed else "",
        f"{left} to go" if left and (signed or drafts or missed) else "",
    ]
    return ", ".join(filter(None, parts))


def _week_day(on: date, visits: Sequence[DayVisit], drafted: frozenset[str], facts: TodayFacts) -> WeekDay:
    count = counted(len(visits), "visit") if visits else "None"
    tally = _tally(visits, drafted)
    today = " today" if on == facts.now.date() else ""
    off = "Leave" if on in facts.away else "Bank holiday" if on in facts.holidays else ""
    return WeekDay(
        on=on,
        label=f"{weekday_day(on)[:6]}",
        count=count,
        about=", ".join(filter(None, (off, tally))),
        chosen=on == facts.day,
        spoken=", ".join(filter(None, (f"{weekday_day(on)}{today}", off, count, tally))),
        off=off,
    )


def _nhs_words(number: str | None) -> str:
    return f"NHS No. {nhs(number)}" if number else nhs(number)
