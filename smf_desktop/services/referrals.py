"""Referrals in: from a file, then accepted, rejected or held at triage by a registered nurse."""

from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist import Checklist
from smf_core.domain.referral import Priority, Referral, ReferralStatus
from smf_core.domain.teaching_trouble import (
    AlreadyDecided,
    ImportStopped,
    NotApproved,
    ReasonNeeded,
    UnknownChecklist,
    UnknownReferral,
)
from smf_core.domain.text import matching_key
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.patients import Known, known_people
from smf_core.records.queries.referrals import referral as referral_of
from smf_desktop.ports import Progress
from smf_desktop.services.pathways import registered_nurse, teacher
from smf_desktop.services.people import NewPerson, alive, new_patient, writable
from smf_desktop.services.referral_file import KnownPerson, ReferralFile, ReferralRow, against, read
from smf_desktop.services.session import Session, StoreKind, Touched, Work, new_item


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a referral file. `imported` counts rows really taken in."""

    file: ReferralFile
    imported: int
    touched: Touched = frozenset()


def skill_labels(session: Session) -> dict[str, str]:
    """Each skill's code by its screen label, for the file's skill column."""
    library = session.checklists
    return {library.newest(skill).label: skill for skill in library.skills}


def examine(session: Session, data: bytes) -> ReferralFile:
    """Read a referral file and hold it against the people already here. Changes nothing."""
    require(session.user, Action.IMPORT_REFERRALS)
    found = read(data, today=session.today(), store_kind=session.kind.value, skills=skill_labels(session))
    with session.read() as connection:
        return against(found, _already_here(connection, found))


def _already_here(connection: Connection, found: ReferralFile) -> list[KnownPerson]:
    numbers = [row.nhs_number for row in found.rows if row.nhs_number]
    births = [row.date_of_birth for row in found.rows]
    return [_known(person) for person in known_people(connection, numbers, births)]


def _known(person: Known) -> KnownPerson:
    return KnownPerson(person.id, person.nhs_number, person.name, person.date_of_birth)


def take_in(
    session: Session,
    found: ReferralFile,
    *,
    accept_valid: bool,
    team: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Take the valid rows of a file in as received referrals, one change set each.

    Without `accept_valid` one refused row means none is taken in.
    """
    require(session.user, Action.IMPORT_REFERRALS)
    if found.refused and not accept_valid:
        return Imported(found, 0)
    patients: dict[str, tuple[str, ReferralRow]] = {}
    touched: set[str] = set()
    for done, row in enumerate(found.rows):
        if progress and not progress(done, len(found.rows)):
            raise ImportStopped(done)
        with session.work() as work:
            patient = _take_in_row(session, work, row, team or session.team, patients)
        patients[f"line:{row.line}"] = (patient, row)
        touched |= work.touched
    return Imported(found, len(found.rows), frozenset(touched))


def _take_in_row(
    session: Session, work: Work, row: ReferralRow, team: str, patients: dict[str, tuple[str, ReferralRow]]
) -> str:
    known = _whom_it_repeats(work.connection, row, patients)
    items: list[Item] = []
    if known and _same_person(row, known):
        patient = known.id
        writable(work.connection, patient)
    else:
        patient, items = new_patient(session, _person(row))
    referral = session.new_id()
    items.append(
        new_item(
            "referral",
            referral,
            "received",
            patient=patient,
            team=team,
            received_on=row.received_on.isoformat(),
            source=row.source.value,
            reason=row.reason,
            notes=row.notes,
            skills=list(row.skills),
            baseline_visits_per_month=row.baseline_visits_per_month,
        )
    )
    if known:
        items.append(new_item("referral", referral, "duplicate", of=known.id))
    work.save(items, patient=patient)
    return patient


def _whom_it_repeats(
    connection: Connection, row: ReferralRow, patients: dict[str, tuple[str, ReferralRow]]
) -> KnownPerson | None:
    if row.of is None:
        return None
    if row.of in patients:
        patient, earlier = patients[row.of]
        return KnownPerson(patient, earlier.nhs_number, earlier.name, earlier.date_of_birth)
    wanted = row.of.removeprefix("patient:")
    numbers = [row.nhs_number] if row.nhs_number else []
    people = known_people(connection, numbers, [row.date_of_birth])
    return next((_known(person) for person in people if person.id == wanted), None)


