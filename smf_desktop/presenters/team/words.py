"""Numbers and days as the team page writes them (design.md sections 10 and 12)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from smf_core.figures.figure import Figure
from smf_core.operations.protocol import LaptopNote
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.labels import counted

FEW = 10
"""Of fewer than these no percentage is shown, only the counts (`clinical.md` 3.2)."""

NO_EDITION = "The edition of the index is not recorded"


def percent(share: float) -> str:
    return f"{round(share * 100)}%"


def signed_percent(change: float) -> str:
    """`−10.0%`, with a real minus; no change has no sign."""
    said = f"{abs(change) * 100:.1f}%"
    sign = "" if said == "0.0%" else "−" if change < 0 else "+"
    return f"{sign}{said}"


def number(value: float) -> str:
    """With thousands apart, and one decimal only where it says something."""
    rounded = round(value, 1)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"


def people(many: int) -> str:
    return "1 person" if many == 1 else f"{many:,} people"


def of(figure: Figure) -> str:
    """`141 of 190`."""
    return f"{number(figure.numerator or 0)} of {number(figure.denominator or 0)}"


def counted_from(figure: Figure) -> str:
    """`141 of 190`; of what is no share `4,452 in 12 months`, `4,452 against 4,948`, `46 discharges`."""
    numerator, denominator = figure.numerator or 0, figure.denominator or 0
    match figure.id:
        case "core_referrals_per_month":
            return f"{number(numerator)} in {counted(int(denominator), 'month')}"
        case "core_referral_change" | "core_and_other_referral_change" | "core_referral_change_compared":
            return f"{number(numerator)} against {number(denominator)}"
        case "visits_released_gross":
            return counted(int(denominator), "discharge")
        case "visits_released_net":
            return counted(int(denominator), "ended pathway")
    return of(figure)


def interval(low: str, high: str) -> str:
    return f"95% CI {low} to {high}"


def cell_words(kind: str, value: str | int | float | None) -> str:
    """A cell of a chart's table, "" where nothing is known."""
    if value is None or isinstance(value, str):
        return value or ""
    return percent(value) if kind == "share" else number(value)


def period(since: date, until: date) -> str:
    return day(since) if since == until else f"{day(since)} to {day(until)}"


def as_at(at: datetime) -> str:
    return f"Figures as at {day(at.date())} {clock(at)}"


def periods(today: date) -> tuple[tuple[str, str, tuple[date, date]], ...]:
    """What the period can be at once: (key, words, first and last day). The first is what the page opens with."""
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    found = [(f"months:{many}", f"Last {many} months", (_before(month, many), last)) for many in (12, 24, 6, 3)]
    return (
        *found,
        ("last", "Last month", (_before(month, 1), last)),
        ("this", "This month so far", (month, today)),
    )


def _before(month: date, many: int) -> date:
    """The first day of the month so many months before."""
    place = month.year * 12 + month.month - 1 - many
    return date(place // 12, place % 12 + 1, 1)


def laptops_words(notes: Sequence[LaptopNote], now: datetime) -> str:
    """Which laptops the hub has not heard of today, or which said they had more to send; "" where there is none."""
    late = [one for one in notes if not one.revoked and (one.unsent or _seen(one, now) is None or _is_old(one, now))]
    return " ".join(f"{one.name} {_last(one, now)}: what was done on it since is not in these figures." for one in late)


def _seen(note: LaptopNote, now: datetime) -> datetime | None:
    return datetime.fromisoformat(note.last_seen).astimezone(now.tzinfo) if note.last_seen else None


def _is_old(note: LaptopNote, now: datetime) -> bool:
    at = _seen(note, now)
    return at is not None and at.date() < now.date()


def _last(note: LaptopNote, now: datetime) -> str:
    at = _seen(note, now)
    return f"was last at the hub {day(at.date())} {clock(at)}" if at else "was never at the hub"


def deprived_by(edition: str) -> str:
    """`Deprivation by the Indices of Deprivation 2025, in fifths of the country.`"""
    by = f" by {edition}" if edition else ""
    return f"Deprivation{by}, in fifths of the country.{'' if edition else f' {NO_EDITION}.'}"
