"""Two people side by side, field by field: before a referral joins somebody, and before two records are merged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist import Library
from smf_core.domain.patient import Patient
from smf_core.domain.referral_form import Asked, ReferralForm
from smf_core.domain.text import matching_key
from smf_core.records.queries.merges import Held
from smf_desktop.presenters.identity import born, day, isolated, name_line, nhs, sex_label
from smf_desktop.presenters.labels import counted, skill_labels
from smf_desktop.presenters.referral.form import SEX_OPTIONS, SOURCE_OPTIONS, typed_number

NOTHING = "Not known"

_COUNTED: Mapping[str, str] = {
    "referral": "referral",
    "episode": "pathway",
    "visit": "visit",
    "call": "call",
    "allergy": "allergy",
    "alert": "alert",
    "contact": "contact",
    "medicine": "medicine",
    "document": "document",
    "letter": "letter",
    "red_flag": "red flag",
    "task": "task",
}
_PLURALS = {"allergy": "allergies"}


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One field of both. `state` is same, differs, or "" where one of them does not say."""

    label: str
    left: str
    right: str
    state: str
    spoken: str


@dataclass(frozen=True, slots=True)
class CompareRows:
    left: str
    right: str
    rows: tuple[CompareRow, ...]
    summary: str


def against_person(form: ReferralForm, born_on: date | None, here: Held, today: date, library: Library) -> CompareRows:
    """A referral as typed beside somebody here."""
    person = here.patient
    sources, sexes = dict(SOURCE_OPTIONS), dict(SEX_OPTIONS)
    allergies = {Asked.NOT_YET.value: "Not asked yet", Asked.NONE_KNOWN.value: "No known allergies"}.get(
        form.allergies, form.substance
    )
    typed = {
        "Name": ", ".join(filter(None, (form.family_name.strip().upper(), form.given_name.strip()))),
        "Born": born(born_on, today) if born_on else form.date_of_birth,
        "NHS No.": typed_number(form.nhs_number),
        "Gender": sexes.get(form.sex, ""),
        "Address": " ".join(form.address.split()),
        "Postcode": form.postcode.strip().upper(),
        "Phone": form.phone.strip(),
        "GP practice": form.practice.strip(),
        "Allergies": allergies,
        "Skills": skill_labels(form.skills, library),
        "Referred by": sources.get(form.source, ""),
    }
    return _rows("This referral", name_line(person.name), typed, _person(here, today, library))


def two_people(one: Held, other: Held, today: date, library: Library) -> CompareRows:
    """Two records beside each other, with how much each holds."""
    left, right = _person(one, today, library), _person(other, today, library)
    return _rows(name_line(one.patient.name), name_line(other.patient.name), left, right)


def _person(here: Held, today: date, library: Library) -> dict[str, str]:
    person = here.patient
    return {
        "Name": name_line(person.name),
        "Born": born(person.date_of_birth, today, person.died_on),
        "Died": day(person.died_on) if person.died_on else "",
        "NHS No.": nhs(person.nhs_number) if person.nhs_number else "",
        "Gender": sex_label(person.sex),
        "Address": " ".join(person.address.split()),
        "Postcode": person.postcode.upper(),
        "Phone": person.phone,
        "GP practice": person.practice_code,
        "Allergies": _allergies(person),
        "Skills": skill_labels(here.skills, library),
        "Last visit": day(here.last_visit) if here.last_visit else "",
        "Held here": ", ".join(_counted(kind, number) for kind, number in here.counts.items() if kind in _COUNTED),
    }


def _allergies(person: Patient) -> str:
    if person.allergies:
        return ", ".join(one.substance for one in person.allergies)
    asked = person.no_known_allergies_on
    return f"No known allergies (asked {day(asked)})" if asked else "Not asked yet"


def _counted(kind: str, number: int) -> str:
    if number != 1 and kind in _PLURALS:
        return f"{number} {_PLURALS[kind]}"
    return counted(number, _COUNTED[kind])


_ONLY_HERE = frozenset({"Died", "Last visit", "Held here", "Referred by"})
_NOT_COMPARED = frozenset({"Skills", "Referred by", "Last visit", "Held here", "Allergies"})


def _rows(left: str, right: str, one: Mapping[str, str], other: Mapping[str, str]) -> CompareRows:
    rows = []
    for label in dict.fromkeys((*other, *one)):
        said, theirs = one.get(label, ""), other.get(label, "")
        if not said and not theirs:
            continue
        state = ""
        if said and theirs and label not in _NOT_COMPARED:
            alike = matching_key(_without_title(label, said)) == matching_key(_without_title(label, theirs))
            state = "same" if alike else "differs"
        nothing = "" if label in _ONLY_HERE else NOTHING
        shown = isolated(said) or nothing, isolated(theirs) or nothing
        spoken = f"{label}. {left}: {shown[0]}. {right}: {shown[1]}. {state.capitalize()}".strip()
        rows.append(CompareRow(label, *shown, state, spoken))
    same, differs = (sum(row.state == state for row in rows) for state in ("same", "differs"))
    return CompareRows(left, right, tuple(rows), f"{counted(same, 'field')} the same, {differs} different")


def _without_title(label: str, words: str) -> str:
    return words.split(" (")[0] if label in ("Name", "Born") else words
