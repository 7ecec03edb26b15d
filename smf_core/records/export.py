"""Every record as plain data, so that a service may take its data elsewhere and recompute every figure.

One file per type, one JSON object per line, in the shape other programs rely on: names of fields never change
meaning. What was entered in error is in it too, with the reason as `struck`, and counts nowhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from math import isfinite
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select

from smf_core.domain.pathway import Hold
from smf_core.records import tables as t
from smf_core.records.instants import optional_moment
from smf_core.records.log import CHUNK
from smf_core.records.queries.batches import codes

Fields = dict[str, Any]
"""One line: JSON values only."""


VISIT_WORDS = (
    "planned_minutes",
    "planned_nurse",
    "planned_episodes",
    "planned_focus",
    "cancel_reason",
    "dose",
    "window_from",
    "window_until",
    "series",
    "stopped_reason",
    "methods",
    "also_present",
    "amend_reason",
    "late_reason",
    "copied_from",
    "draft_of",
    "moved_to",
    "not_gone_ahead_note",
    "tries",
    "told",
    "no_reply_outcome",
    "next_kind",
    "next_on",
    "next_at",
    "next_minutes",
    "next_reason",
    "next_focus",
    "cosign_of",
    "cosigned_by",
    "cosigned_at",
    "cosign_note",
)
"""What else was written on a visit, as it is in its row."""

WHOLE = (
    t.allergy,
    t.contact,
    t.medicine,
    t.equipment,
    t.document,
    t.dose_cover,
    t.task,
    t.note_copy,
    t.letter,
    t.absence,
    t.nurse_cover,
    t.same_person,
    t.practice,
    t.core_team,
    t.area,
    t.team,
    t.user,
    t.approval,
    t.core_return,
    t.baseline,
    t.rebase,
    t.closed_month,
    t.self_check,
    t.plan,
)
"""Types that nobody outside relies on by field: every column goes as it is."""


def export(connection: Connection, *, today: date) -> Iterator[tuple[str, Iterator[Fields]]]:
    """(type, its lines) for every type, in the order of the published list; read each before asking for the next.

    Lines come a chunk at a time. `today` ends the count of a hold that is still running.
    """
    held = _holds(connection)
    yield "patient", _lines(connection, _ordered(t.patient.c.id), _patient)
    yield "referral", _lines(connection, _ordered(t.referral.c.id), _referral)
    yield "episode", _lines(connection, _ordered(t.episode.c.id), lambda row: _episode(row, held, today))
    yield "visit", _lines(connection, _ordered(t.visit.c.id), _visit)
    yield "call", _lines(connection, _ordered(t.call.c.id), _call)
    yield "visit_section", _lines(connection, _ordered(t.visit_section.c.id), _visit_section)
    yield "step_rating", _lines(connection, _ordered(t.step_rating.c.section, t.step_rating.c.step), _step_rating)
    yield "observation", _lines(connection, _ordered(t.observation.c.id), _observation)
    yield "teach_back", _lines(connection, _ordered(t.teach_back.c.section, t.teach_back.c.question), _teach_back)
    yield "gate", _lines(connection, _gates(), _gate)
    yield "learner", _lines(connection, _ordered(t.learner.c.episode, t.learner.c.who), _learner)
    yield "hold", _lines(connection, _ordered(t.hold.c.id), _hold)
    yield "red_flag", _lines(connection, _ordered(t.red_flag.c.id), _red_flag)
    told = _core_told(connection)
    yield "discharge", _lines(connection, _ordered(t.discharge.c.episode), lambda row: _discharge(row, told))
    yield "core_visits", _lines(connection, _ordered(t.core_visits.c.id), _core_visits)
    yield "core_count", _lines(connection, _ordered(t.core_count.c.month, t.core_count.c.id), _core_count)
    for table in WHOLE:
        yield table.name, _lines(connection, select(table).order_by(*table.primary_key.columns), _whole)
    yield "alert", _lines(connection, _ordered(t.alert.c.id), _alert)


def days_on_hold(holds: Iterable[Hold], end: date) -> int:
    """Days on hold up to a day: the day a hold begins counts, the day it ends does not; overlaps count once."""
    days, reached = 0, date.min
    for hold in sorted(holds, key=lambda hold: hold.from_):
        start, stop = max(hold.from_, reached), min(hold.until or end, end)
        if stop > start:
            days += (stop - start).days
            reached = stop
    return days


def _lines(
    connection: Connection, statement: Select[*tuple[Any, ...]], fields: Callable[[Row[*tuple[Any, ...]]], Fields]
) -> Iterator[Fields]:
    for row in connection.execute(statement.execution_options(yield_per=CHUNK)):
        yield fields(row)


def _ordered(*by: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """All rows of the columns' table, in their order: the same store exports the same bytes."""
    return select(by[0].table).order_by(*by)


