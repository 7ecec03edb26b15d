"""Numbers from 1 to 4 taken out of a report, and with them whatever they could be worked out from (`design.md` 12).

Figures that count the same people are kin. Where one of them is hidden its kin of the same part are hidden with it, and
enough other parts are hidden too, so that no hidden number is what is left of a total. The total need not stand in the
same report: whoever saves a figure told apart may save it whole as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from smf_core.figures.core_referrals import CORE_AND_OTHER_REFERRAL_CHANGE, CORE_REFERRAL_CHANGE, WITH_OTHERS
from smf_core.figures.figure import Figure
from smf_core.figures.report import Report

SMALL = 5
"""Counts from 1 up to, and without, this one are hidden; so is what leaves fewer than this hidden of a total."""
FEW = 10
"""Among fewer than this no percentage is shown."""

UNDER = "under 5"
EITHER = "under 5, or hidden so that nothing under 5 can be worked out"
FEWER = "Fewer than 10, so no percentage is shown."
FEW_OTHERS = "hidden, as fewer than 5 referrals came from elsewhere"
BESIDE_HIDDEN = "Counts beside this figure are hidden, so that nothing under 5 can be worked out"

Part = tuple[tuple[str, str], ...]


class WhyShown(StrEnum):
    """Why small numbers are shown: a code for the audit, which holds no words about anybody."""

    CHECKING = "checking"
    COMMISSIONER = "commissioner"
    SAFETY = "safety"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Kin:
    """Figures that are hidden together, part by part; where they are hidden those that `follow` are hidden as well.

    The parts of each of `adds_up` make a whole. An episode is nearly always a person, so the people of the headline
    count as the whole of the episodes; and where nobody began before the period or is left of an earlier one, those who
    began in it are those who ended and those still taught, so a median tells of a rate.
    """

    together: tuple[str, ...]
    follow: tuple[str, ...] = ()
    adds_up: tuple[str, ...] = ()


KIN = (
    Kin(
        (
            "discharge_rate",
            "discharge_rate_episode",
            "discharge_rate_opportunity",
            "days_to_discharge",
            "visits_to_discharge_median",
        ),
        follow=(
            "discharge_rate_cohort",
            "discharge_rate_independent",
            "discharge_rate_supported",
            "rereferral_30",
            "rereferral_90",
            "sustained_90",
            "confidence_gain",
            "visits_released_gross",
            "visits_released_net",
        ),
        adds_up=("discharge_rate", "discharge_rate_episode", "visits_to_discharge_median"),
    ),
    Kin(("people_begun",), adds_up=("people_begun",)),
    Kin(("discharge_rate_independent", "discharge_rate_supported")),
    Kin(("rereferral_30", "rereferral_90", "sustained_90")),
    Kin(("visits_released_gross", "visits_released_net")),
)
_OPPORTUNITY = "discharge_rate_opportunity"
_OF_OTHERS = "core_"
"""Ids of figures that core teams count: what they are among is months, not people."""
_OF_VISITS = frozenset({"visits_released_gross", "visits_released_net"})
"""Their numerators are reckoned, not counted."""
_RELATED = frozenset(name for kin in KIN for name in (*kin.together, *kin.follow))

_NO_COUNTS = re.compile(r"\d{2}-[A-Z][a-z]{2}-\d{4}|\d+\.\d+|\d+ ?%|\d+(?: (?:to|or) \d+)? (?:day|week|month|year)s?\b")
"""Dates, times and what was reckoned: numbers in a sentence that count nobody."""
_COUNT = re.compile(r"\d+")


def hide_small(report: Report) -> Report:
    """The report with small numbers hidden: `suppressed`, with a reason in place of what was counted.

    No percentage is left of fewer than ten. Sentences beside a figure that would give a count away are replaced by
    one that says so.
    """
    rows: defaultdict[str, dict[Part, Figure]] = defaultdict(dict)
    for figure in report.figures:
        rows[figure.id][_part(figure)] = figure
    hidden = _hidden(rows)
    found = tuple(_shown(figure, _part(figure) in hidden[figure.id]) for figure in report.figures)
    telling = {figure.id for figure in found if figure.suppressed or _tells(figure)}
    told = tuple(_quiet(each) if each.id in telling else each for each in found)
    few = () in hidden[CORE_AND_OTHER_REFERRAL_CHANGE.id]
    return replace(report, figures=tuple(map(_without_others, told)) if few else told)


def nearly_the_same(one: Iterable[Figure], other: Iterable[Figure]) -> frozenset[str]:
    """The ids of figures of the same days of which one, taken from the other, leaves fewer than five; all their kin
    with them. A part that only one of them has is one of nobody in the other."""
    before, after = ({(each.id, _part(each)): each for each in some} for some in (one, other))
    found = {name for name, part in before.keys() | after.keys() if _differ_by_few(before, after, (name, part))}
    return frozenset(found | (_RELATED if found & _RELATED else set()))


def _differ_by_few(
    before: Mapping[tuple[str, Part], Figure], after: Mapping[tuple[str, Part], Figure], key: tuple[str, Part]
) -> bool:
    one, other = before.get(key), after.get(key)
    pairs = [(each.numerator or 0, each.denominator or 0) if each else (0, 0) for each in (one, other)]
    counts = list(zip(*pairs, strict=True))[1 if key[0] in _OF_VISITS else 0 :]
    return any(_few(abs(then - now)) for then, now in counts)


def _hidden(rows: Mapping[str, Mapping[Part, Figure]]) -> Mapping[str, set[Part]]:
    """By figure, the parts of it to be hidden."""
    hidden: defaultdict[str, set[Part]] = defaultdict(set)
    for name, parts in rows.items():
        hidden[name] = {part for part, figure in parts.items() if _is_small(figure)}
    alone = [Kin((name,), adds_up=(name,)) for name in rows if name not in _OF_VISITS]
    found = -1
    while found < (found := sum(map(len, hidden.values()))):  # what one hides may leave a small number of another
        for kin in (*KIN, *alone):
            dark = set[Part]().union(*(hidden[name] for name in kin.together))
            dark |= _enough(kin, rows, dark)
            for name in (*kin.together, *kin.follow):
                hidden[name] |= dark & rows.get(name, {}).keys()
    hidden[_OPPORTUNITY] |= _telling_of_gone(rows, hidden[_OPPORTUNITY])
    if _few_others(rows):
        hidden[CORE_AND_OTHER_REFERRAL_CHANGE.id] |= {()}
    return hidden


def _telling_of_gone(rows: Mapping[str, Mapping[Part, Figure]], hidden: set[Part]) -> set[Part]:
    """The parts whose two rates would tell of a few deaths, moves, hospital stays and finished treatments."""
    every, ours = rows.get("discharge_rate_episode", {}), rows.get(_OPPORTUNITY, {})
    gone = {
        part: replace(ours[part], numerator=(every[part].denominator or 0) - (ours[part].denominator or 0))
        for part in every.keys() & ours.keys()
    }
    few = {part for part, each in gone.items() if _few(each.numerator)}
    alone = {part: replace(each, denominator=None) for part, each in gone.items()}
    return few and few | _enough(Kin((), adds_up=("gone",)), {"gone": alone}, few | hidden - {()})


def _few_others(rows: Mapping[str, Mapping[Part, Figure]]) -> bool:
    """Whether the diversion check, beside the change of core teams alone, would tell of a few people."""
    alone, both = (rows.get(each.id, {}).get(()) for each in (CORE_REFERRAL_CHANGE, CORE_AND_OTHER_REFERRAL_CHANGE))
    if alone is None or both is None:
        return False
    counts = zip((alone.numerator, alone.denominator), (both.numerator, both.denominator), strict=True)
    return any(_few((more or 0) - (less or 0)) for less, more in counts)


def _enough(kin: Kin, rows: Mapping[str, Mapping[Part, Figure]], dark: set[Part]) -> set[Part]:
    """Which other parts to hide, the smallest first, so that what is hidden of each total is no small number.

    Where there are not enough, all of them and the whole.
    """
    split = [{part: each for part, each in rows.get(name, {}).items() if part} for name in kin.adds_up]
    parts = {part: each for parts in split for part, each in parts.items()}
    hiding = dark & parts.keys()
    if not hiding:
        return set()
    left = sorted((part for part in parts.keys() - hiding if _many(parts[part])), key=lambda at: (_many(parts[at]), at))
    while not all(_is_enough([one[part] for part in hiding if part in one]) for one in split if one):
        if not left:
            return {(), *parts}
        hiding.add(left.pop(0))
    return hiding


def _many(figure: Figure) -> float:
    return figure.denominator or figure.numerator or 0


def _is_enough(hiding: Sequence[Figure]) -> bool:
    good = sum(int(figure.numerator or 0) for figure in hiding)
    rest = sum(int(figure.denominator or 0) for figure in hiding) - good
    return len(hiding) > 1 and good >= SMALL and not 0 < rest < SMALL


def _is_small(figure: Figure) -> bool:
    """Whether it shows a small number of people, or lets one be taken from another."""
    number, among = figure.numerator, figure.denominator
    if figure.id in _OF_VISITS:
        return _few(among)
    if figure.id.startswith(_OF_OTHERS):
        return _few(number)
    rest = None if number is None or among is None else among - number
    return any(map(_few, (number, among, rest)))


def _few(number: float | None) -> bool:
    return number is not None and 0 < number < SMALL


def _shown(figure: Figure, hide: bool) -> Figure:
    if hide:
        alone = figure.id not in _RELATED
        own = figure.reason if alone and not _counts(figure.reason) else ""
        of = figure.denominator if alone and not figure.group and not figure.id.startswith(_OF_OTHERS) else None
        return replace(
            figure,
            numerator=None,
            denominator=None if _few(of) else of,
            value=None,
            low=None,
            high=None,
            suppressed=True,
            reason=own or _why_hidden(figure, alone),
            beside=(),
        )
    if is_share(figure) and (figure.denominator or 0) < FEW:
        return replace(figure, value=None, low=None, high=None, reason=FEWER)
    return figure


def _why_hidden(figure: Figure, alone: bool) -> str:
    if figure.id == CORE_AND_OTHER_REFERRAL_CHANGE.id:
        return FEW_OTHERS
    return UNDER if alone and _is_small(figure) else EITHER


def is_share(figure: Figure) -> bool:
    """Whether its value is a share of its denominator, so that it is shown as a percentage."""
    among = figure.denominator
    if not among or figure.value is None or figure.low is None or figure.low >= 1:
        return False
    return figure.value == (figure.numerator or 0) / among


def _tells(figure: Figure) -> bool:
    """Whether a count beside the figure is small, or leaves a small number of what the figure shows."""
    if figure.id.startswith(_OF_OTHERS):
        return False
    beside = [count for words in figure.beside for count in _counts(words)]
    shown = [int(each) for each in (figure.numerator, figure.denominator) if each is not None]
    taken = [sum(some) for many in range(1, len(beside) + 1) for some in combinations(beside, many)]
    return any(map(_few, beside)) or any(_few(abs(each - some)) for each in _and_left(shown) for some in taken)


def _and_left(shown: Iterable[int]) -> set[int]:
    numbers = set(shown)
    return numbers | {abs(one - other) for one in numbers for other in numbers}


def _counts(words: str) -> list[int]:
    return [int(each) for each in _COUNT.findall(_NO_COUNTS.sub("", words))]


def _quiet(figure: Figure) -> Figure:
    kept = tuple(words for words in figure.beside if not _counts(words))
    return replace(figure, beside=kept if kept == figure.beside else (*kept, BESIDE_HIDDEN))


def _without_others(figure: Figure) -> Figure:
    """Without what the diversion check said beside it."""
    hidden = f"{WITH_OTHERS}{FEW_OTHERS}."
    kept = tuple(hidden if words.startswith(WITH_OTHERS) else words for words in figure.beside)
    return replace(figure, beside=kept)


def _part(figure: Figure) -> Part:
    return tuple(sorted(figure.group.items()))
