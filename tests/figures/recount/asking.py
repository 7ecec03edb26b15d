"""What is asked of the records, and how an answer reads."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from tests.figures.recount.arithmetic import wilson
from tests.figures.recount.records import Pathway, Records, Referral


@dataclass(frozen=True, slots=True)
class Asked:
    """Both days included; "" is all of them. `by` is "", skill, nurse, team or month.

    `before` is what a change is held against where that is not the baseline of the service.
    """

    since: date
    until: date
    as_of: date
    team: str = ""
    skill: str = ""
    nurse: str = ""
    locality: str = ""
    by: str = ""
    before: tuple[date, date] | None = None

    def holds(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.until

    def about(self, each: Pathway | Referral) -> bool:
        """What was asked about, by its team, skill, nurse and locality; a referral has no nurse."""
        skills = each.skills if isinstance(each, Referral) else (each.skill,)
        nurse = "" if isinstance(each, Referral) else self.nurse
        return (
            self.team in {"", each.team}
            and (not self.skill or self.skill in skills)
            and self.locality in {"", each.locality}
            and (not nurse or (isinstance(each, Pathway) and each.nurse == nurse))
        )

    def part(self, each: Pathway, day: date | None) -> str:
        if self.by == "month":
            return f"{day:%Y-%m}" if day else ""
        return {"": "", "skill": each.skill, "nurse": each.nurse, "team": each.team}[self.by]


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of one part. Without a value nothing could be reckoned.

    `beside` is what has to be said with it: the numbers of the sentence that holds some words.
    """

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    beside: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


Parts = dict[str, Told]
Figure = Callable[[Records, Asked], Parts]


def rate(found: int, among: int) -> Told:
    if not among:
        return Told()
    low, high = wilson(found, among)
    return Told(found, among, found / among, low, high)


def rates(pairs: Iterable[tuple[str, bool]]) -> Parts:
    """The share of true ones in each part."""
    told: dict[str, list[bool]] = defaultdict(list)
    for part, found in pairs:
        told[part].append(found)
    return {part: rate(sum(each), len(each)) for part, each in told.items()}


def closed(records: Records, asked: Asked) -> Iterator[Pathway]:
    """The counted episodes closed in the period."""
    return (each for each in records.counted if asked.holds(each.closed) and asked.about(each))
