"""The caseload and the referrals that wait, a page at a time; SQL sorts and filters."""

from dataclasses import dataclass
from enum import StrEnum

from smf_core.policy.rules import Action, require
from smf_core.records.queries import caseload as queries
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_core.records.queries.patients import patients
from smf_core.records.queries.referrals import TRIAGE_DUE, count_by_status, referrals
from smf_core.records.queries.users import users
from smf_desktop.presenters.caseload import CaseloadCounts, CaseloadPage, critical_on_own
from smf_desktop.presenters.referrals import Colleague, TriageFacts
from smf_desktop.services.readiness import ready_pathways
from smf_desktop.services.session import Session

PAGE = 200


class Sort(StrEnum):
    """What the list can be sorted by."""

    NEXT_VISIT = "next_visit"
    LAST_VISIT = "last_visit"
    NAME = "name"
    NHS_NUMBER = "nhs_number"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people, in which order: this user's or everyone's, with typed text in the name or NHS number."""

    mine: bool = True
    text: str = ""
    sort: Sort = Sort.NEXT_VISIT
    descending: bool = False


def caseload_page(session: Session, asked: Asked, offset: int = 0) -> CaseloadPage:
    """One page of the list, from `offset`."""
    require(session.user, Action.OPEN_RECORD)
    nurse = session.user.id if asked.mine else None
    with session.read() as connection:
        rows = queries.caseload(
            connection,
            nurse=nurse,
            text=asked.text,
            sort=queries.Sort(asked.sort.value),
            descending=asked.descending,
            limit=PAGE,
            offset=offset,
        )
        total = queries.caseload_count(connection, nurse=nurse, text=asked.text)
        near = [pathway.id for row in rows for pathway in row.pathways if _may_be_ready(session, pathway)]
        ready = ready_pathways(session, connection, episodes_named(connection, near))
        return CaseloadPage(rows, frozenset(ready), offset, total, session.now())


def _may_be_ready(session: Session, pathway: queries.Pathway) -> bool:
    """Only where every critical step was last seen on own is it worth reading every visit."""
    return pathway.visits > 1 and critical_on_own(pathway, session.today(), session.checklists)


def caseload_counts(session: Session) -> CaseloadCounts:
    """How many stand under each tab."""
    require(session.user, Action.LIST_REFERRALS)
    with session.read() as connection:
        waiting = count_by_status(connection)
        return CaseloadCounts(
            mine=queries.caseload_count(connection, nurse=session.user.id),
            everyone=queries.caseload_count(connection),
            referrals=sum(waiting[status] for status in TRIAGE_DUE),
        )


def triage(session: Session, offset: int = 0) -> TriageFacts:
    """Referrals received and waiting, those waiting longest first, with whom each may repeat."""
    require(session.user, Action.LIST_REFERRALS)
    with session.read() as connection:
        rows = referrals(connection, limit=PAGE, offset=offset)
        repeated = (row.referral.review_duplicate_of for row in rows)
        people = {person.id: person.name for person in patients(connection, filter(None, repeated))}
        return TriageFacts(rows, people, session.today(), session.kind.value)


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Who may teach: everyone active who teaches, this user first."""
    with session.read() as connection:
        found = users(connection)
    teaching = [one for one in found if one.active and one.role.value in ("nurse", "assistant", "lead")]
    ordered = sorted(teaching, key=lambda one: one.id != session.user.id)
    return tuple(Colleague(one.id, one.name, one.is_registered_nurse, one.id == session.user.id) for one in ordered)
