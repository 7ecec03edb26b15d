"""Readings: typed text to an exact value, and the limits it is held against (`clinical.md` section 2).

What was typed is never changed: a value that cannot be read stays as it was typed and is a hard finding.
Nothing here computes or suggests a dose.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from smf_core.domain.checklist_pieces import Observation, ObservationType
from smf_core.domain.dates import parse_time
from smf_core.domain.patient import Sex
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit import Reading, ReadingForm

SYSTOLIC, DIASTOLIC = "systolic_mmhg", "diastolic_mmhg"
CATHETER_LENGTH, CATHETER_ROUTE = "catheter_length", "catheter_route"
TISSUE = ("tissue_granulation_pct", "tissue_epithelial_pct", "tissue_slough_pct", "tissue_necrotic_pct")


class FindingKind(StrEnum):
    """Hard: cannot be right and cannot be signed. Soft: may be right, and asks for a note."""

    HARD = "hard"
    SOFT = "soft"


class FindingCode(StrEnum):
    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    """A comma before exactly three figures: 1,200 may be twelve hundred or one and a fifth."""

    NOT_WHOLE = "not_whole"
    NOT_AN_OPTION = "not_an_option"
    NOT_A_TIME = "not_a_time"
    UNKNOWN = "unknown"
    """The checklist has no such observation."""

    OUTSIDE_LIMITS = "outside_limits"
    NOT_A_STEP = "not_a_step"
    OUTSIDE_EXPECTED = "outside_expected"
    METER_FLAG = "meter_flag"
    """LO or HI: no number, always worth a note."""

    CHANGED = "changed"
    NOT_BELOW_SYSTOLIC = "not_below_systolic"
    NOT_100_PERCENT = "not_100_percent"
    FEMALE_LENGTH = "female_length"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be said about one reading. `low` and `high` are the limits it was held against, where it was."""

    kind: FindingKind | None = None
    code: FindingCode | None = None
    low: Decimal | None = None
    high: Decimal | None = None


FINE = Finding()


def number(text: str) -> str:
    """Typed text as exact decimal text ("5,50" is "5.50"), or "" when it is not a plain number.

    Comma or point; no exponents, no units, no NaN or infinity, at most 9 figures before and 6 after.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match["whole"] or match["part"]):
        return ""
    whole = match["whole"].lstrip("0") or "0"
    value = f"{whole}.{match['part']}" if match["part"] else whole
    return f"-{value}" if match["sign"] == "-" and Decimal(value) else value


def value_of(observation: Observation, text: str) -> str:
    """What is recorded for typed text: decimal text, an option's code, LO or HI; "" when it cannot be read."""
    typed = text.strip()
    if observation.type is ObservationType.CHOICE:
        return typed if typed in observation.options else ""
    if typed.upper() in observation.flags:
        return typed.upper()
    if _THOUSANDS.fullmatch(typed):
        return ""
    return number(typed)


def check(
    observation: Observation, text: str, *, earlier: Sequence[Reading] = (), at: datetime | None = None
) -> Finding:
    """One reading against its own limits; nothing typed is nothing found.

    `earlier` holds readings already recorded of the person; those of this observation within the days of
    `soft_change` before `at` are compared.
    """
    if not text.strip():
        return FINE
    value = value_of(observation, text)
    if observation.type is ObservationType.CHOICE:
        return FINE if value else Finding(FindingKind.HARD, FindingCode.NOT_AN_OPTION)
    if value in observation.flags:
        return Finding(FindingKind.SOFT, FindingCode.METER_FLAG, observation.soft_min, observation.soft_max)
    if not value:
        code = FindingCode.AMBIGUOUS if _THOUSANDS.fullmatch(text.strip()) else FindingCode.NOT_A_NUMBER
        return Finding(FindingKind.HARD, code, observation.min, observation.max)
    return _check_number(observation, Decimal(value), earlier, at)


def check_all(
    observations: Mapping[str, Observation],
    readings: Sequence[ReadingForm],
    *,
    sex: Sex,
    at: datetime,
    earlier: Sequence[Reading] = (),
) -> tuple[Finding, ...]:
    """One finding per reading, in order: each on its own first, then against the readings beside it.

    `at` is the start of the visit. A recheck is a reading like any other: it never excuses the one before it.
    """
    findings = []
    for index, reading in enumerate(readings):
        own = _check_one(observations.get(reading.observation), reading, earlier, at)
        if own.kind is not FindingKind.HARD and reading.value.strip():
            own = _check_beside(readings, index, sex, earlier) or own
        findings.append(own)
    return tuple(findings)


