"""Numbers from 1 to 4 taken out of a report, and with them whatever they could be worked out from (`design.md` 12)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import combinations

from smf_core.figures.core_referrals import CORE_AND_OTHER_REFERRAL_CHANGE, WITH_OTHERS
from smf_core.figures.figure import Figure
from smf_core.figures.hidden_parts import (
    OF_OTHERS,
    OF_VISITS,
    RELATED,
    WHOLE,
    Part,
    hidden_parts,
    is_few,
    is_small,
    part_of,
    told_by,
)
from smf_core.figures.report import Report

FEW = 10
"""Among fewer than this no percentage is shown."""

UNDER = "under 5"
EITHER = "under 5, or hidden so that nothing under 5 can be worked out"
FEWER = "Fewer than 10, so no percentage is shown."
FEW_OTHERS = "hidden, as fewer than 5 referrals came from elsewhere"
BESIDE_HIDDEN = "Counts beside this figure are hidden, so that nothing under 5 can be worked out"


class WhyShown(StrEnum):
    """Why small numbers are shown: a code for the audit, which holds no words about anybody."""

    CHECKING = "checking"
    COMMISSIONER = "commissioner"
    SAFETY = "safety"
    AUDIT = "audit"


_NO_COUNTS = re.compile(r"\d{2}-[A-Z][a-z]{2}-\d{4}|\d+\.\d+|\d+ ?%|\d+(?: (?:to|or) \d+)? (?:day|week|month|year)s?\b")
"""Dates, times and what was reckoned: numbers in a sentence that count nobody."""
_COUNT = re.compile(r"\d+")


def hide_small(report: Report) -> Report:
    """The report with small numbers hidden: `suppressed`, with a reason in place of what was counted.

    No percentage is left of fewer than ten. Sentences beside a figure that would give a count away are replaced by
    one that says so.
    """
    hidden = hidden_parts((*report.figures, *report.alongside))
    every = _with_nobody(report.figures, hidden)
    found = tuple(_shown(figure, part_of(figure) in hidden[figure.id]) for figure in every)
    telling = {figure.id for figure in found if figure.suppressed or _tells(figure)}
    told = tuple(_quiet(each) if each.id in telling else each for each in found)
    few = WHOLE in hidden[CORE_AND_OTHER_REFERRAL_CHANGE.id]
    return replace(report, figures=tuple(map(_without_others, told)) if few else told, alongside=())


def _with_nobody(figures: Sequence[Figure], hidden: Mapping[str, set[Part]]) -> Iterator[Figure]:
    """The figures, each followed by those of its parts that are hidden although nobody is in them."""
    known = {(each.id, part_of(each)) for each in figures}
    last = {(each.id, told_by(part_of(each))): each for each in figures}
    for each in figures:
        yield each
        by = told_by(part_of(each))
        if by and last[each.id, by] is each:
            for part in sorted(hidden[each.id]):
                if told_by(part) == by and (each.id, part) not in known:
                    yield replace(each, group=dict(part))


def nearly_the_same(one: Iterable[Figure], other: Iterable[Figure]) -> frozenset[str]:
    """The ids of figures of the same days of which one, taken from the other, leaves fewer than five; all their kin
    with them. A part that only one of them has is one of nobody in the other."""
    before, after = ({(each.id, part_of(each)): each for each in some} for some in (one, other))
    found = {name for name, part in before.keys() | after.keys() if _differ_by_few(before, after, (name, part))}
    return frozenset(found | (RELATED if found & RELATED else set()))


def _differ_by_few(
    before: Mapping[tuple[str, Part], Figure], after: Mapping[tuple[str, Part], Figure], key: tuple[str, Part]
) -> bool:
    one, other = before.get(key), after.get(key)
    pairs = [(each.numerator or 0, each.denominator or 0) if each else (0, 0) for each in (one, other)]
    counts = list(zip(*pairs, strict=True))[1 if key[0] in OF_VISITS else 0 :]
    return any(is_few(abs(then - now)) for then, now in counts)


def _shown(figure: Figure, hide: bool) -> Figure:
    if hide:
        alone = figure.id not in RELATED
        own = figure.reason if alone and not _counts(figure.reason) else ""
        of = figure.denominator if alone and not figure.group and not figure.id.startswith(OF_OTHERS) else None
        return replace(
            figure,
            numerator=None,
            denominator=None if is_few(of) else of,
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
    return UNDER if alone and is_small(figure) else EITHER


def is_share(figure: Figure) -> bool:
    """Whether its value is a share of its denominator, so that it is shown as a percentage."""
    among = figure.denominator
    if not among or figure.value is None or figure.low is None or figure.low >= 1:
        return False
    return figure.value == (figure.numerator or 0) / among


def _tells(figure: Figure) -> bool:
    """Whether a count beside the figure is small, or leaves a small number of what the figure shows."""
    if figure.id.startswith(OF_OTHERS):
        return False
    beside = [count for words in figure.beside for count in _counts(words)]
    shown = [int(each) for each in (figure.numerator, figure.denominator) if each is not None]
    taken = [sum(some) for many in range(1, len(beside) + 1) for some in combinations(beside, many)]
    return any(map(is_few, beside)) or any(is_few(abs(each - some)) for each in _and_left(shown) for some in taken)


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
