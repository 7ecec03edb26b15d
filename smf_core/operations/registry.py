"""The kinds of record, and how each unit of meaning in them merges.

A unit is what two people may change apart without clashing: a phone is one, an address with its postcode is one.
Three rules carry everything: a register keeps every value nobody has replaced; an entry is written once and
amended, never overwritten; a member of a set stays while anyone still says it is there.

A field named with its codes holds one of them (or several in a list); another word there was written by a newer
version, and the record it stands in is only read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from smf_core.domain.call import CallOutcome, CallPurpose, Direction
from smf_core.domain.consent import Answer, Capacity
from smf_core.domain.discharge import Outcome
from smf_core.domain.document import DocumentKind, Media
from smf_core.domain.dose_cover import Giver
from smf_core.domain.equipment import Standing
from smf_core.domain.letter import LetterCause, LetterKind, LetterState
from smf_core.domain.pathway import BaselineKind, GateState
from smf_core.domain.patient import Attorney, ContactKind, NhsNumberStatus, Private, Sex
from smf_core.domain.red_flag import RedFlagState, Urgency
from smf_core.domain.referral import Priority, ReferralStatus, Source
from smf_core.domain.task import TaskKind, TaskState
from smf_core.domain.twice import PairState
from smf_core.domain.visit import Level, Method, NextKind, NotGoneAheadReason, Place, Purpose, TeachBackAnswer


class Rule(Enum):
    REGISTER = auto()
    ENTRY = auto()
    ADD_WINS = auto()


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a record: its rule, the fields it holds, and the field that tells its instances apart.

    `codes` are the words that some of the fields may hold.
    """

    rule: Rule
    fields: frozenset[str]
    key: str | None = None
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def knows(self, payload: Mapping[str, object]) -> bool:
        """Whether this version has a meaning for everything that is said."""
        if not self.fields.issuperset(payload):
            return False
        for name, words in self.codes.items():
            said = payload.get(name)
            if said is not None and not _is_code(said, words):
                return False
        return True


def _is_code(said: object, words: frozenset[str]) -> bool:
    if isinstance(said, str):
        return said in words or not said
    return said is None or (isinstance(said, list) and all(_is_code(each, words) for each in said))


def _unit(rule: Rule, fields: tuple[str, ...], key: str | None, codes: Mapping[str, type[StrEnum]]) -> Unit:
    words = {name: frozenset(code.value for code in kind) for name, kind in codes.items()}
    return Unit(rule, frozenset((*fields, *codes)), key, words)


def _register(*fields: str, key: str | None = None, **codes: type[StrEnum]) -> Unit:
    return _unit(Rule.REGISTER, fields, key, codes)


def _entry(*fields: str, key: str | None = None, **codes: type[StrEnum]) -> Unit:
    return _unit(Rule.ENTRY, fields, key, codes)


def _member(*fields: str, **codes: type[StrEnum]) -> Mapping[str, Unit]:
    """A member of an add-wins set; `ended` with a reason takes it out."""
    return {"member": _unit(Rule.ADD_WINS, ("ended", "ended_reason", *fields), None, codes)}


STRUCK = _entry("reason", "moved_to")
"""Entered in error: the record stays readable and counts nowhere; `moved_to` names its copy on the right person."""

GATE = _register("gate", "by", "on", "evidence", "reason", "valid_until", key="gate", state=GateState)

