"""Whether fewer people are referred to core teams, with all that must stand beside such a claim (`clinical.md` 3.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from smf_core.domain.core_counts import written_month
from smf_core.domain.dates import written_day
from smf_core.figures.core_changes import Change, NotHeld, Times, change, in_both, said_change, same_months
from smf_core.figures.core_counts import (
    Counts,
    baseline_stated,
    comparison_counts,
    months_asked,
    other_referrals,
    our_counts,
    said_missing,
    said_types,
    whole_months,
)
from smf_core.figures.figure import Asked, Counted, Definition, Split
from smf_core.measures import RateRatio, difference_in_differences

NOTHING_IMPORTED = "No referrals to core teams have been imported for this period."
NO_BASELINE = "No baseline is stated, so there is nothing to compare with."
NOTHING_BEFORE = "No referrals to core teams have been imported for the time before."
OVERLAPS = "This period overlaps the time it would be held against."
OF_EVERYBODY = "Core teams' counts name no skill and no nurse, so this is told of everybody only."
NO_LOCALITY = "A referral that did not come from a core team has no locality, so this is told of all of them only."
NO_COMPARISON = "No comparison teams."
WITH_OTHERS = "With referrals to this service from elsewhere: "
NO_PROOF = "A before-and-after comparison, not proof of cause."


@dataclass(frozen=True, slots=True)
class _Held:
    """Our teams' counts, the times they are compared over, and what was said on the way."""

    counts: Counts
    times: Times
    before: tuple[date, ...]
    after: tuple[date, ...]
    left_out: tuple[str, ...]
    against: str


def _per_month(connection: Connection, asked: Asked) -> Iterable[Counted]:
    if asked.skill or asked.nurse:
        return [Counted(reason=OF_EVERYBODY)]
    months = months_asked(asked)
    counts = our_counts(connection, asked)
    counts = counts.of(counts.lines_in(months))
    whole = [month for month in months if counts.is_whole(month)]
    missing = [month for month in months if month not in whole]
    if not whole:
        return [Counted(reason=NOTHING_IMPORTED)]
    if asked.by is Split.MONTH:
        return [_of_month(counts, month) for month in months]
    total = sum(map(counts.total, whole))
    beside = (said_types(counts), *said_missing(missing))
    return [Counted(numerator=total, denominator=len(whole), value=total / len(whole), beside=beside)]


def _of_month(counts: Counts, month: date) -> Counted:
    part = f"{month:%Y-%m}"
    if not counts.is_whole(month):
        return Counted(part=part, reason=f"No count, or not of every team, for {written_month(month)}.")
    return Counted(part=part, numerator=counts.total(month), denominator=1, value=counts.total(month))


def _held(connection: Connection, asked: Asked) -> _Held:
    """What is compared with what. Raises `NotHeld`."""
    if asked.skill or asked.nurse:
        raise NotHeld(OF_EVERYBODY)
    stated = baseline_stated(connection)
    if asked.before:
        since, until, against = *asked.before, "Held against the time that was asked for."
    elif stated and stated.since and stated.until:
        since, until = stated.since, stated.until
        against = f"Baseline stated on {written_day(stated.on)}: {stated.source}."
    else:
        raise NotHeld(NO_BASELINE)
    if asked.since <= until and since <= asked.until:
        raise NotHeld(OVERLAPS)
    counts, before, after = our_counts(connection, asked), whole_months(since, until), months_asked(asked)
    if not counts.lines_in(after):
        raise NotHeld(NOTHING_IMPORTED)
    if not counts.lines_in(before):
        raise NotHeld(NOTHING_BEFORE)
    counts, left_out = in_both(counts, before, after)
    times = same_months([counts], before, after, stated.bedding_in if stated else None)
    return _Held(counts, times, before, after, left_out, against)


def _change(connection: Connection, asked: Asked) -> Iterable[Counted]:
    try:
        held = _held(connection, asked)
        found = change(held.counts, held.times)
    except NotHeld as reason:
        return [Counted(reason=str(reason), beside=(NO_PROOF,))]
    beside = (
        *held.times.said(),
        held.against,
        said_types(held.counts),
        *held.left_out,
        *found.beside,
        _said_others(connection, asked, held),
        _said_compared(connection, held),
        NO_PROOF,
    )
    return [_counted(found.ratio, found, beside)]


def _with_others(connection: Connection, asked: Asked) -> Iterable[Counted]:
    try:
        held = _held(connection, asked)
        others, found = _diversion(connection, asked, held)
    except NotHeld as reason:
        return [Counted(reason=str(reason), beside=(NO_PROOF,))]
    counted = [sum(others.get(month, 0) for month in time) for time in (held.times.after, held.times.before)]
    beside = (
        *held.times.said(),
        held.against,
        said_types(held.counts),
        f"Of these, referrals to this service from elsewhere: {counted[0]} against {counted[1]}.",
        *found.beside,
        NO_PROOF,
    )
    return [_counted(found.ratio, found, beside)]


