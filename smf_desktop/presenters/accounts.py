"""How the people who use a laptop are named on it."""

from smf_core.policy.roles import Role

ROLE_LABELS = {
    Role.NURSE: "SMF nurse",
    Role.ASSISTANT: "Nursing assistant",
    Role.LEAD: "Team lead",
    Role.ADMIN: "Administrator",
    Role.PRIVACY_OFFICER: "Privacy officer",
}


def role_label(role: Role) -> str:
    return ROLE_LABELS[role]


def initials(name: str) -> str:
    """First letters of the first and the last word: `PN` for Priya Nair."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else ""
