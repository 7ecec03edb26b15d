"""Everything that happened to one person, in words."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist import Library
from smf_core.domain.pathway import GateState
from smf_core.domain.referral import ReferralStatus, Source
from smf_core.domain.task import TaskState
from smf_core.domain.visit import NotGoneAheadReason, Purpose
from smf_core.records.queries.today import Entry, EntryKind
from smf_desktop.presenters.calls import call_line
from smf_desktop.presenters.identity import clock, day, isolated
from smf_desktop.presenters.labels import skill_labels
from smf_desktop.presenters.outcomes import OUTCOMES
from smf_desktop.presenters.patient.facts import PatientFacts, dotted
from smf_desktop.presenters.patient.gates import GATE_WORDS
from smf_desktop.presenters.referral.page import SOURCES
from smf_desktop.presenters.today.page import NOT_GONE_AHEAD

NOT_AT_HUB = "Not yet at the hub"

When = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened. `visit` is a signed visit that can be amended, "" for all else.

    `chip` says that something of it is not at the hub yet.
    """

    icon: str
    title: str
    when: str
    about: str
    visit: str
    struck: bool
    spoken: str
    chip: str = ""


Coming = Mapping[str, Sequence[When]]
"""When the visits to come of each pathway are, in turn."""


def timeline(facts: PatientFacts, library: Library) -> tuple[TimelineRow, ...]:
    """The row of each of the facts' entries."""
    coming = _coming(facts)
    return tuple(_row(entry, coming, facts, library) for entry in facts.entries)


def _row(entry: Entry, coming: Coming, facts: PatientFacts, library: Library) -> TimelineRow:
    icon, title, about = _told(entry, coming, facts, library)
    by = facts.names.get(entry.by or "", "")
    title = f"{title}, {by}" if by else title
    when = f"{day(entry.on)} {clock(entry.at)}" if entry.at and entry.kind in _TIMED else day(entry.on)
    struck = bool(entry.struck_reason)
    if struck:
        also = " It was also amended: both are kept." if entry.amended else ""
        about = f"Entered in error: {entry.struck_reason.rstrip('.')}.{also}"
    visit = entry.record if entry.kind is EntryKind.VISIT_SIGNED and not struck else ""
    chip = NOT_AT_HUB if entry.record in facts.unsent else ""
    about = isolated(about)
    if entry.kind in _COPIED and not struck:
        trust = trust_record(entry.record, facts)
        about = dotted(f"In the trust record: {trust[:1].lower()}{trust[1:]}", about)  # a long line is cut
    return TimelineRow(
        icon, title, when, about, visit, struck, ". ".join(filter(None, (title, when, about, chip))), chip
    )


def trust_record(record: str, facts: PatientFacts) -> str:
    """`Copied 17-Nov-2026 09:00, Anna Wolf`: whether the note of a visit, call or discharge is with the trust."""
    copied = facts.copies.get(record)
    if copied is None:
        return "Not yet"
    by = facts.names.get(copied.by, "")
    return f"Copied {day(copied.at.date())} {clock(copied.at)}{f', {by}' if by else ''}"


_COPIED = frozenset({EntryKind.CALL, EntryKind.DISCHARGE})
"""A visit says so in a column of its own."""

_TIMED = frozenset(
    {
        EntryKind.VISIT_PLANNED,
        EntryKind.VISIT_STARTED,
        EntryKind.VISIT_SIGNED,
        EntryKind.RED_FLAG,
        EntryKind.CALL,
        EntryKind.TASK_DONE,
    }
)


