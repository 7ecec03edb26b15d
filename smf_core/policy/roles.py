"""The people who use the product, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    NURSE = "nurse"
    ASSISTANT = "assistant"
    LEAD = "lead"
    ADMIN = "admin"
    PRIVACY_OFFICER = "privacy_officer"


class Capability(StrEnum):
    CLINICAL_LEAD = "clinical_lead"


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may unlock this laptop. Who is a registered nurse follows from the role: nurse and lead are.

    `in_grace`: the time to work without the hub is over, and only the day's visits may be finished.
    """

    id: str
    username: str
    name: str
    role: Role
    capabilities: frozenset[Capability] = frozenset()
    active: bool = True
    in_grace: bool = False

    @property
    def is_registered_nurse(self) -> bool:
        return self.role in (Role.NURSE, Role.LEAD)

    @property
    def is_clinical_lead(self) -> bool:
        return Capability.CLINICAL_LEAD in self.capabilities
