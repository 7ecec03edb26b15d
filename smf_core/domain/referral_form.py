"""A new referral while it is typed: everything is kept exactly as typed, and read by the rules of a referral file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from smf_core.domain.dates import BadDate, parse_csv_date, parse_typed
from smf_core.domain.nhs_number import BadNhsNumber, check_for_store
from smf_core.domain.patient import age
from smf_core.domain.readings import number


class Asked(StrEnum):
    """What a referral says of allergies. Nothing is assumed: silence is not "none"."""

    NOT_YET = "not_yet"
    NONE_KNOWN = "none_known"
    KNOWN = "known"


class Whose(StrEnum):
    """What was decided of somebody here who may be the person."""

    SAME = "same"
    ANOTHER = "another"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class ReferralForm:
    """A new referral as it is typed. `of` is somebody here who may be the person, `whose` what was decided of it."""

    id: str
    nhs_number: str = ""
    received_on: str = ""
    family_name: str = ""
    given_name: str = ""
    title: str = ""
    date_of_birth: str = ""
    sex: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    source: str = ""
    referrer: str = ""
    practice: str = ""
    skills: tuple[str, ...] = ()
    reason: str = ""
    notes: str = ""
    visits_a_month: str = ""
    visits_on: str = ""
    visits_kind: str = ""
    allergies: str = Asked.NOT_YET.value
    substance: str = ""
    reaction: str = ""
    of: str = ""
    whose: str = ""


class Why(StrEnum):
    """What is wrong with a field."""

    NEEDED = "needed"
    NOT_A_DATE = "not_a_date"
    IN_FUTURE = "in_future"
    BEFORE_BIRTH = "before_birth"
    TOO_OLD = "too_old"
    CHARACTERS = "characters"
    LENGTH = "length"
    ZEROS = "zeros"
    CHECK_DIGIT = "check_digit"
    LIVE_IN_TRAINING = "live_in_training"
    TEST_IN_LIVE = "test_in_live"
    NOT_A_NUMBER = "not_a_number"
    DECIDE = "decide"
    """Somebody here has this NHS number: say whether it is this person."""


@dataclass(frozen=True, slots=True)
class Problem:
    field: str
    why: Why


OLDEST = 130
"""Years; an age above is a slip (`contracts.md`, referral file)."""

MOST_VISITS_A_MONTH = 300


@dataclass(frozen=True, slots=True)
class ReferralRead:
    """What could be read of a form; None where it could not, or nothing is there."""

    nhs_number: str | None
    received_on: date | None
    date_of_birth: date | None
    visits_a_month: str | None
    visits_on: date | None
    problems: tuple[Problem, ...]


def read_form(form: ReferralForm, today: date, *, training: bool, number_is_here: bool = False) -> ReferralRead:
    """Read a form by the rules of a referral file, problems in the order of the page. Changes nothing.

    `number_is_here`: somebody here has the NHS number, so the form must say whether it is this person.
    """
    problems: list[Problem] = []

    def day(field: str, typed: str, *, needed: bool, birth: bool = False) -> date | None:
        if not typed.strip():
            if needed:
                problems.append(Problem(field, Why.NEEDED))
            return None
        try:
            found = parse_csv_date(typed.strip()) if birth else parse_typed(typed, today, past=True)
        except BadDate:
            problems.append(Problem(field, Why.NOT_A_DATE))
            return None
        if found > today:
            problems.append(Problem(field, Why.IN_FUTURE))
            return None
        return found

    def needed(field: str, typed: str) -> None:
        if not typed.strip():
            problems.append(Problem(field, Why.NEEDED))

    nhs_number = None
    if form.nhs_number.strip():
        try:
            nhs_number = check_for_store(form.nhs_number, training=training)
        except BadNhsNumber as trouble:
            problems.append(Problem("nhs_number", Why(trouble.code)))
    same = form.whose == Whose.SAME and bool(form.of)
    if nhs_number and number_is_here and form.whose not in (Whose.SAME, Whose.NOT_SURE):
        problems.append(Problem("nhs_number", Why.DECIDE))
    received = day("received_on", form.received_on, needed=True)
    if not same:
        needed("family_name", form.family_name)
        needed("given_name", form.given_name)
    born = day("date_of_birth", form.date_of_birth, needed=not same, birth=True)
    if born and age(born, today) > OLDEST:
        problems.append(Problem("date_of_birth", Why.TOO_OLD))
    if born and received and received < born:
        problems.append(Problem("received_on", Why.BEFORE_BIRTH))
    needed("source", form.source)
    if not form.skills:
        problems.append(Problem("skills", Why.NEEDED))
    visits = number(form.visits_a_month) or None
    if form.visits_a_month.strip() and (visits is None or not 0 <= Decimal(visits) <= MOST_VISITS_A_MONTH):
        problems.append(Problem("visits_a_month", Why.NOT_A_NUMBER))
    visits_on = day("visits_on", form.visits_on, needed=False)
    if form.allergies == Asked.KNOWN:
        needed("substance", form.substance)
    return ReferralRead(nhs_number, received, born, visits, visits_on, tuple(problems))
