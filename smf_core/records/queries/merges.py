"""One person with two records: which were merged, and what two records hold beside each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Connection, func, literal_column, select, union_all

from smf_core.domain.patient import Patient
from smf_core.records import tables as t
from smf_core.records.placing import OF_A_PERSON
from smf_core.records.queries.batches import among, codes, rows_in
from smf_core.records.queries.patients import PERSON, Known, known, patient

_MERGED = among(select(t.patient.c.id, t.patient.c.same_as).where(t.patient.c.same_as.is_not(None)), t.patient.c.id)
_UNDER = among(select(t.patient.c.id), t.patient.c.same_as)


@dataclass(frozen=True, slots=True)
class Held:
    """A person with how much is held of them: entries by kind of record, skills ever referred for, last signed visit.

    Of a record that is merged, what is held stands under the person kept, and is counted there.
    """

    patient: Patient
    counts: Mapping[str, int]
    skills: tuple[str, ...]
    last_visit: date | None


@dataclass(frozen=True, slots=True)
class Merged:
    """A record that was merged, and into whom it was."""

    person: Known
    kept: Known


def standing(connection: Connection, patient_id: str) -> str:
    """The person who stands for this id: itself, unless it was merged into another."""
    found: str | None = connection.scalar(select(t.patient.c.same_as).where(t.patient.c.id == patient_id))
    return found or patient_id


def same_person(connection: Connection, one: str, other: str) -> bool:
    """Whether two ids are of one person: also where a page names the record that was merged since it was opened."""
    return one == other or standing(connection, one) == standing(connection, other)


def merges(connection: Connection) -> tuple[Merged, ...]:
    """Every record that was merged into another, by name."""
    kept = t.patient.alias("kept_person")
    pairs = select(*PERSON, t.patient.c.same_as).where(t.patient.c.same_as.is_not(None))
    rows = connection.execute(pairs.order_by(t.patient.c.sort_name, t.patient.c.id)).all()
    named = select(*(kept.c[column.key if column.key != "person" else "id"].label(column.key) for column in PERSON))
    people = {
        row.person: known(row) for row in rows_in(connection, among(named, kept.c.id), (row.same_as for row in rows))
    }
    return tuple(Merged(known(row), people[row.same_as]) for row in rows if row.same_as in people)


def held(connection: Connection, patient_id: str) -> Held | None:
    """A person and how much is held of them."""
    person = patient(connection, patient_id)
    if person is None:
        return None
    seen = [t.visit.c.patient == person.id, t.visit.c.status == "signed", t.visit.c.struck_reason == ""]
    begun = t.visit.c.started_at
    last = connection.scalar(select(func.max(begun)).where(*seen, begun.is_not(None)))
    skills = connection.scalars(select(t.referral.c.skills).where(t.referral.c.patient == person.id))
    return Held(
        patient=person,
        counts=entries(connection, person.id),
        skills=tuple(sorted({code for text in skills for code in codes(text)})),
        last_visit=date.fromisoformat(last[:10]) if last else None,
    )


def entries(connection: Connection, patient_id: str) -> Mapping[str, int]:
    """How many entries of each kind of record stand under a person; kinds without any are left out."""
    counted: CompoundSelect[*tuple[Any, ...]] = union_all(
        *(
            select(literal_column(f"'{entity}'").label("entity"), func.count().label("number")).where(
                table.c.patient == patient_id
            )
            for entity, table, _ in OF_A_PERSON
        )
    )
    return {row.entity: row.number for row in connection.execute(counted) if row.number}


def whoever_stands(connection: Connection, ids: Iterable[str]) -> Mapping[str, str]:
    """For those of these ids that were merged into another, who stands for them."""
    return {row.id: row.same_as for row in rows_in(connection, _MERGED, ids)}


def all_records(connection: Connection, people: Iterable[str]) -> frozenset[str]:
    """Of these people the records that stand for them, and every one that was merged into those."""
    asked_for = frozenset(people)
    stands = whoever_stands(connection, asked_for)
    kept = {stands.get(each, each) for each in asked_for}
    return frozenset(kept).union(row.id for row in rows_in(connection, _UNDER, kept))
