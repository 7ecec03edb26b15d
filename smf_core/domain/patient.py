"""The person who is taught, as the records know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """Person stated gender, as the referral gives it."""

    FEMALE = "female"
    MALE = "male"
    INDETERMINATE = "indeterminate"
    NOT_KNOWN = "not_known"


class NhsNumberStatus(StrEnum):
    """What is known of the NHS number; tracing happens in the trust's own system."""

    NOT_KNOWN = "not_known"
    NOT_TRACED = "not_traced"
    TRACED = "traced"


@dataclass(frozen=True, slots=True)
class Name:
    family: str
    given: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """One allergy or intolerance; `settled` is False while two laptops disagree about it."""

    id: str
    substance: str
    reaction: str = ""
    noted_on: str = ""
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Alert:
    """Something everyone who opens the record must see."""

    id: str
    text: str
    detail: str = ""
    settled: bool = True


class Private(StrEnum):
    """Why an alert is shown only to whoever asks for it."""

    SAFEGUARDING = "safeguarding"
    STAFF_SAFETY = "staff_safety"


@dataclass(frozen=True, slots=True)
class PrivateMark:
    """That there is a private alert. Its words are read one by one, and each reading is noted."""

    id: str
    kind: Private
    settled: bool = True


class ContactKind(StrEnum):
    PERSON = "person"
    PHARMACY = "pharmacy"
    SERVICE = "service"


class Attorney(StrEnum):
    """A lasting power of attorney: for health and welfare, for property and finance, for both."""

    NONE = ""
    HEALTH = "health"
    FINANCE = "finance"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone around the patient: a person, the pharmacy, another service. An informal carer may be a learner.

    `may_talk`: we may talk to them about the patient. `may_leave_message`: a message may be left at their number.
    """

    id: str
    name: str
    relation: str = ""
    phone: str = ""
    informal_carer: bool = False
    kind: ContactKind = ContactKind.PERSON
    may_talk: bool = False
    may_leave_message: bool = False
    emergency: bool = False
    attorney: Attorney = Attorney.NONE
    note: str = ""
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine or product that a skill concerns, as prescribed elsewhere and copied here."""

    id: str
    skill: str
    name: str
    strength: str = ""
    device: str = ""
    dose: str = ""
    times: str = ""
    targets: str = ""
    ends_on: date | None = None
    prescriber: str = ""
    prescribed_on: date | None = None
    source: str = ""
    """Where the prescription was read: the chart at home, the discharge letter, the practice."""

    settled: bool = True


@dataclass(frozen=True, slots=True)
class Patient:
    """One person as the banner and the overview need them.

    `no_known_allergies_on` is the day "no known allergies" was answered, None when it was not.
    `conflicts` names the units (a phone, an address ...) two laptops changed apart. `private` tells of alerts that
    are shown only on a key; their words are not here.
    """

    id: str
    name: Name
    date_of_birth: date
    sex: Sex
    nhs_number: str | None = None
    nhs_number_status: NhsNumberStatus = NhsNumberStatus.NOT_KNOWN
    preferred_name: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    practice_code: str = ""
    gp: str = ""
    access_note: str = ""
    ethnic_category: str = ""
    language: str = ""
    interpreter: bool = False
    access_needs: str = ""
    opted_out: bool = False
    """The person opted out of their record being used for research and planning (national data opt-out)."""

    died_on: date | None = None
    no_known_allergies_on: date | None = None
    allergies: tuple[Allergy, ...] = ()
    alerts: tuple[Alert, ...] = ()
    private: tuple[PrivateMark, ...] = ()
    contacts: tuple[Contact, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    conflicts: frozenset[str] = frozenset()
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Fields a newer version wrote; kept, never shown, and the record is read-only while there are any."""

    def contact(self, contact_id: str) -> Contact | None:
        return next((c for c in self.contacts if c.id == contact_id), None)


def age(born: date, on: date) -> int:
    """Completed years of age on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


ETHNIC_CATEGORIES: Mapping[str, str] = {
    "A": "White: British",
    "B": "White: Irish",
    "C": "White: any other White background",
    "D": "Mixed: White and Black Caribbean",
    "E": "Mixed: White and Black African",
    "F": "Mixed: White and Asian",
    "G": "Mixed: any other mixed background",
    "H": "Asian or Asian British: Indian",
    "J": "Asian or Asian British: Pakistani",
    "K": "Asian or Asian British: Bangladeshi",
    "L": "Asian or Asian British: any other Asian background",
    "M": "Black or Black British: Caribbean",
    "N": "Black or Black British: African",
    "P": "Black or Black British: any other Black background",
    "R": "Other ethnic groups: Chinese",
    "S": "Other ethnic groups: any other ethnic group",
    "Z": "Not stated: the person was asked and chose not to say",
    "99": "Not known",
}
"""The ethnic categories of the NHS Data Dictionary: 16 and "not stated", with the code for not known."""
