"""General practices and core teams: to whom letters go."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Practice:
    """A general practice by its national code. `successor` is the code of the practice that took over a closed one."""

    code: str
    name: str
    address: str = ""
    postcode: str = ""
    phone: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    successor: str = ""

    def closed(self, on: date) -> bool:
        """Whether the practice is closed on a day; `closed_on` is its first closed day."""
        return self.closed_on is not None and self.closed_on <= on


@dataclass(frozen=True, slots=True)
class CoreTeam:
    """A core community nursing team: the one that visits before teaching, and after where it does not succeed."""

    id: str
    name: str
    phone: str = ""
    address: str = ""
    locality: str = ""
