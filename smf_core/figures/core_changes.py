"""How often people are referred after against before: the same calendar months, and all that was counted in them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.core_counts import written_month
from smf_core.figures.core_counts import Counts, said_missing, said_months
from smf_core.measures import NotEnough, NotEstimable, RateRatio, dispersion, rate_ratio

NO_SAME_MONTHS = "No calendar month was counted in full both before and in this period."
NO_TEAM_IN_BOTH = "No team and referral type was counted both before and in this period."
NOTHING_COUNTED = "Nothing at all was counted before or in this period, so no change can be told."


class NotHeld(Exception):
    """Two times cannot be held against each other: a plain sentence says why."""


@dataclass(frozen=True, slots=True)
class Times:
    """The months that are compared: each calendar month of one time is in the other. `missing` were not counted."""

    before: tuple[date, ...]
    after: tuple[date, ...]
    missing: tuple[date, ...]
    bedding_in: date | None

    @property
    def all(self) -> tuple[date, ...]:
        return (*self.before, *self.after)

    def said(self) -> tuple[str, ...]:
        told = [
            f"{_months(self.after)} ({said_months(self.after)}) against {_months(self.before)} "
            f"({said_months(self.before)}), the same calendar months."
        ]
        if self.bedding_in:
            told.append(f"{written_month(self.bedding_in)} is left out, as the service was only beginning.")
        before, after = (Counter(each.month for each in time) for time in (self.before, self.after))
        if len({(before[month], after[month]) for month in before}) > 1:
            told.append("Some calendar months are in it more often than others.")
        return (*told, *said_missing(self.missing))


@dataclass(frozen=True, slots=True)
class Change:
    """How many were counted before and after, and the rate ratio of the two with its interval."""

    before: int
    after: int
    ratio: RateRatio
    beside: tuple[str, ...]


def in_both(counts: Counts, before: Sequence[date], after: Sequence[date]) -> tuple[Counts, tuple[str, ...]]:
    """The lines counted in both times, so that the same is compared, and what is said of others. Raises `NotHeld`."""
    then, now = counts.lines_in(before), counts.lines_in(after)
    if not then & now:
        raise NotHeld(NO_TEAM_IN_BOTH)
    left = counts.named(then ^ now)
    return counts.of(then & now), ((f"Left out, as not counted in both: {', '.join(left)}.",) if left else ())


def same_months(
    groups: Sequence[Counts], before: Sequence[date], after: Sequence[date], bedding_in: date | None
) -> Times:
    """The months to compare: counted in full in every group, of a calendar month that both times have, and not the
    one in which the service was only beginning. Raises `NotHeld`."""
    left = [bedding_in] if bedding_in in (*before, *after) else []
    wanted = [[month for month in time if month not in left] for time in (before, after)]
    whole = [[month for month in time if all(group.is_whole(month) for group in groups)] for time in wanted]
    calendar = {month.month for month in whole[0]} & {month.month for month in whole[1]}
    if not calendar:
        raise NotHeld(NO_SAME_MONTHS)
    kept = [tuple(month for month in time if month.month in calendar) for time in whole]
    missing = tuple(month for time, full in zip(wanted, whole, strict=True) for month in time if month not in full)
    return Times(kept[0], kept[1], missing, left[0] if left else None)


def change(counts: Counts, times: Times, more: Callable[[date], int] = lambda _: 0) -> Change:
    """The rate per registered person and month after over that before (`clinical.md` 3.4); `more` is added to a
    month's count. Raises `NotHeld` where nothing was counted in one of the two."""
    before, after = ([counts.total(month) + more(month) for month in time] for time in (times.before, times.after))
    people = [[counts.population(month) for month in time] for time in (times.before, times.after)]
    known = [[each for each in time if each] for time in people]
    if all(len(time) == len(every) for time, every in zip(known, people, strict=True)):
        exposures = [sum(time) / 12 for time in known]
        beside = ["Told per registered person and month."]
    else:
        exposures = [float(len(time)) for time in people]
        beside = ["No registered population for every month and team, so it is taken as unchanged."]
    try:
        spread = dispersion(before, after)
        if spread > 1:
            beside.append(f"Months vary {spread:.1f} times as much as by chance; the interval is wider for it.")
    except NotEnough:
        spread = 1.0
        beside.append("With one month each, how much months vary cannot be seen; the interval may be too narrow.")
    except NotEstimable:
        raise NotHeld(NOTHING_COUNTED) from None
    try:
        ratio = rate_ratio(sum(after), sum(before), exposures[1], exposures[0], spread)
    except NotEstimable:
        raise NotHeld(NOTHING_COUNTED) from None
    return Change(sum(before), sum(after), ratio, tuple(beside))


def said_change(ratio: RateRatio) -> str:
    """10.0% fewer (95% interval: 13.9% fewer to 6.0% fewer)."""
    return f"{_moved(ratio.value)} (95% interval: {_moved(ratio.low)} to {_moved(ratio.high)})"


def _moved(ratio: float) -> str:
    return f"{abs(ratio - 1) * 100:.1f}% {'fewer' if ratio < 1 else 'more'}"


def _months(time: Sequence[date]) -> str:
    return "1 month" if len(time) == 1 else f"{len(time)} months"