def _holds(connection: Connection) -> Mapping[str, list[Hold]]:
    found: dict[str, list[Hold]] = {}
    for row in connection.execute(select(t.hold)):
        hold = Hold(row.id, row.reason, getattr(row, "from"), row.review_on, row.until)
        found.setdefault(row.episode, []).append(hold)
    return found


def _gates() -> Select[*tuple[Any, ...]]:
    own = t.episode.c.id.label("episode")
    return select(t.gate, own).outerjoin(t.episode, own == t.gate.c.owner).order_by(t.gate.c.owner, t.gate.c.gate)


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _instant(row: Row[*tuple[Any, ...]], name: str) -> str | None:
    at = optional_moment(getattr(row, f"{name}_at"), getattr(row, f"{name}_offset"))
    return at.isoformat() if at else None


def _number(text: str | None) -> int | float | str | None:
    """A decimal text as a number; text that is none stays as it is."""
    try:
        value = float(text or "")
    except ValueError:
        return text or None
    if not isfinite(value):
        return text
    return int(value) if value.is_integer() else value


def _patient(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "id": row.id,
        "nhs_number": row.nhs_number,
        "family_name": row.family_name,
        "given_name": row.given_name,
        "title": row.title,
        "date_of_birth": _day(row.date_of_birth),
        "sex": row.sex,
        "postcode": row.postcode,
        "gp_practice_code": row.gp_practice_code,
        "died_on": _day(row.died_on),
        "address": row.address,
        "phone": row.phone,
        "preferred_name": row.preferred_name,
        "gp": row.gp,
        "access_note": row.access_note,
        "access_needs": row.access_needs,
        "ethnic_category": row.ethnic_category,
        "language": row.language,
        "interpreter": row.interpreter,
        "opted_out": row.opted_out,
        "no_known_allergies_on": _day(row.no_known_allergies_on),
        "same_as": row.same_as,
    }


def _referral(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "id": row.id,
        "patient": row.patient,
        "received_on": _day(row.received_on),
        "source": row.source,
        "status": row.status,
        "priority": row.priority,
        "decided_on": _day(row.decided_on),
        "decided_by": row.decided_by,
        "team": row.team,
        "skills": list(codes(row.skills)),
        "referrer": row.referrer,
        "reason": row.reason,
        "notes": row.notes,
        "decision_reason": row.decision_reason,
        "target_date": _day(row.target_date),
        "next_dose_at": row.next_dose_at,
        "dose_given_by": row.dose_given_by,
        "exclusions": list(codes(row.exclusions)),
        "earlier_episode": row.earlier_episode,
    }


def _episode(row: Row[*tuple[Any, ...]], holds: Mapping[str, list[Hold]], today: date) -> Fields:
    return {
        "id": row.id,
        "referral": row.referral,
        "patient": row.patient,
        "skill": row.skill,
        "checklist_version": row.checklist_version,
        "nurse": row.nurse,
        "accountable_nurse": row.accountable_nurse,
        "opened_on": _day(row.opened_on),
        "closed_on": _day(row.closed_on),
        "outcome": row.outcome,
        "baseline_visits_per_month": _number(row.baseline_visits_per_month),
        "baseline_on": _day(row.baseline_on),
        "baseline_kind": row.baseline_kind,
        "treatment_ends_on": _day(row.treatment_ends_on),
        "on_hold_days": days_on_hold(holds.get(row.id, ()), row.closed_on or today),
        "expected_visits": row.expected_visits,
        "consent": row.consent,
        "consent_on": _day(row.consent_on),
        "capacity": row.capacity,
        "capacity_on": _day(row.capacity_on),
        "consent_detail": row.consent_detail,
    }


def _whole(row: Row[*tuple[Any, ...]]) -> Fields:
    """A row with every column: an instant in one field with its offset, a date as ISO text."""
    found: Fields = {}
    for name, value in row._mapping.items():
        if name.endswith("_offset"):
            continue
        if name.endswith("_at") and f"{name[:-3]}_offset" in row._mapping:
            found[name] = _instant(row, name[:-3])
        else:
            found[name] = _day(value) if isinstance(value, date) else value
    return found


def _alert(row: Row[*tuple[Any, ...]]) -> Fields:
    """The words of a private alert are sealed and stay here; that there is one goes."""
    sealed = {"text": None, "detail": None} if row.private else {}
    return _whole(row) | sealed


def _call(row: Row[*tuple[Any, ...]]) -> Fields:
    return {"id": row.id, "patient": row.patient, "at": _instant(row, "made")} | _without(row, "made_at")


def _without(row: Row[*tuple[Any, ...]], *names: str) -> Fields:
    return {name: value for name, value in _whole(row).items() if name not in names}


