"""Forms over the page of the core teams: a baseline, a rebase, the usual visits of a skill; and files taken in."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smf_core.domain.core_counts import BadMonth, month_after, parse_month
from smf_core.domain.stated import CORE_REFERRALS_CHART
from smf_desktop.presenters.service.core_teams import CoreTeamsFacts, taken_in_words
from smf_desktop.services.drafts import CORE_TEAMS
from smf_desktop.services.referral.cells import Finding, Kind
from smf_desktop.services.service.baselines import (
    Stated,
    rebase,
    state_baseline,
    state_usual_visits,
    withdraw_baseline,
    withdraw_rebase,
)
from smf_desktop.services.service.core_counts import CoreImported
from smf_desktop.services.session import Session
from ui.desk import Desk
from ui.flows.asking import Asker, Reader
from ui.flows.csv_files import ask_csv, take_csv
from ui.flows.service.stated import Statement, ask_to_state
from ui.views.form_dialog import Ask
from ui.views.table_dialog import TableDialog

TakeIn = Callable[[Session, bytes], CoreImported]

MONTH_HINT = "Such as Nov-2025 or 2025-11"
NEEDED = "Enter a month"
NOTE = Ask("note", "Note", "text", optional=True)
FINDINGS = (("Line", 60), ("Column", 160), ("What is said of it", 560))
NOTHING_TAKEN = "Nothing was taken in. Put these rows right and import the file again."


def ask_baseline(desk: Desk, asker: Asker, over: QWidget) -> None:
    """What referrals to core teams are held against: whole months, with the source."""
    form = Statement(
        title="State the baseline",
        about="The newest baseline that stands holds. It is never changed by itself.",
        asks=(
            Ask("since", "First month", hint=MONTH_HINT, half=True),
            Ask("until", "Last month", hint=MONTH_HINT, half=True),
            Ask("bedding_in", "Month left out", optional=True, hint="In which the service was only beginning"),
            Ask("source", "Source", hint="Where the counts come from"),
            NOTE,
        ),
        primary="State baseline",
        read=partial(_baseline, desk.session),
        said="Baseline stated",
        withdraw=withdraw_baseline,
        of=(CORE_TEAMS, "baseline"),
    )
    ask_to_state(desk, asker, over, form)


def _baseline(session: Session, fields: Reader) -> Callable[[], Stated]:
    since, until = _month(fields, "since"), _month(fields, "until")
    left_out = _month(fields, "bedding_in", needed=False)
    source = fields.needed("source", "Say where the counts come from")
    if since and until and until < since:
        fields.problems["until"] = "Enter a month that is not before the first"
    fields.check()
    assert since is not None
    assert until is not None
    last = month_after(until) - timedelta(days=1)
    note = fields.text("note")
    return partial(state_baseline, session, since, last, source=source, bedding_in=left_out, note=note)


def ask_rebase(desk: Desk, asker: Asker, over: QWidget) -> None:
    """From which month the limits of the chart are reckoned anew, and for which cause."""
    form = Statement(
        title="Rebase the chart",
        about="The limits are reckoned anew from that month on. It stands in the chart and in the log with your name.",
        asks=(
            Ask("month", "From the month", hint=MONTH_HINT),
            Ask("cause", "Cause", hint="What changed in the service that month"),
            NOTE,
        ),
        primary="Rebase",
        read=partial(_rebase, desk.session),
        said="Chart rebased",
        withdraw=withdraw_rebase,
        of=(CORE_TEAMS, "rebase"),
    )
    ask_to_state(desk, asker, over, form)


def _rebase(session: Session, fields: Reader) -> Callable[[], Stated]:
    month = _month(fields, "month")
    cause = fields.needed("cause", "Say what changed that month")
    fields.check()
    assert month is not None
    return partial(rebase, session, CORE_REFERRALS_CHART, month, cause, fields.text("note"))


def ask_usual_visits(desk: Desk, asker: Asker, over: QWidget, facts: CoreTeamsFacts) -> None:
    """Core visits a month of a skill, where an episode has no number of its own."""
    form = Statement(
        title="State usual core visits",
        about="They count for people whose own visits before teaching nobody wrote down.",
        asks=(
            Ask("skill", "Skill", "choice", value=facts.skills[0][0], options=facts.skills),
            Ask("visits", "Core visits a month"),
            Ask("source", "Source", hint="Such as an audit of core diaries"),
            NOTE,
        ),
        primary="State visits",
        read=partial(_usual_visits, desk.session),
        said="Usual visits stated",
        withdraw=withdraw_baseline,
        of=(CORE_TEAMS, "usual_visits"),
    )
    ask_to_state(desk, asker, over, form)


def _usual_visits(session: Session, fields: Reader) -> Callable[[], Stated]:
    skill, visits = fields.needed("skill", "Choose a skill"), fields.needed("visits", "Enter a number")
    source = fields.needed("source", "Say where the number comes from")
    fields.check()
    return partial(state_usual_visits, session, skill, visits, source=source, note=fields.text("note"))


def ask_file(desk: Desk, over: QWidget, title: str, take_in: TakeIn) -> QFileDialog:
    """Ask for a CSV file and take it in."""
    return ask_csv(over, title, lambda path: take_file(desk, over, path, take_in))


def take_file(desk: Desk, over: QWidget, path: Path, take_in: TakeIn) -> None:
    """Take a file in whole or not at all, and say what was found in it line by line."""

    def done(found: CoreImported) -> None:
        words = taken_in_words(found.imported, found.records, found.unchanged)
        if not found.refused:
            desk.changed(found.touched)
            desk.toast(words)
        if found.findings:
            note, tone = (NOTHING_TAKEN, "danger") if found.refused else (f"{words}.", "")
            _show_findings(over, path.name, found.findings, note, tone)

    take_csv(desk, path, take_in, done)


def _show_findings(over: QWidget, name: str, findings: Sequence[Finding], note: str, tone: str) -> None:
    dialog: TableDialog[Finding] = TableDialog(
        "What was found in the file",
        f"{name}. The first line is the header.",
        FINDINGS,
        lambda row: (str(row.line), row.column or "The row", row.reason),
        lambda row: f"Line {row.line}, {row.column or 'the row'}: {row.reason}",
        empty=("file-text", "Nothing to say", "Every row was taken in."),
        tone=lambda row: "danger" if row.kind is Kind.REFUSED else "",
        parent=over.window(),
    )
    dialog.open()
    dialog.show_rows(findings, note, tone)


def _month(fields: Reader, key: str, *, needed: bool = True) -> date | None:
    text = fields.needed(key, NEEDED) if needed else fields.text(key)
    if not text:
        return None
    try:
        return parse_month(text)
    except BadMonth as wrong:
        fields.wrong(key, wrong)
        return None
