"""What the inbox of referrals shows: read in one snapshot."""

from smf_core.policy.rules import Action, require
from smf_core.records.queries.duplicates import possible_duplicates
from smf_core.records.queries.patients import patients
from smf_core.records.queries.referrals import decided_since, referrals, waiting_list
from smf_core.records.queries.users import users
from smf_desktop.presenters.referral.inbox import InboxFacts, decided_from
from smf_desktop.services.referral.merging import may_merge
from smf_desktop.services.session import Session

AT_MOST = 500
"""Rows of one list; a longer one would not be read, and its first are those that wait longest."""


def inbox(session: Session) -> InboxFacts:
    """Referrals that wait for triage, for information or for a first visit, and those decided lately."""
    require(session.user, Action.LIST_REFERRALS)
    with session.read() as connection:
        open_ = referrals(connection, limit=AT_MOST)
        repeated = (row.referral.review_duplicate_of for row in open_)
        return InboxFacts(
            open=open_,
            waiting=waiting_list(connection, limit=AT_MOST),
            decided=decided_since(connection, decided_from(session.today()), limit=AT_MOST),
            people={person.id: person.name for person in patients(connection, filter(None, repeated))},
            nurses={one.id: one.name for one in users(connection)},
            today=session.today(),
            duplicates=possible_duplicates(connection) if may_merge(session) else (),
        )
