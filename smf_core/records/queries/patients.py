"""People: whole, as a line of a list, and looked for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, bindparam, exists, false, func, or_, select, true

from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.patient import (
    Alert,
    Allergy,
    Attorney,
    Contact,
    ContactKind,
    Medicine,
    Name,
    NhsNumberStatus,
    Patient,
    Private,
    PrivateMark,
    Sex,
)
from smf_core.domain.text import clean_identity
from smf_core.operations.registry import RECORDS
from smf_core.records import tables as t
from smf_core.records.log import held_operations
from smf_core.records.projections.values import json_text
from smf_core.records.queries.batches import among, code, codes, grouped, rows_in

_BETWEEN_DIGITS = re.compile(r"[\s-]+")
_BETWEEN_WORDS = re.compile(r"[\s,]+")

SEARCHED_AT_MOST = 200
"""Characters of a search that can still be a name."""

BIRTH_UNREADABLE = date.min
"""Stands for a date of birth this version cannot read: the person stays on every list, plainly wrong."""


@dataclass(frozen=True, slots=True)
class Known:
    """Someone in the store, as lists and duplicate checks name them."""

    id: str
    nhs_number: str | None
    name: Name
    date_of_birth: date
    nhs_number_status: NhsNumberStatus = NhsNumberStatus.NOT_KNOWN
    preferred_name: str = ""
    died_on: date | None = None


PERSON = (
    t.patient.c.id.label("person"),
    t.patient.c.family_name,
    t.patient.c.given_name,
    t.patient.c.title,
    t.patient.c.date_of_birth,
    t.patient.c.nhs_number,
    t.patient.c.nhs_number_status,
    t.patient.c.preferred_name,
    t.patient.c.died_on,
)
"""The columns `known` reads."""

IS_TAUGHT = t.patient.c.id.in_(select(t.episode.c.patient).where(t.episode.c.closed_on.is_(None)))
"""True for a row of `patient` with an open pathway."""

STANDS = t.patient.c.same_as.is_(None)
"""True for a row of `patient` that was not merged into another: lists of people show these alone."""

_STANDING = func.coalesce(t.patient.c.same_as, t.patient.c.id)
_WHO_STANDS = among(select(t.patient.c.id, _STANDING.label("standing")), t.patient.c.id)
_NAMED = among(select(*PERSON), t.patient.c.id)
_WHOLE = among(select(t.patient), t.patient.c.id)
_MEMBERS = {
    table: among(select(table).where(table.c.active.is_(True)).order_by(table.c.id), table.c.patient)
    for table in (t.allergy, t.alert, t.contact, t.medicine)
}
_MARKED = among(
    select(t.alert.c.id, t.alert.c.patient, t.alert.c.private, t.alert.c.settled)
    .where(t.alert.c.active.is_(True), t.alert.c.private != "")
    .order_by(t.alert.c.id),
    t.alert.c.patient,
)
_MAY_BE = select(t.patient.c.id, _STANDING.label(PERSON[0].name), *PERSON[1:]).order_by(t.patient.c.id)
_BY_NUMBER = among(_MAY_BE, t.patient.c.nhs_number)
_BY_BIRTH = among(_MAY_BE, t.patient.c.date_of_birth)


def known(row: Row[*tuple[Any, ...]]) -> Known:
    """The person of a row that holds the columns of `PERSON`."""
    return Known(
        id=row.person,
        nhs_number=row.nhs_number,
        name=Name(row.family_name, row.given_name, row.title),
        date_of_birth=row.date_of_birth or BIRTH_UNREADABLE,
        nhs_number_status=code(NhsNumberStatus, row.nhs_number_status, NhsNumberStatus.NOT_TRACED),
        preferred_name=row.preferred_name,
        died_on=row.died_on,
    )


def people_known(connection: Connection, ids: Iterable[str]) -> dict[str, Known]:
    """These people as lists name them, by the id asked for; someone merged is named as who stands for them."""
    whom = {row.id: row.standing for row in rows_in(connection, _WHO_STANDS, ids)}
    found = {row.person: known(row) for row in rows_in(connection, _NAMED, whom.values())}
    return {each: found[stands] for each, stands in whom.items() if stands in found}


def patient(connection: Connection, patient_id: str) -> Patient | None:
    """One person with what everyone who opens the record must know; None where the laptop does not hold them."""
    return next(iter(patients(connection, (patient_id,))), None)


def written_by_newer(connection: Connection, patient_id: str) -> bool | None:
    """Whether a newer version of the application wrote to a person's record; None where they are not held here."""
    found: bool | None = connection.scalar(select(t.patient.c.unknown).where(t.patient.c.id == patient_id))
    return found


