"""Figures, and what they are held against: the words for what can go wrong."""

from smf_core.domain.core_counts import BadMonth
from smf_core.domain.stated import BaselineNotPossible, CauseNeeded, MonthAhead, NotStated, SourceNeeded
from smf_core.measures import NoData, NoExposure, NotACount, NotEnough, NotEstimable
from smf_desktop.presenters.messages.words import Spoken, Words

_BASELINES = {
    "backwards": Words("The baseline ends before it begins.", "Nothing was changed. Check the two dates."),
    "ahead": Words("The baseline is not over yet.", "Nothing was changed. Choose days up to today."),
    "short": Words(
        "The baseline holds no whole month.",
        "Nothing was changed. Begin with the first day of a month, end with its last.",
    ),
}

FIGURES: Spoken = {
    NoData: Words("Nothing has been counted.", "There is no number to tell. Choose a longer period."),
    NotEnough: Words("Too little has been counted.", "How much it varies cannot be seen yet. Choose a longer period."),
    NotEstimable: Words("A count is zero where it would be divided by.", "No number can be told. The counts stand."),
    NoExposure: Words(
        "How many people or how much time was looked at is not known.", "No rate can be told. The counts stand."
    ),
    NotACount: Words("A count is negative, or more than the whole.", "No number can be told. Check what was imported."),
    BadMonth: Words("Write the month as 2026-11, 11/2026 or Nov-2026.", ""),
    BaselineNotPossible: lambda error: _BASELINES[error.code],
    SourceNeeded: Words("Say where the number comes from.", "Nothing was changed. Enter the source, then save again."),
    CauseNeeded: Words(
        "The limits of a chart are set anew for a named cause only.",
        "Nothing was changed. Enter what happened in that month, then save again.",
    ),
    MonthAhead: Words("That month has not begun yet.", "Nothing was changed. Check the month and the clock."),
    NotStated: Words(
        "This is not here, or somebody withdrew it meanwhile.", "Nothing was changed. Go back to the list."
    ),
}