def _visit(row: Row[*tuple[Any, ...]]) -> Fields:
    """A visit begun and not signed is still only planned to those outside."""
    return {
        "id": row.id,
        "patient": row.patient,
        "started_at": _instant(row, "started"),
        "minutes": row.minutes,
        "contact": row.contact,
        "purpose": row.purpose,
        "status": "planned" if row.status == "started" else row.status,
        "not_gone_ahead_reason": row.not_gone_ahead_reason,
        "signed_by": row.signed_by,
        "signed_at": _instant(row, "signed"),
        "planned_at": _instant(row, "planned"),
        "cancelled": row.cancelled,
        "struck": row.struck_reason or None,
        **{name: value for name, value in _whole(row).items() if name in VISIT_WORDS},
    }


def _visit_section(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "id": row.id,
        "visit": row.visit,
        "episode": row.episode,
        "learner": row.learner,
        "confidence": row.confidence,
        "strategies": list(codes(row.strategies)),
        "notes": row.notes,
        "checklist_version": row.checklist_version,
    }


def _step_rating(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "visit_section": row.section,
        "step": row.step,
        "level": row.level,
        "note": row.note,
        "reason": row.reason,
    }


def _observation(row: Row[*tuple[Any, ...]]) -> Fields:
    """A vital sign belongs to the visit as a whole: it has no section, so the visit stands beside it."""
    return {
        "visit_section": row.section,
        "observation": row.observation,
        "at": _instant(row, "read"),
        "value": row.value,
        "unit": row.unit,
        "id": row.id,
        "visit": row.visit,
        "note": row.note,
        "struck": row.struck_reason or None,
    }


def _teach_back(row: Row[*tuple[Any, ...]]) -> Fields:
    return {"visit_section": row.section, "question": row.question, "answer": row.answer, "words": row.words}


def _gate(row: Row[*tuple[Any, ...]]) -> Fields:
    """A universal gate belongs to the referral, any other to the episode; the other of the two is null."""
    return {
        "episode": row.episode,
        "referral": None if row.episode else row.owner,
        "gate": row.gate,
        "state": row.state,
        "reason": row.reason,
        "evidence": row.evidence,
        "by": row.by,
        "on": _day(row.on),
        "valid_until": _day(row.valid_until),
    }


def _learner(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "episode": row.episode,
        "who": row.who,
        "tasks": list(codes(row.tasks)),
        "from": _day(getattr(row, "from")),
        "until": _day(row.until),
    }


def _hold(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "episode": row.episode,
        "from": _day(getattr(row, "from")),
        "until": _day(row.until),
        "reason": row.reason,
    }


def _red_flag(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "id": row.id,
        "visit": row.visit,
        "episode": row.episode,
        "sign": row.sign,
        "urgency": row.urgency,
        "at": _instant(row, "seen"),
        "action": row.action,
        "told": row.told,
        "state": row.state,
        "closed_by": row.closed_by,
        "closed_at": _instant(row, "closed"),
        "patient": row.patient,
        "call": row.call,
        "advised": row.advised,
        "next_check": row.next_check,
        "closing_action": row.closing_action,
        "struck": row.struck_reason or None,
    }


def _core_told(connection: Connection) -> Mapping[str, Row[*tuple[Any, ...]]]:
    """The last letter to the core team about each pathway that left the house or was answered."""
    letter = t.letter
    told = (
        select(letter)
        .where(letter.c.kind == "core_team", letter.c.state != "withdrawn", letter.c.episode.is_not(None))
        .where(or_(letter.c.state == "sent", letter.c.confirmed_on.is_not(None)))
        .order_by(letter.c.written_at, letter.c.id)
    )
    return {row.episode: row for row in connection.execute(told)}


def _discharge(row: Row[*tuple[Any, ...]], told: Mapping[str, Row[*tuple[Any, ...]]]) -> Fields:
    """With who told the core team and when: who sent the letter to it, else who took down its answer."""
    letter = told.get(row.episode)
    sent = letter is not None and letter.state == "sent"
    by = letter and (letter.sent_by if sent else letter.confirmed_by)
    on = letter and (_instant(letter, "sent") if sent else _day(letter.confirmed_on))
    return {
        "episode": row.episode,
        "on": _day(row.on),
        "outcome": row.outcome,
        "support": row.support,
        "reasons": row.reasons,
        "by": row.by,
        "detail": row.detail,
        "core_told_by": by,
        "core_told_on": on[:10] if on else None,
    }


def _core_count(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "month": row.month.strftime("%Y-%m"),
        "team": row.team,
        "kind": row.kind,
        "count": row._mapping["count"],  # a row has a method of this name
        "registered_population": row.registered_population,
        "comparison": row.comparison,
    }


def _core_visits(row: Row[*tuple[Any, ...]]) -> Fields:
    return {
        "id": row.id,
        "episode": row.episode,
        "from": _day(getattr(row, "from")),
        "visits_per_month": _number(row.visits_per_month),
        "source": row.source,
    }