def patients(connection: Connection, ids: Iterable[str]) -> tuple[Patient, ...]:
    """These people, in the order asked for; an id that is not here is passed over.

    For someone merged into another, the one who stands for them.
    """
    asked = tuple(dict.fromkeys(ids))
    rows = {row.id: row for row in rows_in(connection, _WHOLE, asked)}
    stands = {row.id: row.same_as or row.id for row in rows.values()}
    others = set(stands.values()) - rows.keys()
    rows |= {row.id: row for row in rows_in(connection, _WHOLE, sorted(others))}
    wanted = tuple(dict.fromkeys(stands[each] for each in asked if each in stands))
    members = {
        table: grouped(rows_in(connection, asked_of, rows), lambda row: str(row.patient))
        for table, asked_of in _MEMBERS.items()
    }
    return tuple(_patient(connection, rows[each], members) for each in wanted if each in rows)


def _patient(
    connection: Connection,
    row: Row[*tuple[Any, ...]],
    members: Mapping[Table, Mapping[str, Sequence[Row[*tuple[Any, ...]]]]],
) -> Patient:
    allergies, alerts, contacts, medicines = (
        members[table].get(row.id, ()) for table in (t.allergy, t.alert, t.contact, t.medicine)
    )
    return Patient(
        id=row.id,
        name=Name(row.family_name, row.given_name, row.title),
        date_of_birth=row.date_of_birth or BIRTH_UNREADABLE,
        sex=code(Sex, row.sex, Sex.NOT_KNOWN),
        nhs_number=row.nhs_number,
        nhs_number_status=code(NhsNumberStatus, row.nhs_number_status, NhsNumberStatus.NOT_TRACED),
        preferred_name=row.preferred_name,
        address=row.address,
        postcode=row.postcode,
        phone=row.phone,
        practice_code=row.gp_practice_code,
        gp=row.gp,
        access_note=row.access_note,
        ethnic_category=row.ethnic_category,
        language=row.language,
        interpreter=row.interpreter,
        access_needs=row.access_needs,
        opted_out=row.opted_out,
        died_on=row.died_on,
        no_known_allergies_on=row.no_known_allergies_on,
        allergies=tuple(
            Allergy(each.id, each.substance, each.reaction, each.noted_on, each.settled) for each in allergies
        ),
        alerts=tuple(Alert(each.id, each.text, each.detail, each.settled) for each in alerts if not each.private),
        private=tuple(PrivateMark(each.id, _private(each.private), each.settled) for each in alerts if each.private),
        contacts=tuple(_contact(each) for each in contacts),
        medicines=tuple(
            Medicine(
                id=each.id,
                skill=each.skill,
                name=each.name,
                strength=each.strength,
                device=each.device,
                dose=each.dose,
                times=each.times,
                targets=each.targets,
                ends_on=each.ends_on,
                prescriber=each.prescriber,
                prescribed_on=each.prescribed_on,
                source=each.source,
                settled=each.settled,
            )
            for each in medicines
        ),
        conflicts=frozenset(codes(row.conflicts)),
        unknown=_unknown(connection, row.id) if row.unknown else {},
    )


def _contact(row: Row[*tuple[Any, ...]]) -> Contact:
    return Contact(
        id=row.id,
        name=row.name,
        relation=row.relation,
        phone=row.phone,
        informal_carer=row.informal_carer,
        kind=code(ContactKind, row.kind, ContactKind.PERSON),
        may_talk=row.may_talk,
        may_leave_message=row.may_leave_message,
        emergency=row.emergency,
        attorney=code(Attorney, row.attorney, Attorney.NONE),
        note=row.note,
        settled=row.settled,
    )


def _private(said: str) -> Private:
    """A kind of private alert that is not known here stays private."""
    return code(Private, said, Private.SAFEGUARDING)


def private_alert(connection: Connection, alert_id: str) -> tuple[str, Alert] | None:
    """Whose private alert this is, and its words; None where there is none (any more)."""
    own = select(t.alert).where(t.alert.c.id == alert_id, t.alert.c.private != "", t.alert.c.active.is_(True))
    row = connection.execute(own).one_or_none()
    return (row.patient, Alert(row.id, row.text, row.detail, row.settled)) if row else None


def private_marks(
    connection: Connection, patients: Iterable[str], kind: Private | None = None
) -> Mapping[str, tuple[PrivateMark, ...]]:
    """The private alerts of some people (of one kind), by person and without their words."""
    marked = _MARKED if kind is None else _MARKED.where(t.alert.c.private == kind)
    by_person = grouped(rows_in(connection, marked, patients), lambda row: str(row.patient))
    return {
        person: tuple(PrivateMark(row.id, _private(row.private), row.settled) for row in rows)
        for person, rows in by_person.items()
    }


