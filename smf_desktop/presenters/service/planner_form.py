"""The numbers of a scenario as they are typed, each with what was observed of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from smf_core.domain.stated import DAYS_A_MONTH
from smf_core.planner.scenario import LIMITS, REFERRALS_AT_MOST, Scenario
from smf_core.planner.seen import Seen
from smf_desktop.presenters.team.words import number, percent

MIX = "mix:"
"""Before the code of a skill: the field of its share."""

WHOLE = ("at_most", "months")
LABELS: Mapping[str, tuple[str, str]] = {
    "referrals": ("Referrals", "a month"),
    "nurses": ("Nurses", "whole-time"),
    "hours": ("Hours of each for visits", "a week"),
    "minutes": ("Length of a visit", "min"),
    "travel": ("Travel to a visit", "min"),
    "at_most": ("Taught at a time", "a nurse"),
    "scale": ("Area, times this one", "×"),
    "months": ("Months ahead", ""),
}
"""What each number is called, and its unit."""

NO_NAME = "Enter a name"
TAKEN = "Another scenario has this name: enter a new one"
NO_MIX = "Give at least one skill a share above 0"
TOO_MANY = f"Referrals times the area are more than {REFERRALS_AT_MOST:,} a month: plan a part of it"


@dataclass(frozen=True, slots=True)
class ToCorrect:
    """What is wrong, in a sentence for each field."""

    problems: Mapping[str, str]


def typed(scenario: Scenario) -> dict[str, str]:
    """A scenario as it stands in its fields."""
    found = {key: _plain(getattr(scenario, key)) for key in LABELS}
    return {"name": scenario.name, **found, **{f"{MIX}{skill}": _plain(share) for skill, share in scenario.mix}}


def read_typed(fields: Mapping[str, str]) -> Scenario | ToCorrect:
    """What was typed as a scenario, else what is wrong with it."""
    problems, found = dict[str, str](), dict[str, float | None]()
    for key in LABELS:
        found[key] = _number(fields[key], *LIMITS[key], whole=key in WHOLE)
        if found[key] is None and not (key == "at_most" and not fields[key].strip()):
            problems[key] = _sentence(key)
    mix = {key: _number(words or "0", 0, 100) for key, words in fields.items() if key.startswith(MIX)}
    problems |= {key: "Enter a share from 0 to 100" for key, share in mix.items() if share is None}
    if not problems and not any(mix.values()):
        problems[next(iter(mix))] = NO_MIX
    name = fields["name"].strip()
    if not name:
        problems["name"] = NO_NAME
    if not problems and (found["referrals"] or 0) * (found["scale"] or 0) > REFERRALS_AT_MOST:
        problems["referrals"] = TOO_MANY
    if problems:
        return ToCorrect(problems)
    most = found["at_most"]
    return Scenario(
        name=name,
        mix=tuple((key.removeprefix(MIX), share or 0.0) for key, share in mix.items()),
        at_most=None if most is None else int(most),
        months=int(found["months"] or 1),
        **{key: found[key] or 0.0 for key in LABELS if key not in WHOLE},
    )


def observed_words(seen: Seen, travel: float) -> dict[str, str]:
    """What was seen of each number, and from how many; where the records say nothing, that."""
    a_month = number(seen.referrals / seen.days * DAYS_A_MONTH)
    mean = seen.minutes / seen.timed if seen.timed else 0.0
    used = seen.visits * (mean + travel) / 60 / seen.days * 7 / max(1, seen.nurses)
    mix = {
        f"{MIX}{each.skill}": f"{percent(seen.mix.get(each.skill, 0) / max(1, seen.pathways))}, "
        f"{seen.mix.get(each.skill, 0):,} of {seen.pathways:,}"
        for each in seen.skills
    }
    return {
        "referrals": f"Observed: {a_month} a month, {seen.referrals:,} in {seen.days} days",
        "nurses": f"Observed: {seen.nurses:,} made visits; their contracts are not recorded",
        "hours": f"Not observed, a usual value. Visits and this travel took {number(used)} of each nurse",
        "minutes": f"Observed: {number(mean)}, mean of {seen.timed:,} visits" if seen.timed else "Not observed",
        "travel": "Not observed, a usual value",
        "at_most": f"Planned: {seen.at_most}" if seen.at_most else "Nothing is planned. Empty: no limit",
        "scale": "10: ten such areas. Referrals and nurses are multiplied",
        "months": "",
        "name": "",
        **mix,
    }


def _number(words: str, least: float, most: float, *, whole: bool = False) -> float | None:
    try:
        found = float(words.strip().replace(",", ""))
    except ValueError:
        return None
    in_reach = isfinite(found) and least <= found <= most
    return found if in_reach and not (whole and found != int(found)) else None


def _sentence(key: str) -> str:
    least, most = (f"{each:,g}" for each in LIMITS[key])
    return f"Enter a {'whole ' if key in WHOLE else ''}number from {least} to {most}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
