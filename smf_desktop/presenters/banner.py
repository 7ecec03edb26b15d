"""The patient banner in words: who this is, on every page that shows anything about them (design.md 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smf_core.domain.patient import Allergy, Name, NhsNumberStatus, Patient
from smf_desktop.presenters.identity import (
    born,
    day,
    died,
    isolated,
    long_day,
    name_line,
    nhs,
    sex_label,
    spoken_born,
    spoken_name,
    spoken_nhs,
)

NOT_ASKED = "Allergies not asked yet"


class AllergyKind(StrEnum):
    """The three cases; there is no fourth, and none is blank."""

    KNOWN = "known"
    NONE = "none"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class BannerRow:
    """Every text of the banner. `nhs_copy` is what copying puts on the clipboard, "" where no number is known.

    `similar` names people on the caseload whose name is easily taken for this one, "" where there are none.
    `hub_chip` says that something about them is not at the hub yet, "" where all is or nobody says.
    `title` is for the window's title; `spoken` is the whole for a screen reader.
    """

    patient: str
    name: str
    title: str
    born: str
    gender: str
    nhs: str
    allergies_kind: AllergyKind
    allergies: str
    spoken: str
    preferred: str = ""
    nhs_chip: str = ""
    hub_chip: str = ""
    nhs_copy: str = ""
    address: str = ""
    phone: str = ""
    access: str = ""
    died: str = ""
    similar: str = ""
    read_only: str = ""


def banner(patient: Patient, today: date, similar: Sequence[Name] = ()) -> BannerRow:
    """The banner of one person on a day; `similar` are the names easily taken for theirs."""
    kind, allergies = allergy_case(patient)
    return BannerRow(
        patient=patient.id,
        name=name_line(patient.name),
        title=name_line(patient.name),
        born=born(patient.date_of_birth, today, patient.died_on),
        gender=sex_label(patient.sex),
        nhs=nhs(patient.nhs_number),
        allergies_kind=kind,
        allergies=allergies,
        spoken=_spoken(patient, today),
        preferred=isolated(patient.preferred_name),
        nhs_chip="not traced" if patient.nhs_number and patient.nhs_number_status is _NOT_TRACED else "",
        nhs_copy=patient.nhs_number or "",
        address=isolated(address_line(patient)),
        phone=patient.phone,
        access=isolated(patient.access_note),
        died=died(patient.date_of_birth, patient.died_on) if patient.died_on else "",
        similar=similar_line(similar),
        read_only=(
            "A newer version of the application wrote to this record. It can only be read here." * bool(patient.unknown)
        ),
    )


def allergy_case(patient: Patient) -> tuple[AllergyKind, str]:
    """Which of the three cases, and its words. A known allergy outweighs an older "no known allergies"."""
    if patient.allergies:
        return AllergyKind.KNOWN, ", ".join(isolated(allergy_words(one)) for one in patient.allergies)
    if patient.no_known_allergies_on:
        return AllergyKind.NONE, f"No known allergies (asked {day(patient.no_known_allergies_on)})"
    return AllergyKind.NOT_ASKED, NOT_ASKED


def allergy_words(allergy: Allergy) -> str:
    """`Penicillin (rash, 1988)`; two laptops that disagree are said to."""
    about = ", ".join(part for part in (allergy.reaction, allergy.noted_on) if part)
    words = f"{allergy.substance} ({about})" if about else allergy.substance
    return words if allergy.settled else f"{words}, two versions to settle"


def address_line(patient: Patient) -> str:
    """The address on one line, with its postcode."""
    lines = [line.strip().rstrip(",") for line in patient.address.splitlines()]
    return ", ".join(part for part in (*lines, patient.postcode) if part)


def similar_line(names: Sequence[Name]) -> str:
    """`Similar name: ABERNATHY, Dora (Mrs). Check the date of birth.`; "" for nobody."""
    if not names:
        return ""
    listed = " and ".join(name_line(name) for name in names[:2])
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return f"Similar name: {listed}{more}. Check the date of birth."


_NOT_TRACED = NhsNumberStatus.NOT_TRACED


def _spoken(patient: Patient, today: date) -> str:
    parts = [
        f"Patient: {spoken_name(patient.name)}",
        spoken_born(patient.date_of_birth, today, patient.died_on),
        sex_label(patient.sex),
        spoken_nhs(patient.nhs_number),
    ]
    if patient.allergies:
        listed = "; ".join(", ".join(filter(None, (one.substance, one.reaction))) for one in patient.allergies)
        parts.append(f"Allergies: {listed}")
    elif patient.no_known_allergies_on:
        parts.append(f"No known allergies, asked {long_day(patient.no_known_allergies_on)}")
    else:
        parts.append(NOT_ASKED)
    return ". ".join(parts)
