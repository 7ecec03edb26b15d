"""Windows over the page of closed months: closing one, what was noted of it, its figures then and now."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.core_counts import written_month
from smf_core.domain.planned import ClosedMonth, ToDo
from smf_core.figures.report import NotHeard
from smf_desktop.presenters.reports.choice import WHY_SHOWN
from smf_desktop.presenters.service.months import MonthRow, closed_words, month_rows, summary
from smf_desktop.presenters.service.months_page import MonthLine, close_words, missing_words
from smf_desktop.services.drafts import MONTHS
from smf_desktop.services.reporting.exporting import WhyShown
from smf_desktop.services.reporting.making import labels
from smf_desktop.services.service.months import close_month, note_month, then_and_now
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed, read_date
from ui.flows.form_draft import FormDraft
from ui.flows.service.todos import ask_todo, read_todo
from ui.flows.table_dialog import keep_read
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import TableDialog

FIGURES = (("Figure", 230), ("Then", 210), ("Now", 210), ("Why", 230))
NO_FIGURES = ("calendar-check", "No figures were kept", "Close the month again.")
SPARE = 2
"""Empty actions at the end of the form; saved, there are as many again."""

HIDDEN = "hidden"


def ask_close(
    desk: Desk, asker: Asker, over: QWidget, month: date, missing: tuple[NotHeard, ...] | None, *, again: bool
) -> None:
    """Say whose work may be missing, and close it; again with a reason."""
    session = desk.session
    words = close_words(month, again=again)
    dialog = FormDialog(
        f"{words}?",
        (Ask("reason", "Why it is closed again", "text"),) if again else (),
        words,
        about=missing_words(missing, joined=desk.hub is not None, month=month),
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        fields = Reader(typed, session.today())
        reason = fields.needed("reason", "Say why it is closed again") if again else ""
        fields.check()
        return partial(close_month, session, month, reason, missing=missing)

    draft = FormDraft(desk, MONTHS, f"close {month:%Y-%m}") if again else None
    asker.ask(dialog, job, partial(asker.did, f"{written_month(month)} is closed"), "Closing", draft=draft)


def ask_note(desk: Desk, asker: Asker, over: QWidget, closed: ClosedMonth) -> None:
    """The note and the actions of the monthly pack, as many as are agreed."""
    session = desk.session
    rooms: tuple[ToDo | None, ...] = (*closed.actions, *[None] * SPARE)
    asks = [Ask("text", "Note", "text", value=closed.note, hint="No names of people in care", optional=True)]
    for place, action in enumerate(rooms):
        asks += ask_todo(str(place), f"Action {place + 1}", action)
    dialog = FormDialog(
        f"Note and actions, {written_month(closed.month)}",
        asks,
        "Save note",
        about="They stand in the monthly pack. An action whose three fields are empty is taken off.",
        read_date=read_date(session),
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        fields = Reader(typed, session.today())
        agreed = [each for place in range(len(rooms)) for each in read_todo(fields, str(place))]
        fields.check()
        act.append(partial(note_month, session, closed.id, fields.text("text"), agreed))
        return act[-1]

    act: list[Callable[[], Touched]] = []
    before = partial(note_month, session, closed.id, closed.note, closed.actions)

    def done(touched: Touched) -> None:
        asker.did("Note saved", touched, Act("Note saved", before, act[-1]))

    asker.ask(dialog, job, done, draft=FormDraft(desk, MONTHS, closed.id))


def ask_small(asker: Asker, desk: Desk, over: QWidget, chosen: Callable[[WhyShown | None], object]) -> None:
    """Whether a pack hides small numbers; to show them a lead says why."""
    dialog = FormDialog(
        "Small numbers in the pack",
        (Ask("small", "Counts of 1 to 4", "choice", HIDDEN, options=((HIDDEN, "Hide them"), *WHY_SHOWN)),),
        "Go on",
        about="Shown, the reason goes to the audit trail and every page says so.",
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], WhyShown | None]:
        why = Reader(typed, desk.session.today()).text("small")
        return lambda: None if why == HIDDEN else WhyShown(why)

    asker.ask(dialog, job, chosen, "Reading", lane=desk.lanes.read)


def show_then_and_now(desk: Desk, over: QWidget, line: MonthLine) -> TableDialog[MonthRow]:
    """Every figure then and now, those that changed first."""
    assert line.closed is not None
    dialog: TableDialog[MonthRow] = TableDialog(
        f"{written_month(line.month)}, then and now",
        closed_words(line.closed, line.name),
        FIGURES,
        lambda row: (f"{row.measure}{f', {row.part}' if row.part else ''}", row.then, row.now, row.why),
        lambda row: row.spoken,
        empty=NO_FIGURES,
        tone=lambda row: "" if row.why else "text-2",
        counted=False,
        parent=over.window(),
    )

    def show(found: tuple[str, tuple[MonthRow, ...]]) -> None:
        words, rows = found
        dialog.show_rows(sorted(rows, key=lambda row: not row.why), words)

    keep_read(desk, dialog, desk.lanes.read, partial(_rows, desk.session, line.closed.id), show)
    return dialog


def _rows(session: Session, closed_id: str) -> tuple[str, tuple[MonthRow, ...]]:
    found = then_and_now(session, closed_id)
    return summary(found.rows), month_rows(found.rows, labels(session))
