"""What is stated or imported for figures, as rows."""

from collections.abc import Mapping

from smf_core.operations.fold import Record, Value
from smf_core.records import tables as t
from smf_core.records.projections.values import Projection, Row, Rows, instant, json_text, needed_day, of, one, text


def _settled(record: Record, value: Value) -> Row:
    return {"settled": value.settled}


def _closed(record: Record) -> Rows:
    closed, note = record.value("closed"), record.value("note")
    if not closed:
        return {}
    row = {
        "id": record.entity_id,
        "month": needed_day(closed, "month"),
        "team": text(closed, "team"),
        "content": text(closed, "content"),
        "definitions": text(closed, "definitions"),
        "positions": json_text(closed["positions"]),
        "digest": text(closed, "digest"),
        "reason": text(closed, "reason"),
        "by": text(closed, "by"),
        **instant("closed", closed, "at"),
        "note": text(note, "text"),
        "actions": json_text(note["actions"]) if note else "",
    }
    return {t.closed_month: [row]}


FIGURES: Mapping[str, Projection] = {
    "core_count": of(
        one(
            t.core_count,
            "counted",
            _settled,
            month="needed_day",
            team="text",
            kind="text",
            count="count",
            registered_population="whole",
            comparison="flag",
            source="text",
            by="text",
        ),
        t.core_count.c.id,
    ),
    "core_return": of(
        one(t.core_return, "received", patient="text", received_on="needed_day", team="text", reason="text"),
        t.core_return.c.id,
    ),
    "baseline": of(
        one(
            t.baseline,
            "stated",
            what="text",
            skill="text",
            visits_per_month="text",
            since="day",
            until="day",
            bedding_in="day",
            source="text",
            on="needed_day",
            by="text",
            note="text",
            withdrawn="flag",
        ),
        t.baseline.c.id,
    ),
    "rebase": of(
        one(
            t.rebase,
            "told",
            chart="text",
            month="needed_day",
            cause="text",
            note="text",
            on="needed_day",
            by="text",
            withdrawn="flag",
        ),
        t.rebase.c.id,
    ),
    "closed_month": of(_closed, t.closed_month.c.id),
    "self_check": of(
        one(t.self_check, "checked", on="needed_day", by="text", answers="json", actions="json", note="text"),
        t.self_check.c.id,
    ),
    "plan": of(
        one(
            t.plan,
            "stated",
            what="text",
            of="text",
            number="count",
            since="needed_day",
            until="day",
            source="text",
            by="text",
            withdrawn="flag",
        ),
        t.plan.c.id,
    ),
}
