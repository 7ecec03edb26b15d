"""A report as tagged PDF: a table with every definition, the charts with what they show in words."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from smf_core.figures.figure import Figure
from smf_core.figures.suppression import FEW, FEWER, is_share
from smf_desktop.presenters.days import day
from smf_desktop.presenters.team.words import counted_from
from smf_desktop.reports.figures.content import Content, Picture
from smf_desktop.reports.typesetting import tagged_pdf

TEMPLATE = "report-1"
_ONE = {"people": "person", "episodes": "episode", "referrals": "referral", "visits": "visit", "days": "day"}


def write_pdf(path: Path, content: Content, pictures: Sequence[Picture] = ()) -> None:
    """The report on A4, as PDF/UA-1; `pictures` stand after the table in their order."""
    with path.open("xb") as file:
        file.write(report_pdf(content, pictures))


def report_pdf(content: Content, pictures: Sequence[Picture] = ()) -> bytes:
    asked = content.report.asked
    said = {
        "title": content.title,
        "of": f"{content.service} · {content.team} · {day(asked.since)} to {day(asked.until)}",
        "foot": content.foot(),
        "mark": content.small_shown,
        "facts": content.facts(),
        "figures": [
            [
                *(content.group(each), each.label, value(each), counted(each), interval(each)),
                ". ".join(words.rstrip(".") for words in each.beside),
            ]
            for each in content.report.figures
        ],
        "definitions": [[each.label, each.definition] for each in content.definitions().values()],
        "pictures": [{"svg": each.svg.decode(), "words": each.words} for each in pictures],
    }
    return tagged_pdf(TEMPLATE, {"report": msgspec.json.encode(said).decode()})


def value(figure: Figure) -> str:
    """`74%`, `7 visits`, or the sentence in its place."""
    if figure.value is None:
        return figure.reason[:1].upper() + figure.reason[1:]
    if _of_few(figure):
        return FEWER
    number = _number(figure, figure.value)
    if number.endswith("%"):
        return number
    return f"{number} {_ONE.get(figure.unit, figure.unit) if figure.value == 1 else figure.unit}"


def counted(figure: Figure) -> str:
    """`141 of 190`, `4,452 in 12 months`; "" where it is among nothing."""
    if figure.denominator is None:
        return "" if figure.numerator is None or figure.numerator == figure.value else f"{figure.numerator:,g}"
    if figure.suppressed or figure.numerator is None:
        return f"{'hidden' if figure.suppressed else '–'} of {_plain(figure.denominator)}"
    return counted_from(figure)


def interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None or _of_few(figure):
        return ""
    return f"{_number(figure, figure.low)} to {_number(figure, figure.high)}"


def _of_few(figure: Figure) -> bool:
    return is_share(figure) and (figure.denominator or 0) < FEW


def _number(figure: Figure, number: float) -> str:
    if is_share(figure) or figure.id.endswith("_change") or figure.id.endswith("_compared"):
        return f"{number * 100:.1f}%".replace("-", "\u2212")
    return _plain(number)


def _plain(number: float) -> str:
    rounded = round(number, 1)
    return (f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}").replace("-", "\u2212")
