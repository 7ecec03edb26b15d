"""Who someone is, and what everyone who opens the record must know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from smf_core.domain.dates import parse_csv_date
from smf_core.domain.nhs_number import check_for_store
from smf_core.domain.patient import NhsNumberStatus, Patient, age
from smf_core.domain.teaching_trouble import (
    AllergiesOnRecord,
    BirthNotPossible,
    FamilyNameNeeded,
    ReadOnlyRecord,
    ReasonNeeded,
    SomeoneHasDied,
    UnknownPatient,
)
from smf_core.domain.text import clean_identity, clean_lines
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Record, edits
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.log import held_record
from smf_core.records.queries.disputes import CLINICAL
from smf_core.records.queries.merges import same_person, standing
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.patients import written_by_newer
from smf_desktop.services.auditing import REVEAL, note
from smf_desktop.services.known import known_patient
from smf_desktop.services.session import Session, StoreKind, Touched, new_item


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a referral says of someone not in the store yet; empty text is not known."""

    family_name: str
    given_name: str
    date_of_birth: date
    title: str = ""
    sex: str = "not_known"
    nhs_number: str | None = None
    address: str = ""
    postcode: str = ""
    phone: str = ""
    practice_code: str = ""


def person_items(patient: str, team: str, person: NewPerson) -> list[Item]:
    """The operations that write a new person down, one per unit of meaning."""
    units: dict[str, dict[str, Any]] = {
        "name": {"family": person.family_name, "given": person.given_name, "title": person.title},
        "born": {"date_of_birth": person.date_of_birth.isoformat()},
        "sex": {"sex": person.sex},
        "nhs_number": {"nhs_number": person.nhs_number, "status": "not_traced" if person.nhs_number else "not_known"},
        "address": {"address": person.address, "postcode": person.postcode},
        "phone": {"phone": person.phone},
        "practice": {"gp_practice_code": person.practice_code},
        "team": {"team": team},
    }
    items = (new_item("patient", patient, kind, **_cleaned(kind, fields)) for kind, fields in units.items())
    return [item for item in items if item.payload]


def writable(connection: Connection, patient: str) -> None:
    """Raise unless the record is here and this version of the application may write to it."""
    newer = written_by_newer(connection, patient)
    if newer is None:
        raise UnknownPatient
    if newer:
        raise ReadOnlyRecord


def alive(connection: Connection, patient: str) -> None:
    """Raise where the person has died: nothing new is begun or booked."""
    found = known_patient(connection, patient)
    if found.died_on is not None:
        raise SomeoneHasDied


@dataclass(frozen=True, slots=True)
class OpenPerson:
    """A person as a form shows them. `shown` keeps the operations each value came from, so that saving is made on top
    of what was seen, and what another laptop wrote meanwhile is found as a conflict and not written over."""

    patient: Patient
    shown: Record


def open_person(session: Session, patient: str) -> OpenPerson:
    """A person to change, each unit with what it came from. Raises `UnknownPatient`."""
    require(session.user, Action.EDIT_PERSON)
    with session.read() as connection:
        found = known_patient(connection, patient)
        return OpenPerson(found, held_record(connection, "patient", found.id))


def change_demographics(session: Session, person: OpenPerson, units: Mapping[str, Mapping[str, Any]]) -> Touched:
    """Save a form: the units that no longer say what it showed, each on top of that; the others are left alone.

    `units` holds the payload of each unit on the form. A new NHS number is not traced until someone says so.
    """
    require(session.user, Action.EDIT_PERSON)
    checked: dict[str, Mapping[str, Any]] = {kind: _cleaned(kind, fields) for kind, fields in units.items()}
    if "name" in checked and not checked["name"].get("family"):
        raise FamilyNameNeeded
    if "born" in checked:
        _check_birth(parse_csv_date(str(checked["born"].get("date_of_birth") or "")), session.today())
    if "nhs_number" in checked:
        checked["nhs_number"] = _number_unit(session, person, str(checked["nhs_number"].get("nhs_number") or ""))
    with session.work() as work:
        writable(work.connection, person.patient.id)
        if items := edits(person.shown, checked):
            work.save(items, patient=person.patient.id)
    return frozenset(work.touched)


def say_traced(session: Session, person: OpenPerson, *, traced: bool = True) -> Touched:
    """The NHS number was found to be theirs in the trust's own system, or was not after all."""
    require(session.user, Action.EDIT_PERSON)
    digits = check_for_store(person.patient.nhs_number or "", training=session.kind is StoreKind.TRAINING)
    status = NhsNumberStatus.TRACED if traced else NhsNumberStatus.NOT_TRACED
    with session.work() as work:
        writable(work.connection, person.patient.id)
        if items := edits(person.shown, {"nhs_number": {"nhs_number": digits, "status": status.value}}):
            work.save(items, patient=person.patient.id)
    return frozenset(work.touched)


_NOTES, _LINES = frozenset({"access_note", "access_needs"}), frozenset({"address"})
AGE_AT_MOST = 130


