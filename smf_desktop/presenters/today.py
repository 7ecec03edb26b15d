"""Today in words: the next visit, the day's visits, the week, and what waits at the side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from smf_core.domain.checklist import Common, Library, Step
from smf_core.domain.competence import OnOwn
from smf_core.domain.patient import Patient
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.visit import Level, NotGoneAheadReason
from smf_core.records.queries.caseload import CaseloadRow, DayVisit
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.banner import address_line
from smf_desktop.presenters.identity import (
    born,
    clock,
    day,
    isolated,
    name_line,
    nhs,
    spoken_name,
    weekday_day,
)

ChipKind = Literal["neutral", "info", "ok", "warn", "danger", "violet"]

FOCUS_SHOWN = 3

# --- what the page is made of --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """A pathway that is ready to end: steps on own of those that apply."""

    person: Known
    episode: str
    skill: str
    on_own: OnOwn


@dataclass(frozen=True, slots=True)
class Draft:
    """A page of this user's that is not signed. `page` is visit or discharge, `record` the visit or episode."""

    page: str
    record: str
    person: Known
    saved_at: datetime
    episodes: tuple[str, ...] = ()


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
class TodayFacts:
    """`visits` are those of `day`; `week` holds the days of its week with theirs. The lists are this user's own."""

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


# --- what is shown -------------------------------------------------------------------------------


class Act(StrEnum):
    """What a row's button does."""

    START = "start"
    CONTINUE = "continue"
    OPEN = "open"
    VIEW = "view"
    DISCHARGE = "discharge"
    BOOK = "book"
    CONTINUE_DISCHARGE = "continue_discharge"


ACT_WORDS: Mapping[Act, str] = {
    Act.START: "Start visit",
    Act.CONTINUE: "Continue",
    Act.OPEN: "Open",
    Act.VIEW: "View",
    Act.DISCHARGE: "Discharge",
    Act.BOOK: "Book",
    Act.CONTINUE_DISCHARGE: "Continue",
}


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
    spoken: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit of the day. `over` is "4 over" once more visits were needed than expected."""

    visit: str
    patient: str
    episodes: tuple[str, ...]
    time: str
    name: str
    nhs: str
    teaching: str
    number: str
    over: str
    status: str
    status_kind: ChipKind
    status_icon: str
    act: Act
    is_next: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class SideRow:
    """One line of a list at the side, with its button."""

    patient: str
    record: str
    episodes: tuple[str, ...]
    name: str
    about: str
    act: Act
    spoken: str


@dataclass(frozen=True, slots=True)
class SideList:
    key: str
    title: str
    icon: str
    tone: str
    rows: tuple[SideRow, ...]


@dataclass(frozen=True, slots=True)
class WeekDay:
    on: date
    label: str
    count: str
    about: str
    chosen: bool
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
    triage: str
    empty: str
    empty_do: str
    facts: str


def today_row(facts: TodayFacts, library: Library) -> TodayRow:
    """The page of one day."""
    drafted = frozenset(one.record for one in facts.drafts if one.page == "visit")
    is_today = facts.day == facts.now.date()
    coming = facts.next.visit.id if facts.next else ""
    visits = tuple(_visit_row(one, drafted, coming, is_today, library) for one in facts.visits)
    tally = _tally(facts.visits, drafted)
    about = " · ".join(filter(None, (weekday_day(facts.day), counted(len(visits), "visit"), tally)))
    return TodayRow(
        title="Today" if is_today else weekday_day(facts.day),
        about=about if is_today else " · ".join(filter(None, (counted(len(visits), "visit"), tally))),
        next=_next_card(facts.next, facts.now, drafted, library) if facts.next else None,
        visits=visits,
        week=tuple(_week_day(on, held, drafted, facts) for on, held in facts.week),
        lists=_lists(facts, library),
        triage=f"{counted(facts.triage_due, 'referral')} to triage" if facts.triage_due else "",
        empty="No visits planned today." if is_today else f"No visits planned on {weekday_day(facts.day)}.",
        empty_do="Book a visit from the caseload with B. What you book stands here in order of time.",
        facts=f"{counted(len(facts.drafts), 'draft')} open" if facts.drafts else "",
    )


def counted(number: int, word: str) -> str:
    """`1 visit`, `6 visits`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def skill_labels(skills: Iterable[str], library: Library) -> str:
    """`Insulin and self-injection`: the labels of these skills in a sentence."""
    labels = [skill_label(skill, library) for skill in dict.fromkeys(skills)]
    lowered = [label if place == 0 else label[:1].lower() + label[1:] for place, label in enumerate(labels)]
    return _joined(lowered)


def skill_label(skill: str, library: Library) -> str:
    """The label of a skill; its code where this laptop has no checklist of it."""
    return library.newest(skill).label if skill in library.skills else skill


def rating_key(level: Level | None, common: Common) -> str:
    """The key of a level on the rating scale, "" for none."""
    return common.level(level).key if level else ""