def _compared(connection: Connection, asked: Asked) -> Iterable[Counted]:
    try:
        held = _held(connection, asked)
        ours, theirs, times = _beside_comparison(connection, held)
    except NotHeld as reason:
        return [Counted(reason=str(reason), beside=(NO_PROOF,))]
    beside = (
        *times.said(),
        held.against,
        said_types(held.counts),
        *held.left_out,
        f"Teams with self-management: {said_change(ours.ratio)}.",
        f"Comparison teams: {said_change(theirs.ratio)}, {theirs.after} referrals against {theirs.before}.",
        NO_PROOF,
    )
    return [_counted(difference_in_differences(ours.ratio, theirs.ratio), ours, beside)]


def _counted(ratio: RateRatio, found: Change, beside: tuple[str, ...]) -> Counted:
    return Counted(
        numerator=found.after,
        denominator=found.before,
        value=ratio.value - 1,
        low=ratio.low - 1,
        high=ratio.high - 1,
        beside=beside,
    )


def _diversion(connection: Connection, asked: Asked, held: _Held) -> tuple[Mapping[date, int], Change]:
    """Referrals to this service that no core team made, by month; and the change with them. Raises `NotHeld`."""
    if asked.locality:
        raise NotHeld(NO_LOCALITY)
    others = other_referrals(connection, asked, held.times.all)
    return others, change(held.counts, held.times, lambda month: others.get(month, 0))


def _beside_comparison(connection: Connection, held: _Held) -> tuple[Change, Change, Times]:
    """The change here, that of the comparison teams, both over the months that both counted. Raises `NotHeld`."""
    theirs = comparison_counts(connection)
    if not theirs.lines_in(held.before) or not theirs.lines_in(held.after):
        raise NotHeld(NO_COMPARISON)
    theirs, _ = in_both(theirs, held.before, held.after)
    times = same_months([held.counts, theirs], held.before, held.after, held.times.bedding_in)
    return change(held.counts, times), change(theirs, times), times


def _said_others(connection: Connection, asked: Asked, held: _Held) -> str:
    try:
        _, found = _diversion(connection, asked, held)
    except NotHeld as reason:
        return f"{WITH_OTHERS}{reason}"
    return f"{WITH_OTHERS}{said_change(found.ratio)}."


def _said_compared(connection: Connection, held: _Held) -> str:
    try:
        ours, theirs, _ = _beside_comparison(connection, held)
    except NotHeld as reason:
        return str(reason)
    found = difference_in_differences(ours.ratio, theirs.ratio)
    return f"Against comparison teams without self-management: {said_change(found)}."


_HOW = (
    "The same calendar months are compared, without the month that the baseline leaves out as bedding-in, per "
    "registered person where the population is known. Only teams and referral types counted both before and in the "
    "period are in it, and only months counted for all of them. The interval is that of a rate ratio, wider where "
    "months vary more than by chance."
)
CORE_REFERRALS_PER_MONTH = Definition(
    id="core_referrals_per_month",
    label="Referrals to core teams a month",
    unit="referrals",
    version="1",
    words=(
        "Referrals to the core teams in the whole months of the period, divided by those months. Core teams count "
        "them, and the figure is of all their referrals, whichever team of ours is asked about. A month without a "
        "count of every team is left out and named, never taken as 0. Teams marked as a comparison are not in it."
    ),
    count=_per_month,
    splits=frozenset({Split.NONE, Split.MONTH}),
    of_period=False,
)
CORE_REFERRAL_CHANGE = Definition(
    id="core_referral_change",
    label="Change in referrals to core teams",
    unit="referrals",
    version="1",
    words=f"The rate of referrals to core teams in the period over that of the baseline, less 1. {_HOW}",
    count=_change,
)
CORE_AND_OTHER_REFERRAL_CHANGE = Definition(
    id="core_and_other_referral_change",
    label="Change with referrals from elsewhere (diversion check)",
    unit="referrals",
    version="1",
    words=(
        "As the change in referrals to core teams, with referrals to this service that no core team made added to each "
        f"month. If the first falls and this does not, work was moved and not avoided. {_HOW}"
    ),
    count=_with_others,
)
CORE_REFERRAL_CHANGE_COMPARED = Definition(
    id="core_referral_change_compared",
    label="Change against teams without self-management",
    unit="referrals",
    version="1",
    words=(
        "The rate ratio of the teams with self-management over that of the comparison teams without it, less 1 "
        f"(difference in differences): how much more fell here than fell anyway. {_HOW}"
    ),
    count=_compared,
    of_period=False,
)
