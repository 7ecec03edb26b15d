"""The person, and what everyone who opens the record must know, as rows."""

from collections.abc import Callable, Mapping

from sqlalchemy import Table

from smf_core.domain.merge import APART, MERGED
from smf_core.domain.text import home_key, name_key
from smf_core.operations.fold import Record, Value
from smf_core.records import tables as t
from smf_core.records.instants import columns, day
from smf_core.records.projections.values import (
    Projection,
    Row,
    Rows,
    flag,
    maybe,
    of,
    one,
    read,
    struck,
    text,
    whole,
)


def _patient(record: Record) -> Rows:
    name, born = record.value("name"), record.value("born")
    if not name:
        return {}
    language = record.value("language")
    number, address = record.value("nhs_number"), record.value("address")
    row = {
        "id": record.entity_id,
        "family_name": text(name, "family"),
        "given_name": text(name, "given"),
        "title": text(name, "title"),
        "sort_name": f"{text(name, 'family')} {text(name, 'given')}".casefold(),
        "name_key": name_key(text(name, "family"), text(name, "given")),
        "home_key": home_key(text(address, "address"), text(address, "postcode")),
        "date_of_birth": day(maybe(born, "date_of_birth")),
        "sex": text(record.value("sex"), "sex") or "not_known",
        "nhs_number": maybe(number, "nhs_number"),
        "nhs_number_status": text(number, "status") or "not_known",
        "address": text(address, "address"),
        "postcode": text(address, "postcode"),
        "phone": text(record.value("phone"), "phone"),
        "preferred_name": text(record.value("preferred_name"), "preferred_name"),
        "gp_practice_code": text(record.value("practice"), "gp_practice_code"),
        "gp": text(record.value("gp"), "gp"),
        "access_note": text(record.value("access_note"), "access_note"),
        "ethnic_category": text(record.value("ethnic_category"), "ethnic_category"),
        "language": text(language, "language"),
        "interpreter": flag(language, "interpreter"),
        "access_needs": text(record.value("access_needs"), "access_needs"),
        "opted_out": flag(record.value("opt_out"), "opted_out"),
        "same_as": None,
        "died_on": day(maybe(record.value("death"), "died_on")),
        "no_known_allergies_on": day(maybe(record.value("no_known_allergies"), "asked_on")),
        "team": maybe(record.value("team"), "team"),
        "conflicts": ",".join(sorted(record.unsettled)),
        "unknown": record.unknown,
    }
    rows: dict[Table, list[Row]] = {t.patient: [row]}
    if kept := _said(record, MERGED):
        rows[t.same_person] = [{"id": record.entity_id, "kept": kept}]
    if other := _said(record, APART):
        rows[t.two_people] = [{"id": record.entity_id, "other": other}]
    return rows


def _said(record: Record, state: str) -> str | None:
    """Whom this record was merged into, or was found not to be; two leads who disagree leave it open."""
    link = record.value("same_person")
    return maybe(link, "kept") if link and link.settled and link["state"] == state else None


def member(table: Table, **fields: str) -> Callable[[Record], Rows]:
    """Rows of an add-wins set; `fields` names each column and how it is read."""

    def rows(record: Record) -> Rows:
        value = record.value("member")
        if not value:
            return {}
        row = {
            "id": record.entity_id,
            "patient": text(value, "patient"),
            **read(value, fields),
            "active": not flag(value, "ended"),
            "settled": value.settled,
        }
        if table is t.medicine:
            row |= columns("first", value.first.care_time)
            row |= columns("changed", value.shown.care_time if value.amended else None)
        return {table: [row]}

    return rows


def _document(record: Record, held: Value) -> Row:
    return {
        "size": whole(held, "size") or 0,
        "by": held.first.author,
        **columns("written", held.first.care_time),
        "struck_reason": struck(record),
    }


PERSON: Mapping[str, Projection] = {
    "patient": of(_patient, t.patient.c.id, t.same_person.c.id, t.two_people.c.id),
    "allergy": of(member(t.allergy, substance="text", reaction="text", noted_on="text"), t.allergy.c.id),
    "alert": of(member(t.alert, text="text", detail="text", private="text"), t.alert.c.id),
    "contact": of(
        member(
            t.contact,
            name="text",
            relation="text",
            phone="text",
            informal_carer="flag",
            kind="text",
            may_talk="flag",
            may_leave_message="flag",
            emergency="flag",
            attorney="text",
            note="text",
        ),
        t.contact.c.id,
    ),
    "medicine": of(
        member(
            t.medicine,
            skill="text",
            name="text",
            strength="text",
            device="text",
            dose="text",
            times="text",
            targets="text",
            ends_on="day",
            prescriber="text",
            prescribed_on="day",
            source="text",
        ),
        t.medicine.c.id,
    ),
    "equipment": of(
        member(t.equipment, episode="code", item="text", standing="text", since="day", note="text"),
        t.equipment.c.id,
    ),
    "document": of(
        one(
            t.document,
            "held",
            _document,
            patient="text",
            referral="code",
            episode="code",
            kind="text",
            title="text",
            media="text",
            digest="text",
            taken_on="day",
        ),
        t.document.c.id,
    ),
}
