"""What figures are held against: stated with a source, a day and an author; withdrawn, never written over.

A chart's limits are reckoned anew only where somebody said so, from a month on and for a named cause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from smf_core.domain.discharge_rules import VISITS_A_MONTH_AT_MOST
from smf_core.domain.readings import number
from smf_core.domain.stated import (
    Baseline,
    BaselineNotPossible,
    BaselineOf,
    CauseNeeded,
    MonthAhead,
    NotStated,
    Rebase,
    SourceNeeded,
)
from smf_core.domain.teaching_trouble import NotAVisitsNumber
from smf_core.domain.text import clean_note
from smf_core.figures.core_counts import whole_months
from smf_core.figures.self_care import UsualVisits, usual_core_visits
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries import stated
from smf_core.records.queries.users import users
from smf_desktop.presenters.service.stated import Act, Logged, What
from smf_desktop.services.session import Session, Touched, new_item


@dataclass(frozen=True, slots=True)
class Stated:
    """What was just stated, by its record's id."""

    id: str
    touched: Touched


def baselines(session: Session, what: BaselineOf) -> tuple[Logged[Baseline], ...]:
    """Those stated, withdrawn ones too; the newest first."""
    require(session.user, Action.READ_FIGURES)
    with session.read() as connection:
        return logged(connection, "baseline", stated.baselines(connection, what))


def usual_visits(session: Session) -> Mapping[str, UsualVisits]:
    """By skill, the core visits a month that count for an episode whose own number nobody wrote down."""
    require(session.user, Action.READ_FIGURES)
    with session.read() as connection:
        return usual_core_visits(connection)


def state_baseline(
    session: Session, since: date, until: date, *, source: str, bedding_in: date | None = None, note: str = ""
) -> Stated:
    """What referrals to core teams are held against from now on: the whole months of these days, both included.

    `bedding_in` is the month left out because the service was only beginning. Raises `NotAllowed`,
    `BaselineNotPossible` or `SourceNeeded`.
    """
    require(session.user, Action.STATE_BASELINE)
    if until < since:
        raise BaselineNotPossible("backwards")
    if until > session.today():
        raise BaselineNotPossible("ahead")
    if not whole_months(since, until):
        raise BaselineNotPossible("short")
    months = {"since": since.isoformat(), "until": until.isoformat()}
    if bedding_in:
        months["bedding_in"] = bedding_in.replace(day=1).isoformat()
    return _state(session, BaselineOf.CORE_REFERRALS, months, source, note)


def state_usual_visits(session: Session, skill: str, a_month: str, *, source: str, note: str = "") -> Stated:
    """Core visits a month of a skill (decimal text) that count where an episode has no number of its own.

    Raises `NotAllowed`, `NotAVisitsNumber` or `SourceNeeded`.
    """
    require(session.user, Action.STATE_BASELINE)
    exact = number(a_month)
    if not exact or not 0 <= Decimal(exact) <= VISITS_A_MONTH_AT_MOST:
        raise NotAVisitsNumber
    return _state(session, BaselineOf.CORE_VISITS, {"skill": skill, "visits_per_month": exact}, source, note)


def withdraw_baseline(session: Session, baseline_id: str, *, withdrawn: bool = True) -> Touched:
    """It stays readable and nothing is held against it any more; not `withdrawn`, it stands again.

    Raises `NotAllowed` or `NotStated`.
    """
    return withdraw(session, Action.STATE_BASELINE, "baseline", baseline_id, "stated", withdrawn=withdrawn)


def rebases(session: Session, chart: str) -> tuple[Logged[Rebase], ...]:
    """Those of a chart, withdrawn ones too, by month."""
    require(session.user, Action.READ_FIGURES)
    with session.read() as connection:
        return logged(connection, "rebase", stated.rebases(connection, chart))


def rebase(session: Session, chart: str, month: date, cause: str, note: str = "") -> Stated:
    """Have the limits of a chart reckoned anew from a month on. Raises `NotAllowed`, `CauseNeeded` or `MonthAhead`."""
    require(session.user, Action.STATE_BASELINE)
    if not cause.strip():
        raise CauseNeeded
    if month.replace(day=1) > session.today():
        raise MonthAhead
    said = {"chart": chart, "month": month.replace(day=1).isoformat(), "cause": clean_note(cause.strip())}
    return _save(session, "rebase", "told", said, note)


def withdraw_rebase(session: Session, rebase_id: str, *, withdrawn: bool = True) -> Touched:
    """The limits run on through that month again; that it was there stays in the log. Otherwise as
    `withdraw_baseline`."""
    return withdraw(session, Action.STATE_BASELINE, "rebase", rebase_id, "told", withdrawn=withdrawn)


def _state(session: Session, what: BaselineOf, said: Mapping[str, str], source: str, note: str) -> Stated:
    if not source.strip():
        raise SourceNeeded
    return _save(session, "baseline", "stated", {**said, "what": what.value, "source": source.strip()}, note)


def _save(session: Session, entity: str, unit: str, said: Mapping[str, Any], note: str) -> Stated:
    signed = {"note": note.strip(), "on": session.today().isoformat(), "by": session.user.id}
    made = session.new_id()
    with session.work() as work:
        work.save([new_item(entity, made, unit, **said, **signed)], patient=None)
    return Stated(made, frozenset(work.touched))


def withdraw(session: Session, action: Action, entity: str, entity_id: str, unit: str, *, withdrawn: bool) -> Touched:
    """Say of a record, by its kind, its id and the unit that states it, that it no longer holds, or holds again.

    Raises `NotAllowed` or `NotStated`.
    """
    require(session.user, action)
    with session.work() as work:
        said = work.record(entity, entity_id).value(unit)
        if said is None or bool(said["withdrawn"]) is withdrawn:
            raise NotStated
        payload = {**said.shown.payload, "withdrawn": withdrawn}
        work.save([work.change(entity, entity_id, unit, payload)], patient=None)
    return frozenset(work.touched)


def logged(connection: Connection, entity: str, found: Sequence[What]) -> tuple[Logged[What], ...]:
    """Each with all that was done with it, by records of that kind."""
    names = {user.id: user.name for user in users(connection)}
    return tuple(
        Logged(
            each,
            tuple(
                Act(names.get(act.by, ""), act.at, act.withdrawn) for act in stated.acts_of(connection, entity, each.id)
            ),
        )
        for each in found
    )
