"""What stands in the home for a skill: there to stay, lent, or to come back. Nothing is ordered here."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    IN_HOME = "in_home"
    LENT = "lent"
    RETURN_AT_DISCHARGE = "return_at_discharge"
    RETURNED = "returned"


TO_COME_BACK = frozenset({Standing.LENT, Standing.RETURN_AT_DISCHARGE})


@dataclass(frozen=True, slots=True)
class Equipment:
    """One thing. `episode` is the pathway it is for, None for the home as a whole; `since` is when it got there."""

    id: str
    item: str
    standing: Standing = Standing.IN_HOME
    episode: str | None = None
    since: date | None = None
    note: str = ""
    settled: bool = True

    @property
    def comes_back(self) -> bool:
        return self.standing in TO_COME_BACK