_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]{0,9})(?:[.,](?P<part>[0-9]{0,6}))?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")


def _check_one(
    observation: Observation | None, reading: ReadingForm, earlier: Sequence[Reading], at: datetime
) -> Finding:
    if observation is None:
        return Finding(FindingKind.HARD, FindingCode.UNKNOWN)
    if reading.at.strip():
        try:
            parse_time(reading.at)
        except DomainError:
            return Finding(FindingKind.HARD, FindingCode.NOT_A_TIME)
    return check(observation, reading.value, earlier=earlier, at=at)


def _check_number(observation: Observation, value: Decimal, earlier: Sequence[Reading], at: datetime | None) -> Finding:
    low, high = observation.min, observation.max
    if observation.type is ObservationType.INTEGER and value != value.to_integral_value():
        return Finding(FindingKind.HARD, FindingCode.NOT_WHOLE, low, high)
    if (low is not None and value < low) or (high is not None and value > high):
        return Finding(FindingKind.HARD, FindingCode.OUTSIDE_LIMITS, low, high)
    if observation.step is not None and (value - (low or Decimal(0))) % observation.step:
        return Finding(FindingKind.HARD, FindingCode.NOT_A_STEP, observation.step)
    low, high = observation.soft_min, observation.soft_max
    if (low is not None and value < low) or (high is not None and value > high):
        return Finding(FindingKind.SOFT, FindingCode.OUTSIDE_EXPECTED, low, high)
    change = observation.soft_change
    if change is not None and at is not None:
        since = at - timedelta(days=change.days)
        near = [
            Decimal(one.value)
            for one in earlier
            if one.observation == observation.id and since <= one.at <= at and number(one.value)
        ]
        if any(abs(value - before) > change.more_than for before in near):
            return Finding(FindingKind.SOFT, FindingCode.CHANGED, min(near), max(near))
    return FINE


def _check_beside(readings: Sequence[ReadingForm], index: int, sex: Sex, earlier: Sequence[Reading]) -> Finding | None:
    reading = readings[index]
    if reading.observation == DIASTOLIC:
        return _diastolic(readings, index)
    if reading.observation in TISSUE:
        return _tissue(readings, index)
    if reading.observation == CATHETER_LENGTH and reading.value.strip() == "female":
        return _female_length(readings, sex, earlier)
    return None


def _diastolic(readings: Sequence[ReadingForm], index: int) -> Finding | None:
    """Diastolic must be below the systolic of the same reading: the same time, and the same place among those."""
    at = readings[index].at.strip()
    place = sum(one.observation == DIASTOLIC and one.at.strip() == at for one in readings[:index])
    systolics = [one for one in readings if one.observation == SYSTOLIC and one.at.strip() == at]
    upper = number(systolics[place].value) if place < len(systolics) else ""
    if not upper or Decimal(number(readings[index].value)) < Decimal(upper):
        return None
    return Finding(FindingKind.HARD, FindingCode.NOT_BELOW_SYSTOLIC, high=Decimal(upper))


def _tissue(readings: Sequence[ReadingForm], index: int) -> Finding | None:
    """The tissue percentages of one time must total 100; one left empty counts as none. Said at the last of them."""
    at = readings[index].at.strip()
    together = [place for place, one in enumerate(readings) if one.observation in TISSUE and one.at.strip() == at]
    typed = [place for place in together if readings[place].value.strip()]
    if index != typed[-1]:
        return None
    values = [number(readings[place].value) for place in typed]
    if "" in values or sum(map(Decimal, values)) == 100:
        return None
    return Finding(FindingKind.HARD, FindingCode.NOT_100_PERCENT, high=sum(map(Decimal, values), Decimal(0)))


def _female_length(readings: Sequence[ReadingForm], sex: Sex, earlier: Sequence[Reading]) -> Finding | None:
    """A female-length catheter in a male urethra does harm: a hard stop unless the route is known to be suprapubic."""
    typed = [one.value.strip() for one in readings if one.observation == CATHETER_ROUTE and one.value.strip()]
    known = [one for one in earlier if one.observation == CATHETER_ROUTE]
    route = typed[-1] if typed else max(known, key=lambda one: one.at).value if known else ""
    if sex is Sex.FEMALE or route == "suprapubic":
        return None
    return Finding(FindingKind.HARD if sex is Sex.MALE else FindingKind.SOFT, FindingCode.FEMALE_LENGTH)
