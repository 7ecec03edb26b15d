"""Numbers and sentences as the charts say them (`design.md` 10)."""

from collections.abc import Iterable, Sequence
from math import floor, log10

from smf_core.domain.dates import MONTHS


def percent(share: float) -> str:
    return f"{round(share * 100)}%"


def number(value: float) -> str:
    """With thousands apart, and one decimal only where it says something."""
    rounded = round(value, 1)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def visits(count: int) -> str:
    return "1 visit" if count == 1 else f"{count:,} visits"


def month(iso: str) -> str:
    """2026-11 as Nov-26."""
    year, month = iso.split("-")
    return f"{MONTHS[int(month) - 1][:3]}-{year[-2:]}"


def listed(parts: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join((*([", ".join(parts[:-1])] if parts[1:] else []), *parts[-1:]))


def sentences(parts: Iterable[str]) -> str:
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def ticks(low: float, high: float, most: int, *, whole: bool = False) -> tuple[float, ...]:
    """Round numbers from at or under `low` to at or over `high`, about `most` of them and two at least."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough * 0.999)
    step = max(step, 1.0) if whole else step
    first = floor(low / step + 1e-9)
    found = [round(first * step, 10)]
    while found[-1] < high - step * 1e-9:
        first += 1
        found.append(round(first * step, 10))
    return tuple(found)
