"""What the words of the reports page are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from smf_core.figures.figure import Figure
from smf_core.figures.referred import Referred
from smf_core.figures.report import Report
from smf_desktop.presenters.reports.choice import Choice

Options = tuple[tuple[str, str], ...]
"""What can be chosen, each a code with its words."""


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report that somebody, by name, saved to a file: of which days, and when."""

    since: date
    until: date
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a report can be narrowed to."""

    teams: Options
    skills: Options
    nurses: Options
    localities: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """Everything the page shows, as the records stood in one read.

    `whole` is the report with all its numbers, `report` as it may leave the application: small numbers are hidden
    unless somebody said why they are shown.
    `before` is the baseline's own number of referrals a month, where there is one. `unsigned` visits are drafts on this
    laptop; `rows` is how many rows about people would go with the report. `overlaps` were saved for other days or
    people that share some with these.
    """

    choice: Choice
    whole: Report
    report: Report
    before: Figure | None
    against: tuple[date, date] | None
    referred: Referred
    unsigned: int
    rows: int
    at: datetime
    labels: Mapping[str, str]
    options: Choices
    stated: tuple[date, date] | None
    last: SavedReport | None = None
    overlaps: tuple[SavedReport, ...] = ()
    may_export: bool = False
    may_show_small: bool = False
    held: bool = True
    """Whether this laptop holds everybody of the period, or the figures are the hub's, which does."""

    ask_hub: bool = False
    of_hub: bool = False

    heard: bool = True
    """Whether it is known which laptops have not sent their work; `report.missing_devices` are those."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row as it would be saved, without its code: each export makes new ones."""

    age_band: str
    sex: str
    skill: str
    month: str
    outcome: str
    visits: int
    minutes: int


@dataclass(frozen=True, slots=True)
class RowsFacts:
    """The first rows of so many."""

    rows: tuple[PersonRow, ...]
    total: int
    labels: Mapping[str, str] = field(default_factory=dict)
