"""Several referrals decided in one go, each in a save of its own. Those that ask for more are named and left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.referral import Priority, ReferralStatus, first_visit_by
from smf_core.domain.teaching_trouble import (
    AlreadyDecided,
    NotApproved,
    ReadOnlyRecord,
    ReasonNeeded,
    SomeoneHasDied,
    UnknownReferral,
)
from smf_core.domain.triage import Left, Why
from smf_core.domain.trouble import DomainError, Known
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.referrals import referral as referral_of
from smf_desktop.ports import Progress
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.pathways import registered_nurse, teacher
from smf_desktop.services.people import alive
from smf_desktop.services.referral.triage import Acceptance, accept, being_taught, reject, wait_for_information
from smf_desktop.services.session import Session, Touched

WHY: Mapping[type[DomainError], Why] = {
    AlreadyDecided: Why.DECIDED,
    SomeoneHasDied: Why.DIED,
    NotApproved: Why.NOT_APPROVED,
    ReadOnlyRecord: Why.READ_ONLY,
    UnknownReferral: Why.GONE,
}


@dataclass(frozen=True, slots=True)
class Many:
    """What became of each: decided, left, or not come to because somebody stopped or the store is in `trouble`."""

    done: tuple[str, ...]
    left: tuple[Left, ...]
    not_reached: tuple[str, ...]
    touched: Touched
    trouble: Known | None = None


@dataclass(frozen=True, slots=True)
class AcceptMany:
    """What accepting several decides for all of them. The target date follows from the priority, for each its own."""

    nurse: str
    accountable_nurse: str
    priority: Priority = Priority.ROUTINE


def accept_many(session: Session, referrals: Sequence[str], to: AcceptMany, progress: Progress | None = None) -> Many:
    """Accept several referrals with all the skills they ask for.

    Left are those of which something must be decided first: taught already, perhaps somebody who is here, or held
    for information. Raises what a wrong nurse raises, before anything is decided.
    """
    require(session.user, Action.TRIAGE_REFERRAL)
    with session.read() as connection:
        teacher(connection, to.nurse)
        registered_nurse(connection, to.accountable_nurse)

    def one(referral: str) -> Touched | Why:
        with session.read() as connection:
            target = _target(session, connection, referral, to.priority)
            why = _asks_for_more(connection, referral)
        if why is not None:
            return why
        acceptance = Acceptance(to.nurse, to.accountable_nurse, priority=to.priority, target_date=target)
        return accept(session, referral, acceptance)[1]

    return _each(referrals, one, progress)


def reject_many(session: Session, referrals: Sequence[str], reason: str, progress: Progress | None = None) -> Many:
    """Send several referrals back with one reason; each has its own letter."""
    require(session.user, Action.TRIAGE_REFERRAL)
    if not reason.strip():
        raise ReasonNeeded
    return _each(referrals, lambda referral: reject(session, referral, reason), progress)


def wait_many(
    session: Session,
    referrals: Sequence[str],
    reason: str,
    *,
    whom: str = "",
    chase_on: date | None = None,
    progress: Progress | None = None,
) -> Many:
    """Hold several referrals for the same information; with a day each has its own task to chase it."""
    require(session.user, Action.TRIAGE_REFERRAL)
    if not reason.strip():
        raise ReasonNeeded

    def one(referral: str) -> Touched:
        return wait_for_information(session, referral, reason, whom=whom, chase_on=chase_on)

    return _each(referrals, one, progress)


def _each(referrals: Sequence[str], decide: Callable[[str], Touched | Why], progress: Progress | None) -> Many:
    asked = tuple(dict.fromkeys(referrals))
    done: list[str] = []
    left: list[Left] = []
    touched: set[str] = set()
    trouble: Known | None = None
    reached = 0
    for referral in asked:
        if progress and not progress(reached, len(asked)):
            break
        try:
            answer = decide(referral)
        except tuple(WHY) as error:
            answer = WHY[type(error)]
        except Known as error:
            trouble = error
            break
        reached += 1
        if isinstance(answer, Why):
            left.append(Left(referral, answer))
        else:
            done.append(referral)
            touched |= answer
    return Many(tuple(done), tuple(left), asked[reached:], frozenset(touched), trouble)


def _target(session: Session, connection: Connection, referral_id: str, priority: Priority) -> date | None:
    referral = referral_of(connection, referral_id)
    if referral is None:
        return None
    holidays = bank_holidays_around(referral.received_on)
    return first_visit_by(priority, referral.received_on, session.today(), holidays)


def _asks_for_more(connection: Connection, referral_id: str) -> Why | None:
    """What a person must decide of this one referral before it can be accepted."""
    referral = referral_of(connection, referral_id)
    if referral is None:
        return Why.GONE
    if referral.status in (ReferralStatus.ACCEPTED, ReferralStatus.REJECTED):
        return Why.DECIDED
    alive(connection, referral.patient)
    if referral.status is ReferralStatus.WAITING_INFORMATION:
        return Why.QUESTION
    if referral.review_duplicate_of not in (None, referral.patient):
        return Why.MAYBE_HERE
    if set(referral.skills) & set(being_taught(connection, referral.patient)):
        return Why.TAUGHT
    return None
