"""What can be done with something stated: state it, read it whole with its log, withdraw it, and take that back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.service.stated import LogRow, StatedRow, log_rows
from smf_desktop.services.service.baselines import Stated
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed, read_date
from ui.flows.form_draft import FormDraft
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import TableDialog

COLUMNS = (("When", 140), ("Who", 140), ("Did", 110), ("What", 300), ("Source", 220))
NOTHING = ("history", "Nothing is stated yet", "Every statement and withdrawal will stand here.")
KEPT = "Withdrawn, it stays in the log and nothing is held against it any more."


class Withdraws(Protocol):
    """A service that withdraws what was stated, or has it stand again."""

    def __call__(self, session: Session, record: str, /, *, withdrawn: bool = True) -> Touched: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A form in which something is stated. `read` makes what was typed work for the store; what is wrong with it
    is a problem of its field. `of` are the page and the name of its draft; `said` tells what was done."""

    title: str
    about: str
    asks: Sequence[Ask]
    primary: str
    read: Callable[[Reader], Callable[[], Stated]]
    said: str
    withdraw: Withdraws
    of: tuple[str, str]


def ask_to_state(desk: Desk, asker: Asker, over: QWidget, form: Statement) -> None:
    """Show the form and state what is typed in it; taking that back withdraws it."""
    session = desk.session
    dialog = FormDialog(
        form.title, form.asks, form.primary, about=form.about, read_date=read_date(session), parent=over.window()
    )

    def job(typed: Typed) -> Callable[[], Stated]:
        return form.read(Reader(typed, session.today()))

    def done(made: Stated) -> None:
        away, back = withdrawing(session, made.id, form.withdraw)
        asker.did(form.said, made.touched, Act(form.said, away, back))

    asker.ask(dialog, job, done, draft=FormDraft(desk, *form.of))


def show_log(over: QWidget, title: str, rows: Sequence[StatedRow]) -> TableDialog[LogRow]:
    """Who stated and withdrew what, and when, the last first."""
    dialog: TableDialog[LogRow] = TableDialog(
        title,
        "Nothing is written over: what was withdrawn stays here.",
        COLUMNS,
        lambda row: row.words,
        lambda row: row.spoken,
        empty=NOTHING,
        parent=over.window(),
    )
    dialog.open()
    dialog.show_rows(log_rows(rows))
    return dialog


def ask_withdraw(session: Session, asker: Asker, over: QWidget, row: StatedRow, withdraw: Withdraws) -> None:
    """Show it whole, and withdraw it where that is what was meant."""
    dialog = FormDialog(
        "Withdraw this?",
        (),
        "Withdraw",
        who=f"{row.of}: {row.said}",
        about=f"{row.source}. Stated {row.stated}. {KEPT}",
        kind="danger",
        cancel="Leave it",
        parent=over.window(),
    )
    away, back = withdrawing(session, row.id, withdraw)
    asker.ask(
        dialog, lambda _typed: away, lambda touched: asker.did("Withdrawn", touched, Act("withdrawn", back, away))
    )


def withdrawing(
    session: Session, record: str, withdraw: Withdraws
) -> tuple[Callable[[], Touched], Callable[[], Touched]]:
    """What withdraws a record, and what has it stand again."""
    return partial(withdraw, session, record), partial(withdraw, session, record, withdrawn=False)
