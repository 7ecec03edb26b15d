"""People: whole, as a line of a list, and looked for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, false, func, or_, select, true

from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.patient import Alert, Allergy, Contact, Medicine, Name, NhsNumberStatus, Patient, Sex
from smf_core.domain.text import clean_identity, matching_key
from smf_core.operations.registry import RECORDS
from smf_core.records import tables as t
from smf_core.records.projections.values import json_text
from smf_core.records.queries.batches import codes, grouped, rows_in
from smf_core.records.writing import held_operations

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


def known(row: Row[*tuple[Any, ...]]) -> Known:
    """The person of a row that holds the columns of `PERSON`."""
    return Known(
        id=row.person,
        nhs_number=row.nhs_number,
        name=Name(row.family_name, row.given_name, row.title),
        date_of_birth=row.date_of_birth or BIRTH_UNREADABLE,
        nhs_number_status=NhsNumberStatus(row.nhs_number_status),
        preferred_name=row.preferred_name,
        died_on=row.died_on,
    )


def patient(connection: Connection, patient_id: str) -> Patient | None:
    """One person with what everyone who opens the record must know; None where the laptop does not hold them."""
    return next(iter(patients(connection, (patient_id,))), None)


def written_by_newer(connection: Connection, patient_id: str) -> bool | None:
    """Whether a newer version of the application wrote to a person's record; None where they are not held here."""
    found: bool | None = connection.scalar(select(t.patient.c.unknown).where(t.patient.c.id == patient_id))
    return found


def patients(connection: Connection, ids: Iterable[str]) -> tuple[Patient, ...]:
    """These people, in the order asked for; an id that is not here is passed over."""
    wanted = tuple(dict.fromkeys(ids))
    rows = {row.id: row for row in rows_in(connection, select(t.patient), t.patient.c.id, wanted)}
    members = {table: _members(connection, table, rows) for table in (t.allergy, t.alert, t.contact, t.medicine)}
    return tuple(_patient(connection, rows[each], members) for each in wanted if each in rows)


def _members(connection: Connection, table: Table, ids: Iterable[str]) -> Mapping[str, Sequence[Row[*tuple[Any, ...]]]]:
    standing = select(table).where(table.c.active.is_(True)).order_by(table.c.id)
    return grouped(rows_in(connection, standing, table.c.patient, ids), lambda row: str(row.patient))


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
        sex=Sex(row.sex),
        nhs_number=row.nhs_number,
        nhs_number_status=NhsNumberStatus(row.nhs_number_status),
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
        died_on=row.died_on,
        no_known_allergies_on=row.no_known_allergies_on,
        allergies=tuple(
            Allergy(each.id, each.substance, each.reaction, each.noted_on, each.settled) for each in allergies
        ),
        alerts=tuple(Alert(each.id, each.text, each.detail, each.settled) for each in alerts),
        contacts=tuple(
            Contact(each.id, each.name, each.relation, each.phone, each.informal_carer) for each in contacts
        ),
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
            )
            for each in medicines
        ),
        conflicts=frozenset(codes(row.conflicts)),
        unknown=_unknown(connection, row.id) if row.unknown else {},
    )


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

    Names are left to the caller, who knows which spellings are one name.
    """
    people = select(*PERSON).order_by(t.patient.c.id)
    found = {row.person: row for row in rows_in(connection, people, t.patient.c.nhs_number, nhs_numbers)}
    found |= {row.person: row for row in rows_in(connection, people, t.patient.c.date_of_birth, births)}
    return tuple(known(found[each]) for each in sorted(found))


def search(connection: Connection, text: str, limit: int = 50) -> tuple[Known, ...]:
    """People by words of their name, the start of their NHS number, or their whole date of birth, by name."""
    if not text.strip():
        return ()
    people = select(*PERSON).where(matching(text)).order_by(t.patient.c.sort_name, t.patient.c.id).limit(limit)
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
    own = connection.execute(select(*PERSON).where(t.patient.c.id == patient_id)).one_or_none()
    if own is None:
        return ()
    family, given = _name_keys(own)
    others = select(*PERSON).where(IS_TAUGHT, t.patient.c.id != patient_id)
    rows = connection.execute(others.order_by(t.patient.c.sort_name, t.patient.c.id))
    return tuple(
        known(row)
        for row in rows
        for their_family, their_given in (_name_keys(row),)
        if (their_family == family and their_given[:1] == given[:1]) or (their_family, their_given) == (given, family)
    )


def _name_keys(row: Row[*tuple[Any, ...]]) -> tuple[str, str]:
    return matching_key(row.family_name), matching_key(row.given_name)
