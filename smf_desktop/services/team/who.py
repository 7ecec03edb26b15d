"""Who has the team page, and who the page of their own figures."""

from smf_core.policy.rules import Action, may
from smf_desktop.services.session import Session


def may_read_figures(session: Session) -> bool:
    """Leads, administrators and the privacy officer; a nurse has no league table to look at."""
    return may(session.user, Action.READ_FIGURES).allowed


def may_read_own_figures(session: Session) -> bool:
    """Whoever teaches; an administrator has no people of their own."""
    return may(session.user, Action.READ_OWN_FIGURES).allowed
