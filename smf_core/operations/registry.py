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


STRUCK = _entry("reason", "moved_to")
"""Entered in error: the record stays readable and counts nowhere; `moved_to` names its copy on the right person."""

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
        "death": _register("died_on", "told_by"),
        "team": _register("team"),
        "access_needs": _register("access_needs"),
        "opt_out": _register("opted_out", "on"),
        "same_person": _register("kept", "state", "by", "on", "reason"),
    },
    "allergy": _member("patient", "substance", "reaction", "noted_on"),
    "alert": _member("patient", "text", "detail", "private"),
    "contact": _member(
        "patient",
        "name",
        "relation",
        "phone",
        "informal_carer",
        "kind",
        "may_talk",
        "may_leave_message",
        "emergency",
        "attorney",
        "note",
    ),
    "medicine": _member(
        "patient",
        "skill",
        "name",
        "strength",
        "device",
        "dose",
        "times",
        "targets",
        "ends_on",
        "prescriber",
        "prescribed_on",
        "source",
    ),
    "equipment": _member("patient", "episode", "item", "standing", "since", "note"),
    "document": {
        "held": _entry("patient", "referral", "episode", "kind", "title", "media", "digest", "size", "taken_on"),
        "struck": STRUCK,
    },
    "referral": {
        "received": _entry(
            "patient",
            "team",
            "received_on",
            "source",
            "referrer",
            "reason",
            "notes",
            "skills",
            "baseline_visits_per_month",
            "earlier_episode",
        ),
        "triage": _register(
            "status",
            "priority",
            "decided_on",
            "decided_by",
            "reason",
            "target_date",
            "next_dose_at",
            "dose_given_by",
            "exclusions",
        ),
        "duplicate": _register("of", "settled_as"),
        "gate": GATE,
    },
    "episode": {
        "opened": _entry(
            "patient", "referral", "skill", "checklist_version", "checklist_approved", "expected_visits", "opened_on"
        ),
        "nurse": _register("nurse"),
        "accountable_nurse": _register("nurse"),
        "checklist": _register("version", "approved", "expected_visits", "on", "by", "reason"),
        "consent": _register("consent", "on", "by", "capacity", "capacity_on", "basis", "note"),
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
    "dose_cover": {
        "row": _register("patient", "episode", "dose", "giver", "who", "from", "until", "note", "cancelled")
    },
    "hold": {"held": _register("patient", "episode", "reason", "from", "review_on", "until")},
    "core_visits": {"row": _entry("patient", "episode", "from", "visits_per_month", "source")},
    "visit": {
        "planned": _register(
            "patient",
            "episodes",
            "at",
            "minutes",
            "nurse",
            "cancelled",
            "cancel_reason",
            "focus",
            "dose",
            "window_from",
            "window_until",
            "series",
        ),
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
            "late_reason",
            "copied_from",
        ),
        "cosign": _register("asked_of", "by", "withdrawn"),
        "cosigned": _entry("by", "at", "note"),
        "next": _register("kind", "on", "at", "minutes", "reason", "focus"),
        "not_gone_ahead": _entry("patient", "reason", "note", "at", "tries", "told", "outcome"),
        "struck": STRUCK,
    },
    "call": {
        "made": _entry(
            "patient",
            "episodes",
            "at",
            "minutes",
            "direction",
            "who",
            "purpose",
            "outcome",
            "words",
            "action",
            "next",
            "since",
            "role",
            "registered",
            "amend_reason",
        ),
        "struck": STRUCK,
    },
    "task": {
        "asked": _register(
            "patient",
            "kind",
            "text",
            "to_user",
            "to_team",
            "due_on",
            "due_at",
            "about",
            "purpose",
            "by",
            "urgent",
            "cancelled",
        ),
        "done": _register("state", "by", "at", "note"),
    },
    "note_copy": {"copied": _entry("patient", "of", "record", "by", "at", "digest")},
    "letter": {
        "written": _entry(
            "patient", "episode", "referral", "kind", "to", "content", "template", "medicine", "by", "at", "cause"
        ),
        "sending": _register("state", "how", "by", "at", "reason"),
        "confirmed": _register("who", "on", "by", "note"),
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
            "patient", "visit", "call", "episode", "sign", "urgency", "at", "action", "told", "advised", "next_check"
        ),
        "closing": _register("state", "by", "at", "action"),
        "struck": STRUCK,
    },
    "service": {
        "named": _register("name", "store_kind"),
        "setting": _register("setting", "value", "by", "reason", key="setting"),
    },
    "practice": {
        "listed": _register("code", "name", "address", "postcode", "phone", "opened_on", "closed_on", "successor")
    },
    "core_team": {"listed": _register("name", "phone", "address", "locality", "ended")},
    "absence": {"away": _register("nurse", "from", "until", "reason", "covered_by", "cancelled")},
    "nurse_cover": {
        "arranged": _register("patient", "episode", "nurse", "from", "until", "reason", "cancelled"),
    },
    "saved_view": {"view": _register("owner", "page", "name", "content", "place", "deleted")},
    "team": {"named": _register("name")},
    "user": {
        "person": _register("username", "name", "role", "capabilities"),
        "standing": _register("active"),
    },
    "approval": {"given": _register("skill", "version", "approved_by", "role", "approved_on", "next_review_due")},
    "access": {"done": _entry("action", "patient", "at", "detail")},
}