RECORDS: Mapping[str, Mapping[str, Unit]] = {
    "patient": {
        "name": _register("family", "given", "title"),
        "born": _register("date_of_birth"),
        "sex": _register(sex=Sex),
        "nhs_number": _register("nhs_number", status=NhsNumberStatus),
        "address": _register("address", "postcode"),
        "phone": _register("phone"),
        "preferred_name": _register("preferred_name"),
        "practice": _register("gp_practice_code"),
        "gp": _register("gp"),
        "access_note": _register("access_note"),
        "ethnic_category": _register("ethnic_category"),
        "language": _register("language", "interpreter"),
        "no_known_allergies": _register("asked_on"),
        "death": _register("died_on", "told_by", "reason"),
        "team": _register("team"),
        "access_needs": _register("access_needs"),
        "opt_out": _register("opted_out", "on"),
        "same_person": _register("kept", "state", "by", "on", "reason"),
    },
    "allergy": _member("patient", "substance", "reaction", "noted_on"),
    "alert": _member("patient", "text", "detail", private=Private),
    "contact": _member(
        "patient",
        "name",
        "relation",
        "phone",
        "informal_carer",
        "may_talk",
        "may_leave_message",
        "emergency",
        "note",
        kind=ContactKind,
        attorney=Attorney,
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
    "equipment": _member("patient", "episode", "item", "since", "note", standing=Standing),
    "document": {
        "held": _entry(
            "patient", "referral", "episode", "title", "digest", "size", "taken_on", kind=DocumentKind, media=Media
        ),
        "struck": STRUCK,
    },
    "referral": {
        "received": _entry(
            "patient",
            "team",
            "received_on",
            "referrer",
            "reason",
            "notes",
            "skills",
            "baseline_visits_per_month",
            "baseline_on",
            "earlier_episode",
            source=Source,
            baseline_kind=BaselineKind,
        ),
        "triage": _register(
            "decided_on",
            "decided_by",
            "reason",
            "target_date",
            "next_dose_at",
            "dose_given_by",
            "exclusions",
            status=ReferralStatus,
            priority=Priority,
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
        "consent": _register("on", "by", "capacity_on", "basis", "note", consent=Answer, capacity=Capacity),
        "baseline": _register("visits_per_month", "on", kind=BaselineKind),
        "treatment_end": _register("on"),
        "gate": GATE,
        "learner": _register("who", "tasks", "from", "until", key="who"),
        "discharge": _register(
            "on",
            "support_type",
            "support_who",
            "support_what",
            "support_how_often",
            "support_review_on",
            "main_reason",
            "reason",
            "visits_per_month_left",
            "check_in_on",
            "core_from",
            "core_team",
            "attestations",
            "confidence_override",
            "person_consents",
            "carer_agrees",
            "back_up",
            "by",
            "evidence",
            outcome=Outcome,
        ),
    },
    "dose_cover": {
        "row": _register("patient", "episode", "dose", "who", "from", "until", "note", "cancelled", giver=Giver)
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
            "stopped_reason",
            "also_present",
            "agreed",
            "role",
            "registered",
            "signed_at",
            "amend_reason",
            "late_reason",
            "copied_from",
            "draft_of",
            "by",
            contact=Place,
            purpose=Purpose,
            methods=Method,
        ),
        "cosign": _register("asked_of", "by", "withdrawn", "knew"),
        "cosigned": _entry("by", "at", "note", "knew"),
        "next": _register("on", "at", "minutes", "reason", "focus", kind=NextKind),
        "not_gone_ahead": _entry("patient", "note", "at", "tries", "told", "outcome", "by", reason=NotGoneAheadReason),
        "struck": _entry("reason", "moved_to", "knew"),
    },
    "visit_pair": {"told": _register("patient", "one", "other", state=PairState)},
    "call": {
        "made": _entry(
            "patient",
            "episodes",
            "at",
            "minutes",
            "who",
            "words",
            "action",
            "next",
            "since",
            "role",
            "registered",
            "amend_reason",
            direction=Direction,
            purpose=CallPurpose,
            outcome=CallOutcome,
        ),
        "struck": STRUCK,
    },
    "task": {
        "asked": _register(
            "patient",
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
            kind=TaskKind,
        ),
        "done": _register("by", "at", "note", state=TaskState),
    },
    "note_copy": {"copied": _entry("patient", "of", "record", "by", "at", "digest")},
    "letter": {
        "written": _entry(
            "patient",
            "episode",
            "referral",
            "to",
            "content",
            "template",
            "medicine",
            "by",
            "at",
            kind=LetterKind,
            cause=LetterCause,
        ),
        "sending": _register("how", "by", "at", "reason", state=LetterState),
        "confirmed": _register("who", "on", "by", "note"),
    },
    "section": {
        "taught": _entry(
            "patient", "visit", "episode", "learner", "confidence", "strategies", "notes", "checklist_version"
        ),
        "rating": _entry("step", "note", "reason", key="step", level=Level),
        "answer": _entry("question", "words", key="question", answer=TeachBackAnswer),
    },
    "observation": {
        "reading": _entry("patient", "visit", "section", "observation", "at", "value", "unit", "note", "soft"),
        "struck": STRUCK,
    },
    "red_flag": {
        "seen": _entry(
            "patient",
            "visit",
            "call",
            "episode",
            "sign",
            "at",
            "action",
            "told",
            "advised",
            "next_check",
            urgency=Urgency,
        ),
        "closing": _register("by", "at", "action", state=RedFlagState),
        "struck": STRUCK,
    },
    "service": {
        "named": _register("name", "store_kind"),
        "setting": _register("setting", "value", "by", "reason", key="setting"),
    },
    "practice": {
        "listed": _register("code", "name", "address", "postcode", "phone", "opened_on", "closed_on", "successor")
    },
    "area": {"listed": _register("code", "decile", "gone")},
    "core_team": {"listed": _register("name", "phone", "address", "locality", "ended")},
    "core_count": {
        "counted": _register(
            "month", "team", "kind", "count", "registered_population", "comparison", "source", "by", "at"
        )
    },
    "core_return": {"received": _entry("patient", "received_on", "team", "reason")},
    "baseline": {
        "stated": _register(
            "what",
            "skill",
            "visits_per_month",
            "since",
            "until",
            "bedding_in",
            "source",
            "on",
            "by",
            "note",
            "withdrawn",
        )
    },
    "rebase": {"told": _register("chart", "month", "cause", "note", "on", "by", "withdrawn")},
    "closed_month": {
        "closed": _entry("month", "team", "content", "definitions", "positions", "digest", "reason", "by", "at"),
        "note": _register("text", "actions", "by", "at"),
    },
    "self_check": {"checked": _entry("on", "by", "answers", "actions", "note")},
    "plan": {"stated": _register("what", "of", "number", "since", "until", "source", "by", "withdrawn")},
    "absence": {"away": _register("nurse", "from", "until", "reason", "covered_by", "cancelled")},
    "nurse_cover": {
        "arranged": _register("patient", "episode", "nurse", "from", "until", "reason", "cancelled"),
    },
    "saved_view": {"view": _register("owner", "page", "name", "content", "place", "deleted")},
    "team": {"named": _register("name")},
    "user": {
        "person": _register("username", "name", "role", "capabilities"),
        "standing": _register("active"),
        "membership": _register("team", "role", "from", "until", key="from"),
    },
    # `unbegun` names a person: what waits for their record to begin is returned to its authors.
    "review": {"decided": _register("state", "reason", "by", "at"), "unbegun": _register("reason", "by", "at")},
    "approval": {"given": _register("skill", "version", "approved_by", "role", "approved_on", "next_review_due")},
    "access": {"done": _entry("action", "patient", "at", "detail")},
}
