"""A figure in a few words, where it stands in a line with others."""

from smf_core.figures.figure import Figure
from smf_desktop.presenters.team.words import FEW, interval, number, of, percent, signed_percent


def figure_words(figure: Figure) -> str:
    """`74%, 141 of 190, 95% CI 67% to 80%`; its counts alone where they are few; without a value the reason."""
    value, low, high = figure.value, figure.low, figure.high
    if value is None:
        return figure.reason
    change = figure.id.startswith("core_") and figure.id != "core_referrals_per_month"
    if change and low is not None and high is not None:
        return f"{signed_percent(value)}, {interval(signed_percent(low), signed_percent(high))}"
    among = figure.denominator
    if among and low is not None and high is not None and value == (figure.numerator or 0) / among:
        if among < FEW:
            return f"{of(figure)}, fewer than {FEW}"
        return f"{percent(value)}, {of(figure)}, {interval(percent(low), percent(high))}"
    ends = interval(number(low), number(high) if high is not None else "not reached") if low is not None else ""
    counts = f"from {of(figure)}" if among and figure.numerator != value else f"among {number(among)}" if among else ""
    return ", ".join(filter(None, (number(value), counts, ends)))
