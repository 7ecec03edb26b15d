"""Referrals, pathways and what surrounds them, as rows."""

from collections.abc import Mapping

from sqlalchemy import Table

from smf_core.domain.referral import ReferralStatus
from smf_core.operations.fold import Record, Value
from smf_core.records import tables as t
from smf_core.records.instants import columns, day
from smf_core.records.projections.values import (
    Projection,
    Row,
    Rows,
    codes,
    json_text,
    maybe,
    needed_day,
    of,
    one,
    state,
    text,
    whole,
)


def _gates(record: Record) -> list[Row]:
    return [
        {
            "owner": record.entity_id,
            "gate": text(value, "gate"),
            "state": text(value, "state"),
            "by": text(value, "by"),
            "on": needed_day(value, "on"),
            "evidence": text(value, "evidence"),
            "reason": text(value, "reason"),
            "valid_until": day(maybe(value, "valid_until")),
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
        "patient": text(received, "patient"),
        "team": text(received, "team"),
        "received_on": needed_day(received, "received_on"),
        "source": text(received, "source"),
        "referrer": text(received, "referrer"),
        "reason": text(received, "reason"),
        "notes": text(received, "notes"),
        "skills": codes(received, "skills"),
        "baseline_visits_per_month": maybe(received, "baseline_visits_per_month"),
        "baseline_on": day(maybe(received, "baseline_on")),
        "baseline_kind": maybe(received, "baseline_kind"),
        "status": state(triage, "status", ReferralStatus.RECEIVED),
        "priority": maybe(triage, "priority"),
        "target_date": day(maybe(triage, "target_date")),
        "decided_on": day(maybe(triage, "decided_on")),
        "decided_by": maybe(triage, "decided_by"),
        "decision_reason": text(triage, "reason"),
        "next_dose_at": text(triage, "next_dose_at"),
        "dose_given_by": text(triage, "dose_given_by"),
        "exclusions": codes(triage, "exclusions"),
        "earlier_episode": maybe(received, "earlier_episode"),
        "duplicate_of": maybe(duplicate, "of"),
        "duplicate_settled": maybe(duplicate, "settled_as"),
        **columns("written", received.first.care_time),
    }
    return {t.referral: [row], t.gate: _gates(record)}


def _support(value: Value) -> str:
    parts = (text(value, f"support_{part}") for part in ("type", "who", "what", "how_often", "review_on"))
    return "; ".join(part for part in parts if part)


def _episode(record: Record) -> Rows:
    rows: dict[Table, list[Row]] = {
        t.gate: _gates(record),
        t.learner: [
            {
                "episode": record.entity_id,
                "who": text(value, "who"),
                "tasks": codes(value, "tasks"),
                "from": day(maybe(value, "from")),
                "until": day(maybe(value, "until")),
            }
            for value in record.values("learner")
        ],
    }
    opened, baseline, closing = record.value("opened"), record.value("baseline"), record.value("discharge")
    if not opened:
        return rows
    # Another version of the checklist, once somebody chose it, is what is taught from then on.
    checklist, consent = record.value("checklist") or opened, record.value("consent")
    closed = closing if closing and closing["outcome"] else None
    rows[t.episode] = [
        {
            "id": record.entity_id,
            "patient": text(opened, "patient"),
            "referral": text(opened, "referral"),
            "skill": text(opened, "skill"),
            "checklist_version": text(checklist, "version") or text(opened, "checklist_version"),
            "expected_visits": whole(checklist, "expected_visits") or whole(opened, "expected_visits") or 0,
            "opened_on": day(maybe(opened, "opened_on")),
            "nurse": maybe(record.value("nurse"), "nurse"),
            "accountable_nurse": maybe(record.value("accountable_nurse"), "nurse"),
            "baseline_visits_per_month": maybe(baseline, "visits_per_month"),
            "baseline_on": day(maybe(baseline, "on")),
            "baseline_kind": maybe(baseline, "kind"),
            "treatment_ends_on": day(maybe(record.value("treatment_end"), "on")),
            "consent": maybe(consent, "consent"),
            "consent_on": day(maybe(consent, "on")),
            "capacity": maybe(consent, "capacity"),
            "capacity_on": day(maybe(consent, "capacity_on")),
            "consent_detail": json_text(dict(consent.shown.payload)) if consent else "",
            "closed_on": needed_day(closed, "on") if closed else None,
            "outcome": maybe(closed, "outcome"),
            "conflicts": ",".join(sorted(record.unsettled)),
        }
    ]
    if closed:
        rows[t.discharge] = [
            {
                "episode": record.entity_id,
                "on": needed_day(closed, "on"),
                "outcome": text(closed, "outcome"),
                "support": _support(closed),
                "reasons": text(closed, "main_reason") or text(closed, "reason"),
                "detail": json_text(dict(closed.shown.payload)),
                "by": text(closed, "by"),
                **columns("signed", closed.shown.care_time),
            }
        ]
    return rows


CARE: Mapping[str, Projection] = {
    "referral": of(_referral, t.referral.c.id, t.gate.c.owner),
    "episode": of(_episode, t.episode.c.id, t.discharge.c.episode, t.gate.c.owner, t.learner.c.episode),
    "dose_cover": of(
        one(
            t.dose_cover,
            "row",
            lambda record, value: {"settled": value.settled},
            patient="text",
            episode="text",
            dose="text",
            giver="text",
            who="text",
            until="day",
            note="text",
            cancelled="flag",
            from_="needed_day",
        ),
        t.dose_cover.c.id,
    ),
    "hold": of(
        one(
            t.hold,
            "held",
            patient="text",
            episode="text",
            reason="text",
            review_on="day",
            until="day",
            from_="needed_day",
        ),
        t.hold.c.id,
    ),
    "core_visits": of(
        one(
            t.core_visits,
            "row",
            patient="text",
            episode="text",
            visits_per_month="text",
            source="text",
            from_="needed_day",
        ),
        t.core_visits.c.id,
    ),
}
