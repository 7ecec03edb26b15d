"""Every field of one person's record with who wrote it and when: what stands, what stood before, what is apart."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from smf_core.domain.checklist import Library
from smf_core.domain.consent import Answer, Capacity
from smf_core.domain.equipment import Standing
from smf_core.domain.patient import ETHNIC_CATEGORIES, Name, Sex
from smf_core.records.queries.history import Said
from smf_desktop.presenters.identity import clock, day, isolated, name_line, nhs, sex_label
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.outcomes import OUTCOMES
from smf_desktop.presenters.patient.care import ANSWERS, CAPACITIES, STANDINGS
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.gates import GATE_WORDS

PRIVATE = "A private note"
UNITS: Mapping[tuple[str, str], str] = {
    ("patient", "name"): "Name",
    ("patient", "born"): "Born",
    ("patient", "sex"): "Gender",
    ("patient", "nhs_number"): "NHS number",
    ("patient", "address"): "Address",
    ("patient", "phone"): "Phone",
    ("patient", "preferred_name"): "Preferred name",
    ("patient", "practice"): "Practice",
    ("patient", "gp"): "GP",
    ("patient", "access_note"): "Access note",
    ("patient", "ethnic_category"): "Ethnic category",
    ("patient", "language"): "Language",
    ("patient", "no_known_allergies"): "No known allergies",
    ("patient", "death"): "Death",
    ("patient", "team"): "Team",
    ("patient", "access_needs"): "Access and format needs",
    ("patient", "opt_out"): "National data opt-out",
    ("patient", "same_person"): "Same person as another record",
    ("allergy", "member"): "Allergy",
    ("alert", "member"): "Alert",
    ("contact", "member"): "Contact",
    ("medicine", "member"): "Medicine",
    ("equipment", "member"): "Equipment",
    ("visit_pair", "twice"): "Visit recorded twice",
    ("document", "held"): "Document",
    ("document", "struck"): "Document entered in error",
    ("episode", "opened"): "Teaching began",
    ("episode", "nurse"): "Taught by",
    ("episode", "accountable_nurse"): "Accountable nurse",
    ("episode", "checklist"): "Checklist version",
    ("episode", "consent"): "Consent",
    ("episode", "baseline"): "Core visits before teaching",
    ("episode", "treatment_end"): "Treatment ends",
    ("episode", "gate"): "Gate",
    ("episode", "learner"): "Learner",
    ("episode", "discharge"): "Discharge",
    ("dose_cover", "row"): "Who gives a dose",
    ("referral", "received"): "Referral",
    ("referral", "triage"): "Triage",
    ("referral", "duplicate"): "Same referral twice",
    ("referral", "gate"): "Gate",
}
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "alerts": ("allergy", "alert", "patient:no_known_allergies"),
    "contacts": ("contact",),
    "medicines": ("medicine",),
    "details": ("patient",),
    "skills": ("episode", "referral", "equipment", "dose_cover"),
}
"""What each card of the page asks the history of: kinds of record, or one unit of one."""

_NOT_SHOWN = frozenset({"patient", "ended", "ended_reason", "by", "digest", "size", "media", "referral"})
_ORDER: Mapping[str, tuple[str, ...]] = {
    "allergy": ("substance", "reaction", "noted_on"),
    "alert": ("text", "detail"),
    "contact": ("name", "relation", "kind", "phone"),
    "medicine": ("skill", "name", "strength", "device", "dose", "times", "prescriber", "prescribed_on", "source"),
    "equipment": ("item", "standing", "since", "note"),
    "document": ("title", "kind", "taken_on"),
    "referral": ("status", "source", "referrer", "reason"),
    "dose_cover": ("dose", "giver", "who", "from", "until"),
}
"""What is said first of a unit; the rest follows."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that was said. `state` is what became of it; `tone` a text token."""

    when: str
    what: str
    says: str
    by: str
    state: str
    tone: str
    spoken: str


def history_rows(
    said: Iterable[Said],
    names: Mapping[str, str],
    library: Library,
    *,
    section: str = "",
    skills: Mapping[str, str] = MappingProxyType({}),
) -> tuple[HistoryRow, ...]:
    """The rows of the whole record, or of one card of the page; `skills` is the skill of each pathway."""
    wanted, lines = SECTIONS.get(section), tuple(said)
    private = {one.record for one in lines if one.entity == "alert" and one.fields.get("private")}
    return tuple(
        _row(one, names, library, private=one.record in private, skill=skills.get(one.record, ""))
        for one in lines
        if wanted is None or one.entity in wanted or f"{one.entity}:{one.unit}" in wanted
    )


def _row(one: Said, names: Mapping[str, str], library: Library, *, private: bool, skill: str) -> HistoryRow:
    """An alert that is or was private shows none of its words, not even those from before it was."""
    what = UNITS.get((one.entity, one.unit), f"Something newer ({one.unit.replace('_', ' ')})")
    ended = bool(one.fields.get("ended"))
    says = PRIVATE if private else said_words(one.entity, one.unit, one.fields, names, library)
    if ended and not private:
        reason = str(one.fields.get("ended_reason") or "")
        says = f"Ended{f', {reason}' if reason else ''}: {says}"
    if one.unit == "gate":
        says = _with_gate(one, says, skill, library)
    elif skill in library.skills:
        what = f"{what}, {library.newest(skill).label.lower()}"
    if one.unknown:
        says = dotted(says, f"a newer version also wrote: {', '.join(name.replace('_', ' ') for name in one.unknown)}")
    state, tone = ("Now", "") if one.stands else ("Earlier", "text-2")
    if one.apart:
        state, tone = "One of two versions", "warn"
    elif one.stands and ended:
        state, tone = "Ended", "text-2"
    when = f"{day(one.at.date())} {clock(one.at)}"
    by = names.get(one.by, "Someone who left")
    says = isolated(says) or "Taken back"
    return HistoryRow(when, what, says, by, state, tone, ". ".join((what, says, state, when, by)))


