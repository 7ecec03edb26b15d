"""The reports page in one read, so that all it shows is of the same moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from smf_core.domain.checklist import Library
from smf_core.figures.core_counts import baseline_stated
from smf_core.figures.definitions import DEFINITIONS, figures
from smf_core.figures.figure import Asked, Figure, Split
from smf_core.figures.referred import referred
from smf_core.figures.report import REPORTS, NotHeard, asked_alongside, asked_of, once_each, report
from smf_core.figures.rows import ALIKE, how_many
from smf_core.figures.suppression import hide_small
from smf_core.policy.keeping import MAY_ASK_FIGURES
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries.practices import core_teams
from smf_core.records.queries.users import service, teams, users
from smf_desktop.ports import Progress
from smf_desktop.presenters.reports.choice import STATED, Choice
from smf_desktop.presenters.reports.facts import Choices, PersonRow, ReportFacts, RowsFacts, SavedReport
from smf_desktop.services.drafts import VISIT
from smf_desktop.services.figures import FiguresOfHub, figures_of_hub, holds_all_since
from smf_desktop.services.pathways import teachers
from smf_desktop.services.reporting.exporting import (
    Earlier,
    Exported,
    Format,
    How,
    WhyShown,
    earlier,
    overlaps,
    rows_told,
    save_report,
)
from smf_desktop.services.reporting.making import labels, laptops_missing, make_report
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess

A_MONTH = "core_referrals_per_month"
PREVIEWED = 200
"""Rows that are shown before they are saved."""


def report_facts(session: Session, choice: Choice, *, joined: bool) -> ReportFacts:
    """What the page shows of a choice; `joined` a hub, all may not be here. Raises `NotAllowed`, `NoSuchReport`."""
    require(session.user, Action.READ_FIGURES)
    asked = choice.asked(session.today())
    words = labels(session)
    with session.read(counts=True) as connection:
        found = report(connection, choice.report, asked)
        stated = _stated(connection)
        against = asked.before or (stated if choice.baseline == STATED else None)
        before = _before(connection, asked, against) if A_MONTH in REPORTS[choice.report] else None
        people = {each.id: each.name for each in users(connection)}
        everyone = referred(connection, asked)
        counts = how_many(connection, asked)
        options = _options(connection, session.checklists)
    needs_all = any(DEFINITIONS[each].of_period for each in REPORTS[choice.report])
    saved = [each for each in earlier(session) if each.name == choice.report]
    held = not needs_all or holds_all_since(session, asked.since, joined=joined)
    return ReportFacts(
        choice=choice,
        whole=found,
        report=found if choice.why_small else hide_small(found),
        before=before,
        against=against,
        referred=everyone,
        unsigned=sum(each.page == VISIT for user in people for each in session.store.drafts(user)),
        rows=counts if choice.why_small or counts >= ALIKE else 0,
        at=session.now(),
        labels=words,
        options=options,
        stated=stated,
        last=_saved(saved[0], people) if saved else None,
        overlaps=tuple(_saved(each, people) for each in overlaps(session, choice.report, asked)),
        may_export=may(session.user, Action.EXPORT_FIGURES).allowed,
        may_show_small=may(session.user, Action.SHOW_SMALL_NUMBERS).allowed,
        held=held,
        ask_hub=not held and session.user.role in MAY_ASK_FIGURES,
    )


def _options(connection: Connection, library: Library) -> Choices:
    return Choices(
        teams=tuple((each.id, each.name) for each in teams(connection)),
        skills=tuple((skill, library.newest(skill).label) for skill in library.skills),
        nurses=tuple((each.id, each.name) for each in teachers(connection)),
        localities=tuple((each, each) for each in sorted({one.locality for one in core_teams(connection)} - {""})),
    )


def of_the_hub(session: Session, hub: FiguresOfHub, facts: ReportFacts) -> ReportFacts:
    """The same from the hub, which holds everybody, on the work lane. Raises `NotAllowed`, `HubTrouble`."""
    require(session.user, Action.READ_FIGURES)
    choice, asked = facts.choice, facts.whole.asked
    wanted = list(asked_of(choice.report, asked))
    beside = [each for each in asked_alongside(asked) if each not in wanted]
    found, alongside = (
        once_each(each for name, of in some for each in figures_of_hub(hub, name, of)) for some in (wanted, beside)
    )
    told = replace(facts.whole, figures=found, alongside=alongside)
    shown = told if choice.why_small else hide_small(told)
    return replace(facts, whole=told, report=shown, held=True, ask_hub=False, of_hub=True)


def with_laptops(facts: ReportFacts, missing: tuple[NotHeard, ...] | None) -> ReportFacts:
    """With the laptops not heard of since, as `laptops_missing` answers."""
    late, complete = missing or (), facts.held and missing == ()
    whole, shown = (replace(one, missing_devices=late, complete=complete) for one in (facts.whole, facts.report))
    return replace(facts, whole=whole, report=shown, heard=missing is not None)


def save_choice(
    session: Session, hub: HubAccess | None, facts: ReportFacts, form: Format, out: Path, progress: Progress
) -> Exported:
    """Save the report of a choice, on the work lane: of the records as they stand now, or as the hub told it.

    Raises what `save_report` does.
    """
    choice, asked = facts.choice, facts.whole.asked
    missing = laptops_missing(session, hub, asked)
    if facts.of_hub:
        made = with_laptops(facts, missing).whole
    else:
        made = make_report(session, choice.report, asked, joined=hub is not None, missing=missing)
    with session.read() as connection:
        name = service(connection).name
    why = WhyShown(choice.why_small) if choice.why_small else None
    how = How(format=form, show_small=why, with_rows=choice.with_rows and not facts.of_hub)
    return save_report(session, name, made, out, how, progress)


def rows_facts(session: Session, choice: Choice) -> RowsFacts:
    """The first rows about people as they would be saved. Raises `NotAllowed`."""
    require(session.user, Action.EXPORT_FIGURES)
    asked = choice.asked(session.today())
    with session.read(counts=True) as connection:
        total, told = rows_told(connection, asked, hide=not choice.why_small)
        shown = tuple(
            PersonRow(like.age_band, like.sex, like.skill, like.month, like.outcome, each.visits, each.minutes)
            for like, each in islice(told, PREVIEWED)
        )
    return RowsFacts(shown, total, labels(session))


def _stated(connection: Connection) -> tuple[date, date] | None:
    found = baseline_stated(connection)
    return (found.since, found.until) if found and found.since and found.until else None


def _before(connection: Connection, asked: Asked, against: tuple[date, date] | None) -> Figure | None:
    """Referrals to core teams a month in the baseline."""
    if against is None:
        return None
    then = replace(asked, since=against[0], until=against[1], before=None, by=Split.NONE)
    return figures(connection, A_MONTH, then)[0]


def _saved(one: Earlier, people: Mapping[str, str]) -> SavedReport:
    return SavedReport(one.since, one.until, people.get(one.by, one.by), one.at)
