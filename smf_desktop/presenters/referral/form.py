"""A new referral in words: what each field says, who here may be the person, and what is left to correct."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist import Library
from smf_core.domain.merge import Like
from smf_core.domain.nhs_number import BadNhsNumber, check
from smf_core.domain.pathway import BaselineKind
from smf_core.domain.patient import Sex, age
from smf_core.domain.practice import Practice
from smf_core.domain.referral_form import MOST_VISITS_A_MONTH, OLDEST, Asked, Problem, ReferralForm, Whose, Why
from smf_core.records.queries.duplicates import Candidate
from smf_desktop.presenters.identity import born, day, name_line, nhs, sex_label
from smf_desktop.presenters.labels import counted, skill_label
from smf_desktop.presenters.referral.page import SOURCES

Options = tuple[tuple[str, str], ...]

SEX_OPTIONS: Options = tuple((sex.value, sex_label(sex)) for sex in Sex)
SOURCE_OPTIONS: Options = tuple((source.value, words) for source, words in SOURCES.items())
ALLERGY_OPTIONS: Options = (
    (Asked.NOT_YET.value, "Not asked yet"),
    (Asked.NONE_KNOWN.value, "No known allergies, asked today"),
    (Asked.KNOWN.value, "Allergy known"),
)
BASELINE_OPTIONS: Options = (
    (BaselineKind.CORE_DIARY.value, "The core team's diary"),
    (BaselineKind.PRESCRIBER_PLAN.value, "The prescriber's plan"),
)
SKILL_ICONS: Mapping[str, str] = {
    "insulin": "droplet",
    "self_injection": "syringe",
    "catheter_care": "leg-bag",
    "catheter_valve": "toggle-left",
    "wound": "bandage",
    "compression": "footprints",
}

LABELS: Mapping[str, str] = {
    "nhs_number": "NHS number",
    "received_on": "Date referred",
    "source": "Referred by",
    "family_name": "Family name",
    "given_name": "Given name",
    "title": "Title",
    "date_of_birth": "Born",
    "sex": "Gender",
    "phone": "Phone",
    "address": "Address",
    "postcode": "Postcode",
    "referrer": "Name of who refers",
    "practice": "GP practice",
    "allergies": "Allergies",
    "visits_a_month": "Core team visits now",
    "substance": "Allergy or intolerance to",
    "reaction": "Reaction",
    "visits_on": "As of",
    "visits_kind": "Where the number is from",
    "skills": "Skills to teach",
    "reason": "Reason for the referral",
    "notes": "Notes",
}
"""What each field is called, in the order they stand on the page."""

OPTIONAL = frozenset(
    {
        "nhs_number",
        "title",
        "sex",
        "address",
        "postcode",
        "phone",
        "referrer",
        "practice",
        "visits_a_month",
        "visits_on",
        "visits_kind",
        "reaction",
        "reason",
        "notes",
    }
)
PLACEHOLDERS: Mapping[str, str] = {
    "nhs_number": "Not known",
    "received_on": "17/11, yesterday",
    "practice": "Code, or words of its name",
}
"""What stands in an empty field."""

_WHY: Mapping[Why, str] = {
    Why.NOT_A_DATE: "Enter a date such as 17/11, 17 nov or yesterday",
    Why.IN_FUTURE: "Enter a date that is not in the future",
    Why.BEFORE_BIRTH: "This is before the date of birth",
    Why.TOO_OLD: f"The age would be over {OLDEST} years",
    Why.CHARACTERS: "An NHS number has only digits",
    Why.LENGTH: "An NHS number has 10 digits",
    Why.ZEROS: "An NHS number is not all zeros",
    Why.CHECK_DIGIT: "Check digit does not match",
    Why.LIVE_IN_TRAINING: "This is a training store: use a number that begins with 999",
    Why.TEST_IN_LIVE: "Numbers that begin with 999 are for training only",
    Why.NOT_A_NUMBER: f"Enter visits a month from 0 to {MOST_VISITS_A_MONTH}",
    Why.DECIDE: "Somebody here has this number. Compare, then say whether it is this person",
}
_NEEDED: Mapping[str, str] = {
    "received_on": "Enter the date of the referral",
    "family_name": "Enter the family name",
    "given_name": "Enter the given name",
    "date_of_birth": "Enter the date of birth such as 14/03/1951",
    "source": "Choose who refers",
    "skills": "Choose at least one skill",
    "substance": "Enter what they are allergic to",
}
LIKE_WORDS: Mapping[Like, str] = {
    Like.NHS_NUMBER: "same NHS number",
    Like.NAME_AND_BIRTH: "same name and date of birth",
    Like.NAMES_SWAPPED: "names the other way round, same date of birth",
    Like.SIMILAR_NAME_AND_BIRTH: "similar name, same date of birth",
    Like.NAME_AND_HOME: "same name and postcode",
    Like.NAME_AND_PHONE: "same name and phone",
    Like.NAME_AND_NEAR_BIRTH: "same name, nearly the same date of birth",
}


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody here who may be the person: in a sentence, and how they are alike."""

    patient: str
    words: str
    like: str


