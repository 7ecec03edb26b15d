"""What waits at the side of Today, in words: the most urgent list first."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from smf_core.domain.checklist import Library
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.visit import NotGoneAheadReason
from smf_core.records.queries.caseload import CaseloadRow
from smf_core.records.queries.disputes import Late
from smf_core.records.queries.letters import CoreStop, LetterOf
from smf_core.records.queries.note_copies import NotCopied
from smf_core.records.queries.patients import Known
from smf_core.records.queries.today import DayVisit
from smf_core.records.queries.twice import TWICE
from smf_core.records.queries.unbegun import Unbegun
from smf_desktop.presenters.identity import clock, day, name_line, spoken_name
from smf_desktop.presenters.labels import counted, skill_label
from smf_desktop.presenters.letters.rows import KIND_WORDS, core_stop_row
from smf_desktop.presenters.not_gone_ahead import reason_words
from smf_desktop.presenters.today.facts import (
    ACT_WORDS,
    Act,
    CameBack,
    Draft,
    OpenFlag,
    Ready,
    SideList,
    SideRow,
    TodayFacts,
    in_place_of,
)
from smf_desktop.presenters.today.tasks import task_row
from smf_desktop.presenters.unbegun import NOT_COME, waiting_for_record

OLD = timedelta(hours=24)
"""A draft, or a note that is not in the trust's record, older than this is red."""

CLINICAL_WORDS = {"allergy": "Allergy", "alert": "Alert", "medicine": "Medicine"}
NOTE_OF = {"visit": "Visit", "call": "Call", "discharge": "Discharge"}
REFERRAL_FORM = "Referral form"
_DRAFT_OF = {
    "discharge": "Discharge",
    "call": "Call",
    "not_gone_ahead": "Visit that did not go ahead",
    "patient": "Form of the record",
    "today": "Form",
}
_OF_NOBODY = {"tasks": "New task", "today": "Form"}
_DRAFT_ACT = {
    "discharge": Act.CONTINUE_DISCHARGE,
    "call": Act.CONTINUE_CALL,
    "not_gone_ahead": Act.CONTINUE_NOT_GONE_AHEAD,
    "patient": Act.READ_FORM,
    "today": Act.READ_FORM,
}


def side_lists(facts: TodayFacts, library: Library) -> tuple[SideList, ...]:
    """The lists that hold something."""
    today, now = facts.now.date(), facts.now
    due = [one for one in facts.tasks if one.urgent or one.due_on is None or one.due_on <= today]
    people = facts.people or {}
    urgent = tuple(task_row(one, people, {}, today) for one in due if one.urgent)
    tasks = tuple(task_row(one, people, {}, today) for one in due if not one.urgent)
    lists = (
        SideList("urgent", "To settle now", "circle-alert", "danger", urgent),
        SideList(
            "late",
            "Not settled for over 24\u00a0h",
            "git-merge",
            "danger",
            (*(_late_row(*one, now) for one in facts.late), *(_unbegun_row(one, now) for one in facts.unbegun)),
        ),
        SideList(
            "returned", "Returned to you", "undo-2", "warn", tuple(_returned_row(one, facts) for one in facts.returned)
        ),
        SideList("flags", "Open red flags", "flag", "danger", tuple(_flag_row(one, library) for one in facts.flags)),
        SideList("tasks", "Tasks due", "check", "", tasks),
        SideList("drafts", "Drafts, not signed", "pencil", "violet", tuple(_draft_row(d, now) for d in facts.drafts)),
        SideList("cosign", "To co-sign", "clipboard-check", "", tuple(_cosign_row(one) for one in facts.cosign)),
        SideList(
            "ready", "Ready to discharge", "circle-check", "ok", tuple(_ready_row(r, library) for r in facts.ready)
        ),
        SideList(
            "overdue", "Overdue", "calendar-clock", "danger", tuple(_overdue_row(one, facts) for one in facts.overdue)
        ),
        SideList("no_next", "No next visit booked", "calendar-x", "warn", tuple(map(_no_next_row, facts.no_next))),
        SideList(
            "not_copied",
            "Not yet in the trust record",
            "clipboard-check",
            "warn",
            tuple(_not_copied_row(one, now) for one in facts.not_copied),
        ),
        SideList("letters", "Letters overdue", "file-text", "warn", tuple(_letter_row(one) for one in facts.letters)),
        SideList(
            "core_stops",
            "Core visits to stop",
            "calendar-x",
            "warn",
            tuple(_stop_row(one, people, library, today) for one in facts.core_stops),
        ),
    )
    return tuple(one for one in lists if one.rows)


