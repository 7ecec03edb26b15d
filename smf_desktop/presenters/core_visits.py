"""The core team's visits that still go on, over time, in words."""

from collections.abc import Sequence

from smf_core.domain.pathway import CoreVisits
from smf_desktop.presenters.days import day


def core_visits_words(rows: Sequence[CoreVisits]) -> str:
    """`60 a month from 01-Nov-2026, 30 from 17-Nov-2026, 0 from 01-Dec-2026`: each holds until the next.

    Of several for one day the last holds, and a number that is said again from a later day changes nothing.
    """
    by_day = {row.from_: row.visits_per_month for row in rows}
    said: list[str] = []
    last = None
    for from_, a_month in sorted(by_day.items()):
        if a_month != last:
            said.append(f"{a_month}{'' if said else ' a month'} from {day(from_)}")
        last = a_month
    return ", ".join(said)
