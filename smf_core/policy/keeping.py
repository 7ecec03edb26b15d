"""How long a laptop of a team keeps the people whose teaching ended, and who may ask the hub for more."""

from collections.abc import Collection
from datetime import date, timedelta

from smf_core.policy.roles import Role

NURSE_DAYS = 125
LEAD_DAYS = 3 * 365 + 1
MAY_ASK_FIGURES = frozenset({Role.LEAD, Role.ADMIN, Role.PRIVACY_OFFICER})


def days_for(roles: Collection[str]) -> int:
    """How many days a laptop whose users have these roles keeps those who were discharged."""
    return LEAD_DAYS if Role.LEAD in roles else NURSE_DAYS


def keeps_all_since(day: date, roles: Collection[str], today: date) -> bool:
    """Whether such a laptop still holds everybody whose teaching ended on that day or after."""
    return day >= today - timedelta(days=days_for(roles))
