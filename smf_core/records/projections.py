"""One record as rows: what each kind of record looks like in the tables, from nothing but its own operations.

A record whose first operation has not arrived yet makes no rows: it is held until it does. Whatever JSON a payload
holds, rows can be made of it: a field of a form not known here counts as absent, and a date or time that a row must
have is then that of the save, so that one odd operation hides neither its record nor the next one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Column, Table

from smf_core.operations.fold import Record, Value
from smf_core.records import tables as t
from smf_core.records.instants import columns, day

Row = dict[str, Any]
Rows = Mapping[Table, list[Row]]


@dataclass(frozen=True, slots=True)
class Projection:
    """The tables that hold a kind of record, each with the column naming the record, and how its rows are made."""

    owners: tuple[tuple[Table, Column[Any]], ...]
    rows: Callable[[Record], Rows]


def json_text(value: Any) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _text(value: Value | None, name: str) -> str:
    found = value[name] if value else None
    return "" if found is None else str(found)


def _maybe(value: Value | None, name: str) -> str | None:
    found = value[name] if value else None
    return None if found in (None, "") else str(found)


def _flag(value: Value | None, name: str) -> bool:
    return bool(value and value[name])


def _whole(value: Value | None, name: str) -> int | None:
    found = value[name] if value else None
    return int(found) if isinstance(found, int) and abs(found) < 2**63 else None


def _codes(value: Value | None, name: str) -> str:
    found = value[name] if value else None
    return ",".join(str(code) for code in found) if isinstance(found, list) else _text(value, name)


def _day(value: Value, name: str) -> date:
    """A date that the row must have."""
    return day(_maybe(value, name)) or value.shown.care_moment.date()


def _instant(column: str, value: Value, name: str) -> Row:
    """An instant that the row must have."""
    return columns(column, value[name], value.shown.care_time)


def _patient(record: Record) -> Rows:
    name, born = record.value("name"), record.value("born")
    if not name:
        return {}
    language = record.value("language")
    number, address = record.value("nhs_number"), record.value("address")
    row = {
        "id": record.entity_id,
        "family_name": _text(name, "family"),
        "given_name": _text(name, "given"),
        "title": _text(name, "title"),
        "sort_name": f"{_text(name, 'family')} {_text(name, 'given')}".casefold(),
        "date_of_birth": day(_maybe(born, "date_of_birth")),
        "sex": _text(record.value("sex"), "sex") or "not_known",
        "nhs_number": _maybe(number, "nhs_number"),
        "nhs_number_status": _text(number, "status") or "not_known",
        "address": _text(address, "address"),
        "postcode": _text(address, "postcode"),
        "phone": _text(record.value("phone"), "phone"),
        "preferred_name": _text(record.value("preferred_name"), "preferred_name"),
        "gp_practice_code": _text(record.value("practice"), "gp_practice_code"),
        "gp": _text(record.value("gp"), "gp"),
        "access_note": _text(record.value("access_note"), "access_note"),
        "ethnic_category": _text(record.value("ethnic_category"), "ethnic_category"),
        "language": _text(language, "language"),
        "interpreter": _flag(language, "interpreter"),
        "died_on": day(_maybe(record.value("death"), "died_on")),
        "no_known_allergies_on": day(_maybe(record.value("no_known_allergies"), "asked_on")),
        "team": _maybe(record.value("team"), "team"),
        "conflicts": ",".join(sorted(record.unsettled)),
        "unknown": record.unknown,
    }
    return {t.patient: [row]}


def _member(table: Table, **fields: str) -> Callable[[Record], Rows]:
    """Rows of an add-wins set; `fields` names each column and how it is read."""
    readers: Mapping[str, Callable[[Value, str], Any]] = {
        "text": _text,
        "flag": _flag,
        "day": lambda value, name: day(_maybe(value, name)),
    }

    def rows(record: Record) -> Rows:
        value = record.value("member")
        if not value:
            return {}
        row = {
            "id": record.entity_id,
            "patient": _text(value, "patient"),
            **{name: readers[how](value, name) for name, how in fields.items()},
            "active": not _flag(value, "ended"),
            "settled": value.settled,
        }
        if table is t.medicine:
            row |= columns("first", value.first.care_time)
            row |= columns("changed", value.shown.care_time if value.amended else None)
        return {table: [row]}

    return rows


def _gates(record: Record) -> list[Row]:
    return [
        {
            "owner": record.entity_id,
            "gate": _text(value, "gate"),
            "state": _text(value, "state"),
            "by": _text(value, "by"),
            "on": _day(value, "on"),
            "evidence": _text(value, "evidence"),
            "reason": _text(value, "reason"),
            "valid_until": day(_maybe(value, "valid_until")),
            "settled": value.settled,
            **columns("written", value.shown.care_time),
        }
        for value in record.values("gate")
    ]


def _referral(record: Record) -> Rows:
    received, triage, duplicate = record.value("received"), record.value("triage"), record.value("duplicate")
    if not received:
        return {t.gate: _gates(record)}
    row = {
        "id": record.entity_id,
        "patient": _text(received, "patient"),
        "team": _text(received, "team"),
        "received_on": _day(received, "received_on"),
        "source": _text(received, "source"),
        "reason": _text(received, "reason"),
        "notes": _text(received, "notes"),
        "skills": _codes(received, "skills"),
        "baseline_visits_per_month": _maybe(received, "baseline_visits_per_month"),
        "status": _text(triage, "status") or "received",
        "priority": _maybe(triage, "priority"),
        "target_date": day(_maybe(triage, "target_date")),
        "decided_on": day(_maybe(triage, "decided_on")),
        "decided_by": _maybe(triage, "decided_by"),
        "decision_reason": _text(triage, "reason"),
        "duplicate_of": _maybe(duplicate, "of"),
        "duplicate_settled": _maybe(duplicate, "settled_as"),
        **columns("written", received.first.care_time),
    }
    return {t.referral: [row], t.gate: _gates(record)}


def _support(value: Value) -> str:
    parts = (_text(value, f"support_{part}") for part in ("type", "who", "what", "how_often", "review_on"))
    return "; ".join(part for part in parts if part)


def _episode(record: Record) -> Rows:
    rows: dict[Table, list[Row]] = {
        t.gate: _gates(record),
        t.learner: [
            {
                "episode": record.entity_id,
                "who": _text(value, "who"),
                "tasks": _codes(value, "tasks"),
                "from": day(_maybe(value, "from")),
                "until": day(_maybe(value, "until")),
            }
            for value in record.values("learner")
        ],
    }
    opened, baseline, closing = record.value("opened"), record.value("baseline"), record.value("discharge")
    if not opened:
        return rows
    closed = closing if closing and closing["outcome"] else None
    rows[t.episode] = [
        {
            "id": record.entity_id,
            "patient": _text(opened, "patient"),
            "referral": _text(opened, "referral"),
            "skill": _text(opened, "skill"),
            "checklist_version": _text(opened, "checklist_version"),
            "expected_visits": _whole(opened, "expected_visits") or 0,
            "opened_on": day(_maybe(opened, "opened_on")),
            "nurse": _maybe(record.value("nurse"), "nurse"),
            "accountable_nurse": _maybe(record.value("accountable_nurse"), "nurse"),
            "baseline_visits_per_month": _maybe(baseline, "visits_per_month"),
            "baseline_on": day(_maybe(baseline, "on")),
            "baseline_kind": _maybe(baseline, "kind"),
            "treatment_ends_on": day(_maybe(record.value("treatment_end"), "on")),
            "closed_on": _day(closed, "on") if closed else None,
            "outcome": _maybe(closed, "outcome"),
            "conflicts": ",".join(sorted(record.unsettled)),
        }
    ]
    if closed:
        rows[t.discharge] = [
            {
                "episode": record.entity_id,
                "on": _day(closed, "on"),
                "outcome": _text(closed, "outcome"),
                "support": _support(closed),
                "reasons": _text(closed, "main_reason") or _text(closed, "reason"),
                "detail": json_text(dict(closed.shown.payload)),
                "by": _text(closed, "by"),
            }
        ]
    return rows


def _hold(record: Record) -> Rows:
    held = record.value("held")
    if not held:
        return {}
    row = {
        "id": record.entity_id,
        "patient": _text(held, "patient"),
        "episode": _text(held, "episode"),
        "reason": _text(held, "reason"),
        "from": _day(held, "from"),
        "review_on": day(_maybe(held, "review_on")),
        "until": day(_maybe(held, "until")),
    }
    return {t.hold: [row]}


def _core_visits(record: Record) -> Rows:
    value = record.value("row")
    if not value:
        return {}
    row = {
        "id": record.entity_id,
        "patient": _text(value, "patient"),
        "episode": _text(value, "episode"),
        "from": _day(value, "from"),
        "visits_per_month": _text(value, "visits_per_month"),
        "source": _text(value, "source"),
    }
    return {t.core_visits: [row]}


def _visit(record: Record) -> Rows:
    planned, started, signed = record.value("planned"), record.value("started"), record.value("signed")
    missed, coming = record.value("not_gone_ahead"), record.value("next")
    main = signed or missed or started or planned
    if not main:
        return {}
    status = "signed" if signed else "not_gone_ahead" if missed else "started" if started else "planned"
    begun = (signed and signed["started_at"]) or (started and started["at"]) or (missed and missed["at"])
    row = {
        "id": record.entity_id,
        "patient": _text(main, "patient"),
        "status": status,
        **columns("planned", planned["at"] if planned else None),
        "planned_minutes": _whole(planned, "minutes"),
        "planned_nurse": _maybe(planned, "nurse"),
        "planned_episodes": _codes(planned or started, "episodes"),
        "planned_focus": _text(planned, "focus"),
        "cancelled": _flag(planned, "cancelled"),
        **columns("started", begun or None),
        "minutes": _whole(signed, "minutes"),
        "contact": _maybe(signed, "contact"),
        "purpose": _maybe(signed, "purpose"),
        "stopped_reason": _text(signed, "stopped_reason"),
        "methods": _codes(signed, "methods"),
        "also_present": _text(signed, "also_present"),
        "signed_by": signed.first.author if signed else None,
        "signed_role": _maybe(signed, "role"),
        "signed_registered": bool(signed.first.payload.get("registered")) if signed else None,
        **columns("signed", signed.first.payload.get("signed_at") if signed else None),
        "amended": bool(signed and signed.amended),
        "amend_reason": _text(signed, "amend_reason"),
        "not_gone_ahead_reason": _maybe(missed, "reason"),
        "not_gone_ahead_note": _text(missed, "note"),
        "next_kind": _maybe(coming, "kind"),
        "next_on": day(_maybe(coming, "on")),
        "next_at": _text(coming, "at"),
        "next_minutes": _text(coming, "minutes"),
        "next_reason": _text(coming, "reason"),
        "next_focus": _text(coming, "focus"),
        "struck_reason": _struck(record),
    }
    return {t.visit: [row]}


def _struck(record: Record) -> str:
    return _text(record.value("struck"), "reason")


def _section(record: Record) -> Rows:
    taught = record.value("taught")
    if not taught:
        return {}
    return {
        t.visit_section: [
            {
                "id": record.entity_id,
                "patient": _text(taught, "patient"),
                "visit": _text(taught, "visit"),
                "episode": _text(taught, "episode"),
                "learner": _text(taught, "learner"),
                "confidence": _whole(taught, "confidence"),
                "strategies": _codes(taught, "strategies"),
                "notes": _text(taught, "notes"),
            }
        ],
        t.step_rating: [
            {
                "section": record.entity_id,
                "step": _text(value, "step"),
                "level": _text(value, "level"),
                "note": _text(value, "note"),
                "reason": _text(value, "reason"),
                "amended": value.amended,
                "settled": value.settled,
            }
            for value in record.values("rating")
            if _text(value, "level")
        ],
        t.teach_back: [
            {
                "section": record.entity_id,
                "question": _text(value, "question"),
                "answer": _text(value, "answer"),
                "words": _text(value, "words"),
                "amended": value.amended,
            }
            for value in record.values("answer")
            if _text(value, "answer")
        ],
    }


def _observation(record: Record) -> Rows:
    reading = record.value("reading")
    if not reading:
        return {}
    row = {
        "id": record.entity_id,
        "patient": _text(reading, "patient"),
        "visit": _text(reading, "visit"),
        "section": _maybe(reading, "section"),
        "observation": _text(reading, "observation"),
        **_instant("read", reading, "at"),
        "value": _text(reading, "value"),
        "unit": _text(reading, "unit"),
        "note": _text(reading, "note"),
        "soft": _flag(reading, "soft"),
        "amended": reading.amended,
        "struck_reason": _struck(record),
    }
    return {t.observation: [row]}


def _red_flag(record: Record) -> Rows:
    seen, closing = record.value("seen"), record.value("closing")
    if not seen:
        return {}
    # Two people who disagree whether a flag is closed leave it open: the safe reading of a clash.
    closed = closing if closing and closing["state"] == "closed" and closing.settled else None
    row = {
        "id": record.entity_id,
        "patient": _text(seen, "patient"),
        "visit": _maybe(seen, "visit"),
        "episode": _maybe(seen, "episode"),
        "sign": _text(seen, "sign"),
        "urgency": _text(seen, "urgency"),
        **_instant("seen", seen, "at"),
        "action": _text(seen, "action"),
        "told": _text(seen, "told"),
        "advised": _text(seen, "advised"),
        "next_check": _text(seen, "next_check"),
        "state": "closed" if closed else "open",
        "closed_by": _maybe(closed, "by"),
        **columns("closed", closed["at"] if closed else None),
        "closing_action": _text(closed, "action"),
        "struck_reason": _struck(record),
    }
    return {t.red_flag: [row]}


def _service(record: Record) -> Rows:
    named = record.value("named")
    rows: dict[Table, list[Row]] = {
        t.service_setting: [
            {
                "service": record.entity_id,
                "setting": _text(value, "setting"),
                "value": json_text(value["value"]),
                "by": _text(value, "by"),
                "reason": _text(value, "reason"),
            }
            for value in record.values("setting")
        ]
    }
    if named:
        rows[t.service] = [
            {"id": record.entity_id, "name": _text(named, "name"), "store_kind": _text(named, "store_kind")}
        ]
    return rows


def _team(record: Record) -> Rows:
    named = record.value("named")
    return {t.team: [{"id": record.entity_id, "name": _text(named, "name")}]} if named else {}


def _user(record: Record) -> Rows:
    person, standing = record.value("person"), record.value("standing")
    if not person:
        return {}
    row = {
        "id": record.entity_id,
        "username": _text(person, "username"),
        "name": _text(person, "name"),
        "role": _text(person, "role"),
        "capabilities": _codes(person, "capabilities"),
        "active": standing is None or _flag(standing, "active"),
    }
    return {t.user: [row]}


def _approval(record: Record) -> Rows:
    given = record.value("given")
    if not given:
        return {}
    row = {
        "id": record.entity_id,
        "skill": _text(given, "skill"),
        "version": _text(given, "version"),
        "approved_by": _text(given, "approved_by"),
        "role": _text(given, "role"),
        "approved_on": _day(given, "approved_on"),
        "next_review_due": day(_maybe(given, "next_review_due")),
    }
    return {t.approval: [row]}


def _access(record: Record) -> Rows:
    done = record.value("done")
    if not done:
        return {}
    row = {
        "id": record.entity_id,
        "author": done.first.author,
        "action": _text(done, "action"),
        "patient": _maybe(done, "patient"),
        "detail": _text(done, "detail"),
        **_instant("done", done, "at"),
    }
    return {t.access: [row]}


def _of(rows: Callable[[Record], Rows], *owners: Column[Any]) -> Projection:
    return Projection(tuple((owner.table, owner) for owner in owners if isinstance(owner.table, Table)), rows)


PROJECTIONS: Mapping[str, Projection] = {
    "patient": _of(_patient, t.patient.c.id),
    "allergy": _of(_member(t.allergy, substance="text", reaction="text", noted_on="text"), t.allergy.c.id),
    "alert": _of(_member(t.alert, text="text", detail="text"), t.alert.c.id),
    "contact": _of(
        _member(t.contact, name="text", relation="text", phone="text", informal_carer="flag"), t.contact.c.id
    ),
    "medicine": _of(
        _member(
            t.medicine,
            skill="text",
            name="text",
            strength="text",
            device="text",
            dose="text",
            times="text",
            targets="text",
            ends_on="day",
        ),
        t.medicine.c.id,
    ),
    "referral": _of(_referral, t.referral.c.id, t.gate.c.owner),
    "episode": _of(_episode, t.episode.c.id, t.discharge.c.episode, t.gate.c.owner, t.learner.c.episode),
    "hold": _of(_hold, t.hold.c.id),
    "core_visits": _of(_core_visits, t.core_visits.c.id),
    "visit": _of(_visit, t.visit.c.id),
    "section": _of(_section, t.visit_section.c.id, t.step_rating.c.section, t.teach_back.c.section),
    "observation": _of(_observation, t.observation.c.id),
    "red_flag": _of(_red_flag, t.red_flag.c.id),
    "service": _of(_service, t.service.c.id, t.service_setting.c.service),
    "team": _of(_team, t.team.c.id),
    "user": _of(_user, t.user.c.id),
    "approval": _of(_approval, t.approval.c.id),
    "access": _of(_access, t.access.c.id),
}
