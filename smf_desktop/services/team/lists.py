"""Keeping what the page's lists are read from up to date, a little at a time."""

from smf_core.policy.rules import Action, require
from smf_desktop.services.caseload.freshness import bring_some_up, look_who_is_ready
from smf_desktop.services.session import Session


def bring_lists_on(session: Session) -> bool:
    """Make some lines anew, or look of some people whether they are ready. Answers whether anything was done."""
    require(session.user, Action.READ_FIGURES)
    return bool(bring_some_up(session)) or look_who_is_ready(session)
