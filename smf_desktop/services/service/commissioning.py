"""The commissioning view: per locality what was planned, delivered and released; and the page around it."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from smf_core.domain.day_trouble import DaysTurnedRound
from smf_core.domain.planned import PlanOf
from smf_core.figures.commissioning import Commissioned, commissioned
from smf_core.figures.commissioning_report import commissioning_report
from smf_core.figures.figure import Asked
from smf_core.policy.rules import Action, may, require
from smf_core.records.queries.practices import core_teams
from smf_core.records.queries.users import service, users
from smf_desktop.ports import Progress
from smf_desktop.presenters.service.commissioning import CommissioningFacts
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.pathways import teachers
from smf_desktop.services.reporting.exporting import Exported, Format, How, save_report
from smf_desktop.services.reporting.making import laptops_missing
from smf_desktop.services.service.plans import plans
from smf_desktop.services.service.self_check import self_checks
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess


@dataclass(frozen=True, slots=True)
class CommissioningHere:
    """What the records on this laptop say; it is `whole` where they hold everybody of those days."""

    asked: Asked
    found: Commissioned
    whole: bool


def commissioning(session: Session, since: date, until: date, *, team: str = "") -> CommissioningHere:
    """Of these days, both included. Raises `NotAllowed` or `DaysTurnedRound`."""
    require(session.user, Action.READ_FIGURES)
    if until < since:
        raise DaysTurnedRound
    asked = Asked(since=since, until=until, as_of=session.today(), team=team)
    whole = holds_all_since(session, since, joined=session.store.standing().joined)
    with session.read(counts=True) as connection:
        return CommissioningHere(asked, commissioned(connection, asked), whole)


def commissioning_facts(session: Session, since: date, until: date) -> CommissioningFacts:
    """The page of these days, both included. Raises `NotAllowed` or `DaysTurnedRound`."""
    here = commissioning(session, since, until)
    with session.read() as connection:
        teaching = tuple((each.id, each.name) for each in teachers(connection))
        names = {each.id: each.name for each in users(connection)}
        localities = sorted({each.locality for each in core_teams(connection) if each.locality})
    return CommissioningFacts(
        asked=here.asked,
        at=session.now(),
        found=here.found,
        whole=here.whole,
        plans=(*plans(session, PlanOf.PEOPLE), *plans(session, PlanOf.CASELOAD)),
        checks=self_checks(session),
        teachers=teaching,
        names=names,
        localities=tuple(localities),
        may_plan=may(session.user, Action.PLAN_SERVICE).allowed,
        may_export=may(session.user, Action.EXPORT_FIGURES).allowed,
    )


def save_commissioning(
    session: Session, hub: HubAccess | None, asked: Asked, form: Format, out: Path, progress: Progress
) -> Exported:
    """Save the view as the records stand now, its small numbers hidden; on the work lane. Raises as `save_report`."""
    require(session.user, Action.READ_FIGURES)
    missing = laptops_missing(session, hub, asked)
    whole = holds_all_since(session, asked.since, joined=session.store.standing().joined)
    with session.read(counts=True) as connection:
        made = commissioning_report(connection, asked)
        name = service(connection).name
    told = replace(made, complete=whole and missing == (), missing_devices=missing or ())
    return save_report(session, name, told, out, How(format=form, show_small=None, with_rows=False), progress)
