"""The referral inbox in words: what waits for triage, for information, for a first visit, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.checklist import Library
from smf_core.domain.patient import Name
from smf_core.domain.referral import Priority, ReferralStatus
from smf_core.records.queries.duplicates import Pair
from smf_core.records.queries.referrals import Referred, Waiting
from smf_desktop.presenters.identity import born, clock, day, isolated, name_line, nhs, spoken_name, weekday_day
from smf_desktop.presenters.labels import counted, skill_labels
from smf_desktop.presenters.referral.form import LIKE_WORDS
from smf_desktop.presenters.referral.page import PRIORITIES, SOURCES

DECIDED_DAYS = 14
"""How far back decided referrals are listed."""


class Box(StrEnum):
    """What a referral in the inbox waits for."""

    TRIAGE = "triage"
    INFORMATION = "information"
    FIRST_VISIT = "first_visit"
    DECIDED = "decided"
    DUPLICATES = "duplicates"
    """Not referrals: records of people who may be one, for a lead."""


TITLES: Mapping[Box, str] = {
    Box.TRIAGE: "Triage due",
    Box.INFORMATION: "Waiting for information",
    Box.FIRST_VISIT: "Waiting list",
    Box.DECIDED: "Decided",
    Box.DUPLICATES: "Possible duplicates",
}
EMPTY: Mapping[Box, tuple[str, str]] = {
    Box.TRIAGE: (
        "No referrals wait for triage.",
        "A new referral, or one imported from a file, stands here until it is decided.",
    ),
    Box.INFORMATION: ("No referrals wait for information.", "W on a referral holds it until something is known."),
    Box.FIRST_VISIT: ("Nobody waits for a first visit.", "Accepted referrals stand here until the first visit begins."),
    Box.DUPLICATES: (
        "No two records here look like one person.",
        "Records with one NHS number, or one name and date of birth, stand here until a lead decides.",
    ),
    Box.DECIDED: ("Nothing was decided in the last 14 days.", "Accepted referrals and those sent back stand here."),
}


@dataclass(frozen=True, slots=True)
class InboxFacts:
    """What the inbox is made from. `people` are the names of those a referral may repeat; `nurses` by id."""

    open: tuple[Referred, ...]
    waiting: tuple[Waiting, ...]
    decided: tuple[Referred, ...]
    people: Mapping[str, Name]
    nurses: Mapping[str, str]
    today: date
    duplicates: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One referral. `of` is the record it may repeat, `late` a first visit past its target.

    Of two records that may be one person `referral` is empty, `patient` and `of` are the two.
    """

    referral: str
    patient: str
    waiting: str
    name: str
    skills: str
    skill_codes: tuple[str, ...]
    what: str
    detail: str
    mark: str
    of: str
    own_record: bool
    late: bool
    about: str
    spoken: str


@dataclass(frozen=True, slots=True)
class InboxRows:
    boxes: Mapping[Box, tuple[InboxRow, ...]]
    titles: Mapping[Box, str]
    summary: str


def inbox_rows(facts: InboxFacts, library: Library) -> InboxRows:
    """Every list of the inbox, and the line under the page's title."""
    due = [one for one in facts.open if one.referral.status is ReferralStatus.RECEIVED]
    held = [one for one in facts.open if one.referral.status is ReferralStatus.WAITING_INFORMATION]
    boxes = {
        Box.TRIAGE: tuple(_row(one, facts, library, _due(one)) for one in due),
        Box.INFORMATION: tuple(_row(one, facts, library, _held(one)) for one in held),
        Box.FIRST_VISIT: tuple(_waiting(one, facts, library) for one in facts.waiting),
        Box.DECIDED: tuple(_row(one, facts, library, _decided(one, facts.nurses)) for one in facts.decided),
        Box.DUPLICATES: tuple(_pair(one, facts.today) for one in facts.duplicates),
    }
    return InboxRows(
        boxes=boxes,
        titles={box: f"{TITLES[box]} {len(rows)}" for box, rows in boxes.items()},
        summary=f"{len(due)} new, {len(held)} waiting for information, {len(facts.waiting)} for a first visit",
    )


