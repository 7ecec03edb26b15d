"""How the people who use a laptop are named on it."""

from smf_core.policy.roles import Role
from smf_desktop.presenters.initials import initials as initials

ROLE_LABELS = {
    Role.NURSE: "SMF nurse",
    Role.ASSISTANT: "Nursing assistant",
    Role.LEAD: "Team lead",
    Role.ADMIN: "Administrator",
    Role.PRIVACY_OFFICER: "Privacy officer",
}


def role_label(role: Role) -> str:
    return ROLE_LABELS[role]
