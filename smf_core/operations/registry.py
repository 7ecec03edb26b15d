"""The kinds of record, and how each unit of meaning in them merges.

A unit is what two people may change apart without clashing: a phone is one, an address with its postcode is one.
Three rules carry everything: a register keeps every value nobody has replaced; an entry is written once and
amended, never overwritten; a member of a set stays while anyone still says it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Rule(Enum):
    REGISTER = auto()
    ENTRY = auto()
    ADD_WINS = auto()


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a record: its rule, the fields it holds, and the field that tells its instances apart."""

    rule: Rule
    fields: frozenset[str]
    key: str | None = None


def _register(*fields: str, key: str | None = None) -> Unit:
    return Unit(Rule.REGISTER, frozenset(fields), key)


def _entry(*fields: str, key: str | None = None) -> Unit:
    return Unit(Rule.ENTRY, frozenset(fields), key)


def _member(*fields: str) -> Mapping[str, Unit]:
    """A member of an add-wins set; `ended` with a reason takes it out."""
    return {"member": Unit(Rule.ADD_WINS, frozenset({"ended", "ended_reason", *fields}))}


STRUCK = _entry("reason")
"""Entered in error: the record stays readable and counts nowhere."""

GATE = _register("gate", "state", "by", "on", "evidence", "reason", "valid_until", key="gate")

RECORDS: Mapping[str, Mapping[str, Unit]] = {
    "patient": {
        "name": _register("family", "given", "title"),
        "born": _register("date_of_birth"),
        "sex": _register("sex"),
        "nhs_number": _register("nhs_number", "status"),
        "address": _register("address", "postcode"),
        "phone": _register("phone"),
        "preferred_name": _register("preferred_name"),
        "practice": _register("gp_practice_code"),
        "gp": _register("gp"),
        "access_note": _register("access_note"),
        "ethnic_category": _register("ethnic_category"),
        "language": _register("language", "interpreter"),
        "no_known_allergies": _register("asked_on"),
        "death": _register("died_on"),
        "team": _register("team"),
    },
    "allergy": _member("patient", "substance", "reaction", "noted_on"),
    "alert": _member("patient", "text", "detail"),
    "contact": _member("patient", "name", "relation", "phone", "informal_carer"),
    "medicine": _member("patient", "skill", "name", "strength", "device", "dose", "times", "targets", "ends_on"),
    "referral": {
        "received": _entry(
            "patient", "team", "received_on", "source", "reason", "notes", "skills", "baseline_visits_per_month"
        ),
        "triage": _register("status", "priority", "decided_on", "decided_by", "reason", "target_date"),
        "duplicate": _register("of", "settled_as"),
        "gate": GATE,
    },
    "episode": {
        "opened": _entry(
            "patient", "referral", "skill", "checklist_version", "checklist_approved", "expected_visits", "opened_on"
        ),
        "nurse": _register("nurse"),
        "accountable_nurse": _register("nurse"),
        "baseline": _register("visits_per_month", "on", "kind"),
        "treatment_end": _register("on"),
        "gate": GATE,
        "learner": _register("who", "tasks", "from", "until", key="who"),
        "discharge": _register(
            "on",
            "outcome",
            "support_type",
            "support_who",
            "support_what",
            "support_how_often",
            "support_review_on",
            "main_reason",
            "reason",
            "visits_per_month_left",
            "attestations",
            "confidence_override",
            "person_consents",
            "carer_agrees",
            "back_up",
            "by",
            "evidence",
        ),
    },
    "hold": {"held": _register("patient", "episode", "reason", "from", "review_on", "until")},
    "core_visits": {"row": _entry("patient", "episode", "from", "visits_per_month", "source")},
    "visit": {
        "planned": _register("patient", "episodes", "at", "minutes", "nurse", "cancelled", "focus"),
        "started": _entry("patient", "episodes", "at"),
        "signed": _entry(
            "patient",
            "started_at",
            "minutes",
            "contact",
            "purpose",
            "stopped_reason",
            "methods",
            "also_present",
            "agreed",
            "role",
            "registered",
            "signed_at",
            "amend_reason",
        ),
        "next": _register("kind", "on", "at", "minutes", "reason", "focus"),
        "not_gone_ahead": _entry("patient", "reason", "note", "at"),
        "struck": STRUCK,
    },
    "section": {
        "taught": _entry("patient", "visit", "episode", "learner", "confidence", "strategies", "notes"),
        "rating": _entry("step", "level", "note", "reason", key="step"),
        "answer": _entry("question", "answer", "words", key="question"),
    },
    "observation": {
        "reading": _entry("patient", "visit", "section", "observation", "at", "value", "unit", "note", "soft"),
        "struck": STRUCK,
    },
    "red_flag": {
        "seen": _entry(
            "patient", "visit", "episode", "sign", "urgency", "at", "action", "told", "advised", "next_check"
        ),
        "closing": _register("state", "by", "at", "action"),
        "struck": STRUCK,
    },
    "service": {
        "named": _register("name", "store_kind"),
        "setting": _register("setting", "value", "by", "reason", key="setting"),
    },
    "team": {"named": _register("name")},
    "user": {
        "person": _register("username", "name", "role", "capabilities"),
        "standing": _register("active"),
    },
    "approval": {"given": _register("skill", "version", "approved_by", "role", "approved_on", "next_review_due")},
    "access": {"done": _entry("action", "patient", "at", "detail")},
}