def _told(entry: Entry, coming: Coming, facts: PatientFacts, library: Library) -> tuple[str, str, str]:
    """Icon, title and the line under it."""
    skills = skill_labels((one.skill for one in entry.skills), library)
    visit = _visit_words(entry, coming)
    match entry.kind:
        case EntryKind.REFERRAL_RECEIVED:
            wanted = skill_labels(entry.about.split(","), library) if entry.about else ""
            return "inbox", f"Referral received from {SOURCES[Source(entry.code)]}", dotted(wanted, entry.detail)
        case EntryKind.REFERRAL_DECIDED:
            return "inbox", _DECIDED.get(ReferralStatus(entry.code), "Referral decided"), entry.detail
        case EntryKind.GATE:
            text = _gate_text(entry, library)
            return "shield-check", f"Gate {GATE_WORDS[GateState(entry.code)].lower()}", dotted(text, entry.detail)
        case EntryKind.VISIT_PLANNED:
            return "clock", f"{visit} planned", dotted(skills, entry.detail)
        case EntryKind.VISIT_CANCELLED:
            return "calendar-x", "Booking taken back", skills
        case EntryKind.VISIT_STARTED:
            return "pencil", f"{visit} started, not signed", dotted(skills, entry.detail)
        case EntryKind.VISIT_SIGNED:
            amended = ", amended" if entry.amended else ""
            purpose = _PURPOSES.get(entry.code, "")
            return "clipboard-check", f"{visit} signed{amended}", dotted(skills, purpose, entry.detail)
        case EntryKind.NOT_GONE_AHEAD:
            why = NOT_GONE_AHEAD[NotGoneAheadReason(entry.code) if entry.code else None]
            return "calendar-x", f"Visit did not go ahead: {why[:1].lower()}{why[1:]}", entry.detail
        case EntryKind.RED_FLAG | EntryKind.RED_FLAG_CLOSED:
            closed = entry.kind is EntryKind.RED_FLAG_CLOSED
            words = _sign_words(entry.about, facts, library)
            return "flag", f"Red flag {'closed' if closed else 'seen'}: {words}", entry.detail
        case EntryKind.HOLD:
            return "clock", f"On hold: {skills}", entry.detail
        case EntryKind.HOLD_ENDED:
            return "clock", f"Teaching goes on: {skills}", entry.detail
        case EntryKind.DISCHARGE:
            outcome = OUTCOMES.get(entry.code, "Teaching ended")
            return "circle-check", f"Teaching ended: {outcome}", dotted(skills, entry.detail)
        case EntryKind.CALL:
            amended = ", amended" if entry.amended else ""
            return "phone", f"Telephone call{amended}", dotted(call_line(entry.code, entry.about), entry.detail)
        case EntryKind.TASK_DONE:
            what = "Task done" if entry.about == TaskState.DONE else "Task not needed any more"
            return "list-checks", what, entry.detail
        case EntryKind.LETTER:
            to = entry.code.replace("_", " ")
            return "mail", f"Letter to the {to}: {entry.about.replace('_', ' ')}", ""


def _visit_words(entry: Entry, coming: Coming) -> str:
    """`Visit 6`. Visits still to come are counted onwards from those that were made."""
    episode, number = next(((one.episode, one.number) for one in entry.skills if one.number), ("", 0))
    if not number:
        return "Visit"
    planned = entry.kind is EntryKind.VISIT_PLANNED
    return f"Visit {number + (bisect_left(coming.get(episode, ()), _when(entry)) if planned else 0)}"


def _coming(facts: PatientFacts) -> Coming:
    """From today on: planned, or begun and not signed."""
    found: dict[str, list[When]] = {}
    for entry in facts.entries:
        if entry.kind in (EntryKind.VISIT_PLANNED, EntryKind.VISIT_STARTED) and facts.now.date() <= entry.on:
            for episode in {one.episode for one in entry.skills if one.number}:
                insort(found.setdefault(episode, []), _when(entry))
    return found


def _when(entry: Entry) -> When:
    return entry.on, entry.at.isoformat() if entry.at else "", entry.record


def _sign_words(sign: str, facts: PatientFacts, library: Library) -> str:
    for one in facts.episodes:
        found = library.checklist(one.skill, one.checklist_version).red_flag(sign)
        if found:
            return found.short
    return sign.replace("_", " ")


def _gate_text(entry: Entry, library: Library) -> str:
    for one in entry.skills:
        gate = library.newest(one.skill).gate(entry.about)
        if gate:
            return gate.text
    return entry.about.replace("_", " ")


_DECIDED: Mapping[ReferralStatus, str] = {
    ReferralStatus.ACCEPTED: "Referral accepted",
    ReferralStatus.REJECTED: "Referral sent back",
    ReferralStatus.WAITING_INFORMATION: "Referral waiting for information",
    ReferralStatus.RECEIVED: "Referral received",
}


_PURPOSES: Mapping[str, str] = {
    Purpose.TEACHING.value: "",
    Purpose.ASSESSMENT.value: "Assessment only",
    Purpose.STOPPED_EARLY.value: "Stopped early",
}