def _side(person: Known, record: str, episodes: tuple[str, ...], about: str, act: Act, tone: str = "") -> SideRow:
    spoken = f"{spoken_name(person.name)}. {about}. {ACT_WORDS[act]}"
    return SideRow(person.id, record, episodes, name_line(person.name), about, act, spoken, tone)


def _late_row(person: Known, late: Late, now: datetime) -> SideRow:
    """The visits first: what was given at one must not be given again."""
    visits, since = late.kinds.get(TWICE, 0), late.since.astimezone(now.tzinfo)
    fields = ", ".join(word for kind, word in CLINICAL_WORDS.items() if late.kinds.get(kind))
    said = [f"{counted(visits, 'visit')} may be recorded twice"] if visits else []
    said += [f"{fields} changed in two places"] if fields else []
    about = " · ".join((*said, f"since {day(since.date())} {clock(since)}"))
    return _side(person, person.id, (), about, Act.REVIEW, "danger")


def _unbegun_row(one: Unbegun, now: datetime) -> SideRow:
    since = one.since.astimezone(now.tzinfo)
    about = f"{waiting_for_record(one)} · since {day(since.date())} {clock(since)}"
    spoken = f"{NOT_COME}. {about}. {ACT_WORDS[Act.REVIEW]}"
    return SideRow(one.patient, one.patient, (), NOT_COME, about, Act.REVIEW, spoken, "danger")


def _returned_row(one: CameBack, facts: TodayFacts) -> SideRow:
    known = (facts.people or {}).get(one.patient or "")
    if known is not None:
        return _side(known, one.save, (), one.about, Act.READ_RETURNED, "warn")
    name = "Someone not on this laptop" if one.patient else "About nobody"
    spoken = f"{name}. {one.about}. {ACT_WORDS[Act.READ_RETURNED]}"
    return SideRow("", one.save, (), name, one.about, Act.READ_RETURNED, spoken, "warn")


def _ready_row(one: Ready, library: Library) -> SideRow:
    label = skill_label(one.skill, library)
    about = f"{label}: {one.on_own.have} of {one.on_own.of} steps on own"
    return _side(one.person, one.episode, (one.episode,), about, Act.DISCHARGE)


def _overdue_row(one: DayVisit, facts: TodayFacts) -> SideRow:
    today = facts.now.date()
    planned = (one.planned_at or one.at).date()
    why = "no record yet"
    if one.status == "not_gone_ahead":
        words = reason_words(one.not_gone_ahead_reason, one.whereabouts)
        why = words[:1].lower() + words[1:]
    elif one.status == "started":
        why = "started, not signed"
    parts = (f"Planned {day(planned)}", counted((today - planned).days, "day"), why, in_place_of(one, facts))
    about = " · ".join(filter(None, parts))
    act = {"not_gone_ahead": Act.BOOK, "started": Act.CONTINUE}.get(one.status, Act.START)
    missing = one.not_gone_ahead_reason is NotGoneAheadReason.NO_ACCESS and one.whereabouts == "not_known"
    episodes = tuple(skill.episode for skill in one.skills)
    return _side(one.person, one.id, episodes, about, act, "danger" if missing else "")