def _with_gate(one: Said, says: str, skill: str, library: Library) -> str:
    """The words of the gate in place of its code."""
    known = (skill,) if skill in library.skills else library.skills
    gate = next((found for name in known if (found := library.newest(name).gate(one.key)) is not None), None)
    return says.replace(one.key, gate.text, 1) if gate else says


# --- what one unit says --------------------------------------------------------------------------

Fields = Mapping[str, Any]


def said_words(entity: str, unit: str, fields: Fields, names: Mapping[str, str], library: Library) -> str:
    """What the payload of one unit says, in words a nurse would use."""
    speak = _SPEAK.get((entity, unit))
    if speak is not None:
        return speak(fields)
    order = _ORDER.get(entity, ())
    shown = sorted(
        (name for name in fields if name not in _NOT_SHOWN),
        key=lambda name: (order.index(name) if name in order else len(order), name),
    )
    return dotted(*(_plain(name, fields[name], names, library) for name in shown))


def _plain(name: str, value: Any, names: Mapping[str, str], library: Library) -> str:
    if value in (None, "", False, [], {}):
        return ""
    if value is True:
        return _FLAGS.get(name, name.replace("_", " "))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return ""
    text = str(value)
    if text in names:
        return names[text]
    if name == "skill" and text in library.skills:
        return library.newest(text).label
    return _coded(name, text)


def _coded(name: str, text: str) -> str:
    known: Mapping[str, str] = {
        "standing": STANDINGS[Standing(text)] if name == "standing" and text in set(Standing) else text,
        "outcome": OUTCOMES.get(text, text),
    }
    if name == "attorney":
        return f"power of attorney: {text}"
    if name in known:
        return known[name]
    if name in _CODES:
        return text.replace("_", " ")
    on = _iso(text)
    if on is not None:
        return f"{_DATES[name]} {day(on)}" if name in _DATES else day(on)
    return "" if _is_id(name) else text


_FLAGS: Mapping[str, str] = {
    "informal_carer": "informal carer",
    "may_talk": "we may talk to them",
    "may_leave_message": "may leave a message",
    "emergency": "emergency contact",
    "interpreter": "interpreter needed",
    "cancelled": "taken back",
}
_DATES: Mapping[str, str] = {"from": "from", "until": "until", "ends_on": "until", "prescribed_on": "prescribed"}
_CODES = frozenset({"giver", "kind", "attorney", "main_reason", "support_type", "private"})


def _is_id(name: str) -> bool:
    return name in {"episode", "nurse", "team", "kept", "of"}


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(fields: Fields, name: str) -> str:
    on = _iso(str(fields.get(name) or ""))
    return day(on) if on else ""


def _name(fields: Fields) -> str:
    return name_line(Name(*(str(fields.get(part) or "") for part in ("family", "given", "title"))))


def _consent(fields: Fields) -> str:
    answer, capacity = str(fields.get("consent") or ""), str(fields.get("capacity") or "")
    return dotted(
        ANSWERS[Answer(answer)] if answer in set(Answer) else answer,
        CAPACITIES[Capacity(capacity)] if capacity in set(Capacity) else capacity,
        _day(fields, "on"),
        str(fields.get("basis") or ""),
        str(fields.get("note") or ""),
    )


def _gate(fields: Fields) -> str:
    state = {str(key): words for key, words in GATE_WORDS.items()}.get(str(fields.get("state")), "")
    words = str(fields.get("evidence") or fields.get("reason") or "")
    return dotted(str(fields.get("gate") or ""), state, words)


def _death(fields: Fields) -> str:
    if not fields.get("died_on"):
        return dotted("Not died", str(fields.get("reason") or ""))
    return dotted(f"Died {_day(fields, 'died_on')}", f"told by {fields['told_by']}" if fields.get("told_by") else "")


_SPEAK: Mapping[tuple[str, str], Callable[[Fields], str]] = {
    ("patient", "name"): _name,
    ("patient", "born"): lambda fields: _day(fields, "date_of_birth"),
    ("patient", "sex"): lambda fields: (
        sex_label(Sex(fields["sex"])) if fields.get("sex") in set(Sex) else str(fields.get("sex") or "")
    ),
    ("patient", "nhs_number"): lambda fields: dotted(
        nhs(fields.get("nhs_number") or None), str(fields.get("status") or "").replace("_", " ")
    ),
    ("patient", "address"): lambda fields: ", ".join(
        filter(None, (str(fields.get("address") or "").replace("\n", ", "), str(fields.get("postcode") or "")))
    ),
    ("patient", "ethnic_category"): lambda fields: ETHNIC_CATEGORIES.get(
        str(fields.get("ethnic_category") or ""), str(fields.get("ethnic_category") or "")
    ),
    ("patient", "no_known_allergies"): lambda fields: (
        f"Asked {_day(fields, 'asked_on')}" if fields.get("asked_on") else ""
    ),
    ("patient", "death"): _death,
    ("visit_pair", "twice"): lambda fields: dotted(
        f"{day(fields['at'].date())} {clock(fields['at'])}",
        "Did not go ahead" if fields["missed"] else counted(fields["minutes"], "minute"),
        ", ".join(str(each).replace("_", " ") for each in fields["skills"]),
        str(fields["dose"]),
    ),
    ("patient", "opt_out"): lambda fields: (
        dotted("Opted out", _day(fields, "on")) if fields.get("opted_out") else "Not opted out"
    ),
    ("episode", "consent"): _consent,
    ("episode", "gate"): _gate,
    ("referral", "gate"): _gate,
}