def _cleaned(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What identifies a person, without anything nobody can see; a note is kept as written."""
    if kind in _NOTES:
        return dict(fields)
    return {name: _clean(name, value) if isinstance(value, str) else value for name, value in fields.items()}


def _clean(name: str, text: str) -> str:
    return (clean_lines(text) if name in _LINES else clean_identity(text)).text


def _check_birth(born: date, today: date) -> None:
    if born > today or age(born, today) > AGE_AT_MOST:
        raise BirthNotPossible


def _number_unit(session: Session, person: OpenPerson, typed: str) -> Mapping[str, Any]:
    if not typed.strip():
        return {"nhs_number": "", "status": NhsNumberStatus.NOT_KNOWN.value}
    digits = check_for_store(typed, training=session.kind is StoreKind.TRAINING)
    same = digits == person.patient.nhs_number
    status = person.patient.nhs_number_status if same else NhsNumberStatus.NOT_TRACED
    return {"nhs_number": digits, "status": status.value}


def no_known_allergies(session: Session, patient: str) -> Touched:
    """Record that the person was asked today and has no known allergies."""
    require(session.user, Action.EDIT_PERSON)
    with session.work() as work:
        writable(work.connection, patient)
        found = patient_of(work.connection, patient)
        if found is not None and found.allergies:
            raise AllergiesOnRecord
        patient = standing(work.connection, patient)
        asked = work.change("patient", patient, "no_known_allergies", {"asked_on": session.today().isoformat()})
        work.save([asked], patient=patient)
    return frozenset(work.touched)


# --- allergies, alerts, contacts, medicines, equipment -------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """An allergy, alert, contact, medicine or piece of equipment; `fields` as the registry has them."""

    entity: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenMember:
    """A member as a form shows it. `shown` keeps what the values came from, as in `OpenPerson`."""

    id: str
    member: Member
    shown: Record

    @property
    def settled(self) -> bool:
        value = self.shown.value("member")
        return value is None or value.settled


def add_member(session: Session, patient: str, member: Member) -> tuple[str, Touched]:
    """Add an allergy, alert, contact, medicine or piece of equipment. Answers its id."""
    require(session.user, Action.EDIT_PERSON)
    with session.work() as work:
        writable(work.connection, patient)
        made = session.new_id()
        work.save([new_item(member.entity, made, "member", patient=patient, **member.fields)], patient=patient)
    return made, frozenset(work.touched)


def open_member(session: Session, patient: str, entity: str, member_id: str) -> OpenMember:
    """A member to change or end. Opening a private alert is noted first. Raises `UnknownPatient`."""
    require(session.user, Action.EDIT_PERSON)
    with session.read() as connection:
        found = _open_member(connection, patient, entity, member_id)
    if found.member.fields.get("private"):
        note(session, REVEAL, patient)
    return found


def change_member(
    session: Session, patient: str, opened: OpenMember, fields: Mapping[str, Any]
) -> tuple[OpenMember, Touched]:
    """Say it anew, on top of what was shown; the earlier wording stays readable.

    Answers it as it now stands, for the next change or to take this one back. What another laptop wrote meanwhile is
    not written over: both stand until they are settled.
    """
    return _rewrite(session, patient, opened, fields)


def end_member(session: Session, patient: str, opened: OpenMember, reason: str) -> tuple[OpenMember, Touched]:
    """End it, keeping what it said."""
    if not reason.strip():
        raise ReasonNeeded
    return _rewrite(session, patient, opened, {**opened.member.fields, "ended": True, "ended_reason": reason})


def _rewrite(
    session: Session, patient: str, opened: OpenMember, fields: Mapping[str, Any]
) -> tuple[OpenMember, Touched]:
    require(session.user, Action.EDIT_PERSON)
    entity = opened.member.entity
    if not opened.settled and entity in CLINICAL:
        require(session.user, Action.SETTLE_CLINICAL)
    payload = {name: value for name, value in {"patient": patient, **fields}.items() if value not in (None, "", False)}
    with session.work() as work:
        writable(work.connection, patient)
        _open_member(work.connection, patient, entity, opened.id)
        if items := edits(opened.shown, {"member": payload}):
            work.save(items, patient=patient)
        now = _open_member(work.connection, patient, entity, opened.id)
    return now, frozenset(work.touched)


_OF_THE_END = frozenset({"patient", "ended", "ended_reason"})


def _open_member(connection: Connection, patient: str, entity: str, member_id: str) -> OpenMember:
    shown = held_record(connection, entity, member_id)
    value = shown.value("member")
    if value is None or not same_person(connection, value["patient"], patient):
        raise UnknownPatient
    said = {name: each for name, each in value.shown.payload.items() if name not in _OF_THE_END}
    return OpenMember(member_id, Member(entity, said), shown)


def new_patient(session: Session, person: NewPerson) -> tuple[str, list[Item]]:
    """A new person's id and first operations; the caller saves them with what brought the person in."""
    if person.nhs_number:
        check_for_store(person.nhs_number, training=session.kind is StoreKind.TRAINING)
    _check_birth(person.date_of_birth, session.today())
    made = session.new_id()
    return made, person_items(made, session.team, person)