def _no_next_row(one: CaseloadRow) -> SideRow:
    seen = f"Last seen {day(one.last_visit.date())}" if one.last_visit else "Not seen yet"
    first = one.pathways[0] if one.pathways else None
    about = f"{seen} · visit {first.visits} of {first.expected_visits}" if first and first.visits else seen
    return _side(one.person, "", tuple(each.id for each in one.pathways), about, Act.BOOK)


def _draft_row(one: Draft, now: datetime) -> SideRow:
    today = now.date()
    saved = clock(one.saved_at) if one.saved_at.date() == today else f"{day(one.saved_at.date())} {clock(one.saved_at)}"
    old = now - one.saved_at > OLD
    when = f"saved {saved}{', over 24 hours ago' if old else ''}"
    if one.newer:
        return _newer_row(one, when)
    if one.person is None:
        name, words, act = REFERRAL_FORM, f"Not added yet, {when}", Act.CONTINUE_REFERRAL
        if one.page in _OF_NOBODY:
            name, words, act = _OF_NOBODY[one.page], f"Not finished, {when}", Act.READ_FORM
        spoken = f"{name}. {words}. {ACT_WORDS[act]}"
        return SideRow("", one.record, (), name, words, act, spoken, "danger" if old else "")
    about = f"{_DRAFT_OF.get(one.page, 'Visit')}, {when}"
    act = _DRAFT_ACT.get(one.page, Act.CONTINUE)
    return _side(one.person, one.record, one.episodes, about, act, "danger" if old else "")


def _newer_row(one: Draft, when: str) -> SideRow:
    """It can be gone on with where the newer version is; here the record can be opened."""
    words = f"Written by a newer version; kept, {when}"
    if one.person is None:
        return SideRow("", one.record, (), REFERRAL_FORM, words, Act.CONTINUE_REFERRAL, f"{REFERRAL_FORM}. {words}")
    return _side(one.person, one.record, (), f"{_DRAFT_OF.get(one.page, 'Visit')}. {words}", Act.VIEW)


def _flag_row(one: OpenFlag, library: Library) -> SideRow:
    about = f"{sign_words(one.flag, one.skill, library)} · {day(one.flag.at.date())}"
    return _side(one.person, one.flag.id, (), about, Act.VIEW)


def sign_words(flag: RedFlag, skill: str, library: Library) -> str:
    """What a red flag is called: the short words of its checklist, else what was done."""
    sign = library.newest(skill).red_flag(flag.sign) if skill else None
    return sign.short if sign else flag.sign.replace("_", " ").capitalize()


def _cosign_row(one: DayVisit) -> SideRow:
    about = f"Visit of {day(one.at.date())}, signed {day(one.signed_at.date()) if one.signed_at else ''}"
    return _side(one.person, one.id, tuple(skill.episode for skill in one.skills), about, Act.COSIGN)


def _not_copied_row(one: NotCopied, now: datetime) -> SideRow:
    late = now - one.at > OLD
    about = f"{NOTE_OF.get(one.of, 'Note')} of {day(one.at.date())}{', over 24 hours ago' if late else ''}"
    # The button needs to know what the note is of as well as which.
    return _side(one.person, f"{one.of}:{one.record}", (), about, Act.COPY, "danger" if late else "")


def _letter_row(one: LetterOf) -> SideRow:
    about = f"{KIND_WORDS[one.letter.kind]}, written {day(one.letter.written_at.date())}"
    return _side(one.person, one.letter.id, (), about, Act.LETTERS, "warn")


def _stop_row(one: CoreStop, people: Mapping[str, Known], library: Library, today: date) -> SideRow:
    row = core_stop_row(one, today)
    known = people.get(one.patient)
    if known is None:
        return SideRow(one.patient, one.letter, (one.episode,), row.words, row.detail, Act.CONFIRM, row.words)
    about = f"{skill_label(one.skill, library)}: {row.detail}"
    return _side(known, one.letter, (one.episode,), about, Act.CONFIRM)
