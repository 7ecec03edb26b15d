"""Plans in numbers: stated with a source and an author, withdrawn, never written over. The newest that stands holds."""

from datetime import date

from smf_core.domain.planned import AT_MOST, Plan, PlanNotPossible, PlanOf
from smf_core.domain.stated import SourceNeeded
from smf_core.domain.text import clean_identity
from smf_core.policy.roles import Role
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries import planned
from smf_core.records.queries.practices import core_teams
from smf_core.records.queries.users import users
from smf_desktop.presenters.service.stated import Logged
from smf_desktop.services.service.baselines import Stated, logged, withdraw
from smf_desktop.services.session import Session, Touched, new_item


def plans(session: Session, what: PlanOf) -> tuple[Logged[Plan], ...]:
    """Those stated, withdrawn ones too; the one that begins last first."""
    require(session.user, Action.READ_FIGURES)
    with session.read() as connection:
        return logged(connection, "plan", planned.plans(connection, what))


def state_plan(
    session: Session, what: PlanOf, of: str, number: int, since: date, *, source: str, until: date | None = None
) -> Stated:
    """People a nurse teaches at a time (`of` is a user's id, "" for each who has no plan of their own), or people of a
    locality whose teaching begins, a year.

    Raises `NotAllowed`, `PlanNotPossible` or `SourceNeeded`.
    """
    require(session.user, Action.PLAN_SERVICE)
    if not 0 <= number <= AT_MOST:
        raise PlanNotPossible("number")
    if until is not None and until < since:
        raise PlanNotPossible("backwards")
    if not source.strip():
        raise SourceNeeded
    said = {"what": what.value, "of": of, "number": number, "since": since.isoformat()}
    if until:
        said["until"] = until.isoformat()
    made = session.new_id()
    with session.work() as work:
        _known(work.connection, what, of)
        signed = {"source": clean_identity(source).text, "by": session.user.id}
        work.save([new_item("plan", made, "stated", **said, **signed)], patient=None)
    return Stated(made, frozenset(work.touched))


def withdraw_plan(session: Session, plan_id: str, *, withdrawn: bool = True) -> Touched:
    """It stays readable and nothing is held against it any more; not `withdrawn`, it stands again.

    Raises `NotAllowed` or `NotStated`.
    """
    return withdraw(session, Action.PLAN_SERVICE, "plan", plan_id, "stated", withdrawn=withdrawn)


def _known(connection: Connection, what: PlanOf, of: str) -> None:
    if what is PlanOf.PEOPLE and of not in {each.locality for each in core_teams(connection) if each.locality}:
        raise PlanNotPossible("locality")
    teach = {Role.NURSE, Role.ASSISTANT, Role.LEAD}
    if what is PlanOf.CASELOAD and of and of not in {user.id for user in users(connection) if user.role in teach}:
        raise PlanNotPossible("nurse")
