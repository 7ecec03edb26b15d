"""Drafts on other laptops, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from smf_core.operations.protocol import DraftNote
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.sync.status import age, moment

PAGES: Mapping[str, str] = {
    "visit": "Visit",
    "discharge": "Discharge",
    "referral": "Referral",
    "call": "Call",
    "not_gone_ahead": "Visit that did not go ahead",
    "commissioning": "Commissioning form",
    "core_counts": "Core teams form",
    "months": "Closed month form",
    "tasks": "Task form",
    "patient": "Record form",
    "today": "Form",
}
OF_THE_SERVICE = frozenset({"commissioning", "core_counts", "months", "tasks", "today"})
"""Pages whose drafts are about nobody."""

REASONS = (
    ("ill", "Ill"),
    ("away", "Away"),
    ("left", "Left the service"),
    ("laptop", "Laptop lost or broken"),
)
"""Why a colleague's draft is taken over: a code and its words."""


@dataclass(frozen=True, slots=True)
class ElsewhereRow:
    """`Visit draft by Priya Nair, 2 days old`. `own`: it can be brought here without a key."""

    note: DraftNote
    own: bool
    what: str
    who: str
    saved: str
    spoken: str


def elsewhere_rows(
    notes: Sequence[DraftNote], people: Mapping[str, Known], names: Mapping[str, str], me: str, now: datetime
) -> tuple[ElsewhereRow, ...]:
    rows = []
    for one in notes:
        at = datetime.fromisoformat(one.saved_at).astimezone(now.tzinfo)
        own = one.author == me
        by = "of yours" if own else f"by {names.get(one.author, 'somebody who left')}"
        what = f"{PAGES.get(one.page, 'A')} draft {by}, {age(at, now)} old"
        known = people.get(one.patient)
        nobody = "The service" if one.page in OF_THE_SERVICE else "Nobody yet"
        who = name_line(known.name) if known else "Someone not on this laptop" if one.patient else nobody
        rows.append(ElsewhereRow(one, own, what, who, moment(at), f"{what}. {who}. Last kept {moment(at)}"))
    return tuple(rows)
