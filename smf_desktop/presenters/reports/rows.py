"""The rows of a report: each figure with what it was counted from, its interval, its baseline and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from smf_core.domain.dates import MONTHS
from smf_core.figures.figure import Figure, Split
from smf_core.figures.suppression import FEWER, UNDER
from smf_desktop.presenters.reports.facts import ReportFacts
from smf_desktop.presenters.reports.means import ESTIMATES, MEANS, ORDER, SHORT
from smf_desktop.presenters.reports.means import UNDER as STANDS_UNDER
from smf_desktop.presenters.team.words import FEW, counted_from, number, of, percent, signed_percent

CHANGES = frozenset({"core_referral_change", "core_and_other_referral_change", "core_referral_change_compared"})
CHANGE, A_MONTH = "core_referral_change", "core_referrals_per_month"
NO_BASELINE = "No baseline"
NOTHING = "–"
PARTS = {Split.SKILL: "by skill", Split.TEAM: "by team", Split.MONTH: "by month", Split.NURSE: "by nurse"}


@dataclass(frozen=True, slots=True)
class Said:
    """What the columns of a row say, "" for nothing. A change stands with its own interval."""

    value: str = ""
    unit: str = ""
    counted: str = ""
    interval: str = ""
    baseline: str = ""
    change: str = ""
    change_interval: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure, or a part of it (`under`). Where it has no value there may be a `reason`, a plain sentence.

    `beside` is what must be read with it; `definition` is the whole of what it means. `whose` is the figure that a part
    is of, "" where `measure` says it.
    """

    key: str
    measure: str
    said: Said = Said()
    under: bool = False
    estimate: bool = False
    reason: str = ""
    means: str = ""
    beside: tuple[str, ...] = ()
    definition: str = ""
    version: str = ""
    whose: str = ""

    @property
    def title(self) -> str:
        return f"{self.whose}: {self.measure}" if self.whose else self.measure

    @property
    def counts(self) -> tuple[tuple[str, str], ...]:
        """Column by column what the row says, without what it does not."""
        said = self.said
        columns = (
            ("Figure", f"{said.value} {said.unit}".strip()),
            ("Counted from", said.counted),
            ("95% CI", said.interval),
            ("Baseline", said.baseline),
            ("Change", f"{said.change}, 95% CI {said.change_interval}" if said.change_interval else said.change),
        )
        return tuple((name, words) for name, words in columns if words not in ("", NOTHING))

    @property
    def spoken(self) -> str:
        estimate = ", estimate" if self.estimate else ""
        counts = "".join(f" {name} {words}." for name, words in self.counts)
        return " ".join(f"{self.title}{estimate}.{counts} {self.reason} {self.means}".split())


def figure_rows(facts: ReportFacts) -> tuple[FigureRow, ...]:
    """Every figure of the report; a change stands with the number it is the change of."""
    by_id: dict[str, list[Figure]] = {}
    for each in facts.report.figures:
        by_id.setdefault(each.id, []).append(each)
    ids = [name for name in ORDER if name in by_id] + [name for name in by_id if name not in ORDER]
    found: list[FigureRow] = []
    for name in ids:
        if name == CHANGE and A_MONTH in by_id:
            continue
        figures = by_id[name]
        whole = next((each for each in figures if not each.group), None)
        parts = [each for each in figures if each.group]
        change = by_id[CHANGE][0] if name == A_MONTH and CHANGE in by_id else None
        found.append(_whole(facts, figures[0], whole, change))
        found += [_part(facts, each) for each in parts]
    return tuple(found)


def _whole(facts: ReportFacts, any_part: Figure, figure: Figure | None, change: Figure | None) -> FigureRow:
    name = any_part.id
    beside = (change.beside if change else ()) + (figure.beside if figure else ())
    reason = figure.reason if figure and figure.value is None else ""
    told = MEANS[name]
    if figure is None:
        told = f"{told} Told {PARTS[Split(next(iter(any_part.group)))]} below."
    if change is not None and change.value is None:
        beside = (change.reason, *beside)
    return FigureRow(
        key=name,
        measure=SHORT.get(name, any_part.label),
        under=name in STANDS_UNDER,
        estimate=name in ESTIMATES,
        said=_against(facts, name, change, _said(figure) if figure else Said()),
        reason=_sentence(figure) if reason and figure else "",
        means=told,
        beside=tuple(dict.fromkeys(beside)),
        definition=f"{any_part.definition} {change.definition}" if change else any_part.definition,
        version=any_part.version,
    )


