"""Triage: a referral accepted, rejected or held by a registered nurse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from smf_core.domain.checklist import Checklist
from smf_core.domain.pathway import GateState
from smf_core.domain.referral import Priority, Referral, ReferralStatus
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import (
    AlreadyDecided,
    NotApproved,
    ReasonNeeded,
    UnknownChecklist,
)
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.referrals import open_tasks_about
from smf_core.records.queries.users import users
from smf_desktop.presenters.referral.page import Colleague
from smf_desktop.presenters.referral.triage import NEXT_DOSE, dose_given_by
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.booking.first_dose import FirstDose, named_for_joined, named_for_new
from smf_desktop.services.known import known_referral
from smf_desktop.services.letters.items import rejection_letter_items
from smf_desktop.services.pathways import registered_nurse, teacher
from smf_desktop.services.people import alive, writable
from smf_desktop.services.session import Session, StoreKind, Touched, Work, new_item
from smf_desktop.services.tasks import done_item, task_item


@dataclass(frozen=True, slots=True)
class FirstVisit:
    """A first visit booked while a referral is accepted."""

    at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What accepting decides: who teaches, who is accountable, and how soon the first visit is due.

    `next_dose_at` is as typed. `exclusions` are hard gates known not to be met, as `skill:gate`:
    they are written on the new pathways, and teaching waits for them. `waits` says why the first visit is not booked.
    """

    nurse: str
    accountable_nurse: str
    priority: Priority = Priority.ROUTINE
    target_date: date | None = None
    skills: tuple[str, ...] = ()
    """The skills to teach; empty means all the referral asks for."""

    next_dose_at: str = ""
    giver: str = ""
    """Who gives the next dose or care until sign-off, as `dose_cover` has it; "" where nobody was named."""

    giver_name: str = ""
    exclusions: tuple[str, ...] = ()
    waits: str = ""
    first_visit: FirstVisit | None = None
    second_pathway: bool = False
    """Open a pathway also for a skill that is being taught already; otherwise the referral joins the one open."""

    @property
    def dose(self) -> FirstDose:
        """Who gives the next dose until sign-off."""
        return FirstDose(self.next_dose_at.strip() or NEXT_DOSE, self.giver, self.giver_name.strip())


@dataclass(frozen=True, slots=True)
class TriageForm:
    """What accepting shows beside the referral: pathways it would join, by skill, holidays, and who may teach."""

    referral: Referral
    open_pathways: Mapping[str, str]
    holidays: frozenset[date]
    colleagues: tuple[Colleague, ...]


def open_triage(session: Session, referral_id: str) -> TriageForm:
    """A referral to accept. Raises `UnknownReferral` or `AlreadyDecided`."""
    require(session.user, Action.LIST_REFERRALS)
    with session.read() as connection:
        referral = _undecided(connection, referral_id)
        return TriageForm(
            referral=referral,
            open_pathways=being_taught(connection, referral.patient),
            holidays=bank_holidays_around(referral.received_on),
            colleagues=_may_teach(session, connection),
        )


def may_teach(session: Session) -> tuple[Colleague, ...]:
    """Everyone a referral may be given to, this user first."""
    require(session.user, Action.TRIAGE_REFERRAL)
    with session.read() as connection:
        return _may_teach(session, connection)


def _may_teach(session: Session, connection: Connection) -> tuple[Colleague, ...]:
    """Everyone who teaches, this user first."""
    teaching = [one for one in users(connection) if may(one, Action.RECORD_VISIT).allowed]
    ordered = sorted(teaching, key=lambda one: one.id != session.user.id)
    return tuple(Colleague(one.id, one.name, one.is_registered_nurse, one.id == session.user.id) for one in ordered)


def being_taught(connection: Connection, patient: str) -> dict[str, str]:
    """The open pathway of each skill a person is taught, the oldest where there are two."""
    found: dict[str, str] = {}
    for episode in episodes_of(connection, patient):
        if episode.is_open:
            found.setdefault(episode.skill, episode.id)
    return found


def pathway_checklist(session: Session, skill: str) -> Checklist:
    """The version a new pathway is pinned to. Raises `NotApproved` in a live store while none is approved."""
    try:
        if session.kind is StoreKind.LIVE:
            return session.checklists.newest_approved(skill)
        return session.checklists.newest(skill)
    except UnknownChecklist:
        raise NotApproved(skill) from None


def accept(session: Session, referral_id: str, acceptance: Acceptance) -> tuple[tuple[str, ...], Touched]:
    """Accept a referral: a registered nurse's act. Answers the ids of its pathways, one per skill.

    A skill the person is taught already joins the pathway that is open, unless the acceptance asks for a second one.
    """
    require(session.user, Action.TRIAGE_REFERRAL)
    with session.work() as work:
        referral = _undecided(work.connection, referral_id)
        alive(work.connection, referral.patient)
        teacher(work.connection, acceptance.nurse)
        registered_nurse(work.connection, acceptance.accountable_nurse)
        skills = dict.fromkeys(acceptance.skills or referral.skills)
        taught = {} if acceptance.second_pathway else being_taught(work.connection, referral.patient)
        items = [_decision(session, work, referral, ReferralStatus.ACCEPTED, acceptance=acceptance)]
        episodes = []
        for skill in skills:
            if skill in taught:
                episodes.append(taught[skill])
                items += named_for_joined(session, work, taught[skill], acceptance.dose)
                continue
            made, of_episode = _open_episode(session, work, referral, skill, acceptance)
            episodes.append(made)
            items += of_episode
        if acceptance.first_visit:
            items.append(_first_visit(session, referral, episodes, acceptance.nurse, acceptance.first_visit))
        items += _chase_ended(session, work, referral)
        work.save(items, patient=referral.patient)
    return tuple(episodes), frozenset(work.touched)


