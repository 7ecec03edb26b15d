"""The commissioning view: per locality what was planned, delivered and released; and the page around it."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from smf_core.domain.day_trouble import DaysTurnedRound
from smf_core.domain.planned import PlanOf
from smf_core.figures.commissioning import Commissioned, commissioned
from smf_core.figures.commissioning_report import NAME, commissioned_of, commissioning_report, report_of
from smf_core.figures.figure import Asked
from smf_core.figures.report import NotHeard, Report, asked_alongside
from smf_core.policy.keeping import MAY_ASK_FIGURES
from smf_core.policy.rules import Action, may, require
from smf_core.records.queries.practices import core_teams
from smf_core.records.queries.users import service, users
from smf_desktop.ports import Progress
from smf_desktop.presenters.service.commissioning import CommissioningFacts
from smf_desktop.services.figures import FiguresOfHub, figures_of_hub, holds_all_since
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


def commissioning(session: Session, since: date, until: date, *, joined: bool, team: str = "") -> CommissioningHere:
    """Of these days, both included; `joined` a hub, it may not be all there is.

    Raises `NotAllowed` or `DaysTurnedRound`.
    """
    require(session.user, Action.READ_FIGURES)
    if until < since:
        raise DaysTurnedRound
    asked = Asked(since=since, until=until, as_of=session.today(), team=team)
    whole = holds_all_since(session, since, joined=joined)
    with session.read(counts=True) as connection:
        return CommissioningHere(asked, commissioned(connection, asked), whole)


def commissioning_facts(session: Session, since: date, until: date, *, joined: bool) -> CommissioningFacts:
    """The page of these days, both included; `joined` a hub. Raises `NotAllowed` or `DaysTurnedRound`."""
    here = commissioning(session, since, until, joined=joined)
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
        ask_hub=not here.whole and session.user.role in MAY_ASK_FIGURES,
    )


def asked_of_hub(session: Session, hub: FiguresOfHub, facts: CommissioningFacts) -> CommissioningFacts:
    """The page with the hub's figures of this user's team, on the work lane. Raises `NotAllowed`, `HubTrouble`."""
    require(session.user, Action.READ_FIGURES)
    asked = replace(facts.asked, team=session.team)
    told = figures_of_hub(hub, NAME, asked)
    beside = tuple(each for name, of in asked_alongside(asked) for each in figures_of_hub(hub, name, of))
    found = commissioned_of(told, facts.found)
    return replace(facts, asked=asked, found=found, whole=True, ask_hub=False, of_hub=told, alongside=beside)


def make_commissioning(session: Session, asked: Asked, *, joined: bool, missing: tuple[NotHeard, ...] | None) -> Report:
    """The view as a report of the records here; `joined` a hub, they may not be all there are.

    `missing` are the laptops not heard of since, None where nobody could say. Raises `NotAllowed`.
    """
    require(session.user, Action.READ_FIGURES)
    whole = holds_all_since(session, asked.since, joined=joined)
    with session.read(counts=True) as connection:
        made = commissioning_report(connection, asked)
    return replace(made, complete=whole and missing == (), missing_devices=missing or ())


def save_commissioning(
    session: Session, hub: HubAccess | None, facts: CommissioningFacts, form: Format, out: Path, progress: Progress
) -> Exported:
    """Save the view, its small numbers hidden: of the records as they stand now, or as the hub told it; on the work
    lane. Raises as `save_report`."""
    missing = laptops_missing(session, hub, facts.asked)
    if facts.of_hub:
        told = report_of(facts.of_hub, facts.asked, facts.alongside)
        made = replace(told, complete=missing == (), missing_devices=missing or ())
    else:
        made = make_commissioning(session, facts.asked, joined=hub is not None, missing=missing)
    with session.read() as connection:
        name = service(connection).name
    return save_report(session, name, made, out, How(format=form, show_small=None, with_rows=False), progress)
