"""A report made up by hand, for the files it is written to."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from smf_core.figures.figure import Asked, Figure
from smf_core.figures.report import NotHeard, Report
from smf_core.measures import wilson
from smf_desktop.reports.figures.content import Content

ASKED = Asked(
    since=date(2026, 5, 1),
    until=date(2026, 10, 31),
    as_of=date(2026, 11, 17),
    before=(date(2025, 5, 1), date(2025, 10, 31)),
)


def rate(
    number: int, among: int, group: Mapping[str, str] | None = None, label: str = "Discharged", name: str = "of_people"
) -> Figure:
    ends = wilson(number, among)
    return Figure(
        id=name,
        label=label,
        group=group or {},
        numerator=number,
        denominator=among,
        value=number / among,
        low=ends.low,
        high=ends.high,
        unit="people",
        reason="",
        beside=("12 of them still taught another skill",),
        definition="Of the people whose teaching ended, those who do it alone.",
        version="1",
    )


def content(*figures: Figure, small_shown: bool = False, labels: Mapping[str, str] | None = None) -> Content:
    report = Report(
        name="discharge-rates",
        asked=ASKED,
        baseline=ASKED.before,
        definitions_version="1",
        figures=figures or (rate(141, 190), rate(20, 27, {"skill": "insulin"})),
        complete=False,
        missing_devices=(NotHeard("SMF-LT-014", "2026-11-02T09:00:00+00:00"),),
    )
    return Content(
        report=report,
        at=datetime(2026, 11, 17, 16, 42, tzinfo=UTC),
        service="Derby community nursing",
        labels={"insulin": "Insulin"} if labels is None else labels,
        small_shown=small_shown,
    )