@dataclass(frozen=True, slots=True)
class FormRows:
    """The page from the form. `messages` are what is wrong, by field; only fields that were left or asked for say it.

    `decided` is what was decided of a candidate, "" while nothing was.
    """

    messages: Mapping[str, str]
    age: str
    candidates: tuple[CandidateRow, ...]
    decided: str
    allergy_known: bool
    baseline: bool
    identity_needed: bool
    dock: str
    problems: tuple[str, ...]
    """The fields to correct, in the order of the page."""


def form_rows(
    form: ReferralForm,
    problems: Sequence[Problem],
    born_on: date | None,
    candidates: Sequence[Candidate],
    today: date,
    told: Collection[str],
) -> FormRows:
    """`told` are the fields that may say what is wrong with them by now."""
    wrong = {problem.field: sentence(problem) for problem in reversed(problems)}
    fields = tuple(name for name in LABELS if name in wrong)
    shown = [field for field in fields if field in told]
    return FormRows(
        messages={field: wrong[field] for field in shown},
        age=counted(age(born_on, today), "year") if born_on and born_on <= today else "",
        candidates=tuple(candidate_row(one, today) for one in candidates) if not _settled(form, candidates) else (),
        decided=_decided(form, candidates),
        allergy_known=form.allergies == Asked.KNOWN,
        baseline=bool(form.visits_a_month.strip()),
        identity_needed=form.whose != Whose.SAME,
        dock=f"{len(shown)} to correct" if shown else "",
        problems=fields,
    )


def sentence(problem: Problem) -> str:
    """What to do about one field."""
    if problem.why is Why.NEEDED:
        return _NEEDED.get(problem.field, "Enter this")
    if problem.why is Why.NOT_A_DATE and problem.field == "date_of_birth":
        return "Enter a date such as 14/03/1951 or 14-Mar-1951"
    return _WHY[problem.why]


def candidate_row(candidate: Candidate, today: date) -> CandidateRow:
    person = candidate.person
    number = nhs(person.nhs_number)
    words = ", ".join(
        (
            name_line(person.name),
            f"Born {born(person.date_of_birth, today, person.died_on)}",
            f"NHS No. {number}" if person.nhs_number else number,
        )
    )
    died = f", died {day(person.died_on)}" if person.died_on else ""
    return CandidateRow(person.id, words + died, LIKE_WORDS[candidate.like])


def _settled(form: ReferralForm, candidates: Sequence[Candidate]) -> bool:
    return bool(form.whose) and (form.whose != Whose.ANOTHER or form.of in {one.person.id for one in candidates})


def _decided(form: ReferralForm, candidates: Sequence[Candidate]) -> str:
    who = next((name_line(one.person.name) for one in candidates if one.person.id == form.of), "the person compared")
    match form.whose:
        case Whose.SAME.value:
            return f"Same person: this referral is added to {who}. What is typed here does not change their details."
        case Whose.ANOTHER.value:
            return f"Someone else than {who}: a new person is added."
        case Whose.NOT_SURE.value:
            return f"Not sure: a new person is added and linked with {who} for review."
    return ""


def typed_number(typed: str) -> str:
    """An NHS number as people read it, or what was typed where it is none."""
    try:
        return nhs(check(typed))
    except BadNhsNumber:
        return typed


def skill_chips(library: Library) -> Options:
    """Every skill that can be taught, by code and label."""
    return tuple((code, skill_label(code, library)) for code in library.skills)


_CODE = re.compile(r"\(([A-Za-z0-9]{3,10})\)\s*$")


def practice_words(practice: Practice, today: date) -> str:
    """`Alder Road Surgery (C81001)`, and whether it is closed."""
    closed = ", closed" if practice.closed(today) else ""
    return f"{practice.name}{closed} ({practice.code})"


def practice_code(typed: str) -> str:
    """The code in what was chosen; what was typed where nothing was chosen."""
    found = _CODE.search(typed)
    return found[1] if found else typed.strip()
