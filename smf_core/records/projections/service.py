"""The service itself: its people, places and settings, as rows."""

from collections.abc import Mapping

from sqlalchemy import Table

from smf_core.operations.fold import Record
from smf_core.records import tables as t
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
    text,
)


def _service(record: Record) -> Rows:
    named = record.value("named")
    rows: dict[Table, list[Row]] = {
        t.service_setting: [
            {
                "service": record.entity_id,
                "setting": text(value, "setting"),
                "value": json_text(value["value"]),
                "by": text(value, "by"),
                "reason": text(value, "reason"),
            }
            for value in record.values("setting")
        ]
    }
    if named:
        rows[t.service] = [
            {"id": record.entity_id, "name": text(named, "name"), "store_kind": text(named, "store_kind")}
        ]
    return rows


def _user(record: Record) -> Rows:
    person, standing = record.value("person"), record.value("standing")
    if not person:
        return {}
    row = {
        "id": record.entity_id,
        "username": text(person, "username"),
        "name": text(person, "name"),
        "role": text(person, "role"),
        "capabilities": codes(person, "capabilities"),
        "active": standing is None or flag(standing, "active"),
    }
    return {t.user: [row]}


def _access(record: Record) -> Rows:
    done = record.value("done")
    if not done:
        return {}
    row = {
        "id": record.entity_id,
        "author": done.first.author,
        "action": text(done, "action"),
        "patient": maybe(done, "patient"),
        "detail": text(done, "detail"),
        **instant("done", done, "at"),
    }
    return {t.access: [row]}


SERVICE: Mapping[str, Projection] = {
    "practice": of(
        one(
            t.practice,
            "listed",
            code="text",
            name="text",
            address="text",
            postcode="text",
            phone="text",
            opened_on="day",
            closed_on="day",
            successor="text",
        ),
        t.practice.c.id,
    ),
    "area": of(one(t.area, "listed", code="text", decile="count", gone="flag"), t.area.c.id),
    "core_team": of(
        one(t.core_team, "listed", name="text", phone="text", address="text", locality="text", ended="flag"),
        t.core_team.c.id,
    ),
    "absence": of(
        one(
            t.absence,
            "away",
            nurse="text",
            reason="text",
            covered_by="code",
            cancelled="flag",
            until="needed_day",
            from_="needed_day",
        ),
        t.absence.c.id,
    ),
    "nurse_cover": of(
        one(
            t.nurse_cover,
            "arranged",
            patient="text",
            episode="text",
            nurse="text",
            reason="text",
            cancelled="flag",
            until="needed_day",
            from_="needed_day",
        ),
        t.nurse_cover.c.id,
    ),
    "saved_view": of(
        one(
            t.saved_view,
            "view",
            owner="text",
            page="text",
            name="text",
            content="json",
            place="whole",
            deleted="flag",
        ),
        t.saved_view.c.id,
    ),
    "service": of(_service, t.service.c.id, t.service_setting.c.service),
    "team": of(one(t.team, "named", name="text"), t.team.c.id),
    "user": of(_user, t.user.c.id),
    "approval": of(
        one(
            t.approval,
            "given",
            skill="text",
            version="text",
            approved_by="text",
            role="text",
            approved_on="needed_day",
            next_review_due="day",
        ),
        t.approval.c.id,
    ),
    "access": of(_access, t.access.c.id),
}
