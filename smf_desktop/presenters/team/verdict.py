"""What the run chart of referrals says in one word: better, worse, or no more than chance (design.md section 12)."""

from dataclasses import dataclass
from itertools import takewhile

from smf_core.figures.core_chart import CoreReferralChart
from smf_desktop.presenters.labels import ChipKind

RUN = 7
"""So many months in a row on one side of the old mean are a shift."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The badge beside the title, "" for none, and what is said of the months."""

    words: str = ""
    kind: ChipKind = "neutral"
    icon: str = ""
    note: str = ""


BETTER, WORSE = Verdict("Improvement", "info", "trending-down"), Verdict("Concern", "warn", "trending-up")
CHANCE = Verdict("No change beyond chance")


def verdict(chart: CoreReferralChart) -> Verdict:
    """Fewer referrals are better. After a reset the months are held to the mean before it, too: a new mean that is
    lower has no month below itself to show for it."""
    limited = [each for each in chart.months if each.point is not None and not each.point.trial]
    if not limited:
        return Verdict()
    starts = [each.month for each in chart.rebases if each.applied]
    since = max(starts, default="")
    now = [each for each in limited if each.month >= since]
    before = next((each.point for each in reversed(limited) if since and each.month < since), None)
    if before is not None and now:
        below = [(each.count or 0) < before.mean for each in now]
        note = f"{sum(below)} of {len(now)} below old mean"
        run = len(list(takewhile(lambda one: one == below[-1], reversed(below))))
        if run >= RUN:
            found = BETTER if below[-1] else WORSE
            return Verdict(found.words, found.kind, found.icon, note)
    marks = {each.point.verdict for each in now if each.point is not None and each.point.rule is not None}
    return BETTER if "improvement" in marks else WORSE if "concern" in marks else CHANCE
