"""The monthly pack: a closed month as one document, for the meeting about it and for the commissioner."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from smf_core.domain.core_counts import month_after
from smf_core.domain.planned import ClosedMonth
from smf_core.figures.core_chart import CoreReferralChart, core_referral_chart
from smf_core.figures.definitions import VERSION, figures
from smf_core.figures.figure import Asked, Split
from smf_core.figures.hidden_parts import SMALL
from smf_core.figures.month_changes import Change
from smf_core.figures.months import of_month, report_of, small_hidden
from smf_core.figures.report import Report, alongside
from smf_core.figures.suppression import hide_small
from smf_core.records import Connection
from smf_core.records.queries.users import service
from smf_desktop.ports import Progress
from smf_desktop.presenters.days import day
from smf_desktop.presenters.service.months import month_rows
from smf_desktop.reports.charts.chart import Heading, Size, packaged
from smf_desktop.reports.charts.pictures import draw, save
from smf_desktop.reports.figures.content import Content, Picture
from smf_desktop.reports.figures.pack_file import Pack, write_pack
from smf_desktop.reports.figures.pictures import pictures_of
from smf_desktop.reports.figures.whole import whole
from smf_desktop.services.reporting.exporting import (
    PACK,
    Exported,
    How,
    WhyShown,
    note_report,
    overlaps,
    shown,
)
from smf_desktop.services.reporting.making import labels
from smf_desktop.services.service.months import figures_before, then_and_now
from smf_desktop.services.session import Session
from smf_desktop.services.team.charts import referrals_chart
from smf_desktop.trouble import ReportStopped

BY_SKILL = "discharge_rate_episode"
WIDE, HIGH = 660, 300
SMALL_MONTHS = "The chart of referrals to core teams is left out: a month in it has fewer than 5."


def save_pack(
    session: Session,
    closed_id: str,
    out: Path,
    show_small: WhyShown | None = None,
    progress: Progress = lambda done, total: True,
) -> Exported:
    """Save the pack of a closed month whole or not at all, after its note is in the audit. On the work lane.

    `show_small` as in `How`. Raises `NotAllowed`, `NoSuchMonth`, `ReportStopped`, `FileUnwritable`, `NoRoomForFile`.
    """
    how = How(format="pdf", show_small=show_small)
    if not progress(0, 2):
        raise ReportStopped
    pack = pack_of(session, closed_id, show_small)
    if not progress(1, 2):
        raise ReportStopped
    asked = pack.month.report.asked
    before = overlaps(session, PACK, asked)
    files = {out: lambda path: write_pack(path, pack)}
    digests = whole(files, lambda made: note_report(session, PACK, asked, how, 0, made[out]))
    return Exported(pack.month.report, digests, 0, before)


def pack_of(session: Session, closed_id: str, show_small: WhyShown | None = None) -> Pack:
    """All that the pack of a closed month says, with its charts drawn. Raises `NotAllowed` or `NoSuchMonth`."""
    found = then_and_now(session, closed_id)
    hide = show_small is None
    with session.read() as connection:
        name = service(connection).name
    closed, words = found.closed.closed, labels(session)
    before = figures_before(session, closed)
    content = Content(
        report=shown(session, report_of(found.kept), show_small),
        at=session.now(),
        service=name,
        labels=words,
        small_shown=not hide,
    )
    told = small_hidden(found.kept, found.rows) if hide else found.rows
    changed = [row for row, was in zip(told, found.rows, strict=True) if was.changed and Change.NOW not in was.why]
    pictures, not_drawn = _pictures(session, content, closed, hide=hide)
    return Pack(
        closed=closed,
        name=found.closed.name,
        month=content,
        before=shown(session, before.report, show_small),
        before_closed=before.closed,
        changes=month_rows(changed, words, hide=hide),
        pictures=pictures,
        not_drawn=not_drawn,
    )


# --- charts: of a year, since a month alone draws little ------------------------------------------


def _pictures(
    session: Session, content: Content, closed: ClosedMonth, *, hide: bool
) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """The rates by skill and the run chart of core referrals of the twelve months that end with the closed one."""
    asked = _year_to(closed, session.today())
    with session.read(counts=True) as connection:
        year = rates_by_skill(connection, asked)
        chart = core_referral_chart(connection, asked)
    drawn = pictures_of(replace(content, report=hide_small(year) if hide else year))
    if hide and any(each.count is not None and 0 < each.count < SMALL for each in chart.months):
        return drawn, (SMALL_MONTHS,)
    return (*drawn, _run_chart(chart, content, asked)), ()


def rates_by_skill(connection: Connection, asked: Asked) -> Report:
    """What the chart of rates shows, as a report: it hides what every report of the same days does."""
    by_skill = replace(asked, by=Split.SKILL)
    rates, beside = figures(connection, BY_SKILL, by_skill), alongside(connection, by_skill)
    return Report(name=PACK, asked=asked, definitions_version=VERSION, figures=rates, alongside=beside)


def _year_to(closed: ClosedMonth, today: date) -> Asked:
    after = month_after(closed.month)
    return replace(of_month(closed.month, closed.team, today), since=after.replace(year=after.year - 1))


def _run_chart(found: CoreReferralChart, content: Content, asked: Asked) -> Picture:
    chart = referrals_chart(found)
    note = f"Every core team, until {day(asked.until)}, data as at {day(asked.as_of)}"
    heading = Heading(chart.what, note)
    drawn = draw(chart, packaged("light"), Size(WIDE, HIGH), heading)
    return Picture(save(drawn.figure, "svg"), heading.read_over(chart.summary()))
