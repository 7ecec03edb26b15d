"""What changes on a pathway between visits: who learns what, who is accountable, holds, and core visits that go on."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from smf_core.domain.discharge_rules import VISITS_A_MONTH_AT_MOST
from smf_core.domain.pathway import PATIENT, BaselineKind, Episode, Hold
from smf_core.domain.readings import number
from smf_core.domain.teaching_trouble import (
    NeedsRegisteredNurse,
    NotAnInformalCarer,
    NotAVisitsNumber,
    NotOnHold,
    UnknownEpisode,
)
from smf_core.operations.change_set import Item
from smf_core.policy.roles import User
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.users import user as user_of
from smf_core.records.queries.users import users
from smf_desktop.services.known import known_episode
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.trouble import NoSuchUser


def name_learner(session: Session, episode_id: str, who: str, tasks: Sequence[str] = ()) -> Touched:
    """Name someone who learns, and the steps or dose times that are theirs (none named means every step)."""
    payload = {"who": who, "tasks": list(tasks), "from": session.today().isoformat()}
    return _learner(session, episode_id, who, payload)


def end_learner(session: Session, episode_id: str, who: str) -> Touched:
    """Someone no longer learns from today; what they did stays."""
    return _learner(session, episode_id, who, {"who": who, "until": session.today().isoformat()})


def _learner(session: Session, episode_id: str, who: str, payload: Mapping[str, Any]) -> Touched:
    require(session.user, Action.CHANGE_LEARNERS)
    with session.work() as work:
        episode = _open(work.connection, episode_id)
        if who != PATIENT:
            person = patient_of(work.connection, episode.patient)
            contact = person.contact(who) if person else None
            if contact is None or not contact.informal_carer:
                raise NotAnInformalCarer
        standing = next((learner for learner in episode.learners if learner.who == who), None)
        earlier: dict[str, Any] = {}
        if standing is not None:
            earlier = {"tasks": list(standing.tasks), "from": standing.from_.isoformat() if standing.from_ else None}
        said = {name: value for name, value in {**earlier, **payload}.items() if value not in (None, "", [])}
        work.save([work.change("episode", episode_id, "learner", said, key=who)], patient=episode.patient)
    return frozenset(work.touched)


def make_accountable(session: Session, episode_id: str, nurse: str | None) -> Touched:
    """Another registered nurse is accountable from now on; None takes back that anybody was named."""
    require(session.user, Action.ASSIGN_NURSE)
    with session.work() as work:
        episode = _open(work.connection, episode_id)
        if nurse is not None:
            registered_nurse(work.connection, nurse)
        said = {"nurse": nurse} if nurse else {}
        work.save([work.change("episode", episode_id, "accountable_nurse", said)], patient=episode.patient)
    return frozenset(work.touched)


def who_may_be_accountable(session: Session) -> tuple[tuple[str, str], ...]:
    """Who is offered as accountable, as (user id, name): the registered nurses who work here."""
    require(session.user, Action.ASSIGN_NURSE)
    with session.read() as connection:
        return tuple((one.id, one.name) for one in users(connection) if one.active and one.is_registered_nurse)


def resume(session: Session, episode_id: str) -> Touched:
    """Teaching goes on: the open hold ends today."""
    require(session.user, Action.HOLD_EPISODE)
    with session.work() as work:
        episode = _open(work.connection, episode_id)
        hold = next((hold for hold in episode.holds if hold.until is None), None)
        if hold is None:
            raise NotOnHold
        ended = ended_hold(work, episode.patient, episode.id, hold, session.today())
        work.save([ended], patient=episode.patient)
    return frozenset(work.touched)


def ended_hold(work: Work, patient: str, episode: str, hold: Hold, on: date) -> Item:
    """The operation that ends a hold on a day; all else it said stays. A hold ends no day before it began."""
    said = {"patient": patient, "episode": episode, "reason": hold.reason, "from": hold.from_.isoformat()}
    if hold.review_on:
        said["review_on"] = hold.review_on.isoformat()
    return work.change("hold", hold.id, "held", {**said, "until": max(on, hold.from_).isoformat()})


def record_core_visits(session: Session, episode_id: str, *, from_: date, a_month: str, source: str) -> Touched:
    """Core-team visits a month that go on from a day (60, then 30, then 0), also after teaching has ended.

    `a_month` is decimal text. Raises `NotAllowed`, `NotAVisitsNumber` or `UnknownEpisode`.
    """
    require(session.user, Action.RECORD_VISIT)
    exact = number(a_month)
    if not exact or not 0 <= Decimal(exact) <= VISITS_A_MONTH_AT_MOST:
        raise NotAVisitsNumber
    with session.work() as work:
        episode = known_episode(work.connection, episode_id)
        writable(work.connection, episode.patient)
        payload = {"from": from_.isoformat(), "visits_per_month": exact, "source": source}
        row = new_item("core_visits", session.new_id(), "row", patient=episode.patient, episode=episode_id, **payload)
        work.save([row], patient=episode.patient)
    return frozenset(work.touched)


def state_visits_before(session: Session, episode_id: str, a_month: str, kind: BaselineKind) -> Touched:
    """Core-team visits a month before teaching, also of a pathway that ended; "" takes back that any were stated.

    `a_month` is decimal text, of the day the pathway was opened. Raises `NotAllowed`, `NotAVisitsNumber` or
    `UnknownEpisode`.
    """
    require(session.user, Action.TRIAGE_REFERRAL)
    exact = number(a_month)
    if a_month and not (exact and 0 <= Decimal(exact) <= VISITS_A_MONTH_AT_MOST):
        raise NotAVisitsNumber
    with session.work() as work:
        episode = known_episode(work.connection, episode_id)
        writable(work.connection, episode.patient)
        on = (episode.opened_on or session.today()).isoformat()
        said = {"visits_per_month": exact, "on": on, "kind": kind.value} if exact else {}
        work.save([work.change("episode", episode_id, "baseline", said)], patient=episode.patient)
    return frozenset(work.touched)


def set_treatment_end(session: Session, episode_id: str, on: date | None) -> Touched:
    """The day the treatment itself ends: end of the course, expected healing. None where no end is expected."""
    require(session.user, Action.RECORD_VISIT)
    with session.work() as work:
        episode = _open(work.connection, episode_id)
        change = work.change("episode", episode_id, "treatment_end", {"on": on.isoformat()} if on else {})
        work.save([change], patient=episode.patient)
    return frozenset(work.touched)


def teacher(connection: Connection, user_id: str) -> User:
    """Someone who works here and may teach: a pathway given to anyone else is on nobody's list."""
    found = user_of(connection, user_id)
    if found is None or not may(found, Action.RECORD_VISIT).allowed:
        raise NoSuchUser
    return found


def teachers(connection: Connection) -> tuple[User, ...]:
    """Everyone who works here and may teach: who is offered wherever a nurse is chosen."""
    return tuple(one for one in users(connection) if may(one, Action.RECORD_VISIT).allowed)


def registered_nurse(connection: Connection, user_id: str) -> User:
    """A registered nurse who works here."""
    found = user_of(connection, user_id)
    if found is None or not (found.active and found.is_registered_nurse):
        raise NeedsRegisteredNurse
    return found


def _open(connection: Connection, episode_id: str) -> Episode:
    episode = episode_of(connection, episode_id)
    if episode is None or not episode.is_open:
        raise UnknownEpisode
    writable(connection, episode.patient)
    return episode
