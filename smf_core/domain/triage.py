"""Why a referral cannot be decided together with others."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a referral was left for somebody to look at by itself."""

    DECIDED = "decided"
    QUESTION = "question"
    """It waits for information that nobody has answered."""
    MAYBE_HERE = "maybe_here"
    TAUGHT = "taught"
    DIED = "died"
    NOT_APPROVED = "not_approved"
    READ_ONLY = "read_only"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Left:
    """A referral that was left as it is."""

    referral: str
    why: Why
