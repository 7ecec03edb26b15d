"""Referrals in: from a file, or by somebody who rings and needs us again."""

from collections.abc import Sequence
from dataclasses import dataclass

from smf_core.domain.referral import Source
from smf_core.domain.teaching_trouble import ImportStopped
from smf_core.domain.text import matching_key
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.patients import Known, known_people
from smf_core.records.queries.referrals import last_discharged
from smf_desktop.ports import Progress
from smf_desktop.services.known import known_referral
from smf_desktop.services.people import NewPerson, alive, new_patient, writable
from smf_desktop.services.referral.file import KnownPerson, ReferralFile, against, read
from smf_desktop.services.referral.row import ReferralRow
from smf_desktop.services.session import Session, Touched, Work, new_item


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
        return against(found, already_here(connection, found))


def already_here(connection: Connection, found: ReferralFile) -> list[KnownPerson]:
    """Everyone who shares an NHS number or a birth date with a row of the file."""
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
            referrer=row.referrer,
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


def return_by_phone(session: Session, patient: str, skills: Sequence[str], reason: str) -> tuple[str, Touched]:
    """Someone rings and needs us again: a referral by themselves, linked to the pathway they come back from.

    A return is a new referral and, once accepted, a new pathway (`clinical.md` 3.2). Answers the referral's id.
    """
    require(session.user, Action.ADD_REFERRAL)
    with session.work() as work:
        referral, item = return_item(session, work, patient, skills, reason)
        work.save([item], patient=patient)
    return referral, frozenset(work.touched)


def return_item(session: Session, work: Work, patient: str, skills: Sequence[str], reason: str) -> tuple[str, Item]:
    """The operation of `return_by_phone`, for who writes the call down in the same save."""
    writable(work.connection, patient)
    alive(work.connection, patient)
    made = session.new_id()
    item = new_item(
        "referral",
        made,
        "received",
        patient=patient,
        team=session.team,
        received_on=session.today().isoformat(),
        source=Source.SELF.value,
        reason=reason,
        skills=list(dict.fromkeys(skills)),
        earlier_episode=last_discharged(work.connection, patient, skills),
    )
    return made, item


def link_return(session: Session, referral_id: str, episode: str | None) -> Touched:
    """Say from which discharged pathway somebody came back by a referral; None takes it back.

    Raises `NotAllowed`, `UnknownReferral`.
    """
    require(session.user, Action.ADD_REFERRAL)
    with session.work() as work:
        patient = known_referral(work.connection, referral_id).patient
        writable(work.connection, patient)
        received = work.record("referral", referral_id).value("received")
        said = {**(received.shown.payload if received else {}), "earlier_episode": episode}
        kept = {name: value for name, value in said.items() if value is not None}
        work.save([work.change("referral", referral_id, "received", kept)], patient=patient)
    return frozenset(work.touched)
