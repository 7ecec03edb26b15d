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


@dataclass(frozen=True, slots=True)
class Contact:
    """A person around the patient; an informal carer may be a learner."""

    id: str
    name: str
    relation: str = ""
    phone: str = ""
    informal_carer: bool = False


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


@dataclass(frozen=True, slots=True)
class Patient:
    """One person as the banner and the overview need them.

    `no_known_allergies_on` is the day "no known allergies" was answered, None when it was not.
    `conflicts` names the units (a phone, an address ...) two laptops changed apart.
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
    died_on: date | None = None
    no_known_allergies_on: date | None = None
    allergies: tuple[Allergy, ...] = ()
    alerts: tuple[Alert, ...] = ()
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