def _part(facts: ReportFacts, figure: Figure) -> FigureRow:
    by, code = next(iter(figure.group.items()))
    return FigureRow(
        key=f"{figure.id} {code}",
        measure=part_words(by, code, facts.labels),
        under=True,
        said=_said(figure),
        reason=_sentence(figure) if figure.value is None else "",
        beside=figure.beside,
        definition=figure.definition,
        version=figure.version,
        whose=SHORT.get(figure.id, figure.label),
    )


def part_words(by: str, code: str, labels: Mapping[str, str]) -> str:
    """`Insulin`, `Derby North`, `Nov-2026`."""
    if by == Split.MONTH and len(code) == 7:
        return f"{MONTHS[int(code[5:]) - 1][:3]}-{code[:4]}"
    return labels.get(code, code) or "Not known"


def _sentence(figure: Figure) -> str:
    """Why there is no value, with what was counted where that may be said."""
    if figure.suppressed:
        among = f" of {number(figure.denominator)}" if figure.denominator is not None else ""
        return f"{UNDER.capitalize()}{among}" if figure.reason == UNDER else f"{figure.reason.capitalize()}."
    if figure.reason == FEWER:
        return ""
    among = f" {of(figure)}." if figure.numerator is not None and figure.denominator else ""
    return f"{figure.reason}{among}"


def _said(figure: Figure) -> Said:
    value, low, high = figure.value, figure.low, figure.high
    if figure.reason == FEWER or (_is_share(figure) and (figure.denominator or 0) < FEW):
        return Said(of(figure), counted="Fewer than 10, so no percentage")
    if value is None:
        return Said(interval=f"{number(low)} or more") if low is not None else Said()
    match figure.id:
        case "visits_to_discharge_median":
            ends = "not known" if low is None else number(low), "not reached" if high is None else number(high)
            return Said(number(value), "visit" if value == 1 else "visits", of(figure), f"{ends[0]} to {ends[1]}")
        case "days_to_discharge":
            return Said(number(value), "days", of(figure), NOTHING)
        case "confidence_gain":
            return Said(_signed(value), "points", of(figure), f"{_signed(low or 0)} to {_signed(high or 0)}")
        case "open_over_twice_expected":
            return Said(number(value), "", of(figure), NOTHING)
        case "caseload_now":
            return Said(number(value), "person" if value == 1 else "people", NOTHING, NOTHING)
        case "core_referrals_per_month":
            return Said(number(round(value)), "a month", counted_from(figure), NOTHING)
        case "visits_released_gross" | "visits_released_net":
            return Said(number(round(value)), "visits", counted_from(figure), NOTHING)
    if figure.id in CHANGES:
        return Said(signed_percent(value), "", counted_from(figure), _change_interval(figure))
    return Said(percent(value), "", of(figure), f"{percent(low or 0)} to {percent(high or 0)}")


def _against(facts: ReportFacts, name: str, change: Figure | None, said: Said) -> Said:
    """With the baseline and the change from it, which never stands without its interval: that is no control limit."""
    if change is None:
        return replace(said, baseline=NO_BASELINE, change=NOTHING) if name == "discharge_rate" and said.value else said
    before = facts.before
    baseline = f"{number(round(before.value))} a month" if before and before.value is not None else NO_BASELINE
    if change.value is None:
        return replace(said, baseline=baseline, change=NOTHING)
    return replace(
        said, baseline=baseline, change=signed_percent(change.value), change_interval=_change_interval(change)
    )


def _change_interval(figure: Figure) -> str:
    return f"{signed_percent(figure.low or 0)} to {signed_percent(figure.high or 0)}"


def _signed(value: float) -> str:
    said = number(abs(value))
    return said if said == "0" else f"{'−' if value < 0 else '+'}{said}"


def _is_share(figure: Figure) -> bool:
    among = figure.denominator
    return bool(among) and figure.low is not None and figure.value == (figure.numerator or 0) / (among or 1)