def _unknown(connection: Connection, patient_id: str) -> Mapping[str, str]:
    """What a newer version wrote of a person that this one has no place for: `kind.field` to its JSON."""
    units = RECORDS["patient"]
    found: dict[str, str] = {}
    for op in held_operations(connection, "patient", patient_id):
        fields = units[op.kind].fields if op.kind in units else frozenset()
        found |= {f"{op.kind}.{name}": json_text(value) for name, value in op.payload.items() if name not in fields}
        if op.kind not in units:
            found.setdefault(op.kind, "")
    return found


# --- looked for ----------------------------------------------------------------------------------


def known_people(connection: Connection, nhs_numbers: Iterable[str], births: Iterable[date] = ()) -> tuple[Known, ...]:
    """Everyone with one of these NHS numbers or born on one of these days: whom a new referral may repeat.

    Names are left to the caller, who knows which spellings are one name. What a merged record says of someone still
    leads to whoever stands for them.
    """
    found = {row.id: row for row in rows_in(connection, _BY_NUMBER, nhs_numbers)}
    found |= {row.id: row for row in rows_in(connection, _BY_BIRTH, births)}
    return tuple(known(found[each]) for each in sorted(found))


def people_born(connection: Connection, on: date) -> tuple[Known, ...]:
    """Everyone born on a day; what a merged record says leads to whoever stands for them."""
    return tuple(known(row) for row in connection.execute(_MAY_BE.where(t.patient.c.date_of_birth == on)))


def search(connection: Connection, text: str, limit: int = 50) -> tuple[Known, ...]:
    """People by words of their name, the start of their NHS number, or their whole date of birth, by name."""
    if not text.strip():
        return ()
    people = select(*PERSON).where(matching(text), STANDS).order_by(t.patient.c.sort_name, t.patient.c.id).limit(limit)
    return tuple(known(row) for row in connection.execute(people))


def matching(text: str) -> ColumnElement[bool]:
    """The condition on `patient` that typed text stands for; nothing typed is everyone.

    Text longer than any name is nobody's, and is not asked of the database at all.
    """
    if len(text) > SEARCHED_AT_MOST:
        return false()
    typed = clean_identity(text).text
    digits = _BETWEEN_DIGITS.sub("", typed)
    if digits.isascii() and digits.isdecimal():
        return t.patient.c.nhs_number.startswith(digits)
    try:
        return t.patient.c.date_of_birth == parse_csv_date(typed)
    except BadDate:
        words = [word for word in _BETWEEN_WORDS.split(typed.casefold()) if word]
    return and_(
        true(),
        *(
            or_(
                t.patient.c.sort_name.contains(word, autoescape=True),
                func.lower(t.patient.c.preferred_name).contains(word, autoescape=True),
            )
            for word in words
        ),
    )


def similar_names(connection: Connection, patient_id: str) -> tuple[Known, ...]:
    """Others being taught now whose name is easily taken for this person's, by name.

    The same family name and a given name that begins with the same letter, or the two names the other way round;
    case, accents and punctuation aside.
    """
    own = connection.scalar(_NAME_KEY, {"own": patient_id})
    if own is None:
        return ()
    family, _, given = own.partition(" ")
    begins = f"{family} {given[:1]}"
    said = {"begins": begins, "ends": begins + (_LAST if given else ""), "swapped": f"{given} {family}"}
    return tuple(known(row) for row in connection.execute(_SIMILAR, {"own": patient_id, **said}))


def same_address(connection: Connection, patient_id: str) -> tuple[Known, ...]:
    """Others being taught now who live at this person's address (first line and postcode alike), by name."""
    own = connection.scalar(_HOME_KEY, {"own": patient_id})
    if not own:
        return ()
    return tuple(known(row) for row in connection.execute(_AT_HOME, {"own": patient_id, "home": own}))


_LAST = "\U0010ffff"
_OWN = t.patient.c.id == bindparam("own")
_NAME_KEY, _HOME_KEY = select(t.patient.c.name_key).where(_OWN), select(t.patient.c.home_key).where(_OWN)
_KEY = t.patient.c.name_key
_OTHERS = (
    select(*PERSON)
    .where(
        t.patient.c.id != bindparam("own"),
        # Asked of each of the few who are alike: the list of everybody taught is long.
        exists().where(t.episode.c.patient == t.patient.c.id, t.episode.c.closed_on.is_(None)),
    )
    .order_by(t.patient.c.sort_name, t.patient.c.id)
)
_SIMILAR = _OTHERS.where(
    or_(and_(bindparam("begins") <= _KEY, bindparam("ends") >= _KEY), bindparam("swapped") == _KEY)
)
_AT_HOME = _OTHERS.where(t.patient.c.home_key == bindparam("home"))
