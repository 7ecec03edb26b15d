"""Why somebody opens the record of a person who is not on their list."""

from enum import StrEnum


class WhyOpened(StrEnum):
    """A code for the audit, which holds no words about anybody."""

    HELPING = "helping"
    RANG = "rang"
    SAFETY = "safety"
    TAKING_OVER = "taking_over"
    SAME_PERSON = "same_person"
    ASKED_TO = "asked_to"