def _due(one: Referred) -> tuple[str, str]:
    reason = isolated(one.referral.reason) or "No reason given"
    back = " · back after discharge" if one.referral.earlier_episode else ""
    return SOURCES[one.referral.source] + back, reason


def _held(one: Referred) -> tuple[str, str]:
    return "Waiting for information", isolated(one.referral.decision_reason)


def _decided(one: Referred, nurses: Mapping[str, str]) -> tuple[str, str]:
    referral = one.referral
    accepted = referral.status is ReferralStatus.ACCEPTED
    on = day(referral.decided_on) if referral.decided_on else ""
    by = nurses.get(referral.decided_by or "", "")
    said = " ".join(filter(None, ("Accepted" if accepted else "Sent back", on)))
    return said, isolated(referral.decision_reason) or by


def _waiting(one: Waiting, facts: InboxFacts, library: Library) -> InboxRow:
    referral = one.referred.referral
    target = referral.target_date
    late = target is not None and target < facts.today and one.booked_at is None
    words = dict(PRIORITIES)[referral.priority or Priority.ROUTINE]
    due = f"{words}, first visit by {day(target)}" if target else words
    nurse = facts.nurses.get(one.nurse or "", "")
    booked = f"Booked {_at(one.booked_at)}" if one.booked_at else isolated(referral.decision_reason)
    return _row(
        one.referred,
        facts,
        library,
        (due, ", ".join(filter(None, (booked or "No visit booked yet", nurse)))),
        late=late,
    )


def _pair(pair: Pair, today: date) -> InboxRow:
    one, other = pair.one, pair.other
    like = LIKE_WORDS[pair.like].capitalize()
    about = ", ".join((name_line(other.name), f"Born {born(other.date_of_birth, today)}", nhs(other.nhs_number)))
    return InboxRow(
        referral="",
        patient=one.id,
        waiting="",
        name=name_line(one.name),
        skills="",
        skill_codes=(),
        what=like,
        detail=about,
        mark="",
        of=other.id,
        own_record=False,
        late=False,
        about=f"{name_line(one.name)} · Born {born(one.date_of_birth, today)} · {nhs(one.nhs_number)}",
        spoken=". ".join((spoken_name(one.name), like, about)),
    )


def _at(when: datetime) -> str:
    return f"{weekday_day(when.date())} {clock(when)}"


def _row(one: Referred, facts: InboxFacts, library: Library, said: tuple[str, str], *, late: bool = False) -> InboxRow:
    referral, person = one.referral, one.person
    what, detail = said
    of = referral.review_duplicate_of or ""
    own = of == person.id
    mark = ""
    if of:
        whom = name_line(facts.people[of]) if of in facts.people else "someone here"
        mark = "Might already be here" + (": this person has a record" if own else f": {whom}")
    number = f"NHS No. {nhs(person.nhs_number)}" if person.nhs_number else nhs(None)
    days = counted(max(0, (facts.today - referral.received_on).days), "day")
    skills = skill_labels(referral.skills, library)
    spoken = (
        spoken_name(person.name),
        skills,
        f"waiting {days}",
        what,
        detail,
        mark,
        "Over its target" if late else "",
    )
    return InboxRow(
        referral=referral.id,
        patient=person.id,
        waiting=days,
        name=name_line(person.name),
        skills=skills,
        skill_codes=referral.skills,
        what=what,
        detail=detail,
        mark=mark,
        of=of,
        own_record=own,
        late=late,
        about=f"{name_line(person.name)} · Born {born(person.date_of_birth, facts.today)} · {number}",
        spoken=". ".join(filter(None, spoken)),
    )


def decided_from(today: date) -> date:
    """The first day of decisions that are listed."""
    return date.fromordinal(today.toordinal() - DECIDED_DAYS)
