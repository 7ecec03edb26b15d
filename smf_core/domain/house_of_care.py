"""How a service judges itself, part by part of the House of Care: a picture of what care for long-term conditions
stands on. Two walls, a roof, a floor, and within them the conversation of a person with a professional."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smf_core.domain.planned import ToDo
from smf_core.domain.trouble import DomainError


class Part(StrEnum):
    """A part of the house, the middle first."""

    CONVERSATION = "conversation"
    PEOPLE = "people"
    PROFESSIONALS = "professionals"
    PROCESSES = "processes"
    COMMISSIONING = "commissioning"


class Standing(StrEnum):
    NOT_YET = "not_yet"
    PARTLY = "partly"
    IN_PLACE = "in_place"


@dataclass(frozen=True, slots=True)
class Answer:
    """How far a part is in place, and the words that say why."""

    standing: Standing
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheck:
    """What a service said of itself on a day; `by` is a user's id. A part that is not in `answers` was not known."""

    id: str
    on: date
    by: str
    answers: Mapping[Part, Answer]
    actions: tuple[ToDo, ...] = ()
    note: str = ""


class PartsUnanswered(DomainError):
    """Every part of the house is answered; `parts` are those that are not."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        super().__init__(*(part.value for part in parts))
        self.parts = parts