def _joined(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


# --- the next visit ------------------------------------------------------------------------------


def _next_card(found: NextVisit, now: datetime, drafted: frozenset[str], library: Library) -> NextCard:
    visit, person = found.visit, found.patient
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
        spoken=". ".join(filter(None, (when, f"At {clock(visit.at)}", spoken_name(person.name), line, title))),
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


def _visit_row(one: DayVisit, drafted: frozenset[str], coming: str, is_today: bool, library: Library) -> VisitRow:
    status, kind, icon, act = _status(one, drafted, coming, is_today)
    numbers = [(skill.number, skill.expected_visits) for skill in one.skills if skill.number]
    over = max((number - expected for number, expected in numbers), default=0)
    teaching = skill_labels((skill.skill for skill in one.skills), library)
    number = ", ".join(f"{number} of {expected}" for number, expected in numbers)
    name = name_line(one.person.name)
    spoken = ", ".join(filter(None, (clock(one.at), spoken_name(one.person.name), teaching, f"visit {number}", status)))
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
        spoken=spoken,
    )


def _status(one: DayVisit, drafted: frozenset[str], coming: str, is_today: bool) -> tuple[str, ChipKind, str, Act]:
    if one.status == "signed":
        at = one.signed_at
        return f"Signed {clock(at)}" if at else "Signed", "ok", "check", Act.VIEW
    if one.status == "not_gone_ahead":
        return NOT_GONE_AHEAD[one.not_gone_ahead_reason], "neutral", "calendar-x", Act.VIEW
    if one.id in drafted:
        return "Draft, not signed", "violet", "pencil", Act.CONTINUE
    if one.status == "started":
        return "Started, not signed", "violet", "pencil", Act.CONTINUE
    if one.id == coming:
        return "Next", "info", "clock", Act.START
    return "Planned", "neutral", "", Act.OPEN if is_today else Act.VIEW


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
    return WeekDay(
        on=on,
        label=f"{weekday_day(on)[:6]}",
        count=count,
        about=tally,
        chosen=on == facts.day,
        spoken=", ".join(filter(None, (f"{weekday_day(on)}{today}", count, tally))),
    )


# --- the lists at the side -----------------------------------------------------------------------


def _lists(facts: TodayFacts, library: Library) -> tuple[SideList, ...]:
    today = facts.now.date()
    lists = (
        SideList("flags", "Open red flags", "flag", "danger", tuple(_flag_row(one, library) for one in facts.flags)),
        SideList(
            "drafts", "Drafts, not signed", "pencil", "violet", tuple(_draft_row(one, today) for one in facts.drafts)
        ),
        SideList(
            "ready", "Ready to discharge", "circle-check", "ok", tuple(_ready_row(r, library) for r in facts.ready)
        ),
        SideList(
            "overdue", "Overdue", "calendar-clock", "danger", tuple(_overdue_row(one, today) for one in facts.overdue)
        ),
        SideList("no_next", "No next visit booked", "calendar-x", "warn", tuple(map(_no_next_row, facts.no_next))),
    )
    return tuple(one for one in lists if one.rows)


def _side(person: Known, record: str, episodes: tuple[str, ...], about: str, act: Act) -> SideRow:
    spoken = f"{spoken_name(person.name)}. {about}. {ACT_WORDS[act]}"
    return SideRow(person.id, record, episodes, name_line(person.name), about, act, spoken)


def _ready_row(one: Ready, library: Library) -> SideRow:
    label = skill_label(one.skill, library)
    about = f"{label}: {one.on_own.have} of {one.on_own.of} steps on own"
    return _side(one.person, one.episode, (one.episode,), about, Act.DISCHARGE)


def _overdue_row(one: DayVisit, today: date) -> SideRow:
    planned = (one.planned_at or one.at).date()
    why = "no record yet"
    if one.status == "not_gone_ahead":
        why = NOT_GONE_AHEAD[one.not_gone_ahead_reason][:1].lower() + NOT_GONE_AHEAD[one.not_gone_ahead_reason][1:]
    elif one.status == "started":
        why = "started, not signed"
    about = f"Planned {day(planned)} · {counted((today - planned).days, 'day')} · {why}"
    act = {"not_gone_ahead": Act.BOOK, "started": Act.CONTINUE}.get(one.status, Act.START)
    return _side(one.person, one.id, tuple(skill.episode for skill in one.skills), about, act)


def _no_next_row(one: CaseloadRow) -> SideRow:
    seen = f"Last seen {day(one.last_visit.date())}" if one.last_visit else "Not seen yet"
    first = one.pathways[0] if one.pathways else None
    about = f"{seen} · visit {first.visits} of {first.expected_visits}" if first and first.visits else seen
    return _side(one.person, "", tuple(each.id for each in one.pathways), about, Act.BOOK)


def _draft_row(one: Draft, today: date) -> SideRow:
    saved = clock(one.saved_at) if one.saved_at.date() == today else f"{day(one.saved_at.date())} {clock(one.saved_at)}"
    what = "Discharge" if one.page == "discharge" else "Visit"
    act = Act.CONTINUE_DISCHARGE if one.page == "discharge" else Act.CONTINUE
    return _side(one.person, one.record, one.episodes, f"{what}, saved {saved}", act)


def _flag_row(one: OpenFlag, library: Library) -> SideRow:
    about = f"{sign_words(one.flag, one.skill, library)} · {day(one.flag.at.date())}"
    return _side(one.person, one.flag.id, (), about, Act.VIEW)


def sign_words(flag: RedFlag, skill: str, library: Library) -> str:
    """What a red flag is called: the short words of its checklist, else what was done."""
    sign = library.newest(skill).red_flag(flag.sign) if skill else None
    return sign.short if sign else flag.sign.replace("_", " ").capitalize()


def _nhs_words(number: str | None) -> str:
    return f"NHS No. {nhs(number)}" if number else nhs(number)
