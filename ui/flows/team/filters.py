"""What the page is narrowed to: how each filter stands, and what choosing in one asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from smf_desktop.presenters.team.facts import Options
from smf_desktop.presenters.team.words import period, periods
from smf_desktop.services.team.page import Asked

OTHER_DAYS = "other"
Filter = tuple[str, str, Sequence[tuple[str, str]]]
"""The code a filter stands at, its words, and what can be chosen."""


def filters(asked: Asked, options: Options, today: date) -> Mapping[str, Filter]:
    """Every filter of the page by its name."""
    found: dict[str, Filter] = {"period": period_filter(asked.since, asked.until, today)}
    for key, value, nothing, choices in (
        ("team", asked.team, "All teams", options.teams),
        ("skill", asked.skill, "All skills", options.skills),
        ("nurse", asked.nurse, "All nurses", options.nurses),
        ("locality", asked.locality, "All localities", options.localities),
    ):
        words = dict(choices).get(value, value) if value else nothing
        found[key] = value, words, (("", nothing), *choices)
    return found


def period_filter(since: date, until: date, today: date) -> Filter:
    """The filter of the days, both included."""
    days = periods(today)
    chosen = next((key for key, _, span in days if span == (since, until)), OTHER_DAYS)
    return chosen, period(since, until), [*((key, words) for key, words, _ in days), (OTHER_DAYS, "Other dates...")]


def narrowed(asked: Asked, key: str, code: str) -> Asked:
    """What is asked for once a code was chosen in a filter; "" is everybody."""
    match key:
        case "team":
            return replace(asked, team=code)
        case "skill":
            return replace(asked, skill=code)
        case "nurse":
            return replace(asked, nurse=code)
    return replace(asked, locality=code)
