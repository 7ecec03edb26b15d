"""Approving a checklist version: the clinical lead's act, with name, role, date and review."""

from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist import Library
from smf_core.domain.checklist_pieces import Approval
from smf_core.domain.teaching_trouble import ReviewDateNeeded, RoleNeeded
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries.users import approvals
from smf_desktop.services.session import Session, Touched, new_item


@dataclass(frozen=True, slots=True)
class Versions:
    """Every checklist version on this laptop, approved as the records say now, and whether this user may approve."""

    library: Library
    may_approve: bool


def versions(session: Session) -> Versions:
    """What Tools shows of the checklists. Read from the records: the session's own library is as old as its unlock."""
    with session.read() as connection:
        library = approved_library(connection, session.checklists)
    return Versions(library, may(session.user, Action.APPROVE_CHECKLIST).allowed)


def approve(session: Session, skill: str, version: str, *, role: str, next_review_due: date) -> Touched:
    """Approve one version for use with patients. Raises `UnknownChecklist` for a version that is not here."""
    require(session.user, Action.APPROVE_CHECKLIST)
    if not role.strip():
        raise RoleNeeded
    if next_review_due <= session.today():
        raise ReviewDateNeeded
    checklist = session.checklists.checklist(skill, version)
    with session.work() as work:
        given = new_item(
            "approval",
            session.new_id(),
            "given",
            skill=checklist.id,
            version=checklist.version,
            approved_by=session.user.name,
            role=role.strip(),
            approved_on=session.today().isoformat(),
            next_review_due=next_review_due.isoformat(),
        )
        work.save([given], patient=None)
    return frozenset(work.touched)


def approved_library(connection: Connection, files: Library) -> Library:
    """The checklists of the files, approved as the records say."""
    given: dict[tuple[str, str], Approval] = {}
    for each in approvals(connection):
        given[each.skill, each.version] = Approval(each.approved_by, each.role, each.approved_on, each.next_review_due)
    return files.with_approvals(given)
