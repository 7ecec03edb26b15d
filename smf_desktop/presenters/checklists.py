"""Tools, Checklists: every version on this laptop, whether it is approved, by whom and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from smf_core.domain.checklist import Checklist, Library
from smf_core.domain.dates import parse_typed
from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.identity import day

Tone = Literal["ok", "warn"]

COLUMNS = ("Checklist", "Version", "State", "Approved by", "Role", "On", "Review by")
NOT_LEAD = ("Only the clinical lead approves a checklist.", "Ask your clinical lead to open this page.")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version. `cells` are in the order of `COLUMNS`; `about` says what is in it."""

    skill: str
    version: str
    cells: tuple[str, ...]
    tone: Tone
    about: str
    approve: str


@dataclass(frozen=True, slots=True)
class ChecklistsRows:
    about: str
    versions: tuple[VersionRow, ...]
    may_approve: bool
    signs_as: str


def checklists_rows(library: Library, today: date, *, may_approve: bool, training: bool, author: str) -> ChecklistsRows:
    """Every version, in the service's order of skills, the newest of a skill first."""
    order = {skill: place for place, skill in enumerate(library.skills)}
    held = sorted(library.checklists.values(), key=lambda one: one.version, reverse=True)
    about = (
        "In this training store teaching may start from a version that is not approved."
        if training
        else "Teaching starts only from an approved version. What was recorded with another one stays as it is."
    )
    return ChecklistsRows(
        about=about,
        versions=tuple(_row(one, today) for one in sorted(held, key=lambda one: order[one.id])),
        may_approve=may_approve,
        signs_as=f"Approved as {author}, {day(today)}.",
    )


def problems(role: str, review: str, today: date) -> Mapping[str, str]:
    """What an approval still lacks, by field."""
    found = {} if role.strip() else {"role": "Enter the role in which you approve"}
    if not review.strip():
        return found | {"review": "Enter the day of the next review"}
    try:
        on = parse_typed(review, today)
    except DomainError:
        return found | {"review": "Enter a date such as 17/11/2027 or +52w"}
    return found if on > today else found | {"review": "Enter a review date after today"}


def _row(one: Checklist, today: date) -> VersionRow:
    given = one.approval
    state, tone = _state(one, today)
    cells = (
        one.label,
        one.version,
        state,
        given.approved_by or "",
        given.role or "",
        day(given.approved_on) if given.approved_on else "",
        day(given.next_review_due) if given.next_review_due else "",
    )
    return VersionRow(
        skill=one.id,
        version=one.version,
        cells=cells,
        tone=tone,
        about=f"{one.title}: {_contents(one)}. {one.scope}",
        approve=f"Approve {one.label[:1].lower()}{one.label[1:]} {one.version}",
    )


def version_line(one: Checklist) -> str:
    """`0.2.0, 18 steps, 13 critical; ...`, as a choice."""
    return f"{one.version}: {_contents(one)}"


def _state(one: Checklist, today: date) -> tuple[str, Tone]:
    if not one.approved:
        return "Template, not approved", "warn"
    due = one.approval.next_review_due
    if due is not None and due < today:
        return "Approved, review due", "warn"
    return "Approved", "ok"


def _contents(one: Checklist) -> str:
    """`18 steps, 13 critical; 6 teach-back questions; 10 red flags; 18 gates`."""
    return "; ".join(
        (
            f"{len(one.steps)} steps, {len(one.critical_steps)} critical",
            f"{len(one.teach_back)} teach-back questions",
            f"{len(one.red_flags)} red flags",
            f"{len(one.all_gates)} gates",
        )
    )
