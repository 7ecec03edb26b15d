"""How large a share did it, part by part: a dot with its interval, and the counts beside."""

from dataclasses import dataclass

from smf_core.figures.figure import Figure
from smf_desktop.reports.charts.chart import Column, Table
from smf_desktop.reports.charts.words import percent, sentences

NOBODY = "Nobody's teaching ended in this period."
FEW = 10
"""Of fewer than these no percentage is shown, only the counts (`clinical.md` 3.2)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many with the interval of their share. Where it cannot be said, `reason` says why and all of them
    are None."""

    key: str
    label: str
    number: int | None = None
    among: int | None = None
    low: float | None = None
    high: float | None = None
    reason: str = NOBODY

    @property
    def share(self) -> float | None:
        return self.number / self.among if self.number is not None and self.among else None

    @property
    def said(self) -> tuple[str, str]:
        """The share, where enough were counted, and the counts."""
        if self.share is None:
            return "", self.reason
        counts = f"{self.number:,} of {self.among:,}"
        return ("", f"{counts}, n under {FEW}") if (self.among or 0) < FEW else (percent(self.share), counts)


def rate_of(figure: Figure, label: str) -> Rate:
    """A part of a figure, or the whole of one, under the name it is shown by."""
    key = next(iter(figure.group.values()), "")
    if figure.value is None or figure.numerator is None or figure.denominator is None:
        return Rate(key, label, reason=figure.reason)
    return Rate(key, label, int(figure.numerator), int(figure.denominator), figure.low, figure.high)


@dataclass(frozen=True, slots=True)
class RatesChart:
    """Rates by skill (or another part), the highest first; `whole` is the band behind them.

    `dark` are the keys, "" that of the whole, of those that are hidden where small numbers are.
    """

    rates: tuple[Rate, ...]
    whole: Rate | None = None
    part: str = "Skill"
    reason: str = NOBODY
    dark: frozenset[str] = frozenset()

    @property
    def ordered(self) -> list[Rate]:
        """The highest first; those that cannot be said last."""
        return sorted(self.rates, key=lambda each: (each.share is None, -(each.share or 0.0), each.label.casefold()))

    def table(self) -> Table:
        columns = (
            Column(self.part),
            Column("Number", "count"),
            Column("Out of", "count"),
            Column("Share", "share"),
            Column("95% CI from", "share"),
            Column("95% CI to", "share"),
            Column("Note"),
        )
        rows = (*self.ordered, *((self.whole,) if self.whole else ()))
        return Table(columns, tuple(map(_row, rows)))

    def summary(self) -> str:
        if not self.rates:
            return self.reason
        rates = (*((self.whole,) if self.whole else ()), *self.ordered)
        return sentences(("Share discharged to self-care", *map(told, rates)))


def told(each: Rate) -> str:
    """A rate in a breath."""
    return f"{each.label}: {', '.join(part for part in each.said if part)}"


def _row(each: Rate) -> tuple[str | int | float | None, ...]:
    if each.share is None:
        return (each.label, each.number, each.among, None, None, None, each.reason)
    if (each.among or 0) < FEW:
        return (each.label, each.number, each.among, None, None, None, f"n under {FEW}")
    return (each.label, each.number, each.among, each.share, each.low, each.high, "")
