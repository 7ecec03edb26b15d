"""Which parts of figures are hidden, so that nothing under five is told or can be worked out (`design.md` 12).

Figures that count the same people are kin. Where one of them is hidden its kin of the same part are hidden with it, and
enough other parts are hidden too, so that no hidden number is what is left of a total.

Whoever saves one report may save every other of the same days. So a whole is hidden for its own sake and that of whole
kin, whatever it is told apart by; parts are hidden for their whole and for one another. Every report that is given the
same `EPISODES` to choose from then hides the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from smf_core.figures.core_referrals import CORE_AND_OTHER_REFERRAL_CHANGE, CORE_REFERRAL_CHANGE
from smf_core.figures.figure import Figure
from smf_core.figures.report import EPISODES

SMALL = 5
"""Counts from 1 up to, and without, this one are hidden; so is what leaves fewer than this hidden of a total."""

Part = tuple[tuple[str, str], ...]
"""What a figure is of, by what it is told apart; the whole is `WHOLE`."""
WHOLE: Part = ()
Parts = Mapping[Part, Figure]


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
        EPISODES,
        follow=(
            "days_to_discharge",
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
RELATED = frozenset(name for kin in KIN for name in (*kin.together, *kin.follow))
_EVERY, _OURS = "discharge_rate_episode", "discharge_rate_opportunity"
OF_OTHERS = "core_"
"""Ids of figures that core teams count: what they are among is months, not people."""
OF_VISITS = frozenset({"visits_released_gross", "visits_released_net"})
"""Their numerators are reckoned, not counted."""


def hidden_parts(figures: Iterable[Figure]) -> Mapping[str, set[Part]]:
    """By figure, its parts to be hidden. A part that has nobody in one figure is hidden there with its kin: who knew
    that nobody is in it would know more of the others."""
    rows: defaultdict[str, dict[Part, Figure]] = defaultdict(dict)
    for figure in figures:
        rows[figure.id][part_of(figure)] = figure
    hidden: defaultdict[str, set[Part]] = defaultdict(set)
    for name, parts in rows.items():
        hidden[name] = {part for part, figure in parts.items() if is_small(figure)}
    alone = [Kin((name,), adds_up=(name,)) for name in rows if name not in OF_VISITS]
    found = -1
    while found < (found := sum(map(len, hidden.values()))):  # what one hides may leave a small number of another
        for kin in (*KIN, *alone):
            dark = set[Part]().union(*(hidden[name] for name in kin.together))
            dark |= _enough(kin, rows, dark)
            for name in (*kin.together, *kin.follow):
                hidden[name] |= dark
    hidden[_OURS] |= _telling_of_gone(rows, hidden[_OURS])
    if _few_others(rows):
        hidden[CORE_AND_OTHER_REFERRAL_CHANGE.id] |= {WHOLE}
    return hidden


def part_of(figure: Figure) -> Part:
    return tuple(sorted(figure.group.items()))


def told_by(part: Part) -> tuple[str, ...]:
    """What a part is told apart by."""
    return tuple(by for by, _ in part)


def is_small(figure: Figure) -> bool:
    """Whether it shows a small number of people, or lets one be taken from another."""
    number, among = figure.numerator, figure.denominator
    if figure.id in OF_VISITS:
        return is_few(among)
    if figure.id.startswith(OF_OTHERS):
        return is_few(number)
    rest = None if number is None or among is None else among - number
    return any(map(is_few, (number, among, rest)))


def is_few(number: float | None) -> bool:
    return number is not None and 0 < number < SMALL


def _telling_of_gone(rows: Mapping[str, Parts], hidden: set[Part]) -> set[Part]:
    """The parts whose two rates would tell of a few deaths, moves, hospital stays and finished treatments."""
    every, ours = rows.get(_EVERY, {}), rows.get(_OURS, {})
    gone = {
        part: replace(ours[part], numerator=(every[part].denominator or 0) - (ours[part].denominator or 0))
        for part in every.keys() & ours.keys()
    }
    few = {part for part, each in gone.items() if is_few(each.numerator)}
    alone = {part: replace(each, denominator=None) for part, each in gone.items()}
    return few and few | _enough(Kin((), adds_up=("gone",)), {"gone": alone}, few | hidden - {WHOLE})


def _few_others(rows: Mapping[str, Parts]) -> bool:
    """Whether the diversion check, beside the change of core teams alone, would tell of a few people."""
    alone, both = (rows.get(each.id, {}).get(WHOLE) for each in (CORE_REFERRAL_CHANGE, CORE_AND_OTHER_REFERRAL_CHANGE))
    if alone is None or both is None:
        return False
    counts = zip((alone.numerator, alone.denominator), (both.numerator, both.denominator), strict=True)
    return any(is_few((more or 0) - (less or 0)) for less, more in counts)


def _enough(kin: Kin, rows: Mapping[str, Parts], dark: set[Part]) -> set[Part]:
    """Which other parts to hide, so that what is hidden of each total is no small number; all where the whole is."""
    apart = {told_by(part) for name in kin.adds_up for part in rows.get(name, {}) if part}
    return set[Part]().union(*(_enough_of(split, dark) for by in apart if (split := list(_split(kin, rows, by)))))


def _split(kin: Kin, rows: Mapping[str, Parts], by: tuple[str, ...]) -> Iterator[Parts]:
    """Of each of the figures that add up, its parts as told apart so."""
    for name in kin.adds_up:
        yield {part: each for part, each in rows.get(name, {}).items() if part and told_by(part) == by}


def _enough_of(split: Sequence[Parts], dark: set[Part]) -> set[Part]:
    """The smallest parts first; all of them where there are not enough: then the whole is small as well."""
    parts = {part: each for one in split for part, each in one.items()}
    if WHOLE in dark:
        return set(parts)
    hiding = dark & parts.keys()
    if not hiding:
        return set()
    left = sorted((part for part in parts.keys() - hiding if _many(parts[part])), key=lambda at: (_many(parts[at]), at))
    while not all(_is_enough([one[part] for part in hiding if part in one]) for one in split if one):
        if not left:
            return set(parts)
        hiding.add(left.pop(0))
    return hiding


def _many(figure: Figure) -> float:
    return figure.denominator or figure.numerator or 0


def _is_enough(hiding: Sequence[Figure]) -> bool:
    good = sum(int(figure.numerator or 0) for figure in hiding)
    rest = sum(int(figure.denominator or 0) for figure in hiding) - good
    return len(hiding) > 1 and good >= SMALL and not 0 < rest < SMALL
