"""Consent to be taught a skill, and capacity for that decision where it was doubted (gate `u02`)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Answer(StrEnum):
    """What the person said to being taught this skill."""

    GIVEN = "given"
    NOT_GIVEN = "not_given"
    WITHDRAWN = "withdrawn"


class Capacity(StrEnum):
    """Capacity for this decision. Nobody's is doubted without a ground: `not_doubted` needs no assessment."""

    NOT_DOUBTED = "not_doubted"
    HAS = "has_capacity"
    LACKS = "lacks_capacity"


@dataclass(frozen=True, slots=True)
class Consent:
    """What is recorded for one pathway. `basis` says on what ground care goes on where capacity is lacking."""

    answer: Answer
    on: date | None
    by: str = ""
    capacity: Capacity = Capacity.NOT_DOUBTED
    capacity_on: date | None = None
    basis: str = ""
    note: str = ""
    settled: bool = True