def _same_person(row: ReferralRow, known: KnownPerson) -> bool:
    """The same number, birth date and name: then the referral joins the person, still marked for review."""
    names = (row.name.family, row.name.given), (known.name.family, known.name.given)
    return (
        row.nhs_number == known.nhs_number
        and row.date_of_birth == known.date_of_birth
        and [matching_key(part) for part in names[0]] == [matching_key(part) for part in names[1]]
    )


def _person(row: ReferralRow) -> NewPerson:
    return NewPerson(
        family_name=row.name.family,
        given_name=row.name.given,
        title=row.name.title,
        date_of_birth=row.date_of_birth,
        sex=row.sex.value,
        nhs_number=row.nhs_number,
        address=row.address,
        postcode=row.postcode,
        phone=row.phone,
        practice_code=row.practice_code,
    )


# --- triage --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What accepting decides: who teaches, who is accountable, and how soon the first visit is due."""

    nurse: str
    accountable_nurse: str
    priority: Priority = Priority.ROUTINE
    target_date: date | None = None
    skills: tuple[str, ...] = ()
    """The skills to teach; empty means all the referral asks for."""


def pathway_checklist(session: Session, skill: str) -> Checklist:
    """The version a new pathway is pinned to. Raises `NotApproved` in a live store while none is approved."""
    try:
        if session.kind is StoreKind.LIVE:
            return session.checklists.newest_approved(skill)
        return session.checklists.newest(skill)
    except UnknownChecklist:
        raise NotApproved(skill) from None


def accept(session: Session, referral_id: str, acceptance: Acceptance) -> tuple[tuple[str, ...], Touched]:
    """Accept a referral: a registered nurse's act. Answers the ids of its episodes, one per skill."""
    require(session.user, Action.TRIAGE_REFERRAL)
    with session.work() as work:
        referral = _undecided(work.connection, referral_id)
        alive(work.connection, referral.patient)
        teacher(work.connection, acceptance.nurse)
        registered_nurse(work.connection, acceptance.accountable_nurse)
        skills = dict.fromkeys(acceptance.skills or referral.skills)
        items = [_decision(session, work, referral, ReferralStatus.ACCEPTED, acceptance=acceptance)]
        episodes = []
        for skill in skills:
            made, of_episode = _open_episode(session, referral, skill, acceptance)
            episodes.append(made)
            items += of_episode
        work.save(items, patient=referral.patient)
    return tuple(episodes), frozenset(work.touched)


def _open_episode(session: Session, referral: Referral, skill: str, acceptance: Acceptance) -> tuple[str, list[Item]]:
    checklist = pathway_checklist(session, skill)
    made = session.new_id()
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
            opened_on=session.today().isoformat(),
        ),
        new_item("episode", made, "nurse", nurse=acceptance.nurse),
        new_item("episode", made, "accountable_nurse", nurse=acceptance.accountable_nurse),
        new_item("episode", made, "learner", who="patient", **{"from": session.today().isoformat()}),
    ]
    if referral.baseline_visits_per_month is not None:
        items.append(
            new_item(
                "episode",
                made,
                "baseline",
                visits_per_month=referral.baseline_visits_per_month,
                on=referral.received_on.isoformat(),
                kind="core_diary",
            )
        )
    return made, items


def reject(session: Session, referral_id: str, reason: str) -> Touched:
    """Reject a referral, with the reason the referrer is told."""
    return _decide(session, referral_id, ReferralStatus.REJECTED, reason)


def wait_for_information(session: Session, referral_id: str, reason: str) -> Touched:
    """Hold a referral until something is known; the reason says what a call must settle."""
    return _decide(session, referral_id, ReferralStatus.WAITING_INFORMATION, reason)


def _decide(session: Session, referral_id: str, status: ReferralStatus, reason: str) -> Touched:
    require(session.user, Action.TRIAGE_REFERRAL)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        referral = _undecided(work.connection, referral_id)
        work.save([_decision(session, work, referral, status, reason=reason)], patient=referral.patient)
    return frozenset(work.touched)


def _undecided(connection: Connection, referral_id: str) -> Referral:
    referral = referral_of(connection, referral_id)
    if referral is None:
        raise UnknownReferral
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
    payload = {"status": status.value, "decided_on": session.today().isoformat(), "decided_by": session.user.id}
    if reason:
        payload["reason"] = reason
    if acceptance:
        payload["priority"] = acceptance.priority.value
        if acceptance.target_date:
            payload["target_date"] = acceptance.target_date.isoformat()
    return work.change("referral", referral.id, "triage", payload)
