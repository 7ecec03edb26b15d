"""What speaks against a time, in words. Light: the words for every trouble hold these."""

from collections.abc import Mapping, Sequence

from smf_core.domain.diary import Concern, Warned
from smf_desktop.presenters.days import weekday_day

CONCERNS: Mapping[Concern, str] = {
    Concern.NURSE_BUSY: "the nurse has another visit at {clock}",
    Concern.NURSE_AWAY: "the nurse is away",
    Concern.BANK_HOLIDAY: "bank holiday",
    Concern.WEEKEND: "weekend",
    Concern.SEEN_THAT_DAY: "this person has a visit at {clock} that day",
    Concern.OUTSIDE_WINDOW: "outside the time of the dose",
}
SHOWN = 3


def concern_words(warned: Sequence[Warned]) -> str:
    """`Wed 25-Dec-2026: bank holiday. ...`: the first few, and how many more."""
    lines = [f"{weekday_day(one.on)}: {CONCERNS[one.concern].format(clock=one.clock)}" for one in warned[:SHOWN]]
    more = len(warned) - SHOWN
    return ". ".join(lines) + (f". And {more} more" if more > 0 else "") + "."
