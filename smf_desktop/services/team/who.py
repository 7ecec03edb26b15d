"""Who has the team page, who the page of their own figures, who which other page, and which of them comes first."""

from collections.abc import Mapping

from smf_core.policy.rules import Action, may
from smf_desktop.services.session import Session

_PAGES: Mapping[Action, frozenset[str]] = {
    Action.OPEN_RECORD: frozenset({"today", "caseload", "patient", "visit", "not_gone_ahead", "call", "discharge"}),
    Action.LIST_REFERRALS: frozenset({"referrals"}),
    Action.SEND_LETTERS: frozenset({"letters"}),
    Action.HANDLE_TASKS: frozenset({"tasks"}),
    Action.READ_OWN_FIGURES: frozenset({"own"}),
    Action.READ_FIGURES: frozenset({"team", "reports", "quality", "commissioning", "core_counts", "months", "planner"}),
}
EVERYBODYS = frozenset({"sync"})


def pages_of(session: Session) -> frozenset[str]:
    """The pages that this user's role may read, by name."""
    return EVERYBODYS.union(*(pages for action, pages in _PAGES.items() if may(session.user, action).allowed))


def home_of(session: Session) -> str:
    """The page that this user comes in to: the day; whoever opens no record has the figures."""
    pages = pages_of(session)
    return next(page for page in ("today", "reports", *EVERYBODYS) if page in pages)


def may_read_figures(session: Session) -> bool:
    """Leads, administrators and the privacy officer; a nurse has no league table to look at."""
    return may(session.user, Action.READ_FIGURES).allowed