def _open_episode(
    session: Session, work: Work, referral: Referral, skill: str, acceptance: Acceptance
) -> tuple[str, list[Item]]:
    checklist = pathway_checklist(session, skill)
    made = session.new_id()
    today = session.today().isoformat()
    items = [
        new_item(
            "episode",
            made,
            "opened",
            patient=referral.patient,
            referral=referral.id,
            skill=skill,
            checklist_version=checklist.version,
            checklist_approved=checklist.approved,
            expected_visits=checklist.expected_visits,
            opened_on=today,
        ),
        new_item("episode", made, "nurse", nurse=acceptance.nurse),
        new_item("episode", made, "accountable_nurse", nurse=acceptance.accountable_nurse),
        new_item("episode", made, "learner", who="patient", **{"from": today}),
    ]
    if referral.baseline_visits_per_month is not None:
        items.append(
            new_item(
                "episode",
                made,
                "baseline",
                visits_per_month=referral.baseline_visits_per_month,
                on=(referral.baseline_on or referral.received_on).isoformat(),
                kind=referral.baseline_kind or "core_diary",
            )
        )
    items += named_for_new(session, work, referral, made, checklist, acceptance.dose)
    hard = {gate.id for gate in checklist.gates if gate.is_hard}
    for of_skill, _, gate in (code.partition(":") for code in acceptance.exclusions):
        if of_skill == skill and gate in hard:
            said = {"state": GateState.NOT_MET.value, "by": session.user.id, "on": today}
            items.append(new_item("episode", made, "gate", gate=gate, **said, reason="Known at triage"))
    return made, items


def _first_visit(session: Session, referral: Referral, episodes: Sequence[str], nurse: str, visit: FirstVisit) -> Item:
    payload = {"patient": referral.patient, "episodes": list(episodes), "at": visit.at.isoformat()}
    return new_item("visit", session.new_id(), "planned", **payload, minutes=visit.minutes, nurse=nurse)


def reject(session: Session, referral_id: str, reason: str) -> Touched:
    """Send a referral back with the reason, and write the letter that tells whoever referred, in the same save."""
    return _decide(session, referral_id, ReferralStatus.REJECTED, reason)


def wait_for_information(
    session: Session, referral_id: str, reason: str, *, whom: str = "", chase_on: date | None = None
) -> Touched:
    """Hold a referral until something is known; the reason says what. With a day, a task asks to chase `whom`."""
    return _decide(session, referral_id, ReferralStatus.WAITING_INFORMATION, reason, whom=whom, chase_on=chase_on)


def _decide(
    session: Session,
    referral_id: str,
    status: ReferralStatus,
    reason: str,
    *,
    whom: str = "",
    chase_on: date | None = None,
) -> Touched:
    require(session.user, Action.TRIAGE_REFERRAL)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        referral = _undecided(work.connection, referral_id)
        said = f"{reason} (from {whom})" if whom else reason
        items = [_decision(session, work, referral, status, reason=said), *_chase_ended(session, work, referral)]
        if status is ReferralStatus.REJECTED:
            items += rejection_letter_items(session, work, referral.patient, referral.id, reason, referral.referrer)
        elif chase_on is not None:
            items.append(
                task_item(
                    session,
                    TaskKind.CORE_INFORMATION,
                    said,
                    patient=referral.patient,
                    due_on=chase_on,
                    about=referral.id,
                )
            )
        work.save(items, patient=referral.patient)
    return frozenset(work.touched)


def _chase_ended(session: Session, work: Work, referral: Referral) -> list[Item]:
    """What was to be chased for this referral is settled by deciding it, or asked anew."""
    return [done_item(session, work, task) for task in open_tasks_about(work.connection, referral.id)]


def _undecided(connection: Connection, referral_id: str) -> Referral:
    referral = known_referral(connection, referral_id)
    if referral.status in (ReferralStatus.ACCEPTED, ReferralStatus.REJECTED):
        raise AlreadyDecided
    writable(connection, referral.patient)
    return referral


def _decision(
    session: Session,
    work: Work,
    referral: Referral,
    status: ReferralStatus,
    *,
    reason: str = "",
    acceptance: Acceptance | None = None,
) -> Item:
    payload: dict[str, Any] = {
        "status": status.value,
        "decided_on": session.today().isoformat(),
        "decided_by": session.user.id,
    }
    if reason:
        payload["reason"] = reason
    if acceptance:
        payload["priority"] = acceptance.priority.value
        given = {
            "reason": acceptance.waits.strip(),
            "next_dose_at": acceptance.next_dose_at.strip(),
            "dose_given_by": dose_given_by(acceptance.giver, acceptance.giver_name),
            "exclusions": list(acceptance.exclusions),
        }
        payload |= {name: value for name, value in given.items() if value}
        if acceptance.target_date:
            payload["target_date"] = acceptance.target_date.isoformat()
    return work.change("referral", referral.id, "triage", payload)
