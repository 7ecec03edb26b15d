"""Closed months, plans, the self-check: the words for what can go wrong."""

from smf_core.domain.house_of_care import PartsUnanswered
from smf_core.domain.planned import (
    AT_MOST,
    ClosedBefore,
    MonthRuns,
    NoSuchMonth,
    PlanNotPossible,
    ToDoIncomplete,
)
from smf_core.planner.scenario import LIMITS, REFERRALS_AT_MOST, NotPlannable
from smf_desktop.presenters.messages.words import Spoken, Words

_PLANS = {
    "number": Words(
        f"A plan is a whole number from 0 to {AT_MOST:,}.", "Nothing was changed. Check the number, then save again."
    ),
    "backwards": Words("The plan ends before it begins.", "Nothing was changed. Check the two dates."),
    "locality": Words(
        "No core team is of that locality.", "Nothing was changed. Check its name on the page of the core teams."
    ),
    "nurse": Words("Nobody of that name teaches here.", "Nothing was changed. Choose one of those listed."),
}

_SCENARIOS = {
    "mix": Words("No skill has a share of the referrals.", "Nothing was changed. Give one at least a share above 0."),
    "too_many": Words(
        f"More than {REFERRALS_AT_MOST:,} referrals a month are not reckoned.",
        "Nothing was changed. Plan a part of the area, or check the numbers.",
    ),
    "too_little_seen": Words(
        "Too few pathways have ended here to plan from.", "Come back once ten of them have: they come by themselves."
    ),
}

PLANNING: Spoken = {
    NotPlannable: lambda error: _SCENARIOS.get(error.code) or _outside(error),
    MonthRuns: Words("That month is not over yet.", "Nothing was closed. Close it once it has ended."),
    ClosedBefore: Words(
        "This month has been closed before.",
        "What was kept then stays as it is. Enter why it is closed again, then close it.",
    ),
    NoSuchMonth: Words(
        "This closed month cannot be read here.", "Nothing was changed. Go back to the list, or update the application."
    ),
    ToDoIncomplete: Words(
        "An action says what is to be done, who sees to it and by when.",
        "Nothing was saved. Fill in what is missing, or take the action off the list.",
    ),
    PlanNotPossible: lambda error: _PLANS[error.code],
    PartsUnanswered: lambda error: Words(
        f"{len(error.parts)} of the parts are not answered yet."
        if len(error.parts) > 1
        else "One part is not answered.",
        "Nothing was saved. Answer every part, then save again.",
    ),
}


def _outside(error: NotPlannable) -> Words:
    least, most = LIMITS[error.what]
    return Words(
        f"A number of the scenario is outside {least:,g} to {most:,g}.", "Nothing was changed. Check it, then go on."
    )
