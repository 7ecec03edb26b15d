"""Visits and what was seen at them, as rows."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from smf_core.operations.fold import Record, Value
from smf_core.records import tables as t
from smf_core.records.instants import columns, day
from smf_core.records.projections.values import (
    Projection,
    Row,
    Rows,
    codes,
    flag,
    instant,
    json_text,
    maybe,
    of,
    one,
    struck,
    text,
    whole,
)
from smf_core.records.signatures import STRUCK_AS_TWICE, Lineage, also_signed, knew, lineages, spoken_of, words


def _visit(record: Record) -> Rows:
    planned, started, signed = record.value("planned"), record.value("started"), record.value("signed")
    missed, coming = record.value("not_gone_ahead"), record.value("next")
    asked, cosigned = record.value("cosign"), record.value("cosigned")
    main = signed or missed or started or planned
    if not main:
        return {}
    several: Sequence[Lineage] = ()
    if signed and (signed.amended or missed):
        several = lineages(record.entity_id, (*signed.ops, *(missed.ops if missed else ())))
    if signed and len(several) > 1:
        signed = replace(signed, shown=several[0].latest, first=several[0].first)
        asked, cosigned = (_of_the_first(each, several) for each in (asked, cosigned))
    if started and not started["at"]:
        started = None  # taken back: it was begun for the wrong person, and stands as it was planned
    strike = _strike(record.value("struck"), several, signed)
    status = "signed" if signed else "not_gone_ahead" if missed else "started" if started else "planned"
    begun = (signed and signed["started_at"]) or (started and started["at"]) or (missed and missed["at"])
    row = _UNSAID | {
        "id": record.entity_id,
        "patient": text(main, "patient"),
        "status": status,
        "planned_episodes": codes(planned or started, "episodes"),
        "struck_reason": text(strike, "reason"),
        "moved_to": maybe(strike, "moved_to"),
        "signed_also": also_signed(several[1:]) or None,
    }
    if begun:
        row |= columns("started", begun)
    if planned:
        row |= _planned(planned)
    if signed:
        row |= _signed(signed)
    if missed:
        row |= _missed(missed)
    if coming:
        row |= _next(coming)
    if asked or cosigned:
        row |= _cosigned(asked, cosigned)
    return {t.visit: [row]}


_OF_A_PLAN: Mapping[str, tuple[str, Callable[[Value | None, str], object]]] = {
    "minutes": ("planned_minutes", whole),
    "nurse": ("planned_nurse", maybe),
    "focus": ("planned_focus", text),
    "cancelled": ("cancelled", flag),
    "cancel_reason": ("cancel_reason", text),
    "dose": ("dose", text),
    "window_from": ("window_from", text),
    "window_until": ("window_until", text),
    "series": ("series", maybe),
}
"""By field of a plan its column and how it is read."""


def _planned(planned: Value) -> Row:
    """What a plan says: most of its columns stay as `_UNSAID` has them, and reading each costs as much as the rest."""
    said = (_OF_A_PLAN[name] + (name,) for name in planned.shown.payload if name in _OF_A_PLAN)
    return columns("planned", planned["at"]) | {column: read(planned, name) for column, read, name in said}


def _signed(signed: Value | None) -> Row:
    return {
        "minutes": whole(signed, "minutes"),
        "contact": maybe(signed, "contact"),
        "purpose": maybe(signed, "purpose"),
        "stopped_reason": text(signed, "stopped_reason"),
        "methods": codes(signed, "methods"),
        "also_present": text(signed, "also_present"),
        "signed_by": (signed.first.payload.get("by") or signed.first.author) if signed else None,
        "signed_role": maybe(signed, "role"),
        "signed_registered": bool(signed.first.payload.get("registered")) if signed else None,
        **columns("signed", signed.first.payload.get("signed_at") if signed else None),
        "amended": bool(signed and signed.amended),
        "amend_reason": text(signed, "amend_reason"),
        "late_reason": text(signed, "late_reason"),
        "copied_from": maybe(signed, "copied_from"),
        "draft_of": maybe(signed, "draft_of"),
    }


def _missed(missed: Value | None) -> Row:
    return {
        "not_gone_ahead_reason": maybe(missed, "reason"),
        "not_gone_ahead_note": text(missed, "note"),
        "tries": json_text(missed["tries"]) if missed and missed["tries"] else "",
        "told": text(missed, "told"),
        "no_reply_outcome": text(missed, "outcome"),
    }


def _next(coming: Value | None) -> Row:
    return {
        "next_kind": maybe(coming, "kind"),
        "next_on": day(maybe(coming, "on")),
        "next_at": text(coming, "at"),
        "next_minutes": text(coming, "minutes"),
        "next_reason": text(coming, "reason"),
        "next_focus": text(coming, "focus"),
    }


def _cosigned(asked: Value | None, cosigned: Value | None) -> Row:
    return {
        "cosign_of": None if flag(asked, "withdrawn") else maybe(asked, "asked_of"),
        "cosigned_by": maybe(cosigned, "by"),
        **columns("cosigned", cosigned["at"] if cosigned else None),
        "cosign_note": text(cosigned, "note"),
    }


_UNSAID: Row = {
    **columns("planned", None),
    **{column: read(None, "") for column, read in _OF_A_PLAN.values()},
    **columns("started", None),
    **_signed(None),
    **_missed(None),
    **_next(None),
    **_cosigned(None, None),
}
"""What a visit is of which nothing was said: most are planned and no more, and cost what their plan does."""


def _of_the_first(value: Value | None, several: Sequence[Lineage]) -> Value | None:
    """What was said of the first signature, not of another alone: who co-signs puts their name to what they read."""
    own, *others = (frozenset(each.saves) for each in several)
    elsewhere = frozenset[str]().union(*others)
    heads = [op for op in value.heads if spoken_of(op) & own or not spoken_of(op) & elsewhere] if value else []
    return replace(value, shown=heads[0]) if value and heads else None


def _strike(struck: Value | None, several: Sequence[Lineage], signed: Value | None) -> Value | None:
    """What strikes a visit. Each strike is of the signature that was known to who wrote it; and one that says that the
    visit stands in another record waits to be said again where this one was amended apart."""
    own = frozenset(several[0].saves) if several else frozenset()
    of_this = [op for op in struck.heads if not own or not knew(op) or knew(op) & own] if struck else []
    if not struck or not of_this:
        return None
    shown = of_this[0]
    if signed and shown.payload.get("reason") == STRUCK_AS_TWICE and (known := knew(shown)):
        ops = [op for op in signed.ops if not own or op.ref[0] in own]
        heard = {words(op) for op in ops if op.ref[0] in known or op.ref[0] == shown.ref[0]}
        if any(op in ops and words(op) not in heard for op in signed.heads):
            return None
    return replace(struck, shown=shown)


def _section(record: Record) -> Rows:
    taught = record.value("taught")
    if not taught:
        return {}
    return {
        t.visit_section: [
            {
                "id": record.entity_id,
                "patient": text(taught, "patient"),
                "visit": text(taught, "visit"),
                "episode": text(taught, "episode"),
                "learner": text(taught, "learner"),
                "confidence": whole(taught, "confidence"),
                "strategies": codes(taught, "strategies"),
                "notes": text(taught, "notes"),
                "checklist_version": maybe(taught, "checklist_version"),
            }
        ],
        t.step_rating: [
            {
                "section": record.entity_id,
                "step": text(value, "step"),
                "level": text(value, "level"),
                "note": text(value, "note"),
                "reason": text(value, "reason"),
                "amended": value.amended,
                "settled": value.settled,
            }
            for value in record.values("rating")
            if text(value, "level")
        ],
        t.teach_back: [
            {
                "section": record.entity_id,
                "question": text(value, "question"),
                "answer": text(value, "answer"),
                "words": text(value, "words"),
                "amended": value.amended,
            }
            for value in record.values("answer")
            if text(value, "answer")
        ],
    }


def _observation(record: Record) -> Rows:
    reading = record.value("reading")
    if not reading:
        return {}
    row = {
        "id": record.entity_id,
        "patient": text(reading, "patient"),
        "visit": text(reading, "visit"),
        "section": maybe(reading, "section"),
        "observation": text(reading, "observation"),
        **instant("read", reading, "at"),
        "value": text(reading, "value"),
        "unit": text(reading, "unit"),
        "note": text(reading, "note"),
        "soft": flag(reading, "soft"),
        "amended": reading.amended,
        "struck_reason": struck(record),
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
        "patient": text(seen, "patient"),
        "visit": maybe(seen, "visit"),
        "call": maybe(seen, "call"),
        "episode": maybe(seen, "episode"),
        "sign": text(seen, "sign"),
        "urgency": text(seen, "urgency"),
        **instant("seen", seen, "at"),
        "action": text(seen, "action"),
        "told": text(seen, "told"),
        "advised": text(seen, "advised"),
        "next_check": text(seen, "next_check"),
        "state": "closed" if closed else "open",
        "closed_by": maybe(closed, "by"),
        **columns("closed", closed["at"] if closed else None),
        "closing_action": text(closed, "action"),
        "struck_reason": struck(record),
    }
    return {t.red_flag: [row]}


def _told_apart(record: Record, told: Value) -> dict[str, object]:
    return {"settled": told.settled}


VISITS: Mapping[str, Projection] = {
    "visit": of(_visit, t.visit.c.id),
    "visit_pair": of(
        one(t.visit_pair, "told", _told_apart, patient="text", one="text", other="text", state="text"),
        t.visit_pair.c.id,
    ),
    "section": of(_section, t.visit_section.c.id, t.step_rating.c.section, t.teach_back.c.section),
    "observation": of(_observation, t.observation.c.id),
    "red_flag": of(_red_flag, t.red_flag.c.id),
}
